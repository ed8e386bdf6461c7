"""Telegram's HTML, as strict as Telegram: text and entities out, or the refusal in its own words.

https://core.telegram.org/bots/api#html-style names the tags; offsets in refusals count bytes of
UTF-8, offsets of entities count UTF-16 code units. An entity such as `&nbsp;` that Telegram does
not know stays in the text as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.entities import utf16_length
from bot.sandbox.telegram.errors import ApiError, bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")
_ESCAPE = re.compile(
    r"&(?:#(?P<decimal>\d{1,7})(?!\d)|#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6})(?![0-9A-Fa-f])"
    r"|(?P<name>lt|gt|amp|quot)(?![A-Za-z]));?"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")
# "r" alone, or day of the week, date and time in this order: Bot API 9.5, date-time entities.
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its MessageEntity objects in order; ApiError 400 on any slip."""
    parser = _Parser(source)
    parser.run()
    text = "".join(parser.text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _refuse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return text, sorted(parser.entities, key=lambda one: (one["offset"], -one["length"]))


def _refuse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    if name := match["name"]:
        return _NAMED[name]
    number = int(match["decimal"] or match["hexadecimal"], 10 if match["decimal"] else 16)
    return chr(number) if 0 < number < 0x10FFFF else match[0]


@dataclass(slots=True)
class _Open:
    """A start tag whose end has not come yet."""

    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._length = 0
        self._open: list[_Open] = []
        self.text: list[str] = []
        self.entities: list[dict[str, Any]] = []

    def run(self) -> None:
        while self._at < len(self._source):
            tag_at = self._source.find("<", self._at)
            self._say(self._source[self._at : tag_at if tag_at >= 0 else None])
            if tag_at < 0:
                break
            self._at = tag_at + 1
            if self._peek() == "/":
                self._end_tag(tag_at)
            else:
                self._start_tag(tag_at)
        if self._open:
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')

    def _say(self, raw: str) -> None:
        plain = _unescape(raw)
        self.text.append(plain)
        self._length += utf16_length(plain)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        # Every pattern here also matches nothing, so there is always a match.
        match = pattern.match(self._source, self._at)
        taken = match[0] if match else ""
        self._at += len(taken)
        return taken

    def _byte(self, position: int) -> int:
        return len(self._source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self, begin: int) -> None:
        tag = self._take(_NAME).lower()
        if not self._peek():
            raise _refuse(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in _TYPES:
            raise _refuse(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes: dict[str, str] = {}
        while self._take(_SPACE) or self._peek() != ">":
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, begin)
            attributes[name] = value
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refuse(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self._open.append(_Open(tag, attributes, self._length, len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        unclosed = f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}'
        name = self._take(_ATTRIBUTE_NAME)
        if not name:
            if not self._peek():
                raise _refuse(unclosed)
            raise _refuse(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
            )
        self._take(_SPACE)
        if self._peek() != "=":
            if not self._peek():
                raise _refuse(unclosed)
            if (tag, name) != ("blockquote", "expandable"):
                raise _refuse(
                    f"Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" at byte offset {self._byte(begin)}'
                )
            return name, ""
        self._at += 1
        self._take(_SPACE)
        quote = self._peek()
        if not quote:
            raise _refuse(unclosed)
        return name, self._quoted(quote, begin) if quote in "\"'" else self._bare()

    def _quoted(self, quote: str, begin: int) -> str:
        end = self._source.find(quote, self._at + 1)
        if end < 0 or end + 1 == len(self._source):
            raise _refuse(f"Unclosed start tag at byte offset {self._byte(begin)}")
        value = _unescape(self._source[self._at + 1 : end])
        self._at = end + 1
        return value

    def _bare(self) -> str:
        begin = self._at
        value = self._take(_BARE_VALUE).lower()
        if self._peek() != ">" and not self._peek().isspace():
            raise _refuse(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return value

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise _refuse(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at += 1
        found = self._take(_NAME).lower()
        self._take(_SPACE)
        if self._peek() != ">":
            raise _refuse(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        opened = self._open.pop()
        if found not in {"", opened.tag}:
            raise _refuse(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{found}>"'
            )
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = {
            "type": _TYPES[opened.tag],
            "offset": opened.offset,
            "length": self._length - opened.offset,
        }
        extra = self._details(opened)
        if extra is None or self._is_language_of_pre(opened.tag, entity):
            return
        self.entities.append(entity | extra)

    def _details(self, opened: _Open) -> dict[str, Any] | None:
        """What the entity carries besides its place; None: Telegram drops it silently."""
        attributes = opened.attributes
        match opened.tag:
            case "a":
                return _link(attributes.get("href") or "".join(self.text[opened.piece :]))
            case "code":
                language = attributes.get("class", "")
                return {"language": language[9:]} if language.startswith("language-") else {}
            case "blockquote" if "expandable" in attributes:
                return {"type": "expandable_blockquote"}
            case "tg-emoji":
                return {"custom_emoji_id": _emoji_id(attributes.get("emoji-id", ""))}
            case "tg-time":
                return _moment(attributes)
        return {}

    def _is_language_of_pre(self, tag: str, entity: dict[str, Any]) -> bool:
        """`<pre><code class="language-x">` is one entity: the pre takes the language over."""
        if tag != "pre" or not self.entities:
            return False
        inner = self.entities[-1]
        same = all(inner[name] == entity[name] for name in ("offset", "length"))
        if not (same and inner["type"] == "code" and "language" in inner):
            return False
        inner["type"] = "pre"
        return True


def _link(url: str) -> dict[str, Any] | None:
    if user := _USER_LINK.fullmatch(url):
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    scheme, separator, rest = url.partition("://")
    if not separator:
        return {"url": f"http://{url}/"} if re.match(r"[\w-]+(\.[\w-]+)+", url) else None
    if scheme.lower() not in {"http", "https", "tg", "ton", "tonsite"} or not rest:
        return None
    return {"url": url}


def _emoji_id(text: str) -> str:
    if not text.isdecimal() or int(text) == 0:
        raise _refuse("Invalid custom emoji identifier specified")
    return text


def _moment(attributes: dict[str, str]) -> dict[str, Any]:
    unix = attributes.get("unix", "")
    if not re.fullmatch(r"\d{1,10}", unix):
        raise _refuse("Invalid Unix time specified")
    shape = attributes.get("format", "")
    if not _TIME_FORMAT.fullmatch(shape):
        raise _refuse("Invalid date-time format specified")
    return {"unix_time": int(unix)} | ({"date_time_format": shape} if shape else {})
