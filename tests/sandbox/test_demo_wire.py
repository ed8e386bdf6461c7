"""The wire of the demo: what each side said on one time line, without a secret in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.demo.masking import key_shaped
from tests.sandbox.demo_feed import Browser, Show, showing

LINK = "https://instagram.com/someone"


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    async with showing(tmp_path) as show:
        yield show


@pytest.fixture
async def browser(show: Show) -> AsyncIterator[Browser]:
    async with show.browser() as browser:
        yield browser


def outcome(line: Any) -> tuple[str, str]:
    return line["outcome"], line["said"]


def keyboard(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label[0]} for label in labels]]}


async def test_what_people_do(show: Show, browser: Browser) -> None:
    emma = show.stage.emma
    message = await emma.send("/start\nand more")
    await emma.edit(message, "/help")
    await emma.send_document("orders.csv", b"1", caption="Mine")
    await emma.send_sticker("👍")
    await emma.send_photo()
    await show.api.result(
        "sendMessage", chat_id=emma.id, text="?", reply_markup=keyboard("Yes", "No")
    )
    await emma.press("No")
    await emma.tap_raw(99, "forged")
    await emma.inline("followers")
    await emma.block()
    await browser.line("my_chat_member")
    people = [line for line in browser.lines.values() if line["side"] == "person"]
    assert [(line["what"], line["words"]) for line in people] == [
        ("message", "/start and more"),
        ("edited_message", "/help"),
        ("message", "document · orders.csv · Mine"),
        ("message", "sticker · 👍"),
        ("message", "photo"),
        ("callback_query", "[\u2068No\u2069] \u2068N\u2069"),
        ("callback_query", "forged"),
        ("inline_query", "followers"),
        ("my_chat_member", "member → kicked"),
    ]
    assert {(line["person"], *outcome(line), line["ms"]) for line in people} == {
        (emma.id, "ok", "", None)
    }
    assert people[0]["detail"]["message"]["text"] == "/start\nand more"


async def test_what_the_bot_says(show: Show, browser: Browser) -> None:
    emma, api = show.stage.emma, show.api
    await emma.send("Hi")
    say = {"chat_id": emma.id, "parse_mode": "HTML"}
    buttons = keyboard("Browse", "Orders")
    await api.result(
        "sendMessage", text="<b>Hi</b> &amp; hello\nThere", reply_markup=buttons, **say
    )
    tap = await emma.press("Browse")
    await api.result("answerCallbackQuery", callback_query_id=tap.id, text="One moment")
    await api.result("editMessageText", message_id=2, text="<i>Now</i>", **say)
    await api.result("editMessageReplyMarkup", chat_id=emma.id, message_id=2, reply_markup=buttons)
    await api.result("sendChatAction", chat_id=emma.id, action="typing")
    await api.error("editMessageText", message_id=77, text="Never", **say)
    await api.result("deleteMessage", chat_id=emma.id, message_id=2)
    await api.result("setMyCommands", commands=[{"command": "start", "description": "Home"}])
    await browser.line("setMyCommands", outcome="ok")
    lines = [line for line in browser.lines.values() if line["side"] == "telegram"]
    assert [(line["what"], line["words"], *outcome(line)) for line in lines] == [
        (
            "sendMessage",
            "Hi & hello · [\u2068Browse\u2069] [\u2068Orders\u2069]",
            "ok",
            "message 2",
        ),
        ("answerCallbackQuery", "One moment", "ok", ""),
        ("editMessageText", "Now", "ok", "message 2"),
        ("editMessageReplyMarkup", "[\u2068Browse\u2069] [\u2068Orders\u2069]", "ok", "message 2"),
        ("sendChatAction", "typing", "ok", ""),
        ("editMessageText", "Never", "refused", "Bad Request: message to edit not found"),
        ("deleteMessage", "message 2", "ok", ""),
        ("setMyCommands", "/start", "ok", ""),
    ]
    assert [line["person"] for line in lines] == [emma.id] * 7 + [None]
    assert all(line["ms"] >= 0 for line in lines)
    assert lines[0]["detail"]["params"]["reply_markup"] == buttons
    assert lines[0]["detail"]["answer"]["result"]["message_id"] == 2


async def test_polls_are_left_out_unless_they_fail(show: Show, browser: Browser) -> None:
    await show.api.result("getUpdates", timeout=0)
    waiting = asyncio.create_task(show.api("getUpdates", timeout=30))
    await show.stage.telegram.until(lambda: show.stage.telegram.world.updates.polled)
    await show.api.result("getUpdates", timeout=0)
    assert (await waiting)["error_code"] == 409
    line = await browser.line("getUpdates")
    assert line["outcome"] == "refused"
    assert line["said"].startswith("Conflict: terminated by other getUpdates request")
    assert len(browser.lines) == 1


async def test_faults_between_the_bot_and_telegram(show: Show, browser: Browser) -> None:
    emma, levers = show.stage.emma, show.stage.telegram.levers
    await emma.send("Hi")
    send = {"chat_id": emma.id, "text": "?"}
    levers.bad_gateway("sendMessage")
    levers.flood(method="sendMessage", seconds=3)
    for _ in range(2):
        async with show.http.post(f"{show.api.root}/sendMessage", json=send) as answer:
            await answer.read()
    levers.slow("sendMessage", seconds=0.01)
    await show.api.result("sendMessage", **send)
    await browser.line("sendMessage", outcome="ok")
    lines = [line for line in browser.lines.values() if line["side"] == "telegram"]
    assert [outcome(line) for line in lines] == [
        ("fault", "bad_gateway: no answer"),
        ("fault", "Too Many Requests: retry after 3"),
        ("ok", "message 2 · slow"),
    ]


async def test_a_slow_call_waits_and_is_completed_under_its_number(
    show: Show, browser: Browser
) -> None:
    emma = show.stage.emma
    await emma.send("Hi")
    show.stage.telegram.levers.slow("sendMessage", seconds=1)
    call = asyncio.create_task(show.api("sendMessage", chat_id=emma.id, text="At last"))
    waiting = await browser.line("sendMessage", outcome="waiting")
    assert (waiting["ms"], waiting["said"], waiting["words"]) == (None, "slow", "At last")
    await call
    done = await browser.line("sendMessage", outcome="ok")
    assert (done["n"], done["at"]) == (waiting["n"], waiting["at"])
    assert done["ms"] >= 1000


async def test_what_the_bot_asks_of_serva(show: Show, browser: Browser) -> None:
    emma, layla, key = show.stage.emma, show.stage.layla, show.stage.serva.accounts[0].key
    await show.serva(key, "balance")
    await emma.send(f"Here: {key}.")
    order = {"service": "1234", "quantity": "1000", "link": LINK}
    id = (await show.serva(key, "add", **order))["order"]
    await show.serva(key, "add", **order)
    await layla.send(key)
    await show.serva(key, "status", orders=f"{id},ORD-1")
    await show.serva("0123456789abcdef0123", "balance")
    await browser.line("balance", outcome="refused")
    lines = [line for line in browser.lines.values() if line["side"] == "serva"]
    words = f"1234 Instagram Followers · × 1000 · {LINK}"
    assert [(line["person"], line["what"], line["words"], *outcome(line)) for line in lines] == [
        (None, "balance", "", "ok", ""),
        (emma.id, "add", words, "ok", f"{id} for $0.89"),
        (emma.id, "add", words, "refused", "ACTIVE_ORDER_EXISTS"),
        (layla.id, "status", f"{id},ORD-1", "ok", ""),
        (None, "balance", "", "refused", "INVALID_API_KEY"),
    ]
    assert all(line["ms"] >= 0 for line in lines)
    assert lines[1]["detail"] == {
        "request_id": show.stage.serva.calls[1].request_id,
        "account": "Emma",
        "key": f"…{key[-4:]}",
        "params": order,
        "outcome": "done",
        "fault": "",
    }


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("drop_before", "drop_before: not acted on"),
        ("drop_after", "drop_after: ORD-100023 for $0.089"),
        ("html_502", "html_502: ORD-100023 for $0.089"),
        ("truncated", "truncated: ORD-100023 for $0.089"),
    ],
)
async def test_a_lost_answer_says_what_serva_did(
    show: Show, browser: Browser, kind: str, said: str
) -> None:
    show.stage.serva.fault(kind, "add")
    key = show.stage.serva.accounts[0].key
    order = {"service": "1234", "quantity": "100", "link": LINK}
    assert await show.serva(key, "add", **order) is None
    line = await browser.line("add", outcome="fault")
    assert line["said"] == said


async def test_a_hanging_call_waits_until_it_is_released(show: Show, browser: Browser) -> None:
    fault = show.stage.serva.fault("hang_after", "add")
    key = show.stage.serva.accounts[0].key
    order = {"service": "1234", "quantity": "100", "link": LINK}
    call = asyncio.create_task(show.serva(key, "add", **order))
    held = {"outcome": "waiting", "said": "hang_after: ORD-100023 for $0.089"}
    waiting = await browser.line("add", **held)
    await show.stage.emma.send("Meanwhile")
    await browser.line("message")
    async with show.browser() as late:
        assert late.lines[waiting["n"]] == waiting
    fault.release()
    await call
    done = await browser.line("add", outcome="fault")
    assert (done["n"], done["said"]) == (waiting["n"], held["said"])
    assert done["ms"] > 0


async def test_an_outage_is_seen_although_nothing_was_read(show: Show, browser: Browser) -> None:
    show.stage.serva.fault("outage")
    show.stage.servya.fault("outage")
    assert await show.serva("key", "balance") is None
    assert await show.servya("key") is None
    await browser.line("connection", side="servya")
    lines = [(line["side"], line["what"], *outcome(line)) for line in browser.lines.values()]
    assert lines == [
        ("serva", "connection", "fault", "outage: not acted on"),
        ("servya", "connection", "fault", "outage: not acted on"),
    ]


async def test_what_the_bot_asks_of_servya(show: Show, browser: Browser) -> None:
    account = show.stage.servya.accounts[0]
    await show.stage.layla.send(account.key)
    await show.servya(account.key)
    account.revoked = True
    await show.servya(account.key)
    show.stage.servya.fault("refuse", error="Maintenance")
    await show.servya("another")
    await browser.line("check_balance", said="Maintenance")
    lines = [line for line in browser.lines.values() if line["side"] == "servya"]
    assert [(line["person"], *outcome(line)) for line in lines] == [
        (show.stage.layla.id, "ok", ""),
        (show.stage.layla.id, "refused", "Invalid API key"),
        (None, "refused", "Maintenance"),
    ]


async def test_lines_stand_in_the_order_of_real_time(tmp_path: Path) -> None:
    script = "import time; print('awake', flush=True); time.sleep(1000)"
    async with showing(tmp_path, script) as show:
        process, events = show.process, show.process.events
        await show.stage.emma.send("Before")
        await process.start()
        while not any(event.what == "log" for event in events):
            await process.changes.until(lambda: events[-1].what == "log" or None, 30)
        # Nobody has looked yet, and Telegram's clock is not the real one.
        show.stage.telegram.clock.advance(hours=1)
        await show.serva("key", "balance")
        await show.stage.emma.send("After")
        await process.kill()
        async with show.browser() as browser:
            lines = [browser.lines[n] for n in sorted(browser.lines)]
            assert [(line["side"], line["what"]) for line in lines] == [
                ("person", "message"),
                ("bot", "started"),
                ("bot", "log"),
                ("serva", "balance"),
                ("person", "message"),
                ("bot", "killed"),
            ]
            times = [line["at"] for line in lines]
            assert times == sorted(times)
            assert times[-1] - times[0] < 600_000


async def test_only_the_newest_lines_are_kept(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.demo.wire.KEPT", 5)
    monkeypatch.setattr("bot.sandbox.demo.view.LINES_AT_FIRST", 3)
    async with show.browser() as browser:
        for number in range(7):
            await show.stage.emma.send(str(number))
        await browser.line("message", words="6")
    assert len(show.live._wire._lines) == 5
    async with show.browser() as late:
        assert [line["words"] for line in late.lines.values()] == ["4", "5", "6"]


async def test_long_things_are_cut(show: Show, browser: Browser) -> None:
    await show.stage.emma.send("ab " * 1300)
    line = await browser.line("message")
    assert len(line["words"]) == 160
    assert len(line["detail"]["message"]["text"]) == 1000


UNKNOWN = "zU9k2Lq8Xw3Rt7Yp1Vb5"


async def test_no_secret_is_on_the_wire_or_in_the_log(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "for line in sys.argv[1:]: print(line)\n"
        f"print('odd {UNKNOWN}', flush=True); time.sleep(1000)"
    )
    async with showing(tmp_path, script) as show, show.browser() as browser:
        stage, emma, api = show.stage, show.stage.emma, show.api
        token = stage.telegram.token
        old = stage.serva.accounts[0].key
        stage.serva.new_key(stage.serva.accounts[0])
        secrets = [UNKNOWN, token, old, *stage.serva.keys, *stage.servya.keys]
        show.process._launch.argv.extend(secrets)

        for secret in secrets:
            await emma.send(secret)
            await emma.send(f"My key: {secret}, is it good?")
            await emma.send(f"api_key={secret}")
            await emma.send(f"مفتاحي:{secret}،")
            await emma.send(secret[:7] + "\u200b" + secret[7:])
            await emma.send(f"https://serva.example/api/v1?action=balance&key={secret}&x=1")
            await emma.inline(secret)
            await emma.send_document("key.txt", secret.encode(), caption=secret)
            await emma.send("What now?", forwarded_from=secret)
            data = {"chat_id": emma.id, "text": f"<code>{secret}</code>", "parse_mode": "HTML"}
            await api.result("sendMessage", reply_markup=keyboard(secret), **data)
            tap = await emma.press(secret)
            await api("answerCallbackQuery", callback_query_id=tap.id, text=secret)
            await api("answerCallbackQuery", callback_query_id=secret)
            for action in ("balance", secret):
                await show.serva(secret, action, link=secret, **{secret: secret})
            await show.servya(secret)
            stage.serva.fault("refuse", error=secret)
            await show.serva(secret, "balance")
        await show.process.start()
        await browser.until(lambda: browser.latest["bot"]["log"][-1:] == [f"odd …{UNKNOWN[-4:]}"])
        await emma.send("The last")
        await browser.line("message", words="The last")

        told = browser.everything
        assert [secret for secret in secrets if secret in told] == []
        assert [secret for secret in secrets if secret[:7] + "\u200b" in told] == []
        assert token.partition(":")[2] not in told
        assert all(f"…{secret[-4:]}" in told for secret in secrets)
        hidden = f"…{old[-4:]}"
        sent = [line["words"] for line in browser.lines.values() if hidden in line["words"]]
        assert sent[:3] == [hidden, f"My key: {hidden}, is it good?", hidden]


async def test_what_is_no_secret_is_shown(show: Show, browser: Browser) -> None:
    for text in ("Instagram Followers", LINK, "@someone_with_a_long_name", "ORD-100023,ORD-100024"):
        await show.stage.emma.send(text)
        await browser.line("message", words=text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0123456789abcdef", ["0123456789abcdef"]),
        ("0123456789abcde", []),
        ("(0123456789abcdef).", ["0123456789abcdef"]),
        ("key:0123456789abcdef", ["key:0123456789abcdef", "0123456789abcdef"]),
        ("sk_live_0123456789\nsecond", ["sk_live_0123456789"]),
        ("01234567\u200b89abcdef", ["0123456789abcdef"]),
        ("https://t.me/someone_with_a_long_name", []),
        ("instagram.com/someone_with_a_long_name", []),
        ("https://x.test/?key=abcdefgh&y=1", ["abcdefgh"]),
        ("@someone_with_a_long_name #a_long_hashtag_of_mine", []),
        ("/start_of_something_long@serva_bot", []),
        ("ORD-100023,ORD-100024", []),
        ("والمستخدمونالمستخدمون", []),
    ],
)
def test_what_may_be_a_key(text: str, found: list[str]) -> None:
    assert list(key_shaped(text)) == found


JUNK: list[dict[str, Any]] = [
    {"method": "sendMessage", "reply_markup": '{"inline_keyboard": [[1], 2, null]}'},
    {"method": "sendMessage", "reply_markup": "{not json"},
    {"method": "sendMessage", "reply_markup": "[]", "text": "[1, 2]"},
    {"method": "setMyCommands", "commands": '{"command": 1}', "language_code": "[1]"},
    {"method": "setMyCommands", "commands": '[{"command": ["x"]}, 7]'},
    {"method": "deleteMessages", "message_ids": "all"},
    {"method": "answerCallbackQuery", "text": '{"a": 1}', "chat_id": "-99999999999999999999"},
]


@pytest.mark.parametrize("params", JUNK, ids=json.dumps)
async def test_nonsense_of_a_bot_is_shown_too(
    show: Show, browser: Browser, params: dict[str, str]
) -> None:
    method = params["method"]
    await show.api(method, **{name: value for name, value in params.items() if name != "method"})
    line = await browser.line(method)
    assert line["outcome"] == "refused"


async def test_what_has_no_utf_8_does_not_end_the_feed(show: Show, browser: Browser) -> None:
    body = '{"key": "k", "action": "add", "link": "half \\ud83d", "quantity": 1' + "0" * 99 + "}"
    headers = {"Content-Type": "application/json"}
    async with show.http.post(show.stage.serva.url, data=body, headers=headers) as answer:
        await answer.read()
    line = await browser.line("add")
    assert line["detail"]["params"]["quantity"] == 10**99
