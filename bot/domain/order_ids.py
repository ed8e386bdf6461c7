"""Reading the ids of orders that people type, ours and Serva's; knows none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.numbers import parse_quantity, western_digits
from bot.domain.order import Order
from bot.domain.text import clean, fold

MAX_IDS = 20
"""More orders at once than fit on a screen are not what anybody means."""

_ID = re.compile(r"#?[1-9][0-9]{0,17}|[A-Za-z]{1,8}[-_]?[0-9]{2,18}")
_ABOUT = frozenset(
    {"order", "orders", "status", "id", "طلب", "طلبات", "طلبي", "طلباتي", "الطلب", "حاله", "رقم"}
)
_MAX_LENGTH = 64


@dataclass(frozen=True, slots=True)
class OrderId:
    """One id as it was typed, in western digits; with `#` it is ours."""

    text: str

    @property
    def ours(self) -> int | None:
        """Our number, where it may be one."""
        digits = self.text.removeprefix("#")
        return int(digits) if _ID.fullmatch(self.text) and digits.isdigit() else None

    @property
    def theirs(self) -> tuple[str, ...]:
        """Serva's id, in the cases in which it may be written."""
        if self.text.startswith("#"):
            return ()
        return tuple(dict.fromkeys((self.text, self.text.upper(), self.text.lower())))

    @property
    def number(self) -> bool:
        """Whether it might as well be any other number."""
        return self.text.isdigit()


def order_ids(text: str) -> tuple[OrderId, ...]:
    """The order ids that a text consists of, each once; none where anything else is in it.

    One alone may be anything without a space, for Serva's ids are texts; several look like ids,
    and "1,200" is no two of them.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH * MAX_IDS or _is_grouped(text):
        return ()
    typed = re.split(r"[\s,;،]+", western_digits(clean(text)))
    words = [word for word in typed if word and fold(word) not in _ABOUT]
    known = len(words) == 1 or all(map(_ID.fullmatch, words))
    if not known or len(words) > MAX_IDS or any(len(word) > _MAX_LENGTH for word in words):
        return ()
    return tuple(map(OrderId, dict.fromkeys(words)))


def _is_grouped(text: str) -> bool:
    """Whether the text is one number in groups, which no space parts."""
    return not re.search(r"\s", text) and parse_quantity(text) is not None and not text.isdigit()


def missing(asked: Sequence[OrderId], found: Sequence[Order]) -> list[str]:
    """Which of the typed ids belong to none of the orders that were found."""
    ours = {order.id for order in found}
    theirs = {order.provider_order for order in found}
    return [
        entry.text
        for entry in asked
        if entry.ours not in ours and not theirs.intersection(entry.theirs)
    ]
