"""How far a request to Serva has come, and when the same may be asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.request import LOOKS, Refill, Request, Stage, Wanted, next_look, refill_of

MINUTE = 60_000
HOUR = 60 * MINUTE


def request(stage: Stage, settled_at: int | None = 0, word: str = "") -> Request:
    return Request(1, 7, 12, Wanted.CANCEL, stage, 0, settled_at=settled_at, word=word)


@pytest.mark.parametrize(
    ("stage", "after"),
    [
        (Stage.NOT_SENT, 0),
        (Stage.REFUSED, 10 * MINUTE),
        (Stage.UNKNOWN, HOUR),
        (Stage.ACCEPTED, 24 * HOUR),
    ],
)
def test_the_same_may_be_asked_again_after_a_while(stage: Stage, after: int) -> None:
    assert request(stage).may_follow(after)
    assert not after or not request(stage).may_follow(after - 1)


@pytest.mark.parametrize("stage", [Stage.ASKED, Stage.SENDING])
def test_what_is_on_its_way_is_not_asked_again_however_long_it_takes(stage: Stage) -> None:
    on_its_way = request(stage, None)
    assert on_its_way.in_flight
    assert not on_its_way.may_follow(10**15)


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("Completed", Refill.COMPLETED),
        ("COMPLETED", Refill.COMPLETED),
        ("Rejected", Refill.REJECTED),
        ("cancelled", Refill.REJECTED),
        ("In progress", Refill.RUNNING),
        ("Pending", Refill.RUNNING),
        ("never heard of", Refill.RUNNING),
        ("", Refill.RUNNING),
    ],
)
def test_the_status_of_a_refill_is_read_however_it_is_spelled(word: str, means: Refill) -> None:
    assert refill_of(word) is means


@given(st.integers(0, 10**13), st.integers(0, 10**12))
def test_a_refill_is_looked_at_ever_more_rarely_and_then_no_more(at: int, later: int) -> None:
    look = next_look(at, at + later)
    assert (look is None) == (later >= LOOKS[-1])
    assert look is None or look > at + later
