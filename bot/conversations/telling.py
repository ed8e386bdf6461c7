"""What people are told without having asked: a notice as a screen in its reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.batch import Batch, Tally
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order, Placement
from bot.screens import admin as admin_screens
from bot.screens import draft as draft_screens
from bot.screens import later as later_screens
from bot.screens import mass as mass_screens
from bot.screens import order as screens
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import Texts, Words
from bot.usecases.ask_serva import AskServa, Wanted
from bot.usecases.await_money import AwaitMoney
from bot.usecases.await_serva import AwaitServa
from bot.usecases.deliver_notices import Reader
from bot.usecases.follow import Follow
from bot.usecases.manage import Manage
from bot.usecases.queue_behind import QueueBehind
from bot.usecases.watch_balance import WatchBalance
from bot.usecases.watch_prices import WatchPrices


@dataclass(frozen=True, slots=True)
class Telling:
    """Renders notices as the world is when they are sent, not when they came up."""

    texts: Texts
    places: Places
    orders: Follow
    managing: Manage
    awaiting: AwaitServa
    asking: AskServa
    queue: QueueBehind
    money: AwaitMoney
    prices: WatchPrices
    balances: WatchBalance

    async def card(self, reader: Reader, order: Order) -> Screen:
        """The order's card."""
        t = self.texts.of(reader.language, reader.native_digits)
        return screens.card(t, self.places, order, await self.orders.around(order))

    def batch_card(self, reader: Reader, batch: Batch, tally: Tally) -> Screen:
        """The one card of a mass order."""
        t = self.texts.of(reader.language, reader.native_digits)
        return mass_screens.card(t, batch, tally)

    async def batch_news(self, reader: Reader, batch: Batch, tally: Tally) -> Screen:
        """What rings about a mass order; the one order that a person must decide, by itself."""
        t = self.texts.of(reader.language, reader.native_digits)
        if len(tally.asked) == 1:
            order = await self.orders.order(reader.id, tally.asked[0])
            if order is not None and order.placement is Placement.UNKNOWN:
                return screens.ask(t, self.places, order)
        return mass_screens.news(t, batch, tally)

    async def message(self, reader: Reader, notice: Notice, order: Order | None) -> Screen | None:
        """What rings, or None where nothing is left to say."""
        t = self.texts.of(reader.language, reader.native_digits)
        match notice.kind:
            case NoticeKind.ENDED if order is not None:
                return screens.ended(t, order)
            case NoticeKind.PROGRESS if order is not None and order.ended_at is None:
                return screens.began(t, order)
            case NoticeKind.SETTLED if order is not None:
                return screens.settled(t, self.places, order)
            case NoticeKind.ASK if order is not None and order.placement is Placement.UNKNOWN:
                return screens.ask(t, self.places, order)
            case NoticeKind.ANSWERS:
                draft = notice.body["draft"]
                waits = await self.awaiting.waits(reader.id, draft)
                return draft_screens.answers_again(t, draft) if waits else None
            case NoticeKind.KEY_PAUSED:
                return screens.key_paused(t, self.places, notice.body.get("meaning", ""))
            case NoticeKind.BROADCAST:
                text = await self.managing.broadcast_text(int(notice.body["broadcast"]))
                return admin_screens.broadcast(t, text) if text else None
            case NoticeKind.OPERATOR_UNKNOWN if order is not None:
                return admin_screens.unknown_order(t, order)
            case NoticeKind.OPERATOR_CHARGE if order is not None:
                return admin_screens.charge_above(t, order)
            case NoticeKind.OPERATOR_SET_ASIDE:
                update, reason = notice.body.get("update", ""), notice.body.get("reason", "")
                return admin_screens.set_aside(t, update, reason)
            case _:
                return await self._unasked(t, reader, notice, order)

    async def _unasked(
        self, t: Words, reader: Reader, notice: Notice, order: Order | None
    ) -> Screen | None:
        """What came of things that went on without their person."""
        match notice.kind:
            case NoticeKind.REQUEST if order is not None:
                asked = await self.asking.last(reader.id, order.id, Wanted(notice.body["request"]))
                return screens.answered(t, order, asked) if asked else None
            case NoticeKind.QUEUED:
                queued = await self.queue.queued(reader.id, int(notice.body["queued"]))
                return later_screens.asked_again(t, queued) if queued and queued.why else None
            case NoticeKind.FUNDED:
                draft = await self.money.draft(reader.id, int(notice.body["draft"]))
                balance = await self.money.balance(draft) if draft else None
                return later_screens.funded(t, draft.id, balance) if draft and balance else None
            case NoticeKind.WATCH_PRICE:
                changes = await self.prices.changes(reader.id, notice.body)
                return later_screens.price_changes(t, changes) if changes else None
            case NoticeKind.WATCH_BALANCE:
                low = await self.balances.low(reader.id, notice.body)
                return later_screens.low_balance(t, self.places, *low) if low else None
            case _:
                return None
