"""Durable writes a second: group commit against one commit per write, on the same disk.

    python -m tests.benchmarks.bench_group_commit [--folder DIR] [--callers N] [--writes N]

Many callers write one small row each, again and again, and wait until it is on the disk. The
contenders take turns, so that a busy spell of the disk meets them all; the median round counts.
It measures and never judges: figures of different disks do not compare.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosqlite

from storage.database import Database, Tx

INSERT = "INSERT INTO notes (text) VALUES (?)"
CREATE = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"
TEXT = "x" * 200

Write = Callable[[], Awaitable[None]]


@asynccontextmanager
async def group_commit(path: Path) -> AsyncIterator[Write]:
    """Our writer, which syncs the disk at every commit."""

    async def create(tx: Tx) -> None:
        await tx.execute(CREATE)

    async def insert(tx: Tx) -> None:
        await tx.execute(INSERT, (TEXT,))

    async with Database.open(path) as db:
        await db.write(create)
        yield lambda: db.write(insert)


@asynccontextmanager
async def commit_per_write(path: Path, synchronous: str) -> AsyncIterator[Write]:
    """What one writes first: one connection, a lock, and a commit after every statement."""
    lock = asyncio.Lock()
    async with aiosqlite.connect(path) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute(f"PRAGMA synchronous = {synchronous}")
        await connection.execute(CREATE)

        async def write() -> None:
            async with lock:
                await connection.execute(INSERT, (TEXT,))
                await connection.commit()

        yield write


async def writes_per_second(write: Write, callers: int, writes: int) -> int:
    """The rate at which `callers` at once get `writes` rows each onto the disk."""

    async def caller() -> None:
        for _ in range(writes):
            await write()

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return round(callers * writes / (time.perf_counter() - started))


async def main(folder: Path, rounds: int, callers: int, writes: int) -> None:
    """Print the median rate of every contender, slowest idea first."""
    async with (
        commit_per_write(folder / "full.db", "FULL") as full,
        commit_per_write(folder / "normal.db", "NORMAL") as normal,
        group_commit(folder / "group.db") as group,
    ):
        contenders = {
            "commit per write, FULL": full,
            "commit per write, NORMAL": normal,
            "group commit, FULL": group,
        }
        rates: dict[str, list[int]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, write in contenders.items():
                rates[name].append(await writes_per_second(write, callers, writes))
    slowest = statistics.median(rates["commit per write, FULL"])
    print(f"{callers} callers, {writes} writes each, median of {rounds} rounds")
    for name, each in rates.items():
        median = statistics.median(each)
        spread = f"{min(each)} to {max(each)}"
        print(f"{name:26} {median:>8.0f}/s  ×{median / slowest:<5.1f} ({spread})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where to write; default: the temporary folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--writes", type=int, default=10, help="writes of each caller in a round")
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.folder) as scratch:
        asyncio.run(main(Path(scratch), options.rounds, options.callers, options.writes))
