"""Looking for the id of an order that the balance proves Serva took; off unless asked for.

Serva lists no orders, but `status` knows only a key's own (provider.md), and ids are counted up. So
of the ids that follow the last one we know, one that answers for this key, that nobody here has,
and that cost what ours may have cost, is ours. Two such ids, or a status that does not answer for
an id known to be the key's own, prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.order import Order
from bot.domain.tracking import Report
from bot.providers.port import MAX_IDS, ProviderError, Serva
from storage import orders
from storage.database import Database

MOST = MAX_IDS - 1
"""One place in the call is for an id that must answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """An id that can only be this order's, and what Serva says of it."""

    provider_order: str
    report: Report


@dataclass(frozen=True, slots=True)
class FindId:
    """Looks through the `count` ids after the last that is known, 0 to 99, in one call."""

    db: Database
    serva: Serva
    count: int

    async def look(
        self, order: Order, fingerprint: str, key: str, may_cost: Callable[[Decimal], bool]
    ) -> Found | None:
        """The order's id at Serva, where exactly one can be it."""
        since = order.claimed_at
        if not self.count or since is None:
            return None
        own = await orders.last_id(self.db, since, fingerprint)
        last = await orders.last_id(self.db, since)
        if own is None or last is None:
            return None
        asked = [
            one for one in following(last, self.count) if not await orders.is_known(self.db, one)
        ]
        try:
            reports = await self.serva.statuses(key, [own, *asked])
        except ProviderError:
            return None
        if not isinstance(reports[own], Report):
            return None
        found = [
            Found(one, report)
            for one in asked
            if isinstance(report := reports[one], Report)
            and report.charge is not None
            and may_cost(report.charge)
            and _no_more_than_ordered(order, report)
        ]
        return found[0] if len(found) == 1 else None


def following(last: str, count: int) -> Iterator[str]:
    """The ids after one, as far as they are counted: ORD-099 → ORD-100, ORD-101, …"""
    counted = re.fullmatch(r"(.*?)([0-9]{1,18})", last, re.DOTALL)
    if counted is None:
        return
    prefix, number = counted.groups()
    for step in range(1, min(count, MOST) + 1):
        yield f"{prefix}{int(number) + step:0{len(number)}}"


def _no_more_than_ordered(order: Order, report: Report) -> bool:
    quantity = order.details.quantity
    return quantity is None or report.remains is None or report.remains <= quantity
