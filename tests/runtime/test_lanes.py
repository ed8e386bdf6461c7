"""Order within a person, company among people, and what happens to an item that fails."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.lanes import Lanes
from tests.runtime.virtual_time import VirtualTime


class Desk:
    """Handles items as told: `failures` is how often an item fails before it works."""

    def __init__(self, slots: int = 64, failures: dict[str, int] | None = None) -> None:
        self.time = VirtualTime()
        self.failures = defaultdict(int, failures or {})
        self.began: list[str] = []
        self.done: list[str] = []
        self.given_up: list[tuple[int, str, str]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.lanes: Lanes[str] = Lanes(
            self.handle, self.give_up, slots=slots, sleep=self.time.sleep
        )

    def block(self, item: str) -> asyncio.Event:
        self.gates[item] = asyncio.Event()
        return self.gates[item]

    async def handle(self, person: int, item: str) -> None:
        self.began.append(item)
        if gate := self.gates.get(item):
            await gate.wait()
        if self.failures[item] > 0:
            self.failures[item] -= 1
            raise RuntimeError(f"{item} failed")
        self.done.append(item)

    async def give_up(self, person: int, item: str, error: Exception) -> None:
        self.given_up.append((person, item, str(error)))


async def test_a_slow_person_delays_nobody_else() -> None:
    desk = Desk()
    slow = desk.block("a1")
    for person, item in ((1, "a1"), (1, "a2"), (2, "b1"), (2, "b2")):
        desk.lanes.put(person, item)
    await desk.time.settle()
    assert desk.done == ["b1", "b2"]
    slow.set()
    await desk.time.settle()
    assert desk.done == ["b1", "b2", "a1", "a2"]


async def test_an_item_that_fails_twice_is_handled_at_the_third_try() -> None:
    desk = Desk(failures={"a1": 2})
    desk.lanes.put(1, "a1")
    desk.lanes.put(1, "a2")
    await desk.time.advance(599)
    assert desk.done == []
    await desk.time.advance(1)
    assert desk.done == ["a1", "a2"]
    assert desk.given_up == []


async def test_an_item_that_keeps_failing_is_given_up_and_the_lane_goes_on() -> None:
    desk = Desk(failures={"a1": 99})
    desk.lanes.put(1, "a1")
    desk.lanes.put(1, "a2")
    await desk.time.advance(600)
    assert desk.began == ["a1", "a1", "a1", "a2"]
    assert desk.given_up == [(1, "a1", "a1 failed")]
    assert desk.done == ["a2"]


async def test_a_lane_survives_even_a_failing_give_up(caplog: pytest.LogCaptureFixture) -> None:
    async def give_up(person: int, item: str, error: Exception) -> None:
        raise OSError("disk full")

    desk = Desk(failures={"a1": 99})
    desk.lanes = Lanes(desk.handle, give_up, sleep=desk.time.sleep)
    desk.lanes.put(1, "a1")
    desk.lanes.put(1, "a2")
    await desk.time.advance(600)
    assert desk.done == ["a2"]
    assert [r.message for r in caplog.records] == ["an item could be neither handled nor set aside"]


async def test_no_more_items_run_than_there_are_slots() -> None:
    desk = Desk(slots=2)
    gates = [desk.block(f"p{n}") for n in range(5)]
    for n in range(5):
        desk.lanes.put(n, f"p{n}")
    await desk.time.settle()
    assert desk.began == ["p0", "p1"]
    gates[0].set()
    await desk.time.settle()
    assert desk.began == ["p0", "p1", "p2"]
    for gate in gates:
        gate.set()
    await desk.time.settle()
    assert desk.lanes.idle


async def test_who_waits_in_line_or_for_another_try_holds_no_slot() -> None:
    desk = Desk(slots=2, failures={"b1": 99})
    desk.block("a1")
    for item in ("a1", "a2", "a3", "a4"):
        desk.lanes.put(1, item)
    desk.lanes.put(2, "b1")
    await desk.time.settle()
    desk.lanes.put(3, "c1")
    await desk.time.settle()
    assert desk.done == ["c1"]


async def test_no_lane_is_left_behind() -> None:
    desk = Desk(failures={"7": 99})
    assert desk.lanes.idle
    for person in range(50):
        desk.lanes.put(person, str(person))
    lanes_then = len(desk.lanes._lanes)
    await desk.time.advance(600)
    assert (lanes_then, desk.lanes._lanes, desk.lanes._tasks) == (50, {}, set())


async def test_drain_waits_for_everything() -> None:
    desk = Desk()
    desk.lanes.put(1, "a1")
    desk.lanes.put(1, "a2")
    assert await desk.lanes.drain(5) is True
    assert desk.done == ["a1", "a2"]
    assert await desk.lanes.drain(5) is True


async def test_drain_cancels_what_takes_too_long_without_giving_it_up() -> None:
    desk = Desk()
    desk.block("a1")
    desk.lanes.put(1, "a1")
    desk.lanes.put(1, "a2")
    assert await desk.lanes.drain(0.01) is False
    assert (desk.done, desk.given_up, desk.lanes.idle) == ([], [], True)


@given(
    items=st.lists(st.integers(1, 5), max_size=40),
    failures=st.dictionaries(st.integers(0, 39), st.integers(1, 4)),
    delays=st.dictionaries(st.integers(0, 39), st.integers(1, 900)),
    slots=st.integers(1, 6),
)
def test_everybodys_items_end_in_order_whatever_fails_or_takes_long(
    items: list[int], failures: dict[int, int], delays: dict[int, int], slots: int
) -> None:
    async def story() -> dict[int, list[int]]:
        time = VirtualTime()
        left = dict(failures)
        ended: dict[int, list[int]] = {person: [] for person in items}
        running: set[int] = set()

        async def handle(person: int, number: int) -> None:
            assert person not in running
            running.add(person)
            assert len(running) <= slots
            try:
                await time.sleep(delays.get(number, 0) / 1000)
                if left.get(number, 0):
                    left[number] -= 1
                    raise RuntimeError
                ended[person].append(number)
            finally:
                running.remove(person)

        async def give_up(person: int, number: int, error: Exception) -> None:
            ended[person].append(number)

        lanes: Lanes[int] = Lanes(handle, give_up, slots=slots, sleep=time.sleep)
        for number, person in enumerate(items):
            lanes.put(person, number)
        await time.until(lanes.drain(60))
        assert lanes.idle
        return ended

    expected: dict[int, list[int]] = {}
    for number, person in enumerate(items):
        expected.setdefault(person, []).append(number)
    assert asyncio.run(story()) == expected


async def test_what_is_only_held_up_is_never_given_up() -> None:
    pauses: list[float] = []
    left = [7]
    given_up: list[str] = []

    async def handle(person: int, item: str) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError("on hold")

    async def give_up(person: int, item: str, error: Exception) -> None:
        given_up.append(item)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    lanes: Lanes[str] = Lanes(handle, give_up, pause=lambda error: 30.0, sleep=sleep)
    lanes.put(7, "tap")
    assert await lanes.drain(5)
    assert (given_up, pauses) == ([], [30.0] * 7)
