"""Ordering when another order ends: a person's own confirmation, kept until its time has come.

    waiting ─┬─ the other has ended, all is as it was agreed ──▶ ordered, by one order at the most
             ├─ a day has passed, or anything is otherwise ────▶ asked: the person decides again
             └─ the person has changed their mind ─────────────▶ dropped

It becomes an order in the transaction that ends its waiting. From there on it is as any other.

What waits is watched over, and when that was last so is written down beside it. A process that
finds an older time than two minutes ago asks about everything that waited then: the database may
be a copy, and what it says to wait for may long have been ordered by whoever ran since.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import AskedAgain, Details, Order, Placement, Queued
from bot.domain.pricing import quantity_problem
from bot.domain.session import Session
from bot.providers.port import CallRefused, ProviderError, Serva
from bot.usecases.browse import Browse, Entry
from bot.usecases.keys import Keys
from bot.usecases.manage import Manage
from bot.usecases.place_orders import WINDOW, Confirmation
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.side_by_side import SideBySide
from bot.usecases.wish import beyond_limit
from storage import accounts, notices, orders, people, queued, sessions, settings, watches
from storage.database import Database, Queries, Tx

__all__ = ["QueueBehind", "Queued"]

_log = logging.getLogger(__name__)

LONGEST = 24 * 3_600_000
"""Milliseconds after which nobody is held to what they agreed to."""
PAUSE = 30_000
"""Milliseconds until it is tried again where nothing speaks against it but the moment."""
WATCH = 20_000
"""Milliseconds until it is written down once more that what waits is watched over."""
WATCHED = "queued watched"
AT_ONCE = 8
A_ROUND = 50


@dataclass(frozen=True, slots=True)
class QueueBehind:
    """Keeps what is to be ordered next, and orders it."""

    db: Database
    keys: Keys
    serva: Serva
    browse: Browse
    catalogues: RefreshCatalogues
    managing: Manage
    clock: Callable[[], int]
    wake: Callable[[], None]
    wake_placing: Callable[[], None]
    wake_notices: Callable[[], None]
    _busy: SideBySide[int] = field(
        default_factory=lambda: SideBySide("ordering what waited", AT_ONCE)
    )

    async def to_wait_for(self, owner: int, target: str, service: int) -> Order | None:
        """The running order that this one could wait for, unless another waits for it already."""
        order = await queued.to_wait_for(self.db, owner, target, service) if target else None
        if order is None or await queued.behind(self.db, owner, order.id) is not None:
            return None
        return order

    async def behind(self, owner: int, order_id: int) -> Queued | None:
        """What waits for the end of an order."""
        return await queued.behind(self.db, owner, order_id)

    async def waiting(self, owner: int) -> list[Queued]:
        """All that waits of this person's."""
        return await queued.waiting(self.db, owner)

    async def queued(self, owner: int, number: int) -> Queued | None:
        """One of this person's, whatever has become of it."""
        return await queued.queued(self.db, owner, number)

    async def by_nonce(self, owner: int, nonce: str) -> Queued | None:
        """What a confirmation became, if it was one to wait."""
        return await queued.by_nonce(self.db, owner, nonce)

    async def confirm(
        self, before: Session, after: Session, agreed: Confirmation, ahead: int
    ) -> Queued | None:
        """Keep what a person has agreed to, once; None where there is nothing to wait for now.

        One transaction with the session, which moves on from the version that was on the screen.
        Raises `sessions.SessionMoved` where another turn of this person came first.
        """
        now, owner = self.clock(), before.owner

        async def job(tx: Tx) -> Queued | None:
            known = await queued.by_nonce(tx, owner, agreed.nonce)
            if known is not None:
                return known
            order = await orders.order(tx, owner, ahead)
            if order is None or not order.followed or before.serva is None:
                return None
            if await queued.behind(tx, owner, ahead) is not None:
                return None
            await sessions.save(tx, after, now)
            number = await queued.insert(
                tx,
                owner=owner,
                account=before.serva.id,
                nonce=agreed.nonce,
                service=agreed.service,
                details=agreed.details,
                target=agreed.target,
                ahead=ahead,
                now=now,
            )
            await self._draw(tx, owner, ahead, now)
            return await queued.queued(tx, owner, number)

        return await self.db.write(job)

    async def drop(self, owner: int, number: int) -> Queued | None:
        """The person has changed their mind; what it was about, or None where it does not wait."""
        now = self.clock()

        async def job(tx: Tx) -> Queued | None:
            found = await queued.queued(tx, owner, number)
            if found is None or not await queued.settle(tx, owner, number, "dropped"):
                return None
            await self._draw(tx, owner, found.ahead, now)
            return found

        return await self.db.write(job)

    async def run_once(self) -> int:
        """Begin with what has waited long enough; returns how much. It goes on by itself."""
        now = self.clock()
        if not await self._watched(now):
            return 0
        due = await queued.due(self.db, now, now - LONGEST, A_ROUND)
        for waiting in due:
            # A person's go one after another, so that each sees what the one before it has done.
            self._busy.start(waiting.owner, partial(self._take_up, waiting), self.wake)
        return len(due)

    async def _watched(self, now: int) -> bool:
        """Watch over what waits, and ask about what nobody has for a while; False where none is."""
        if not await queued.any_waits(self.db):
            return False
        last = int(await settings.get(self.db, WATCHED) or 0)
        if 0 <= now - last < WATCH:
            return True

        async def job(tx: Tx) -> None:
            if now - last > WINDOW:
                for owner, number, ahead in await queued.ask_all(tx, AskedAgain.AWAY, now - WINDOW):
                    await ask_again(tx, owner, number, ahead, now)
                tx.after_commit(self.wake_notices)
            await settings.put(tx, WATCHED, str(now))

        await self.db.write(job)
        return True

    async def drain(self) -> None:
        """Wait until nothing is being decided; a shutdown bounds how long."""
        await self._busy.drain()

    async def stop(self) -> None:
        """Break off what is being decided; it is still due."""
        await self._busy.stop()

    async def _take_up(self, waiting: Queued) -> None:
        if self.clock() - waiting.agreed_at >= LONGEST:
            await self._ask(waiting, AskedAgain.LATE)
            return
        person = await people.known(self.db, waiting.owner)
        if person is None or person.banned:
            await self.drop(waiting.owner, waiting.id)
            return
        closed, _ = await self.managing.maintenance()
        if closed or self.serva.held_back():
            await self._put_off(waiting)
            return
        try:
            against = await self._against(waiting)
        except ProviderError as error:
            if isinstance(error, CallRefused) and error.meaning.about_key:
                await self._ask(waiting, AskedAgain.KEY)
                return
            _log.info("what waited is put off: %s", error)
            await self._put_off(waiting)
            return
        if against is not None:
            await self._ask(waiting, against)
        else:
            await self._order(waiting)

    async def _against(self, waiting: Queued) -> AskedAgain | None:
        """What has changed since the person agreed. Reads are free; raises ProviderError."""
        account = await accounts.account(self.db, waiting.owner, waiting.account)
        key = None if account is None else await self.keys.of(account)
        if account is None or key is None or account.paused:
            return AskedAgain.KEY
        blocked = await self._in_the_way(self.db, waiting)
        if blocked is not None and blocked.placement is Placement.UNKNOWN:
            return AskedAgain.BUSY
        if await queued.to_wait_for(self.db, waiting.owner, waiting.target, waiting.service):
            return AskedAgain.BUSY
        balance, now = await asyncio.gather(self.serva.balance(key), self.catalogues.fetch(account))
        entry = await self.browse.entry(now, waiting.service)
        if entry is None:
            return AskedAgain.GONE
        return await self._otherwise(entry, waiting.details, balance.money)

    async def _otherwise(self, entry: Entry, agreed: Details, balance: Money) -> AskedAgain | None:
        """Whether the service is no longer what it was, costs more, or is not covered."""
        service, total = entry.service, agreed.quote.total
        before = agreed.service
        same = (before.fields, before.needs_link, before.asks_quantity, before.derives_quantity)
        if same != (
            service.fields,
            service.needs_link,
            service.asks_quantity,
            service.derives_quantity,
        ):
            return AskedAgain.CHANGED
        counted = service.asks_quantity or service.derives_quantity
        if counted and agreed.quantity and quantity_problem(service, agreed.quantity):
            return AskedAgain.CHANGED
        if not counted and service.fixed_quantity != before.fixed_quantity:
            return AskedAgain.CHANGED
        if balance.currency != total.currency:
            return AskedAgain.CHANGED
        quoted = await self.browse.quote(service, agreed.quantity, total.currency)
        if quoted.quote.total > total:
            return AskedAgain.PRICE
        if balance < quoted.quote.total and not agreed.coupon:
            return AskedAgain.BALANCE
        return None

    @staticmethod
    async def _in_the_way(q: Queries, waiting: Queued) -> Order | None:
        return await orders.in_the_way(q, waiting.owner, waiting.target, waiting.service)

    async def _order(self, waiting: Queued) -> None:
        """It waits no longer and is an order, or the person is asked: in one transaction."""
        now, owner = self.clock(), waiting.owner

        async def job(tx: Tx) -> None:
            if await self._in_the_way(tx, waiting) is not None:
                await queued.put_off(tx, waiting.id, now + PAUSE)
                return
            if await accounts.sealed_key(tx, owner, waiting.account) is None:
                await self._asked(tx, waiting, AskedAgain.KEY, now)
                return
            if await beyond_limit(tx, owner, waiting.details.quote.agreed, now) is not None:
                await self._asked(tx, waiting, AskedAgain.LIMIT, now)
                return
            if not await queued.settle(tx, owner, waiting.id, "ordered"):
                return
            order_id = await orders.insert(
                tx,
                owner=owner,
                account=waiting.account,
                # No nonce of a draft has this form, and no other queued order this number.
                nonce=f"queued:{waiting.id}",
                service=waiting.service,
                details=waiting.details,
                target=waiting.target,
                card_message=None,
                now=now,
            )
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id)
            await self._draw(tx, owner, waiting.ahead, now)
            tx.after_commit(self.wake_placing)

        await self.db.write(job)

    async def _ask(self, waiting: Queued, why: AskedAgain) -> None:
        now = self.clock()
        await self.db.write(lambda tx: self._asked(tx, waiting, why, now))

    async def _asked(self, tx: Tx, waiting: Queued, why: AskedAgain, now: int) -> None:
        if await queued.settle(tx, waiting.owner, waiting.id, "asked", why):
            # The question itself says what has changed.
            await watches.leave_out(tx, waiting.owner, waiting.service)
            await ask_again(tx, waiting.owner, waiting.id, waiting.ahead, now)
            tx.after_commit(self.wake_notices)

    async def _put_off(self, waiting: Queued) -> None:
        until = self.clock() + PAUSE
        await self.db.write(lambda tx: queued.put_off(tx, waiting.id, until))

    async def _draw(self, tx: Tx, owner: int, order_id: int, now: int) -> None:
        """The card of the order ahead says what comes next."""
        await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id)
        tx.after_commit(self.wake_notices)


async def ask_again(tx: Tx, owner: int, number: int, ahead: int, now: int) -> None:
    """Owe a person the question whether they still want what was not ordered.

    The card of the order `ahead` of it no longer says that it follows.
    """
    await notices.add(tx, owner, NoticeKind.QUEUED, now, body={"queued": str(number)})
    await notices.add(tx, owner, NoticeKind.CARD, now, order=ahead)
