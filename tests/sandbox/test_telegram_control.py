"""The sandbox driven from outside, by its control surface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramServer
from tests.sandbox.telegram_api import Api, api_of

TOKEN = "123:ABC"


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(TOKEN) as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


class Hand:
    """Calls the control surface."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = f"{url}/sandbox"
        self._http = http

    async def get(self, path: str, **query: str) -> Any:
        async with self._http.get(self._url + path, params=query) as answer:
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self._http.post(self._url + path, json=body) as answer:
            return await answer.json()


@pytest.fixture
def hand(tg: TelegramServer, api: Api) -> Hand:
    return Hand(tg.url, api.http)


async def test_a_conversation_by_hand(hand: Hand, api: Api) -> None:
    ann = await hand.post("/people", name="Ann", language_code="ar", id=7)
    assert ann == {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "ar"}
    assert await hand.get("/people") == [ann]
    await hand.post("/people/7/send", text="/start")
    rows = [[{"text": "Go", "callback_data": "go"}]]
    await api.result("sendMessage", chat_id=7, text="Hi", reply_markup={"inline_keyboard": rows})

    chat = await hand.get("/people/7")
    assert chat["transcript"] == "Ann #1: /start\nSandbox bot #2: Hi\n    [Go]"
    assert [(one["from_bot"], one["text"], one["rows"]) for one in chat["messages"]] == [
        (False, "/start", []),
        (True, "Hi", rows),
    ]
    pressed = await hand.post("/people/7/press", button="Go")
    assert (pressed["data"], pressed["message_id"]) == ("go", 2)
    assert (await hand.post("/people/7/press", button="Go", message_id=2))["data"] == "go"
    assert (await hand.post("/people/7/press", data="x", message_id=9))["message_id"] == 9
    taps = [one for one in await api.result("getUpdates") if "callback_query" in one]
    assert [one["callback_query"]["data"] for one in taps] == ["go", "go", "x"]


async def test_inline_mode_by_hand(tg: TelegramServer, hand: Hand, api: Api) -> None:
    ann = tg.person("Ann", id=7)
    typing = asyncio.create_task(hand.post("/people/7/inline", query="likes"))
    (update,) = await api.result("getUpdates", timeout=5)
    asked = update["inline_query"]["id"]
    article = {"type": "article", "id": "1", "title": "Likes", "description": "$1"}
    content = {"input_message_content": {"message_text": "Picked"}}
    results = [article | content]
    await api.result("answerInlineQuery", inline_query_id=asked, results=results)
    shown = await typing
    assert shown["results"] == [
        {"id": "1", "title": "Likes", "description": "$1", "text": "Picked"}
    ]
    await hand.post("/people/7/pick", inline_query_id=shown["inline_query_id"], title="Likes")
    assert ann.chat == "Ann #1: Picked"
    assert "error" in await hand.post("/people/7/pick", inline_query_id="9", title="Likes")


async def test_other_acts_by_hand(tg: TelegramServer, hand: Hand) -> None:
    ann = tg.person("Ann", id=7)
    await hand.post("/people/7/send", text="one")
    await hand.post("/people/7/edit", message_id=1, text="two")
    await hand.post("/people/7/sticker")
    await hand.post("/people/7/photo", caption="three")
    await hand.post("/people/7/delete", message_id=2)
    assert ann.chat == "Ann #1: two\nAnn #2 (deleted): [sticker] \nAnn #3: [photo] three"
    await hand.post("/people/7/block")
    assert (await hand.get("/people/7"))["standing"] == "kicked"
    await hand.post("/people/7/unblock")
    assert (await hand.get("/people/7"))["standing"] == "member"


async def test_a_reply_by_hand(tg: TelegramServer, hand: Hand, api: Api) -> None:
    tg.person("Ann", id=7)
    await hand.post("/people/7/send", text="one")
    assert (await hand.post("/people/7/send", text="two", reply_to=1))["reply_to"] == 1
    assert await hand.post("/people/7/send", text="x", reply_to=9) == {
        "error": "there is no message 9"
    }
    _, update = await api.result("getUpdates")
    assert update["message"]["reply_to_message"]["text"] == "one"


async def test_a_document_by_hand(tg: TelegramServer, hand: Hand, api: Api) -> None:
    tg.person("Ann", id=7)
    sent = await hand.post("/people/7/document", name="list.txt", content="héllo", caption="this")
    assert (sent["media"], sent["text"]) == (["document"], "this")
    (update,) = await api.result("getUpdates")
    document = update["message"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("list.txt", "text/plain")
    assert tg.world.files[document["file_id"]].content == "héllo".encode()


async def test_waiting_for_news_by_hand(tg: TelegramServer, hand: Hand) -> None:
    ann = tg.person("Ann", id=7)
    waiting = asyncio.create_task(hand.get("/people/7", after="0", timeout="5"))
    await asyncio.sleep(0)
    await ann.send("news")
    assert (await waiting)["version"] == 1


async def test_levers_and_clock_by_hand(tg: TelegramServer, hand: Hand, api: Api) -> None:
    tg.person("Ann", id=7)
    assert await hand.post("/levers/flood", chat_id=7, seconds=5) == {"ok": True}
    assert "retry after 5" in await api.error("getChat", chat_id=7)
    await hand.post("/levers/drop", method="getMe", times=9)
    await hand.post("/levers/release")
    assert await api.result("getMe")
    before = tg.clock()
    assert (await hand.post("/clock", hours=49))["now"] >= before + 49 * 3_600_000


async def test_the_record_by_hand_shows_no_token(hand: Hand, api: Api) -> None:
    await api("getMe")
    await api("sendMessage", chat_id=1, text=f"my token is {TOKEN}")
    (call,) = await hand.get("/calls", method="sendMessage")
    assert call["params"] == {"chat_id": "1", "text": "my token is [token]"}
    assert call["answer"]["description"] == "Bad Request: chat not found"
    assert [call["method"] for call in await hand.get("/calls", last="1")] == ["sendMessage"]


async def test_slips_of_the_hand(tg: TelegramServer, hand: Hand, api: Api) -> None:
    tg.person("Ann", id=7)
    assert await hand.get("/people/8") == {"error": "there is nobody with this id"}
    assert (await hand.post("/people/7/dance"))["error"].startswith("acts are block, ")
    assert (await hand.post("/levers/big"))["error"].startswith("levers are bad_gateway, ")
    assert await hand.post("/people/7/send") == {"error": "'text' is missing"}
    assert await hand.post("/people/7/send", text=5) == {"error": "text must be text"}
    assert await hand.post("/people/7/document", name="x", content=None) == {
        "error": "content must be text"
    }
    assert (
        "unexpected keyword argument 'nickname'"
        in (await hand.post("/people", nickname="x"))["error"]
    )
    assert "finds no button 'Go'" in (await hand.post("/people/7/press", button="Go"))["error"]
    assert await hand.post("/people/7/delete", message_id=5) == {"error": "there is no message 5"}


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b'{"text": "x"}', "text/plain", "the body must be application/json"),
        (b"[]", "application/json", "the body must be a JSON object"),
    ],
)
async def test_bodies_that_are_no_json(
    tg: TelegramServer, api: Api, body: bytes, content_type: str, error: str
) -> None:
    tg.person("Ann", id=7)
    url = f"{tg.url}/sandbox/people/7/send"
    async with api.http.post(url, data=body, headers={"Content-Type": content_type}) as answer:
        assert await answer.json() == {"error": error}
