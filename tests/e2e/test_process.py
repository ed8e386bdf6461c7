"""The real process: what it refuses to start with, how it stops, and what a kill -9 leaves."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from bot.sandbox.serva import Account
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.conftest import link
from tests.e2e.placing import UNKNOWN, rung, shows
from tests.e2e.shopping import one_screen, to_confirm
from tests.e2e.world import World

PATIENCE = 30.0
"""Seconds for what takes a process that starts, on a machine with other things to do."""


@pytest.fixture
def world(silent_world: World) -> World:
    """The stand-ins; the bot is a process that each test starts."""
    silent_world.tg.patience = PATIENCE
    return silent_world


async def run(environment: Mapping[str, str], *command: str) -> tuple[int, str]:
    """Run a command (`run`) of the bot to its end: the exit code, and its standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *(command or ("run",)),
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        _, written = await process.communicate()
    assert process.returncode is not None
    return process.returncode, written.decode()


async def customer(world: World) -> tuple[Person, Account]:
    """Ann, who has linked her key to a bot that runs as a process."""
    await world.spawn()
    ann = world.tg.person("Ann")
    account = world.serva.account(balance="25.50")
    await link(ann, account)
    return ann, account


async def at_confirm(person: Person) -> Screen:
    """The confirmation, once the bot has also written down that it is there."""
    await to_confirm(person)
    return await one_screen(person)


def refusal(written: str) -> list[str]:
    """What a process said when it would not start, without what it logged before."""
    return [line for line in written.splitlines() if line.startswith("The bot cannot start:")]


# ---- starting ----


async def test_every_wrong_setting_is_named_and_no_value(world: World) -> None:
    wrong = {
        "BOT_TOKEN": "hunter2-token",
        "ADMIN_IDS": "hunter2-ids",
        "TRACKING_INTERVAL": "hunter2-interval",
        "SERVA_API_URL": "hunter2-url",
        "ACCESS": "hunter2-access",
    }
    code, written = await run(world.environment() | wrong)
    lines = written.strip().splitlines()
    assert code == 2
    assert sorted(line.split()[2] for line in lines) == sorted(wrong)
    assert "hunter2" not in written
    assert not world.data.exists(), "nothing was touched"


async def test_a_missing_token_is_the_only_thing_that_is_missing(world: World) -> None:
    environment = world.environment()
    del environment["BOT_TOKEN"]
    code, written = await run(environment)
    assert (code, written.strip()) == (2, "Setting wrong: BOT_TOKEN is not set")


async def test_an_invalid_token_ends_the_bot_with_one_clear_line(world: World) -> None:
    world.changes["bot_token"] = "123456:not-the-token"
    code, written = await run(world.environment())
    (said,) = refusal(written)
    assert code == 1
    assert "BOT_TOKEN" in said
    assert "not-the-token" not in written
    assert "Traceback" not in written


async def test_a_token_that_is_revoked_meanwhile_ends_the_bot_too(world: World) -> None:
    ann, _ = await customer(world)
    process = world.process
    world.tg.token = "123456:another"
    await ann.send("/help")  # ends the poll that was let in before
    async with asyncio.timeout(PATIENCE):
        _, stderr = await process.communicate()
    assert process.returncode == 1
    assert len(refusal(stderr.decode())) == 1


async def test_a_second_process_on_the_same_data_is_refused(world: World) -> None:
    ann, _ = await customer(world)
    code, written = await run(world.environment())
    assert code == 1
    assert refusal(written) == [
        f"The bot cannot start: already running as process {world.process.pid}"
    ]
    await ann.send("/help")
    await ann.sees("Nothing is ordered before you tap Order")


@pytest.mark.parametrize("key", [b"", b"another key, of as many bytes.."], ids=["missing", "wrong"])
async def test_without_the_right_master_key_nothing_starts(world: World, key: bytes) -> None:
    await world.start()
    path = world.settings().master_key_path
    await world.stop()
    right = path.read_bytes()
    path.unlink()
    if key:
        path.write_bytes(_another_key(right))
        path.chmod(0o600)
    code, written = await run(world.environment())
    assert (code, len(refusal(written))) == (1, 1)
    assert "Traceback" not in written
    assert path.exists() is bool(key), "no new key is made for data that exists"

    path.write_bytes(right)
    path.chmod(0o600)
    ann, _ = await customer(world)
    await ann.sees("linked")


def _another_key(right: bytes) -> bytes:
    """A file of the same form whose key differs in its last digit, whatever that was."""
    digits = right.rstrip()
    return digits[:-1] + (b"1" if digits.endswith(b"0") else b"0") + b"\n"


async def test_a_telegram_that_is_away_is_waited_for(world: World) -> None:
    await world.tg.stop()
    process = await world.spawn()
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while b"Telegram cannot be reached" not in await process.stderr.readline():
            pass
    await world.tg.start()
    ann = world.tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Paste your API key")


async def test_a_stop_while_telegram_is_away_is_a_stop(world: World) -> None:
    await world.tg.stop()
    process = await world.spawn()
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while b"Telegram cannot be reached" not in await process.stderr.readline():
            pass
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    assert process.returncode == 0


# ---- stopping ----


async def test_a_stop_waits_for_the_add_on_its_way_and_exits_well(world: World) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    hold = world.serva.fault("hang_before", "add")
    await ann.press("Order for", on=screen)
    await hold.reached.wait()
    process = world.process
    process.send_signal(signal.SIGTERM)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.wait(), 0.2)
    hold.release()
    async with asyncio.timeout(PATIENCE):
        _, stderr = await process.communicate()
    assert (process.returncode, b"Traceback" in stderr) == (0, False)
    card = await shows(world, screen, "Placed", "ORD-100023")

    await world.spawn()
    world.serva.orders[0].finish("completed")
    await rung(world, ann, card, "Completed")
    assert len(world.serva.adds) == 1


async def test_a_second_signal_stops_at_once_and_the_order_is_unknown_then(world: World) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    hold = world.serva.fault("hang_after", "add")
    await ann.press("Order for", on=screen)
    await hold.reached.wait()
    process = world.process
    process.send_signal(signal.SIGTERM)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.wait(), 0.2)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await process.communicate()
    assert process.returncode == 1

    await world.spawn()
    await shows(world, screen, UNKNOWN)
    await ann.press("Check now", on=Screen.of(screen.message))
    await rung(world, ann, screen, "Your balance shows that Serva took $0.89 for it.")
    assert len(world.serva.adds) == 1


# ---- kill -9 ----


async def test_a_tap_while_nobody_is_there_is_one_order_afterwards(world: World) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    await world.kill()
    await ann.press("Order for", on=screen)
    await ann.press("Order for", on=screen)
    await world.spawn()
    await shows(world, screen, "ORD-100023")
    assert len(world.serva.adds) == 1


@pytest.mark.parametrize(("fault", "taken"), [("hang_before", False), ("hang_after", True)])
async def test_a_kill_while_the_add_is_on_its_way_leaves_it_unknown(
    world: World, fault: str, taken: bool
) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    hold = world.serva.fault(fault, "add")
    await ann.press("Order for", on=screen)
    await hold.reached.wait()
    await world.kill()
    hold.abandon()

    await world.spawn()
    await shows(world, screen, UNKNOWN)
    await ann.press("Check now", on=Screen.of(screen.message))
    if taken:
        await rung(world, ann, screen, "Your balance shows that Serva took $0.89 for it.")
        await ann.press("I see it at Serva", on=Screen.of(screen.message))
        await ann.sees("Send the order id")
        await ann.send(world.serva.orders[0].id)
        await rung(world, ann, screen, "Found: it is placed at Serva.")
    else:
        await shows(world, screen, "Your balance has not moved so far.")
    assert len(world.serva.adds) == 1
    assert len(world.serva.orders) == taken


async def test_an_order_that_ends_while_nobody_is_there_is_told_afterwards(world: World) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    await ann.press("Order for", on=screen)
    await shows(world, screen, "ORD-100023")
    await world.kill()
    world.serva.orders[0].finish("partial", remains=450)
    await world.spawn()
    await rung(world, ann, screen, "550 of 1,000 came.")
    assert len(world.serva.adds) == 1


async def test_a_kill_right_after_the_end_was_seen_loses_no_notice(world: World) -> None:
    ann, _ = await customer(world)
    screen = await at_confirm(ann)
    await ann.press("Order for", on=screen)
    await shows(world, screen, "ORD-100023")
    world.serva.orders[0].finish("completed")
    asked = len(world.serva.calls)
    while not world.serva.calls[asked:]:
        await asyncio.sleep(0.001)
    await world.kill()
    await world.spawn()
    await rung(world, ann, screen, "Completed")
    await shows(world, screen, "Completed", "100%")


@pytest.mark.parametrize("calls", [1, 2, 3, 5])
async def test_a_kill_at_any_point_after_the_tap_orders_once_at_the_most(
    world: World, calls: int
) -> None:
    """The bot dies once it has made so many calls, to Telegram or to Serva, after the last tap."""
    ann, account = await customer(world)
    screen = await at_confirm(ann)
    before = _calls(world)
    await ann.press("Order for", on=screen)
    while _calls(world) < before + calls:
        await asyncio.sleep(0.0005)
    await world.kill()
    await world.spawn()

    def settled() -> bool:
        text = Screen.of(screen.message).text
        return "ORD-100023" in text or UNKNOWN in text

    await world.tg.until(settled)
    assert len(world.serva.adds) <= 1
    if "ORD-100023" in Screen.of(screen.message).text:
        world.serva.orders[0].finish("completed")
        await rung(world, ann, screen, "Completed")
    await ann.send("/help")
    await ann.sees("Nothing is ordered before you tap Order")
    assert len(world.serva.adds) <= 1
    assert account.balance in (Decimal("25.50"), Decimal("24.61"))


def _calls(world: World) -> int:
    """How often the bot has called anybody, polls aside."""
    return len(world.serva.calls) + sum(call.method != "getUpdates" for call in world.tg.calls)


async def test_the_log_of_a_whole_life_holds_no_secret(world: World, tmp_path: Path) -> None:
    world.changes["log_level"] = "DEBUG"
    ann, account = await customer(world)
    screen = await at_confirm(ann)
    world.serva.fault("html_502", "add")
    await ann.press("Order for", on=screen)
    await shows(world, screen, UNKNOWN)
    written = await world.finish()
    assert "takes updates" in written
    assert account.key not in written
    assert world.tg.token not in written
