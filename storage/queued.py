"""What is to be ordered once another order has ended; each becomes one order at the most."""

from __future__ import annotations

from bot.domain.order import Details, Order, Queued
from storage import orders
from storage.database import Queries, Row, Tx
from storage.orders import details_from_json, details_to_json

_COLUMNS = "id, owner, account, service, details, target, ahead, agreed_at, fate, why"


async def insert(
    tx: Tx,
    *,
    owner: int,
    account: int,
    nonce: str,
    service: int,
    details: Details,
    target: str,
    ahead: int,
    now: int,
) -> int:
    """Keep what is to be ordered once another order has ended."""
    return await tx.insert(
        "INSERT INTO queued (owner, account, nonce, service, details, target, ahead, agreed_at,"
        " next_try_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (owner, account, nonce, service, details_to_json(details), target, ahead, now, now),
    )


async def queued(q: Queries, owner: int, number: int) -> Queued | None:
    """One of this person's, whatever has become of it."""
    row = await q.one(f"SELECT {_COLUMNS} FROM queued WHERE id = ? AND owner = ?", (number, owner))
    return None if row is None else _queued(row)


async def by_nonce(q: Queries, owner: int, nonce: str) -> Queued | None:
    """What a confirmation became."""
    row = await q.one(
        f"SELECT {_COLUMNS} FROM queued WHERE owner = ? AND nonce = ?", (owner, nonce)
    )
    return None if row is None else _queued(row)


async def behind(q: Queries, owner: int, ahead: int) -> Queued | None:
    """What waits for the end of an order."""
    row = await q.one(
        f"SELECT {_COLUMNS} FROM queued WHERE ahead = ? AND owner = ? AND fate = 'waiting'",
        (ahead, owner),
    )
    return None if row is None else _queued(row)


async def waiting(q: Queries, owner: int) -> list[Queued]:
    """All that waits of this person's, the oldest first."""
    rows = await q.all(
        f"SELECT {_COLUMNS} FROM queued WHERE owner = ? AND fate = 'waiting' ORDER BY id",
        (owner,),
    )
    return [_queued(row) for row in rows]


async def due(q: Queries, now: int, agreed_before: int, limit: int) -> list[Queued]:
    """What waits for nothing any more: the other order has ended, it has taken too long, or the
    key is gone."""
    columns = ", ".join(f"w.{name.strip()}" for name in _COLUMNS.split(","))
    rows = await q.all(
        f"SELECT {columns} FROM queued w JOIN orders o ON o.id = w.ahead"
        " JOIN accounts a ON a.id = w.account WHERE w.fate = 'waiting' AND w.next_try_at <= ?1"
        " AND (o.ended_at IS NOT NULL OR w.agreed_at <= ?2 OR a.unlinked_at IS NOT NULL)"
        " ORDER BY w.id LIMIT ?3",
        (now, agreed_before, limit),
    )
    return [_queued(row) for row in rows]


async def to_wait_for(q: Queries, owner: int, target: str, service: int) -> Order | None:
    """A followed order that is in the way of another for its target.

    One for the same service, or any where Serva has refused that other for its sake.
    """
    row = await q.one(
        "SELECT o.id FROM orders o WHERE o.owner = ?1 AND o.target = ?2 AND o.placement = 'placed'"
        " AND o.ended_at IS NULL AND o.next_check_at IS NOT NULL AND (o.service = ?3"
        " OR EXISTS (SELECT 1 FROM orders r WHERE r.owner = ?1 AND r.target = ?2"
        " AND r.service = ?3 AND r.placement = 'refused' AND r.settled_at >= o.settled_at"
        " AND json_extract(r.reason, '$.meaning') = 'target_busy'))"
        " ORDER BY o.service = ?3 DESC, o.id DESC LIMIT 1",
        (owner, target, service),
    )
    return None if row is None else await orders.order(q, owner, row[0])


async def put_off(tx: Tx, number: int, until: int) -> None:
    """Try later."""
    await tx.execute(
        "UPDATE queued SET next_try_at = ? WHERE id = ? AND fate = 'waiting'", (until, number)
    )


async def settle(tx: Tx, owner: int, number: int, fate: str, why: str = "") -> bool:
    """It waits no longer: 'ordered', 'asked' or 'dropped'; False where it did not wait."""
    return (
        await tx.execute(
            "UPDATE queued SET fate = ?, why = ? WHERE id = ? AND owner = ? AND fate = 'waiting'",
            (fate, why, number, owner),
        )
        == 1
    )


async def any_waits(q: Queries) -> bool:
    """Whether anything of anybody's waits."""
    return await q.one("SELECT 1 FROM queued WHERE fate = 'waiting' LIMIT 1") is not None


async def ask_all(tx: Tx, why: str, agreed_before: int = 2**62) -> list[tuple[int, int, int]]:
    """Nothing that waits is ordered any more, its people are asked.

    Their ids, its own, and the orders it waited for. What was agreed to since `agreed_before`
    goes on waiting.
    """
    rows = await tx.all(
        "UPDATE queued SET fate = 'asked', why = ? WHERE fate = 'waiting' AND agreed_at < ?"
        " RETURNING owner, id, ahead",
        (why, agreed_before),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _queued(row: Row) -> Queued:
    return Queued(
        id=row[0],
        owner=row[1],
        account=row[2],
        service=row[3],
        details=details_from_json(row[4]),
        target=row[5],
        ahead=row[6],
        agreed_at=row[7],
        waiting=row[8] == "waiting",
        why=row[9],
    )
