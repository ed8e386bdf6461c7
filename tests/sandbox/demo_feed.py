"""A stage with its feed but without a bot, and a browser that looks at it; no tests in here."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from bot.sandbox.demo.live import Live
from bot.sandbox.demo.process import BotProcess, Launch
from bot.sandbox.demo.stage import Stage
from tests.sandbox.telegram_api import Api

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds, on a machine with other things to do."""


@dataclass
class Browser:
    """Keeps what it was told as the page does; `frames` are the events as they came."""

    ws: aiohttp.ClientWebSocketResponse
    frames: list[list[Any]] = field(default_factory=list)
    latest: dict[str, Any] = field(default_factory=dict)
    chats: dict[int, dict[int, Any]] = field(default_factory=dict)
    lines: dict[int, Any] = field(default_factory=dict)

    async def until(self, look: Callable[[], T | None]) -> T:
        """The first answer of `look` that is neither None nor False, asked after every frame."""
        async with asyncio.timeout(PATIENCE):
            while not (seen := look()):
                self._take(await self.ws.receive_json())
            return seen

    async def line(self, what: str, **wanted: Any) -> Any:
        """The newest line of this kind that says so."""

        def look() -> Any:
            for line in reversed(self.lines.values()):
                if line["what"] == what and wanted.items() <= line.items():
                    return line
            return None

        return await self.until(look)

    def events(self, kind: str) -> list[Any]:
        """All events of one kind, oldest first."""
        return [event for frame in self.frames for event in frame if event["kind"] == kind]

    def _take(self, frame: list[Any]) -> None:
        self.frames.append(frame)
        for event in frame:
            self.latest[event["kind"]] = event
            if event["kind"] == "chat":
                chat = {} if event["whole"] else self.chats[event["id"]]
                chat |= {message["message_id"]: message for message in event["messages"]}
                for number in event["gone"]:
                    del chat[number]
                self.chats[event["id"]] = chat
            if event["kind"] == "wire":
                self.lines |= {line["n"]: line for line in event["lines"]}

    @property
    def everything(self) -> str:
        """Whatever the wire and the bot's log gave out, as one text."""
        told = [*self.events("wire"), *self.events("bot")]
        return json.dumps(told, ensure_ascii=False)


@dataclass
class Show:
    """A stage, its feed, and hands for what a bot would do."""

    stage: Stage
    process: BotProcess
    live: Live
    url: str
    http: aiohttp.ClientSession

    @property
    def api(self) -> Api:
        """The bot's calls to Telegram."""
        return Api(self.stage.telegram, self.http)

    async def serva(self, key: str, action: str, **params: str) -> Any:
        """A call of the bot to Serva; None where no answer came."""
        return await self._post(self.stage.serva.url, key=key, action=action, **params)

    async def servya(self, key: str) -> Any:
        """The bot's check of a balance at Servya."""
        return await self._post(self.stage.servya.url, apikey=key, job_type="check_balance")

    async def _post(self, url: str, **form: str) -> Any:
        try:
            # A connection of its own: one that is kept would try again by itself when it is lost.
            async with self.http.post(url, data=form, headers={"Connection": "close"}) as answer:
                return json.loads(await answer.text())
        except (aiohttp.ClientError, ValueError):
            return None

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser that has seen the whole."""
        async with self.http.ws_connect(self.url) as ws:
            browser = Browser(ws)
            await browser.until(lambda: browser.latest.get("bot"))
            yield browser


@asynccontextmanager
async def showing(folder: Path, script: str = "") -> AsyncIterator[Show]:
    """A stage and its feed; the bot is a Python script, which is not started yet."""
    async with Stage(1, 20) as stage:
        command = [sys.executable, "-c", script]
        async with BotProcess(Launch(command, {}), folder, stage.telegram) as process:
            live = Live(stage, process, "epoch one")
            app = web.Application()
            app.add_routes(live.routes())
            runner = web.AppRunner(app, shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/demo/live"
            async with aiohttp.ClientSession() as http:
                yield Show(stage, process, live, url, http)
            stage.release()
            await live.close()
            await runner.cleanup()
