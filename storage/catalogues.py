"""Catalogues: stored once per distinct answer of Serva, read a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Service, service_from_json, service_to_json
from bot.domain.search import Indexed, Query, indexed
from storage import search as search_index
from storage.database import Queries, Tx


@dataclass(frozen=True, slots=True)
class Prepared:
    """A catalogue as it is stored: each service with its JSON and its words, and all words."""

    rows: Sequence[tuple[Service, str, Indexed]]
    words: Sequence[str]


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
    """Some entries of a longer list, and how long that list is.

    `near`: nothing is called what was searched for, and these are nearest to it.
    """

    entries: tuple[Entry, ...]
    total: int
    near: bool = False


async def known(q: Queries, digest: str) -> int | None:
    """The catalogue that was stored from an answer of this digest."""
    row = await q.one("SELECT id FROM catalogues WHERE digest = ?", (digest,))
    return None if row is None else int(row[0])


async def digest_of(q: Queries, catalogue: int) -> str:
    """The digest of the answer that a catalogue was stored from, or empty."""
    row = await q.one("SELECT digest FROM catalogues WHERE id = ?", (catalogue,))
    return "" if row is None else str(row[0])


def prepare(services: Sequence[Service]) -> Prepared:
    """Services as they are stored: the slow part, which needs no transaction."""
    rows = [(service, service_to_json(service), indexed(service)) for service in services]
    return Prepared(rows, search_index.vocabulary(text for _, _, text in rows))


async def store(tx: Tx, digest: str, prepared: Prepared, now: int) -> int:
    """Keep a catalogue that is not known yet; returns its id."""
    rows = prepared.rows
    await tx.many(
        "INSERT OR IGNORE INTO services (code) VALUES (?)", [(row[0].code,) for row in rows]
    )
    await tx.many(
        "INSERT OR IGNORE INTO categories (name) VALUES (?)",
        [(name,) for name in dict.fromkeys(row[0].category for row in rows)],
    )
    await search_index.add(tx, [row[2] for row in rows], prepared.words)
    catalogue = await tx.insert(
        "INSERT INTO catalogues (digest, size, created_at) VALUES (?, ?, ?)",
        (digest, len(rows), now),
    )
    await tx.many(
        "INSERT OR IGNORE INTO catalogue_entries"
        " (catalogue, service, category, position, body, text)"
        " SELECT ?, s.id, c.id, ?, ?, t.id FROM services s, categories c, search_texts t"
        " WHERE s.code = ? AND c.name = ? AND t.code = ? AND t.name = ? AND t.category = ?",
        [
            (
                catalogue, position, body, service.code, service.category,
                text.code, text.name, text.category,
            )
            for position, (service, body, text) in enumerate(rows)
        ],
    )  # fmt: skip
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
    forgotten = await tx.execute(
        "DELETE FROM catalogues WHERE id NOT IN"
        " (SELECT catalogue FROM accounts WHERE catalogue IS NOT NULL)"
    )
    if forgotten:
        await search_index.tidy(tx)
    return forgotten


async def entry(q: Queries, catalogue: int, service: int) -> Entry | None:
    """One service of a catalogue, or None where the account does not see it."""
    row = await q.one(
        "SELECT service, category, body FROM catalogue_entries WHERE catalogue = ? AND service = ?",
        (catalogue, service),
    )
    return None if row is None else Entry(row[0], row[1], service_from_json(row[2]))


async def by_codes(q: Queries, catalogue: int, codes: Iterable[str]) -> dict[str, Entry]:
    """The services of a catalogue that have these ids at Serva, by them."""
    rows = await q.all(
        "SELECT e.service, e.category, e.body, s.code FROM services s"
        " JOIN catalogue_entries e ON e.catalogue = ? AND e.service = s.id"
        " WHERE s.code IN (SELECT value FROM json_each(?))",
        (catalogue, json.dumps(sorted(set(codes)))),
    )
    return {row[3]: Entry(row[0], row[1], service_from_json(row[2])) for row in rows}


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


async def search(q: Queries, catalogue: int, query: Query, limit: int, offset: int) -> Page:
    """One page of the services that a query asks for, best first, or of the nearest."""
    hits = await search_index.find(q, catalogue, query)
    shown = hits.services[offset : offset + limit]
    rows = await q.all(
        "SELECT service, category, body FROM catalogue_entries WHERE catalogue = ?"
        " AND service IN (SELECT value FROM json_each(?))",
        (catalogue, json.dumps(shown)),
    )
    found = {row[0]: Entry(row[0], row[1], service_from_json(row[2])) for row in rows}
    return Page(tuple(found[service] for service in shown), len(hits.services), hits.near)
