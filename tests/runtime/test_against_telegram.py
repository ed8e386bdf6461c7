"""The whole runtime over real HTTP, against the strict Bot API stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import InvalidToken

from bot.domain.event import Command, Membership, Tap, Text
from bot.runtime.courier import Blocked, Courier
from bot.runtime.intake import Arrival, Intake, sign_in
from bot.runtime.lanes import Lanes
from bot.runtime.transport import App, build_application, calls
from bot.sandbox.telegram import TelegramServer
from bot.screens.screen import Button, File, Screen
from storage import inbox
from storage.database import Database
from storage.migrate import migrate


def screen(title: str) -> Screen:
    return Screen(
        f"<b>{title}</b> &amp; more",
        (
            (Button("Count", data="count", style="success"),),
            (Button("Copy id", copy="ORD-100023"), Button("Site", url="https://serva.test/")),
        ),
    )


class Counter:
    """The smallest bot: commands send a screen, taps edit it, words are repeated."""

    def __init__(self, app: App, db: Database) -> None:
        self.app = app
        self.db = db
        self.taps = 0
        self.seen: list[object] = []
        self.courier = Courier(calls(app.bot), self.clock)
        self.lanes: Lanes[Arrival] = Lanes(self.handle, self.give_up)
        self.intake = Intake(
            call=calls(app.bot, read_timeout=5),
            db=db,
            seal=lambda _, plain: plain,
            unseal=lambda _, sealed: sealed,
            hand=self.lanes.put,
            answer=self.courier.answer,
            bot_username=app.bot.username,
            clock=self.clock,
            poll_seconds=1,
        )

    @staticmethod
    def clock() -> int:
        return 1_700_000_000_000

    async def handle(self, person: int, arrival: Arrival) -> None:
        event = arrival.event
        self.seen.append(event)
        if isinstance(event, Command):
            await self.courier.send(person, screen(event.name))
        elif isinstance(event, Text):
            await self.courier.send(person, Screen(event.text), reply_to=event.message_id)
        elif isinstance(event, Tap):
            self.taps += 1
            await self.courier.edit(person, event.message_id, screen(f"tap {self.taps}"))
        await self.db.write(lambda tx: inbox.mark_handled(tx, arrival.update_id, self.clock()))

    async def give_up(self, person: int, arrival: Arrival, error: Exception) -> None:
        raise AssertionError("nothing is given up here") from error


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as telegram:
        yield telegram
        assert telegram.unknown_parameters == []


@pytest.fixture
async def app(telegram: TelegramServer) -> AsyncIterator[App]:
    app = build_application(telegram.token, telegram.url)
    await sign_in(app.bot, lambda: 0)
    yield app
    await app.shutdown()
    await app.bot.shutdown()


@pytest.fixture
async def counter(app: App, tmp_path: Path) -> AsyncIterator[Counter]:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        counter = Counter(app, db)
        running = asyncio.ensure_future(counter.intake.run())
        yield counter
        await counter.intake.stop()
        await running
        assert await counter.lanes.drain(5)
        assert await inbox.open_rows(db) == []


async def test_a_chat(telegram: TelegramServer, counter: Counter) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    seen = await ann.sees("start & more")
    assert seen.labels == ("Count", "Copy id", "Site")
    for n in (1, 2, 3):
        await ann.press("Count")
        await ann.sees(f"tap {n} & more")
    await ann.send("hello")
    reply = await ann.sees("hello")
    assert reply.reply_to is not None
    # A tap is not settled until its spinner stopped.
    await telegram.until(lambda: len(telegram.calls_of("answerCallbackQuery")) == 3)


async def test_a_file_arrives_whole(telegram: TelegramServer, counter: Counter) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    await ann.sees("start")
    telegram.drop("sendDocument")
    content = "\ufeffid,رابط\r\n".encode() * 100_000
    await counter.courier.send_file(ann.id, File("orders.csv", content, "<b>Your</b> orders"))
    seen = await ann.sees("Your orders")
    document = seen.message.media["document"]
    assert (document["file_name"], document["mime_type"]) == ("orders.csv", "text/csv")
    assert telegram.world.files[document["file_id"]].content == content


async def test_what_goes_wrong_on_the_way_is_not_seen(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    telegram.bad_gateway("sendMessage")
    telegram.drop("getUpdates")
    await ann.send("/start")
    await ann.sees("start & more", patience=5)
    telegram.drop("editMessageText", applied=True)
    await ann.press("Count")
    await ann.sees("tap 1 & more")
    await telegram.until(lambda: len(telegram.calls_of("editMessageText")) == 2, patience=5)
    assert len(ann.from_bot) == 1


async def test_a_message_can_be_deleted_and_a_keyboard_taken_off(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    key = await ann.send("/start")
    shown = await ann.sees("start")
    await counter.courier.strip(ann.user.id, shown.message_id)
    assert ann.keyboards == []
    await counter.courier.strip(ann.user.id, shown.message_id)
    assert await counter.courier.delete(ann.user.id, key.message_id) is True
    assert ann.is_deleted(key)
    assert await counter.courier.delete(ann.user.id, key.message_id) is True
    assert await counter.courier.edit(ann.user.id, key.message_id, Screen("x")) is False
    assert await counter.courier.edit(ann.user.id, 4711, Screen("x")) is False
    assert await counter.courier.edit(ann.user.id, shown.message_id, screen("again")) is True
    assert await counter.courier.edit(ann.user.id, shown.message_id, screen("again")) is True


async def test_a_reply_to_a_message_that_is_gone_is_sent_all_the_same(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    await ann.sees("start")
    await counter.courier.send(ann.user.id, Screen("done"), reply_to=4711, silent=True)
    assert (await ann.sees("done")).reply_to is None


async def test_broken_markup_arrives_as_plain_text(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    await ann.sees("start")
    await counter.courier.send(ann.user.id, Screen("<b>Total</i> 5 &lt; 6"))
    assert (await ann.sees("Total")).text == "Total 5 < 6"


async def test_who_blocks_the_bot_is_noticed_both_ways(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    await ann.sees("start")
    await ann.block()
    with pytest.raises(Blocked):
        await counter.courier.send(ann.user.id, Screen("hello?"))
    await telegram.until(lambda: any(isinstance(e, Membership) for e in counter.seen))
    with pytest.raises(Blocked):
        await counter.courier.send(999_999, Screen("who?"))


async def test_a_redelivered_update_and_a_repeated_tap_are_told_apart(
    telegram: TelegramServer, counter: Counter
) -> None:
    ann = telegram.person("Ann")
    await ann.send("/start")
    await ann.sees("start")
    tap = await ann.press("Count")
    await ann.sees("tap 1")
    telegram.repeat_update()
    telegram.redeliver_tap(tap)
    # The same update is dropped; a new update with an old tap is the dialogue's to recognise.
    await ann.sees("tap 2")
    assert counter.taps == 2


async def test_a_foreign_token_is_refused_at_sign_in(telegram: TelegramServer) -> None:
    for token in ("123456:wrong", "nonsense"):
        app = build_application(token, telegram.url)
        with pytest.raises(InvalidToken) as raised:
            await sign_in(app.bot, lambda: 0)
        assert token not in str(raised.value)
        await app.bot.shutdown()
