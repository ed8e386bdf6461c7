"""Servya's API over HTTP: puts wire and client together; does not serialise the calls of a key."""

from __future__ import annotations

from bot.providers import wire
from bot.providers.client import Calls
from bot.providers.port import Credits


class ServyaApi:
    """`port.Servya` at `url`; the calls' life is their owner's to end."""

    def __init__(self, calls: Calls, url: str) -> None:
        self._calls = calls
        self._url = url

    async def credits(self, key: str) -> Credits:
        return await self._calls.read(wire.servya_call(self._url, key), wire.credits_left)
