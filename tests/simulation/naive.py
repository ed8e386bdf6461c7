"""Naive ways of doing what the house does with care: each must be convicted by the same checks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from unittest import mock

from bot.domain.notice import NoticeKind
from bot.domain.order import Placement, Reason
from bot.domain.refusal import Meaning
from bot.providers.port import Unknown
from bot.runtime.intake import Intake
from bot.usecases.place_orders import PlaceOrders
from storage import notices, orders
from storage.database import Tx
from tests.simulation.world import Policy, World


def _acknowledge_first(world: World) -> Sequence[Any]:
    """The offset moves at once; what has arrived is written down a little later."""
    careful = Intake.accept

    async def accept(self: Intake, batch: Iterable[object]) -> int:
        kept = list(batch)
        ids = [raw["update_id"] for raw in kept if isinstance(raw, dict)]
        if ids:
            _soon(self._answers, _after(0.3, lambda: careful(self, kept)))
        return max(ids, default=0)

    return (mock.patch.object(Intake, "accept", accept),)


def _tell_apart(world: World) -> Sequence[Any]:
    """A notice is written once the change is committed, in a transaction of its own."""
    careful, tasks = notices.add, set[asyncio.Task[Any]]()

    async def add(tx: Tx, owner: int, kind: NoticeKind, now: int, **more: Any) -> None:
        db: Any = world.db

        async def write(later: Tx) -> None:
            if not more.get("order") or await orders.order(later, owner, more["order"]):
                await careful(later, owner, kind, now, **more)

        tx.after_commit(lambda: _soon(tasks, db.write(write)))

    return (mock.patch.object(notices, "add", add),)


def _call_it_failed(world: World) -> Sequence[Any]:
    """A lost answer is shown as a refusal."""

    async def failed(self: PlaceOrders, tx: Tx, order_id: int, outcome: Unknown, now: int) -> None:
        reason = Reason(Meaning.OTHER, outcome.reason)
        order = await orders.for_operator(tx, order_id)
        assert order is not None
        await orders.move(tx, order_id, Placement.SENDING, Placement.REFUSED, now, reason=reason)
        await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order_id)

    return (mock.patch.object(PlaceOrders, "_unknown", failed),)


def _send_again(world: World) -> Sequence[Any]:
    """What was being sent when the process died is sent once more."""

    async def start(self: PlaceOrders) -> int:
        now = self.clock()

        async def job(tx: Tx) -> int:
            found = await orders.sending(tx)
            for order in found:
                to = Placement.CONFIRMED
                await orders.move(tx, order, Placement.SENDING, to, now, next_attempt_at=now)
            return len(found)

        return await self.db.write(job)

    return (mock.patch.object(PlaceOrders, "start", start),)


async def _after(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    await asyncio.sleep(seconds)
    await work()


def _soon(tasks: set[asyncio.Task[Any]], work: Any) -> None:
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


NAIVE = (
    Policy("retries an add after an error", retries_adds=True),
    Policy("sends again after a crash", patches=_send_again),
    Policy("acknowledges an update before it is committed", patches=_acknowledge_first),
    Policy("writes a notice outside of the transaction", patches=_tell_apart),
    Policy("does not sync its commits", pragmas=("synchronous = NORMAL",)),
    Policy("takes an unknown outcome for a failure", patches=_call_it_failed),
)
