"""Drafts that wait for money, one a person."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.draft import Filling, step_from_json, step_to_json
from bot.domain.later import Unfunded
from bot.domain.money import Money
from storage.database import Queries, Row, Tx

_COLUMNS = "id, owner, account, draft, needed, currency, since"


async def keep(
    tx: Tx, owner: int, account: int, draft: Filling, needed: Money, now: int, next_look_at: int
) -> int:
    """Let this draft wait, in the place of any other of this person; its id."""
    await forget(tx, owner)
    return await tx.insert(
        "INSERT INTO unfunded (owner, account, draft, needed, currency, since, next_look_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            owner,
            account,
            step_to_json(draft),
            str(needed.amount),
            needed.currency,
            now,
            next_look_at,
        ),
    )


async def of(q: Queries, owner: int) -> Unfunded | None:
    """This person's, whether they were told of the money or not."""
    row = await q.one(f"SELECT {_COLUMNS} FROM unfunded WHERE owner = ?", (owner,))
    return None if row is None else _unfunded(row)


async def any_of(q: Queries, owner: int) -> bool:
    """Whether a draft of this person's is kept, readable or not."""
    return await q.one("SELECT 1 FROM unfunded WHERE owner = ?", (owner,)) is not None


async def due(q: Queries, now: int, limit: int) -> tuple[list[Unfunded], list[int]]:
    """Those whose balance should be looked at now, longest due first; and what is no longer read.

    Of the latter the numbers: nobody could ever look at them, and they would stay due for ever.
    """
    rows = await q.all(
        f"SELECT {_COLUMNS} FROM unfunded WHERE next_look_at <= ? ORDER BY next_look_at LIMIT ?",
        (now, limit),
    )
    found = [(row[0], _unfunded(row)) for row in rows]
    return (
        [one for _, one in found if one is not None],
        [number for number, one in found if one is None],
    )


async def look_at(tx: Tx, number: int, at: int | None) -> bool:
    """When to look next, or never again; False where it does not wait any more."""
    return (
        await tx.execute(
            "UPDATE unfunded SET next_look_at = ? WHERE id = ? AND next_look_at IS NOT NULL",
            (at, number),
        )
        == 1
    )


async def awaited(q: Queries, owner: int, since: int) -> bool:
    """Whether a draft of this person's waits since then, or a later time, for what did not come."""
    row = await q.one(
        "SELECT 1 FROM unfunded WHERE owner = ? AND since >= ? AND next_look_at IS NOT NULL",
        (owner, since),
    )
    return row is not None


async def forget(tx: Tx, owner: int) -> None:
    """Let nothing of this person's wait."""
    await tx.execute("DELETE FROM unfunded WHERE owner = ?", (owner,))


async def let_go(tx: Tx, number: int) -> None:
    """Let this one wait no longer; what its person put in its place does."""
    await tx.execute("DELETE FROM unfunded WHERE id = ?", (number,))


async def forget_all(tx: Tx) -> None:
    """Let nothing wait."""
    await tx.execute("DELETE FROM unfunded")


def _unfunded(row: Row) -> Unfunded | None:
    draft = step_from_json(row[3])
    if not isinstance(draft, Filling):  # another version wrote it
        return None
    needed = Money(Decimal(row[4]), row[5])
    return Unfunded(row[0], row[1], row[2], draft, needed, row[6])
