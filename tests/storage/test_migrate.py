"""Numbered files bring the schema up, once each, all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import NewerSchema, SchemaError, migrate, migrations, version

TABLES = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "bot.db") as opened:
        yield opened


def folder(path: Path, **sql: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in sql.items():
        (path / f"{name.removeprefix('n')}.sql").write_text(text)
    return path


async def tables(db: Database) -> list[str]:
    return [row[0] for row in await db.all(TABLES)]


async def test_our_files_apply_to_an_empty_database_and_only_once(empty: Database) -> None:
    newest = len(migrations())
    assert await version(empty) == 0
    assert [await migrate(empty), await migrate(empty)] == [newest, newest]
    assert await version(empty) == newest


async def test_a_schema_that_is_up_to_date_needs_no_writing(db: Database) -> None:
    async with Database.open_readonly(db.path) as beside:
        assert await migrate(beside) == len(migrations())


async def test_every_table_of_ours_is_strict(db: Database) -> None:
    lax = await db.all(
        "SELECT name FROM pragma_table_list"
        " WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND type = 'table' AND NOT strict"
    )
    assert lax == []


async def test_what_is_missing_is_added_to_what_is_there(empty: Database, tmp_path: Path) -> None:
    first = "CREATE TABLE a (x TEXT) STRICT; -- a note; with a semicolon\n\n-- the end"
    second = "CREATE TABLE b (\n  x TEXT  -- one; two\n) STRICT;\nCREATE INDEX c ON b (x);\n"
    steps = folder(tmp_path / "steps", n0001_a=first)
    assert (await migrate(empty, steps), await tables(empty)) == (1, ["a"])
    folder(steps, n0002_b=second)
    assert (await migrate(empty, steps), await tables(empty)) == (2, ["a", "b", "c"])


async def test_a_file_that_fails_leaves_the_schema_as_it_was(
    empty: Database, tmp_path: Path
) -> None:
    good = "CREATE TABLE a (x TEXT) STRICT;"
    bad = "CREATE TABLE b (x TEXT) STRICT;\nCREATE TABLE a (x TEXT) STRICT;"
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        await migrate(empty, folder(tmp_path / "steps", n0001_good=good, n0002_bad=bad))
    assert (await tables(empty), await version(empty)) == ([], 0)


async def test_a_file_may_not_leave_rows_that_refer_to_nothing(
    empty: Database, tmp_path: Path
) -> None:
    orphan = (
        "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\n"
        "CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED) STRICT;\n"
        "INSERT INTO b VALUES (1);\n"
    )
    with pytest.raises(SchemaError, match="a row of b refers to a row of a that is gone"):
        await migrate(empty, folder(tmp_path / "steps", n0001_orphan=orphan))
    assert await tables(empty) == []


async def test_a_file_that_stops_within_a_statement_is_refused(
    empty: Database, tmp_path: Path
) -> None:
    torn = "CREATE TABLE a (x TEXT) STRICT;\nCREATE TABLE b (x TEXT"
    with pytest.raises(SchemaError, match=r"0001_torn\.sql ends within a statement"):
        await migrate(empty, folder(tmp_path / "steps", n0001_torn=torn))
    assert await tables(empty) == []


async def test_a_newer_schema_is_refused_and_left_alone(db: Database, tmp_path: Path) -> None:
    before = await tables(db)
    newest = await version(db)
    older_bot = folder(tmp_path / "steps")
    with pytest.raises(NewerSchema, match=f"schema {newest}, .* up to 0"):
        await migrate(db, older_bot)
    assert (await tables(db), await version(db)) == (before, newest)


@pytest.mark.parametrize(
    "names", [("n0002_a",), ("n0001_a", "n0003_b"), ("n0001_a", "n0001_b"), ("n1_a",)]
)
def test_a_gap_or_a_double_in_the_numbers_is_refused(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    with pytest.raises(SchemaError, match="should have the number"):
        migrations(folder(tmp_path / "steps", **dict.fromkeys(names, "SELECT 1;")))


async def test_what_goes_with_a_row_is_found_without_reading_a_table(empty: Database) -> None:
    """Or somebody who deletes their orders would hold up everybody's."""
    await migrate(empty)
    missing = await empty.all(
        'SELECT t.name, f."from" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f'
        " WHERE t.type = 'table' AND f.on_delete = 'CASCADE' AND NOT EXISTS"
        ' (SELECT 1 FROM pragma_table_info(t.name) k WHERE k.name = f."from" AND k.pk = 1)'
        " AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i"
        " JOIN pragma_index_info(i.name) c WHERE NOT i.partial AND c.seqno = 0"
        ' AND c.name = f."from")'
    )
    assert missing == []


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM orders WHERE account = 1 AND next_check_at IS NOT NULL", "of_account"),
        ("SELECT 1 FROM orders WHERE owner = 1 AND card_message = 2 AND card_message > 0", "shown"),
        ("UPDATE notices SET tries = 0 WHERE owner = 1 AND told_version < version", "notices_owed"),
    ],
)
async def test_what_is_asked_often_has_its_index(empty: Database, query: str, index: str) -> None:
    await migrate(empty)
    plan = await empty.all(f"EXPLAIN QUERY PLAN {query}")
    assert any(index in row[3] for row in plan), plan
