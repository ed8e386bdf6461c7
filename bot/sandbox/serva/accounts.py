"""Customers of the sandbox Serva and their keys; knows nothing of orders."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import count

from bot.sandbox.serva.refusals import Refusal, RefusalError


class Standing(StrEnum):
    """Whether an account may use the API."""

    GOOD = "good"
    INACTIVE = "inactive"
    DISAPPROVED = "disapproved"
    BANNED = "banned"


@dataclass(eq=False, slots=True)
class Account:
    """One customer. `balance` is in dollars; a `discount` of 0.10 takes a tenth off every rate."""

    label: str
    key: str
    balance: Decimal
    discount: Decimal = Decimal(0)
    standing: Standing = Standing.GOOD
    revoked: set[str] = field(default_factory=set)


_BARRED = {
    Standing.INACTIVE: Refusal.API_KEY_INACTIVE,
    Standing.DISAPPROVED: Refusal.API_ACCESS_NOT_ALLOWED,
    Standing.BANNED: Refusal.ACCOUNT_BANNED,
}


class Accounts:
    """All accounts, found by any key they ever had."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._by_key: dict[str, Account] = {}
        self.all: list[Account] = []

    def open(self, label: str, balance: Decimal, discount: Decimal, key: str | None) -> Account:
        """A new account with one active key: `key`, or a fresh one; levers find it by its label."""
        taken = {account.label for account in self.all}
        if label in taken:
            raise ValueError("two accounts cannot have one label")
        label = label or next(
            free for number in count(len(taken) + 1) if (free := f"account {number}") not in taken
        )
        account = Account(label, key or fresh_key(self._rng, len(self.all)), balance, discount)
        self._own(account)
        self.all.append(account)
        return account

    def renew(self, account: Account) -> str:
        """Make a new key; the old one is revoked, for an account has one active key at a time."""
        account.revoked.add(account.key)
        account.key = fresh_key(self._rng, len(self._by_key))
        self._own(account)
        return account.key

    @property
    def by_key(self) -> dict[str, Account]:
        """Every key that there ever was, revoked or not, and whose it is."""
        return dict(self._by_key)

    def with_key(self, key: str) -> Account:
        """The account that may act with this key; raises `RefusalError` when none may."""
        account = self._by_key.get(key)
        if account is None:
            raise RefusalError(Refusal.INVALID_API_KEY)
        if key in account.revoked:
            raise RefusalError(Refusal.API_KEY_REVOKED)
        if account.standing in _BARRED:
            raise RefusalError(_BARRED[account.standing])
        return account

    def _own(self, account: Account) -> None:
        if account.key in self._by_key:
            raise ValueError("two accounts cannot have one key")
        self._by_key[account.key] = account


def fresh_key(rng: random.Random, turn: int) -> str:
    """A key like panels make them; nobody has seen Serva's form, so three forms take turns."""
    alphabet = string.ascii_letters + string.digits
    match turn % 3:
        case 0:
            return f"{rng.getrandbits(128):032x}"
        case 1:
            return "sk_live_" + "".join(rng.choices(alphabet, k=40))
        case _:
            return "".join(rng.choices(alphabet, k=64))


def masked(key: str) -> str:
    """What a record may show of a key: its last four characters."""
    return f"…{key[-4:]}" if len(key) >= 8 else "…"
