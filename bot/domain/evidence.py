"""What a key's balance says about an order whose answer was lost.

The balance was written down right before the order was sent. What it has moved by since, less what
the key's other orders are known to have cost, is the sum of what nobody knows: this order, others
whose answers were lost too, and money that came back at some time. Each of these is one of a few
sums. Where every way to make up the movement agrees about this order, the order is settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import product
from math import prod

from bot.domain.money import Money
from bot.domain.order import Details, Order, Placement
from bot.domain.pricing import candidates, price, roundings
from bot.domain.tracking import Delivery

NOTICED_LATE = 60_000
"""Milliseconds by which an end may be noticed before the balance that already holds it is read."""
SOON = 100_000
"""Milliseconds after a claim within which no order is both taken and partly paid back."""
MOST_WAYS = 4_096
"""More ways to make up a movement than these are not looked through."""

Sums = tuple[Decimal, ...]


class Finding(StrEnum):
    """What the balance says about an unknown order."""

    TAKEN = "taken"
    UNTOUCHED = "untouched"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Beside:
    """Another order that was sent with the same key. Times are milliseconds since 1970.

    `prices` is what it may have cost, empty where nobody can say; `first_charge` and `charge` what
    Serva said of it; `proved` what the balance proved that it cost.
    """

    placement: Placement
    claimed_at: int
    settled_at: int
    balance_before: Decimal | None
    prices: Sums
    first_charge: Decimal | None = None
    charge: Decimal | None = None
    proved: Decimal | None = None
    delivery: Delivery | None = None
    ended_at: int | None = None
    checked_at: int | None = None
    by_person: bool = False

    @property
    def open(self) -> bool:
        """True while nobody knows whether it was taken."""
        return self.placement in (Placement.SENDING, Placement.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Movements:
    """What else moved a key's balance since a moment.

    `charged` is the sum of what is certain. Each of `doubts` moved it by nothing or by one of its
    sums (less than nothing: money that came back). `uncertain` is true where a movement's size is
    not known at all, `hidden` where something may have come back that nobody can ask about.
    `checked_at` says when the status of every order that still runs was last known: one of them
    may have been paid back since. It is None where none runs.
    """

    charged: Decimal = Decimal(0)
    doubts: tuple[Sums, ...] = ()
    uncertain: bool = False
    hidden: bool = False
    checked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding, how far the balance moved for no other certain reason, and the order's own share.

    `moved` is None where there is nothing to compare with, `charged` where it was not taken.
    """

    finding: Finding
    moved: Decimal | None = None
    charged: Decimal | None = None


def possible_charges(details: Details, currency: str, rates: Iterable[Decimal] = ()) -> Sums:
    """What an order may have cost: every reading of its rate, rounded somehow, but not to nothing.

    `rates` are others that its service had at the time. Empty with a coupon: nobody but Serva
    knows what it takes off, perhaps everything.
    """
    if details.coupon:
        return ()
    services = [replace(details.service, rate=rate) for rate in (details.service.rate, *rates)]
    totals = [
        price(service, unit, details.quantity, currency)
        for service in services
        for unit in candidates(service)
    ] + [details.quote.total]
    sums = (
        sum_ for total in totals for sum_ in roundings(total.amount) if sum_ or not total.amount
    )
    return tuple(dict.fromkeys(sums))


def charges_of(order: Order) -> Sums:
    """What an order may have cost at the rate that was agreed to, or at the one it was sent at."""
    rate = order.evidence.rate
    return possible_charges(order.details, order.currency, (Decimal(rate),) if rate else ())


def weigh(order: Order, balance: Money, others: Movements, asked_at: int) -> Weighed:
    """What a balance that was asked for at that time says of an unknown order."""
    if order.balance_before is None or balance.currency != order.currency:
        return Weighed(Finding.UNCLEAR)
    moved = order.balance_before - balance.amount - others.charged
    sides = (charges_of(order), *others.doubts)
    known = bool(sides[0]) and not (others.uncertain or order.evidence.tainted)
    if not known or prod(len(side) + 1 for side in sides) > MOST_WAYS:
        return Weighed(Finding.UNCLEAR, moved)
    ways = [way for way in product(*((Decimal(0), *side) for side in sides)) if sum(way) == moved]
    shares = {way[0] for way in ways}
    if shares == {Decimal(0)} and _surely_untouched(moved, sides, ways, others):
        return Weighed(Finding.UNTOUCHED, moved)
    if len(shares) == 1 and max(shares) > 0 and _surely_taken(order, moved, others, asked_at):
        return Weighed(Finding.TAKEN, moved, shares.pop())
    return Weighed(Finding.UNCLEAR, moved)


def _surely_untouched(
    moved: Decimal, sides: Sequence[Sums], ways: Sequence[Sums], others: Movements
) -> bool:
    """Whether nothing that came back can hide that this order was taken."""
    # Some orders cost nothing, so that a balance that stands says nothing of them. And of what
    # was taken for another lost one, part may be this one's while as much of the other came back.
    mixed = any(share > 0 for way in ways for share in way[1:])
    if others.hidden or mixed or min(sides[0]) <= 0:
        return False
    # Part of this order's own money may have come back, beside what did of the others.
    rest = {sum(way) for way in product(*((Decimal(0), *side) for side in sides[1:]))}
    return not any(0 < moved - other <= max(sides[0]) for other in rest)


def _surely_taken(order: Order, moved: Decimal, others: Movements, asked_at: int) -> bool:
    """Whether nothing that came back can have made another lost order's charge look like this."""
    if not any(amount > 0 for sums in others.doubts for amount in sums):
        # What came back makes a balance higher: that it is lower, this order alone explains.
        return moved > 0 or not others.hidden
    sent_at = order.claimed_at or order.confirmed_at
    return asked_at - sent_at <= SOON and not others.hidden


def movements(rows: Sequence[Beside], since: int, until: int, before: Decimal | None) -> Movements:
    """What these orders did to their key's balance since a moment.

    `before` is the balance at that moment, `until` when the later one was asked for: what was
    settled afterwards may be in it or not.
    """
    parts = [
        _of_placed(row, since, until)
        if row.placement is Placement.PLACED
        else _of_doubtful(row, rows, since, until, before)
        for row in rows
    ]
    return Movements(
        charged=sum((part.charged for part in parts), Decimal(0)),
        doubts=tuple(doubt for part in parts for doubt in part.doubts),
        uncertain=any(part.uncertain for part in parts),
        hidden=any(part.hidden for part in parts),
        checked_at=min(
            (part.checked_at for part in parts if part.checked_at is not None), default=None
        ),
    )


def _of_placed(row: Beside, since: int, until: int) -> Movements:
    """What an order with an id did."""
    back = _came_back(row, since)
    doubts: tuple[Sums, ...] = (back,) if back else ()
    uncertain = back is None
    charged = Decimal(0)
    if row.settled_at >= since:
        if row.first_charge is None or row.by_person:
            # The id that a person gave may be the very order that is being weighed.
            uncertain = True
        elif row.claimed_at < since or row.settled_at >= until:
            doubts += ((row.first_charge,),)
        else:
            charged = row.first_charge
    running = row.ended_at is None
    return Movements(
        charged, doubts, uncertain, checked_at=(row.checked_at or 0) if running else None
    )


def _of_doubtful(
    row: Beside, rows: Sequence[Beside], since: int, until: int, before: Decimal | None
) -> Movements:
    """What an order without an id did; nobody can ask whether it was paid back."""
    late, over = row.claimed_at < since, row.settled_at < since and not row.open
    cost_nothing = row.placement is Placement.NOT_PLACED and not row.by_person
    if cost_nothing and (over or not late):
        return Movements()
    if late and (row.open or cost_nothing):
        # What it cost before may have come back since.
        hidden = not _untouched(row, rows, since, before)
    else:
        hidden = not row.open
    if over or cost_nothing:
        return Movements(hidden=hidden)
    sums = row.prices if row.proved is None else (row.proved,)
    if row.proved is not None and not late and row.settled_at < until:
        return Movements(row.proved, hidden=hidden)
    return Movements(doubts=(sums,) if sums else (), uncertain=not sums, hidden=hidden)


def _came_back(row: Beside, since: int) -> Sums | None:
    """What may have been paid back of a followed order; None where that may be any sum."""
    first, now = row.first_charge, row.charge
    if row.ended_at is not None and row.ended_at < since - NOTICED_LATE:
        return ()
    if first is None or now is None or now > first:
        return () if first == now else None
    paid_back = row.ended_at is not None and row.delivery is not Delivery.COMPLETED
    if first == now:
        if not paid_back:
            return ()
        return None if row.delivery is Delivery.PARTIAL else (-first,)
    return tuple({now - first, -first}) if paid_back else (now - first,)


def _untouched(row: Beside, rows: Sequence[Beside], at: int, balance: Decimal | None) -> bool:
    """Whether the balance shows that an earlier order had not been taken by then."""
    if row.balance_before is None or balance is None:
        return False
    rest = [other for other in rows if other is not row and other.claimed_at < at]
    between = movements(rest, row.claimed_at, at, row.balance_before)
    came_back = any(amount < 0 for sums in between.doubts for amount in sums)
    sure = not (between.uncertain or between.hidden or came_back)
    return sure and row.balance_before - balance == between.charged
