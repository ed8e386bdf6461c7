"""Refill and cancel on real sockets: by the v2 convention, sent at most once, in doubt unknown."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl

import pytest

from bot.domain.refusal import Meaning
from bot.domain.request import Wanted
from bot.providers.client import Calls
from bot.providers.port import (
    AskOutcome,
    CallFailed,
    CallRecord,
    CallRefused,
    NotSent,
    Refused,
    Taken,
    Unknown,
)
from bot.providers.serva import ServaApi
from bot.providers.wire import Answer, Lost, ask_call, asked, refill_status
from tests.providers.raw_server import Connection, Script, answering, http, serving

KEY = "sk_live_0123456789abcdef"


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status, "req-7", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("wanted", "form"),
    [
        (Wanted.REFILL, {"action": "refill", "order": "ORD-1", "key": KEY}),
        (Wanted.CANCEL, {"action": "cancel", "orders": "ORD-1", "key": KEY}),
    ],
)
def test_a_request_travels_as_the_family_sends_it(wanted: Wanted, form: dict[str, str]) -> None:
    call = ask_call("http://serva.test/", KEY, wanted, "ORD-1")
    assert dict(parse_qsl(call.body.decode())) == form


REFILL, CANCEL = Wanted.REFILL, Wanted.CANCEL
NO = Refused(Meaning.ORDER_UNKNOWN, "Incorrect order ID", "req-7")
READ: list[tuple[Wanted, object, AskOutcome]] = [
    (REFILL, {"refill": "1"}, Taken("1", "req-7")),
    (REFILL, {"refill": 17}, Taken("17", "req-7")),
    (REFILL, {"refill": "RF-17"}, Taken("RF-17", "req-7")),
    (REFILL, {"refill": True}, Taken("", "req-7")),
    (REFILL, [{"order": "A", "refill": 3}], Taken("3", "req-7")),
    (REFILL, {"refill": {"error": "Incorrect order ID"}}, NO),
    (REFILL, {"error": "Incorrect order ID"}, NO),
    (CANCEL, [{"order": "A", "cancel": 1}], Taken("", "req-7")),
    (CANCEL, [{"order": "B", "cancel": 1}, {"order": "A", "cancel": 1}], Taken("", "req-7")),
    (CANCEL, {"A": {"cancel": "1"}}, Taken("", "req-7")),
    (CANCEL, {"cancel": 1}, Taken("", "req-7")),
    (CANCEL, [{"order": "A", "cancel": {"error": "Incorrect order ID"}}], NO),
]


@pytest.mark.parametrize(("wanted", "body", "outcome"), READ)
def test_what_the_family_answers_is_read(wanted: Wanted, body: object, outcome: AskOutcome) -> None:
    assert asked(answer(body), wanted, "A") == outcome


@pytest.mark.parametrize("wanted", Wanted)
@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        1,
        "1",
        {"status": "success"},
        {"refill": "", "cancel": ""},
        {"refill": 0, "cancel": 0},
        {"refill": "Please wait 3 hours", "cancel": "Please wait 3 hours"},
        {"refill": None, "cancel": False},
        {"refill": "-1", "cancel": "-1"},
        {"refill": "_404", "cancel": "E404"},
        [{"order": "B", "cancel": 1, "refill": 1}],
        [{"order": "A"}],
    ],
)
def test_what_confirms_nothing_is_unknown(wanted: Wanted, body: object) -> None:
    assert isinstance(asked(answer(body), wanted, "A"), Unknown)


@pytest.mark.parametrize("status", [302, 408, 499, 500, 502, 504])
def test_a_status_of_somebody_on_the_way_is_unknown(status: int) -> None:
    assert isinstance(asked(answer({"refill": "1"}, status), REFILL, "A"), Unknown)


def test_a_lost_call_is_unknown_unless_nothing_left() -> None:
    assert asked(Lost("ReadTimeout", "req-7"), CANCEL, "A") == Unknown("ReadTimeout", "req-7")
    assert asked(Lost("ConnectError", sent=False), CANCEL, "A") == NotSent("ConnectError")


def test_the_status_of_a_refill_is_its_word() -> None:
    assert refill_status(answer({"status": " In\nprogress "})) == "In progress"
    with pytest.raises(CallFailed):
        refill_status(answer({"status": 7}))
    with pytest.raises(CallRefused):
        refill_status(answer({"error": "Refill not found"}))


async def hang_up(connection: Connection) -> None:
    await connection.request()


async def never_answer(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()


@pytest.mark.parametrize("script", [hang_up, never_answer, answering(http("502 Bad", "<html>"))])
async def test_a_request_reaches_serva_once_at_the_most(
    hasty: Calls, records: list[CallRecord], script: Script
) -> None:
    async with serving(script) as server:
        outcome = await ServaApi(hasty, server.url).ask(KEY, CANCEL, "A")
        assert isinstance(outcome, Unknown)
        assert server.connections == 1
    assert [record.action for record in records] == ["cancel"]


async def test_a_cancelled_caller_does_not_lose_what_came_of_it(calls: Calls) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(connection: Connection) -> None:
        await connection.request()
        arrived.set()
        await go_on.wait()
        await connection.send(http("200 OK", '{"refill": "5"}'))

    async with serving(slowly) as server:
        asking = asyncio.create_task(ServaApi(calls, server.url).ask(KEY, REFILL, "A"))
        await arrived.wait()
        asking.cancel()
        go_on.set()
        assert await asking == Taken("5")
