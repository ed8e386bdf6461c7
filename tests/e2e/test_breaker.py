"""While Serva does not answer, nothing is promised: refusing is free, an unknown outcome is not."""

from __future__ import annotations

import pytest

from bot.domain import breaker
from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient
from tests.e2e.shopping import newer, to_confirm
from tests.e2e.test_operator import admin
from tests.e2e.world import World

SILENT = "Serva is not answering right now."


def pause(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    """How long calls are held back, from the fifth failure on, before one is let through."""
    monkeypatch.setattr(breaker, "SILENCE", 0)
    monkeypatch.setattr(breaker, "FIRST_PAUSE", ms)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", ms)


async def somebody_finds_out(world: World) -> None:
    """Serva is down, and another person's looks at their balance have shown it."""
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    outage = world.serva.fault("outage", times=None)
    found_out = False
    while not found_out:
        # The last of them is known to everybody once another look has come back.
        found_out = outage.struck >= breaker.FAILURES
        before = bob.screen
        await bob.send("/balance")
        await newer(bob, before, SILENT)


async def test_a_confirmation_is_refused_before_anything_is_promised(
    world: World, linked: Linked, operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause(monkeypatch, 3_600_000)
    ann = linked.person
    confirmation = await to_confirm(ann)
    await somebody_finds_out(world)
    before = len(world.serva.calls)
    await ann.press("Order for", on=confirmation)
    refused = await ann.sees(SILENT, "Nothing was ordered, and your order is kept here.")
    assert refused.labels == ("Try again", "Cancel", "Home")
    await ann.press("Try again")
    await ann.sees(SILENT)
    assert (world.serva.adds, len(world.serva.calls)) == ([], before)
    await ann.send("/orders")
    await ann.sees("No active orders.")

    await admin(operator)
    await operator.press("Providers")
    await operator.sees("Not answering since", "send it no orders")


async def test_when_serva_answers_again_the_draft_goes_on(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    pause(monkeypatch, 1)
    ann = linked.person
    await to_confirm(ann)
    await somebody_finds_out(world)
    await ann.press("Edit quantity")
    await ann.send("2000")
    await ann.sees(SILENT)
    world.serva.faults.clear()
    await ann.press("Try again")
    await ann.sees("2,000", "Total:")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert len(world.serva.adds) == 1
