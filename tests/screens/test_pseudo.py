"""A language that nobody speaks: longer by a third, accented, in brackets.

Whatever is plain in it was never translated, whatever has lost its bracket was cut, and no key may
have lost its price.
"""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import cache
from gettext import NullTranslations

import pytest

from bot.domain.money import Money
from bot.domain.text import utf16_length
from bot.gallery.samples import Sample, samples
from bot.gallery.values import ORDINARY, Values
from bot.sandbox.telegram.html import parse_html
from bot.screens.screen import Button
from bot.texts.words import Texts, Words
from tests.screens.hostile import ALL, hostile
from tests.screens.test_screens import STAYS

STRETCH = 0.35
OPEN, CLOSE = "⟦", "⟧"
EN = Texts().of("en")

_LOOKS_LIKE = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćđéƒǵħíĵķłɱńóƥɋŕśťúṽŵẋýžÁɃĆĐÉƑǴĦÍĴĶŁṂŃÓƤɊŔŚŤÚṼŴẊÝŽ",
)
_PADDING = "öüïêâ"


def pseudo(message: str) -> str:
    """A message as it might be in a language with longer words; placeholders are left alone."""
    parts, letters = [], 0
    for text, name, _, _ in string.Formatter().parse(message):
        letters += sum(map(str.isalpha, text))
        parts.append(text.translate(_LOOKS_LIKE).replace("{", "{{").replace("}", "}}"))
        parts.append("" if name is None else f"{{{name}}}")
    words, extra = "".join(parts), round(letters * STRETCH)
    if not letters:
        return words
    padding = " ".join((_PADDING * 2)[:size] for size in [7] * (extra // 8) + [extra % 8] if size)
    return f"{OPEN}{words} {padding}{CLOSE}" if padding else f"{OPEN}{words}{CLOSE}"


class Pseudo(Words):
    """The words of that language. Names of months are the calendar's, and not ours."""

    def __init__(self) -> None:
        super().__init__("en", NullTranslations())

    def __call__(self, message: str, /, **values: str | int | Money) -> str:
        return super().__call__(pseudo(message), **values)

    def n(self, one: str, many: str, count: int, /, **values: str | int | Money) -> str:
        return super().n(pseudo(one), pseudo(many), count, **values)

    def month(self, month: int) -> str:
        return self.number(month)


T = Pseudo()


@cache
def pairs(name: str) -> list[tuple[Sample, Sample]]:
    """Every sample in English, and the same in the language that nobody speaks."""
    values = next(one for one in (*ALL, FOREIGN) if one.name == name)
    return list(zip(samples(EN, values), samples(T, values), strict=True))


def keys(sample: Sample) -> list[Button]:
    return [key for row in sample.screen.rows for key in row]


def foreign() -> Values:
    """Values in which nothing has a Latin letter, so that each that is left is one of ours."""
    values = hostile("foreign", "متابعين", 1_000, 2)
    ours = [
        replace(one, name=values.service.name, names={}, description="")
        for one in ORDINARY.fielded
        if all(entry.top_level for entry in one.fields)
    ]
    given = {entry.key: "1" for one in ours for entry in one.fields}
    return replace(values, fielded=(values.service, *ours), answers={**values.answers, **given})


FOREIGN = foreign()
every_value = pytest.mark.parametrize("name", [one.name for one in (*ALL, FOREIGN)])

PLAIN = re.compile("[A-Za-z]{2,}")


def test_nothing_is_said_that_was_never_translated() -> None:
    left = set()
    for _, sample in pairs("foreign"):
        text, _ = parse_html(sample.screen.text)
        for line in (*text.split("\n"), *(key.label for key in keys(sample))):
            if PLAIN.search(STAYS.sub("", line)):
                left.add((sample.name, line))
    assert left == set()


@pytest.mark.parametrize("name", [ORDINARY.name, FOREIGN.name])
def test_longer_words_fit_into_messages(name: str) -> None:
    """Beside the longest of everything that is foreign, the courier cuts; see `payload.fit`."""
    assert [
        (sample.name, sample.shape)
        for _, sample in pairs(name)
        if utf16_length(parse_html(sample.screen.text)[0]) > 4096
    ] == []


@every_value
def test_longer_words_fit_on_keys(name: str) -> None:
    too_long = [
        (sample.name, key.label)
        for _, sample in pairs(name)
        for key in keys(sample)
        if utf16_length(key.label) > 64
    ]
    assert too_long == []


AMOUNT = re.compile(r"\$[\d,]+\.\d+")


@every_value
def test_no_key_loses_its_price(name: str) -> None:
    lost = []
    for shown, sample in pairs(name):
        # A key that copies is left out where the words make its text too long to be copied.
        english, long = ([key for key in keys(one) if not key.copy] for one in (shown, sample))
        lost += [
            (sample.name, short.label, key.label)
            for short, key in zip(english, long, strict=True)
            if AMOUNT.findall(short.label) != AMOUNT.findall(key.label)
        ]
    assert lost == []


@every_value
def test_what_is_cut_says_so(name: str) -> None:
    lost = [
        (sample.name, said)
        for _, sample in pairs(name)
        for said in (parse_html(sample.screen.text)[0], *(key.label for key in keys(sample)))
        if said.count(OPEN) != said.count(CLOSE) and "…" not in said
    ]
    assert lost == []
