"""What can go wrong on the way to the sandbox Serva and back, seen from a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import aiohttp
import pytest

from bot.sandbox.serva import Refusal
from tests.sandbox.serva_api import Client, Reply, shop

SHORT = 0.05


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        yield ann


async def add(ann: Client) -> Reply:
    return await ann.raw("add", service="1234", link="https://example.com/1", quantity="1000")


def paid(ann: Client) -> Decimal:
    return Decimal("25.50") - ann.account.balance


async def test_a_drop_before_accepting_costs_nothing(ann: Client) -> None:
    ann.serva.fault("drop_before", "add")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await add(ann)
    [call] = ann.serva.adds
    assert (call.outcome, call.fault, call.order) == ("received", "drop_before", None)
    assert paid(ann) == 0


async def test_a_drop_after_accepting_takes_the_money(ann: Client) -> None:
    ann.serva.fault("drop_after", "add")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await add(ann)
    [call] = ann.serva.adds
    assert (call.outcome, call.order) == ("done", ann.serva.orders[0])
    assert paid(ann) == Decimal("0.89")


SPOILT = {
    "html_502": (502, "text/html", "<!DOCTYPE html>"),
    "html_200": (200, "text/html", "<!DOCTYPE html>"),
    "junk_json": (200, "application/json", '{"order": [}'),
}


@pytest.mark.parametrize("accepting", [True, False])
@pytest.mark.parametrize("kind", SPOILT)
async def test_a_spoilt_answer_may_hide_an_accepted_order(
    ann: Client, kind: str, accepting: bool
) -> None:
    ann.serva.fault(kind, "add", accepting=accepting)
    reply = await add(ann)
    status, content_type, start = SPOILT[kind]
    assert (reply.status, reply.kind) == (status, content_type)
    assert reply.text.startswith(start)
    assert reply.request_id == ann.serva.calls[0].request_id
    assert len(ann.serva.orders) == int(accepting)


async def test_the_text_of_a_spoilt_answer_can_be_told(ann: Client) -> None:
    ann.serva.fault("junk_json", "balance", body='{"balance": NaN}')
    assert (await ann.raw("balance")).text == '{"balance": NaN}'


async def test_a_truncated_answer_ends_too_early(ann: Client) -> None:
    ann.serva.fault("truncated", "add")
    with pytest.raises(aiohttp.ClientPayloadError):
        await add(ann)
    assert paid(ann) == Decimal("0.89")


async def test_a_wrong_content_type_leaves_the_answer_right(ann: Client) -> None:
    ann.serva.fault("wrong_type", "balance")
    reply = await ann.raw("balance")
    assert reply.kind == "text/html"
    assert json.loads(reply.text) == {"balance": "25.5", "currency": "USD"}


async def test_a_slow_call_is_done_though_nobody_waits(ann: Client) -> None:
    fault = ann.serva.fault("slow", "add", seconds=60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(add(ann), SHORT)
    assert ann.serva.orders == []
    fault.release()
    await settled(lambda: len(ann.serva.orders) == 1)


async def test_a_slow_call_is_answered_in_the_end(ann: Client) -> None:
    ann.serva.fault("slow", "balance", seconds=0.01)
    assert await ann("balance") == {"balance": "25.5", "currency": "USD"}


async def test_hanging_before_accepting_ends_when_released(ann: Client) -> None:
    fault = ann.serva.fault("hang_before", "add")
    call = asyncio.create_task(add(ann))
    await fault.reached.wait()
    assert ann.serva.orders == []
    fault.release()
    assert json.loads((await call).text)["order"] == ann.serva.orders[0].id


async def test_hanging_after_accepting_has_taken_the_money(ann: Client) -> None:
    fault = ann.serva.fault("hang_after", "add")
    call = asyncio.create_task(add(ann))
    await fault.reached.wait()
    assert paid(ann) == Decimal("0.89")
    fault.release()
    assert json.loads((await call).text)["order"] == ann.serva.orders[0].id


async def test_an_abandoned_call_is_never_done(ann: Client) -> None:
    fault = ann.serva.fault("hang_before", "add")
    call = asyncio.create_task(add(ann))
    await fault.reached.wait()
    fault.abandon()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call
    assert ann.serva.orders == []


async def test_a_server_that_ends_leaves_nobody_hanging() -> None:
    async with shop() as ann:
        fault = ann.serva.fault("hang_after", "add")
        call = asyncio.create_task(add(ann))
        await fault.reached.wait()
        await ann.serva.__aexit__(None, None, None)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await call


async def test_an_outage_closes_connections_unread(ann: Client) -> None:
    ann.serva.fault("outage", times=2)
    for _ in range(2):
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await add(ann)
    assert ann.serva.calls == []
    assert (await add(ann)).status == 200


async def test_a_server_that_is_down_refuses_connections_until_it_is_up(ann: Client) -> None:
    url = ann.serva.url
    await ann.serva.down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await add(ann)
    await ann.serva.up()
    assert ann.serva.url == url
    assert (await add(ann)).status == 200


async def test_an_order_can_be_refused_for_any_reason(ann: Client) -> None:
    ann.serva.fault("refuse", "add", error=Refusal.ACTIVE_TARGET_ORDER_EXISTS)
    ann.serva.fault("refuse", "add", error="تم إيقاف الخدمة مؤقتاً")
    assert json.loads((await add(ann)).text) == {"error": "ACTIVE_TARGET_ORDER_EXISTS"}
    assert json.loads((await add(ann)).text) == {"error": "تم إيقاف الخدمة مؤقتاً"}
    assert (ann.serva.orders, ann.serva.adds[1].outcome) == ([], "تم إيقاف الخدمة مؤقتاً")


async def test_rotten_entries_leave_the_others_whole(ann: Client) -> None:
    first, second = await ann.order(), await ann.order()
    whole = await ann("status", orders=f"{first.id},{second.id}")
    ann.serva.fault("rotten", "status", ids=[first.id, "ORD-1"], entry={"status": ["?"]})
    answer = await ann("status", orders=f"{first.id},{second.id}")
    assert answer == {first.id: {"status": ["?"]}, second.id: whole[second.id]}
    assert await ann("status", orders=f"{first.id},{second.id}") == whole


async def test_a_whole_batch_can_rot(ann: Client) -> None:
    ids = [(await ann.order()).id for _ in range(4)]
    ann.serva.fault("rotten", "status")
    assert await ann("status", orders=",".join(ids)) == dict(
        zip(ids, [None, [], "N/A", 42], strict=True)
    )


async def test_a_fault_waits_for_its_action_and_strikes_as_often_as_told(ann: Client) -> None:
    fault = ann.serva.fault("refuse", "balance", times=2, error="no")
    assert (await add(ann)).status == 200
    answers = [await ann("balance") for _ in range(3)]
    assert [answer.get("error") for answer in answers] == ["no", "no", None]
    assert (fault.struck, ann.serva.faults.waiting) == (2, [])


async def test_a_fault_for_ever_lasts_until_it_is_cleared(ann: Client) -> None:
    ann.serva.fault("html_502", times=None)
    assert [(await ann.raw("balance")).status for _ in range(3)] == [502, 502, 502]
    ann.serva.faults.clear()
    assert (await ann.raw("balance")).status == 200


async def test_an_unknown_fault_is_an_error_of_the_test(ann: Client) -> None:
    with pytest.raises(ValueError, match="earthquake"):
        ann.serva.fault("earthquake")


async def settled(condition: object) -> None:
    """Wait until something came true on the server; pytest's time-out ends a vain wait."""
    assert callable(condition)
    while not condition():
        await asyncio.sleep(0.001)
