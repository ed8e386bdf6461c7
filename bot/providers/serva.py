"""Serva's API over HTTP: puts wire and client together; decides nothing about orders."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from functools import partial

from bot.domain.tracking import Missing, Report
from bot.providers import wire
from bot.providers.client import Calls
from bot.providers.port import (
    AddRequest,
    Balance,
    CallRefused,
    NotSent,
    Outcome,
    Provider,
    Refused,
    ServicesAnswer,
    Unknown,
)

_log = logging.getLogger(__name__)


class ServaApi:
    """`port.Serva` at `url`; the calls' life is their owner's to end."""

    def __init__(self, calls: Calls, url: str) -> None:
        self._calls = calls
        self._url = url

    def held_back(self) -> bool:
        return self._calls.held_back(Provider.SERVA)

    async def balance(self, key: str) -> Balance:
        return await self._calls.read(wire.serva_call(self._url, "balance", key), wire.balance)

    async def services(self, key: str, unless: str = "") -> ServicesAnswer | None:
        call = wire.serva_call(self._url, "services", key)
        return await self._calls.read(call, partial(wire.catalogue, unless=unless))

    async def add(self, key: str, request: AddRequest) -> Outcome:
        try:
            call = wire.add_call(self._url, key, request)
        except CallRefused as refused:
            return Refused(refused.meaning, refused.text)
        except UnicodeError:
            return NotSent("the order holds characters that no encoding has")
        # Once bytes may have left, somebody has to learn what became of them. So the call has a
        # task of its own, and a cancelled caller waits for it all the same.
        sending = asyncio.create_task(self._calls.add(call), name="add")
        while not sending.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({sending})
        if sending.cancelled():
            return Unknown("cancelled")
        error = sending.exception()
        if error:
            _log.error("an add ended in an error of ours", exc_info=error)
            return Unknown(type(error).__name__)
        return sending.result()

    async def statuses(self, key: str, ids: Sequence[str]) -> dict[str, Report | Missing]:
        found: dict[str, Report | Missing] = {}
        for batch in wire.status_batches(ids):
            call = wire.status_call(self._url, key, batch)
            found |= await self._calls.read(call, partial(wire.statuses, ids=batch))
        return found
