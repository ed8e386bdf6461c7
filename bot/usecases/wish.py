"""What people wish for themselves: what may ring, when it is night, how much may be spent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Details
from bot.domain.wishes import (
    Guard,
    OverLimit,
    Ring,
    Twice,
    Wishes,
    day_start,
    loosens,
    over_limit,
)
from storage import notices, orders, wishes
from storage.database import Database, Queries, Tx


@dataclass(frozen=True, slots=True)
class Wish:
    """Reads and keeps wishes, always by their owner."""

    db: Database
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    async def of(self, owner: int) -> Wishes:
        """What this person wishes."""
        return await wishes.of(self.db, owner)

    async def rings(self, owner: int, rings: frozenset[Ring]) -> Wishes:
        """Let exactly these kinds ring."""
        return await self._change(owner, lambda now: replace(now, rings=rings))

    async def ring(self, owner: int, ring: Ring, on: bool) -> Wishes:
        """Let one kind ring, or not."""
        return await self._change(owner, lambda now: now.ringing(ring, on))

    async def quiet_nights(self, owner: int, on: bool) -> Wishes:
        """Make no sound at night, or make one again."""
        return await self._change(owner, lambda now: replace(now, quiet_nights=on))

    async def lives_at(self, owner: int, zone: int) -> Wishes:
        """The person's clock, asked for their nights, which are quiet from here on."""
        return await self._change(owner, lambda now: replace(now, zone=zone, quiet_nights=True))

    async def limit(
        self, owner: int, guard: Guard, limit: Money | None, sure: bool
    ) -> Wishes | None:
        """Set or lift a limit; None where that lets more through and the person is not sure yet."""

        async def job(tx: Tx) -> Wishes | None:
            before = await wishes.of(tx, owner)
            if loosens(before.guard(guard), limit) and not sure:
                return None
            return await wishes.change(tx, owner, lambda now: now.guarded(guard, limit))

        return await self.db.write(job)

    async def spent_today(self, owner: int, currency: str) -> Money:
        """What the person's orders of this day have cost, or may have."""
        wished = await wishes.of(self.db, owner)
        return await _spent_today(self.db, owner, wished, currency, self.clock())

    async def in_the_way(self, owner: int, wanted: Money) -> OverLimit | None:
        """Whether the daily limit lets this be spent now; the confirmation itself looks again."""
        return await beyond_limit(self.db, owner, wanted, self.clock())

    async def asks_twice(self, owner: int, agreed: Details) -> Twice | None:
        """The limit for which this is asked about twice; what an unproven price may come to counts.

        That this is beyond the daily limit is no reason to refuse it: nobody could ever try it.
        """
        worst = agreed.at_worst
        limit = (await self.of(owner)).asks_twice(worst)
        if limit is not None:
            return Twice(limit)
        over = None if agreed.quote.proven else await self.in_the_way(owner, worst)
        return None if over is None else Twice(over.limit, Guard.DAILY)

    async def mute(self, owner: int, order_id: int, muted: bool) -> None:
        """Let nothing ring about an order, or again; its card says so."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            if not await orders.mute(tx, owner, order_id, muted):
                return
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id, first=True)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def _change(self, owner: int, edit: Callable[[Wishes], Wishes]) -> Wishes:
        return await self.db.write(lambda tx: wishes.change(tx, owner, edit))


async def beyond_limit(q: Queries, owner: int, wanted: Money, now: int) -> OverLimit | None:
    """What stands in the way of ordering for `wanted` today: everything that is confirmed at once.

    To be asked in the transaction that confirms, before it writes: two devices must not both find
    room that is there only once.
    """
    wished = await wishes.of(q, owner)
    if wished.daily is None:
        return None
    spent = await _spent_today(q, owner, wished, wanted.currency, now)
    return over_limit(wished, spent, wanted)


async def _spent_today(q: Queries, owner: int, wished: Wishes, currency: str, now: int) -> Money:
    since = day_start(now, wished.zone or 0)
    return await orders.spent_since(q, owner, currency, since)
