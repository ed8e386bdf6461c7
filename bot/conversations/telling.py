"""What people are told without having asked: a notice as a screen in its reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order, Placement
from bot.screens import admin as admin_screens
from bot.screens import draft as draft_screens
from bot.screens import order as screens
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import Texts
from bot.usecases.await_serva import AwaitServa
from bot.usecases.deliver_notices import Reader
from bot.usecases.follow import Follow
from bot.usecases.manage import Manage


@dataclass(frozen=True, slots=True)
class Telling:
    """Renders notices as the world is when they are sent, not when they came up."""

    texts: Texts
    places: Places
    orders: Follow
    managing: Manage
    awaiting: AwaitServa

    async def card(self, reader: Reader, order: Order) -> Screen:
        """The order's card."""
        t = self.texts.of(reader.language, reader.native_digits)
        return screens.card(t, self.places, order, await self.orders.around(order))

    async def message(self, reader: Reader, notice: Notice, order: Order | None) -> Screen | None:
        """What rings, or None where nothing is left to say."""
        t = self.texts.of(reader.language, reader.native_digits)
        match notice.kind:
            case NoticeKind.ENDED if order is not None:
                return screens.ended(t, order)
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
                return None
