"""One run: people order, the bot is killed again and again, and in the end everything must hold."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.recovery.checks import judge, open_work
from tests.recovery.people import Buyer
from tests.recovery.world import OPERATOR, World, world

FUNDS = Decimal(5000)
RATE = 0.12
MOMENTS = {"while it starts": 15, "around an add": 35, "around any call": 25, "at any time": 25}
_A_START = 1.0
"""Seconds within which a bot usually takes updates."""
_LONGEST_START = 20.0
_LONGEST_LIFE = 4.0
_NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ida", "Jon", "Kim", "Lea")


@dataclass(slots=True)
class Plan:
    """What a run is to be.

    `rate` of the calls to Serva, and a smaller share of those to Telegram, meet a mishap; beside
    that, `loses` of the answers to an `add` are lost. `whole` is the share of the starts that are
    `python -m bot run`; the rest is forked. After the kills, people go on until so many `adds`
    have left in all. `quiet_within` is the most seconds that the end may take. `aim` is the only
    kind of moment to kill at, where it is given.
    """

    kills: int
    seed: int
    people: int = 6
    seconds: float = 3600.0
    rate: float = RATE
    whole: float = 0.1
    adds: int = 0
    loses: float = 0.0
    quiet_within: float = 300.0
    policy: str = ""
    aim: str = ""


@dataclass(slots=True)
class Result:
    """What a run was, and what it found."""

    kills: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Count another run in."""
        self.kills += other.kills
        self.counts += other.counts
        self.wrong += other.wrong


async def play(
    folder: Path,
    plan: Plan,
    progress: Callable[[World, Result], None] = lambda world, result: None,
) -> Result:
    """Kill the bot so many times, or until the seconds are over; then let it finish and judge."""
    chance, result = Random(plan.seed), Result()
    async with world(folder, chance, plan.rate, plan.policy, plan.loses) as made:
        buyers = await _people(made, plan, chance)
        lives = [asyncio.create_task(buyer.live()) for buyer in buyers]
        try:
            await _kill_again_and_again(made, plan, chance, result, progress)
            for proxy in made.proxies.values():
                await proxy.calm()
            for buyer in buyers:
                buyer.only_settles = True
            left = await _until_quiet(made, plan.quiet_within, result)
        finally:
            for life in lives:
                life.cancel()
            ended = await asyncio.gather(*lives, return_exceptions=True)
        code = await made.stop()
        verdict = judge(made)
        result.counts += verdict.counts
        result.wrong += [f"a person stumbled: {e!r}" for e in ended if isinstance(e, Exception)]
        result.wrong += [f"not quiet in {plan.quiet_within:.0f} s: {left}"] if left else []
        result.wrong += [f"the last stop ended with {code}"] if code else []
        result.wrong += verdict.wrong
        result.counts["confirmations tapped"] = sum(buyer.confirmed for buyer in buyers)
        for name, proxy in made.proxies.items():
            result.counts[f"requests to {name}"] = proxy.requests
            for mishap, count in proxy.befell.items():
                result.counts[f"fault: {name}, {mishap}"] = count
    return result


async def _people(world: World, plan: Plan, chance: Random) -> list[Buyer]:
    """Each with a key of their own, but the first two, who share one; and the operator."""
    olga = world.tg.person("Olga", id=OPERATOR)
    await olga.send("/start")
    accounts = [world.serva.account(FUNDS) for _ in range(max(1, plan.people - 1))]
    world.funds = FUNDS
    return [
        Buyer(
            world,
            world.tg.person(_NAMES[place % len(_NAMES)]),
            accounts[max(0, place - 1)],
            Random(chance.random()),
            haste=chance.choice((0.0, 0.02, 0.15)),
        )
        for place in range(plan.people)
    ]


async def _kill_again_and_again(
    world: World,
    plan: Plan,
    chance: Random,
    result: Result,
    progress: Callable[[World, Result], None],
) -> None:
    end = time.monotonic() + plan.seconds
    await world.start(whole=True)
    while result.kills.total() < plan.kills and time.monotonic() < end:
        moment = await _moment(world, plan.aim, chance)
        if world.died:
            result.wrong.append(world.died)
        ready = world.ready
        await world.kill()
        result.kills[f"{moment}{'' if ready else ', before it took updates'}"] += 1
        progress(world, result)
        await world.start(whole=chance.random() < plan.whole)
    await _within(end - time.monotonic(), world.next_sent(plan.adds))


async def _moment(world: World, aim: str, chance: Random) -> str:
    """Wait until the bot is to die; how the moment was chosen."""
    kind = aim or chance.choices([*MOMENTS], [*MOMENTS.values()])[0]
    if kind == "while it starts":
        await asyncio.sleep(chance.uniform(0, _A_START))
        return kind
    await _within(_LONGEST_START, world.next_poll())
    if kind == "around an add":
        await _within(_LONGEST_LIFE, world.next_sent(len(world.sent) + 1))
        await asyncio.sleep(chance.choice((0.0, 0.0, 0.002, 0.01, 0.03, 0.1)) * chance.random())
    elif kind == "around any call":
        await _within(_LONGEST_LIFE, world.next_calls(chance.randint(1, 20)))
        await asyncio.sleep(chance.uniform(0, 0.01))
    else:
        await asyncio.sleep(min(_LONGEST_LIFE, chance.expovariate(1 / 0.7)))
    return kind


async def _within(seconds: float, work: Awaitable[None]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work


async def _until_quiet(world: World, seconds: float, result: Result) -> str:
    """Wait until nothing is open, some times in a row; else what is."""
    begun, quiet = time.monotonic(), 0
    end = begun + seconds
    while True:
        left = open_work(world)
        quiet = 0 if left else quiet + 1
        if quiet == 3:
            result.counts["seconds until quiet"] += round(time.monotonic() - begun)
            return ""
        if what := left.lstrip("0123456789 "):
            result.counts[f"looks at the end at which {what}"] += 1
        if time.monotonic() > end:
            return left or "it kept changing"
        if world.died:
            return world.died
        await asyncio.sleep(0.3)
