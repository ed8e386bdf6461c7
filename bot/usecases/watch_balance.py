"""Noticing that a balance no longer covers the last order, and telling its person once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.later import LOOKS
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.usecases.browse import Browse
from storage import accounts, notices, orders, unfunded, watches
from storage.database import Database, Tx
from storage.watches import Fresh

__all__ = ["WatchBalance"]

DAY = 24 * 3_600_000
A_ROUND = 50


@dataclass(frozen=True, slots=True)
class WatchBalance:
    """Compares every balance that comes in with what the last order costs today."""

    db: Database
    browse: Browse
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    async def run_once(self) -> int:
        """Look at the balances that came in since; returns how many."""
        fresh = await watches.fresh_balances(self.db, self.clock() - DAY, A_ROUND)
        for one in fresh:
            await self._look(one)
        return len(fresh)

    async def low(self, owner: int, body: Mapping[str, str]) -> tuple[Money, Money] | None:
        """The balance and what it does not cover, where that is still so."""
        account = await accounts.linked(self.db, owner, "serva")
        balance = None if account is None else account.balance
        needed = Money(Decimal(body["needed"]), body["currency"])
        if balance is None or balance.currency != needed.currency or balance >= needed:
            return None
        return balance, needed

    async def _look(self, fresh: Fresh) -> None:
        needed = await self._last_costs(fresh)
        low = needed is not None and fresh.balance < needed
        now = self.clock()

        async def job(tx: Tx) -> None:
            await watches.looked(tx, fresh.account, fresh.at, low)
            # Whoever has a draft that waits for money has just been told.
            if needed is None or not low or fresh.low:
                return
            if await unfunded.awaited(tx, fresh.owner, now - LOOKS[-1]):
                return
            body = {"needed": str(needed.amount), "currency": needed.currency}
            await notices.add(tx, fresh.owner, NoticeKind.WATCH_BALANCE, now, body=body)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def _last_costs(self, fresh: Fresh) -> Money | None:
        """What the last order costs today, in the currency of the balance."""
        latest = await orders.latest(self.db, fresh.owner)
        account = await accounts.account(self.db, fresh.owner, fresh.account)
        if latest is None or account is None or latest.currency != fresh.balance.currency:
            return None
        entry = await self.browse.entry(account, latest.service)
        if entry is None:
            return None
        quoted = await self.browse.quote(entry.service, latest.details.quantity, latest.currency)
        return quoted.quote.total
