"""The updates as they came, sealed, until they are handled; a day longer, their ids alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.database import Queries, Tx


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to keep; `person` is its lane, 0 when nobody can be told."""

    update_id: int
    person: int
    sealed: bytes = field(repr=False)
    received_at: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update that waits for its turn; `tries` counts the turns that failed."""

    update_id: int
    person: int
    sealed: bytes = field(repr=False)
    received_at: int
    tries: int


async def add(tx: Tx, rows: Sequence[NewUpdate]) -> set[int]:
    """Keep the updates; the ids of those never seen before. The others are redeliveries."""
    new = set()
    for row in rows:
        added = await tx.execute(
            "INSERT INTO inbox (update_id, person, sealed, received_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (update_id) DO NOTHING",
            (row.update_id, row.person, row.sealed, row.received_at),
        )
        if added:
            new.add(row.update_id)
    return new


async def open_rows(q: Queries) -> list[InboxRow]:
    """All that is neither handled nor set aside, oldest first."""
    rows = await q.all(
        "SELECT update_id, person, sealed, received_at, tries FROM inbox"
        " WHERE handled_at IS NULL ORDER BY update_id"
    )
    return [InboxRow(*row) for row in rows]


async def mark_handled(tx: Tx, update_id: int, now: int) -> None:
    """The turn is done: empty the payload, keep the id against redelivery."""
    await _end(tx, update_id, now, None)


async def set_aside(tx: Tx, update_id: int, reason: str, now: int) -> None:
    """Give the update up for `reason`, which must quote nothing of it; empty the payload."""
    await _end(tx, update_id, now, reason)


async def count_try(tx: Tx, update_id: int) -> int:
    """Count a turn that failed; how many have by now, 0 for an update that is unknown or over."""
    row = await tx.one(
        "UPDATE inbox SET tries = tries + 1 WHERE update_id = ? AND handled_at IS NULL"
        " RETURNING tries",
        (update_id,),
    )
    return int(row[0]) if row else 0


async def touch(tx: Tx, update_id: int) -> None:
    """Write a row as it is: shows whether anything can be written."""
    await tx.execute("UPDATE inbox SET tries = tries WHERE update_id = ?", (update_id,))


async def forget_open(tx: Tx) -> int:
    """Forget what was not handled; how many updates."""
    return await tx.execute("DELETE FROM inbox WHERE handled_at IS NULL")


async def forget_old(tx: Tx, before: int) -> int:
    """Forget what was over before that time; how many. What still waits is never forgotten."""
    return await tx.execute("DELETE FROM inbox WHERE handled_at < ?", (before,))


async def _end(tx: Tx, update_id: int, now: int, reason: str | None) -> None:
    # An update that is over stays as it ended, so that a repeated turn cannot rewrite it.
    await tx.execute(
        "UPDATE inbox SET sealed = NULL, handled_at = ?, set_aside = ?"
        " WHERE update_id = ? AND handled_at IS NULL",
        (now, reason, update_id),
    )
