"""Words: what is filled in, how numbers and money look, and which language is spoken."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.numbers import parse_quantity
from bot.texts.catalogue import translated
from bot.texts.words import LANGUAGES, Texts, language_of, mark

TEXTS = Texts()
EN, AR = TEXTS.of("en"), TEXTS.of("ar")
NATIVE = TEXTS.of("ar", native_digits=True)
FENCE, END = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "native"),
    [
        ("0.89", "USD", "$0.89", "$٠٫٨٩"),
        ("0.089", "USD", "$0.089", "$٠٫٠٨٩"),
        ("0.00089", "USD", "$0.0009", "$٠٫٠٠٠٩"),
        ("0.00001", "USD", "$0.00001", "$٠٫٠٠٠٠١"),
        ("0", "USD", "$0.00", "$٠٫٠٠"),
        ("0.5", "USD", "$0.50", "$٠٫٥٠"),
        ("890", "USD", "$890.00", "$٨٩٠٫٠٠"),
        ("1234567.891", "USD", "$1,234,567.89", "$١٬٢٣٤٬٥٦٧٫٨٩"),
        ("-1.5", "USD", "-$1.50", "-$١٫٥٠"),
        ("1", "EUR", "€1.00", "€١٫٠٠"),
        ("1", "SAR", "SAR\u00a01.00", "SAR\u00a0١٫٠٠"),
        ("2.5", "EGP", "EGP\u00a02.50", "EGP\u00a0٢٫٥٠"),
        ("1", "XTS", "XTS\u00a01.00", "XTS\u00a0١٫٠٠"),
    ],
)
def test_money(amount: str, currency: str, english: str, native: str) -> None:
    money = Money(Decimal(amount), currency)
    # Western digits are what most Arabic phones show for money, so they come first there too.
    assert (EN.money(money), AR.money(money), NATIVE.money(money)) == (english, english, native)


NARROW, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("code", "sum_", "debt", "foreign", "percent", "number", "month"),
    [
        ("en", "$1,234.50", "-$0.89", "SAR\u00a01.00", "55%", "1,000", "July 2026"),
        ("ar", "$1,234.50", "-$0.89", "SAR\u00a01.00", "55%", "1,000", "يوليو 2026"),
        (
            "fr",
            f"1{NARROW}234,50{WIDE}$",
            f"-0,89{WIDE}$",
            f"1,00{WIDE}SAR",
            f"55{WIDE}%",
            f"1{NARROW}000",
            "juillet 2026",
        ),
        ("tr", "$1.234,50", "-$0,89", f"SAR{WIDE}1,00", "%55", "1.000", "Temmuz 2026"),
        (
            "ru",
            f"1{WIDE}234,50{WIDE}$",
            f"-0,89{WIDE}$",
            f"1,00{WIDE}SAR",
            f"55{WIDE}%",
            f"1{WIDE}000",
            "июль 2026 г.",
        ),
        (
            "es",
            f"1.234,50{WIDE}$",
            f"-0,89{WIDE}$",
            f"1,00{WIDE}SAR",
            f"55{WIDE}%",
            "1.000",
            "julio de 2026",
        ),
    ],
)
def test_every_language_writes_numbers_its_own_way(
    code: str, sum_: str, debt: str, foreign: str, percent: str, number: str, month: str
) -> None:
    t = TEXTS.of(code)
    assert t.money(Money(Decimal("1234.5"))) == sum_
    assert t.money(Money(Decimal("-0.89"))) == debt
    assert t.money(Money(Decimal(1), "SAR")) == foreign
    assert (t.percent(55), t.number(1000)) == (percent, number)
    # Which space keeps "г." beside its year has changed from one CLDR to the next.
    assert " ".join(t.month(202607).split()) == month
    assert (t.percent(0), t.percent(100)) == (
        percent.replace("55", "0"),
        percent.replace("55", "100"),
    )


@pytest.mark.parametrize("code", list(LANGUAGES))
@given(number=st.integers(1, 10**12))
def test_a_number_as_it_is_shown_can_be_typed(code: str, number: int) -> None:
    assert parse_quantity(TEXTS.of(code).number(number)) == number


def test_no_sum_that_can_be_held_is_too_long_to_be_shown() -> None:
    """A cheapest rate and a dearest one, each times the largest quantity."""
    huge = Money(Decimal("9" * 30 + ".995"))
    assert EN.money(huge) == "$1" + ",000" * 10 + ".00"
    assert EN.number(10**40) == "10" + ",000" * 13
    assert AR.money(Money(Decimal("1e-30"))) == "$0." + "0" * 29 + "1"


@pytest.mark.parametrize(
    ("number", "english", "native"),
    [
        (0, "0", "٠"),
        (999, "999", "٩٩٩"),
        (1_000, "1,000", "١٬٠٠٠"),
        (-3, "-3", "-٣"),
        (10**12, "1,000,000,000,000", "١٬٠٠٠٬٠٠٠٬٠٠٠٬٠٠٠"),
        (Decimal("23140.5"), "23,140.5", "٢٣٬١٤٠٫٥"),
        (Decimal("1.23456"), "1.2346", "١٫٢٣٤٦"),
    ],
)
def test_numbers(number: int | Decimal, english: str, native: str) -> None:
    assert (EN.number(number), AR.number(number), NATIVE.number(number)) == (
        english,
        english,
        native,
    )


def test_percentages() -> None:
    assert (EN.percent(55), AR.percent(55), NATIVE.percent(55)) == ("55%", "55%", "٥٥٪")


def test_native_digits_are_for_languages_that_have_their_own() -> None:
    assert TEXTS.of("en", native_digits=True).number(1_000) == "1,000"


def test_a_message_is_translated_and_filled_in() -> None:
    said = mark("Balance after: {after}")
    assert EN(said, after=Money(Decimal("24.61"))) == "Balance after: $24.61"
    assert AR(said, after=Money(Decimal("24.61"))) == f"الرصيد بعد الطلب: {FENCE}$24.61{END}"


def test_numbers_that_are_filled_in_are_formatted() -> None:
    said = mark("From {minimum} to {maximum}.")
    assert EN(said, minimum=100, maximum=100_000) == "From 100 to 100,000."
    assert NATIVE(said, minimum=100, maximum=100_000) == "من ١٠٠ إلى ١٠٠٬٠٠٠."


def test_a_count_is_filled_in_beside_its_plural_form() -> None:
    assert EN.n("{count} service found.", "{count} services found.", 1) == "1 service found."
    assert EN.n("{count} service found.", "{count} services found.", 1_200) == (
        "1,200 services found."
    )


def test_a_message_that_nobody_translated_is_said_in_the_language_of_the_source() -> None:
    assert AR("Nobody says this.") == "Nobody says this."  # i18n: left out on purpose


def test_text_is_fenced_off_where_lines_run_from_right_to_left() -> None:
    assert (EN.isolated("a"), AR.isolated("a"), AR.isolated("")) == ("a", f"{FENCE}a{END}", "")


@pytest.mark.parametrize("text", ["متابعين", "🔥 VIP ن", "שלום", "١٢٣"])
def test_whatever_runs_from_right_to_left_is_fenced_off_everywhere(text: str) -> None:
    assert EN.isolated(text) == AR.isolated(text) == f"{FENCE}{text}{END}"
    said = mark("Again: {name} · {price}")
    price = Money(Decimal("6.18"))
    assert EN(said, name=text, price=price) == f"Again: {FENCE}{text}{END} · $6.18"


@pytest.mark.parametrize("text", ["", "Instagram · $0.89", "Émile 🔥", "https://x.test/", "關注"])
def test_nothing_else_is_fenced_off_where_lines_run_from_left_to_right(text: str) -> None:
    assert EN.isolated(text) == text


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ar", "ar"),
        ("ar-EG", "ar"),
        ("AR_sa", "ar"),
        ("ar-Latn", "ar"),
        ("arz", "en"),
        ("de", "en"),
        ("fa", "en"),
        ("", "en"),
        ("-", "en"),
        ("العربية", "en"),
    ],
)
def test_language_of(code: str, language: str) -> None:
    assert language_of(code) == language


@given(st.text(max_size=40))
def test_every_client_language_leads_to_one_that_is_spoken(code: str) -> None:
    assert language_of(code) in LANGUAGES


def test_unknown_languages_are_spoken_to_in_the_first_one() -> None:
    assert TEXTS.of("tlh").code == next(iter(LANGUAGES))


TRICKY = st.text(max_size=60) | st.sampled_from(["{0}", "{", "}", "{{x}}", "{t.code}", "%s %(x)d"])


@given(name=TRICKY, price=TRICKY, code=st.sampled_from(list(LANGUAGES)))
def test_values_are_never_read_as_messages(name: str, price: str, code: str) -> None:
    t = TEXTS.of(code)
    empty = t("Again: {name} · {price}", name="\u0001", price="\u0002")
    shown = t("Again: {name} · {price}", name=name, price=price)
    fence, end = (FENCE, END) if t.rtl else ("", "")
    expected = empty.replace(f"{fence}\u0001{end}", t.isolated(name)).replace(
        f"{fence}\u0002{end}", t.isolated(price)
    )
    if "\u0002" not in name:
        assert shown == expected


@given(
    amount=st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=12),
    currency=st.sampled_from(["USD", "EUR", "SAR", "KWD", "JPY", "XTS"]),
    native=st.booleans(),
)
def test_money_reads_back_as_what_the_one_rounding_rule_says(
    amount: Decimal, currency: str, native: bool
) -> None:
    money = Money(amount, currency)
    text = (
        TEXTS.of("ar", native).money(money).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789."))
    )
    digits = "".join(c for c in text if c.isdigit() or c in ".-")
    assert Decimal(digits) == money.rounded().amount


@given(count=st.integers(0, 10**12), code=st.sampled_from(list(LANGUAGES)))
def test_every_number_has_a_plural_form(count: int, code: str) -> None:
    said = TEXTS.of(code).n("{count} line.", "{count} lines.", count)
    assert said.strip()


@pytest.mark.parametrize("code", list(LANGUAGES)[1:])
def test_a_catalogue_compiles(code: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, translated(code))
    assert compiled.getvalue().startswith(b"\xde\x12\x04\x95")


def test_a_month_is_called_by_its_name() -> None:
    assert TEXTS.of("en").month(202611) == "November 2026"
    assert TEXTS.of("ar").month(202611) == "نوفمبر 2026"
    assert TEXTS.of("ar", True).month(202601) == "يناير ٢٠٢٦"
