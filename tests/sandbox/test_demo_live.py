"""What the demo's page is told: everything at first, then what changed, at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.sandbox.demo import live, view
from tests.sandbox.demo_feed import PATIENCE, Browser, Show, showing


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    async with showing(tmp_path) as show:
        yield show


@pytest.fixture
async def browser(show: Show) -> AsyncIterator[Browser]:
    async with show.browser() as browser:
        yield browser


def rows(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]}


async def test_the_whole_comes_at_first(show: Show) -> None:
    emma = show.stage.emma
    await emma.send("/start")
    async with show.browser() as browser:
        kinds = [event["kind"] for event in browser.frames[0]]
        assert kinds == [
            "hello",
            "people",
            "chat",
            "chat",
            "chat",
            "serva",
            "servya",
            "bot",
            "wire",
        ]
        hello = browser.latest["hello"]
        assert {name: hello[name] for name in ("epoch", "seed", "bot", "operator")} == {
            "epoch": "epoch one",
            "seed": 1,
            "bot": {"id": 7_000_000_001, "name": "Serva bot", "username": "serva_demo_bot"},
            "operator": 990_001,
        }
        people = browser.latest["people"]["people"]
        assert [(one["name"], one["language"], one["operator"]) for one in people] == [
            ("Emma", "en", False),
            ("ليلى", "ar", False),
            ("Omar", "en", True),
        ]
        assert [one["standing"] for one in people] == ["member", "stranger", "stranger"]
        assert [event["whole"] for event in browser.events("chat")] == [True] * 3
        serva = browser.latest["serva"]
        assert (serva["services"], serva["clock"]["speed"], serva["orders"]) == (20, 1, [])
        assert [account["label"] for account in serva["accounts"]][:2] == ["Emma", "ليلى"]
        assert browser.latest["servya"]["accounts"][0]["credits"] == 23140
        assert browser.latest["bot"]["running"] is False
        [message] = browser.chats[emma.id].values()
        assert message == {
            "message_id": 1,
            "from_bot": False,
            "date": message["date"],
            "edited": 0,
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            "media": {},
            "reply_to": None,
            "silent": False,
            "rows": [],
        }


async def test_afterwards_only_what_changed(show: Show, browser: Browser) -> None:
    emma, layla = show.stage.emma, show.stage.layla
    for person in (emma, layla):
        await person.send("Hi")
    first = await show.api.result(
        "sendMessage", chat_id=emma.id, text="One", reply_markup=rows("A")
    )
    await show.api.result("sendMessage", chat_id=emma.id, text="Two")
    await browser.until(lambda: len(browser.chats[emma.id]) == 3)
    before = len(browser.frames)

    await show.api.result(
        "editMessageText",
        chat_id=emma.id,
        message_id=first["message_id"],
        text="1",
        reply_markup={},
    )
    await browser.until(lambda: browser.chats[emma.id][3]["text"] == "1")
    await show.api.result("deleteMessage", chat_id=emma.id, message_id=4)
    await browser.until(lambda: 4 not in browser.chats[emma.id])

    since = [event for frame in browser.frames[before:] for event in frame]
    assert {event["kind"] for event in since} == {"chat", "wire"}
    edited, deleted = [event for event in since if event["kind"] == "chat"]
    assert [(m["message_id"], m["rows"]) for m in edited["messages"]] == [(3, [])]
    assert (edited["id"], edited["whole"], edited["gone"]) == (emma.id, False, [])
    assert (deleted["messages"], deleted["gone"]) == ([], [4])


async def test_a_message_has_all_that_a_phone_shows(show: Show, browser: Browser) -> None:
    emma = show.stage.emma
    question = await emma.send("Hi")
    button = {"text": "Copy", "copy_text": {"text": "ORD-1"}, "style": "success"}
    await show.api.result(
        "sendMessage",
        chat_id=emma.id,
        text='At <tg-time unix="1760000000" format="wDT">noon</tg-time>',
        parse_mode="HTML",
        disable_notification=True,
        reply_parameters={"message_id": question.message_id},
        reply_markup={"inline_keyboard": [[button]]},
    )
    await emma.send_document("orders.csv", b"1,2", mime="text/csv", caption="Mine")
    await browser.until(lambda: len(browser.chats[emma.id]) == 3)
    _, told, sent = browser.chats[emma.id].values()
    assert told["entities"] == [
        {
            "type": "date_time",
            "offset": 3,
            "length": 4,
            "unix_time": 1_760_000_000,
            "date_time_format": "wDT",
        }
    ]
    assert (told["from_bot"], told["silent"], told["reply_to"]) == (True, True, question.message_id)
    assert told["rows"] == [[button]]
    document = sent["media"]["document"]
    assert (document["file_name"], document["file_size"], sent["text"]) == ("orders.csv", 3, "Mine")


async def test_a_tap_is_told_when_made_and_when_answered(show: Show, browser: Browser) -> None:
    emma = show.stage.emma
    await emma.send("Hi")
    await show.api.result("sendMessage", chat_id=emma.id, text="?", reply_markup=rows("A", "B"))
    tap = await emma.press("A")
    made = await browser.until(lambda: browser.latest.get("tap"))
    assert made == {
        "kind": "tap",
        "id": tap.id,
        "chat": emma.id,
        "message_id": 2,
        "answered": False,
        "text": "",
        "alert": False,
        "url": "",
    }
    async with show.browser() as late:
        assert late.events("tap") == [made]
    await show.api.result(
        "answerCallbackQuery", callback_query_id=tap.id, text="Done", show_alert=True
    )
    await browser.until(lambda: browser.latest["tap"]["answered"])
    assert browser.latest["tap"] == made | {"answered": True, "text": "Done", "alert": True}
    await emma.press("B")
    await browser.until(lambda: not browser.latest["tap"]["answered"])
    assert len(browser.events("tap")) == 3
    async with show.browser() as late:
        assert [event["answered"] for event in late.events("tap")] == [False]


async def test_a_tap_answered_before_it_could_be_told(show: Show, browser: Browser) -> None:
    emma = show.stage.emma
    tap = await emma.tap_raw(1, "x")
    tap.answered_at = 1
    await browser.until(lambda: browser.latest.get("tap"))
    assert [(event["id"], event["answered"]) for event in browser.events("tap")] == [(tap.id, True)]


async def test_typing_is_a_count_that_grows(show: Show, browser: Browser) -> None:
    emma = show.stage.emma
    await emma.send("Hi")
    for count in (1, 2):
        await show.api.result("sendChatAction", chat_id=emma.id, action="typing")
        await browser.until(lambda count=count: browser.latest["chat"]["typing"] == count)
    assert browser.latest["chat"]["id"] == emma.id


async def test_people_come_block_and_get_commands(show: Show, browser: Browser) -> None:
    def people() -> list[Any]:
        return list(browser.latest["people"]["people"])

    zoe = show.stage.telegram.person("Zoe Ray", language_code="fr", username="zoe")
    await zoe.send("Bonjour")
    await browser.until(lambda: browser.chats.get(zoe.id))
    assert people()[-1] == {
        "id": zoe.id,
        "name": "Zoe Ray",
        "language": "fr",
        "username": "zoe",
        "operator": False,
        "standing": "member",
        "commands": {},
    }
    await zoe.block()
    await browser.until(lambda: people()[-1]["standing"] == "kicked")
    await zoe.unblock()
    await browser.until(lambda: people()[-1]["standing"] == "member")
    commands = [{"command": "start", "description": "Home"}]
    await show.api.result("setMyCommands", commands=commands)
    await browser.until(lambda: people()[0]["commands"] == {"start": "Home"})


async def test_servas_doings_are_seen_without_a_sign(show: Show, browser: Browser) -> None:
    def told() -> Any:
        return browser.latest["serva"]

    serva = show.stage.serva
    key = serva.accounts[0].key
    link = "https://instagram.com/someone"
    await show.serva(key, "add", service="1234", quantity="1000", link=link)
    [order] = await browser.until(lambda: told()["orders"])
    assert order["status"] == "pending"
    assert (order["account"], order["service"], order["name"], order["target"]) == (
        "Emma",
        "1234",
        "Instagram Followers",
        link,
    )
    assert (order["quantity"], order["paid"], order["remains"]) == (1000, "0.89", 1000)
    assert told()["accounts"][0]["balance"] == "24.61"

    serva.order(order["id"]).finish("refunded")
    await browser.until(lambda: told()["orders"][0]["status"] == "refunded")
    assert told()["accounts"][0]["balance"] == "25.5"

    serva.fault("html_502", "add", times=2)
    await browser.until(lambda: told()["faults"])
    assert told()["faults"] == [{"kind": "html_502", "action": "add", "times": 2, "struck": 0}]
    serva.remove("1234")
    await browser.until(lambda: told()["services"] == 19)
    serva.new_key(serva.accounts[0])
    await browser.until(lambda: told()["accounts"][0]["key"] == serva.accounts[0].key)
    show.stage.servya.accounts[0].credits = 5
    await browser.until(lambda: browser.latest["servya"]["accounts"][0]["credits"] == 5)


async def test_orders_move_with_the_clock_and_the_newest_is_first(
    show: Show, browser: Browser
) -> None:
    serva = show.stage.serva
    serva.mishaps = 0
    account = serva.accounts[0]
    for name in ("a", "b"):
        serva.add(
            account, {"service": "1234", "quantity": "100", "link": f"https://instagram.com/{name}"}
        )
    await browser.until(lambda: len(browser.latest["serva"]["orders"]) == 2)
    targets = [order["target"][-1] for order in browser.latest["serva"]["orders"]]
    assert targets == ["b", "a"]
    before = browser.latest["serva"]["clock"]["now"]
    serva.advance(600)
    await browser.until(
        lambda: {order["status"] for order in browser.latest["serva"]["orders"]} == {"completed"}
    )
    assert browser.latest["serva"]["clock"]["now"] >= before + 600_000


async def test_time_that_only_passes_is_no_news(
    show: Show, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "LOOK_EVERY", 0.001)
    show.stage.serva.speed = 60
    await browser.until(lambda: browser.latest["serva"]["clock"]["speed"] == 60)
    # Its time goes on by two minutes meanwhile, which a browser knows by itself.
    until = show.stage.serva.clock() + 120_000
    while show.stage.serva.clock() < until:
        await asyncio.sleep(0.1)
    show.stage.serva.advance(3600)
    await browser.until(lambda: browser.latest["serva"]["clock"]["now"] > until + 3_000_000)
    assert [event["clock"]["speed"] for event in browser.events("serva")] == [1, 60, 60]


async def test_what_telegram_does_is_told_at_once(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "LOOK_EVERY", 10 * PATIENCE)
    async with show.browser() as browser:
        for number in range(1, 4):
            await show.stage.emma.send("Hi")
            await browser.until(lambda number=number: number in browser.chats[show.stage.emma.id])


async def test_the_bots_life_and_log(tmp_path: Path) -> None:
    script = "import time; print('one'); print('two', flush=True); time.sleep(1000)"
    async with showing(tmp_path, script) as show, show.browser() as browser:
        await show.process.start()
        await browser.until(lambda: browser.latest["bot"]["log"] == ["one", "two"])
        assert browser.latest["bot"]["running"] is True
        await show.process.kill()
        await browser.until(lambda: browser.latest["bot"]["ended"] == "killed")
        what = [(line["side"], line["what"], line["words"]) for line in browser.lines.values()]
        assert what[1:] == [
            ("bot", "log", "one"),
            ("bot", "log", "two"),
            ("bot", "killed", "killed"),
        ]
        assert what[0][:2] == ("bot", "started")


async def test_long_chats_are_shown_from_their_newest_messages(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.demo.view.MESSAGES_SHOWN", 3)
    emma = show.stage.emma
    sent = [await emma.send(str(number)) for number in range(5)]
    async with show.browser() as browser:
        assert [one["text"] for one in browser.chats[emma.id].values()] == ["2", "3", "4"]
        await emma.send("5")
        await browser.until(lambda: len(browser.chats[emma.id]) == 4)
        await emma.delete(sent[2])
        await browser.until(lambda: len(browser.chats[emma.id]) == 3)
        assert [one["text"] for one in browser.chats[emma.id].values()] == ["3", "4", "5"]


async def test_whoever_leaves_leaves_nothing(show: Show) -> None:
    before = asyncio.all_tasks()
    for leave in ("politely", "suddenly"):
        async with show.browser() as browser, show.browser() as other:
            if leave == "suddenly":
                browser.ws._response.close()
            else:
                await browser.ws.close()
            await show.stage.emma.send("Still there?")
            await other.until(lambda other=other: other.lines)
    async with asyncio.timeout(PATIENCE):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.01)


async def test_everybody_is_sent_away_at_the_end(show: Show) -> None:
    before = asyncio.all_tasks()
    async with show.browser() as browser, show.browser() as other:
        await show.live.close()
        for one in (browser, other):
            async with asyncio.timeout(PATIENCE):
                while not one.ws.closed:
                    await one.ws.receive()
            assert one.ws.close_code == 1001
    async with asyncio.timeout(PATIENCE):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.01)


class Sleeper:
    """A browser that has connected and reads nothing."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect((parts.hostname, parts.port))
        lines = [
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: c2xlZXBlci1zbGVlcGVyIQ==",
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def close(self) -> None:
        self._socket.close()


async def test_who_reads_nothing_holds_up_nobody_and_is_cut_off(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.5)
    open_views = show.live._open
    sleeper = Sleeper(show.url)
    try:
        async with asyncio.timeout(PATIENCE):
            while not open_views:
                await asyncio.sleep(0.01)
        async with show.browser() as browser, asyncio.timeout(PATIENCE):
            emma = show.stage.emma
            while len(open_views) == 2:
                for _ in range(50):
                    message = await emma.send("x" * 4000)
                await browser.until(lambda m=message: m.message_id in browser.chats[emma.id])
            await emma.send("Still here")
            await browser.until(
                lambda: any(m["text"] == "Still here" for m in browser.chats[emma.id].values())
            )
    finally:
        sleeper.close()


async def test_who_no_longer_answers_is_given_up(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)
    sleeper = Sleeper(show.url)
    try:
        async with asyncio.timeout(PATIENCE):
            while not show.live._open:
                await asyncio.sleep(0.01)
            while show.live._open:
                await asyncio.sleep(0.01)
    finally:
        sleeper.close()


async def test_who_reads_nothing_is_sent_away_at_the_end_too(show: Show) -> None:
    sleeper = Sleeper(show.url)
    try:
        async with asyncio.timeout(PATIENCE):
            while not show.live._open:
                await asyncio.sleep(0.01)
            await show.live.close()
            while show.live._open:
                await asyncio.sleep(0.01)
    finally:
        sleeper.close()
