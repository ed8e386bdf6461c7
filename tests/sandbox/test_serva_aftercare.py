"""Refilling and cancelling at the sandbox Serva, for goods whose row says that they take it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.sandbox.catalogue import Good, Unit
from bot.sandbox.serva import Status
from tests.sandbox.serva_api import LINK, Client, shop


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        both = {"refill": True, "cancel": True}
        likes = Good(
            "55", "Likes", "Instagram", "Default", Decimal(1), 1, 5000, Unit.PER_1000, extras=both
        )
        ann.serva.stock(likes)
        yield ann


async def likes(ann: Client) -> str:
    return (await ann.order("55", link=LINK, quantity="1000")).id


async def test_an_order_that_had_not_begun_is_cancelled_whole(ann: Client) -> None:
    order = ann.serva.order(await likes(ann))
    order.hold("pending", remains=1000)
    assert await ann("cancel", orders=order.id) == [{"order": order.id, "cancel": 1}]
    assert order.status is Status.PENDING
    ann.serva.advance(20)
    assert (order.status, order.charge, ann.account.balance) == (
        Status.CANCELED,
        0,
        Decimal("25.50"),
    )


async def test_what_has_come_by_then_stays_and_is_paid(ann: Client) -> None:
    order = ann.serva.order(await likes(ann))
    order.hold("in progress", remains=400)
    await ann("cancel", orders=order.id)
    ann.serva.advance(20)
    assert (order.status, order.remains, order.charge) == (Status.PARTIAL, 400, Decimal("0.6"))


async def test_a_running_order_stops_by_itself(ann: Client) -> None:
    order = ann.serva.order(await likes(ann))
    await ann("cancel", orders=order.id)
    ann.serva.advance(600)
    assert order.status in (Status.CANCELED, Status.PARTIAL)
    assert order.remains > 0


async def test_an_order_that_ends_before_it_stops_is_completed(ann: Client) -> None:
    order = ann.serva.order(await likes(ann))
    ann.serva.advance((order.plan.ends_at - ann.serva.clock()) / 1000 - 1)
    await ann("cancel", orders=order.id)
    ann.serva.advance(60)
    assert (order.status, order.remains) == (Status.COMPLETED, 0)


async def test_each_id_of_a_list_has_an_answer_of_its_own(ann: Client) -> None:
    good, other = await likes(ann), (await ann.order()).id
    no = {"error": "This order cannot be canceled"}
    assert await ann("cancel", orders=f"{good},{other},ORD-1") == [
        {"order": good, "cancel": 1},
        {"order": other, "cancel": no},
        {"order": "ORD-1", "cancel": {"error": "Incorrect order ID"}},
    ]


async def test_a_refill_runs_for_a_minute_and_can_then_be_asked_for_again(ann: Client) -> None:
    order = await likes(ann)
    no = {"error": "REFILL_NOT_AVAILABLE"}
    assert await ann("refill", order=order) == no
    ann.serva.order(order).finish("completed")
    assert await ann("refill", order=order) == {"refill": "1"}
    assert await ann("refill", order=order) == no
    assert await ann("refill_status", refill="1") == {"status": "In progress"}
    ann.serva.advance(60)
    assert await ann("refill_status", refill="1") == {"status": "Completed"}
    assert await ann("refill", order=order) == {"refill": "2"}


async def test_goods_whose_row_says_nothing_are_not_refilled(ann: Client) -> None:
    order = await ann.order()
    order.finish("completed")
    assert await ann("refill", order=order.id) == {"error": "REFILL_NOT_AVAILABLE"}


async def test_nobody_asks_about_anothers_refill(ann: Client) -> None:
    order = await likes(ann)
    ann.serva.order(order).finish("completed")
    await ann("refill", order=order)
    key = ann.serva.account().key
    assert await ann("refill_status", refill="1", key=key) == {"error": "REFILL_NOT_FOUND"}
