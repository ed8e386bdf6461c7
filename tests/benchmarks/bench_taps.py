"""How a tap feels with a large catalogue, in the real process: its time, its start, its memory.

    python -m tests.benchmarks.bench_taps --services 5000 --taps 200

`python -m bot run` runs between a Serva in a process of its own and the Telegram of this process. A
tap is counted from the moment its update can be fetched until the edited screen is in the chat; the
way to Telegram's own servers comes on top. Ready means that the first getUpdates waits for updates.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bot.sandbox.servya import ServyaServer
from bot.sandbox.telegram import Person, TelegramServer
from tests.e2e.world import World

TARGETS = {"median": 30.0, "ready": 2000.0, "memory": 120.0}


@dataclass(frozen=True)
class Shop:
    """The Serva that runs elsewhere, and the keys of two accounts that see different prices."""

    url: str
    ann: str
    bob: str


async def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            TelegramServer(patience=20) as tg,
            _shop(options.services) as shop,
            ServyaServer() as servya,
        ):
            world = World(tg, cast("Any", shop), servya, Path(folder))
            try:
                await _measure(world, shop, options.taps, random.Random(options.seed))
            finally:
                await world.stop()


@asynccontextmanager
async def _shop(services: int) -> AsyncIterator[Shop]:
    command = (sys.executable, "-m", "bot.sandbox", "serva", "--port", "0", "--size", str(services))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        address, ann, bob = [
            (await process.stdout.readline()).decode().split()[-1] for _ in range(3)
        ]
        yield Shop(f"{address}/api/v1", ann, bob)
    finally:
        process.terminate()
        await process.wait()


async def _measure(world: World, shop: Shop, taps: int, rng: random.Random) -> None:
    bot = await _start(world, "ready, first start")
    _say("memory, idle", _memory(bot), TARGETS["memory"], "MB")

    ann = world.tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Paste your API key")
    await ann.send(shop.ann)
    await ann.sees("linked")
    started = time.perf_counter()
    await ann.press("Browse")
    await ann.sees("Categories")
    _say("first Browse, catalogue fetched", _since(started), None, "ms")
    await ann.press("Home")
    await ann.sees("Balance")
    _say("memory, catalogue fetched", _memory(bot), TARGETS["memory"], "MB")

    await _walk(world, ann, max(1, taps // 10), rng)
    for name, times in (await _walk(world, ann, taps, rng)).items():
        _spread(name, times)
    _spread("Browse beside a catalogue", await _beside(world, ann, shop.bob), None)
    _say("memory, after the taps", _memory(bot), TARGETS["memory"], "MB")
    _say("memory, highest", _memory(bot, "VmHWM"), None, "MB")

    await world.stop()
    bot = await _start(world, "ready, second start")
    _say("memory, idle", _memory(bot), TARGETS["memory"], "MB")


async def _walk(
    world: World, ann: Person, rounds: int, rng: random.Random
) -> dict[str, list[float]]:
    """From Home into a service and back, over and over; the milliseconds of each kind of tap."""
    times: dict[str, list[float]] = {name: [] for name in ("Browse", "Next", "category", "service")}
    for _ in range(rounds):
        times["Browse"].append(await _tap(world, ann, "Browse", "Categories"))
        times["Next"].append(await _tap(world, ann, "Next", "Categories"))
        category = rng.choice([row[0] for row in ann.screen.rows if " · " in row[0]])
        times["category"].append(await _tap(world, ann, category, "Your price"))
        service = rng.choice([row[0] for row in ann.screen.rows if "$" in row[0]])
        times["service"].append(await _tap(world, ann, service, "Your rate"))
        await _tap(world, ann, "Home", "Balance")
    return times


async def _beside(world: World, ann: Person, key: str) -> list[float]:
    """One person's taps while another's catalogue, with other prices, is fetched and stored."""
    bob = world.tg.person("Bob")
    await bob.send("/start")
    await bob.sees("Paste your API key")
    await bob.send(key)
    await bob.sees("linked")
    await bob.press("Browse")
    browsing = asyncio.create_task(bob.sees("Categories"))
    times = []
    while not browsing.done():
        times.append(await _tap(world, ann, "Browse", "Categories"))
        times.append(await _tap(world, ann, "Home", "Balance"))
    return times


async def _tap(world: World, ann: Person, label: str, expected: str) -> float:
    """Milliseconds from the tap to the screen; begins when the bot waits for updates again."""
    updates = world.tg.world.updates
    while not updates.polled:
        await asyncio.sleep(0.001)
    shown = ann.screen
    button = shown.button(label)
    started = time.perf_counter()
    await ann.press(button, on=shown)
    while True:
        version = ann.version
        if (now := ann.screen).html != shown.html and expected in now.text:
            return _since(started)
        if not await ann.changed(version):
            raise SystemExit(f"{label!r} led to no screen with {expected!r}:\n{now.text}")


async def _start(world: World, name: str) -> int:
    """Start the process, say how long its first waiting getUpdates took; its number."""
    world.tg.world.updates.end_poll()  # of the process before
    started = time.perf_counter()
    process = await world.spawn()
    while not world.tg.world.updates.polled:
        await asyncio.sleep(0.001)
    _say(name, _since(started), TARGETS["ready"], "ms")
    return process.pid


def _memory(bot: int, what: str = "VmRSS") -> float:
    """Megabytes that the process holds; `VmHWM` for the most it ever held."""
    status = Path(f"/proc/{bot}/status").read_text(encoding="ascii")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines[what].split()[0]) / 1024


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _spread(name: str, times: list[float], target: float | None = TARGETS["median"]) -> None:
    cuts = statistics.quantiles(times, n=20)
    about = f"p95 {cuts[18]:.1f}, from {min(times):.1f} to {max(times):.1f} of {len(times)}"
    _say(f"tap on {name}", statistics.median(times), target, "ms median", about)


def _say(name: str, value: float, target: float | None, unit: str, about: str = "") -> None:
    verdict = "" if target is None else f"  (at most {target:.0f})"
    if target is not None and value > target:
        verdict += "  MISSED"
    print(f"{name:34} {value:8.1f} {unit}{verdict}  {about}".rstrip(), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, default=5000)
    parser.add_argument("--taps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
