"""What is noticed about prices and balances, and what of it a person has yet to be told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.catalogue import Service, service_from_json
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from storage.database import Queries, Tx

_RECENT = 10


@dataclass(frozen=True, slots=True)
class Fresh:
    """A balance that nobody has looked at yet; `low` where its person knows that it is."""

    account: int
    owner: int
    balance: Money
    at: int
    low: bool


async def changed(
    q: Queries, owner: int, old: int, new: int, since: int
) -> list[tuple[int, Service, Service | None]]:
    """What differs between two catalogues among what a person uses: favourites and late orders.

    Our integer, the service in the old one, and in the new one or None.
    """
    rows = await q.all(
        "SELECT o.service, o.body, n.body FROM catalogue_entries o"
        " LEFT JOIN catalogue_entries n ON n.catalogue = ?3 AND n.service = o.service"
        " WHERE o.catalogue = ?2 AND n.body IS NOT o.body AND o.service IN ("
        "SELECT service FROM favourites WHERE owner = ?1 UNION SELECT service FROM ("
        "SELECT service FROM orders WHERE owner = ?1 AND confirmed_at >= ?4"
        f" AND placement = 'placed' GROUP BY service ORDER BY max(id) DESC LIMIT {_RECENT}))",
        (owner, old, new, since),
    )
    return [
        (row[0], service_from_json(row[1]), None if row[2] is None else service_from_json(row[2]))
        for row in rows
    ]


async def owe(tx: Tx, owner: int, before: Mapping[int, str], now: int, due_at: int) -> None:
    """Owe a person what services were before; one message for all that they were not told yet.

    What one service was first is what counts. A message that is on its way is not added to.
    """
    new = {str(number): text for number, text in before.items()}
    row = await tx.one(
        "SELECT id, body FROM notices WHERE owner = ? AND kind = ? AND told_version < version"
        " AND leased_until <= ? ORDER BY id DESC LIMIT 1",
        (owner, NoticeKind.WATCH_PRICE, now),
    )
    if row is not None:
        await _set_body(tx, row[0], new | json.loads(row[1]))
        return
    await tx.execute(
        "INSERT INTO notices (owner, kind, body, due_at, created_at)"
        " SELECT id, ?2, ?3, ?4, ?5 FROM people WHERE id = ?1",
        (owner, NoticeKind.WATCH_PRICE, json.dumps(new), due_at, now),
    )


async def owed(q: Queries, owner: int, service: int) -> list[tuple[int, dict[str, str]]]:
    """The messages that a person is still owed about a service: id and body."""
    rows = await q.all(
        "SELECT id, body FROM notices WHERE owner = ? AND kind = ? AND told_version < version",
        (owner, NoticeKind.WATCH_PRICE),
    )
    bodies = [(row[0], json.loads(row[1])) for row in rows]
    return [(number, body) for number, body in bodies if str(service) in body]


async def leave_out(tx: Tx, owner: int, service: int) -> None:
    """Owe a person nothing about a service that they have just seen."""
    for number, body in await owed(tx, owner, service):
        del body[str(service)]
        await _set_body(tx, number, body)


async def fresh_balances(q: Queries, since: int, limit: int) -> list[Fresh]:
    """Balances of linked accounts that came after `since` and that nobody has looked at yet."""
    rows = await q.all(
        "SELECT a.id, a.owner, a.balance, a.currency, a.balance_at, coalesce(w.low, 0)"
        " FROM accounts a LEFT JOIN balance_watch w ON w.account = a.id"
        " WHERE a.provider = 'serva' AND a.unlinked_at IS NULL AND a.balance_at > ?"
        " AND (w.at IS NULL OR w.at < a.balance_at) ORDER BY a.balance_at LIMIT ?",
        (since, limit),
    )
    return [
        Fresh(row[0], row[1], Money(Decimal(row[2]), row[3]), row[4], bool(row[5])) for row in rows
    ]


async def looked(tx: Tx, account: int, at: int, low: bool) -> None:
    """A balance was looked at, and found low or not; of an account that is gone nothing is kept."""
    await tx.execute(
        "INSERT INTO balance_watch (account, at, low) SELECT id, ?2, ?3 FROM accounts WHERE id = ?1"
        " ON CONFLICT (account) DO UPDATE SET at = ?2, low = ?3",
        (account, at, int(low)),
    )


async def _set_body(tx: Tx, notice: int, body: Mapping[str, str]) -> None:
    await tx.execute("UPDATE notices SET body = ? WHERE id = ?", (json.dumps(body), notice))
