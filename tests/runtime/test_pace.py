"""Who goes first, and how many a second."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.pace import OnHold, Pacer, Rank
from tests.runtime.virtual_time import VirtualTime


class Line:
    """Asks for places and notes who got one, and when."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.pacer = Pacer(self.time.clock, self.time.sleep)
        self.went: list[tuple[int, str]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.start = self.time.now

    def ask(self, name: str, chat_id: int, rank: Rank) -> asyncio.Task[None]:
        ticket = self.pacer.ask(chat_id, rank)

        async def go() -> None:
            await ticket.granted
            self.went.append((self.time.now - self.start, name))

        task = asyncio.ensure_future(go())
        self.tasks.append(task)
        return task

    async def everybody(self) -> None:
        await self.time.until(asyncio.gather(*self.tasks))

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.went]

    def within(self, start: int, end: int) -> int:
        return sum(start <= at < end for at, _ in self.went)


async def test_pushes_keep_to_25_a_second_after_a_small_burst() -> None:
    line = Line()
    for n in range(100):
        line.ask(str(n), chat_id=n, rank=Rank.NOTICE)
    await line.everybody()
    assert line.names == [str(n) for n in range(100)]
    assert line.within(0, 1) == 3
    assert line.within(1000, 2000) in range(23, 26)
    assert line.within(2000, 3000) in range(23, 26)


async def test_a_reply_passes_300_pushes() -> None:
    line = Line()
    for n in range(300):
        line.ask("push", chat_id=n, rank=Rank.NOTICE)
    await line.time.advance(2000)
    before = len(line.went)
    line.ask("reply", chat_id=-1, rank=Rank.REPLY)
    await line.time.settle()
    assert line.went[before:] == [(2000, "reply")]


async def test_strict_order_of_ranks_among_those_who_wait() -> None:
    line = Line()
    for n in range(20):
        line.ask("burst", chat_id=n, rank=Rank.NOTICE)
    line.ask("progress", chat_id=100, rank=Rank.PROGRESS)
    line.ask("notice", chat_id=101, rank=Rank.NOTICE)
    await line.everybody()
    assert line.names[-2:] == ["notice", "progress"]


async def test_replies_keep_to_28_a_second_in_all() -> None:
    line = Line()
    for n in range(100):
        line.ask(str(n), chat_id=n, rank=Rank.REPLY)
    await line.everybody()
    assert line.within(0, 1) == 10
    assert line.within(1000, 2000) in range(26, 29)


async def test_edits_that_answer_taps_wait_for_no_budget() -> None:
    line = Line()
    for n in range(400):
        line.ask(str(n), chat_id=n, rank=Rank.EDIT)
    await line.time.settle()
    assert line.within(0, 1) == 400


async def test_a_429_in_a_quiet_chat_makes_edits_keep_to_the_budget_for_a_minute() -> None:
    line = Line()
    line.ask("quiet", chat_id=1000, rank=Rank.EDIT)
    line.pacer.hold(1000, 1000)
    for n in range(100):
        line.ask(str(n), chat_id=n, rank=Rank.EDIT)
    await line.everybody()
    assert line.within(1000, 2000) in range(26, 29)
    await line.time.advance(60_000)
    start = line.time.now - line.start
    for n in range(100):
        line.ask(str(n), chat_id=n, rank=Rank.EDIT)
    await line.time.settle()
    assert line.within(start, start + 1) == 100


async def test_a_429_in_a_busy_chat_slows_nobody_else_down() -> None:
    line = Line()
    for _ in range(4):
        line.ask("busy", chat_id=1000, rank=Rank.EDIT)
    line.pacer.hold(1000, 1000)
    for n in range(100):
        line.ask(str(n), chat_id=n, rank=Rank.EDIT)
    await line.time.settle()
    assert line.within(0, 1) == 104


async def test_one_chat_gets_one_push_a_second_after_a_burst_of_three() -> None:
    line = Line()
    for n in range(6):
        line.ask(str(n), chat_id=7, rank=Rank.NOTICE)
    await line.everybody()
    assert line.names == ["0", "1", "2", "3", "4", "5"]
    assert line.within(0, 500) == 3
    assert [at // 100 for at, _ in line.went[3:]] == [10, 20, 30]


async def test_a_full_chat_holds_up_no_other() -> None:
    line = Line()
    for _ in range(8):
        line.ask("full", chat_id=7, rank=Rank.NOTICE)
    line.ask("other", chat_id=8, rank=Rank.PROGRESS)
    await line.time.advance(300)
    assert line.names.count("other") == 1


async def test_a_reply_does_not_wait_for_its_chats_budget() -> None:
    line = Line()
    for _ in range(8):
        line.ask("push", chat_id=7, rank=Rank.NOTICE)
    await line.time.advance(500)
    line.ask("reply", chat_id=7, rank=Rank.REPLY)
    await line.time.settle()
    assert line.went[-1] == (500, "reply")


async def test_a_chat_on_hold_waits_alone() -> None:
    line = Line()
    line.pacer.hold(7, 5000)
    line.ask("held", chat_id=7, rank=Rank.EDIT)
    line.ask("other", chat_id=8, rank=Rank.NOTICE)
    await line.everybody()
    assert line.went == [(0, "other"), (5000, "held")]


async def test_nobody_waits_for_a_hold_of_minutes() -> None:
    line = Line()
    line.ask("before", chat_id=7, rank=Rank.REPLY)
    line.pacer.hold(7, 300_000)
    held = line.ask("after", chat_id=7, rank=Rank.REPLY)
    await line.time.settle()
    with pytest.raises(OnHold) as raised:
        await held
    assert raised.value.wait == 300_000
    assert line.names == ["before"]


async def test_a_hold_that_begins_while_somebody_waits_counts_for_them() -> None:
    line = Line()
    for _ in range(3):
        line.ask("burst", chat_id=7, rank=Rank.NOTICE)
    line.ask("last", chat_id=7, rank=Rank.NOTICE)
    await line.time.advance(200)
    line.pacer.hold(7, 9000)
    await line.everybody()
    assert line.went[-1] == (9200, "last")


async def test_hurry_lets_a_waiting_ticket_stand_further_ahead() -> None:
    line = Line()
    for n in range(50):
        line.ask("push", chat_id=n, rank=Rank.NOTICE)
    ticket = line.pacer.ask(100, Rank.PROGRESS)
    assert not ticket.granted.done()
    line.pacer.hurry(ticket, Rank.EDIT)
    assert ticket.granted.done()
    await line.everybody()
    assert line.names == ["push"] * 50


async def test_nobody_can_be_hurried_to_a_place_further_back() -> None:
    line = Line()
    for n in range(30):
        line.ask("reply", chat_id=n, rank=Rank.REPLY)
    ticket = line.pacer.ask(100, Rank.REPLY)
    line.pacer.hurry(ticket, Rank.PROGRESS)
    for n in range(30):
        line.ask("push", chat_id=n, rank=Rank.NOTICE)
    await line.time.until(ticket.granted)
    assert "push" not in line.names
    await line.everybody()


async def test_a_chat_where_somebody_waits_is_not_forgotten() -> None:
    line = Line()
    for n in range(1024):
        line.ask("push", chat_id=n, rank=Rank.NOTICE)
    await line.time.advance(2000)
    waiting = 1024 - len(line.went)
    line.pacer.ask(5000, Rank.EDIT)
    assert len(line.pacer._chats) in range(waiting + 1, 1024)
    await line.everybody()


async def test_who_goes_away_takes_no_place() -> None:
    line = Line()
    gone = [line.ask("gone", chat_id=n, rank=Rank.NOTICE) for n in range(50)]
    stays = line.ask("stays", chat_id=99, rank=Rank.NOTICE)
    await line.time.settle()
    for task in gone:
        task.cancel()
    await line.time.until(stays)
    assert line.names == ["gone"] * 3 + ["stays"]
    assert line.went[-1][0] < 100


async def test_chats_are_forgotten_when_they_have_nothing_to_remember() -> None:
    line = Line()
    for n in range(1024):
        line.ask("edit", chat_id=n, rank=Rank.EDIT)
    line.pacer.hold(3, 60_000)
    await line.everybody()
    await line.time.advance(2000)
    line.ask("edit", chat_id=5000, rank=Rank.EDIT)
    await line.everybody()
    assert sorted(line.pacer._chats) == [3, 5000]


async def test_a_clock_that_is_set_back_blocks_nobody() -> None:
    line = Line()
    for n in range(10):
        line.ask("before", chat_id=n, rank=Rank.REPLY)
    line.time.now -= 3_600_000
    line.ask("after", chat_id=99, rank=Rank.REPLY)
    await line.everybody()
    assert line.names == ["before"] * 10 + ["after"]
    assert line.time.now - line.start <= 100 - 3_600_000
