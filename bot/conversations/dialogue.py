"""The shape of a dialogue: one table of what starts it, what continues it, and who handles that.

A handler takes what happened and the scene, and gives back a turn. It sends nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias, TypeVar

from bot.domain.draft import Opening, Resting, Step
from bot.domain.event import Command, Document, Tap, Text
from bot.domain.session import Session
from bot.screens.buttons import Action
from bot.screens.screen import File, Screen
from bot.texts.words import Words

T = TypeVar("T")

FLICKER = 0.35
"""Seconds that something may take before the screen says that it is being looked up."""


class Chat(Protocol):
    """What a handler may do in the chat before its turn ends."""

    async def show(self, screen: Screen) -> None:
        """Put something up in the meantime, where the final screen will be."""
        ...

    async def show_on(self, message_id: int, screen: Screen) -> None:
        """Put something up on one of our messages in the meantime, such as a card."""
        ...

    async def delete(self, message_id: int) -> bool:
        """Delete a message of the person; False where that is not possible."""
        ...

    async def strip(self, message_id: int) -> None:
        """Take the keys off one of our messages."""
        ...

    async def download(self, document: Document, limit: int) -> bytes | None:
        """Fetch a file of at most `limit` bytes; None where it is longer or does not come."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """What a handler is handed: the session, the chat, the person's words, the time in ms."""

    session: Session
    chat: Chat
    t: Words
    now: int


@dataclass(frozen=True, slots=True)
class Turn:
    """How a turn ends: the session to keep and the screen to put up, if any.

    `forget` keeps nothing of the person, because they asked for that. `back` puts up the screen
    of the session's step instead: the question that was open before something came between.
    `aside`, a message that stays as it is, and `file` are sent first; the screen comes below.
    """

    session: Session
    screen: Screen | None = None
    forget: bool = False
    back: Back | None = None
    aside: Screen | None = None
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Back to an open question: with a `note` on its first line, or with an `answer` to it."""

    note: str = ""
    answer: str = ""


OnCommand: TypeAlias = Callable[[Command, Scene], Awaitable[Turn]]
OnTap: TypeAlias = Callable[[Any, Tap, Scene], Awaitable[Turn]]
OnText: TypeAlias = Callable[[Any, Text, Scene], Awaitable[Turn]]
OnDocument: TypeAlias = Callable[[Any, Document, str, Scene], Awaitable[Turn]]
OnStep: TypeAlias = Callable[[Any, Scene, str], Awaitable[Turn]]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue's table.

    `commands` and `taps` start or continue it, `texts` and `documents` answer one of its steps (a
    document comes with what its file says, in which no key was found; one that no step takes is
    handled as at rest), `again` puts a step's screen up once more with a sentence on its first
    line.
    """

    commands: Mapping[str, OnCommand] = field(default_factory=dict)
    taps: Mapping[type[Action], OnTap] = field(default_factory=dict)
    texts: Mapping[type[Step], OnText] = field(default_factory=dict)
    documents: Mapping[type[Step], OnDocument] = field(default_factory=dict)
    again: Mapping[type[Step], OnStep] = field(default_factory=dict)


def at(scene: Scene, step: Step | None = None) -> Session:
    """The scene's session at another step; at rest without one.

    A link that was followed by somebody without a key goes on waiting for the key.
    """
    session = scene.session
    waits = session.serva is None and isinstance(session.step, Opening)
    return replace(session, step=step or (session.step if waits else Resting()))


async def patiently(
    scene: Scene, work: Awaitable[T], meanwhile: Screen, *, on: int | None = None
) -> T:
    """Await something, and say so on the screen once it takes long enough to be noticed.

    `on` is the message to say it on, where that is not the live screen.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=FLICKER)
        if not done:
            await (scene.chat.show(meanwhile) if on is None else scene.chat.show_on(on, meanwhile))
        return await task
    finally:
        task.cancel()
