"""An update that ends the process each time is given up in the end, and those behind it are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.event import Event, Origin, Person, Tap, Text
from bot.domain.session import Session
from bot.runtime.intake import Arrival
from bot.runtime.lanes import Lanes
from bot.runtime.turns import REPLAYS, Stage, Turns
from bot.screens.screen import File, Screen
from bot.texts.words import language_of
from storage import inbox, people
from storage.database import Database
from storage.migrate import migrate

ANN = Person(7, "Ann")
OPERATOR = 99


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "bot.sqlite3") as opened:
        await migrate(opened)
        yield opened


class Chat:
    """A courier that only notes what it is to send."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    async def send(self, chat: int, screen: Screen, **_: Any) -> int:
        self.sent.append(chat)
        return 1


async def a_life(db: Database, chat: Chat, *open_updates: int) -> list[int]:
    """A process that takes up what is open, and dies in the first turn; the turns it began."""
    begun: list[int] = []

    async def respond(event: Event, session: Session, stage: Stage) -> None:
        begun.append(event.message_id)
        await asyncio.Event().wait()

    turns = Turns(
        db=db,
        courier=chat,  # type: ignore[arg-type]
        respond=respond,
        language=language_of,
        sorry=lambda session: Screen(""),
        operators=(OPERATOR,),
        clock=lambda: 1,
        wake_notices=lambda: None,
    )
    lanes: Lanes[Arrival] = Lanes(turns.handle, turns.give_up)
    for update in open_updates:
        event = Text(Origin(ANN, ANN.id, private=True), update, "hello")
        lanes.put(ANN.id, Arrival(update, event, replayed=True))
    async with asyncio.timeout(5):
        while not begun:
            await asyncio.sleep(0.001)
    await lanes.drain(0)
    return begun


async def test_a_turn_that_ends_every_process_is_given_up_and_told(db: Database) -> None:
    rows = [inbox.NewUpdate(update, ANN.id, b"sealed", 1) for update in (10, 11)]
    await db.write(lambda tx: inbox.add(tx, rows))
    await db.write(lambda tx: people.meet(tx, Person(OPERATOR, "Olga"), "en", 1))
    chat = Chat()
    for _ in range(REPLAYS):
        assert await a_life(db, chat, 10, 11) == [10]
    assert await a_life(db, chat, 10, 11) == [11], "what waited behind it has its turn"
    assert await db.all("SELECT update_id, set_aside, tries FROM inbox") == [
        (10, "OpenTooOften", REPLAYS + 1),
        (11, None, 1),
    ]
    assert chat.sent == [ANN.id]
    assert await db.all("SELECT owner, kind FROM notices") == [(OPERATOR, "operator_set_aside")]


class Posted:
    """A courier that notes what it does, in order."""

    def __init__(self) -> None:
        self.did: list[tuple[str, object]] = []
        self.newest = 100

    async def edit(self, chat: int, message: int, screen: Screen) -> bool:
        self.did.append(("edit", (message, screen.text)))
        return True

    async def send(self, chat: int, screen: Screen) -> int:
        self.newest += 1
        self.did.append(("send", (self.newest, screen.text)))
        return self.newest

    async def send_file(self, chat: int, file: File) -> None:
        self.did.append(("file", file.name))

    async def delete(self, chat: int, message: int) -> bool:
        self.did.append(("delete", message))
        return True


def stage(posted: Posted, live: int | None, *, tapped: int = 0) -> Stage:
    origin = Origin(ANN, ANN.id, private=True)
    event: Event = Tap(origin, tapped, "id", "h") if tapped else Text(origin, 9, "hello")
    return Stage(posted, event, live)  # type: ignore[arg-type]


FILE = File("orders.csv", b"x")


async def test_the_screen_comes_below_what_is_handed_out() -> None:
    posted = Posted()
    chat = stage(posted, 50, tapped=50)
    await chat.leave(Screen("Receipt"), FILE)
    await chat.show(Screen("Orders"))
    assert posted.did == [
        ("send", (101, "Receipt")),
        ("file", "orders.csv"),
        ("send", (102, "Orders")),
    ]
    assert (chat.message, chat.left_behind) == (102, 50)


async def test_what_was_shown_in_the_meantime_goes() -> None:
    for live, tapped, meanwhile in ((50, 50, 50), (50, 0, 101)):
        posted = Posted()
        chat = stage(posted, live, tapped=tapped)
        await chat.show(Screen("Writing…"))
        await chat.leave(None, FILE)
        await chat.show(Screen("Orders"))
        assert [what for what, _ in posted.did[1:]] == ["file", "delete", "send"]
        assert posted.did[2] == ("delete", meanwhile)
        assert chat.left_behind == 50


async def test_a_turn_that_hands_nothing_out_edits_as_ever() -> None:
    posted = Posted()
    chat = stage(posted, 50, tapped=50)
    await chat.show(Screen("Checking…"))
    await chat.leave(None, None)
    await chat.show(Screen("Balance"))
    assert posted.did == [("edit", (50, "Checking…")), ("edit", (50, "Balance"))]
    assert chat.left_behind is None
