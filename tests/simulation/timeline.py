"""Virtual time: what the world does when, and an event loop for one process in it; never sleeps."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import Executor
from itertools import count
from typing import Any

EPOCH = 1_700_000_000_000
"""Milliseconds since 1970 at which every schedule begins."""


class Timeline:
    """What happens outside of the process, in order of time; it outlives every process."""

    def __init__(self) -> None:
        self.now = 0.0
        self._count = count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def clock(self) -> int:
        """Milliseconds since 1970."""
        return EPOCH + int(self.now * 1000)

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        """Do something once so much time has passed."""
        heapq.heappush(self._events, (self.now + seconds, next(self._count), what))

    @property
    def next(self) -> float | None:
        """When something happens next."""
        return self._events[0][0] if self._events else None

    def step(self) -> None:
        """Let the next thing happen, at its time."""
        at, _, what = heapq.heappop(self._events)
        self.now = max(self.now, at)
        what()


class ProcessLoop(asyncio.BaseEventLoop):
    """The event loop of one process, driven handle by handle, so that it can die between any two.

    What is called soon runs in order, as in any loop: no schedule that a real one forbids.
    """

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self.handles = 0
        self.set_exception_handler(lambda loop, context: None)

    def time(self) -> float:
        return self._timeline.now

    def step(self, until: float) -> bool:
        """Run what is next, here or outside; False where nothing happens before `until`."""
        ready, timers, line = self._ready, self._scheduled, self._timeline  # type: ignore[attr-defined]
        while not ready:
            while timers and timers[0]._cancelled:
                heapq.heappop(timers)._scheduled = False
            outside = line.next
            if timers and (outside is None or timers[0]._when < outside):
                if timers[0]._when > until:
                    return False
                timer = heapq.heappop(timers)
                timer._scheduled = False
                line.now = max(line.now, timer._when)
                ready.append(timer)
            elif outside is None or outside > until:
                return False
            else:
                line.step()
                return True
        handle = ready.popleft()
        if not handle._cancelled:
            self.handles += 1
            handle._run()
        return True

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Threads do their work at once, and say so a little later."""
        future = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:
                future.set_exception(error)

        self.call_later(0.001, work)
        return future

    def kill(self) -> None:
        """Drop every task where it stands; what only memory held is gone."""
        dropped: set[asyncio.Task[Any]] = set()
        while tasks := {task for task in asyncio.all_tasks(self) if task not in dropped}:
            for task in tasks:
                dropped.add(task)
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                _drop(task.get_coro())
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        self.close()


def _drop(coroutine: Any) -> None:
    """End a coroutine where it stands, however often it awaits something on its way out."""
    for _ in range(20):
        try:
            coroutine.close()
        except RuntimeError:
            continue
        return
