"""Who may use the bot, who operates it, and who can be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from bot.domain.event import Person
from bot.domain.session import Session
from storage import people, settings
from storage.database import Database, Tx

_INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Admit:
    """The doors.

    `access` is 'open', 'list' (people whom the operator let in) or 'invite' (these, and whoever
    comes by the invitation link).
    """

    db: Database
    operators: frozenset[int]
    access: str
    clock: Callable[[], int]
    new_code: Callable[[], str]
    wake_notices: Callable[[], None]

    def is_operator(self, person: int) -> bool:
        """Whether this person operates the bot."""
        return person in self.operators

    def allows(self, session: Session) -> bool:
        """Whether this person may use the bot."""
        return self.access == "open" or session.admitted or self.is_operator(session.owner)

    async def invitation(self) -> str:
        """The code of the invitation link, made when it is first wanted; empty where none is used.

        It is no secret of weight: whoever has it may use the bot with a key of their own.
        """
        if self.access != "invite":
            return ""

        async def job(tx: Tx) -> str:
            known = await settings.get(tx, _INVITATION)
            if known is not None:
                return known
            code = self.new_code()
            await settings.put(tx, _INVITATION, code)
            return code

        known = await settings.get(self.db, _INVITATION)
        return await self.db.write(job) if known is None else known

    async def accept(self, session: Session, code: str) -> bool:
        """Let somebody in who came by the invitation link; False where that is not its code."""
        invitation = await self.invitation()
        if not invitation or not compare_digest(code.encode(), invitation.encode()):
            return False
        await self.let_in(session)
        return True

    async def let_in(self, session: Session) -> None:
        """Let this person in from now on."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            await people.meet(tx, session.person, session.language, now)
            await people.admit(tx, session.owner, True)

        await self.db.write(job)

    async def meet_operators(self) -> None:
        """Know the operators before they write, so that what they are to be told waits for them."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            for operator in self.operators:
                await people.meet(tx, Person(operator), "en", now)

        await self.db.write(job)

    async def reachable(self, person: int, reachable: bool) -> None:
        """Somebody blocked the bot, or came back: then what waited for them is due."""
        now = self.clock()
        await self.db.write(lambda tx: people.set_reachable(tx, person, reachable, now))
        if reachable:
            self.wake_notices()
