"""Inline queries: the newest of each person, in time or not at all, and a warning that is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.event import InlineQuery, Person
from bot.domain.session import Session
from bot.runtime.courier import Blocked
from bot.runtime.inline import MOST, WARNED_FOR, InlineMode
from bot.screens.screen import Offer, Screen
from bot.texts.words import language_of
from storage.database import Database
from storage.migrate import migrate

ANN, BOB = Person(7, "Ann", language_code="ar"), Person(8, "Bob")
WARNING = Screen("Not here")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "bot.sqlite3") as opened:
        await migrate(opened)
        yield opened


class Rig:
    """Inline mode whose answers wait for `gate`, and a courier that only notes."""

    def __init__(self, db: Database, patience: float = 5) -> None:
        self.now = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[tuple[str, str]] = []
        self.side_by_side = self.most = 0
        self.answered: list[str] = []
        self.warned: list[int] = []
        self.error: Exception | None = None
        self.unreachable = False
        courier: Any = self
        self.inline = InlineMode(db, courier, self.respond, language_of, lambda: self.now, patience)

    async def respond(self, query: InlineQuery, session: Session) -> Offer:
        self.asked.append((query.text, session.language))
        self.side_by_side += 1
        self.most = max(self.most, self.side_by_side)
        try:
            await self.gate.wait()
        finally:
            self.side_by_side -= 1
        if self.error is not None:
            raise self.error
        return Offer(warning=WARNING if query.text == "key" else None)

    async def answer_inline(self, query_id: str, offer: Offer) -> None:
        self.answered.append(query_id)

    async def send(self, chat: int, screen: Screen) -> int:
        assert screen == WARNING
        self.warned.append(chat)
        if self.unreachable:
            raise Blocked("never written")
        return 1

    def type(self, person: Person, *words: str) -> None:
        for text in words:
            self.inline.put(InlineQuery(person, f"{person.name} {text}", text))

    async def until(self, look: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not look():
                await asyncio.sleep(0.001)


async def test_of_what_is_typed_letter_by_letter_the_newest_is_answered(db: Database) -> None:
    rig = Rig(db)
    rig.gate.clear()
    rig.type(ANN, "l")
    await rig.until(lambda: bool(rig.asked))
    rig.type(ANN, "li", "lik", "like", "likes")
    rig.gate.set()
    await rig.until(lambda: len(rig.answered) == 2)
    assert rig.answered == ["Ann l", "Ann likes"]
    assert rig.asked == [("l", "ar"), ("likes", "ar")]


async def test_one_looks_things_up_at_a_time(db: Database) -> None:
    rig = Rig(db)
    rig.type(ANN, "likes")
    rig.type(BOB, "views")
    await rig.until(lambda: len(rig.answered) == 2)
    assert rig.most == 1


async def test_what_takes_too_long_is_dropped_and_harms_nobody(db: Database) -> None:
    rig = Rig(db, patience=0.02)
    rig.gate.clear()
    rig.type(ANN, "likes")
    await rig.until(lambda: bool(rig.asked) and not rig.side_by_side)
    rig.gate.set()
    rig.type(BOB, "views")
    await rig.until(lambda: bool(rig.answered))
    assert rig.answered == ["Bob views"]


async def test_an_error_is_nobodys_but_this_querys(db: Database) -> None:
    rig = Rig(db)
    rig.error = ValueError("broken")
    rig.type(ANN, "likes")
    await rig.until(lambda: bool(rig.asked))
    rig.error = None
    rig.type(ANN, "views")
    await rig.until(lambda: bool(rig.answered))
    assert rig.answered == ["Ann views"]


async def test_a_crowd_does_not_grow_without_end(db: Database) -> None:
    rig = Rig(db)
    rig.gate.clear()
    for number in range(MOST + 10):
        rig.type(Person(100 + number, str(number)), "likes")
    rig.gate.set()
    await rig.until(lambda: len(rig.answered) == MOST)
    await rig.inline.stop()
    assert len(rig.answered) == MOST


async def test_whoever_types_a_key_is_warned_once(db: Database) -> None:
    rig = Rig(db)
    for answered in (1, 2):
        rig.type(ANN, "key")
        await rig.until(lambda wanted=answered: len(rig.answered) == wanted)  # type: ignore[misc]
    assert rig.warned == [7]
    rig.type(BOB, "key")
    await rig.until(lambda: rig.warned == [7, 8])
    rig.now = WARNED_FOR
    rig.type(ANN, "key")
    await rig.until(lambda: rig.warned == [7, 8, 7])


async def test_whoever_cannot_be_written_to_is_not_warned(db: Database) -> None:
    rig = Rig(db)
    rig.unreachable = True
    rig.type(ANN, "key")
    await rig.until(lambda: bool(rig.warned))
    rig.type(ANN, "likes")
    await rig.until(lambda: len(rig.answered) == 2)


async def test_a_stop_drops_what_waits(db: Database) -> None:
    rig = Rig(db)
    rig.gate.clear()
    rig.type(ANN, "l")
    await rig.until(lambda: bool(rig.asked))
    rig.type(ANN, "likes")
    await rig.inline.stop()
    rig.gate.set()
    await asyncio.sleep(0)
    assert rig.answered == []
