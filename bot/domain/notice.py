"""What a person must be told: kinds of notices, and which of them make a phone ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told something. The text is rendered when it is sent, not when it is due."""

    CARD = "card"  # the order's card is edited in place; silent
    ENDED = "ended"  # completed, partial, cancelled, refunded, failed
    SETTLED = "settled"  # an unknown outcome is known now
    ASK = "ask"  # an unknown outcome could not be settled: the person decides
    ANSWERS = "answers"  # Serva answers again: to whoever could not confirm while it was silent
    KEY_PAUSED = "key_paused"  # the key is refused, so its orders are no longer followed
    BROADCAST = "broadcast"  # the operator's words
    OPERATOR_UNKNOWN = "operator_unknown"  # to operators: somebody's order is unknown
    OPERATOR_CHARGE = "operator_charge"  # to operators: a charge above the quote
    OPERATOR_SET_ASIDE = "operator_set_aside"  # to operators: an update was given up

    @property
    def rings(self) -> bool:
        """False for edits and for what a person may have switched off without missing money."""
        return self is not NoticeKind.CARD

    @property
    def optional(self) -> bool:
        """True where a person may choose not to be told."""
        return self in (NoticeKind.ENDED, NoticeKind.ANSWERS, NoticeKind.BROADCAST)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person; `version` grows while nobody has been told yet."""

    id: int
    owner: int
    kind: NoticeKind
    order: int | None
    version: int
    tries: int
    body: Mapping[str, str] = field(default_factory=dict)
