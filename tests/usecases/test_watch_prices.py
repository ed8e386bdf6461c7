"""What people use and what changed about it: told once, in one message, and only if still so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.catalogue import Service, service_from
from bot.domain.later import Terms
from bot.domain.notice import NoticeKind
from bot.usecases.favourites import KeepFavourites
from bot.usecases.watch_prices import GATHER, LATELY
from storage import notices
from tests.usecases.ordering import ANN, BOB, DIAMONDS, FOLLOWERS, Shop

LIKES = service_from({"service": "55", "name": "Likes", "rate": "1", "min": 10, "max": 5000})
DEARER = replace(FOLLOWERS, rate=Decimal("0.95"))


async def offered(shop: Shop, *rows: Service, owner: int = ANN) -> None:
    """Serva's catalogue is this by now, and the bot has seen it."""
    shop.serva.rows = rows
    account = (await shop.session(owner)).serva
    assert account is not None
    await shop.catalogues.fetch(account)


async def number(shop: Shop, service: Service) -> int:
    row = await shop.db.one("SELECT id FROM services WHERE code = ?", (service.code,))
    assert row is not None
    return int(row[0])


async def told(shop: Shop) -> list[dict[str, str]]:
    return await shop.bodies(NoticeKind.WATCH_PRICE)


async def favourite(shop: Shop, service: Service) -> None:
    keeping = KeepFavourites(shop.db, shop.browse, shop.clock)
    await keeping.keep(ANN, await number(shop, service), service, None, "USD")


@pytest.fixture
async def ordered(shop: Shop) -> Shop:
    """Ann has ordered followers, and all there was to tell is told."""
    await shop.placed()
    await shop.all_told()
    return shop


async def test_a_price_that_changed_is_told_with_what_it_was(ordered: Shop) -> None:
    await offered(ordered, DEARER, DIAMONDS)
    of = str(await number(ordered, FOLLOWERS))
    assert await told(ordered) == [{of: "0.89/100/100000/Followers"}]
    (change,) = await ordered.prices.changes(ANN, (await told(ordered))[0])
    assert (change.before, change.service, change.currency) == (
        Terms.of(FOLLOWERS),
        DEARER,
        "USD",
    )


@pytest.mark.parametrize("changed", [{"minimum": 50}, {"maximum": 500}])
async def test_limits_that_changed_are_told(ordered: Shop, changed: dict[str, int]) -> None:
    await offered(ordered, replace(FOLLOWERS, **changed), DIAMONDS)
    assert len(await told(ordered)) == 1


async def test_what_is_no_longer_offered_is_told(ordered: Shop) -> None:
    await offered(ordered, DIAMONDS)
    (change,) = await ordered.prices.changes(ANN, (await told(ordered))[0])
    assert (change.service, change.before.name) == (None, "Followers")


async def test_nothing_else_about_a_service_is_told(ordered: Shop) -> None:
    await offered(ordered, replace(FOLLOWERS, name="Fans", description="New"), DIAMONDS)
    assert await told(ordered) == []


async def test_only_what_a_person_uses_is_told(ordered: Shop) -> None:
    await offered(ordered, FOLLOWERS, replace(DIAMONDS, rate=Decimal(9)))
    assert await told(ordered) == []
    await favourite(ordered, DIAMONDS)
    await offered(ordered, FOLLOWERS, DIAMONDS)
    assert len(await told(ordered)) == 1
    assert await ordered.bodies(NoticeKind.WATCH_PRICE, BOB) == []


async def test_what_was_ordered_long_ago_is_not_used_any_more(ordered: Shop) -> None:
    ordered.clock.now += LATELY + 1
    await offered(ordered, DEARER, DIAMONDS)
    assert await told(ordered) == []


async def test_it_is_told_once(ordered: Shop) -> None:
    await offered(ordered, DEARER, DIAMONDS)
    await offered(ordered, DEARER, DIAMONDS)
    await ordered.all_told()
    await offered(ordered, DEARER, DIAMONDS, LIKES)
    assert await told(ordered) == []


async def test_everything_that_changes_goes_into_one_message(ordered: Shop) -> None:
    await favourite(ordered, DIAMONDS)
    await offered(ordered, DEARER, DIAMONDS)
    first, second = await number(ordered, FOLLOWERS), await number(ordered, DIAMONDS)
    await offered(ordered, replace(FOLLOWERS, rate=Decimal(2)), replace(DIAMONDS, rate=Decimal(3)))
    assert await told(ordered) == [
        {str(first): "0.89/100/100000/Followers", str(second): "1.45/1/1/86 Diamonds"}
    ], "what the person knows is what it was before the first change"


async def test_a_message_on_its_way_is_not_added_to(ordered: Shop) -> None:
    await favourite(ordered, DIAMONDS)
    await offered(ordered, DEARER, DIAMONDS)
    ordered.clock.now += GATHER
    now = ordered.clock()
    leased = await ordered.db.write(lambda tx: notices.lease(tx, now, now + 1000, 5, each=5))
    assert [one.kind for one in leased] == [NoticeKind.WATCH_PRICE]
    await offered(ordered, DEARER, replace(DIAMONDS, rate=Decimal(3)))
    assert len(await told(ordered)) == 2


async def test_it_waits_a_little_for_others(ordered: Shop) -> None:
    await offered(ordered, DEARER, DIAMONDS)
    now = ordered.clock()
    assert await ordered.db.write(lambda tx: notices.lease(tx, now, now + 1, 5, each=5)) == []


async def test_what_changed_back_is_not_told(ordered: Shop) -> None:
    await offered(ordered, DEARER, DIAMONDS)
    await offered(ordered, FOLLOWERS, DIAMONDS)
    assert await ordered.prices.changes(ANN, (await told(ordered))[0]) == []


async def test_what_the_person_has_seen_is_not_told(ordered: Shop) -> None:
    await favourite(ordered, DIAMONDS)
    await offered(ordered, DEARER, replace(DIAMONDS, rate=Decimal(3)))
    await ordered.prices.seen(ANN, await number(ordered, FOLLOWERS))
    (body,) = await told(ordered)
    assert list(body) == [str(await number(ordered, DIAMONDS))]
    await ordered.prices.seen(ANN, await number(ordered, DIAMONDS))
    assert await ordered.prices.changes(ANN, (await told(ordered))[0]) == []


async def test_another_key_is_no_change(ordered: Shop) -> None:
    await ordered.link(ANN, "k-other-0123456789abcdef")
    await offered(ordered, DEARER, DIAMONDS)
    assert await told(ordered) == []
