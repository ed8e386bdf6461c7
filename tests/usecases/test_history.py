"""Looking back: by the person's own clock, without end where there is none, and never twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.event import Person
from bot.domain.history import month_at, month_span
from bot.domain.money import Money
from bot.domain.order import Placement
from bot.domain.request import Wanted
from bot.usecases import history as module
from bot.usecases.history import LookBack
from storage import people, requests, wishes
from storage.database import Database
from storage.migrate import migrate
from tests.storage.test_orders import ANN, BOB, Books, link

NOW = 1_779_026_700_000
MONTH = 202605
HOUR = 3_600_000


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        linked = {}
        for owner in (ANN, BOB):
            await db.write(lambda tx, owner=owner: people.meet(tx, Person(owner), "en", NOW))  # type: ignore[misc]
            linked[owner] = await link(db, owner, f"key {owner}")
        await db.write(lambda tx: tx.insert("INSERT INTO services (code) VALUES ('1234')"))
        yield Books(db, linked)


def looking(books: Books) -> LookBack:
    return LookBack(books.db, lambda: NOW)


async def lives_at(books: Books, zone: int) -> None:
    await books.db.write(lambda tx: wishes.change(tx, ANN, lambda now: replace(now, zone=zone)))


async def placed(books: Books, nonce: str, at: int, charge: str = "1") -> int:
    order = await books.insert(nonce, now=at)
    await books.set(order, placement=Placement.PLACED.value, charge=charge, first_charge=charge)
    return order


async def test_a_month_is_the_persons_own(books: Books) -> None:
    midnight = month_span(MONTH, 0)[0]
    late = await placed(books, "a", midnight - HOUR)
    back = looking(books)
    assert await back.found(ANN, "", MONTH, 9, 0) == ([], 0)
    assert (await back.spending(ANN, MONTH)).in_utc
    await lives_at(books, 180)
    found, total = await back.found(ANN, "", MONTH, 9, 0)
    assert ([order.id for order in found], total) == ([late], 1)
    assert await back.months(ANN) == [(MONTH, 1)]
    told = await back.spending(ANN, MONTH)
    assert not told.in_utc
    assert [spending.total for spending in told.spendings] == [Money(Decimal(1))]


async def test_months_are_offered_as_far_as_there_are_any(books: Books) -> None:
    await placed(books, "a", month_span(202603, 0)[0])
    back = looking(books)
    told = [await back.spending(ANN, month) for month in (0, MONTH, 202604, 202603, 10**17)]
    assert [(one.month, one.earlier, one.later) for one in told] == [
        (MONTH, 202604, None),
        (MONTH, 202604, None),
        (202604, 202603, MONTH),
        (202603, None, 202604),
        (MONTH, 202604, None),
    ]
    assert (await back.spending(BOB, 202603)).earlier is None


async def test_the_last_year_is_told_month_by_month(books: Books) -> None:
    await placed(books, "a", NOW, "2")
    await placed(books, "b", month_span(202506, 0)[0], "3")
    await placed(books, "c", month_span(202506, 0)[0] - 1, "5")
    (told,) = await looking(books).spending_by_month(ANN)
    assert told.total == Money(Decimal(5))
    assert [share.key for share in told.shares][::11] == [MONTH, 202506]
    assert [str(share.total.amount) for share in told.shares] == ["2.00", *["0.00"] * 10, "3.00"]
    assert await looking(books).spending_by_month(BOB) == []


async def test_every_order_is_handed_out_once_and_the_oldest_are_left_out(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 3)
    made = [await books.insert(f"n{number}") for number in range(10)]
    back = looking(books)
    chunks = [[order.id for order in chunk] async for chunk in back.every(ANN, "", None)]
    assert chunks == [made[:6:-1], made[6:3:-1], made[3:0:-1], made[:1]]
    monkeypatch.setattr(module, "MOST", 6)
    assert [len(chunk) async for chunk in back.every(ANN, "", None)] == [3, 3]
    assert [chunk async for chunk in back.every(BOB, "", None)] == []


async def test_orders_are_found_however_many_came_since_the_last_search(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    back = looking(books)
    for number in range(5):
        await books.insert(f"n{number}")
    assert (await back.found(ANN, "FOLLOWERS", None, 9, 0))[1] == 5
    await books.insert("later")
    assert (await back.found(ANN, "followers instagram.com/ann", None, 9, 0))[1] == 6
    assert (await back.found(BOB, "followers", None, 9, 0))[1] == 0
    assert (await back.found(ANN, "likes", None, 9, 0))[1] == 0


async def test_a_time_line_is_its_owners(books: Books) -> None:
    order = await books.insert("a")
    await books.claim(order)
    told = await looking(books).time_line(ANN, order)
    assert told is not None
    assert (told[0].id, len(told[1].sendings), told[2]) == (order, 1, ())
    assert await looking(books).time_line(BOB, order) is None


async def test_a_time_line_has_what_was_asked_about_the_order(books: Books) -> None:
    order = await books.insert("a")
    await books.db.write(lambda tx: requests.ask(tx, ANN, order, Wanted.CANCEL, NOW))
    told = await looking(books).time_line(ANN, order)
    assert told is not None
    assert [(one.kind, one.asked_at) for one in told[2]] == [(Wanted.CANCEL, NOW)]
    assert await looking(books).time_line(BOB, order) is None


def test_the_clock_above_is_in_the_month_above() -> None:
    assert month_at(NOW, 0) == MONTH
