"""The sandbox's time and its wake-up calls: both can be driven by a test, neither sleeps."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


def _system_time() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """Milliseconds since 1970, with a lever that moves them on."""

    def __init__(self, source: Callable[[], int] = _system_time) -> None:
        self._source = source
        self._ahead = 0

    def __call__(self) -> int:
        return self._source() + self._ahead

    @property
    def seconds(self) -> int:
        """Whole seconds since 1970, as Telegram dates its messages."""
        return self() // 1000

    def advance(self, **by: float) -> None:
        """Move on by days, hours, minutes, seconds or milliseconds, named as in timedelta."""
        self._ahead += timedelta(**by) // timedelta(milliseconds=1)


class Changes:
    """Wakes whoever waits until something looks different; `parent` hears of it as well."""

    def __init__(self, parent: Changes | None = None) -> None:
        self._parent = parent
        self._next = asyncio.Event()
        self.count = 0

    def announce(self) -> None:
        """Something changed: everyone who waits looks again."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()
        if self._parent is not None:
            self._parent.announce()

    async def until(self, look: Callable[[], T | None], patience: float) -> T | None:
        """The first answer of `look` that is not None, or None after `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while (seen := look()) is None:
                    await self._next.wait()
                return seen
        return None
