"""An unknown order is settled by a balance that proves it, or by its person; by nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, Placement
from bot.domain.pricing import Unit
from bot.domain.refusal import Meaning
from bot.providers.port import CallFailed, CallRefused, Unknown
from bot.usecases.place_orders import FIRST_LOOK
from bot.usecases.settle_unknowns import (
    LOOKS,
    QUIET,
    Answer,
)
from storage import orders
from tests.usecases.ordering import (
    ANN,
    BOB,
    DIAMONDS,
    FOLLOWERS,
    KEY,
    OTHER_KEY,
    Shop,
    accepted,
    agreed,
    quote_of,
)


def usd(amount: str | Decimal) -> Money:
    return Money(Decimal(amount))


# ---- looking ----


async def lost(shop: Shop, nonce: str = "nonce") -> Order:
    """An order whose answer was lost, at a balance of $25.50."""
    shop.serva.outcomes.append(Unknown("ReadTimeout", "req-u"))
    order = await shop.placed(nonce)
    await shop.all_told()
    shop.woken.clear()
    return order


async def look(shop: Shop, after: int = 0) -> None:
    shop.clock.now += after
    await shop.look()


async def test_a_balance_that_fell_by_the_price_settles_at_the_first_look(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.money = usd("24.61")
    await look(shop)
    assert (await shop.order(order)).placement is Placement.UNKNOWN, "not before its time"
    await look(shop, FIRST_LOOK)
    found = await shop.order(order)
    assert (found.placement, found.evidence.moved, found.evidence.decided_by) == (
        Placement.CHARGED,
        "0.89",
        "balance",
    )
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.SETTLED]
    assert shop.woken == {"notices": 1}
    assert (await shop.session()).serva.balance == usd("24.61")  # type: ignore[union-attr]


async def test_a_balance_that_stands_settles_only_after_the_quiet_period(shop: Shop) -> None:
    order = await lost(shop)
    await look(shop, FIRST_LOOK)
    while shop.clock() - order.confirmed_at < QUIET - 1:
        assert (await shop.order(order)).placement is Placement.UNKNOWN
        await look(shop, 1_000)
    await look(shop, 2_000)
    found = await shop.order(order)
    assert (found.placement, found.evidence.decided_by) == (Placement.NOT_PLACED, "balance")
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.SETTLED]
    assert len(shop.serva.adds) == 1


async def test_one_look_after_a_long_stop_is_not_enough(shop: Shop) -> None:
    order = await lost(shop)
    await look(shop, 5 * QUIET)
    assert (await shop.order(order)).placement is Placement.UNKNOWN


async def test_what_is_taken_late_is_found_late(shop: Shop) -> None:
    order = await lost(shop)
    await look(shop, FIRST_LOOK)
    shop.serva.money = usd("24.61")
    await look(shop, LOOKS[-1])
    assert (await shop.order(order)).placement is Placement.CHARGED


async def test_after_ten_minutes_the_person_is_asked_once(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.money = usd("20")
    for _ in range(130):
        await look(shop, 5_000)
    found = await shop.order(order)
    assert (found.placement, found.evidence.decided_by, found.evidence.moved) == (
        Placement.UNKNOWN,
        "asked",
        "5.50",
    )
    assert found.evidence.checks == 1 + len(LOOKS)  # the first one comes before them
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.ASK]
    balances = shop.serva.balances
    await look(shop, 3_600_000)
    assert shop.serva.balances == balances, "from here on only the person looks"
    assert await shop.settling.check_now(ANN, order.id) is Answer.LOOKED
    assert (await shop.owed()).count(NoticeKind.ASK) == 1


async def test_a_silent_serva_settles_nothing_and_the_person_is_asked_all_the_same(
    shop: Shop,
) -> None:
    order = await lost(shop)
    shop.serva.money = CallFailed("ReadTimeout")
    assert await shop.settling.check_now(ANN, order.id) is Answer.NOT_ANSWERING
    for _ in range(130):
        await look(shop, 5_000)
    found = await shop.order(order)
    assert (found.placement, found.evidence.checks) == (Placement.UNKNOWN, 0)
    assert NoticeKind.ASK in await shop.owed()


async def test_check_now_looks_at_once(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.money = usd("24.61")
    assert await shop.settling.check_now(BOB, order.id) is Answer.SETTLED, "not his to look at"
    assert (await shop.order(order)).placement is Placement.UNKNOWN
    assert await shop.settling.check_now(ANN, order.id) is Answer.LOOKED
    assert (await shop.order(order)).placement is Placement.CHARGED
    assert await shop.settling.check_now(ANN, order.id) is Answer.SETTLED


async def test_check_now_without_a_working_key_says_so(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.money = CallRefused(Meaning.KEY_REVOKED, "revoked")
    assert await shop.settling.check_now(ANN, order.id) is Answer.NO_KEY
    await shop.unlink()
    assert await shop.settling.check_now(ANN, order.id) is Answer.NO_KEY


async def test_one_order_that_cannot_be_looked_at_holds_up_no_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.customer(BOB, OTHER_KEY)
    shop.serva.outcomes.extend([Unknown("ReadTimeout")] * 2)
    first, second = await shop.confirm(target="a"), await shop.confirm(BOB, target="b")
    await shop.place()
    key_of = shop.keys.of

    async def broken(self: object, account: object) -> str | None:
        if account.owner == ANN:  # type: ignore[attr-defined]
            raise RuntimeError("a bug")
        return await key_of(account)  # type: ignore[arg-type]

    monkeypatch.setattr(type(shop.keys), "of", broken)
    shop.serva.money = usd("24.61")
    await look(shop, FIRST_LOOK)
    assert (await shop.order(first)).placement is Placement.UNKNOWN
    assert (await shop.order(second)).placement is Placement.CHARGED


# ---- other movements of the key ----


async def test_another_order_of_the_key_is_taken_into_account(shop: Shop) -> None:
    order = await lost(shop)
    await look(shop, FIRST_LOOK)
    shop.serva.outcomes.append(accepted("ORD-2", charge="0.50", balance="25.00"))
    other = await shop.placed("other")
    await _end(shop, other)
    shop.serva.money = usd("24.11")
    await look(shop, LOOKS[0])
    found = await shop.order(order)
    assert (found.placement, found.evidence.moved) == (Placement.CHARGED, "0.89")


async def test_an_order_that_ended_before_explains_nothing(shop: Shop) -> None:
    other = await shop.placed("other")
    await _end(shop, other)
    shop.clock.now += 3_600_000
    shop.serva.money = usd("24.61")
    order = await lost(shop)
    shop.serva.money = usd("23.72")
    await look(shop, FIRST_LOOK)
    assert (await shop.order(order)).placement is Placement.CHARGED


async def _end(shop: Shop, order: Order, word: str = "Completed", charge: str = "") -> None:
    """Serva says that an order is over."""
    await shop.tracking.refresh(order.owner, order.id)
    shop.serva.reports[order.provider_order] = {
        "status": word,
        "charge": charge or str(order.charge),
    }
    await shop.tracking.refresh(order.owner, order.id)
    assert (await shop.order(order)).ended_at is not None


async def test_an_order_that_was_placed_while_the_balance_was_read_makes_it_unclear(
    shop: Shop,
) -> None:
    """Its charge may be in the balance or not, and it may be just as large."""
    order = await lost(shop)
    await look(shop, FIRST_LOOK)
    shop.clock.now += QUIET
    shop.serva.money = usd("24.61")  # this order's own charge, which came late

    async def meanwhile() -> None:
        shop.clock.now += 1_000
        await _end(shop, await shop.placed("other"))

    shop.serva.on_balance = meanwhile
    await shop.look()
    found = await shop.order(order)
    assert (found.placement, found.evidence.moved) == (Placement.UNKNOWN, "0.89")


@pytest.mark.parametrize(("word", "charge"), [("Canceled", "0"), ("Partial", "0.40")])
async def test_money_that_came_back_makes_it_unclear(shop: Shop, word: str, charge: str) -> None:
    other = await shop.placed("other")
    shop.clock.now += 600_000
    order = await lost(shop)
    shop.clock.now += 1_000
    await _end(shop, other, word, charge)
    for _ in range(130):
        await look(shop, 5_000)
    assert (await shop.order(order)).placement is Placement.UNKNOWN


async def test_money_that_came_back_unnoticed_does_not_hide_a_charge(shop: Shop) -> None:
    """This order was taken for $0.89 while $0.89 of a cancelled one came back."""
    await shop.placed("other")
    shop.clock.now += 600_000
    order = await lost(shop)
    shop.serva.status_error = lambda ids: CallFailed("ReadTimeout")
    for after in LOOKS:
        shop.clock.now = order.confirmed_at + after
        await shop.look()
        await shop.follow()
    found = await shop.order(order)
    assert (found.placement, found.evidence.decided_by) == (Placement.UNKNOWN, "asked")


async def test_money_that_comes_back_between_status_and_balance_hides_no_charge(
    shop: Shop,
) -> None:
    other = await shop.placed("other")
    shop.clock.now += 600_000
    order = await lost(shop)
    shop.serva.money = usd("24.61")
    shop.serva.reports[other.provider_order] = {"status": "In progress", "charge": "0.89"}
    await look(shop, QUIET)
    await shop.follow()
    shop.serva.money = usd("25.50")
    await look(shop, QUIET)
    assert (await shop.order(order)).placement is Placement.UNKNOWN


async def test_a_running_order_that_was_checked_since_is_no_hindrance(shop: Shop) -> None:
    other = await shop.placed("other")
    shop.clock.now += 600_000
    order = await lost(shop)
    shop.serva.reports[other.provider_order] = {"status": "In progress", "charge": "0.89"}
    await look(shop, FIRST_LOOK)
    assert shop.woken["tracking"] == 1, "its status is asked for at once"
    for after in LOOKS:
        shop.clock.now += 1_000
        await shop.follow()
        shop.clock.now = order.confirmed_at + after
        await shop.look()
    assert (await shop.order(order)).placement is Placement.NOT_PLACED


async def test_two_unknowns_of_one_key_are_no_evidence_about_each_other(shop: Shop) -> None:
    one = await lost(shop, "one")
    await look(shop, FIRST_LOOK)
    two = await lost(shop, "two")
    shop.serva.money = usd("24.61")
    for _ in range(130):
        await look(shop, 5_000)
    placements = {(await shop.order(order)).placement for order in (one, two)}
    assert placements == {Placement.UNKNOWN}
    assert (await shop.owed()).count(NoticeKind.ASK) == 2


async def test_a_price_that_fell_before_one_was_sent_explains_no_other(shop: Shop) -> None:
    """Agreed to at $0.89, sent when Serva asked $0.80: what it cost looks like a cheaper one's."""
    cheaper = replace(FOLLOWERS, rate=Decimal("0.80"))
    shop.serva.rows = (cheaper, DIAMONDS)
    one = await lost(shop, "one")
    assert (await shop.order(one)).evidence.rate == "0.80"
    await look(shop, FIRST_LOOK)
    shop.serva.outcomes.append(Unknown("ReadTimeout", "req-u"))
    two = await shop.placed("two", agreed(service=cheaper))
    shop.serva.money = usd("24.70")
    for _ in range(130):
        await look(shop, 5_000)
    placements = {(await shop.order(order)).placement for order in (one, two)}
    assert placements == {Placement.UNKNOWN}


async def test_a_price_that_fell_before_it_was_sent_is_what_was_taken(shop: Shop) -> None:
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal("0.80")), DIAMONDS)
    order = await lost(shop)
    shop.serva.money = usd("24.70")
    await look(shop, FIRST_LOOK)
    found = await shop.order(order)
    assert found.placement is Placement.CHARGED
    assert Decimal(found.evidence.charged) == Decimal("0.80")


async def test_an_unknown_that_its_person_settled_in_between_makes_it_unclear(shop: Shop) -> None:
    """It may have been charged before or after the balance of the second was read."""
    one = await lost(shop, "one")
    await look(shop, FIRST_LOOK)
    two = await lost(shop, "two")
    shop.clock.now += 1_000
    shop.serva.reports["ORD-1"] = {"status": "Completed", "charge": "0.89"}
    assert await shop.settling.found_as(ANN, one.id, "ORD-1") is Answer.FOUND
    shop.serva.money = usd("24.61")
    for _ in range(130):
        await look(shop, 5_000)
    assert (await shop.order(two)).placement is Placement.UNKNOWN


async def test_an_id_that_a_person_gave_explains_no_movement(shop: Shop) -> None:
    """Of two lost orders they may have named the wrong one: then the balance did fall for it."""
    one = await lost(shop, "one")
    await look(shop, FIRST_LOOK)
    two = await lost(shop, "two")
    shop.clock.now += 1_000
    shop.serva.reports["ORD-1"] = {"status": "Completed", "charge": "0.89"}
    assert await shop.settling.found_as(ANN, two.id, "ORD-1") is Answer.FOUND
    shop.serva.money = usd("24.61")
    for _ in range(130):
        await look(shop, 5_000)
    assert (await shop.order(one)).placement is Placement.UNKNOWN


async def test_what_came_back_for_an_order_without_an_id_hides_no_charge(shop: Shop) -> None:
    """Serva paid the first one back, which nobody can see, and took the same for the second."""
    one = await lost(shop, "one")
    shop.serva.money = usd("24.61")
    await look(shop, 15_000)
    assert (await shop.order(one)).placement is Placement.CHARGED
    shop.clock.now += 1_000
    two = await lost(shop, "two")
    for _ in range(130):
        await look(shop, 5_000)
    assert (await shop.order(two)).placement is Placement.UNKNOWN


async def test_beside_an_order_without_an_id_a_charge_is_still_seen(shop: Shop) -> None:
    await lost(shop, "one")
    shop.serva.money = usd("24.61")
    await look(shop, 15_000)
    shop.clock.now += 1_000
    two = await lost(shop, "two")
    shop.serva.money = usd("23.72")
    await look(shop, 15_000)
    assert (await shop.order(two)).placement is Placement.CHARGED


async def test_other_keys_are_other_money(shop: Shop) -> None:
    await shop.customer(BOB, OTHER_KEY)
    order = await lost(shop)
    shop.clock.now += 1_000
    await shop.confirm(BOB, target="b")
    await shop.place()
    shop.serva.money = usd("24.61")
    await look(shop, FIRST_LOOK)
    assert (await shop.order(order)).placement is Placement.CHARGED


async def test_the_same_key_at_another_person_is_the_same_money(shop: Shop) -> None:
    await shop.customer(BOB, KEY)
    order = await lost(shop)
    await look(shop, FIRST_LOOK)
    other = await shop.confirm(BOB, target="b")
    await shop.place()
    await _end(shop, await shop.order(other))
    shop.serva.money = usd("24.61")
    await look(shop, LOOKS[0])
    found = await shop.order(order)
    assert (found.placement, found.evidence.moved) == (Placement.UNKNOWN, "0.00")


# ---- the person's word ----


async def test_an_id_that_serva_knows_is_placed_and_followed(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.reports["ORD-77"] = {"status": "In progress", "charge": "0.89", "remains": 400}
    assert await shop.settling.found_as(ANN, order.id, "ORD-77") is Answer.FOUND
    found = await shop.order(order)
    assert (found.placement, found.provider_order, found.charge, found.remains) == (
        Placement.PLACED,
        "ORD-77",
        Decimal("0.89"),
        400,
    )
    assert (found.followed, found.evidence.decided_by) == (True, "person")
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.SETTLED]
    assert shop.woken["tracking"] == 1
    assert await shop.settling.found_as(ANN, order.id, "ORD-77") is Answer.SETTLED


async def test_an_order_that_is_found_while_its_key_is_unlinked_is_not_followed(shop: Shop) -> None:
    order = await lost(shop)
    statuses = type(shop.serva).statuses

    async def meanwhile(serva: object, *asked: object) -> object:
        await shop.unlink()
        return await statuses(serva, *asked)  # type: ignore[arg-type]

    shop.serva.reports["ORD-77"] = {"status": "In progress", "charge": "0.89"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(shop.serva), "statuses", meanwhile)
        assert await shop.settling.found_as(ANN, order.id, "ORD-77") is Answer.FOUND
    found = await shop.order(order)
    assert (found.placement, found.followed, found.left_alone) == (Placement.PLACED, False, True)
    await shop.link(ANN, KEY)
    assert (await shop.order(order)).followed


async def test_an_order_that_is_found_ended_is_told_as_ended(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.reports["ORD-77"] = {"status": "Completed", "charge": "0.89"}
    assert await shop.settling.found_as(ANN, order.id, "ORD-77") is Answer.FOUND
    assert await shop.owed() == [NoticeKind.CARD, NoticeKind.SETTLED, NoticeKind.ENDED]
    assert not (await shop.order(order)).active


async def test_a_wrong_id_changes_nothing(shop: Shop) -> None:
    order = await lost(shop)
    assert await shop.settling.found_as(ANN, order.id, "ORD-1") is Answer.NOT_THERE
    assert await shop.order(order) == order


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (CallFailed("ReadTimeout"), Answer.NOT_ANSWERING),
        (CallRefused(Meaning.KEY_REVOKED, "revoked"), Answer.NO_KEY),
        (CallRefused(Meaning.OTHER, "no"), Answer.NOT_THERE),
    ],
)
async def test_an_id_that_cannot_be_checked_is_not_believed(
    shop: Shop, error: CallFailed | CallRefused, answer: Answer
) -> None:
    order = await lost(shop)
    shop.serva.status_error = lambda ids: error
    assert await shop.settling.found_as(ANN, order.id, "ORD-77") is answer
    assert (await shop.order(order)).placement is Placement.UNKNOWN


async def test_an_id_that_is_ours_already_is_refused(shop: Shop) -> None:
    await shop.customer(BOB, KEY)
    shop.serva.outcomes.append(accepted("ORD-5"))
    await shop.confirm(BOB, target="b")
    await shop.place()
    order = await lost(shop)
    shop.serva.reports |= {"ORD-5": {"status": "Pending"}, "ord-5": {"status": "Pending"}}
    assert await shop.settling.found_as(ANN, order.id, "ORD-5") is Answer.TAKEN
    assert await shop.settling.found_as(ANN, order.id, "ord-5") is Answer.TAKEN


async def test_without_a_key_no_id_can_be_checked(shop: Shop) -> None:
    order = await lost(shop)
    await shop.unlink()
    assert await shop.settling.found_as(ANN, order.id, "ORD-1") is Answer.NO_KEY


async def test_nobody_settles_the_order_of_somebody_else(shop: Shop) -> None:
    await shop.customer(BOB, OTHER_KEY)
    order = await lost(shop)
    shop.serva.reports["ORD-77"] = {"status": "Pending"}
    assert await shop.settling.found_as(BOB, order.id, "ORD-77") is Answer.SETTLED
    assert not await shop.settling.not_there(BOB, order.id)
    assert (await shop.order(order)).placement is Placement.UNKNOWN


async def test_it_is_not_there_settles_once(shop: Shop) -> None:
    order = await lost(shop)
    assert await shop.settling.not_there(ANN, order.id)
    found = await shop.order(order)
    assert (found.placement, found.evidence.decided_by) == (Placement.NOT_PLACED, "person")
    # The card says it; their own words do not ring back at them.
    assert await shop.owed() == [NoticeKind.CARD]
    assert not await shop.settling.not_there(ANN, order.id)


@pytest.mark.parametrize("before", [Placement.CHARGED, Placement.NOT_PLACED])
async def test_what_was_settled_without_an_id_may_still_be_found(
    shop: Shop, before: Placement
) -> None:
    order = await lost(shop)
    if before is Placement.CHARGED:
        shop.serva.money = usd("24.61")
        await look(shop, FIRST_LOOK)
    else:
        await shop.settling.not_there(ANN, order.id)
    assert (await shop.order(order)).placement is before
    shop.serva.reports["ORD-77"] = {"status": "Pending", "charge": "0.89"}
    assert await shop.settling.found_as(ANN, order.id, "ORD-77") is Answer.FOUND
    assert (await shop.order(order)).placement is Placement.PLACED


async def test_a_look_that_comes_too_late_changes_nothing(shop: Shop) -> None:
    order = await lost(shop)
    shop.serva.money = usd("24.61")
    shop.serva.reports["ORD-77"] = {"status": "Pending", "charge": "0.89"}
    due = await orders.unsettled(shop.db, shop.clock() + FIRST_LOOK)
    assert [found.id for found, _ in due] == [order.id]
    await shop.settling.found_as(ANN, order.id, "ORD-77")
    await shop.settling._look(*due[0])
    assert (await shop.order(order)).placement is Placement.PLACED


async def test_the_price_of_a_single_thing_is_found_too(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    details = replace(
        agreed(),
        service=DIAMONDS,
        quantity=1,
        sends_quantity=False,
        quote=quote_of(DIAMONDS, 1, Unit.FLAT),
        link="",
    )
    order = await shop.placed(details=details)
    shop.serva.money = usd("24.05")
    await look(shop, FIRST_LOOK)
    found = await shop.order(order)
    assert (found.placement, found.evidence.moved) == (Placement.CHARGED, "1.45")
