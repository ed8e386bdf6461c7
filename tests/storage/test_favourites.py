"""Favourites: kept once, in order, by their owner alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.event import Person
from bot.domain.pricing import Unit
from storage import favourites, people, targets
from storage.database import Database, Tx
from storage.favourites import Favourite

NOW = 1_700_000_000_000
ANN, BOB = 7, 8
PLAIN = Favourite(0, 1, None, "", "Followers", Decimal("0.8900"), Unit.PER_1000, "USD")
PRESET = replace(PLAIN, quantity=1000, name="Weekly")


@pytest.fixture
async def two(db: Database) -> Database:
    async def job(tx: Tx) -> None:
        for owner in (ANN, BOB):
            await people.meet(tx, Person(owner), "en", NOW)
        await tx.execute("INSERT INTO services (code) VALUES ('1234'), ('5678')")

    await db.write(job)
    return db


async def keep(db: Database, owner: int, new: Favourite, limit: int = 9) -> int | None:
    return await db.write(lambda tx: favourites.keep(tx, owner, new, NOW, limit))


async def test_what_is_kept_comes_back_exactly(two: Database) -> None:
    plain, preset = await keep(two, ANN, PLAIN), await keep(two, ANN, PRESET)
    assert plain is not None
    assert preset is not None
    found = await favourites.listing(two, ANN, 8, 0)
    assert found == [replace(PRESET, id=preset), replace(PLAIN, id=plain)]
    assert str(found[0].rate) == "0.8900"
    assert await favourites.listing(two, ANN, 8, 1) == found[1:]
    assert await favourites.favourite(two, ANN, plain) == found[1]


async def test_the_same_is_kept_once_and_as_it_was(two: Database) -> None:
    first = await keep(two, ANN, PRESET)
    assert await keep(two, ANN, replace(PRESET, name="", rate=Decimal(2))) == first
    assert await keep(two, BOB, PRESET) != first
    assert await favourites.count(two, ANN) == 1
    assert first is not None
    found = await favourites.favourite(two, ANN, first)
    assert found is not None
    assert (found.name, found.rate) == ("Weekly", Decimal("0.89"))


async def test_there_is_room_for_so_many(two: Database) -> None:
    assert await keep(two, ANN, PLAIN, limit=1) is not None
    assert await keep(two, ANN, PRESET, limit=1) is None
    assert await keep(two, ANN, PLAIN, limit=1) is not None
    assert await favourites.count(two, ANN) == 1


async def test_a_number_is_never_used_again(two: Database) -> None:
    first = await keep(two, ANN, PLAIN)
    assert first is not None
    assert await two.write(lambda tx: favourites.remove(tx, ANN, first))
    assert not await two.write(lambda tx: favourites.remove(tx, ANN, first))
    again = await keep(two, ANN, PLAIN)
    assert again is not None
    assert again > first


async def test_nobody_sees_or_touches_anothers(two: Database) -> None:
    mine = await keep(two, ANN, PLAIN)
    assert mine is not None
    assert await favourites.favourite(two, BOB, mine) is None
    assert await favourites.find(two, BOB, 1, None) is None
    assert await favourites.listing(two, BOB, 8, 0) == []
    assert not await two.write(lambda tx: favourites.rename(tx, BOB, mine, "his"))
    assert not await two.write(lambda tx: favourites.remove(tx, BOB, mine))
    assert await favourites.find(two, ANN, 1, None) == mine
    assert await favourites.find(two, ANN, 1, 1000) is None


async def test_a_name_is_given_and_taken_back(two: Database) -> None:
    mine = await keep(two, ANN, PLAIN)
    assert mine is not None
    for name in ("شهري", ""):
        assert await two.write(lambda tx, name=name: favourites.rename(tx, ANN, mine, name))
        found = await favourites.favourite(two, ANN, mine)
        assert found is not None
        assert found.name == name


async def test_erasing_takes_favourites_and_targets_with_it(two: Database) -> None:
    for owner in (ANN, BOB):
        await keep(two, owner, PLAIN)
        await two.write(
            lambda tx, owner=owner: targets.remember(tx, owner, "link", "https://a.com", NOW)
        )
    await two.write(lambda tx: people.erase(tx, ANN))
    assert await two.all("SELECT owner FROM favourites") == [(BOB,)]
    assert await two.all("SELECT owner FROM targets") == [(BOB,)]


async def test_targets_are_listed_and_removed_by_their_owner(two: Database) -> None:
    for step, value in enumerate(("https://a.com", "123\n55", "https://b.com")):
        kind = "link" if value.startswith("https") else "ids"
        await two.write(
            lambda tx, step=step, value=value, kind=kind: targets.remember(
                tx, ANN, kind, value, NOW + step
            )
        )
    saved, total = await targets.listing(two, ANN, 2, 0)
    assert ([value for _, value in saved], total) == (["https://b.com", "123\n55"], 3)
    assert [value for _, value in (await targets.listing(two, ANN, 2, 2))[0]] == ["https://a.com"]
    assert await targets.listing(two, BOB, 2, 0) == ([], 0)
    number = saved[1][0]
    assert await two.write(lambda tx: targets.forget(tx, BOB, number)) is None
    assert await two.write(lambda tx: targets.forget(tx, ANN, number)) == "123\n55"
    assert await two.write(lambda tx: targets.forget(tx, ANN, number)) is None
    assert (await targets.listing(two, ANN, 2, 0))[1] == 2
