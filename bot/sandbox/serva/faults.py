"""Everything that can go wrong between a client and a server, on demand; knows no protocol.

A fault waits on a board until a call fits it, strikes as often as it was told, and is gone.
In the faults that spoil an answer the action itself is done (an order is taken and paid) unless
the fault says `accepting=False`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class FaultKind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HTML_502 = "html_502"
    HTML_200 = "html_200"
    JUNK_JSON = "junk_json"
    TRUNCATED = "truncated"
    WRONG_TYPE = "wrong_type"
    OUTAGE = "outage"
    REFUSE = "refuse"
    ROTTEN = "rotten"


@dataclass(eq=False, slots=True)
class Fault:
    """One thing to go wrong for the next `times` calls of `action` (all actions when empty)."""

    kind: FaultKind
    action: str = ""
    times: int | None = 1
    """None: until it is cleared."""
    seconds: float = 0
    accepting: bool = True
    error: str = ""
    body: str = ""
    ids: tuple[str, ...] = ()
    entry: object = None
    struck: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first call has met it."""
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _abandoned: bool = False

    def release(self) -> None:
        """Let its calls go on, those that hang on it and those to come."""
        self._released.set()

    def abandon(self) -> None:
        """Close the connections of the calls that hang on it; those before accepting never act."""
        self._abandoned = True
        self._released.set()

    async def hold(self, seconds: float | None = None) -> bool:
        """Wait until released, or `seconds`; true when the call may go on."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._released.wait()
        return not self._abandoned


class FaultBoard:
    """The faults that wait for their calls, and those whose calls still hang."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._struck: list[Fault] = []

    @property
    def waiting(self) -> list[Fault]:
        return list(self._waiting)

    def put(self, fault: Fault) -> Fault:
        """Hang up a fault; the first that fits a call strikes it."""
        self._waiting.append(fault)
        return fault

    def take(self, action: str) -> Fault | None:
        """The fault that strikes a call of this action, if any."""
        fault = next((f for f in self._waiting if f.action in ("", action)), None)
        if fault is not None:
            self._strike(fault)
        return fault

    def take_outage(self) -> Fault | None:
        """The outage that strikes a connection before anything was read, if any."""
        first = self._waiting[0] if self._waiting else None
        if first is None or first.kind is not FaultKind.OUTAGE or first.action:
            return None
        self._strike(first)
        return first

    def clear(self) -> None:
        """Forget what still waits; calls that hang go on."""
        self._waiting.clear()
        for fault in self._struck:
            fault.release()

    async def on_shutdown(self, _app: web.Application) -> None:
        """Close what hangs, so that a server that ends waits for nobody."""
        for fault in self._struck:
            fault.abandon()

    def _strike(self, fault: Fault) -> None:
        fault.struck += 1
        fault.reached.set()
        if fault not in self._struck:
            self._struck.append(fault)
        if fault.times is not None and fault.struck >= fault.times:
            self._waiting.remove(fault)


Act = Callable[[], web.Response]

_HTML_502 = (
    "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center>"
    "<h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>"
)
_HTML_200 = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    "<h1>Checking your browser before accessing the site.</h1></body></html>"
)
_JUNK = '{"order": [}'


async def strike(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    """Answer a call the way the fault wants it; `act` does the action and makes a true answer."""
    match fault.kind:
        case FaultKind.SLOW:
            return act() if await fault.hold(fault.seconds) else drop(request)
        case FaultKind.HANG_BEFORE:
            return act() if await fault.hold() else drop(request)
        case FaultKind.HANG_AFTER:
            answer = act()
            return answer if await fault.hold() else drop(request)
        case FaultKind.DROP_BEFORE | FaultKind.OUTAGE:
            return drop(request)
        case FaultKind.REFUSE | FaultKind.ROTTEN:
            return act()
    answer = act() if fault.accepting else web.json_response({})
    return await _spoilt(fault, request, answer)


async def _spoilt(fault: Fault, request: web.Request, answer: web.Response) -> web.StreamResponse:
    match fault.kind:
        case FaultKind.DROP_AFTER:
            return drop(request)
        case FaultKind.HTML_502:
            return web.Response(status=502, text=fault.body or _HTML_502, content_type="text/html")
        case FaultKind.HTML_200:
            return web.Response(text=fault.body or _HTML_200, content_type="text/html")
        case FaultKind.JUNK_JSON:
            return web.Response(text=fault.body or _JUNK, content_type="application/json")
        case FaultKind.WRONG_TYPE:
            return web.Response(text=answer.text, status=answer.status, content_type="text/html")
        case _:
            return await _truncated(request, answer)


def drop(request: web.Request) -> web.Response:
    """Close the connection; nobody reads what is returned, the server just wants something."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


async def _truncated(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """The headers promise the whole answer, half of it comes, then the connection closes."""
    whole = (answer.text or "").encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
