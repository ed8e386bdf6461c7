"""The only place that calls the providers over HTTP; understands no answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, TypeVar

import httpx

from bot.domain.breaker import Breaker, Leave
from bot.providers.port import (
    Accepted,
    AskOutcome,
    CallFailed,
    CallRecord,
    CallRefused,
    CallResult,
    NotSent,
    Outcome,
    Provider,
    Refused,
    Taken,
    Unknown,
)
from bot.providers.wire import (
    Answer,
    Call,
    Lost,
    Reply,
    is_answer,
    outcome,
    received,
    request_id_of,
)

T = TypeVar("T")
End = TypeVar("End", bound=Outcome | AskOutcome)

_log = logging.getLogger(__name__)

HEADERS_STARTED = "http11.send_request_headers.started"
"""httpcore's trace event before the first byte of a request is written."""

MANY_BYTES = 64 * 1024
"""A body from this size on is decoded in a thread, so that a catalogue delays nobody's tap."""

HELD_BACK = Lost("held back, as the last calls were not answered", sent=False)
"""What becomes of a call that its provider's breaker does not let through."""

STUMBLE = 2_000
"""Milliseconds within which a read must fail to be tried again: what takes longer is an outage."""
FIRST_BACKOFF = 200

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Milliseconds: to connect (TCP and TLS each), and until a read or an `add` is answered.

    The one for `add` is long on purpose: every time-out there is an unknown outcome.
    """

    connect_ms: int = 10_000
    read_ms: int = 15_000
    add_ms: int = 75_000


class Calls:
    """Two HTTP clients: one that keeps connections, for reads, and one that never does, for `add`.

    Neither follows redirects, retries, keeps cookies (they would carry one account into the calls
    of another) or takes a proxy from the environment. `clock` gives milliseconds, of which only
    differences are used. `observe` is told of every call; what it raises is logged and dropped.

    A provider that does not answer is left alone for a while, by a breaker each: a call that is
    held back meanwhile fails at once, as one of which nothing was sent.

    A read that stumbles is sent up to `tries` times, `add` never: `chance`, from 0 to 1000, keeps
    many bots from trying again in step.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        observe: Callable[[CallRecord], None] = lambda record: None,
        *,
        timeouts: Timeouts | None = None,
        tls: ssl.SSLContext | None = None,
        tries: int = 1,
        chance: Callable[[], int] = lambda: 500,
    ) -> None:
        self._clock = clock
        self._tries = tries
        self._chance = chance
        self._observe = observe
        self._timeouts = timeouts or Timeouts()
        self._breakers = {provider: Breaker() for provider in Provider}
        self._probes = {provider: asyncio.Lock() for provider in Provider}
        tls = tls or httpx.create_ssl_context(trust_env=False)
        connect = self._timeouts.connect_ms
        self._reads = _client(
            tls,
            connect,
            self._timeouts.read_ms,
            httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30),
        )
        # A kept connection may turn out dead only after the request was written to it, which
        # would make an unknown outcome out of nothing.
        self._adds = _client(
            tls, connect, self._timeouts.add_ms, httpx.Limits(max_keepalive_connections=0)
        )
        self._adds.headers["connection"] = "close"

    async def read(self, call: Call, decode: Callable[[Reply], T]) -> T:
        """Send a call that costs nothing and return what `decode` makes of the reply.

        Raises what `decode` raises.
        """
        reply, latency = await self._read(call)
        try:
            value = await _decoded(decode, reply)
        except CallRefused as refused:
            self._tell(call, CallResult.REFUSED, latency, refused.request_id, refused.meaning)
            raise
        except CallFailed as failed:
            self._tell(call, CallResult.FAILED, latency, failed.request_id, failed.reason)
            raise
        self._tell(call, CallResult.OK, latency, reply.request_id, "")
        return value

    async def _read(self, call: Call) -> tuple[Reply, int]:
        """The reply, tried again while it is none: a connection that broke, or a proxy's page.

        A time-out has been waited for long enough.
        """
        deadline = self._timeouts.connect_ms + self._timeouts.read_ms
        for left in reversed(range(self._tries)):
            reply, latency = await self._call(self._reads, call, deadline)
            if not left or is_answer(reply) or latency > STUMBLE or reply is HELD_BACK:
                break
            doubled = 2 ** (self._tries - 1 - left)
            pause = FIRST_BACKOFF * doubled * (500 + self._chance()) // 1000
            await asyncio.sleep(pause / 1000)
        return reply, latency

    async def add(self, call: Call) -> Outcome:
        """Send a call that costs money, once, on a connection of its own."""
        return await self.once(call, outcome)

    async def once(self, call: Call, decode: Callable[[Reply], End]) -> End:
        """Send a call that must not be repeated, as `add`; how it ended."""
        deadline = self._timeouts.connect_ms + self._timeouts.add_ms
        reply, latency = await self._call(self._adds, call, deadline)
        end = decode(reply)
        result, reason = _summary(end)
        self._tell(call, result, latency, reply.request_id, reason)
        return end

    def held_back(self, provider: Provider) -> bool:
        """Whether calls to this provider would fail at once, because it has not been answering."""
        return self._breakers[provider].holds(self._clock())

    async def _call(
        self, client: httpx.AsyncClient, call: Call, deadline_ms: int
    ) -> tuple[Reply, int]:
        """The reply and the milliseconds it took; the provider's breaker learns of it."""
        breaker, probe = self._breakers[call.provider], self._probes[call.provider]
        started = self._clock()
        while (leave := breaker.leave(started)) is Leave.HELD:
            if not probe.locked():
                return HELD_BACK, 0
            # What the probe finds out holds for those who come meanwhile, too.
            async with probe:
                started = self._clock()
        async with probe if leave is Leave.PROBE else contextlib.nullcontext():
            answered: bool | None = None
            try:
                reply = await self._exchange(client, call, deadline_ms)
                answered = is_answer(reply)
            finally:
                ended = self._clock()
                breaker.learn(leave, answered, ended)
        return reply, ended - started

    @staticmethod
    async def _exchange(client: httpx.AsyncClient, call: Call, deadline_ms: int) -> Reply:
        return await _exchange(client, call, deadline_ms)

    def _tell(
        self, call: Call, result: CallResult, latency_ms: int, request_id: str, reason: str
    ) -> None:
        if reason == HELD_BACK.reason:
            return  # no call was made, and the last that was has said why
        record = CallRecord(call.provider, call.action, result, latency_ms, request_id, reason)
        try:
            self._observe(record)
        except Exception:  # an observer's failure must not cost the outcome of a call
            _log.exception("the observer of provider calls failed")

    async def aclose(self) -> None:
        await self._reads.aclose()
        await self._adds.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _client(
    tls: ssl.SSLContext, connect_ms: int, answer_ms: int, limits: httpx.Limits
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=tls,
        http1=True,
        http2=False,
        limits=limits,
        timeout=httpx.Timeout(answer_ms / 1000, connect=connect_ms / 1000),
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": "serva-bot"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


async def _exchange(client: httpx.AsyncClient, call: Call, deadline_ms: int) -> Reply:
    """Send one request and take in the whole answer.

    The deadline is for all of it: httpx's own time-outs start anew with every chunk, so a server
    that drips would hold the call for ever. Failures are values, since an httpx exception carries
    the request, and the request the key.
    """
    events: set[str] = set()
    request_id = ""

    async def trace(event: str, info: dict[str, Any]) -> None:
        events.add(event)

    try:
        async with (
            asyncio.timeout(deadline_ms / 1000),
            client.stream(
                "POST",
                call.url,
                headers=call.headers,
                content=call.body,
                extensions={"trace": trace},
            ) as response,
        ):
            request_id = request_id_of(call, response.headers)
            raw = await _body(response, call.max_body)
            return received(call, response.status_code, response.headers, raw)
    except Exception as error:  # whatever it is, the caller must learn what became of the call
        return Lost(type(error).__name__, request_id, sent=not never_sent(error, events))


def never_sent(error: Exception, events: Collection[str]) -> bool:
    """Whether it is certain that nothing of a request was written: by the error and the trace."""
    return isinstance(error, _BEFORE_SENDING) and HEADERS_STARTED not in events


async def _body(response: httpx.Response, limit: int) -> bytes:
    """Take in a body as it travels, at most a little more than `limit` bytes of it."""
    taken = bytearray()
    async for chunk in response.aiter_raw():
        taken += chunk
        if len(taken) > limit:
            break
    return bytes(taken)


async def _decoded(decode: Callable[[Reply], T], reply: Reply) -> T:
    if isinstance(reply, Answer) and len(reply.body) >= MANY_BYTES:
        return await asyncio.to_thread(decode, reply)
    return decode(reply)


def _summary(end: Outcome | AskOutcome) -> tuple[CallResult, str]:
    match end:
        case Accepted() | Taken():
            return CallResult.ACCEPTED, ""
        case Refused():
            return CallResult.REFUSED, end.meaning
        case NotSent():
            return CallResult.NOT_SENT, end.reason
        case Unknown():
            return CallResult.UNKNOWN, end.reason
