"""A person as the bot knows them at the start of a turn: who, where in the dialogue, which keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.draft import Resting, Step
from bot.domain.event import Person
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """A linked key at a provider; the key itself is never part of it.

    `balance` is the last one a provider told us, `balance_at` when (milliseconds).
    `paused` names the refusal that stopped its orders from being followed.
    """

    id: int
    owner: int
    provider: str
    fingerprint: str
    tail: str
    balance: Money | None = None
    balance_at: int = 0
    catalogue: int | None = None
    catalogue_at: int = 0
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One person's stored place; a turn takes one and gives one back."""

    person: Person
    language: str = "en"
    language_chosen: bool = False
    native_digits: bool = False
    banned: bool = False
    admitted: bool = False
    known: bool = False
    step: Step = field(default_factory=Resting)
    live: int | None = None
    version: int = 0
    serva: Account | None = None
    servya: Account | None = None

    @property
    def owner(self) -> int:
        """The id under which everything of this person is stored and read."""
        return self.person.id
