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
