"""The storage's own jobs, commits and reads without threads, so that a seed replays exactly."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from storage.database import (
    GROUP_LIMIT,
    DatabaseClosed,
    Params,
    ReadJob,
    Row,
    WriteJob,
    _fetch_all,
    _fetch_one,
    _Job,
    _own_errors,
    _run_on_snapshot,
    _settle,
)

T = TypeVar("T")


class InlineDatabase:
    """`storage.database.Database` for one process on a connection that outlives it.

    `pausing` gives the seconds that a hop to a thread takes; `commit` runs a group of jobs, and
    is False where the process died over it.
    """

    path = Path("bot.sqlite3")
    trouble = ""
    after_crash = False

    def __init__(
        self,
        connection: Any,
        pausing: Callable[[], float],
        commit: Callable[[list[_Job[Any]]], bool],
    ) -> None:
        self._connection = connection
        self._pausing = pausing
        self._run = commit
        self._waiting: deque[_Job[Any]] = deque()
        self._scheduled = False
        self.open = True

    async def write(self, job: WriteJob[T]) -> T:
        loop = asyncio.get_running_loop()
        self._require_open()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Job(job, future))
        self._schedule(loop)
        return await future

    async def read(self, job: ReadJob[T]) -> T:
        return await self._reading(partial(_run_on_snapshot, job))

    async def one(self, sql: str, params: Params = ()) -> Row | None:
        return await self._reading(partial(_fetch_one, sql=sql, params=params))

    async def all(self, sql: str, params: Params = ()) -> list[Row]:
        return await self._reading(partial(_fetch_all, sql=sql, params=params))

    async def _reading(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._require_open()
        await asyncio.sleep(self._pausing())
        self._require_open()
        with _own_errors():
            return work(self._connection)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._scheduled:
            self._scheduled = True
            loop.call_later(self._pausing(), self._commit, loop)

    def _commit(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = False
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))]
        if not self.open:
            return
        if self._run(group):
            _settle(group)
            if self._waiting:
                self._schedule(loop)

    def _require_open(self) -> None:
        if not self.open:
            raise DatabaseClosed("the process is dead")


def in_memory(template: bytes) -> sqlite3.Connection:
    """A database of its own in memory, as `template` left it."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    connection.deserialize(template)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def pauses(chance: Random) -> Callable[[], float]:
    """Most hops are over at once, some take milliseconds: then others come first."""
    draw = chance.random

    def pausing() -> float:
        number = draw()
        return 0.0 if number < 0.7 else number * 0.01

    return pausing
