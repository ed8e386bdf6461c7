"""What people see when Telegram is slow, strict, deaf or gone."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    NetworkError,
    TimedOut,
)

from bot.runtime.courier import Blocked, ChatMoved, Courier, Rejected, Undelivered
from bot.runtime.transport import NotSent, ServerError, SlowDown, TooLarge
from bot.screens.screen import Button, File, Offer, Screen
from tests.runtime.virtual_time import VirtualTime

HOME = Screen("<b>Home</b>", ((Button("Browse", data="b"),),))


class Api:
    """Stands in for the Bot API: answers as scripted, then with success, and notes every call."""

    def __init__(self, *script: object) -> None:
        self.time = VirtualTime()
        self.script = list(script)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.at: list[int] = []
        self.gate: asyncio.Event | None = None
        self.start = self.time.now
        self.files: dict[str, bytes | Exception] = {}
        self.courier = Courier(self, self.time.clock, self.time.sleep, self.fetch)

    async def __call__(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append((method, params))
        self.at.append(self.time.now - self.start)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        return {"message_id": 100 + len(self.calls)} if method.startswith("send") else True

    async def fetch(self, path: str, limit: int) -> bytes | None:
        content = self.files.get(path)
        if isinstance(content, Exception):
            raise content
        return content if content is not None and len(content) <= limit else None

    @property
    def texts(self) -> list[str]:
        return [params.get("text", "") for _, params in self.calls]

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


def bad(text: str) -> BadRequest:
    return BadRequest(f"Bad Request: {text}")


async def test_send_returns_the_new_messages_id() -> None:
    api = Api()
    assert await api.time.until(api.courier.send(7, HOME, reply_to=55, silent=True)) == 101
    assert api.calls == [
        (
            "sendMessage",
            {
                "chat_id": 7,
                "text": "<b>Home</b>",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": [[{"text": "Browse", "callback_data": "b"}]]},
                "reply_parameters": {"message_id": 55, "allow_sending_without_reply": True},
                "disable_notification": True,
            },
        )
    ]


async def test_a_plain_send_asks_for_nothing_special() -> None:
    api = Api()
    await api.time.until(api.courier.send(7, Screen("Hi")))
    assert api.calls == [
        (
            "sendMessage",
            {
                "chat_id": 7,
                "text": "Hi",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            },
        )
    ]


@pytest.mark.parametrize(
    ("photo", "method", "kind", "mime"),
    [(False, "sendDocument", "document", "text/csv"), (True, "sendPhoto", "photo", "image/png")],
)
async def test_a_file_goes_out_as_what_it_is(
    photo: bool, method: str, kind: str, mime: str
) -> None:
    api = Api(SlowDown(1000), TimedOut())
    name = "chart.png" if photo else "orders.csv"
    await api.time.until(api.courier.send_file(7, File(name, b"\x00x", "<b>Hi</b>", photo=photo)))
    assert api.methods == [method] * 3
    for _, params in api.calls:
        assert params.pop(kind).field_tuple == (name, b"\x00x", mime)
        assert params == {"chat_id": 7, "caption": "<b>Hi</b>", "parse_mode": "HTML"}
    assert api.at[1] >= 1000


async def test_a_file_is_repeated_once_where_it_may_have_arrived() -> None:
    api = Api(TimedOut(), TimedOut(), TimedOut())
    with pytest.raises(Undelivered):
        await api.time.until(api.courier.send_file(7, File("a.txt", b"x")))
    assert api.calls[0][1].keys() == {"chat_id", "document"}, "no caption is no parameter"
    assert len(api.calls) == 2


async def test_a_file_that_is_too_large_is_rejected_at_once() -> None:
    api = Api(TooLarge("Telegram answered 413"))
    with pytest.raises(Rejected):
        await api.time.until(api.courier.send_file(7, File("orders.csv", b"x" * 9, "Yours")))
    assert len(api.calls) == 1


async def test_a_files_caption_is_cut_and_loses_broken_markup_and_no_more() -> None:
    refusal = bad("can't parse entities: unsupported start tag")
    api = Api(refusal)
    await api.time.until(api.courier.send_file(7, File("a.txt", b"x", "<b>" + "y" * 2000)))
    captions = [params["caption"] for _, params in api.calls]
    assert captions == ["<b>" + "y" * 1023 + "…</b>", "y" * 1023 + "…"]
    api = Api(refusal, refusal)
    with pytest.raises(Rejected):
        await api.time.until(api.courier.send_file(7, File("a.txt", b"x", "<b>")))
    assert len(api.calls) == 2


async def test_a_file_for_somebody_who_blocked_the_bot_is_not_tried_again() -> None:
    api = Api(Forbidden("bot was blocked by the user"))
    with pytest.raises(Blocked):
        await api.time.until(api.courier.send_file(7, File("a.txt", b"x")))
    assert len(api.calls) == 1


async def test_edit_names_the_message() -> None:
    api = Api()
    assert await api.time.until(api.courier.edit(7, 55, Screen("Hi"))) is True
    assert api.calls == [
        (
            "editMessageText",
            {
                "chat_id": 7,
                "message_id": 55,
                "text": "Hi",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            },
        )
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("message is not modified: specified new message content and reply markup are the same",
         True),
        ("message to edit not found", False),
        ("message can't be edited", False),
        ("MESSAGE_ID_INVALID", False),
        ("there is no text in the message to edit", False),
    ],
)  # fmt: skip
async def test_an_edit_tells_whether_the_message_shows_the_screen(words: str, shown: bool) -> None:
    api = Api(bad(words))
    assert await api.time.until(api.courier.edit(7, 55, HOME)) is shown
    assert len(api.calls) == 1


@pytest.mark.parametrize(
    "error",
    [Forbidden("Forbidden: bot was blocked by the user"), bad("chat not found")],
)
async def test_who_cannot_be_reached_is_blocked(error: Exception) -> None:
    api = Api(error)
    with pytest.raises(Blocked):
        await api.time.until(api.courier.send(7, HOME))
    assert len(api.calls) == 1


async def test_a_moved_group_names_its_new_id() -> None:
    api = Api(ChatMigrated(-1001234))
    with pytest.raises(ChatMoved) as raised:
        await api.time.until(api.courier.send(-5, HOME))
    assert raised.value.new_id == -1001234


async def test_what_telegram_refuses_for_what_it_is_is_rejected_without_its_text() -> None:
    api = Api(bad("inline keyboard button URL 'https://secret.test' is invalid: wrong host"))
    with pytest.raises(Rejected) as raised:
        await api.time.until(api.courier.send(7, Screen("Hi")))
    assert str(raised.value) == "Telegram refuses it: inline keyboard button url"
    assert len(api.calls) == 1


async def test_a_flooded_chat_waits_as_long_as_telegram_says_and_others_go_on() -> None:
    api = Api(SlowDown(7000))
    flooded = asyncio.ensure_future(api.courier.send(7, Screen("flooded")))
    await api.time.advance(1000)
    await api.courier.send(8, Screen("other"))
    assert api.at == [0, 1000]
    await api.time.until(flooded)
    assert api.texts == ["flooded", "other", "flooded"]
    assert api.at[-1] == 7000


async def test_a_second_message_to_a_flooded_chat_waits_too() -> None:
    api = Api(SlowDown(7000))
    first = asyncio.ensure_future(api.courier.send(7, Screen("first")))
    await api.time.advance(1000)
    second = asyncio.ensure_future(api.courier.edit(7, 5, Screen("second")))
    await api.time.until(asyncio.gather(first, second))
    assert api.at == [0, 7000, 7000]


async def test_a_pause_of_minutes_is_not_waited_for() -> None:
    api = Api(SlowDown(200000))
    with pytest.raises(Undelivered) as raised:
        await api.time.until(api.courier.send(7, HOME))
    assert raised.value.retry_after == 200_000
    with pytest.raises(Undelivered) as raised:
        await api.time.until(api.courier.send(7, HOME))
    assert raised.value.retry_after == 200_000
    assert len(api.calls) == 1


async def test_a_send_that_may_have_arrived_is_repeated_once() -> None:
    api = Api(TimedOut(), TimedOut(), TimedOut())
    with pytest.raises(Undelivered):
        await api.time.until(api.courier.send(7, HOME))
    assert len(api.calls) == 2


async def test_a_broken_connection_is_as_unsure_as_a_time_out() -> None:
    api = Api(NetworkError("broke"), TimedOut())
    with pytest.raises(Undelivered):
        await api.time.until(api.courier.send(7, HOME))
    assert len(api.calls) == 2


async def test_a_send_that_never_left_is_repeated_until_it_is_given_up() -> None:
    api = Api(NotSent("down"), ServerError("502"), NotSent("down"))
    assert await api.time.until(api.courier.send(7, HOME)) == 104
    assert api.at == [0, 500, 1500, 3500]

    api = Api(*[ServerError("502")] * 9)
    with pytest.raises(Undelivered):
        await api.time.until(api.courier.send(7, HOME))
    assert len(api.calls) == 4


async def test_an_edit_is_repeated_after_time_outs() -> None:
    api = Api(TimedOut(), TimedOut(), TimedOut())
    assert await api.time.until(api.courier.edit(7, 5, HOME)) is True
    assert len(api.calls) == 4


async def test_every_round_of_edits_has_its_own_tries() -> None:
    api = Api(TimedOut(), TimedOut(), TimedOut(), True, TimedOut(), TimedOut(), TimedOut())
    api.gate = asyncio.Event()
    first = asyncio.ensure_future(api.courier.edit(7, 5, Screen("1")))
    await api.time.settle()
    api.gate.set()
    await api.time.advance(3499)
    api.gate.clear()
    await api.time.advance(1)
    second = asyncio.ensure_future(api.courier.edit(7, 5, Screen("2")))
    await api.time.settle()
    api.gate.set()
    assert list(await api.time.until(asyncio.gather(first, second))) == [True, True]
    assert api.texts == ["1"] * 4 + ["2"] * 4


async def test_pauses_add_up_to_half_a_minute_at_most() -> None:
    api = Api(SlowDown(20_000), SlowDown(20_000))
    with pytest.raises(Undelivered) as raised:
        await api.time.until(api.courier.send(7, HOME))
    assert (api.at, raised.value.retry_after) == ([0, 20_000], 20_000)


async def test_progress_behind_an_answered_tap_is_progress_again() -> None:
    api = Api()
    api.gate = asyncio.Event()
    taps = [asyncio.ensure_future(api.courier.edit(7, n, Screen("tap"))) for n in (5, 6, 8)]
    await api.time.settle()
    progress = asyncio.ensure_future(api.courier.edit(7, 5, Screen("progress"), background=True))
    await api.time.settle()
    api.gate.set()
    await api.time.until(asyncio.gather(*taps, progress))
    assert api.at[:3] == [0, 0, 0]
    assert api.at[3] >= 1000


async def test_a_token_that_is_no_longer_known_leaves_the_message_undelivered() -> None:
    api = Api(EndPointNotFound("Endpoint 'sendMessage' not found in Bot API"))
    with pytest.raises(Undelivered):
        await api.time.until(api.courier.send(7, HOME))
    assert len(api.calls) == 1


async def test_markup_that_telegram_cannot_read_goes_out_as_plain_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = Api(bad("can't parse entities: Unexpected end tag at byte offset 9"))
    await api.time.until(api.courier.send(7, Screen("<b>secret</i> &amp; co")))
    assert [(p["text"], p.get("parse_mode")) for _, p in api.calls] == [
        ("<b>secret</i> &amp; co", "HTML"),
        ("secret & co", None),
    ]
    assert [r.levelno for r in caplog.records] == [logging.ERROR]
    assert "secret" not in caplog.text
    # The next screen is not to blame for this one.
    await api.time.until(api.courier.send(7, HOME))
    assert api.calls[-1][1]["parse_mode"] == "HTML"


async def test_a_server_without_date_time_entities_is_remembered() -> None:
    api = Api(bad('can\'t parse entities: Unsupported start tag "tg-time" at byte offset 0'))
    screen = Screen('<tg-time unix="1">at 10:13</tg-time> <b>x</b>')
    await api.time.until(api.courier.edit(7, 5, screen))
    await api.time.until(api.courier.edit(7, 5, screen))
    assert api.texts == [screen.text, "at 10:13 <b>x</b>", "at 10:13 <b>x</b>"]


COLOURED = Screen(
    "Sure?", ((Button("Unlink", data="u", style="danger"), Button("Copy", copy="123")),)
)


def keys(api: Api) -> list[list[set[str]]]:
    return [
        [set(key) for key in params["reply_markup"]["inline_keyboard"][0]]
        for _, params in api.calls
    ]


async def test_a_server_that_knows_no_style_is_remembered() -> None:
    api = Api(bad("BUTTON_STYLE_INVALID"))
    await api.time.until(api.courier.send(7, COLOURED))
    await api.time.until(api.courier.send(7, COLOURED))
    plain = [{"text", "callback_data"}, {"text", "copy_text"}]
    assert keys(api) == [
        [{"text", "callback_data", "style"}, {"text", "copy_text"}],
        plain,
        plain,
    ]


async def test_keys_that_only_copy_are_left_out_where_nothing_else_helps() -> None:
    words = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    api = Api(bad(words), bad(words))
    await api.time.until(api.courier.send(7, COLOURED))
    assert keys(api)[-1] == [{"text", "callback_data"}]
    # That says nothing about colours, and nothing about other screens.
    await api.time.until(api.courier.send(7, COLOURED))
    assert keys(api)[-1] == [{"text", "callback_data", "style"}, {"text", "copy_text"}]


async def test_a_text_that_is_too_long_is_cut_and_sent() -> None:
    api = Api()
    await api.time.until(api.courier.send(7, Screen("<b>" + "x" * 5000 + "</b>")))
    assert api.texts == ["<b>" + "x" * 4095 + "…</b>"]


async def test_edits_of_one_message_never_overlap_and_only_the_newest_waits() -> None:
    api = Api()
    api.gate = asyncio.Event()
    edits = [asyncio.ensure_future(api.courier.edit(7, 5, Screen("1")))]
    await api.time.settle()
    edits += [asyncio.ensure_future(api.courier.edit(7, 5, Screen(t))) for t in ("2", "3", "4")]
    await api.time.settle()
    assert api.texts == ["1"]
    api.gate.set()
    assert await api.time.until(asyncio.gather(*edits)) == [True, True, True, True]
    assert api.texts == ["1", "4"]
    assert not api.courier._edits


async def test_edits_of_different_messages_go_side_by_side() -> None:
    api = Api()
    api.gate = asyncio.Event()
    edits = [asyncio.ensure_future(api.courier.edit(7, n, Screen(str(n)))) for n in (5, 6)]
    await api.time.settle()
    assert api.texts == ["5", "6"]
    api.gate.set()
    await api.time.until(asyncio.gather(*edits))


async def test_a_repeated_edit_already_carries_the_newest_screen() -> None:
    api = Api(TimedOut())
    old = asyncio.ensure_future(api.courier.edit(7, 5, Screen("old")))
    await api.time.advance(100)
    new = asyncio.ensure_future(api.courier.edit(7, 5, Screen("new")))
    assert list(await api.time.until(asyncio.gather(old, new))) == [True, True]
    assert api.texts == ["old", "new"]


async def test_a_failed_edit_does_not_fail_the_one_after_it() -> None:
    api = Api(bad("message is too strange"))
    api.gate = asyncio.Event()
    old = asyncio.ensure_future(api.courier.edit(7, 5, Screen("old")))
    await api.time.settle()
    new = asyncio.ensure_future(api.courier.edit(7, 5, Screen("new")))
    await api.time.settle()
    api.gate.set()
    assert await api.time.until(new) is True
    with pytest.raises(Rejected):
        await old
    assert api.texts == ["old", "new"]


async def test_a_tap_hurries_an_edit_that_waits_in_the_background() -> None:
    api = Api()
    pushes = [
        asyncio.ensure_future(api.courier.send(n, Screen("push"), background=True))
        for n in range(100, 150)
    ]
    await api.time.settle()
    progress = asyncio.ensure_future(api.courier.edit(7, 5, Screen("progress"), background=True))
    await api.time.settle()
    assert "progress" not in api.texts
    reply = asyncio.ensure_future(api.courier.edit(7, 5, Screen("reply")))
    await api.time.settle()
    assert api.texts == ["push", "push", "push", "reply"]
    assert list(await api.time.until(asyncio.gather(progress, reply))) == [True, True]
    await api.time.until(asyncio.gather(*pushes))


async def test_a_caller_that_goes_away_takes_nobodys_edit_along() -> None:
    api = Api()
    api.gate = asyncio.Event()
    first = asyncio.ensure_future(api.courier.edit(7, 5, Screen("1")))
    await api.time.settle()
    gone = asyncio.ensure_future(api.courier.edit(7, 5, Screen("2")))
    stays = asyncio.ensure_future(api.courier.edit(7, 5, Screen("3")))
    await api.time.settle()
    first.cancel()
    gone.cancel()
    api.gate.set()
    assert await api.time.until(stays) is True
    assert api.texts == ["1", "3"]


async def test_progress_in_one_chat_is_limited_and_shows_the_last_state() -> None:
    api = Api()
    edits = []
    for n in range(40):
        edits.append(asyncio.ensure_future(api.courier.edit(7, 5, Screen(str(n)), background=True)))
        await api.time.advance(100)
    await api.time.until(asyncio.gather(*edits))
    assert len(api.calls) in range(6, 9)  # a burst of three, then one a second
    assert api.texts[-1] == "39"


async def test_strip_takes_the_keyboard_off() -> None:
    api = Api()
    await api.time.until(api.courier.strip(7, 5))
    assert api.calls == [("editMessageReplyMarkup", {"chat_id": 7, "message_id": 5})]


@pytest.mark.parametrize(
    "error", [bad("message to edit not found"), Forbidden("blocked"), bad("something new")]
)
async def test_strip_is_quiet(error: Exception) -> None:
    api = Api(error)
    await api.time.until(api.courier.strip(7, 5))
    assert len(api.calls) == 1


async def test_a_strip_behind_an_edit_keeps_its_text_and_takes_its_keyboard() -> None:
    api = Api()
    api.gate = asyncio.Event()
    edit = asyncio.ensure_future(api.courier.edit(7, 5, HOME))
    await api.time.settle()
    strip = asyncio.ensure_future(api.courier.strip(7, 5))
    await api.time.settle()
    api.gate.set()
    await api.time.until(asyncio.gather(edit, strip))
    assert [("reply_markup" in params, params["text"]) for _, params in api.calls] == [
        (True, HOME.text),
        (False, HOME.text),
    ]


async def test_delete_says_whether_the_message_is_gone() -> None:
    api = Api(True, bad("message can't be deleted for everyone"))
    assert await api.time.until(api.courier.delete(7, 5)) is True
    assert await api.time.until(api.courier.delete(7, 5)) is False
    assert api.calls[0] == ("deleteMessage", {"chat_id": 7, "message_id": 5})


async def test_a_message_that_is_gone_already_counts_as_deleted() -> None:
    api = Api(TimedOut(), bad("message to delete not found"))
    assert await api.time.until(api.courier.delete(7, 5)) is True
    api = Api(bad("message to delete not found"))
    assert await api.time.until(api.courier.delete(7, 5)) is True


async def test_an_answer_stops_the_spinner_without_words() -> None:
    api = Api()
    await api.courier.answer("q1")
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q1"})]


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (bad("query is too old and response timeout expired or query ID is invalid"), 1),
        (SlowDown(30000), 1),
        (TimedOut(), 2),
        (ValueError("broken"), 2),
    ],
)
async def test_an_answer_never_raises(error: Exception, calls: int) -> None:
    api = Api(error, error, error)
    await api.courier.answer("q1")
    assert len(api.calls) == calls


async def test_typing_never_raises() -> None:
    api = Api(TimedOut())
    await api.courier.typing(7)
    assert api.calls == [("sendChatAction", {"chat_id": 7, "action": "typing"})]


async def test_an_answer_without_an_id_is_not_an_error() -> None:
    api = Api({"ok": "strange"})
    assert await api.time.until(api.courier.send(7, HOME)) == 0


async def test_an_inline_query_is_answered_now_or_never() -> None:
    api = Api()
    await api.courier.answer_inline("q1", Offer(button="Link a key"))
    ((method, params),) = api.calls
    assert (method, params["inline_query_id"], params["results"]) == ("answerInlineQuery", "q1", [])
    api = Api(SlowDown(30000))
    await api.courier.answer_inline("q1", Offer())
    assert len(api.calls) == 1


# ---- files that people send ----


async def test_a_file_is_fetched_from_where_telegram_says_that_it_is() -> None:
    api = Api({"file_path": "documents/list.csv"})
    api.files["documents/list.csv"] = b"1234"
    assert await api.courier.download("f", 4) == b"1234"
    assert api.calls == [("getFile", {"file_id": "f"})]


@pytest.mark.parametrize(
    "answer",
    [
        {"file_path": "documents/list.csv"},  # longer than the limit
        {"file_path": "documents/gone.csv"},
        {"file_path": 5},
        {},
        True,
        bad("file is too big"),
        Forbidden("Forbidden: bot was blocked by the user"),
        SlowDown(30_000),
    ],
)
async def test_a_file_that_does_not_come_is_none(answer: object) -> None:
    api = Api(answer)
    api.files["documents/list.csv"] = b"12345"
    assert await api.courier.download("f", 4) is None
    assert len(api.calls) == 1


async def test_a_broken_connection_is_tried_once_more() -> None:
    api = Api(TimedOut(), {"file_path": "a"})
    api.files["a"] = b"1234"
    assert await api.courier.download("f", 4) == b"1234"
    api = Api(*[{"file_path": "a"}] * 9)
    api.files["a"] = ServerError("Telegram answered 502")
    assert await api.courier.download("f", 4) is None
    assert len(api.calls) == 2


async def test_without_a_way_to_fetch_no_file_comes() -> None:
    api = Api({"file_path": "a"})
    assert await Courier(api, api.time.clock).download("f", 4) is None
