"""Runs one person's items in order and people side by side; knows nothing of what an item is."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")

SLOTS: Final = 512
"""Enough that people who wait for a slow provider leave room for everybody else."""
TRIES: Final = 3
_FIRST_BACKOFF: Final = 0.2


class Lanes(Generic[Item]):
    """`handle(person, item)` for each item put in; `give_up(person, item, error)` after 3 failures.

    `pause` says for how many seconds an error is to be waited out, without counting it as a
    failure of the item; None where it is one. A lane exists only while its person has items. At
    most `slots` items run at a time; those that wait in line or between two tries hold no slot.
    `sleep` takes seconds.
    """

    def __init__(
        self,
        handle: Callable[[int, Item], Awaitable[None]],
        give_up: Callable[[int, Item, Exception], Awaitable[None]],
        *,
        pause: Callable[[Exception], float | None] = lambda error: None,
        slots: int = SLOTS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._handle = handle
        self._give_up = give_up
        self._pause = pause
        self._slots = asyncio.Semaphore(slots)
        self._sleep = sleep
        self._lanes: dict[int, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        """Nothing runs and nothing waits."""
        return not self._lanes

    def put(self, person: int, item: Item) -> None:
        """Put an item at the end of a person's lane; returns at once."""
        lane = self._lanes.get(person)
        if lane is not None:
            lane.append(item)
            return
        lane = self._lanes[person] = deque((item,))
        task = asyncio.get_running_loop().create_task(self._work_off(person, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, timeout: float) -> bool:
        """Wait until all is handled, `timeout` seconds at most; then cancel what is left.

        True when nothing was left. Cancelled items are neither handled nor given up: whoever put
        them in still has them and hands them in again at the next start.
        """
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left

    async def _work_off(self, person: int, lane: deque[Item]) -> None:
        try:
            while lane:
                await self._run(person, lane[0])
                lane.popleft()
        finally:
            del self._lanes[person]

    async def _run(self, person: int, item: Item) -> None:
        attempt = 0
        while True:
            try:
                async with self._slots:
                    await self._handle(person, item)
            except Exception as error:
                failure = error
            else:
                return
            pause = self._pause(failure)
            if pause is None:
                attempt += 1
                if attempt == TRIES:
                    break
                pause = _FIRST_BACKOFF * 2 ** (attempt - 1)
            await self._sleep(pause)
        try:
            await self._give_up(person, item, failure)
        except Exception:
            log.exception("an item could be neither handled nor set aside")
