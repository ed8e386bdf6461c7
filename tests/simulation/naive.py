"""Naive ways of doing what the house does with care: each must be convicted by the same checks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any
from unittest import mock

from bot.domain.order import Placement, Reason, Why
from bot.runtime.intake import Intake
from bot.usecases.place_orders import PlaceOrders
from storage import notices, orders
from storage.database import Tx
from tests.simulation.world import Policy


def _acknowledge_first() -> Sequence[Any]:
    """The offset moves at once; what has arrived is written down a little later."""
    careful = Intake.accept

    async def accept(self: Intake, batch: Iterable[object]) -> int:
        kept = list(batch)
        ids = [raw["update_id"] for raw in kept if isinstance(raw, dict)]
        if not ids:
            return 0

        async def later() -> None:
            await asyncio.sleep(0.3)
            await careful(self, kept)

        task = asyncio.get_running_loop().create_task(later())
        self._answers.add(task)
        return max(ids)

    return (mock.patch.object(Intake, "accept", accept),)


def _tell_apart() -> Sequence[Any]:
    """A notice is written once the change is committed, in a transaction of its own."""
    careful = notices.add

    def waker(settings: dict[str, Any]) -> Callable[[], None]:
        return lambda: None

    async def add(tx: Tx, owner: int, kind: Any, now: int, **settings: Any) -> None:
        db = _db_of(tx)

        def after() -> None:
            async def write() -> None:
                await db.write(lambda later: careful(later, owner, kind, now, **settings))

            task = asyncio.get_running_loop().create_task(write())
            _TASKS.add(task)
            task.add_done_callback(_TASKS.discard)

        tx.after_commit(after)

    return (mock.patch.object(notices, "add", add), mock.patch.object(orders, "asdict", asdict))


_TASKS: set[asyncio.Task[None]] = set()
