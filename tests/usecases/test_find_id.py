"""The id of an order that the balance proves: found where exactly one can be it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, Placement
from bot.providers.port import CallFailed, Unknown
from bot.usecases.find_id import MOST, following
from bot.usecases.place_orders import FIRST_LOOK
from storage.database import Database
from storage.migrate import migrate
from tests.usecases.ordering import Clock, FakeServa, Shop, accepted, shop_on

OURS = {"status": "In progress", "charge": "0.89", "remains": 900}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that may look through five ids."""
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        shop = shop_on(db, FakeServa(), Clock(), id_probe=5)
        await shop.customer()
        yield shop


async def lost(shop: Shop) -> Order:
    """After a placed order that has ended, another whose answer was lost."""
    shop.serva.outcomes.append(accepted("ORD-100"))
    await shop.placed("first")
    shop.serva.money = Money(Decimal("24.61"))
    shop.serva.reports["ORD-100"] = {"status": "Completed", "charge": "0.89", "remains": 0}
    shop.clock.now += 60_000
    await shop.follow()
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    order = await shop.placed("second")
    assert order.placement is Placement.UNKNOWN
    return order


async def looked(shop: Shop, order: Order, balance: str = "23.72") -> Order:
    """The order after one look at that balance; the price is $0.89."""
    shop.serva.money = Money(Decimal(balance))
    shop.clock.now += FIRST_LOOK
    await shop.look()
    return await shop.order(order)


async def test_the_one_id_that_fits_is_the_orders(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.reports["ORD-103"] = OURS
    now = await looked(shop, order)
    assert (now.placement, now.provider_order) == (Placement.PLACED, "ORD-103")
    assert (now.evidence.decided_by, str(now.charge), now.followed) == ("probe", "0.89", True)
    assert shop.serva.asked[-1] == (
        "ORD-100",
        "ORD-101",
        "ORD-102",
        "ORD-103",
        "ORD-104",
        "ORD-105",
    )


@pytest.mark.parametrize(
    "reports",
    [
        {},
        {"ORD-103": OURS, "ORD-104": OURS},
        {"ORD-103": OURS | {"charge": "7.77"}},
        {"ORD-103": OURS | {"charge": None}},
        {"ORD-103": OURS | {"remains": 100_000}},
        {"ORD-106": OURS},
    ],
    ids=["none", "two", "another price", "no price", "more than ordered", "beyond the cap"],
)
async def test_without_exactly_one_the_balance_alone_counts(
    shop: Shop, reports: dict[str, object]
) -> None:
    order = await lost(shop)
    shop.serva.reports |= reports
    now = await looked(shop, order)
    assert (now.placement, now.evidence.decided_by) == (Placement.CHARGED, "balance")


async def test_a_status_that_does_not_answer_for_our_own_proves_nothing(shop: Shop) -> None:
    order = await lost(shop)
    del shop.serva.reports["ORD-100"]
    shop.serva.reports["ORD-103"] = OURS
    assert (await looked(shop, order)).placement is Placement.CHARGED


async def test_a_silent_serva_is_no_obstacle(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.status_error = lambda ids: CallFailed("ReadTimeout")
    assert (await looked(shop, order)).placement is Placement.CHARGED


async def test_nothing_is_looked_for_before_the_balance_says_so(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.reports["ORD-103"] = OURS
    asked = len(shop.serva.asked)
    now = await looked(shop, order, balance="24.61")
    assert (now.placement, len(shop.serva.asked)) == (Placement.UNKNOWN, asked)


async def test_without_the_setting_nothing_is_looked_for(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        shop = shop_on(db, FakeServa(), Clock())
        await shop.customer()
        order = await lost(shop)
        shop.serva.reports["ORD-103"] = OURS
        assert (await looked(shop, order)).placement is Placement.CHARGED


@pytest.mark.parametrize(
    ("last", "count", "ids"),
    [
        ("ORD-099", 3, ["ORD-100", "ORD-101", "ORD-102"]),
        ("7", 2, ["8", "9"]),
        ("a-1-9", 1, ["a-1-10"]),
        ("no number", 5, []),
        ("12", 0, []),
    ],
)
def test_ids_are_counted_on(last: str, count: int, ids: list[str]) -> None:
    assert list(following(last, count)) == ids


def test_one_place_in_the_call_is_left() -> None:
    assert len(list(following("1", 10_000))) == MOST
