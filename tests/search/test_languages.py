"""What the bot calls things in each language is understood when somebody types it."""

from __future__ import annotations

import pytest

from bot.domain.platforms import Aim, wish_of
from bot.screens.catalogue import aim_label
from bot.texts.words import LANGUAGES, Texts

TEXTS = Texts()
every_language = pytest.mark.parametrize("code", list(LANGUAGES))


@every_language
def test_what_stands_on_a_key_may_be_typed(code: str) -> None:
    labels = {aim: aim_label(TEXTS.of(code), aim) for aim in Aim if aim is not Aim.OTHER}
    assert {aim: label for aim, label in labels.items() if aim not in wish_of(label).aims} == {}


@every_language
def test_the_word_that_is_given_as_an_example_is_known(code: str) -> None:
    *_, word = TEXTS.of(code)("Try another word, for example: followers").split()
    assert Aim.FOLLOWERS in wish_of(word).aims
