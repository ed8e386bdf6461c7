"""The stand-ins of the demo with its people and their accounts; equal seeds make equal stages."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bot.sandbox.catalogue import USUAL_SIZE, generate
from bot.sandbox.serva import ServaServer
from bot.sandbox.serva.server import DEMO_MISHAPS, open_demo_accounts
from bot.sandbox.servya import ServyaServer
from bot.sandbox.telegram import TelegramServer

TOKEN = "7000000001:demo-opens-nothing"  # noqa: S105 - as it says
OPERATOR = 990_001


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a bot must be told to live on this stage; `page` is the root of the demo's page."""

    token: str
    telegram: str
    serva: str
    servya: str
    operator: int
    page: str


class Stage:
    """Telegram, Serva and Servya, which listen while its `async with` lasts.

    Emma and Layla have accounts, Omar is the operator; nobody has written to the bot yet.
    """

    def __init__(self, seed: int, size: int = USUAL_SIZE, page_url: str = "") -> None:
        self.seed = seed
        self.page_url = page_url
        self.telegram = TelegramServer(TOKEN, name="Serva bot", username="serva_demo_bot")
        self.serva = ServaServer(seed=seed, goods=generate(size, seed), mishaps=DEMO_MISHAPS)
        self.servya = ServyaServer(seed=seed)
        # People get their numbers in turn: 5000000001 and 5000000002.
        self.emma = self.telegram.person("Emma", language_code="en", username="emma")
        self.layla = self.telegram.person("ليلى", language_code="ar", username="layla")
        self.omar = self.telegram.person("Omar", language_code="en", username="omar", id=OPERATOR)
        self.serva.guard.on = True
        open_demo_accounts(
            self.serva,
            (
                (self.emma.name, "25.50", "0"),
                (self.layla.name, "140", "0.1"),
                ("shop", "9.75", "0"),
                ("poor", "0.40", "0"),
            ),
        )
        self.servya.account(23140, label=self.emma.name)
        self._open = AsyncExitStack()

    @property
    def addresses(self) -> Addresses:
        """Where everybody listens; known once they do."""
        return Addresses(
            TOKEN,
            self.telegram.url,
            self.serva.url,
            self.servya.url,
            OPERATOR,
            self.page_url,
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for server in (self.telegram, self.serva, self.servya):
                await opening.enter_async_context(server)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    def release(self) -> None:
        """Let every call go on that hangs, so that nobody waits for it at the end."""
        self.serva.faults.clear()
        self.servya.faults.clear()
        self.telegram.levers.release()
