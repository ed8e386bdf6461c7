"""Making a restored database safe to run: whatever was moving then may have moved since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.notice import NoticeKind
from bot.domain.order import AskedAgain, Order, Placement, Reason, Why
from bot.usecases.ask_serva import owe_answer
from bot.usecases.queue_behind import ask_again
from storage import inbox, notices, orders, queued, requests, sessions, unfunded
from storage.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Restored:
    """What was found in the middle of something.

    `doubtful` orders are unknown now, `updates` from Telegram and `broadcasts` to people are not
    taken up again.
    """

    doubtful: int
    updates: int
    broadcasts: int


async def make_safe(db: Database, now: int) -> Restored:
    """Leave nothing that this process could send or repeat, and nothing called certain that is not.

    What was confirmed may have been sent, what was unknown settled, by whoever ran after the copy
    was taken. The balance tells nothing either, since the orders of that time are not here.
    """

    async def job(tx: Tx) -> Restored:
        doubtful = await orders.in_doubt(tx)
        for order in doubtful:
            await _doubt(tx, order, now)
        for owner, number, ahead in await queued.ask_all(tx, AskedAgain.RESTORED):
            await ask_again(tx, owner, number, ahead, now)
        for owner, order_id, kind in await requests.doubt_all(tx, now):
            await owe_answer(tx, owner, order_id, kind, now)
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id)
        await unfunded.forget_all(tx)
        await sessions.leave_all(tx, now)
        return Restored(
            len(doubtful), await inbox.forget_open(tx), await notices.stop_broadcasts(tx)
        )

    return await db.write(job)


async def _doubt(tx: Tx, order: Order, now: int) -> None:
    evidence = replace(order.evidence, tainted=True, first_at=now, decided_by="")
    if order.placement is Placement.UNKNOWN:
        await orders.keep_evidence(tx, order.id, evidence, now)
    else:
        await orders.move(
            tx,
            order.id,
            order.placement,
            Placement.UNKNOWN,
            now,
            reason=Reason(Why.RESTORED),
            evidence=evidence,
            next_evidence_at=now,
        )
    await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order.id)
