"""A batch goes one order after another; what ends all of them ends it; nobody else goes on."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.batch import Batch, Fate
from bot.domain.mass import Ready
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Details, Order, Placement, Why
from bot.domain.refusal import Meaning
from bot.domain.session import Session
from bot.domain.wishes import OverLimit
from bot.providers.port import (
    CallFailed,
    CallRefused,
    NotSent,
    Outcome,
    Refused,
    ServicesAnswer,
    Unknown,
)
from bot.usecases.place_orders import (
    ALIKE,
    BATCH_PAUSE,
    BATCH_WINDOW,
    CATALOGUE_LIFE,
    FIRST_LOOK,
    LOST,
    PAUSE,
    WINDOW,
    Agreement,
    InTheWay,
)
from bot.usecases.restore import make_safe
from bot.usecases.settle_unknowns import LOOKS
from storage import batches, people, sessions, targets, wishes
from tests.usecases.ordering import (
    ANN,
    BOB,
    DIAMONDS,
    FOLLOWERS,
    OTHER_KEY,
    FakeServa,
    Shop,
    accepted,
    agreed,
    opened,
)


def ready(count: int = 3, details: Details | None = None) -> list[Ready]:
    return [
        Ready(line, 1, details or agreed(), f"instagram.com/p{line}")
        for line in range(1, count + 1)
    ]


async def confirm(
    shop: Shop,
    count: int = 3,
    owner: int = ANN,
    nonce: str = "b",
    rest_of: int | None = None,
    before: Session | None = None,
    details: Details | None = None,
) -> Batch:
    confirmed = await agree(shop, count, owner, nonce, rest_of, before, details)
    assert isinstance(confirmed, Batch)
    return confirmed


async def agree(
    shop: Shop,
    count: int = 3,
    owner: int = ANN,
    nonce: str = "b",
    rest_of: int | None = None,
    before: Session | None = None,
    details: Details | None = None,
) -> Batch | OverLimit | InTheWay:
    """The tap that confirms a list of followers."""
    session = before or await shop.session(owner)
    after = Session(session.person, version=session.version)
    total = Money(Decimal("0.89") * count)
    agreement = Agreement(nonce, ready(count, details), total, rest_of, 500)
    return await shop.placing.confirm_batch(session, after, agreement)


async def of(shop: Shop, batch: Batch) -> list[Order]:
    return (await batches.orders_of(shop.db, batch.id, (), 500, 0))[0]


async def placements(shop: Shop, batch: Batch) -> list[Placement]:
    return [order.placement for order in await of(shop, batch)]


async def whys(shop: Shop, batch: Batch) -> list[str]:
    return [order.reason.meaning for order in await of(shop, batch)]


async def tally(shop: Shop, batch: Batch) -> dict[Fate, int]:
    return dict((await batches.tally(shop.db, batch)).counts)


async def rounds(shop: Shop, count: int) -> None:
    """So many rounds of the worker; each places one order of a batch."""
    for _ in range(count):
        await shop.place()


def paying(shop: Shop, serva: FakeServa) -> None:
    """Every order that is accepted costs money, as it does at Serva."""
    add = serva.add

    async def charging(key: str, request: object) -> Outcome:
        outcome = await add(key, request)  # type: ignore[arg-type]
        if not isinstance(outcome, Refused | NotSent):
            assert isinstance(serva.money, Money)
            serva.money -= Money(Decimal("0.89"))
        return outcome

    serva.add = charging  # type: ignore[method-assign]


def asked_for_prices(serva: FakeServa) -> list[int]:
    """A list that grows with every look at the catalogue."""
    looks: list[int] = []
    services = serva.services

    async def counting(key: str, unless: str = "") -> ServicesAnswer | None:
        looks.append(1)
        return await services(key, unless)

    serva.services = counting  # type: ignore[method-assign]
    return looks


# ---- confirming ----


async def test_one_yes_keeps_an_order_for_every_line_and_one_card(shop: Shop) -> None:
    batch = await confirm(shop)
    assert (batch.size, batch.card_message) == (3, 500)
    assert await placements(shop, batch) == [Placement.CONFIRMED] * 3
    assert await shop.owed() == [NoticeKind.BATCH]
    assert shop.woken == {"placing": 1, "notices": 1}
    assert shop.serva.adds == []


async def test_a_second_tap_finds_the_batch_of_the_first(shop: Shop) -> None:
    session = await shop.session()
    results = await asyncio.gather(
        confirm(shop, before=session), confirm(shop, before=session), return_exceptions=True
    )
    assert {one.id for one in results if isinstance(one, Batch)} == {1}
    assert (await confirm(shop)).id == 1
    await rounds(shop, 9)
    assert len(shop.serva.adds) == 3


async def test_a_yes_to_an_outdated_screen_keeps_nothing(shop: Shop) -> None:
    before = await shop.session()
    await shop.confirm()
    with pytest.raises(sessions.SessionMoved):
        await confirm(shop, before=before)
    assert await batches.by_nonce(shop.db, ANN, "b") is None
    assert len(await shop.waiting()) == 1


async def test_a_rest_is_taken_up_once(shop: Shop) -> None:
    first = await confirm(shop)
    await shop.placing.stop_batch(ANN, first.id)
    await shop.all_told()
    second = await confirm(shop, nonce="c", rest_of=first.id)
    assert await shop.owed() == [NoticeKind.BATCH] * 2, "the first one's card is drawn anew"
    third = await confirm(shop, nonce="d", rest_of=first.id)
    assert third == second
    await rounds(shop, 9)
    assert len(shop.serva.adds) == 3


async def test_the_sum_counts_against_the_limit_of_the_day(shop: Shop) -> None:
    limit = Money(Decimal("2.66"))
    await shop.db.write(lambda tx: wishes.change(tx, ANN, lambda now: replace(now, daily=limit)))
    over = await agree(shop)
    assert isinstance(over, OverLimit)
    assert (over.limit, over.wanted) == (limit, Money(Decimal("2.67")))
    assert await batches.by_nonce(shop.db, ANN, "b") is None
    assert isinstance(await agree(shop, 2), Batch)


# ---- one after another ----


async def test_each_order_goes_by_itself_with_the_balance_before_it(shop: Shop) -> None:
    paying(shop, shop.serva)
    batch = await confirm(shop)
    for sent in (1, 2, 3):
        await shop.place()
        assert len(shop.serva.adds) == sent
    found = await of(shop, batch)
    assert [order.balance_before for order in found] == [
        Decimal("25.50"),
        Decimal("24.61"),
        Decimal("23.72"),
    ]
    assert [order.provider_order for order in found] == ["ORD-100023", "ORD-100024", "ORD-100025"]
    assert (shop.serva.balances, shop.serva.most_sending) == (3, 1)
    assert await shop.owed() == [NoticeKind.BATCH]
    assert await targets.recent(shop.db, ANN, "link", 3) == []


async def test_a_round_that_ends_wakes_the_next(shop: Shop) -> None:
    await confirm(shop)
    for _ in range(3):
        shop.woken.clear()
        await shop.place()
        assert shop.woken["placing"] == 1


async def test_an_order_by_itself_waits_for_one_of_a_batch_only(shop: Shop) -> None:
    await confirm(shop, 5)
    await shop.place()
    single = await shop.confirm()
    await shop.place()
    assert (await shop.order(single)).placement is Placement.PLACED
    assert len(shop.serva.adds) == 3


async def test_batches_of_different_keys_do_not_wait_for_each_other(shop: Shop) -> None:
    await shop.customer(BOB, OTHER_KEY)
    await confirm(shop)
    await confirm(shop, owner=BOB)
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent(2)
    shop.serva.gate.set()
    await shop.quiet()
    assert shop.serva.most_sending == 2


async def test_prices_are_looked_at_now_and_then_and_balances_always(shop: Shop) -> None:
    looks = asked_for_prices(shop.serva)
    shop.clock.now += CATALOGUE_LIFE
    await confirm(shop, 6)
    await rounds(shop, 3)
    assert (len(looks), shop.serva.balances) == (1, 3)
    shop.clock.now += CATALOGUE_LIFE
    await rounds(shop, 3)
    assert (len(looks), shop.serva.balances) == (2, 6)
    await shop.confirm()
    await shop.place()
    assert len(looks) == 3, "an order by itself is always priced anew"


# ---- what ends one, and what ends all ----


async def test_a_price_that_rises_in_the_middle_stops_what_it_concerns(shop: Shop) -> None:
    shop.serva.rows = (FOLLOWERS, DIAMONDS)
    batch = await confirm(shop, 4)
    await shop.place()
    dearer = replace(FOLLOWERS, rate=Decimal("0.90"))
    shop.serva.rows = (dearer, DIAMONDS)
    shop.clock.now += CATALOGUE_LIFE
    await rounds(shop, 2)
    shop.serva.rows = (FOLLOWERS, DIAMONDS)
    shop.clock.now += CATALOGUE_LIFE
    await rounds(shop, 2)
    assert await placements(shop, batch) == [
        Placement.PLACED,
        Placement.NOT_SENT,
        Placement.NOT_SENT,
        Placement.PLACED,
    ]
    assert (await whys(shop, batch))[1:3] == [Why.PRICE_CHANGED] * 2
    assert len(shop.serva.adds) == 2


async def test_a_refusal_of_one_line_is_no_refusal_of_the_next(shop: Shop) -> None:
    shop.serva.outcomes.extend(
        [Refused(Meaning.LINK, "bad link"), Refused(Meaning.DUPLICATE_TARGET, "duplicate")]
    )
    batch = await confirm(shop)
    await rounds(shop, 3)
    assert await placements(shop, batch) == [
        Placement.REFUSED,
        Placement.REFUSED,
        Placement.PLACED,
    ]


@pytest.mark.parametrize("meaning", [Meaning.BALANCE_TOO_LOW, Meaning.KEY_REVOKED, Meaning.BANNED])
async def test_a_refusal_that_all_others_would_meet_ends_the_batch(
    shop: Shop, meaning: Meaning
) -> None:
    shop.serva.outcomes.extend([accepted("ORD-1"), Refused(meaning, "No")])
    batch = await confirm(shop, 5)
    await rounds(shop, 5)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.REFUSED: 1, Fate.NOT_SENT: 3}
    assert set((await whys(shop, batch))[1:]) == {meaning}
    assert len(shop.serva.adds) == 2
    assert await shop.waiting() == []


async def test_refusals_in_a_row_that_say_the_same_end_the_batch(shop: Shop) -> None:
    said = Refused(Meaning.OTHER, "Too many requests")
    other = Refused(Meaning.OTHER, "Something else")
    shop.serva.outcomes.extend([said, other, *[said] * (ALIKE - 1), accepted("ORD-1")])
    shop.serva.outcomes.extend([said] * ALIKE)
    batch = await confirm(shop, 2 * ALIKE + 6)
    await rounds(shop, 2 * ALIKE + 6)
    assert await tally(shop, batch) == {
        Fate.REFUSED: 2 * ALIKE + 1,
        Fate.RUNNING: 1,
        Fate.NOT_SENT: 4,
    }
    assert (await whys(shop, batch))[-4:] == [Why.REFUSED] * 4
    assert len(await batches.rest(shop.db, batch.id)) == 4


async def test_refusals_to_say_a_balance_end_it_as_well(shop: Shop) -> None:
    batch = await confirm(shop, ALIKE + 5)
    shop.serva.money = CallRefused(Meaning.OTHER, "Too many requests")
    await rounds(shop, ALIKE + 5)
    assert await tally(shop, batch) == {Fate.NOT_SENT: ALIKE + 5}
    assert (shop.serva.adds, shop.serva.balances) == ([], ALIKE)


async def test_what_the_balance_did_not_cover_is_gone_on_with_too(shop: Shop) -> None:
    shop.serva.outcomes.extend([accepted("ORD-1"), Refused(Meaning.BALANCE_TOO_LOW, "No")])
    batch = await confirm(shop, 4)
    await rounds(shop, 4)
    assert [line.number for line in await batches.rest(shop.db, batch.id)] == [2, 3, 4]


async def test_a_key_that_serva_refuses_before_the_order_ends_the_batch(shop: Shop) -> None:
    batch = await confirm(shop)
    shop.serva.money = CallRefused(Meaning.KEY_REVOKED, "revoked")
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.NOT_SENT: 3}
    assert shop.serva.adds == []


async def test_a_charge_above_what_was_agreed_ends_the_batch(shop: Shop) -> None:
    shop.serva.outcomes.append(accepted("ORD-1", charge="1.78"))
    batch = await confirm(shop)
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.NOT_SENT: 2}
    assert (await whys(shop, batch))[1:] == [Why.OVERCHARGED] * 2


async def test_a_charge_in_another_currency_ends_the_batch(shop: Shop) -> None:
    shop.serva.outcomes.append(replace(accepted("ORD-1"), charge=Money(Decimal(1), "EUR")))
    batch = await confirm(shop)
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.NOT_SENT: 2}


async def test_a_short_silence_is_waited_for_with_all_that_is_behind(shop: Shop) -> None:
    batch = await confirm(shop)
    money, shop.serva.money = shop.serva.money, CallFailed("ReadTimeout")
    await rounds(shop, 3)
    assert shop.serva.balances == 1, "the others wait with the first"
    shop.clock.now += BATCH_PAUSE
    await rounds(shop, 3)
    shop.serva.money = money
    shop.clock.now += BATCH_PAUSE
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 3}


async def test_a_long_silence_ends_the_batch(shop: Shop) -> None:
    batch = await confirm(shop)
    shop.serva.money = CallFailed("ReadTimeout")
    for _ in range(4):
        await shop.place()
        shop.clock.now += BATCH_PAUSE
    assert await tally(shop, batch) == {Fate.NOT_SENT: 3}
    assert set(await whys(shop, batch)) == {Why.UNREACHABLE}
    assert (shop.serva.adds, shop.serva.balances) == ([], 3)


async def test_what_never_left_is_tried_again_and_then_ends_the_batch(shop: Shop) -> None:
    shop.serva.outcomes.extend([NotSent("ConnectError"), accepted("ORD-1")])
    batch = await confirm(shop)
    await rounds(shop, 2)
    assert len(shop.serva.adds) == 1
    shop.clock.now += BATCH_PAUSE
    shop.serva.outcomes.extend([NotSent("ConnectError")] * 3)
    for _ in range(5):
        await shop.place()
        shop.clock.now += 3 * BATCH_PAUSE
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.NOT_SENT: 2}
    assert (await whys(shop, batch))[1:] == [Why.UNREACHABLE] * 2
    assert len(shop.serva.adds) == 5


async def test_its_person_stops_it(shop: Shop) -> None:
    batch = await confirm(shop)
    await shop.place()
    await shop.placing.stop_batch(BOB, batch.id)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.WAITING: 2}
    await shop.placing.stop_batch(ANN, batch.id)
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.NOT_SENT: 2}
    assert (await whys(shop, batch))[1:] == [Why.STOPPED] * 2


async def test_what_is_being_sent_when_it_is_stopped_goes_its_way(shop: Shop) -> None:
    batch = await confirm(shop)
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    await shop.placing.stop_batch(ANN, batch.id)
    shop.serva.gate.set()
    await shop.quiet()
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.NOT_SENT: 2}


# ---- lost answers ----


async def test_after_a_lost_answer_the_next_waits_until_it_is_settled(shop: Shop) -> None:
    paying(shop, shop.serva)
    shop.serva.outcomes.extend([accepted("ORD-1"), Unknown("ReadTimeout")])
    shop.serva.reports["ORD-1"] = {"status": "In progress", "charge": "0.89", "currency": "USD"}
    batch = await confirm(shop, 4)
    await shop.place()
    shop.clock.now += 1_000
    await rounds(shop, 3)
    assert await placements(shop, batch) == [
        Placement.PLACED,
        Placement.UNKNOWN,
        Placement.CONFIRMED,
        Placement.CONFIRMED,
    ]
    await shop.follow()
    for _ in range(12):
        shop.clock.now += FIRST_LOOK
        await shop.look()
        await shop.follow()
        await shop.place()
    assert await placements(shop, batch) == [
        Placement.PLACED,
        Placement.CHARGED,
        Placement.PLACED,
        Placement.PLACED,
    ]
    assert len(shop.serva.adds) == 4


async def test_where_nothing_settles_it_the_next_goes_on_once_its_person_was_asked(
    shop: Shop,
) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    batch = await confirm(shop)
    await shop.place()
    shop.serva.money = Money(Decimal("3.33"))  # moved by something that we know nothing of
    for look in LOOKS[:-1]:
        shop.clock.now = batch.confirmed_at + look
        await shop.look()
        await shop.place()
        assert len(shop.serva.adds) == 1
    shop.clock.now = batch.confirmed_at + LOOKS[-1] + FIRST_LOOK
    await shop.look()
    shop.clock.now += LOOKS[-1]
    await rounds(shop, 2)
    assert await tally(shop, batch) == {Fate.UNKNOWN: 1, Fate.RUNNING: 2}
    assert (await batches.tally(shop.db, batch)).asked == ((await of(shop, batch))[0].id,)


async def test_its_persons_word_lets_the_batch_go_on_at_once(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    batch = await confirm(shop)
    await shop.place()
    await shop.settling.not_there(ANN, (await of(shop, batch))[0].id)
    shop.clock.now += PAUSE
    await rounds(shop, 2)
    assert await tally(shop, batch) == {Fate.NOT_PLACED: 1, Fate.RUNNING: 2}


async def test_several_lost_answers_end_the_batch(shop: Shop) -> None:
    shop.serva.outcomes.extend([Unknown("HTML")] * 9)
    batch = await confirm(shop, 9)
    for lost in range(LOST):
        await shop.place()
        assert len(shop.serva.adds) == lost + 1
        await shop.settling.not_there(ANN, (await of(shop, batch))[lost].id)
        shop.clock.now += PAUSE
    await rounds(shop, 5)
    assert await tally(shop, batch) == {Fate.NOT_PLACED: LOST, Fate.NOT_SENT: 9 - LOST}
    assert (await whys(shop, batch))[LOST:] == [Why.LOST] * (9 - LOST)
    assert len(shop.serva.adds) == LOST


# ---- time, crashes, backups, keys ----


async def test_the_process_that_heard_the_yes_goes_on_for_an_hour(shop: Shop) -> None:
    batch = await confirm(shop, 4)
    await shop.place()
    shop.clock.now += WINDOW + 1
    await shop.place()
    shop.clock.now = batch.confirmed_at + BATCH_WINDOW
    await shop.place()
    shop.clock.now += 1
    await rounds(shop, 2)
    assert await tally(shop, batch) == {Fate.RUNNING: 3, Fate.NOT_SENT: 1}
    assert (await whys(shop, batch))[-1] == Why.WAITED


async def test_another_process_goes_on_within_two_minutes_and_not_later(shop: Shop) -> None:
    batch = await confirm(shop, 5)
    await shop.place()
    again = shop.restarted()
    await again.placing.start()
    shop.clock.now = batch.confirmed_at + WINDOW
    await again.place()
    assert len(shop.serva.adds) == 2
    shop.clock.now += 1
    await rounds(again, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 2, Fate.NOT_SENT: 3}
    assert (await whys(shop, batch))[2:] == [Why.WAITED] * 3
    assert len(shop.serva.adds) == 2


async def test_a_kill_while_one_is_sent_leaves_it_unknown_and_the_rest_to_its_person(
    shop: Shop,
) -> None:
    batch = await confirm(shop, 4)
    await shop.place()
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent(2)

    again = shop.restarted()
    assert await again.placing.start() == 1
    shop.clock.now += WINDOW + 1
    await rounds(again, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.UNKNOWN: 1, Fate.NOT_SENT: 2}
    shop.serva.gate.set()
    await shop.quiet()
    assert len(shop.serva.adds) == 2

    rest = await batches.rest(shop.db, batch.id)
    assert [line.number for line in rest] == [3, 4]


async def test_a_late_not_sent_of_another_processs_batch_is_not_tried_again(shop: Shop) -> None:
    batch = await confirm(shop, 2)
    again = shop.restarted()
    await again.placing.start()
    shop.serva.outcomes.append(NotSent("ConnectTimeout"))
    shop.serva.gate.clear()
    await again.placing.run_once()
    await again.sent()
    shop.clock.now += WINDOW
    shop.serva.gate.set()
    await again.quiet()
    assert await tally(shop, batch) == {Fate.NOT_SENT: 2}


async def test_a_shutdown_waits_for_the_add_and_begins_no_other(shop: Shop) -> None:
    batch = await confirm(shop)
    shop.serva.gate.clear()
    await shop.placing.run_once()
    await shop.sent()
    draining = asyncio.create_task(shop.placing.drain())
    await asyncio.sleep(0)
    shop.serva.gate.set()
    await draining
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.WAITING: 2}


async def test_a_restored_backup_sends_nothing_of_a_batch(shop: Shop) -> None:
    batch = await confirm(shop)
    await shop.place()
    await make_safe(shop.db, shop.clock())
    again = shop.restarted()
    await again.placing.start()
    await rounds(again, 3)
    assert await tally(shop, batch) == {Fate.RUNNING: 1, Fate.UNKNOWN: 2}
    assert len(shop.serva.adds) == 1


async def test_without_its_key_nothing_more_is_sent(shop: Shop) -> None:
    batch = await confirm(shop)
    await shop.place()
    await shop.unlink()
    await rounds(shop, 3)
    assert await tally(shop, batch) == {Fate.ALONE: 1, Fate.NOT_SENT: 2}
    assert (await whys(shop, batch))[1:] == [Why.UNLINKED] * 2


async def test_erasing_in_the_middle_leaves_nothing_to_send(shop: Shop) -> None:
    await confirm(shop)
    await shop.place()
    await shop.db.write(lambda tx: people.erase(tx, ANN))
    await rounds(shop, 3)
    assert len(shop.serva.adds) == 1
    assert await shop.db.all("SELECT 1 FROM batches") == []


# ---- any schedule ----

OUTCOMES = st.sampled_from(
    [
        accepted("ORD-X", None, None),
        Refused(Meaning.LINK, "No"),
        Refused(Meaning.BALANCE_TOO_LOW, "No"),
        NotSent("ConnectError"),
        Unknown("ReadTimeout"),
        RuntimeError("a bug"),
    ]
)
STEPS = st.lists(
    st.sampled_from(
        ["tap", "tick", "tick", "wait", "long wait", "look", "crash", "silence", "answer", "stop"]
    ),
    min_size=4,
    max_size=24,
)


@settings(max_examples=40, deadline=None)
@given(outcomes=st.lists(OUTCOMES, max_size=8), steps=STEPS)
def test_no_schedule_sends_a_line_twice_or_in_another_process_too_late(
    outcomes: list[Outcome | Exception], steps: list[str]
) -> None:
    asyncio.run(_play(outcomes, steps))


async def _play(outcomes: list[Outcome | Exception], steps: list[str]) -> None:
    async with opened() as shop:
        shop.serva.outcomes = deque(outcomes)
        money = shop.serva.money
        batch = await confirm(shop, 4)
        placing, heard = shop, True
        for step in (*steps, "tick"):
            before = len(shop.serva.adds)
            match step:
                case "tap":
                    assert (await confirm(placing, 4)).id == batch.id
                case "tick":
                    await placing.place()
                    late = shop.clock.now - batch.confirmed_at > WINDOW
                    assert heard or not late or len(shop.serva.adds) == before
                case "wait":
                    shop.clock.now += 20_000
                case "long wait":
                    shop.clock.now += 15 * 60_000
                case "look":
                    await placing.look()
                case "silence":
                    shop.serva.money = CallFailed("ReadTimeout")
                case "answer":
                    shop.serva.money = money
                case "stop":
                    await placing.placing.stop_batch(ANN, batch.id)
                case "crash":
                    placing, heard = await _crashed(placing), False
        found = await of(shop, batch)
        # Every order is an `add` at most, but for those of which not a byte has left.
        calls: Counter[str] = Counter()
        for order in found:
            for _, outcome, *_ in await shop.calls(order):
                calls[f"{order.id}"] += outcome != "not_sent"
        assert max(calls.values(), default=0) <= 1
        assert sum(calls.values()) == shop.serva.may_have_cost
        assert all(order.placement is not Placement.SENDING for order in found)


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


async def test_a_line_whose_target_is_taken_meanwhile_holds_up_the_whole_list(shop: Shop) -> None:
    await shop.confirm(nonce="alone", target="instagram.com/p2")
    before = await shop.session()
    assert await agree(shop) == InTheWay()
    assert (await shop.session(), await batches.by_nonce(shop.db, ANN, "b")) == (before, None)
    shop.serva.outcomes.append(Refused(Meaning.OTHER, "No", "req-no"))
    await shop.place()
    first = await confirm(shop)
    assert await confirm(shop) == first, "its own second tap finds it"
