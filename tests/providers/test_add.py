"""What becomes of an `add` on real sockets: the outcome, and that it reached Serva at most once."""

import asyncio
import gzip
import json
import socket
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from bot.domain.money import Money
from bot.domain.refusal import Meaning
from bot.providers.client import HEADERS_STARTED, Calls, Timeouts, never_sent
from bot.providers.port import (
    Accepted,
    AddRequest,
    CallRecord,
    CallResult,
    NotSent,
    Outcome,
    Provider,
    Refused,
    Serva,
    Unknown,
)
from bot.providers.serva import ServaApi
from tests.providers.raw_server import Connection, Script, answering, http, keeping, serving
from tests.providers.tls import server_and_client_contexts

KEY = "sk_live_0123456789abcdef"
ORDER = AddRequest("1234", link="https://example.com/p/1", quantity=1000)
PLACED = json.dumps(
    {"order": "ORD-100023", "charge": "2.14", "currency": "USD", "balance": "23.36"}
)
ACCEPTED = Accepted("ORD-100023", Money(Decimal("2.14")), Money(Decimal("23.36")), "")
WITH_ID = "x-serva-request-id: req-7"


async def hang_up(connection: Connection) -> None:
    pass


async def reset(connection: Connection) -> None:
    connection.reset()


async def read_head_then_hang_up(connection: Connection) -> None:
    await connection.head()


async def read_all_then_hang_up(connection: Connection) -> None:
    await connection.request()


async def read_all_then_reset(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def never_answer(connection: Connection) -> None:
    await connection.request()
    await asyncio.Event().wait()


async def answer_after_the_client_left(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()
    await connection.send(http("200 OK", PLACED))


async def drip(connection: Connection) -> None:
    await connection.request()
    for byte in http("200 OK", PLACED):
        await connection.send(bytes([byte]))
        await asyncio.sleep(0.02)


async def cut_in_a_chunk(connection: Connection) -> None:
    await connection.request()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    await connection.send(head + b"40\r\n" + PLACED.encode()[:20])


async def endless(connection: Connection) -> None:
    await connection.request()
    await connection.send(http("200 OK", "", length=10**12))
    while True:
        await connection.send(b" " * 65_536)


BOMB = gzip.compress(b"[" + b" " * 40_000_000 + b"]")

LOST: list[tuple[str, Script]] = [
    ("accept, then hang up", hang_up),
    ("accept, then reset", reset),
    ("headers read, then hung up", read_head_then_hang_up),
    ("all read, then hung up", read_all_then_hang_up),
    ("all read, then reset", read_all_then_reset),
    ("body shorter than promised", answering(http("200 OK", PLACED, length=4_000))),
    ("chunk cut", cut_in_a_chunk),
    ("garbage for a status line", answering(b"BONJOUR 200\r\n\r\n")),
    ("no HTTP at all", answering(PLACED.encode())),
    (
        "gzip cut",
        answering(http("200 OK", gzip.compress(PLACED.encode())[:-9], "Content-Encoding: gzip")),
    ),
    ("gzip that is none", answering(http("200 OK", PLACED, "Content-Encoding: gzip"))),
    ("an encoding not asked for", answering(http("200 OK", PLACED, "Content-Encoding: br"))),
    ("gzip bomb", answering(http("200 OK", BOMB, "Content-Encoding: gzip"))),
    ("body without end", endless),
]

ANSWERED: list[tuple[str, bytes, Outcome]] = [
    ("placed", http("200 OK", PLACED), ACCEPTED),
    ("placed, 201", http("201 Created", PLACED), ACCEPTED),
    (
        "placed, gzip",
        http("200 OK", gzip.compress(PLACED.encode()), "Content-Encoding: gzip"),
        ACCEPTED,
    ),
    (
        "placed, with a request id",
        http("200 OK", PLACED, WITH_ID),
        Accepted("ORD-100023", Money(Decimal("2.14")), Money(Decimal("23.36")), "req-7"),
    ),
    (
        "refused with 200",
        http("200 OK", '{"error": "Not enough funds on balance"}', WITH_ID),
        Refused(Meaning.BALANCE_TOO_LOW, "Not enough funds on balance", "req-7"),
    ),
    (
        "refused with 400",
        http("400 Bad Request", '{"error": "Bad link"}', WITH_ID),
        Refused(Meaning.LINK, "Bad link", "req-7"),
    ),
    (
        "refused with 401 and a message",
        http("401 Unauthorized", '{"message": "Invalid API key"}'),
        Refused(Meaning.KEY_UNKNOWN, "Invalid API key"),
    ),
    (
        "refused by a limiter",
        http("429 Too Many Requests", '{"error": "Too many requests"}'),
        Refused(Meaning.OTHER, "Too many requests"),
    ),
    (
        "bad gateway",
        http("502 Bad Gateway", "<html>502</html>", WITH_ID),
        Unknown("HTTP 502", "req-7"),
    ),
    (
        "JSON error with 500",
        http("500 Internal Server Error", '{"error": "Bad link"}'),
        Unknown("HTTP 500"),
    ),
    ("placed with 500", http("500 Internal Server Error", PLACED), Unknown("HTTP 500")),
    ("time-out with 408", http("408 Request Timeout", '{"error": "x"}'), Unknown("HTTP 408")),
    (
        "redirect",
        http("307 Temporary Redirect", "", "Location: /api/v1"),
        Unknown("HTTP 307"),
    ),
    (
        "redirect that says it is placed",
        http("302 Found", PLACED, "Location: /api/v1"),
        Unknown("HTTP 302"),
    ),
    ("HTML with 200", http("200 OK", "<html></html>"), Unknown("HTTP 200, an HTML page")),
    ("HTML with 403", http("403 Forbidden", "<html></html>"), Unknown("HTTP 403, an HTML page")),
    ("empty", http("200 OK", ""), Unknown("HTTP 200, no JSON")),
    ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", Unknown("HTTP 204, no JSON")),
    ("half a JSON", http("200 OK", PLACED[:30]), Unknown("HTTP 200, no JSON")),
    ("a list", http("200 OK", f"[{PLACED}]"), Unknown("HTTP 200, a JSON list")),
    ("a word", http("200 OK", '"ok"'), Unknown("HTTP 200, a JSON value")),
    ("junk", http("200 OK", '{"ok": true}'), Unknown("HTTP 200 without an order id")),
    ("a 404 in JSON", http("404 Not Found", "{}"), Unknown("HTTP 404 without an order id")),
]


@pytest.mark.parametrize(("name", "script"), LOST, ids=[name for name, _ in LOST])
async def test_an_answer_that_did_not_come_whole_is_unknown(
    calls: Calls, records: list[CallRecord], name: str, script: Script
) -> None:
    async with serving(script) as server:
        outcome = await ServaApi(calls, server.url).add(KEY, ORDER)
        assert isinstance(outcome, Unknown)
        assert (server.connections, len(server.heads)) in {(1, 0), (1, 1)}
    assert [record.result for record in records] == [CallResult.UNKNOWN]


async def test_half_an_answer_still_names_its_request(calls: Calls) -> None:
    half = http("200 OK", PLACED, WITH_ID, length=4_000)
    async with serving(answering(half)) as server:
        outcome = await ServaApi(calls, server.url).add(KEY, ORDER)
    assert outcome == Unknown("RemoteProtocolError", "req-7")


@pytest.mark.parametrize("script", [never_answer, answer_after_the_client_left, drip])
async def test_an_answer_too_late_is_unknown(impatient: Calls, script: Script) -> None:
    async with serving(script) as server:
        outcome = await ServaApi(impatient, server.url).add(KEY, ORDER)
        assert isinstance(outcome, Unknown)
        assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("name", "answer", "expected"), ANSWERED, ids=[name for name, _, _ in ANSWERED]
)
async def test_an_answer_says_what_became_of_the_order(
    calls: Calls, name: str, answer: bytes, expected: Outcome
) -> None:
    async with serving(answering(answer)) as server:
        assert await ServaApi(calls, server.url).add(KEY, ORDER) == expected
        assert (server.connections, len(server.requests)) == (1, 1)


async def test_nobody_listening_is_not_sent(calls: Calls, records: list[CallRecord]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        outcome = await ServaApi(calls, url).add(KEY, ORDER)
    assert outcome == NotSent("ConnectError")
    assert records == [
        CallRecord(Provider.SERVA, "add", CallResult.NOT_SENT, 7, "", "ConnectError")
    ]


async def test_a_name_that_does_not_resolve_is_not_sent(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unresolved(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("anyio._core._sockets.getaddrinfo", unresolved)
    outcome = await ServaApi(calls, "https://serva.invalid/api/v1").add(KEY, ORDER)
    assert outcome == NotSent("ConnectError")


async def speak_no_tls(connection: Connection) -> None:
    await connection.send(b"220 mail.example.com ESMTP\r\n")
    await connection.reader.read()


@pytest.mark.parametrize("script", [hang_up, reset, speak_no_tls])
async def test_a_failed_tls_handshake_is_not_sent(calls: Calls, script: Script) -> None:
    async with serving(script) as server:
        outcome = await ServaApi(calls, server.url.replace("http:", "https:")).add(KEY, ORDER)
        assert outcome == NotSent("ConnectError")
        assert server.heads == []


async def test_a_tls_handshake_too_slow_is_not_sent(impatient: Calls) -> None:
    async with serving(never_answer) as server:
        outcome = await ServaApi(impatient, server.url.replace("http:", "https:")).add(KEY, ORDER)
        assert outcome == NotSent("ConnectTimeout")
        assert server.heads == []


async def test_a_server_that_cannot_prove_its_name_is_not_told_the_key(
    calls: Calls, tmp_path: Path
) -> None:
    theirs, _ = server_and_client_contexts(tmp_path)
    async with serving(keeping(http("200 OK", PLACED)), theirs) as server:
        assert await ServaApi(calls, server.url).add(KEY, ORDER) == NotSent("ConnectError")
        assert server.heads == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (answering(http("200 OK", PLACED)), ACCEPTED),
        (read_all_then_hang_up, Unknown("RemoteProtocolError")),
    ],
)
async def test_over_tls_it_is_the_same(
    clock: Callable[[], int], tmp_path: Path, script: Script, expected: Outcome
) -> None:
    theirs, ours = server_and_client_contexts(tmp_path)
    async with Calls(clock, tls=ours) as calls, serving(script, theirs) as server:
        assert await ServaApi(calls, server.url).add(KEY, ORDER) == expected
        assert (server.connections, len(server.requests)) == (1, 1)


async def test_every_add_has_a_connection_of_its_own(calls: Calls) -> None:
    async with serving(keeping(http("200 OK", PLACED))) as server:
        api = ServaApi(calls, server.url)
        assert [await api.add(KEY, ORDER) for _ in range(3)] == [ACCEPTED] * 3
        assert (server.connections, len(server.requests)) == (3, 3)
        assert {request.headers["connection"] for request in server.requests} == {"close"}


async def test_a_connection_left_by_a_read_is_not_used_for_an_add(calls: Calls) -> None:
    async def die_on_the_second_request(connection: Connection) -> None:
        await connection.request()
        await connection.send(http("200 OK", PLACED))
        await connection.request()

    async with serving(die_on_the_second_request) as server:
        api = ServaApi(calls, server.url)
        await api.balance(KEY)
        assert await api.add(KEY, ORDER) == ACCEPTED
        assert (server.connections, len(server.requests)) == (2, 2)


async def test_a_proxy_of_the_environment_is_not_used(
    clock: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(answering(http("200 OK", PLACED))) as server, serving(hang_up) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with Calls(clock) as calls:
            assert await ServaApi(calls, server.url).add(KEY, ORDER) == ACCEPTED
        assert proxy.connections == 0


async def test_what_is_sent(calls: Calls) -> None:
    request = AddRequest(
        "1234",
        link="https://example.com/p/1?a=1&b=ة",
        quantity=1000,
        fields={"player_id": "55", "خادم": "a b"},
        extras={"comments": "one\ntwo", "quantity": "9", "key": "x", "action": "balance"},
        coupon="SAVE10",
    )
    async with serving(answering(http("200 OK", PLACED))) as server:
        await ServaApi(calls, server.url).add(KEY, request)
        sent = server.requests[0]
    assert sent.head.startswith(b"POST /api/v1 HTTP/1.1\r\n")
    assert sent.headers["x-api-key"] == KEY
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(httpx.QueryParams(sent.body.decode("ascii"))) == {
        "action": "add",
        "key": KEY,
        "service": "1234",
        "link": "https://example.com/p/1?a=1&b=ة",
        "quantity": "1000",
        "fields": '{"player_id":"55","خادم":"a b"}',
        "comments": "one\ntwo",
        "coupon": "SAVE10",
    }


async def test_an_order_that_no_encoding_can_write_is_not_sent(calls: Calls) -> None:
    async with serving(answering(http("200 OK", PLACED))) as server:
        outcome = await ServaApi(calls, server.url).add(KEY, AddRequest("1", link="\ud800"))
        assert isinstance(outcome, NotSent)
        assert server.connections == 0


@pytest.mark.parametrize("key", ["", "مفتاح-مفتاح-مفتاح", "with space inside it", "a\r\nX-Evil: 1"])
async def test_a_key_that_cannot_travel_is_refused_here(calls: Calls, key: str) -> None:
    async with serving(answering(http("200 OK", PLACED))) as server:
        outcome = await ServaApi(calls, server.url).add(key, ORDER)
        assert outcome == Refused(Meaning.KEY_UNKNOWN, "")
        assert server.connections == 0


class Held:
    """A server that has the request and answers when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, connection: Connection) -> None:
        await connection.request()
        await self.go.wait()
        await connection.send(http("200 OK", PLACED))


@pytest.mark.parametrize("times", [1, 3])
async def test_a_cancelled_caller_still_learns_the_outcome(calls: Calls, times: int) -> None:
    held = Held()
    async with serving(held) as server:
        api: Serva = ServaApi(calls, server.url)
        worker = asyncio.create_task(_worker(api.add(KEY, ORDER)))
        await server.arrived.wait()
        for _ in range(times):
            worker.cancel()
            await asyncio.sleep(0)
        assert not worker.done()
        held.go.set()
        assert await worker == (ACCEPTED, times)
        assert (server.connections, len(server.requests)) == (1, 1)


async def _worker(add: Awaitable[Outcome]) -> tuple[Outcome, int]:
    task = asyncio.current_task()
    assert task is not None
    return await add, task.cancelling()


async def test_a_caller_that_stops_waiting_does_not_stop_the_call(calls: Calls) -> None:
    held = Held()
    async with serving(held) as server:
        api = ServaApi(calls, server.url)
        asyncio.get_running_loop().call_later(0.05, held.go.set)
        async with asyncio.timeout(0.01):
            outcome = await api.add(KEY, ORDER)
        assert outcome == ACCEPTED


async def test_a_call_cancelled_itself_is_unknown(calls: Calls) -> None:
    async with serving(never_answer) as server:
        worker = asyncio.create_task(ServaApi(calls, server.url).add(KEY, ORDER))
        await server.arrived.wait()
        (sending,) = (task for task in asyncio.all_tasks() if task.get_name() == "add")
        sending.cancel()
        assert await worker == Unknown("cancelled")
        assert (server.connections, len(server.requests)) == (1, 1)


async def test_a_broken_observer_costs_no_outcome(clock: Callable[[], int]) -> None:
    def broken(record: CallRecord) -> None:
        raise RuntimeError("full")

    async with Calls(clock, broken) as calls, serving(answering(http("200 OK", PLACED))) as server:
        assert await ServaApi(calls, server.url).add(KEY, ORDER) == ACCEPTED


async def test_an_error_of_ours_after_sending_is_unknown(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Outcome:
        raise LookupError("a bug")

    monkeypatch.setattr("bot.providers.client.outcome", broken)
    async with serving(answering(http("200 OK", PLACED))) as server:
        assert await ServaApi(calls, server.url).add(KEY, ORDER) == Unknown("LookupError")


@pytest.mark.parametrize(
    ("error", "events", "expected"),
    [
        (httpx.ConnectError("x"), ["connection.connect_tcp.failed"], True),
        (httpx.ConnectTimeout("x"), ["connection.start_tls.failed"], True),
        (httpx.PoolTimeout("x"), [], True),
        (httpx.ConnectError("x"), ["connection.connect_tcp.complete", HEADERS_STARTED], False),
        (httpx.PoolTimeout("x"), [HEADERS_STARTED], False),
        (httpx.ReadTimeout("x"), [], False),
        (httpx.ReadError("x"), [], False),
        (httpx.WriteError("x"), [], False),
        (httpx.WriteTimeout("x"), [], False),
        (httpx.RemoteProtocolError("x"), [], False),
        (httpx.DecodingError("x"), [], False),
        (TimeoutError(), [], False),
        (OSError(), [], False),
    ],
)
def test_only_an_error_before_sending_and_a_trace_without_it_prove_that_nothing_left(
    error: Exception, events: list[str], expected: bool
) -> None:
    assert never_sent(error, events) is expected


async def test_the_trace_tells_when_a_request_leaves(calls: Calls) -> None:
    """Were the event renamed, a time-out after sending could pass for one before it."""
    seen: list[str] = []

    async def trace(event: str, info: dict[str, object]) -> None:
        seen.append(event)

    async with serving(answering(http("200 OK", PLACED))) as server, httpx.AsyncClient() as client:
        await client.post(server.url, extensions={"trace": trace})
    assert seen.index("connection.connect_tcp.complete") < seen.index(HEADERS_STARTED)


def test_the_time_out_of_an_add_is_long() -> None:
    assert Timeouts() == Timeouts(connect_ms=10_000, read_ms=15_000, add_ms=75_000)
