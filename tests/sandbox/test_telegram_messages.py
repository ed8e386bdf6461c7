"""Sending, editing, deleting and answering: what works, and each refusal in Telegram's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.telegram import Group, Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
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
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"chat_id": 999, "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "👍" * 2049}, "Bad Request: message is too long"),
        ({"text": "x", "parse_mode": "Markdown"}, "Bad Request: unsupported parse_mode"),
        (
            {"text": "<p>x</p>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0',
        ),
        (
            {"text": "x", "reply_parameters": {"message_id": 77}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"text": "x", "reply_parameters": {}},
            "Bad Request: can't parse reply parameters: Can't find field \"message_id\"",
        ),
        ({"text": "x", "reply_parameters": []}, "Bad Request: object expected as reply parameters"),
        (
            {"text": "x", "reply_parameters": "{"},
            "Bad Request: can't parse reply parameters JSON object",
        ),
        (
            {"text": "x", "link_preview_options": 1},
            "Bad Request: object expected as link preview options",
        ),
        (
            {"text": "x", "entities": [{"type": "bold"}]},
            "Bad Request: can't parse message entities: expected an Array of MessageEntity",
        ),
    ],
)
async def test_messages_that_are_refused(
    api: Api, ann: Person, params: dict[str, Any], description: str
) -> None:
    assert await api.error("sendMessage", **({"chat_id": ann.id} | params)) == description


async def test_the_limit_is_counted_after_parsing(api: Api, ann: Person) -> None:
    await api.result(
        "sendMessage", chat_id=ann.id, text=f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML"
    )
    assert ann.screen.text == "<" * 4096


async def test_html_is_shown_plain_and_kept_as_source(api: Api, ann: Person) -> None:
    source = " <b>Balance</b>: $25.50 "
    message = await api.result("sendMessage", chat_id=ann.id, text=source, parse_mode="html")
    assert message["text"] == "Balance: $25.50"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert (ann.screen.text, ann.screen.html) == ("Balance: $25.50", source)


async def test_given_entities_are_kept(api: Api, ann: Person) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    message = await api.result("sendMessage", chat_id=ann.id, text="hi", entities=[bold])
    assert message["entities"] == [bold]


async def test_a_reply_names_its_message(api: Api, ann: Person) -> None:
    first = await ann.send("first")
    reply = {"message_id": first.message_id}
    message = await api.result("sendMessage", chat_id=ann.id, text="x", reply_parameters=reply)
    assert message["reply_to_message"]["text"] == "first"
    assert ann.screen.reply_to == first.message_id


async def test_a_reply_to_nothing_is_sent_when_allowed(api: Api, ann: Person) -> None:
    gone = await ann.send("gone")
    await ann.delete(gone)
    reply = {"message_id": gone.message_id, "allow_sending_without_reply": True}
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_parameters=reply)
    assert ann.screen.reply_to is None


@pytest.mark.parametrize(
    ("act", "description"),
    [
        ("block", "Forbidden: bot was blocked by the user"),
        ("deactivate", "Forbidden: user is deactivated"),
    ],
)
async def test_chats_that_are_closed(api: Api, ann: Person, act: str, description: str) -> None:
    message = await api.result("sendMessage", chat_id=ann.id, text="x")
    await getattr(ann, act)()
    place = {"chat_id": ann.id}
    assert await api.error("sendMessage", text="y", **place) == description
    assert await api.error("sendChatAction", action="typing", **place) == description
    edit = {"message_id": message["message_id"], "text": "y"} | place
    assert await api.error("editMessageText", **edit) == description


async def test_a_bot_does_not_speak_first(tg: TelegramServer, api: Api) -> None:
    stranger = tg.person("Bob")
    envelope = await api("sendMessage", chat_id=stranger.id, text="x")
    assert envelope["error_code"] == 403
    assert envelope["description"] == "Forbidden: bot can't initiate conversation with a user"


async def test_an_edit_replaces_text_and_keyboard(api: Api, ann: Person) -> None:
    message = await api.result("sendMessage", chat_id=ann.id, text="one", reply_markup=GO)
    place = {"chat_id": ann.id, "message_id": message["message_id"]}
    edited = await api.result("editMessageText", text="<i>two</i>", parse_mode="HTML", **place)
    assert edited["text"] == "two"
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= message["date"]
    assert (ann.screen.text, ann.screen.html, ann.keyboards) == ("two", "<i>two</i>", [])


async def test_an_edit_of_the_keyboard_alone(api: Api, ann: Person) -> None:
    message = await api.result("sendMessage", chat_id=ann.id, text="one", reply_markup=GO)
    place = {"chat_id": ann.id, "message_id": message["message_id"]}
    assert await api.error("editMessageReplyMarkup", reply_markup=GO, **place) == NOT_MODIFIED
    await api.result("editMessageReplyMarkup", **place)
    assert ann.keyboards == []
    assert await api.error("editMessageReplyMarkup", **place) == NOT_MODIFIED


async def test_an_edit_that_changes_nothing_is_refused(api: Api, ann: Person) -> None:
    sent = {"text": "<b>one</b>", "parse_mode": "HTML", "reply_markup": GO}
    message = await api.result("sendMessage", chat_id=ann.id, **sent)
    place = {"chat_id": ann.id, "message_id": message["message_id"]}
    same = {"text": "<strong>one</strong> ", "parse_mode": "HTML", "reply_markup": GO}
    assert await api.error("editMessageText", **same, **place) == NOT_MODIFIED
    assert await api.result("editMessageText", **(same | {"text": "one"}), **place)


async def test_edits_that_are_refused(api: Api, ann: Person) -> None:
    hers = await ann.send("mine")
    photo = await api.result("sendPhoto", chat_id=ann.id, photo="https://x.org/a.png")
    own = await api.result("sendMessage", chat_id=ann.id, text="x")

    async def refusal(number: int, text: str = "y") -> str:
        place = {"chat_id": ann.id, "message_id": number}
        return await api.error("editMessageText", text=text, **place)

    assert await refusal(hers.message_id) == "Bad Request: message can't be edited"
    assert await refusal(photo["message_id"]) == (
        "Bad Request: there is no text in the message to edit"
    )
    assert await refusal(9999) == "Bad Request: message to edit not found"
    assert await refusal(own["message_id"], "x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
    await ann.delete(ann.screen)
    assert await refusal(own["message_id"]) == "Bad Request: message to edit not found"
    nowhere = await api.error("editMessageText", text="y")
    assert nowhere == "Bad Request: message identifier is not specified"


async def test_a_message_number_means_nothing_in_another_chat(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    bob = tg.person("Bob")
    await bob.send("/start")
    message = await api.result("sendMessage", chat_id=ann.id, text="x")
    place = {"chat_id": bob.id, "message_id": message["message_id"]}
    assert await api.error("deleteMessage", **place) == "Bad Request: message to delete not found"


async def test_deleting_in_a_private_chat(api: Api, ann: Person) -> None:
    key = await ann.send("a secret")
    place = {"chat_id": ann.id, "message_id": key.message_id}
    assert await api.result("deleteMessage", **place) is True
    assert ann.is_deleted(key)
    assert await api.error("deleteMessage", **place) == "Bad Request: message to delete not found"


async def test_nothing_is_deleted_after_48_hours(tg: TelegramServer, api: Api, ann: Person) -> None:
    key = await ann.send("a secret")
    tg.clock.advance(hours=48, seconds=2)
    place = {"chat_id": ann.id, "message_id": key.message_id}
    refusal = await api.error("deleteMessage", **place)
    assert refusal == "Bad Request: message can't be deleted for everyone"
    assert not ann.is_deleted(key)


async def test_deleting_many_skips_what_is_not_there(api: Api, ann: Person) -> None:
    texts = [await ann.send("one"), await ann.send("two")]
    numbers = [message.message_id for message in texts]
    place = {"chat_id": ann.id}
    assert await api.result("deleteMessages", message_ids=[*numbers, 4711], **place) is True
    assert all(ann.is_deleted(message) for message in texts)


@pytest.mark.parametrize(
    ("numbers", "description"),
    [
        ([], "Bad Request: message identifiers are not specified"),
        (list(range(1, 102)), "Bad Request: too many message identifiers specified"),
        (["a"], "Bad Request: can't parse message identifiers JSON array"),
    ],
)
async def test_deleting_many_with_wrong_numbers(
    api: Api, ann: Person, numbers: list[Any], description: str
) -> None:
    assert await api.error("deleteMessages", chat_id=ann.id, message_ids=numbers) == description


@pytest.mark.parametrize("can_delete", [True, False])
async def test_deleting_in_a_group_takes_the_right(
    tg: TelegramServer, api: Api, ann: Person, can_delete: bool
) -> None:
    team = tg.group("Team", [ann], bot_can_delete=can_delete)
    key = await ann.send("a secret", to=team)
    place = {"chat_id": team.id, "message_id": key.message_id}
    envelope = await api("deleteMessage", **place)
    assert envelope.get("description") == (
        None if can_delete else "Bad Request: message can't be deleted"
    )
    assert ann.is_deleted(key) is can_delete


async def test_a_tap_is_answered_once(tg: TelegramServer, api: Api, ann: Person) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=GO)
    tap = await ann.press("Go")
    assert tap.answered_at is None
    answer = {"callback_query_id": tap.id, "text": "done", "show_alert": True}
    assert await api.result("answerCallbackQuery", **answer) is True
    assert (tap.text, tap.alert) == ("done", True)
    assert await tap.answered() is tap
    assert await api.error("answerCallbackQuery", **answer) == TOO_OLD


async def test_a_tap_can_be_answered_too_late(tg: TelegramServer, api: Api, ann: Person) -> None:
    tg.callback_life_ms = 1000
    tap = await ann.tap_raw(1, "go")
    tg.clock.advance(seconds=2)
    assert await api.error("answerCallbackQuery", callback_query_id=tap.id) == TOO_OLD
    with pytest.raises(AssertionError, match="was never answered"):
        await tap.answered(patience=0)


async def test_taps_that_can_not_be_answered(api: Api, ann: Person) -> None:
    assert await api.error("answerCallbackQuery", callback_query_id="1") == TOO_OLD
    tap = await ann.tap_raw(1, "go")
    too_long = {"callback_query_id": tap.id, "text": "x" * 201}
    assert await api.error("answerCallbackQuery", **too_long) == "Bad Request: MESSAGE_TOO_LONG"


async def test_chat_actions_are_shown(api: Api, ann: Person) -> None:
    await api.result("sendChatAction", chat_id=ann.id, action="typing")
    assert ann.actions == ["typing"]
    wrong = await api.error("sendChatAction", chat_id=ann.id, action="dancing")
    assert wrong == "Bad Request: wrong parameter action in request"


async def test_a_copy_has_its_own_number(api: Api, ann: Person) -> None:
    original = await ann.send("copy me")
    place = {"chat_id": ann.id, "from_chat_id": ann.id}
    copy = await api.result("copyMessage", message_id=original.message_id, **place)
    assert ann.screen.message_id == copy["message_id"] != original.message_id
    assert ann.screen.text == "copy me"
    missing = await api.error("copyMessage", message_id=9999, **place)
    assert missing == "Bad Request: message to copy not found"


async def test_a_copied_document_takes_a_new_caption(api: Api, ann: Person) -> None:
    original = await ann.send_document("a.txt", b"x", caption="old")
    place = {"chat_id": ann.id, "from_chat_id": ann.id, "message_id": original.message_id}
    await api.result("copyMessage", **place)
    assert ann.screen.text == "old"
    await api.result("copyMessage", caption="<b>new</b>", parse_mode="HTML", **place)
    assert ann.screen.text == "new"


async def test_chats_can_be_looked_at(tg: TelegramServer, api: Api, ann: Person) -> None:
    team = tg.group("Team", [ann])
    assert (await api.result("getChat", chat_id=ann.id))["first_name"] == "Ann"
    assert (await api.result("getChat", chat_id=team.id))["title"] == "Team"
    member = await api.result("getChatMember", chat_id=team.id, user_id=ann.id)
    assert member["status"] == "member"
    own = await api.result("getChatMember", chat_id=team.id, user_id=tg.world.bot.id)
    assert own["status"] == "member"
    nobody = await api.error("getChatMember", chat_id=team.id, user_id=1)
    assert nobody == "Bad Request: PARTICIPANT_ID_INVALID"


async def test_a_group_that_moved_names_its_new_id(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    old = tg.group("Team", [ann], supergroup=False)
    new = await old.migrate()
    envelope = await api("sendMessage", chat_id=old.id, text="x")
    assert envelope["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")
    assert envelope["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await api.result("sendMessage", chat_id=new.id, text="x"))["chat"]["id"] == new.id


async def left(api: Api, team: Group) -> None:
    await api.result("leaveChat", chat_id=team.id)


async def kicked(_: Api, team: Group) -> None:
    await team.kick_bot()


@pytest.mark.parametrize(
    ("way_out", "description"),
    [
        (left, "Forbidden: bot is not a member of the supergroup chat"),
        (kicked, "Forbidden: bot was kicked from the supergroup chat"),
    ],
)
async def test_a_group_without_the_bot(
    tg: TelegramServer, api: Api, ann: Person, way_out: Any, description: str
) -> None:
    team = tg.group("Team", [ann])
    await way_out(api, team)
    assert await api.error("sendMessage", chat_id=team.id, text="x") == description


async def test_a_private_chat_is_not_left(api: Api, ann: Person) -> None:
    assert await api.error("leaveChat", chat_id=ann.id) == "Bad Request: chat is private"
