"""The stand-ins, a proxy before each, and the bot as a process that can be killed at any moment.

The bot is the one that people run, unchanged, and so is its time: an unknown outcome stays one
for minutes, unless its person says before what they see at Serva.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from urllib.parse import parse_qs

import orjson

from bot.sandbox.catalogue import Good, Unit
from bot.sandbox.serva import ServaServer
from bot.sandbox.servya import ServyaServer
from bot.sandbox.telegram import TelegramServer
from bot.sandbox.telegram.calls import Call
from bot.sandbox.telegram.clock import Changes
from bot.sandbox.telegram.people import readable
from bot.settings import child_environment
from tests.recovery.process import Bot, hatch, kill, spawn, stop
from tests.recovery.proxy import Exchange, Message, Mishap, Proxy

OPERATOR = 990_001
SPEED = 20
"""Serva's seconds in one of ours: an order takes three to fourteen."""
MISHAPS = 15
"""Percent of the orders that end otherwise than completed."""
_SAID = ("sendMessage", "editMessageText")
_NUMBER = re.compile(r"Order #(\d+) ·")
_ID = re.compile(r"Order id: (\S+)")
_OF_ITSELF = re.compile(r"/[gs]etMy(?:Commands|Description|ShortDescription)$")
_GOODS = (
    ("Instagram Followers", "0.89", Unit.PER_1000),
    ("Instagram Likes", "0.35", Unit.PER_1000),
    ("TikTok Views", "0.02", Unit.PER_1000),
    ("TikTok Followers", "1.2", Unit.PER_1000),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An `add` that left the bot, and what came of it where nobody may have been told."""

    exchange: Exchange
    link: str

    @property
    def at(self) -> int:
        """Milliseconds since 1970."""
        return self.exchange.at

    @property
    def order(self) -> str:
        """The id that Serva gave it, whether or not the bot ever heard; empty where it has none."""
        answer = self.exchange.answer
        if answer is None:
            return ""
        try:
            said = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return ""
        return str(said.get("order", "")) if isinstance(said, dict) else ""


@dataclass(eq=False, slots=True)
class World:
    """One bot and everything around it."""

    folder: Path
    tg: TelegramServer
    serva: ServaServer
    servya: ServyaServer
    proxies: dict[str, Proxy]
    chance: Random
    policy: str = ""
    loses: float = 0.0
    """The share of the `adds` whose answer is lost, beside what else befalls them."""
    told: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """All that was ever said in a chat about an order, by their numbers."""
    heard: Counter[int] = field(default_factory=Counter)
    """How often anything was said in a chat."""
    ids: dict[int, set[str]] = field(default_factory=dict)
    """Serva's ids that were ever shown in a chat."""
    shown: set[str] = field(default_factory=set)
    """Every text that was ever shown without naming an order."""
    sent: list[Sent] = field(default_factory=list)
    updates: set[int] = field(default_factory=set)
    """Every update that Telegram had for the bot."""
    tapped: set[str] = field(default_factory=set)
    """The data of every button that somebody tapped."""
    ready: bool = False
    """The bot that runs now has asked for updates."""
    pids: list[int] = field(default_factory=list)
    funds: Decimal = Decimal(0)
    """What each account held at first."""
    bot: Bot | None = None
    _calls: int = 0
    _changes: Changes = field(default_factory=Changes)

    @property
    def data(self) -> Path:
        """The bot's own folder."""
        return self.folder / "data"

    @property
    def output(self) -> Path:
        """What all the bots wrote, one after another."""
        return self.folder / "bot.log"

    async def start(self, *, whole: bool = False) -> None:
        """Start the bot, `whole` as people do; it may be killed before it has begun."""
        self.ready = False
        start = spawn if whole else hatch
        self.bot = await start(self._environment(), self.output, self.policy)
        self.pids.append(self.bot.pid)

    async def kill(self) -> None:
        """SIGKILL the bot."""
        assert self.bot is not None
        await kill(self.bot)

    async def stop(self) -> int:
        """Stop the bot politely; the exit code."""
        assert self.bot is not None
        return await stop(self.bot)

    async def end(self) -> None:
        """Leave no process behind."""
        if self.bot is not None and self.bot.code is None:
            await kill(self.bot)

    @property
    def died(self) -> str:
        """How the bot ended by itself; empty while it runs."""
        code = None if self.bot is None else self.bot.code
        return "" if code is None else f"the bot ended by itself with {code}"

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """What the bot has on its disk, to read; sqlite3.OperationalError before there is any."""
        path = self.data / "bot.sqlite3"
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as found:
            yield found

    def hear(self, call: Call) -> None:
        """Note what the bot says: whatever Telegram carried out, whether or not the bot heard."""
        if call.method not in _SAID or not call.ok or call.answer is None:
            return
        said = call.answer["result"]
        if not isinstance(said, dict):
            return
        chat, text = said["chat"]["id"], readable(str(said.get("text", "")))
        self.heard[chat] += 1
        number = _NUMBER.search(text)
        if number is None:
            self.shown.add(text)
            return
        self.told.setdefault((chat, int(number[1])), []).append(text)
        self.ids.setdefault(chat, set()).update(_ID.findall(text))

    def see(self, name: str, exchange: Exchange) -> None:
        """Note what leaves the bot, before it is passed on, and tell whoever waits for it."""
        request = exchange.request
        if name == "telegram" and request.path.endswith("/getUpdates"):
            self.ready = True
        elif not _OF_ITSELF.search(request.path):
            self._calls += 1
        if name == "serva" and _form(request).get("action") == "add":
            self.sent.append(Sent(exchange, _form(request).get("link", "")))
            if self.chance.random() < self.loses:
                exchange.mishap = Mishap.LOST
        self._changes.announce()

    async def next_sent(self, count: int) -> None:
        """Wait until so many `adds` have left the bots."""
        await self._changes.until(lambda: len(self.sent) >= count or None, math.inf)

    async def next_calls(self, count: int) -> None:
        """Wait until the bot has made so many calls, polls and what it says of itself aside."""
        wanted = self._calls + count
        await self._changes.until(lambda: self._calls >= wanted or None, math.inf)

    async def next_poll(self) -> None:
        """Wait until the bot that runs now takes updates."""
        await self._changes.until(lambda: self.ready or None, math.inf)

    def _environment(self) -> dict[str, str]:
        return child_environment(
            {
                "bot_token": self.tg.token,
                "telegram_api_url": self.proxies["telegram"].url,
                "serva_api_url": self.proxies["serva"].url,
                "servya_api_url": self.proxies["servya"].url,
                "admin_ids": str(OPERATOR),
                "data_dir": str(self.data),
                "tracking_interval": "1",
                "key_url": "https://serva.test/profile/api/",
            }
        )


@asynccontextmanager
async def world(
    folder: Path, chance: Random, rate: float, policy: str = "", loses: float = 0.0
) -> AsyncIterator[World]:
    """The stand-ins and the proxies; the bot is started by whoever kills it."""
    async with AsyncExitStack() as stack:
        tg = await stack.enter_async_context(TelegramServer())
        serva = await stack.enter_async_context(
            ServaServer(seed=chance.randrange(1 << 30), goods=list(_goods()), mishaps=MISHAPS)
        )
        servya = await stack.enter_async_context(ServyaServer())
        serva.speed = SPEED
        proxies: dict[str, Proxy] = {}
        made = World(folder, tg, serva, servya, proxies, Random(chance.random()), policy, loses)
        for name, url, share in (
            ("telegram", tg.url, 0.3),
            ("serva", serva.url, 1.0),
            ("servya", servya.url, 1.0),
        ):
            proxy = Proxy(url, Random(chance.random()), rate * share, seen=_seen(made, name))
            proxies[name] = await stack.enter_async_context(proxy)
        tg.on_call = made.hear
        tg.world.updates.on_update = lambda update: made.updates.add(update["update_id"])
        made.folder.mkdir(parents=True, exist_ok=True)
        try:
            yield made
        finally:
            await made.end()


def _seen(world: World, name: str) -> Callable[[Exchange], None]:
    return lambda exchange: world.see(name, exchange)


def _goods() -> Iterator[Good]:
    for number, (name, rate, unit) in enumerate(_GOODS, 1):
        yield Good(
            code=str(number),
            name=name,
            category=name.split()[0],
            type="Default",
            rate=Decimal(rate),
            minimum=100,
            maximum=100_000,
            unit=unit,
        )


def _form(request: Message) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
