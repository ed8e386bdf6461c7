"""When calls are held back, and which call finds the provider back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, SILENCE, Breaker, Leave


def fails(breaker: Breaker, *times: int) -> None:
    for now in times:
        breaker.learn(breaker.leave(now), False, now)


def opened() -> Breaker:
    """Open since 0."""
    breaker = Breaker()
    fails(breaker, *[-SILENCE] * (FAILURES - 1), 0)
    return breaker


def test_a_few_failures_hold_nothing_back_however_far_apart() -> None:
    breaker = Breaker()
    fails(breaker, *range(0, (FAILURES - 1) * SILENCE, SILENCE))
    assert breaker.leave(FAILURES * SILENCE) is Leave.GO


def test_many_failures_at_one_moment_hold_nothing_back() -> None:
    breaker = Breaker()
    fails(breaker, *[0] * 50, SILENCE - 1)
    assert breaker.leave(SILENCE - 1) is Leave.GO


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = Breaker()
    for now in range(0, 3 * SILENCE, SILENCE):
        fails(breaker, *[now] * (FAILURES - 1))
        breaker.learn(breaker.leave(now), True, now)
    assert not breaker.holds(3 * SILENCE)


def test_silence_holds_everything_back_for_a_pause() -> None:
    breaker = opened()
    assert [breaker.leave(0), breaker.leave(FIRST_PAUSE - 1)] == [Leave.HELD, Leave.HELD]


def test_after_the_pause_one_call_goes_alone() -> None:
    breaker = opened()
    assert [breaker.leave(FIRST_PAUSE) for _ in range(3)] == [Leave.PROBE, Leave.HELD, Leave.HELD]


def test_the_probe_that_is_answered_ends_it() -> None:
    breaker = opened()
    breaker.learn(breaker.leave(FIRST_PAUSE), True, FIRST_PAUSE)
    assert [breaker.leave(FIRST_PAUSE) for _ in range(2)] == [Leave.GO, Leave.GO]


def test_each_silent_probe_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = opened(), 0, []
    for _ in range(6):
        began = now
        while breaker.holds(now):
            now += 1000
        pauses.append(now - began)
        breaker.learn(breaker.leave(now), False, now)
    assert pauses == [2_000, 4_000, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_after_it_ended_the_next_outage_begins_with_a_short_pause() -> None:
    breaker = opened()
    breaker.learn(breaker.leave(FIRST_PAUSE), False, FIRST_PAUSE)
    breaker.learn(Leave.GO, True, FIRST_PAUSE)
    fails(breaker, *[SILENCE] * (FAILURES - 1), 2 * SILENCE)
    assert breaker.leave(2 * SILENCE + FIRST_PAUSE) is Leave.PROBE


def test_a_probe_whose_caller_left_lets_the_next_one_go() -> None:
    breaker = opened()
    breaker.learn(breaker.leave(FIRST_PAUSE), None, FIRST_PAUSE)
    assert breaker.leave(FIRST_PAUSE) is Leave.PROBE


def test_what_was_on_its_way_neither_lengthens_the_pause_nor_frees_a_second_probe() -> None:
    breaker = opened()
    breaker.learn(Leave.GO, False, FIRST_PAUSE - 1)
    assert breaker.leave(FIRST_PAUSE) is Leave.PROBE
    breaker.learn(Leave.GO, False, FIRST_PAUSE)
    assert breaker.leave(FIRST_PAUSE) is Leave.HELD


@pytest.mark.parametrize("answered", [False, None])
def test_an_answer_to_what_was_on_its_way_ends_it(answered: bool | None) -> None:
    breaker = opened()
    breaker.learn(Leave.GO, True, 1)
    assert not breaker.holds(1)
    breaker.learn(breaker.leave(1), answered, 1)
    assert not breaker.holds(1)


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.integers(0, 90_000))))
def test_whatever_happens_it_is_tried_again_within_the_longest_pause(
    story: list[tuple[bool | None, int]],
) -> None:
    breaker, now = Breaker(), 0
    for answered, later in story:
        now += later
        leave = breaker.leave(now)
        if leave is not Leave.HELD:
            breaker.learn(leave, answered, now)
    assert breaker.leave(now + LONGEST_PAUSE) is not Leave.HELD
