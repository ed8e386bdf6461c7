"""Batches: many orders at once, in turns, counted together, and one card for all of them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from decimal import Decimal

import pytest

from bot.domain.batch import Batch, Fate, Told
from bot.domain.mass import Line, Mistake, Ready, Wrong
from bot.domain.money import Money
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Placement, Reason, Why
from bot.domain.pricing import Unit
from bot.domain.refusal import Meaning
from storage import batches, notices, orders, people, queued
from storage.batches import Draft
from storage.notices import BATCH_PACE
from tests.storage.test_orders import ANN, BOB, DETAILS, NOW, Books, books

__all__ = ["books"]  # the fixture

LINE = Line(1, "1234", "https://instagram.com/ann", 1000)
TOTAL = Money(Decimal("2.67"))


def ready(count: int = 3) -> list[Ready]:
    return [Ready(line, 1, DETAILS, f"instagram.com/p{line}") for line in range(1, count + 1)]


async def insert(
    books: Books, count: int = 3, nonce: str = "b", owner: int = ANN, rest_of: int | None = None
) -> int:
    return await books.db.write(
        lambda tx: batches.insert(
            tx,
            owner=owner,
            account=books.accounts[owner],
            nonce=nonce,
            ready=ready(count),
            total=TOTAL,
            rest_of=rest_of,
            card_message=500,
            now=NOW,
        )
    )


async def of(books: Books, batch: int) -> list[int]:
    found, _ = await batches.orders_of(books.db, batch, (), 500, 0)
    return [order.id for order in found]


async def kept(books: Books, batch: int, owner: int = ANN) -> Batch:
    found = await batches.batch(books.db, owner, batch)
    assert found is not None
    return found


# ---- lists that wait ----


async def test_a_list_is_kept_until_another_takes_its_place(books: Books) -> None:
    first = Draft(
        "one",
        (LINE, Mistake(2, Wrong.LINK, "1234 | x | 5"), Line(3, "5", "https://x.com/a", None)),
        {"1234": (Decimal("0.890"), Unit.PER_1000)},
        (2,),
        None,
    )
    await books.db.write(lambda tx: batches.keep_draft(tx, ANN, first, NOW))
    assert await batches.draft(books.db, ANN, "one") == first
    assert await batches.draft(books.db, BOB, "one") is None
    second = Draft("two", (LINE,), {}, (), 3)
    await books.db.write(lambda tx: batches.keep_draft(tx, ANN, second, NOW))
    assert await batches.draft(books.db, ANN, "one") is None
    assert await batches.draft(books.db, ANN, "two") == second
    await books.db.write(lambda tx: batches.forget_drafts(tx, NOW))
    assert await batches.draft(books.db, ANN, "two") == second
    await books.db.write(lambda tx: batches.forget_drafts(tx, NOW + 1))
    assert await batches.draft(books.db, ANN, "two") is None


# ---- batches and their orders ----


async def test_a_batch_is_an_order_for_every_line(books: Books) -> None:
    batch = await insert(books)
    assert await kept(books, batch) == Batch(
        batch, ANN, books.accounts[ANN], "b", NOW, 3, TOTAL, 500
    )
    found = [await books.order(order) for order in await of(books, batch)]
    assert [(order.batch, order.nonce, order.target) for order in found] == [
        (batch, f"b.{line}", f"instagram.com/p{line}") for line in (1, 2, 3)
    ]
    for order in found:
        assert (order.placement, order.details, order.card_message, order.confirmed_at) == (
            Placement.CONFIRMED,
            DETAILS,
            None,
            NOW,
        )
    assert [number for number, _ in await batches.lines(books.db, batch)] == [1, 2, 3]


async def test_a_batch_and_its_orders_exist_once(books: Books) -> None:
    await insert(books)
    with pytest.raises(sqlite3.IntegrityError):
        await insert(books)
    assert await books.db.one("SELECT count(*) FROM orders") == (3,)
    await insert(books, owner=BOB)


async def test_a_rest_is_gone_on_with_once(books: Books) -> None:
    first = await insert(books)
    second = await insert(books, nonce="c", rest_of=first)
    assert (await kept(books, first)).rest == second
    assert (await kept(books, second)).rest_of == first
    with pytest.raises(sqlite3.IntegrityError):
        await insert(books, nonce="d", rest_of=first)


async def test_everything_is_read_with_its_owner(books: Books) -> None:
    batch = await insert(books)
    assert await batches.batch(books.db, BOB, batch) is None
    assert await batches.by_nonce(books.db, BOB, "b") is None
    assert await batches.some(books.db, BOB, [batch]) == {}
    assert list(await batches.some(books.db, ANN, [batch, 99])) == [batch]
    await books.db.write(lambda tx: batches.set_card(tx, BOB, batch, 1))
    assert (await kept(books, batch)).card_message == 500


async def test_of_every_batch_one_order_is_due_at_a_time(books: Books) -> None:
    first = await insert(books)
    second = await insert(books, nonce="c", owner=BOB)
    single = await books.insert("n")

    async def due(now: int = NOW) -> list[int]:
        return [waiting.id for waiting in await orders.waiting(books.db, now)]

    heads = [(await of(books, batch))[0] for batch in (first, second)]
    assert await due() == [*heads, single]
    assert [waiting.batch for waiting in await orders.waiting(books.db, NOW)] == [
        first,
        second,
        None,
    ]
    await books.db.write(lambda tx: orders.wait_until(tx, heads[0], NOW + 5))
    assert await due() == [heads[1], single], "what puts off the first puts off all behind it"
    await books.claim(heads[1])
    assert await due(NOW + 5) == [heads[0], (await of(books, second))[1], single]


async def test_the_rest_is_given_up_and_only_that(books: Books) -> None:
    batch, other = await insert(books, 4), await insert(books, nonce="c", owner=BOB)
    first, second, third, fourth = await of(books, batch)
    await books.claim(first)
    await books.set(second, placement="placed")
    await books.set(third, card_message=77)
    reason = Reason(Why.STOPPED)
    carded = await books.db.write(lambda tx: batches.give_up_rest(tx, batch, reason, NOW))
    assert carded == [third]
    placements = [(await books.order(order)).placement for order in (first, second, third, fourth)]
    assert placements == [
        Placement.SENDING,
        Placement.PLACED,
        Placement.NOT_SENT,
        Placement.NOT_SENT,
    ]
    assert (await books.order(fourth)).reason == reason
    assert (await books.order((await of(books, other))[0])).placement is Placement.CONFIRMED
    assert await batches.rest(books.db, batch) == [
        Line(line, "1234", "https://instagram.com/ann", 1000) for line in (3, 4)
    ]


async def test_what_came_to_nothing_for_no_fault_of_its_own_can_be_gone_on_with(
    books: Books,
) -> None:
    batch = await insert(books, 6)
    endings = {
        "refused": ["balance_too_low", "link", "key_revoked"],
        "not_sent": ["price_changed"],
        "not_placed": ["unknown"],
        "unknown": ["unknown"],
    }
    ends = [(placement, why) for placement, whys in endings.items() for why in whys]
    for order, (placement, why) in zip(await of(books, batch), ends, strict=True):
        await books.set(order, placement=placement, reason=json.dumps({"meaning": why}))
    assert [line.number for line in await batches.rest(books.db, batch)] == [1, 3, 4, 5]
    assert (await batches.tally(books.db, await kept(books, batch))).rest == 4


async def test_endings_in_a_row_are_counted_where_they_are_alike(books: Books) -> None:
    batch = await insert(books, 5)
    one, two, three, four, _ = await of(books, batch)
    reason = Reason(Meaning.OTHER, "slow down")
    said = json.dumps(asdict(reason))
    for order, placement in ((one, "refused"), (two, "placed"), (three, "not_sent")):
        await books.set(order, placement=placement, reason=said)
    await books.set(four, placement="refused", reason=said)
    assert await batches.ended_alike(books.db, batch, four, reason) == 2
    assert await batches.ended_alike(books.db, batch, one, reason) == 1
    assert await batches.ended_alike(books.db, batch, two, reason) == 0
    assert await batches.ended_alike(books.db, batch, four, Reason(Meaning.OTHER, "no")) == 0


async def test_how_its_orders_stand(books: Books) -> None:
    batch = await insert(books, 6)
    one, two, three, four, five, _ = await of(books, batch)
    await books.set(one, placement="placed", next_check_at=NOW, charge="0.80")
    await books.set(two, placement="placed", delivery="completed", ended_at=NOW, charge="0.09")
    await books.set(three, placement="unknown", evidence='{"decided_by": "asked"}')
    await books.set(four, placement="not_sent", reason='{"meaning": "price_changed"}')
    await books.set(five, placement="placed", next_check_at=NOW, charge="7", currency="EUR")
    tally = await batches.tally(books.db, await kept(books, batch))
    assert dict(tally.counts) == {
        Fate.RUNNING: 2,
        Fate.DONE: 1,
        Fate.UNKNOWN: 1,
        Fate.NOT_SENT: 1,
        Fate.WAITING: 1,
    }
    assert (tally.unknown, tally.asked, tally.unsent) == ((three,), (three,), "price_changed")
    assert tally.charged == Money(Decimal("0.89")), "other currencies do not mix"
    missed, total = await batches.orders_of(books.db, batch, [Placement.UNKNOWN], 8, 0)
    assert ([order.id for order in missed], total) == ([three], 1)


async def test_lost_answers_are_counted_and_waited_for(books: Books) -> None:
    batch = await insert(books)
    one, two, three = await of(books, batch)
    key = f"key {ANN}"
    assert (await batches.next_look(books.db, key), await batches.lost(books.db, batch)) == (
        None,
        0,
    )
    lost = '{"meaning": "unknown"}'
    await books.set(one, placement="unknown", next_evidence_at=NOW + 9, reason=lost)
    await books.set(two, placement="unknown", next_evidence_at=None, reason=lost)
    await books.set(three, placement="not_placed", reason=lost)
    assert await batches.next_look(books.db, key) == NOW + 9
    assert await batches.next_look(books.db, f"key {BOB}") is None
    assert await batches.lost(books.db, batch) == 3


async def test_what_is_in_the_way_is_what_is_in_the_way_of_one_order(books: Books) -> None:
    unknown = await books.at(Placement.UNKNOWN, "u")
    await books.set(unknown, target="a")
    waiting = await books.at(Placement.CONFIRMED, "c")
    await books.set(waiting, target="b")
    over = await books.at(Placement.PLACED, "p")
    await books.set(over, target="c")
    nowhere = await books.at(Placement.UNKNOWN, "e")
    await books.set(nowhere, target="")
    blocked = await batches.blocked_targets(books.db, ANN)
    assert blocked == {("a", None): (Wrong.BLOCKED, unknown), ("b", 1): (Wrong.BLOCKED, waiting)}
    for target in "abc":
        for service in (1, 2):
            alone = await orders.in_the_way(books.db, ANN, target, service)
            together = blocked.get((target, None)) or blocked.get((target, service))
            assert (alone and (Wrong.BLOCKED, alone.id)) == together
    assert await batches.blocked_targets(books.db, BOB) == {}


async def test_what_an_order_could_wait_for_is_in_the_way_of_a_list(books: Books) -> None:
    running = await books.at(Placement.PLACED, "r")
    await books.set(running, target="a", next_check_at=NOW)
    left_alone = await books.at(Placement.PLACED, "l")
    await books.set(left_alone, target="b", next_check_at=None)
    over = await books.at(Placement.PLACED, "o")
    await books.set(over, target="c", ended_at=NOW, next_check_at=None)
    blocked = await batches.blocked_targets(books.db, ANN)
    assert blocked == {("a", 1): (Wrong.RUNNING, running)}
    for target in "abc":
        for service in (1, 2):
            alone = await queued.to_wait_for(books.db, ANN, target, service)
            assert (alone and (Wrong.RUNNING, alone.id)) == blocked.get((target, service))
    again = await books.at(Placement.CONFIRMED, "again")
    await books.set(again, target="a")
    blocked = await batches.blocked_targets(books.db, ANN)
    assert blocked == {("a", 1): (Wrong.BLOCKED, again)}


async def test_what_is_still_to_be_sent_is_owed(books: Books) -> None:
    account = books.accounts[ANN]
    assert await batches.owed(books.db, account, "USD") == Money(Decimal(0))
    first, *_ = await of(books, await insert(books))
    await insert(books, owner=BOB)
    each = DETAILS.quote.total.at_most()
    assert await batches.owed(books.db, account, "USD") == Money(each.amount * 3)
    await books.claim(first)
    assert await batches.owed(books.db, account, "USD") == Money(each.amount * 2)
    assert await batches.owed(books.db, account, "EUR") == Money(Decimal(0), "EUR")


# ---- in a person's lists ----


async def test_a_batch_is_one_row_among_the_orders(books: Books) -> None:
    single = await books.insert("n")
    batch = await insert(books)
    first, *others = await of(books, batch)

    async def listed(active: bool) -> list[int]:
        found, total = await orders.listing(books.db, ANN, active, 8, 0)
        assert total == len(found)
        return [order.id for order in found]

    assert (await listed(True), await listed(False)) == ([first, single], [])
    await books.set(first, placement="placed", ended_at=NOW)
    assert await listed(True) == [first, single], "the others still wait"
    for order in others:
        await books.set(order, placement="refused")
    assert (await listed(True), await listed(False)) == ([single], [first])


async def test_a_batchs_message_is_nobody_elses(books: Books) -> None:
    batch = await insert(books)
    assert await orders.shown_at(books.db, ANN, 500) == 0
    assert await orders.shown_at(books.db, BOB, 500) is None
    order = (await of(books, batch))[1]
    await books.db.write(lambda tx: orders.set_card(tx, ANN, order, 600))
    assert await orders.shown_at(books.db, ANN, 600) == order
    await books.db.write(lambda tx: orders.set_card(tx, ANN, order, None))
    assert (await books.order(order)).card_message == 0, "it has one, which is to be sent"
    single = await books.insert("n")
    await books.db.write(lambda tx: orders.set_card(tx, ANN, single, None))
    assert (await books.order(single)).card_message is None


# ---- notices ----


async def owe(books: Books, order: int, kind: NoticeKind, now: int = NOW) -> None:
    await books.db.write(lambda tx: notices.add(tx, ANN, kind, now, order=order))


async def lease(books: Books, now: int) -> list[Notice]:
    return await books.db.write(lambda tx: notices.lease(tx, now, now + 1, 10, each=10))


async def tell(books: Books, now: int) -> list[tuple[NoticeKind, int | None, int | None]]:
    told = []
    for notice in await lease(books, now):
        await books.db.write(
            lambda tx, notice=notice: notices.told(tx, notice.id, notice.version)  # type: ignore[misc]
        )
        told.append((notice.kind, notice.order, notice.batch))
    return told


async def test_whatever_happens_to_its_orders_is_told_by_one_notice(books: Books) -> None:
    batch = await insert(books)
    one, two, three = await of(books, batch)
    for kind in (NoticeKind.CARD, NoticeKind.ENDED, NoticeKind.PROGRESS):
        await owe(books, one, kind)
    await owe(books, two, NoticeKind.SETTLED)
    await owe(books, three, NoticeKind.ASK)
    assert await tell(books, NOW) == [(NoticeKind.BATCH, None, batch)]
    assert await tell(books, NOW + 10 * BATCH_PACE) == []


async def test_only_an_opened_order_has_a_card_and_no_bell(books: Books) -> None:
    batch = await insert(books)
    one, two, _ = await of(books, batch)
    await books.db.write(lambda tx: orders.set_card(tx, ANN, one, 600))
    await owe(books, one, NoticeKind.CARD)
    await owe(books, one, NoticeKind.ENDED)
    await owe(books, two, NoticeKind.CARD)
    assert sorted(await tell(books, NOW)) == [
        (NoticeKind.BATCH, None, batch),
        (NoticeKind.CARD, one, None),
    ]


async def test_a_card_that_was_drawn_waits_a_little_unless_somebody_looks(books: Books) -> None:
    batch = await insert(books)
    one, *_ = await of(books, batch)
    await owe(books, one, NoticeKind.CARD)
    assert len(await tell(books, NOW)) == 1
    await owe(books, one, NoticeKind.CARD, NOW + 1)
    await owe(books, one, NoticeKind.CARD, NOW + 500)
    assert await tell(books, NOW + BATCH_PACE) == []
    assert len(await tell(books, NOW + 1 + BATCH_PACE)) == 1
    await books.db.write(lambda tx: notices.add_batch(tx, ANN, batch, NOW, first=True))
    assert len(await tell(books, NOW + 2)) == 1


async def test_a_notice_comes_again_at_its_time_or_with_the_next_change(books: Books) -> None:
    batch = await insert(books)
    await books.db.write(lambda tx: notices.add_batch(tx, ANN, batch, NOW))
    (notice,) = await lease(books, NOW)
    await books.db.write(lambda tx: notices.told(tx, notice.id, notice.version))
    await books.db.write(lambda tx: notices.again(tx, notice.id, NOW + 90_000))
    assert await tell(books, NOW + 89_999) == []
    assert len(await tell(books, NOW + 90_000)) == 1
    await books.db.write(lambda tx: notices.again(tx, notice.id, NOW + 200_000))
    await owe(books, (await of(books, batch))[0], NoticeKind.CARD, NOW + 100_000)
    assert len(await tell(books, NOW + 100_000 + BATCH_PACE)) == 1


async def test_what_was_told_is_kept(books: Books) -> None:
    batch = await insert(books)
    told = Told(over=True, ended=2, final=False, asked=1, at=NOW)
    await books.db.write(lambda tx: batches.keep_told(tx, batch, told))
    assert (await kept(books, batch)).told == told


# ---- erasing ----


async def test_erasing_takes_batches_and_lists_along(books: Books) -> None:
    first = await insert(books)
    await insert(books, nonce="c", rest_of=first)
    other = await insert(books, owner=BOB)
    await books.db.write(lambda tx: notices.add_batch(tx, ANN, first, NOW))
    draft = Draft("one", (LINE,), {}, (), first)
    await books.db.write(lambda tx: batches.keep_draft(tx, ANN, draft, NOW))
    await books.db.write(lambda tx: people.erase(tx, ANN))
    for table in ("batches", "mass_drafts", "orders", "notices"):
        assert await books.db.all(f"SELECT 1 FROM {table} WHERE owner = {ANN}") == []
    assert (await kept(books, other, BOB)).size == 3
