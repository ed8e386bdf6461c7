"""Copies of a live database, and one put in the place of another."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from storage import snapshots
from storage.database import Database
from storage.snapshots import SnapshotError


async def numbered(path: Path, *numbers: int) -> None:
    async with Database.open(path) as db:
        await db.write(lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS n (n INTEGER) STRICT"))
        await db.write(lambda tx: tx.many("INSERT INTO n VALUES (?)", [(n,) for n in numbers]))


def numbers_in(path: Path) -> list[int]:
    with sqlite3.connect(path) as connection:
        found = [n for (n,) in connection.execute("SELECT n FROM n ORDER BY n")]
    connection.close()
    return found


async def test_a_copy_is_one_moment_of_a_database_in_use(tmp_path: Path) -> None:
    live, copy = tmp_path / "live", tmp_path / "copy"
    await numbered(live, 1, 2)
    async with Database.open(live) as db:
        await db.write(lambda tx: tx.execute("INSERT INTO n VALUES (3)"))
        snapshots.take(live, copy)
        await db.write(lambda tx: tx.execute("INSERT INTO n VALUES (4)"))
    assert numbers_in(copy) == [1, 2, 3]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "live"]


async def test_a_copy_is_written_over_nothing(tmp_path: Path) -> None:
    await numbered(tmp_path / "live", 1)
    (tmp_path / "copy").write_text("something else")
    with pytest.raises(SnapshotError, match="is there already"):
        snapshots.take(tmp_path / "live", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "something else"


def test_what_is_not_there_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no database"):
        snapshots.take(tmp_path / "live", tmp_path / "copy")


async def test_a_folder_that_is_not_there_takes_no_copy(tmp_path: Path) -> None:
    await numbered(tmp_path / "live", 1)
    with pytest.raises(SnapshotError):
        snapshots.take(tmp_path / "live", tmp_path / "nowhere" / "copy")


@pytest.mark.parametrize("damage", ["text", "cut short", "overwritten"])
async def test_a_damaged_copy_is_refused(tmp_path: Path, damage: str) -> None:
    await numbered(tmp_path / "copy", *range(20_000))
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(
        {
            "text": b"not a database at all, but long enough to be looked at" * 99,
            "cut short": whole[: len(whole) // 2],
            "overwritten": whole[:8192] + b"\xff" * 8192 + whole[16384:],
        }[damage]
    )
    with pytest.raises(SnapshotError):
        snapshots.copy(tmp_path / "copy", tmp_path / "restoring")
    assert not (tmp_path / "restoring").exists()


async def test_the_old_database_is_kept_with_its_log(tmp_path: Path) -> None:
    old, new, aside = tmp_path / "bot", tmp_path / "restoring", tmp_path / "aside"
    await numbered(old, 1)
    await numbered(new, 7)
    left_open = sqlite3.connect(old, isolation_level=None)
    left_open.execute("INSERT INTO n VALUES (2)")  # stays in the log while nobody checkpoints
    assert (tmp_path / "bot-wal").stat().st_size > 0
    snapshots.put_in_place(new, old, aside)
    left_open.close()
    assert (numbers_in(old), numbers_in(aside)) == ([7], [1, 2])
    assert not new.exists()


async def test_a_database_that_somebody_has_open_is_not_put_in_place(tmp_path: Path) -> None:
    await numbered(tmp_path / "bot", 1)
    await numbered(tmp_path / "restoring", 7)
    async with Database.open(tmp_path / "restoring"):
        with pytest.raises(SnapshotError, match="was not closed"):
            snapshots.put_in_place(tmp_path / "restoring", tmp_path / "bot", tmp_path / "aside")
    assert numbers_in(tmp_path / "bot") == [1]
