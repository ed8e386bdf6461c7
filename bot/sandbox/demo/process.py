"""The bot as a child process: starts it, stops it, kills it, and keeps what it said; any command.

The child is in a session of its own, so that Ctrl-C in a terminal reaches it only from here. Its
standard input ends when this process does, however that happens.
"""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.sandbox.telegram import TelegramServer
from bot.sandbox.telegram.clock import Changes

POLITE_SECONDS = 10.0
"""How long a child may take to stop before it is killed."""
SHOWN_LINES = 50
KEPT_EVENTS = 2_000
LONGEST_LINE = 4_000
"""Bytes of a line that are kept in one piece."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the child: its command and its whole environment."""

    argv: Sequence[str]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the process did: `what` is started, ready, killed, stopped, exited or log.

    `number` counts from 1 without gaps, `at` is milliseconds since 1970.
    """

    number: int
    at: int
    what: str
    words: str


class BotProcess:
    """One bot between its stand-ins, over as many lives as it is given.

    `changes` is announced at every change, and so is that of the Telegram it polls.
    """

    def __init__(self, launch: Launch, folder: Path, telegram: TelegramServer) -> None:
        self.changes = Changes(telegram.world.changes)
        self.events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.starts = 0
        self.ready = False
        self.ended: str | None = None
        """How the last life ended: killed, stopped or, for instance, "exit 1"."""
        self._launch = launch
        self._folder = folder
        self._telegram = telegram
        self._numbers = count(1)
        self._lines: deque[str] = deque(maxlen=SHOWN_LINES)
        self._since: int | None = None
        self._wanted_end = ""
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await (self.stop() if kind is None else self.kill())

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._life is not None

    @property
    def state(self) -> dict[str, Any]:
        """What the page is told."""
        return {
            "running": self.running,
            "ready": self.ready,
            "pid": self._process.pid if self._process and self.running else None,
            "since": self._since if self.running else None,
            "ended": self.ended,
            "starts": self.starts,
            "log": list(self._lines),
        }

    @property
    def failed(self) -> bool:
        """Whether it ended by itself."""
        return self.ended is not None and self.ended.startswith("exit")

    @property
    def last_lines(self) -> list[str]:
        """What it said last."""
        return list(self._lines)

    async def start(self) -> None:
        """Start it, unless it runs."""
        async with self._starting:
            if self.running:
                return
            # The poll of a killed bot is still open at Telegram's end, and would look like ours.
            self._telegram.world.updates.end_poll()
            self._process = await asyncio.create_subprocess_exec(
                *self._launch.argv,
                env=dict(self._launch.env),
                cwd=self._folder,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            self._life = asyncio.create_task(self._live(self._process))
            self.starts += 1
            self.ended, self._wanted_end = None, ""
            self._since = _now()
            self._tell("started", f"process {self._process.pid}")

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for what takes too long or when this is cancelled."""
        async with self._starting:
            process, life = self._process, self._life
        if process is None or life is None:
            return
        self._wanted_end = "stopped"
        _send(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(life), POLITE_SECONDS)
        except TimeoutError:
            await self.kill()
        except asyncio.CancelledError:
            await self.kill()
            raise

    async def kill(self) -> None:
        """SIGKILL."""
        async with self._starting:
            process, life = self._process, self._life
        if process is None or life is None:
            return
        self._wanted_end = "killed"
        _send(process, signal.SIGKILL)
        await asyncio.shield(life)

    async def until_ready(self) -> bool:
        """Wait until it takes updates; False when it has ended instead."""
        while not self.ready and self.running:
            await self.changes.until(lambda: self.ready or not self.running or None, 60)
        return self.ready

    async def _live(self, process: asyncio.subprocess.Process) -> None:
        """Follow one life to its end."""
        waiting = asyncio.create_task(self._watch_for_polls())
        try:
            assert process.stdout is not None
            await self._read(process.stdout)
            code = await process.wait()
        except asyncio.CancelledError:  # everything ends at once
            _send(process, signal.SIGKILL)
            raise
        finally:
            waiting.cancel()
            self.ready, self._life = False, None
        by_itself = "killed" if code == -signal.SIGKILL else f"exit {code}"
        self.ended = self._wanted_end or by_itself
        self._tell(self.ended.split()[0].replace("exit", "exited"), self.ended)

    async def _watch_for_polls(self) -> None:
        """Ready is who waits for updates."""
        updates, changes = self._telegram.world.updates, self._telegram.world.changes
        while not await changes.until(lambda: updates.polled or None, 60):
            pass
        self.ready = True
        self._tell("ready", "takes updates")

    async def _read(self, stream: asyncio.StreamReader) -> None:
        """Keep every line; a line without an end is cut, so that nothing waits for it."""
        rest = b""
        while piece := await stream.read(LONGEST_LINE):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._hear(line)
        if rest:
            self._hear(rest)

    def _hear(self, raw: bytes) -> None:
        line = _CONTROLS.sub("", _ANSI.sub("", raw.decode(errors="replace"))).rstrip()
        if line:
            self._lines.append(line)
            self._tell("log", line)

    def _tell(self, what: str, words: str) -> None:
        self.events.append(Event(next(self._numbers), _now(), what, words))
        self.changes.announce()


def _send(process: asyncio.subprocess.Process, sign: signal.Signals) -> None:
    """A signal, unless it has ended already."""
    if process.returncode is None:
        process.send_signal(sign)


def _now() -> int:
    return time.time_ns() // 1_000_000
