"""A Bot API client that is not ours gets along with the server and knows its refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.sandbox.telegram import Person, TelegramServer


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def bot(tg: TelegramServer) -> AsyncIterator[telegram.Bot]:
    client = telegram.Bot(tg.token, base_url=f"{tg.url}/bot", base_file_url=f"{tg.url}/file/bot")
    async with client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


async def test_a_whole_conversation(tg: TelegramServer, bot: telegram.Bot, ann: Person) -> None:
    (start,) = await bot.get_updates()
    assert start.effective_user is not None
    assert (start.effective_user.id, start.effective_user.first_name) == (ann.id, "Ann")
    key = telegram.InlineKeyboardButton("Browse", callback_data="browse")
    markup = telegram.InlineKeyboardMarkup([[key]])
    await bot.send_message(ann.id, "<b>Home</b>", parse_mode="HTML", reply_markup=markup)

    tap = await ann.press("Browse")
    (press,) = await bot.get_updates(offset=start.update_id + 1, timeout=1)
    assert press.callback_query is not None
    assert press.callback_query.data == "browse"
    await press.callback_query.answer()
    await press.callback_query.edit_message_text("Categories")

    await tap.answered()
    await ann.sees("Categories")
    assert tg.unknown_parameters == []


async def test_commands_and_names(tg: TelegramServer, bot: telegram.Bot, ann: Person) -> None:
    scope = telegram.BotCommandScopeChat(ann.id)
    await bot.set_my_commands([("admin", "Operate")], scope=scope)
    await bot.set_my_short_description("Order here", language_code="en")
    assert tg.commands(ann) == {"admin": "Operate"}
    assert (await bot.get_my_short_description("en")).short_description == "Order here"
    assert (await bot.get_chat(ann.id)).first_name == "Ann"
    assert tg.unknown_parameters == []


async def test_files(bot: telegram.Bot, ann: Person) -> None:
    sent = await bot.send_document(ann.id, b"a,b", filename="orders.csv", caption="Orders")
    assert sent.document is not None
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b"


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_refusals_arrive_as_their_exceptions(
    tg: TelegramServer, bot: telegram.Bot, ann: Person
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "x")
    tg.flood(seconds=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(ann.id, "x")
    old = tg.group("Team", [ann], supergroup=False)
    new = await old.migrate()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "x")
    assert moved.value.new_chat_id == new.id
    await ann.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.id, "x")
    await bot.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_a_wrong_token_is_known_as_such(tg: TelegramServer) -> None:
    with pytest.raises(InvalidToken):
        async with telegram.Bot("123456:wrong", base_url=f"{tg.url}/bot"):
            pass
