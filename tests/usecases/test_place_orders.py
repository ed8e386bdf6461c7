"""One confirmation is one `add` at most, whatever the answer, the disk and the clock do."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Details, Order, Placement, Reason, Value, Why
from bot.domain.pricing import Unit
from bot.domain.refusal import Meaning
from bot.domain.session import Account
from bot.domain.wishes import OverLimit
from bot.providers.port import (
    AddRequest,
    CallFailed,
    CallRefused,
    NotSent,
    Outcome,
    Refused,
    Unknown,
)
from bot.usecases.place_orders import (
    FIRST_LOOK,
    PAUSE,
    WINDOW,
    Confirmation,
    InTheWay,
    request_of,
)
from storage import price_units, sessions, targets
from storage.database import StorageFailed
from tests.usecases.ordering import (
    ANN,
    BOB,
    DIAMONDS,
    FOLLOWERS,
    OPERATOR,
    OTHER_KEY,
    Shop,
    accepted,
    agreed,
    opened,
    quote_of,
)


def refused(meaning: Meaning = Meaning.OTHER, text: str = "No") -> Refused:
    return Refused(meaning, text, "req-no")


def why(order: Order) -> tuple[Placement, str, str]:
    return order.placement, order.reason.meaning, order.reason.text


async def balance(shop: Shop) -> Money | None:
    account = (await shop.session()).serva
    return None if account is None else account.balance


# ---- confirming ----


async def test_a_confirmed_order_waits_for_its_turn_with_a_card(shop: Shop) -> None:
    order = await shop.confirm()
    assert (order.placement, order.card_message, order.details) == (
        Placement.CONFIRMED,
        500,
        agreed(),
    )
    assert await shop.owed() == [NoticeKind.CARD]
    assert shop.woken == {"placing": 1, "notices": 1}
    assert shop.serva.adds == []


async def test_a_second_tap_finds_the_order_of_the_first(shop: Shop) -> None:
    first = await shop.confirm()
    second = await shop.confirm()
    assert second == first
    await shop.place()
    await shop.confirm()
    await shop.place()
    assert len(shop.serva.adds) == 1


async def test_two_taps_at_once_are_one_order(shop: Shop) -> None:
    results = await asyncio.gather(shop.confirm(), shop.confirm(), return_exceptions=True)
    await shop.place()
    assert {one.id for one in results if isinstance(one, Order)} == {1}
    assert len(shop.serva.adds) == 1


async def test_a_confirmation_of_an_outdated_screen_is_refused(shop: Shop) -> None:
    before = await shop.session()
    await shop.confirm(nonce="newer", target="instagram.com/bob")
    stale = replace(before, live=1)
    with pytest.raises(sessions.SessionMoved):
        await shop.placing.confirm(before, stale, _confirmation("older"))
    assert await shop.placing.by_nonce(ANN, "older") is None


def _confirmation(nonce: str) -> Confirmation:
    return Confirmation(nonce, 1, agreed(), "instagram.com/ann", 500)


async def test_only_an_unsettled_order_is_in_the_way(shop: Shop) -> None:
    async def blocked(service: int = 1, owner: int = ANN) -> bool:
        return await shop.placing.in_the_way(owner, "instagram.com/nonce", service) is not None

    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    confirmed = await shop.confirm(target="instagram.com/nonce")
    assert (await blocked(), await blocked(service=2)) == (True, False)
    await shop.place()
    assert (await blocked(), await blocked(service=2), await blocked(owner=BOB)) == (
        True,
        True,
        False,
    )
    await shop.settling.not_there(ANN, confirmed.id)
    assert not await blocked()


async def test_what_came_in_the_way_since_the_screen_was_made_is_found_in_the_same_commit(
    shop: Shop,
) -> None:
    async def confirm(nonce: str, service: int = 1) -> Order | OverLimit | InTheWay:
        before = await shop.session()
        after = replace(before, live=1)
        agreement = replace(_confirmation(nonce), service=service)
        return await shop.placing.confirm(before, after, agreement)

    first = await shop.confirm()
    before = await shop.session()
    assert await confirm("same") == InTheWay(first.id)
    assert (await shop.session(), await shop.placing.by_nonce(ANN, "same")) == (before, None)
    assert await shop.confirm() == first, "its own second tap is no other order"

    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    await shop.place()
    assert await confirm("other", service=2) == InTheWay(first.id)
    await shop.settling.not_there(ANN, first.id)
    assert isinstance(await confirm("free"), Order)


async def test_an_order_that_runs_stops_nobody_from_ordering_anyway(shop: Shop) -> None:
    await shop.confirm()
    await shop.place()
    running = await shop.confirm(nonce="anyway")
    assert running.placement is Placement.CONFIRMED


# ---- the request ----


def test_the_request_says_what_was_agreed_to() -> None:
    details = Details(
        service=FOLLOWERS,
        quantity=1000,
        sends_quantity=True,
        quote=quote_of(FOLLOWERS, 1000),
        link="https://instagram.com/ann",
        values=(Value("player", "Player", "42"), Value("comments", "Comments", "a\nb", True)),
        coupon="SAVE10",
    )
    assert request_of(details) == AddRequest(
        service="1234",
        link="https://instagram.com/ann",
        quantity=1000,
        fields={"player": "42"},
        extras={"comments": "a\nb"},
        coupon="SAVE10",
    )
    bare = replace(details, link="", sends_quantity=False, values=(), coupon="")
    assert request_of(bare) == AddRequest(service="1234")


# ---- the edges of the diagram ----


async def test_accepted_is_placed_and_followed(shop: Shop) -> None:
    shop.serva.outcomes.append(accepted("ORD-100023"))
    order = await shop.placed()
    assert (order.placement, order.provider_order, order.charge, order.attempts) == (
        Placement.PLACED,
        "ORD-100023",
        Decimal("0.89"),
        1,
    )
    assert order.balance_before == Decimal("25.50")
    assert order.followed
    assert await balance(shop) == Money(Decimal("24.61"))
    assert await shop.owed() == [NoticeKind.CARD]
    assert shop.woken["tracking"] == 1
    assert await shop.calls(order) == [(1, "accepted", "req-add", "ORD-100023")]
    assert await targets.recent(shop.db, ANN, "link", 3) == [(1, "https://instagram.com/ann")]


async def test_an_answer_without_charge_and_balance_is_still_a_placed_order(shop: Shop) -> None:
    shop.serva.outcomes.append(accepted("ORD-1", charge=None, balance=None))
    order = await shop.placed()
    assert (order.placement, order.charge) == (Placement.PLACED, None)
    assert await balance(shop) == Money(Decimal("25.50"))


@pytest.mark.parametrize("meaning", list(Meaning))
async def test_refused_is_refused_for_the_reason_that_was_given(
    shop: Shop, meaning: Meaning
) -> None:
    shop.serva.outcomes.append(refused(meaning))
    order = await shop.placed()
    assert (order.placement, order.reason) == (
        Placement.REFUSED,
        Reason(meaning, "No", "req-no"),
    )
    assert await shop.calls(order) == [(1, "refused", "req-no", "No")]
    await shop.place()
    assert len(shop.serva.adds) == 1


async def test_not_sent_is_tried_again_until_it_is_sent(shop: Shop) -> None:
    shop.serva.outcomes.extend([NotSent("ConnectError"), accepted("ORD-9")])
    order = await shop.placed()
    assert (order.placement, await shop.waiting()) == (Placement.CONFIRMED, [])
    shop.clock.now += PAUSE
    await shop.place()
    order = await shop.order(order)
    assert (order.placement, order.attempts, len(shop.serva.adds)) == (Placement.PLACED, 2, 2)
    assert await shop.calls(order) == [
        (1, "not_sent", "", "ConnectError"),
        (2, "accepted", "req-add", "ORD-9"),
    ]


async def test_three_times_not_sent_is_not_sent(shop: Shop) -> None:
    shop.serva.outcomes.extend([NotSent("ConnectError")] * 9)
    order = await shop.placed()
    for _ in range(5):
        shop.clock.now += 10_000
        await shop.place()
    assert why(await shop.order(order)) == (
        Placement.NOT_SENT,
        Why.UNREACHABLE,
        "ConnectError",
    )
    assert len(shop.serva.adds) == 3


async def test_not_sent_late_is_not_tried_again(shop: Shop) -> None:
    order = await shop.confirm()
    shop.serva.outcomes.append(NotSent("ConnectTimeout"))
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    shop.clock.now += WINDOW
    shop.serva.gate.set()
    await shop.quiet()
    assert why(await shop.order(order))[:2] == (Placement.NOT_SENT, Why.UNREACHABLE)


@pytest.mark.parametrize("silent", ["balance", "services"])
async def test_a_silent_serva_is_not_sent_anything(shop: Shop, silent: str) -> None:
    error = CallFailed("ConnectError", "req-1")
    if silent == "balance":
        shop.serva.money = error
    else:
        shop.serva.rows = error
    order = await shop.placed()
    for tries in (1, 2, 3):
        order = await shop.order(order)
        assert order.attempts == tries
        shop.clock.now += PAUSE
        await shop.place()
    assert order.placement is Placement.NOT_SENT
    assert order.reason == Reason(Why.UNREACHABLE, "ConnectError", "req-1")
    assert shop.serva.adds == []
    assert await shop.owed() == [NoticeKind.CARD]


async def test_a_serva_that_answers_again_gets_the_order(shop: Shop) -> None:
    money, shop.serva.money = shop.serva.money, CallFailed("ReadTimeout")
    order = await shop.placed()
    shop.serva.money = money
    await shop.place()
    assert shop.serva.adds == [], "not before its pause is over"
    shop.clock.now += PAUSE
    await shop.place()
    assert (await shop.order(order)).placement is Placement.PLACED


@pytest.mark.parametrize(
    "meaning",
    [Meaning.KEY_UNKNOWN, Meaning.KEY_REVOKED, Meaning.NOT_APPROVED, Meaning.BANNED, Meaning.OTHER],
)
async def test_a_key_that_is_refused_before_is_not_used_for_an_add(
    shop: Shop, meaning: Meaning
) -> None:
    shop.serva.money = CallRefused(meaning, "No", "req-2")
    order = await shop.placed()
    assert why(order) == (Placement.NOT_SENT, meaning, "No")
    assert shop.serva.adds == []


async def test_a_higher_price_is_not_paid(shop: Shop) -> None:
    order = await shop.confirm()
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal("1.78")),)
    await shop.place()
    ended = await shop.order(order)
    assert why(ended)[:2] == (Placement.NOT_SENT, Why.PRICE_CHANGED)
    assert Decimal(ended.reason.text) == Decimal("1.78")
    assert shop.serva.adds == []


async def test_a_lower_price_is_no_reason_to_ask(shop: Shop) -> None:
    order = await shop.confirm()
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal("0.50")),)
    await shop.place()
    assert (await shop.order(order)).placement is Placement.PLACED


async def test_a_dearer_reading_that_was_proved_meanwhile_is_not_paid(shop: Shop) -> None:
    order = await shop.confirm()
    scope = f"class:{FOLLOWERS.price_class}"
    await shop.db.write(lambda tx: price_units.prove(tx, scope, Unit.PER_ITEM, 1, 0))
    await shop.place()
    assert why(await shop.order(order))[:2] == (Placement.NOT_SENT, Why.PRICE_CHANGED)
    assert shop.serva.adds == []


async def test_a_service_that_is_gone_is_not_ordered(shop: Shop) -> None:
    order = await shop.confirm()
    shop.serva.rows = (DIAMONDS,)
    await shop.place()
    assert why(await shop.order(order)) == (Placement.NOT_SENT, Meaning.SERVICE_GONE, "")
    assert shop.serva.adds == []


async def test_an_order_whose_turn_comes_too_late_is_not_sent(shop: Shop) -> None:
    order = await shop.confirm()
    shop.clock.now += WINDOW + 1
    await shop.place()
    assert why(await shop.order(order))[:2] == (Placement.NOT_SENT, Why.WAITED)
    assert shop.serva.adds == []


async def test_an_order_whose_key_was_unlinked_is_not_sent(shop: Shop) -> None:
    order = await shop.confirm()
    await shop.unlink()
    await shop.place()
    assert why(await shop.order(order))[:2] == (Placement.NOT_SENT, Why.UNLINKED)
    assert shop.serva.adds == []


async def test_an_order_is_not_sent_with_another_key_than_it_was_agreed_for(shop: Shop) -> None:
    order = await shop.confirm()
    await shop.link(ANN, OTHER_KEY)
    await shop.place()
    assert why(await shop.order(order))[:2] == (Placement.NOT_SENT, Why.UNLINKED)
    assert shop.serva.adds == []


async def test_a_key_that_is_unlinked_meanwhile_leaves_the_order_alone(shop: Shop) -> None:
    order = await shop.confirm()
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    await shop.unlink()
    shop.serva.gate.set()
    await shop.quiet()
    placed = await shop.order(order)
    assert (placed.placement, placed.left_alone) == (Placement.PLACED, True)
    await shop.link(ANN)
    assert (await shop.order(order)).followed


async def test_a_lost_answer_is_unknown_and_never_sent_again(shop: Shop) -> None:
    await shop.operator()
    shop.serva.outcomes.append(Unknown("ReadTimeout", "req-3"))
    order = await shop.placed()
    assert why(order) == (Placement.UNKNOWN, "unknown", "ReadTimeout")
    assert order.evidence.first_at == shop.clock()
    assert await shop.owed() == [NoticeKind.CARD]
    assert await shop.owed(OPERATOR) == [NoticeKind.OPERATOR_UNKNOWN]
    for _ in range(4):
        shop.clock.now += WINDOW
        await shop.confirm(target="instagram.com/nonce")
        await shop.place()
        await shop.restarted().placing.start()
    assert len(shop.serva.adds) == 1


async def test_an_operator_who_never_wrote_does_not_cost_the_outcome(shop: Shop) -> None:
    shop.serva.outcomes.extend([Unknown("ReadTimeout"), accepted(charge="890")])
    assert (await shop.placed("one")).placement is Placement.UNKNOWN
    shop.clock.now += FIRST_LOOK
    await shop.look()
    assert (await shop.placed("two")).placement is Placement.PLACED
    assert await shop.owed(OPERATOR) == []


async def test_the_next_order_of_a_key_waits_until_a_lost_one_was_looked_for(shop: Shop) -> None:
    """Were it lost as well, the balance could tell neither from the other."""
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    await shop.placed("one")
    two = await shop.placed("two")
    assert (two.placement, two.attempts, len(shop.serva.adds)) == (Placement.CONFIRMED, 0, 1)
    shop.clock.now += FIRST_LOOK
    await shop.look()
    await shop.place()
    assert (await shop.order(two)).placement is Placement.PLACED


async def test_the_orders_of_other_keys_wait_for_nothing(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    await shop.placed("one")
    await shop.customer(BOB, OTHER_KEY)
    other = await shop.confirm(BOB, target="b")
    await shop.place()
    assert (await shop.order(other)).placement is Placement.PLACED


async def test_who_waits_for_a_look_that_never_comes_is_not_sent(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    await shop.placed("one")
    two = await shop.placed("two")
    shop.clock.now += WINDOW + 1
    await shop.place()
    now = await shop.order(two)
    assert (now.placement, now.reason.meaning) == (Placement.NOT_SENT, Why.WAITED)


async def test_an_id_that_is_ours_already_proves_nothing(shop: Shop) -> None:
    shop.serva.outcomes.extend([accepted("ORD-5"), accepted("ord-5")])
    assert (await shop.placed("one")).placement is Placement.PLACED
    assert (await shop.placed("two")).placement is Placement.UNKNOWN


# ---- what may go wrong between claim and commit ----


async def test_an_outcome_waits_for_a_disk_that_refuses(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, refusals = shop.db.write, 3

    async def refuse_after_the_add(job: Any) -> Any:
        nonlocal refusals
        if shop.serva.adds and refusals:
            refusals -= 1
            raise StorageFailed("the disk is full")
        return await write(job)

    monkeypatch.setattr(shop.db, "write", refuse_after_the_add)
    order = await shop.placed()
    assert (order.placement, order.provider_order) == (Placement.PLACED, "ORD-100023")
    assert shop.pauses == [250, 500, 1000]
    assert len(shop.serva.adds) == 1


async def test_an_outcome_that_cannot_be_kept_is_unknown_and_names_what_is_known(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(targets, "remember", broken)
    order = await shop.placed()
    assert order.placement is Placement.UNKNOWN
    assert order.reason.text == "accepted as ORD-100023, but RuntimeError when it was kept"


async def test_an_add_that_raises_is_unknown(shop: Shop) -> None:
    shop.serva.outcomes.append(RuntimeError("a bug"))
    assert why(await shop.placed())[::2] == (Placement.UNKNOWN, "RuntimeError")


async def test_an_order_that_cannot_be_handled_holds_up_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await shop.confirm(nonce="first", target="a")
    second = await shop.confirm(nonce="second", target="b")
    fetch = shop.placing._look_first

    async def broken(self: object, order: Order, account: Account, key: str) -> Any:
        if order.id == first.id:
            raise RuntimeError("a bug")
        return await fetch(order, account, key)

    monkeypatch.setattr(type(shop.placing), "_look_first", broken)
    await shop.place()
    assert (await shop.order(second)).placement is Placement.PLACED
    for _ in range(3):
        shop.clock.now += PAUSE
        await shop.place()
    assert why(await shop.order(first)) == (Placement.NOT_SENT, Why.INTERRUPTED, "RuntimeError")
    assert len(shop.serva.adds) == 1


async def test_a_broken_disk_is_not_hot(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = await shop.confirm()
    shop.woken.clear()

    async def refuse(job: object) -> Any:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(shop.db, "write", refuse)
        await shop.place()
    assert shop.woken["placing"] == 0
    assert shop.serva.adds == []
    await shop.place()
    assert (await shop.order(order)).placement is Placement.PLACED


async def test_whatever_was_being_sent_at_a_crash_is_unknown(shop: Shop) -> None:
    await shop.operator()
    order = await shop.confirm()
    waiting = await shop.confirm(nonce="next", target="b")
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()

    again = shop.restarted()
    assert await again.placing.start() == 1
    assert await again.placing.start() == 0
    found = await again.order(order)
    assert why(found) == (Placement.UNKNOWN, "unknown", "the bot stopped while sending")
    assert await again.calls(order) == [(1, "unknown", "", "the bot stopped while sending")]
    assert await shop.owed(OPERATOR) == [NoticeKind.OPERATOR_UNKNOWN]
    assert (await again.order(waiting)).placement is Placement.CONFIRMED

    shop.serva.gate.set()
    await shop.quiet()
    assert (await again.order(order)).placement is Placement.UNKNOWN, "a late answer is too late"


# ---- order and shutdown ----


async def test_orders_of_one_key_go_one_after_another(shop: Shop) -> None:
    await shop.customer(BOB)
    for nonce in ("a", "b", "c"):
        await shop.confirm(nonce=nonce, target=nonce)
    await shop.confirm(BOB, nonce="d", target="d")
    await shop.place()
    assert (len(shop.serva.adds), shop.serva.most_sending) == (4, 1)


async def test_one_slow_key_delays_no_other(shop: Shop) -> None:
    await shop.customer(BOB, OTHER_KEY)
    await shop.confirm(target="a")
    await shop.confirm(BOB, target="b")
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent(2)
    shop.serva.gate.set()
    await shop.quiet()
    assert shop.serva.most_sending == 2


async def test_what_was_confirmed_meanwhile_wakes_the_worker_again(shop: Shop) -> None:
    await shop.confirm(target="a")
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    await shop.confirm(nonce="later", target="b")
    await shop.placing.run_once()
    shop.woken.clear()
    shop.serva.gate.set()
    await shop.quiet()
    assert shop.woken["placing"] == 1
    await shop.place()
    assert len(shop.serva.adds) == 2


async def test_a_shutdown_waits_for_the_add_and_begins_no_other(shop: Shop) -> None:
    first = await shop.confirm(nonce="first", target="a")
    second = await shop.confirm(nonce="second", target="b")
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    draining = asyncio.create_task(shop.placing.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    shop.serva.gate.set()
    await draining
    await shop.place()
    assert (await shop.order(first)).placement is Placement.PLACED
    assert (await shop.order(second)).placement is Placement.CONFIRMED
    assert len(shop.serva.adds) == 1

    again = shop.restarted()
    await again.placing.start()
    await again.place()
    assert (await again.order(second)).placement is Placement.PLACED


async def test_a_shutdown_during_the_reads_before_leaves_the_order_for_the_next_start(
    shop: Shop,
) -> None:
    async def close() -> None:
        shop.placing._closing.set()

    order = await shop.confirm()
    shop.serva.on_balance = close
    await shop.place()
    assert ((await shop.order(order)).placement, shop.serva.adds) == (Placement.CONFIRMED, [])


# ---- what a charge teaches ----


async def proofs(shop: Shop) -> dict[str, Unit]:
    return dict((await price_units.all_of(shop.db)).proofs)


async def test_a_charge_proves_the_unit_of_its_class(shop: Shop) -> None:
    await shop.placed()
    assert await proofs(shop) == {f"class:{FOLLOWERS.price_class}": Unit.PER_1000}


async def test_a_charge_with_a_coupon_proves_nothing(shop: Shop) -> None:
    await shop.placed(details=agreed(coupon="SAVE10"))
    assert await proofs(shop) == {}


async def test_a_service_that_is_charged_otherwise_is_an_exception(shop: Shop) -> None:
    await shop.placed("one")
    shop.serva.outcomes.append(accepted("ORD-2", charge="890", balance="1"))
    await shop.placed("two")
    assert await proofs(shop) == {
        f"class:{FOLLOWERS.price_class}": Unit.PER_1000,
        "service:1234": Unit.PER_ITEM,
    }


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        ("0.89", []),
        ("0.90", []),
        ("0.901", [NoticeKind.OPERATOR_CHARGE]),
        ("890", [NoticeKind.OPERATOR_CHARGE]),
    ],
)
async def test_the_operator_hears_of_charges_above_the_quote(
    shop: Shop, charge: str, told: list[NoticeKind]
) -> None:
    await shop.operator()
    shop.serva.outcomes.append(accepted(charge=charge))
    await shop.placed()
    assert await shop.owed(OPERATOR) == told


# ---- any schedule ----

OUTCOMES = st.sampled_from(
    [
        accepted("ORD-X", None, None),
        refused(),
        NotSent("ConnectError"),
        Unknown("ReadTimeout"),
        RuntimeError("a bug"),
    ]
)
STEPS = st.lists(
    st.sampled_from(["tap", "tick", "wait", "crash", "silence", "answer"]), min_size=3, max_size=14
)


@settings(max_examples=40, deadline=None)
@given(outcomes=st.lists(OUTCOMES, max_size=4), steps=STEPS)
def test_no_schedule_sends_twice_what_may_have_cost_money(
    outcomes: list[Outcome | Exception], steps: list[str]
) -> None:
    asyncio.run(_play(outcomes, steps))


async def _play(outcomes: list[Outcome | Exception], steps: list[str]) -> None:
    async with opened() as shop:
        shop.serva.outcomes = deque(outcomes)
        money = shop.serva.money
        order = await shop.confirm()
        placing = shop
        for step in (*steps, "tick"):
            match step:
                case "tap":
                    assert (await placing.confirm()).id == order.id
                case "tick":
                    await placing.place()
                case "wait":
                    shop.clock.now += 20_000
                case "silence":
                    shop.serva.money = CallFailed("ReadTimeout")
                case "answer":
                    shop.serva.money = money
                case "crash":
                    placing = await _crashed(placing)
        ended = await shop.order(order)
        assert shop.serva.may_have_cost <= 1
        assert len(shop.serva.adds) <= 3
        assert ended.placement is not Placement.SENDING
        if shop.serva.may_have_cost:
            assert ended.placement not in (Placement.CONFIRMED, Placement.NOT_SENT)


async def _crashed(shop: Shop) -> Shop:
    """The process dies while something may be on its way, and another one starts."""
    shop.serva.gate.clear()
    await shop.placing.run_once()
    while len(shop.placing._busy) and not shop.serva.sending:
        await asyncio.sleep(0.001)
    await shop.placing._busy.stop()
    shop.serva.gate.set()
    again = shop.restarted()
    await again.placing.start()
    return again
