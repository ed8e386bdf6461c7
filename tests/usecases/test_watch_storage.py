"""Trouble with the database is told at once, past what it cannot keep, and not again and again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.usecases.watch_storage import REPEAT, WatchStorage
from storage.database import Database
from storage.people import Reader
from tests.usecases.ordering import OPERATOR, Clock, FakeServa, Shop, open_shop, shop_on


def watching(shop: Shop) -> tuple[WatchStorage, list[tuple[int, str]]]:
    told: list[tuple[int, str]] = []

    async def tell(reader: Reader, reason: str) -> None:
        told.append((reader.id, reason))

    return WatchStorage(shop.db, (OPERATOR, 12345), tell, shop.clock), told


async def test_every_known_operator_hears_of_it_once_an_hour(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.operator()
        watch, told = watching(shop)
        assert await watch.run_once() == 0
        shop.db.trouble = "database or disk is full"
        for _ in range(3):
            await watch.run_once()
        assert told == [(OPERATOR, "database or disk is full")]
        shop.clock.now += REPEAT
        await watch.run_once()
        assert len(told) == 2


async def test_trouble_that_comes_back_is_told_at_once(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.operator()
        watch, told = watching(shop)
        for trouble in ("full", "", "full"):
            shop.db.trouble = trouble
            await watch.run_once()
        assert len(told) == 2


async def test_a_whole_database_is_nobodys_news(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.operator()
        watch, told = watching(shop)
        await watch.look_through()
        assert told == []


async def test_damage_is_found_beside_a_running_bot(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.operator()
    path = tmp_path / "bot.db"
    content = bytearray(path.read_bytes())
    root = _root_page(path, "calls_of_order")
    size = int.from_bytes(content[16:18], "big")
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)
    async with Database.open(path) as db:
        watch, told = watching(shop_on(db, FakeServa(), Clock()))
        await watch.look_through()
        assert [operator for operator, _ in told] == [OPERATOR]


def _root_page(path: Path, index: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(connection.execute(query, (index,)).fetchone()[0])
