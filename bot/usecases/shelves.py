"""Where an account's services stand, and which of them suit what a person is at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.platforms import (
    OTHER,
    Address,
    Aim,
    Sorting,
    address_of,
    fits,
    shelf_of,
)
from bot.domain.session import Account
from storage import catalogues, orders, shelves
from storage.catalogues import Category, Entry, Page
from storage.database import Database
from storage.shelves import Part

__all__ = ["Shelves", "Used"]

_LOOKED_BACK = 60
"""Orders in which a service used before is looked for."""
_MINE = 24


@dataclass(frozen=True, slots=True)
class Used:
    """A service that was ordered for such a link before, and how much of it the last time."""

    entry: Entry
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Shelves:
    """Reads of one account's own catalogue by platform and aim."""

    db: Database

    async def platforms(self, account: Account) -> dict[str, int]:
        """How many services each platform has."""
        return await shelves.platforms(self.db, _catalogue(account))

    async def aims(self, account: Account, platform: str) -> dict[Aim, int]:
        """How many of a platform's services bring what."""
        return await shelves.aims(self.db, _catalogue(account), platform)

    async def categories(self, account: Account, platform: str = OTHER) -> list[Category]:
        """The categories with services of a platform, in Serva's order."""
        return await shelves.categories(self.db, _catalogue(account), platform)

    async def on_shelf(
        self,
        account: Account,
        platform: str,
        aims: Sequence[Aim],
        sorting: Sorting,
        limit: int,
        offset: int,
    ) -> Page:
        """One page of a platform's services with these aims."""
        part = await self._part(account, sorting, limit, offset)
        return await shelves.on_shelf(self.db, _catalogue(account), platform, aims, part)

    async def in_category(
        self, account: Account, category: int, sorting: Sorting, limit: int, offset: int
    ) -> tuple[str, Page]:
        """A category's name and one page of its services."""
        catalogue = _catalogue(account)
        if sorting is Sorting.SERVA:
            return await catalogues.in_category(self.db, catalogue, category, limit, offset)
        part = await self._part(account, sorting, limit, offset)
        name, _ = await catalogues.in_category(self.db, catalogue, category, 1, 0)
        return name, await shelves.in_category(self.db, catalogue, category, part)

    async def popular(self, account: Account, limit: int) -> list[Entry]:
        """What people here order most; else what Serva has first."""
        return await shelves.popular(self.db, _catalogue(account), limit)

    async def for_link(
        self, account: Account, platform: str, aims: Sequence[Aim], limit: int, offset: int
    ) -> Page:
        """One page of what a platform has for a link with these aims, the person's own first."""
        part = await self._part(account, Sorting.MINE, limit, offset)
        catalogue = _catalogue(account)
        return await shelves.on_shelf(self.db, catalogue, platform, aims, part, linked=True)

    async def link_aims(
        self, account: Account, platform: str, aims: Sequence[Aim]
    ) -> tuple[Aim, ...]:
        """Which of these aims a platform's services have that take a link, in the same order."""
        known = await shelves.link_aims(self.db, _catalogue(account), platform)
        return tuple(aim for aim in aims if aim in known)

    async def used_for(
        self, account: Account, address: Address, aims: Sequence[Aim] = ()
    ) -> Used | None:
        """What was ordered last for a link of the same platform and kind; with `aims`, of these."""
        latest = await orders.recent_links(self.db, account.owner, _LOOKED_BACK)
        for service, link, quantity in latest:
            other = address_of(link)
            if not other.may_be_like(address):
                continue
            entry = await catalogues.entry(self.db, _catalogue(account), service)
            if entry is None or not entry.service.needs_link:
                continue
            # Of a link that did not say what it led to, the service tells it.
            aim, same = shelf_of(entry.service).aim, other.thing is address.thing
            if aim in (aims or fits(address.thing)) or (same and not aims):
                return Used(entry, quantity)
        return None

    async def _part(self, account: Account, sorting: Sorting, limit: int, offset: int) -> Part:
        mine: list[int] = []
        if sorting is Sorting.MINE:
            mine = await orders.most_used(self.db, account.owner, _MINE)
        return Part(limit, offset, sorting, mine)


def _catalogue(account: Account) -> int:
    assert account.catalogue is not None, "browse after a catalogue was fetched"
    return account.catalogue
