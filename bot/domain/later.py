"""What goes on without its person: a draft that waits for money, and what they keep an eye on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from bot.domain.catalogue import Service
from bot.domain.draft import Filling
from bot.domain.money import Money
from bot.domain.pricing import Unit

_MINUTE = 60_000

LOOKS = (
    15_000,
    30_000,
    _MINUTE,
    2 * _MINUTE,
    4 * _MINUTE,
    7 * _MINUTE,
    11 * _MINUTE,
    16 * _MINUTE,
    22 * _MINUTE,
    30 * _MINUTE,
)
"""When to look whether the money has come, in milliseconds after it was found to be missing."""


@dataclass(frozen=True, slots=True)
class Unfunded:
    """A draft that its balance does not cover; `since` in milliseconds since 1970."""

    id: int
    owner: int
    account: int
    draft: Filling
    needed: Money
    since: int


def next_look(since: int, now: int) -> int | None:
    """When to look at the balance again; None once it is time to stop."""
    return next((since + after for after in LOOKS if since + after > now), None)


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody looks at in a service: its rate, and how few and how many can be had.

    The name is for the day on which there is no such service any more.
    """

    rate: Decimal
    minimum: int
    maximum: int
    name: str = field(default="", compare=False)

    @classmethod
    def of(cls, service: Service) -> Self:
        """The terms of a service."""
        return cls(service.rate, service.minimum, service.maximum, service.name)

    def text(self) -> str:
        """All of it as one text that `from_text` reads."""
        return f"{self.rate}/{self.minimum}/{self.maximum}/{self.name}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The terms that `text` wrote."""
        rate, minimum, maximum, name = text.split("/", 3)
        return cls(Decimal(rate), int(minimum), int(maximum), name)


@dataclass(frozen=True, slots=True)
class Change:
    """A service whose terms are no longer what they were; without one it is no longer offered.

    `number` is our integer of it.
    """

    number: int
    before: Terms
    service: Service | None = None
    unit: Unit = Unit.PER_1000
    currency: str = "USD"
