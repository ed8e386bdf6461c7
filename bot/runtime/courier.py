"""Puts screens into chats: paces, repeats, coalesces and degrades; decides no words and no rows.

CourierError
├── Blocked          the person cannot be reached: blocked the bot, deleted, never started it
├── ChatMoved        the group became a supergroup; `new_id` is where it is now
└── Undelivered      given up for now; try again after `retry_after` milliseconds
    └── Rejected     Telegram refuses this message in every form; trying again is pointless
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.runtime.pace import PATIENCE, OnHold, Pacer, Rank, Ticket
from bot.runtime.payload import Looks, caption_of, offer_of, simpler, text_of
from bot.runtime.transport import Call, Fetch, NotSent, ServerError, SlowDown, TooLarge
from bot.screens.screen import File, Offer, Screen

log = logging.getLogger(__name__)

TRIES: Final = 4
_FIRST_BACKOFF: Final = 500

# What Telegram says, lower case, as its servers word it today; wordings change now and then, so
# the needles are short.
_NOT_MODIFIED: Final = "not modified"
_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message identifier is not specified",
    "message_id_invalid",
    "message not found",
    "no text in the message to edit",
)
_UNREACHABLE: Final = (
    "chat not found",
    "peer_id_invalid",
    "user_id_invalid",
    "user not found",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights to send",
)


class CourierError(Exception):
    """A message that did not get through."""


class Blocked(CourierError):
    """The person cannot be reached until they come back themselves."""


class ChatMoved(CourierError):
    """The group became a supergroup; nothing was sent."""

    def __init__(self, new_id: int) -> None:
        super().__init__("the chat has a new id")
        self.new_id = new_id


class Undelivered(CourierError):
    """Given up for now; it makes sense to try again after `retry_after` milliseconds."""

    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Rejected(Undelivered):
    """Telegram refuses this message for what it is."""


class Courier:
    """The one place that sends, edits and deletes; every call waits its turn in a `Pacer`.

    `clock` gives milliseconds (a monotonic one is best); `sleep` takes seconds. What runs in the
    background yields to replies. Without `fetch` no file ever comes.
    """

    def __init__(
        self,
        call: Call,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fetch: Fetch | None = None,
    ) -> None:
        self._call = call
        self._fetch = fetch
        self._clock = clock
        self._sleep = sleep
        self._pacer = Pacer(clock, sleep)
        self._edits: dict[tuple[int, int], _Edit] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # What this Bot API server turned out not to understand, for the rest of the run.
        self._looks = Looks()

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        reply_to: int = 0,
        silent: bool = False,
        background: bool = False,
    ) -> int:
        """Send a new message and return its id (0 where Telegram's answer named none).

        After a time-out it is sent at most once more: the first may have arrived, and a message
        twice is better than a lost one. `reply_to` may be gone by then. Raises `CourierError`.
        """
        rank = Rank.NOTICE if background else Rank.REPLY
        try:
            answer = await self._put(_Message(chat_id, rank, screen, reply_to, silent))
        except BadRequest as error:
            raise _refusal(error) from error
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        return message_id if isinstance(message_id, int) else 0

    async def send_file(self, chat_id: int, file: File) -> None:
        """Send a document or a picture, with the same doubt as `send`. Raises `CourierError`."""
        try:
            await self._put(_Parcel(chat_id, file))
        except BadRequest as error:
            raise _refusal(error) from error

    async def edit(
        self, chat_id: int, message_id: int, screen: Screen, *, background: bool = False
    ) -> bool:
        """Make a message show `screen`; False when it is gone or cannot be edited any more.

        Edits of one message never overlap. While one is under way, only the newest of those that
        wait is kept, and everybody who waits gets its result. Raises `CourierError`.
        """
        rank = Rank.PROGRESS if background else Rank.EDIT
        return await self._change(chat_id, message_id, screen, rank)

    async def strip(self, chat_id: int, message_id: int) -> None:
        """Take the keyboard off a message; quiet when that is not possible."""
        try:
            await self._change(chat_id, message_id, None, Rank.EDIT)
        except CourierError as error:
            log.info("a keyboard stayed where it was: %s", type(error).__name__)

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; False when it stays, as Telegram refuses. Raises `CourierError`."""
        try:
            await self._put(_Deletion(chat_id, message_id))
        except BadRequest as error:
            # It is gone all the same: by its author, or by a try whose answer got lost.
            return "not found" in str(error).casefold()
        return True

    async def download(self, file_id: str, limit: int) -> bytes | None:
        """A file that somebody sent; None for more than `limit` bytes, or where it does not come.

        Nothing is lost then: whoever sent it is told, and still has it.
        """
        for _ in range(2):
            try:
                file = await self._call("getFile", {"file_id": file_id})
                path = file.get("file_path") if isinstance(file, dict) else None
                if not isinstance(path, str) or self._fetch is None:
                    return None
                return await self._fetch(path, limit)
            except (SlowDown, BadRequest, Forbidden) as error:
                log.info("a file was not fetched: %s", type(error).__name__)
                return None
            except TelegramError as error:
                log.info("a file was not fetched: %s", type(error).__name__)
        return None

    async def answer(self, callback_id: str) -> None:
        """Stop the spinner of a tap, without words; never raises, and waits for no turn."""
        await self._respond("answerCallbackQuery", {"callback_query_id": callback_id})

    async def answer_inline(self, query_id: str, offer: Offer) -> None:
        """Answer an inline query; never raises, and waits for no turn."""
        await self._respond("answerInlineQuery", {"inline_query_id": query_id, **offer_of(offer)})

    async def typing(self, chat_id: int) -> None:
        """Show "typing…" for a few seconds; never raises, and waits for no turn."""
        try:
            await self._call("sendChatAction", {"chat_id": chat_id, "action": "typing"})
        except Exception as error:
            log.info("typing was not shown: %s", type(error).__name__)

    async def _respond(self, method: str, params: dict[str, Any]) -> None:
        """Answer what a client waits for, now or never."""
        for _ in range(2):
            try:
                await self._call(method, params)
            except (SlowDown, BadRequest, Forbidden) as error:
                # Too late or too many: the client has given up, or will do so by itself.
                log.debug("%s is refused: %s", method, type(error).__name__)
                return
            except Exception as error:
                log.info("%s failed: %s", method, type(error).__name__)
            else:
                return

    async def _change(
        self, chat_id: int, message_id: int, screen: Screen | None, rank: Rank
    ) -> bool:
        key = (chat_id, message_id)
        edit = self._edits.get(key)
        if edit is not None:
            done = edit.ask(screen, rank)
            if edit.ticket is not None:
                self._pacer.hurry(edit.ticket, edit.rank)
            return await done

        edit = self._edits[key] = _Edit(chat_id, message_id)
        done = edit.ask(screen, rank)
        # A task of its own: a caller that goes away must not take the others' edit along.
        task = asyncio.get_running_loop().create_task(self._work_off(edit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await done

    async def _work_off(self, edit: _Edit) -> None:
        while edit.asked:
            edit.begin()
            try:
                edit.settle(await self._edit_newest(edit))
            except Exception as error:
                edit.settle(error)
        del self._edits[edit.chat_id, edit.message_id]

    async def _edit_newest(self, edit: _Edit) -> bool:
        try:
            await self._put(edit)
        except BadRequest as error:
            words = str(error).casefold()
            if _NOT_MODIFIED in words:
                return True
            if any(needle in words for needle in _GONE):
                return False
            raise _refusal(error) from error
        return True

    async def _put(self, errand: _Errand) -> Any:
        """The raw result of one call, in plainer forms where Telegram refuses how it looks.

        Raises `CourierError`, and `BadRequest` with a refusal that no form helps against.
        """
        looks = self._looks
        while True:
            try:
                answer = await self._deliver(errand, looks)
            except BadRequest as error:
                plainer = _plainer(errand, looks, str(error))
                if plainer is None:
                    raise
                looks = plainer
            else:
                self._remember(looks)
                return answer

    async def _deliver(self, errand: _Errand, looks: Looks) -> Any:
        begun = self._clock()
        for attempt in range(TRIES):
            await self._turn(errand)
            errand.begin()
            try:
                return await self._call(*errand.compose(looks))
            except BadRequest:  # the library counts it among the network errors
                raise
            except TelegramError as error:
                if final := _final(error):
                    raise final from error
                trouble = error
            if isinstance(trouble, SlowDown):
                wait = trouble.wait
                self._pacer.hold(errand.chat_id, wait)  # so the next turn comes after the wait
            else:
                wait = _FIRST_BACKOFF << attempt
                errand.repeats -= not isinstance(trouble, NotSent | ServerError)
            if errand.repeats < 0 or self._clock() - begun + wait > PATIENCE:
                break
            if not isinstance(trouble, SlowDown):
                await self._sleep(wait / 1000)
        raise Undelivered(f"given up: {type(trouble).__name__}", wait) from trouble

    async def _turn(self, errand: _Errand) -> None:
        errand.ticket = self._pacer.ask(errand.chat_id, errand.rank)
        try:
            await errand.ticket.granted
        except OnHold as error:
            raise Undelivered("Telegram wants a longer pause in this chat", error.wait) from error
        finally:
            errand.ticket = None

    def _remember(self, looks: Looks) -> None:
        if looks != self._looks:
            # Plain text was this screen's fault. And where keys had to be left out as well, their
            # colour need not have been the trouble.
            styles = looks.styles or not looks.extras
            self._looks = Looks(times=looks.times, styles=self._looks.styles and styles)


class _Errand:
    """One call on its way: for which chat, how urgent, what it says.

    `repeats` is how often it may go out again although it may have been carried out already.
    """

    repeats = TRIES

    def __init__(self, chat_id: int, rank: Rank) -> None:
        self.chat_id = chat_id
        self.rank = rank
        self.ticket: Ticket | None = None

    def begin(self) -> None:
        """Called when its turn has come, before each try."""

    def compose(self, looks: Looks) -> tuple[str, dict[str, Any]]:
        """Method and parameters, as they are to be sent now."""
        raise NotImplementedError


class _Message(_Errand):
    repeats = 1

    def __init__(
        self, chat_id: int, rank: Rank, screen: Screen, reply_to: int, silent: bool
    ) -> None:
        super().__init__(chat_id, rank)
        self._screen = screen
        self._params: dict[str, Any] = {"chat_id": chat_id}
        if reply_to:
            self._params["reply_parameters"] = {
                "message_id": reply_to,
                "allow_sending_without_reply": True,
            }
        if silent:
            self._params["disable_notification"] = True

    def compose(self, looks: Looks) -> tuple[str, dict[str, Any]]:
        return "sendMessage", self._params | text_of(self._screen, looks)


class _Parcel(_Errand):
    repeats = 1

    def __init__(self, chat_id: int, file: File) -> None:
        super().__init__(chat_id, Rank.REPLY)
        self._file = file
        # One object for all tries: two of the same content never equal each other.
        self._upload = InputFile(file.content, filename=file.name)

    def compose(self, looks: Looks) -> tuple[str, dict[str, Any]]:
        method, kind = ("sendPhoto", "photo") if self._file.photo else ("sendDocument", "document")
        params = {"chat_id": self.chat_id, kind: self._upload}
        return method, params | caption_of(self._file, looks)


class _Deletion(_Errand):
    def __init__(self, chat_id: int, message_id: int) -> None:
        super().__init__(chat_id, Rank.EDIT)
        self._message_id = message_id

    def compose(self, looks: Looks) -> tuple[str, dict[str, Any]]:
        return "deleteMessage", {"chat_id": self.chat_id, "message_id": self._message_id}


class _Edit(_Errand):
    """What one message is to show: the newest screen, and everybody who waits for it.

    `screen` is None while only the keyboard is to go. Those in `asked` came since the last try.
    """

    def __init__(self, chat_id: int, message_id: int) -> None:
        super().__init__(chat_id, Rank.PROGRESS)
        self.message_id = message_id
        self.screen: Screen | None = None
        self.asked: list[tuple[Rank, asyncio.Future[bool]]] = []
        self._joined: list[asyncio.Future[bool]] = []

    def ask(self, screen: Screen | None, rank: Rank) -> asyncio.Future[bool]:
        if screen is None and self.screen is not None:
            # A text on its way must not bring the keyboard back.
            screen = replace(self.screen, rows=())
        self.screen = screen
        self.rank = min(self.rank, rank)
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.asked.append((rank, done))
        return done

    def begin(self) -> None:
        self._joined += [done for _, done in self.asked]
        self.asked.clear()

    def compose(self, looks: Looks) -> tuple[str, dict[str, Any]]:
        params = {"chat_id": self.chat_id, "message_id": self.message_id}
        if self.screen is None:
            return "editMessageReplyMarkup", params
        return "editMessageText", params | text_of(self.screen, looks)

    def settle(self, outcome: bool | Exception) -> None:
        """Tell those who joined, and get ready for those who came meanwhile."""
        for done in self._joined:
            if done.done():  # its caller went away
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
        self._joined.clear()
        self.repeats = TRIES
        self.rank = min((rank for rank, _ in self.asked), default=Rank.PROGRESS)


def _final(error: TelegramError) -> CourierError | None:
    """Ours for an error that no repeating helps against."""
    if isinstance(error, Forbidden):
        return Blocked("Telegram answered 403")
    if isinstance(error, TooLarge):
        return Rejected("Telegram answered 413")
    if isinstance(error, ChatMigrated):
        return ChatMoved(error.new_chat_id)
    if isinstance(error, InvalidToken | EndPointNotFound):
        return Undelivered("Telegram does not take the bot token any more")
    return None


def _refusal(error: BadRequest) -> CourierError:
    words = str(error).casefold()
    if any(needle in words for needle in _UNREACHABLE):
        return Blocked("Telegram does not know this chat")
    return Rejected(f"Telegram refuses it: {_reason(words)}")


def _reason(words: str) -> str:
    """What Telegram said, up to where it starts to quote the message."""
    return re.split(r"[:\"\d<]| '", words)[0].strip()[:60]


def _plainer(errand: _Errand, looks: Looks, complaint: str) -> Looks | None:
    """The next form that differs from the refused one; None when there is none."""
    refused = errand.compose(looks)
    for candidate in simpler(looks, complaint):
        if errand.compose(candidate) != refused:
            if looks.markup and not candidate.markup:
                log.error("Telegram cannot read the markup of a screen; sent as plain text")
            return candidate
    return None
