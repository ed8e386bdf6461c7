"""`python -m tests.simulation --seeds 1000`: plays seeds on every core, and says what happened."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.schedule import Result, play

CHUNK = 50


def _play_all(seeds: range) -> list[Result]:
    # Every start of the house freezes what there is out of the collector's sight, also what is left
    # of the worlds before it.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return [play(seed) for seed in seeds]


def results(seeds: range, workers: int) -> Iterator[Result]:
    """What came of all of these, in order."""
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        for chunk in pool.map(_play_all, chunks):
            yield from chunk


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many schedules to play")
    parser.add_argument("--from", dest="first", type=int, help="the first seed (default: the time)")
    parser.add_argument("--seed", type=int, help="play this one alone")
    parser.add_argument("--verbose", action="store_true", help="say all that happens, with --seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if given.seed is not None:
        alone = play(given.seed, verbose=given.verbose)
        print(alone.wrong or f"seed {alone.seed}: nothing is wrong, trace {alone.trace[:16]}")
        return int(bool(alone.wrong))
    first = int(time.time()) * 1000 if given.first is None else given.first
    return _many(range(first, first + given.seeds), given.workers)


def _many(seeds: range, workers: int) -> int:
    print(f"{len(seeds)} schedules, seeds {seeds.start} to {seeds.stop - 1}, {workers} workers")
    begun, happened, convicted = time.monotonic(), Counter[str](), 0
    for number, result in enumerate(results(seeds, workers), start=1):
        happened.update(result.happened)
        if number % 5000 == 0:
            print(f"  {number} played, {time.monotonic() - begun:.0f} s", flush=True)
        if result.wrong:
            convicted += 1
            if convicted <= 20:
                print(f"\nseed {result.seed}: {result.wrong}", flush=True)
                print(f"replay: python -m tests.simulation --seed {result.seed} --verbose")
    seconds = time.monotonic() - begun
    print(f"\n{len(seeds)} schedules in {seconds:.0f} s, {len(seeds) / seconds:.1f} a second")
    for name, count in sorted(happened.items()):
        print(f"  {name:48} {count:>10}")
    print(unknowns(happened))
    print(f"{convicted} schedules with violations")
    return int(convicted > 0)


def unknowns(happened: Counter[str]) -> str:
    """The share of unknown outcomes that were settled without the person."""
    balance = sum(happened[f"unknown: settled by the {by}"] for by in ("balance", "probe"))
    could = balance + happened["unknown: left to the person, though the balance could tell"]
    every = happened["unknowns"]
    decided = every - happened["unknown: settled by the person"]
    if not could:
        return "no unknown outcomes"
    return (
        f"{every} unknown outcomes; the balance settled {balance}: {balance / could:.1%} of those"
        f" where it could tell, {balance / decided:.1%} of those that no person decided first"
    )


if __name__ == "__main__":
    sys.exit(main())
