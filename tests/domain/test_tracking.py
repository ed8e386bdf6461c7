from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import utf16_length
from bot.domain.tracking import Delivery, Missing, Report, next_check, report_from

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.floats()
    | st.text(max_size=80)
    | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["status", "charge", "start_count", "remains", "currency", "error"])
            | st.text(max_size=8),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def test_the_documented_answer_is_read() -> None:
    entry = {
        "charge": "2.14",
        "start_count": None,
        "status": "In progress",
        "remains": 450,
        "currency": "USD",
    }
    assert report_from(entry) == Report(
        Delivery.IN_PROGRESS, "In progress", Decimal("2.14"), None, 450, "USD"
    )


@pytest.mark.parametrize(
    ("word", "delivery"),
    [
        ("Pending", Delivery.PENDING),
        ("processing", Delivery.PROCESSING),
        ("In progress", Delivery.IN_PROGRESS),
        ("in_progress", Delivery.IN_PROGRESS),
        ("IN-PROGRESS", Delivery.IN_PROGRESS),
        ("Inprogress", Delivery.IN_PROGRESS),
        ("COMPLETED", Delivery.COMPLETED),
        ("Partial", Delivery.PARTIAL),
        ("Canceled", Delivery.CANCELED),
        ("cancelled", Delivery.CANCELED),
        ("Refunded", Delivery.REFUNDED),
        ("failed", Delivery.FAILED),
        ("Awaiting approval", Delivery.OTHER),
        ("other", Delivery.OTHER),
        ("مكتمل", Delivery.OTHER),
    ],
)
def test_a_status_word_is_read_and_kept_as_it_came(word: str, delivery: Delivery) -> None:
    assert report_from({"status": f" {word} "}) == Report(delivery, word)


def test_an_unknown_word_is_still_running() -> None:
    ended = {delivery for delivery in Delivery if delivery.ended}
    assert ended == {
        Delivery.COMPLETED,
        Delivery.PARTIAL,
        Delivery.CANCELED,
        Delivery.REFUNDED,
        Delivery.FAILED,
    }


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (450, 450),
        ("450", 450),
        (" 450 ", 450),
        ("450.0", 450),
        (Decimal("450.0"), 450),
        ("0", 0),
        ("-5", -5),
        (None, None),
        ("", None),
        ("unknown", None),
        ("1,000", None),
        ("450.5", None),
        (True, None),
        ([450], None),
        (10**30, None),
        (Decimal("1e999999"), None),
    ],
)
def test_counts_are_numbers_strings_or_nothing(value: object, count: int | None) -> None:
    report = report_from({"status": "Pending", "start_count": value, "remains": value})
    assert report == Report(Delivery.PENDING, "Pending", start_count=count, remains=count)


@pytest.mark.parametrize(
    ("value", "charge"),
    [
        ("2.14", Decimal("2.14")),
        (2, Decimal(2)),
        (Decimal("0.00089"), Decimal("0.00089")),
        ("0", Decimal(0)),
        ("-2", None),
        ("free", None),
        ("NaN", None),
        (None, None),
    ],
)
def test_a_charge_is_an_exact_amount_or_nothing(value: object, charge: Decimal | None) -> None:
    assert report_from({"status": "Pending", "charge": value}) == Report(
        Delivery.PENDING, "Pending", charge=charge
    )


@pytest.mark.parametrize(
    ("value", "currency"), [("usd", "USD"), (" EUR ", "EUR"), ("US Dollar", None), (5, None)]
)
def test_a_currency_is_a_code_or_nothing(value: object, currency: str | None) -> None:
    assert report_from({"status": "Pending", "currency": value}) == Report(
        Delivery.PENDING, "Pending", currency=currency
    )


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"error": "Incorrect order ID"}, "Incorrect order ID"),
        ({"error": "Incorrect\u202e order ID", "status": "fail"}, "Incorrect order ID"),
        ({"error": "Incorrect order ID", "status": "Failed"}, "Incorrect order ID"),
        ({"status": "error", "message": "Order not found"}, "Order not found"),
        ("Incorrect order ID", "Incorrect order ID"),
        ({"charge": "2.14"}, ""),
        ({"status": None}, ""),
        ({"status": "\u200b"}, ""),
        ({"status": ["Completed"]}, ""),
        ({"status": True}, ""),
        ({}, ""),
        ([], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_an_entry_with_an_error_or_without_a_status_is_missing(entry: object, text: str) -> None:
    assert report_from(entry) == Missing(text)


def test_a_failed_order_is_not_an_error_of_the_call() -> None:
    entry = {"status": "failed", "message": "Refunded to your balance"}
    assert report_from(entry) == Report(Delivery.FAILED, "failed")


def test_a_numbered_status_is_shown_as_it_came() -> None:
    assert report_from({"status": 3}) == Report(Delivery.OTHER, "3")


def test_a_long_word_is_shortened() -> None:
    report = report_from({"status": "w" * 500})
    assert isinstance(report, Report)
    assert utf16_length(report.word) == 64


@given(JUNK)
def test_any_entry_is_a_report_or_missing(entry: object) -> None:
    report = report_from(entry)
    assert isinstance(report, Missing) or (
        isinstance(report, Report)
        and bool(report.word)
        and (report.charge is None or report.charge.is_finite())
    )


@pytest.mark.parametrize(
    ("age", "delay"),
    [
        (-MINUTE, 20 * SECOND),  # a clock that was set back
        (0, 20 * SECOND),
        (10 * MINUTE - 1, 20 * SECOND),
        (10 * MINUTE, 60 * SECOND),
        (HOUR - 1, 60 * SECOND),
        (HOUR, 5 * MINUTE),
        (DAY - 1, 5 * MINUTE),
        (DAY, 30 * MINUTE),
        (90 * DAY, 30 * MINUTE),
    ],
)
def test_the_older_an_order_the_rarer_its_checks(age: int, delay: int) -> None:
    assert next_check(age, 20 * SECOND, 500) == delay


def test_jitter_spreads_by_fifteen_percent_either_way() -> None:
    assert [next_check(0, 20_000, jitter) for jitter in (0, 500, 1000)] == [17_000, 20_000, 23_000]


@pytest.mark.parametrize("jitter", [-1, 1001])
def test_jitter_outside_its_range_is_refused(jitter: int) -> None:
    with pytest.raises(ValueError, match="jitter"):
        next_check(0, 20_000, jitter)
