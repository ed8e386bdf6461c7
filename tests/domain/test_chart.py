"""Bars are as long as their amounts, whatever these are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chart import bar_chart
from tests.domain.png import Seen, decode

BLUE = (9, 105, 218)
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4)


def bars(seen: Seen) -> list[tuple[int, int]]:
    """Where each bar begins and how long it is, from the top; only the middle of each counts."""
    found = []
    above = False
    for y, row in enumerate(seen.rows):
        blue = BLUE in row
        if blue and not above:
            middle = seen.rows[y + 22]
            found.append((middle.index(BLUE), middle.count(BLUE)))
        above = blue
    return found


def test_a_bar_is_as_long_as_its_amount() -> None:
    (first, whole), (_, half), (_, tenth) = bars(
        decode(bar_chart([Decimal("8.20"), Decimal("4.10"), Decimal("0.82")]))
    )
    assert whole // 2 == half
    assert whole // 10 == tenth
    assert first + whole < 1080


def test_something_is_seen_and_nothing_is_not() -> None:
    amounts = [Decimal(1), Decimal("0.0001"), Decimal(0)]
    assert [length > 0 for _, length in bars(decode(bar_chart(amounts)))] == [True, True]


def test_bars_grow_the_other_way_where_people_read_so() -> None:
    amounts = [Decimal("8.20"), Decimal("4.10"), Decimal("1234.56")]
    forth = bars(decode(bar_chart(amounts)))
    back = bars(decode(bar_chart(amounts, mirrored=True)))
    assert back == [(1080 - start - length, length) for start, length in forth]


@pytest.mark.parametrize("mirrored", [False, True])
@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_any_amounts_make_a_picture_that_telegram_takes(
    amounts: list[Decimal], mirrored: bool
) -> None:
    content = bar_chart(amounts, mirrored)
    seen = decode(content)
    assert len(content) < 100_000
    assert seen.width == 1080
    assert seen.width / 20 < seen.height < 20 * seen.width
    lengths = [length for _, length in bars(seen)]
    assert len(lengths) == sum(amount > 0 for amount in amounts)
    by_size = [length for _, length in sorted(zip([a for a in amounts if a], lengths, strict=True))]
    assert by_size == sorted(by_size), "more money is no shorter bar"
