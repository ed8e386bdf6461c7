"""Telling people: what was written with a change is rendered now, sent, and acknowledged."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from bot.domain.batch import Batch, Tally, news_later, news_of, told_by_now
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order
from bot.domain.wishes import Wishes, ring_of
from bot.usecases.side_by_side import SideBySide
from storage import batches, notices, orders, people, wishes
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

    What is `silent` makes no sound. Both raise `Unreachable`, `NotNow` or `Refused`.
    """

    async def card(self, reader: Reader, order: Order, silent: bool) -> int:
        """Show the order's card where it is, or send it anew; the message that is the card now."""
        ...

    async def strip(self, reader: Reader, message: int) -> None:
        """Take the keys off a message that is no card any more; quiet where it cannot be."""
        ...

    async def message(
        self, reader: Reader, notice: Notice, order: Order | None, silent: bool
    ) -> None:
        """Send what rings; nothing where there is nothing left to say."""
        ...

    async def batch_card(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> int:
        """Show a mass order's card where it is, or send it anew; as `card`."""
        ...

    async def batch_news(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> None:
        """Send what rings about a mass order."""
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
        wished = await wishes.of(self.db, owner)
        for position, notice in enumerate(owed):
            if reader is None:
                await self._told(notice)
                continue
            try:
                await self._deliver(reader, wished, notice)
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

    async def _deliver(self, reader: Reader, wished: Wishes, notice: Notice) -> None:
        if notice.batch is not None:
            await self._deliver_batch(reader, wished, notice, notice.batch)
            return
        order = None
        if notice.order is not None:
            order = await orders.for_operator(self.db, notice.order)
            if order is None:
                await self._told(notice)
                return
        muted = order is not None and order.muted
        silent = wished.silent_at(self.clock())
        if notice.kind is NoticeKind.CARD:
            assert order is not None
            message = await self.messenger.card(reader, order, silent or muted)
            if not await self._told(notice, order, message):
                await self.messenger.strip(reader, message)
            return
        ring = ring_of(notice.kind, order.delivery if order else None)
        if ring is None or (ring in wished.rings and not muted):
            await self.messenger.message(reader, notice, order, silent)
        await self._told(notice)

    async def _deliver_batch(
        self, reader: Reader, wished: Wishes, notice: Notice, batch_id: int
    ) -> None:
        """Draw a mass order's card, and ring where there is news."""
        batch = await batches.batch(self.db, reader.id, batch_id)
        if batch is None:
            await self._told(notice)
            return
        now, tally = self.clock(), await batches.tally(self.db, batch)
        silent = wished.silent_at(now)
        message = await self.messenger.batch_card(reader, batch, tally, silent)
        if message and message != batch.card_message:
            await self.db.write(lambda tx: batches.card_sent(tx, batch, message))
        news = news_of(batch, tally, now)
        if news is not None and (news.about_money or news.rings & wished.rings):
            shown = replace(batch, card_message=message)
            await self.messenger.batch_news(reader, shown, tally, silent)

        async def job(tx: Tx) -> None:
            await notices.told(tx, notice.id, notice.version)
            if news is not None:
                await batches.keep_told(tx, batch.id, told_by_now(tally, now))
            elif (later := news_later(batch, tally)) is not None:
                await notices.again(tx, notice.id, later)

        await self.db.write(job)

    async def _told(self, notice: Notice, order: Order | None = None, message: int = 0) -> bool:
        """It is told; False where that message is not the order's card, which moved meanwhile."""

        async def job(tx: Tx) -> bool:
            await notices.told(tx, notice.id, notice.version)
            if order is None or not message:
                return True
            current = await orders.order(tx, order.owner, order.id)
            if current is None or current.card_message == message:
                return True
            # Whoever moved their card meanwhile looks at it there.
            if current.card_message != order.card_message:
                return False
            await orders.set_card(tx, order.owner, order.id, message)
            return True

        return await self.db.write(job)

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
