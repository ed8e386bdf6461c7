from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numbers import parse_amount, parse_quantity, parse_time, western_digits

DIGIT_SYSTEMS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
quantities = st.integers(1, 10**12)
digit_systems = st.sampled_from(DIGIT_SYSTEMS)


def in_digits(text: str, digits: str) -> str:
    return text.translate(str.maketrans("0123456789", digits))


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("1.000", 1000),
        ("1 000", 1000),
        ("1\u202f000", 1000),
        ("1\u00a0000\u00a0000", 1_000_000),
        ("1'000", 1000),
        ("1’000", 1000),
        ("1,000,000", 1_000_000),
        ("1.000.000", 1_000_000),
        ("  250\n", 250),
        ("2k", 2000),
        ("2K", 2000),
        ("2 k", 2000),
        ("2.5k", 2500),
        ("2,5k", 2500),
        ("0.5k", 500),
        ("1.25m", 1_250_000),
        ("1m", 1_000_000),
        ("1M", 1_000_000),
        ("1 000k", 1_000_000),
        ("2 thousand", 2000),
        ("2 mille", 2000),
        ("2 bin", 2000),
        ("2 mil", 2000),
        ("2 тыс", 2000),
        ("1\u202f000", 1000),
        ("1\u00a0000", 1000),
        ("2 млн", 2_000_000),
        ("1,5 milyon", 1_500_000),
        ("3 million", 3_000_000),
        ("5к", 5000),
        ("١٠٠٠", 1000),
        ("۱۰۰۰", 1000),
        ("１０００", 1000),
        ("١٬٠٠٠", 1000),
        ("١،٠٠٠", 1000),
        ("١٫٠٠٠", 1000),
        ("٢ك", 2000),
        ("۲ک", 2000),
        ("٢٫٥ك", 2500),
        ("٢ مليون", 2_000_000),
        ("2 ألف", 2000),
        ("٣ آلاف", 3000),
        ("۵ هزار", 5000),
        ("\u2068١٠٠٠\u2069", 1000),
        ("\u200f500\u200e", 500),
        ("1000000000000", 10**12),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, quantity: int) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "k",
        "ألف",
        "0",
        "٠",
        "00",
        "0k",
        "0.0k",
        "-5",
        "+962",
        "−5",
        "1.5",
        "1,5",
        "1.0",
        "1,0000",
        "1,00",
        "10,00,000",
        "0.500",
        "0,500",
        "0100",
        "0791234567",
        "1,000.000",
        "1.000,00",
        "1,000 000",
        "1,,000",
        ",000",
        "1000,",
        "1.",
        "1.500k",
        "1,500k",
        "2.5555k",
        "2.5.5k",
        "2kk",
        "2 km",
        "2x",
        "1e3",
        "0x10",
        "1_000",
        "²",
        "½",
        "Ⅷ",
        "٣٫١٤",
        "1000 followers",
        "1000000000001",
        "1000001m",
        "9" * 64,
        "9" * 100_000,
        "NaN",
        "inf",
        "\ud800",
        "1\x00000",
    ],
)
def test_what_is_no_quantity_or_has_two_readings_is_none(text: str) -> None:
    assert parse_quantity(text) is None


@given(quantities, digit_systems, st.sampled_from([",", ".", " ", "'", "\u00a0", "\u202f"]))
def test_every_quantity_is_read_back_in_any_digits_and_grouping(
    quantity: int, digits: str, separator: str
) -> None:
    assert parse_quantity(in_digits(str(quantity), digits)) == quantity
    grouped = f"{quantity:,}".replace(",", separator)
    assert parse_quantity(in_digits(grouped, digits)) == quantity


@given(st.integers(1, 10**6), digit_systems, st.sampled_from(["k", "K", " k", "ك", " ألف"]))
def test_a_multiplier_is_a_thousand_times_the_number(n: int, digits: str, suffix: str) -> None:
    assert parse_quantity(in_digits(str(n), digits) + suffix) == n * 1000


@given(st.one_of(st.text(), st.text("0123456789,. 'kmكم٠١٢٫٬-", max_size=20)))
def test_any_text_gives_a_quantity_in_range_or_none(text: str) -> None:
    quantity = parse_quantity(text)
    assert quantity is None or 1 <= quantity <= 10**12


@given(st.text())
def test_western_digits_leaves_only_western_digits(text: str) -> None:
    western = western_digits(text)
    assert len(western) == len(text)
    assert all(char in "0123456789" for char in western if char.isdecimal())


def test_western_digits_leaves_the_rest_alone() -> None:
    assert western_digits("طلب ١٢ و ۳۴ و 5²") == "طلب 12 و 34 و 5²"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50", "50"),
        ("$50", "50"),
        ("50 $", "50"),
        ("12.5", "12.5"),
        ("12,50", "12.50"),
        ("$ 12.50", "12.50"),
        ("usd 20", "20"),
        ("20 USD", "20"),
        ("٢٠", "20"),
        ("١٢٫٥٠", "12.50"),
        ("1,000", "1000"),
        ("0.01", "0.01"),
        ("\u200f7\u200e", "7"),
        ("1000000000000", "1000000000000"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert parse_amount(text, "USD") == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.00", "-5", "5 eur", "€5", "5 sar", "1.234.5", "0.500", "1.2345", "5$6", "NaN",
     "1e9", "five", "5 6 7", "1000000000001", "9" * 65, "$", "usd"],
)  # fmt: skip
def test_what_is_no_amount_is_none(text: str) -> None:
    assert parse_amount(text, "USD") is None


def test_a_dollar_sign_is_no_other_currency() -> None:
    assert [parse_amount(text, "SAR") for text in ("5", "5 sar", "$5")] == [Decimal(5)] * 2 + [None]


@given(st.text(max_size=70), st.sampled_from(["USD", "SAR"]))
def test_any_text_gives_an_amount_in_range_or_none(text: str, currency: str) -> None:
    amount = parse_amount(text, currency)
    assert amount is None or (0 < amount <= 10**12 and amount == round(amount, 2))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("21:40", (21, 40)),
        ("21h40", (21, 40)),
        ("9:40", (9, 40)),
        ("09.40", (9, 40)),
        ("00:00", (0, 0)),
        ("23:59", (23, 59)),
        ("9:40 pm", (21, 40)),
        ("9 PM", (21, 0)),
        ("12 am", (0, 0)),
        ("12:30 p.m.", (12, 30)),
        ("٢١:٤٠", (21, 40)),
        ("٩:٤٠ م", (21, 40)),
        ("٩ صباحا", (9, 0)),
        ("\u200f٩:٤٠ مساء", (21, 40)),
    ],
)
def test_a_time_is_read_as_clocks_and_people_say_it(text: str, time: tuple[int, int]) -> None:
    assert parse_time(text) == time[0] * 60 + time[1]


@pytest.mark.parametrize(
    "text", ["", "21", "24:00", "12:60", "13 pm", "0 am", "21:4", "9:40:11", "now", ":", "9" * 65]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


@given(st.integers(0, 1439), digit_systems)
def test_every_minute_of_a_day_is_read_back(minute: int, digits: str) -> None:
    assert parse_time(in_digits(f"{minute // 60:02}:{minute % 60:02}", digits)) == minute
