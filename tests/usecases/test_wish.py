"""What people wish for holds from the moment it is said: limits, switches, muted orders."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.draft import Resting
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, Placement
from bot.domain.session import Session
from bot.domain.wishes import LEVELS, Guard, Level, OverLimit, Ring, Twice, Wishes
from bot.providers.port import NotSent, Refused, Unknown
from bot.usecases.place_orders import FIRST_LOOK, TRIES, Confirmation, InTheWay
from bot.usecases.wish import Wish, beyond_limit
from tests.usecases.ordering import ANN, BOB, OTHER_KEY, Shop, accepted, agreed

DAY = 86_400_000
MIDNIGHT = 1_700_006_400_000


def usd(amount: str) -> Money:
    return Money(Decimal(amount))


@pytest.fixture
def wish(shop: Shop) -> Wish:
    shop.clock.now = MIDNIGHT + DAY // 2
    return Wish(shop.db, shop.clock, lambda: shop.woken.update(["notices"]))


async def confirm(
    shop: Shop, nonce: str, before: Session | None = None, quantity: int = 1000
) -> Order | OverLimit | InTheWay:
    """Agree to an order of $0.89 for every thousand, from the screen of `before`."""
    before = before or await shop.session()
    after = Session(before.person, step=Resting(), version=before.version)
    details = agreed(quantity)
    agreement = Confirmation(nonce, 1, details, f"instagram.com/{nonce}", 500)
    return await shop.placing.confirm(before, after, agreement)


# ---- the daily limit ----


async def test_an_order_beyond_the_limit_leaves_no_trace(shop: Shop, wish: Wish) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("0.88"), sure=False)
    before = await shop.session()
    assert await confirm(shop, "a") == OverLimit(usd("0.88"), usd("0"), usd("0.89"), None)
    assert await shop.placing.by_nonce(ANN, "a") is None
    assert (await shop.session(), await shop.owed(), dict(shop.woken)) == (before, [], {})


async def test_a_limit_may_be_used_up_to_the_last_cent(shop: Shop, wish: Wish) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("1.78"), sure=False)
    first, second, third = [await confirm(shop, nonce) for nonce in "abc"]
    assert isinstance(first, Order)
    assert isinstance(second, Order)
    assert third == OverLimit(usd("1.78"), usd("1.78"), usd("0.89"), None)


async def test_two_devices_at_once_do_not_slip_past_the_limit(shop: Shop, wish: Wish) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("1.00"), sure=False)
    before = await shop.session()
    # The second screen knows of the first one's turn: nothing but the limit stands between them.
    later = replace(before, version=before.version + 1)
    first, second = await asyncio.gather(confirm(shop, "a", before), confirm(shop, "b", later))
    assert isinstance(first, Order)
    assert second == OverLimit(usd("1.00"), usd("0.89"), usd("0.89"), None)
    await shop.place()
    assert len(shop.serva.adds) == 1


async def test_a_second_tap_finds_its_order_although_the_limit_is_used_up(
    shop: Shop, wish: Wish
) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("0.89"), sure=False)
    first = await confirm(shop, "a")
    assert isinstance(first, Order)
    assert await confirm(shop, "a") == first


async def test_a_lower_limit_holds_at_once(shop: Shop, wish: Wish) -> None:
    assert isinstance(await confirm(shop, "a"), Order)
    await wish.limit(ANN, Guard.DAILY, usd("0.90"), sure=False)
    assert isinstance(await confirm(shop, "b"), OverLimit)
    await wish.limit(ANN, Guard.DAILY, None, sure=True)
    assert isinstance(await confirm(shop, "b"), Order)


async def test_a_limit_is_its_owners_alone(shop: Shop, wish: Wish) -> None:
    await shop.customer(BOB, OTHER_KEY)
    await wish.limit(ANN, Guard.DAILY, usd("0.01"), sure=False)
    assert await shop.confirm(BOB)
    assert isinstance(await confirm(shop, "a"), OverLimit)
    assert await wish.spent_today(ANN, "USD") == usd("0")


async def test_a_new_day_begins_where_the_person_is(shop: Shop, wish: Wish) -> None:
    await wish.lives_at(ANN, 180)
    await wish.limit(ANN, Guard.DAILY, usd("1.00"), sure=False)
    shop.clock.now = MIDNIGHT + DAY - 180 * 60_000 - 1
    assert isinstance(await confirm(shop, "a"), Order)
    assert isinstance(await confirm(shop, "b"), OverLimit)
    shop.clock.now += 1
    assert isinstance(await confirm(shop, "b"), Order)


async def test_without_a_clock_of_theirs_a_day_is_utcs(shop: Shop, wish: Wish) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("1.00"), sure=False)
    shop.clock.now = MIDNIGHT + DAY - 1
    assert isinstance(await confirm(shop, "a"), Order)
    assert isinstance(await confirm(shop, "b"), OverLimit)
    shop.clock.now += 1
    assert isinstance(await confirm(shop, "b"), Order)


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (accepted(), True),
        (Unknown("ReadTimeout"), True),
        (Refused("not enough funds", ""), False),
        (NotSent("ConnectError"), False),
    ],
)
async def test_what_may_have_cost_money_counts_and_nothing_else(
    shop: Shop, wish: Wish, outcome: object, counts: bool
) -> None:
    shop.serva.outcomes.extend([outcome] * TRIES)  # type: ignore[list-item]
    assert isinstance(await confirm(shop, "a"), Order)
    assert await wish.spent_today(ANN, "USD") == usd("0.89"), "it is on its way"
    for _ in range(TRIES):
        await shop.place()
        shop.clock.now += 10_000
    assert await wish.spent_today(ANN, "USD") == usd("0.89" if counts else "0")


async def test_an_order_that_was_not_there_after_all_counts_no_more(shop: Shop, wish: Wish) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    order = await shop.placed()
    assert order.placement is Placement.UNKNOWN
    assert await wish.spent_today(ANN, "USD") == usd("0.89")
    await shop.settling.not_there(ANN, order.id)
    assert await wish.spent_today(ANN, "USD") == usd("0")


async def test_a_charge_counts_instead_of_what_was_agreed(shop: Shop, wish: Wish) -> None:
    shop.serva.outcomes.append(accepted(charge="0.45", balance="25.05"))
    await shop.placed()
    assert await wish.spent_today(ANN, "USD") == usd("0.45")


async def test_what_the_balance_proves_counts_instead_of_what_was_agreed(
    shop: Shop, wish: Wish
) -> None:
    """An order whose price was not proven, and turned out to be per item."""
    shop.serva.money = usd("1000")
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    order = await shop.placed()
    shop.serva.money = usd("110")
    shop.clock.now += FIRST_LOOK
    await shop.look()
    assert (await shop.order(order)).placement is Placement.CHARGED
    assert await wish.spent_today(ANN, "USD") == usd("890")


@pytest.mark.parametrize(
    ("guard", "limit", "asked"),
    [
        (Guard.TWICE, "0.88", True),
        (Guard.TWICE, "0.89", True),
        (Guard.TWICE, "890", False),
        (Guard.DAILY, "889.99", True),
        (Guard.DAILY, "890", False),
    ],
)
async def test_what_an_unproven_price_may_come_to_is_asked_about_twice(
    wish: Wish, guard: Guard, limit: str, asked: bool
) -> None:
    await wish.limit(ANN, guard, usd(limit), sure=False)
    assert agreed().at_worst == usd("890")
    found = await wish.asks_twice(ANN, agreed())
    assert found == (Twice(usd(limit), guard) if asked else None)


async def test_what_was_ordered_today_counts_for_what_it_may_come_to(
    shop: Shop, wish: Wish
) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("890"), sure=False)
    assert await wish.asks_twice(ANN, agreed()) is None
    assert isinstance(await confirm(shop, "a"), Order)
    assert await wish.asks_twice(ANN, agreed()) == Twice(usd("890"), Guard.DAILY)


async def test_a_proven_price_is_what_it_is(wish: Wish) -> None:
    details = agreed()
    proven = replace(details, quote=replace(details.quote, proven=True))
    await wish.limit(ANN, Guard.DAILY, usd("0.89"), sure=False)
    await wish.limit(ANN, Guard.TWICE, usd("0.89"), sure=False)
    assert (proven.at_worst, await wish.asks_twice(ANN, proven)) == (usd("0.89"), None)


async def test_orders_of_several_are_weighed_together(shop: Shop, wish: Wish) -> None:
    await wish.limit(ANN, Guard.DAILY, usd("2.00"), sure=False)
    now = shop.clock()
    over = await shop.db.write(lambda tx: beyond_limit(tx, ANN, usd("2.01"), now))
    assert over == OverLimit(usd("2.00"), usd("0"), usd("2.01"), None)
    assert await shop.db.write(lambda tx: beyond_limit(tx, ANN, usd("2.00"), now)) is None


# ---- setting limits ----


@pytest.mark.parametrize("guard", Guard)
async def test_letting_more_through_needs_a_second_yes(wish: Wish, guard: Guard) -> None:
    assert await wish.limit(ANN, guard, usd("20"), sure=False) is not None
    assert await wish.limit(ANN, guard, usd("20.01"), sure=False) is None
    assert await wish.limit(ANN, guard, None, sure=False) is None
    assert (await wish.of(ANN)).guard(guard) == usd("20")
    assert await wish.limit(ANN, guard, usd("19"), sure=False) is not None
    assert await wish.limit(ANN, guard, usd("50"), sure=True) is not None
    assert (await wish.of(ANN)).guard(guard) == usd("50")
    assert await wish.limit(ANN, guard, None, sure=True) == Wishes()


# ---- what rings ----


async def test_switches_and_the_clock_are_kept_side_by_side(wish: Wish) -> None:
    await wish.rings(ANN, LEVELS[Level.NONE])
    await wish.ring(ANN, Ring.PARTIAL, True)
    await wish.lives_at(ANN, 120)
    assert await wish.of(ANN) == Wishes(frozenset({Ring.PARTIAL}), True, 120)
    await wish.quiet_nights(ANN, False)
    assert await wish.of(ANN) == Wishes(frozenset({Ring.PARTIAL}), False, 120)


async def test_muting_is_for_ones_own_orders_and_draws_the_card(shop: Shop, wish: Wish) -> None:
    order = await shop.placed()
    await shop.customer(BOB, OTHER_KEY)
    await shop.all_told()
    await wish.mute(BOB, order.id, True)
    assert not (await shop.order(order)).muted
    assert (await shop.owed(), await shop.owed(BOB)) == ([], [])
    await wish.mute(ANN, order.id, True)
    assert (await shop.order(order)).muted
    assert await shop.owed() == [NoticeKind.CARD]
    await wish.mute(ANN, order.id, False)
    assert not (await shop.order(order)).muted


async def following(shop: Shop, order: Order, *words: str) -> None:
    """Serva says one word after the other about a placed order."""
    for word in words:
        shop.serva.reports[order.provider_order] = {"status": word}
        shop.clock.now += 60_000
        await shop.follow()


async def test_that_an_order_begins_is_told_once_to_who_wants_to_hear_it(
    shop: Shop, wish: Wish
) -> None:
    await wish.rings(ANN, LEVELS[Level.ALL])
    order = await shop.placed()
    await following(shop, order, "Pending", "In progress", "Processing", "In progress")
    kinds = await shop.owed()
    assert kinds.count(NoticeKind.PROGRESS) == 1
    await shop.all_told()
    await following(shop, order, "Pending", "In progress")
    assert NoticeKind.PROGRESS not in await shop.owed()


async def test_that_an_order_begins_is_not_even_owed_to_others(shop: Shop, wish: Wish) -> None:
    order = await shop.placed()
    await following(shop, order, "Pending", "In progress")
    assert NoticeKind.PROGRESS not in await shop.owed()
