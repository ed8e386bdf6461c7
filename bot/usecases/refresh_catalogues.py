"""Keeping each account's catalogue fresh: on the way to a confirmation, and in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.session import Account
from bot.providers.port import CallFailed, CallRefused, ProviderError, Serva
from bot.usecases.keys import Keys
from bot.usecases.side_by_side import SideBySide
from bot.usecases.watch_prices import note_changes
from storage import accounts, catalogues, shelves
from storage.database import Database, Tx

__all__ = ["CallRefused", "ProviderError", "RefreshCatalogues"]

_log = logging.getLogger(__name__)

STALE = 30 * 60_000
"""Milliseconds after which the background fetches a catalogue again."""
SEEN_LATELY = 3 * 24 * 3_600_000
"""People who were not here for so long have their catalogue fetched when they return."""
BATCH = 20
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class RefreshCatalogues:
    """Fetches catalogues; two who want the same one wait for one call."""

    db: Database
    keys: Keys
    serva: Serva
    clock: Callable[[], int]
    _fetching: dict[int, asyncio.Task[Account]] = field(default_factory=dict)
    _renewing: SideBySide[int] = field(
        default_factory=lambda: SideBySide("renewing a catalogue", AT_ONCE)
    )

    async def run_once(self) -> int:
        """Begin to fetch catalogues that are stale; returns how many. It goes on by itself."""
        now = self.clock()
        stale = await accounts.stale_catalogues(self.db, now - STALE, now - SEEN_LATELY, BATCH)
        for account in stale:
            self._renewing.start(account.id, partial(self._renew, account))
        return len(stale)

    async def drain(self) -> None:
        """Wait until no stale catalogue is being fetched; a shutdown bounds how long."""
        await self._renewing.drain()

    async def stop(self) -> None:
        """Wait no longer for what is being fetched; it is still stale."""
        await self._renewing.stop()

    async def ensure(self, account: Account) -> Account:
        """The account with a catalogue, fetched where there is none; raises ProviderError."""
        return account if account.catalogue is not None else await self.fetch(account)

    async def fetch(self, account: Account) -> Account:
        """The account with the catalogue as it is now; raises ProviderError.

        The call goes on for whoever else waits for it when one of them gives up.
        """
        task = self._fetching.get(account.id)
        if task is None:
            task = asyncio.create_task(self._fetch(account))
            self._fetching[account.id] = task
            task.add_done_callback(lambda _: self._fetching.pop(account.id, None))
            task.add_done_callback(_looked_at)
        return await asyncio.shield(task)

    async def _renew(self, account: Account) -> None:
        try:
            await self.fetch(account)
        except ProviderError as error:
            _log.info("a catalogue could not be fetched: %s", error)
            await self._looked(account)

    async def _fetch(self, account: Account) -> Account:
        key = await self.keys.of(account)
        if key is None:
            raise CallFailed("the key was unlinked")
        known = account.catalogue
        digest = await catalogues.digest_of(self.db, known) if known is not None else ""
        answer = await self.serva.services(key, digest)
        if answer is None:
            if (assigned := await self._assign(account, digest, None)) is not None:
                return assigned
            # Forgotten while Serva was asked: ask for it whole.
            answer = await self.serva.services(key)
            assert answer is not None
        if answer.skipped:
            _log.warning("unreadable services left out: %d", answer.skipped)
        if await catalogues.known(self.db, answer.digest) is not None:
            assigned = await self._assign(account, answer.digest, None)
            if assigned is not None:
                return assigned
        rows = await asyncio.to_thread(catalogues.prepare, answer.services)
        stood = await asyncio.to_thread(shelves.prepare, answer.services)
        assigned = await self._assign(account, answer.digest, rows, stood)
        assert assigned is not None
        return assigned

    async def _assign(
        self,
        account: Account,
        digest: str,
        rows: catalogues.Prepared | None,
        stood: shelves.Sorted = (),
    ) -> Account | None:
        """Store, assign and tidy in one transaction: what nobody sees yet would be tidied away.

        None where there are no rows to store and the catalogue is not there any more.
        """
        now = self.clock()

        async def job(tx: Tx) -> int | None:
            catalogue = await catalogues.known(tx, digest)
            if catalogue is None:
                if rows is None:
                    return None
                catalogue = await catalogues.store(tx, digest, rows, now)
                await shelves.sort_in(tx, stood)
            await catalogues.assign(tx, account.owner, account.id, catalogue, now)
            if account.catalogue is not None and account.catalogue != catalogue:
                await note_changes(tx, account.owner, account.catalogue, catalogue, now)
            if catalogue != account.catalogue:
                await catalogues.forget_unused(tx)
            return catalogue

        catalogue = await self.db.write(job)
        if catalogue is None:
            return None
        return replace(account, catalogue=catalogue, catalogue_at=now)

    async def _looked(self, account: Account) -> None:
        """A failed look counts as a look: a dead key must not be asked about in a hot loop."""
        now = self.clock()

        async def job(tx: Tx) -> None:
            await tx.execute(
                "UPDATE accounts SET catalogue_at = ? WHERE id = ?", (now - STALE // 2, account.id)
            )

        await self.db.write(job)


def _looked_at(task: asyncio.Task[Account]) -> None:
    """Take note of an error that everybody stopped waiting for."""
    if not task.cancelled() and (error := task.exception()) is not None:
        level = logging.INFO if isinstance(error, CallFailed | CallRefused) else logging.ERROR
        _log.log(level, "a catalogue could not be fetched: %s", type(error).__name__)
