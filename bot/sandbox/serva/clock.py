"""Time as the sandbox lives it: another clock, sped up or moved forward; it never sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable


def wall_clock() -> int:
    """The machine's time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Clock:
    """A clock over another clock; starts in step with it."""

    def __init__(self, source: Callable[[], int] = wall_clock) -> None:
        self._source = source
        self._speed = 1
        self._real = source()
        self._ours = self._real

    def __call__(self) -> int:
        """Now, in milliseconds since 1970."""
        return self._ours + (self._source() - self._real) * self._speed

    @property
    def speed(self) -> int:
        """Sandbox seconds per real second, from 0 (stands still) upwards."""
        return self._speed

    @speed.setter
    def speed(self, speed: int) -> None:
        if speed < 0:
            raise ValueError("time does not run backwards")
        self.advance(0)
        self._speed = speed

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`, from 0 upwards."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._ours = self() + round(seconds * 1000)
        self._real = self._source()
