"""What a person may read of their own orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.batch import Batch
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Around, Order, Placement
from bot.domain.order_ids import OrderId
from bot.domain.pricing import affordable
from bot.domain.refusal import Meaning
from storage import accounts, batches, notices, orders, queued, requests, targets
from storage.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Follow:
    """Reads of orders, always by their owner."""

    db: Database
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    async def order(self, owner: int, order_id: int) -> Order | None:
        """One order of this person."""
        return await orders.order(self.db, owner, order_id)

    async def by_ids(self, owner: int, asked: Sequence[OrderId]) -> list[Order]:
        """This person's orders with these ids, ours or Serva's, newest first."""
        ours = [entry.ours for entry in asked if entry.ours is not None]
        theirs = [text for entry in asked for text in entry.theirs]
        return await orders.by_ids(self.db, owner, ours, theirs) if asked else []

    async def listing(
        self, owner: int, active: bool, limit: int, offset: int
    ) -> tuple[list[Order], int]:
        """One page of active or finished orders, and how many there are."""
        return await orders.listing(self.db, owner, active, limit, offset)

    async def together(self, owner: int, orders: Iterable[Order]) -> dict[int, Batch]:
        """The mass orders that some orders of this person are part of, by their ids."""
        found = {order.batch for order in orders if order.batch is not None}
        return await batches.some(self.db, owner, found) if found else {}

    async def active_count(self, owner: int) -> int:
        """How many orders may still change."""
        return await orders.active_count(self.db, owner)

    async def latest(self, owner: int) -> Order | None:
        """The newest order that reached Serva."""
        return await orders.latest(self.db, owner)

    async def recent_services(self, owner: int, limit: int) -> list[int]:
        """Our integers of the services ordered lately."""
        return await orders.recent_services(self.db, owner, limit)

    async def recent_targets(self, owner: int, kind: str, limit: int) -> list[tuple[int, str]]:
        """What was ordered for lately: our integer and the value."""
        return await targets.recent(self.db, owner, kind, limit)

    async def target(self, owner: int, target: int) -> str | None:
        """One saved target of this person."""
        return await targets.value(self.db, owner, target)

    async def shown_at(self, owner: int, message: int) -> int | None:
        """The order whose card this message is."""
        return await orders.shown_at(self.db, owner, message)

    async def move_card(self, owner: int, order_id: int, message: int | None) -> None:
        """An order's card is this message from now on, or a new one; it is drawn there at once."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            await orders.set_card(tx, owner, order_id, message)
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id, first=True)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def around(self, order: Order) -> Around:
        """What a card needs to know beside its order."""
        if order.placement is Placement.PLACED:
            return Around(
                queued=await queued.behind(self.db, order.owner, order.id),
                requests=await requests.of_order(self.db, order.owner, order.id),
            )
        meaning = order.reason.meaning
        if meaning in (Meaning.DUPLICATE_TARGET, Meaning.TARGET_BUSY) and order.target:
            earlier = await orders.earlier_for_target(self.db, order.owner, order.target, order.id)
            if earlier is None:
                return Around()
            return Around(earlier=earlier.id, running=earlier.followed)
        if meaning == Meaning.BALANCE_TOO_LOW:
            account = await accounts.account(self.db, order.owner, order.account)
            balance: Money | None = None if account is None else account.balance
            if balance is None:
                return Around()
            service, unit = order.details.service, order.details.quote.unit
            fewer = affordable(service, unit, balance) if service.asks_quantity else 0
            return Around(balance=balance, affordable=fewer)
        return Around()
