"""Reads a raw update as what a person did; takes any JSON, trusts none of it, and never raises.

It reads the dict itself: the few fields that matter are checked one by one here, while the
library's `Update.de_json` builds objects for all of them and raises on a wrong type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from telegram.constants import MessageAttachmentType

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

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""What `decode` understands, for `getUpdates` and `setWebhook`."""
INLINE_UPDATE: Final = "inline_query"
"""What `inline_query_in` understands; asked for only where inline mode is on."""

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.S)
_INT64: Final = 2**63
_TEXT_LIMIT: Final = 8192
_URL_LIMIT: Final = 2048
_ENTITIES: Final = 100

# What a person sends instead of text. What is in neither is a service message: nobody wrote it.
_CONTENT: Final = frozenset(MessageAttachmentType) - {"passport_data", "successful_payment"} | {
    "checklist"
}

Json = Mapping[str, Any]


def decode(update: object, bot_username: str) -> Event | None:
    """The event in an update; None where nobody did anything that is for this bot."""
    raw = _object(update)
    if message := _object(raw.get("message")):
        return _message(message, bot_username.removeprefix("@").casefold())
    if message := _object(raw.get("edited_message")):
        return _edited(message)
    if query := _object(raw.get("callback_query")):
        return _tap(query)
    if change := _object(raw.get("my_chat_member")):
        return _membership(change)
    return None


def inline_query_in(update: object) -> InlineQuery | None:
    """The inline query in an update; None for anything else."""
    query = _object(_object(update).get(INLINE_UPDATE))
    person, query_id = _person(query.get("from")), _string(query.get("id"), 256)
    if person is None or not query_id:
        return None
    return InlineQuery(
        person, query_id, _string(query.get("query"), 256), _string(query.get("offset"), 64)
    )


def person_of(update: object) -> int:
    """The id of whoever caused an update, which names their lane; 0 when nobody did."""
    raw = _object(update)
    for kind in (*ALLOWED_UPDATES, INLINE_UPDATE):
        if body := _object(raw.get(kind)):
            return _id(_object(body.get("from")).get("id"))
    return 0


def callback_id_of(update: object) -> str:
    """The id to answer when the update is a tap, else an empty text."""
    return _string(_object(_object(update).get("callback_query")).get("id"), 256)


def lean(update: dict[str, Any]) -> dict[str, Any]:
    """The update without what comes back with every tap: the screen and keyboard that we sent."""
    query = _object(update.get("callback_query"))
    message = _object(query.get("message"))
    if not message:
        return update
    kept = {name: message[name] for name in ("message_id", "date", "chat") if name in message}
    return update | {"callback_query": {**query, "message": kept}}


def _message(message: Json, bot_username: str) -> Event | None:
    if new_chat_id := _id(message.get("migrate_to_chat_id"), negative=True):
        return _moved(message, new_chat_id)
    origin, message_id = _origin(message, message), _id(message.get("message_id"))
    if origin is None or not message_id:
        return None
    hidden = _hidden(message)
    if text := _string(message.get("text"), _TEXT_LIMIT):
        command = _COMMAND.fullmatch(text)
        if command is None:
            return Text(origin, message_id, text, hidden=hidden)
        name, addressee, args = command.groups(default="")
        # In a private chat there is no other bot that could be meant.
        if addressee and addressee.casefold() != bot_username and not origin.private:
            return None
        return Command(origin, message_id, name.lower(), f"{args}\n{hidden}".strip())
    caption = _string(message.get("caption"), _TEXT_LIMIT)
    document = _object(message.get("document"))
    # Telegram sends an animation as a document, too, for clients that do not know them.
    if (file_id := _string(document.get("file_id"), 256)) and "animation" not in message:
        return Document(
            origin,
            message_id,
            file_id,
            _string(document.get("file_name"), 256),
            _string(document.get("mime_type"), 256),
            max(0, _id(document.get("file_size"))),
            f"{caption}\n{hidden}".strip(),
        )
    if caption:
        return Text(origin, message_id, caption, media=True, hidden=hidden)
    return Media(origin, message_id) if _CONTENT & message.keys() else None


def _edited(message: Json) -> Edited | None:
    origin, message_id = _origin(message, message), _id(message.get("message_id"))
    text = _string(message.get("text"), _TEXT_LIMIT) or _string(message.get("caption"), _TEXT_LIMIT)
    if origin is None or not message_id or not text:
        return None
    return Edited(origin, message_id, f"{text}\n{_hidden(message)}".strip())


def _hidden(message: Json) -> str:
    """The addresses behind words of a text or a caption, one a line.

    https://core.telegram.org/bots/api#messageentity: `text_link`, "for clickable text URLs".
    """
    found = [
        _string(entity.get("url"), _URL_LIMIT)
        for name in ("entities", "caption_entities")
        for entity in map(_object, _list(message.get(name))[:_ENTITIES])
        if entity.get("type") == "text_link"
    ]
    return "\n".join(dict.fromkeys(filter(None, found)))


def _tap(query: Json) -> Tap | None:
    person = _person(query.get("from"))
    callback_id, data = _string(query.get("id"), 256), _string(query.get("data"), 256)
    if person is None or not callback_id or not data:
        return None
    message = _object(query.get("message"))
    origin = _origin(message, query)
    if origin is None:
        # No message, no chat: the private chat with the person is the one safe place to answer.
        return Tap(Origin(person, person.id, private=True), 0, callback_id, data)
    # A date of 0 marks a message that can be read and edited no more (InaccessibleMessage).
    message_id = 0 if message.get("date") == 0 else _id(message.get("message_id"))
    return Tap(origin, message_id, callback_id, data)


def _membership(change: Json) -> Membership | None:
    origin = _origin(change, change)
    status = _object(change.get("new_chat_member")).get("status")
    if origin is None or not origin.private or status not in ("member", "kicked"):
        return None
    return Membership(origin, reachable=status == "member")


def _moved(message: Json, new_chat_id: int) -> Moved | None:
    chat_id = _id(_object(message.get("chat")).get("id"), negative=True)
    if not chat_id:
        return None
    # Telegram itself may be the author, and nobody has to be told.
    person = _person(message.get("from")) or Person(0)
    return Moved(Origin(person, chat_id, private=False), new_chat_id)


def _origin(place: Json, author: Json) -> Origin | None:
    """Where and who; None for channels, anonymous admins (`sender_chat`) and other bots."""
    chat = _object(place.get("chat"))
    person = _person(author.get("from"))
    chat_id = _id(chat.get("id"), negative=True)
    kind = chat.get("type")
    if person is None or not chat_id or kind == "channel" or place.get("sender_chat") is not None:
        # The message under a tap is ours; in a channel nobody can be told apart.
        return None
    return Origin(person, chat_id, private=kind == "private")


def _person(value: object) -> Person | None:
    user = _object(value)
    person_id = _id(user.get("id"))
    if not person_id or user.get("is_bot") is True:
        return None
    return Person(
        person_id,
        f"{_string(user.get('first_name'), 64)} {_string(user.get('last_name'), 64)}".strip(),
        _string(user.get("username"), 64),
        _string(user.get("language_code"), 16),
    )


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _id(value: object, *, negative: bool = False) -> int:
    """A non-zero id that SQLite can hold, or 0; bool is no number here."""
    if type(value) is not int or not -_INT64 <= value < _INT64:
        return 0
    return value if value > 0 or negative else 0


def _string(value: object, limit: int) -> str:
    if not isinstance(value, str):
        return ""
    text = value[:limit]
    # A lone surrogate can neither be stored nor sent on.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
