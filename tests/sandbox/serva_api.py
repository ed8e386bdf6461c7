"""A bare client for the sandbox Serva: form-encoded calls, decoded answers; no tests in here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.serva import Account, Order, ServaServer

LINK = "https://www.instagram.com/p/CxYz123/"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    kind: str
    request_id: str
    text: str


class Client:
    """Calls a Serva with one account's key."""

    def __init__(self, serva: ServaServer, account: Account, http: aiohttp.ClientSession) -> None:
        self.serva = serva
        self.account = account
        self.http = http

    async def raw(self, action: str, **params: str) -> Reply:
        """The answer as it came."""
        form = {"action": action, "key": self.account.key, **params}
        async with self.http.post(self.serva.url, data=form) as answer:
            request_id = answer.headers.get("x-serva-request-id", "")
            return Reply(answer.status, answer.content_type, request_id, await answer.text())

    async def __call__(self, action: str, **params: str) -> Any:
        """The JSON of an answer, whatever its status."""
        form = {"action": action, "key": self.account.key, **params}
        async with self.http.post(self.serva.url, data=form) as answer:
            return await answer.json()

    async def add(self, service: str = "1234", **params: str) -> Any:
        """An `add` of 1,000 followers unless told otherwise."""
        if service == "1234":
            params = {"link": LINK, "quantity": "1000", **params}
        return await self("add", service=service, **params)

    async def order(self, service: str = "1234", **params: str) -> Order:
        """An order that has to be accepted."""
        answer = await self.add(service, **params)
        assert "order" in answer, answer
        return self.serva.order(answer["order"])


@asynccontextmanager
async def client(serva: ServaServer, account: Account) -> AsyncIterator[Client]:
    """A client that is closed in the end; a lost answer fails its call within five seconds."""
    timeout = aiohttp.ClientTimeout(total=5)
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        yield Client(serva, account, http)


@asynccontextmanager
async def shop(**options: Any) -> AsyncIterator[Client]:
    """A client of a fresh Serva, with $25.50 and no discount."""
    serva = ServaServer(clock=Standing(), **options)
    async with serva, client(serva, serva.account("25.50")) as ann:
        yield ann


class Standing:
    """A clock that stands still; only the sandbox's own levers move time."""

    def __call__(self) -> int:
        return 1_760_000_000_000
