"""What each kind of update means, and that no junk breaks the reader."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.event import (
    Command,
    Document,
    Edited,
    Event,
    InlineQuery,
    Media,
    Membership,
    Moved,
    Origin,
    Person,
    Tap,
    Text,
)
from bot.runtime.events import callback_id_of, decode, inline_query_in, lean, person_of

ANN_USER = {
    "id": 7,
    "is_bot": False,
    "first_name": "Ann",
    "username": "ann",
    "language_code": "ar",
}
ANN = Person(7, "Ann", "ann", "ar")
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Shop"}
HERE = Origin(ANN, 7, private=True)
THERE = Origin(ANN, -100500, private=False)


def message(**fields: Any) -> dict[str, Any]:
    return {
        "update_id": 1,
        "message": {"message_id": 55, "from": ANN_USER, "chat": PRIVATE, "date": 1} | fields,
    }


def edited(**fields: Any) -> dict[str, Any]:
    return {"update_id": 1, "edited_message": message(**fields)["message"]}


def tap(**fields: Any) -> dict[str, Any]:
    query = {
        "id": "4382",
        "from": ANN_USER,
        "chat_instance": "1",
        "data": "b:3",
        "message": {
            "message_id": 90,
            "date": 1,
            "chat": PRIVATE,
            "from": {"id": 1, "is_bot": True, "first_name": "Serva"},
            "text": "Home",
            "reply_markup": {"inline_keyboard": [[{"text": "Browse", "callback_data": "b:3"}]]},
        },
    }
    return {"update_id": 1, "callback_query": query | fields}


def membership(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "Serva"}
    change = {
        "chat": chat,
        "from": ANN_USER,
        "date": 1,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status},
    }
    return {"update_id": 1, "my_chat_member": change}


LINKED = [
    {"type": "bold", "offset": 0, "length": 2},
    {"type": "text_link", "offset": 0, "length": 2, "url": "https://x.test/a"},
    {"type": "text_link", "offset": 3, "length": 1, "url": "https://x.test/a"},
]

EVENTS: list[tuple[str, dict[str, Any], Event | None]] = [
    ("a word", message(text="followers"), Text(HERE, 55, "followers")),
    ("lines", message(text="a\nb"), Text(HERE, 55, "a\nb")),
    ("a command", message(text="/start"), Command(HERE, 55, "start")),
    ("a payload", message(text="/start ref_9 x"), Command(HERE, 55, "start", "ref_9 x")),
    ("a payload on the next line", message(text="/order\nhttps://x.test"),
     Command(HERE, 55, "order", "https://x.test")),
    ("upper case", message(text="/Start@ServaBot"), Command(HERE, 55, "start")),
    ("another bot, in private", message(text="/start@OtherBot"), Command(HERE, 55, "start")),
    ("a command to us in a group", message(text="/start@servabot", chat=GROUP),
     Command(THERE, 55, "start")),
    ("a command to all in a group", message(text="/start", chat=GROUP),
     Command(THERE, 55, "start")),
    ("a command to another bot", message(text="/start@OtherBot", chat=GROUP), None),
    ("a slash and no command", message(text="/ hello"), Text(HERE, 55, "/ hello")),
    ("a path", message(text="/p/Cxyz/"), Text(HERE, 55, "/p/Cxyz/")),
    ("a caption", message(caption="my link", photo=[{}]), Text(HERE, 55, "my link", media=True)),
    ("words that lead somewhere", message(text="my page", entities=LINKED),
     Text(HERE, 55, "my page", hidden="https://x.test/a")),
    ("a caption that leads somewhere", message(caption="look", photo=[{}], caption_entities=LINKED),
     Text(HERE, 55, "look", media=True, hidden="https://x.test/a")),
    ("a command that leads somewhere", message(text="/order this", entities=LINKED),
     Command(HERE, 55, "order", "this\nhttps://x.test/a")),
    ("a file whose caption leads somewhere",
     message(document={"file_id": "f"}, caption="mine", caption_entities=LINKED),
     Document(HERE, 55, "f", "", "", 0, "mine\nhttps://x.test/a")),
    ("an edited text that leads somewhere", edited(text="new", entities=LINKED),
     Edited(HERE, 55, "new\nhttps://x.test/a")),
    ("entities that are none", message(text="a", entities=[3, {"type": "text_link"}, None]),
     Text(HERE, 55, "a")),
    ("a sticker", message(sticker={"file_id": "x"}), Media(HERE, 55)),
    ("a voice", message(voice={"file_id": "x"}), Media(HERE, 55)),
    ("a photo", message(photo=[{}]), Media(HERE, 55)),
    ("a contact", message(contact={"phone_number": "1"}), Media(HERE, 55)),
    ("a file", message(document={"file_id": "f", "file_name": "list.csv", "mime_type": "text/csv",
                                 "file_size": 12}),
     Document(HERE, 55, "f", "list.csv", "text/csv", 12, "")),
    ("a file with a caption", message(document={"file_id": "f"}, caption="mine"),
     Document(HERE, 55, "f", "", "", 0, "mine")),
    ("a file of a strange size", message(document={"file_id": "f", "file_size": -1}),
     Document(HERE, 55, "f", "", "", 0, "")),
    ("a file in a group", message(document={"file_id": "f"}, chat=GROUP),
     Document(THERE, 55, "f", "", "", 0, "")),
    ("a file without an id", message(document={"file_name": "list.csv"}), Media(HERE, 55)),
    ("an animation", message(document={"file_id": "f"}, animation={"file_id": "f"}),
     Media(HERE, 55)),
    ("an animation with a caption",
     message(document={"file_id": "f"}, animation={"file_id": "f"}, caption="look"),
     Text(HERE, 55, "look", media=True)),
    ("a service message", message(pinned_message={"message_id": 3}), None),
    ("a new title", message(chat=GROUP, new_chat_title="x"), None),
    ("a channel post", {"update_id": 1, "channel_post": message(text="x")["message"]}, None),
    ("a message in a channel", message(text="x", chat={"id": -1, "type": "channel"}), None),
    ("an anonymous admin", message(text="x", chat=GROUP, sender_chat=GROUP), None),
    ("another bot", message(text="x", **{"from": ANN_USER | {"is_bot": True}}), None),
    ("nobody", message(text="x", **{"from": None}), None),
    ("an edited text", edited(text="new"), Edited(HERE, 55, "new")),
    ("an edited caption", edited(caption="new", photo=[{}]), Edited(HERE, 55, "new")),
    ("an edited command", edited(text="/start"), Edited(HERE, 55, "/start")),
    ("an edited sticker", edited(sticker={}), None),
    ("a tap", tap(), Tap(HERE, 90, "4382", "b:3")),
    ("a tap on a message that is gone",
     tap(message={"message_id": 90, "date": 0, "chat": PRIVATE}), Tap(HERE, 0, "4382", "b:3")),
    ("a tap without a message", tap(message=None), Tap(HERE, 0, "4382", "b:3")),
    ("a tap in a group", tap(message={"message_id": 90, "date": 1, "chat": GROUP}),
     Tap(THERE, 90, "4382", "b:3")),
    ("a game's tap", tap(data=None, game_short_name="chess"), None),
    ("a block", membership("kicked"), Membership(HERE, reachable=False)),
    ("a return", membership("member"), Membership(HERE, reachable=True)),
    ("an invitation to a group", membership("member", GROUP), None),
    ("a group that moved", message(chat=GROUP, migrate_to_chat_id=-1009),
     Moved(THERE, -1009)),
    ("a group that moved by itself",
     message(chat=GROUP, migrate_to_chat_id=-1009, **{"from": None}),
     Moved(Origin(Person(0), -100500, private=False), -1009)),
    ("another kind", {"update_id": 1, "poll": {"id": "1"}}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("update", "event"), [(u, e) for _, u, e in EVENTS], ids=[name for name, _, _ in EVENTS]
)
def test_an_update_is_read_as_what_the_person_did(
    update: dict[str, Any], event: Event | None
) -> None:
    assert decode(update, "@ServaBot") == event


def test_a_person_may_have_no_name_at_all() -> None:
    update = message(text="x", **{"from": {"id": 7}})
    assert decode(update, "ServaBot") == Text(Origin(Person(7), 7, True), 55, "x")


def test_a_name_is_first_and_last() -> None:
    user = {"id": 7, "first_name": "Ann", "last_name": "Lee"}
    event = decode(message(text="x", **{"from": user}), "ServaBot")
    assert event == Text(Origin(Person(7, "Ann Lee"), 7, True), 55, "x")


def test_what_a_name_holds_stays_within_bounds() -> None:
    user = {"id": 7, "first_name": "A" * 1000, "username": 5, "language_code": ["ar"]}
    event = decode(message(text="a\ud800", **{"from": user}), "ServaBot")
    assert event == Text(Origin(Person(7, "A" * 64), 7, True), 55, "a?")


@pytest.mark.parametrize(
    ("update", "person"),
    [
        (message(text="x"), 7),
        (edited(text="x"), 7),
        (tap(), 7),
        (membership("kicked"), 7),
        (message(text="x", **{"from": None}), 0),
        (message(text="x", **{"from": {"id": True}}), 0),
        (message(text="x", **{"from": {"id": 2**63}}), 0),
        ({"update_id": 1, "channel_post": {}}, 0),
        ("junk", 0),
    ],
)
def test_the_lane_is_whoever_acted(update: object, person: int) -> None:
    assert person_of(update) == person


def test_only_a_tap_has_something_to_answer() -> None:
    assert [callback_id_of(u) for u in (tap(), message(text="x"), None)] == ["4382", "", ""]


def test_the_screen_under_a_tap_is_not_kept() -> None:
    kept = lean(tap())
    assert kept["callback_query"]["message"] == {"message_id": 90, "date": 1, "chat": PRIVATE}
    assert decode(kept, "ServaBot") == decode(tap(), "ServaBot")
    assert lean(message(text="x")) == message(text="x")


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["/start", "private", "member", "kicked", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["from", "chat", "id", "type", "text", "caption", "message_id", "message", "data",
             "date", "is_bot", "first_name", "username", "sender_chat", "migrate_to_chat_id",
             "new_chat_member", "status", "photo"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip
kinds = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "x"])


@given(junk | st.dictionaries(kinds, junk, max_size=3), st.text(max_size=5))
def test_no_junk_breaks_the_reader(update: object, bot_username: str) -> None:
    event = decode(update, bot_username)
    assert event is None or isinstance(event, get_args(Event))
    assert 0 <= person_of(update) < 2**63
    assert isinstance(callback_id_of(update), str)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A good update in which one value somewhere was exchanged."""
    update = draw(st.sampled_from([u for _, u, _ in EVENTS]))

    def damage(value: Any) -> Any:
        if isinstance(value, dict) and value and draw(st.integers(0, 4)):
            key = draw(st.sampled_from(sorted(value)))
            return value | {key: damage(value[key])}
        return draw(junk)

    result = damage(update)
    return result if isinstance(result, dict) else update


@given(damaged())
def test_a_damaged_update_is_an_event_or_nothing(update: dict[str, Any]) -> None:
    event = decode(update, "ServaBot")
    assert event is None or isinstance(event, get_args(Event))
    assert decode(lean(update), "ServaBot") == event


def inline(**fields: Any) -> dict[str, Any]:
    query = {"id": "77", "from": ANN_USER, "query": "likes", "offset": "20", "chat_type": "group"}
    return {"update_id": 1, "inline_query": query | fields}


@pytest.mark.parametrize(
    ("update", "asked"),
    [
        (inline(), InlineQuery(ANN, "77", "likes", "20")),
        (inline(query="", offset=None), InlineQuery(ANN, "77", "", "")),
        (inline(query="x" * 300), InlineQuery(ANN, "77", "x" * 256, "20")),
        (inline(id=""), None),
        (inline(id=77), None),
        (inline(**{"from": None}), None),
        (inline(**{"from": ANN_USER | {"is_bot": True}}), None),
        ({"inline_query": []}, None),
        (message(text="likes"), None),
        (None, None),
    ],
)
def test_an_inline_query_is_read_apart(update: Any, asked: InlineQuery | None) -> None:
    assert inline_query_in(update) == asked
    if asked is not None:
        assert person_of(update) == 7
        assert decode(update, "servabot") is None


@given(junk)
def test_no_junk_breaks_the_reader_of_inline_queries(junk: Any) -> None:
    for update in (junk, {"inline_query": junk}, inline(query=junk, offset=junk)):
        asked = inline_query_in(update)
        assert asked is None or (len(asked.text) <= 256 and len(asked.offset) <= 64)
