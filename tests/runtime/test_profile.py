"""What the bot says of itself: told where it changed, however long Telegram takes."""

from __future__ import annotations

from typing import Any

from telegram.error import BadRequest, NetworkError

from bot.runtime.profile import PAUSE, Said, keep_profile
from bot.runtime.transport import SlowDown

MENU = Said("commands", [("start", "Home"), ("help", "Help")])
ARABIC = Said("description", "بوت", "ar")
SHORT = Said("short_description", "A bot")
OPERATOR = Said("commands", [("admin", "Operator")], "", 99)


class Telegram:
    """Remembers what it is told, as the Bot API does; `troubles` are raised first."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.known: dict[str, Any] = {}
        self.told: list[str] = []
        self.pauses: list[float] = []

    async def __call__(self, method: str, params: dict[str, Any]) -> Any:
        if self.troubles:
            raise self.troubles.pop(0)
        what = {"Commands": "commands", "Description": "description"}.get(method[5:])
        what = what or "short_description"
        where = f"{what} {params.get('language_code', '')} {params.get('scope', '')}"
        if method.startswith("set"):
            self.told.append(where)
            self.known[where] = params[what]
            return True
        known = self.known.get(where, [] if what == "commands" else "")
        return known if what == "commands" else {what: known}

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_everything_is_told_where_nothing_is_known() -> None:
    telegram = Telegram()
    await keep_profile(telegram, [MENU, ARABIC, SHORT, OPERATOR], telegram.sleep)
    assert telegram.known == {
        "commands  ": [
            {"command": "start", "description": "Home"},
            {"command": "help", "description": "Help"},
        ],
        "description ar ": "بوت",
        "short_description  ": "A bot",
        "commands  {'type': 'chat', 'chat_id': 99}": [
            {"command": "admin", "description": "Operator"}
        ],
    }


async def test_what_telegram_says_already_is_left_alone() -> None:
    telegram = Telegram()
    for _ in range(2):
        await keep_profile(telegram, [MENU, ARABIC, SHORT], telegram.sleep)
    assert len(telegram.told) == 3
    await keep_profile(telegram, [MENU, Said("short_description", "Another")], telegram.sleep)
    assert telegram.told[3:] == ["short_description  "]


async def test_what_telegram_does_not_take_is_told_later_and_the_rest_at_once() -> None:
    telegram = Telegram(BadRequest("chat not found"))
    await keep_profile(telegram, [OPERATOR, MENU], telegram.sleep)
    assert [where.split()[0] for where in telegram.told] == ["commands", "commands"]
    assert telegram.told[0] == "commands  "
    assert telegram.pauses == [PAUSE]


async def test_telegram_is_given_the_pause_that_it_asks_for() -> None:
    telegram = Telegram(SlowDown(300_000), NetworkError("gone"))
    await keep_profile(telegram, [SHORT], telegram.sleep)
    assert (telegram.told, telegram.pauses) == (["short_description  "], [300, PAUSE])
