"""The one guard of the operator's dialogues, checked again at every handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from bot.conversations.dialogue import Dialogue, Scene, Turn

K = TypeVar("K")
Handler = Callable[..., Awaitable[Turn]]


class NotAnOperator(Exception):
    """A handler of the operator's was reached for somebody else: the wiring is broken."""


def guarded(dialogue: Dialogue, is_operator: Callable[[int], bool]) -> Dialogue:
    """The dialogue, refusing everybody but operators whatever the router does."""

    def all_of(table: Mapping[K, Handler]) -> dict[K, Handler]:
        return {key: _guard(handler, is_operator) for key, handler in table.items()}

    return Dialogue(
        commands=all_of(dialogue.commands),
        taps=all_of(dialogue.taps),
        texts=all_of(dialogue.texts),
        again=all_of(dialogue.again),
    )


def _guard(handler: Handler, is_operator: Callable[[int], bool]) -> Handler:
    async def handle(*given: Any) -> Turn:
        scene = next(value for value in given if isinstance(value, Scene))
        if not is_operator(scene.session.owner):
            raise NotAnOperator
        return await handler(*given)

    return handle
