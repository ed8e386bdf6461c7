"""Telling an API key from anything else people type; knows no provider and validates nothing.

A key that is missed leaks into logs and searches; a word that is taken for one costs a question.
So the doubtful case is a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.links import blank_links, parse_link
from bot.domain.text import visible

SHORTEST_KEY = 16
LONGEST_KEY = 512
_SHORTEST_RANDOM = 20

_KEY_CHARACTER = r"[A-Za-z0-9_\-.:~+/=]"
# A name or a hashtag is consumed whole; 32 hex digits after a "#" are none.
_RUN = re.compile(
    rf"[#@][A-Za-z0-9_.]{{1,30}}(?!{_KEY_CHARACTER})|(?P<run>{_KEY_CHARACTER}{{{SHORTEST_KEY},}})"
)
# The API also takes the key in the query string, so a link may carry it.
_KEY_IN_LINK = re.compile(
    rf"[?&](?:x-)?(?:api[_-]?)?key=({_KEY_CHARACTER}{{{SHORTEST_KEY},}})", re.IGNORECASE
)
_LABEL = re.compile(r"[A-Za-z][A-Za-z_.-]{0,23}[:=]+")
_BOT_TOKEN = re.compile(r"[0-9]{6,}:[A-Za-z0-9_-]{30,}")

_TYPED_ELSEWHERE = re.compile(
    r"[a-z][a-z0-9+.-]*://.*|www\..*|/[a-z0-9_]{1,32}(?:@[a-z0-9_]+)?|[@#][a-z0-9_.]{1,30}"
    r"|[^@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.IGNORECASE | re.ASCII,
)

# Hex digits, also with the dashes of a UUID, standing alone between separators.
_HEX = re.compile(
    r"(?<![A-Za-z0-9])[0-9a-f](?:-?[0-9a-f]){15,}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    rf"(?:sk|pk|api|key|token|secret|servy?a)[_-](?=.*[0-9]){_KEY_CHARACTER}{{{SHORTEST_KEY},}}",
    re.IGNORECASE,
)
_UNBROKEN = re.compile("[A-Za-z0-9]+")
# What a person reads as one word or number; chance seldom makes one longer than three characters.
_PIECE = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SWITCH = re.compile("(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


def looks_like_key(text: str, *, expected: bool) -> bool:
    """Tell whether a key is in the text; see `find_key`."""
    return find_key(text, expected=expected) is not None


def find_key(text: str, *, expected: bool) -> str | None:
    """Return the key in the text, without label and punctuation around it, or None.

    Key-shaped: 16 or more hex digits, or 20 or more characters that look random, alone or in a
    sentence. `expected` (no account yet, or asked for a key) takes also any other single word of
    16 to 512 ASCII characters that is no link, command, name or e-mail address.
    """
    seen = visible(text)
    found = next(_key_spans(seen), None)
    if found:
        return seen[slice(*found)]
    return _only_word(seen) if expected else None


def redact(text: str) -> str:
    """Return the text with bot tokens as "[token]" and of key-shaped words the last four only."""
    hidden = _BOT_TOKEN.sub("[token]", text)
    for start, end in sorted(_key_spans(hidden), reverse=True):
        hidden = f"{hidden[:start]}…{hidden[end - 4 :]}"
    return hidden


def _only_word(text: str) -> str | None:
    word = text.strip(" \t\r\n\"'`<>()[]“”«».,;:!")
    if _TYPED_ELSEWHERE.fullmatch(word) or parse_link(word):
        return None
    label = _LABEL.match(word)
    word = word[label.end() :] if label else word
    return word if re.fullmatch(f"[!-~]{{{SHORTEST_KEY},{LONGEST_KEY}}}", word) else None


def _key_spans(text: str) -> Iterator[tuple[int, int]]:
    rest = blank_links(text)
    for match in _KEY_IN_LINK.finditer(text):
        in_link = rest[match.start(1) : match.end(1)].isspace()
        if in_link and _key_shaped(match[1]):
            yield match.span(1)
    for match in _RUN.finditer(rest):
        if match["run"]:
            start, end = _bare(match["run"], match.start())
            if _key_shaped(text[start:end]):
                yield start, end


def _bare(run: str, start: int) -> tuple[int, int]:
    """Return the span of the run, which begins at `start`, less its label and punctuation."""
    body = run.lstrip(".:=~")
    label = _LABEL.match(body)
    body = body[label.end() :] if label else body
    begins = start + len(run) - len(body)
    return begins, begins + len(body.rstrip(".:"))


def _key_shaped(word: str) -> bool:
    if len(word) < SHORTEST_KEY:
        return False
    if any(_mixed(match[0]) for match in _HEX.finditer(word)) or _PREFIXED.fullmatch(word):
        return True
    return len(word) >= _SHORTEST_RANDOM and _looks_random(word)


def _looks_random(word: str) -> bool:
    unbroken = _UNBROKEN.findall(word)
    # "SUMMER-SALE-2026" has no pieces that touch, "InstagramFollowers2026" has two seams in 22
    # characters; random base62 has one every other character.
    seams = sum(len(_PIECE.findall(part)) - 1 for part in unbroken)
    if not _mixed(word):
        return seams * 3 >= len(word)
    if any(len(part) >= _SHORTEST_RANDOM and len(_SWITCH.findall(part)) > 1 for part in unbroken):
        return True
    return seams * 6 >= len(word)


def _mixed(word: str) -> bool:
    return bool(re.search("[A-Za-z]", word) and re.search("[0-9]", word))
