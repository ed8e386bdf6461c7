"""Telling people: what was written with a change is rendered now, sent, and acknowledged."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order
from bot.usecases.side_by_side import SideBySide
from storage import notices, orders, people
from storage.database import Database, Tx
from storage.people import Reader

__all__ = ["DeliverNotices", "Messenger", "NotNow", "Reader", "Refused", "Unreachable"]

_log = logging.getLogger(__name__)

LEASE = 120_000
LAST_CALL = 3_000
"""Milliseconds in which what a killed process sent last arrives at Telegram."""
BATCH = 5
"""Notices that a person is told in one go; a chat takes about one message a second."""
AT_ONCE = 64
"""People who are told side by side. Most of them wait: for their chat, or for Telegram."""
FIRST_PAUSE = 5_000
LONGEST_PAUSE = 10 * 60_000


class Unreachable(Exception):
    """The person blocked the bot; their notices wait until they come back."""


class NotNow(Exception):
    """Telegram did not take the message; `after` is how many milliseconds to wait at least."""

    def __init__(self, after: int = 0) -> None:
        super().__init__("not delivered")
        self.after = after


class Refused(Exception):
    """Telegram will never take this message."""


class Messenger(Protocol):
    """Renders a notice in the reader's language, and puts it into their chat.

    Both raise `Unreachable`, `NotNow` or `Refused`.
    """

    async def card(self, reader: Reader, order: Order) -> int:
        """Show the order's card where it is, or send it anew; the message that is the card now."""
        ...

    async def message(self, reader: Reader, notice: Notice, order: Order | None) -> None:
        """Send what rings; nothing where there is nothing left to say."""
        ...


@dataclass(frozen=True, slots=True)
class DeliverNotices:
    """Delivers what is due, one person's notices in order, people side by side."""

    db: Database
    messenger: Messenger
    clock: Callable[[], int]
    wake: Callable[[], None]
    _telling: SideBySide[int] = field(default_factory=lambda: SideBySide("telling a person"))

    async def start(self) -> None:
        """At start-up nobody is sending anything, but for what has left already.

        The last edit of a process that was killed must not come after the first of this one: it
        would stand on a card for good.
        """
        until = self.clock() + LAST_CALL
        await self.db.write(lambda tx: notices.cut_leases(tx, until))

    async def run_once(self) -> int:
        """Begin to tell what is due; returns how many notices. The telling goes on by itself.

        Whoever is being told already is left alone until that ends, which wakes this again.
        """
        now, places = self.clock(), AT_ONCE - len(self._telling)
        if places == 0:
            return 0
        due = await self.db.write(
            lambda tx: notices.lease(tx, now, now + LEASE, places, each=BATCH, but=self._telling)
        )
        by_person: dict[int, list[Notice]] = defaultdict(list)
        for notice in due:
            by_person[notice.owner].append(notice)
        for owner, owed in by_person.items():
            self._telling.start(owner, partial(self._tell, owner, owed), self.wake)
        if len(due) == places:
            self.wake()
        return len(due)

    async def drain(self) -> None:
        """Wait until nobody is being told; a shutdown bounds how long."""
        await self._telling.drain()

    async def stop(self) -> None:
        """Break off what is being told; it is told after the next start."""
        await self._telling.stop()

    async def _tell(self, owner: int, owed: Sequence[Notice]) -> None:
        reader = await people.reader(self.db, owner)
        for position, notice in enumerate(owed):
            if reader is None:
                await self._told(notice)
                continue
            try:
                await self._deliver(reader, notice)
            except Unreachable:
                await self._park(reader, owed[position:])
                return
            except NotNow as error:
                await self._later(owed[position:], error.after)
                return
            except Refused:
                _log.error("Telegram refuses a notice of kind %s; it is dropped", notice.kind)
                await self._told(notice)
            except Exception:
                _log.exception("a notice of kind %s could not be rendered or sent", notice.kind)
                await self._later([notice], 0)

    async def _deliver(self, reader: Reader, notice: Notice) -> None:
        order = None
        if notice.order is not None:
            order = await orders.for_operator(self.db, notice.order)
            if order is None:
                await self._told(notice)
                return
        if notice.kind is NoticeKind.CARD:
            assert order is not None
            message = await self.messenger.card(reader, order)
            await self._told(notice, order, message)
            return
        if not (notice.kind.optional and reader.notify == "none"):
            await self.messenger.message(reader, notice, order)
        await self._told(notice)

    async def _told(self, notice: Notice, order: Order | None = None, message: int = 0) -> None:
        async def job(tx: Tx) -> None:
            await notices.told(tx, notice.id, notice.version)
            if order is None or not message or message == order.card_message:
                return
            current = await orders.order(tx, order.owner, order.id)
            # Whoever moved their card meanwhile looks at it there.
            if current is not None and current.card_message == order.card_message:
                await orders.set_card(tx, order.owner, order.id, message)

        await self.db.write(job)

    async def _park(self, reader: Reader, owed: Sequence[Notice]) -> None:
        now = self.clock()

        async def job(tx: Tx) -> None:
            await people.set_reachable(tx, reader.id, False, now)
            for notice in owed:
                await notices.later(tx, notice.id, now)

        await self.db.write(job)

    async def _later(self, owed: Sequence[Notice], after: int) -> None:
        now = self.clock()

        async def job(tx: Tx) -> None:
            for notice in owed:
                pause = min(FIRST_PAUSE * 2 ** min(notice.tries, 10), LONGEST_PAUSE)
                await notices.later(tx, notice.id, now + max(after, pause))

        await self.db.write(job)
