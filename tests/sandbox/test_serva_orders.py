"""How orders run at the sandbox Serva: time, endings, refunds, and how their status is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.sandbox.serva import BatchForm, CountForm, Spelling, Status
from bot.sandbox.serva.clock import Clock
from bot.sandbox.serva.orders import spelled
from tests.sandbox.serva_api import LINK, Client, shop

INCORRECT = {"error": "Incorrect order ID"}


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        yield ann


async def test_an_order_runs_from_pending_to_completed(ann: Client) -> None:
    order = await ann.order()
    seen = []
    for _ in range(30):
        answer = await ann("status", order=order.id)
        seen.append((answer["status"], answer["remains"]))
        ann.serva.advance(10)
    words = list(dict.fromkeys(word for word, _ in seen))
    remains = [left for _, left in seen]
    assert words == ["Pending", "In progress", "Completed"]
    assert remains == sorted(remains, reverse=True)
    assert (remains[0], remains[-1]) == (1000, 0)
    assert any(0 < left < 1000 for left in remains)


async def test_the_start_count_comes_with_the_start(ann: Client) -> None:
    order = await ann.order()
    assert order.start_count is None
    ann.serva.advance(30)
    assert (await ann("status", order=order.id))["start_count"] == order.plan.start_count


async def test_goods_without_a_link_have_no_start_count(ann: Client) -> None:
    order = await ann.order("7788", fields='{"player_id": "1", "server_id": "2"}')
    ann.serva.advance(600)
    assert (order.status, order.start_count) == (Status.COMPLETED, None)


async def test_time_can_run_faster() -> None:
    now = [0]
    clock = Clock(lambda: now[0])
    now[0] = 1000
    clock.speed = 60
    now[0] = 2000
    assert clock() == 61_000
    clock.advance(2)
    clock.speed = 0
    now[0] = 9000
    assert clock() == 63_000
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


ENDINGS: dict[str, tuple[int | None, int, str]] = {
    "completed": (None, 0, "0.89"),
    "partial": (450, 450, "0.4895"),
    "canceled": (None, 1000, "0"),
    "refunded": (None, 1000, "0"),
    "failed": (None, 1000, "0.89"),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_ending_gives_back_what_was_not_delivered(ann: Client, ending: str) -> None:
    remains, left, charge = ENDINGS[ending]
    order = await ann.order()
    order.finish(ending, remains)
    answer = await ann("status", order=order.id)
    assert (answer["status"], answer["remains"]) == (ending.capitalize(), left)
    assert answer["charge"] == charge
    assert ann.account.balance == Decimal("25.50") - Decimal(charge)


async def test_a_canceled_order_keeps_the_price_of_what_came(ann: Client) -> None:
    order = await ann.order()
    order.finish("canceled", remains=900)
    assert (order.charge, ann.account.balance) == (Decimal("0.089"), Decimal("25.411"))


async def test_an_ending_can_be_corrected_and_money_moves_once(ann: Client) -> None:
    order = await ann.order()
    order.finish("completed")
    order.finish("partial", remains=500)
    order.finish("partial", remains=500)
    assert ann.account.balance == Decimal("25.055")
    order.finish("refunded")
    assert ann.account.balance == Decimal("25.50")
    order.finish("completed")
    assert ann.account.balance == Decimal("24.61")


async def test_an_ended_order_stays_as_it_ended(ann: Client) -> None:
    order = await ann.order()
    order.finish("partial", remains=450)
    ann.serva.advance(3600)
    assert (order.status, order.remains) == (Status.PARTIAL, 450)


async def test_a_held_order_does_not_move(ann: Client) -> None:
    order = await ann.order()
    order.hold("processing", remains=700, start_count=12)
    ann.serva.advance(3600)
    answer = await ann("status", order=order.id)
    assert (answer["status"], answer["remains"], answer["start_count"]) == ("Processing", 700, 12)


async def test_levers_refuse_nonsense(ann: Client) -> None:
    order = await ann.order()
    with pytest.raises(ValueError, match="not an ending"):
        order.finish("pending")
    with pytest.raises(ValueError, match="finish"):
        order.hold("completed")
    with pytest.raises(ValueError, match="remains"):
        order.finish("partial", remains=1001)
    assert order.status is Status.PENDING


async def test_mishaps_end_orders_by_themselves_and_pay_back() -> None:
    async with shop(mishaps=100) as ann:
        orders = [await ann.order(link=f"{LINK}{n}") for n in range(12)]
        ann.serva.advance(600)
        assert Status.COMPLETED not in {order.status for order in orders}
        kept = sum(order.charge for order in orders)
        assert kept < 12 * Decimal("0.89")
        assert ann.account.balance == Decimal("25.50") - kept


async def test_a_batch_is_keyed_by_id_and_a_bad_id_spoils_nothing(ann: Client) -> None:
    first, second = await ann.order(), await ann.order()
    answer = await ann("status", orders=f"{first.id}, ORD-1,{second.id}")
    assert list(answer) == [first.id, "ORD-1", second.id]
    assert answer["ORD-1"] == INCORRECT
    assert answer[first.id] == await ann("status", order=first.id)


async def test_a_batch_can_be_a_list(ann: Client) -> None:
    order = await ann.order()
    ann.serva.forms.batch = BatchForm.LIST
    assert await ann("status", orders=f"{order.id},ORD-1") == [
        {"order": order.id, **await ann("status", order=order.id)},
        {"order": "ORD-1", **INCORRECT},
    ]


async def test_a_hundred_ids_are_allowed(ann: Client) -> None:
    ids = [f"ORD-{n}" for n in range(100)]
    assert await ann("status", orders=",".join(ids)) == dict.fromkeys(ids, INCORRECT)


async def test_a_key_sees_only_its_own_orders(ann: Client) -> None:
    order = await ann.order()
    ben = ann.serva.account()
    assert await ann("status", key=ben.key, order=order.id) == {"error": "ORDER_NOT_FOUND"}
    assert await ann("status", key=ben.key, orders=order.id) == {order.id: INCORRECT}


@pytest.mark.parametrize(
    ("spelling", "word"),
    [
        (Spelling.SEED, "In progress"),
        (Spelling.SNAKE, "in_progress"),
        (Spelling.UPPER, "IN_PROGRESS"),
        (Spelling.LOWER, "in progress"),
        (Spelling.BRITISH, "In Progress"),
    ],
)
async def test_status_words_have_many_spellings(ann: Client, spelling: Spelling, word: str) -> None:
    order = await ann.order()
    order.hold("in progress")
    ann.serva.forms.status = spelling
    assert (await ann("status", order=order.id))["status"] == word


def test_the_british_cancel_with_two_l() -> None:
    assert spelled(Status.CANCELED, Spelling.BRITISH) == "Cancelled"


async def test_an_order_can_say_any_word(ann: Client) -> None:
    order = await ann.order()
    order.word = "Awaiting moderation"
    assert (await ann("status", order=order.id))["status"] == "Awaiting moderation"


@pytest.mark.parametrize(
    ("form", "start_count", "remains"),
    [
        (CountForm.INT, None, 1000),
        (CountForm.STRING, None, "1000"),
        (CountForm.EMPTY, "", 1000),
        (CountForm.WORD, "n/a", "1000 left"),
    ],
)
async def test_counts_have_many_forms(
    ann: Client, form: CountForm, start_count: object, remains: object
) -> None:
    order = await ann.order()
    ann.serva.forms.counts = form
    answer = await ann("status", order=order.id)
    assert (answer["start_count"], answer["remains"]) == (start_count, remains)


async def test_ids_grow_and_leave_gaps(ann: Client) -> None:
    numbers = [int((await ann.order()).id.removeprefix("ORD-")) for _ in range(6)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] - numbers[0] > 5
