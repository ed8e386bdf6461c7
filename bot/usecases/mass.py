"""Mass orders: a list that is looked at before it is agreed to, and what became of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.batch import Batch, Tally
from bot.domain.mass import Blocked, Checked, Entry, Line, Mistake, Offer, check
from bot.domain.money import Money
from bot.domain.order import Order, Placement
from bot.domain.pricing import decide_unit
from bot.domain.session import Account
from storage import batches, catalogues, notices, price_units
from storage.batches import Draft
from storage.database import Database, Queries, Tx

__all__ = ["Draft", "MassOrders", "Read"]

_FEW = 50
"""Lines that are looked through at once; more of them would hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Read:
    """A list that was kept, and what of it can be ordered now."""

    draft: Draft
    checked: Checked


@dataclass(frozen=True, slots=True)
class MassOrders:
    """Keeps lists and reads batches, always by their owner; `PlaceOrders` confirms and sends."""

    db: Database
    clock: Callable[[], int]
    new_nonce: Callable[[], str]
    wake_notices: Callable[[], None]

    async def keep(
        self, account: Account, entries: Sequence[Entry], rest_of: int | None = None
    ) -> Read:
        """Keep a list for its yes, at the prices that the account sees now."""
        checked = await self.check(account, entries)
        shown = {
            one.details.service.code: (one.details.quote.rate, one.details.quote.unit)
            for one in checked.ready
        }
        left_out = tuple(mistake.number for mistake in checked.mistakes)
        draft = Draft(self.new_nonce(), tuple(entries), shown, left_out, rest_of)
        now = self.clock()
        await self.db.write(lambda tx: batches.keep_draft(tx, account.owner, draft, now))
        return Read(draft, checked)

    async def draft(self, owner: int, nonce: str) -> Draft | None:
        """The list that a preview shows."""
        return await batches.draft(self.db, owner, nonce)

    async def drop(self, owner: int) -> None:
        """Forget the list."""
        await self.db.write(lambda tx: batches.drop_draft(tx, owner))

    async def check(self, account: Account, entries: Sequence[Entry]) -> Checked:
        """What of a list can be ordered by this account now, and at which price."""
        codes = {entry.service for entry in entries if not isinstance(entry, Mistake)}
        currency = account.balance.currency if account.balance else "USD"

        async def job(q: Queries) -> tuple[dict[str, Offer], Blocked, Money]:
            catalogue = account.catalogue
            found = {} if catalogue is None else await catalogues.by_codes(q, catalogue, codes)
            known = await price_units.all_of(q)
            offers = {
                code: Offer(
                    entry.id,
                    entry.service,
                    decide_unit(entry.service, known.proofs, known.overrides),
                )
                for code, entry in found.items()
            }
            owed = await batches.owed(q, account.id, currency)
            return offers, await batches.blocked_targets(q, account.owner), owed

        offers, blocked, owed = await self.db.read(job)
        if len(entries) <= _FEW:
            return check(entries, offers, blocked, owed)
        return await asyncio.to_thread(check, entries, offers, blocked, owed)

    async def batch(self, owner: int, batch: int) -> Batch | None:
        """One mass order of this person."""
        return await batches.batch(self.db, owner, batch)

    async def by_nonce(self, owner: int, nonce: str) -> Batch | None:
        """The mass order that a preview became, if it did."""
        return await batches.by_nonce(self.db, owner, nonce)

    async def tally(self, batch: Batch) -> Tally:
        """How its orders stand."""
        return await batches.tally(self.db, batch)

    async def orders_of(
        self, batch: Batch, placements: Sequence[Placement], limit: int, offset: int
    ) -> tuple[list[Order], int]:
        """One page of its orders, in these placements (all where empty)."""
        return await batches.orders_of(self.db, batch.id, placements, limit, offset)

    async def rest(self, batch: Batch) -> list[Line]:
        """What of it came to nothing for no fault of its own, as a list to go on with."""
        return await batches.rest(self.db, batch.id)

    async def lines(self, batch: Batch) -> list[tuple[int, Order]]:
        """Every order of it with its number in the list; read off the event loop."""
        return await self.db.read(lambda q: batches.lines(q, batch.id))

    async def move_card(self, batch: Batch, message: int | None) -> None:
        """Its card is this message from now on, or a new one; it is drawn there at once."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            await batches.set_card(tx, batch.owner, batch.id, message)
            await notices.add_batch(tx, batch.owner, batch.id, now, first=True)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)
