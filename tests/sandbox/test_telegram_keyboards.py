"""Inline keyboards: what a message may carry below it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.telegram import Button, Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of

CANT = "Bad Request: can't parse inline keyboard button: "


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


async def test_every_kind_of_button_is_seen(api: Api, ann: Person) -> None:
    rows = [
        [
            {"text": "Data", "callback_data": "x" * 64, "style": "success"},
            {"text": "Link", "url": "https://x.org/a"},
        ],
        [{"text": "Copy", "copy_text": {"text": "ORD-1"}}],
        [{"text": "Share", "switch_inline_query": ""}],
    ]
    message = await api.result(
        "sendMessage", chat_id=ann.id, text="x", reply_markup={"inline_keyboard": rows}
    )
    assert message["reply_markup"] == {"inline_keyboard": rows}
    assert ann.screen.rows == (("Data", "Link"), ("Copy",), ("Share",))
    assert ann.screen.buttons == (
        Button("Data", data="x" * 64, style="success"),
        Button("Link", url="https://x.org/a"),
        Button("Copy", copy="ORD-1"),
        Button("Share", other=(("switch_inline_query", ""),)),
    )


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ("Go", CANT + "InlineKeyboardButton must be an Object"),
        ({"callback_data": "x"}, CANT + 'Can\'t find field "text"'),
        ({"text": 1, "callback_data": "x"}, CANT + 'Field "text" must be of type String'),
        ({"text": " ", "callback_data": "x"}, "Bad Request: BUTTON_TEXT_INVALID"),
        ({"text": "x"}, CANT + "Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "callback_data": "x", "url": "https://x.org"},
            CANT + "exactly one action is allowed, found callback_data, url",
        ),
        ({"text": "x", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "x" * 65}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "é" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "callback_data": 1},
            CANT + 'Field "callback_data" must be of type String',
        ),
        ({"text": "x", "url": "https://x.org/a b"}, "Bad Request: BUTTON_URL_INVALID"),
        ({"text": "x", "url": ""}, "Bad Request: BUTTON_URL_INVALID"),
        (
            {"text": "x", "url": "http://localhost:3000/"},
            "Bad Request: inline keyboard button URL 'http://localhost:3000/' is invalid: "
            "Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "ftp://x.org"},
            "Bad Request: inline keyboard button URL 'ftp://x.org' is invalid: "
            "Unsupported URL protocol",
        ),
        (
            {"text": "x", "url": "https:///a"},
            "Bad Request: inline keyboard button URL 'https:///a' is invalid: URL host is empty",
        ),
        (
            {"text": "x", "url": "https://x.org:99999/"},
            "Bad Request: inline keyboard button URL 'https://x.org:99999/' is invalid: "
            "Wrong port number specified in the URL",
        ),
        ({"text": "x", "url": 1}, CANT + 'Field "url" must be of type String'),
        ({"text": "x", "copy_text": {"text": ""}}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "x", "copy_text": {"text": "x" * 257}},
            "Bad Request: BUTTON_COPY_TEXT_INVALID",
        ),
        ({"text": "x", "copy_text": "x"}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "x", "callback_data": "x", "style": "loud"},
            CANT + "invalid button style specified",
        ),
    ],
)
async def test_buttons_that_are_refused(
    api: Api, ann: Person, button: object, description: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    sent = {"chat_id": ann.id, "text": "x", "reply_markup": markup}
    assert await api.error("sendMessage", **sent) == description


@pytest.mark.parametrize(
    "url", ["x.org", "tg://resolve?domain=x", "HTTPS://X.ORG", "http://[::1]/"]
)
async def test_links_that_pass(api: Api, ann: Person, url: str) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "url": url}]]}
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=markup)
    assert ann.screen.button("x").url == url


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
        ([], "Bad Request: object expected as reply markup"),
        (
            {"inline_keyboard": {}},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
        ),
        (
            {"inline_keyboard": [{}]},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an '
            "Array of Arrays",
        ),
        (
            {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101},
            "Bad Request: reply markup is too long",
        ),
        ({"buttons": []}, "Bad Request: can't parse reply markup: unknown kind of markup"),
    ],
)
async def test_markups_that_are_refused(
    api: Api, ann: Person, markup: Any, description: str
) -> None:
    sent = {"chat_id": ann.id, "text": "x", "reply_markup": markup}
    assert await api.error("sendMessage", **sent) == description


@pytest.mark.parametrize(
    "markup",
    [
        {"inline_keyboard": []},
        {"inline_keyboard": [[]]},
        {},
        {"remove_keyboard": True},
        {"force_reply": True},
    ],
)
async def test_markups_without_inline_buttons(
    api: Api, ann: Person, markup: dict[str, Any]
) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=markup)
    assert ann.keyboards == []


async def test_a_hundred_buttons_pass(api: Api, ann: Person) -> None:
    rows = [[{"text": "x", "callback_data": "x"}] * 5] * 20
    markup = {"inline_keyboard": rows}
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=markup)
    assert len(ann.screen.buttons) == 100
