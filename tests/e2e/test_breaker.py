"""While Serva does not answer, nothing is promised: refusing is free, an unknown outcome is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import app
from bot.domain import breaker
from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient
from tests.e2e.shopping import newer, to_confirm
from tests.e2e.test_operator import admin
from tests.e2e.world import World

SILENT = "Serva is not answering right now."
TO_BE_TOLD = "I tell you when Serva answers again."
ANSWERS = "Your order is still here."
HOUR = 3_600_000


def pause(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    """How long calls are held back, from the fifth failure on, before one is let through."""
    monkeypatch.setattr(breaker, "SILENCE", 0)
    monkeypatch.setattr(breaker, "FIRST_PAUSE", ms)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", ms)


async def refused(world: World, *people: Person) -> None:
    """Everybody had a confirmation when Serva fell silent, and was refused."""
    for person in people:
        await to_confirm(person)
    await somebody_finds_out(world)
    for person in people:
        await person.press("Order for")
        await person.sees(SILENT, "your order is kept here.")


def said(person: Person, words: str) -> int:
    """How many messages of the bot say this."""
    return sum(words in screen.text for screen in person.from_bot)


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
    pause(monkeypatch, HOUR)
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


@pytest.fixture
async def hours(silent_world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Calls are held back for an hour; an hour passes for each that is put in here."""
    passed: list[int] = []
    pause(monkeypatch, HOUR)
    silent_world.nature = replace(
        app.MACHINE, monotonic=lambda: app.monotonic() + HOUR * sum(passed)
    )
    await silent_world.start()
    return passed


async def test_whoever_was_refused_is_told_once_that_serva_answers_again(
    silent_world: World, hours: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    world, ann = silent_world, silent_world.tg.person("Ann")
    await link(ann, world.serva.account(balance="25.50"))
    await refused(world, ann)
    await ann.sees(TO_BE_TOLD)
    world.serva.faults.clear()
    hours.append(1)
    told = await ann.sees("Serva answers again.", ANSWERS)
    assert told.labels == ("Show my order", "Home")
    await ann.press("Show my order")
    await ann.sees("Quantity: 1,000", "Total:")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert (len(world.serva.adds), said(ann, ANSWERS)) == (1, 1)


async def test_a_restart_forgets_nobody_who_waits(silent_world: World, hours: list[int]) -> None:
    world, ann = silent_world, silent_world.tg.person("Ann")
    await link(ann, world.serva.account(balance="25.50"))
    await refused(world, ann)
    await world.stop()
    world.serva.faults.clear()
    await world.start()
    await ann.sees(ANSWERS)


async def test_whoever_left_the_draft_is_not_told(silent_world: World, hours: list[int]) -> None:
    world = silent_world
    ann, eve = people = [world.tg.person(name) for name in ("Ann", "Eve")]
    for person in people:
        await link(person, world.serva.account(balance="25.50"))
    await refused(world, *people)
    await ann.press("Cancel")
    await ann.sees("Nothing was ordered.")
    world.serva.faults.clear()
    hours.append(1)
    await eve.sees(ANSWERS)
    await world.stop()  # which tells what is due
    assert [said(person, ANSWERS) for person in people] == [0, 1]
