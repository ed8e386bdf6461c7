"""A simulated process ends where it stands, and nothing of it goes on by itself."""

from __future__ import annotations

import gc
import sys

import pytest

from tests.simulation.timeline import ProcessLoop
from tests.simulation.world import World


@pytest.mark.parametrize("after", [False, True])
def test_no_task_is_left_to_the_collector(after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it dies over the commit that takes an update in, nothing else holds its tasks."""
    left: list[object] = []
    kill = ProcessLoop.kill

    def collect_and_kill(loop: ProcessLoop) -> None:
        gc.collect()
        kill(loop)

    monkeypatch.setattr(ProcessLoop, "kill", collect_and_kill)
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    world = World(1, quiet_faults=True)
    with world.watched():
        world.start()
        world.die_at_commit(3, after)
        world.telegram.says(7, "/start")
        world.run(5)
    gc.collect()
    assert (world.happened["crashes"], left) == (1, [])
