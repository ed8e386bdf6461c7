"""Reading the whole numbers people type, in their digits and habits; never guesses between two."""

from __future__ import annotations

import re
import unicodedata

MAX_QUANTITY = 10**12

# "1,000" is one thousand here, as "1.000" and "1 000" are; a leading zero is a decimal ("0.500")
# or a telephone number, not a quantity.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([,. '])\d{3})(?:\1\d{3})*")
_WHOLE = re.compile(r"[1-9]\d*")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_COUNT = re.compile(r"(\d[\d,. ']*?) ?([^\W\d]*)")

_SEPARATORS = str.maketrans({"٬": ",", "،": ",", "٫": ".", "’": "'", "‘": "'"})

_THOUSAND = ("k", "к", "thousand", "ك", "ک", "ألف", "الف", "ألفا", "الفا", "آلاف", "الاف", "هزار")
_MILLION = ("m", "м", "mln", "million", "م", "مليون", "مليونا", "ملايين", "میلیون", "ملیون")
_MULTIPLIERS = {"": 1} | dict.fromkeys(_THOUSAND, 1_000) | dict.fromkeys(_MILLION, 1_000_000)


def parse_quantity(text: str) -> int | None:
    """Return the whole number that the text is, from 1 to 10**12, or None.

    Any digit system, grouping by comma, dot, space or apostrophe, and a multiplier (`2.5k`, `٢ك`,
    `2 مليون`). None for anything with two readings: `1.5` without a multiplier, `1.500k`.
    """
    if len(text) > 64:
        return None
    match = _COUNT.fullmatch(_plain(text))
    multiplier = _MULTIPLIERS.get(match[2]) if match else None
    if match is None or multiplier is None:
        return None
    number = _whole(match[1]) if multiplier == 1 else _scaled(match[1], multiplier)
    return number if number is not None and 0 < number <= MAX_QUANTITY else None


def western_digits(text: str) -> str:
    """Return the text with the decimal digits of every script as 0 to 9."""
    return re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), text)


def _plain(text: str) -> str:
    # A number copied out of right-to-left text brings invisible direction marks with it.
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(western_digits(seen).translate(_SEPARATORS).casefold().split())


def _whole(digits: str) -> int | None:
    if _WHOLE.fullmatch(digits) or _GROUPED.fullmatch(digits):
        return int(re.sub(r"\D", "", digits))
    return None


def _scaled(digits: str, multiplier: int) -> int | None:
    decimal = _DECIMAL.fullmatch(digits)
    if decimal is None:
        number = _whole(digits)
        return None if number is None else number * multiplier
    whole, fraction = decimal.groups()
    if len(fraction) == 3:  # 1.500k is 1,500 to one reader and 1,500,000 to the next
        return None
    number, rest = divmod(int(whole + fraction) * multiplier, 10 ** len(fraction))
    return None if rest else number
