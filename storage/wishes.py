"""Wishes: what a person wants to hear, when, and how much they let themselves spend."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.wishes import Ring, Wishes
from storage.database import Queries, Tx

_RINGS = ", ".join(Ring)
_COLUMNS = f"{_RINGS}, quiet_nights, zone, daily, daily_in, twice, twice_in"
_WIDTH = _COLUMNS.count(",") + 1


async def of(q: Queries, owner: int) -> Wishes:
    """What this person wishes."""
    row = await q.one(f"SELECT {_COLUMNS} FROM wishes WHERE owner = ?", (owner,))
    if row is None:
        return Wishes()
    *rings, quiet_nights, zone, daily, daily_in, twice, twice_in = row
    return Wishes(
        frozenset(ring for ring, on in zip(Ring, rings, strict=True) if on),
        bool(quiet_nights),
        zone,
        None if daily is None else Money(Decimal(daily), daily_in),
        None if twice is None else Money(Decimal(twice), twice_in),
    )


async def change(tx: Tx, owner: int, edit: Callable[[Wishes], Wishes]) -> Wishes:
    """Replace a person's wishes by what `edit` makes of them; somebody unknown has none."""
    wishes = edit(await of(tx, owner))
    daily, twice = wishes.daily, wishes.twice
    await tx.execute(
        f"INSERT OR REPLACE INTO wishes (owner, {_COLUMNS})"
        f" SELECT id{', ?' * _WIDTH} FROM people WHERE id = ?",
        (
            *(int(ring in wishes.rings) for ring in Ring),
            int(wishes.quiet_nights),
            wishes.zone,
            None if daily is None else str(daily.amount),
            None if daily is None else daily.currency,
            None if twice is None else str(twice.amount),
            None if twice is None else twice.currency,
            owner,
        ),
    )
    return wishes
