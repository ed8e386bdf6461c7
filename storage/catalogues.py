"""Catalogues: stored once per distinct answer of Serva, read a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.catalogue import Service, folded_text, service_from_json, service_to_json
from storage.database import Queries, Tx

Prepared: TypeAlias = tuple[str, str, str, str]
"""Code, category, body and folded text of one service."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as an account sees it; `id` and `category` are our own integers."""

    id: int
    category: int
    service: Service


@dataclass(frozen=True, slots=True)
class Category:
    """A category and how many services of this catalogue are in it."""

    id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a longer list, and how long that list is."""

    entries: tuple[Entry, ...]
    total: int


async def known(q: Queries, digest: str) -> int | None:
    """The catalogue that was stored from an answer of this digest."""
    row = await q.one("SELECT id FROM catalogues WHERE digest = ?", (digest,))
    return None if row is None else int(row[0])


async def digest_of(q: Queries, catalogue: int) -> str:
    """The digest of the answer that a catalogue was stored from, or empty."""
    row = await q.one("SELECT digest FROM catalogues WHERE id = ?", (catalogue,))
    return "" if row is None else str(row[0])


def prepare(services: Sequence[Service]) -> list[Prepared]:
    """Services as they are stored: the slow part, which needs no transaction."""
    return [
        (service.code, service.category, service_to_json(service), folded_text(service))
        for service in services
    ]


async def store(tx: Tx, digest: str, rows: Sequence[Prepared], now: int) -> int:
    """Keep a catalogue that is not known yet, from `prepare`d rows; returns its id."""
    await tx.many("INSERT OR IGNORE INTO services (code) VALUES (?)", [(row[0],) for row in rows])
    await tx.many(
        "INSERT OR IGNORE INTO categories (name) VALUES (?)",
        [(name,) for name in dict.fromkeys(row[1] for row in rows)],
    )
    catalogue = await tx.insert(
        "INSERT INTO catalogues (digest, size, created_at) VALUES (?, ?, ?)",
        (digest, len(rows), now),
    )
    await tx.many(
        "INSERT OR IGNORE INTO catalogue_entries"
        " (catalogue, service, category, position, body, folded)"
        " SELECT ?, s.id, c.id, ?, ?, ? FROM services s, categories c"
        " WHERE s.code = ? AND c.name = ?",
        [
            (catalogue, position, body, folded, code, category)
            for position, (code, category, body, folded) in enumerate(rows)
        ],
    )
    await tx.execute(
        "UPDATE services SET category = e.category FROM catalogue_entries e"
        " WHERE e.catalogue = ? AND e.service = services.id",
        (catalogue,),
    )
    return catalogue


async def assign(tx: Tx, owner: int, account: int, catalogue: int, now: int) -> None:
    """Say which catalogue an account sees, as of now."""
    await tx.execute(
        "UPDATE accounts SET catalogue = ?, catalogue_at = ? WHERE id = ? AND owner = ?",
        (catalogue, now, account, owner),
    )


async def forget_unused(tx: Tx) -> int:
    """Remove catalogues that no account sees any more; returns how many."""
    return await tx.execute(
        "DELETE FROM catalogues WHERE id NOT IN"
        " (SELECT catalogue FROM accounts WHERE catalogue IS NOT NULL)"
    )


async def entry(q: Queries, catalogue: int, service: int) -> Entry | None:
    """One service of a catalogue, or None where the account does not see it."""
    row = await q.one(
        "SELECT service, category, body FROM catalogue_entries WHERE catalogue = ? AND service = ?",
        (catalogue, service),
    )
    return None if row is None else Entry(row[0], row[1], service_from_json(row[2]))


async def service_code(q: Queries, service: int) -> str | None:
    """Serva's id of one of our service integers."""
    row = await q.one("SELECT code FROM services WHERE id = ?", (service,))
    return None if row is None else str(row[0])


async def last_category(q: Queries, service: int) -> int | None:
    """The category in which a service was seen last, also after it is gone."""
    row = await q.one("SELECT category FROM services WHERE id = ?", (service,))
    return None if row is None else row[0]


async def categories(q: Queries, catalogue: int) -> list[Category]:
    """The categories of a catalogue in Serva's order, with their counts."""
    rows = await q.all(
        "SELECT e.category, c.name, count(*) FROM catalogue_entries e"
        " JOIN categories c ON c.id = e.category WHERE e.catalogue = ?"
        " GROUP BY e.category ORDER BY min(e.position)",
        (catalogue,),
    )
    return [Category(*row) for row in rows]


async def in_category(
    q: Queries, catalogue: int, category: int, limit: int, offset: int
) -> tuple[str, Page]:
    """A category's name and one page of its services, in Serva's order."""
    rows = await q.all(
        "SELECT e.service, e.category, e.body, c.name, count(*) OVER () FROM catalogue_entries e"
        " JOIN categories c ON c.id = e.category WHERE e.catalogue = ? AND e.category = ?"
        " ORDER BY e.position LIMIT ? OFFSET ?",
        (catalogue, category, limit, offset),
    )
    if not rows:
        return "", Page((), 0)
    return rows[0][3], Page(
        tuple(Entry(row[0], row[1], service_from_json(row[2])) for row in rows), rows[0][4]
    )


async def search(q: Queries, catalogue: int, words: Sequence[str], limit: int, offset: int) -> Page:
    """Services whose folded text contains every one of the (folded) words."""
    clause = " AND ".join("instr(folded, ?) > 0" for _ in words) or "1"
    rows = await q.all(
        "SELECT service, category, body, count(*) OVER () FROM catalogue_entries"
        f" WHERE catalogue = ? AND {clause} ORDER BY position LIMIT ? OFFSET ?",
        (catalogue, *words, limit, offset),
    )
    return Page(
        tuple(Entry(row[0], row[1], service_from_json(row[2])) for row in rows),
        rows[0][3] if rows else 0,
    )
