"""People: found by what an operator types, and gone without a trace when they ask for it."""

from __future__ import annotations

import pytest

from bot.domain.event import Person
from storage import people, targets
from storage.database import Database, Tx
from tests.storage.test_accounts import linked

NOW = 1_700_000_000_000


@pytest.fixture
async def three(db: Database) -> Database:
    async def job(tx: Tx) -> None:
        await people.meet(tx, Person(7, "Ann", "ann_w"), "en", NOW)
        await people.meet(tx, Person(8, "100% Bob", "bob"), "en", NOW + 1)
        await people.meet(tx, Person(9, "سارة", ""), "ar", NOW + 2)

    await db.write(job)
    return db


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [9, 8, 7]),
        ("ann", [7]),
        ("@bob", [8]),
        ("سار", [9]),
        ("8", [8]),
        ("%", [8]),
        ("_", [7]),
        ("\\", []),
        ("' OR 1=1 --", []),
    ],
)
async def test_people_are_found(three: Database, typed: str, found: list[int]) -> None:
    assert [known.id for known in await people.find(three, typed, 8)] == found


async def test_counting(three: Database) -> None:
    await linked(three, 7, "first")
    await three.write(lambda tx: people.set_banned(tx, 8, NOW))
    assert await people.count(three) == (3, 1, 1)


async def test_banning_somebody_unknown_says_so(three: Database) -> None:
    assert not await three.write(lambda tx: people.set_banned(tx, 99, NOW))


async def test_erasing_leaves_nothing_of_one_person_and_all_of_the_others(
    three: Database,
) -> None:
    await linked(three, 7, "first")
    await linked(three, 8, "second")
    await three.write(lambda tx: targets.remember(tx, 7, "link", "https://x.com/ann", NOW))
    await three.write(lambda tx: people.erase(tx, 7))
    for table, column in (
        ("people", "id"),
        ("accounts", "owner"),
        ("targets", "owner"),
        ("sessions", "owner"),
        ("orders", "owner"),
        ("notices", "owner"),
    ):
        assert await three.all(f"SELECT 1 FROM {table} WHERE {column} = 7") == []
    assert await people.known(three, 8) is not None
    assert await three.all("SELECT owner FROM accounts") == [(8,)]


async def test_saved_targets_are_their_owners(three: Database) -> None:
    await three.write(lambda tx: targets.remember(tx, 7, "link", "https://x.com/ann", NOW))
    await three.write(lambda tx: targets.remember(tx, 7, "link", "https://x.com/bob", NOW + 1))
    await three.write(lambda tx: targets.remember(tx, 7, "link", "https://x.com/ann", NOW + 2))
    recent = await targets.recent(three, 7, "link", 3)
    assert [value for _, value in recent] == ["https://x.com/ann", "https://x.com/bob"]
    assert await targets.value(three, 8, recent[0][0]) is None
