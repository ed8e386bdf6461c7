"""A proxy that stands between the bot and one server, and spoils what passes; knows HTTP, no API.

What spoils a request is drawn from a seeded source, one draw a request. When it strikes depends on
the machine, so a seed fixes the odds and not the course of events.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CONNECTIONS = 256
"""Connections at the same time; more are hung up on."""
HEAD = 64 * 1024
BODY = 8 * 1024 * 1024
PATIENCE = 90.0
"""Seconds that the server may take to answer: longer than a long poll."""
_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class Mishap(StrEnum):
    """What befalls a request."""

    LATE = "late"  # passed on after a while
    SLOW = "slow"  # answered after a while
    HUNG_UP = "hung up"  # read, and not passed on
    LOST = "lost"  # passed on, and the answer is lost
    CUT = "cut"  # passed on, and half of the answer comes
    PAGE = "page"  # an error page instead of passing it on
    PAGE_AFTER = "page after"  # passed on, and an error page comes
    REFUSED = "refused"  # read and not passed on; for a while nobody is let in


ODDS: Mapping[Mishap, int] = {
    Mishap.LATE: 3,
    Mishap.SLOW: 3,
    Mishap.HUNG_UP: 3,
    Mishap.LOST: 5,
    Mishap.CUT: 3,
    Mishap.PAGE: 2,
    Mishap.PAGE_AFTER: 2,
    Mishap.REFUSED: 1,
}
NOT_PASSED_ON = frozenset({Mishap.HUNG_UP, Mishap.PAGE, Mishap.REFUSED})


class ForeignSpeech(Exception):
    """Somebody speaks something that is not the HTTP of these servers and clients."""


@dataclass(slots=True)
class Message:
    """A request or an answer: its first line, its headers in lower case, its body."""

    first: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """What a request asks for."""
        return self.first.split(" ")[1]

    @property
    def status(self) -> int:
        """What an answer says."""
        return int(self.first.split(" ")[1])

    def wire(self, **changes: str) -> bytes:
        """As it travels, with some headers changed."""
        headers = {**self.headers, "content-length": str(len(self.body)), **changes}
        lines = [self.first, *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass(eq=False, slots=True)
class Exchange:
    """One request as it left the bot, and how far it and its answer came."""

    at: int
    """Milliseconds since 1970 at which all of it had been read."""
    request: Message
    mishap: Mishap | None = None
    answer: Message | None = None
    """What the server said, whether or not any of it came back."""
    returned: bool = False
    """All of the answer was handed to whoever asked."""


@dataclass(slots=True)
class Proxy:
    """Listens while its `async with` lasts; `rate` of the requests meet a mishap.

    `longest` is the most seconds that something is late, slow or refused. `seen` is told of each
    request once it has been read, and may still put another mishap on it.
    """

    upstream: str
    chance: Random
    rate: float = 0.0
    longest: float = 2.0
    seen: Callable[[Exchange], None] = lambda _: None
    odds: Mapping[Mishap, int] = field(default_factory=lambda: ODDS)
    befell: Counter[Mishap] = field(default_factory=Counter)
    requests: int = 0
    _next: deque[Mishap] = field(default_factory=deque)
    _server: asyncio.Server | None = None
    _port: int = 0
    _closed_until: float = 0.0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _opening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._close()
        await asyncio.sleep(0)  # who was just let in begins, so that there is something to end
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        """Where the bot finds what is at `upstream`."""
        return f"http://127.0.0.1:{self._port}{urlsplit(self.upstream).path}"

    def next(self, *mishaps: Mishap) -> None:
        """These befall the next requests, whatever the odds."""
        self._next.extend(mishaps)

    def refuse(self, seconds: float) -> None:
        """Nobody is let in for so long; those who are in stay."""
        self._close()
        if self._opening is None or self._opening.done():
            self._opening = asyncio.get_running_loop().create_task(self._reopen(seconds))

    async def calm(self) -> None:
        """No more mishaps, and the door open."""
        self.rate = 0.0
        self._next.clear()
        if self._opening is not None:
            await self._opening

    async def _open(self) -> None:
        self._server = await asyncio.start_server(
            self._welcome, "127.0.0.1", self._port, limit=HEAD, reuse_address=True
        )
        self._port = self._server.sockets[0].getsockname()[1]

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _reopen(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while self._server is None:
            try:
                await self._open()
            except OSError:  # somebody's outgoing connection has the port for a moment
                await asyncio.sleep(0.1)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if len(self._tasks) <= CONNECTIONS:
                while await self._take(reader, writer):
                    pass
        except (OSError, EOFError, TimeoutError, ForeignSpeech, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            pass  # the end of the proxy: nobody waits for this task
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; True where the connection may bring another."""
        request = await _read(reader)
        if request is None:
            return False
        exchange = Exchange(time.time_ns() // 1_000_000, request, self.draw())
        self.seen(exchange)
        self.requests += 1
        if exchange.mishap is not None:
            self.befell[exchange.mishap] += 1
        return await self._serve(exchange, writer)

    def draw(self) -> Mishap | None:
        """What befalls the next request."""
        if self._next:
            mishap = self._next.popleft()
        elif self.chance.random() >= self.rate:
            return None
        else:
            (mishap,) = self.chance.choices([*self.odds], [*self.odds.values()])
        return mishap

    async def _serve(self, exchange: Exchange, writer: asyncio.StreamWriter) -> bool:
        request, mishap = exchange.request, exchange.mishap
        if mishap is Mishap.REFUSED:
            self.refuse(self.chance.uniform(0.1, self.longest))
        if mishap is Mishap.LATE:
            await asyncio.sleep(self.chance.uniform(0, self.longest))
        if mishap not in NOT_PASSED_ON:
            # Also where nobody waits any more: what has left the bot travels on without it.
            exchange.answer = await self._ask(request)
        if mishap is Mishap.SLOW:
            await asyncio.sleep(self.chance.uniform(0, self.longest))
        if mishap in (Mishap.PAGE, Mishap.PAGE_AFTER):
            page = Message("HTTP/1.1 502 Bad Gateway", {"content-type": "text/html"}, _PAGE)
            writer.write(page.wire(connection="close"))
            await _flush(writer)
            return False
        if exchange.answer is None or mishap in (Mishap.HUNG_UP, Mishap.LOST, Mishap.REFUSED):
            return False
        whole = exchange.answer.wire()
        if mishap is Mishap.CUT:
            # Somewhere behind the first byte and before the last, the head not excepted.
            writer.write(whole[: self.chance.randrange(1, len(whole))])
            await _flush(writer)
            return False
        writer.write(whole)
        await writer.drain()
        exchange.returned = True
        return request.headers.get("connection", "").lower() != "close"

    async def _ask(self, request: Message) -> Message | None:
        """What the server answers; None where it hangs up."""
        parts = urlsplit(self.upstream)
        writer = None
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(
                    parts.hostname, parts.port, limit=HEAD
                )
                writer.write(request.wire(connection="close"))
                await writer.drain()
                answer = await _read(reader)
        except (OSError, EOFError, TimeoutError, ForeignSpeech):
            return None
        finally:
            if writer is not None:
                writer.transport.abort()
        if answer is not None:
            answer.headers.pop("connection", None)
        return answer


async def _flush(writer: asyncio.StreamWriter) -> None:
    """Let what was written arrive before the connection is cut."""
    with contextlib.suppress(OSError):
        writer.write_eof()
        await writer.drain()
        await asyncio.sleep(0.01)


async def _read(reader: asyncio.StreamReader) -> Message | None:
    """A whole request or answer; None where nothing came.

    Raises EOFError where a part came, and ForeignSpeech for a body of unknown length.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines if line]
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if "transfer-encoding" in headers or not 0 <= length <= BODY:
        raise ForeignSpeech
    return Message(first, headers, await reader.readexactly(length))
