"""Asking Serva to refill or cancel a placed order: once per confirmation, whatever happens.

Nothing is concluded from a yes: an order is cancelled once its status says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.notice import NoticeKind
from bot.domain.order import Order, Why
from bot.domain.request import Refill, Request, Stage, Wanted, next_look, refill_of
from bot.domain.session import Session
from bot.providers.port import (
    AskOutcome,
    NotSent,
    ProviderError,
    Refused,
    Serva,
    Taken,
    Unknown,
)
from bot.usecases.keys import Keys
from bot.usecases.place_orders import (
    KEEP_PAUSE,
    LONGEST_KEEP_PAUSE,
    PAUSE,
    TRIES,
    WINDOW,
    wait,
)
from bot.usecases.side_by_side import SideBySide
from storage import accounts, notices, orders, requests, sessions
from storage.database import Database, DatabaseClosed, DatabaseError, Tx
from storage.requests import Due

__all__ = ["AskServa", "Refill", "Request", "Stage", "Wanted"]

_log = logging.getLogger(__name__)

AT_ONCE = 8
A_ROUND = 50
LOOK_LATER = 10 * 60_000
"""Milliseconds until a refill is asked about again where Serva said nothing of use."""


@dataclass(frozen=True, slots=True)
class AskServa:
    """Keeps what people ask for, sends it, and looks how an accepted refill goes."""

    db: Database
    keys: Keys
    serva: Serva
    clock: Callable[[], int]
    wake: Callable[[], None]
    wake_notices: Callable[[], None]
    wake_tracking: Callable[[], None]
    sleep: Callable[[int], Awaitable[None]] = wait
    _busy: SideBySide[int] = field(default_factory=lambda: SideBySide("asking Serva", AT_ONCE))
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def last(self, owner: int, order_id: int, kind: Wanted) -> Request | None:
        """What this person asked for the last time, if ever."""
        found = await requests.of_order(self.db, owner, order_id)
        return next((request for request in found if request.kind is kind), None)

    async def confirm(self, before: Session, after: Session, order: Order, kind: Wanted) -> bool:
        """Keep what a person has confirmed, once; False where it cannot be asked (again) now.

        One transaction with the session, which moves on from the version that was on the screen.
        Raises `sessions.SessionMoved` where another turn of this person came first.
        """
        now = self.clock()

        async def job(tx: Tx) -> bool:
            current = await orders.order(tx, before.owner, order.id)
            if current is None or not current.takes(kind):
                return False
            for known in await requests.of_order(tx, before.owner, order.id):
                if known.kind is kind and not known.may_follow(now):
                    return False
            await sessions.save(tx, after, now)
            await requests.ask(tx, before.owner, order.id, kind, now)
            tx.after_commit(self.wake)
            return True

        return await self.db.write(job)

    async def start(self) -> int:
        """At start-up nobody owns a claim: whatever was being sent is of unknown outcome."""
        now = self.clock()

        async def job(tx: Tx) -> int:
            found = await requests.sending(tx)
            for request_id in found:
                request = await requests.request(tx, request_id)
                assert request is not None
                await self._settled(tx, request, Unknown("the bot stopped while sending"), now)
            return len(found)

        return await self.db.write(job)

    async def run_once(self) -> int:
        """Begin with what is due; returns how much. It goes on by itself."""
        due = await requests.due(self.db, self.clock(), A_ROUND)
        if not self._closing.is_set():
            for one in due:
                work = self._send if one.stage is Stage.ASKED else self._look
                self._busy.start(one.id, partial(work, one))
        return len(due)

    async def drain(self) -> None:
        """Begin no other, and wait for what is on its way; a shutdown bounds how long."""
        self._closing.set()
        await self._busy.drain()

    async def _send(self, due: Due) -> None:
        request = await requests.request(self.db, due.id)
        order = await orders.order(self.db, due.owner, due.order)
        if request is None or order is None or request.stage is not Stage.ASKED:
            return
        if self.clock() - request.asked_at > WINDOW:
            await self._give_up(request, Why.WAITED)
            return
        account = await accounts.account(self.db, order.owner, order.account)
        key = None if account is None else await self.keys.of(account)
        if key is None or not order.takes(request.kind):
            await self._give_up(request, Why.UNLINKED if key is None else Why.INTERRUPTED)
            return
        if self._closing.is_set() or not await self.db.write(
            lambda tx: requests.claim(tx, request.id)
        ):
            return
        try:
            outcome = await self.serva.ask(key, request.kind, order.provider_order)
        except Exception as error:  # it raises nothing; were it to, who knows what has left
            _log.exception("a request ended in an error of ours")
            outcome = Unknown(type(error).__name__)
        tried = replace(request, stage=Stage.SENDING, attempts=request.attempts + 1)
        await self._keep_surely(tried, outcome)

    async def _keep_surely(self, request: Request, outcome: AskOutcome) -> None:
        """Commit how it ended, however often the disk refuses: nobody else knows it."""
        pause = KEEP_PAUSE
        while True:
            now = self.clock()
            try:
                await self.db.write(
                    partial(self._settled, request=request, outcome=outcome, now=now)
                )
                return
            except DatabaseClosed:
                raise
            except DatabaseError:
                _log.exception("the outcome of request %d waits for the disk", request.id)
            except Exception as error:
                _log.exception("what came of request %d is not kept", request.id)
                outcome = Unknown(f"{type(error).__name__} when it was kept")
            await self.sleep(pause)
            pause = min(2 * pause, LONGEST_KEEP_PAUSE)

    async def _settled(self, tx: Tx, request: Request, outcome: AskOutcome, now: int) -> None:
        """How a request that was being sent ended, together with what its person is told."""
        current = await requests.request(tx, request.id)
        if current is None or current.stage is not Stage.SENDING:
            return  # its person has erased themselves: nobody is left to be told
        end = partial(requests.settle, tx, request.id, Stage.SENDING)
        match outcome:
            case Taken():
                looks = request.kind is Wanted.REFILL and bool(outcome.refill)
                await end(
                    Stage.ACCEPTED,
                    now,
                    traced=outcome.request_id,
                    refill=outcome.refill,
                    next_at=next_look(now, now) if looks else None,
                )
                await orders.check_soon(tx, request.order, now)
                tx.after_commit(self.wake_tracking)
            case Refused():
                await end(Stage.REFUSED, now, text=outcome.text, traced=outcome.request_id)
                await self._ring(tx, request, now)
            case NotSent() if request.attempts < TRIES and now - request.asked_at < WINDOW:
                await requests.put_back(tx, request.id, now + PAUSE * request.attempts)
                return
            case NotSent():
                await end(Stage.NOT_SENT, now, text=Why.UNREACHABLE)
                await self._ring(tx, request, now)
            case Unknown():
                await end(Stage.UNKNOWN, now, text=outcome.reason, traced=outcome.request_id)
                await self._ring(tx, request, now)
        await self._draw(tx, request, now)

    async def _give_up(self, request: Request, why: Why) -> None:
        now = self.clock()

        async def job(tx: Tx) -> None:
            if await requests.settle(tx, request.id, Stage.ASKED, Stage.NOT_SENT, now, text=why):
                # Whoever asked may look elsewhere by now, and count on it.
                await self._ring(tx, request, now)
                await self._draw(tx, request, now)

        await self.db.write(job)

    async def _look(self, due: Due) -> None:
        """Ask how an accepted refill goes; its person hears of the end of it."""
        request = await requests.request(self.db, due.id)
        order = await orders.order(self.db, due.owner, due.order)
        if request is None or order is None or request.stage is not Stage.ACCEPTED:
            return
        account = await accounts.account(self.db, order.owner, order.account)
        key = None if account is None else await self.keys.of(account)
        word = ""
        if key is not None:
            try:
                word = await self.serva.refill_status(key, request.refill)
            except ProviderError as error:
                _log.info("a refill could not be asked about: %s", type(error).__name__)
        now = self.clock()
        later = next_look(request.settled_at or now, now)
        if later is not None and not word:
            later = max(later, now + LOOK_LATER)

        async def job(tx: Tx) -> None:
            over = bool(word) and refill_of(word) is not Refill.RUNNING
            if not await requests.keep_word(tx, request.id, word, None if over else later):
                return
            if word and word != request.word:
                await self._draw(tx, request, now)
            if over:
                await self._ring(tx, request, now)

        await self.db.write(job)

    async def _draw(self, tx: Tx, request: Request, now: int) -> None:
        await notices.add(tx, request.owner, NoticeKind.CARD, now, order=request.order, first=True)
        tx.after_commit(self.wake_notices)

    async def _ring(self, tx: Tx, request: Request, now: int) -> None:
        await owe_answer(tx, request.owner, request.order, request.kind, now)
        tx.after_commit(self.wake_notices)


async def owe_answer(tx: Tx, owner: int, order_id: int, kind: Wanted, now: int) -> None:
    """Owe a person word of what came of a request."""
    body = {"request": kind.value}
    await notices.add(tx, owner, NoticeKind.REQUEST, now, order=order_id, body=body)
