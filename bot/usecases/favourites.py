"""What a person keeps at hand: services, presets and targets, and what they cost today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.catalogue import Service
from bot.domain.money import Money
from bot.domain.pricing import Unit, price
from bot.domain.session import Account
from bot.usecases.browse import Browse, Entry
from storage import favourites, targets
from storage.database import Database, Tx
from storage.favourites import Favourite

__all__ = ["Favourite", "KeepFavourites", "Offer"]

MOST = 100
"""Favourites of one person: nobody leafs through more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A favourite as it is today.

    Without an `entry` the account does not see its service, and there is no price. `price` is a
    preset's total, else the rate, to be read by `unit`; `was` what that was when it was kept, where
    it has changed.
    """

    kept: Favourite
    entry: Entry | None = None
    price: Money | None = None
    was: Money | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class KeepFavourites:
    """Keeps favourites and targets, always by their owner."""

    db: Database
    browse: Browse
    clock: Callable[[], int]

    async def page(self, account: Account, limit: int, offset: int) -> tuple[list[Offer], int]:
        """One page of favourites, the newest first, and how many there are."""
        found = await favourites.listing(self.db, account.owner, limit, offset)
        total = await favourites.count(self.db, account.owner)
        return [await self._offer(account, kept) for kept in found], total

    async def offer(self, account: Account, number: int) -> Offer | None:
        """One favourite of this person."""
        kept = await self.kept(account.owner, number)
        return None if kept is None else await self._offer(account, kept)

    async def kept(self, owner: int, number: int) -> Favourite | None:
        """One favourite of this person, as it was kept."""
        return await favourites.favourite(self.db, owner, number)

    async def find(self, owner: int, service: int, quantity: int | None) -> int | None:
        """The favourite that keeps exactly this."""
        return await favourites.find(self.db, owner, service, quantity)

    async def keep(
        self, owner: int, number: int, service: Service, quantity: int | None, currency: str
    ) -> int | None:
        """Keep a service at its price, once; None where as many are kept as can be."""
        unit = (await self.browse.unit(service)).unit
        new = Favourite(0, number, quantity, "", service.name, service.rate, unit, currency)
        now = self.clock()
        return await self.db.write(lambda tx: favourites.keep(tx, owner, new, now, MOST))

    async def rename(self, owner: int, number: int, name: str) -> bool:
        """Give a favourite a name, or its service's where that is empty; False where it is gone."""
        return await self.db.write(lambda tx: favourites.rename(tx, owner, number, name))

    async def remove(self, owner: int, number: int) -> bool:
        """Keep a favourite no longer; False where it is gone already."""
        return await self.db.write(lambda tx: favourites.remove(tx, owner, number))

    async def targets(
        self, owner: int, limit: int, offset: int
    ) -> tuple[list[tuple[int, str]], int]:
        """One page of saved targets: our integer and the value; and how many there are."""
        return await targets.listing(self.db, owner, limit, offset)

    async def forget_target(self, owner: int, target: int) -> str | None:
        """Offer a target no longer; what it was, or None where it is gone already."""

        async def job(tx: Tx) -> str | None:
            return await targets.forget(tx, owner, target)

        return await self.db.write(job)

    async def _offer(self, account: Account, kept: Favourite) -> Offer:
        entry = await self.browse.entry(account, kept.service)
        if entry is None:
            return Offer(kept)
        service = entry.service
        currency = account.balance.currency if account.balance else kept.currency
        unit = (await self.browse.unit(service)).unit
        now, was = Money(service.rate, currency), Money(kept.rate, kept.currency)
        preset = kept.quantity is not None and service.asks_quantity
        if preset:
            before = replace(service, rate=kept.rate)
            now = price(service, unit, kept.quantity, currency).at_most()
            was = price(before, kept.unit, kept.quantity, kept.currency).at_most()
        # What was kept in another currency was another account's.
        changed = now.currency == was.currency and now.rounded() != was.rounded()
        return Offer(kept, entry, now, was if changed else None, None if preset else unit)
