"""Nothing is acknowledged before it is kept, nothing is handed on twice, nothing makes it hot."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from telegram import Bot
from telegram.error import (
    Conflict,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.domain.event import Command, Event, InlineQuery, Origin, Person, Tap, Text
from bot.runtime import intake as intake_module
from bot.runtime.intake import Arrival, Intake, sign_in
from bot.runtime.transport import SlowDown
from storage import inbox
from storage.database import Database, StorageFailed, Tx
from storage.migrate import migrate
from tests.runtime.virtual_time import VirtualTime

HERE = Origin(Person(7, "Ann"), 7, private=True)


def text(update_id: int, words: str, person: int = 7) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1,
            "from": {"id": person, "first_name": "Ann"},
            "chat": {"id": person, "type": "private"},
            "text": words,
        },
    }


def tap(update_id: int) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "callback_query": {
            "id": f"q{update_id}",
            "from": {"id": 7, "first_name": "Ann"},
            "data": "b:3",
            "message": {
                "message_id": 90,
                "date": 1,
                "chat": {"id": 7, "type": "private"},
                "text": "Home",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "b:3"}]]},
            },
        },
    }


class Rig:
    """An intake on a real database; `polls` scripts what each getUpdates brings."""

    def __init__(self, db: Database, *polls: object, inline: bool = False) -> None:
        self.time = VirtualTime()
        self.db = db
        self.polls = list(polls)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.polled_at: list[int] = []
        self.handed: list[tuple[int, int, Event]] = []
        self.replayed: list[int] = []
        self.answered: list[str] = []
        self.asked: list[InlineQuery] = []
        self.answer_error: Exception | None = None
        self.hang = asyncio.Event()
        self.idle = asyncio.Event()
        self.intake = Intake(
            call=self.call,
            db=db,
            seal=lambda update_id, plain: b"%d|" % update_id + plain[::-1],
            unseal=self.unseal,
            hand=self.hand,
            answer=self.answer,
            bot_username="ServaBot",
            clock=self.time.clock,
            sleep=self.time.sleep,
            ask=self.asked.append if inline else None,
        )

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append((method, params))
        if method != "getUpdates":
            return True
        self.polled_at.append(self.time.now - 1_000_000)
        if not self.polls:
            self.idle.set()
            await self.hang.wait()
        answer = self.polls.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @staticmethod
    def unseal(update_id: int, sealed: bytes) -> bytes:
        bound_to, _, plain = sealed.partition(b"|")
        if int(bound_to) != update_id:
            raise ValueError("sealed for another row")
        return plain[::-1]

    def hand(self, person: int, arrival: Arrival) -> None:
        self.handed.append((person, arrival.update_id, arrival.event))
        self.replayed += [arrival.update_id] * arrival.replayed

    async def answer(self, callback_id: str) -> None:
        self.answered.append(callback_id)
        if self.answer_error:
            raise self.answer_error

    async def poll(self) -> None:
        """Run until the script is used up and the next poll hangs, then stop."""
        running = asyncio.ensure_future(self.intake.run())
        async with asyncio.timeout(30):
            while not self.idle.is_set() and not running.done():
                await asyncio.sleep(0.001)
                if self.time._sleepers:
                    await self.time._step()
            await asyncio.sleep(0.005)  # for the answers to taps, which nobody waits for
            await self.intake.stop()
            await running

    @property
    def offsets(self) -> list[int | None]:
        return [params.get("offset") for method, params in self.calls if method == "getUpdates"]

    async def inbox(self) -> list[tuple[Any, ...]]:
        return await self.db.all(
            "SELECT update_id, person, sealed IS NOT NULL, handled_at IS NOT NULL, set_aside"
            " FROM inbox ORDER BY update_id"
        )


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        yield db


async def test_updates_are_kept_then_acknowledged_then_handed_on(db: Database) -> None:
    rig = Rig(db, [text(10, "hello"), text(11, "/start x", person=8)], [])
    await rig.poll()
    assert rig.handed == [
        (7, 10, Text(HERE, 10, "hello")),
        (8, 11, Command(Origin(Person(8, "Ann"), 8, True), 11, "start", "x")),
    ]
    assert rig.offsets == [None, 12, None]
    assert await rig.inbox() == [(10, 7, 1, 0, None), (11, 8, 1, 0, None)]


async def test_a_poll_asks_for_the_kinds_we_understand(db: Database) -> None:
    rig = Rig(db, [])
    await rig.poll()
    assert rig.calls[0] == (
        "getUpdates",
        {
            "timeout": 50,
            "limit": 100,
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        },
    )


def inline(update_id: int, words: str) -> dict[str, Any]:
    person = {"id": 7, "first_name": "Ann"}
    query = {"id": f"i{update_id}", "from": person, "query": words, "offset": ""}
    return {"update_id": update_id, "inline_query": query}


async def test_inline_queries_pass_the_inbox_by(db: Database) -> None:
    rig = Rig(db, [inline(10, "likes"), text(11, "a")], [inline(12, "view")], [], inline=True)
    await rig.poll()
    assert rig.calls[0][1]["allowed_updates"][-1] == "inline_query"
    assert rig.asked == [
        InlineQuery(Person(7, "Ann"), "i10", "likes"),
        InlineQuery(Person(7, "Ann"), "i12", "view"),
    ]
    assert [update_id for _, update_id, _ in rig.handed] == [11]
    assert [row[0] for row in await rig.inbox()] == [11]
    assert rig.offsets == [None, 12, 13, None]


async def test_a_disk_that_refuses_brings_an_inline_query_no_second_answer(db: Database) -> None:
    rig = Rig(db, [inline(10, "likes"), text(11, "a")], [inline(12, "view")], inline=True)

    async def failing(job: Callable[[Tx], Any]) -> Any:
        raise StorageFailed("disk full")

    db.write = failing  # type: ignore[method-assign]
    await rig.poll()
    assert rig.offsets == [None, None, 13]
    assert [query.text for query in rig.asked] == ["view"], "for which no disk is needed"


async def test_an_inline_query_that_nobody_asked_for_is_dropped(db: Database) -> None:
    rig = Rig(db, [inline(10, "likes")], [])
    await rig.poll()
    assert (rig.asked, rig.handed, await rig.inbox()) == ([], [], [])
    assert rig.offsets == [None, 11, None]


async def test_the_payload_in_the_inbox_is_sealed_and_without_the_old_screen(db: Database) -> None:
    rig = Rig(db, [tap(10)])
    await rig.poll()
    row = await db.one("SELECT sealed FROM inbox")
    assert row is not None
    plain = rig.unseal(10, row[0])
    assert orjson.loads(plain)["callback_query"]["message"] == {
        "message_id": 90,
        "date": 1,
        "chat": {"id": 7, "type": "private"},
    }


async def test_a_failed_commit_moves_no_offset_and_hands_on_nothing(db: Database) -> None:
    rig = Rig(db, [tap(10)], [tap(10)])
    write, failures = db.write, iter([StorageFailed("disk full")])

    async def failing(job: Callable[[Tx], Any]) -> Any:
        for error in failures:
            raise error
        assert (rig.handed, rig.answered) == ([], [])
        return await write(job)

    db.write = failing  # type: ignore[method-assign]
    await rig.poll()
    assert rig.offsets == [None, None, 11]
    assert [update_id for _, update_id, _ in rig.handed] == [10]
    assert rig.answered == ["q10"]


async def test_a_storage_that_fails_for_long_is_told_once(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot")
    rig = Rig(db, *[[text(10, "a")]] * 5)
    write, failures = db.write, iter([StorageFailed("disk full")] * 4)

    async def failing(job: Callable[[Tx], Any]) -> Any:
        for error in failures:
            raise error
        return await write(job)

    db.write = failing  # type: ignore[method-assign]
    await rig.poll()
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "updates cannot be taken in; trying on"
    assert told[1].startswith("updates are taken in again, after ")
    assert len(told) == 2


async def test_a_redelivered_update_is_handed_on_once(db: Database) -> None:
    rig = Rig(db, [text(10, "a"), text(10, "a")], [text(10, "a"), text(11, "b")], [tap(11)])
    await rig.poll()
    assert [update_id for _, update_id, _ in rig.handed] == [10, 11]
    assert rig.answered == []


async def test_a_tap_is_answered_once_and_a_failing_answer_hurts_nobody(db: Database) -> None:
    rig = Rig(db, [tap(10)], [tap(10), text(11, "b")])
    rig.answer_error = NetworkError("down")
    await rig.poll()
    assert rig.answered == ["q10"]
    assert [update_id for _, update_id, _ in rig.handed] == [10, 11]


async def test_a_slow_answer_holds_up_nothing(db: Database) -> None:
    rig = Rig(db, [tap(10)], [text(11, "b")])
    slow = asyncio.Event()

    async def answer(callback_id: str) -> None:
        await slow.wait()

    rig.intake._answer = answer
    await rig.poll()
    assert [update_id for _, update_id, _ in rig.handed] == [10, 11]
    slow.set()
    await asyncio.gather(*rig.intake._answers)


async def test_what_is_not_for_us_is_over_at_once(db: Database) -> None:
    rig = Rig(db, [{"update_id": 10, "poll": {"id": "1"}}, text(11, "a")])
    await rig.poll()
    assert [update_id for _, update_id, _ in rig.handed] == [11]
    assert await rig.inbox() == [(10, 0, 0, 1, None), (11, 7, 1, 0, None)]
    assert rig.offsets == [None, 12]


async def test_an_update_that_breaks_the_reader_is_set_aside_without_its_content(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(update: Any, bot_username: str) -> Event | None:
        raise ValueError(f"cannot read {update}")

    monkeypatch.setattr(intake_module, "decode", broken)
    rig = Rig(db, [text(10, "sk-secret")])
    await rig.poll()
    assert await rig.inbox() == [(10, 7, 0, 1, "unreadable: ValueError")]
    assert rig.offsets == [None, 11]
    assert "update 10 is set aside, unreadable: ValueError" in caplog.text
    assert "sk-secret" not in caplog.text


@pytest.mark.parametrize(
    "batch",
    [["junk", None, 5, {}], [{"update_id": "7"}], [{"update_id": True}], [{"update_id": 2**70}],
     {"not": "a list"}, "text", None],
)  # fmt: skip
async def test_a_batch_of_junk_does_not_make_the_loop_hot(db: Database, batch: object) -> None:
    rig = Rig(db, *[batch] * 5, [text(10, "a")])
    await rig.poll()
    gaps = [later - earlier for earlier, later in itertools.pairwise(rig.polled_at[:6])]
    assert min(gaps) >= 250
    assert [update_id for _, update_id, _ in rig.handed] == [10]


async def test_junk_beside_good_updates_is_left_out(db: Database) -> None:
    rig = Rig(db, ["junk", text(10, "a"), {"update_id": -3}])
    await rig.poll()
    assert [update_id for _, update_id, _ in rig.handed] == [10]
    assert rig.offsets == [None, 11]


async def test_open_rows_are_replayed_before_anything_new(db: Database) -> None:
    before = Rig(db, [text(10, "first"), tap(11), text(12, "done")])
    await before.poll()
    await db.write(lambda tx: inbox.mark_handled(tx, 12, 5))

    rig = Rig(db, [text(12, "done"), text(13, "new")])
    await rig.poll()
    assert rig.handed == [
        (7, 10, Text(HERE, 10, "first")),
        (7, 11, Tap(HERE, 90, "q11", "b:3")),
        (7, 13, Text(HERE, 13, "new")),
    ]


async def test_what_is_open_is_handed_on_at_every_start_and_marked(db: Database) -> None:
    rig = Rig(db, [text(10, "still open")])
    await rig.poll()
    assert rig.replayed == []
    for _ in range(9):
        rig = Rig(db, [text(11, "new")])
        await rig.poll()
        await db.write(lambda tx: inbox.mark_handled(tx, 11, 5))
        assert rig.replayed == [10]


async def test_a_row_that_cannot_be_opened_is_set_aside(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [inbox.NewUpdate(9, 7, b"8|sealed for another row", 1)]
    await db.write(lambda tx: inbox.add(tx, rows))
    rig = Rig(db, [])
    await rig.poll()
    assert rig.handed == []
    assert await rig.inbox() == [(9, 7, 0, 1, "unreadable: ValueError")]


@pytest.mark.parametrize(
    "error", [InvalidToken("Unauthorized"), EndPointNotFound("Endpoint 'getUpdates' not found")]
)
async def test_a_token_that_is_no_longer_known_ends_it(db: Database, error: Exception) -> None:
    rig = Rig(db, error)
    with pytest.raises(InvalidToken, match="does not know BOT_TOKEN"):
        await rig.poll()


async def test_an_outage_is_told_once_and_so_is_its_end(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot")
    errors = [TimedOut(), NetworkError("x"), TelegramError("Invalid server response")] * 5
    rig = Rig(db, *errors, [text(10, "a")], [text(11, "b")])
    await rig.poll()
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "Telegram cannot be reached (TimedOut); trying on"
    assert told[1].startswith("updates are taken in again, after ")
    assert len(told) == 2
    gaps = [later - earlier for earlier, later in itertools.pairwise(rig.polled_at[:16])]
    assert 250 <= gaps[0] <= 500
    assert all(7500 <= gap <= 15_000 for gap in gaps[6:])


async def test_a_pause_that_telegram_asks_for_is_kept(db: Database) -> None:
    rig = Rig(db, SlowDown(41_000), [])
    await rig.poll()
    assert rig.polled_at[:2] == [0, 41_000]


async def test_another_poller_is_told_once_a_minute(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = Conflict("Conflict: terminated by other getUpdates request")
    rig = Rig(db, *[conflict] * 25, [text(10, "a")])
    await rig.poll()
    told = [record.getMessage() for record in caplog.records]
    assert told == ["another process polls with this token; stop it, or give it its own bot"] * 3
    assert [update_id for _, update_id, _ in rig.handed] == [10]


async def test_a_forgotten_webhook_is_removed(db: Database) -> None:
    rig = Rig(
        db,
        Conflict("Conflict: can't use getUpdates method while webhook is active"),
        [text(10, "a")],
    )
    await rig.poll()
    assert [method for method, _ in rig.calls[:3]] == ["getUpdates", "deleteWebhook", "getUpdates"]
    assert [update_id for _, update_id, _ in rig.handed] == [10]


async def test_stop_ends_a_long_poll_at_once(db: Database) -> None:
    rig = Rig(db)
    running = asyncio.ensure_future(rig.intake.run())
    while not rig.calls:
        await asyncio.sleep(0.001)
    await rig.intake.stop()
    assert running.done()


async def test_stop_commits_what_has_arrived(db: Database) -> None:
    rig = Rig(db, [text(10, "a")])
    write = db.write

    async def slow(job: Callable[[Tx], Any]) -> Any:
        stopping.append(asyncio.ensure_future(rig.intake.stop()))
        await asyncio.sleep(0.01)
        return await write(job)

    stopping: list[asyncio.Future[None]] = []
    db.write = slow  # type: ignore[method-assign]
    await rig.intake.run()
    await asyncio.gather(*stopping)
    assert len(rig.calls) == 1
    assert [update_id for _, update_id, _ in rig.handed] == [10]
    assert await rig.inbox() == [(10, 7, 1, 0, None)]


async def test_stop_ends_a_pause_at_once(db: Database) -> None:
    rig = Rig(db, NetworkError("down"))
    running = asyncio.ensure_future(rig.intake.run())
    while not rig.time._sleepers:
        await asyncio.sleep(0.001)
    await rig.intake.stop()
    assert running.done()


async def test_stop_during_a_commit_that_fails_ends_it_too(db: Database) -> None:
    rig = Rig(db, [text(10, "a")])
    stopping: list[asyncio.Future[None]] = []

    async def failing(job: Callable[[Tx], Any]) -> Any:
        stopping.append(asyncio.ensure_future(rig.intake.stop()))
        await asyncio.sleep(0.01)
        raise StorageFailed("disk full")

    db.write = failing  # type: ignore[method-assign]
    async with asyncio.timeout(2):
        await rig.intake.run()
        await asyncio.gather(*stopping)
    assert (rig.handed, rig.time._sleepers) == ([], [])


async def test_stop_before_run_is_no_trap(db: Database) -> None:
    rig = Rig(db)
    await rig.intake.stop()
    await rig.intake.run()
    assert rig.calls == []


async def test_cancelling_run_cancels_its_poll(db: Database) -> None:
    rig = Rig(db)
    running = asyncio.ensure_future(rig.intake.run())
    while not rig.calls:
        await asyncio.sleep(0.001)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_accept_serves_other_doors_than_polling(db: Database) -> None:
    rig = Rig(db)
    assert await rig.intake.accept([tap(10), text(9, "a")]) == 10
    assert await rig.intake.accept([tap(10)]) == 10
    assert await rig.intake.accept(["junk"]) == 0
    await rig.time.settle()
    assert [update_id for _, update_id, _ in rig.handed] == [10, 9]
    assert rig.answered == ["q10"]


class StubBot:
    """As much of a bot as signing in needs."""

    username = "ServaBot"

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)

    async def initialize(self) -> None:
        if self.script:
            raise self.script.pop(0)


async def sign_in_stub(time: VirtualTime, bot: Any) -> str:
    real: Bot = bot
    return await time.until(sign_in(real, time.clock, time.sleep))


async def test_signing_in_finds_the_bots_name_once_somebody_answers() -> None:
    time = VirtualTime()
    bot = StubBot(NetworkError("down"), TimedOut())
    assert await sign_in_stub(time, bot) == "ServaBot"
    assert bot.script == []


async def test_a_refused_token_is_told_without_the_token() -> None:
    token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
    bot = StubBot(InvalidToken(f"The token `{token}` was rejected by the server."))
    with pytest.raises(InvalidToken) as raised:
        await sign_in_stub(VirtualTime(), bot)
    assert token not in str(raised.value)
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
