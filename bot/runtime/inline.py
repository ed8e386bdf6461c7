"""Answers inline queries: beside the lanes, the newest of each person, within seconds or never."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.domain.event import InlineQuery, Person
from bot.domain.session import Session
from bot.runtime.courier import Courier, CourierError
from bot.screens.screen import Offer, Screen
from storage import sessions
from storage.database import Database

log = logging.getLogger(__name__)

PATIENCE: Final = 8.0
"""Seconds in which an answer makes sense: Telegram takes none after about ten."""
MOST: Final = 256
"""People who are answered side by side; whoever comes beyond that types another letter."""
WARNED_FOR: Final = 600_000
"""Milliseconds in which nobody is warned twice: each letter behind a key holds the key again."""


class InlineMode:
    """`respond` says what a query is answered with, for the session of whoever asks.

    `language` reads a person's client language, `clock` gives milliseconds.
    """

    def __init__(
        self,
        db: Database,
        courier: Courier,
        respond: Callable[[InlineQuery, Session], Awaitable[Offer]],
        language: Callable[[str], str],
        clock: Callable[[], int],
        patience: float = PATIENCE,
    ) -> None:
        self._db = db
        self._courier = courier
        self._respond = respond
        self._language = language
        self._clock = clock
        self._patience = patience
        # One looks things up at a time, so that a reader of the database is left for taps.
        self._looking = asyncio.Lock()
        self._newest: dict[int, InlineQuery] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._warned: dict[int, int] = {}

    def put(self, query: InlineQuery) -> None:
        """Answer soon; what the same person asked before, a letter ago, need not be answered."""
        person = query.person.id
        if person in self._tasks:
            self._newest[person] = query
        elif len(self._tasks) < MOST:
            work = self._work_off(query)
            self._tasks[person] = asyncio.get_running_loop().create_task(work)

    async def stop(self) -> None:
        """Drop what waits: nobody misses it."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_off(self, query: InlineQuery) -> None:
        person = query.person.id
        following: InlineQuery | None = query
        try:
            while following is not None:
                try:
                    async with asyncio.timeout(self._patience):
                        await self._answer(following)
                except Exception as error:
                    log.info("an inline query is not answered: %s", type(error).__name__)
                following = self._newest.pop(person, None)
        finally:
            self._newest.pop(person, None)
            del self._tasks[person]

    async def _answer(self, query: InlineQuery) -> None:
        async with self._looking:
            person = query.person
            session = await sessions.load(self._db, person, self._language(person.language_code))
            offer = await self._respond(query, session)
        await self._courier.answer_inline(query.query_id, offer)
        if offer.warning is not None:
            await self._warn(query.person, offer.warning)

    async def _warn(self, person: Person, warning: Screen) -> None:
        now = self._clock()
        warned = {id_: at for id_, at in self._warned.items() if now - at < WARNED_FOR}
        self._warned = warned | {person.id: now}
        if person.id in warned:
            return
        try:
            await self._courier.send(person.id, warning)
        except CourierError as error:
            log.info("nobody could be warned: %s", type(error).__name__)
