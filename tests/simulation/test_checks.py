"""The checks read what the bot says, so what they look for has to be what it does say."""

from __future__ import annotations

import inspect

import pytest

from bot.screens import account, draft, order
from bot.texts.words import Texts
from tests.simulation import checks, points

SAID = "\n".join(inspect.getsource(room) for room in (account, draft, order))


@pytest.mark.parametrize(
    "words",
    [
        *checks.NOTHING,
        *checks.ENDINGS.values(),
        checks.TAKEN,
        points.KEPT,
        "Order #{order} ·",
        "Order id:",
        "Last check:",
        "Balance:",
    ],
)
def test_the_bot_still_says_what_the_checks_look_for(words: str) -> None:
    assert f'"{words}' in SAID


def test_the_number_of_an_order_is_found_in_its_title() -> None:
    t = Texts().of("en")
    title = t("Order #{order} · {name}", order="17", name="Followers")
    found = checks.NUMBER.search(checks.plain(title))
    assert found is not None
    assert found[1] == "17"
