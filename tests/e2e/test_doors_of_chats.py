"""What happens in a group says nothing about a private chat; an old screen is looked at anew."""

from __future__ import annotations

import pytest

from bot.conversations import fill
from tests.e2e.conftest import Linked
from tests.e2e.placing import ordered
from tests.e2e.shopping import to_confirm
from tests.e2e.world import World


async def test_a_group_that_shut_the_bot_out_silences_nobodys_own_chat(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    group = world.tg.group("Team", [ann])
    world.tg.flood(group.id, seconds=1)
    await ann.send("/help@sandbox_bot", to=group)
    await group.kick_bot()
    order.finish("completed")
    await ann.told("Completed")


async def test_a_confirmation_of_long_ago_is_looked_at_anew(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "QUOTE_LIFE", -1)
    ann = linked.person
    await to_confirm(ann)
    await ann.press("Order for")
    await ann.sees("That was a while ago", "Total:")
    assert list(world.serva.adds) == []
    monkeypatch.setattr(fill, "QUOTE_LIFE", 60_000)
    await ann.press("Order for")
    await ann.told("Placed")
    assert len(world.serva.adds) == 1
