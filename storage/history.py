"""A person's orders as a history: found again, counted by month, told as a time line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.history import Heard, Sending, Spent, TimeLine, findable, month_at
from bot.domain.money import Money
from bot.domain.order import Order, Placement
from bot.domain.tracking import Delivery
from storage.database import Queries, Tx, Value
from storage.orders import COLUMNS, order_of

_HEARD = 50
"""Changes of a status that a time line has room for; the latest count."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders: with all of these words, confirmed from `since` until before `until`."""

    words: Sequence[str] = ()
    since: int = 0
    until: int = 2**62

    def clause(self, owner: int) -> tuple[str, list[Value]]:
        """The condition on `orders o LEFT JOIN order_words w`, and its values."""
        parts = ["o.owner = ?", "o.confirmed_at >= ?", "o.confirmed_at < ?"]
        values: list[Value] = [owner, self.since, self.until]
        for word in self.words:
            # Of our own numbers only the whole one is meant: a 1 is in every other.
            parts.append("(instr(w.folded, ?) OR instr(lower(o.provider_order), ?) OR o.id = ?)")
            number = word.removeprefix("#")
            known = number.isascii() and number.isdigit() and len(number) < 19
            values += [word, word, int(number) if known else -1]
        return " AND ".join(parts), values


_FROM = "FROM orders o LEFT JOIN order_words w ON w.order_id = o.id"


async def find(
    q: Queries, owner: int, wanted: Filter, limit: int, offset: int
) -> tuple[list[Order], int]:
    """One page of a person's orders, newest first, and how many there are."""
    clause, values = wanted.clause(owner)
    rows = await q.all(
        # Counted by their ids: whole rows are read only of the page.
        f"SELECT {COLUMNS}, total FROM orders JOIN (SELECT o.id AS found, count(*) OVER () AS total"
        f" {_FROM} WHERE {clause} ORDER BY o.id DESC LIMIT ? OFFSET ?) ON found = id"
        " ORDER BY id DESC",
        (*values, limit, offset),
    )
    return [order_of(row) for row in rows], rows[0][-1] if rows else 0


async def before(q: Queries, owner: int, wanted: Filter, order: int, limit: int) -> list[Order]:
    """The newest of a person's orders that came before this one."""
    clause, values = wanted.clause(owner)
    rows = await q.all(
        f"SELECT {COLUMNS} FROM orders WHERE id IN"
        f" (SELECT o.id {_FROM} WHERE {clause} AND o.id < ? ORDER BY o.id DESC LIMIT ?)"
        " ORDER BY id DESC",
        (*values, order, limit),
    )
    return [order_of(row) for row in rows]


async def nameless(q: Queries, owner: int, limit: int) -> list[tuple[int, str]]:
    """Orders of this person that no search can find yet, each with what it is to be found by."""
    rows = await q.all(
        f"SELECT {COLUMNS} FROM orders WHERE owner = ?"
        " AND NOT EXISTS (SELECT 1 FROM order_words w WHERE w.order_id = orders.id)"
        " ORDER BY id LIMIT ?",
        (owner, limit),
    )
    return [(order.id, findable(order)) for order in map(order_of, rows)]


async def name(tx: Tx, words: Sequence[tuple[int, str]]) -> None:
    """Keep what orders are found by, where they are still there."""
    await tx.many(
        "INSERT OR IGNORE INTO order_words (order_id, folded)"
        " SELECT id, ?2 FROM orders WHERE id = ?1",
        words,
    )


async def months(q: Queries, owner: int, zone: int, limit: int) -> list[tuple[int, int]]:
    """The latest months (YYYYMM) with an order of this person, and how many each has."""
    rows = await q.all(
        "SELECT CAST(strftime('%Y%m', confirmed_at / 1000 + ? * 60, 'unixepoch') AS INTEGER) AS m,"
        " count(*) FROM orders WHERE owner = ? GROUP BY m ORDER BY m DESC LIMIT ?",
        (zone, owner, limit),
    )
    return [(row[0], row[1]) for row in rows]


async def first_at(q: Queries, owner: int) -> int | None:
    """When a person first confirmed an order, if ever."""
    row = await q.one("SELECT min(confirmed_at) FROM orders WHERE owner = ?", (owner,))
    return None if row is None else row[0]


async def spent(q: Queries, owner: int, since: int, until: int, zone: int) -> list[Spent]:
    """What a person's orders have cost, or may have: those that were or may have been charged."""
    rows = await q.all(
        "SELECT confirmed_at, placement, currency, charge,"
        # An order's own share was not always written down; where it was not, nothing else moved.
        " coalesce(nullif(json_extract(evidence, '$.charged'), ''),"
        " json_extract(evidence, '$.moved'), ''),"
        " json_extract(details, '$.quote.total'), json_extract(details, '$.service.category')"
        " FROM orders WHERE owner = ? AND confirmed_at >= ? AND confirmed_at < ?"
        " AND placement IN ('placed', 'sending', 'unknown', 'charged')",
        (owner, since, until),
    )
    return [
        Spent(
            month=month_at(confirmed_at, zone),
            category=category or "",
            amount=_cost(placement, currency, charge, proved, agreed),
            certain=placement == Placement.PLACED and charge is not None,
        )
        for confirmed_at, placement, currency, charge, proved, agreed, category in rows
    ]


async def time_line(q: Queries, owner: int, order: int) -> TimeLine:
    """What happened to an order of this person; nothing to somebody else's."""
    sendings = await q.all(
        "SELECT c.started_at, c.ended_at, c.outcome, c.request_id FROM calls c"
        " JOIN orders o ON o.id = c.order_id WHERE o.id = ? AND o.owner = ? ORDER BY c.id",
        (order, owner),
    )
    heard = await q.all(
        "SELECT s.at, s.delivery, s.word FROM statuses s JOIN orders o ON o.id = s.order_id"
        " WHERE o.id = ? AND o.owner = ? ORDER BY s.at DESC LIMIT ?",
        (order, owner, _HEARD),
    )
    return TimeLine(
        tuple(Sending(*row) for row in sendings),
        tuple(Heard(at, Delivery(delivery), word) for at, delivery, word in reversed(heard)),
    )


def _cost(placement: str, currency: str, charge: str | None, proved: str, agreed: str) -> Money:
    if placement == Placement.PLACED and charge is not None:
        return Money(Decimal(charge), currency)
    # What the balance proves is exact; else nobody knows more than what was agreed to.
    if placement == Placement.CHARGED and proved:
        return Money(Decimal(proved), currency)
    return Money(Decimal(agreed), currency).at_most()
