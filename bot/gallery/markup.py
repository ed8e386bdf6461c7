"""Telegram's HTML as HTML of a web page: read anew into what is allowed here, never pasted."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_ALLOWED = frozenset({"a", "b", "code", "pre", "tg-time"})
_ADDRESS = re.compile(r"(?:https|tg)://\S+")
_DIGITS = re.compile(r"[0-9]{1,12}")


class Unknown(ValueError):
    """A tag or an address that screens do not use; whoever adds one teaches it to this file."""


def paragraphs(text: str) -> str:
    """A `<p>` for each line, each in the direction of its own first letter.

    Raises Unknown for any tag but those of our screens.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page()


def plain(text: str) -> str:
    """What is left of Telegram's HTML on the screen: the characters that its limits count."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.said)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._lines: list[list[str]] = [[]]
        self._open: list[tuple[str, str]] = []

    def page(self) -> str:
        lines = ("".join(line) for line in self._lines)
        return "".join(f'<p dir="auto">{line or "<br>"}</p>' for line in lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ALLOWED:
            raise Unknown(tag)
        opened = _opened(tag, dict(attrs))
        self._open.append(opened)
        self._say(opened[0])

    def handle_endtag(self, tag: str) -> None:
        self._say(self._open.pop()[1])

    def handle_data(self, data: str) -> None:
        self.said.append(data)
        first, *rest = data.split("\n")
        self._say(escape(first))
        for line in rest:
            # A tag that is open at the end of a line goes on in the next paragraph.
            self._lines[-1].extend(end for _, end in reversed(self._open))
            self._lines.append([start for start, _ in self._open])
            self._say(escape(line))

    def _say(self, html: str) -> None:
        self._lines[-1].append(html)


def _opened(tag: str, given: dict[str, str | None]) -> tuple[str, str]:
    """The start and the end of an allowed tag, with the attributes that it may have here."""
    if tag == "a":
        address = given.get("href") or ""
        if not _ADDRESS.fullmatch(address):
            raise Unknown(f"a link to {address!r}")
        # No link: nothing on this page leads off the machine.
        return f'<span class="link" title="{escape(address)}">', "</span>"
    if tag == "tg-time":
        seconds = given.get("unix") or ""
        if not _DIGITS.fullmatch(seconds):
            raise Unknown(f"a time of {seconds!r}")
        return f'<time data-unix="{seconds}">', "</time>"
    return f"<{tag}>", f"</{tag}>"
