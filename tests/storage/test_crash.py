"""What was promised outlives a sudden death and a full disk; a forgotten database holds nobody up.

Each test runs a program of its own, since these things happen to whole processes.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from storage.database import Database

PATIENCE = 60

WRITE_PAIRS_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from storage.database import Database, Tx

async def main():
    async def create(tx: Tx):
        await tx.execute("CREATE TABLE pairs (number INTEGER, half TEXT) STRICT")

    async def caller(db, first):
        for number in range(first, 10**9, 8):
            async def pair(tx: Tx):
                await tx.insert("INSERT INTO pairs VALUES (?, 'a')", (number,))
                await tx.insert("INSERT INTO pairs VALUES (?, 'b')", (number,))
            await db.write(pair)
            print(number, flush=True)

    async with Database.open(Path(sys.argv[1])) as db:
        await db.write(create)
        await asyncio.gather(*(caller(db, first) for first in range(8)))

asyncio.run(main())
"""

FILL_THE_DISK = """
import asyncio, json, sys
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, setrlimit
from storage.database import Database, StorageFailed, Tx

async def main(path, rows, size):
    async def create(tx: Tx):
        await tx.execute("CREATE TABLE notes (text TEXT) STRICT")

    async def insert(tx: Tx):
        for _ in range(rows):
            await tx.insert("INSERT INTO notes VALUES (?)", ("x" * size,))

    async with Database.open(Path(path)) as db:
        await db.write(create)
        outcomes = []
        setrlimit(RLIMIT_FSIZE, (300_000, RLIM_INFINITY))
        for _ in range(30):
            group = (db.write(insert) for _ in range(4))
            outcomes += await asyncio.gather(*group, return_exceptions=True)
        setrlimit(RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
        await db.write(insert)
        outcomes.append(None)
        print(json.dumps({
            "kept": outcomes.count(None),
            "failed": [str(outcome) for outcome in outcomes if isinstance(outcome, StorageFailed)],
            "rows": (await db.one("SELECT count(*) FROM notes"))[0],
        }))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""

FORGET_TO_CLOSE = """
import asyncio, sys
from pathlib import Path
from storage.database import Database

async def main():
    global db
    db = await Database.open(Path(sys.argv[1]))
    async def create(tx):
        await tx.execute("CREATE TABLE notes (text TEXT) STRICT")
    await db.write(create)
    raise SystemExit("forgotten")

asyncio.run(main())
"""


def command(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


def kill_while_writing(path: Path) -> set[int]:
    """The numbers that a program promised to have written when it was killed."""
    program = command(WRITE_PAIRS_FOR_EVER, path)
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        promised = list(islice(process.stdout, 200))
        process.kill()
        promised += process.stdout
    return {int(line) for line in promised if line.endswith("\n")}


async def test_a_killed_process_loses_nothing_it_promised_and_leaves_no_half(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bot.db"
    promised = kill_while_writing(path)
    async with Database.open(path) as db:
        pairs = await db.all("SELECT number, group_concat(half, '') FROM pairs GROUP BY number")
        assert await db.one("PRAGMA integrity_check") == ("ok",)
    assert (len(promised) >= 200, promised - {number for number, _ in pairs}) == (True, set())
    assert {halves for _, halves in pairs} == {"ab"}


async def test_a_reader_sees_what_a_killed_process_promised_and_leaves_it_where_it_is(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bot.db"
    promised = kill_while_writing(path)
    left = {file: file.read_bytes() for file in (path, path.with_name("bot.db-wal"))}
    async with Database.open_readonly(path) as db:
        rows = await db.all("SELECT DISTINCT number FROM pairs")
    assert promised - {number for (number,) in rows} == set()
    assert {file: file.read_bytes() for file in left} == left


@pytest.mark.parametrize(
    ("rows", "size"),
    [
        pytest.param(1, 3_000, id="at the commit"),
        pytest.param(40, 100_000, id="in the middle of a job"),
    ],
)
def test_a_full_disk_fails_what_it_must_and_nothing_more(
    tmp_path: Path, rows: int, size: int
) -> None:
    path = tmp_path / "bot.db"
    program = command(FILL_THE_DISK, path, rows, size)
    ran = subprocess.run(program, capture_output=True, timeout=PATIENCE, check=True)
    told = json.loads(ran.stdout)
    assert set(told["failed"]) == {"not kept: disk I/O error"}
    assert (told["kept"] + len(told["failed"]), told["rows"]) == (121, told["kept"] * rows)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_process_that_forgot_to_close_ends_and_keeps_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    program = command(FORGET_TO_CLOSE, path)
    ran = subprocess.run(program, capture_output=True, timeout=PATIENCE, text=True, check=False)
    assert (ran.returncode, "forgotten" in ran.stderr) == (1, True)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("notes",)]
