"""A history is read by its owner alone, and nothing of it stays when they are erased."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.domain.catalogue import service_from
from bot.domain.event import Person
from bot.domain.history import Heard, Sending, Spent, TimeLine, month_span
from bot.domain.money import Money
from bot.domain.order import Details, Order, Placement, Quote, Value
from bot.domain.pricing import Unit
from bot.domain.tracking import Delivery, Report
from storage import history, orders, people
from storage.database import Database
from storage.history import Filter
from tests.storage.test_orders import ANN, BOB, NOW, Books, link

LIKES = service_from(
    {
        "service": "9",
        "name": "Likes",
        "name_ar": "إعجابات",
        "category": "TikTok",
        "rate": "2",
        "min": 1,
        "max": 9999,
    }
)
FOR_LIKES = Details(
    service=LIKES,
    quantity=50,
    sends_quantity=True,
    quote=Quote(Money(Decimal("0.101")), Decimal(2), Unit.PER_1000, proven=True),
    link="https://tiktok.com/@ann",
    values=(Value("note", "Note", "For Mona"),),
)


@pytest.fixture
async def books(db: Database) -> Books:
    """Ann and Bob have a key each."""
    linked = {}
    for owner in (ANN, BOB):
        await db.write(lambda tx, owner=owner: people.meet(tx, Person(owner), "en", NOW))  # type: ignore[misc]
        linked[owner] = await link(db, owner, f"key {owner}")
    await db.write(lambda tx: tx.insert("INSERT INTO services (code) VALUES ('1234')"))
    return Books(db, linked)


async def named(books: Books, owner: int = ANN) -> None:
    words = await history.nameless(books.db, owner, 100)
    await books.db.write(lambda tx: history.name(tx, words))


async def ids(books: Books, wanted: Filter, owner: int = ANN) -> list[int]:
    found, total = await history.find(books.db, owner, wanted, 100, 0)
    assert total == len(found)
    return [order.id for order in found]


async def test_orders_are_found_by_every_word_in_any_language(books: Books) -> None:
    followers = await books.insert("a")
    likes = await books.insert("b", details=FOR_LIKES, target="tiktok.com/@ann")
    assert await ids(books, Filter(("likes",))) == [], "before it was named"
    await named(books)
    assert await ids(books, Filter(("likes",))) == [likes]
    assert await ids(books, Filter(("اعجابات", "tiktok"))) == [likes]
    assert await ids(books, Filter(("tiktok.com/@ann",))) == [likes]
    assert await ids(books, Filter(("mona",))) == [likes]
    assert await ids(books, Filter(("likes", "followers"))) == []
    assert await ids(books, Filter(("%",))) == []
    assert await ids(books, Filter()) == [likes, followers]


async def test_orders_are_found_by_their_ids(books: Books) -> None:
    placed = await books.at(Placement.PLACED, "a", provider_order="ORD-100023")
    later = [await books.insert(f"n{number}") for number in range(12)]
    assert await ids(books, Filter(("ord-100023",))) == [placed], "before it was named, too"
    assert await ids(books, Filter(("100023",))) == [placed]
    assert await ids(books, Filter((str(later[-1]),))) == [later[-1]]
    assert await ids(books, Filter((f"#{placed}",))) == [placed], "and no other with that digit"
    assert await ids(books, Filter(("9" * 30,))) == []


async def test_a_history_is_only_its_owners(books: Books) -> None:
    mine = await books.insert("a")
    hers = await books.at(Placement.PLACED, "b", BOB, charge="1", first_charge="1")
    await books.claim(mine)
    await named(books)
    await named(books, BOB)
    assert await ids(books, Filter(("followers",))) == [mine]
    assert await ids(books, Filter((str(hers),))) == []
    assert [order.id for order in await history.before(books.db, ANN, Filter(), 2**62, 9)] == [mine]
    assert await history.months(books.db, BOB, 0, 12) == [(202311, 1)]
    assert await history.spent(books.db, ANN, 0, 2**62, 0) == [
        Spent(202311, "", Money(Decimal("0.89")), certain=False)
    ], "being sent: it may have cost that"
    assert len((await history.time_line(books.db, ANN, mine)).sendings) == 1
    assert await history.time_line(books.db, BOB, mine) == TimeLine((), ())
    assert await history.first_at(books.db, BOB) == NOW
    assert await history.nameless(books.db, 99, 9) == []


async def test_pages_and_chunks_reach_every_order_once(books: Books) -> None:
    made = [await books.insert(f"n{number}") for number in range(7)]
    pages = [await history.find(books.db, ANN, Filter(), 3, offset) for offset in (0, 3, 6)]
    assert [[order.id for order in found] for found, _ in pages] == [
        made[:3:-1],
        made[3:0:-1],
        made[:1],
    ]
    assert {total for _, total in pages} == {7}
    chunk: list[Order] = await history.before(books.db, ANN, Filter(), made[4], 3)
    assert [order.id for order in chunk] == made[3:0:-1]


async def test_months_follow_the_persons_clock(books: Books) -> None:
    since, until = month_span(202311, 180)
    await books.insert("a", now=since - 1)
    first = await books.insert("b", now=since)
    last = await books.insert("c", now=until - 1)
    await books.insert("d", now=until)
    assert await ids(books, Filter((), since, until)) == [last, first]
    assert await history.months(books.db, ANN, 180, 12) == [(202312, 1), (202311, 2), (202310, 1)]
    assert await history.months(books.db, ANN, 180, 2) == [(202312, 1), (202311, 2)]
    assert await history.first_at(books.db, ANN) == since - 1


@pytest.mark.parametrize(
    ("placement", "columns", "amount", "certain"),
    [
        (Placement.PLACED, {"charge": "0.4895", "first_charge": "0.89"}, "0.4895", True),
        (Placement.PLACED, {"charge": "0", "first_charge": "0.89"}, "0", True),
        (Placement.PLACED, {}, "0.11", False),
        (Placement.SENDING, {}, "0.11", False),
        (Placement.UNKNOWN, {}, "0.11", False),
        (Placement.CHARGED, {}, "0.11", False),
        (Placement.CHARGED, {"evidence": '{"moved": "9", "charged": "0.101"}'}, "0.101", False),
        (Placement.CHARGED, {"evidence": '{"moved": "0.101"}'}, "0.101", False),
    ],
)
async def test_what_counts_is_what_serva_shows(
    books: Books, placement: Placement, columns: dict[str, str], amount: str, certain: bool
) -> None:
    order = await books.insert("a", details=FOR_LIKES)
    await books.set(order, placement=placement.value, **columns)
    assert await history.spent(books.db, ANN, 0, 2**62, 0) == [
        Spent(202311, "TikTok", Money(Decimal(amount)), certain)
    ]


@pytest.mark.parametrize(
    "placement",
    [Placement.CONFIRMED, Placement.REFUSED, Placement.NOT_SENT, Placement.NOT_PLACED],
)
async def test_what_cost_nothing_is_not_counted(books: Books, placement: Placement) -> None:
    await books.at(placement, "a", charge="1")
    assert await history.spent(books.db, ANN, 0, 2**62, 0) == []


async def test_each_currency_is_named(books: Books) -> None:
    await books.at(Placement.PLACED, "a", charge="1", currency="EUR")
    (only,) = await history.spent(books.db, ANN, NOW, NOW + 1, 0)
    assert only.amount == Money(Decimal(1), "EUR")
    assert await history.spent(books.db, ANN, NOW + 1, 2**62, 0) == []


async def test_a_time_line_has_each_sending_and_each_status_once(books: Books) -> None:
    order = await books.insert("a")
    call = await books.claim(order)
    assert call is not None
    started = TimeLine((Sending(NOW, None, "open", ""),), ())
    assert await history.time_line(books.db, ANN, order) == started
    await books.db.write(lambda tx: orders.close_call(tx, call, "accepted", "req-1", "", NOW + 900))
    await books.move(order, Placement.SENDING, Placement.PLACED, provider_order="ORD-1")
    said = [
        (Delivery.PENDING, "Pending"),
        (Delivery.PENDING, "Pending"),
        (Delivery.IN_PROGRESS, "In progress"),
        (Delivery.OTHER, "Queued"),
        (Delivery.OTHER, "Paused"),
        (Delivery.IN_PROGRESS, "In progress"),
        (Delivery.COMPLETED, "Completed"),
    ]
    for minute, (delivery, word) in enumerate(said):
        report = Report(delivery, word)
        await books.db.write(
            lambda tx, report=report, at=NOW + 60_000 * minute: orders.keep_report(  # type: ignore[misc]
                tx, order, report, at, NOW
            )
        )
    line = await history.time_line(books.db, ANN, order)
    assert line.sendings == (Sending(NOW, NOW + 900, "accepted", "req-1"),)
    assert line.heard == tuple(
        Heard(NOW + 60_000 * minute, *said[minute]) for minute in (0, 2, 3, 4, 5, 6)
    )


async def test_an_endless_to_and_fro_keeps_the_latest(books: Books) -> None:
    order = await books.insert("a")
    for minute in range(60):
        report = Report(Delivery.OTHER, str(minute))
        await books.db.write(
            lambda tx, report=report, at=NOW + minute: orders.keep_report(  # type: ignore[misc]
                tx, order, report, at, NOW
            )
        )
    words = [one.word for one in (await history.time_line(books.db, ANN, order)).heard]
    assert words == [str(minute) for minute in range(10, 60)]


async def test_nothing_of_it_is_left_when_somebody_is_erased(books: Books) -> None:
    order = await books.insert("a")
    await named(books)
    report = Report(Delivery.PENDING, "Pending")
    await books.db.write(lambda tx: orders.keep_report(tx, order, report, NOW, NOW))
    await books.db.write(lambda tx: people.erase(tx, ANN))
    for table in ("orders", "order_words", "statuses"):
        assert await books.db.all(f"SELECT * FROM {table}") == []


async def test_an_order_that_is_gone_by_now_is_not_named(books: Books) -> None:
    await books.db.write(lambda tx: history.name(tx, [(12345, "ghost")]))
    assert await books.db.all("SELECT * FROM order_words") == []
