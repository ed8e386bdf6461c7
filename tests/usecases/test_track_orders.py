"""Following: one call a key, a rotten entry harms nobody, and every end is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.notice import NoticeKind
from bot.domain.order import Order
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery
from bot.providers.port import CallFailed, CallRefused, ProviderError
from bot.usecases import track_orders
from bot.usecases.place_orders import FIRST_CHECK
from bot.usecases.track_orders import AFTER_FAILURE, SINGLES
from storage import accounts
from storage.database import StorageFailed
from tests.usecases.ordering import ANN, BOB, INTERVAL, KEY, OTHER_KEY, Shop, opened

RUNNING = {"status": "In progress", "charge": "0.89", "start_count": 10, "remains": 450}
DONE = {"status": "Completed", "charge": "0.89", "start_count": 10, "remains": 0}


async def placed(shop: Shop, *nonces: str) -> list[Order]:
    """Orders that Serva has; nobody has anything left to be told."""
    found = [await shop.placed(nonce) for nonce in nonces or ("nonce",)]
    await shop.all_told()
    shop.woken.clear()
    return found


async def check(shop: Shop, after: int = FIRST_CHECK) -> int:
    shop.clock.now += after
    return await shop.follow()


async def test_what_serva_says_is_kept_and_shown(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = RUNNING
    assert await check(shop, FIRST_CHECK - 1) == 0
    assert await check(shop, 1) == 1
    seen = await shop.order(order)
    assert (seen.delivery, seen.word, seen.start_count, seen.remains, seen.percent) == (
        Delivery.IN_PROGRESS,
        "In progress",
        10,
        450,
        55,
    )
    assert seen.checked_at == shop.clock()
    assert await shop.owed() == [NoticeKind.CARD]
    assert shop.woken == {"notices": 1}


async def test_what_stays_the_same_is_not_told_again(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = RUNNING
    await check(shop)
    await shop.all_told()
    for _ in range(3):
        await check(shop, 2 * INTERVAL)
    assert len(shop.serva.asked) == 4
    assert await shop.owed() == []


async def test_the_next_check_comes_later_the_older_the_order(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = RUNNING
    await check(shop)
    assert (await shop.order(order)).next_check_at == shop.clock() + INTERVAL
    await check(shop, 30 * 60_000)
    assert (await shop.order(order)).next_check_at == shop.clock() + 3 * INTERVAL


@pytest.mark.parametrize("word", ["Completed", "Partial", "Canceled", "Refunded", "Failed"])
async def test_an_end_is_told_once_and_not_asked_about_again(shop: Shop, word: str) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = {"status": word, "charge": "0.49", "remains": 450}
    await check(shop)
    ended = await shop.order(order)
    assert (ended.ended_at, ended.next_check_at, ended.active) == (shop.clock(), None, False)
    assert (ended.first_charge, ended.charge) == (Decimal("0.89"), Decimal("0.49"))
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.ENDED]
    assert await check(shop, 86_400_000) == 0
    assert await shop.tracking.refresh(ANN, order.id)
    assert (await shop.owed()).count(NoticeKind.ENDED) == 1


async def test_two_answers_about_one_end_tell_it_once(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = DONE
    reports = await shop.serva.statuses("", [order.provider_order])
    await asyncio.gather(
        shop.tracking._keep([order], reports), shop.tracking._keep([order], reports)
    )
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.ENDED]


async def test_an_unknown_word_is_kept_as_it_came_and_still_runs(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = {"status": "Quality check"}
    await check(shop)
    seen = await shop.order(order)
    assert (seen.delivery, seen.word, seen.active) == (Delivery.OTHER, "Quality check", True)


async def test_all_orders_of_a_key_ride_on_one_call(shop: Shop) -> None:
    await shop.customer(BOB, OTHER_KEY)
    mine = await placed(shop, "a", "b", "c")
    await shop.confirm(BOB, target="x")
    await shop.place()
    assert await check(shop, INTERVAL) == 2
    assert sorted(map(len, shop.serva.asked)) == [1, 3]
    asked = max(shop.serva.asked, key=len)
    assert set(asked) == {order.provider_order for order in mine}


async def test_rotten_entries_harm_nobody(shop: Shop) -> None:
    rotten, good, silent = await placed(shop, "a", "b", "c")
    shop.serva.reports |= {
        rotten.provider_order: [],
        good.provider_order: DONE,
        silent.provider_order: {"error": "Incorrect order ID"},
    }
    await check(shop, INTERVAL)
    assert (await shop.order(good)).delivery is Delivery.COMPLETED
    for order in (rotten, silent):
        seen = await shop.order(order)
        assert (seen.delivery, seen.misses, seen.followed) == (None, 1, True)
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.ENDED]


async def test_a_vanished_order_is_said_to_be_missing_and_asked_for_on(shop: Shop) -> None:
    (order,) = await placed(shop)
    for misses in (1, 2):
        await check(shop, 2 * INTERVAL)
        assert (await shop.order(order)).misses == misses
    assert await shop.owed() == []
    await check(shop, 2 * INTERVAL)
    assert (await shop.order(order)).not_found
    assert await shop.owed() == [NoticeKind.CARD]
    await shop.all_told()
    await check(shop, 2 * INTERVAL)
    assert await shop.owed() == [], "said once"

    shop.serva.reports[order.provider_order] = RUNNING
    await check(shop, 2 * INTERVAL)
    assert (await shop.order(order)).misses == 0
    assert await shop.owed() == [NoticeKind.CARD]


async def test_no_answer_is_no_news_and_not_hot(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.status_error = lambda ids: CallFailed("HTTP 502")
    await check(shop)
    due = (await shop.order(order)).next_check_at
    assert due is not None
    assert due - shop.clock() >= AFTER_FAILURE // 2
    assert (await shop.order(order)).misses == 0
    assert await shop.owed() == []
    assert not await shop.tracking.refresh(ANN, order.id)


async def test_an_api_without_batches_is_asked_one_by_one(shop: Shop) -> None:
    orders = await placed(shop, "a", "b", "c")
    shop.serva.reports |= {order.provider_order: RUNNING for order in orders[:2]}

    def one_at_a_time(ids: Sequence[str]) -> ProviderError | None:
        if len(ids) > 1 or ids[0] == orders[2].provider_order:
            return CallRefused(Meaning.OTHER, "Incorrect request")
        return None

    shop.serva.status_error = one_at_a_time
    await check(shop, INTERVAL)
    seen = [(await shop.order(order)).delivery for order in orders]
    assert seen == [Delivery.IN_PROGRESS, Delivery.IN_PROGRESS, None]
    assert (await shop.order(orders[2])).misses == 1
    assert len(shop.serva.asked) <= 1 + SINGLES


@pytest.mark.parametrize(
    "meaning", [Meaning.KEY_UNKNOWN, Meaning.KEY_REVOKED, Meaning.NOT_APPROVED, Meaning.BANNED]
)
async def test_a_refused_key_pauses_its_account_with_one_notice(
    shop: Shop, meaning: Meaning
) -> None:
    first, second = await placed(shop, "a", "b")
    shop.serva.status_error = lambda ids: CallRefused(meaning, "no")
    await check(shop, INTERVAL)
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.CARD, NoticeKind.KEY_PAUSED]
    session = await shop.session()
    assert session.serva is not None
    assert session.serva.paused == meaning
    assert (await shop.order(first)).left_alone
    assert (await shop.order(second)).left_alone
    asked = len(shop.serva.asked)
    assert await check(shop, 86_400_000) == 0
    assert len(shop.serva.asked) == asked

    assert not await shop.tracking.refresh(ANN, first.id)
    assert (await shop.owed()).count(NoticeKind.KEY_PAUSED) == 1

    shop.serva.status_error = lambda ids: None
    shop.serva.reports[first.provider_order] = DONE
    await shop.link(ANN, KEY)
    assert await check(shop, 0) == 1
    assert (await shop.order(first)).delivery is Delivery.COMPLETED


async def test_a_key_that_works_again_is_followed_again(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.status_error = lambda ids: CallRefused(Meaning.BANNED, "no")
    await check(shop)
    now = shop.clock()
    await shop.db.write(lambda tx: accounts.resume(tx, order.account, now))
    shop.serva.status_error = lambda ids: None
    assert await check(shop, 0) == 1
    assert (await shop.order(order)).followed


async def test_an_unlinked_key_is_not_asked_with(shop: Shop) -> None:
    (order,) = await placed(shop)
    await shop.unlink()
    assert await check(shop, 86_400_000) == 0
    assert not await shop.tracking.refresh(ANN, order.id)
    assert shop.serva.asked == []
    assert (await shop.order(order)).left_alone


async def test_refresh_asks_now_and_others_ride_along(shop: Shop) -> None:
    wanted, other = await placed(shop, "a", "b")
    shop.serva.reports |= {wanted.provider_order: RUNNING, other.provider_order: DONE}
    assert await shop.tracking.refresh(ANN, wanted.id)
    assert shop.serva.asked == [(wanted.provider_order, other.provider_order)]
    assert (await shop.order(other)).delivery is Delivery.COMPLETED


async def test_nobody_refreshes_the_order_of_somebody_else(shop: Shop) -> None:
    (order,) = await placed(shop)
    await shop.customer(BOB, OTHER_KEY)
    assert await shop.tracking.refresh(BOB, order.id)
    assert shop.serva.asked == []


async def test_one_call_of_a_key_at_a_time(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = RUNNING
    asking, most = 0, 0
    answer = shop.serva.statuses

    async def slow(key: str, ids: Sequence[str]) -> object:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0.005)
        asking -= 1
        return await answer(key, ids)

    shop.serva.statuses = slow  # type: ignore[method-assign, assignment]
    await asyncio.gather(
        shop.tracking.refresh(ANN, order.id), check(shop), shop.tracking.refresh(ANN, order.id)
    )
    assert most == 1


async def test_a_key_that_hangs_delays_no_other(shop: Shop) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = DONE
    gate, answer = asyncio.Event(), shop.serva.statuses

    async def hangs_for_ann(key: str, ids: Sequence[str]) -> object:
        if key == KEY:
            await gate.wait()
        return await answer(key, ids)

    shop.serva.statuses = hangs_for_ann  # type: ignore[method-assign, assignment]
    shop.clock.now += FIRST_CHECK
    assert await shop.tracking.run_once() == 1
    await shop.customer(BOB, OTHER_KEY)
    other = await shop.confirm(BOB, target="b")
    await shop.place()
    found = await shop.order(other)
    shop.serva.reports[found.provider_order] = DONE
    shop.clock.now += FIRST_CHECK
    assert await shop.tracking.run_once() == 2
    while (await shop.order(other)).active:
        await asyncio.sleep(0.001)
    assert shop.serva.asked == [(found.provider_order,)]

    gate.set()
    await shop.tracking.drain()
    assert not (await shop.order(order)).active
    assert len(shop.serva.asked) == 2, "a key that is being asked about is not asked about twice"
    assert (len(shop.tracking._asking), len(shop.tracking._calls)) == (0, 0)


async def test_a_disk_that_refuses_loses_no_end(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (order,) = await placed(shop)
    shop.serva.reports[order.provider_order] = DONE

    async def refuse(job: object) -> None:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(shop.db, "write", refuse)
        await check(shop)
    assert (await shop.order(order)).active
    await check(shop, 0)
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.ENDED]


COUNTS = st.none() | st.integers() | st.text(max_size=6)
ENTRIES = st.one_of(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["Pending", "In progress", "COMPLETED", "partial", "?"]),
            "charge": st.sampled_from(["0.89", "1e400", "-1", None]) | st.decimals(),
            "start_count": COUNTS,
            "remains": COUNTS,
        }
    ),
    st.none(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["status", "error", "charge"]), COUNTS, max_size=3),
)


@settings(max_examples=30, deadline=None)
@given(entries=st.lists(st.tuples(ENTRIES, ENTRIES), min_size=1, max_size=4))
def test_whatever_comes_every_order_is_ended_or_followed(
    entries: list[tuple[object, object]],
) -> None:
    async def play() -> None:
        async with opened() as shop:
            first, second = await placed(shop, "a", "b")
            ends = 0
            for one, two in entries:
                shop.serva.reports = {first.provider_order: one, second.provider_order: two}
                await check(shop, 100 * INTERVAL)
            for order in (first, second):
                seen = await shop.order(order)
                assert seen.followed is (seen.ended_at is None)
                ends += seen.ended_at is not None
            assert (await shop.owed()).count(NoticeKind.ENDED) == ends

    asyncio.run(play())


async def test_what_became_due_while_the_bot_was_away_is_spread_over_rounds(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_orders, "A_ROUND", 2)
    for owner in (ANN, BOB, 9):
        if owner != ANN:
            await shop.customer(owner, f"{OTHER_KEY}{owner}")
        await shop.confirm(owner, target=str(owner))
    await shop.place()
    shop.clock.now += 3_600_000
    rounds = [await shop.follow() for _ in range(3)]
    assert rounds == [2, 1, 0]
