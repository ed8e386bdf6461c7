"""What a provider says of an order under way, and when to ask again; asks nobody itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.money import Money, MoneyError
from bot.domain.refusal import MAX_TEXT, stated_error
from bot.domain.text import clean

MAX_COUNT = 10**12
MAX_WORD = 64

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Delivery(StrEnum):
    """How far the delivery of a placed order has come, in the provider's terms."""

    PENDING = "pending"
    PROCESSING = "processing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PARTIAL = "partial"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    FAILED = "failed"
    OTHER = "other"
    """A word that nobody has seen yet: shown as it came, and treated as still running."""

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected to happen to the order."""
        return self in _ENDED


_ENDED = frozenset(
    {
        Delivery.COMPLETED,
        Delivery.PARTIAL,
        Delivery.CANCELED,
        Delivery.REFUNDED,
        Delivery.FAILED,
    }
)
_WORDS = {word.replace("_", ""): word for word in Delivery if word is not Delivery.OTHER} | {
    "cancelled": Delivery.CANCELED
}


@dataclass(frozen=True, slots=True)
class Report:
    """One order as the provider shows it now.

    `word` is the status as it came (at most 64 characters), `charge` what the provider shows as
    taken, in `currency` where it names one. `remains` may be below zero after an over-delivery.
    """

    delivery: Delivery
    word: str
    charge: Decimal | None = None
    start_count: int | None = None
    remains: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """The provider has nothing on this order; `text` is its error, empty where it gave none."""

    text: str = ""


def report_from(entry: object) -> Report | Missing:
    """Read one decoded status entry of any shape; never raises.

    A stated error makes it Missing even beside a status, since an order must not be called failed
    on the word of an entry that also says it does not know the order.
    """
    if isinstance(entry, str):
        return Missing(clean(entry, limit=MAX_TEXT))
    if not isinstance(entry, Mapping):
        return Missing()
    error = stated_error(entry)
    if error:
        return Missing(error.text)
    word = _word(entry.get("status"))
    if not word:
        return Missing()
    return Report(
        delivery=_delivery(word),
        word=word,
        charge=_charge(entry.get("charge")),
        start_count=_count(entry.get("start_count")),
        remains=_count(entry.get("remains")),
        currency=_currency(entry.get("currency")),
    )


def next_check(age_ms: int, interval_ms: int, jitter: int) -> int:
    """Return the milliseconds until an order of this age is due again.

    Young orders move and old ones rarely do: every interval in the first ten minutes, then every
    3 (first hour), 15 (first day) and 90 intervals. `jitter` from 0 to 1000 spreads that by 15 %
    either way, so that orders placed together do not stay due together; outside it: ValueError.
    """
    if not 0 <= jitter <= 1000:
        raise ValueError("jitter is 0 to 1000")
    steps = ((10 * _MINUTE, 1), (_HOUR, 3), (_DAY, 15))
    factor = next((factor for limit, factor in steps if age_ms < limit), 90)
    return interval_ms * factor * (8_500 + 3 * jitter) // 10_000


def _word(status: object) -> str:
    if isinstance(status, int) and not isinstance(status, bool) and abs(status) <= MAX_COUNT:
        return str(status)
    return clean(status, limit=MAX_WORD) if isinstance(status, str) else ""


def _delivery(word: str) -> Delivery:
    """Match "In progress", "in_progress" and "IN-PROGRESS" alike."""
    return _WORDS.get(re.sub(r"[\W_]+", "", word.casefold()), Delivery.OTHER)


def _charge(value: object) -> Decimal | None:
    try:
        charge = Money.parse(value).amount
    except MoneyError:
        return None
    return charge if charge >= 0 else None


def _count(value: object) -> int | None:
    """Read a whole number out of an int, a JSON number or a string; words and halves are None."""
    try:
        number = Money.parse(value).amount
    except MoneyError:
        return None
    return int(number) if number == number.to_integral_value() else None


def _currency(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch("[A-Za-z]{3}", value.strip()):
        return value.strip().upper()
    return None
