"""How calls are sent: connections, cookies, time-outs, and what is recorded of them."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable

import pytest

from bot.domain import breaker
from bot.domain.breaker import FAILURES
from bot.domain.refusal import Meaning
from bot.providers import wire
from bot.providers.client import MANY_BYTES, Calls
from bot.providers.port import (
    AddRequest,
    CallFailed,
    CallRecord,
    CallRefused,
    CallResult,
    NotSent,
    Provider,
    Unknown,
)
from bot.providers.serva import ServaApi
from tests.providers.raw_server import Connection, answering, http, keeping, serving

KEY = "sk_live_0123456789abcdef"
BALANCE = '{"balance": "25.5", "currency": "USD"}'
WITH_ID = "x-serva-request-id: req-7"


async def test_reads_keep_their_connection(calls: Calls) -> None:
    async with serving(keeping(http("200 OK", BALANCE))) as server:
        api = ServaApi(calls, server.url)
        for _ in range(3):
            await api.balance(KEY)
        assert (server.connections, len(server.requests)) == (1, 3)


async def test_cookies_of_one_account_never_reach_another(calls: Calls) -> None:
    answer = http("200 OK", BALANCE, "Set-Cookie: session=ann; Path=/")
    async with serving(keeping(answer)) as server:
        api = ServaApi(calls, server.url)
        for key in (KEY, KEY + "2"):
            await api.balance(key)
            await api.add(key, AddRequest("1"))
        assert [request.headers.get("cookie") for request in server.requests] == [None] * 4


async def test_a_read_follows_no_redirect(calls: Calls) -> None:
    async with (
        serving(answering(http("200 OK", BALANCE))) as elsewhere,
        serving(answering(http("307 Found", "", f"Location: {elsewhere.url}"))) as server,
    ):
        with pytest.raises(CallFailed, match="HTTP 307"):
            await ServaApi(calls, server.url).balance(KEY)
        assert elsewhere.connections == 0


async def test_a_server_that_drips_does_not_hold_a_read_for_ever(impatient: Calls) -> None:
    async def drip(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while True:
            await connection.send(b" ")
            await asyncio.sleep(0.02)

    async with serving(drip) as server:
        with pytest.raises(CallFailed, match="TimeoutError"):
            await ServaApi(impatient, server.url).balance(KEY)


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        (http("200 OK", BALANCE, WITH_ID), CallResult.OK, ""),
        (
            http("200 OK", '{"error": "Invalid API key"}', WITH_ID),
            CallResult.REFUSED,
            Meaning.KEY_UNKNOWN,
        ),
        (http("502 Bad Gateway", "<html>", WITH_ID), CallResult.FAILED, "HTTP 502"),
    ],
)
async def test_every_read_is_recorded(
    calls: Calls, records: list[CallRecord], answer: bytes, result: CallResult, reason: str
) -> None:
    async with serving(answering(answer)) as server:
        with contextlib.suppress(CallRefused, CallFailed):
            await ServaApi(calls, server.url).balance(KEY)
    assert records == [CallRecord(Provider.SERVA, "balance", result, 7, "req-7", reason)]


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        (http("200 OK", '{"order": "A"}', WITH_ID), CallResult.ACCEPTED, ""),
        (http("200 OK", '{"error": "Bad link"}', WITH_ID), CallResult.REFUSED, Meaning.LINK),
        (http("502 Bad Gateway", "<html>", WITH_ID), CallResult.UNKNOWN, "HTTP 502"),
    ],
)
async def test_every_add_is_recorded(
    calls: Calls, records: list[CallRecord], answer: bytes, result: CallResult, reason: str
) -> None:
    async with serving(answering(answer)) as server:
        await ServaApi(calls, server.url).add(KEY, AddRequest("1"))
    assert records == [CallRecord(Provider.SERVA, "add", result, 7, "req-7", reason)]


@pytest.mark.parametrize(("size", "in_a_thread"), [(MANY_BYTES - 1, False), (MANY_BYTES, True)])
async def test_a_large_answer_is_decoded_beside_the_loop(
    calls: Calls, size: int, in_a_thread: bool
) -> None:
    def decode(reply: wire.Reply) -> threading.Thread:
        return threading.current_thread()

    async with serving(answering(http("200 OK", b" " * size))) as server:
        thread = await calls.read(wire.serva_call(server.url, "services", KEY), decode)
    assert (thread is not threading.current_thread()) == in_a_thread


async def test_an_observer_that_breaks_does_not_break_a_read(clock: Callable[[], int]) -> None:
    def broken(record: CallRecord) -> None:
        raise RuntimeError("full")

    async with Calls(clock, broken) as calls, serving(answering(http("200 OK", BALANCE))) as server:
        assert (await ServaApi(calls, server.url).balance(KEY)).money.text() == "25.5"


async def test_a_provider_that_does_not_answer_is_left_alone(
    calls: Calls, records: list[CallRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held back fails at once as never sent; the other provider is called as ever."""
    monkeypatch.setattr(breaker, "SILENCE", 0)
    async with serving(answering(http("502 Bad Gateway", "<html>"))) as server:
        api = ServaApi(calls, server.url)
        for _ in range(FAILURES):
            with pytest.raises(CallFailed, match="HTTP 502"):
                await api.balance(KEY)
        assert api.held_back()
        with pytest.raises(CallFailed, match="held back"):
            await api.balance(KEY)
        assert isinstance(await api.add(KEY, AddRequest("1")), NotSent)
        assert (len(server.requests), len(records)) == (FAILURES, FAILURES)
        assert not calls.held_back(Provider.SERVYA)


async def test_refusals_are_answers_and_hold_nothing_back(calls: Calls) -> None:
    async with serving(keeping(http("200 OK", '{"error": "INVALID_API_KEY"}'))) as server:
        api = ServaApi(calls, server.url)
        for _ in range(2 * FAILURES):
            with pytest.raises(CallRefused):
                await api.balance(KEY)
        assert not api.held_back()


async def test_the_answer_to_one_call_ends_the_holding_back(
    calls: Calls, clock: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "SILENCE", 0)
    down = True

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.send(
            http("503 Service Unavailable", "<html>") if down else http("200 OK", BALANCE)
        )

    async with serving(serve) as server:
        api = ServaApi(calls, server.url)
        for _ in range(FAILURES):
            with pytest.raises(CallFailed):
                await api.balance(KEY)
        down = False
        while api.held_back():
            clock()
        assert str((await api.balance(KEY)).money.amount) == "25.5"
        assert not api.held_back()


def stumbling(*answers: bytes | None) -> tuple[Callable[[Connection], Awaitable[None]], list[int]]:
    """A server that breaks the connection at each None, and how many calls it has taken."""
    taken: list[int] = []

    async def serve(connection: Connection) -> None:
        await connection.request()
        answer = answers[min(len(taken), len(answers) - 1)]
        taken.append(1)
        if answer is not None:
            await connection.send(answer)

    return serve, taken


@pytest.mark.parametrize("stumble", [None, http("502 Bad Gateway", "<html>")])
async def test_a_read_that_stumbles_is_tried_again(
    clock: Callable[[], int], stumble: bytes | None
) -> None:
    serve, taken = stumbling(stumble, stumble, http("200 OK", BALANCE))
    records: list[CallRecord] = []
    async with (
        Calls(clock, records.append, tries=3, chance=lambda: 0) as calls,
        serving(serve) as server,
    ):
        assert str((await ServaApi(calls, server.url).balance(KEY)).money.amount) == "25.5"
    assert (len(taken), [record.result for record in records]) == (3, [CallResult.OK])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http("200 OK", '{"error": "INVALID_API_KEY"}'), CallRefused),
        (http("200 OK", '{"hello": 1}'), CallFailed),
        (http("429 Too Many Requests", "{}"), CallFailed),
    ],
)
async def test_what_is_an_answer_is_not_asked_for_again(
    clock: Callable[[], int], answer: bytes, error: type[Exception]
) -> None:
    serve, taken = stumbling(answer)
    async with Calls(clock, tries=3) as calls, serving(serve) as server:
        with pytest.raises(error):
            await ServaApi(calls, server.url).balance(KEY)
    assert len(taken) == 1


async def test_tries_end(clock: Callable[[], int]) -> None:
    serve, taken = stumbling(None)
    async with Calls(clock, tries=3, chance=lambda: 0) as calls, serving(serve) as server:
        with pytest.raises(CallFailed):
            await ServaApi(calls, server.url).balance(KEY)
    assert len(taken) == 3


async def test_an_add_is_never_tried_again(clock: Callable[[], int]) -> None:
    serve, taken = stumbling(None)
    async with Calls(clock, tries=3) as calls, serving(serve) as server:
        assert isinstance(await ServaApi(calls, server.url).add(KEY, AddRequest("1")), Unknown)
    assert len(taken) == 1
