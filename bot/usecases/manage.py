"""What the operator may see and do: people, orders, price units, broadcasts, maintenance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.order import Order, Placement
from bot.domain.pricing import Unit
from storage import calls, catalogues, health, notices, orders, people, price_units, settings
from storage.calls import Call
from storage.database import Database, Tx
from storage.health import Health
from storage.people import Known

__all__ = ["Known", "Manage", "Overview"]

MAINTENANCE = "maintenance"
MAINTENANCE_WORDS = "maintenance words"
UNSETTLED = (Placement.UNKNOWN, Placement.CHARGED)


@dataclass(frozen=True, slots=True)
class Overview:
    """How the bot is doing. `people`: all, linked, banned; `orders`: all, active, unknown."""

    people: tuple[int, int, int]
    orders: tuple[int, int, int]
    notices: int
    maintenance: bool
    failing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manage:
    """The operator's capabilities; whoever calls has checked who asks."""

    db: Database
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    async def overview(self) -> Overview:
        """Everything that the first screen shows."""
        return Overview(
            people=await people.count(self.db),
            orders=await orders.numbers(self.db),
            notices=await notices.waiting(self.db),
            maintenance=(await self.maintenance())[0],
            failing=tuple(
                line.provider for line in await health.overview(self.db) if line.failing_since
            ),
        )

    async def find(self, text: str, limit: int, offset: int = 0) -> list[Known]:
        """People by name, username or id; all where the text is empty."""
        return await people.find(self.db, text, limit, offset)

    async def person(self, person: int) -> Known | None:
        """One person."""
        return await people.known(self.db, person)

    async def ban(self, person: int, ban: bool) -> bool:
        """Shut somebody out or let them in; what they ordered is followed all the same."""
        now = self.clock() if ban else None
        return await self.db.write(lambda tx: people.set_banned(tx, person, now))

    async def orders(self, unknown: bool, limit: int, offset: int) -> tuple[list[Order], int]:
        """Everybody's orders, or only the unsettled ones."""
        return await orders.everybodys(self.db, UNSETTLED if unknown else (), limit, offset)

    async def order(self, order_id: int) -> tuple[Order, list[Call]] | None:
        """One order with its calls."""
        order = await orders.for_operator(self.db, order_id)
        return None if order is None else (order, await calls.of_order(self.db, order_id))

    async def providers(self) -> list[Health]:
        """How the providers answer."""
        return await health.overview(self.db)

    async def unit(self) -> Unit | None:
        """The price unit said for all services, if any."""
        return (await price_units.all_of(self.db)).overrides.get("*")

    async def set_unit(self, unit: Unit | None) -> None:
        """Say the price unit for all services, or take that back."""
        now = self.clock()
        await self.db.write(lambda tx: price_units.override(tx, "*", unit, now))

    async def set_service_unit(self, service: int, unit: Unit | None) -> None:
        """Say the price unit of one service, or take that back."""
        now = self.clock()
        code = await catalogues.service_code(self.db, service)
        if code is not None:
            await self.db.write(lambda tx: price_units.override(tx, f"service:{code}", unit, now))

    async def audience(self) -> int:
        """How many people a broadcast reaches."""
        return await notices.audience(self.db)

    async def broadcast(self, author: int, nonce: str, text: str) -> int:
        """Owe everybody a message, once per nonce; returns to how many."""
        now = self.clock()

        async def job(tx: Tx) -> int:
            count = await notices.broadcast(tx, author, nonce, text, now)
            tx.after_commit(self.wake_notices)
            return count

        return await self.db.write(job)

    async def broadcast_text(self, broadcast: int) -> str:
        """What a broadcast says."""
        return await notices.broadcast_text(self.db, broadcast)

    async def admit(self, person: int, admitted: bool) -> bool:
        """Let somebody into a bot that is not open to all, or take that back."""
        return await self.db.write(lambda tx: people.admit(tx, person, admitted))

    async def maintenance(self) -> tuple[bool, str]:
        """Whether ordering is closed, and what people are told."""
        on = await settings.get(self.db, MAINTENANCE)
        return on == "on", await settings.get(self.db, MAINTENANCE_WORDS) or ""

    async def set_maintenance(self, on: bool) -> None:
        """Close or open ordering."""
        await self.db.write(lambda tx: settings.put(tx, MAINTENANCE, "on" if on else "off"))

    async def set_maintenance_words(self, words: str) -> None:
        """What people are told while ordering is closed."""
        await self.db.write(lambda tx: settings.put(tx, MAINTENANCE_WORDS, words))
