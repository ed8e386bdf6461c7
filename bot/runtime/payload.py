"""Turns a screen into the parameters of a Bot API call; pure, it calls nobody.

`Looks` says what the server at the other end understands. An older Bot API server, or a screen
with broken markup, refuses a message; `simpler` then names the next plainer form, because a plain
message is better than none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.screens.screen import Button, File, Offer, Result, Screen

TEXT_LIMIT: Final = 4096
"""UTF-16 units of a message after its markup is parsed (Bot API, sendMessage, `text`)."""
CAPTION_LIMIT: Final = 1024
"""The same for what stands below a file (Bot API, sendDocument, `caption`)."""

INLINE_CACHE: Final = 10
"""Seconds for which Telegram may repeat an answer: prices move, and keys are linked."""
INLINE_START: Final = "inline"
"""What `/start` brings from the key above inline results; it leads nowhere but Home."""

_TOKEN: Final = re.compile(
    r"</?[a-z][^<>]*>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{2,5});|.", re.DOTALL
)
_TAG: Final = re.compile(r"</?[a-z][^<>]*>")
_TIME_TAG: Final = re.compile(r"</?tg-time\b[^<>]*>")
_TAG_NAME: Final = re.compile(r"</?([a-z][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Looks:
    """What of a screen is sent: date-time entities, coloured keys, keys that only link or copy."""

    times: bool = True
    styles: bool = True
    extras: bool = True
    markup: bool = True


def text_of(screen: Screen, looks: Looks) -> dict[str, Any]:
    """Text and keyboard of a screen, as `sendMessage` and `editMessageText` want them."""
    payload: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
    payload |= _words("text", screen.text, TEXT_LIMIT, looks)
    if rows := _keyboard(screen, looks):
        payload["reply_markup"] = {"inline_keyboard": rows}
    return payload


def caption_of(file: File, looks: Looks) -> dict[str, Any]:
    """What stands below a file, as `sendDocument` and `sendPhoto` want it; nothing is nothing."""
    return _words("caption", file.caption, CAPTION_LIMIT, looks) if file.caption else {}


def offer_of(offer: Offer) -> dict[str, Any]:
    """What `answerInlineQuery` wants; nobody but who asked may be given the same answer."""
    payload: dict[str, Any] = {
        "results": [_result(result) for result in offer.results],
        "is_personal": True,
        "cache_time": INLINE_CACHE,
        "next_offset": offer.next_offset,
    }
    if offer.button:
        payload["button"] = {"text": _sound(offer.button), "start_parameter": INLINE_START}
    return payload


def simpler(looks: Looks, complaint: str) -> Iterator[Looks]:
    """The plainer forms to try, in order, when Telegram refused this one with these words.

    Known words: "can't parse entities: unsupported start tag "tg-time" …", "BUTTON_DATA_INVALID"
    and its kin, "can't parse inline keyboard button: text buttons are unallowed …" (what a server
    says of a key whose only action it does not know).
    """
    words = complaint.casefold()
    if "tg-time" in words:
        yield replace(looks, times=False)
    if "parse entities" in words:
        yield replace(looks, markup=False)
    if "button" in words or "keyboard" in words or "style" in words:
        yield replace(looks, styles=False)
        yield replace(looks, styles=False, extras=False)


def plain(markup: str) -> str:
    """The text that a reader of this HTML would see."""
    return html.unescape(_TAG.sub("", markup))


def fit(markup: str, limit: int = TEXT_LIMIT) -> str:
    """HTML of at most `limit` visible UTF-16 units: cut outside tags and closed again if longer."""
    if len(markup) * 2 <= limit or _units(plain(markup)) <= limit:
        return markup
    kept: list[str] = []
    open_tags: list[str] = []
    room = limit - 1
    for token in _TOKEN.findall(markup):
        if name := _TAG_NAME.match(token):
            if not token.startswith("</"):
                open_tags.append(name[1])
            elif open_tags[-1:] == [name[1]]:
                open_tags.pop()
        else:
            room -= _units(html.unescape(token))
            if room < 0:
                break
        kept.append(token)
    return "".join(kept) + "…" + "".join(f"</{name}>" for name in reversed(open_tags))


def _result(result: Result) -> dict[str, Any]:
    message = text_of(result.message, Looks())
    article: dict[str, Any] = {
        "type": "article",
        "id": result.id,
        "title": _sound(result.title),
        "description": _sound(result.about),
    }
    if "reply_markup" in message:
        article["reply_markup"] = message.pop("reply_markup")
    return article | {"input_message_content": {"message_text": message.pop("text"), **message}}


def _words(name: str, markup: str, limit: int, looks: Looks) -> dict[str, Any]:
    text = fit(_sound(markup if looks.times else _TIME_TAG.sub("", markup)), limit)
    return {name: text, "parse_mode": "HTML"} if looks.markup else {name: plain(text)}


def _keyboard(screen: Screen, looks: Looks) -> list[list[dict[str, Any]]]:
    rows = (
        [_key(button, looks) for button in row if looks.extras or button.data]
        for row in screen.rows
    )
    return [row for row in rows if row]


def _key(button: Button, looks: Looks) -> dict[str, Any]:
    key: dict[str, Any] = {"text": _sound(button.label)}
    if button.data:
        key["callback_data"] = button.data
    elif button.url:
        key["url"] = button.url
    else:
        key["copy_text"] = {"text": _sound(button.copy)}
    if button.style and looks.styles:
        key["style"] = button.style
    return key


def _sound(text: str) -> str:
    """Without lone surrogates, which no UTF-8 can carry: one must not cost the whole message."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _units(text: str) -> int:
    return len(text) + sum(1 for char in text if char > "\uffff")
