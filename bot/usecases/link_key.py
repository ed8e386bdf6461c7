"""Linking, replacing and unlinking keys, and erasing a person; asks nobody any question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Reason, Why
from bot.domain.refusal import Meaning
from bot.domain.session import Account, Session
from bot.providers.port import CallFailed, CallRefused, ProviderError, Serva, Servya
from bot.usecases.keys import Keys, tail_of
from bot.usecases.locks import NamedLocks
from storage import accounts, notices, orders, people
from storage.database import Database, Tx

CREDITS = "XCR"
"""The private currency code (ISO 4217 leaves X… to users) under which credits are stored."""
STEP = 500
"""Milliseconds between two looks at what is still being sent."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The key works and is stored; `resumed` orders are followed again."""

    account: Account


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """The provider refuses the key; nothing is stored."""

    meaning: Meaning
    text: str
    request_id: str


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Nothing is known about the key, and nothing is stored.

    The provider did not answer, or refused for another reason, in its own words `text`.
    """

    request_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SameAsServa:
    """The key given for Servya is, or was, the person's Serva key; it was not sent anywhere."""


LinkResult: TypeAlias = Linked | KeyRefused | NotChecked | SameAsServa


@dataclass(frozen=True, slots=True)
class InFlight:
    """What of a person's orders is still moving: `active` at Serva, `waiting` to be sent."""

    active: int
    waiting: int
    sending: int
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkKey:
    """Everything that is done with keys. `credit_calls` keeps Servya to one call at a time."""

    db: Database
    keys: Keys
    serva: Serva
    servya: Servya
    credit_calls: NamedLocks
    clock: Callable[[], int]
    sleep: Callable[[int], Awaitable[None]]
    wake_notices: Callable[[], None]
    wake_tracking: Callable[[], None]

    async def link(self, session: Session, key: str) -> LinkResult:
        """Try a Serva key with a balance call; store it where Serva accepts it."""
        try:
            balance = await self.serva.balance(key)
        except ProviderError as error:
            return _not_linked(error)
        return await self._store(session, "serva", key, balance.money)

    async def link_servya(self, session: Session, key: str) -> LinkResult:
        """Try a Servya key. A Serva key, also an unlinked one, is never sent to another company."""
        as_serva = self.keys.fingerprint(key, "serva")
        if await accounts.was_linked(self.db, session.owner, "serva", as_serva):
            return SameAsServa()
        try:
            async with self.credit_calls.hold(self.keys.fingerprint(key, "servya")):
                found = await self.servya.credits(key)
        except ProviderError as error:
            return _not_linked(error)
        return await self._store(session, "servya", key, Money(Decimal(found.amount), CREDITS))

    async def unlink(self, session: Session, provider: str) -> None:
        """Forget a key. Its orders go on at the provider, and their cards say so."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            account = await accounts.unlink(tx, session.owner, provider, now)
            if account is None or provider != "serva":
                return
            await _give_up_unsent(tx, session.owner, now)
            await _owe_cards(tx, session.owner, await orders.left_alone(tx, account), now)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)

    async def in_flight(self, owner: int, account: int | None = None) -> InFlight:
        """What would go on without us, or be given up; with `account`, only that account's."""
        unknown = await orders.unknown_of(self.db, owner, account)
        return InFlight(*await orders.unsettled_of(self.db, owner, account), tuple(unknown))

    async def erase(self, session: Session, patience: int) -> int | None:
        """Delete all about a person; how many of their orders go on at Serva without us.

        None where an order was still being sent after `patience` ms: then nothing is deleted.
        An `add` on its way is waited for, because its outcome would have nowhere to be kept.
        """
        deadline = self.clock() + patience
        while True:
            now = self.clock()

            async def job(tx: Tx, now: int = now) -> int | None:
                await _give_up_unsent(tx, session.owner, now)
                tx.after_commit(self.wake_notices)
                active, _, sending = await orders.unsettled_of(tx, session.owner)
                if sending:
                    return None
                await people.erase(tx, session.owner)
                return active

            active = await self.db.write(job)
            if active is not None or self.clock() >= deadline:
                return active
            await self.sleep(STEP)

    async def _store(self, session: Session, provider: str, key: str, balance: Money) -> Linked:
        now = self.clock()
        fingerprint = self.keys.fingerprint(key, provider)

        async def job(tx: Tx) -> Account:
            owner = session.owner
            await people.meet(tx, session.person, session.language, now)
            account = await accounts.reserve(tx, owner, provider, fingerprint, tail_of(key), now)
            sealed = self.keys.seal(key, owner=owner, provider=provider, account=account)
            linked = await accounts.link(tx, owner, account, sealed, balance, now)
            if provider == "serva":
                await _give_up_unsent(tx, owner, now, but_of=linked.id)
                # Each card says whether its order is followed, and that may have changed.
                await _owe_cards(tx, owner, await orders.running(tx, owner), now)
            tx.after_commit(self.wake_notices)
            tx.after_commit(self.wake_tracking)
            return linked

        return Linked(await self.db.write(job))


async def _give_up_unsent(tx: Tx, owner: int, now: int, *, but_of: int = 0) -> None:
    """Nothing that waits for a key which is gone is sent; `but_of` is the account that stays."""
    reason = Reason(meaning=Why.UNLINKED)
    given_up = await orders.cancel_confirmed(tx, owner, reason, now, but_of=but_of)
    await _owe_cards(tx, owner, given_up, now)


async def _owe_cards(tx: Tx, owner: int, changed: Iterable[int], now: int) -> None:
    for order in changed:
        await notices.add(tx, owner, NoticeKind.CARD, now, order=order)


def _not_linked(error: ProviderError) -> KeyRefused | NotChecked:
    if isinstance(error, CallRefused):
        if not error.meaning.about_key:
            return NotChecked(error.request_id, error.text)
        return KeyRefused(error.meaning, error.text, error.request_id)
    assert isinstance(error, CallFailed)
    return NotChecked(error.request_id)
