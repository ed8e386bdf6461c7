"""What a person did, in our own words; knows nothing of Telegram's types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `id` is Telegram's user id, which is also the id of the private chat with them."""

    id: int
    name: str = ""
    username: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event happened; `private` is true in the chat between one person and the bot."""

    person: Person
    chat_id: int
    private: bool


@dataclass(frozen=True, slots=True)
class Command:
    """`/name args`, addressed to this bot; `name` without slash, lower case."""

    origin: Origin
    message_id: int
    name: str
    args: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A typed message, or the caption of a media message (`media` is then true).

    `hidden` are the addresses to which words of it lead, one a line; `whole` is all of it.
    """

    origin: Origin
    message_id: int
    text: str
    media: bool = False
    hidden: str = ""

    @property
    def whole(self) -> str:
        """What it says, and where its words lead."""
        return f"{self.text}\n{self.hidden}" if self.hidden else self.text


@dataclass(frozen=True, slots=True)
class Edited:
    """A message the person changed afterwards; `text` is what it says now."""

    origin: Origin
    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Media:
    """A sticker, photo, file, voice or anything else that carries no text."""

    origin: Origin
    message_id: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file; `size` is in bytes, 0 where Telegram did not say, `caption` what stood below it."""

    origin: Origin
    message_id: int
    file_id: str
    name: str
    mime: str
    size: int
    caption: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A press on an inline button. `message_id` is 0 when Telegram no longer knows the message."""

    origin: Origin
    message_id: int
    callback_id: str
    data: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The person blocked the bot (`reachable` false) or came back (true)."""

    origin: Origin
    reachable: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup; Telegram gave the chat a new id."""

    origin: Origin
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """What somebody types behind the bot's name in any chat; which chat that is, nobody says.

    `offset` is what our last answer to the same words named as the next page, empty at first.
    """

    person: Person
    query_id: str
    text: str
    offset: str = ""


Event: TypeAlias = Command | Text | Edited | Media | Document | Tap | Membership | Moved
