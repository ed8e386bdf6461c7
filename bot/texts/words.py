"""Words, numbers and money in a person's language; knows nothing of screens or of markup."""

from __future__ import annotations

import gettext
import io
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from pathlib import Path
from typing import TypeAlias

from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, get_currency_symbol

from bot.domain.money import Money

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "ar": "العربية",
    "fr": "Français",
    "tr": "Türkçe",
    "ru": "Русский",
    "es": "Español",
}
"""The languages that are complete, each by its own name; the first is the one of the source."""

LOCALES = Path(__file__).parent / "locales"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_SIGN_BEHIND = frozenset({"es", "fr", "ru"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
# Babel knows a numbering system's separators, and leaves the digits to others.
_NATIVE = str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪")
_WIDE = Context(prec=128, rounding=ROUND_HALF_UP)

Value: TypeAlias = str | int | Money


def mark(message: str) -> str:
    """Mark a message for translation where it stands in a table; it is translated when used."""
    return message


def language_of(telegram_code: str) -> str:
    """The language to speak to somebody whose client says `telegram_code` (IETF, may be empty)."""
    code = telegram_code.lower().replace("_", "-").split("-")[0]
    return code if code in LANGUAGES else next(iter(LANGUAGES))


class Words:
    """One language: call it to translate, and it formats what is filled in.

    Money and numbers among the values are formatted for the language. A value that may run
    against its sentence is isolated, so that neither can disturb the other.
    """

    def __init__(
        self, code: str, translations: gettext.NullTranslations, native_digits: bool = False
    ) -> None:
        self.code = code
        self.rtl = code in _RIGHT_TO_LEFT
        self._translations = translations
        self._numbers = "arab" if native_digits and code == "ar" else "latn"

    def __call__(self, message: str, /, **values: Value) -> str:
        """The message in this language, its `{placeholders}` filled in."""
        return self._fill(self._translations.gettext(message), values)

    def n(self, one: str, many: str, count: int, /, **values: Value) -> str:
        """The plural form that `count` wants; `{count}` is filled in too."""
        return self._fill(self._translations.ngettext(one, many, count), {"count": count, **values})

    def number(self, number: int | Decimal) -> str:
        """A number with the language's separators."""
        return self._formatted(number, decimals=4)

    def percent(self, percent: int) -> str:
        """A percentage, 0 to 100."""
        shown = format_percent(Decimal(percent) / 100, locale=self.code, numbering_system="latn")
        return self._in_digits(shown)

    def clock(self, minute: int) -> str:
        """A minute of the day as a clock shows it."""
        return self._in_digits(f"{minute // 60:02}:{minute % 60:02}")

    def month(self, month: int) -> str:
        """A month (YYYYMM) by its name, with its year."""
        shown = format_skeleton("yMMMM", date(month // 100, month % 100, 1), locale=self.code)
        return self._in_digits(shown)

    def money(self, money: Money) -> str:
        """An amount with its currency's sign: in front in both directions, but where nobody does.

        The sign is the currency's own, and not "$US" or "US$", as CLDR has it for some.
        """
        amount = money.rounded().amount
        decimals = max(2, -int(amount.as_tuple().exponent))
        text = self._formatted(abs(amount), at_least=2, decimals=decimals)
        symbol = get_currency_symbol(money.currency, locale="en")
        minus = "-" if amount < 0 else ""
        if self.code in _SIGN_BEHIND:
            return f"{minus}{text}\u00a0{symbol}"
        gap = "" if len(symbol) == 1 else "\u00a0"  # an amount is never broken over two lines
        return f"{minus}{symbol}{gap}{text}"

    def isolated(self, text: str) -> str:
        """The text fenced off from its surroundings, where either runs from right to left."""
        fenced = bool(text) if self.rtl else _runs_right_to_left(text)
        return f"{_ISOLATE}{text}{_END_ISOLATE}" if fenced else text

    def _formatted(self, number: int | Decimal, *, decimals: int, at_least: int = 0) -> str:
        pattern = "#,##0." + "0" * at_least + "#" * (decimals - at_least)
        # Babel rounds in the thread's own context, which refuses more than 28 digits.
        with localcontext(_WIDE):
            text = format_decimal(number, pattern, locale=self.code, numbering_system=self._numbers)
        return self._in_digits(text)

    def _in_digits(self, text: str) -> str:
        return text.translate(_NATIVE) if self._numbers == "arab" else text

    def _fill(self, message: str, values: Mapping[str, Value]) -> str:
        return message.format_map({name: self._shown(value) for name, value in values.items()})

    def _shown(self, value: Value) -> str:
        if isinstance(value, Money):
            return self.isolated(self.money(value))
        if isinstance(value, int):
            return self.number(value)
        return self.isolated(value)


class Texts:
    """All languages; built once, when the bot starts."""

    def __init__(self) -> None:
        self._translations = {code: _translations(code) for code in LANGUAGES}
        self._words = {
            (code, native): Words(code, translations, native)
            for code, translations in self._translations.items()
            for native in (False, True)
        }

    def of(self, language: str, native_digits: bool = False) -> Words:
        """The words of a language; the source language where it is not known."""
        code = language if language in LANGUAGES else next(iter(LANGUAGES))
        return self._words[code, native_digits]


def _runs_right_to_left(text: str) -> bool:
    """Whether a letter or a digit of the text does; one is enough to turn what stands beside it."""
    return not text.isascii() and any(
        unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text
    )


def _translations(code: str) -> gettext.NullTranslations:
    path = LOCALES / code / "LC_MESSAGES" / "bot.po"
    if not path.exists():  # the source language needs no catalogue
        return gettext.NullTranslations()
    # Compiled in memory: a binary beside the source would have to be kept in step with it.
    with path.open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
