"""What a person wishes: what may ring, when it is night where they are, how much may be spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.tracking import Delivery

_MINUTE = 60_000
_DAY = 24 * 60
NIGHT, MORNING = 22 * 60, 8 * 60
"""Minutes of a day: from the one to the other it is night."""
WEST, EAST = -12 * 60, 14 * 60
"""Minutes by which a clock on this earth may be off UTC."""


class Ring(StrEnum):
    """What people may choose to hear of."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    TROUBLE = "trouble"  # cancelled, refunded or failed
    PROGRESS = "progress"  # it begins to arrive
    NEWS = "news"  # the operator's words
    PRICES = "prices"  # of services that somebody uses
    BALANCE = "balance"  # that it runs low


class Level(StrEnum):
    """Choices about everything that may ring."""

    ALL = "all"
    IMPORTANT = "important"
    NONE = "none"


LEVELS: Mapping[Level, frozenset[Ring]] = {
    Level.ALL: frozenset(Ring),
    Level.IMPORTANT: frozenset(Ring) - {Ring.PROGRESS},
    Level.NONE: frozenset(),
}

_ENDS = {Delivery.COMPLETED: Ring.COMPLETED, Delivery.PARTIAL: Ring.PARTIAL}


class Guard(StrEnum):
    """The limits that a person may set for themselves."""

    DAILY = "daily"  # no more than this is ordered in a day
    TWICE = "twice"  # what costs more is asked about twice


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's wishes. `zone` is how many minutes their clock is ahead of UTC, once known."""

    rings: frozenset[Ring] = LEVELS[Level.IMPORTANT]
    quiet_nights: bool = False
    zone: int | None = None
    daily: Money | None = None
    twice: Money | None = None

    @property
    def level(self) -> Level | None:
        """The choice that these rings are, or None where they were picked one by one."""
        return next((level for level, rings in LEVELS.items() if rings == self.rings), None)

    def ringing(self, ring: Ring, on: bool) -> Wishes:
        """The same with one kind switched."""
        return replace(self, rings=self.rings | {ring} if on else self.rings - {ring})

    def silent_at(self, now: int) -> bool:
        """Whether a message should make no sound at this time (milliseconds since 1970)."""
        if not self.quiet_nights:
            return False
        minute = minute_of_day(now, self.zone or 0)
        return minute >= NIGHT or minute < MORNING

    def guard(self, guard: Guard) -> Money | None:
        """The limit of this kind, where one is set."""
        return self.daily if guard is Guard.DAILY else self.twice

    def guarded(self, guard: Guard, limit: Money | None) -> Wishes:
        """The same with a limit set or, without one, lifted."""
        if guard is Guard.DAILY:
            return replace(self, daily=limit)
        return replace(self, twice=limit)

    def asks_twice(self, total: Money) -> Money | None:
        """The limit above which the person wants to be asked twice, where a total is above it.

        Nobody knows how much the limit is in another currency, so there it is asked.
        """
        limit = self.twice
        if limit is None or (limit.currency == total.currency and total <= limit):
            return None
        return limit


@dataclass(frozen=True, slots=True)
class Twice:
    """The limit for which an order is asked about twice; the daily one where it only may be beyond.

    That is so while the price unit is not proven: what was agreed to is within the limit.
    """

    limit: Money
    guard: Guard = Guard.TWICE


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A daily limit stands in the way; `spent` is in the currency of what is `wanted`."""

    limit: Money
    spent: Money
    wanted: Money
    zone: int | None


def over_limit(wishes: Wishes, spent: Money, wanted: Money) -> OverLimit | None:
    """What stands in the way of spending `wanted` after `spent` today, or None.

    A limit in another currency lets nothing through: it was not meant to end with a new account.
    """
    limit = wishes.daily
    if limit is None:
        return None
    if limit.currency == wanted.currency and spent + wanted <= limit:
        return None
    return OverLimit(limit, spent, wanted, wishes.zone)


def loosens(old: Money | None, new: Money | None) -> bool:
    """Whether a limit would let through what it did not before, as far as one can tell."""
    if old is None:
        return False
    return new is None or new.currency != old.currency or new > old


def ring_of(kind: NoticeKind, delivery: Delivery | None) -> Ring | None:
    """What a notice is switched by; None for what always arrives, money in doubt above all."""
    match kind:
        case NoticeKind.ENDED:
            return _ENDS.get(delivery, Ring.TROUBLE) if delivery else Ring.TROUBLE
        case NoticeKind.PROGRESS:
            return Ring.PROGRESS
        case NoticeKind.BROADCAST:
            return Ring.NEWS
        case NoticeKind.WATCH_PRICE:
            return Ring.PRICES
        case NoticeKind.WATCH_BALANCE:
            return Ring.BALANCE
        case _:
            return None


def minute_of_day(now: int, zone: int) -> int:
    """How many minutes after midnight it is, 0 to 1439, on a clock `zone` minutes ahead of UTC."""
    return (now // _MINUTE + zone) % _DAY


def day_start(now: int, zone: int) -> int:
    """When the present day began on that clock, in milliseconds since 1970."""
    return now - (now % _MINUTE) - minute_of_day(now, zone) * _MINUTE


def zone_of(minute: int, now: int) -> int:
    """The zone whose clock shows this minute of the day now; clocks differ by quarter hours."""
    ahead = (minute - minute_of_day(now, 0) + 7) // 15 * 15
    return (ahead - WEST) % _DAY + WEST


# Where most who speak a language live: a first guess, which the person then puts right.
_ZONES: Mapping[str, int] = {
    "am": 180,
    "ar": 180,
    "az": 240,
    "bn": 360,
    "de": 60,
    "en-us": -300,
    "es": 60,
    "fa": 210,
    "fr": 60,
    "he": 120,
    "hi": 330,
    "id": 420,
    "it": 60,
    "ku": 180,
    "ms": 480,
    "nl": 60,
    "pl": 60,
    "pt-br": -180,
    "ru": 180,
    "tr": 180,
    "uk": 120,
    "ur": 300,
    "uz": 300,
    "vi": 420,
    "zh": 480,
}


def guessed_zone(language_code: str) -> int:
    """Where somebody may be whose client says this language (IETF, may be empty)."""
    code = language_code.lower().replace("_", "-")
    return _ZONES.get(code, _ZONES.get(code.split("-")[0], 0))
