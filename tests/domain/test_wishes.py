"""What rings, when it is night, when a day begins, and how far a limit lets one go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.tracking import Delivery
from bot.domain.wishes import (
    EAST,
    LEVELS,
    WEST,
    Guard,
    Level,
    Ring,
    Wishes,
    day_start,
    guessed_zone,
    loosens,
    minute_of_day,
    over_limit,
    ring_of,
    zone_of,
)

NOON = 1_779_019_200_000  # 2026-05-17 12:00 UTC
MINUTE, DAY = 60_000, 86_400_000

times = st.integers(0, 4_000_000_000_000)
zones = st.integers(WEST // 15, EAST // 15).map(lambda quarters: quarters * 15)
amounts = st.decimals("0.01", 10_000, places=2)


def usd(amount: str | Decimal | int) -> Money:
    return Money(Decimal(amount))


# ---- what rings ----


def test_a_level_is_recognised_and_everything_else_is_a_choice_of_ones_own() -> None:
    for level, rings in LEVELS.items():
        assert Wishes(rings).level is level
    assert Wishes().level is Level.IMPORTANT
    assert Wishes().ringing(Ring.NEWS, on=False).level is None
    assert Wishes().ringing(Ring.PROGRESS, on=True).level is Level.ALL


@given(st.frozensets(st.sampled_from(Ring)), st.sampled_from(Ring), st.booleans())
def test_a_switch_moves_its_own_kind_only(rings: frozenset[Ring], ring: Ring, on: bool) -> None:
    now = Wishes(rings).ringing(ring, on).rings
    assert (ring in now, now - {ring}) == (on, rings - {ring})


def test_what_is_about_money_in_doubt_has_no_switch() -> None:
    always = {kind for kind in NoticeKind if ring_of(kind, None) is None}
    assert always >= {NoticeKind.ASK, NoticeKind.SETTLED, NoticeKind.KEY_PAUSED}
    assert NoticeKind.ENDED not in always


def test_what_is_kept_an_eye_on_has_a_switch_each() -> None:
    kinds = (NoticeKind.WATCH_PRICE, NoticeKind.WATCH_BALANCE)
    assert [ring_of(kind, None) for kind in kinds] == [Ring.PRICES, Ring.BALANCE]


def test_every_end_has_a_switch() -> None:
    ends = {delivery for delivery in Delivery if delivery.ended}
    rings = {delivery: ring_of(NoticeKind.ENDED, delivery) for delivery in ends}
    assert rings == {
        Delivery.COMPLETED: Ring.COMPLETED,
        Delivery.PARTIAL: Ring.PARTIAL,
        Delivery.CANCELED: Ring.TROUBLE,
        Delivery.REFUNDED: Ring.TROUBLE,
        Delivery.FAILED: Ring.TROUBLE,
    }


# ---- day and night ----


@pytest.mark.parametrize(
    ("zone", "hour", "minute", "silent"),
    [
        (0, 21, 59, False),
        (0, 22, 0, True),
        (0, 7, 59, True),
        (0, 8, 0, False),
        (180, 18, 59, False),
        (180, 19, 0, True),
        (-300, 3, 0, True),
        (-300, 13, 0, False),
        (345, 16, 14, False),
        (345, 16, 15, True),
    ],
)
def test_it_is_night_from_ten_to_eight_where_the_person_is(
    zone: int, hour: int, minute: int, silent: bool
) -> None:
    now = NOON - 12 * 60 * MINUTE + (60 * hour + minute) * MINUTE
    wishes = Wishes(quiet_nights=True, zone=zone)
    assert wishes.silent_at(now) is silent
    assert not replace(wishes, quiet_nights=False).silent_at(now)


@given(times, zones)
def test_a_day_begins_at_midnight_there(now: int, zone: int) -> None:
    start = day_start(now, zone)
    there = datetime.fromtimestamp(start // 1000, timezone(timedelta(minutes=zone)))
    assert (there.hour, there.minute, there.second, start % 1000) == (0, 0, 0, 0)
    assert 0 <= now - start < DAY


@given(times, zones)
def test_a_clock_shows_what_a_clock_there_shows(now: int, zone: int) -> None:
    there = datetime.fromtimestamp(now // 1000, UTC) + timedelta(minutes=zone)
    assert minute_of_day(now, zone) == there.hour * 60 + there.minute


@given(times, zones, st.integers(-7, 7))
def test_the_zone_is_found_by_the_time_there_a_few_minutes_off(
    now: int, zone: int, late: int
) -> None:
    found = zone_of((minute_of_day(now, zone) + late) % 1440, now)
    assert (found - zone) % 1440 == 0
    assert WEST <= found < WEST + 1440


@pytest.mark.parametrize(
    ("code", "zone"),
    [("ar", 180), ("ar-EG", 180), ("en", 0), ("en-US", -300), ("en_us", -300), ("", 0), ("x", 0)],
)  # fmt: skip
def test_a_zone_is_guessed_by_the_language(code: str, zone: int) -> None:
    assert guessed_zone(code) == zone


@given(st.text(max_size=12))
def test_every_guess_is_on_this_earth(code: str) -> None:
    assert WEST <= guessed_zone(code) <= EAST


# ---- limits ----


@given(amounts, amounts, amounts)
def test_a_daily_limit_is_reached_and_not_passed(
    limit: Decimal, spent: Decimal, wanted: Decimal
) -> None:
    over = over_limit(Wishes(daily=usd(limit)), usd(spent), usd(wanted))
    assert (over is None) == (spent + wanted <= limit)


def test_without_a_limit_nothing_is_in_the_way() -> None:
    assert over_limit(Wishes(), usd(10**9), usd(10**9)) is None


def test_a_limit_in_another_currency_lets_nothing_through() -> None:
    over = over_limit(Wishes(daily=usd(100)), Money(Decimal(0), "SAR"), Money(Decimal(1), "SAR"))
    assert over is not None
    assert over.limit == usd(100)


def test_asking_twice_begins_above_the_limit() -> None:
    wishes = Wishes(twice=usd(5))
    asked = [wishes.asks_twice(usd(total)) for total in ("4.99", "5.00", "5.01")]
    assert asked == [None, None, usd(5)]
    assert wishes.asks_twice(Money(Decimal(1), "SAR")) == usd(5)
    assert Wishes().asks_twice(usd(10**6)) is None


@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        (None, None, False),
        (None, usd(5), False),
        (usd(5), usd(4), False),
        (usd(5), usd(5), False),
        (usd(5), usd("5.01"), True),
        (usd(5), None, True),
        (usd(5), Money(Decimal(1), "SAR"), True),
    ],
)
def test_what_lets_more_through(old: Money | None, new: Money | None, more: bool) -> None:
    assert loosens(old, new) is more


@pytest.mark.parametrize("guard", Guard)
def test_each_limit_is_kept_apart(guard: Guard) -> None:
    wishes = Wishes().guarded(guard, usd(7))
    assert [wishes.guard(one) for one in Guard] == [
        usd(7) if one is guard else None for one in Guard
    ]
    assert wishes.guarded(guard, None) == Wishes()
