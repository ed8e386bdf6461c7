"""Making foreign text safe to show and easy to match; escapes nothing for any markup."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse

from bot.domain.numbers import western_digits

TELEGRAM_MESSAGE = 4096

# Everything of category C that could reorder, hide or smuggle text (controls, bidi controls, zero
# widths, tags, private use, surrogates, noncharacters), and the fillers that print as nothing.
# Unassigned code points stay: they are next year's emoji. The two joiners are dealt with below.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891"
    "\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff]"
)
_BLANK_BRAILLE = "\u2800"

# Persian spells words with the non-joiner, and families of emoji are held by the joiner; anywhere
# else either is a way to make two names look the same.
_ARABIC_LETTER = "[\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06d5]"
_EMOJI = "[\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]"
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_STRAY_JOINER = re.compile(
    f"(?<!{_ARABIC_LETTER}){_NON_JOINER}|{_NON_JOINER}(?!{_ARABIC_LETTER})"
    f"|(?<!{_EMOJI})(?<!{_EMOJI}\ufe0f){_JOINER}|{_JOINER}(?!{_EMOJI})"
)

_JOINERS = _NON_JOINER + _JOINER

_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))
# A flag is two of these; which two depends on where the row of them begins.
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))

# Vowelled Arabic, Hebrew with accents and Vietnamese need up to three marks on a letter.
_MARKS_PER_LETTER = 4

_FOLDED_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ے": "ي",
        "ة": "ه",
        "ۃ": "ه",
        "ہ": "ه",
        "ە": "ه",
        "ھ": "ه",
        "ک": "ك",
        "ı": "i",
        "ـ": None,
        _NON_JOINER: None,
        _JOINER: None,
        "\ufe0e": None,
        "\ufe0f": None,
        "\u20e3": None,
    }
)


def clean(text: str, limit: int = TELEGRAM_MESSAGE, lines: bool = False) -> str:
    """Return text from outside as it may be shown: nothing invisible, NFC, single spaces.

    `limit` counts as Telegram does (UTF-16 units) and includes the "…" that marks a cut; a cut
    never splits what is read as one character. With `lines`, line ends are kept, and at most one
    empty line between two others. Cleaning twice changes nothing.
    """
    seen = _INVISIBLE.sub("", text).replace(_BLANK_BRAILLE, " ")
    # What is looked at character by character below is bounded, whatever was sent.
    bounded = seen[: 16 * limit]
    tidy = _single_spaced(_composed(bounded), lines)
    if len(seen) > len(bounded) or utf16_length(tidy) > limit:
        return _cut(tidy, limit)
    return tidy


def fold(text: str) -> str:
    """Return the form in which two spellings of the same words are equal, for matching only.

    Compatibility forms, case, Latin accents, Arabic vowels and letter variants, tatweel, digit
    systems, invisible characters and white space make no difference. Folding twice changes nothing.
    """
    # Marks go first: normalising a long run of them takes quadratic time.
    bare = _without_marks(_INVISIBLE.sub("", text).replace(_BLANK_BRAILLE, " "))
    caseless = unicodedata.normalize("NFKD", bare).casefold()
    letters = _without_marks(unicodedata.normalize("NFKD", caseless)).translate(_FOLDED_LETTERS)
    return " ".join(unicodedata.normalize("NFC", western_digits(letters)).split())


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram counts limits and offsets."""
    return len(text) + sum(char > "\uffff" for char in text)


def visible(text: str) -> str:
    """Return the text without its invisible characters, joiners included, and otherwise as it is.

    For text that people paste to be read by a machine: a link, a key, an order id.
    """
    return _INVISIBLE.sub("", text).replace(_NON_JOINER, "").replace(_JOINER, "")


def _composed(text: str) -> str:
    if text.isascii():
        return text
    # Capped before normalising, which is quadratic in a run of marks, and again after it, because
    # a few letters come apart into several marks.
    few_marks = _capped_marks(_STRAY_JOINER.sub("", text))
    return _capped_marks(unicodedata.normalize("NFC", few_marks))


def _capped_marks(text: str) -> str:
    """Drop marks without a letter below them, which would sit on our words, and towers of them."""
    kept = []
    marks = _MARKS_PER_LETTER
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_PER_LETTER:
                continue
        elif char.isspace():
            marks = _MARKS_PER_LETTER
        elif char not in _JOINERS:
            marks = 0
        kept.append(char)
    return "".join(kept)


def _without_marks(text: str) -> str:
    # Vowel signs of Indic scripts have combining class 0: they are spelling, and stay.
    return text if text.isascii() else "".join(filterfalse(unicodedata.combining, text))


def _single_spaced(text: str, lines: bool) -> str:
    if not lines:
        return " ".join(text.split())
    joined = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def _cut(text: str, limit: int) -> str:
    if limit < 1:
        return ""
    room = text.encode("utf-16-le")[: 2 * (limit - 1)]
    end = len(room.decode("utf-16-le", "ignore"))
    while 0 < end < len(text) and _splits_a_character(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _splits_a_character(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before in _JOINERS or after in _JOINERS or unicodedata.category(after).startswith("M"):
        return True
    if after in _FLAG_HALVES:
        head = text[:at]
        return (at - len(head.rstrip(_FLAG_HALVES))) % 2 == 1
    return after in _SKIN_TONES
