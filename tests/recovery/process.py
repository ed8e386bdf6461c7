"""The bot as a process of its own, in two ways of starting it that run the same code.

`spawn` is `python -m bot run`, as people start it. `hatch` forks a process that has imported the
bot and done nothing else (importing any module of the house does nothing, which is tested), so
that the cores are spent on dying and recovering. Either ends when whoever started it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from tests.recovery.nest import live

STOPS_WITHIN = 120.0
"""Seconds that a polite stop may take: an `add` on its way is waited for."""

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["tests.recovery.nest"])


class Bot(Protocol):
    """A bot that was started."""

    @property
    def pid(self) -> int: ...

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        ...

    async def ended(self) -> int:
        """Wait for its end; how it ended."""
        ...


async def kill(bot: Bot) -> None:
    """SIGKILL, and wait until the system has taken it away."""
    if bot.code is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(bot.pid, signal.SIGKILL)
    await bot.ended()


async def stop(bot: Bot) -> int:
    """SIGTERM; the exit code. TimeoutError where it does not stop."""
    if bot.code is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(bot.pid, signal.SIGTERM)
    async with asyncio.timeout(STOPS_WITHIN):
        return await bot.ended()


class Spawned:
    """`python -m bot run`, or a careless one by its name."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        return self._process.returncode

    async def ended(self) -> int:
        return await self._process.wait()


class Hatched:
    """A fork of the process that has imported the bot."""

    def __init__(self, process: BaseProcess, leash: Connection) -> None:
        self._process = process
        self._leash = leash

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        return self._process.exitcode

    async def ended(self) -> int:
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        sentinel = self._process.sentinel
        loop.add_reader(sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(sentinel)
        self._process.join()
        self._leash.close()
        assert self._process.exitcode is not None
        return self._process.exitcode


async def spawn(environment: Mapping[str, str], output: Path, policy: str = "") -> Bot:
    """Start `python -m bot run`; what it writes is added to `output`."""
    module = ("tests.recovery.naive", policy) if policy else ("bot",)
    with output.open("ab") as file:
        return Spawned(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *module,
                "run",
                "--until-input-ends",
                env=dict(environment),
                stdin=asyncio.subprocess.PIPE,
                stdout=file,
                stderr=file,
            )
        )


async def hatch(environment: Mapping[str, str], output: Path, policy: str = "") -> Bot:
    """Fork a bot that has imported everything; what it writes is added to `output`."""
    held, leash = _nursery.Pipe(duplex=False)
    process = _nursery.Process(target=live, args=(held, dict(environment), str(output), policy))
    process.start()
    held.close()
    return Hatched(process, leash)
