"""Catalogues: shared where equal, never across different rates, with integers that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.catalogue import Service
from bot.domain.search import query
from storage import catalogues
from storage.database import Database, Tx
from tests.storage.test_accounts import linked

NOW = 1_700_000_000_000


def service(code: str, name: str = "Instagram Followers", category: str = "Instagram") -> Service:
    return Service(code, name, category, "Default", Decimal("0.89"), 100, 100_000)


async def stored(db: Database, digest: str, services: Sequence[Service]) -> int:
    rows = catalogues.prepare(services)
    return await db.write(lambda tx: catalogues.store(tx, digest, rows, NOW))


async def test_a_service_keeps_its_integer_across_catalogues(db: Database) -> None:
    first = await stored(db, "a", [service("1234"), service("7788")])
    second = await stored(db, "b", [service("7788")])
    _, page = await catalogues.in_category(db, second, 1, 8, 0)
    assert [(entry.id, entry.service.code) for entry in page.entries] == [(2, "7788")]
    assert await catalogues.entry(db, first, 2) is not None


async def test_a_service_is_seen_only_in_catalogues_that_have_it(db: Database) -> None:
    await stored(db, "a", [service("1234")])
    other = await stored(db, "b", [service("7788")])
    assert await catalogues.entry(db, other, 1) is None


async def test_categories_come_in_servas_order_with_their_counts(db: Database) -> None:
    catalogue = await stored(
        db,
        "a",
        [service("1", category="B"), service("2", category="A"), service("3", category="B")],
    )
    found = await catalogues.categories(db, catalogue)
    assert [(category.name, category.count) for category in found] == [("B", 2), ("A", 1)]


async def test_a_page_knows_how_long_the_list_is(db: Database) -> None:
    catalogue = await stored(db, "a", [service(str(number)) for number in range(20)])
    name, page = await catalogues.in_category(db, catalogue, 1, 8, 16)
    assert (name, page.total, [entry.service.code for entry in page.entries]) == (
        "Instagram",
        20,
        ["16", "17", "18", "19"],
    )


async def test_a_page_of_results_says_how_many_there_are_and_whether_they_are_only_near(
    db: Database,
) -> None:
    catalogue = await stored(db, "a", [service(str(number)) for number in range(20)])

    async def page(text: str, offset: int) -> tuple[list[str], int, bool]:
        found = await catalogues.search(db, catalogue, query(text), 8, offset)
        return [entry.service.code for entry in found.entries], found.total, found.near

    assert await page("followers", 16) == (["16", "17", "18", "19"], 20, False)
    assert await page("followers", 24) == ([], 20, False)
    assert await page("folowers", 16) == (["16", "17", "18", "19"], 20, True)
    assert await page("nothing like that", 0) == ([], 0, False)
    assert await page("*", 0) == ([], 0, False)


async def test_a_catalogue_that_nobody_sees_is_forgotten(db: Database) -> None:
    account = await linked(db, 7, "first")
    seen, unseen = await stored(db, "a", [service("1")]), await stored(db, "b", [service("2")])

    async def job(tx: Tx) -> int:
        await catalogues.assign(tx, 7, account.id, seen, NOW)
        return await catalogues.forget_unused(tx)

    assert await db.write(job) == 1
    assert await catalogues.known(db, "a") == seen
    assert await catalogues.known(db, "b") is None
    assert await catalogues.entry(db, unseen, 2) is None


async def test_where_a_service_was_seen_last_outlives_it(db: Database) -> None:
    await stored(db, "a", [service("1", category="Instagram")])
    await stored(db, "b", [replace(service("1"), category="Profiles")])
    await db.write(catalogues.forget_unused)
    name = await db.one(
        "SELECT name FROM categories WHERE id = ?", (await catalogues.last_category(db, 1),)
    )
    assert name == ("Profiles",)


async def test_a_code_that_comes_twice_is_one_service(db: Database) -> None:
    catalogue = await stored(db, "a", [service("1", "First"), service("1", "Second")])
    entry = await catalogues.entry(db, catalogue, 1)
    assert entry is not None
    assert entry.service.name == "First"
