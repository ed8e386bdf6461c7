"""What an account can order and what it costs: categories, services, search, quotes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.catalogue import Service
from bot.domain.money import Money
from bot.domain.order import Quote
from bot.domain.pricing import PriceUnit, Unit, alternative, decide_unit, price
from bot.domain.search import query
from bot.domain.session import Account
from storage import catalogues, price_units
from storage.catalogues import Category, Entry, Page
from storage.database import Database

__all__ = ["Browse", "Category", "Entry", "Page", "Quoted"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote, and the other reading of the rate while the unit is unproven."""

    quote: Quote
    alternative: tuple[Unit, Money] | None


@dataclass(frozen=True, slots=True)
class Browse:
    """Reads of one account's own catalogue; nobody sees another's prices."""

    db: Database

    async def categories(self, account: Account) -> list[Category]:
        """The categories with their counts, in Serva's order."""
        return await catalogues.categories(self.db, _catalogue(account))

    async def category(
        self, account: Account, category: int, limit: int, offset: int
    ) -> tuple[str, Page]:
        """A category's name and one page of its services."""
        return await catalogues.in_category(self.db, _catalogue(account), category, limit, offset)

    async def search(self, account: Account, text: str, limit: int, offset: int) -> Page:
        """One page of the services that a text asks for, best first, or of the nearest."""
        asked = query(text)
        return await self.db.read(
            lambda q: catalogues.search(q, _catalogue(account), asked, limit, offset)
        )

    async def entry(self, account: Account, service: int) -> Entry | None:
        """One service, or None where this account does not see it (any more)."""
        if account.catalogue is None:
            return None
        return await catalogues.entry(self.db, account.catalogue, service)

    async def similar(self, account: Account, service: int, limit: int) -> Page:
        """What this account sees in the category where a service was seen last."""
        if account.catalogue is None:
            return Page((), 0)
        category = await catalogues.last_category(self.db, service)
        if category is None:
            return Page((), 0)
        return (await self.category(account, category, limit, 0))[1]

    async def unit(self, service: Service) -> PriceUnit:
        """How the service's rate is to be read, and whether that is proven."""
        known = await price_units.of_service(self.db, service.code, service.price_class)
        return decide_unit(service, known.proofs, known.overrides)

    async def quote(self, service: Service, quantity: int | None, currency: str) -> Quoted:
        """What an order would cost."""
        unit = await self.unit(service)
        total = price(service, unit.unit, quantity, currency)
        return Quoted(
            Quote(total, service.rate, unit.unit, unit.proven),
            None if unit.proven else alternative(service, unit.unit, quantity, currency),
        )


def _catalogue(account: Account) -> int:
    assert account.catalogue is not None, "browse after a catalogue was fetched"
    return account.catalogue
