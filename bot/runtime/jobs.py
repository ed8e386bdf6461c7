"""Runs the workers: at once when woken, else at every tick of the job queue; holds no work itself.

What is due lives in the database, so a tick only wakes: a tick that comes late, twice or never
loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, TypeAlias

from telegram.ext import JobQueue

log = logging.getLogger(__name__)

Queue: TypeAlias = JobQueue[Any]

_FIRST_BACKOFF: Final = 1.0
_LONGEST_BACKOFF: Final = 60.0


class Worker:
    """One `run_once`, repeated: after `wake()`, and every `every` seconds. Runs never overlap."""

    def __init__(
        self,
        name: str,
        run_once: Callable[[], Awaitable[object]],
        every: float,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.every = every
        self._run_once = run_once
        self._sleep = sleep
        self._awake = asyncio.Event()
        self._stopping = False
        self._running = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Run soon; a wake during a run makes another run follow, so nothing is overlooked."""
        self._awake.set()

    def start(self) -> None:
        """Start the loop; the first run comes at once, for what waited since the last process."""
        self._stopping = False
        self.wake()
        self._task = asyncio.get_running_loop().create_task(self._loop(), name=self.name)

    async def stop(self, timeout: float) -> None:
        """Let a run in progress finish, `timeout` seconds at most, and end the loop."""
        if self._task is None:
            return
        self._stopping = True
        self.wake()
        if self._running:
            await asyncio.wait({self._task}, timeout=timeout)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _loop(self) -> None:
        backoff = _FIRST_BACKOFF
        while True:
            await self._awake.wait()
            if self._stopping:
                return
            self._awake.clear()
            if await self._run():
                backoff = _FIRST_BACKOFF
            elif not self._stopping:
                await self._sleep(backoff)
                backoff = min(2 * backoff, _LONGEST_BACKOFF)
                self.wake()

    async def _run(self) -> bool:
        self._running = True
        try:
            await self._run_once()
        except Exception:
            log.exception("%s failed and will be tried again", self.name)
            return False
        finally:
            self._running = False
        return True


class Jobs:
    """All workers of a process, ticked by one job queue."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = tuple(workers)
        self._queue: Queue | None = None

    async def start(self, queue: Queue) -> None:
        """Start the workers, and the queue where it does not run yet."""
        self._queue = queue
        for worker in self._workers:
            worker.start()
            queue.run_repeating(
                _waker(worker),
                interval=worker.every,
                name=worker.name,
                # By default a job that is due while the loop is busy is dropped in silence.
                job_kwargs={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            )
        await queue.start()

    async def stop(self, timeout: float = 20.0) -> None:
        """End the ticks, then the workers side by side, each within `timeout` seconds."""
        if self._queue is not None:
            await self._queue.stop()
        await asyncio.gather(*(worker.stop(timeout) for worker in self._workers))


def _waker(worker: Worker) -> Callable[[Any], Coroutine[Any, Any, None]]:
    async def tick(_: Any) -> None:
        worker.wake()

    return tick
