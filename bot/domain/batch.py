"""Orders that were confirmed together: how they stand, and when their person hears of it.

Each is an order like any other. What they share is a card, and that it is told of them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.domain.money import Money
from bot.domain.order import Placement, Why
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery
from bot.domain.wishes import Ring


class Fate(StrEnum):
    """What has become of one order of a batch, as its person counts them."""

    WAITING = "waiting"
    SENDING = "sending"
    RUNNING = "running"
    ALONE = "alone"  # it goes on at Serva, and nobody asks about it
    DONE = "done"
    PARTIAL = "partial"
    TROUBLE = "trouble"  # cancelled, refunded or failed
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    NOT_PLACED = "not_placed"
    UNKNOWN = "unknown"
    CHARGED = "charged"  # taken, and its id is missing


ENDED = (Fate.DONE, Fate.PARTIAL, Fate.TROUBLE)
MISSED = (Fate.REFUSED, Fate.NOT_SENT, Fate.NOT_PLACED)
"""Not ordered, and not charged."""
_OPEN = (Fate.WAITING, Fate.SENDING, Fate.RUNNING, Fate.ALONE, Fate.UNKNOWN)
_BY_PLACEMENT: Mapping[Placement, Fate] = {
    Placement.CONFIRMED: Fate.WAITING,
    Placement.SENDING: Fate.SENDING,
    Placement.REFUSED: Fate.REFUSED,
    Placement.NOT_SENT: Fate.NOT_SENT,
    Placement.NOT_PLACED: Fate.NOT_PLACED,
    Placement.UNKNOWN: Fate.UNKNOWN,
    Placement.CHARGED: Fate.CHARGED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of one order as its batch's card needs."""

    order: int
    placement: Placement
    delivery: Delivery | None
    ended: bool
    followed: bool
    why: str = ""
    asked: bool = False
    charge: Decimal | None = None

    @property
    def fate(self) -> Fate:
        """What has become of it."""
        if self.placement is not Placement.PLACED:
            return _BY_PLACEMENT[self.placement]
        if not self.ended:
            return Fate.RUNNING if self.followed else Fate.ALONE
        match self.delivery:
            case Delivery.COMPLETED:
                return Fate.DONE
            case Delivery.PARTIAL:
                return Fate.PARTIAL
            case _:
                return Fate.TROUBLE


NOTHING: Final = Money(Decimal(0))


@dataclass(frozen=True, slots=True)
class Tally:
    """How the orders of a batch stand together.

    `unknown` are the orders of unknown outcome, `asked` those of them that the person was left to
    decide. `unsent` says why most of the rest was not sent. `charged` is what Serva shows for all.
    `rest` is how many can be gone on with.
    """

    counts: Mapping[Fate, int]
    unknown: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    unsent: str = ""
    charged: Money = NOTHING
    rest: int = 0

    def count(self, *fates: Fate) -> int:
        """How many orders came to one of these."""
        return sum(self.counts.get(fate, 0) for fate in fates)

    @property
    def ended(self) -> int:
        """How many Serva says that it has done with."""
        return self.count(*ENDED)

    @property
    def missed(self) -> int:
        """How many were not ordered."""
        return self.count(*MISSED)

    @property
    def waiting(self) -> int:
        """How many are not through to Serva yet."""
        return self.count(Fate.WAITING, Fate.SENDING)

    @property
    def open(self) -> int:
        """How many may still change by themselves."""
        return self.count(*_OPEN)


def tally_of(standings: Iterable[Standing], currency: str) -> Tally:
    """Count how orders stand; their charges are in one currency."""
    counts: Counter[Fate] = Counter()
    whys: Counter[str] = Counter()
    unknown: list[int] = []
    asked: list[int] = []
    charged, rest = Money(Decimal(0), currency), 0
    for one in standings:
        fate = one.fate
        counts[fate] += 1
        charged += Money(one.charge or Decimal(0), currency)
        rest += is_rest(one.placement, one.why)
        if fate is Fate.NOT_SENT:
            whys[one.why] += 1
        if fate is Fate.UNKNOWN:
            unknown.append(one.order)
            if one.asked:
                asked.append(one.order)
    unsent = max(whys, key=lambda why: whys[why], default="")
    return Tally(counts, tuple(unknown), tuple(asked), unsent, charged, rest)


@dataclass(frozen=True, slots=True)
class Told:
    """What a batch's person has been told of it: `at` is when, 0 for never.

    `over` that not everything could be sent, `ended` how many had ended, `final` that all had, and
    `asked` how many they had to decide.
    """

    over: bool = False
    ended: int = 0
    final: bool = False
    asked: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders that were confirmed together. `total` is the most that they may cost.

    `rest_of` is the batch whose unsent rest this is, `rest` the one that has gone on with its own.
    """

    id: int
    owner: int
    account: int
    nonce: str
    confirmed_at: int
    size: int
    total: Money
    card_message: int | None = None
    told: Told = field(default_factory=Told)
    rest_of: int | None = None
    rest: int | None = None


FIRST_NEWS: Final = 60 * 60_000
"""Milliseconds after its yes from which a batch that still runs may ring about what has ended."""


@dataclass(frozen=True, slots=True)
class News:
    """A reason to ring about a batch. `rings` says by what it can be switched off; nothing can
    where it is `about_money`."""

    rings: frozenset[Ring]
    about_money: bool = False


def news_of(batch: Batch, tally: Tally, now: int) -> News | None:
    """Return what its person should hear now beside the card, if anything.

    That a question about their money is open; that not all could be sent; how many have ended, ever
    more seldom; and once that all have.
    """
    told = batch.told
    if len(tally.asked) > told.asked:
        return News(frozenset(), about_money=True)
    # What somebody ended themselves they need not be told.
    known = tally.count(Fate.NOT_SENT) if tally.unsent in _BY_THEMSELVES else 0
    stopped = not tally.waiting and tally.missed > known and not told.over
    ended = tally.ended > told.ended
    final = not tally.open and (ended or not told.final) and sum(tally.counts.values()) > known
    later = news_later(batch, tally)
    due = later is not None and now >= later
    if not (stopped or final or due):
        return None
    counted = {
        Ring.COMPLETED: tally.count(Fate.DONE),
        Ring.PARTIAL: tally.count(Fate.PARTIAL),
        Ring.TROUBLE: tally.count(Fate.TROUBLE, Fate.CHARGED, *MISSED),
    }
    return News(frozenset(ring for ring, count in counted.items() if count))


def news_later(batch: Batch, tally: Tally) -> int | None:
    """Return when to ring about what has ended while the rest runs on; None where nothing has.

    Each time after four times as long, counted from the yes.
    """
    if tally.waiting or tally.ended <= batch.told.ended:
        return None
    since = max(0, batch.told.at - batch.confirmed_at)
    return batch.confirmed_at + max(FIRST_NEWS, 4 * since)


def told_by_now(tally: Tally, now: int) -> Told:
    """Return what somebody knows who was just told how a batch stands."""
    return Told(
        over=not tally.waiting and tally.missed > 0,
        ended=tally.ended,
        final=not tally.open,
        asked=len(tally.asked),
        at=now,
    )


_BY_THEMSELVES = frozenset({Why.STOPPED, Why.UNLINKED})
_STOPPING = frozenset(
    {
        Why.UNREACHABLE,
        Why.WAITED,
        Why.UNLINKED,
        Why.STOPPED,
        Why.LOST,
        Why.OVERCHARGED,
        Why.REFUSED,
        Meaning.BALANCE_TOO_LOW,
        *(meaning for meaning in Meaning if meaning.about_key),
    }
)


def stops_the_rest(why: str) -> bool:
    """Tell whether what ended one order of a batch would end every other one, too."""
    return why in _STOPPING


def is_rest(placement: Placement, why: str) -> bool:
    """Tell whether an order of a batch came to nothing for no fault of its own.

    Then a new yes may order it with the rest. Serva would refuse again what it refused for its
    link or its quantity.
    """
    if placement is Placement.REFUSED:
        return stops_the_rest(why)
    return placement in (Placement.NOT_SENT, Placement.NOT_PLACED)
