"""Following placed orders until Serva says that they ended; one status call serves a whole key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.domain.notice import NoticeKind
from bot.domain.order import MISSES, Order, Placement
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery, Missing, Report, next_check
from bot.domain.wishes import Ring
from bot.providers.port import MAX_IDS, CallFailed, CallRefused, Serva
from bot.usecases.keys import Keys
from bot.usecases.locks import NamedLocks
from bot.usecases.side_by_side import SideBySide
from storage import accounts, notices, orders, wishes
from storage.database import Database, Tx
from storage.orders import Due

AT_ONCE = 16
"""Keys that are asked about side by side; each has one call in flight."""
A_ROUND = 100
"""Keys that one round begins to ask about: what became due while the bot was away is spread out."""
AFTER_FAILURE = 30_000
SINGLES = 10
"""Orders asked about one by one where Serva refused to answer for all of them together."""


@dataclass(frozen=True, slots=True)
class TrackOrders:
    """Asks Serva about orders that are due; `interval` is in milliseconds.

    `jitter` gives 0 to 1000, so that orders placed together are not asked about together forever.
    """

    db: Database
    keys: Keys
    serva: Serva
    interval: int
    clock: Callable[[], int]
    jitter: Callable[[], int]
    wake_notices: Callable[[], None]
    wake_queued: Callable[[], None] = lambda: None
    _calls: NamedLocks = field(default_factory=NamedLocks)
    _asking: SideBySide[int] = field(
        default_factory=lambda: SideBySide("following a key's orders", AT_ONCE)
    )

    async def run_once(self) -> int:
        """Begin to ask about keys that are due; returns how many. The asking goes on by itself.

        The longest overdue come first, and at most `A_ROUND` of them: the rest is due in the next
        round. A key that is being asked about already is left to the next round, too.
        """
        due = await orders.due_accounts(self.db, self.clock(), A_ROUND)
        for account in due:
            self._asking.start(account.account, partial(self._follow, account))
        return len(due)

    async def drain(self) -> None:
        """Wait until no key is being asked about; a shutdown bounds how long."""
        await self._asking.drain()

    async def stop(self) -> None:
        """Break off what is being asked; it is still due."""
        await self._asking.stop()

    async def refresh(self, owner: int, order_id: int) -> bool:
        """Ask about one order because its person taps Refresh; False where nothing came back."""
        order = await orders.order(self.db, owner, order_id)
        if order is None or order.placement is not Placement.PLACED or order.ended_at is not None:
            return True
        account = await accounts.account(self.db, owner, order.account)
        if account is None:
            return False
        async with self._calls.hold(account.fingerprint):
            return await self._ask(Due(account.id, owner, account.fingerprint), wanted=(order,))

    async def _follow(self, due: Due) -> None:
        async with self._calls.hold(due.fingerprint):
            await self._ask(due)

    async def _ask(self, due: Due, wanted: Sequence[Order] = ()) -> bool:
        """One status call for a key; False where it brought no answer."""
        account = await accounts.account(self.db, due.owner, due.account)
        key = None if account is None else await self.keys.of(account)
        if account is None or key is None:
            return False
        riding = await orders.followed(self.db, due.account, MAX_IDS)
        ids = {order.id for order in wanted}
        asked = [*wanted, *(order for order in riding if order.id not in ids)][:MAX_IDS]
        if not asked:
            return True
        try:
            reports = await self._reports(key, [order.provider_order for order in asked])
        except CallRefused as error:
            if error.meaning.about_key:
                await self._pause(due, error.meaning, asked)
            else:
                await self._later(asked)
            return False
        except CallFailed:
            await self._later(asked)
            return False
        await self._keep(asked, reports)
        return True

    async def _reports(self, key: str, ids: Sequence[str]) -> Mapping[str, Report | Missing]:
        """What Serva says of these ids; one at a time where it refuses them together."""
        try:
            return await self.serva.statuses(key, ids)
        except CallRefused as error:
            if error.meaning.about_key or len(ids) == 1:
                raise
        # The shape of a batch is open (provider.md): an API without batches still gets followed.
        reports: dict[str, Report | Missing] = {}
        for single in ids[:SINGLES]:
            try:
                reports |= await self.serva.statuses(key, [single])
            except CallRefused as error:
                if error.meaning.about_key:
                    raise
                reports[single] = Missing(error.text)
        return reports

    async def _keep(self, asked: Sequence[Order], reports: Mapping[str, Report | Missing]) -> None:
        now = self.clock()

        async def job(tx: Tx) -> None:
            for before in asked:
                report = reports.get(before.provider_order)
                due = now + self._delay(before, now)
                if isinstance(report, Report):
                    await self._report(tx, before, report, now, due)
                elif isinstance(report, Missing):
                    misses = await orders.keep_miss(tx, before.id, due)
                    if misses == MISSES:
                        await notices.add(tx, before.owner, NoticeKind.CARD, now, order=before.id)
                else:
                    await orders.postpone(tx, [(before.id, due)])
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def _report(self, tx: Tx, before: Order, report: Report, now: int, due: int) -> None:
        current = await orders.order(tx, before.owner, before.id)
        if current is None or current.ended_at is not None:
            return
        following = due if current.next_check_at is not None else None
        await orders.keep_report(tx, current.id, report, now, following)
        if _changed(current, report):
            await notices.add(tx, current.owner, NoticeKind.CARD, now, order=current.id)
        begins = report.delivery is Delivery.IN_PROGRESS and current.delivery is not report.delivery
        if begins and Ring.PROGRESS in (await wishes.of(tx, current.owner)).rings:
            await notices.add(tx, current.owner, NoticeKind.PROGRESS, now, order=current.id)
        if report.delivery.ended:
            await notices.add(tx, current.owner, NoticeKind.ENDED, now, order=current.id)
            tx.after_commit(self.wake_queued)

    async def _pause(self, due: Due, meaning: Meaning, asked: Sequence[Order]) -> None:
        """The key is refused: stop asking, and say so once."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            if not await accounts.pause(tx, due.account, meaning):
                return
            await notices.add(
                tx, due.owner, NoticeKind.KEY_PAUSED, now, body={"meaning": meaning.value}
            )
            for order in asked:
                await notices.add(tx, due.owner, NoticeKind.CARD, now, order=order.id)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def _later(self, asked: Sequence[Order]) -> None:
        """No answer: the orders are asked about again after a pause, not in a hot loop."""
        now = self.clock()
        times = [
            (
                order.id,
                now + max(AFTER_FAILURE * (500 + self.jitter()) // 1000, self._delay(order, now)),
            )
            for order in asked
        ]
        await self.db.write(lambda tx: orders.postpone(tx, times))

    def _delay(self, order: Order, now: int) -> int:
        age = now - (order.settled_at or order.confirmed_at)
        return next_check(max(0, age), self.interval, self.jitter())


def _changed(before: Order, report: Report) -> bool:
    """Whether a card would show anything else than it did."""
    return (
        (before.delivery, before.word) != (report.delivery, report.word)
        or (report.remains is not None and report.remains != before.remains)
        or (report.start_count is not None and report.start_count != before.start_count)
        or (report.charge is not None and report.charge != before.charge)
        or before.misses > 0
    )
