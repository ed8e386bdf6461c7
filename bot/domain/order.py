"""A confirmed order: how far the hand-over to Serva has come, and what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.catalogue import Service
from bot.domain.money import Money
from bot.domain.pricing import Unit, candidates, price
from bot.domain.request import Request, Wanted
from bot.domain.tracking import Delivery

MISSES = 3
"""Times in a row that the provider must not know an order before people are told."""


class Placement(StrEnum):
    """Where our hand-over of an order to the provider stands."""

    CONFIRMED = "confirmed"  # the person said yes; nothing has left this machine
    SENDING = "sending"  # claimed: from here on it may cost money
    PLACED = "placed"  # the provider has it, and its id is known
    REFUSED = "refused"  # the provider said no; nothing charged
    NOT_SENT = "not_sent"  # given up before anything left; nothing charged
    UNKNOWN = "unknown"  # it left, and no readable answer came back
    CHARGED = "charged"  # the balance proves it was taken; its id is missing
    NOT_PLACED = "not_placed"  # the balance, or the person, says it never arrived

    @property
    def in_flight(self) -> bool:
        """True while our side of the hand-over is still moving."""
        return self in _IN_FLIGHT

    @property
    def free(self) -> bool:
        """True where it is certain that nothing was charged."""
        return self in _FREE


_IN_FLIGHT = frozenset({Placement.CONFIRMED, Placement.SENDING})
_FREE = frozenset({Placement.REFUSED, Placement.NOT_SENT, Placement.NOT_PLACED})

# `sending` never goes back to `confirmed` but for a call that provably left nothing on the wire:
# every other way back would be a second `add` for one confirmation.
ALLOWED: Mapping[Placement, frozenset[Placement]] = {
    # Straight to unknown: in a restored backup, where it may have been sent since.
    Placement.CONFIRMED: frozenset({Placement.SENDING, Placement.NOT_SENT, Placement.UNKNOWN}),
    Placement.SENDING: frozenset(
        {
            Placement.PLACED,
            Placement.REFUSED,
            Placement.CONFIRMED,
            Placement.NOT_SENT,
            Placement.UNKNOWN,
        }
    ),
    Placement.UNKNOWN: frozenset({Placement.CHARGED, Placement.NOT_PLACED, Placement.PLACED}),
    Placement.CHARGED: frozenset({Placement.PLACED}),
    # The person who said "it is not there" may find it after all.
    Placement.NOT_PLACED: frozenset({Placement.PLACED}),
    Placement.PLACED: frozenset(),
    Placement.REFUSED: frozenset(),
    Placement.NOT_SENT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One answered field; `top_level` ones go beside `quantity` in `add`, others into `fields`."""

    key: str
    label: str
    text: str
    top_level: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What the person is asked to agree to. `proven` is false while the price unit is assumed."""

    total: Money
    rate: Decimal
    unit: Unit
    proven: bool

    @property
    def agreed(self) -> Money:
        """The sum that the person sees and says yes to: the most that may be charged."""
        return self.total.at_most()

    def same_price(self, other: Quote) -> bool:
        """True where agreeing to one is agreeing to the other."""
        return (self.total, self.rate, self.unit) == (other.total, other.rate, other.unit)


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that was agreed to, kept as it was at that moment."""

    service: Service
    quantity: int | None
    sends_quantity: bool
    quote: Quote
    link: str = ""
    values: tuple[Value, ...] = ()
    coupon: str = ""

    @property
    def at_worst(self) -> Money:
        """The most that it may cost, whatever its rate turns out to be the price of."""
        agreed = self.quote.agreed
        if self.quote.proven:
            return agreed
        readings = (
            price(self.service, unit, self.quantity, agreed.currency).at_most()
            for unit in candidates(self.service)
        )
        return max(agreed, *readings)


class Why(StrEnum):
    """Reasons of our own for not sending; the provider's are `refusal.Meaning`."""

    UNREACHABLE = "unreachable"
    PRICE_CHANGED = "price_changed"  # the reason's text is the new total
    WAITED = "waited"  # its two minutes passed before its turn came
    UNLINKED = "unlinked"
    INTERRUPTED = "interrupted"  # something of ours failed before it was sent
    RESTORED = "restored"  # it lay in a backup: it may or may not have been sent since
    STOPPED = "stopped"  # its person stopped the mass order that it is part of
    LOST = "lost"  # so many answers of its mass order were lost that the rest was not sent
    OVERCHARGED = "overcharged"  # Serva took more than was said for another order of it
    REFUSED = "refused"  # Serva refused so many others of it in the same words


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hand-over ended as it did.

    `meaning` is a `Why` or a `refusal.Meaning`, `text` the provider's own words.
    """

    meaning: str = ""
    text: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the balance showed about an unknown outcome, and who settled it."""

    balance: str = ""
    moved: str = ""  # before minus now, less every other movement known to us
    charged: str = ""  # what of it was this order, where the balance says so
    checked_at: int = 0
    first_at: int = 0
    checks: int = 0
    rate: str = ""  # Serva's right before it was sent; lower than agreed, perhaps
    tainted: bool = False  # what would be needed to weigh it was erased, or is not in the backup
    decided_by: str = ""  # 'balance', 'probe', 'person' or empty


@dataclass(frozen=True, slots=True)
class Order:
    """One confirmed order of one person. Times are milliseconds since 1970.

    `batch` is the mass order that it is part of.
    """

    id: int
    owner: int
    account: int
    nonce: str
    service: int
    details: Details
    target: str
    confirmed_at: int
    placement: Placement
    attempts: int = 0
    claimed_at: int | None = None
    balance_before: Decimal | None = None
    settled_at: int | None = None
    reason: Reason = field(default_factory=Reason)
    evidence: Evidence = field(default_factory=Evidence)
    provider_order: str = ""
    first_charge: Decimal | None = None
    charge: Decimal | None = None
    currency: str = "USD"
    delivery: Delivery | None = None
    word: str = ""
    start_count: int | None = None
    remains: int | None = None
    misses: int = 0
    checked_at: int | None = None
    next_check_at: int | None = None
    ended_at: int | None = None
    card_message: int | None = None
    muted: bool = False
    batch: int | None = None

    @property
    def active(self) -> bool:
        """True while something may still happen to it, here or at the provider."""
        if self.placement in (Placement.UNKNOWN, Placement.CHARGED):
            return True
        return self.placement.in_flight or (
            self.placement is Placement.PLACED and self.ended_at is None
        )

    @property
    def outcome_open(self) -> bool:
        """True while nobody knows whether the provider took it."""
        return self.placement is Placement.UNKNOWN

    @property
    def left_alone(self) -> bool:
        """True where it goes on at the provider and nobody asks about it any more."""
        return (
            self.placement is Placement.PLACED
            and self.ended_at is None
            and self.next_check_at is None
        )

    @property
    def not_found(self) -> bool:
        """True while the provider, asked again and again, does not know the order."""
        return self.misses >= MISSES and self.ended_at is None

    @property
    def followed(self) -> bool:
        """True while its status is asked for in the background."""
        return self.next_check_at is not None

    def takes(self, kind: Wanted) -> bool:
        """True where the service's row says that Serva may be asked for this now.

        A comma in an id would make two of it.
        """
        if not self.provider_order or "," in self.provider_order or self.left_alone:
            return False
        service = self.details.service
        if kind is Wanted.CANCEL:
            return service.cancel and self.ended_at is None
        return service.refill and self.delivery in (Delivery.COMPLETED, Delivery.PARTIAL)

    @property
    def delivered(self) -> int | None:
        """How many of the ordered quantity have come, or None where nothing counts."""
        quantity = self.details.quantity
        if quantity is None or self.remains is None:
            return None
        return max(0, min(quantity, quantity - self.remains))

    @property
    def percent(self) -> int | None:
        """How much has come, 0 to 100, rounded down; None where nothing counts."""
        if self.delivery is Delivery.COMPLETED:
            return 100
        quantity, delivered = self.details.quantity, self.delivered
        if not quantity or delivered is None:
            return None
        return delivered * 100 // quantity


class AskedAgain(StrEnum):
    """Why what was to be ordered once another order had ended was not."""

    LATE = "late"  # that took too long
    PRICE = "price"  # it costs more by now
    CHANGED = "changed"  # the service wants or allows something else
    GONE = "gone"
    BALANCE = "balance"
    KEY = "key"  # the key that it was agreed with is not linked, or refused
    BUSY = "busy"  # the target has yet another order
    LIMIT = "limit"  # the person's own daily limit
    RESTORED = "restored"  # it lay in a backup: it may have been ordered since
    AWAY = "away"  # nobody watched over it for a while: this may be a copy, as a backup is


@dataclass(frozen=True, slots=True)
class Queued:
    """What a person agreed to order once the order `ahead` of it has ended.

    `why` is the `AskedAgain` for which they decide once more, empty while it waits.
    """

    id: int
    owner: int
    account: int
    service: int
    details: Details
    target: str
    ahead: int
    agreed_at: int
    waiting: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a card needs beside its order; all of it may be missing.

    `earlier` is another order for the same target, and `running` whether that is followed to its
    end. `balance` is what Serva last said, `affordable` the largest quantity that it covers.
    `queued` is what is ordered once this one ends, `requests` what was asked of Serva about it.
    """

    earlier: int | None = None
    balance: Money | None = None
    affordable: int = 0
    running: bool = False
    queued: Queued | None = None
    requests: tuple[Request, ...] = ()
