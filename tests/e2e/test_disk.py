"""A disk that takes nothing more: nothing is ordered, the operator hears of it, no tap is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from bot.sandbox.telegram import Person
from storage import database
from tests.e2e.conftest import Linked
from tests.e2e.shopping import one_screen, to_confirm
from tests.e2e.world import World


class Disk:
    """Stands before every commit; while it is `full`, none of them is kept."""

    def __init__(self, commit: Any) -> None:
        self._commit = commit
        self.full = False
        self.refused = 0

    def __call__(self, group: Sequence[Any], connection: sqlite3.Connection) -> None:
        if not self.full:
            self._commit(group, connection)
            return
        self.refused += 1
        error = sqlite3.OperationalError("database or disk is full")
        for job in group:
            job.fail(error)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(database._commit_group)
    monkeypatch.setattr(database, "_commit_group", disk)
    return disk


async def test_a_full_disk_orders_nothing_tells_the_operator_and_loses_no_tap(
    world: World, linked: Linked, operator: Person, disk: Disk
) -> None:
    ann = linked.person
    await to_confirm(ann)
    confirmation = await one_screen(ann)
    disk.full = True
    await ann.press("Order for", on=confirmation)
    await world.tg.until(lambda: disk.refused > 0)
    told = await operator.sees("The database cannot be used.", "disk is full", patience=20)
    assert told.buttons == ()
    assert world.serva.adds == []

    disk.full = False
    await ann.sees("Order id: ORD-", patience=30)
    assert len(world.serva.adds) == 1


async def test_what_was_taken_in_before_the_disk_was_full_is_handled_after_it(
    world: World, linked: Linked, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up between the inbox and the end of the turn: one copy more, no storm."""
    monkeypatch.setattr("bot.runtime.turns.OUTAGE_PAUSE", 0.2)
    ann = linked.person

    taken_in = disk._commit

    def then_full(group: Sequence[Any], connection: sqlite3.Connection) -> None:
        taken_in(group, connection)
        if world.tg.world.updates.log[-1].get("message", {}).get("text") == "/balance":
            disk.full = True

    disk._commit = then_full
    await ann.send("/balance")
    await world.tg.until(lambda: disk.refused > 5, patience=20)
    disk._commit = taken_in
    disk.full = False
    await ann.sees("$25.50")
    await ann.send("/help")
    await ann.sees("Nothing is ordered before you tap Order")
    balances = [screen for screen in ann.from_bot if "Balance" in screen.text]
    assert len(balances) <= 3, ann.chat
