"""The page's feed over a WebSocket: the whole stage at first, then only what changed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.demo.process import BotProcess
from bot.sandbox.demo.stage import Stage
from bot.sandbox.demo.view import Json, View
from bot.sandbox.demo.wire import Wire
from bot.sandbox.telegram.clock import Changes

HEARTBEAT = 20.0
PATIENCE = 20.0
"""Seconds that a browser may take to read what it was sent."""
FAREWELL = 1.0
"""Seconds that a browser may take to say goodbye."""
LONGEST_INPUT = 1024


class Live:
    """The feed of one stage; each connection has a view of its own and holds up no other."""

    def __init__(self, stage: Stage, process: BotProcess, epoch: str) -> None:
        self._stage = stage
        self._process = process
        self._wire = Wire(stage, process)
        self._hello = _hello(stage, epoch)
        self._open: dict[web.WebSocketResponse, web.Request] = {}

    def routes(self) -> list[web.RouteDef]:
        """Where a page connects."""
        return [web.get("/demo/live", self._connect)]

    async def close(self) -> None:
        """End every connection, also those that nobody reads."""
        farewells = [ws.close(code=WSCloseCode.GOING_AWAY) for ws in self._open]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await asyncio.gather(*farewells, return_exceptions=True)
        for request in self._open.values():
            _cut(request)

    async def _connect(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(
            heartbeat=HEARTBEAT, timeout=FAREWELL, compress=False, max_msg_size=LONGEST_INPUT
        )
        await ws.prepare(request)
        telling = asyncio.create_task(self._tell(ws))
        telling.add_done_callback(lambda task: None if task.cancelled() else _cut(request))
        self._open[ws] = request
        try:
            async for _ in ws:
                pass
        finally:
            del self._open[ws]
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, TimeoutError, ConnectionError):
                await telling
            if request.transport is not None and request.transport.get_write_buffer_size():
                _cut(request)
        return ws

    async def _tell(self, ws: web.WebSocketResponse) -> None:
        """Send what is new; raises TimeoutError when nobody reads it."""
        changes = self._stage.telegram.world.changes
        view = View(self._stage, self._process, self._wire, self._hello)
        while True:
            seen = changes.count
            if news := view.news():
                async with asyncio.timeout(PATIENCE):
                    await ws.send_frame(b"[%b]" % b",".join(news), WSMsgType.TEXT)
            await changes.until(partial(_moved, changes, seen), view.pause)


def _moved(changes: Changes, seen: int) -> bool | None:
    return changes.count != seen or None


def _cut(request: web.Request) -> None:
    """End a connection without waiting for its other end."""
    if request.transport is not None:
        request.transport.abort()


def _hello(stage: Stage, epoch: str) -> Json:
    bot = stage.telegram.world.bot
    return {
        "kind": "hello",
        "epoch": epoch,
        "seed": stage.seed,
        "bot": {"id": bot.id, "name": bot.first_name, "username": bot.username},
        "operator": stage.omar.id,
        "started_at": time.time_ns() // 1_000_000,
    }
