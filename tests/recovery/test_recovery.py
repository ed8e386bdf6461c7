"""Real bots, killed for real while people order; and careless ones, which must be convicted.

`python -m tests.recovery` does the same thousands of times.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.recovery.killing import Plan, play

SEED = int(time.time())
"""Another one at every run: what happens when is up to the machine anyway."""
CONVICTED = {
    "add-again": (Plan(0, SEED, adds=10, loses=0.5), "adds left for order"),
    "send-again-at-start": (Plan(14, SEED, aim="around an add"), "adds left for order"),
    "call-it-failed": (Plan(14, SEED, aim="around an add"), "told that nothing was charged"),
    "acknowledge-first": (Plan(6, SEED, aim="around any call"), "is nowhere"),
}
"""Of each careless habit, the run within which it must show, and what is said of it."""


async def test_nothing_is_lost_or_bought_twice_whenever_the_bot_is_killed(tmp_path: Path) -> None:
    plan = Plan(kills=15, seed=SEED, people=4, seconds=15, quiet_within=80)
    result = await play(tmp_path / "world", plan)
    assert result.wrong == []
    assert result.kills.total() > 0


@pytest.mark.parametrize("policy", CONVICTED)
async def test_a_careless_bot_is_convicted(tmp_path: Path, policy: str) -> None:
    plan, words = CONVICTED[policy]
    plan.policy, plan.people, plan.seconds, plan.quiet_within = policy, 4, 40, 3
    result = await play(tmp_path / "world", plan)
    assert any(words in wrong for wrong in result.wrong), result.wrong
