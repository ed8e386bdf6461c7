"""Favourites: services that a person keeps at hand, alone or as a preset with a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.pricing import Unit
from storage.database import Queries, Row, Tx


@dataclass(frozen=True, slots=True)
class Favourite:
    """A kept service with the price that it had then; a preset where it has a `quantity`.

    `name` is the person's own and may be empty, `title` the service's, `service` our integer.
    """

    id: int
    service: int
    quantity: int | None
    name: str
    title: str
    rate: Decimal
    unit: Unit
    currency: str


_COLUMNS = "id, service, quantity, name, title, rate, unit, currency"


async def keep(tx: Tx, owner: int, new: Favourite, now: int, limit: int) -> int | None:
    """Keep one; its id. What is kept already stays as it is. None where `limit` are kept."""
    known = await find(tx, owner, new.service, new.quantity)
    if known is not None:
        return known
    if await count(tx, owner) >= limit:
        return None
    return await tx.insert(
        "INSERT INTO favourites (owner, service, quantity, name, title, rate, unit, currency,"
        " kept_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner,
            new.service,
            new.quantity,
            new.name,
            new.title,
            str(new.rate),
            new.unit,
            new.currency,
            now,
        ),
    )


async def find(q: Queries, owner: int, service: int, quantity: int | None) -> int | None:
    """The favourite that keeps exactly this."""
    row = await q.one(
        "SELECT id FROM favourites WHERE owner = ? AND service = ? AND coalesce(quantity, 0) = ?",
        (owner, service, quantity or 0),
    )
    return None if row is None else int(row[0])


async def favourite(q: Queries, owner: int, number: int) -> Favourite | None:
    """One favourite of this person."""
    row = await q.one(
        f"SELECT {_COLUMNS} FROM favourites WHERE id = ? AND owner = ?", (number, owner)
    )
    return None if row is None else _favourite(row)


async def listing(q: Queries, owner: int, limit: int, offset: int) -> list[Favourite]:
    """One page of them, the newest first."""
    rows = await q.all(
        f"SELECT {_COLUMNS} FROM favourites WHERE owner = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        (owner, limit, offset),
    )
    return [_favourite(row) for row in rows]


async def count(q: Queries, owner: int) -> int:
    """How many a person keeps."""
    row = await q.one("SELECT count(*) FROM favourites WHERE owner = ?", (owner,))
    return 0 if row is None else int(row[0])


async def rename(tx: Tx, owner: int, number: int, name: str) -> bool:
    """Give one another name, or its service's where that is empty; False where it is gone."""
    return (
        await tx.execute(
            "UPDATE favourites SET name = ? WHERE id = ? AND owner = ?", (name, number, owner)
        )
        == 1
    )


async def remove(tx: Tx, owner: int, number: int) -> bool:
    """Keep one no longer; False where it is gone already."""
    return (
        await tx.execute("DELETE FROM favourites WHERE id = ? AND owner = ?", (number, owner)) == 1
    )


def _favourite(row: Row) -> Favourite:
    return Favourite(row[0], row[1], row[2], row[3], row[4], Decimal(row[5]), Unit(row[6]), row[7])
