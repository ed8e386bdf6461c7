import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numbers import parse_quantity, western_digits

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
