"""Whoever could not confirm an order while Serva was silent is told once when it answers again.

That they are to be told is kept with their draft, so it survives a restart. While somebody waits,
their own balance is asked for whenever the breaker lets a call through: with nobody else about,
nothing else would find Serva back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.draft import Filling
from bot.domain.notice import NoticeKind
from bot.domain.session import Session
from bot.providers.port import CallRefused, ProviderError, Serva
from bot.usecases.check_balance import CheckBalance
from storage import accounts, notices, sessions
from storage.database import Database, Tx


@dataclass(frozen=True, slots=True)
class AwaitServa:
    """Keeps who waits for Serva to answer, and sees to it that they are told."""

    db: Database
    serva: Serva
    balances: CheckBalance
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    async def turn_away(self, session: Session, draft: str) -> None:
        """Keep a session whose draft (its nonce) must wait, and owe its owner word of the end.

        Raises `sessions.SessionMoved` where another turn of this person came first.
        """
        now = self.clock()

        async def job(tx: Tx) -> None:
            await sessions.save(tx, session, now)
            await notices.hold(tx, session.owner, NoticeKind.ANSWERS, now, {"draft": draft})

        await self.db.write(job)

    async def waits(self, owner: int, draft: str) -> bool:
        """Whether a person still has this draft open, and no confirmation of it on the screen."""
        step = await sessions.step(self.db, owner)
        return isinstance(step, Filling) and step.nonce == draft

    async def run_once(self) -> int:
        """Ask Serva where somebody waits; once it answers all of them are due. How many wait."""
        waiting = await notices.held(self.db, NoticeKind.ANSWERS)
        if waiting and await self._answers(waiting):
            now = self.clock()

            async def job(tx: Tx) -> None:
                await notices.release(tx, NoticeKind.ANSWERS, now)
                tx.after_commit(self.wake_notices)

            await self.db.write(job)
        return len(waiting)

    async def _answers(self, waiting: Sequence[int]) -> bool:
        """Whether Serva answers the first of these who has a key, be it by a refusal."""
        for owner in waiting:
            account = await accounts.linked(self.db, owner, "serva")
            if account is None:
                continue
            if self.serva.held_back():
                return False
            try:
                await self.balances.now(account)
            except CallRefused:
                return True
            except ProviderError:
                return False
            return True
        return True  # nobody is left to ask for, nor to be told
