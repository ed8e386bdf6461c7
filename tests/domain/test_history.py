"""Months follow a person's own clock, and amounts of two currencies are never added."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import (
    Share,
    Spending,
    Spent,
    by_category,
    by_month,
    findable,
    is_month,
    month_after,
    month_at,
    month_span,
    sought,
)
from bot.domain.money import Money
from bot.domain.order import Placement
from bot.gallery.values import ORDINARY

MONTHS = st.integers(1970, 9997).flatmap(
    lambda year: st.integers(1, 12).map(lambda month: year * 100 + month)
)
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 15)
DAY = 24 * 3_600_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def spent(amount: str, category: str = "Instagram", **changes: object) -> Spent:
    currency = str(changes.pop("currency", "USD"))
    entry = Spent(202611, category, Money(Decimal(amount), currency), certain=True)
    return replace(entry, **changes)  # type: ignore[arg-type]


def usd(amount: str) -> Money:
    return Money(Decimal(amount))


def test_a_month_begins_at_midnight_on_the_persons_clock() -> None:
    midnight = at("2026-11-01")
    assert [month_at(midnight - 1, 0), month_at(midnight, 0)] == [202610, 202611]
    assert month_at(midnight - 3 * 3_600_000, 180) == 202611
    assert month_at(midnight, -1) == 202610
    assert month_span(202611, 0) == (midnight, at("2026-12-01"))
    assert month_span(202612, 180) == (at("2026-11-30T21:00"), at("2026-12-31T21:00"))


@given(MONTHS, ZONES)
def test_the_months_lie_side_by_side(month: int, zone: int) -> None:
    since, until = month_span(month, zone)
    assert month_span(month_after(month, 1), zone)[0] == until
    assert 28 * DAY <= until - since <= 31 * DAY
    if since > 0:
        assert [month_at(since, zone), month_at(until - 1, zone)] == [month, month]
        assert month_at(since - 1, zone) == month_after(month, -1)


@given(MONTHS, st.integers(-200, 200))
def test_months_can_be_counted_forth_and_back(month: int, months: int) -> None:
    there = month_after(month, months)
    assert month_after(there, -months) == month
    assert 1 <= there % 100 <= 12


def test_only_months_of_a_calendar_are_months() -> None:
    assert all(map(is_month, (197001, 202612, 999811)))
    assert not any(map(is_month, (0, 202600, 202613, 196912, 999901, 10**18 - 1)))


def test_what_cost_most_comes_first_and_the_rest_is_told_together() -> None:
    entries = [
        spent("1.10", "TikTok"),
        spent("0.5", "YouTube"),
        spent("2.20"),
        spent("0.0049", "Games"),
        spent("0.25", "TikTok"),
    ]
    assert by_category(entries, 3) == [
        Spending(
            usd("4.0549"),
            5,
            (
                Share("Instagram", usd("2.20"), 1),
                Share("TikTok", usd("1.35"), 2),
                Share(None, usd("0.5049"), 2),
            ),
            usd("0"),
            0,
        )
    ]
    (all_told,) = by_category(entries, 4)
    assert [share.key for share in all_told.shares] == ["Instagram", "TikTok", "YouTube", "Games"]


def test_currencies_stay_apart() -> None:
    dollars, euros = by_category([spent("1", currency="EUR"), spent("2"), spent("3")], 10)[::-1]
    assert (dollars.total, dollars.orders) == (usd("5"), 2)
    assert (euros.total, euros.currency) == (Money(Decimal(1), "EUR"), "EUR")


def test_what_is_not_certain_is_never_part_of_a_sum() -> None:
    (told,) = by_category([spent("1"), spent("0.89", certain=False)], 10)
    assert (told.total, told.orders, told.uncertain, told.doubts) == (usd("1"), 1, usd("0.89"), 1)
    (only_doubt,) = by_category([spent("0.89", certain=False)], 10)
    assert (only_doubt.orders, only_doubt.shares, only_doubt.doubts) == (0, (), 1)


def test_an_order_that_was_paid_back_cost_nothing() -> None:
    assert by_category([spent("0.00")], 10) == []


def test_a_month_without_an_order_is_told_as_one() -> None:
    entries = [spent("1"), spent("2", month=202609), spent("3", month=202609)]
    (told,) = by_month(entries, [202611, 202610, 202609])
    assert told.shares == (
        Share(202611, usd("1"), 1),
        Share(202610, usd("0"), 0),
        Share(202609, usd("5"), 2),
    )


@given(
    st.lists(
        st.builds(
            spent,
            st.decimals(0, 10**6, places=4).map(str),
            st.sampled_from("abcdefgh"),
            currency=st.sampled_from(["USD", "EUR"]),
            certain=st.booleans(),
        ),
        max_size=30,
    )
)
def test_the_parts_are_the_whole(entries: list[Spent]) -> None:
    for told in by_category(entries, 4):
        assert len(told.shares) <= 4
        assert sum((share.total.amount for share in told.shares), Decimal(0)) == told.total.amount
        assert sum(share.orders for share in told.shares) == told.orders


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Followers", ("followers",)),
        ("  متابعين   إنستقرام ", ("متابعين", "انستقرام")),
        ("https://www.Instagram.com/Ann/?igsh=x", ("instagram.com/ann",)),
        ("ORD-100023 #12 ١٢", ("ord-100023", "#12", "12")),
        ("\u200b \u0651", ()),
        ("a b c d e f g h i j", tuple("abcdefgh")),
    ],
)
def test_a_query_is_looked_for_as_it_is_meant(query: str, words: tuple[str, ...]) -> None:
    assert sought(query) == words


def test_an_order_is_found_by_everything_that_it_is_about() -> None:
    details = ORDINARY.details(ORDINARY.fielded[0], coupon="SAVE10")
    words = findable(ORDINARY.order(Placement.PLACED, details))
    for text in (
        details.service.name,
        details.service.category,
        *details.service.names.values(),
        *(value.text for value in details.values),
        "SAVE10",
    ):
        assert all(word in words for word in sought(text)), text


def test_a_month_is_what_a_calendar_says() -> None:
    for days in range(0, 20_000, 17):
        day = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days)
        assert month_at(int(day.timestamp()) * 1000, 0) == day.year * 100 + day.month
