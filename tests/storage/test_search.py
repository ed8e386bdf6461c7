"""Searching: the id, whole words, beginnings, what means the same, what was misspelt; in order."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import Service, service_to_json
from bot.domain.search import query
from storage import catalogues, search
from storage.database import Database, Tx
from storage.migrate import migrate
from tests.storage.test_accounts import linked
from tests.storage.test_catalogues import NOW, service, stored

SHOP = (
    service("1", "Instagram Followers [Real]"),
    service("2", "TikTok Followers", "TikTok"),
    service("3", "لايكات انستقرام | ضمان 30 يوم", "انستقرام | متابعين ولايكات"),
    service("4", "متابعين إنستقرام بنات", "انستقرام | متابعين ولايكات"),
    service("5", "YouTube Viewers", "YouTube"),
    service("6", "YouTube Views", "YouTube"),
    service("AB-77", "شدات ببجي | 60 شدة", "شحن ألعاب"),
    service("7", "PUBG Mobile 660 UC", "شحن ألعاب"),
    service("8", "Celebrity engagement", "VIP"),
)


@pytest.fixture
async def shop(db: Database) -> AsyncIterator[Database]:
    await stored(db, "a", SHOP)
    yield db


async def found(db: Database, text: str, catalogue: int = 1) -> list[str]:
    page = await catalogues.search(db, catalogue, query(text), 20, 0)
    return [f"{entry.service.code}?" if page.near else entry.service.code for entry in page.entries]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        # the id before all that has the number in its name, and ids that begin so
        ("7", ["7", "AB-77"]),
        ("ab77", ["AB-77"]),
        ("id AB-77", ["AB-77"]),
        ("٦", ["6", "AB-77", "7"]),
        # every word, in any order and language
        ("followers TIKTOK", ["2"]),
        ("tiktok followers", ["2"]),
        ("متابعين", ["1", "2", "4", "3"]),
        ("followers instagram", ["1", "4", "3"]),
        ("ig", ["1", "3", "4"]),
        ("girls instagram", ["4"]),
        ("pubg", ["AB-77", "7"]),
        ("top up pubg", ["AB-77", "7"]),
        ("660", ["7"]),
        # the name before the category
        ("likes", ["3", "4"]),
        # the very name before the same words in another order
        ("youtube views", ["6", "5"]),
        ("mobile pubg 660 uc", ["7"]),
        # whole words before beginnings
        ("views", ["6", "5"]),
        ("engag", ["8"]),
        ("foll", ["1", "2", "4", "3"]),
        # nothing is called that
        ("folowers", ["1?", "2?", "4?", "3?"]),
        ("tikotk folowers", ["2?"]),
        ("celebirty", ["8?"]),
        ("engagementrate", ["8?"]),
        ("tiktokfollowers", ["2?"]),
        ("tiktok followers 500", ["2?"]),
        ("youtube followers", ["5?", "6?"]),
        ("youtube qwrtz", ["5?", "6?"]),
        ("d celebrity 500 qwrtz", ["8?"]),
        ("snapchat", []),
        ("qwrtzpsdf", []),
        # an id that is nobody's
        ("AB-78", []),
        ("ORD-100023", []),
        ("78", []),
        ("", []),
    ],
)
async def test_what_is_found_in_which_order(shop: Database, text: str, codes: list[str]) -> None:
    assert await found(shop, text) == codes


@pytest.mark.parametrize(
    "text",
    [
        '"', '""', "'", '" OR "', "followers OR tiktok", "NOT tiktok", "NEAR(a b)", "code:1",
        "{name}:x", "name : x", "- x", "^tiktok", "tik*", "*", "a + b", "(", ")(", "\x00", "x\x00y",
        "; DROP TABLE orders; --", "%_\\", "?1", "a" * 5000, "ab " * 2000, "\ud83d", "٪" * 300,
    ],
)  # fmt: skip
async def test_what_looks_like_an_expression_is_only_words(shop: Database, text: str) -> None:
    await found(shop, text)
    assert await shop.one("SELECT count(*) FROM orders") == (0,)


async def test_operators_are_words_like_any_other(db: Database) -> None:
    await stored(db, "a", [service("1", "near or not"), service("2", "something else")])
    for text in ("near", "or not", "NOT near", "near OR not"):
        assert await found(db, text) == ["1"]


async def test_the_very_name_comes_first_whatever_means_the_same(db: Database) -> None:
    names = ("Mentions by Hashtag", "منشن هاشتاقات", "Mentions with Hashtags", "Hashtags mentions")
    await stored(db, "a", [service(str(at), name) for at, name in enumerate(names)])
    assert await found(db, "mentions with hashtags") == ["2", "0", "1", "3"]


async def test_of_equal_ones_those_that_people_order_come_first(shop: Database) -> None:
    await shop.write(
        lambda tx: tx.execute("UPDATE services SET ordered = 3 WHERE code IN ('2', '4')")
    )
    assert await found(shop, "followers") == ["2", "4", "1", "3"]


async def test_nobody_finds_what_only_others_see(shop: Database) -> None:
    mine = await stored(shop, "b", [service("2", "TikTok Followers", "TikTok")])
    assert await found(shop, "followers", mine) == ["2"]
    assert await found(shop, "instagram folowers", mine) == ["2?"]
    assert await found(shop, "celebrity", mine) == []


async def test_equal_texts_are_indexed_once(shop: Database) -> None:
    before = await shop.one("SELECT count(*) FROM search_texts")
    await stored(shop, "b", SHOP[::-1])
    assert await shop.one("SELECT count(*) FROM search_texts") == before
    assert await found(shop, "tiktok followers", 2) == ["2"]


async def test_a_changed_name_is_found_and_the_old_one_is_not(shop: Database) -> None:
    changed = await stored(shop, "b", [*SHOP[1:], service("1", "Instagram Supporters")])
    assert await found(shop, "supporters", changed) == ["1"]
    assert await found(shop, "real", changed) == []
    assert await found(shop, "real") == ["1"]


async def test_what_no_catalogue_has_leaves_the_index(shop: Database) -> None:
    kept = await stored(shop, "b", SHOP[:2])
    account = await linked(shop, 7, "first")

    async def job(tx: Tx) -> int:
        await catalogues.assign(tx, 7, account.id, kept, NOW)
        return await catalogues.forget_unused(tx)

    assert await shop.write(job) == 1
    assert await shop.all("SELECT code FROM search_texts ORDER BY code") == [("1",), ("2",)]
    terms = {row[0] for row in await shop.all("SELECT term FROM search_terms")}
    assert terms == {"1", "2", "instagram", "followers", "real", "tiktok"}
    words = {row[0].strip() for row in await shop.all("SELECT word FROM search_words")}
    assert words == {"instagram", "followers", "real", "tiktok"}
    assert await found(shop, "followers", kept) == ["1", "2"]
    assert await found(shop, "celebirty", kept) == []
    await indexes_are_whole(shop)
    again = await stored(shop, "c", SHOP)
    assert await found(shop, "celebirty", again) == ["8?"]
    await indexes_are_whole(shop)


async def test_an_order_counts_for_its_service_while_it_is_there(db: Database) -> None:
    await stored(db, "a", [service("1")])
    await linked(db, 7, "first")

    async def job(tx: Tx) -> None:
        await tx.execute(
            "INSERT INTO orders (owner, account, nonce, service, details, target, confirmed_at,"
            " placement) VALUES (7, 1, 'n', 1, '{}', 't', 1, 'confirmed')"
        )

    async def count(sql: str) -> int:
        await db.write(lambda tx: tx.execute(sql))
        row = await db.one("SELECT ordered FROM services")
        assert row is not None
        return int(row[0])

    await db.write(job)
    assert await count("UPDATE orders SET placement = 'unknown'") == 0
    assert await count("UPDATE orders SET placement = 'placed'") == 1
    assert await count("UPDATE orders SET placement = 'placed', remains = 3") == 1
    assert await count("DELETE FROM orders") == 0


async def test_catalogues_from_before_are_found_and_stored_anew_at_the_next_look(
    tmp_path: Path,
) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    first: Any = files("storage") / "migrations" / "0001_start.sql"
    shutil.copy(first, steps)
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db, steps)
        await db.write(lambda tx: old_catalogue(tx, "digest", SHOP))
        await migrate(db)
        assert await found(db, "followers") == ["1", "2", "3", "4"]
        assert await found(db, "celebirty") == ["8?"]
        assert await found(db, "pubg 660") == ["7"]
        assert await catalogues.entry(db, 1, 2) == catalogues.Entry(2, 2, SHOP[1])
        assert await catalogues.known(db, "digest") is None
        await indexes_are_whole(db)
        again = await stored(db, "digest", SHOP)
        assert await found(db, "followers", again) == ["1", "2", "4", "3"]
        assert await db.write(catalogues.forget_unused) == 2
        assert await db.all("SELECT * FROM search_texts") == []


async def old_catalogue(tx: Tx, digest: str, services: Sequence[Service]) -> None:
    """A catalogue as the first schema had it: one text for each service, in which to look."""
    await tx.execute(
        "INSERT INTO catalogues (digest, size, created_at) VALUES (?, ?, 1)",
        (digest, len(services)),
    )
    for position, entry in enumerate(services):
        await tx.execute("INSERT INTO services (code) VALUES (?)", (entry.code,))
        await tx.execute("INSERT OR IGNORE INTO categories (name) VALUES (?)", (entry.category,))
        folded = " ".join((entry.name, entry.category, entry.code)).casefold().replace("إ", "ا")
        await tx.execute(
            "INSERT INTO catalogue_entries (catalogue, service, category, position, body, folded)"
            " SELECT 1, s.id, c.id, ?, ?, ? FROM services s, categories c"
            " WHERE s.code = ? AND c.name = ?",
            (position, service_to_json(entry), folded, entry.code, entry.category),
        )


async def indexes_are_whole(db: Database) -> None:
    """FTS5 compares what it holds with the texts, and raises where they differ."""
    for table in ("search_index", "search_spellings"):
        await db.write(
            lambda tx, table=table: tx.execute(
                f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
            )
        )


pieces = st.sampled_from(
    ["followers", "متابعين", "انستقرام", "AND", "OR", "NEAR(", '"', "*", "name:", "60", "K", "ig",
     "tiktok", "view", "لاي", "👍", "\u200f", "ال", "و", "-", "^", "{", "\x00"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.one_of(st.text(max_size=80), st.lists(pieces, max_size=9).map(" ".join)))
async def test_any_text_is_answered_and_always_alike(shop: Database, text: str) -> None:
    hits = await shop.read(lambda q: search.find(q, 1, query(text)))
    assert await shop.read(lambda q: search.find(q, 1, query(text))) == hits
    assert len(set(hits.services)) == len(hits.services)
    pages = [
        entry.id
        for offset in range(0, len(SHOP), 2)
        for entry in (await catalogues.search(shop, 1, query(text), 2, offset)).entries
    ]
    assert pages == list(hits.services)
