"""The bot's own web address: Telegram's webhook, and whether the bot lives; handles no update.

    POST <path of WEBHOOK_URL>   commit, then 200; anything else makes Telegram bring it again
    GET  /healthz                200 while the process works
    GET  /readyz                 200 while updates are taken in and can be written down

TLS is a reverse proxy's business. https://core.telegram.org/bots/api#setwebhook
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.runtime.intake import Intake, Outage, token_refused
from bot.runtime.transport import Call
from storage.database import Database, DatabaseError

log = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name, not a secret
MAX_BODY: Final = 1024 * 1024
CONNECTIONS: Final = 40
"""Updates that Telegram brings side by side."""


class CannotListen(Exception):
    """The address in LISTEN cannot be had."""


class Web:
    """Listens on `host`:`port` while its `async with` lasts.

    With `hook`, the public address of the webhook, `run` takes updates in; `secret` is what
    Telegram has to know, made anew where it is empty. `clock` gives milliseconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        db: Database,
        call: Call,
        hook: str = "",
        secret: str = "",
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.hook = hook
        self.port = port
        self._host = host
        self._db = db
        self._call = call
        self._secret = secret or secrets.token_urlsafe(32)
        self._outage = Outage(clock)
        self._sleep = sleep
        self._intake: Intake | None = None
        self._accepting: set[asyncio.Future[int]] = set()
        self._stopped = asyncio.Event()
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        if hook:
            app.router.add_post(urlsplit(hook).path or "/", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            where = f"{self._host}:{self.port}"
            reason = os.strerror(error.errno) if error.errno else error
            raise CannotListen(f"LISTEN {where} cannot be had: {reason}") from error
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def run(self, intake: Intake) -> None:
        """Replay what is open, then take in what Telegram brings, until `stop`.

        Raises `InvalidToken`.
        """
        await intake.replay()
        self._intake = intake
        await self._announce(intake.allowed_updates)
        await self._stopped.wait()

    async def stop(self) -> None:
        """Take in nothing more, and wait for what is being committed."""
        self._intake = None
        if self._accepting:
            await asyncio.wait(self._accepting)
        self._stopped.set()

    async def _announce(self, updates: Sequence[str]) -> None:
        """Tell Telegram the address; keeps trying while nobody answers."""
        params = {
            "url": self.hook,
            "secret_token": self._secret,
            "allowed_updates": list(updates),
            "max_connections": CONNECTIONS,
        }
        while True:
            try:
                await self._call("setWebhook", params)
            except (InvalidToken, EndPointNotFound):
                raise token_refused() from None
            except TelegramError as error:
                await self._sleep(self._outage.pause(error))
            else:
                self._outage.over()
                return

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=401)
        try:
            update = orjson.loads(await request.read())
        except ValueError:
            return web.Response(status=400)
        intake = self._intake
        if intake is None:
            return web.Response(status=503)
        accepting = asyncio.ensure_future(intake.accept([update]))
        self._accepting.add(accepting)
        accepting.add_done_callback(self._accepting.discard)
        try:
            # Telegram may hang up; what it brought is then in the inbox, or comes again.
            taken = await asyncio.shield(accepting)
        except DatabaseError as error:
            log.error("an update cannot be taken in: %s", error)
            return web.Response(status=503)
        return web.Response(status=200 if taken else 400)

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _: web.Request) -> web.Response:
        if self.hook and self._intake is None:
            return web.Response(status=503, text="updates are not taken in\n")
        if self._db.trouble:
            return web.Response(status=503, text="the database cannot be written\n")
        return web.Response(text="ok\n")
