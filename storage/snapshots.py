"""Copies of the database file: one taken beside a running bot, and one put in its place.

A copy holds what the database holds: keys stay sealed, and the master key is not in it.

Errors::

    DatabaseError
    └─ SnapshotError    the copy could not be made, or is no whole database
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from storage.database import DatabaseError

_BESIDE = ("-wal", "-shm")
"""SQLite keeps these beside a database; what is in the first belongs to that very file."""


_STEPS = 100_000
"""Instructions of SQLite's machine between two looks at whether to go on: some milliseconds."""


class SnapshotError(DatabaseError):
    """A copy could not be made, or is not a whole database; nothing was put in its place."""


def take(database: Path, target: Path) -> None:
    """Write a whole and consistent copy to `target`, mode 0600; the bot may run meanwhile.

    It is the state of one moment, and on the disk when this returns. Raises SnapshotError, also
    where `target` is there already.
    """
    if not database.is_file():
        raise SnapshotError(f"there is no database {database}")
    if target.exists():
        raise SnapshotError(f"{target} is there already")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(_read_only(database)) as source:
            # Not the backup API: that starts anew whenever the bot commits.
            source.execute("VACUUM INTO ?", (str(unfinished),))
        check(unfinished)
        _sync(unfinished)
        unfinished.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(f"{target}: {error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def check(database: Path, stopped: Callable[[], bool] = lambda: False) -> None:
    """Read all of a database, also of one in use; SnapshotError unless it is without a fault.

    Ends early, and says nothing, once `stopped` is true.
    """
    try:
        with closing(_read_only(database)) as connection:
            connection.set_progress_handler(lambda: int(stopped()), _STEPS)
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        if stopped():
            return
        raise SnapshotError(f"{database}: {error}") from error
    if found != "ok":
        raise SnapshotError(f"{database}: {found}")


def copy(snapshot: Path, to: Path) -> None:
    """Copy a whole snapshot to `to`, over whatever is there, mode 0600. Raises SnapshotError."""
    check(snapshot)
    try:
        remove(to)
        to.touch(mode=0o600)
        with closing(_read_only(snapshot)) as source:
            source.execute("VACUUM INTO ?", (str(to),))
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(f"{to}: {error}") from error


def remove(database: Path) -> None:
    """Remove a database that nobody has open, if it is there, and what lies beside it."""
    for name in ("", *_BESIDE):
        database.with_name(database.name + name).unlink(missing_ok=True)


def put_in_place(restored: Path, database: Path, aside: Path) -> None:
    """Let `restored` be the database from now on; what was there is kept as `aside`.

    Nobody may have either open. A log that lies beside the old file is kept beside it: SQLite
    would play it into the new one. Raises SnapshotError.
    """
    try:
        if any(restored.with_name(restored.name + name).exists() for name in _BESIDE):
            raise SnapshotError(f"{restored} was not closed")
        owner = database.parent.stat()
        if os.geteuid() == 0:  # the bot, which may be somebody else, has to open it
            os.chown(restored, owner.st_uid, owner.st_gid)
        _sync(restored)
        for name in ("", *_BESIDE):
            old = database.with_name(database.name + name)
            if old.exists():
                old.rename(aside.with_name(aside.name + name))
        restored.rename(database)
        _sync(database.parent)
    except OSError as error:
        raise SnapshotError(f"{database}: {error}") from error


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
