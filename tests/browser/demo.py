"""`python -m bot demo` as a process of its own, that ends with whoever started it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

PATIENCE = 30.0
"""Seconds for what takes a process that starts, on a machine with other things to do."""


class Demo:
    """The running demo, by its address; what it said is in `said`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        self.url = ""
        self._touched = False

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What a lever of the demo answers."""
        async with (
            aiohttp.ClientSession() as client,
            client.post(self.url + path, json=body or {}) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def state(self) -> dict[str, Any]:
        """What a page is told when it connects: the newest event of each kind."""
        events: dict[str, Any] = {}
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"{self.url}/demo/live", origin=self.url) as feed,
        ):
            while not {"hello", "people", "serva", "servya", "wire", "bot"} <= events.keys():
                events |= {event["kind"]: event for event in await feed.receive_json()}
        return events

    async def key(self, account: str) -> str:
        """The key of one of Serva's accounts."""
        accounts = (await self.state())["serva"]["accounts"]
        return next(one["key"] for one in accounts if one["label"] == account)

    async def keys(self) -> list[str]:
        """Every key there is, of Serva and of Servya."""
        state = await self.state()
        return [one["key"] for one in (*state["serva"]["accounts"], *state["servya"]["accounts"])]

    async def renew(self) -> None:
        """Start the play over, unless nobody has touched it yet."""
        epoch = (await self.state())["hello"]["epoch"]
        if self._touched:
            await self.post("/demo/reset")
        async with asyncio.timeout(PATIENCE):
            while self._touched and (await self.state())["hello"]["epoch"] == epoch:
                await asyncio.sleep(0.05)
        self._touched = True

    async def end(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop, and wait; its exit code."""
        self.process.send_signal(sign)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def listen(self) -> None:
        """Read what it says, until it ends."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.said += line.decode()

    async def until_said(self, pattern: str) -> str:
        """Wait for words of its output, and return them."""
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(pattern, self.said)):
                if self.process.returncode is not None:
                    raise AssertionError(f"the demo has ended:\n{self.said}")
                await asyncio.sleep(0.02)
            return found[0]


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[Demo]:
    """A demo on a free port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-open", "--port", "0", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    demo = Demo(process)
    listening = asyncio.create_task(demo.listen())
    try:
        demo.url = (await demo.until_said(r"http://[\w.:\[\]]+")).rstrip("/")
        yield demo
    finally:
        try:
            if process.returncode is None:
                await demo.end()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
            await listening
            await process.wait()
