"""My orders: lists, cards, and what a person can say about an order of unknown outcome.

Ann   /orders
Bot   Active orders                      [1,000 Instagram Followers · In progress 55%] …
Ann   taps it
Bot   In progress, 55 % …                (this message is the card now; the old one has no keys)
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.conversations.dialogue import Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.draft import GivingOrderId
from bot.domain.event import Command, Tap, Text
from bot.domain.order import Order
from bot.domain.text import clean
from bot.screens import buttons as b
from bot.screens import main as main_screens
from bot.screens import order as screens
from bot.screens.buttons import tap
from bot.screens.catalogue import PAGE, pages
from bot.screens.help import message_serva
from bot.screens.main import checking
from bot.usecases.follow import Follow
from bot.usecases.queue_behind import QueueBehind
from bot.usecases.settle_unknowns import Answer, SettleUnknowns
from bot.usecases.track_orders import TrackOrders
from bot.usecases.wish import Wish

T = TypeVar("T")

MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Orders:
    """The dialogue about what was ordered."""

    orders: Follow
    tracking: TrackOrders
    settling: SettleUnknowns
    wish: Wish
    queue: QueueBehind
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            commands={"orders": self.orders_command},
            taps={
                b.Orders: self.orders_tap,
                b.OpenOrder: self.open_order,
                b.RefreshOrder: self.refresh,
                b.CheckNow: self.check_now,
                b.SeenThere: self.seen_there,
                b.NotThere: self.not_there,
                b.Mute: self.mute,
                b.MessageServa: self.message_serva,
            },
            texts={GivingOrderId: self.id_typed},
            again={GivingOrderId: self.ask_id_again},
        )

    async def orders_command(self, event: Command, scene: Scene) -> Turn:
        return await self._list(scene, "active", 0)

    async def orders_tap(self, action: b.Orders, event: Tap, scene: Scene) -> Turn:
        return await self._list(scene, action.which, action.page)

    async def open_order(self, action: b.OpenOrder, event: Tap, scene: Scene) -> Turn:
        """The card moves to the message that was tapped; where it was, its keys go."""
        order = await self.orders.order(scene.session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        return await self.card_here(scene, event, order)

    async def refresh(self, action: b.RefreshOrder, event: Tap, scene: Scene) -> Turn:
        """Ask Serva now. The card is drawn by its notice, wherever it is."""
        session = scene.session
        order = await self.orders.order(session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        work = self.tracking.refresh(session.owner, order.id)
        answered = await self._patiently(scene, event, order, work)
        now = await self.orders.order(session.owner, order.id)
        if answered or now is None or now.left_alone:
            return await self.card_here(scene, event, order)
        note = scene.t("Serva is not answering right now.")
        return await self._try_again(scene, event, order, note, action)

    async def check_now(self, action: b.CheckNow, event: Tap, scene: Scene) -> Turn:
        """Look at the balance now."""
        session = scene.session
        order = await self.orders.order(session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        work = self.settling.check_now(session.owner, order.id)
        answer = await self._patiently(scene, event, order, work)
        match answer:
            case Answer.NOT_ANSWERING:
                note = scene.t("Serva is not answering right now.")
            case Answer.NO_KEY:
                note = scene.t("Link the key that it was ordered with.")
            case _:
                return await self.card_here(scene, event, order)
        return await self._try_again(scene, event, order, note, action)

    async def mute(self, action: b.Mute, event: Tap, scene: Scene) -> Turn:
        """Let nothing ring about an order, or again; its card says so."""
        order = await self.orders.order(scene.session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        await self.wish.mute(order.owner, order.id, bool(action.on))
        return await self.card_here(scene, event, order)

    async def message_serva(self, action: b.MessageServa, event: Tap, scene: Scene) -> Turn:
        """What Serva's support needs to know, to copy."""
        order = await self.orders.order(scene.session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        return Turn(scene.session, message_serva(scene.t, self.front.places, order))

    async def seen_there(self, action: b.SeenThere, event: Tap, scene: Scene) -> Turn:
        """The person sees it at Serva: ask for its id."""
        order = await self.orders.order(scene.session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        return Turn(at(scene, GivingOrderId(order.id)), screens.ask_order_id(scene.t, order))

    async def id_typed(self, step: GivingOrderId, event: Text, scene: Scene) -> Turn:
        """The id is checked with Serva before it is believed."""
        t, session = scene.t, scene.session
        order = await self.orders.order(session.owner, step.order)
        if order is None:
            return await self.front.home(scene)
        typed = clean(event.text, limit=MAX_ID + 1)
        if not typed or len(typed) > MAX_ID or " " in typed or "," in typed:
            note = t("That is not an order id.")
            return Turn(session, screens.ask_order_id(t, order, note))
        answer = await self.settling.found_as(session.owner, order.id, typed)
        match answer:
            case Answer.FOUND:
                return await self.front.home(scene, t("Found. Its card is kept up to date."))
            case Answer.NOT_THERE:
                note = t("Serva does not know this order for your key.")
            case Answer.TAKEN:
                note = t("That id belongs to another order here.")
            case Answer.NO_KEY:
                note = t("Link the key that it was ordered with.")
            case Answer.NOT_ANSWERING:
                note = t("Serva is not answering right now. Send it again in a moment.")
            case Answer.SETTLED:
                return await self.front.home(scene, t("That order is settled already."))
        return Turn(session, screens.ask_order_id(t, order, note))

    async def ask_id_again(self, step: GivingOrderId, scene: Scene, note: str) -> Turn:
        order = await self.orders.order(scene.session.owner, step.order)
        if order is None:
            return await self.front.home(scene, note)
        return Turn(scene.session, screens.ask_order_id(scene.t, order, note))

    async def not_there(self, action: b.NotThere, event: Tap, scene: Scene) -> Turn:
        """The person's word, after a look at the balance and a second question."""
        session = scene.session
        if not action.sure:
            await self.settling.check_now(session.owner, action.order)
        else:
            await self.settling.not_there(session.owner, action.order)
        order = await self.orders.order(session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        if action.sure or not order.outcome_open:
            return await self.card_here(scene, event, order)
        moved = screens.moved_words(scene.t, order)
        return Turn(at(scene), screens.sure_not_there(scene.t, order, moved))

    async def _try_again(
        self, scene: Scene, event: Tap, order: Order, note: str, action: b.Action
    ) -> Turn:
        """Nothing was found out: said on the live screen, while the card shows what it showed."""
        if event.message_id == order.card_message:
            await self.orders.move_card(order.owner, order.id, event.message_id)
        retry = tap(scene.t("Try again"), action)
        return Turn(at(scene), main_screens.note(scene.t, note, [[retry]]))

    async def _list(self, scene: Scene, which: str, page: int) -> Turn:
        session, active = scene.session, which != "finished"
        found, total = await self.orders.listing(session.owner, active, PAGE, page * PAGE)
        if not found and page:
            page = pages(total) - 1 if total else 0
            found, total = await self.orders.listing(session.owner, active, PAGE, page * PAGE)
        queued = await self.queue.waiting(session.owner) if active and not page else []
        together = await self.orders.together(session.owner, found)
        screen = screens.orders_list(scene.t, found, active, page, total, queued, together)
        return Turn(at(scene), screen)

    async def _patiently(self, scene: Scene, event: Tap, order: Order, work: Awaitable[T]) -> T:
        """Await what was asked for, and say so on its card; never on what is another order's."""
        shown = await self.orders.shown_at(order.owner, event.message_id)
        if shown not in (None, order.id):
            return await work
        return await patiently(scene, work, checking(scene.t), on=event.message_id)

    async def card_here(self, scene: Scene, event: Tap, order: Order) -> Turn:
        """Make the tapped message the order's card; it is no live screen any more.

        A card of another order stays what it is: then the card is sent afresh.
        """
        session = scene.session
        if not event.message_id:
            return await self.front.home(scene)
        shown = await self.orders.shown_at(session.owner, event.message_id)
        here = event.message_id if shown in (None, order.id) else None
        await self.orders.move_card(session.owner, order.id, here)
        if order.card_message and order.card_message != here:
            await scene.chat.strip(order.card_message)
        live = None if session.live == event.message_id else session.live
        return Turn(replace(at(scene), live=live))
