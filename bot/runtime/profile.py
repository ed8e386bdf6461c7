"""What the bot says of itself at Telegram: commands and descriptions, told where they changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram.error import TelegramError

from bot.runtime.transport import Call, SlowDown

log = logging.getLogger(__name__)

PAUSE: Final = 60.0
"""Seconds until what Telegram did not take is tried again."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the bot says of itself.

    `what` is 'commands' (pairs of name and words), 'description' or 'short_description' (text);
    `language` is empty for everybody else's, `chat` is 0 for every chat.
    """

    what: str
    value: str | Sequence[tuple[str, str]]
    language: str = ""
    chat: int = 0


async def keep_profile(
    call: Call,
    wanted: Iterable[Said],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Let Telegram say all of that, however long it takes; what it says already is left alone.

    A chat exists once its person has written: until then its commands are tried again.
    """
    left = list(wanted)
    while left:
        later: list[Said] = []
        pause = PAUSE
        for said in left:
            try:
                await _keep(call, said)
            except TelegramError as error:
                later.append(said)
                if isinstance(error, SlowDown):
                    pause = max(pause, error.wait / 1000)
                log.info(
                    "Telegram hears of the bot's %s later: %s", said.what, type(error).__name__
                )
        left = later
        if left:
            await sleep(pause)


async def _keep(call: Call, said: Said) -> None:
    where: dict[str, Any] = {"language_code": said.language} if said.language else {}
    if said.chat:
        where["scope"] = {"type": "chat", "chat_id": said.chat}
    method = "".join(word.title() for word in said.what.split("_"))
    value: Any = said.value
    if not isinstance(said.value, str):
        value = [{"command": name, "description": words} for name, words in said.value]
    known = await call(f"getMy{method}", where)
    if isinstance(known, dict):
        known = known.get(said.what)
    if known != value:
        await call(f"setMy{method}", {said.what: value, **where})
