"""Asking Serva to refill or cancel a placed order, where its service's row says that this is taken.

Ann   taps Cancel order on a card
Bot   Ask Serva to cancel this order? …      [Cancel order] [Back] [Home]
Ann   taps Cancel order
Bot   In progress · Asking Serva to cancel it…   (this message is the order's card from now on)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at
from bot.conversations.front import Front
from bot.conversations.orders import Orders
from bot.domain.draft import AskingServa
from bot.domain.event import Tap, Text
from bot.domain.order import Order
from bot.screens import buttons as b
from bot.screens import order as screens
from bot.usecases.ask_serva import AskServa, Wanted
from bot.usecases.follow import Follow

QUESTION_LIFE = 15 * 60_000
"""Milliseconds for which the question can be answered with a yes."""


@dataclass(frozen=True, slots=True)
class Requests:
    """The dialogue about what Serva is asked to do with an order."""

    orders: Follow
    asking: AskServa
    cards: Orders
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={b.AskFor: self.ask_for, b.AskServa: self.ask},
            texts={AskingServa: self.typed},
            again={AskingServa: self.question_again},
        )

    async def ask_for(self, action: b.AskFor | b.AskServa, event: Tap, scene: Scene) -> Turn:
        """The question before anything is sent."""
        t, order = scene.t, await self.orders.order(scene.session.owner, action.order)
        if order is None or action.what not in tuple(Wanted):
            return await self.front.home(scene, t("That order is not yours."))
        kind = Wanted(action.what)
        if not order.takes(kind):
            return await self.cards.card_here(scene, event, order)
        last = await self.asking.last(order.owner, order.id, kind)
        if last is not None and not last.may_follow(scene.now):
            if last.in_flight:
                return await self.cards.card_here(scene, event, order)
            note = t("You asked that not long ago. Wait a while before you ask again.")
            return await self.front.home(scene, note)
        return await self._question(scene, order, kind)

    async def ask(self, action: b.AskServa, event: Tap, scene: Scene) -> Turn:
        """The tap that has it sent, once; a second one shows what the first has done."""
        session = scene.session
        order = await self.orders.order(session.owner, action.order)
        step = session.step
        if order is None or action.what not in tuple(Wanted):
            return await self.front.home(scene, scene.t("That order is not yours."))
        kind = Wanted(action.what)
        if not isinstance(step, AskingServa) or (step.order, step.what) != (order.id, kind):
            last = await self.asking.last(order.owner, order.id, kind)
            if last is not None and not last.may_follow(scene.now):
                return await self.cards.card_here(scene, event, order)
            return await self.ask_for(action, event, scene)
        if scene.now - step.at > QUESTION_LIFE:
            note = scene.t("That was a while ago, so I ask again.")
            return await self._question(scene, order, kind, note)
        after = at(scene)
        if await self.asking.confirm(session, after, order, kind):
            scene = replace(scene, session=replace(after, version=session.version + 1))
        return await self.cards.card_here(scene, event, order)

    async def typed(self, step: AskingServa, event: Text, scene: Scene) -> Turn:
        """Whatever is typed instead is no yes."""
        return Turn(at(scene), back=Back(answer=event.whole))

    async def question_again(self, step: AskingServa, scene: Scene, note: str) -> Turn:
        order = await self.orders.order(scene.session.owner, step.order)
        if order is None or not order.takes(Wanted(step.what)):
            return await self.front.home(scene, note)
        return await self._question(scene, order, Wanted(step.what), note)

    async def _question(self, scene: Scene, order: Order, kind: Wanted, note: str = "") -> Turn:
        step, around = AskingServa(order.id, kind.value, scene.now), await self.orders.around(order)
        screen = screens.sure_request(scene.t, order, kind, note, around.queued)
        return Turn(at(scene, step), screen)
