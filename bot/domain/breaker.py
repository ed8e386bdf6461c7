"""When to stop calling somebody who does not answer, and when to try again; calls nobody.

    closed ─ SILENCE, FAILURES ─▶ open ─ its pause is over ─▶ half open: one call is let through
       ▲                           ▲                             │
       └───── it is answered ──────┼─────────────────────────────┤
                                   └─ it is not: twice the pause ┘

Refusing an order before anything is promised is free, an unknown outcome is not: so a provider
that has fallen silent is left alone for a while, and nobody may confirm anything meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

FAILURES: Final = 5
"""Calls in a row, of whatever keys, that got no answer: fewer may be one connection's bad luck."""
SILENCE: Final = 10_000
"""Milliseconds that they must be spread over: calls that fail side by side are one mishap."""
FIRST_PAUSE: Final = 2_000
LONGEST_PAUSE: Final = 8_000
"""Milliseconds: short, since everybody's orders wait for the call that finds the provider back."""


class Leave(Enum):
    """What a call gets when it asks to be made."""

    GO = auto()
    PROBE = auto()
    """It goes alone, and what comes of it decides."""
    HELD = auto()


@dataclass(slots=True)
class Breaker:
    """One provider's. Times are milliseconds of any clock that is never set back."""

    _failures: int = 0
    _silent_since: int = 0
    _pause: int = 0
    _until: int = 0
    _probing: bool = False

    def holds(self, now: int) -> bool:
        """Whether calls are held back, so that nothing may be promised."""
        return self._pause > 0 and (now < self._until or self._probing)

    def leave(self, now: int) -> Leave:
        """May a call be made? Whoever does not get HELD says by `learn` what came of it."""
        if self.holds(now):
            return Leave.HELD
        if not self._pause:
            return Leave.GO
        self._probing = True
        return Leave.PROBE

    def learn(self, leave: Leave, answered: bool | None, now: int) -> None:
        """What came of a call that had this leave; None where its caller did not wait for it.

        A refusal is an answer, a proxy's page is none. What was on its way when calls began to be
        held back does not lengthen the pause, but an answer to it ends the pause.
        """
        if leave is Leave.PROBE:
            self._probing = False
        if answered:
            self._failures = self._pause = 0
        elif answered is not None:
            if not self._failures:
                self._silent_since = now
            self._failures += 1
            silent = self._failures >= FAILURES and now - self._silent_since >= SILENCE
            if leave is Leave.PROBE or (silent and not self._pause):
                self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
                self._until = now + self._pause
