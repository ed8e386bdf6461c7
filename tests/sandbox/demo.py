"""The demo as a process and a hand on its page's routes; no tests in here."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds for what takes processes that start, on a machine with other things to do."""
EMMA, LAYLA, OMAR = 5_000_000_001, 5_000_000_002, 990_001


@dataclass
class Demo:
    """A running demo: its process, its address, and calls of its routes."""

    process: asyncio.subprocess.Process
    url: str
    http: aiohttp.ClientSession

    async def get(self, path: str) -> Any:
        async with self.http.get(self.url + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(self.url + path, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def chat(self, person: int) -> str:
        """The whole chat as text."""
        return str((await self.get(f"/telegram/sandbox/people/{person}"))["transcript"])

    async def sees(self, person: int, *texts: str) -> None:
        """Wait until the newest message of the bot has all the texts."""
        path, version = f"/telegram/sandbox/people/{person}?timeout=5", 0
        async with asyncio.timeout(PATIENCE):
            while True:
                chat = await self.get(f"{path}&after={version}" if version else path)
                said = [one["text"] for one in chat["messages"] if one["from_bot"]]
                if said and all(text in said[-1].replace("\u2068", "") for text in texts):
                    return
                version = chat["version"]

    async def send(self, person: int, text: str) -> None:
        await self.post(f"/telegram/sandbox/people/{person}/send", text=text)

    async def press(self, person: int, button: str) -> None:
        """Press the newest button of this label, once it is there."""
        path = f"/telegram/sandbox/people/{person}/press"
        await self.post(path, button=button, patience=PATIENCE)

    async def is_ready(self, starts: int) -> None:
        """Wait until the bot takes updates, in its so many-th life."""
        async with asyncio.timeout(PATIENCE):
            while True:
                state = await self.post("/demo/bot/start")
                if state["ready"] and state["starts"] == starts:
                    return
                await asyncio.sleep(0.02)


async def spawn(*arguments: str, temporary: Path, **env: str) -> asyncio.subprocess.Process:
    """`python -m bot demo`, with its temporary folder in this one."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Tests may run under nohup, and what is ignored is inherited.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "demo",
            *arguments,
            env=kept | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)} | env,
            cwd=temporary,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGHUP, before)


@asynccontextmanager
async def playing(temporary: Path, *arguments: str, **env: str) -> AsyncIterator[Demo]:
    """A demo on a free port; whatever is left of it at the end is killed."""
    process = await spawn("--port", "0", *arguments, temporary=temporary, **env)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("Open http"), await process.communicate()
        async with aiohttp.ClientSession() as http:
            yield Demo(process, line.split()[1], http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def alive(pid: int) -> bool:
    """Whether this process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(pid: int) -> None:
    """Wait until this process is gone; init may take a moment to bury it."""
    async with asyncio.timeout(PATIENCE):
        while alive(pid):
            await asyncio.sleep(0.02)
