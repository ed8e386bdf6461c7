"""Shelves: every service has a place, in every catalogue its own price, and lists keep an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.catalogue import Service
from bot.domain.platforms import OTHER, Aim, Sorting
from storage import catalogues, shelves
from storage.database import Database
from storage.shelves import Part

NOW = 1_700_000_000_000
ALL = tuple(Aim)


def service(code: str, name: str, rate: str = "1", category: str = "", **more: bool) -> Service:
    made = Service(code, name, category, "Default", Decimal(rate), 100, 100_000)
    return replace(made, **more)  # type: ignore[arg-type]


GOODS = (
    service("1", "Instagram Followers", "2", "First"),
    service("2", "Instagram Likes", "0.5", "First"),
    service("3", "Instagram Followers | cheap", "0.25", "Second"),
    service("4", "TikTok Views", "10", "Second"),
    service("5", "PUBG 60 UC", "0.88", "Games", needs_link=False),
    service("6", "Instagram Followers by name", "9", "Second", needs_link=False),
)


async def stored(
    db: Database, digest: str, services: Sequence[Service], *, sort: bool = True
) -> int:
    rows, stood = catalogues.prepare(services), shelves.prepare(services)

    async def job(tx) -> int:  # type: ignore[no-untyped-def]
        catalogue = await catalogues.store(tx, digest, rows, NOW)
        if sort:
            await shelves.sort_in(tx, stood)
        return catalogue

    return await db.write(job)


async def codes(db: Database, catalogue: int, part: Part, *aims: Aim, linked: bool = False) -> str:
    page = await shelves.on_shelf(db, catalogue, "instagram", aims or ALL, part, linked=linked)
    return "".join(entry.service.code for entry in page.entries)


async def test_platforms_aims_and_categories_are_counted(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS)
    assert await shelves.platforms(db, catalogue) == {"instagram": 4, "tiktok": 1, OTHER: 1}
    assert await shelves.aims(db, catalogue, "instagram") == {Aim.FOLLOWERS: 3, Aim.LIKES: 1}
    assert await shelves.aims(db, catalogue, "nowhere") == {}
    assert [
        (category.name, category.count)
        for category in await shelves.categories(db, catalogue, OTHER)
    ] == [("Games", 1)]
    assert await shelves.link_aims(db, catalogue, "instagram") == {Aim.FOLLOWERS, Aim.LIKES}
    assert await shelves.link_aims(db, catalogue, OTHER) == set()


async def test_a_shelf_is_shown_in_the_order_that_is_asked_for(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS)
    ids = {
        entry.service.code: entry.id
        for entry in (await shelves.on_shelf(db, catalogue, "instagram", ALL, Part(8))).entries
    }
    assert await codes(db, catalogue, Part(8), Aim.FOLLOWERS) == "136"
    assert await codes(db, catalogue, Part(8), Aim.LIKES, Aim.FOLLOWERS) == "2136"
    assert await codes(db, catalogue, Part(8, 0, Sorting.PRICE)) == "3216"
    mine = Part(8, 0, Sorting.MINE, [ids["6"], ids["3"]])
    assert await codes(db, catalogue, mine, Aim.LIKES, Aim.FOLLOWERS) == "6321"
    assert await codes(db, catalogue, Part(8, 0, Sorting.MINE)) == "1362"
    assert await codes(db, catalogue, Part(2, 2), Aim.FOLLOWERS) == "6"
    assert await codes(db, catalogue, Part(8), linked=True) == "132"


async def test_a_page_knows_how_long_its_list_is(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS)
    page = await shelves.on_shelf(db, catalogue, "instagram", [Aim.FOLLOWERS], Part(1, 1))
    assert (page.total, [entry.service.code for entry in page.entries]) == (3, ["3"])


async def test_a_category_can_be_sorted(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS)
    second = next(
        category
        for category in await catalogues.categories(db, catalogue)
        if category.name == "Second"
    )
    by_price = await shelves.in_category(db, catalogue, second.id, Part(8, 0, Sorting.PRICE))
    assert [entry.service.code for entry in by_price.entries] == ["3", "6", "4"]
    assert by_price.total == 3


async def test_everybody_sees_their_own_prices_on_the_same_shelf(db: Database) -> None:
    first = await stored(db, "a", GOODS)
    cheaper = [replace(entry, rate=entry.rate / 2) for entry in GOODS[:3]]
    second = await stored(db, "b", cheaper)
    for catalogue, count, rate in ((first, 3, "2"), (second, 2, "1")):
        page = await shelves.on_shelf(db, catalogue, "instagram", [Aim.FOLLOWERS], Part(8))
        assert (page.total, page.entries[0].service.rate) == (count, Decimal(rate))


async def test_a_service_that_is_renamed_moves(db: Database) -> None:
    await stored(db, "a", GOODS)
    renamed = await stored(db, "b", [service("1", "TikTok Likes")])
    assert await shelves.platforms(db, renamed) == {"tiktok": 1}
    assert await shelves.aims(db, renamed, "tiktok") == {Aim.LIKES: 1}


async def test_what_nobody_has_sorted_in_stands_with_the_rest(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS, sort=False)
    assert await shelves.platforms(db, catalogue) == {OTHER: 6}
    assert sum(entry.count for entry in await shelves.categories(db, catalogue, OTHER)) == 6


async def test_what_is_ordered_most_is_popular_and_else_what_comes_first(db: Database) -> None:
    catalogue = await stored(db, "a", GOODS)
    popular = await shelves.popular(db, catalogue, 3)
    assert [entry.service.code for entry in popular] == ["1", "2", "3"]
    await db.write(lambda tx: tx.execute("UPDATE services SET ordered = 5 WHERE code = '5'"))
    await db.write(lambda tx: tx.execute("UPDATE services SET ordered = 7 WHERE code = '4'"))
    popular = await shelves.popular(db, catalogue, 3)
    assert [entry.service.code for entry in popular] == ["4", "5", "1"]


@pytest.mark.parametrize("platform", ["instagram", "'; DROP TABLE shelves; --", ""])
async def test_no_name_of_a_platform_harms(db: Database, platform: str) -> None:
    catalogue = await stored(db, "a", GOODS)
    await shelves.on_shelf(db, catalogue, platform, ALL, Part(8))
    assert await shelves.aims(db, catalogue, "tiktok") == {Aim.VIEWS: 1}
