"""The bot as the demo's child: killed, started, stopped, heard; and what is left of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.demo import BotProcess, Launch, process
from bot.sandbox.telegram import TelegramServer
from tests.sandbox.demo import EMMA, PATIENCE, Demo, alive, gone, playing
from tests.sandbox.telegram_api import api_of

SLEEPS = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)\n"
LINK = "https://www.instagram.com/p/CxYz123/"


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with playing(tmp_path) as demo:
        yield demo


def child(code: str, tg: TelegramServer, folder: Path) -> BotProcess:
    """Something that runs this code instead of a bot."""
    return BotProcess(Launch((sys.executable, "-c", code), {}), folder, tg)


async def ended(bot: BotProcess) -> str | None:
    """How it ended, once it has."""
    assert await bot.changes.until(lambda: not bot.running or None, PATIENCE)
    return bot.ended


async def says(bot: BotProcess, line: str) -> None:
    assert await bot.changes.until(lambda: line in bot.last_lines or None, PATIENCE)


def told(bot: BotProcess) -> list[tuple[str, str]]:
    """The events, process numbers aside."""
    return [(one.what, "" if one.what == "started" else one.words) for one in bot.events]


# ---- any child ----


async def test_a_child_is_started_once_and_killed(tg: TelegramServer, tmp_path: Path) -> None:
    async with child(SLEEPS, tg, tmp_path) as bot:
        assert bot.state["pid"] is None
        await asyncio.gather(bot.start(), bot.start())
        pid = bot.state["pid"]
        assert (bot.running, bot.ready, bot.starts, alive(pid)) == (True, False, 1, True)
        await bot.kill()
        assert (bot.running, bot.ended, bot.state["pid"], alive(pid)) == (
            False,
            "killed",
            None,
            False,
        )
        await bot.kill()
        await bot.stop()
        assert told(bot) == [("started", ""), ("killed", "killed")]


async def test_an_end_by_itself_is_noticed(tg: TelegramServer, tmp_path: Path) -> None:
    async with child("print('no'); raise SystemExit(3)", tg, tmp_path) as bot:
        await bot.start()
        assert not await bot.until_ready()
        assert (bot.ended, bot.failed, bot.last_lines) == ("exit 3", True, ["no"])
        assert told(bot) == [("started", ""), ("log", "no"), ("exited", "exit 3")]


async def test_who_is_killed_from_outside_is_called_so(tg: TelegramServer, tmp_path: Path) -> None:
    async with child(SLEEPS, tg, tmp_path) as bot:
        await bot.start()
        os.kill(bot.state["pid"], signal.SIGKILL)
        assert await ended(bot) == "killed"


async def test_who_is_deaf_to_a_stop_is_killed(
    tg: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "POLITE_SECONDS", 0.05)
    async with child(STUBBORN + SLEEPS, tg, tmp_path) as bot:
        await bot.start()
        await says(bot, "deaf")
        await bot.stop()
        assert bot.ended == "killed"


async def test_a_stop_that_is_given_up_kills(tg: TelegramServer, tmp_path: Path) -> None:
    async with child(STUBBORN + SLEEPS, tg, tmp_path) as bot:
        await bot.start()
        await says(bot, "deaf")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.stop(), 0.05)
        assert (bot.running, bot.ended) == (False, "killed")


async def test_an_error_around_it_leaves_no_child(tg: TelegramServer, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with child(STUBBORN + SLEEPS, tg, tmp_path) as bot:
            await bot.start()
            raise ZeroDivisionError
    assert bot.ended == "killed"


async def test_lines_are_clean_whatever_the_child_writes(
    tg: TelegramServer, tmp_path: Path
) -> None:
    code = r"""
import sys
sys.stdout.buffer.write(b"\x1b[1;31mred\x1b[0m\x07 \xff\r\n\n\x1b]0;title\x07two\n")
sys.stdout.flush()
sys.stderr.write("x" * 9_000)
"""
    async with child(code, tg, tmp_path) as bot:
        await bot.start()
        await ended(bot)
        red, two, *rest = bot.last_lines
        assert (red, two) == ("red �", "two")
        assert "".join(rest) == "x" * 9_000
        assert max(map(len, rest)) <= 2 * process.LONGEST_LINE


async def test_a_talkative_child_is_not_held_up_and_not_kept(
    tg: TelegramServer, tmp_path: Path
) -> None:
    async with child("for n in range(200_000): print(n)", tg, tmp_path) as bot:
        await bot.start()
        assert await ended(bot) == "exit 0"
        assert bot.last_lines == [str(n) for n in range(199_950, 200_000)]
        assert len(bot.events) == process.KEPT_EVENTS


async def test_ready_is_who_waits_for_updates_and_not_the_poll_of_the_dead(
    tg: TelegramServer, tmp_path: Path
) -> None:
    async with child(SLEEPS, tg, tmp_path) as bot, api_of(tg) as api:
        await bot.start()
        first = asyncio.create_task(api.result("getUpdates", timeout=30))
        assert await bot.until_ready()
        await bot.kill()
        assert not bot.ready
        await bot.start()
        await asyncio.sleep(0.05)
        assert (bot.ready, await first) == (False, [])
        second = asyncio.create_task(api.result("getUpdates", timeout=30))
        assert await bot.until_ready()
        tg.world.updates.end_poll()
        assert await second == []


# ---- the bot itself ----


async def test_an_order_survives_a_kill(demo: Demo) -> None:
    """Emma orders, Serva's answer hangs, the bot is killed; the next life says what is known."""
    key = (await demo.get("/serva/sandbox/state"))["accounts"][0]["key"]
    await demo.send(EMMA, "/start")
    await demo.send(EMMA, key)
    await demo.sees(EMMA, "linked", "$25.50")
    await demo.send(EMMA, LINK)
    await demo.press(EMMA, "Instagram Likes")
    await demo.press(EMMA, "1,000")
    await demo.post("/serva/sandbox/fault", kind="hang_after", action="add")
    await demo.press(EMMA, "Order for")
    async with asyncio.timeout(PATIENCE):
        while not (await demo.get("/serva/sandbox/state"))["orders"]:
            await asyncio.sleep(0.02)
    state = await demo.post("/demo/bot/kill")
    assert (state["running"], state["ready"], state["ended"]) == (False, False, "killed")
    await demo.post("/serva/sandbox/fault/clear")

    state = await demo.post("/demo/bot/start")
    assert (state["running"], state["starts"]) == (True, 2)
    await demo.sees(EMMA, "Do not order it again")
    assert len((await demo.get("/serva/sandbox/state"))["orders"]) == 1


async def test_what_is_written_to_nobody_is_answered_later(demo: Demo) -> None:
    state = await demo.post("/demo/bot/stop")
    assert (state["running"], state["ended"]) == (False, "stopped")
    await demo.send(EMMA, "/start")
    await demo.post("/demo/bot/start")
    await demo.sees(EMMA, "Paste your API key")
    await demo.is_ready(starts=2)


async def test_a_demo_that_is_killed_leaves_no_bot(demo: Demo) -> None:
    pid = (await demo.post("/demo/bot/start"))["pid"]
    demo.process.kill()
    await demo.process.wait()
    await gone(pid)
