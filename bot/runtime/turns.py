"""One turn: load the session, decide, put the screen up, and commit all of it at once.

    inbox row ─▶ session ─▶ respond ─▶ screen ─▶ one commit: session, live message, row handled

A crash in between repeats the turn. The session's version and the draft's nonce make that
harmless: at worst a screen is sent twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bot.domain.event import Document, Event, Tap
from bot.domain.notice import NoticeKind
from bot.domain.session import Session
from bot.runtime.courier import (
    Blocked,
    ChatMoved,
    Courier,
    CourierError,
    Rejected,
    Undelivered,
)
from bot.runtime.intake import Arrival
from bot.screens.screen import File, Screen
from storage import inbox, notices, people, sessions
from storage.database import Database, StorageFailed, Tx

log = logging.getLogger(__name__)

OUTAGE_PAUSE: Final = 5.0
REPLAYS: Final = 5
"""Starts at which the turn of an update from before is begun again."""


class OpenTooOften(Exception):
    """The process ended during the turn of this update each time: perhaps because of it."""


class Ending(Protocol):
    """How a turn ends: what to keep of the person, and what to show."""

    @property
    def session(self) -> Session:
        """The session to keep."""
        ...

    @property
    def screen(self) -> Screen | None:
        """The screen to put up, if any."""
        ...

    @property
    def forget(self) -> bool:
        """True where nothing of the person is to be kept."""
        ...

    @property
    def aside(self) -> Screen | None:
        """A message to send before the screen, if any; it is no screen to come back to."""
        ...

    @property
    def file(self) -> File | None:
        """A file to send before the screen, if any."""
        ...


class Stage:
    """The live screen of one chat during one turn; what dialogues know as the chat.

    A tap on the live screen edits it. Anything else gets a fresh screen at the bottom, and the
    old one loses its keys.
    """

    def __init__(self, courier: Courier, event: Event, live: int | None) -> None:
        self._courier = courier
        self._chat = event.origin.chat_id
        self._live = live
        tapped = event.message_id if isinstance(event, Tap) else None
        self.message = live if live and tapped == live else None
        self._meanwhile = False

    async def show(self, screen: Screen) -> None:
        """Put a screen up: in place where that is possible, else at the bottom."""
        self._meanwhile = True
        if self.message and await self._courier.edit(self._chat, self.message, screen):
            return
        self.message = await self._courier.send(self._chat, screen)

    async def show_on(self, message_id: int, screen: Screen) -> None:
        """Put something up on one of our messages; quiet where it is gone."""
        await self._courier.edit(self._chat, message_id, screen)

    async def leave(self, aside: Screen | None, file: File | None) -> None:
        """Put what is there to stay at the bottom; the next screen comes below it.

        What was shown in the meantime goes: nothing would ever take its place.
        """
        if aside is None and file is None:
            return
        if aside is not None:
            await self._courier.send(self._chat, aside)
        if file is not None:
            await self._courier.send_file(self._chat, file)
        if self._meanwhile and self.message:
            await self.delete(self.message)
        self.message = None

    async def delete(self, message_id: int) -> bool:
        """Delete somebody's message; False where Telegram refuses."""
        try:
            return await self._courier.delete(self._chat, message_id)
        except CourierError:
            return False

    async def download(self, document: Document, limit: int) -> bytes | None:
        """Fetch a file of at most `limit` bytes; None where it is longer or does not come."""
        return await self._courier.download(document.file_id, limit)

    async def strip(self, message_id: int) -> None:
        """Take the keys off a message of ours."""
        await self._courier.strip(self._chat, message_id)

    @property
    def left_behind(self) -> int | None:
        """The screen that is no longer the live one, if another took its place."""
        return self._live if self.message and self._live != self.message else None


def pause_of(error: Exception) -> float | None:
    """Seconds to wait before a turn is tried again because Telegram or the disk does not take it.

    None where it is the turn that failed. A chat on hold, an outage or a full disk is nobody's
    failure: the update waits in its lane, and in the inbox.
    """
    if isinstance(error, Undelivered) and not isinstance(error, Rejected):
        return max(error.retry_after / 1000, OUTAGE_PAUSE)
    return OUTAGE_PAUSE if isinstance(error, StorageFailed) else None


@dataclass(frozen=True)
class Turns:
    """Handles arrivals, one at a time per person.

    `respond` decides; `language` reads a person's client language; `sorry` is shown when a turn
    failed for good. `clock` gives milliseconds since 1970.
    """

    db: Database
    courier: Courier
    respond: Callable[[Event, Session, Stage], Awaitable[Ending | None]]
    language: Callable[[str], str]
    sorry: Callable[[Session], Screen]
    operators: Sequence[int]
    clock: Callable[[], int]
    wake_notices: Callable[[], None]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_strips", set())
        object.__setattr__(self, "_begun", set())

    async def handle(self, person: int, arrival: Arrival) -> None:
        """One turn; raises what went wrong, so that the lane can try again."""
        event = arrival.event
        if self.db.trouble:
            # What cannot be committed is not shown either: it would be sent anew with every try.
            await self.db.write(lambda tx: inbox.touch(tx, arrival.update_id))
        if arrival.replayed and await self._too_often(arrival.update_id):
            await self.give_up(person, arrival, OpenTooOften())
            return
        session = await self._session(event)
        stage = Stage(self.courier, event, session.live)
        try:
            ending = await self.respond(event, session, stage)
            if ending is not None:
                # A turn that is repeated sends these once more: a copy harms nobody.
                await stage.leave(ending.aside, ending.file)
                if ending.screen is not None:
                    await stage.show(ending.screen)
        except Blocked:
            await self._unreachable(arrival)
            return
        except ChatMoved:
            ending = None
        await self._commit(arrival, event, stage, ending)
        if event.origin.private and stage.left_behind:
            self._strip(event.origin.chat_id, stage.left_behind)

    async def give_up(self, person: int, arrival: Arrival, error: Exception) -> None:
        """Set an update aside that cannot be handled; its person and the operators are told."""
        log.error("update %d is set aside", arrival.update_id, exc_info=error)
        now = self.clock()
        reason = type(error).__name__

        async def job(tx: Tx) -> None:
            await inbox.set_aside(tx, arrival.update_id, reason, now)
            for operator in self.operators:
                if await people.reader(tx, operator) is not None:
                    body = {"update": str(arrival.update_id), "reason": reason}
                    await notices.add(tx, operator, NoticeKind.OPERATOR_SET_ASIDE, now, body=body)
            tx.after_commit(self.wake_notices)

        await self.db.write(job)
        if arrival.event.origin.private:
            session = await self._session(arrival.event)
            try:
                await self.courier.send(arrival.event.origin.chat_id, self.sorry(session))
            except CourierError as failure:
                log.info("nobody could be told of it: %s", type(failure).__name__)

    async def _too_often(self, update_id: int) -> bool:
        """Count that its turn is begun, once a process, before it can do any harm.

        What waits behind another update is not to blame for how that one ended.
        """
        begun: set[int] = self._begun  # type: ignore[attr-defined]
        if update_id in begun:
            return False
        tries = await self.db.write(lambda tx: inbox.count_try(tx, update_id))
        begun.add(update_id)
        return tries > REPLAYS

    async def _session(self, event: Event) -> Session:
        person = event.origin.person
        return await sessions.load(self.db, person, self.language(person.language_code))

    async def _commit(
        self, arrival: Arrival, event: Event, stage: Stage, ending: Ending | None
    ) -> None:
        now = self.clock()

        async def job(tx: Tx) -> None:
            if ending is not None and not ending.forget and event.origin.private:
                session = ending.session
                if ending.screen is not None:
                    session = replace(session, live=stage.message)
                await sessions.save(tx, session, now)
            await inbox.mark_handled(tx, arrival.update_id, now)

        await self.db.write(job)

    async def _unreachable(self, arrival: Arrival) -> None:
        """The chat is closed to the bot: what was asked for in it is moot.

        Only the private chat says anything about the person: a group may have shut the bot out.
        """
        now = self.clock()
        origin = arrival.event.origin

        async def job(tx: Tx) -> None:
            if origin.private:
                await people.set_reachable(tx, origin.person.id, False, now)
            await inbox.mark_handled(tx, arrival.update_id, now)

        await self.db.write(job)

    def _strip(self, chat: int, message: int) -> None:
        """The old screen loses its keys after the turn, so that nobody waits for it."""
        strips: set[asyncio.Task[None]] = self._strips  # type: ignore[attr-defined]
        task = asyncio.create_task(self.courier.strip(chat, message))
        strips.add(task)
        task.add_done_callback(strips.discard)
