"""Shelves: where services stand, so that one of thousands is a few taps away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.catalogue import Service, service_from_json
from bot.domain.platforms import Aim, Sorting, shelf_of
from storage.catalogues import Category, Entry, Page
from storage.database import Queries, Row, Tx

Sorted: TypeAlias = Sequence[tuple[str, str, str]]
"""Platform, aim and code of each service."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list, in which order; `mine` are what a person orders most, in order."""

    limit: int
    offset: int = 0
    sorting: Sorting = Sorting.SERVA
    mine: Sequence[int] = ()


# The index has no bodies in it, so that thousands of services are gone through quickly.
_ALL = (
    "FROM catalogue_entries e INDEXED BY catalogue_entries_by_category"
    " LEFT JOIN shelves s ON s.service = e.service"
)
# A service that nobody has sorted in yet stands with those of no platform.
_PLATFORM = "coalesce(s.platform, 'other')"
_SHELF = (
    "json_each(:aims) a CROSS JOIN shelves s ON s.platform = :platform AND s.aim = a.value"
    " CROSS JOIN catalogue_entries e ON e.catalogue = :catalogue AND e.service = s.service"
)
_CATEGORY = (
    "(SELECT 0 AS key) a CROSS JOIN catalogue_entries e INDEXED BY catalogue_entries_by_category"
    " ON e.catalogue = :catalogue AND e.category = :category"
)
_ORDER = {
    Sorting.SERVA: "a.key",
    Sorting.PRICE: "CAST(json_extract(e.body, '$.rate') AS REAL)",
    Sorting.MINE: "m.key IS NULL, m.key, a.key",
}
_NEEDS_LINK = "json_extract(e.body, '$.needs_link')"


def prepare(services: Iterable[Service]) -> Sorted:
    """Where services stand: the slow part, which needs no transaction."""
    shelves = ((shelf_of(service), service.code) for service in services)
    return [(shelf.platform, shelf.aim, code) for shelf, code in shelves]


async def sort_in(tx: Tx, services: Sorted) -> None:
    """Put services onto their shelves; they are known by their codes."""
    await tx.many(
        "INSERT INTO shelves (service, platform, aim) SELECT id, ?, ? FROM services WHERE code = ?"
        " ON CONFLICT (service) DO UPDATE SET platform = excluded.platform, aim = excluded.aim"
        " WHERE platform <> excluded.platform OR aim <> excluded.aim",
        services,
    )


async def platforms(q: Queries, catalogue: int) -> dict[str, int]:
    """How many services of a catalogue each platform has."""
    rows = await q.all(
        f"SELECT {_PLATFORM}, count(*) {_ALL} WHERE e.catalogue = ? GROUP BY 1", (catalogue,)
    )
    return dict(rows)


async def aims(q: Queries, catalogue: int, platform: str) -> dict[Aim, int]:
    """How many services of a catalogue bring what, for one platform."""
    rows = await q.all(
        "SELECT s.aim, count(*) FROM shelves s"
        " JOIN catalogue_entries e ON e.catalogue = ? AND e.service = s.service"
        " WHERE s.platform = ? GROUP BY s.aim",
        (catalogue, platform),
    )
    return {Aim(aim): count for aim, count in rows}


async def link_aims(q: Queries, catalogue: int, platform: str) -> set[Aim]:
    """What a platform's services bring that take a link."""
    rows = await q.all(
        "SELECT DISTINCT s.aim FROM shelves s"
        " JOIN catalogue_entries e ON e.catalogue = ? AND e.service = s.service"
        f" WHERE s.platform = ? AND {_NEEDS_LINK}",
        (catalogue, platform),
    )
    return {Aim(row[0]) for row in rows}


async def categories(q: Queries, catalogue: int, platform: str) -> list[Category]:
    """The categories with services of a platform, each with how many, in Serva's order."""
    rows = await q.all(
        f"SELECT e.category, c.name, count(*) {_ALL} JOIN categories c ON c.id = e.category"
        f" WHERE e.catalogue = ? AND {_PLATFORM} = ? GROUP BY e.category ORDER BY min(e.position)",
        (catalogue, platform),
    )
    return [Category(*row) for row in rows]


async def on_shelf(
    q: Queries,
    catalogue: int,
    platform: str,
    aims: Sequence[Aim],
    part: Part,
    *,
    linked: bool = False,
) -> Page:
    """A platform's services with these aims, in the order of the aims; `linked`: with a link."""
    source = _SHELF + linked * f" AND {_NEEDS_LINK}"
    return await _page(q, source, part, catalogue=catalogue, platform=platform, aims=aims)


async def in_category(q: Queries, catalogue: int, category: int, part: Part) -> Page:
    """A category's services."""
    return await _page(q, _CATEGORY, part, catalogue=catalogue, category=category)


async def popular(q: Queries, catalogue: int, limit: int) -> list[Entry]:
    """What people order most, all of them together; else what Serva has first."""
    rows = await q.all(
        "SELECT e.service, e.category, e.body FROM ("
        " SELECT o.id, o.ordered FROM catalogue_entries e"
        " INDEXED BY catalogue_entries_by_category JOIN services o ON o.id = e.service"
        " WHERE e.catalogue = ?1 ORDER BY o.ordered DESC, e.position LIMIT ?2) best"
        " JOIN catalogue_entries e ON e.catalogue = ?1 AND e.service = best.id"
        " ORDER BY best.ordered DESC, e.position",
        (catalogue, limit),
    )
    return [_entry(row) for row in rows]


async def _page(
    q: Queries, source: str, part: Part, *, aims: Sequence[Aim] = (), **names: int | str
) -> Page:
    rows = await q.all(
        f"SELECT e.service, e.category, e.body, count(*) OVER () FROM {source}"
        " LEFT JOIN json_each(:mine) m ON m.value = e.service"
        f" ORDER BY {_ORDER[part.sorting]}, e.position LIMIT :limit OFFSET :offset",
        names
        | {
            "aims": json.dumps(aims),
            "mine": json.dumps(part.mine),
            "limit": part.limit,
            "offset": part.offset,
        },
    )
    return Page(tuple(map(_entry, rows)), rows[0][3] if rows else 0)


def _entry(row: Row) -> Entry:
    return Entry(row[0], row[1], service_from_json(row[2]))
