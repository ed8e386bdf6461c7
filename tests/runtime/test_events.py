"""What each kind of update means, and that no junk breaks the reader."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.event import (
    Command,
    Edited,
    Event,
    Media,
    Membership,
    Moved,
    Origin,
    Person,
    Tap,
    Text,
)
from bot.runtime.events import callback_id_of, decode, lean, person_of

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
    ("a sticker", message(sticker={"file_id": "x"}), Media(HERE, 55)),
    ("a voice", message(voice={"file_id": "x"}), Media(HERE, 55)),
    ("a photo", message(photo=[{}]), Media(HERE, 55)),
    ("a contact", message(contact={"phone_number": "1"}), Media(HERE, 55)),
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
