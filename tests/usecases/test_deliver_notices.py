"""Whatever Telegram, the disk or the person does, what matters is told at least once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.batch import FIRST_NEWS, Batch, Fate, Tally
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order, Placement
from bot.domain.tracking import Delivery, Report
from bot.domain.wishes import LEVELS, Level, Ring, Wishes
from bot.usecases.deliver_notices import (
    BATCH,
    FIRST_PAUSE,
    LAST_CALL,
    LEASE,
    LONGEST_PAUSE,
    DeliverNotices,
    NotNow,
    Refused,
    Unreachable,
)
from bot.usecases.follow import Follow
from storage import batches, notices, orders, people, wishes
from storage.database import StorageFailed
from storage.notices import BATCH_PACE
from storage.people import Reader
from tests.usecases.ordering import ANN, BOB, OTHER_KEY, Shop, opened
from tests.usecases.test_place_batches import confirm

CARD, ENDED, ASK = NoticeKind.CARD, NoticeKind.ENDED, NoticeKind.ASK


@dataclass
class Chats:
    """Takes down who was told what; `troubles` are raised first, one a message."""

    told: list[tuple[int, NoticeKind]] = field(default_factory=list)
    cards: list[tuple[int, Placement]] = field(default_factory=list)
    tallies: list[dict[Fate, int]] = field(default_factory=list)
    news: list[dict[Fate, int]] = field(default_factory=list)
    troubles: deque[Exception | None] = field(default_factory=deque)
    silent: list[bool] = field(default_factory=list)
    stripped: list[int] = field(default_factory=list)
    message_id: int = 500
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def strip(self, reader: Reader, message: int) -> None:
        self.stripped.append(message)

    async def card(self, reader: Reader, order: Order, silent: bool) -> int:
        await self._meet_trouble()
        self.told.append((reader.id, CARD))
        self.silent.append(silent)
        self.cards.append((order.id, order.placement))
        return self.message_id

    async def message(
        self, reader: Reader, notice: Notice, order: Order | None, silent: bool
    ) -> None:
        await self._meet_trouble()
        self.told.append((reader.id, notice.kind))
        self.silent.append(silent)

    async def batch_card(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> int:
        await self._meet_trouble()
        self.told.append((reader.id, NoticeKind.BATCH))
        self.tallies.append(dict(tally.counts))
        return self.message_id

    async def batch_news(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> None:
        await self._meet_trouble()
        self.news.append(dict(tally.counts))
        self.silent.append(silent)

    async def _meet_trouble(self) -> None:
        self.arrived.set()
        await self.gate.wait()
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is not None:
            raise trouble


@dataclass
class Post:
    """A shop with somebody who delivers."""

    shop: Shop
    chats: Chats
    delivering: DeliverNotices

    async def owe(self, kind: NoticeKind, owner: int = ANN, order: Order | None = None) -> None:
        now = self.shop.clock()
        await self.shop.db.write(
            lambda tx: notices.add(tx, owner, kind, now, order=order.id if order else None)
        )

    async def wish(self, wished: Wishes) -> None:
        """Ann wishes all of that."""
        await self.shop.db.write(lambda tx: wishes.change(tx, ANN, lambda _: wished))

    async def deliver(self, after: int = 0) -> list[tuple[int, NoticeKind]]:
        """What is told in one round, `after` so many milliseconds."""
        self.shop.clock.now += after
        before = len(self.chats.told)
        await self.delivering.run_once()
        await self.delivering.drain()
        return self.chats.told[before:]


def post_of(shop: Shop) -> Post:
    chats = Chats()
    return Post(
        shop,
        chats,
        DeliverNotices(shop.db, chats, shop.clock, lambda: shop.woken.update(["again"])),
    )


@pytest.fixture
async def post(shop: Shop) -> Post:
    """Nobody has been told anything yet."""
    return post_of(shop)


async def test_a_persons_notices_come_in_order_and_once(post: Post) -> None:
    order = await post.shop.placed()
    await post.owe(ENDED, order=order)
    await post.owe(ASK, order=order)
    assert await post.deliver() == [(ANN, CARD), (ANN, ENDED), (ANN, ASK)]
    assert await post.deliver(LEASE) == []
    assert post.chats.cards == [(order.id, Placement.PLACED)]


async def test_a_card_that_was_sent_anew_is_remembered(post: Post) -> None:
    order = await post.shop.placed()
    post.chats.message_id = 777
    await post.deliver()
    assert (await post.shop.order(order)).card_message == 777


async def test_a_card_that_was_moved_while_it_was_sent_anew_stays_there(post: Post) -> None:
    order = await post.shop.placed()
    post.chats.message_id = 777
    post.chats.gate.clear()
    await post.delivering.run_once()
    await post.chats.arrived.wait()
    follow = Follow(post.shop.db, post.shop.clock, lambda: None)
    await follow.move_card(ANN, order.id, 600)
    post.chats.gate.set()
    await post.delivering.drain()
    assert (await post.shop.order(order)).card_message == 600
    assert await post.shop.owed() == [CARD]
    assert post.chats.stripped == [777], "what was drawn too late has no keys"


async def test_one_slow_chat_delays_nobody_else(post: Post) -> None:
    await post.shop.customer(BOB, OTHER_KEY)
    await post.owe(ASK)
    await post.owe(ASK, BOB)
    waiting = asyncio.Event()

    async def slow_for_ann(
        reader: Reader, notice: Notice, order: Order | None, silent: bool
    ) -> None:
        if reader.id == ANN:
            await waiting.wait()
        post.chats.told.append((reader.id, notice.kind))

    post.chats.message = slow_for_ann  # type: ignore[method-assign]
    running = asyncio.create_task(post.deliver())
    while not post.chats.told:
        await asyncio.sleep(0.001)
    assert post.chats.told == [(BOB, ASK)]
    waiting.set()
    assert await running == [(BOB, ASK), (ANN, ASK)]


async def test_a_person_whose_messages_hang_delays_nobody_elses_card(post: Post) -> None:
    for _ in range(8 * BATCH):
        await post.owe(ENDED)
    post.chats.gate.clear()
    await post.delivering.run_once()
    await post.chats.arrived.wait()
    await post.shop.customer(BOB, OTHER_KEY)
    confirmed = await post.shop.confirm(BOB)
    shown = asyncio.Event()

    async def card(reader: Reader, order: Order, silent: bool) -> int:
        post.chats.told.append((reader.id, CARD))
        shown.set()
        return order.card_message or 0

    post.chats.card = card  # type: ignore[method-assign]
    assert await post.delivering.run_once() == 1
    await asyncio.wait_for(shown.wait(), 5)
    assert post.chats.told == [(BOB, CARD)]
    assert (await post.shop.order(confirmed)).owner == BOB
    post.chats.gate.set()
    await post.delivering.drain()


async def test_nobody_is_told_by_two_at_once(post: Post) -> None:
    telling, most = 0, 0

    async def slow(reader: Reader, notice: Notice, order: Order | None, silent: bool) -> None:
        nonlocal telling, most
        telling += 1
        most = max(most, telling)
        await asyncio.sleep(0.001)
        telling -= 1
        post.chats.told.append((reader.id, notice.kind))

    post.chats.message = slow  # type: ignore[method-assign]
    for _ in range(3 * BATCH):
        await post.owe(ASK)
        await post.delivering.run_once()
    while await post.deliver():
        pass
    assert (most, len(post.chats.told)) == (1, 3 * BATCH)
    assert len(post.delivering._telling) == 0


async def test_what_is_due_while_a_person_is_told_wakes_when_that_ends(post: Post) -> None:
    await post.owe(ASK)
    post.chats.gate.clear()
    await post.delivering.run_once()
    await post.owe(ENDED)
    assert await post.delivering.run_once() == 0
    assert post.shop.woken["again"] == 0
    post.chats.gate.set()
    await post.delivering.drain()
    assert post.shop.woken["again"] == 1
    assert await post.deliver() == [(ANN, ENDED)]


async def test_a_stop_breaks_off_what_hangs_and_it_is_told_after_the_next_start(post: Post) -> None:
    await post.owe(ASK)
    post.chats.gate.clear()
    await post.delivering.run_once()
    await post.chats.arrived.wait()
    await post.delivering.stop()
    assert (len(post.delivering._telling), post.chats.told) == (0, [])
    again = post_of(post.shop)
    await again.delivering.start()
    assert await again.deliver(LAST_CALL) == [(ANN, ASK)]


async def test_what_changes_while_it_is_told_is_told_again(post: Post) -> None:
    order = await post.shop.placed()
    post.chats.gate.clear()
    running = asyncio.create_task(post.deliver())
    await post.chats.arrived.wait()
    await post.owe(CARD, order=order)
    post.chats.gate.set()
    assert await running == [(ANN, CARD)]
    assert post.shop.woken["again"] == 1, "not only at the next tick"
    assert await post.deliver() == [(ANN, CARD)]
    assert await post.deliver() == []


async def test_what_cannot_be_sent_now_comes_later_and_in_order(post: Post) -> None:
    order = await post.shop.placed()
    await post.owe(ENDED, order=order)
    post.chats.troubles.append(NotNow())
    assert await post.deliver() == []
    assert await post.deliver(FIRST_PAUSE - 1) == []
    assert await post.deliver(1) == [(ANN, CARD), (ANN, ENDED)]


async def test_pauses_grow_and_are_at_least_what_telegram_wants(post: Post) -> None:
    await post.owe(ASK)
    for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE):
        post.chats.troubles.append(NotNow())
        assert await post.deliver() == []
        assert await post.deliver(pause - 1) == []
        post.shop.clock.now += 1
    post.chats.troubles.append(NotNow(3_600_000))
    assert await post.deliver() == []
    assert await post.deliver(LONGEST_PAUSE) == []
    assert await post.deliver(3_600_000) == [(ANN, ASK)]


async def test_who_blocked_the_bot_is_told_when_they_are_back(post: Post) -> None:
    order = await post.shop.placed()
    await post.owe(ENDED, order=order)
    post.chats.troubles.append(Unreachable())
    assert await post.deliver() == []
    assert await post.deliver(86_400_000) == []
    now = post.shop.clock()
    await post.shop.db.write(lambda tx: people.set_reachable(tx, ANN, True, now))
    assert await post.deliver() == [(ANN, CARD), (ANN, ENDED)]


async def test_a_message_that_telegram_never_takes_stops_no_other(post: Post) -> None:
    await post.owe(ASK)
    await post.owe(NoticeKind.KEY_PAUSED)
    post.chats.troubles.append(Refused())
    assert await post.deliver() == [(ANN, NoticeKind.KEY_PAUSED)]
    assert await post.deliver(LONGEST_PAUSE) == []


async def test_a_notice_that_cannot_be_rendered_stops_no_other(post: Post) -> None:
    await post.owe(ASK)
    await post.owe(NoticeKind.KEY_PAUSED)
    post.chats.troubles.append(RuntimeError("a bug"))
    assert await post.deliver() == [(ANN, NoticeKind.KEY_PAUSED)]
    assert await post.deliver(FIRST_PAUSE) == [(ANN, ASK)]


async def test_who_wants_no_notifications_still_hears_what_is_about_money(post: Post) -> None:
    order = await post.shop.placed()
    await post.wish(replace(Wishes(), rings=LEVELS[Level.NONE]))
    await post.owe(ENDED, order=order)
    await post.owe(NoticeKind.SETTLED, order=order)
    await post.owe(ASK, order=order)
    await post.owe(NoticeKind.KEY_PAUSED)
    assert [kind for _, kind in await post.deliver()] == [
        CARD,
        NoticeKind.SETTLED,
        ASK,
        NoticeKind.KEY_PAUSED,
    ]
    assert await post.deliver(LEASE) == []


ENDS = {
    Delivery.COMPLETED: Ring.COMPLETED,
    Delivery.PARTIAL: Ring.PARTIAL,
    Delivery.CANCELED: Ring.TROUBLE,
    Delivery.REFUNDED: Ring.TROUBLE,
    Delivery.FAILED: Ring.TROUBLE,
}


@pytest.mark.parametrize("delivery", ENDS)
async def test_each_kind_of_end_has_a_switch_of_its_own(post: Post, delivery: Delivery) -> None:
    order = await post.shop.placed()
    now = post.shop.clock()
    report = Report(delivery, delivery.value)
    await post.shop.db.write(lambda tx: orders.keep_report(tx, order.id, report, now, None))
    assert await post.deliver() == [(ANN, CARD)]
    for ring in Ring:
        await post.wish(Wishes(frozenset({ring})))
        await post.owe(ENDED, order=order)
        heard = [(ANN, ENDED)] if ring is ENDS[delivery] else []
        assert await post.deliver() == heard, ring


@pytest.mark.parametrize(
    ("kind", "ring"),
    [
        (NoticeKind.BROADCAST, Ring.NEWS),
        (NoticeKind.WATCH_PRICE, Ring.PRICES),
        (NoticeKind.WATCH_BALANCE, Ring.BALANCE),
    ],
)
async def test_what_is_about_no_order_has_switches_too(
    post: Post, kind: NoticeKind, ring: Ring
) -> None:
    await post.wish(Wishes(frozenset(Ring) - {ring}))
    await post.owe(kind)
    assert await post.deliver() == []
    await post.wish(Wishes(frozenset({ring})))
    await post.owe(kind)
    assert await post.deliver() == [(ANN, kind)]


async def test_of_a_muted_order_only_the_card_changes(post: Post) -> None:
    order = await post.shop.placed()
    await post.deliver()
    await post.shop.db.write(lambda tx: orders.mute(tx, ANN, order.id, True))
    for kind in (ENDED, NoticeKind.PROGRESS, NoticeKind.SETTLED, ASK, CARD):
        await post.owe(kind, order=order)
    assert await post.deliver() == [(ANN, CARD), (ANN, NoticeKind.SETTLED), (ANN, ASK)]
    assert post.chats.silent[-3:] == [True, False, False]


async def test_at_night_everything_comes_at_once_and_without_a_sound(post: Post) -> None:
    midnight = 1_700_006_400_000
    assert midnight % 86_400_000 == 0
    zone = 180
    await post.wish(replace(Wishes(), quiet_nights=True, zone=zone))
    heard = {}
    for clock in ("07:59", "08:00", "21:59", "22:00", "00:00"):
        hours, minutes = map(int, clock.split(":"))
        post.shop.clock.now = midnight + (24 * 60 + 60 * hours + minutes - zone) * 60_000
        order = await post.shop.placed(nonce=clock.replace(":", ""))
        await post.owe(ASK, order=order)
        assert await post.deliver() == [(ANN, CARD), (ANN, ASK)]
        heard[clock] = post.chats.silent[-2:]
    night, day = [True, True], [False, False]
    assert heard == {"07:59": night, "08:00": day, "21:59": day, "22:00": night, "00:00": night}


async def test_what_was_being_sent_at_a_crash_is_told_after_it(post: Post) -> None:
    await post.owe(ASK)
    now = post.shop.clock()
    await post.shop.db.write(lambda tx: notices.lease(tx, now, now + LEASE, BATCH, each=BATCH))
    assert await post.deliver() == [], "somebody is sending it"
    again = post_of(post.shop)
    await again.delivering.start()
    assert await again.deliver(LAST_CALL) == [(ANN, ASK)]


async def test_the_last_edit_of_a_killed_process_never_comes_after_the_next_one(
    post: Post,
) -> None:
    order, now = await post.shop.placed(), post.shop.clock()
    await post.shop.db.write(lambda tx: notices.lease(tx, now, now + LEASE, BATCH, each=BATCH))
    again = post_of(post.shop)
    await again.delivering.start()
    await again.owe(CARD, order=order)
    assert await again.deliver(LAST_CALL - 1) == []
    assert await again.deliver(1) == [(ANN, CARD)]


async def test_a_disk_that_refuses_after_sending_tells_it_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.owe(ASK)
    write = post.shop.db.write

    async def refuse(job: object) -> object:
        if post.chats.told:
            raise StorageFailed("the disk is full")
        return await write(job)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(post.shop.db, "write", refuse)
        assert await post.deliver() == [(ANN, ASK)]
    assert await post.deliver(LEASE) == [(ANN, ASK)]
    assert await post.deliver(LEASE) == []


async def test_more_than_a_batch_is_told_without_waiting_for_a_tick(post: Post) -> None:
    for _ in range(BATCH + 1):
        await post.owe(NoticeKind.KEY_PAUSED)
    assert len(await post.deliver()) == BATCH
    assert post.shop.woken["again"] == 1
    assert len(await post.deliver()) == 1
    assert post.shop.woken["again"] == 2
    assert await post.deliver() == []
    assert post.shop.woken["again"] == 2, "with nothing to tell it does not wake itself"


async def test_the_notices_of_an_order_that_was_erased_are_gone(post: Post) -> None:
    order = await post.shop.placed()
    await post.owe(ENDED, order=order)
    await post.shop.db.write(lambda tx: people.erase(tx, ANN))
    assert await post.deliver() == []


TROUBLES = st.sampled_from([None, NotNow(), NotNow(20_000), Unreachable(), RuntimeError("a bug")])


@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(st.one_of(st.sampled_from([CARD, ENDED, ASK, "start"]), TROUBLES), max_size=12)
)
def test_whatever_goes_wrong_everything_is_told_in_the_end(steps: list[object]) -> None:
    async def play() -> None:
        async with _ordered() as (post, order):
            owed = {CARD}
            rings = 0
            for step in steps:
                if isinstance(step, NoticeKind):
                    await post.owe(step, order=order)
                    owed.add(step)
                    rings += step is not CARD
                elif step == "start":
                    await post.delivering.start()
                else:
                    assert step is None or isinstance(step, Exception)
                    post.chats.troubles.append(step)
                    await post.deliver(1_000)
            post.chats.troubles.clear()
            now = post.shop.clock()
            await post.shop.db.write(lambda tx: people.set_reachable(tx, ANN, True, now))
            while await post.deliver(LONGEST_PAUSE):
                pass
            kinds = [kind for _, kind in post.chats.told]
            assert set(kinds) == owed
            assert len(kinds) - kinds.count(CARD) == rings
            assert await post.shop.owed() == []

    asyncio.run(play())


@asynccontextmanager
async def _ordered() -> AsyncIterator[tuple[Post, Order]]:
    async with opened() as shop:
        yield post_of(shop), await shop.placed()


# ---- batches ----


async def _a_batch(post: Post, *placements: str) -> Batch:
    """A mass order whose orders have come so far."""
    batch = await confirm(post.shop, len(placements))
    await _become(post, batch, *placements)
    return batch


async def _become(post: Post, batch: Batch, *placements: str) -> None:
    found, _ = await batches.orders_of(post.shop.db, batch.id, (), 500, 0)
    now = post.shop.clock()
    for order, word in zip(found, placements, strict=True):
        placement, _, delivery = word.partition(" ")
        ended = now if delivery == "completed" else None
        values = (placement, delivery or None, ended, None if ended else now, order.id)
        await post.shop.db.write(
            lambda tx, values=values: tx.execute(  # type: ignore[misc]
                "UPDATE orders SET placement = ?, delivery = ?, ended_at = ?, next_check_at = ?"
                " WHERE id = ?",
                values,
            )
        )
        await post.owe(CARD, order=order)


async def test_a_batch_is_one_card_at_its_own_pace(post: Post) -> None:
    batch = await _a_batch(post, "placed", "placed", "confirmed")
    assert await post.deliver() == [(ANN, NoticeKind.BATCH)]
    assert post.chats.tallies == [{Fate.RUNNING: 2, Fate.WAITING: 1}]
    await _become(post, batch, "placed", "placed", "placed")
    assert await post.deliver() == []
    assert await post.deliver(BATCH_PACE) == [(ANN, NoticeKind.BATCH)]
    assert (post.chats.tallies[1:], post.chats.news) == ([{Fate.RUNNING: 3}], [])


async def test_the_end_of_a_batch_rings_once(post: Post) -> None:
    batch = await _a_batch(post, "placed completed", "placed completed")
    await post.deliver()
    assert post.chats.news == [{Fate.DONE: 2}]
    await _become(post, batch, "placed completed", "placed completed")
    await post.deliver(BATCH_PACE)
    assert len(post.chats.news) == 1


async def test_what_ended_rings_at_its_time_though_nothing_happens_then(post: Post) -> None:
    await _a_batch(post, "placed completed", "placed")
    await post.deliver()
    assert post.chats.news == []
    assert await post.deliver(FIRST_NEWS - 1) == []
    await post.deliver(1)
    assert post.chats.news == [{Fate.DONE: 1, Fate.RUNNING: 1}]
    assert await post.deliver(FIRST_NEWS) == []


async def test_what_rings_about_a_batch_can_be_switched_off(post: Post) -> None:
    await post.wish(Wishes(rings=frozenset({Ring.NEWS})))
    batch = await _a_batch(post, "placed completed", "placed completed")
    await post.deliver()
    assert post.chats.news == []
    await post.wish(Wishes(rings=frozenset(Ring)))
    await _become(post, batch, "placed completed", "placed completed")
    await post.deliver(BATCH_PACE)
    assert post.chats.news == [], "what was not wished for does not come later"


async def test_a_batchs_card_that_was_sent_anew_is_kept_though_the_bell_fails(post: Post) -> None:
    batch = await _a_batch(post, "placed completed")
    post.chats.message_id = 777
    post.chats.troubles.extend([None, NotNow()])
    await post.deliver()
    kept = await batches.batch(post.shop.db, ANN, batch.id)
    assert kept is not None
    assert (kept.card_message, kept.told.final) == (777, False)
    await post.deliver(FIRST_PAUSE)
    assert post.chats.news == [{Fate.DONE: 1}]


async def test_a_batchs_card_that_was_moved_meanwhile_stays_there(post: Post) -> None:
    batch = await _a_batch(post, "placed")
    post.chats.message_id = 777
    post.chats.gate.clear()
    await post.delivering.run_once()
    await post.chats.arrived.wait()
    await post.shop.db.write(lambda tx: batches.set_card(tx, ANN, batch.id, 600))
    post.chats.gate.set()
    await post.delivering.drain()
    kept = await batches.batch(post.shop.db, ANN, batch.id)
    assert kept is not None and kept.card_message == 600
