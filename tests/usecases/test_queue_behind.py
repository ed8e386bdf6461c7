"""What is to be ordered when another order ends: once at the most, and only as it was agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import service_from
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import AskedAgain, Details, Order, Placement, Queued
from bot.domain.pricing import Unit
from bot.domain.refusal import Meaning
from bot.domain.wishes import Guard
from bot.providers.port import CallFailed, CallRefused, Refused, Unknown
from bot.usecases.place_orders import WINDOW, Confirmation
from bot.usecases.queue_behind import LONGEST, PAUSE, WATCHED
from bot.usecases.restore import make_safe
from storage import accounts, orders, people, price_units, sessions, snapshots, wishes
from storage import settings as stored
from storage.database import Database, StorageFailed
from tests.usecases.ordering import (
    ANN,
    BOB,
    DIAMONDS,
    FOLLOWERS,
    OTHER_KEY,
    FakeServa,
    Shop,
    agreed,
    open_shop,
    opened,
    shop_on,
)

TARGET = "instagram.com/ann"


async def running(shop: Shop, nonce: str = "ahead", target: str = TARGET) -> Order:
    """A placed order that goes on, everything about it told."""
    order = await shop.confirm(nonce=nonce, target=target)
    await shop.place()
    order = await shop.order(order)
    assert order.followed
    await shop.all_told()
    return order


async def queue(
    shop: Shop, ahead: Order, nonce: str = "next", details: Details | None = None
) -> Queued | None:
    session, details = await shop.session(), details or agreed()
    row = await shop.db.one("SELECT id FROM services WHERE code = ?", (details.service.code,))
    assert row is not None
    confirmation = Confirmation(nonce, row[0], details, TARGET)
    return await shop.queue.confirm(session, session, confirmation, ahead.id)


async def queued(shop: Shop, ahead: Order, nonce: str = "next") -> Queued:
    found = await queue(shop, ahead, nonce)
    assert found is not None
    await shop.all_told()
    shop.woken.clear()
    return found


async def end(shop: Shop, order: Order, status: str = "Completed") -> None:
    """Serva says that it has ended, and the bot hears of it."""
    shop.serva.reports[order.provider_order] = {"status": status, "remains": 0}
    shop.clock.now += 30_000
    await shop.follow()
    assert (await shop.order(order)).ended_at is not None
    await shop.all_told()


async def became(shop: Shop, waiting: Queued) -> Order | None:
    return await orders.by_nonce(shop.db, ANN, f"queued:{waiting.id}")


async def now(shop: Shop, waiting: Queued) -> Queued:
    found = await shop.queue.queued(ANN, waiting.id)
    assert found is not None
    return found


async def later(shop: Shop, milliseconds: int) -> None:
    """Time in which the bot has been running, with nothing to do."""
    shop.clock.now += milliseconds
    await shop.db.write(lambda tx: stored.put(tx, WATCHED, str(shop.clock())))


# ---- what there is to wait for ----


async def test_a_running_order_of_the_same_service_can_be_waited_for(shop: Shop) -> None:
    ahead = await running(shop)

    async def found(service: int = ahead.service, owner: int = ANN) -> int | None:
        order = await shop.queue.to_wait_for(owner, TARGET, service)
        return None if order is None else order.id

    assert (await found(), await found(service=2), await found(owner=BOB)) == (ahead.id, None, None)
    await queued(shop, ahead)
    assert await found() is None, "one order waits for it already"


async def test_what_serva_refused_for_its_sake_can_wait_for_another_service(shop: Shop) -> None:
    ahead = await running(shop)
    shop.serva.outcomes.append(Refused(Meaning.TARGET_BUSY, "ACTIVE_TARGET_ORDER_EXISTS", ""))
    other = agreed(quantity=1, service=DIAMONDS)
    refused = await shop.confirm(nonce="refused", details=other, target=TARGET)
    assert await shop.queue.to_wait_for(ANN, TARGET, refused.service) is None
    shop.clock.now += 1000
    await shop.place()
    found = await shop.queue.to_wait_for(ANN, TARGET, refused.service)
    assert found is not None and found.id == ahead.id


async def test_nobody_waits_for_what_nobody_follows(shop: Shop) -> None:
    ahead = await running(shop)
    await shop.unlink()
    assert await shop.queue.to_wait_for(ANN, TARGET, ahead.service) is None


# ---- agreeing ----


async def test_a_second_tap_finds_what_the_first_has_done(shop: Shop) -> None:
    ahead = await running(shop)
    first = await queue(shop, ahead)
    assert first is not None
    assert (first.details, first.ahead, first.waiting) == (agreed(), ahead.id, True)
    assert await queue(shop, ahead) == first
    assert await queue(shop, ahead, "another") is None, "one waits for it"
    assert await shop.queue.waiting(ANN) == [first]
    assert await shop.owed() == [NoticeKind.CARD], "its card says what comes next"


async def test_what_has_ended_is_waited_for_no_more(shop: Shop) -> None:
    ahead = await running(shop)
    await end(shop, ahead)
    assert await queue(shop, ahead) is None


async def test_an_outdated_screen_agrees_to_nothing(shop: Shop) -> None:
    ahead = await running(shop)
    before = await shop.session()
    await shop.db.write(lambda tx: sessions.save(tx, before, shop.clock()))
    with pytest.raises(sessions.SessionMoved):
        await shop.queue.confirm(before, before, Confirmation("n", 1, agreed(), TARGET), ahead.id)
    assert await shop.queue.waiting(ANN) == []


async def test_a_changed_mind_orders_nothing(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    assert await shop.queue.drop(BOB, waiting.id) is None
    assert (await shop.queue.drop(ANN, waiting.id)) == waiting
    assert await shop.owed() == [NoticeKind.CARD]
    assert await shop.queue.drop(ANN, waiting.id) is None
    await end(shop, ahead)
    assert await shop.take_up() == 0
    assert await shop.queue.to_wait_for(ANN, TARGET, ahead.service) is None


# ---- when the other ends ----


async def test_it_is_ordered_when_the_other_ends(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    assert await shop.take_up() == 0, "it still runs"
    await end(shop, ahead)
    assert shop.woken["queue"] == 1
    await shop.take_up()
    order = await became(shop, waiting)
    assert order is not None
    assert (order.placement, order.details, order.target, order.confirmed_at) == (
        Placement.CONFIRMED,
        agreed(),
        TARGET,
        shop.clock(),
    )
    assert shop.woken["placing"] == 1
    await shop.place()
    assert (await shop.order(order)).placement is Placement.PLACED
    assert (await now(shop, waiting)).waiting is False
    assert await shop.take_up() == 0
    assert len(shop.serva.adds) == 2


@pytest.mark.parametrize("status", ["Partial", "Canceled", "Refunded", "Failed"])
async def test_however_the_other_ends(shop: Shop, status: str) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await end(shop, ahead, status)
    await shop.take_up()
    assert await became(shop, waiting) is not None


async def test_a_lower_price_is_no_reason_to_ask(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal("0.5")), DIAMONDS)
    await end(shop, ahead)
    await shop.take_up()
    assert await became(shop, waiting) is not None


async def late(shop: Shop) -> None:
    await later(shop, LONGEST)


async def dearer(shop: Shop) -> None:
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal("0.8901")), DIAMONDS)


async def smaller(shop: Shop) -> None:
    shop.serva.rows = (replace(FOLLOWERS, maximum=999), DIAMONDS)


async def asking_more(shop: Shop) -> None:
    row = {"service": "1234", "name": "Followers", "rate": "0.89", "min": 1, "max": 10**5}
    changed = service_from({**row, "fields": ["Name"], "link_required": True})
    shop.serva.rows = (changed, DIAMONDS)


async def gone(shop: Shop) -> None:
    shop.serva.rows = (DIAMONDS,)


async def poorer(shop: Shop) -> None:
    shop.serva.money = Money(Decimal("0.88"))


async def in_euros(shop: Shop) -> None:
    shop.serva.money = Money(Decimal("25.50"), "EUR")


async def unlinked(shop: Shop) -> None:
    await shop.unlink()


async def another_key(shop: Shop) -> None:
    await shop.link(ANN, OTHER_KEY)


async def refused_key(shop: Shop) -> None:
    shop.serva.money = CallRefused(Meaning.KEY_REVOKED, "API key revoked")


async def paused(shop: Shop) -> None:
    session = await shop.session()
    assert session.serva is not None
    account = session.serva.id
    await shop.db.write(lambda tx: accounts.pause(tx, account, "key_revoked"))


async def proven_dearer(shop: Shop) -> None:
    scope = f"service:{FOLLOWERS.code}"
    await shop.db.write(lambda tx: price_units.prove(tx, scope, Unit.PER_ITEM, 1, shop.clock()))


async def limited(shop: Shop) -> None:
    limit = Money(Decimal("1.50"))
    await shop.db.write(
        lambda tx: wishes.change(tx, ANN, lambda one: one.guarded(Guard.DAILY, limit))
    )


async def lost(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    await shop.confirm(nonce="lost", target=TARGET)
    await shop.place()


async def another(shop: Shop) -> None:
    await running(shop, "another")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (late, AskedAgain.LATE),
        (dearer, AskedAgain.PRICE),
        (proven_dearer, AskedAgain.PRICE),
        (smaller, AskedAgain.CHANGED),
        (asking_more, AskedAgain.CHANGED),
        (in_euros, AskedAgain.CHANGED),
        (gone, AskedAgain.GONE),
        (poorer, AskedAgain.BALANCE),
        (unlinked, AskedAgain.KEY),
        (another_key, AskedAgain.KEY),
        (refused_key, AskedAgain.KEY),
        (paused, AskedAgain.KEY),
        (limited, AskedAgain.LIMIT),
        (lost, AskedAgain.BUSY),
        (another, AskedAgain.BUSY),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_whatever_is_otherwise_is_asked_about(
    shop: Shop, change: Callable[[Shop], Awaitable[None]], why: AskedAgain
) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await end(shop, ahead)
    await change(shop)
    sent = len(shop.serva.adds)
    await shop.all_told()
    await shop.take_up()
    assert ((await now(shop, waiting)).why, await became(shop, waiting)) == (why, None)
    assert await shop.bodies(NoticeKind.QUEUED) == [{"queued": str(waiting.id)}]
    assert NoticeKind.CARD in await shop.owed()
    assert await shop.bodies(NoticeKind.WATCH_PRICE) in ([], [{}]), "said once is enough"
    await shop.place()
    assert (len(shop.serva.adds), await shop.take_up()) == (sent, 0)


@pytest.mark.parametrize("change", [unlinked, another_key])
async def test_without_its_key_it_is_asked_about_at_once(
    shop: Shop, change: Callable[[Shop], Awaitable[None]]
) -> None:
    """Nobody follows the order ahead any more, and the person should not wait for a day."""
    waiting = await queued(shop, await running(shop))
    assert await shop.take_up() == 0
    await change(shop)
    await shop.take_up()
    assert ((await now(shop, waiting)).why, await became(shop, waiting)) == (AskedAgain.KEY, None)


async def test_a_coupon_may_make_a_balance_enough(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queue(shop, ahead, details=agreed(coupon="SAVE10"))
    assert waiting is not None
    await poorer(shop)
    await end(shop, ahead)
    await shop.take_up()
    assert await became(shop, waiting) is not None


async def test_it_is_asked_about_after_a_day_although_the_other_goes_on(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await later(shop, LONGEST - 1)
    assert await shop.take_up() == 0
    shop.clock.now += 1
    await shop.take_up()
    assert (await now(shop, waiting)).why == AskedAgain.LATE


async def silent(shop: Shop) -> None:
    shop.serva.money = CallFailed("ReadTimeout")


async def odd(shop: Shop) -> None:
    shop.serva.rows = CallRefused(Meaning.OTHER, "Try later")


async def held_back(shop: Shop) -> None:
    shop.serva.closed = True


async def maintained(shop: Shop) -> None:
    await shop.db.write(lambda tx: stored.put(tx, "maintenance", "on"))


async def on_its_way(shop: Shop) -> None:
    await shop.confirm(nonce="on its way", target=TARGET)


@pytest.mark.parametrize("moment", [silent, odd, held_back, maintained, on_its_way])
async def test_what_passes_is_waited_for(
    shop: Shop, moment: Callable[[Shop], Awaitable[None]]
) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await end(shop, ahead)
    money, rows_then = shop.serva.money, shop.serva.rows
    await moment(shop)
    await shop.take_up()
    assert ((await now(shop, waiting)).waiting, await became(shop, waiting)) == (True, None)
    assert await shop.take_up() == 0, "not at once"
    shop.serva.money, shop.serva.rows, shop.serva.closed = money, rows_then, False
    await shop.db.write(lambda tx: stored.put(tx, "maintenance", "off"))
    await later(shop, 3 * 60_000)
    await shop.place()
    shop.clock.now += PAUSE
    await shop.take_up()
    assert await became(shop, waiting) is not None


async def test_nothing_is_ordered_for_somebody_who_was_shut_out(shop: Shop) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await shop.db.write(lambda tx: people.set_banned(tx, ANN, shop.clock()))
    await end(shop, ahead)
    await shop.take_up()
    assert await became(shop, waiting) is None
    assert await shop.bodies(NoticeKind.QUEUED) == []


async def test_a_person_who_erases_themselves_leaves_nothing_behind(shop: Shop) -> None:
    ahead = await running(shop)
    await queued(shop, ahead)
    await shop.db.write(lambda tx: people.erase(tx, ANN))
    assert await shop.db.all("SELECT id FROM queued") == []


# ---- restored, crashed, in any order ----


async def test_nothing_that_lay_in_a_backup_is_ordered(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        ahead = await running(shop)
        waiting = await queued(shop, ahead)
        await end(shop, ahead)
        snapshots.take(shop.db.path, tmp_path / "backup")
        await shop.take_up()
        await shop.place()
        async with Database.open(tmp_path / "backup") as db:
            again = shop_on(db, FakeServa(), shop.clock)
            await make_safe(db, shop.clock())
            assert await again.take_up() == 0
            await again.place()
            assert again.serva.adds == []
            assert (await now(again, waiting)).why == AskedAgain.RESTORED
            assert await again.bodies(NoticeKind.QUEUED) == [{"queued": str(waiting.id)}]


async def test_a_copy_that_nobody_called_a_backup_orders_nothing_either(tmp_path: Path) -> None:
    """A machine set back to an older state: what waits there may have been ordered since."""
    async with open_shop(tmp_path) as shop:
        ahead = await running(shop)
        waiting = await queued(shop, ahead)
        await shop.take_up()
        snapshots.take(shop.db.path, tmp_path / "older")
        await end(shop, ahead)
        await shop.take_up()
        await shop.place()
        shop.clock.now += WINDOW
        async with Database.open(tmp_path / "older") as db:
            serva = FakeServa(reports=shop.serva.reports)
            again = shop_on(db, serva, shop.clock)
            await again.follow()
            await again.take_up()
            await again.place()
            assert (len(shop.serva.adds), serva.adds) == (2, [])
            assert (await now(again, waiting)).why == AskedAgain.AWAY
            assert await again.bodies(NoticeKind.QUEUED) == [{"queued": str(waiting.id)}]
            assert NoticeKind.CARD in await again.owed(), "nothing follows it any more"


@pytest.mark.parametrize(("away", "ordered"), [(WINDOW, True), (WINDOW + 1, False)])
async def test_only_a_short_absence_is_none(shop: Shop, away: int, ordered: bool) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await shop.take_up()
    shop.serva.reports[ahead.provider_order] = {"status": "Completed", "remains": 0}
    shop.clock.now += away
    again = shop.restarted()
    await again.follow()
    await again.take_up()
    assert (await became(again, waiting) is not None) == ordered


async def test_what_has_just_been_agreed_to_needs_no_watch_before(shop: Shop) -> None:
    """Nothing waited for days, so nobody watched."""
    ahead = await running(shop)
    first = await queued(shop, ahead)
    await shop.take_up()
    await shop.queue.drop(ANN, first.id)
    shop.clock.now += LONGEST
    second = await queued(shop, ahead, "second")
    shop.clock.now += 1_000
    assert await shop.take_up() == 0
    assert (await now(shop, second)).waiting
    await end(shop, ahead)
    await shop.take_up()
    assert await became(shop, second) is not None


async def test_the_watch_is_written_down_now_and_then_and_only_while_something_waits(
    shop: Shop,
) -> None:
    async def stamp() -> str | None:
        return await stored.get(shop.db, WATCHED)

    await shop.take_up()
    assert await stamp() is None
    await queued(shop, await running(shop))
    seen = set()
    for _ in range(60):
        await shop.take_up()
        seen.add(await stamp())
        shop.clock.now += 2_000
    assert len(seen) == 6


async def test_a_disk_that_refuses_orders_nothing_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = await running(shop)
    waiting = await queued(shop, ahead)
    await end(shop, ahead)
    await later(shop, 0)

    async def refuse(job: object) -> Any:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(shop.db, "write", refuse)
        await shop.take_up()
    assert (await now(shop, waiting)).waiting
    await shop.take_up()
    await shop.place()
    assert len(shop.serva.adds) == 2


STEPS = st.lists(
    st.sampled_from(["end", "take up", "place", "crash", "drop", "wait", "silence", "answer"]),
    min_size=3,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(steps=STEPS)
def test_no_schedule_orders_twice_what_was_agreed_to_once(steps: list[str]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[str]) -> None:
    async with opened() as shop:
        ahead = await running(shop)
        waiting = await queued(shop, ahead)
        money, playing, dropped = shop.serva.money, shop, False
        for step in (*steps, "take up", "place"):
            match step:
                case "end":
                    status = {"status": "Completed", "remains": 0}
                    shop.serva.reports[ahead.provider_order] = status
                    await playing.follow()
                case "take up":
                    await playing.take_up()
                case "place":
                    await playing.place()
                case "crash":
                    playing = await _crashed(playing)
                case "drop":
                    dropped |= await playing.queue.drop(ANN, waiting.id) is not None
                case "wait":
                    shop.clock.now += 40_000
                case "silence":
                    shop.serva.money = CallFailed("ReadTimeout")
                case "answer":
                    shop.serva.money = money
        assert len(shop.serva.adds) <= 2
        if dropped:
            assert (len(shop.serva.adds), await became(shop, waiting)) == (1, None)


async def _crashed(shop: Shop) -> Shop:
    """The process dies anywhere on the way from what waits to what is sent."""
    await shop.queue.run_once()
    await asyncio.sleep(0)
    await shop.queue.stop()
    await shop.placing.run_once()
    await asyncio.sleep(0)
    await shop.placing._busy.stop()
    again = shop.restarted()
    await again.placing.start()
    return again
