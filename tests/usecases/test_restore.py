"""What a restored database may still do: follow, ask and tell, but neither send nor be sure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.draft import Confirming, Inputs, Resting
from bot.domain.notice import NoticeKind
from bot.domain.order import Placement, Why
from bot.domain.request import Stage, Wanted
from bot.providers.port import Unknown
from bot.usecases.restore import Restored, make_safe
from storage import inbox, notices, requests, sessions, snapshots
from storage.database import Database
from storage.inbox import NewUpdate
from tests.usecases.ordering import ANN, FakeServa, Shop, agreed, open_shop, shop_on


async def restored(shop: Shop, folder: Path, after: int = 0) -> tuple[Shop, Restored, Database]:
    """What comes of a backup that was taken now, restored `after` milliseconds later."""
    snapshots.take(shop.db.path, folder / "backup")
    shop.clock.now += after
    db = await Database.open(folder / "backup")
    return shop_on(db, FakeServa(), shop.clock), await make_safe(db, shop.clock()), db


async def test_what_was_confirmed_is_unknown_and_never_sent(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        order = await shop.confirm()
        again, found, db = await restored(shop, tmp_path)
        async with db:
            await again.place()
            now = await again.order(order)
            assert (again.serva.adds, found.doubtful) == ([], 1)
            assert (now.placement, now.reason.meaning) == (Placement.UNKNOWN, Why.RESTORED)
            assert await again.owed() == [NoticeKind.CARD]


async def test_what_was_being_sent_is_unknown(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        shop.serva.gate.clear()
        order = await shop.confirm()
        await shop.placing.run_once()
        await shop.sent()
        again, found, db = await restored(shop, tmp_path)
        async with db:
            await again.place()
            assert (again.serva.adds, found.doubtful) == ([], 1)
            assert (await again.order(order)).placement is Placement.UNKNOWN
        shop.serva.gate.set()
        await shop.quiet()


@pytest.mark.parametrize("minutes", [0, 30])
async def test_the_balance_settles_nothing_in_a_restored_database(
    tmp_path: Path, minutes: int
) -> None:
    """It has not moved, as far as this database knows: the order may have been paid back since."""
    async with open_shop(tmp_path) as shop:
        shop.serva.outcomes.append(Unknown("ReadTimeout"))
        order = await shop.placed()
        again, _, db = await restored(shop, tmp_path, after=minutes * 60_000)
        async with db:
            for _ in range(40):
                await again.look()
                again.clock.now += 60_000
            now = await again.order(order)
            assert (now.placement, now.evidence.decided_by) == (Placement.UNKNOWN, "asked")
            assert NoticeKind.ASK in await again.owed()


async def test_placed_orders_are_followed_as_before(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        placed = await shop.placed()
        again, found, db = await restored(shop, tmp_path, after=60_000)
        async with db:
            again.serva.reports[placed.provider_order] = {"status": "Completed", "remains": 0}
            await again.follow()
            assert (found.doubtful, (await again.order(placed)).percent) == (0, 100)


async def test_updates_and_broadcasts_are_not_taken_up_again(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.db.write(lambda tx: inbox.add(tx, [NewUpdate(7, ANN, b"sealed", 1)]))
        await shop.db.write(lambda tx: notices.broadcast(tx, 99, "n", "Hello", shop.clock()))
        _, found, db = await restored(shop, tmp_path)
        async with db:
            assert found == Restored(0, 1, 1)
            assert await inbox.open_rows(db) == []
            assert await db.all("SELECT id FROM notices WHERE told_version < version") == []


async def test_an_open_confirmation_is_closed(tmp_path: Path) -> None:
    """Its tap may have been taken since: it must not order a second time."""
    async with open_shop(tmp_path) as shop:
        session, details = await shop.session(), agreed()
        step = Confirming(1, "nonce", Inputs(link=details.link, quantity=1000), details.quote)
        confirming = replace(session, step=step, live=500)
        await shop.db.write(lambda tx: sessions.save(tx, confirming, shop.clock()))
        again, _, db = await restored(shop, tmp_path)
        async with db:
            after = await again.session()
            assert (after.step, after.live) == (Resting(), None)
            assert after.version > session.version + 1


async def test_a_request_that_was_not_sent_yet_is_in_doubt_and_never_sent(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        order = await shop.placed()
        await shop.db.write(lambda tx: requests.ask(tx, ANN, order.id, Wanted.CANCEL, shop.clock()))
        await shop.all_told()
        again, _, db = await restored(shop, tmp_path)
        async with db:
            await again.ask_serva()
            (request,) = await requests.of_order(db, ANN, order.id)
            assert (request.stage, again.serva.requests) == (Stage.UNKNOWN, [])
            assert sorted(await again.owed()) == [NoticeKind.CARD, NoticeKind.REQUEST]
