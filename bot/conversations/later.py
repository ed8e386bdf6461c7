"""What goes on without its person: orders that follow others, and drafts that wait for money.

Ann   taps Order when it ends · $0.89      (Fill takes that tap: it is a confirmation)
Bot   I will order this when order #12 ends. …      [Show order #12] [Do not order it] [Home]
Bot   Your balance is now $12.00. …            [Look at it again] [Home]
Ann   taps Look at it again
Bot   Total: $0.89                             [Order for $0.89] …
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.dialogue import Dialogue, Scene, Turn
from bot.conversations.fill import Fill
from bot.conversations.front import Front
from bot.conversations.orders import Orders
from bot.domain.event import Tap
from bot.screens import buttons as b
from bot.usecases.await_money import AwaitMoney
from bot.usecases.follow import Follow
from bot.usecases.queue_behind import QueueBehind


@dataclass(frozen=True, slots=True)
class Later:
    """The dialogue about what was put off."""

    orders: Follow
    queue: QueueBehind
    money: AwaitMoney
    cards: Orders
    filling: Fill
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.DropQueued: self.drop,
                b.TakeQueued: self.take_queued,
                b.TakeUnfunded: self.take_unfunded,
            }
        )

    async def drop(self, action: b.DropQueued, event: Tap, scene: Scene) -> Turn:
        """What was to follow an order is not ordered; on that order's card it is gone."""
        dropped = await self.queue.drop(scene.session.owner, action.queued)
        if dropped is None:
            return await self.front.home(scene, scene.t("That order is no longer waiting."))
        ahead = await self.orders.order(scene.session.owner, dropped.ahead)
        if ahead is not None and event.message_id == ahead.card_message:
            return await self.cards.card_here(scene, event, ahead)
        return await self.front.home(scene, scene.t("It is not going to be ordered."))

    async def take_queued(self, action: b.TakeQueued, event: Tap, scene: Scene) -> Turn:
        """What was not ordered after all, to be confirmed at today's price."""
        found = await self.queue.queued(scene.session.owner, action.queued)
        if found is None or found.waiting or scene.session.serva is None:
            return await self.front.home(scene)
        return await self.filling.repeat(scene, found.service, found.details)

    async def take_unfunded(self, action: b.TakeUnfunded, event: Tap, scene: Scene) -> Turn:
        """The draft that waited for money, to be confirmed at today's price."""
        found = await self.money.draft(scene.session.owner, action.draft)
        if found is None or scene.session.serva is None:
            return await self.front.home(scene, scene.t("That order is no longer waiting."))
        return await self.filling.take_up(scene, found.draft.service, found.draft.inputs)
