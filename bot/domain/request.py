"""What a person may ask of Serva about a placed order, and how far such a request has come.

    asked ─claim─▶ sending ─┬─ accepted   Serva has taken it; what comes of it, the order shows
      ▲                     ├─ refused
      └──── not sent ───────┼─ not_sent   given up before anything left
                            └─ unknown    it left, and no readable answer came back

Each is sent once at the most. Only its person asks again, and not at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Wanted(StrEnum):
    """What is asked for; the value is the action of the v2 convention."""

    REFILL = "refill"  # deliver again what dropped off since
    CANCEL = "cancel"  # deliver no more of it


class Stage(StrEnum):
    """How far our hand-over of a request has come."""

    ASKED = "asked"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


AGAIN_AFTER: Mapping[Stage, int] = {
    Stage.NOT_SENT: 0,
    Stage.REFUSED: 10 * _MINUTE,
    Stage.UNKNOWN: _HOUR,
    Stage.ACCEPTED: _DAY,
}
"""Milliseconds after which the same may be asked again, by how it ended the last time."""

LOOKS = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    3 * _HOUR,
    8 * _HOUR,
    _DAY,
    2 * _DAY,
    4 * _DAY,
    7 * _DAY,
)
"""When to ask how an accepted refill goes, in milliseconds after it was accepted."""


class Refill(StrEnum):
    """What Serva says of a refill."""

    RUNNING = "running"  # also a word that nobody has seen yet
    COMPLETED = "completed"
    REJECTED = "rejected"


_WORDS = {
    "completed": Refill.COMPLETED,
    "rejected": Refill.REJECTED,
    "canceled": Refill.REJECTED,
    "cancelled": Refill.REJECTED,
    "failed": Refill.REJECTED,
    "error": Refill.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request about one order. Times are milliseconds since 1970.

    `text` is Serva's own, `refill` its id of a refill, and `word` what it says of that.
    """

    id: int
    owner: int
    order: int
    kind: Wanted
    stage: Stage
    asked_at: int
    attempts: int = 0
    settled_at: int | None = None
    text: str = ""
    request_id: str = ""
    refill: str = ""
    word: str = ""

    @property
    def in_flight(self) -> bool:
        """True while our side of it is still moving."""
        return self.stage in (Stage.ASKED, Stage.SENDING)

    @property
    def came_to(self) -> Refill:
        """How an accepted refill goes."""
        return refill_of(self.word)

    def may_follow(self, now: int) -> bool:
        """Whether the same may be asked once more."""
        pause = AGAIN_AFTER.get(self.stage)
        return pause is not None and now - (self.settled_at or self.asked_at) >= pause


def refill_of(word: str) -> Refill:
    """Read the status of a refill, however it is spelled."""
    return _WORDS.get(re.sub(r"[\W_]+", "", word.casefold()), Refill.RUNNING)


def next_look(accepted_at: int, now: int) -> int | None:
    """When to ask again how a refill goes; None once it is time to stop."""
    return next((accepted_at + after for after in LOOKS if accepted_at + after > now), None)
