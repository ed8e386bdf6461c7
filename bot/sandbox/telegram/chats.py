"""Who is there and what was said: people, chats, messages, taps, files.

It keeps the books and tells the bot's update queue; it knows no HTTP and refuses nothing.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count
from typing import Any, TypeAlias

from bot.sandbox.telegram.clock import Changes, Clock
from bot.sandbox.telegram.updates import Updates

Json: TypeAlias = dict[str, Any]


@dataclass(slots=True, eq=False)
class User:
    """A person, or the bot itself."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    last_name: str = ""
    is_bot: bool = False

    def to_api(self) -> Json:
        """The User object; empty fields are left out, as Telegram does."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | {
            name: value for name, value in optional.items() if value
        }


@dataclass(frozen=True, slots=True)
class Button:
    """One key under a message; `other` holds the actions that the sandbox only carries."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    style: str = ""
    other: tuple[tuple[str, Any], ...] = ()

    def to_api(self) -> Json:
        """The InlineKeyboardButton object."""
        body: Json = {"text": self.label, **dict(self.other)}
        if self.data:
            body["callback_data"] = self.data
        if self.url:
            body["url"] = self.url
        if self.copy:
            body["copy_text"] = {"text": self.copy}
        if self.style:
            body["style"] = self.style
        return body


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]


@dataclass(slots=True, eq=False)
class Message:
    """A message in a chat; `text` is the caption where `media` is there.

    `source` is the text as the bot wrote it. `media` and `extra` are fields of the Message
    object that the sandbox carries as they are.
    """

    message_id: int
    chat: Chat
    sender: User
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    source: str = ""
    media: Json = field(default_factory=dict)
    keyboard: Keyboard = ()
    reply_to: Message | None = None
    extra: Json = field(default_factory=dict)
    silent: bool = False
    edited: int = 0
    deleted: bool = False

    @property
    def html(self) -> str:
        """The text as Telegram HTML: the bot's own source, or the plain text escaped."""
        return self.source or html.escape(self.text, quote=False)

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    def to_api(self, *, with_reply: bool = True) -> Json:
        """The Message object; a reply carries the other message without its own reply."""
        body: Json = {
            "message_id": self.message_id,
            "from": self.sender.to_api(),
            "chat": self.chat.to_api(),
            "date": self.date,
            **self.media,
            **self.extra,
        }
        text, entities = ("caption", "caption_entities") if self.media else ("text", "entities")
        if self.text:
            body[text] = self.text
        if self.entities:
            body[entities] = self.entities
        if self.edited:
            body["edit_date"] = self.edited
        if self.keyboard:
            body["reply_markup"] = keyboard_to_api(self.keyboard)
        if with_reply and self.reply_to is not None:
            body["reply_to_message"] = self.reply_to.to_api(with_reply=False)
        return body


def keyboard_to_api(keyboard: Keyboard) -> Json:
    """The InlineKeyboardMarkup object."""
    return {"inline_keyboard": [[button.to_api() for button in row] for row in keyboard]}


class Standing(StrEnum):
    """How a bot stands with a chat."""

    STRANGER = "stranger"  # the person has never written, so the bot may not begin
    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    LEFT = "left"
    KICKED = "kicked"  # blocked, in a private chat
    DEACTIVATED = "deactivated"  # the person's account is gone


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat (`id` is the person's), a group or a supergroup (`id` is negative)."""

    id: int
    kind: str
    title: str
    changes: Changes
    standing: Standing
    members: dict[int, User] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    can_delete: bool = False
    migrated_to: int = 0
    actions: list[str] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether it is between one person and the bot."""
        return self.kind == "private"

    @property
    def visible(self) -> list[Message]:
        """What a member sees, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]

    def to_api(self) -> Json:
        """The Chat object."""
        if not self.private:
            return {"id": self.id, "type": self.kind, "title": self.title}
        person = self.members[self.id].to_api()
        names = ("first_name", "last_name", "username")
        return {"id": self.id, "type": "private"} | {
            name: person[name] for name in names if name in person
        }


@dataclass(slots=True, eq=False)
class Tap:
    """A press on a button: the callback query, and what the bot answered to it."""

    id: str
    person: User
    chat: Chat
    message_id: int
    data: str
    at: int
    answered_at: int | None = None
    text: str = ""
    alert: bool = False
    url: str = ""

    async def answered(self, patience: float = 3) -> Tap:
        """Wait until the spinner stops; AssertionError after `patience` seconds."""

        def look() -> Tap | None:
            return self if self.answered_at is not None else None

        if await self.chat.changes.until(look, patience) is None:
            raise AssertionError(f"the tap {self.data!r} was never answered")
        return self


@dataclass(frozen=True, slots=True)
class Article:
    """A result of an inline query: what its list shows, and the message that picking it sends."""

    id: str
    title: str
    description: str
    text: str
    entities: list[Json]
    source: str
    keyboard: Keyboard


@dataclass(slots=True, eq=False)
class Inline:
    """Something typed behind the bot's name, and what the bot offered.

    `button` is the words above the results, `start` what `/start` brings from there. With `cached`
    the bot was not asked: an earlier answer was still good.
    """

    id: str
    person: User
    query: str
    offset: str
    at: int
    changes: Changes
    answered_at: int | None = None
    articles: tuple[Article, ...] = ()
    next_offset: str = ""
    button: str = ""
    start: str = ""
    personal: bool = False
    cache_seconds: int = 0
    cached: bool = False

    async def answered(self, patience: float = 3) -> Inline:
        """Wait until the list is there; AssertionError after `patience` seconds."""

        def look() -> Inline | None:
            return self if self.answered_at is not None else None

        if await self.changes.until(look, patience) is None:
            raise AssertionError(f"nobody answered the inline query {self.query!r}")
        return self

    def article(self, title: str) -> Article:
        """The first result whose title starts so; AssertionError when there is none."""
        for article in self.articles:
            if article.title.startswith(title):
                return article
        raise AssertionError(f"no {title!r} among {[one.title for one in self.articles]}")


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file, by its `file_id`; `size` is a picture's width and height."""

    id: str
    name: str
    mime: str
    content: bytes
    size: tuple[int, int] | None = None

    def to_api(self) -> Json:
        """The File object; the path leads to `/file/bot<token>/`."""
        return {
            "file_id": self.id,
            "file_unique_id": self.id.lower(),
            "file_size": len(self.content),
            "file_path": f"documents/{self.id}/{self.name}",
        }


class World:
    """Everything that the sandbox remembers, and the numbers it hands out."""

    def __init__(self, bot: User, clock: Clock, *, privacy: bool, inline_mode: bool) -> None:
        self.bot = bot
        self.clock = clock
        self.privacy = privacy
        self.inline_mode = inline_mode
        self.changes = Changes()
        self.updates = Updates(clock, self.changes)
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.inline_queries: dict[str, Inline] = {}
        self.files: dict[str, File] = {}
        # Private chats and small groups share one row of message numbers, supergroups have
        # their own: so a number of one chat names nothing in another.
        self._messages = count(1)
        self._supergroup_messages: dict[int, count[int]] = {}
        self._ids = count(5_000_000_001)
        self._query_ids = count(4_382_000_000_000_000_001, 7_919)

    def add_person(self, name: str, *, language_code: str, username: str, id: int) -> Chat:
        """A new person and their still silent private chat; `id` 0 picks one."""
        first, _, last = name.partition(" ")
        person = User(id or next(self._ids), first, username, language_code, last)
        if person.id in self.people:
            raise ValueError(f"there is somebody with the id {person.id} already")
        self.people[person.id] = person
        return self._add_chat(
            person.id, "private", name, Standing.STRANGER, members=(person, self.bot)
        )

    def add_group(
        self, title: str, *, supergroup: bool, members: Iterable[User], standing: Standing
    ) -> Chat:
        """A new group with the bot in it."""
        number = next(self._ids)
        kind, id = ("supergroup", -(10**12) - number) if supergroup else ("group", -number)
        return self._add_chat(id, kind, title, standing, members=(*members, self.bot))

    def _add_chat(
        self, id: int, kind: str, title: str, standing: Standing, members: Iterable[User]
    ) -> Chat:
        chat = Chat(id, kind, title, Changes(self.changes), standing)
        chat.members.update((member.id, member) for member in members)
        self.chats[id] = chat
        if kind == "supergroup":
            self._supergroup_messages[id] = count(1)
        return chat

    def post(self, chat: Chat, sender: User, **parts: Any) -> Message:
        """A new message in the chat; `parts` are fields of `Message`."""
        number = next(self._supergroup_messages.get(chat.id, self._messages))
        message = Message(number, chat, sender, self.clock.seconds, **parts)
        chat.messages[number] = message
        chat.changes.announce()
        return message

    def tell_bot(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Queue one update for the bot."""
        self.updates.push(kind, dict(payload))

    def hear(self, message: Message, kind: str = "message") -> None:
        """Tell the bot of a person's message, if it may read it there."""
        if self._overhears(message):
            self.tell_bot(kind, message.to_api())

    def _overhears(self, message: Message) -> bool:
        # Privacy mode: in a group a bot that is no administrator reads what is meant for it.
        # https://core.telegram.org/bots/features#privacy-mode
        chat = message.chat
        if chat.private or not self.privacy or chat.standing is Standing.ADMINISTRATOR:
            return True
        to_bot = message.reply_to is not None and message.reply_to.from_bot
        named = f"@{self.bot.username}" in message.text
        service = not message.text and not message.media
        through = "via_bot" in message.extra
        return message.text.startswith("/") or to_bot or named or service or through

    def tap(self, person: User, chat: Chat, message_id: int, data: str) -> Tap:
        """A person presses a key; whether the message ever had it is not looked at."""
        tap = Tap(self.new_query_id(), person, chat, message_id, data, self.clock())
        self.taps[tap.id] = tap
        self.tell_of_tap(tap)
        return tap

    def tell_of_tap(self, tap: Tap) -> None:
        """Queue the tap for the bot, as a new update with the same callback query id."""
        message = tap.chat.messages.get(tap.message_id)
        inaccessible = {"chat": tap.chat.to_api(), "message_id": tap.message_id, "date": 0}
        seen = message is not None and not message.deleted
        self.tell_bot(
            "callback_query",
            {
                "id": tap.id,
                "from": tap.person.to_api(),
                "message": message.to_api() if message is not None and seen else inaccessible,
                "chat_instance": str(tap.chat.id * 31),
                "data": tap.data,
            },
        )

    def new_query_id(self) -> str:
        """A number for a callback or inline query."""
        return str(next(self._query_ids))

    def ask_inline(self, person: User, query: str, offset: str) -> Inline:
        """Somebody types behind the bot's name; the bot is asked, unless an answer is still good.

        https://core.telegram.org/bots/api#answerinlinequery says for how long, and for whom.
        """
        asked = Inline(self.new_query_id(), person, query, offset, self.clock(), self.changes)
        known = self._still_good(asked)
        if known is not None:
            return replace(known, id=asked.id, person=person, cached=True)
        self.inline_queries[asked.id] = asked
        self.tell_bot(
            "inline_query",
            {"id": asked.id, "from": person.to_api(), "query": query, "offset": offset},
        )
        return asked

    def _still_good(self, asked: Inline) -> Inline | None:
        for known in reversed(self.inline_queries.values()):
            if (
                known.answered_at is not None
                and (known.query, known.offset) == (asked.query, asked.offset)
                and (known.person is asked.person or not known.personal)
                and asked.at < known.answered_at + 1000 * known.cache_seconds
            ):
                return known
        return None

    def set_standing(self, chat: Chat, person: User, standing: Standing) -> None:
        """The bot's place in a chat changes by a person's hand; the bot is told."""
        before = self.bot_member(chat)
        chat.standing = standing
        self.tell_bot(
            "my_chat_member",
            {
                "chat": chat.to_api(),
                "from": person.to_api(),
                "date": self.clock.seconds,
                "old_chat_member": before,
                "new_chat_member": self.bot_member(chat),
            },
        )
        chat.changes.announce()

    def bot_member(self, chat: Chat) -> Json:
        """The ChatMember object of the bot itself."""
        status = "left" if chat.standing is Standing.STRANGER else str(chat.standing)
        member: Json = {"user": self.bot.to_api(), "status": status}
        if chat.standing is Standing.ADMINISTRATOR:
            rights = dict.fromkeys(_ADMINISTRATOR_RIGHTS, False)
            member |= rights | {"can_delete_messages": chat.can_delete}
        if chat.standing is Standing.KICKED:
            member["until_date"] = 0
        return member

    def keep_file(
        self, name: str, mime: str, content: bytes, size: tuple[int, int] | None = None
    ) -> File:
        """Remember an upload."""
        file = File(f"FILE{len(self.files) + 1:06}", name or "file", mime, content, size)
        self.files[file.id] = file
        return file


_ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
