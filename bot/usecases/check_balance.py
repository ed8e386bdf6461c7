"""Asking Serva for money and Servya for credits, and keeping what they said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.session import Account
from bot.providers.port import CallFailed, CallRefused, ProviderError, Serva, Servya
from bot.usecases.keys import Keys
from bot.usecases.link_key import CREDITS
from bot.usecases.locks import NamedLocks
from storage import accounts, notices, orders
from storage.database import Database, Tx

__all__ = ["CallRefused", "CheckBalance", "ProviderError"]


@dataclass(frozen=True, slots=True)
class CheckBalance:
    """Balances and credits. `credit_calls` keeps Servya to one call at a time per key."""

    db: Database
    keys: Keys
    serva: Serva
    servya: Servya
    credit_calls: NamedLocks
    clock: Callable[[], int]
    _asking: dict[int, asyncio.Task[Account]] = field(default_factory=dict)

    async def now(self, account: Account) -> Account:
        """The account with a balance asked for now; raises ProviderError."""
        key = await self.keys.of(account)
        if key is None:
            raise CallFailed("the key was unlinked")
        if account.provider == "servya":
            async with self.credit_calls.hold(account.fingerprint):
                found = await self.servya.credits(key)
            money = Money(Decimal(found.amount), CREDITS)
        else:
            money = (await self.serva.balance(key)).money
        return await self._keep(account, money)

    async def lately(self, account: Account, max_age: int, patience: int) -> Account:
        """The account with a balance at most `max_age` ms old, where that takes `patience` ms.

        What is stored is good enough when the provider is slow or says no; a slow answer is
        stored when it comes, for the next time.
        """
        if account.balance is not None and self.clock() - account.balance_at <= max_age:
            return account
        asking = self._asking.get(account.id)
        if asking is None:
            asking = self._asking[account.id] = asyncio.create_task(self._or_stored(account))
            asking.add_done_callback(lambda _: self._asking.pop(account.id, None))
        done, _ = await asyncio.wait({asking}, timeout=patience / 1000)
        return asking.result() if done else account

    async def _or_stored(self, account: Account) -> Account:
        try:
            return await self.now(account)
        except ProviderError:
            return account

    async def _keep(self, account: Account, money: Money) -> Account:
        now = self.clock()

        async def job(tx: Tx) -> None:
            await accounts.set_balance(tx, account.owner, account.id, money, now)
            if await accounts.resume(tx, account.id, now):
                for order in await orders.running(tx, account.owner):
                    await notices.add(tx, account.owner, NoticeKind.CARD, now, order=order)

        await self.db.write(job)
        return replace(account, balance=money, balance_at=now, paused="")
