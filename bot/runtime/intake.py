"""Takes updates in: committed first, then acknowledged, answered and handed on; handles none.

    getUpdates ─▶ seal ─▶ one commit ─▶ next offset (that is the acknowledgement)
                                    ├─▶ taps answered, outside the lanes
                                    ├─▶ inline queries answered, outside the lanes
                                    └─▶ new ones to their person's lane

The library's own poller moves the offset before an update is handled, and an update that it cannot
parse makes it ask for the same batch again without a pause. Here a crash at any point leaves an
update either unacknowledged or in the inbox, and an unreadable one is set aside.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.domain.event import Event, InlineQuery
from bot.runtime.events import (
    ALLOWED_UPDATES,
    INLINE_UPDATE,
    callback_id_of,
    decode,
    inline_query_in,
    lean,
    person_of,
)
from bot.runtime.transport import Call, SlowDown
from storage import inbox
from storage.database import Database, Tx

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 50
_BATCH: Final = 100
_LONGEST_PAUSE: Final = 15.0
_CONFLICT_PAUSE: Final = 5.0
_CONFLICT_LOGGED_EVERY: Final = 60_000
_INT64: Final = 2**63


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update on its way to its lane; the inbox row of `update_id` is open until it is done.

    `replayed` tells that it was open when this process started.
    """

    update_id: int
    event: Event
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _Update:
    """A raw update as far as it could be read; `event` is None where there is nothing to do."""

    row: inbox.NewUpdate
    event: Event | None
    callback_id: str
    unreadable: str = ""
    asked: InlineQuery | None = None


class Outage:
    """Pauses that grow while something fails; tells of an outage once, and once of its end."""

    def __init__(
        self, clock: Callable[[], int], jitter: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._jitter = jitter
        self._since: int | None = None
        self._failures = 0
        self._conflict_logged_at: int | None = None

    def pause(self, error: Exception) -> float:
        """Seconds to wait after this failure."""
        if isinstance(error, Conflict):
            self._tell_conflict()
            return _CONFLICT_PAUSE
        if self._since is None:
            self._since = self._clock()
            if isinstance(error, TelegramError):
                log.warning("Telegram cannot be reached (%s); trying on", type(error).__name__)
            else:
                log.error("updates cannot be taken in; trying on", exc_info=error)
        self._failures += 1
        if isinstance(error, SlowDown):
            return error.wait / 1000
        longest = min(_LONGEST_PAUSE, 0.25 * (1 << min(self._failures, 10)))
        # Between half and all of it, so that many bots do not come back in step.
        return longest * (1 + self._jitter()) / 2

    def over(self) -> None:
        """It worked."""
        if self._since is not None:
            seconds = (self._clock() - self._since) // 1000
            log.info("updates are taken in again, after %d s", seconds)
        self._since = None
        self._failures = 0

    def _tell_conflict(self) -> None:
        now = self._clock()
        told = self._conflict_logged_at
        if told is None or now - told >= _CONFLICT_LOGGED_EVERY:
            self._conflict_logged_at = now
            log.error("another process polls with this token; stop it, or give it its own bot")


async def sign_in(
    bot: Bot,
    clock: Callable[[], int],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """Open the bot's transports and find out its user name; keeps trying while nobody answers.

    Raises `InvalidToken`, with a text that does not hold the token (the library's own does).
    """
    outage = Outage(clock)
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            break
        except TelegramError as error:
            pause = outage.pause(error)
        else:
            outage.over()
            return bot.username
        await sleep(pause)
    raise token_refused()


class Intake:
    """Long polling, and `accept` for whatever else brings updates.

    `call` is the raw Bot API call with a read timeout above `poll_seconds`. `seal` and `unseal`
    take the update's id, which they bind in. `hand` puts an arrival into its person's lane;
    `answer` stops the spinner of a tap. `ask` takes inline queries, which are asked for only with
    it. `clock` gives milliseconds since 1970, `chance` a number from 0 up to 1.
    """

    def __init__(
        self,
        *,
        call: Call,
        db: Database,
        seal: Callable[[int, bytes], bytes],
        unseal: Callable[[int, bytes], bytes],
        hand: Callable[[int, Arrival], None],
        answer: Callable[[str], Awaitable[None]],
        bot_username: str,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        poll_seconds: int = POLL_SECONDS,
        chance: Callable[[], float] = random.random,
        ask: Callable[[InlineQuery], None] | None = None,
    ) -> None:
        self.allowed_updates = ALLOWED_UPDATES if ask is None else (*ALLOWED_UPDATES, INLINE_UPDATE)
        self._ask = ask
        self._call = call
        self._db = db
        self._seal = seal
        self._unseal = unseal
        self._hand = hand
        self._answer = answer
        self._bot_username = bot_username
        self._clock = clock
        self._sleep = sleep
        self._poll_seconds = poll_seconds
        self._outage = Outage(clock, chance)
        self._answers: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._waiting: asyncio.Future[Any] | None = None
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Replay what is open, then poll until `stop`; raises `InvalidToken`."""
        self._ended.clear()
        try:
            await self.replay()
            offset = 0
            while not self._stopping:
                offset = await self._round(offset)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """End the poll under way, commit what has arrived, and let `run` return."""
        self._stopping = True
        if self._waiting is not None:
            self._waiting.cancel()
        await self._ended.wait()

    async def replay(self) -> None:
        """Hand on what the inbox still holds from before; for the start, before anything new."""
        updates = [self._reopen(row) for row in await inbox.open_rows(self._db)]
        lost = [update for update in updates if update.event is None]
        if lost:
            await self._db.write(lambda tx: self._settle(tx, lost))
        self._pass_on(updates, replayed=True)

    async def accept(self, batch: Iterable[object]) -> int:
        """Commit a batch, then answer its taps and hand on what is new; its highest update id.

        When it returns, the batch is safe and may be acknowledged. 0 when it held no update.
        Raises what the database raises, and then nothing has happened.

        Inline queries pass the inbox by. An answer after some seconds is refused, and the next
        letter asks anew, so after a crash nobody waits for one; and what somebody types in another
        chat is not ours to keep. One that comes twice is answered twice, which Telegram ignores.
        """
        updates = [update for raw in batch if (update := self._read(raw))]
        if not updates:
            return 0
        kept = [update for update in updates if update.asked is None]
        new = await self._db.write(lambda tx: self._keep(tx, kept)) if kept else set()
        for update in updates:
            if update.asked is not None and self._ask is not None:
                self._ask(update.asked)
        fresh = []
        for update in kept:
            if update.row.update_id in new:
                new.remove(update.row.update_id)  # twice in one batch is once
                fresh.append(update)
        self._pass_on(fresh)
        return max(update.row.update_id for update in updates)

    async def _round(self, offset: int) -> int:
        try:
            batch = await self._until_stopped(self._poll(offset))
            if batch is None:
                return offset
            last = await self.accept(batch)
            if batch and not last:
                raise TelegramError("a batch without a single update")
            self._outage.over()
            # An empty answer has acknowledged everything before our offset. The next poll names
            # none, because after a quiet week the ids start anew anywhere (Bot API, Update).
            return last + 1 if last else 0
        except (InvalidToken, EndPointNotFound):
            pass
        except Exception as error:
            pause = self._outage.pause(error)
            if isinstance(error, Conflict) and "webhook" in str(error).casefold():
                await self._until_stopped(self._drop_webhook())
            await self._until_stopped(self._sleep(pause))
            return offset
        # `getUpdates` exists: a method not found means that the token is no longer known.
        raise token_refused()

    async def _poll(self, offset: int) -> Sequence[object]:
        params: dict[str, Any] = {
            "timeout": self._poll_seconds,
            "limit": _BATCH,
            "allowed_updates": list(self.allowed_updates),
        }
        if offset:
            params["offset"] = offset
        batch = await self._call("getUpdates", params)
        if not isinstance(batch, list):
            raise TelegramError("getUpdates answered no list")
        return batch

    async def _drop_webhook(self) -> None:
        log.warning("a webhook is set for this bot; removing it, since this process polls")
        try:
            await self._call("deleteWebhook", {})
        except TelegramError as error:
            log.warning("the webhook is still set (%s)", type(error).__name__)

    async def _until_stopped(self, work: Awaitable[Any]) -> Any:
        """The result of `work`; None when `stop` came first."""
        self._waiting = asyncio.ensure_future(work)
        if self._stopping:
            self._waiting.cancel()
        try:
            return await self._waiting
        except asyncio.CancelledError:
            if self._stopping and self._waiting.cancelled():
                return None
            raise
        finally:
            self._waiting = None

    def _read(self, raw: object) -> _Update | None:
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or type(update_id) is not int or not 0 < update_id < _INT64:
            log.warning("something without an update id came among the updates; left out")
            return None
        if asked := inline_query_in(raw):
            row = inbox.NewUpdate(update_id, asked.person.id, b"", self._clock())
            return _Update(row, None, "", asked=asked)
        event, sealed, unreadable = None, b"", ""
        try:
            if event := decode(raw, self._bot_username):
                sealed = self._seal(update_id, orjson.dumps(lean(raw)))
        except Exception as error:
            event, unreadable = None, _unreadable(update_id, error)
        row = inbox.NewUpdate(update_id, person_of(raw), sealed, self._clock())
        return _Update(row, event, callback_id_of(raw), unreadable)

    def _reopen(self, row: inbox.InboxRow) -> _Update:
        event, callback_id, unreadable = None, "", ""
        try:
            raw = orjson.loads(self._unseal(row.update_id, row.sealed))
            event, callback_id = decode(raw, self._bot_username), callback_id_of(raw)
        except Exception as error:
            unreadable = _unreadable(row.update_id, error)
        kept = inbox.NewUpdate(row.update_id, row.person, row.sealed, row.received_at)
        return _Update(kept, event, callback_id, unreadable)

    async def _keep(self, tx: Tx, updates: Sequence[_Update]) -> set[int]:
        new = await inbox.add(tx, [update.row for update in updates])
        await self._settle(tx, [u for u in updates if u.event is None and u.row.update_id in new])
        return new

    async def _settle(self, tx: Tx, updates: Sequence[_Update]) -> None:
        """End the rows that leave nothing to do."""
        now = self._clock()
        for update in updates:
            update_id = update.row.update_id
            if update.unreadable:
                await inbox.set_aside(tx, update_id, update.unreadable, now)
            else:
                await inbox.mark_handled(tx, update_id, now)

    def _pass_on(self, updates: Iterable[_Update], *, replayed: bool = False) -> None:
        for update in updates:
            if update.callback_id:
                task = asyncio.get_running_loop().create_task(self._stop_spinner(update))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)
            if update.event is not None:
                arrival = Arrival(update.row.update_id, update.event, replayed)
                self._hand(update.row.person, arrival)

    async def _stop_spinner(self, update: _Update) -> None:
        try:
            await self._answer(update.callback_id)
        except Exception as error:
            log.info("a tap was not answered: %s", type(error).__name__)


def _unreadable(update_id: int, error: Exception) -> str:
    # The error's own text may quote the update.
    reason = f"unreadable: {type(error).__name__}"
    log.error("update %d is set aside, %s", update_id, reason)
    return reason


def token_refused() -> InvalidToken:
    """The library's error, with a text for the operator that does not hold the token."""
    return InvalidToken(
        "Telegram does not know BOT_TOKEN. Take the right one from BotFather"
        " (or correct TELEGRAM_API_URL, if you changed it)."
    )
