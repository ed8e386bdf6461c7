"""Checks what is under a message: inline keyboards strictly, other markups by their kind."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import orjson

from bot.sandbox.telegram.chats import Button, Keyboard
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.params import Params

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
MAX_COPY_CHARACTERS = 256
MAX_URL_CHARACTERS = 2048
STYLES = frozenset({"danger", "success", "primary"})
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
_OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
_ACTIONS = ("callback_data", "url", "copy_text", *_OTHER_ACTIONS)
_BARE_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def read_keyboard(params: Params, name: str = "reply_markup") -> Keyboard:
    """The inline keyboard of a call, () where there is none; ApiError 400 as Telegram words it."""
    markup = params.json(name, "reply keyboard markup")
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if markup and not any(kind in markup for kind in _OTHER_MARKUPS):
            raise bad_request("can't parse reply markup: unknown kind of markup")
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    keyboard = tuple(tuple(_button(button) for button in row) for row in rows if row)
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard


def _button(raw: object) -> Button:
    if not isinstance(raw, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    label = raw.get("text")
    if label is None:
        raise _unreadable('Can\'t find field "text"')
    if not isinstance(label, str):
        raise _unreadable('Field "text" must be of type String')
    if not label.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    actions = [name for name in _ACTIONS if raw.get(name) is not None]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # Telegram takes the first and forgets the others; the documents ask for exactly one.
        raise _unreadable(f"exactly one action is allowed, found {', '.join(actions)}")
    return Button(
        label,
        data=_data(raw),
        url=_url(raw),
        copy=_copy_text(raw),
        style=_style(raw),
        other=tuple((name, raw[name]) for name in _OTHER_ACTIONS if name in raw),
    )


def _unreadable(reason: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _data(raw: dict[str, Any]) -> str:
    data = raw.get("callback_data")
    if data is None:
        return ""
    if not isinstance(data, str):
        raise _unreadable('Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(raw: dict[str, Any]) -> str:
    url = raw.get("url")
    if url is None:
        return ""
    if not isinstance(url, str):
        raise _unreadable('Field "url" must be of type String')
    if not url or len(url) > MAX_URL_CHARACTERS or any(character.isspace() for character in url):
        raise bad_request("BUTTON_URL_INVALID")
    if reason := _url_problem(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")
    return url


def _url_problem(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    if not separator:
        return "" if _BARE_HOST.match(url) else "Wrong HTTP URL"
    if scheme.lower() in {"tg", "ton", "tonsite"}:
        return ""
    if scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if not parts.hostname:
        return "URL host is empty"
    if port == 0:
        return "Wrong port number specified in the URL"
    return "" if "." in parts.hostname or ":" in parts.hostname else "Wrong HTTP URL"


def _copy_text(raw: dict[str, Any]) -> str:
    copy = raw.get("copy_text")
    if copy is None:
        return ""
    text = copy.get("text") if isinstance(copy, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_COPY_CHARACTERS:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def _style(raw: dict[str, Any]) -> str:
    style = raw.get("style", "")
    if style and style not in STYLES:
        raise _unreadable("invalid button style specified")
    return str(style)


def same_keyboard(one: Keyboard, other: Keyboard) -> bool:
    """Whether Telegram would call the markup the same."""
    return orjson.dumps(_plain(one)) == orjson.dumps(_plain(other))


def _plain(keyboard: Keyboard) -> list[list[dict[str, Any]]]:
    return [[button.to_api() for button in row] for row in keyboard]
