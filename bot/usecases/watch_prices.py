"""Noticing that what a person uses costs or allows something else, and telling them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.later import Change, Terms
from bot.usecases.browse import Browse
from storage import accounts, watches
from storage.database import Database, Tx

__all__ = ["Change", "WatchPrices", "note_changes"]

LATELY = 30 * 24 * 3_600_000
"""Milliseconds for which a service that was ordered is one that a person uses."""
GATHER = 60_000
"""Milliseconds until they are told: what else changes meanwhile goes into the same message."""


async def note_changes(tx: Tx, owner: int, old: int, new: int, now: int) -> None:
    """Owe a person what one catalogue says otherwise than the one before it.

    To be called in the transaction in which their account gets the new one.
    """
    before = {
        number: Terms.of(was)
        for number, was, now_is in await watches.changed(tx, owner, old, new, now - LATELY)
        if now_is is None or Terms.of(now_is) != Terms.of(was)
    }
    if before:
        texts = {number: terms.text() for number, terms in before.items()}
        await watches.owe(tx, owner, texts, now, now + GATHER)


@dataclass(frozen=True, slots=True)
class WatchPrices:
    """What has changed since a person was told, as it is now."""

    db: Database
    browse: Browse

    async def changes(self, owner: int, body: Mapping[str, str]) -> list[Change]:
        """What of a message is still true, by our integers and what each service was before."""
        account = await accounts.linked(self.db, owner, "serva")
        if account is None or account.catalogue is None:
            return []
        currency = account.balance.currency if account.balance else "USD"
        found = []
        for number, text in body.items():
            before, entry = Terms.from_text(text), await self.browse.entry(account, int(number))
            if entry is None:
                found.append(Change(int(number), before))
            elif Terms.of(entry.service) != before:
                unit = (await self.browse.unit(entry.service)).unit
                found.append(Change(int(number), before, entry.service, unit, currency))
        return found

    async def seen(self, owner: int, service: int) -> None:
        """The person sees today's price of this service: no message is needed any more."""
        if await watches.owed(self.db, owner, service):
            await self.db.write(lambda tx: watches.leave_out(tx, owner, service))
