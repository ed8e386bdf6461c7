"""The levers: each befalls the calls it is armed for, and no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.telegram import Person, TelegramServer
from bot.sandbox.telegram.clock import Clock
from bot.sandbox.telegram.levers import Levers, Limits
from tests.sandbox.telegram_api import Api, api_of


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


@pytest.mark.parametrize("applied", [False, True])
async def test_a_dropped_call_took_effect_or_not(
    tg: TelegramServer, api: Api, ann: Person, applied: bool
) -> None:
    tg.drop("sendMessage", applied=applied)
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=ann.id, text="x")
    assert [screen.text for screen in ann.from_bot] == (["x"] if applied else [])
    (call,) = tg.calls
    assert (call.answer, call.faults) == (None, ("drop",))
    assert await api.result("sendMessage", chat_id=ann.id, text="again")


@pytest.mark.parametrize("applied", [False, True])
async def test_a_bad_gateway_is_a_page(
    tg: TelegramServer, api: Api, ann: Person, applied: bool
) -> None:
    tg.bad_gateway("sendmessage", times=2, applied=applied)
    for _ in range(2):
        async with api.http.post(
            f"{api.root}/sendMessage", json={"chat_id": ann.id, "text": "x"}
        ) as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
    assert len(ann.from_bot) == (2 if applied else 0)
    assert await api.result("getMe")


@pytest.mark.parametrize("applied", [False, True])
async def test_a_slow_call_takes_effect_before_or_after_the_wait(
    tg: TelegramServer, api: Api, ann: Person, applied: bool
) -> None:
    tg.slow("sendMessage", seconds=30, applied=applied)
    slow = asyncio.create_task(api("sendMessage", chat_id=ann.id, text="x"))
    if applied:
        await ann.sees("x")
    else:
        await tg.until(lambda: not tg.levers.armed)
        assert ann.from_bot == []
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_a_flood_names_the_wait_and_passes(tg: TelegramServer, api: Api, ann: Person) -> None:
    bob = tg.person("Bob")
    await bob.send("/start")
    tg.flood(ann.id, seconds=7, times=2)
    for _ in range(2):
        assert await api("sendMessage", chat_id=ann.id, text="x") == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    assert await api.result("sendMessage", chat_id=bob.id, text="x")
    assert await api.result("sendMessage", chat_id=ann.id, text="x")
    assert len(ann.from_bot) == 1


def test_slowness_joins_one_other_fault() -> None:
    levers = Levers()
    levers.drop(times=2)
    levers.bad_gateway()
    levers.slow(seconds=1)
    met = [[str(fault.effect) for fault in levers.befalls("getMe", None)] for _ in range(4)]
    assert met == [["slow", "drop"], ["drop"], ["bad_gateway"], []]


def test_levers_can_be_released() -> None:
    levers = Levers()
    levers.drop(times=100)
    levers.release()
    assert levers.befalls("getMe", None) == []


def test_limits_are_a_burst_then_one_a_second() -> None:
    clock = Clock(lambda: 1_000_000)
    limits = Limits(clock)
    assert [limits.wait_for(7) for _ in range(4)] == [0, 0, 0, 1]
    assert limits.wait_for(8) == 0
    clock.advance(seconds=1)
    assert [limits.wait_for(7) for _ in range(2)] == [0, 1]


def test_a_group_has_20_a_minute() -> None:
    clock = Clock(lambda: 1_000_000)
    limits = Limits(clock)
    assert [limits.wait_for(-7) for _ in range(21)] == [0] * 20 + [3]
    clock.advance(seconds=3)
    assert limits.wait_for(-7) == 0


def test_thirty_a_second_altogether() -> None:
    limits = Limits(Clock(lambda: 1_000_000))
    assert [limits.wait_for(chat) for chat in range(1, 32)] == [0] * 30 + [1]


async def test_strict_limits_hold_for_sending() -> None:
    async with TelegramServer(strict_limits=True) as tg, api_of(tg) as api:
        ann = tg.person("Ann")
        await ann.send("/start")
        answers = [await api("sendMessage", chat_id=ann.id, text="x") for _ in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert answers[3]["parameters"] == {"retry_after": 1}
        assert await api.result("sendChatAction", chat_id=ann.id, action="typing")
