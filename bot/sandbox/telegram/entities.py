"""What Telegram does to any text: counts it, cleans it, marks commands, links and names in it.

It parses no markup.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

Entity: TypeAlias = dict[str, Any]

# Of general punctuation a link holds joiners and dashes only; an isolate ends it.
_IN_LINK = '[^\\s<>"«»\u2000-\u200b\u200e\u200f\u2016-\u206f]'
_FOUND = re.compile(
    r"(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    rf"|(?P<url>https?://{_IN_LINK}+|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{{2,12}}(?:/{_IN_LINK}*)?)"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{2,31})\b"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)",
    re.IGNORECASE,
)


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts offsets and limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def find_entities(text: str) -> list[Entity]:
    """Commands, links, mentions and hashtags, in order, as MessageEntity objects."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0].rstrip(".,;:!?")),
        }
        for match in _FOUND.finditer(text)
    ]


# Line and paragraph separators, embeddings and overrides of direction, carriage returns.
# Isolates (U+2066 to U+2069) and marks (U+200E, U+200F) stay.
_REMOVED = re.compile("[\r\u2028-\u202e]")
_BLANKED = re.compile("[\x00-\x09\x0b-\x1f]")
_WRITTEN_OVER_FOUND = frozenset({"code", "pre", "text_link", "text_mention"})


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop what Telegram drops: some invisible characters, white space at both ends.

    The entities move along; those that end up empty go.
    """
    kept = _BLANKED.sub(" ", _REMOVED.sub("", text))
    lead = len(kept) - len(kept.lstrip())
    bare = kept.strip()
    if bare == text or not entities:
        return bare, entities
    # Where each UTF-16 unit of the old text begins in the new one.
    places = [0]
    for character in text:
        width = 0 if _REMOVED.match(character) else utf16_length(character)
        places += [places[-1] + width] * utf16_length(character)
    last = utf16_length(bare)

    def moved(unit: int) -> int:
        place = places[min(max(unit, 0), len(places) - 1)] - lead
        return min(max(place, 0), last)

    spans = [(one, moved(one["offset"]), moved(one["offset"] + one["length"])) for one in entities]
    return bare, [
        one | {"offset": begin, "length": end - begin} for one, begin, end in spans if end > begin
    ]


def merge(written: list[Entity], found: list[Entity]) -> list[Entity]:
    """Both kinds in order; what Telegram found by itself gives way to written code and links."""
    taken = [
        (one["offset"], one["offset"] + one["length"])
        for one in written
        if one["type"] in _WRITTEN_OVER_FOUND
    ]
    free = [
        one
        for one in found
        if not any(
            begin < one["offset"] + one["length"] and one["offset"] < end for begin, end in taken
        )
    ]
    return sorted([*written, *free], key=lambda one: (one["offset"], -one["length"]))
