"""`python -m tests.recovery.naive POLICY run`: the bot with one careless habit, to be convicted."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bot.__main__ import app
from bot.domain.order import Placement, Reason
from bot.domain.refusal import Meaning
from bot.providers.client import Calls
from bot.providers.port import Outcome, Unknown
from bot.providers.wire import Call
from bot.runtime.intake import Intake
from bot.usecases.place_orders import PlaceOrders
from storage import orders
from storage.database import Tx


def add_again() -> None:
    """An `add` whose answer is lost is sent again, as every HTTP client would like to."""
    careful = Calls.add

    async def add(self: Calls, call: Call) -> Outcome:
        for _ in range(2):
            outcome = await careful(self, call)
            if not isinstance(outcome, Unknown):
                return outcome
        return await careful(self, call)

    Calls.add = add  # type: ignore[method-assign]


def send_again_at_start() -> None:
    """What was being sent when the bot died is sent anew when it is back."""

    async def start(self: PlaceOrders) -> int:
        now = self.clock()

        async def job(tx: Tx) -> int:
            found = await orders.sending(tx)
            for order in found:
                await orders.move(tx, order, Placement.SENDING, Placement.CONFIRMED, now)
            return len(found)

        return await self.db.write(job)

    PlaceOrders.start = start  # type: ignore[method-assign]


def call_it_failed() -> None:
    """A lost answer is shown as a refusal."""

    async def failed(self: PlaceOrders, tx: Tx, order: int, outcome: Unknown, now: int) -> None:
        reason = Reason(Meaning.OTHER, outcome.reason)
        await orders.move(tx, order, Placement.SENDING, Placement.REFUSED, now, reason=reason)

    PlaceOrders._unknown = failed  # type: ignore[method-assign]


def acknowledge_first() -> None:
    """The offset moves before what has arrived is written down."""
    careful, later = Intake.accept, set[asyncio.Task[None]]()

    async def accept(self: Intake, batch: Iterable[object]) -> int:
        kept = list(batch)

        async def keep() -> None:
            await asyncio.sleep(0.2)
            await careful(self, kept)

        task = asyncio.create_task(keep())
        later.add(task)
        task.add_done_callback(later.discard)
        return max((raw["update_id"] for raw in kept if isinstance(raw, dict)), default=0)

    Intake.accept = accept  # type: ignore[method-assign]


POLICIES: dict[str, Callable[[], Any]] = {
    "add-again": add_again,
    "send-again-at-start": send_again_at_start,
    "call-it-failed": call_it_failed,
    "acknowledge-first": acknowledge_first,
}

if __name__ == "__main__":
    POLICIES[sys.argv.pop(1)]()
    app()
