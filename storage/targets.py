"""Targets: what a person ordered for before, offered again as buttons until they remove it."""

from __future__ import annotations

from storage.database import Queries, Tx


async def remember(tx: Tx, owner: int, kind: str, value: str, now: int) -> None:
    """Keep a target, or note that it was used again."""
    await tx.execute(
        "INSERT INTO targets (owner, kind, value, used_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner, kind, value) DO UPDATE SET used_at = excluded.used_at",
        (owner, kind, value, now),
    )


async def recent(q: Queries, owner: int, kind: str, limit: int) -> list[tuple[int, str]]:
    """The targets of a kind that were used last: our integer and the value."""
    rows = await q.all(
        "SELECT id, value FROM targets WHERE owner = ? AND kind = ?"
        " ORDER BY used_at DESC, id DESC LIMIT ?",
        (owner, kind, limit),
    )
    return [(row[0], row[1]) for row in rows]


async def value(q: Queries, owner: int, target: int) -> str | None:
    """One saved target of this person."""
    row = await q.one("SELECT value FROM targets WHERE id = ? AND owner = ?", (target, owner))
    return None if row is None else str(row[0])


async def listing(
    q: Queries, owner: int, limit: int, offset: int
) -> tuple[list[tuple[int, str]], int]:
    """One page of all targets of a person, the last used first, and how many there are."""
    rows = await q.all(
        "SELECT id, value FROM targets WHERE owner = ?"
        " ORDER BY used_at DESC, id DESC LIMIT ? OFFSET ?",
        (owner, limit, offset),
    )
    counted = await q.one("SELECT count(*) FROM targets WHERE owner = ?", (owner,))
    return [(row[0], row[1]) for row in rows], 0 if counted is None else int(counted[0])


async def forget(tx: Tx, owner: int, target: int) -> str | None:
    """Remove one; what it was, or None where it is gone already."""
    row = await tx.one(
        "DELETE FROM targets WHERE id = ? AND owner = ? RETURNING value", (target, owner)
    )
    return None if row is None else str(row[0])
