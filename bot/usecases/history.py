"""A person's own history: orders found again, what they cost, and how each came about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.domain.history import (
    Spending,
    TimeLine,
    by_category,
    by_month,
    is_month,
    month_after,
    month_at,
    month_span,
    sought,
)
from bot.domain.order import Order
from bot.domain.request import Request
from storage import history, orders, requests, wishes
from storage.database import Database, Queries, Tx
from storage.history import Filter

MONTHS = 12
"""Months that are offered, and told side by side."""
CATEGORIES = 10
"""Categories that are told one by one; the last of them is all the rest where there are more."""
MOST = 10_000
"""Orders in one file; what is older is left out, and said to be."""
CHUNK = 250
"""Orders that are read in one go, off the event loop."""


@dataclass(frozen=True, slots=True)
class MonthReport:
    """What a month cost. `earlier` and `later` are months that have a report as well, or None.

    `in_utc` is true where nobody knows when the person's own months begin.
    """

    month: int
    spendings: list[Spending]
    earlier: int | None
    later: int | None
    in_utc: bool


@dataclass(frozen=True, slots=True)
class LookBack:
    """Reads of what is over, always by its owner."""

    db: Database
    clock: Callable[[], int]

    async def found(
        self, owner: int, query: str, month: int | None, limit: int, offset: int
    ) -> tuple[list[Order], int]:
        """One page of the orders of a month with all the words of a query, and how many."""
        wanted = await self._filter(owner, query, month)
        return await self.db.read(lambda q: history.find(q, owner, wanted, limit, offset))

    async def every(self, owner: int, query: str, month: int | None) -> AsyncIterator[list[Order]]:
        """The same orders, newest first and at most `MOST`, a chunk at a time."""
        wanted, last = await self._filter(owner, query, month), 2**62
        for _ in range(0, MOST, CHUNK):

            async def chunk(q: Queries, last: int = last) -> list[Order]:
                return await history.before(q, owner, wanted, last, CHUNK)

            read = await self.db.read(chunk)
            if read:
                yield read
            if len(read) < CHUNK:
                return
            last = read[-1].id

    async def months(self, owner: int) -> list[tuple[int, int]]:
        """The latest months with an order, and how many each has."""
        zone = (await wishes.of(self.db, owner)).zone or 0
        return await self.db.read(lambda q: history.months(q, owner, zone, MONTHS))

    async def spending(self, owner: int, month: int) -> MonthReport:
        """What a month cost, by category; the present one where no calendar has that month."""
        zone = (await wishes.of(self.db, owner)).zone
        present = month_at(self.clock(), zone or 0)
        month = month if is_month(month) else present
        since, until = month_span(month, zone or 0)

        async def summed(q: Queries) -> tuple[list[Spending], int | None]:
            spent = await history.spent(q, owner, since, until, zone or 0)
            return by_category(spent, CATEGORIES), await history.first_at(q, owner)

        spendings, first = await self.db.read(summed)
        return MonthReport(
            month=month,
            spendings=spendings,
            earlier=month_after(month, -1) if first is not None and first < since else None,
            later=month_after(month, 1) if month < present else None,
            in_utc=zone is None,
        )

    async def spending_by_month(self, owner: int) -> list[Spending]:
        """What each of the last months cost, the present one first."""
        zone = (await wishes.of(self.db, owner)).zone or 0
        present = month_at(self.clock(), zone)
        months = [month_after(present, -back) for back in range(MONTHS)]
        since, until = month_span(months[-1], zone)[0], month_span(present, zone)[1]

        async def summed(q: Queries) -> list[Spending]:
            return by_month(await history.spent(q, owner, since, until, zone), months)

        return await self.db.read(summed)

    async def time_line(
        self, owner: int, order_id: int
    ) -> tuple[Order, TimeLine, tuple[Request, ...]] | None:
        """An order of this person, what happened to it, and what they asked about it."""
        order = await orders.order(self.db, owner, order_id)
        if order is None:
            return None
        line = await history.time_line(self.db, owner, order_id)
        return order, line, await requests.of_order(self.db, owner, order_id)

    async def _filter(self, owner: int, query: str, month: int | None) -> Filter:
        words = sought(query)
        if words:
            await self._make_findable(owner)
        if month is None or not is_month(month):
            return Filter(words)
        zone = (await wishes.of(self.db, owner)).zone or 0
        return Filter(words, *month_span(month, zone))

    async def _make_findable(self, owner: int) -> None:
        """Orders that came since the last search are folded now, off the way of ordering."""
        while True:
            fresh = await self.db.read(lambda q: history.nameless(q, owner, CHUNK))
            if not fresh:
                return

            async def job(tx: Tx, fresh: list[tuple[int, str]] = fresh) -> None:
                await history.name(tx, fresh)

            await self.db.write(job)
