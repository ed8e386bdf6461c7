"""How a bot hears: long polling, webhooks, and what each of people's acts looks like to it."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram import Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of

GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
def ann(tg: TelegramServer) -> Person:
    return tg.person("Ann Lee", username="ann", language_code="ar", id=77)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_a_message_looks_as_documented(tg: TelegramServer, api: Api, ann: Person) -> None:
    await ann.send("/start ref")
    (update,) = await api.result("getUpdates")
    assert update["message"] == {
        "message_id": 1,
        "from": {
            "id": 77,
            "is_bot": False,
            "first_name": "Ann",
            "last_name": "Lee",
            "username": "ann",
            "language_code": "ar",
        },
        "chat": {
            "id": 77,
            "type": "private",
            "first_name": "Ann",
            "last_name": "Lee",
            "username": "ann",
        },
        "date": tg.clock.seconds,
        "text": "/start ref",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }


async def test_an_offset_confirms_and_forgets(api: Api, ann: Person) -> None:
    for text in ("one", "two", "three"):
        await ann.send(text)
    first, second, third = await api.result("getUpdates")
    assert [second["update_id"], third["update_id"]] == [
        first["update_id"] + 1,
        first["update_id"] + 2,
    ]
    assert texts(await api.result("getUpdates")) == ["one", "two", "three"]
    assert texts(await api.result("getUpdates", offset=second["update_id"])) == ["two", "three"]
    assert texts(await api.result("getUpdates")) == ["two", "three"]
    assert await api.result("getUpdates", offset=third["update_id"] + 1) == []


async def test_a_negative_offset_counts_from_the_end(api: Api, ann: Person) -> None:
    for text in ("one", "two", "three"):
        await ann.send(text)
    assert texts(await api.result("getUpdates", offset=-2)) == ["two", "three"]
    assert texts(await api.result("getUpdates")) == ["two", "three"]


@pytest.mark.parametrize(("limit", "count"), [(2, 2), (0, 1), (1000, 3)])
async def test_the_limit_is_1_to_100(api: Api, ann: Person, limit: int, count: int) -> None:
    for text in ("one", "two", "three"):
        await ann.send(text)
    assert len(await api.result("getUpdates", limit=limit)) == count


async def test_long_polling_ends_with_the_first_update(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    waiting = asyncio.create_task(api.result("getUpdates", timeout=30))
    await poller(tg)
    await ann.send("now")
    assert texts(await waiting) == ["now"]


async def poller(tg: TelegramServer) -> None:
    """Wait until a getUpdates is hanging."""
    while not tg.world.updates.polled:
        await asyncio.sleep(0)


async def test_a_second_poller_ends_the_first(tg: TelegramServer, api: Api, ann: Person) -> None:
    first = asyncio.create_task(api("getUpdates", timeout=30))
    await poller(tg)
    assert await api.result("getUpdates") == []
    assert await first == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; make sure that only "
        "one bot instance is running",
    }


async def test_stopping_the_server_ends_a_long_poll() -> None:
    async with TelegramServer() as tg, api_of(tg) as api:
        waiting = asyncio.create_task(api.result("getUpdates", timeout=50))
        await poller(tg)
        await tg.stop()
        assert await waiting == []


async def test_a_server_comes_back_where_it_was(tg: TelegramServer, api: Api, ann: Person) -> None:
    url = tg.url
    async with listening() as listener:
        await api.result("setWebhook", url=listener.url)
        await tg.stop()
        await ann.send("meanwhile")
        await tg.start()
        assert texts(await listener.got(1)) == ["meanwhile"]
    assert tg.url == url
    assert (await api.result("getMe"))["is_bot"] is True


async def test_allowed_updates_are_remembered(api: Api, ann: Person) -> None:
    await api.result("getUpdates", allowed_updates=["callback_query"])
    await ann.send("unheard")
    await ann.tap_raw(1, "go")
    (update,) = await api.result("getUpdates")
    assert "callback_query" in update
    await api.result("getUpdates", allowed_updates=[])
    await ann.send("heard")
    assert "heard" in texts((await api.result("getUpdates"))[1:])
    assert await api.error("getUpdates", allowed_updates="{}") == (
        "Bad Request: can't parse allowed updates: expected an Array of String"
    )


async def test_updates_live_for_a_day(tg: TelegramServer, api: Api, ann: Person) -> None:
    await ann.send("old")
    tg.clock.advance(hours=24, seconds=1)
    await ann.send("new")
    assert texts(await api.result("getUpdates")) == ["new"]


async def test_an_update_can_come_twice_under_its_id(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    await ann.send("one")
    (update,) = await api.result("getUpdates")
    tg.repeat_update()
    assert await api.result("getUpdates", offset=update["update_id"] + 1) == [update]
    assert await api.result("getUpdates", offset=update["update_id"] + 1) == []


async def test_a_tap_can_come_again_under_a_new_id(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    tap = await ann.tap_raw(1, "go")
    tg.redeliver_tap(tap)
    one, other = await api.result("getUpdates")
    assert one["update_id"] != other["update_id"]
    assert one["callback_query"] == other["callback_query"]
    assert one["callback_query"]["id"] == tap.id


async def test_a_tap_carries_its_message(api: Api, ann: Person) -> None:
    await ann.send("/start")
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=GO)
    await ann.press("Go")
    query = (await api.result("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["reply_markup"]) == ("go", GO)


async def test_a_tap_on_a_message_that_is_gone(api: Api, ann: Person) -> None:
    await ann.tap_raw(12, "forged")
    query = (await api.result("getUpdates"))[-1]["callback_query"]
    assert query["message"]["date"] == 0
    assert query["message"]["message_id"] == 12


async def test_other_things_that_people_do(api: Api, ann: Person) -> None:
    said = await ann.send("hello")
    await ann.edit(said, "hello you")
    await ann.send_sticker()
    await ann.send_photo("a *caption*")
    await ann.send_voice()
    await ann.send_contact()
    await ann.send("see this", forwarded_from="Bob")
    await ann.send("yes", reply_to=said)
    await ann.block()
    await ann.unblock()
    heard = (await api.result("getUpdates"))[1:]
    edited, sticker, photo, voice, contact, forwarded, reply, blocked, unblocked = heard
    assert edited["edited_message"]["text"] == "hello you"
    assert edited["edited_message"]["edit_date"] >= said.date
    assert sticker["message"]["sticker"]["emoji"] == "👍"
    assert photo["message"]["caption"] == "a *caption*"
    assert voice["message"]["voice"]["duration"] == 2
    assert contact["message"]["contact"]["user_id"] == ann.id
    assert forwarded["message"]["forward_origin"]["sender_user_name"] == "Bob"
    assert reply["message"]["reply_to_message"]["message_id"] == said.message_id
    statuses = [one["my_chat_member"]["new_chat_member"]["status"] for one in (blocked, unblocked)]
    assert statuses == ["kicked", "member"]


async def test_a_file_that_a_person_sent_can_be_fetched(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    await ann.send_document("links.txt", b"https://x.org/1")
    (update,) = await api.result("getUpdates")
    file_id = update["message"]["document"]["file_id"]
    path = (await api.result("getFile", file_id=file_id))["file_path"]
    async with api.http.get(f"{tg.url}/file/bot{tg.token}/{path}") as answer:
        assert await answer.read() == b"https://x.org/1"


async def test_a_photo_is_one_that_a_browser_can_show(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    await ann.send_photo()
    (update,) = await api.result("getUpdates")
    file_id = update["message"]["photo"][-1]["file_id"]
    path = (await api.result("getFile", file_id=file_id))["file_path"]
    async with api.http.get(f"{tg.url}/file/bot{tg.token}/{path}") as answer:
        png = await answer.read()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    pixels = zlib.decompress(png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8])
    assert (path.rsplit(".")[-1], len(pixels)) == ("png", height * (1 + 3 * width))


async def test_privacy_mode_hears_what_is_meant_for_the_bot(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    team = tg.group("Team", [ann])
    seat = ann.at(team)
    await seat.send("just chatting")
    await seat.send("/orders")
    await seat.send("hello @sandbox_bot")
    await api.result("sendMessage", chat_id=team.id, text="yes?")
    await seat.send("nothing", reply_to=seat.screen)
    joined, *heard = await api.result("getUpdates")
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert texts(heard) == ["/orders", "hello @sandbox_bot", "nothing"]


async def test_an_administrator_hears_everything(tg: TelegramServer, api: Api, ann: Person) -> None:
    team = tg.group("Team", [ann])
    await team.promote(can_delete=True)
    await ann.send("just chatting", to=team)
    await team.demote()
    await ann.send("unheard", to=team)
    _, promoted, heard, demoted = await api.result("getUpdates")
    assert promoted["my_chat_member"]["new_chat_member"]["can_delete_messages"] is True
    assert heard["message"]["chat"] == {"id": team.id, "type": "supergroup", "title": "Team"}
    assert demoted["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_migration_is_told_in_both_groups(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    old = tg.group("Team", [ann], supergroup=False)
    new = await old.migrate()
    _, left, entered = await api.result("getUpdates")
    assert left["message"]["migrate_to_chat_id"] == new.id
    assert entered["message"]["migrate_from_chat_id"] == old.id


class Listener:
    """A bot's own web address: keeps what comes, answers as it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.arrived = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        if self.gate is not None and update["message"]["text"] == "slow":
            await self.gate.wait()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.append(update)
        self.arrived.set()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response({"method": "sendMessage", "text": "ignored"}, status=status)

    async def got(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(3):
            while len(self.came) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.came


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    app = web.Application()
    app.router.add_post("/hook", listener.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield listener
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_what_waits_and_what_comes(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    await ann.send("before")
    async with listening() as listener:
        await api.result("setWebhook", url=listener.url, secret_token="s3cret", max_connections=5)
        await ann.send("after")
        assert texts(await listener.got(2)) == ["before", "after"]
        assert listener.secrets == ["s3cret", "s3cret"]
        await tg.until(lambda: not tg.world.updates.waiting)
        assert await api.result("getWebhookInfo") == {
            "url": listener.url,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": 5,
        }
        assert ann.from_bot == []


async def test_a_webhook_that_fails_is_tried_again(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    async with listening() as listener:
        listener.statuses = [500]
        await api.result("setWebhook", url=listener.url)
        await ann.send("one")
        await ann.send("two")
        assert texts(await listener.got(3)) == ["one", "one", "two"]
        info = await api.result("getWebhookInfo")
        assert info["last_error_message"] == (
            "Wrong response from the webhook: 500 Internal Server Error"
        )


async def test_a_webhook_that_is_not_there_keeps_the_updates(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    async with listening() as listener:
        gone = listener.url
    await api.result("setWebhook", url=gone)
    await ann.send("one")
    await tg.until(lambda: tg.webhook.last_error)
    await api.result("deleteWebhook")
    assert texts(await api.result("getUpdates")) == ["one"]


async def test_one_slow_chat_does_not_hold_up_another(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    bob = tg.person("Bob")
    async with listening() as listener:
        listener.gate = asyncio.Event()
        await api.result("setWebhook", url=listener.url)
        await ann.send("slow")
        await ann.send("after slow")
        await bob.send("quick")
        assert texts(await listener.got(1)) == ["quick"]
        listener.gate.set()
        assert texts(await listener.got(3)) == ["quick", "slow", "after slow"]


async def test_webhook_and_polling_exclude_each_other(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    async with listening() as listener:
        waiting = asyncio.create_task(api.error("getUpdates", timeout=30))
        await poller(tg)
        await api.result("setWebhook", url=listener.url)
        assert await waiting == "Conflict: terminated by setWebhook request"
        assert await api.error("getUpdates") == (
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
        await api.result("setWebhook", url="")
        assert await api.result("getUpdates") == []


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_pending_updates_can_be_dropped(api: Api, ann: Person, method: str) -> None:
    await ann.send("one")
    await api.result(method, url="", drop_pending_updates=True)
    assert await api.result("getUpdates") == []


@pytest.mark.parametrize(
    ("params", "description"),
    [
        (
            {"url": "nonsense"},
            "Bad Request: bad webhook: HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://x.org", "secret_token": "no space"},
            "Bad Request: secret token contains unallowed characters",
        ),
    ],
)
async def test_webhooks_that_are_refused(
    api: Api, params: dict[str, str], description: str
) -> None:
    assert await api.error("setWebhook", **params) == description
