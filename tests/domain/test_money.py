from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, MoneyError

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=12)
currencies = st.sampled_from(["USD", "EUR", "JOD"])


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("25.5", "25.5"),
        (" 25.50\n", "25.50"),
        ("-3", "-3"),
        ("+3", "3"),
        (23140, "23140"),
        (Decimal("0.89"), "0.89"),
        (Decimal("1E-5"), "0.00001"),
        ("1e3", "1000"),
        ("1000000000000", "1000000000000"),
        ("0.123456789012", "0.123456789012"),
        ("0.8900000000000000", "0.8900000000000000"),
        ("-0.00", "0.00"),
        ("0e-999999", "0.00"),
        ("0E+999", "0.00"),
    ],
)
def test_an_amount_is_kept_as_it_was_written(value: object, amount: str) -> None:
    assert Money.parse(value).text() == amount


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        ".",
        "+",
        "1.2.3",
        "1,000",
        "1_000",
        "$1",
        "0x10",
        "١٢",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "1e99999999999999999999999",
        "9" * 65,
        "9" * 1_000_000,
        "1000000000000.01",
        "0.1234567890123",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        Decimal("1." + "1" * 5000),
        10**12 + 1,
        -(10**5000),
        1.5,
        float("nan"),
        True,
        None,
        b"1",
        ["1"],
        {},
        object(),
    ],
    ids=lambda value: repr(type(value)),
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(MoneyError):
        Money.parse(value)


@given(st.one_of(st.text(), st.text("0123456789.eE+-", max_size=70), st.integers(), st.floats()))
def test_parse_either_returns_or_raises_its_own_error(value: object) -> None:
    try:
        money = Money.parse(value)
    except MoneyError:
        return
    assert Decimal(money.text()) == money.amount
    assert len(money.text()) < 80


@given(amounts)
def test_the_text_of_an_amount_reads_back_as_the_same_amount(amount: Decimal) -> None:
    assert Money.parse(Money.parse(amount).text()) == Money.parse(amount)


@pytest.mark.parametrize("currency", ["USD", "usd", "Usd"])
def test_a_currency_is_upper_case(currency: str) -> None:
    assert Money.parse("1", currency) == Money(Decimal(1), "USD")


@pytest.mark.parametrize("currency", ["", "US", "USDT", "U$D", "US\n", "ÜSD", "ııı", None, 840])
def test_what_is_no_currency_is_refused(currency: object) -> None:
    with pytest.raises(MoneyError):
        Money.parse("1", currency)


@pytest.mark.parametrize("currency", ["usd", "USD\n", ""])
def test_money_cannot_be_made_with_a_malformed_currency(currency: str) -> None:
    with pytest.raises(MoneyError):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1E+31", "1E-31"])
def test_money_cannot_be_made_with_an_amount_out_of_range(amount: str) -> None:
    with pytest.raises(MoneyError):
        Money(Decimal(amount))


@given(amounts, amounts, currencies)
def test_what_is_added_can_be_taken_away_again(a: Decimal, b: Decimal, currency: str) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert one + other - other == one
    assert one + other == other + one


@given(amounts, st.integers(1, 10**12))
def test_a_product_is_exact(amount: Decimal, quantity: int) -> None:
    total = Money(amount).times(quantity)
    numerator, denominator = amount.as_integer_ratio()
    product, over = total.amount.as_integer_ratio()
    assert product * denominator == numerator * quantity * over


def test_arithmetic_does_not_depend_on_the_threads_context() -> None:
    with localcontext(Context(prec=3)):
        total = Money.parse("123456.789").times(Decimal("0.001"))
        assert total.text() == "123.456789"
        assert (total + total).text() == "246.913578"
        assert total.rounded().text() == "123.46"


@pytest.mark.parametrize(
    "factor",
    [10**40, Decimal("1E+999999"), Decimal("1E-999999"), Decimal("NaN"), Decimal("sNaN")],
    ids=str,
)
def test_a_product_out_of_range_is_refused(factor: Decimal | int) -> None:
    with pytest.raises(MoneyError):
        Money.parse("1").times(factor)


def test_a_product_that_would_lose_a_digit_is_refused() -> None:
    with pytest.raises(MoneyError):
        Money.parse("0.3").times(Decimal("1." + "3" * 140))


def test_currencies_do_not_mix() -> None:
    dollar, euro = Money.parse(1, "USD"), Money.parse(1, "EUR")
    assert dollar != euro
    with pytest.raises(MoneyError):
        dollar + euro
    with pytest.raises(MoneyError):
        dollar - euro
    with pytest.raises(MoneyError):
        _ = dollar < euro
    with pytest.raises(MoneyError):
        _ = dollar >= euro


def test_equal_amounts_are_equal_and_hash_alike_whatever_their_decimals() -> None:
    assert {Money.parse("0.89"), Money.parse("0.890")} == {Money.parse("0.8900")}


def test_amounts_are_ordered() -> None:
    wallet = [Money.parse(text) for text in ("10", "-1", "9.99")]
    assert [money.text() for money in sorted(wallet)] == ["-1", "9.99", "10"]
    assert Money.parse("1.0") <= Money.parse("1")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.89", "0.89"),
        ("0.890", "0.89"),
        ("0.9", "0.90"),
        ("0.089", "0.089"),
        ("0.00089", "0.0009"),
        ("0.12345", "0.1235"),
        ("0.99996", "1.00"),
        ("0.00001", "0.00001"),
        ("0.0000096", "0.00001"),
        ("0.00005", "0.00005"),
        ("0.000096", "0.0001"),
        ("0.000000000001", "0.000000000001"),
        ("0", "0.00"),
        ("1", "1.00"),
        ("890", "890.00"),
        ("2.145", "2.15"),
        ("2.144999", "2.14"),
        ("12.3456", "12.35"),
        ("1e3", "1000.00"),
        ("999999999999.999", "1000000000000.00"),
        ("-2.145", "-2.15"),
        ("-0.00001", "-0.00001"),
    ],
)
def test_the_one_rounding_rule(amount: str, shown: str) -> None:
    assert Money.parse(amount).rounded().text() == shown


@pytest.mark.parametrize(
    ("amount", "at_most", "at_least"),
    [
        ("0.89", "0.89", "0.89"),
        ("0.29993", "0.30", "0.29"),
        ("0.089", "0.09", "0.08"),
        ("0.00001", "0.01", "0.00"),
        ("2.144999", "2.15", "2.14"),
        ("890", "890.00", "890.00"),
        ("0", "0.00", "0.00"),
        ("-0.001", "0.00", "-0.01"),
        ("-2.145", "-2.14", "-2.15"),
        ("9" * 30 + ".001", "9" * 30 + ".01", "9" * 30 + ".00"),
    ],
)
def test_what_is_agreed_to_is_rounded_up_and_what_is_left_down(
    amount: str, at_most: str, at_least: str
) -> None:
    money = Money(Decimal(amount))
    assert (money.at_most().text(), money.at_least().text()) == (at_most, at_least)


@given(amounts)
def test_something_never_shows_as_nothing(amount: Decimal) -> None:
    shown = Money(amount).rounded()
    assert (shown.amount == 0) == (amount == 0)
    assert shown.rounded() == shown
    assert len(shown.text().partition(".")[2]) >= 2


@given(amounts, amounts)
def test_rounding_keeps_the_order(a: Decimal, b: Decimal) -> None:
    low, high = sorted([Money(a), Money(b)])
    assert low.rounded() <= high.rounded()


@given(amounts)
def test_rounding_moves_an_amount_by_half_a_step_at_most(amount: Decimal) -> None:
    half_a_step = Decimal("0.005") if abs(amount) >= 1 else Decimal("0.00005")
    assert abs(Money(amount).rounded().amount - amount) <= half_a_step
