"""How a screen is put together: escaping, direction, and the keyboard's shape."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape as escape_html

from bot.domain.money import Money
from bot.domain.text import clean, utf16_length
from bot.screens.buttons import Browse, Home, tap
from bot.screens.screen import Button, Row, Screen
from bot.texts.words import Words, mark

_RIGHT_TO_LEFT_MARK = "\u200f"
_LABEL = 56  # characters that a phone shows on a key of full width, in two lines at the most
_MOST = 64  # characters of a label, marks of direction among them, on any key
_DOT = " · "
_FENCES = "\u2068\u2069"
_ITEM = 40  # characters of one entry in a list within a line


class Html(str):
    """Text that is Telegram HTML already; any other text is escaped when it is laid out."""

    __slots__ = ()


def html(text: str) -> Html:
    """Text as HTML: escaped, unless it is HTML already."""
    return text if isinstance(text, Html) else Html(escape_html(text, quote=False))


def bold(text: str) -> Html:
    """Bold text."""
    return Html(f"<b>{html(text)}</b>")


def code(text: str) -> Html:
    """Text that a tap copies."""
    return Html(f"<code>{html(text)}</code>")


def fenced(t: Words, text: str) -> Html:
    """Text or HTML of a direction of its own: its brackets and full stops stay on their side."""
    return Html(t.isolated(html(text)))


def fenced_lines(t: Words, text: str) -> list[str]:
    """Foreign text of several lines, each of a direction of its own."""
    return [fenced(t, line) for line in text.split("\n")]


def copyable(t: Words, label: str, text: str) -> Html:
    """A label, and text that a tap copies; the fence around it is not copied."""
    return join(label, " ", fenced(t, code(text)))


def moment(t: Words, milliseconds: int, shape: str = "r") -> Html:
    """A time that the reader's client shows in their own zone (Bot API 9.5), else in UTC.

    `shape` is "r" for "an hour ago", else of d, D (date) and t, T (time), upper case for longer.
    """
    seconds = milliseconds // 1000
    plain = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return fenced(t, Html(f'<tg-time unix="{seconds}" format="{shape}">{plain}</tg-time>'))


def listed(t: Words, parts: Iterable[str], limit: int = 300) -> Html:
    """Short texts in a row, as many as fit; "…" stands for the rest.

    It goes behind its sentence and not into it: what is filled in takes the direction of its
    first letter, and a list has to run in the direction of its language.
    """
    shown: list[str] = []
    room = limit
    for part in parts:
        short = cut(part, _ITEM)
        room -= utf16_length(short) + 2
        if room < 0:
            shown.append("…")
            break
        shown.append(t.isolated(short))
    # The comma is a message of its own, because Arabic has another.
    return html(t(mark(", ")).join(shown))


def join(*parts: str) -> Html:
    """Parts of one line after each other."""
    return Html("".join(map(html, parts)))


def screen(t: Words, lines: Iterable[str | None], rows: Sequence[Sequence[Button]] = ()) -> Screen:
    """Lines and keys as a screen; None lines and empty rows are left out.

    In right-to-left languages every line and key starts in that direction whatever it starts
    with, and rows are reversed, because Telegram mirrors neither. A label that is too long in the
    words of a language loses words, and never what stands behind its last dot: a price.
    """
    rows = [[_within(t, key) for key in row] for row in rows]
    shown = "\n".join(html(line) for line in lines if line is not None).split("\n")
    if t.rtl:
        shown = [_toward_right(line) for line in shown]
        rows = [[_key_toward_right(key) for key in reversed(row)] for row in rows]
    return Screen(text="\n".join(shown).strip("\n"), rows=tuple(tuple(row) for row in rows if row))


def cut(text: str, limit: int = _LABEL) -> str:
    """Text shortened on a word's border, never inside a character; counted in UTF-16 units."""
    if utf16_length(text) <= limit:
        return text
    short = clean(text, limit=limit)
    head, space, _ = short.rstrip("…").rpartition(" ")
    head = head.rstrip(" |·")
    return head + "…" if space and utf16_length(head) > limit // 2 else short


def priced(t: Words, name: str, price: Money) -> str:
    """A name and its price; the name gives way, the price never does."""
    amount = t.money(price)
    return f"{t.isolated(cut(name, _LABEL - len(amount) - 3))} · {t.isolated(amount)}"


def page_of(t: Words, page: int, last: int) -> str | None:
    """Which page of a list this is, where it has several."""
    return t("Page {page}/{pages}", page=page + 1, pages=last) if last > 1 else None


def home(t: Words) -> Button:
    """The key that is on every screen."""
    return tap(t("Home"), Home())


def browse(t: Words) -> Button:
    """The way to the catalogue."""
    return tap(t("Browse"), Browse())


def _within(t: Words, key: Button) -> Button:
    """The key with a label that fits on it."""
    if utf16_length(key.label) <= _MOST:
        return key
    head, dot, tail = key.label.rpartition(_DOT)
    room = _MOST - utf16_length(dot + tail) - len(_FENCES)
    return replace(key, label=f"{t.isolated(cut(head, room))}{dot}{tail}" if room > 0 else tail)


def _toward_right(line: str) -> str:
    """The line, with a mark in front unless its first visible character runs right to left."""
    inside_tag = False
    for character in line:
        if inside_tag:
            inside_tag = character != ">"
        elif character == "<":
            inside_tag = True
        else:
            if unicodedata.bidirectional(character) in ("R", "AL") or character == "\u200f":
                return line
            return _RIGHT_TO_LEFT_MARK + line
    return line


def _key_toward_right(key: Button) -> Button:
    """The key, with a mark in front of a label whose first character has no direction."""
    if unicodedata.bidirectional(key.label[0]) in ("R", "AL", "L"):
        return key  # a name in a language of its own is right as it is
    return replace(key, label=_RIGHT_TO_LEFT_MARK + key.label)


def pager(t: Words, page: int, pages: int, at: Sequence[Button]) -> Row:
    """`Previous` and `Next` as far as there are pages; `at` holds both keys."""
    previous, following = at
    return tuple(
        button for button, wanted in ((previous, page > 0), (following, page + 1 < pages)) if wanted
    )


def chosen(label: str) -> str:
    """The label of the key that stands for what is on now. The mark comes last: words first."""
    return label + " ✓"
