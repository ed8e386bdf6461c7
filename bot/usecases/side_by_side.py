"""Tasks by name: one a name at a time, none waits for a slower one, and ended ones are gone."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Generic, TypeVar

_log = logging.getLogger(__name__)

Name = TypeVar("Name", int, str)


class SideBySide(Generic[Name]):
    """Runs what it is given in tasks of their own, at most `at_once` of them at a time.

    `what` says in the log what failed. An error ends only its own task.
    """

    def __init__(self, what: str, at_once: int = sys.maxsize) -> None:
        self._what = what
        self._slots = asyncio.Semaphore(at_once)
        self._tasks: dict[Name, asyncio.Task[None]] = {}

    def start(
        self,
        name: Name,
        work: Callable[[], Coroutine[Any, Any, object]],
        then: Callable[[], None] | None = None,
    ) -> bool:
        """Begin `work`, unless something of this name is in progress: then this is False.

        `then` is called once the name is free again, unless the work failed: whoever wakes
        themselves with it must not do so in a hot loop.
        """
        if name in self._tasks:
            return False
        task = self._tasks[name] = asyncio.create_task(self._run(work))
        task.add_done_callback(lambda _: self._ended(name, then))
        return True

    async def drain(self) -> None:
        """Wait until nothing is in progress."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def stop(self) -> None:
        """Cancel what is in progress, and wait for its end."""
        for task in self._tasks.values():
            task.cancel()
        await self.drain()

    def __iter__(self) -> Iterator[Name]:
        """The names of what is in progress."""
        return iter(tuple(self._tasks))

    def __len__(self) -> int:
        """How much is in progress, or waits for its turn."""
        return len(self._tasks)

    async def _run(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async with self._slots:
            await work()

    def _ended(self, name: Name, then: Callable[[], None] | None) -> None:
        task = self._tasks.pop(name)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            _log.error("%s failed", self._what, exc_info=error)
        elif then is not None:
            then()
