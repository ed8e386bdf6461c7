"""A clock that moves only when a test says so, and the sleep that goes with it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable
from itertools import count
from typing import TypeVar

T = TypeVar("T")


class VirtualTime:
    """`clock` in milliseconds, `sleep` in seconds."""

    def __init__(self, now: int = 1_000_000) -> None:
        self.now = now
        self._count = count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def clock(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        due = self.now + round(seconds * 1000)
        heapq.heappush(self._sleepers, (due, next(self._count), woken))
        await woken

    async def settle(self) -> None:
        """Let everything run that waits for nothing but its turn."""
        for _ in range(30):
            await asyncio.sleep(0)

    async def advance(self, ms: int) -> None:
        """Let that much time pass, waking every sleeper at its own moment."""
        end = self.now + ms
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            await self._step()
        self.now = end
        await self.settle()

    async def until(self, work: Awaitable[T]) -> T:
        """The result of `work`, with as much time passing as it needs."""
        task = asyncio.ensure_future(work)
        await self.settle()
        while not task.done():
            assert self._sleepers, "it waits for something that time does not bring"
            await self._step()
        return await task

    async def _step(self) -> None:
        due, _, woken = heapq.heappop(self._sleepers)
        self.now = max(self.now, due)
        if not woken.done():
            woken.set_result(None)
        await self.settle()
