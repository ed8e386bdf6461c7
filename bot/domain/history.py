"""What has become of a person's orders: months, what they cost, and each one's time line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.domain.links import parse_link
from bot.domain.money import Money
from bot.domain.order import Order
from bot.domain.text import fold
from bot.domain.tracking import Delivery

MAX_WORDS: Final = 8
FIRST_MONTH, LAST_MONTH = 197001, 999811
_MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one order has cost, or may have where that is not `certain`. `month` is a YYYYMM."""

    month: int
    category: str
    amount: Money
    certain: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what was spent: on a category, or in a month. `key` is None for all the rest."""

    key: str | int | None
    total: Money
    orders: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent in one currency, in parts, and what may have been on top of it."""

    total: Money
    orders: int
    shares: tuple[Share, ...]
    uncertain: Money
    doubts: int

    @property
    def currency(self) -> str:
        """The currency of all of it."""
        return self.total.currency


@dataclass(frozen=True, slots=True)
class Heard:
    """When Serva was first heard to say this of an order."""

    at: int
    delivery: Delivery
    word: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One `add`: `outcome` is 'open' and `ended_at` None while nobody knows how it ended."""

    started_at: int
    ended_at: int | None
    outcome: str
    request_id: str


@dataclass(frozen=True, slots=True)
class TimeLine:
    """What happened to an order, each part in order of time."""

    sendings: tuple[Sending, ...]
    heard: tuple[Heard, ...]


def month_at(now: int, zone: int) -> int:
    """The month (YYYYMM) of a time in milliseconds on a clock `zone` minutes ahead of UTC."""
    then = _EPOCH + timedelta(minutes=now // _MINUTE + zone)
    return then.year * 100 + then.month


def month_span(month: int, zone: int) -> tuple[int, int]:
    """When a month begins and ends on that clock, in milliseconds since 1970."""
    begin, end = (
        (datetime(one // 100, one % 100, 1, tzinfo=UTC) - _EPOCH) // timedelta(minutes=1)
        for one in (month, month_after(month, 1))
    )
    return (begin - zone) * _MINUTE, (end - zone) * _MINUTE


def month_after(month: int, months: int) -> int:
    """The month so many months later; before it where that is less than nothing."""
    years, rest = divmod(month // 100 * 12 + month % 100 - 1 + months, 12)
    return years * 100 + rest + 1


def is_month(number: int) -> bool:
    """Whether a number from a button is a month that a calendar has."""
    return FIRST_MONTH <= number <= LAST_MONTH and 1 <= number % 100 <= 12


def by_category(spent: Iterable[Spent], most: int) -> list[Spending]:
    """Each currency for itself: the categories that cost most, and the rest in one."""

    def parts(shares: dict[str | int, Share], nothing: Money) -> tuple[Share, ...]:
        ranked = sorted(shares.values(), key=lambda share: (-share.total.amount, str(share.key)))
        if len(ranked) <= most:
            return tuple(ranked)
        rest = ranked[most - 1 :]
        total = sum((share.total for share in rest), nothing)
        return (*ranked[: most - 1], Share(None, total, sum(share.orders for share in rest)))

    return _spendings(spent, lambda one: one.category, parts)


def by_month(spent: Iterable[Spent], months: Sequence[int]) -> list[Spending]:
    """Each currency for itself: these months in this order, those without an order as well."""

    def parts(shares: dict[str | int, Share], nothing: Money) -> tuple[Share, ...]:
        return tuple(shares.get(month, Share(month, nothing, 0)) for month in months)

    return _spendings(spent, lambda one: one.month, parts)


def _spendings(
    spent: Iterable[Spent],
    key: Callable[[Spent], str | int],
    parts: Callable[[dict[str | int, Share], Money], tuple[Share, ...]],
) -> list[Spending]:
    by_currency: dict[str, list[Spent]] = defaultdict(list)
    for one in spent:
        by_currency[one.amount.currency].append(one)
    spendings = []
    for currency, entries in sorted(by_currency.items()):
        nothing = Money(Decimal(0), currency)
        total = uncertain = nothing
        shares: dict[str | int, Share] = {}
        orders = doubts = 0
        for one in entries:
            if not one.certain:
                uncertain, doubts = uncertain + one.amount, doubts + 1
            elif one.amount > nothing:
                total, orders = total + one.amount, orders + 1
                share = shares.get(key(one), Share(key(one), nothing, 0))
                shares[key(one)] = Share(share.key, share.total + one.amount, share.orders + 1)
        if orders or doubts:
            shown = parts(shares, nothing) if orders else ()
            spendings.append(Spending(total, orders, shown, uncertain, doubts))
    return spendings


def sought(query: str) -> tuple[str, ...]:
    """The words of a query as they are looked for: folded, and links without their dressing."""
    words = []
    for word in query.split()[:MAX_WORDS]:
        link = parse_link(word)
        words.append(fold(word if link is None else link.target_key))
    return tuple(word for word in words if word)


def findable(order: Order) -> str:
    """Everything that an order can be found by but its ids, folded."""
    details = order.details
    service = details.service
    parts = (
        service.name,
        *service.names.values(),
        service.category,
        order.target,
        details.link,
        *(value.text for value in details.values),
        details.coupon,
    )
    return fold("\n".join(parts))
