"""What a person sees, as plain data; nothing here sends anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Style: TypeAlias = Literal["", "success", "danger", "primary"]


@dataclass(frozen=True, slots=True)
class Button:
    """One key of a keyboard: exactly one of `data` (1 to 64 bytes), `url` and `copy` is set.

    `copy` is 1 to 256 characters that the phone copies. `style` colours the key where the
    client knows how (Bot API 9.4).
    """

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    style: Style = ""


Row: TypeAlias = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: `text` is Telegram HTML of at most 4096 characters after parsing."""

    text: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: `photo` shows it as a picture, else it is a document of that name.

    The name is ASCII, the caption Telegram HTML of at most 1024 visible characters.
    """

    name: str
    content: bytes
    caption: str = ""
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One line under an inline query: `id` is 1 to 64 bytes, `title` and `about` are plain text.

    Whoever asked sees these; the chat in which they pick it sees `message`, and that alone.
    """

    id: str
    title: str
    about: str
    message: Screen


@dataclass(frozen=True, slots=True)
class Offer:
    """What an inline query is answered with: at most 50 results.

    `next_offset`, at most 64 bytes, asks for the next page; `button` stands above the results and
    leads to the private chat. `warning` is said there at once.
    """

    results: tuple[Result, ...] = ()
    next_offset: str = ""
    button: str = ""
    warning: Screen | None = None
