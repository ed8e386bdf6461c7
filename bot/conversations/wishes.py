"""What a person wishes for: what rings, silent nights, spending limits.

Ann   taps Notifications                 (in the settings)
Bot   You are told when an order ends.   [All] [Important ✓] [None] … [Silent at night: off]
Ann   taps Silent at night
Bot   Is it 21:40 for you?               [Yes, 21:40] [20:40] [21:10] … [Earlier] [Later]
Ann   taps Yes
Bot   From 22:00 to 08:00 nothing makes a sound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.conversations.front import Front
from bot.domain.draft import (
    Resting,
    SettingLimit,
    Step,
    TellingTime,
    step_from_json,
    step_to_json,
)
from bot.domain.event import Tap, Text
from bot.domain.money import Money
from bot.domain.numbers import parse_amount, parse_time
from bot.domain.wishes import EAST, LEVELS, WEST, Guard, Level, Ring, guessed_zone, zone_of
from bot.screens import buttons as b
from bot.screens import wishes as screens
from bot.usecases.wish import Wish

PRESETS = (5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Wishing:
    """The dialogue about notifications and spending limits."""

    wish: Wish
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.Notifications: self.notifications,
                b.Notify: self.notify,
                b.NotifyKind: self.notify_kind,
                b.Night: self.night,
                b.AskZone: self.ask_zone,
                b.Zone: self.zone,
                b.Limits: self.limits,
                b.AskLimit: self.ask_limit,
                b.SetLimit: self.set_limit,
            },
            texts={TellingTime: self.time_typed, SettingLimit: self.limit_typed},
            again={TellingTime: self.ask_time_again, SettingLimit: self.ask_limit_again},
        )

    # ---- what rings, and when ----

    async def notifications(self, action: b.Notifications, event: Tap, scene: Scene) -> Turn:
        return await self._notifications(scene)

    async def notify(self, action: b.Notify, event: Tap, scene: Scene) -> Turn:
        """All, the important, or none."""
        if action.what in LEVELS:
            await self.wish.rings(scene.session.owner, LEVELS[Level(action.what)])
        return await self._notifications(scene)

    async def notify_kind(self, action: b.NotifyKind, event: Tap, scene: Scene) -> Turn:
        if action.kind in tuple(Ring):
            await self.wish.ring(scene.session.owner, Ring(action.kind), bool(action.on))
        return await self._notifications(scene)

    async def night(self, action: b.Night, event: Tap, scene: Scene) -> Turn:
        """The one switch; the first time it has to be known when it is night."""
        owner = scene.session.owner
        if action.on and (await self.wish.of(owner)).zone is None:
            return self._ask_zone(scene, guessed_zone(scene.session.person.language_code))
        await self.wish.quiet_nights(owner, bool(action.on))
        return await self._notifications(scene)

    async def ask_zone(self, action: b.AskZone, event: Tap, scene: Scene) -> Turn:
        return self._ask_zone(scene, _zone(action.zone))

    async def zone(self, action: b.Zone, event: Tap, scene: Scene) -> Turn:
        await self.wish.lives_at(scene.session.owner, _zone(action.zone))
        return await self._notifications(scene)

    async def time_typed(self, step: TellingTime, event: Text, scene: Scene) -> Turn:
        minute = parse_time(event.text)
        if minute is None:
            note = scene.t("That is not a time. A time looks like 21:40")
            return await self.ask_time_again(step, scene, note)
        await self.wish.lives_at(scene.session.owner, zone_of(minute, scene.now))
        return await self._notifications(scene)

    async def ask_time_again(self, step: TellingTime, scene: Scene, note: str) -> Turn:
        known = (await self.wish.of(scene.session.owner)).zone
        guess = guessed_zone(scene.session.person.language_code) if known is None else known
        return self._ask_zone(scene, guess, note)

    async def _notifications(self, scene: Scene) -> Turn:
        wishes = await self.wish.of(scene.session.owner)
        return Turn(at(scene), screens.notifications(scene.t, wishes, scene.now))

    def _ask_zone(self, scene: Scene, zone: int, note: str = "") -> Turn:
        return Turn(at(scene, TellingTime()), screens.ask_zone(scene.t, zone, scene.now, note))

    # ---- how much may be spent ----

    async def limits(self, action: b.Limits, event: Tap, scene: Scene) -> Turn:
        return await self._limits(scene)

    async def ask_limit(self, action: b.AskLimit, event: Tap, scene: Scene) -> Turn:
        if action.guard not in tuple(Guard):
            return await self._limits(scene)
        before = step_to_json(_before(scene.session.step))
        return await self.ask_limit_again(SettingLimit(action.guard, before), scene, "")

    async def ask_limit_again(self, step: SettingLimit, scene: Scene, note: str) -> Turn:
        guard, currency = Guard(step.guard), _currency(scene)
        now = (await self.wish.of(scene.session.owner)).guard(guard)
        presets = [Money(Decimal(amount), currency) for amount in PRESETS]
        screen = screens.ask_limit(scene.t, guard, now, presets, note)
        return Turn(at(scene, step), screen)

    async def limit_typed(self, step: SettingLimit, event: Text, scene: Scene) -> Turn:
        amount = parse_amount(event.text, _currency(scene))
        if amount is None:
            note = scene.t("That is not an amount. For example: 12.50")
            return await self.ask_limit_again(step, scene, note)
        return await self._set(scene, Guard(step.guard), amount, sure=False)

    async def set_limit(self, action: b.SetLimit, event: Tap, scene: Scene) -> Turn:
        if action.guard not in tuple(Guard):
            return await self._limits(scene)
        amount = Decimal(action.hundredths) / 100
        return await self._set(scene, Guard(action.guard), amount, sure=bool(action.sure))

    async def _set(self, scene: Scene, guard: Guard, amount: Decimal, *, sure: bool) -> Turn:
        """The limit as it is from now on, or the question whether more is to be let through."""
        owner = scene.session.owner
        limit = Money(amount, _currency(scene)) if amount else None
        if await self.wish.limit(owner, guard, limit, sure) is not None:
            return await self._limits(scene)
        old = (await self.wish.of(owner)).guard(guard)
        if old is None:
            return await self._limits(scene)
        return Turn(scene.session, screens.sure_limit(scene.t, guard, old, limit))

    async def _limits(self, scene: Scene) -> Turn:
        """The limits; an order that waits for another one goes on waiting."""
        session = scene.session
        if session.serva is None:
            return await self.front.home(scene)
        step = _before(session.step)
        back = b.Settings() if isinstance(step, Resting) else b.Resume()
        wishes = await self.wish.of(session.owner)
        spent = await self.wish.spent_today(session.owner, _currency(scene))
        screen = screens.limits(scene.t, wishes, spent, back)
        return Turn(replace(session, step=step), screen)


def _before(step: Step) -> Step:
    """The step that a question for a limit came between."""
    return step_from_json(step.before) if isinstance(step, SettingLimit) else step


def _zone(button: int) -> int:
    """The zone that a button names, within what there is on earth."""
    return min(button + WEST, EAST)


def _currency(scene: Scene) -> str:
    account = scene.session.serva
    return account.balance.currency if account and account.balance else "USD"
