"""The record of one call of the bot; who keeps it is the server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from bot.sandbox.telegram.chats import Json


@dataclass(slots=True)
class Call:
    """One call of the bot: `answer` is the envelope, None where the bot got none.

    `params` are strings, as a form carries them; an upload is shown as "name (size bytes)".
    `at` is milliseconds since 1970, `latency_ms` the time until the answer was ready, or the
    connection cut: None while it is being made.
    """

    method: str
    params: dict[str, str]
    at: int
    answer: Json | None = None
    latency_ms: float | None = None
    faults: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the bot was told that it worked."""
        return self.answer is not None and self.answer["ok"] is True

    @property
    def chat_id(self) -> int | None:
        """The chat that the call names."""
        number = self.params.get("chat_id", "")
        return int(number) if re.fullmatch(r"-?\d{1,18}", number) else None

    @property
    def error(self) -> str:
        """The description of the refusal, or nothing."""
        return "" if self.answer is None else str(self.answer.get("description", ""))

    def json(self, name: str) -> Any:
        """A parameter that is JSON, such as `reply_markup`, decoded."""
        return orjson.loads(self.params[name])
