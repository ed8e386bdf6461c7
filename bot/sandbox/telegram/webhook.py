"""Delivers updates to a bot's own address; the queue itself is in `updates`."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot.sandbox.telegram.clock import Changes, Clock
from bot.sandbox.telegram.errors import bad_request, conflict
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name, not a secret
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
ANSWER_TIMEOUT = 60
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Webhook:
    """setWebhook and what follows from it.

    Updates of one chat go one after another, those of different chats side by side, up to
    `max_connections`. Anything but a 2xx answer is tried again after a growing pause. A method
    call in the answer's body is ignored. Like a Bot API server of one's own it also delivers
    to http addresses and any port.
    """

    def __init__(self, updates: Updates, clock: Clock, changes: Changes) -> None:
        self._updates = updates
        self._clock = clock
        self._changes = changes
        self._http: aiohttp.ClientSession | None = None
        self._flights: dict[int, asyncio.Task[None]] = {}
        self._secret = ""
        self._max_connections = 40
        self.last_error: dict[str, Any] = {}
        self.url = ""
        updates.on_push = self.deliver_waiting

    def set_webhook(self, params: Params) -> bool:
        """setWebhook; an empty url removes it."""
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return self.delete_webhook(params)
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise bad_request("bad webhook: HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self._stop_deliveries()
        self._updates.end_poll(conflict("terminated by setWebhook request"))
        self.url, self._secret, self.last_error = url, secret, {}
        self._max_connections = params.within("max_connections", 40, 1, 100)
        remember_allowed(self._updates, params)
        if params.flag("drop_pending_updates"):
            self._updates.drop()
        self.deliver_waiting()
        return True

    def delete_webhook(self, params: Params) -> bool:
        """deleteWebhook."""
        self._stop_deliveries()
        self.url = self._secret = ""
        if params.flag("drop_pending_updates"):
            self._updates.drop()
        return True

    def get_webhook_info(self, params: Params) -> dict[str, Any]:
        """getWebhookInfo."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
        }
        if self.url:
            info |= {"max_connections": self._max_connections, **self.last_error}
        if self._updates.allowed is not None:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return info

    async def close(self) -> None:
        """Stop delivering."""
        flights = list(self._flights.values())
        self._stop_deliveries()
        await asyncio.gather(*flights, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _stop_deliveries(self) -> None:
        for flight in self._flights.values():
            flight.cancel()
        self._flights.clear()

    def deliver_waiting(self) -> None:
        """Start delivering whatever may start now; nothing without a webhook."""
        if not self.url:
            return
        for update in self._updates.waiting:
            if len(self._flights) >= self._max_connections:
                return
            lane = _lane(update)
            if lane not in self._flights:
                self._flights[lane] = asyncio.create_task(self._deliver(lane, update))

    async def _deliver(self, lane: int, update: Update) -> None:
        pause = FIRST_PAUSE
        while problem := await self._post(update):
            self.last_error = {
                "last_error_date": self._clock.seconds,
                "last_error_message": problem,
            }
            self._changes.announce()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._updates.done([update])
        del self._flights[lane]
        self.deliver_waiting()

    async def _post(self, update: Update) -> str:
        """Empty when the bot took the update, else what went wrong."""
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SECRET_HEADER] = self._secret
        try:
            async with self._session().post(
                self.url, data=orjson.dumps(update), headers=headers
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return ""
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError as error:
            return f"Connection failed: {type(error).__name__}"

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
            self._http = aiohttp.ClientSession(timeout=timeout)
        return self._http


def remember_allowed(updates: Updates, params: Params) -> None:
    """Keep `allowed_updates` of a call for the updates to come; an empty list means the default."""
    allowed = params.json("allowed_updates", "allowed updates")
    if allowed is None:
        return
    if not isinstance(allowed, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    updates.allowed = frozenset(str(kind).lower() for kind in allowed) or None


def _lane(update: Update) -> int:
    """The chat, or the person, that an update belongs to."""
    payload = next(value for name, value in update.items() if name != "update_id")
    with contextlib.suppress(KeyError):
        return int(payload.get("message", payload)["chat"]["id"])
    return int(payload["from"]["id"])
