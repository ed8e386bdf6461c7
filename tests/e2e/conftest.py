"""A world for each test, and somebody in it who has linked a key."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.serva import Account
from bot.sandbox.telegram import Person
from tests.e2e.keys import keys_of, leaks
from tests.e2e.world import OPERATOR, World, outside


@pytest.fixture
async def silent_world(tmp_path: Path) -> AsyncIterator[World]:
    """The stand-ins; the test starts the bot itself, after changing what it wants."""
    async with outside(tmp_path / "data") as world:
        yield world


@pytest.fixture
async def world(silent_world: World) -> World:
    """The stand-ins with the bot between them."""
    await silent_world.start()
    return silent_world


@pytest.fixture
async def kept_secret(
    silent_world: World, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[list[str]]:
    """At the end no key, and not the bot token, is to be read where it must not be.

    Keys that no stand-in made can be added to the list.
    """
    caplog.set_level(logging.INFO)
    for name in ("bot", "storage"):
        caplog.set_level(logging.DEBUG, logger=name)
    others: list[str] = []
    yield others
    secrets = {silent_world.tg.token, *others, *keys_of(silent_world)}
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    log = "\n".join(map(caplog.handler.format, records))
    assert leaks(silent_world, secrets, log) == []


@dataclass
class Linked:
    """A person with a linked account."""

    person: Person
    account: Account


@pytest.fixture
async def ann(world: World) -> Person:
    """Ann speaks English and is new."""
    return world.tg.person("Ann")


@pytest.fixture
async def linked(world: World, ann: Person) -> Linked:
    """Ann with $25.50 at Serva, at Home."""
    account = world.serva.account(balance="25.50")
    return await link(ann, account)


@pytest.fixture
async def operator(world: World) -> Person:
    """The operator, at Home without a key."""
    olga = world.tg.person("Olga", id=OPERATOR)
    await olga.send("/start")
    await olga.sees("Paste your API key")
    return olga


async def link(person: Person, account: Account) -> Linked:
    """Link an account the way people do."""
    await person.send("/start")
    await person.changed(0)
    await person.send(account.key)
    await person.sees(account.key[-4:])
    return Linked(person, account)
