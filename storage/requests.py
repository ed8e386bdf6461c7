"""Requests about placed orders: at most one of each kind an order, each sent once at the most."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.request import Request, Stage, Wanted
from storage.database import Queries, Row, Tx

_COLUMNS = (
    "id, owner, order_id, kind, stage, asked_at, attempts, settled_at, text, request_id, refill,"
    " word"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A request whose turn has come: to be sent, or to be asked how it goes."""

    id: int
    owner: int
    order: int
    stage: Stage
    fingerprint: str


async def ask(tx: Tx, owner: int, order_id: int, kind: Wanted, now: int) -> int:
    """Keep that a person asks for this, in the place of the last time that they did; its id."""
    row = await tx.one(
        "INSERT INTO requests (owner, order_id, kind, stage, asked_at, next_at)"
        " VALUES (?1, ?2, ?3, 'asked', ?4, ?4)"
        " ON CONFLICT (order_id, kind) DO UPDATE SET stage = 'asked', asked_at = ?4, next_at = ?4,"
        " attempts = 0, settled_at = NULL, text = '', request_id = '', refill = '', word = ''"
        " RETURNING id",
        (owner, order_id, kind.value, now),
    )
    assert row is not None
    return int(row[0])


async def request(q: Queries, request_id: int) -> Request | None:
    """One request, for workers that hold its id."""
    row = await q.one(f"SELECT {_COLUMNS} FROM requests WHERE id = ?", (request_id,))
    return None if row is None else _request(row)


async def of_order(q: Queries, owner: int, order_id: int) -> tuple[Request, ...]:
    """What this person asked about an order."""
    rows = await q.all(
        f"SELECT {_COLUMNS} FROM requests WHERE owner = ? AND order_id = ? ORDER BY kind",
        (owner, order_id),
    )
    return tuple(map(_request, rows))


async def due(q: Queries, now: int, limit: int) -> list[Due]:
    """Requests to be sent or looked after now, the longest due first."""
    rows = await q.all(
        "SELECT r.id, r.owner, r.order_id, r.stage, a.fingerprint FROM requests r"
        " JOIN orders o ON o.id = r.order_id JOIN accounts a ON a.id = o.account"
        " WHERE r.next_at <= ? ORDER BY r.next_at LIMIT ?",
        (now, limit),
    )
    return [Due(row[0], row[1], row[2], Stage(row[3]), row[4]) for row in rows]


async def sending(q: Queries) -> list[int]:
    """Requests that are claimed; at start-up all of them are orphans."""
    return [row[0] for row in await q.all("SELECT id FROM requests WHERE stage = 'sending'")]


async def claim(tx: Tx, request_id: int) -> bool:
    """Take a request for sending; False where it was not free, or its key is gone.

    Committed before a byte leaves.
    """
    return (
        await tx.execute(
            "UPDATE requests SET stage = 'sending', attempts = attempts + 1, next_at = NULL"
            " WHERE id = ? AND stage = 'asked' AND EXISTS (SELECT 1 FROM orders o"
            " JOIN accounts a ON a.id = o.account"
            " WHERE o.id = order_id AND a.unlinked_at IS NULL)",
            (request_id,),
        )
        == 1
    )


async def put_back(tx: Tx, request_id: int, next_at: int) -> bool:
    """Nothing of it left: let it be sent later."""
    return (
        await tx.execute(
            "UPDATE requests SET stage = 'asked', next_at = ? WHERE id = ? AND stage = 'sending'",
            (next_at, request_id),
        )
        == 1
    )


async def settle(
    tx: Tx,
    request_id: int,
    source: Stage,
    to: Stage,
    now: int,
    *,
    text: str = "",
    traced: str = "",
    refill: str = "",
    next_at: int | None = None,
) -> bool:
    """Say how a request ended, where it still is at `source`."""
    return (
        await tx.execute(
            "UPDATE requests SET stage = ?, settled_at = ?, text = ?, request_id = ?, refill = ?,"
            " next_at = ? WHERE id = ? AND stage = ?",
            (to.value, now, text, traced, refill, next_at, request_id, source.value),
        )
        == 1
    )


async def keep_word(tx: Tx, request_id: int, word: str, next_at: int | None) -> bool:
    """Keep what Serva says of an accepted refill (nothing new where empty), and when to ask.

    False where it is no longer accepted, or gone.
    """
    return (
        await tx.execute(
            "UPDATE requests SET word = coalesce(nullif(?, ''), word), next_at = ?"
            " WHERE id = ? AND stage = 'accepted'",
            (word, next_at, request_id),
        )
        == 1
    )


async def doubt_all(tx: Tx, now: int) -> list[tuple[int, int, Wanted]]:
    """In a restored backup: what was asked or being sent may have been sent since.

    The owners and orders of them, and what was asked.
    """
    rows = await tx.all(
        "UPDATE requests SET stage = 'unknown', settled_at = ?, next_at = NULL"
        " WHERE stage IN ('asked', 'sending') RETURNING owner, order_id, kind",
        (now,),
    )
    return [(row[0], row[1], Wanted(row[2])) for row in rows]


def _request(row: Row) -> Request:
    return Request(
        id=row[0],
        owner=row[1],
        order=row[2],
        kind=Wanted(row[3]),
        stage=Stage(row[4]),
        asked_at=row[5],
        attempts=row[6],
        settled_at=row[7],
        text=row[8],
        request_id=row[9],
        refill=row[10],
        word=row[11],
    )
