"""A Telegram that knows what people saw: updates with ids, chats, messages, taps; has no bot."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from telegram.error import BadRequest, Forbidden

from tests.simulation.timeline import Timeline

_TAG = re.compile(r"</?[a-z][^<>]*>")


@dataclass
class Message:
    """A message as its chat shows it now."""

    id: int
    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    from_bot: bool = True
    at: float = 0.0


@dataclass
class Chat:
    """One private chat with the bot."""

    id: int
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False

    @property
    def last(self) -> Message | None:
        """The newest message of the bot."""
        return next((m for m in reversed(self.messages.values()) if m.from_bot), None)


@dataclass(frozen=True)
class Told:
    """Something that a person could read in their chat."""

    at: float
    chat: int
    message: int
    text: str
    edited: bool


@dataclass
class ModelTelegram:
    """The Bot API's state. Calls are applied at once; what goes wrong on the way is not its own."""

    timeline: Timeline
    chance: Random
    happened: Counter[str]
    chats: dict[int, Chat] = field(default_factory=dict)
    pending: list[dict[str, Any]] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)
    arrived: Callable[[], None] = lambda: None
    _update: int = 1000
    _message: int = 0

    def chat(self, person: int) -> Chat:
        return self.chats.setdefault(person, Chat(person))

    # ---- what people do ----

    def says(self, person: int, text: str) -> None:
        """A person sends a message."""
        message = self._keep(person, Message(0, text, from_bot=False))
        body = {"message_id": message.id, "date": 1, "text": text, **self._place(person)}
        self._happens({"message": body})

    def taps(self, person: int, message: int, data: str) -> None:
        """A person taps a button, perhaps one of a screen that is long gone."""
        body = {
            "id": f"q{self._update + 1}",
            "from": self._place(person)["from"],
            "message": {"message_id": message, "date": 1, "chat": self._place(person)["chat"]},
            "data": data,
        }
        self._happens({"callback_query": body})

    def blocks(self, person: int, blocked: bool) -> None:
        """A person shuts the bot out, or comes back."""
        self.chat(person).blocked = blocked
        status = "kicked" if blocked else "member"
        self._happens(
            {"my_chat_member": {**self._place(person), "new_chat_member": {"status": status}}}
        )

    # ---- what the bot asks ----

    def updates(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """The batch after `offset`, which acknowledges all before it."""
        if offset:
            for update in [u for u in self.pending if u["update_id"] < offset]:
                self.acknowledged.add(update["update_id"])
                self.pending.remove(update)
                self.past.append(update)
        batch = self.pending[:limit]
        if len(batch) > 1 and self.chance.random() < 0.1:
            self.happened["fault: updates out of order"] += 1
            self.chance.shuffle(batch)
        if batch and self.past and self.chance.random() < 0.05:
            self.happened["fault: update delivered again"] += 1
            batch.insert(0, self.chance.choice(self.past[-5:]))
        return batch

    def apply(self, method: str, params: dict[str, Any]) -> Any:
        """Carry a call out; raises what the Bot API answers where it refuses."""
        match method:
            case "sendMessage":
                return self._send(params)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(params)
            case "deleteMessage":
                chat = self.chat(params["chat_id"])
                if chat.messages.pop(params["message_id"], None) is None:
                    raise BadRequest("Message to delete not found")
        return True

    def _send(self, params: dict[str, Any]) -> dict[str, Any]:
        chat = self._open(params["chat_id"])
        message = self._keep(chat.id, Message(0, params["text"], _buttons(params)))
        self._tell(chat, message, edited=False)
        return {"message_id": message.id}

    def _edit(self, params: dict[str, Any]) -> bool:
        chat = self._open(params["chat_id"])
        message = chat.messages.get(params["message_id"])
        if message is None or not message.from_bot:
            raise BadRequest("Message to edit not found")
        text, buttons = params.get("text", message.text), _buttons(params)
        if (text, buttons) == (message.text, message.buttons):
            raise BadRequest("Message is not modified")
        changed = text != message.text
        message.text, message.buttons = text, buttons
        if changed:
            self._tell(chat, message, edited=True)
        return True

    def _open(self, person: int) -> Chat:
        chat = self.chat(person)
        if chat.blocked:
            raise Forbidden("Forbidden: bot was blocked by the user")
        return chat

    def _tell(self, chat: Chat, message: Message, edited: bool) -> None:
        seen = Told(self.timeline.now, chat.id, message.id, plain(message.text), edited)
        self.told.append(seen)

    def _keep(self, person: int, message: Message) -> Message:
        self._message += 1
        message.id, message.at = self._message, self.timeline.now
        self.chat(person).messages[message.id] = message
        return message

    def _happens(self, body: dict[str, Any]) -> None:
        self._update += 1
        self.pending.append({"update_id": self._update, **body})
        self.happened["updates"] += 1
        self.arrived()

    @staticmethod
    def _place(person: int) -> dict[str, Any]:
        name = {"first_name": f"Person {person}", "language_code": "en"}
        return {
            "from": {"id": person, "is_bot": False, **name},
            "chat": {"id": person, "type": "private"},
        }


def plain(text: str) -> str:
    """What a reader sees, without the signs that only say which way a text runs."""
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", html.unescape(_TAG.sub("", text)))


def _buttons(params: dict[str, Any]) -> list[tuple[str, str]]:
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    return [(b["text"], b["callback_data"]) for row in rows for b in row if "callback_data" in b]
