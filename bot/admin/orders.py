"""Everybody's orders, as the operator sees them, and the price unit of one service."""

from __future__ import annotations

from dataclasses import dataclass

from bot.admin.overview import unit_of
from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.domain.event import Tap
from bot.screens import admin as screens
from bot.screens import buttons as b
from bot.screens.catalogue import PAGE
from bot.usecases.manage import Manage


@dataclass(frozen=True, slots=True)
class Orders:
    """The dialogue about orders."""

    managing: Manage

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.AdminOrders: self.orders,
                b.AdminOrder: self.order,
                b.AdminServiceUnit: self.unit,
            },
        )

    async def orders(self, action: b.AdminOrders, event: Tap, scene: Scene) -> Turn:
        """A page of all orders, or of those of unknown outcome."""
        return await self._list(scene, action)

    async def order(self, action: b.AdminOrder, event: Tap, scene: Scene) -> Turn:
        """One order with its calls and evidence."""
        found = await self.managing.order(action.order)
        if found is None:
            return await self.orders(b.AdminOrders(), event, scene)
        order, calls = found
        lines = [
            screens.CallLine(
                call.attempt, call.started_at, call.outcome, call.request_id, call.detail
            )
            for call in calls
        ]
        return Turn(at(scene), screens.order(scene.t, order, lines))

    async def unit(self, action: b.AdminServiceUnit, event: Tap, scene: Scene) -> Turn:
        """Say the price unit of one service, or take that back."""
        await self.managing.set_service_unit(action.service, unit_of(action.unit))
        return await self._list(scene, b.AdminOrders(), scene.t("Saved."))

    async def _list(self, scene: Scene, action: b.AdminOrders, note: str = "") -> Turn:
        unknown = action.which == "unknown"
        found, total = await self.managing.orders(unknown, PAGE, action.page * PAGE)
        which = "unknown" if unknown else "all"
        return Turn(at(scene), screens.orders(scene.t, found, which, action.page, total, note))
