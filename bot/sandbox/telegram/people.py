"""People with phones: what they do in a chat and what they see there, for tests to read as chats.

It acts on the sandbox's books from inside the process; the bot meets the results over HTTP.

    ann = tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Paste your API key")
    await ann.press("How it is protected")
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.telegram.chats import (
    Button,
    Chat,
    Inline,
    Json,
    Message,
    Standing,
    Tap,
    User,
    World,
)
from bot.sandbox.telegram.entities import find_entities, utf16_length

T = TypeVar("T")

# Isolates, embeddings and marks of direction are not read; a no-break space is a space.
_UNREAD = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile("[\u00a0\u202f]")
MAX_TEXT = 4096
MAX_QUERY = 256


def readable(text: str) -> str:
    """The text as an eye reads it: without marks of direction, every space an ordinary one."""
    return _SPACES.sub(" ", _UNREAD.sub("", text))


@dataclass(frozen=True, slots=True)
class Screen:
    """A message of the bot as it looked at one moment; it stays so when the message changes."""

    message: Message
    text: str
    html: str
    buttons: tuple[Button, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, message: Message) -> Screen:
        """What the message shows now; labels and text are `readable`."""
        return cls(
            message,
            readable(message.text),
            message.html,
            tuple(button for row in message.keyboard for button in row),
            tuple(tuple(readable(button.label) for button in row) for row in message.keyboard),
        )

    @property
    def message_id(self) -> int:
        """The number of the message."""
        return self.message.message_id

    @property
    def reply_to(self) -> int | None:
        """The number of the message that it answers."""
        return self.message.reply_to.message_id if self.message.reply_to else None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, row after row."""
        return tuple(label for row in self.rows for label in row)

    def find(self, label: str) -> Button | None:
        """The button with this label, else the first whose label starts so."""
        return _match(self.buttons, label, exact=True) or _match(self.buttons, label, exact=False)

    def button(self, label: str) -> Button:
        """As `find`; AssertionError when there is none."""
        found = self.find(label)
        if found is None:
            raise AssertionError(f"no button {label!r} among {self.labels}")
        return found


def _match(buttons: Iterable[Button], label: str, *, exact: bool) -> Button | None:
    wanted = readable(label)
    for button in buttons:
        shown = readable(button.label)
        if shown == wanted or (not exact and shown.startswith(wanted)):
            return button
    return None


class Seat:
    """One person's place in one chat. `patience` is the seconds that a look may take."""

    def __init__(self, world: World, user: User, chat: Chat, patience: float) -> None:
        self._world = world
        self._chat = chat
        self.user = user
        self.patience = patience

    @property
    def messages(self) -> list[Message]:
        """Everything visible in the chat, oldest first."""
        return self._chat.visible

    @property
    def from_bot(self) -> list[Screen]:
        """Every visible message of the bot, oldest first."""
        return [Screen.of(message) for message in self._chat.visible if message.from_bot]

    @property
    def screen(self) -> Screen:
        """The newest visible message of the bot; AssertionError before it has said anything."""
        newest = self._newest()
        if newest is None:
            raise AssertionError(self._story("sees no message of the bot"))
        return newest

    @property
    def keyboards(self) -> list[Screen]:
        """The visible messages that still have buttons, oldest first."""
        return [screen for screen in self.from_bot if screen.buttons]

    @property
    def chat(self) -> str:
        """The whole chat as text, deleted messages marked."""
        return "\n".join(_transcribe(message) for message in self._chat.messages.values())

    @property
    def actions(self) -> list[str]:
        """The chat actions (such as "typing") that the bot has shown here."""
        return self._chat.actions

    @property
    def version(self) -> int:
        """A number that grows with every change in the chat."""
        return self._chat.changes.count

    @property
    def standing(self) -> Standing:
        """How the bot stands with this chat."""
        return self._chat.standing

    async def changed(self, since: int, patience: float | None = None) -> bool:
        """Wait until `version` is beyond `since`; False when it did not get there in time."""
        limit = self.patience if patience is None else patience
        look = self._chat.changes
        return await look.until(lambda: True if look.count > since else None, limit) or False

    def is_deleted(self, message: Message | Screen) -> bool:
        """Whether the message is gone from the chat."""
        return _message(message).deleted

    def _newest(self) -> Screen | None:
        for message in reversed(self._chat.messages.values()):
            if message.from_bot and not message.deleted:
                return Screen.of(message)
        return None

    async def sees(self, *texts: str, patience: float | None = None) -> Screen:
        """Wait until the newest message of the bot contains all the texts, and return it."""
        wanted = [readable(text) for text in texts]

        def look() -> Screen | None:
            newest = self._newest()
            return newest if newest and all(text in newest.text for text in wanted) else None

        return await self._wait(look, patience, f"does not see {texts!r} on the newest screen")

    async def told(self, *texts: str, patience: float | None = None) -> Screen:
        """Wait until some visible message of the bot contains all the texts; the newest such."""
        wanted = [readable(text) for text in texts]

        def look() -> Screen | None:
            for screen in reversed(self.from_bot):
                if all(text in screen.text for text in wanted):
                    return screen
            return None

        return await self._wait(look, patience, f"was never told {texts!r}")

    async def _wait(
        self, look: Callable[[], T | None], patience: float | None, complaint: str
    ) -> T:
        limit = self.patience if patience is None else patience
        seen = await self._chat.changes.until(look, limit)
        if seen is None:
            raise AssertionError(self._story(complaint))
        return seen

    def _story(self, complaint: str) -> str:
        return f"{self.user.first_name} {complaint}. The chat:\n{self.chat or '(silence)'}"

    async def send(
        self,
        text: str,
        *,
        reply_to: Message | Screen | None = None,
        forwarded_from: str = "",
    ) -> Message:
        """Write a message of 1 to 4096 characters; `forwarded_from` names who wrote it first."""
        text = text.strip()
        if not 1 <= utf16_length(text) <= MAX_TEXT:
            raise ValueError("a phone sends 1 to 4096 characters in one message")
        return self._say(
            text=text,
            entities=find_entities(text),
            reply_to=_message(reply_to) if reply_to is not None else None,
            extra=_forward_origin(forwarded_from, self._world.clock.seconds),
        )

    async def send_linked(self, text: str, url: str) -> Message:
        """Write words that lead to an address, as they come out of a copied page or a post."""
        link = {"type": "text_link", "offset": 0, "length": utf16_length(text), "url": url}
        return self._say(text=text, entities=[link])

    async def press(
        self,
        button: str | Button,
        *,
        on: Message | Screen | None = None,
        patience: float | None = None,
    ) -> Tap:
        """Press a callback button, by label or itself, waiting for it to appear.

        Without `on` it is looked for from the newest message up, a label that equals before
        one that starts so. A `Screen` keeps its buttons, so that a stale one can be pressed.
        """
        if isinstance(button, Button):
            key, message_id = button, _message(on or self.screen).message_id
        else:
            key, message_id = await self._wait(
                lambda: self._look_for(button, on), patience, f"finds no button {button!r}"
            )
        if not key.data:
            raise AssertionError(self._story(f"taps {key.label!r}, which tells the bot nothing"))
        return await self.tap_raw(message_id, key.data)

    def _look_for(self, label: str, on: Message | Screen | None) -> tuple[Button, int] | None:
        if on is not None:
            screen = on if isinstance(on, Screen) else Screen.of(on)
            found = screen.find(label)
            return (found, screen.message_id) if found else None
        for exact in (True, False):
            for screen in reversed(self.from_bot):
                if key := _match(screen.buttons, label, exact=exact):
                    return key, screen.message_id
        return None

    async def tap_raw(self, message: int | Message | Screen, data: str) -> Tap:
        """Send a callback as a forged client can: any message number, any data."""
        self._speak_up()
        number = message if isinstance(message, int) else _message(message).message_id
        return self._world.tap(self.user, self._chat, number, data)

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own message; the bot gets `edited_message`."""
        if message.sender is not self.user:
            raise ValueError("people edit only what they wrote")
        message.text, message.entities = text, find_entities(text)
        message.edited = self._world.clock.seconds
        self._chat.changes.announce()
        self._world.hear(message, "edited_message")
        return message

    async def delete(self, message: Message | Screen) -> None:
        """Delete a message for both sides; Telegram tells the bot nothing."""
        _message(message).deleted = True
        self._chat.changes.announce()

    async def send_sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        sticker = self._file("sticker.webp", "image/webp", b"sticker")
        kind = {"type": "regular", "is_animated": False, "is_video": False, "emoji": emoji}
        return self._say(media={"sticker": sticker | kind | {"width": 512, "height": 512}})

    async def send_photo(self, caption: str = "") -> Message:
        """Send a photo."""
        photo = self._file("photo.png", "image/png", _picture())
        sizes = [photo | {"width": side, "height": side} for side in (90, 800)]
        return self._say(media={"photo": sizes}, **_caption(caption))

    async def send_document(
        self, name: str, content: bytes, *, mime: str = "text/plain", caption: str = ""
    ) -> Message:
        """Send a file; the bot can fetch it by getFile."""
        document = self._file(name, mime, content) | {"file_name": name, "mime_type": mime}
        return self._say(media={"document": document}, **_caption(caption))

    async def send_voice(self, seconds: int = 2) -> Message:
        """Send a voice message."""
        voice = self._file("voice.ogg", "audio/ogg", b"voice") | {"mime_type": "audio/ogg"}
        return self._say(media={"voice": voice | {"duration": seconds}})

    async def send_contact(self, phone_number: str = "+10000000000") -> Message:
        """Share one's own number."""
        contact = {
            "phone_number": phone_number,
            "first_name": self.user.first_name,
            "user_id": self.user.id,
        }
        return self._say(media={"contact": contact})

    async def inline(self, query: str, *, offset: str = "") -> Inline:
        """Type `@bot query`, up to 256 characters; `offset` asks for the page that it names.

        ValueError where inline mode is off: then a phone sees nothing in it.
        """
        if not self._world.inline_mode:
            raise ValueError("inline mode is switched off at BotFather")
        if utf16_length(query) > MAX_QUERY:
            raise ValueError("a phone asks for 256 characters at the most")
        return self._world.ask_inline(self.user, query, offset)

    async def pick(self, inline: Inline, title: str) -> Message:
        """Pick a result, by its title: its message is sent here, in one's own name.

        https://core.telegram.org/bots/features#privacy-mode: the bot hears of it where it is.
        """
        article = inline.article(title)
        return self._say(
            text=article.text,
            entities=article.entities,
            source=article.source,
            keyboard=article.keyboard,
            extra={"via_bot": self._world.bot.to_api()},
        )

    def _file(self, name: str, mime: str, content: bytes) -> Json:
        file = self._world.keep_file(name, mime, content).to_api()
        del file["file_path"]
        return file

    def _say(self, **parts: Any) -> Message:
        self._speak_up()
        message = self._world.post(self._chat, self.user, **parts)
        self._world.hear(message)
        return message

    def _speak_up(self) -> None:
        standing = self._chat.standing
        if self._chat.private and standing in {Standing.KICKED, Standing.DEACTIVATED}:
            raise ValueError(f"{self.user.first_name} can not write here: {standing}")
        if standing is Standing.STRANGER:
            self._chat.standing = Standing.MEMBER


class Person(Seat):
    """A person, seated in their private chat with the bot; `at` takes a place in a group."""

    @property
    def id(self) -> int:
        """The Telegram id, which is also the private chat's."""
        return self.user.id

    @property
    def name(self) -> str:
        """The first name."""
        return self.user.first_name

    def at(self, group: Group) -> Seat:
        """The same person in a group."""
        if self.id not in group.chat.members:
            raise ValueError(f"{self.name} is no member of {group.title}")
        return Seat(self._world, self.user, group.chat, self.patience)

    async def send(
        self,
        text: str,
        *,
        to: Group | None = None,
        reply_to: Message | Screen | None = None,
        forwarded_from: str = "",
    ) -> Message:
        """As in any seat; `to` writes in a group instead."""
        if to is not None:
            return await self.at(to).send(text, reply_to=reply_to, forwarded_from=forwarded_from)
        return await super().send(text, reply_to=reply_to, forwarded_from=forwarded_from)

    async def block(self) -> None:
        """Block the bot, which is told and can then not write."""
        self._world.set_standing(self._chat, self.user, Standing.KICKED)

    async def unblock(self) -> None:
        """Let the bot write again; it is told."""
        self._world.set_standing(self._chat, self.user, Standing.MEMBER)

    async def deactivate(self) -> None:
        """Delete one's Telegram account; the bot is not told."""
        self._chat.standing = Standing.DEACTIVATED
        self._chat.changes.announce()


class Group:
    """A group with the bot in it, and what its people do with the bot's place there."""

    def __init__(self, world: World, chat: Chat, members: Sequence[Person]) -> None:
        self._world = world
        self._members = list(members)
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat's id, negative."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The group's name."""
        return self.chat.title

    async def promote(self, *, can_delete: bool) -> None:
        """Make the bot an administrator."""
        self.chat.can_delete = can_delete
        self._world.set_standing(self.chat, self._somebody, Standing.ADMINISTRATOR)

    async def demote(self) -> None:
        """Make the bot an ordinary member."""
        self.chat.can_delete = False
        self._world.set_standing(self.chat, self._somebody, Standing.MEMBER)

    async def kick_bot(self) -> None:
        """Remove the bot."""
        self._world.set_standing(self.chat, self._somebody, Standing.KICKED)

    async def migrate(self) -> Group:
        """Turn a small group into a supergroup; the old id answers with the new one from now."""
        people = [person.user for person in self._members]
        new = self._world.add_group(
            self.title, supergroup=True, members=people, standing=self.chat.standing
        )
        new.can_delete = self.chat.can_delete
        self.chat.migrated_to = new.id
        for chat, extra in (
            (self.chat, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": self.chat.id}),
        ):
            self._world.hear(self._world.post(chat, self._somebody, extra=extra))
        return Group(self._world, new, self._members)

    @property
    def _somebody(self) -> User:
        return self._members[0].user


def _message(what: Message | Screen) -> Message:
    return what.message if isinstance(what, Screen) else what


def _caption(text: str) -> Json:
    return {"text": text, "entities": find_entities(text)}


def _forward_origin(name: str, at: int) -> Json:
    if not name:
        return {}
    return {"forward_origin": {"type": "hidden_user", "sender_user_name": name, "date": at}}


def _transcribe(message: Message) -> str:
    what = "".join(f"[{kind}] " for kind in message.media) + readable(message.text)
    gone = " (deleted)" if message.deleted else ""
    lines = [f"{message.sender.first_name} #{message.message_id}{gone}: {what}"]
    rows = Screen.of(message).rows
    lines += ["    " + " ".join(f"[{label}]" for label in row) for row in rows]
    return "\n".join(lines)


def _picture(side: int = 16) -> bytes:
    """A photo that a browser can show: a small square of a dawn, as a PNG."""
    rows = (
        b"\0" + bytes(c for x in range(side) for c in (255 - 8 * y, 140 + 6 * y, 60 + 8 * x))
        for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)  # 8 bits of red, green and blue
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
