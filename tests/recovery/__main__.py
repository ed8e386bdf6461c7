"""`python -m tests.recovery --kills 2000`: kills real bots while people order, and judges the rest.

The seed fixes what people and faults are inclined to do, and when a kill is due. When each thing
happens is up to the machine: a seed does not replay a run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.recovery.killing import Plan, Result, play
from tests.recovery.naive import POLICIES
from tests.recovery.world import World

_SAYS_EVERY = 15.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.recovery", description=__doc__)
    parser.add_argument("--kills", type=int, default=2000, help="how often a bot is killed, in all")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--people", type=int, default=6, help="around each bot")
    parser.add_argument("--bots", type=int, default=2, help="side by side, each with its own world")
    parser.add_argument("--seconds", type=float, default=7200, help="then no more kills")
    parser.add_argument("--naive", choices=sorted(POLICIES), default="", help="a careless bot")
    parser.add_argument("--folder", type=Path, help="keep databases and logs there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return asyncio.run(_run(given, given.folder or Path(temporary)))


async def _run(given: argparse.Namespace, folder: Path) -> int:
    print(f"seed {given.seed}, {given.bots} bots, {given.people} people around each", flush=True)
    begun, said = time.monotonic(), Saying(given.kills)
    plans = [
        Plan(
            kills=given.kills // given.bots + (place < given.kills % given.bots),
            seed=given.seed * 1000 + place,
            people=given.people,
            seconds=given.seconds,
            # The operator hears of every unknown outcome, at Telegram's one message a second.
            quiet_within=300 + given.kills / given.bots,
            policy=given.naive,
        )
        for place in range(given.bots)
    ]
    runs = [play(folder / f"{place}", plan, said.of(place)) for place, plan in enumerate(plans)]
    result = Result()
    for other in await asyncio.gather(*runs):
        result.add(other)
    _report(result, time.monotonic() - begun)
    return int(bool(result.wrong))


class Saying:
    """Says now and then how far it has come."""

    def __init__(self, kills: int) -> None:
        self._wanted = kills
        self._begun = self._next = time.monotonic()
        self._at: dict[int, tuple[int, int, int]] = {}

    def of(self, place: int) -> Callable[[World, Result], None]:
        """What one of the runs calls after each kill."""

        def say(world: World, result: Result) -> None:
            self._at[place] = (result.kills.total(), len(world.sent), len(world.serva.orders))
            if (now := time.monotonic()) < self._next:
                return
            self._next = now + _SAYS_EVERY
            kills, adds, orders = map(sum, zip(*self._at.values(), strict=True))
            print(
                f"{now - self._begun:6.0f} s  {kills}/{self._wanted} kills  {adds} adds left"
                f"  {orders} orders at Serva",
                flush=True,
            )

        return say


def _report(result: Result, seconds: float) -> None:
    print(f"\n{result.kills.total()} kills in {seconds:.0f} s on {os.cpu_count()} cores")
    for title, counted in (("Kills", result.kills), ("What happened", result.counts)):
        print(title)
        for name, count in sorted(counted.items()):
            print(f"  {name:60} {count:>8}")
    print(f"{len(result.wrong)} violations")
    for wrong in result.wrong[:50]:
        print(f"  {wrong}")


if __name__ == "__main__":
    sys.exit(main())
