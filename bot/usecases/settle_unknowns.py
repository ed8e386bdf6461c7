"""Finding out what became of an order whose answer was lost: by the balance, or by the person.

What a balance says is weighed in `bot.domain.evidence`; here is when it is looked at, and what
follows. A running order of the same key may be paid back before its status tells. So while one
runs, a balance counts only after the status was asked for since, and found nothing, and the
balance stood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from bot.domain.evidence import Finding, Movements, charges_of, movements, weigh
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Evidence, Order, Placement
from bot.domain.tracking import Missing, Report
from bot.providers.port import CallFailed, CallRefused, Serva
from bot.usecases.find_id import FindId, Found
from bot.usecases.keys import Keys
from bot.usecases.side_by_side import SideBySide
from storage import accounts, notices, orders
from storage.database import Database, Queries, Tx

AT_ONCE = 8
LOOKS = (15_000, 30_000, 60_000, 120_000, 180_000, 300_000, 420_000, 600_000)
"""When the balance is looked at, in milliseconds after the answer was lost."""
QUIET = 180_000
"""Milliseconds in which Serva might still be working on what it received."""


class Answer(StrEnum):
    """What came of a look that the person asked for, or of an order id that they typed."""

    LOOKED = "looked"
    FOUND = "found"
    NOT_THERE = "not_there"  # Serva does not know it for this key
    TAKEN = "taken"  # it is another order's
    NO_KEY = "no_key"
    NOT_ANSWERING = "not_answering"
    SETTLED = "settled"  # meanwhile it was settled otherwise


@dataclass(frozen=True, slots=True)
class SettleUnknowns:
    """Looks for evidence about unknown orders, and takes the person's word."""

    db: Database
    keys: Keys
    serva: Serva
    clock: Callable[[], int]
    wake_notices: Callable[[], None]
    wake_tracking: Callable[[], None]
    find_id: FindId
    _looking: SideBySide[int] = field(
        default_factory=lambda: SideBySide("looking for an unknown order", AT_ONCE)
    )

    async def run_once(self) -> int:
        """Begin to look at every unknown order that is due; returns how many.

        The looking goes on by itself.
        """
        due = await orders.unsettled(self.db, self.clock())
        for order, fingerprint in due:
            self._looking.start(order.id, partial(self._look, order, fingerprint))
        return len(due)

    async def drain(self) -> None:
        """Wait until no order is being looked at; a shutdown bounds how long."""
        await self._looking.drain()

    async def stop(self) -> None:
        """Break off what is being looked at; it is still due."""
        await self._looking.stop()

    async def check_now(self, owner: int, order_id: int) -> Answer:
        """Look at once because the person asks: LOOKED, SETTLED, NO_KEY or NOT_ANSWERING."""
        order = await orders.order(self.db, owner, order_id)
        account = None if order is None else await accounts.account(self.db, owner, order.account)
        if order is None or account is None or order.placement is not Placement.UNKNOWN:
            return Answer.SETTLED
        return await self._look(order, account.fingerprint)

    async def found_as(self, owner: int, order_id: int, provider_order: str) -> Answer:
        """The person gives the id: taken if Serva knows it for this key and it is not ours yet."""
        order = await orders.order(self.db, owner, order_id)
        if order is None or order.placement not in _OPEN_TO_AN_ID:
            return Answer.SETTLED
        account = await accounts.account(self.db, owner, order.account)
        key = None if account is None else await self.keys.of(account)
        if account is None or key is None:
            return Answer.NO_KEY
        if await orders.is_taken(self.db, account.fingerprint, provider_order):
            return Answer.TAKEN
        try:
            report = (await self.serva.statuses(key, [provider_order]))[provider_order]
        except CallRefused as error:
            return Answer.NO_KEY if error.meaning.about_key else Answer.NOT_THERE
        except CallFailed:
            return Answer.NOT_ANSWERING
        if isinstance(report, Missing):
            return Answer.NOT_THERE
        return await self._place(order, account.fingerprint, provider_order, report)

    async def not_there(self, owner: int, order_id: int) -> bool:
        """The person says that Serva does not have it; False where it is no longer unknown."""
        now = self.clock()

        async def job(tx: Tx) -> bool:
            order = await orders.order(tx, owner, order_id)
            if order is None or order.placement is not Placement.UNKNOWN:
                return False
            evidence = replace(order.evidence, decided_by="person")
            await orders.move(
                tx, order.id, Placement.UNKNOWN, Placement.NOT_PLACED, now, evidence=evidence
            )
            # Their own words need not ring back at them: the card says it.
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order.id, first=True)
            tx.after_commit(self.wake_notices)
            return True

        return await self.db.write(job)

    async def _look(self, order: Order, fingerprint: str) -> Answer:
        """One look at the balance, and what follows from it."""
        account = await accounts.account(self.db, order.owner, order.account)
        key = None if account is None else await self.keys.of(account)
        balance: Money | None = None
        found: Found | None = None
        asked_at, answer = self.clock(), Answer.NO_KEY
        if account is not None and key is not None:
            balance, answer = await self._balance(key)
            found = await self._find(order, fingerprint, key, balance, asked_at)
        now = self.clock()

        async def job(tx: Tx) -> None:
            current = await orders.order(tx, order.owner, order.id)
            if current is None or current.placement is not Placement.UNKNOWN:
                return
            if balance is None:
                await self._wait(tx, current, current.evidence, now)
                return
            if account is not None:
                await accounts.set_balance(tx, account.owner, account.id, balance, now)
            others = await self._others(tx, current, fingerprint, asked_at)
            await self._conclude(tx, current, balance, others, found, asked_at, now)
            if others.checked_at is not None and await orders.hasten(tx, fingerprint, now):
                tx.after_commit(self.wake_tracking)

        await self.db.write(job)
        return answer

    async def _balance(self, key: str) -> tuple[Money | None, Answer]:
        try:
            return (await self.serva.balance(key)).money, Answer.LOOKED
        except CallRefused as error:
            return None, Answer.NO_KEY if error.meaning.about_key else Answer.NOT_ANSWERING
        except CallFailed:
            return None, Answer.NOT_ANSWERING

    async def _find(
        self, order: Order, fingerprint: str, key: str, balance: Money | None, asked_at: int
    ) -> Found | None:
        """The order's id, looked for only where the balance says that there is one."""
        if balance is None or not self.find_id.count:
            return None
        others = await self._others(self.db, order, fingerprint, asked_at)
        if weigh(order, balance, others, asked_at).finding is not Finding.TAKEN:
            return None
        return await self.find_id.look(order, fingerprint, key, charges_of(order).__contains__)

    @staticmethod
    async def _others(q: Queries, order: Order, fingerprint: str, asked_at: int) -> Movements:
        since = order.claimed_at or order.confirmed_at
        rows = await orders.beside(q, fingerprint, since, order.id)
        return movements(rows, since, asked_at, order.balance_before)

    async def _conclude(
        self,
        tx: Tx,
        order: Order,
        balance: Money,
        others: Movements,
        found: Found | None,
        asked_at: int,
        now: int,
    ) -> None:
        old = order.evidence
        if not _standing(old, balance, others):
            others = replace(others, uncertain=True)
        weighed = weigh(order, balance, others, asked_at)
        finding = weighed.finding
        evidence = replace(
            old,
            balance=str(balance.amount),
            moved="" if weighed.moved is None else str(weighed.moved),
            charged="" if weighed.charged is None else str(weighed.charged),
            checked_at=now,
            first_at=old.first_at or now,
            checks=old.checks + 1,
        )
        if (
            finding is Finding.TAKEN
            and found is not None
            and not await orders.is_known(tx, found.provider_order)
        ):
            evidence = replace(evidence, decided_by="probe")
            await self._placed(tx, order, found.provider_order, found.report, evidence, now)
            return
        if finding is Finding.TAKEN:
            to = Placement.CHARGED
        elif finding is Finding.UNTOUCHED and now - evidence.first_at >= QUIET and old.checks:
            to = Placement.NOT_PLACED
        else:
            await self._wait(tx, order, evidence, now)
            return
        await orders.move(
            tx,
            order.id,
            Placement.UNKNOWN,
            to,
            now,
            evidence=replace(evidence, decided_by="balance"),
        )
        await self._tell(tx, order, now)

    async def _wait(self, tx: Tx, order: Order, evidence: Evidence, now: int) -> None:
        """Nothing certain yet: look again, or after ten minutes ask the person."""
        first = evidence.first_at or now
        following = next((first + after for after in LOOKS if first + after > now), None)
        if following is None and not evidence.decided_by:
            # Marks that the person was asked; their word is then the only way on but a look
            # that they tap for themselves.
            evidence = replace(evidence, decided_by="asked")
            await notices.add(tx, order.owner, NoticeKind.ASK, now, order=order.id)
        await orders.keep_evidence(tx, order.id, evidence, following)
        await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order.id)
        tx.after_commit(self.wake_notices)

    async def _place(
        self, order: Order, fingerprint: str, provider_order: str, report: Report
    ) -> Answer:
        now = self.clock()

        async def job(tx: Tx) -> Answer:
            if await orders.is_taken(tx, fingerprint, provider_order):
                return Answer.TAKEN
            evidence = replace(order.evidence, decided_by="person")
            placed = await self._placed(tx, order, provider_order, report, evidence, now)
            return Answer.FOUND if placed else Answer.SETTLED

        return await self.db.write(job)

    async def _placed(
        self,
        tx: Tx,
        order: Order,
        provider_order: str,
        report: Report,
        evidence: Evidence,
        now: int,
    ) -> bool:
        """The order is at Serva under this id; False where it was settled meanwhile."""
        # Its key may have been unlinked while Serva was asked: then nobody follows it.
        next_check_at = now if await accounts.is_followed(tx, order.owner, order.account) else None
        moved = await orders.move(
            tx,
            order.id,
            order.placement,
            Placement.PLACED,
            now,
            evidence=evidence,
            provider_order=provider_order,
            charge=report.charge,
            next_check_at=next_check_at,
        )
        if not moved:
            return False
        await orders.keep_report(tx, order.id, report, now, next_check_at)
        await self._tell(tx, order, now)
        if report.delivery.ended:
            await notices.add(tx, order.owner, NoticeKind.ENDED, now, order=order.id)
        tx.after_commit(self.wake_tracking)
        return True

    async def _tell(self, tx: Tx, order: Order, now: int) -> None:
        await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order.id)
        await notices.add(tx, order.owner, NoticeKind.SETTLED, now, order=order.id)
        tx.after_commit(self.wake_notices)


_OPEN_TO_AN_ID = frozenset({Placement.UNKNOWN, Placement.CHARGED, Placement.NOT_PLACED})
"""While an order is being sent, its own answer may still bring its id."""


def _standing(before: Evidence, balance: Money, others: Movements) -> bool:
    """Whether no running order of the key can have been paid back unnoticed."""
    if others.checked_at is None:
        return True
    return (
        before.checks > 0
        and others.checked_at >= before.checked_at
        and before.balance == str(balance.amount)
    )
