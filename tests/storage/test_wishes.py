"""Wishes: kept whole, by their owner, brought over from the old switch, and gone when erased."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.event import Person
from bot.domain.money import Money
from bot.domain.wishes import LEVELS, Level, Ring, Wishes
from storage import people, wishes
from storage.database import Database, Tx
from storage.migrate import migrate, migrations

NOW = 1_700_000_000_000
ALL_SET = Wishes(
    rings=frozenset({Ring.TROUBLE, Ring.PROGRESS}),
    quiet_nights=True,
    zone=-570,
    daily=Money(Decimal("20.00")),
    twice=Money(Decimal("7.5"), "SAR"),
)


@pytest.fixture
async def two(db: Database) -> Database:
    async def job(tx: Tx) -> None:
        await people.meet(tx, Person(7, "Ann"), "en", NOW)
        await people.meet(tx, Person(8, "Bob"), "en", NOW)

    await db.write(job)
    return db


async def test_whoever_changed_nothing_has_the_defaults(two: Database) -> None:
    assert await wishes.of(two, 7) == Wishes()


async def test_the_defaults_of_the_table_are_those_of_the_domain(two: Database) -> None:
    await two.write(lambda tx: tx.execute("INSERT INTO wishes (owner) VALUES (7)"))
    assert await wishes.of(two, 7) == Wishes()


async def test_everything_is_kept_as_it_was(two: Database) -> None:
    kept = await two.write(lambda tx: wishes.change(tx, 7, lambda _: ALL_SET))
    assert kept == ALL_SET == await wishes.of(two, 7)
    assert await wishes.of(two, 8) == Wishes()


@pytest.mark.parametrize("ring", Ring)
async def test_each_kind_has_a_column_of_its_own(two: Database, ring: Ring) -> None:
    only = Wishes(frozenset({ring}))
    await two.write(lambda tx: wishes.change(tx, 7, lambda _: only))
    assert await wishes.of(two, 7) == only


async def test_a_change_starts_from_what_there_is(two: Database) -> None:
    await two.write(lambda tx: wishes.change(tx, 7, lambda _: ALL_SET))
    await two.write(lambda tx: wishes.change(tx, 7, lambda now: replace(now, zone=180)))
    assert await wishes.of(two, 7) == replace(ALL_SET, zone=180)


async def test_somebody_unknown_has_no_wishes(two: Database) -> None:
    await two.write(lambda tx: wishes.change(tx, 99, lambda _: ALL_SET))
    assert await wishes.of(two, 99) == Wishes()


async def test_they_are_gone_with_their_person(two: Database) -> None:
    await two.write(lambda tx: wishes.change(tx, 7, lambda _: ALL_SET))
    await two.write(lambda tx: wishes.change(tx, 8, lambda _: ALL_SET))
    await two.write(lambda tx: people.erase(tx, 7))
    assert await two.all("SELECT owner FROM wishes") == [(8,)]


async def test_the_old_switch_is_brought_over(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for migration in migrations():
        if migration.version < 6:
            (before / migration.name).write_text(migration.sql, encoding="utf-8")
    async with Database.open(tmp_path / "old.db") as db:
        await migrate(db, before)

        async def job(tx: Tx) -> None:
            for person, switch in ((7, "important"), (8, "none")):
                await people.meet(tx, Person(person), "en", NOW)
                await tx.execute("UPDATE people SET notify = ? WHERE id = ?", (switch, person))

        await db.write(job)
        await migrate(db)
        assert await wishes.of(db, 7) == Wishes()
        assert await wishes.of(db, 8) == Wishes(LEVELS[Level.NONE])
        columns = await db.one("SELECT sql FROM sqlite_schema WHERE name = 'people'")
        assert columns is not None
        assert not re.search("notify", columns[0])
