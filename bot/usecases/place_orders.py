"""Placing orders: one `add` per confirmation, whatever happens.

    confirmed ─claim─▶ sending ─┬─ accepted ─▶ placed
        ▲                       ├─ refused ──▶ refused
        └── not sent, ≤ 3 tries ┼─ not sent ─▶ not_sent
                                └─ unknown ──▶ unknown (settle_unknowns takes it from there)

Orders of one key go one after another under its spend lock, so that the balance before and after
each is evidence about that order alone. Different keys do not wait for each other.

The orders of a batch take turns, one at a time. That takes longer than the two minutes in which
an order may be sent by whoever finds it: later, only the process that heard the yes goes on. What
would end every other order of the batch the same way ends the batch. After a lost answer the next
one waits until that is settled, or until its person was asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from bot.domain.batch import Batch, stops_the_rest
from bot.domain.mass import Ready, blocked_by
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Details, Order, Placement, Reason, Why
from bot.domain.pricing import unit_proved_by
from bot.domain.refusal import Meaning
from bot.domain.session import Account, Session
from bot.domain.targets import kept_target, target_kind
from bot.domain.wishes import OverLimit
from bot.providers.port import (
    Accepted,
    AddRequest,
    CallFailed,
    CallRefused,
    NotSent,
    Outcome,
    Refused,
    Serva,
    Unknown,
)
from bot.usecases.browse import Browse
from bot.usecases.keys import Keys
from bot.usecases.locks import NamedLocks
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.side_by_side import SideBySide
from bot.usecases.wish import beyond_limit
from storage import accounts, batches, notices, orders, price_units, sessions, targets
from storage.database import Database, DatabaseClosed, DatabaseError, Queries, Tx
from storage.orders import Waiting

_log = logging.getLogger(__name__)

TRIES = 3
WINDOW = 2 * 60_000
"""Milliseconds after a confirmation in which its `add` may still begin."""
BATCH_WINDOW = 60 * 60_000
"""The same for an order of a batch, in the process that heard its confirmation."""
PAUSE = 3_000
BATCH_PAUSE = 20_000
"""Milliseconds until what was not sent is tried again; a batch can wait for a short outage."""
CATALOGUE_LIFE = 30_000
"""Milliseconds for which a batch needs no other look at the prices."""
LOST = 3
"""Lost answers after which nothing more of a batch is sent."""
ALIKE = 5
"""Refusals in a row, all in the same words that tell us nothing, after which nothing more is."""
FIRST_LOOK = 5_000
"""Milliseconds from an unknown outcome to the first look at the balance."""
FIRST_CHECK = 3_000
KEEP_PAUSE = 250
LONGEST_KEEP_PAUSE = 15_000
"""Milliseconds between two tries to write an outcome down while the disk refuses."""


async def wait(ms: int) -> None:
    """Let others work for so many milliseconds."""
    await asyncio.sleep(ms / 1000)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the person agreed to, and the message that becomes the order's card."""

    nonce: str
    service: int
    details: Details
    target: str
    card_message: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A whole batch that the person agreed to, and the message that becomes its card."""

    nonce: str
    ready: Sequence[Ready]
    total: Money
    rest_of: int | None
    card_message: int | None


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What came up for the same target meanwhile; None for a whole batch."""

    order: int | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What Serva said right before an order is sent, and why it must not be, if so."""

    balance: Money
    rate: Decimal | None = None
    problem: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlaceOrders:
    """Confirms orders, and sends what was confirmed."""

    db: Database
    keys: Keys
    serva: Serva
    browse: Browse
    catalogues: RefreshCatalogues
    spend: NamedLocks
    operators: tuple[int, ...]
    clock: Callable[[], int]
    wake: Callable[[], None]
    wake_notices: Callable[[], None]
    wake_tracking: Callable[[], None]
    sleep: Callable[[int], Awaitable[None]] = wait
    _busy: SideBySide[str] = field(default_factory=lambda: SideBySide("placing a key's orders"))
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _heard: set[int] = field(default_factory=set)  # batches that this very process confirmed

    async def confirm(
        self, before: Session, after: Session, agreed: Confirmation
    ) -> Order | OverLimit | InTheWay:
        """Keep a confirmed order, once; a second tap gets the same order.

        Nothing is kept where it goes beyond what the person lets themselves spend in a day, or
        where an unsettled order for the same target came up since the screen was made.

        One transaction: the session moves on from the version that was on the screen, the order
        and the notice about its card come into being, and the worker wakes. Raises
        `sessions.SessionMoved` where another turn of this person came first.
        """
        now = self.clock()
        assert before.serva is not None

        async def job(tx: Tx) -> Order | OverLimit | InTheWay:
            known = await orders.by_nonce(tx, before.owner, agreed.nonce)
            if known is not None:
                return known
            blocked = await _in_the_way(tx, before.owner, agreed.target, agreed.service)
            if blocked is not None:
                return InTheWay(blocked.id)
            over = await beyond_limit(tx, before.owner, agreed.details.quote.agreed, now)
            if over is not None:
                return over
            await sessions.save(tx, after, now)
            assert before.serva is not None
            order_id = await orders.insert(
                tx,
                owner=before.owner,
                account=before.serva.id,
                nonce=agreed.nonce,
                service=agreed.service,
                details=agreed.details,
                target=agreed.target,
                card_message=agreed.card_message,
                now=now,
            )
            await notices.add(tx, before.owner, NoticeKind.CARD, now, order=order_id, first=True)
            tx.after_commit(self.wake)
            tx.after_commit(self.wake_notices)
            order = await orders.order(tx, before.owner, order_id)
            assert order is not None
            return order

        return await self.db.write(job)

    async def confirm_batch(
        self, before: Session, after: Session, agreed: Agreement
    ) -> Batch | OverLimit | InTheWay:
        """Keep all orders of a batch at once, as `confirm` keeps one."""
        now, account = self.clock(), before.serva
        assert account is not None

        async def job(tx: Tx) -> Batch | OverLimit | InTheWay:
            known = await self._known_batch(tx, before.owner, agreed)
            if known is not None:
                return known
            blocked = await batches.blocked_targets(tx, before.owner)
            if any(blocked_by(one, blocked) for one in agreed.ready):
                return InTheWay()
            over = await beyond_limit(tx, before.owner, agreed.total, now)
            if over is not None:
                return over
            await sessions.save(tx, after, now)
            batch_id = await batches.insert(
                tx,
                owner=before.owner,
                account=account.id,
                nonce=agreed.nonce,
                ready=agreed.ready,
                total=agreed.total,
                rest_of=agreed.rest_of,
                card_message=agreed.card_message,
                now=now,
            )
            await batches.drop_draft(tx, before.owner)
            await notices.add_batch(tx, before.owner, batch_id, now, first=True)
            if agreed.rest_of is not None:
                # Its card says where the rest went, and no longer offers it.
                await notices.add_batch(tx, before.owner, agreed.rest_of, now)
            tx.after_commit(partial(self._heard.add, batch_id))
            tx.after_commit(self.wake)
            tx.after_commit(self.wake_notices)
            batch = await batches.batch(tx, before.owner, batch_id)
            assert batch is not None
            return batch

        return await self.db.write(job)

    @staticmethod
    async def _known_batch(q: Queries, owner: int, agreed: Agreement) -> Batch | None:
        """The batch of this very confirmation, or the one that took up the same rest before."""
        known = await batches.by_nonce(q, owner, agreed.nonce)
        if known is not None or agreed.rest_of is None:
            return known
        before = await batches.batch(q, owner, agreed.rest_of)
        if before is None or before.rest is None:
            return None
        return await batches.batch(q, owner, before.rest)

    async def stop_batch(self, owner: int, batch_id: int) -> None:
        """Send nothing more of a batch, because its person says so."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            if await batches.batch(tx, owner, batch_id) is not None:
                await self._stop_rest(tx, owner, batch_id, Reason(Why.STOPPED), now)

        await self.db.write(job)

    def must_wait(self) -> bool:
        """Whether nothing may be confirmed now: refusing is free, an unknown outcome is not."""
        return self.serva.held_back()

    async def by_nonce(self, owner: int, nonce: str) -> Order | None:
        """The order that a draft became, if it did."""
        return await orders.by_nonce(self.db, owner, nonce)

    async def in_the_way(self, owner: int, target: str, service: int) -> Order | None:
        """An unsettled order for the same target."""
        return await _in_the_way(self.db, owner, target, service)

    async def start(self) -> int:
        """At start-up nobody owns a claim: whatever was being sent is of unknown outcome."""
        now = self.clock()

        async def job(tx: Tx) -> int:
            found = await orders.sending(tx)
            stopped = Unknown("the bot stopped while sending")
            for order_id in found:
                await orders.close_open_calls(tx, order_id, *_record(stopped), now)
                await self._unknown(tx, order_id, stopped, now)
            return len(found)

        return await self.db.write(job)

    async def run_once(self) -> int:
        """Begin to place what waits; returns how many wait. The sending goes on by itself."""
        waiting = await orders.waiting(self.db, self.clock())
        if self._closing.is_set():
            return len(waiting)
        for fingerprint in dict.fromkeys(order.fingerprint for order in waiting):
            # After a failure the next tick is soon enough, and a broken disk must not be hot.
            self._busy.start(fingerprint, partial(self._place_all, fingerprint), self.wake)
        return len(waiting)

    async def drain(self) -> None:
        """Begin no other, and wait for every `add` on its way; a shutdown bounds how long."""
        self._closing.set()
        await self._busy.drain()

    async def _place_all(self, fingerprint: str) -> None:
        async with self.spend.hold(fingerprint):
            for order in await orders.waiting(self.db, self.clock()):
                if order.fingerprint == fingerprint:
                    await self._place_or_put_off(order)

    async def _place_or_put_off(self, waiting: Waiting) -> None:
        """Place one order; an error of ours about it must not hold up those behind it."""
        try:
            await self._place(waiting)
        except DatabaseError:
            raise
        except Exception as error:
            _log.exception("order %d could not be sent", waiting.id)
            # A claim leaves nothing to put off: `_send` itself ends what it has begun.
            await self._put_off(waiting, Reason(Why.INTERRUPTED, type(error).__name__))

    async def _place(self, waiting: Waiting) -> None:
        order = await orders.order(self.db, waiting.owner, waiting.id)
        if order is None or order.placement is not Placement.CONFIRMED:
            return
        if self.clock() > self._deadline(order):
            await self._not_sent(order, Placement.CONFIRMED, Reason(Why.WAITED))
            return
        look = await self._next_look(waiting)
        if look is not None:
            # Were this one lost as well, the balance could tell neither from the other.
            at = max(look, self.clock() + PAUSE)
            await self.db.write(lambda tx: orders.wait_until(tx, order.id, at))
            return
        account = await accounts.account(self.db, order.owner, order.account)
        key = None if account is None else await self.keys.of(account)
        if account is None or key is None:
            await self._not_sent(order, Placement.CONFIRMED, Reason(Why.UNLINKED))
            return
        try:
            seen = await self._look_first(order, account, key)
        except CallRefused as error:
            reason = Reason(error.meaning, error.text, error.request_id)
            await self._not_sent(order, Placement.CONFIRMED, reason)
            return
        except CallFailed as error:
            await self._put_off(waiting, Reason(Why.UNREACHABLE, error.reason, error.request_id))
            return
        if seen.problem is not None:
            await self._not_sent(order, Placement.CONFIRMED, seen.problem)
            return
        if self._closing.is_set():
            return  # still confirmed: the next start takes it up within its two minutes
        await self._send(order, account, key, seen)

    def _deadline(self, order: Order) -> int:
        """When its `add` may begin at the latest."""
        heard = order.batch is not None and order.batch in self._heard
        return order.confirmed_at + (BATCH_WINDOW if heard else WINDOW)

    async def _next_look(self, waiting: Waiting) -> int | None:
        """When an order of unknown outcome will be looked for that this one has to wait for."""
        look = await orders.next_look(self.db, waiting.fingerprint)
        if look is None and waiting.batch is not None:
            # While the balance moves on, what became of the lost one would never be certain.
            look = await batches.next_look(self.db, waiting.fingerprint)
        return look

    async def _look_first(self, order: Order, account: Account, key: str) -> _Seen:
        """The balance and the rate before, and why it must not be sent as agreed, if so.

        Reads are free. A provider that cannot answer them would turn the `add` into an unknown.
        """
        balance, now = await asyncio.gather(self.serva.balance(key), self._priced(order, account))
        entry = await self.browse.entry(now, order.service)
        if entry is None:
            return _Seen(balance.money, problem=Reason("service_gone"))
        agreed = order.details.quote
        quoted = await self.browse.quote(
            entry.service, order.details.quantity, agreed.total.currency
        )
        # A proof that came meanwhile may read the same rate otherwise; the person agreed to a sum.
        problem = None
        if quoted.quote.total.amount > agreed.total.amount:
            problem = Reason(Why.PRICE_CHANGED, str(quoted.quote.total.amount))
        return _Seen(balance.money, entry.service.rate, problem)

    async def _priced(self, order: Order, account: Account) -> Account:
        """The account with its prices of today; a batch asks for them now and then."""
        age = self.clock() - account.catalogue_at
        if order.batch is not None and account.catalogue is not None and age < CATALOGUE_LIFE:
            return account
        return await self.catalogues.fetch(account)

    async def _send(self, order: Order, account: Account, key: str, seen: _Seen) -> None:
        request = request_of(order.details)
        now = self.clock()

        async def claim(tx: Tx) -> int | None:
            await accounts.set_balance(tx, account.owner, account.id, seen.balance, now)
            return await orders.claim(
                tx,
                order.id,
                digest=request.digest(),
                balance_before=seen.balance.amount,
                rate=seen.rate,
                now=now,
            )

        call = await self.db.write(claim)
        if call is None:
            return
        try:
            outcome = await self.serva.add(key, request)
        except Exception as error:  # it raises nothing; were it to, who knows what has left
            _log.exception("an add ended in an error of ours")
            outcome = Unknown(type(error).__name__)
        tried = replace(order, attempts=order.attempts + 1)
        await self._keep_surely(tried, account, call, outcome)

    async def _keep_surely(
        self, order: Order, account: Account, call: int, outcome: Outcome
    ) -> None:
        """Commit how an `add` ended, however often the disk refuses: nobody else knows it."""
        pause = KEEP_PAUSE
        while True:
            try:
                return await self._keep(order, account, call, outcome)
            except DatabaseClosed:
                raise
            except DatabaseError:
                _log.exception("the outcome of order %d waits for the disk", order.id)
            except Exception as error:
                word, request_id, _ = _record(outcome)
                its_id = f" as {outcome.order}" if isinstance(outcome, Accepted) else ""
                _log.exception("order %d was %s%s, which is not kept", order.id, word, its_id)
                reason = f"{word}{its_id}, but {type(error).__name__} when it was kept"
                outcome = Unknown(reason, request_id)
            await self.sleep(pause)
            pause = min(2 * pause, LONGEST_KEEP_PAUSE)

    async def _keep(self, order: Order, account: Account, call: int, outcome: Outcome) -> None:
        """Commit how an `add` ended, together with the notices about it."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            settled = outcome
            if isinstance(outcome, Accepted) and await orders.is_taken(
                tx, account.fingerprint, outcome.order
            ):
                # Two orders with one id: one of them is not what it says.
                settled = Unknown(
                    "Serva answered with an id that another order has", outcome.request_id
                )
            await orders.close_call(tx, call, *_record(settled), now)
            match settled:
                case Accepted():
                    await self._placed(tx, order, account, settled, now)
                case Refused():
                    reason = Reason(settled.meaning, settled.text, settled.request_id)
                    await orders.move(
                        tx, order.id, Placement.SENDING, Placement.REFUSED, now, reason=reason
                    )
                    await self._stop_where_it_must(tx, order, reason, now)
                case NotSent() if order.attempts < TRIES and now < self._deadline(order):
                    await orders.move(
                        tx,
                        order.id,
                        Placement.SENDING,
                        Placement.CONFIRMED,
                        now,
                        next_attempt_at=now + _pause(order) * order.attempts,
                    )
                case NotSent():
                    reason = Reason(Why.UNREACHABLE, settled.reason)
                    await orders.move(
                        tx, order.id, Placement.SENDING, Placement.NOT_SENT, now, reason=reason
                    )
                    await self._stop_where_it_must(tx, order, reason, now)
                case Unknown():
                    await self._unknown(tx, order.id, settled, now)
            await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order.id, first=True)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def _placed(
        self, tx: Tx, order: Order, account: Account, accepted: Accepted, now: int
    ) -> None:
        charge = accepted.charge
        if charge is not None and charge.currency != order.currency:
            # A number under another currency's sign would be a lie: the operator looks at it.
            await self._tell_operators(tx, NoticeKind.OPERATOR_CHARGE, order.id, now)
            await self._stop_where_it_must(tx, order, Reason(Why.OVERCHARGED), now)
            charge = None
        followed = await accounts.is_followed(tx, account.owner, account.id)
        await orders.move(
            tx,
            order.id,
            Placement.SENDING,
            Placement.PLACED,
            now,
            provider_order=accepted.order,
            charge=None if charge is None else charge.amount,
            # Unlinked while it was being sent: nobody follows it, and the card says so.
            next_check_at=now + FIRST_CHECK if followed else None,
        )
        # Five hundred targets would bury those that are offered again.
        if order.batch is None and (target := kept_target(order.details)):
            kind = target_kind(order.details.service)
            await targets.remember(tx, order.owner, kind, target, now)
        if accepted.balance is not None and accepted.balance.currency == order.currency:
            await accounts.set_balance(tx, account.owner, account.id, accepted.balance, now)
        if charge is not None:
            await self._learn_from(tx, order, charge, now)
        tx.after_commit(self.wake_tracking)

    async def _learn_from(self, tx: Tx, order: Order, charge: Money, now: int) -> None:
        """What a charge says about price units, and whether it was more than agreed."""
        details = order.details
        agreed = details.quote.total
        if charge.amount > _with_rounding(agreed.amount):
            await self._tell_operators(tx, NoticeKind.OPERATOR_CHARGE, order.id, now)
            await self._stop_where_it_must(tx, order, Reason(Why.OVERCHARGED), now)
        if details.coupon:
            return
        unit = unit_proved_by(details.service, details.quantity, charge)
        if unit is not None:
            service = details.service
            known = await price_units.of_service(tx, service.code, service.price_class)
            scope = f"class:{service.price_class}"
            # Where the class is proved otherwise, this service is the exception, not the rule.
            if known.proofs.get(scope, unit) != unit:
                scope = f"service:{service.code}"
            await price_units.prove(tx, scope, unit, order.id, now)

    async def _unknown(self, tx: Tx, order_id: int, outcome: Unknown, now: int) -> None:
        order = await orders.for_operator(tx, order_id)
        if order is None:
            return
        moved = await orders.move(
            tx,
            order_id,
            Placement.SENDING,
            Placement.UNKNOWN,
            now,
            reason=Reason("unknown", outcome.reason, outcome.request_id),
            evidence=replace(order.evidence, first_at=now),
            next_evidence_at=now + FIRST_LOOK,
        )
        if not moved:
            return
        if order.batch is not None and await batches.lost(tx, order.batch) >= LOST:
            await self._stop_where_it_must(tx, order, Reason(Why.LOST), now)
        await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order_id)
        await self._tell_operators(tx, NoticeKind.OPERATOR_UNKNOWN, order_id, now)
        tx.after_commit(self.wake_notices)

    async def _tell_operators(self, tx: Tx, kind: NoticeKind, order_id: int, now: int) -> None:
        for operator in self.operators:
            await notices.add(tx, operator, kind, now, order=order_id)

    async def _put_off(self, order: Waiting, reason: Reason) -> None:
        """Nothing was sent, for a reason that may pass: try again soon, three times at the most."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            tries = await orders.put_off(tx, order.id, now + _pause(order))
            if tries >= TRIES:
                await self._give_up(tx, order, Placement.CONFIRMED, reason, now)

        await self.db.write(job)

    async def _not_sent(self, order: Order, source: Placement, reason: Reason) -> None:
        now = self.clock()
        await self.db.write(lambda tx: self._give_up(tx, order, source, reason, now))

    async def _give_up(
        self, tx: Tx, order: Order | Waiting, source: Placement, reason: Reason, now: int
    ) -> None:
        if not await orders.move(tx, order.id, source, Placement.NOT_SENT, now, reason=reason):
            return
        await self._stop_where_it_must(tx, order, reason, now)
        await notices.add(tx, order.owner, NoticeKind.CARD, now, order=order.id)
        tx.after_commit(self.wake_notices)

    async def _stop_where_it_must(
        self, tx: Tx, order: Order | Waiting, reason: Reason, now: int
    ) -> None:
        """Give up the rest of an order's batch where it would only end the same way."""
        if order.batch is None:
            return
        if reason.meaning == Meaning.OTHER:
            # It may be a limit on calls: each of the others would be refused for it, for good.
            if await batches.ended_alike(tx, order.batch, order.id, reason) < ALIKE:
                return
            reason = Reason(Why.REFUSED, reason.text)
        if stops_the_rest(reason.meaning):
            await self._stop_rest(tx, order.owner, order.batch, reason, now)

    async def _stop_rest(self, tx: Tx, owner: int, batch: int, reason: Reason, now: int) -> None:
        for order_id in await batches.give_up_rest(tx, batch, reason, now):
            await notices.add(tx, owner, NoticeKind.CARD, now, order=order_id)
        await notices.add_batch(tx, owner, batch, now)
        tx.after_commit(self.wake_notices)


def request_of(details: Details) -> AddRequest:
    """The one call that an agreement allows."""
    return AddRequest(
        service=details.service.code,
        link=details.link or None,
        quantity=details.quantity if details.sends_quantity else None,
        fields={value.key: value.text for value in details.values if not value.top_level},
        extras={value.key: value.text for value in details.values if value.top_level},
        coupon=details.coupon or None,
    )


def _pause(order: Order | Waiting) -> int:
    """How long to wait until what was not sent is tried again."""
    return PAUSE if order.batch is None else BATCH_PAUSE


def _with_rounding(amount: Decimal) -> Decimal:
    """An amount with the cent that a panel may round up by."""
    return amount + Decimal("0.01")


async def _in_the_way(q: Queries, owner: int, target: str, service: int) -> Order | None:
    return await orders.in_the_way(q, owner, target, service) if target else None


def _record(outcome: Outcome) -> tuple[str, str, str]:
    """An outcome as a call's record: its word, the request id, the detail."""
    match outcome:
        case Accepted():
            # Also here: should the order have moved on meanwhile, its id must be found somewhere.
            return "accepted", outcome.request_id, outcome.order
        case Refused():
            return "refused", outcome.request_id, outcome.text
        case NotSent():
            return "not_sent", "", outcome.reason
        case Unknown():
            return "unknown", outcome.request_id, outcome.reason
