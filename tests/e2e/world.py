"""The bot between its stand-ins, over real sockets: in this process, or as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot import app
from bot.providers.client import Timeouts
from bot.sandbox.serva import ServaServer
from bot.sandbox.servya import ServyaServer
from bot.sandbox.telegram import TelegramServer
from bot.settings import Settings

OPERATOR = 990_001
QUICK = Timeouts(connect_ms=2_000, read_ms=3_000, add_ms=1_500)
"""Short enough for tests that wait for a time-out, long enough for a busy machine."""


class World:
    """Telegram, Serva, Servya and the bot between them, all on this machine."""

    def __init__(
        self, tg: TelegramServer, serva: ServaServer, servya: ServyaServer, data: Path
    ) -> None:
        self.tg = tg
        self.serva = serva
        self.servya = servya
        self.data = data
        self.changes: dict[str, Any] = {}
        self.timeouts = QUICK
        self.nature = app.MACHINE
        self.read_tries = 1  # so that one fault is one failure
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def settings(self) -> Settings:
        """The settings of the bot that `start` starts."""
        given: dict[str, Any] = {
            "bot_token": self.tg.token,
            "telegram_api_url": self.tg.url,
            "serva_api_url": self.serva.url,
            "servya_api_url": self.servya.url,
            "data_dir": self.data,
            "tracking_interval": 1,
            "admin_ids": str(OPERATOR),
            "key_url": "https://serva.test/profile/api/",
        }
        return Settings(_env_file=None, **given | self.changes)

    async def start(self) -> None:
        """Start the bot in this process; returns once it takes updates."""
        self._stop = asyncio.Event()
        ready = asyncio.Event()
        self._running = asyncio.create_task(
            app.run(
                self.settings(),
                self._stop,
                ready=lambda _: ready.set(),
                timeouts=self.timeouts,
                poll_seconds=1,
                read_tries=self.read_tries,
                nature=self.nature,
            )
        )
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            self._running.result()

    async def stop(self) -> None:
        """Stop the bot politely, in whichever form it runs."""
        self._stop.set()
        if self._running is not None:
            await self._running
            self._running = None
        if self._process is not None:
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGTERM)
            await self._process.communicate()
            self._process = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The spawned bot, also after its end."""
        assert self._process is not None
        return self._process

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start the bot as `python -m bot run`; its first update shows that it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        return self._process

    async def finish(self) -> str:
        """Stop the spawned bot politely; everything that it wrote to its standard streams."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        written = b"".join(await self._process.communicate())
        self._process = None
        return written.decode()

    async def kill(self) -> None:
        """SIGKILL the spawned bot."""
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()
        self._process = None

    def environment(self) -> dict[str, str]:
        """The environment of the spawned bot: the settings by their names."""
        given = self.settings()
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "BOT_TOKEN": given.bot_token.get_secret_value(),
            "TELEGRAM_API_URL": given.telegram_api_url,
            "SERVA_API_URL": given.serva_api_url,
            "SERVYA_API_URL": given.servya_api_url,
            "DATA_DIR": str(given.data_dir),
            "TRACKING_INTERVAL": str(given.tracking_interval),
            "ADMIN_IDS": ",".join(map(str, given.admin_ids)),
            "KEY_URL": given.key_url,
            "ACCESS": given.access,
            "SUPPORT_URL": given.support_url,
            "TOP_UP_URL": given.top_up_url,
            "OPERATOR_NAME": given.operator_name,
            "LOG_FORMAT": given.log_format,
            "LOG_LEVEL": given.log_level,
        }


@asynccontextmanager
async def outside(data: Path) -> AsyncIterator[World]:
    """The stand-ins, without the bot; whatever runs at the end is stopped."""
    async with (
        TelegramServer(patience=8) as tg,
        ServaServer() as serva,
        ServyaServer() as servya,
    ):
        world = World(tg, serva, servya, data)
        try:
            yield world
        finally:
            await world.stop()
