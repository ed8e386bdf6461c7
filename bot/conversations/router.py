"""Which event goes to which dialogue: keys first, then doors, then the dialogues' tables."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_args

from bot.conversations.dialogue import (
    Back,
    Dialogue,
    OnCommand,
    OnDocument,
    OnStep,
    OnTap,
    OnText,
    Scene,
    Turn,
    patiently,
)
from bot.conversations.front import Front
from bot.conversations.link import Link, key_in
from bot.domain.draft import Resting, Step
from bot.domain.event import (
    Command,
    Document,
    Edited,
    Event,
    Media,
    Membership,
    Moved,
    Tap,
    Text,
)
from bot.domain.keys import find_key
from bot.domain.links import links_in
from bot.domain.session import Session
from bot.domain.sharing import followed
from bot.domain.text_file import MAX_BYTES, is_text_file, text_of_file
from bot.screens import account as account_screens
from bot.screens import main as screens
from bot.screens.buttons import Action, unpack
from bot.screens.screen import Screen
from bot.usecases.admit import Admit

K = TypeVar("K")
V = TypeVar("V")


class BadWiring(Exception):
    """Two dialogues want the same thing, or nobody does; the bot does not start."""


@dataclass(frozen=True)
class Router:
    """The one place through which every event goes.

    `operator` dialogues are only consulted for operators; to anybody else their buttons and
    commands are as unknown as any forged ones.
    """

    dialogues: Sequence[Dialogue]
    operator: Sequence[Dialogue]
    link: Link
    front: Front
    admit: Admit
    username: str

    def __post_init__(self) -> None:
        everyone, operators = _merged(self.dialogues), _merged(self.operator)
        house = _merged((everyone, operators))
        _check("handles the button", get_args(Action), house.taps)
        _check("takes text at the step", get_args(Step), house.texts)
        _check("shows again the step", get_args(Step), house.again)
        object.__setattr__(self, "_everyone", everyone)
        object.__setattr__(self, "_operators", operators)

    async def handle(self, event: Event, scene: Scene) -> Turn | None:
        """One turn; None where there is nothing to say and nothing to keep."""
        if isinstance(event, Membership):
            await self.admit.reachable(event.origin.person.id, event.reachable)
            return None
        if isinstance(event, Moved):
            return None
        key = self._key(event, scene)
        if not event.origin.private:
            return await self._in_group(event, scene, key)
        refused = await self._at_the_door(event, scene)
        if refused is not None:
            if key is not None:
                await scene.chat.delete(_as_text(event).message_id)
            return Turn(scene.session, refused)
        turn: Turn | None
        if key is not None:
            turn = await self.link.key_came(_as_text(event), scene, key)
        else:
            turn = await self._dispatch(event, scene)
        if turn is not None and turn.back is not None:
            return await self._back(turn.back, event, replace(scene, session=turn.session))
        return turn

    async def _at_the_door(self, event: Event, scene: Scene) -> Screen | None:
        """What somebody is shown who may not come in; None for everybody else."""
        session = scene.session
        if session.banned:
            return screens.banned(scene.t)
        if self.admit.allows(session):
            return None
        code = event.args if isinstance(event, Command) and event.name == "start" else ""
        if code and await self.admit.accept(session, code):
            return None
        return screens.not_invited(scene.t, session.owner)

    async def _dispatch(self, event: Event, scene: Scene) -> Turn | None:
        tables = self._tables(scene)
        match event:
            case Command():
                return await self._command(event, scene, tables)
            case Tap():
                return await self._tap(event, scene, tables)
            case Text() if not event.media or links_in(event.whole):
                return await self._text(event, scene, tables)
            case Document() if is_text_file(event.name, event.mime):
                return await self._file(event, scene, tables)
            case Document() if links_in(event.caption):
                return await self._text(_as_text(event), scene, tables)
            case Document():
                names = {"text": ".txt", "table": ".csv"}
                note = scene.t("I read {text} and {table} files only.", **names)
                return await self._again(scene, tables, note)
            case Text() | Media():
                note = scene.t("I cannot read that. Send it as text, please.")
                return await self._again(scene, tables, note)
            case Edited():
                note = scene.t("I do not read edited messages. Send it as a new one, please.")
                return await self._again(scene, tables, note)
            case _:
                return None

    async def _command(self, event: Command, scene: Scene, tables: Sequence[Dialogue]) -> Turn:
        handler: OnCommand | None = _first([table.commands for table in tables], event.name)
        if handler is not None:
            return await handler(event, scene)
        return await self._again(scene, tables, scene.t("I do not know this command."))

    async def _tap(self, event: Tap, scene: Scene, tables: Sequence[Dialogue]) -> Turn:
        action = unpack(event.data)
        handler: OnTap | None = _first([table.taps for table in tables], type(action))
        if action is None or handler is None:
            return await self._again(scene, tables, scene.t("That button is out of date."))
        return await handler(action, event, scene)

    async def _text(self, event: Text, scene: Scene, tables: Sequence[Dialogue]) -> Turn:
        payload = followed(event.text, self.username) or followed(event.hidden, self.username)
        if payload:
            # The bot's own link is followed, and no target of an order.
            return await self._command(Command(event.origin, 0, "start", payload), scene, tables)
        step = scene.session.step
        handler: OnText | None = _first([table.texts for table in tables], type(step))
        if handler is None:
            step = Resting()
            handler = _first([table.texts for table in tables], Resting)
        assert handler is not None
        return await handler(step, event, scene)

    async def _file(self, event: Document, scene: Scene, tables: Sequence[Dialogue]) -> Turn:
        """What a file says, unless a key is in it: then it is treated like a key in a text."""
        t = scene.t
        if event.size > MAX_BYTES:
            note = t("That file is too large: I read up to {size} KB.", size=MAX_BYTES // 1024)
            return await self._again(scene, tables, note)
        fetching = scene.chat.download(event, MAX_BYTES)
        content = await patiently(scene, fetching, screens.checking(t))
        if content is None:
            note = t("I could not fetch that file. Send it again, or paste its lines.")
            return await self._again(scene, tables, note)
        text, key = await asyncio.to_thread(_looked_through, content, scene.session)
        if text is None:
            return await self._again(scene, tables, t("I cannot read that file as text."))
        if key is not None:
            return await self.link.key_came(Text(event.origin, event.message_id, key), scene, key)
        step: Step = scene.session.step
        handler: OnDocument | None = _first([table.documents for table in tables], type(step))
        if handler is None:
            handler = _first([table.documents for table in tables], Resting)
        assert handler is not None
        return await handler(step, event, text, scene)

    async def _again(self, scene: Scene, tables: Sequence[Dialogue], note: str) -> Turn:
        """The same step once more, with a sentence on its first line; nothing given is lost."""
        step: Step = scene.session.step
        handler: OnStep | None = _first([table.again for table in tables], type(step))
        if handler is None:
            return await self.front.home(scene, note)
        return await handler(step, scene, note)

    async def _back(self, back: Back, event: Event, scene: Scene) -> Turn:
        """The question that was open before, asked again or answered."""
        tables = self._tables(scene)
        if back.answer:
            return await self._text(Text(event.origin, 0, back.answer), scene, tables)
        return await self._again(scene, tables, back.note)

    async def _in_group(self, event: Event, scene: Scene, key: str | None) -> Turn | None:
        """Balances, keys and orders are for private chats; a key posted here is in danger."""
        if key is not None:
            deleted = await scene.chat.delete(_as_text(event).message_id)
            return Turn(scene.session, account_screens.revoke_now(scene.t, deleted))
        if isinstance(event, Command):
            return Turn(scene.session, screens.in_private(scene.t, self.username))
        return None

    def _key(self, event: Event, scene: Scene) -> str | None:
        """Key-shaped text is recognised before anything else sees it."""
        if isinstance(event, Command):
            return find_key(f"{event.name} {event.args}", expected=False)
        if not isinstance(event, Text | Edited | Document):
            return None
        text = _as_text(event).whole
        if event.origin.private:
            return key_in(text, scene.session)
        return find_key(text, expected=False)

    def _tables(self, scene: Scene) -> Sequence[Dialogue]:
        everyone: Dialogue = self._everyone  # type: ignore[attr-defined]
        if self.admit.is_operator(scene.session.owner):
            return (everyone, self._operators)  # type: ignore[attr-defined]
        return (everyone,)


def _merged(dialogues: Sequence[Dialogue]) -> Dialogue:
    """Several tables as one; refuses two handlers for the same thing."""
    return Dialogue(
        commands=_union(dialogue.commands for dialogue in dialogues),
        taps=_union(dialogue.taps for dialogue in dialogues),
        texts=_union(dialogue.texts for dialogue in dialogues),
        documents=_union(dialogue.documents for dialogue in dialogues),
        again=_union(dialogue.again for dialogue in dialogues),
    )


def _union(tables: Iterable[Mapping[K, V]]) -> dict[K, V]:
    union: dict[K, V] = {}
    for table in tables:
        twice = union.keys() & table.keys()
        if twice:
            names = (getattr(key, "__name__", str(key)) for key in twice)
            raise BadWiring(f"more than one dialogue handles {', '.join(names)}")
        union |= table
    return union


def _check(what: str, wanted: Iterable[type], handled: Collection[type]) -> None:
    """Refuse a button or a step that nobody knows."""
    forgotten = [kind.__name__ for kind in wanted if kind not in handled]
    if forgotten:
        raise BadWiring(f"no dialogue {what} {', '.join(forgotten)}")


def _first(tables: Sequence[Mapping[Any, Any]], key: Any) -> Any:
    return next((table[key] for table in tables if key in table), None)


def _looked_through(content: bytes, session: Session) -> tuple[str | None, str | None]:
    """What a file says, and the key in it; nothing of either is kept here."""
    text = text_of_file(content)
    return text, None if text is None else key_in(text, session)


def _as_text(event: Event) -> Text:
    """The message in which a key was found."""
    match event:
        case Text():
            return event
        case Edited():
            return Text(event.origin, event.message_id, event.text)
        case Document():
            return Text(event.origin, event.message_id, event.caption, media=True)
        case Command():
            return Text(event.origin, event.message_id, f"/{event.name} {event.args}")
        case _:
            raise TypeError(f"no key comes in a {type(event).__name__}")
