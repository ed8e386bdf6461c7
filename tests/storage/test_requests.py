"""Requests about orders: one of each kind an order, claimed once, along the edges there are."""

from __future__ import annotations

from pathlib import Path

from bot.domain.request import Request, Stage, Wanted
from storage import requests
from storage.requests import Due
from tests.usecases.ordering import ANN, BOB, Shop, open_shop

CANCEL, REFILL = Wanted.CANCEL, Wanted.REFILL


async def asked(shop: Shop, kind: Wanted = CANCEL, at: int = 0) -> int:
    """A request about the first order, kept."""
    if not await shop.db.one("SELECT 1 FROM orders"):
        await shop.placed()
    now = shop.clock() + at
    return await shop.db.write(lambda tx: requests.ask(tx, ANN, 1, kind, now))


async def stage(shop: Shop, number: int) -> Stage:
    found = await requests.request(shop.db, number)
    assert found is not None
    return found.stage


async def test_a_second_ask_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        first, now = await asked(shop), shop.clock()
        await shop.db.write(lambda tx: requests.claim(tx, first))
        await shop.db.write(
            lambda tx: requests.settle(
                tx, first, Stage.SENDING, Stage.REFUSED, now, text="No", traced="req", refill="7"
            )
        )
        assert await asked(shop, at=5) == first
        assert await requests.of_order(shop.db, ANN, 1) == (
            Request(first, ANN, 1, CANCEL, Stage.ASKED, now + 5),
        )
        assert await asked(shop, REFILL) != first
        assert await requests.of_order(shop.db, BOB, 1) == ()


async def test_it_is_claimed_once(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        number = await asked(shop)
        assert await shop.db.write(lambda tx: requests.claim(tx, number))
        assert not await shop.db.write(lambda tx: requests.claim(tx, number))
        assert await requests.sending(shop.db) == [number]


async def test_it_is_not_claimed_once_its_key_is_gone(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        number = await asked(shop)
        await shop.unlink()
        assert not await shop.db.write(lambda tx: requests.claim(tx, number))


async def test_what_is_settled_stays_as_it_is(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        number, now = await asked(shop), shop.clock()

        async def settle(source: Stage, to: Stage) -> bool:
            return await shop.db.write(lambda tx: requests.settle(tx, number, source, to, now))

        assert not await settle(Stage.SENDING, Stage.ACCEPTED)
        assert await settle(Stage.ASKED, Stage.NOT_SENT)
        assert not await settle(Stage.ASKED, Stage.UNKNOWN)
        assert not await shop.db.write(lambda tx: requests.put_back(tx, number, now))
        assert await stage(shop, number) is Stage.NOT_SENT


async def test_only_what_is_due_is_found(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        number, now = await asked(shop), shop.clock()
        (found,) = await requests.due(shop.db, now, 5)
        assert found == Due(number, ANN, 1, Stage.ASKED, found.fingerprint)
        assert await requests.due(shop.db, now - 1, 5) == []
        assert await requests.due(shop.db, now, 0) == []
        await shop.db.write(lambda tx: requests.claim(tx, number))
        assert await requests.due(shop.db, now, 5) == []


async def test_what_lay_in_a_backup_is_in_doubt(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        number, now = await asked(shop), shop.clock()
        assert await shop.db.write(lambda tx: requests.doubt_all(tx, now)) == [
            (ANN, 1, Wanted.CANCEL)
        ]
        assert await stage(shop, number) is Stage.UNKNOWN
        assert await requests.due(shop.db, now, 5) == []
        assert await shop.db.write(lambda tx: requests.doubt_all(tx, now)) == []
