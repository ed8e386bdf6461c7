"""A bare client for the sandbox's Bot API: JSON calls, whole envelopes; no tests in here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.sandbox.telegram import TelegramServer

Envelope = dict[str, Any]


class Api:
    """Calls methods as a bot would; `http` is there for calls of another shape."""

    def __init__(self, server: TelegramServer, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.root = f"{server.url}/bot{server.token}"

    async def __call__(self, method: str, **params: Any) -> Envelope:
        """The envelope; the HTTP status is checked to agree with it."""
        async with self.http.post(f"{self.root}/{method}", json=params) as answer:
            envelope: Envelope = await answer.json()
            assert answer.status == envelope.get("error_code", 200)
            return envelope

    async def result(self, method: str, **params: Any) -> Any:
        """The result of a call that has to work."""
        envelope = await self(method, **params)
        assert envelope["ok"], envelope
        return envelope["result"]

    async def error(self, method: str, **params: Any) -> str:
        """The description of a refusal."""
        envelope = await self(method, **params)
        assert not envelope["ok"], envelope
        return str(envelope["description"])


@asynccontextmanager
async def api_of(server: TelegramServer) -> AsyncIterator[Api]:
    """A client that is closed in the end."""
    async with aiohttp.ClientSession() as http:
        yield Api(server, http)
