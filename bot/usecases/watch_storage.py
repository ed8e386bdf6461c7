"""Saying aloud that the database fails: a notice could not be written down either."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from storage import people, snapshots
from storage.database import Database
from storage.people import Reader

_log = logging.getLogger(__name__)

REPEAT = 60 * 60_000
"""Milliseconds after which trouble that lasts is told again."""


@dataclass(slots=True)
class WatchStorage:
    """Tells operators by `tell`, which sends at once and raises nothing."""

    db: Database
    operators: Sequence[int]
    tell: Callable[[Reader, str], Awaitable[None]]
    clock: Callable[[], int]
    _told_at: int = field(default=0, init=False)

    async def run_once(self) -> int:
        """Tell of a write that was not kept, once an hour while it lasts; how many were told."""
        now = self.clock()
        if not self.db.trouble:
            self._told_at = 0
            return 0
        if self._told_at and now - self._told_at < REPEAT:
            return 0
        self._told_at = now
        _log.critical("the database cannot be written: %s", self.db.trouble)
        return await self._tell(self.db.trouble)

    async def look_through(self) -> None:
        """Read the whole database for faults, beside everything else; for after an unclean stop.

        SQLite has mended what a crash left before it was opened. This finds what a crash does not
        explain, such as a broken disk.
        """
        stopped = threading.Event()
        try:
            await asyncio.to_thread(snapshots.check, self.db.path, stopped.is_set)
        except snapshots.SnapshotError as error:
            _log.critical("the database is damaged: restore a backup. %s", error)
            await self._tell(str(error))
        except asyncio.CancelledError:
            stopped.set()
            raise
        else:
            _log.info("the database was looked through after an unclean stop, and is whole")

    async def _tell(self, reason: str) -> int:
        readers = [await people.reader(self.db, operator) for operator in self.operators]
        known = [reader for reader in readers if reader is not None]
        for reader in known:
            await self.tell(reader, reason)
        return len(known)
