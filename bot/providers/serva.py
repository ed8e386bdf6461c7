"""Serva's API over HTTP: puts wire and client together; decides nothing about orders."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from bot.domain.request import Wanted
from bot.domain.tracking import Missing, Report
from bot.providers import wire
from bot.providers.client import Calls
from bot.providers.port import (
    AddRequest,
    AskOutcome,
    Balance,
    CallRefused,
    NotSent,
    Outcome,
    Provider,
    Refused,
    ServicesAnswer,
    Unknown,
)

T = TypeVar("T")

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
        return await _to_its_end(self._calls.add(call), "add")

    async def ask(self, key: str, wanted: Wanted, order: str) -> AskOutcome:
        try:
            call = wire.ask_call(self._url, key, wanted, order)
        except CallRefused as refused:
            return Refused(refused.meaning, refused.text)
        reading = partial(wire.asked, wanted=wanted, order=order)
        return await _to_its_end(self._calls.once(call, reading), wanted.value)

    async def refill_status(self, key: str, refill: str) -> str:
        call = wire.refill_status_call(self._url, key, refill)
        return await self._calls.read(call, wire.refill_status)

    async def statuses(self, key: str, ids: Sequence[str]) -> dict[str, Report | Missing]:
        found: dict[str, Report | Missing] = {}
        for batch in wire.status_batches(ids):
            call = wire.status_call(self._url, key, batch)
            found |= await self._calls.read(call, partial(wire.statuses, ids=batch))
        return found


async def _to_its_end(call: Coroutine[Any, Any, T], name: str) -> T | Unknown:
    """What came of a call that is sent once: Unknown where that cannot be learnt.

    Once bytes may have left, somebody has to learn what became of them. So the call has a task of
    its own, and a cancelled caller waits for it all the same.
    """
    sending = asyncio.create_task(call, name=name)
    while not sending.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({sending})
    if sending.cancelled():
        return Unknown("cancelled")
    error = sending.exception()
    if error:
        _log.error("a call (%s) ended in an error of ours", name, exc_info=error)
        return Unknown(type(error).__name__)
    return sending.result()
