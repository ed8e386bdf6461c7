"""What a person must be told; `wishes` says what of it they may switch off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told something. The text is rendered when it is sent, not when it is due."""

    CARD = "card"  # the order's card is edited in place; silent
    BATCH = "batch"  # the card of a mass order, and what rings about it now and then
    ENDED = "ended"  # completed, partial, cancelled, refunded, failed
    PROGRESS = "progress"  # it begins to arrive
    SETTLED = "settled"  # an unknown outcome is known now
    ASK = "ask"  # an unknown outcome could not be settled: the person decides
    ANSWERS = "answers"  # Serva answers again: to whoever could not confirm while it was silent
    KEY_PAUSED = "key_paused"  # the key is refused, so its orders are no longer followed
    BROADCAST = "broadcast"  # the operator's words
    REQUEST = "request"  # what came of asking Serva to refill or cancel
    QUEUED = "queued"  # what was to be ordered next was not: the person decides
    FUNDED = "funded"  # the balance covers a draft that waited for it
    WATCH_PRICE = "watch_price"  # a service that the person uses costs or allows something else
    WATCH_BALANCE = "watch_balance"  # the balance does not cover the last order once more
    OPERATOR_UNKNOWN = "operator_unknown"  # to operators: somebody's order is unknown
    OPERATOR_CHARGE = "operator_charge"  # to operators: a charge above the quote
    OPERATOR_SET_ASIDE = "operator_set_aside"  # to operators: an update was given up


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person; `version` grows while nobody has been told yet.

    It is about an `order`, a `batch` of them, or neither.
    """

    id: int
    owner: int
    kind: NoticeKind
    order: int | None
    version: int
    tries: int
    body: Mapping[str, str] = field(default_factory=dict)
    batch: int | None = None
