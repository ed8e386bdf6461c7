"""The operator's first screen, and how the providers answer.

Operator   /admin
Bot        People: 12 … Orders: 80 …   [People] [Orders] [Unknown orders] [Providers] …
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.domain.event import Command, Tap
from bot.domain.pricing import Unit
from bot.screens import admin as screens
from bot.screens import buttons as b
from bot.usecases.admit import Admit
from bot.usecases.manage import Manage


@dataclass(frozen=True, slots=True)
class Overview:
    """The dialogue behind /admin."""

    managing: Manage
    admit: Admit
    username: str
    held_back: Callable[[str], bool]
    """Whether calls to a provider are held back, because it has not been answering."""

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            commands={"admin": self.admin_command},
            taps={
                b.Admin: self.admin_tap,
                b.AdminProviders: self.providers_tap,
                b.AdminUnit: self.unit,
            },
        )

    async def admin_command(self, event: Command, scene: Scene) -> Turn:
        return await self._overview(scene)

    async def admin_tap(self, action: b.Admin, event: Tap, scene: Scene) -> Turn:
        return await self._overview(scene)

    async def providers_tap(self, action: b.AdminProviders, event: Tap, scene: Scene) -> Turn:
        return await self._providers(scene)

    async def unit(self, action: b.AdminUnit, event: Tap, scene: Scene) -> Turn:
        """Say the price unit of every service, or take that back."""
        await self.managing.set_unit(unit_of(action.unit))
        return await self._providers(scene, scene.t("Saved."))

    async def _overview(self, scene: Scene) -> Turn:
        seen = await self.managing.overview()
        code = await self.admit.invitation()
        invitation = f"https://t.me/{self.username}?start={code}" if code else ""
        screen = screens.overview(
            scene.t,
            seen.people,
            seen.orders,
            seen.notices,
            seen.maintenance,
            [name.capitalize() for name in seen.failing],
            invitation,
        )
        return Turn(at(scene), screen)

    async def _providers(self, scene: Scene, note: str = "") -> Turn:
        lines = [
            screens.HealthLine(
                line.provider.capitalize(),
                line.ok_at,
                line.failed_at,
                line.failing_since,
                line.reason,
                line.latency,
                self.held_back(line.provider),
            )
            for line in await self.managing.providers()
        ]
        unit = await self.managing.unit()
        return Turn(at(scene), screens.providers(scene.t, lines, unit, note))


def unit_of(name: str) -> Unit | None:
    """A unit by its name; None for 'assumed' and for anything forged."""
    return Unit(name) if name in set(Unit) else None
