"""Reading the numbers people type, in their digits and habits; never guesses between two."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MAX_QUANTITY = 10**12

# "1,000" is one thousand here, as "1.000" and "1 000" are; a leading zero is a decimal ("0.500")
# or a telephone number, not a quantity.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([,. '])\d{3})(?:\1\d{3})*")
_WHOLE = re.compile(r"[1-9]\d*")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_COUNT = re.compile(r"(\d[\d,. ']*?) ?([^\W\d]*)")
_CENTS = re.compile(r"(\d{1,12})[.,](\d{1,2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))? ?(am|pm|a\.m\.|p\.m\.|ص|م|صباحا|مساء)?")

_SEPARATORS = str.maketrans({"٬": ",", "،": ",", "٫": ".", "’": "'", "‘": "'"})

_THOUSAND = (
    *("k", "к", "thousand", "mille", "mil", "bin", "тыс", "тысяча", "тысячи", "тысяч"),
    *("ك", "ک", "ألف", "الف", "ألفا", "الفا", "آلاف", "الاف", "هزار"),
)
_MILLION = (
    *("m", "м", "mln", "млн", "million", "millions", "millón", "millones", "milyon"),
    *("миллион", "миллиона", "миллионов"),
    *("م", "مليون", "مليونا", "ملايين", "میلیون", "ملیون"),
)
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


def parse_amount(text: str, currency: str) -> Decimal | None:
    """Return the amount of money that the text is, above 0 and at most 10**12, or None.

    Whole as `parse_quantity` reads it, or with one or two decimals, and perhaps with the currency
    that is meant: `12.5`, `$12,50`, `٢٠ usd`. None for a sum in another one.
    """
    if len(text) > 64:
        return None
    plain = _plain(text)
    for sign in (currency.casefold(), "$" if currency == "USD" else ""):
        plain = plain.removeprefix(sign).removesuffix(sign).strip()
    number = _whole(plain)
    if number is not None:
        return Decimal(number) if number <= MAX_QUANTITY else None
    cents = _CENTS.fullmatch(plain)
    amount = Decimal(f"{cents[1]}.{cents[2]}") if cents else Decimal(0)
    return amount if 0 < amount <= MAX_QUANTITY else None


def parse_time(text: str) -> int | None:
    """Return the minute of the day, or None: `21:40`, `21h40`, `9.40 pm`, `٩:٤٠ م`."""
    match = _TIME.fullmatch(_plain(text)) if len(text) <= 64 else None
    if match is None or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + 12 * half.startswith(("p", "م"))
    return hour * 60 + minute


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
