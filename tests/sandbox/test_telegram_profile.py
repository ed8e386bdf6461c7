"""The methods about the bot itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.telegram import TelegramServer
from tests.sandbox.telegram_api import Api, api_of


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer("123:ABC", name="Orders", username="orders_bot") as server:
        server.person("Ann", id=7)
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


async def test_who_the_bot_is(api: Api) -> None:
    me = await api.result("getMe")
    assert (me["id"], me["first_name"], me["username"]) == (123, "Orders", "orders_bot")
    assert me["can_read_all_group_messages"] is False


async def test_commands_are_kept_by_scope_and_language(api: Api) -> None:
    commands = [{"command": "start", "description": "Begin"}]
    where = {"scope": {"type": "chat", "chat_id": 7}, "language_code": "ar"}
    await api.result("setMyCommands", commands=commands, **where)
    assert await api.result("getMyCommands", **where) == commands
    assert await api.result("getMyCommands") == []
    await api.result("deleteMyCommands", **where)
    assert await api.result("getMyCommands", **where) == []


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "Bad Request: can't parse commands: expected an Array of BotCommand"),
        ({"commands": [1]}, "Bad Request: expected an Object"),
        (
            {"commands": [{"command": "x"}]},
            "Bad Request: can't parse BotCommand: command and description must be strings",
        ),
        (
            {"commands": [{"command": "My Orders", "description": "x"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        (
            {"commands": [{"command": "x" * 33, "description": "x"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        (
            {"commands": [{"command": "x", "description": ""}]},
            "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            {"commands": [{"command": "x", "description": "x"}] * 101},
            "Bad Request: BOT_COMMANDS_TOO_MUCH",
        ),
        (
            {"commands": [], "scope": {"type": "everybody"}},
            "Bad Request: can't parse BotCommandScope: Unsupported type specified",
        ),
        (
            {"commands": [], "scope": {"type": "chat"}},
            "Bad Request: can't parse BotCommandScope: chat_id is required",
        ),
        (
            {"commands": [], "scope": {"type": "chat", "chat_id": 1}},
            "Bad Request: chat not found",
        ),
        (
            {"commands": [], "language_code": "arabic"},
            "Bad Request: invalid language code specified",
        ),
    ],
)
async def test_commands_that_are_refused(
    api: Api, params: dict[str, Any], description: str
) -> None:
    assert await api.error("setMyCommands", **params) == description


@pytest.mark.parametrize(
    ("what", "field", "limit", "default"),
    [
        ("Name", "name", 64, "Orders"),
        ("Description", "description", 512, ""),
        ("ShortDescription", "short_description", 120, ""),
    ],
)
async def test_names_by_language(api: Api, what: str, field: str, limit: int, default: str) -> None:
    async def name(language: str) -> str:
        return str((await api.result(f"getMy{what}", language_code=language))[field])

    assert await name("") == default
    await api.result(f"setMy{what}", **{field: "x" * limit})
    await api.result(f"setMy{what}", **{field: "طلبات", "language_code": "ar"})
    assert [await name("ar"), await name("de")] == ["طلبات", "x" * limit]
    too_long = await api.error(f"setMy{what}", **{field: "x" * (limit + 1)})
    assert too_long == f"Bad Request: {field.replace('_', ' ')} is too long"


async def test_the_menu_button_of_a_chat_or_of_all(api: Api) -> None:
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://x.org"}}
    assert await api.result("getChatMenuButton") == {"type": "commands"}
    await api.result("setChatMenuButton", chat_id=7, menu_button=app)
    assert await api.result("getChatMenuButton", chat_id=7) == app
    assert await api.result("getChatMenuButton") == {"type": "commands"}


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"menu_button": {"type": "x"}}, "Bad Request: menuButton has unsupported type"),
        (
            {"menu_button": {"type": "web_app"}},
            "Bad Request: can't parse menu button: text and web_app are required",
        ),
        ({"chat_id": 1}, "Bad Request: chat not found"),
    ],
)
async def test_menu_buttons_that_are_refused(
    api: Api, params: dict[str, Any], description: str
) -> None:
    assert await api.error("setChatMenuButton", **params) == description
