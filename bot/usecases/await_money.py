"""A draft waits for money: its balance is looked at for a while, and its person told once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.domain.draft import Confirming, Filling
from bot.domain.later import Unfunded, next_look
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.session import Account
from bot.providers.port import ProviderError
from bot.usecases.check_balance import CheckBalance
from bot.usecases.side_by_side import SideBySide
from storage import accounts, notices, sessions, unfunded
from storage.database import Database, Tx

__all__ = ["AwaitMoney", "Unfunded"]

_log = logging.getLogger(__name__)

AT_ONCE = 8
A_ROUND = 50


@dataclass(frozen=True, slots=True)
class AwaitMoney:
    """Keeps one draft a person, and looks whether it can be paid by now."""

    db: Database
    balances: CheckBalance
    clock: Callable[[], int]
    wake_notices: Callable[[], None]
    _looking: SideBySide[int] = field(
        default_factory=lambda: SideBySide("looking for money", AT_ONCE)
    )

    async def keep(self, account: Account, draft: Filling, needed: Money) -> None:
        """Let this draft wait for so much, in the place of any other."""
        now = self.clock()
        first = next_look(now, now)
        assert first is not None

        async def job(tx: Tx) -> None:
            await unfunded.keep(tx, account.owner, account.id, draft, needed, now, first)

        await self.db.write(job)

    async def forget(self, owner: int) -> None:
        """The person goes on with it, or with another: nothing waits."""
        if await unfunded.any_of(self.db, owner):
            await self.db.write(lambda tx: unfunded.forget(tx, owner))

    async def draft(self, owner: int, number: int) -> Unfunded | None:
        """What waits for this person, where it is still this one."""
        found = await unfunded.of(self.db, owner)
        return found if found is not None and found.id == number else None

    async def balance(self, waiting: Unfunded) -> Money | None:
        """What its account held when that was last asked."""
        account = await accounts.account(self.db, waiting.owner, waiting.account)
        return None if account is None else account.balance

    async def run_once(self) -> int:
        """Begin to look at balances; returns at how many. The looking goes on by itself."""
        due, unreadable = await unfunded.due(self.db, self.clock(), A_ROUND)
        if unreadable:
            await self._let_go(unreadable)
        for waiting in due:
            self._looking.start(waiting.owner, partial(self._look, waiting))
        return len(due)

    async def drain(self) -> None:
        """Wait until no balance is being looked at; a shutdown bounds how long."""
        await self._looking.drain()

    async def stop(self) -> None:
        """Break off what is being looked at; it is still due."""
        await self._looking.stop()

    async def _let_go(self, numbers: Sequence[int]) -> None:
        """What another version wrote waits no longer: it would stand before everybody else's."""
        _log.warning("%d drafts that wait for money cannot be read", len(numbers))

        async def job(tx: Tx) -> None:
            for number in numbers:
                await unfunded.let_go(tx, number)

        await self.db.write(job)

    async def _look(self, waiting: Unfunded) -> None:
        account = await accounts.linked(self.db, waiting.owner, "serva")
        if account is None or account.id != waiting.account or account.paused:
            await self.db.write(lambda tx: unfunded.let_go(tx, waiting.id))
            return
        balance: Money | None = None
        try:
            balance = (await self.balances.now(account)).balance
        except ProviderError as error:
            _log.info("a balance could not be looked at: %s", type(error).__name__)
        now, needed = self.clock(), waiting.needed
        covered = balance is not None and balance.currency == needed.currency and balance >= needed
        following = next_look(waiting.since, now)

        async def job(tx: Tx) -> None:
            if following is None and not covered:
                await unfunded.let_go(tx, waiting.id)
            elif not await unfunded.look_at(tx, waiting.id, None if covered else following):
                return
            elif covered and _left(await sessions.step(tx, waiting.owner), waiting):
                await unfunded.let_go(tx, waiting.id)
            elif covered:
                body = {"draft": str(waiting.id)}
                await notices.add(tx, waiting.owner, NoticeKind.FUNDED, now, body=body)
                tx.after_commit(self.wake_notices)

        await self.db.write(job)


def _left(step: object, waiting: Unfunded) -> bool:
    """Whether the person has gone on to another draft."""
    draft = waiting.draft
    if isinstance(step, Filling | Confirming):
        return (step.service, step.inputs) != (draft.service, draft.inputs)
    return False
