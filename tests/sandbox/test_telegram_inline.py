"""Inline mode: asked, answered within seconds, remembered as long as the bot said, and picked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.telegram import Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
LINK = "https://t.me/sandbox_bot?start=service-12"


def article(id: str = "1", **changes: Any) -> dict[str, Any]:
    content = {"message_text": f"<b>Likes</b>\n{LINK}", "parse_mode": "HTML"}
    given = {"type": "article", "id": id, "title": "Likes", "input_message_content": content}
    return given | changes


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(patience=0.05) as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    return tg.person("Ann")


async def test_a_bot_with_inline_mode_says_so_and_is_asked(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    assert (await api.result("getMe"))["supports_inline_queries"] is True
    asked = await ann.inline("likes", offset="20")
    (update,) = await api.result("getUpdates")
    assert update["inline_query"] == {
        "id": asked.id,
        "from": ann.user.to_api(),
        "query": "likes",
        "offset": "20",
    }


async def test_a_bot_without_it_is_asked_nothing(tg: TelegramServer, api: Api, ann: Person) -> None:
    tg.world.inline_mode = False
    assert (await api.result("getMe"))["supports_inline_queries"] is False
    with pytest.raises(ValueError, match="switched off"):
        await ann.inline("likes")


async def test_a_query_is_answered_once(api: Api, ann: Person) -> None:
    asked = await ann.inline("likes")
    button = {"text": "More", "start_parameter": "inline"}
    answer = {"inline_query_id": asked.id, "results": [article()], "button": button}
    assert await api.result("answerInlineQuery", next_offset="20", **answer) is True
    assert await asked.answered() is asked
    assert (asked.next_offset, asked.button, asked.start) == ("20", "More", "inline")
    (shown,) = asked.articles
    assert (shown.id, shown.title, shown.text) == ("1", "Likes", f"Likes\n{LINK}")
    assert await api.error("answerInlineQuery", **answer) == TOO_OLD


async def test_a_query_that_nobody_answers_is_missed(tg: TelegramServer, ann: Person) -> None:
    asked = await ann.inline("likes")
    with pytest.raises(AssertionError, match="nobody answered"):
        await asked.answered(0.01)


async def test_an_answer_comes_within_ten_seconds(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    asked = await ann.inline("likes")
    tg.clock.advance(seconds=11)
    error = await api.error("answerInlineQuery", inline_query_id=asked.id, results=[])
    assert error == TOO_OLD


async def test_an_answer_is_repeated_as_long_and_to_whom_the_bot_said(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    bob = tg.person("Bob")
    asked = await ann.inline("likes")
    answer = {"inline_query_id": asked.id, "results": [article()], "cache_time": 10}
    await api.result("answerInlineQuery", is_personal=True, **answer)
    assert (await ann.inline("likes")).cached
    assert not (await ann.inline("like")).cached
    assert not (await ann.inline("likes", offset="20")).cached
    assert not (await bob.inline("likes")).cached
    tg.clock.advance(seconds=10)
    again = await ann.inline("likes")
    assert not again.cached
    await api.result("answerInlineQuery", inline_query_id=again.id, results=[])
    tg.clock.advance(seconds=299)
    assert (await bob.inline("likes")).cached, "what is not personal, and for five minutes"


async def test_a_result_is_sent_in_the_name_of_whoever_picks_it(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    team = tg.group("Team", [ann])
    await api.result("getUpdates", offset=-1)
    asked = await ann.inline("likes")
    keyboard = {"inline_keyboard": [[{"text": "Open", "url": LINK}]]}
    results = [article(reply_markup=keyboard)]
    await api.result("answerInlineQuery", inline_query_id=asked.id, results=results)
    picked = await ann.at(team).pick(asked, "Lik")
    assert not picked.from_bot
    assert (picked.text, picked.html) == (f"Likes\n{LINK}", f"<b>Likes</b>\n{LINK}")
    (update,) = await api.result("getUpdates", offset=-1)
    message = update["message"]
    assert message["via_bot"]["username"] == "sandbox_bot"
    assert message["from"]["id"] == ann.id
    assert message["reply_markup"] == keyboard
    with pytest.raises(AssertionError, match="no 'Views' among"):
        await ann.pick(asked, "Views")


UNREADABLE = "Bad Request: can't parse InlineQueryResult: "


@pytest.mark.parametrize(
    ("results", "description"),
    [
        ({"type": "article"}, "Bad Request: expected an Array of inline query results"),
        ([article()] * 51, "Bad Request: too many inline query results specified"),
        ([article(), article()], "Bad Request: RESULT_ID_DUPLICATE"),
        ([article("")], "Bad Request: RESULT_ID_EMPTY"),
        ([article("ن" * 33)], "Bad Request: RESULT_ID_INVALID"),
        ([article(title=" ")], "Bad Request: ARTICLE_TITLE_EMPTY"),
        ([7], UNREADABLE + "expected an Object"),
        ([article(type="dream")], UNREADABLE + "unallowed result type specified"),
        ([{"id": "1"}], UNREADABLE + 'can\'t find field "type"'),
        ([article(title=7)], UNREADABLE + 'field "title" must be of type String'),
        (
            [article(input_message_content={})],
            UNREADABLE + 'can\'t find field "message_text"',
        ),
        (
            [article(input_message_content={"message_text": "x" * 4097})],
            "Bad Request: MESSAGE_TOO_LONG",
        ),
        (
            [article(input_message_content={"message_text": "<p>", "parse_mode": "HTML"})],
            'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0',
        ),
        (
            [article(reply_markup={"inline_keyboard": [[{"text": "Open"}]]})],
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the"
            " inline keyboard",
        ),
    ],
)
async def test_results_that_are_refused(
    api: Api, ann: Person, results: Any, description: str
) -> None:
    asked = await ann.inline("likes")
    error = await api.error("answerInlineQuery", inline_query_id=asked.id, results=results)
    assert error == description
    assert asked.answered_at is None


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"next_offset": "ن" * 33}, "NEXT_OFFSET_INVALID"),
        ({"button": {"text": "x", "start_parameter": ""}}, "can't use empty start_parameter"),
        (
            {"button": {"text": "x", "start_parameter": "a" * 65}},
            "too long start_parameter specified",
        ),
        (
            {"button": {"text": "x", "start_parameter": "a b"}},
            "unallowed characters in start_parameter are used",
        ),
        ({"button": {"text": "x"}}, "the button must use exactly one of the optional fields"),
        ({"button": "x"}, "can't parse inline query results button JSON object"),
        ({"button": [1]}, "object expected as inline query results button"),
    ],
)
async def test_pages_and_buttons_that_are_refused(
    api: Api, ann: Person, params: Any, description: str
) -> None:
    asked = await ann.inline("likes")
    answer = {"inline_query_id": asked.id, "results": [], **params}
    assert await api.error("answerInlineQuery", **answer) == f"Bad Request: {description}"


async def test_a_phone_asks_for_256_characters_at_the_most(ann: Person) -> None:
    with pytest.raises(ValueError, match="256"):
        await ann.inline("x" * 257)
