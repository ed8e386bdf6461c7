"""The wiring of the house: refused where it is ambiguous or full of holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from bot import app
from bot.conversations.dialogue import Dialogue, Turn
from bot.conversations.router import BadWiring, Router
from bot.domain.draft import Filling, Resting, Step
from bot.screens import buttons
from bot.screens.buttons import Action
from bot.settings import Settings


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Router:
    """The router as the composition root wires it; nothing behind it runs."""
    data: Path = tmp_path_factory.mktemp("data")
    given: dict[str, Any] = {"bot_token": "1:abc", "data_dir": data, "admin_ids": "5"}
    settings = Settings(_env_file=None, **given)
    nothing: Any = None
    return app.build(settings, nothing, nothing, "some_bot", nothing, app.Wakes()).router


async def nobody(*given: object) -> Turn:
    raise AssertionError("a wiring test calls no handler")


def times_handled(dialogues: list[Dialogue], table: str) -> dict[object, int]:
    """How many dialogues handle what, in one of their tables."""
    counts: dict[object, int] = {}
    for dialogue in dialogues:
        handled: Mapping[object, object] = getattr(dialogue, table)
        for key in handled:
            counts[key] = counts.get(key, 0) + 1
    return counts


def test_every_button_has_exactly_one_handler(router: Router) -> None:
    counts = times_handled([*router.dialogues, *router.operator], "taps")
    assert counts == dict.fromkeys(get_args(Action), 1)


def test_every_action_class_is_an_action() -> None:
    """A class that is forgotten in the union would be a button that nobody has to handle."""
    classes = {
        kind
        for kind in vars(buttons).values()
        if isinstance(kind, type) and kind.__module__ == buttons.__name__
    }
    assert classes == set(get_args(Action))


def test_every_step_takes_text_and_can_be_shown_again(router: Router) -> None:
    dialogues = [*router.dialogues, *router.operator]
    assert times_handled(dialogues, "texts") == dict.fromkeys(get_args(Step), 1)
    assert times_handled(dialogues, "again") == dict.fromkeys(get_args(Step), 1)


def test_every_command_of_the_menu_is_handled(router: Router) -> None:
    assert times_handled([*router.dialogues], "commands") == dict.fromkeys(app.COMMANDS, 1)
    assert times_handled([*router.operator], "commands") == {"admin": 1}


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (Dialogue(taps={buttons.Confirm: nobody}), "more than one dialogue handles Confirm"),
        (Dialogue(texts={Filling: nobody}), "more than one dialogue handles Filling"),
        (Dialogue(again={Resting: nobody}), "more than one dialogue handles Resting"),
        (Dialogue(commands={"start": nobody}), "more than one dialogue handles start"),
    ],
)
def test_two_handlers_for_one_thing_are_refused(
    router: Router, second: Dialogue, complaint: str
) -> None:
    with pytest.raises(BadWiring, match=complaint):
        replace(router, dialogues=[*router.dialogues, second])
    # The operator's tables come after everybody's: a second handler there would never be reached.
    with pytest.raises(BadWiring, match=complaint):
        replace(router, operator=[*router.operator, second])


@pytest.mark.parametrize(
    ("table", "kind", "complaint"),
    [
        ("taps", buttons.Confirm, "no dialogue handles the button Confirm"),
        ("taps", buttons.AdminSend, "no dialogue handles the button AdminSend"),
        ("texts", Filling, "no dialogue takes text at the step Filling"),
        ("again", Filling, "no dialogue shows again the step Filling"),
    ],
)
def test_a_button_or_a_step_that_nobody_handles_is_refused(
    router: Router, table: str, kind: type, complaint: str
) -> None:
    def without(dialogue: Dialogue) -> Dialogue:
        handled = getattr(dialogue, table)
        left = {key: value for key, value in handled.items() if key is not kind}
        return replace(dialogue, **{table: left})

    with pytest.raises(BadWiring, match=complaint):
        replace(
            router,
            dialogues=[without(dialogue) for dialogue in router.dialogues],
            operator=[without(dialogue) for dialogue in router.operator],
        )
