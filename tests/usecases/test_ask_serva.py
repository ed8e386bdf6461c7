"""Refill and cancel: one confirmation is one request at the most, and a yes concludes nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import service_from
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, Why
from bot.domain.refusal import Meaning
from bot.domain.request import LOOKS, Refill, Request, Stage, Wanted
from bot.providers.port import AskOutcome, CallFailed, NotSent, Refused, Taken, Unknown
from bot.usecases.place_orders import PAUSE, WINDOW
from storage import orders, people, sessions
from storage.database import StorageFailed
from tests.usecases.ordering import ANN, BOB, DIAMONDS, FOLLOWERS, Shop, agreed, opened

BOTH = service_from(
    {
        "service": "55",
        "name": "Likes",
        "rate": "1",
        "min": 100,
        "max": 5000,
        "refill": True,
        "cancel": True,
    }
)
CANCEL, REFILL = Wanted.CANCEL, Wanted.REFILL
NO = Refused(Meaning.OTHER, "Not now", "req-no")


async def running(shop: Shop, nonce: str = "nonce") -> Order:
    """A placed order whose row offers both, everything about it told."""
    shop.serva.rows = (FOLLOWERS, DIAMONDS, BOTH)
    session = await shop.session()
    assert session.serva is not None
    await shop.catalogues.fetch(session.serva)
    order = await shop.placed(nonce, agreed(service=BOTH))
    await shop.all_told()
    shop.woken.clear()
    return order


async def completed(shop: Shop) -> Order:
    order = await running(shop)
    shop.serva.reports[order.provider_order] = {"status": "Completed", "remains": 0}
    shop.clock.now += 10_000
    await shop.follow()
    await shop.all_told()
    return await shop.order(order)


async def confirm(shop: Shop, order: Order, kind: Wanted = CANCEL) -> bool:
    session = await shop.session()
    return await shop.asking.confirm(session, session, order, kind)


async def asked(shop: Shop, order: Order, kind: Wanted = CANCEL) -> Request:
    """What has become of a request after one round."""
    assert await confirm(shop, order, kind)
    await shop.ask_serva()
    return await last(shop, order, kind)


async def last(shop: Shop, order: Order, kind: Wanted = CANCEL) -> Request:
    found = await shop.asking.last(ANN, order.id, kind)
    assert found is not None
    return found


# ---- confirming ----


async def test_a_confirmed_request_is_sent_once(shop: Shop) -> None:
    order = await running(shop)
    assert await confirm(shop, order)
    assert shop.woken["asking"] == 1
    assert not await confirm(shop, order), "a second tap asks nothing more"
    await shop.ask_serva()
    await shop.ask_serva()
    assert not await confirm(shop, order)
    assert shop.serva.requests == [(CANCEL, order.provider_order)]


async def test_both_kinds_may_be_asked_about_one_order(shop: Shop) -> None:
    order = await completed(shop)
    assert (await asked(shop, order, REFILL)).stage is Stage.ACCEPTED
    assert not await confirm(shop, order, CANCEL), "it has ended"


async def test_what_the_row_does_not_offer_is_not_asked(shop: Shop) -> None:
    order = await shop.placed()
    assert not await confirm(shop, order, CANCEL)
    assert not await confirm(shop, await running(shop, "other"), REFILL), "it still runs"


async def test_a_confirmation_of_an_outdated_screen_is_refused(shop: Shop) -> None:
    order = await running(shop)
    before = await shop.session()
    await shop.db.write(lambda tx: sessions.save(tx, before, shop.clock()))
    with pytest.raises(sessions.SessionMoved):
        await shop.asking.confirm(before, before, order, CANCEL)
    assert await shop.asking.last(ANN, order.id, CANCEL) is None


async def test_nobody_asks_about_anothers_order(shop: Shop) -> None:
    order = await running(shop)
    await shop.customer(BOB, "k-bob-0123456789abcdef")
    session = await shop.session(BOB)
    assert not await shop.asking.confirm(session, session, order, CANCEL)
    await confirm(shop, order)
    assert await shop.asking.last(BOB, order.id, CANCEL) is None


async def test_the_same_may_be_asked_again_after_a_while(shop: Shop) -> None:
    order = await running(shop)
    shop.serva.answers.append(Unknown("ReadTimeout"))
    assert (await asked(shop, order)).stage is Stage.UNKNOWN
    assert not await confirm(shop, order)
    shop.clock.now += 3_600_000
    assert (await asked(shop, order)).stage is Stage.ACCEPTED
    assert len(shop.serva.requests) == 2


# ---- the edges of the diagram ----


@pytest.mark.parametrize(
    ("outcome", "stage", "text", "rings"),
    [
        (Taken("", "req-1"), Stage.ACCEPTED, "", False),
        (NO, Stage.REFUSED, "Not now", True),
        (Unknown("ReadTimeout", "req-2"), Stage.UNKNOWN, "ReadTimeout", True),
        (RuntimeError("a bug"), Stage.UNKNOWN, "RuntimeError", True),
    ],
)
async def test_every_answer_is_kept_with_what_is_told(
    shop: Shop, outcome: AskOutcome | Exception, stage: Stage, text: str, rings: bool
) -> None:
    order = await running(shop)
    shop.serva.answers.append(outcome)
    request = await asked(shop, order)
    assert (request.stage, request.text) == (stage, text)
    assert request.request_id == getattr(outcome, "request_id", "")
    told = [NoticeKind.REQUEST] if rings else []
    assert sorted(await shop.owed()) == sorted([NoticeKind.CARD, *told])


async def test_a_yes_does_not_call_the_order_cancelled(shop: Shop) -> None:
    order = await running(shop)
    shop.clock.now += 60_000
    await asked(shop, order)
    now = await shop.order(order)
    assert (now.delivery, now.ended_at) == (order.delivery, None)
    assert now.next_check_at is not None and now.next_check_at <= shop.clock()
    assert shop.woken["tracking"] == 1


async def test_not_sent_is_tried_three_times(shop: Shop) -> None:
    order = await running(shop)
    shop.serva.answers.extend([NotSent("ConnectError")] * 3)
    request = await asked(shop, order)
    assert (request.stage, request.attempts) == (Stage.ASKED, 1)
    await shop.ask_serva()
    assert len(shop.serva.requests) == 1, "not at once"
    for _ in range(2):
        shop.clock.now += 3 * PAUSE
        await shop.ask_serva()
    request = await last(shop, order)
    assert (request.stage, request.text, request.attempts) == (
        Stage.NOT_SENT,
        Why.UNREACHABLE,
        3,
    )
    assert NoticeKind.REQUEST in await shop.owed(), "whoever asked may count on it"
    assert (await asked(shop, order)).stage is Stage.ACCEPTED, "nothing left, so nobody waits"


async def test_what_was_asked_too_long_ago_is_not_sent(shop: Shop) -> None:
    order = await running(shop)
    await confirm(shop, order)
    shop.clock.now += WINDOW + 1
    await shop.ask_serva()
    request = await last(shop, order)
    assert (request.stage, request.text, shop.serva.requests) == (Stage.NOT_SENT, Why.WAITED, [])
    assert sorted(await shop.owed()) == [NoticeKind.CARD, NoticeKind.REQUEST]


async def test_nothing_is_sent_with_a_key_that_is_gone(shop: Shop) -> None:
    order = await running(shop)
    await confirm(shop, order)
    await shop.unlink()
    await shop.ask_serva()
    request = await last(shop, order)
    assert (request.stage, request.text, shop.serva.requests) == (
        Stage.NOT_SENT,
        Why.UNLINKED,
        [],
    )


async def test_an_order_that_ended_meanwhile_is_not_cancelled(shop: Shop) -> None:
    order = await running(shop)
    await confirm(shop, order)
    shop.serva.reports[order.provider_order] = {"status": "Completed", "remains": 0}
    shop.clock.now += 10_000
    await shop.follow()
    await shop.ask_serva()
    assert ((await last(shop, order)).stage, shop.serva.requests) == (Stage.NOT_SENT, [])


async def test_an_outcome_waits_for_a_disk_that_refuses(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await running(shop)
    await confirm(shop, order)
    write, refusals = shop.db.write, 2

    async def refuse_after_the_call(job: Any) -> Any:
        nonlocal refusals
        if shop.serva.requests and refusals:
            refusals -= 1
            raise StorageFailed("the disk is full")
        return await write(job)

    monkeypatch.setattr(shop.db, "write", refuse_after_the_call)
    await shop.ask_serva()
    assert (await last(shop, order)).stage is Stage.ACCEPTED
    assert (shop.pauses, len(shop.serva.requests)) == ([250, 500], 1)


async def test_an_outcome_that_cannot_be_kept_is_unknown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    order = await running(shop)
    monkeypatch.setattr(orders, "check_soon", broken)
    assert (await asked(shop, order)).stage is Stage.UNKNOWN


async def test_whatever_was_being_sent_at_a_crash_is_unknown(shop: Shop) -> None:
    order = await running(shop)
    await confirm(shop, order)
    again = await _crashed(shop)
    assert (await last(shop, order)).stage is Stage.UNKNOWN
    assert sorted(await shop.owed()) == [NoticeKind.CARD, NoticeKind.REQUEST]
    await again.ask_serva()
    assert len(shop.serva.requests) == 1


async def test_a_shutdown_waits_for_what_is_on_its_way(shop: Shop) -> None:
    order = await running(shop)
    await confirm(shop, order)
    shop.serva.gate.clear()
    await shop.asking.run_once()
    while not shop.serva.requests:
        await asyncio.sleep(0.001)
    drained = asyncio.create_task(shop.asking.drain())
    await asyncio.sleep(0)
    assert not drained.done()
    shop.serva.gate.set()
    await drained
    assert (await last(shop, order)).stage is Stage.ACCEPTED


@pytest.mark.parametrize("outcome", [Taken("1"), NO, NotSent("no"), Unknown("ReadTimeout")])
async def test_whoever_erased_themselves_meanwhile_and_came_back_is_told_nothing(
    shop: Shop, outcome: AskOutcome
) -> None:
    order = await running(shop)
    await confirm(shop, order)
    shop.serva.answers.append(outcome)
    shop.serva.gate.clear()
    await shop.asking.run_once()
    while not shop.serva.requests:
        await asyncio.sleep(0.001)
    await shop.db.write(lambda tx: people.erase(tx, ANN))
    await shop.customer()
    shop.serva.gate.set()
    await shop.asking.drain()
    assert (await shop.owed(), shop.pauses) == ([], [])


# ---- refills ----


async def test_a_refill_is_looked_after_until_it_is_done(shop: Shop) -> None:
    order = await completed(shop)
    shop.serva.answers.append(Taken("17"))
    request = await asked(shop, order, REFILL)
    assert (request.stage, request.refill, request.came_to) == (
        Stage.ACCEPTED,
        "17",
        Refill.RUNNING,
    )
    await shop.all_told()
    shop.serva.refills["17"] = "In progress"
    shop.clock.now += LOOKS[0]
    await shop.ask_serva()
    assert ((await last(shop, order, REFILL)).word, await shop.owed()) == (
        "In progress",
        [NoticeKind.CARD],
    )
    await shop.all_told()
    shop.serva.refills["17"] = "Completed"
    await shop.ask_serva()
    assert await shop.owed() == [], "not due yet"
    shop.clock.now += LOOKS[1]
    await shop.ask_serva()
    assert (await last(shop, order, REFILL)).came_to is Refill.COMPLETED
    assert sorted(await shop.owed()) == [NoticeKind.CARD, NoticeKind.REQUEST]
    shop.clock.now += 10 * LOOKS[-1]
    assert await shop.asking.run_once() == 0


async def test_a_silent_serva_is_asked_again_later_and_not_for_ever(shop: Shop) -> None:
    order = await completed(shop)
    shop.serva.refills["1"] = CallFailed("ReadTimeout")
    await asked(shop, order, REFILL)
    rounds = 0
    while await shop.db.one("SELECT 1 FROM requests WHERE next_at IS NOT NULL"):
        shop.clock.now += 3_600_000
        await shop.ask_serva()
        rounds += 1
        assert rounds < 24 * 8
    assert (await last(shop, order, REFILL)).stage is Stage.ACCEPTED


async def test_a_refill_without_an_id_is_looked_after_by_nobody(shop: Shop) -> None:
    order = await completed(shop)
    shop.serva.answers.append(Taken(""))
    await asked(shop, order, REFILL)
    shop.clock.now += LOOKS[0]
    assert await shop.asking.run_once() == 0


# ---- any schedule ----

OUTCOMES = st.sampled_from(
    [Taken("1"), NO, NotSent("ConnectError"), Unknown("ReadTimeout"), RuntimeError("a bug")]
)
STEPS = st.lists(st.sampled_from(["tap", "tick", "wait", "crash"]), min_size=3, max_size=12)


@settings(max_examples=30, deadline=None)
@given(outcomes=st.lists(OUTCOMES, max_size=4), steps=STEPS)
def test_no_schedule_sends_twice_what_may_have_arrived(
    outcomes: list[AskOutcome | Exception], steps: list[str]
) -> None:
    asyncio.run(_play(outcomes, steps))


async def _play(outcomes: list[AskOutcome | Exception], steps: list[str]) -> None:
    async with opened() as shop:
        order = await running(shop)
        shop.serva.answers = deque(outcomes)
        confirmed, now = 0, shop
        for step in ("tap", *steps, "tick"):
            match step:
                case "tap":
                    session = await now.session()
                    confirmed += await now.asking.confirm(session, session, order, CANCEL)
                case "tick":
                    await now.ask_serva()
                case "wait":
                    shop.clock.now += 20_000
                case "crash":
                    now = await _crashed(now)
        assert len(shop.serva.requests) - shop.serva.unasked <= confirmed
        assert (await last(shop, order)).stage is not Stage.SENDING


async def _crashed(shop: Shop) -> Shop:
    """The process dies while something may be on its way, and another one starts."""
    shop.serva.gate.clear()
    before = len(shop.serva.requests)
    await shop.asking.run_once()
    while len(shop.asking._busy) and len(shop.serva.requests) == before:
        await asyncio.sleep(0.001)
    await shop.asking._busy.stop()
    shop.serva.gate.set()
    again = replace(shop.restarted(), woken=shop.woken)
    await again.asking.start()
    return again
