"""How a batch stands, and when its person hears of it: seldom, never twice, and at the end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.batch import (
    FIRST_NEWS,
    Batch,
    Fate,
    News,
    Standing,
    Tally,
    is_rest,
    news_later,
    news_of,
    stops_the_rest,
    tally_of,
    told_by_now,
)
from bot.domain.money import Money
from bot.domain.order import Placement, Why
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery
from bot.domain.wishes import Ring

AT = 1_700_000_000_000
BATCH = Batch(3, 7, 1, "nonce", AT, 10, Money(Decimal("8.90")))


def standing(
    placement: Placement,
    delivery: Delivery | None = None,
    followed: bool = True,
    **more: object,
) -> Standing:
    ended = delivery is not None and delivery.ended
    return Standing(1, placement, delivery, ended, followed and not ended, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "fate"),
    [
        (standing(Placement.CONFIRMED), Fate.WAITING),
        (standing(Placement.SENDING), Fate.SENDING),
        (standing(Placement.REFUSED), Fate.REFUSED),
        (standing(Placement.NOT_SENT), Fate.NOT_SENT),
        (standing(Placement.NOT_PLACED), Fate.NOT_PLACED),
        (standing(Placement.UNKNOWN), Fate.UNKNOWN),
        (standing(Placement.CHARGED), Fate.CHARGED),
        (standing(Placement.PLACED), Fate.RUNNING),
        (standing(Placement.PLACED, Delivery.OTHER), Fate.RUNNING),
        (standing(Placement.PLACED, followed=False), Fate.ALONE),
        (standing(Placement.PLACED, Delivery.COMPLETED), Fate.DONE),
        (standing(Placement.PLACED, Delivery.PARTIAL), Fate.PARTIAL),
        (standing(Placement.PLACED, Delivery.CANCELED), Fate.TROUBLE),
        (standing(Placement.PLACED, Delivery.REFUNDED), Fate.TROUBLE),
        (standing(Placement.PLACED, Delivery.FAILED), Fate.TROUBLE),
    ],
)
def test_every_order_is_counted_as_what_became_of_it(one: Standing, fate: Fate) -> None:
    assert one.fate is fate


def test_a_tally_names_what_is_in_doubt_and_why_the_rest_was_not_sent() -> None:
    tally = tally_of(
        [
            replace(standing(Placement.UNKNOWN), order=4),
            replace(standing(Placement.UNKNOWN, asked=True), order=5),
            standing(Placement.NOT_SENT, why=Why.PRICE_CHANGED),
            standing(Placement.NOT_SENT, why=Why.STOPPED),
            standing(Placement.NOT_SENT, why=Why.STOPPED),
            standing(Placement.PLACED, charge=Decimal("0.1")),
            standing(Placement.PLACED, Delivery.COMPLETED, charge=Decimal("0.2")),
        ],
        "USD",
    )
    assert (tally.unknown, tally.asked, tally.unsent) == ((4, 5), (5,), Why.STOPPED)
    assert tally.charged == Money(Decimal("0.3"))
    assert (tally.ended, tally.missed, tally.waiting, tally.open) == (1, 3, 0, 3)
    assert tally.rest == 3


def news(tally: Tally, after: int = 0, batch: Batch = BATCH) -> News | None:
    return news_of(batch, tally, AT + after)


def after_news(tally: Tally, after: int, batch: Batch = BATCH) -> Batch:
    assert news(tally, after, batch) is not None
    return replace(batch, told=told_by_now(tally, AT + after))


def test_nothing_rings_while_it_is_being_sent() -> None:
    assert news(Tally({Fate.WAITING: 1, Fate.DONE: 4, Fate.REFUSED: 5}), 10 * FIRST_NEWS) is None


def test_all_sent_and_running_is_no_news() -> None:
    assert news(Tally({Fate.RUNNING: 10})) is None


def test_that_not_all_could_be_sent_rings_once() -> None:
    tally = Tally({Fate.RUNNING: 7, Fate.NOT_SENT: 3})
    assert news(tally) == News(frozenset({Ring.TROUBLE}))
    batch = after_news(tally, 0)
    assert news(tally, 5 * FIRST_NEWS, batch) is None


@pytest.mark.parametrize("why", [Why.STOPPED, Why.UNLINKED])
def test_whoever_stopped_it_themselves_need_not_be_told(why: Why) -> None:
    tally = Tally({Fate.RUNNING: 7, Fate.NOT_SENT: 3}, unsent=why)
    assert news(tally) is None
    assert news(Tally({Fate.NOT_SENT: 10}, unsent=why)) is None
    refused = Tally({Fate.RUNNING: 6, Fate.NOT_SENT: 3, Fate.REFUSED: 1}, unsent=why)
    assert news(refused) is not None


def test_the_end_rings_once_with_what_came() -> None:
    tally = Tally({Fate.DONE: 8, Fate.PARTIAL: 2})
    assert news(tally) == News(frozenset({Ring.COMPLETED, Ring.PARTIAL}))
    batch = after_news(tally, 0)
    assert news(tally, 10 * FIRST_NEWS, batch) is None


def test_an_end_that_comes_by_a_lost_order_rings_as_well() -> None:
    running = Tally({Fate.DONE: 9, Fate.UNKNOWN: 1})
    batch = after_news(running, FIRST_NEWS)
    over = Tally({Fate.DONE: 9, Fate.NOT_PLACED: 1})
    assert news(over, FIRST_NEWS + 1, batch) is not None


def test_what_ends_meanwhile_rings_ever_more_seldom() -> None:
    def ended(count: int) -> Tally:
        return Tally({Fate.DONE: count, Fate.RUNNING: 10 - count})

    assert news(ended(1), FIRST_NEWS - 1) is None
    assert news_later(BATCH, ended(1)) == AT + FIRST_NEWS
    batch = after_news(ended(1), FIRST_NEWS)
    assert news_later(batch, ended(1)) is None
    assert news(ended(5), 4 * FIRST_NEWS - 1, batch) is None
    assert news_later(batch, ended(5)) == AT + 4 * FIRST_NEWS
    batch = after_news(ended(5), 4 * FIRST_NEWS, batch)
    assert news_later(batch, ended(6)) == AT + 16 * FIRST_NEWS


def test_a_question_about_money_always_rings_and_for_every_order_once() -> None:
    doubt = Tally({Fate.UNKNOWN: 2, Fate.RUNNING: 8}, (1, 2), (1,))
    assert news(doubt) == News(frozenset(), about_money=True)
    batch = after_news(doubt, 0)
    assert news(doubt, 1, batch) is None
    assert news(replace(doubt, asked=(1, 2)), 1, batch) == News(frozenset(), about_money=True)


tallies = st.builds(
    Tally,
    st.dictionaries(st.sampled_from(Fate), st.integers(0, 9)),
    asked=st.lists(st.integers(1, 9), max_size=2).map(tuple),
)


@given(tallies, st.integers(0, 100 * FIRST_NEWS))
def test_whoever_was_just_told_hears_nothing_until_something_happens(
    tally: Tally, after: int
) -> None:
    batch = replace(BATCH, told=told_by_now(tally, AT + after))
    assert news(tally, after, batch) is None
    assert news_later(batch, tally) is None


@given(tallies, st.integers(0, 100 * FIRST_NEWS))
def test_what_waits_for_its_time_rings_when_that_comes(tally: Tally, after: int) -> None:
    later = news_later(BATCH, tally)
    if later is not None and news(tally, after) is None:
        assert later > AT + after
        assert news_of(BATCH, tally, later) is not None


@pytest.mark.parametrize(
    ("why", "stops"),
    [
        (Why.UNREACHABLE, True),
        (Why.WAITED, True),
        (Why.STOPPED, True),
        (Why.LOST, True),
        (Why.OVERCHARGED, True),
        (Why.REFUSED, True),
        (Why.UNLINKED, True),
        (Meaning.BALANCE_TOO_LOW, True),
        (Meaning.KEY_REVOKED, True),
        (Meaning.BANNED, True),
        (Why.PRICE_CHANGED, False),
        (Why.INTERRUPTED, False),
        (Meaning.SERVICE_GONE, False),
        (Meaning.DUPLICATE_TARGET, False),
        (Meaning.LINK, False),
        (Meaning.OTHER, False),
    ],
)
def test_only_what_would_end_every_other_order_stops_the_rest(why: str, stops: bool) -> None:
    assert stops_the_rest(why) is stops


@pytest.mark.parametrize(
    ("placement", "why", "again"),
    [
        (Placement.NOT_SENT, Why.PRICE_CHANGED, True),
        (Placement.NOT_PLACED, "unknown", True),
        (Placement.REFUSED, Meaning.BALANCE_TOO_LOW, True),
        (Placement.REFUSED, Meaning.KEY_REVOKED, True),
        (Placement.REFUSED, Meaning.LINK, False),
        (Placement.REFUSED, Meaning.OTHER, False),
        (Placement.UNKNOWN, "unknown", False),
        (Placement.CHARGED, "unknown", False),
        (Placement.PLACED, "", False),
        (Placement.CONFIRMED, "", False),
    ],
)
def test_the_rest_is_what_came_to_nothing_for_no_fault_of_its_own(
    placement: Placement, why: str, again: bool
) -> None:
    assert is_rest(placement, why) is again
