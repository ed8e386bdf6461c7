"""Brings a database up to the newest schema by numbered SQL files; never brings one down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from storage.database import Database, DatabaseError, Queries, Tx


class SchemaError(DatabaseError):
    """The schema on the disk and the numbered files do not fit together."""


class NewerSchema(SchemaError):
    """The database was written by a newer version of the bot; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file; `version` counts from 1 and becomes the file's `user_version`."""

    version: int
    name: str
    sql: str


async def migrate(db: Database, folder: Traversable | None = None) -> int:
    """Apply every file in `folder` that is still missing; the version that the schema now has.

    All or nothing: a failing file leaves the schema as it was. Raises NewerSchema, SchemaError,
    StorageFailed, or sqlite3.Error for a file that is wrong in itself.
    """
    known = migrations(folder)
    newest = len(known)

    async def bring_up(tx: Tx) -> None:
        for migration in _missing(known, await version(tx)):
            for statement in _statements(migration):
                await tx.execute(statement)
            await tx.execute(f"PRAGMA user_version = {migration.version}")
        if broken := await tx.one("PRAGMA foreign_key_check"):
            raise SchemaError(f"a row of {broken[0]} refers to a row of {broken[2]} that is gone")

    # Looked at before writing, so that a database that needs nothing may also be read-only.
    if _missing(known, await version(db)):
        await db.write(bring_up)
    return newest


async def version(q: Queries) -> int:
    """The version of the schema on the disk; 0 for an empty file."""
    row = await q.one("PRAGMA user_version")
    return int(row[0]) if row else 0


def migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """The files `NNNN_name.sql` in `folder` (default: ours), in order.

    Raises SchemaError where the numbers are not 1, 2, 3 … without a gap or a double.
    """
    folder = folder if folder is not None else files("storage") / "migrations"
    named = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    for expected, name in enumerate(named, start=1):
        if name.partition("_")[0] != f"{expected:04}":
            raise SchemaError(f"{name} should have the number {expected:04}")
    return tuple(
        Migration(number, name, (folder / name).read_text("utf-8"))
        for number, name in enumerate(named, start=1)
    )


def _missing(known: tuple[Migration, ...], current: int) -> tuple[Migration, ...]:
    if current > len(known):
        raise NewerSchema(
            f"the database has schema {current}, this version of the bot knows up to {len(known)}: "
            "use the newer bot, or a backup from before"
        )
    return known[current:]


def _statements(migration: Migration) -> Iterator[str]:
    """The statements of a file, each of which starts on a line of its own.

    One by one, because sqlite3's own `executescript` commits what is open before it starts.
    """
    statement = ""
    for line in migration.sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        raise SchemaError(f"{migration.name} ends within a statement")
