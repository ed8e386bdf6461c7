from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue import Service
from bot.domain.fields import Field, FieldKind, v2_fields
from bot.domain.money import Money
from bot.domain.pricing import (
    PriceUnit,
    QuantityProblem,
    Unit,
    affordable,
    alternative,
    assumed_unit,
    candidates,
    decide_unit,
    presets,
    price,
    quantity_problem,
    rounds_to,
    unit_proved_by,
)

PER_1000, PER_ITEM, FLAT = Unit.PER_1000, Unit.PER_ITEM, Unit.FLAT

FOLLOWERS = Service(
    "1234", "Instagram Followers", "Instagram", "Default", Decimal("0.89"), 100, 100_000
)
CODES = replace(
    FOLLOWERS,
    code="77",
    rate=Decimal("2.50"),
    minimum=1,
    maximum=50,
    needs_link=False,
    fields=(Field("email", "E-mail", FieldKind.TEXT),),
)
TOP_UP = replace(CODES, code="7788", maximum=1, asks_quantity=False)
PACKAGE = replace(
    FOLLOWERS, code="5", type="Package", rate=Decimal(5), minimum=1, maximum=1, asks_quantity=False
)
PACKAGE_OF_100 = replace(PACKAGE, minimum=100, maximum=100)
PACKAGE_OF_1000 = replace(PACKAGE, minimum=1000, maximum=1000)
UNCOUNTED = replace(FOLLOWERS, asks_quantity=False)
SUBSCRIPTION = replace(
    FOLLOWERS,
    type="Subscriptions",
    needs_link=False,
    asks_quantity=False,
    derives_quantity=True,
    fields=v2_fields("Subscriptions"),
)


@pytest.mark.parametrize(
    ("service", "units"),
    [
        (FOLLOWERS, (PER_1000, PER_ITEM)),
        (replace(FOLLOWERS, minimum=1000, maximum=1000), (PER_1000, PER_ITEM)),
        (replace(FOLLOWERS, fields=v2_fields("Poll"), type="Poll"), (PER_1000, PER_ITEM)),
        (SUBSCRIPTION, (PER_1000, PER_ITEM)),
        (CODES, (PER_ITEM, PER_1000)),
        (replace(CODES, needs_link=True), (PER_ITEM, PER_1000)),
        (TOP_UP, (FLAT, PER_1000)),
        (PACKAGE, (FLAT, PER_1000)),
        (PACKAGE_OF_100, (FLAT, PER_1000, PER_ITEM)),
        (PACKAGE_OF_1000, (FLAT, PER_ITEM)),
        (UNCOUNTED, (FLAT, PER_1000)),
        (replace(CODES, pricing_type="per_1000"), (PER_1000, PER_ITEM)),
        (replace(FOLLOWERS, pricing_type="Per Unit"), (PER_ITEM, PER_1000)),
        (replace(FOLLOWERS, pricing_type="fixed"), (FLAT, PER_1000, PER_ITEM)),
        (replace(TOP_UP, pricing_type="per_item"), (PER_ITEM, PER_1000)),
        (replace(PACKAGE_OF_1000, pricing_type="per_1000"), (PER_1000, PER_ITEM)),
    ],
)
def test_the_readings_of_a_rate_begin_with_the_assumed_one(
    service: Service, units: tuple[Unit, ...]
) -> None:
    assert candidates(service) == units
    assert assumed_unit(service) is units[0]


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("per_1000", PER_1000), ("per 1,000", PER_1000), ("PER-1K", PER_1000), ("1000", PER_1000),
        ("per_thousand", PER_1000), ("cpm", PER_1000),
        ("per_item", PER_ITEM), ("per_unit", PER_ITEM), ("unit", PER_ITEM), ("each", PER_ITEM),
        ("per_piece", PER_ITEM),
        ("flat", FLAT), ("fixed", FLAT), ("Fixed Price", FLAT), ("per_order", FLAT),
        ("one-time", FLAT), ("package", FLAT),
        ("", PER_1000), ("standard", PER_1000),
    ],
)  # fmt: skip
def test_the_assumption_follows_the_pricing_type(word: str, unit: Unit) -> None:
    assert assumed_unit(replace(FOLLOWERS, pricing_type=word)) is unit


SERVICE, CLASS = "service:1234", f"class:{FOLLOWERS.price_class}"


@pytest.mark.parametrize(
    ("proofs", "overrides", "decided"),
    [
        ({}, {}, PriceUnit(PER_1000, False)),
        ({CLASS: PER_ITEM}, {}, PriceUnit(PER_ITEM, True)),
        ({CLASS: PER_ITEM}, {"*": PER_1000}, PriceUnit(PER_1000, True)),
        ({}, {"*": PER_ITEM, CLASS: PER_1000}, PriceUnit(PER_1000, True)),
        ({SERVICE: PER_ITEM}, {"*": PER_1000, CLASS: PER_1000}, PriceUnit(PER_ITEM, True)),
        ({SERVICE: PER_ITEM}, {SERVICE: PER_1000}, PriceUnit(PER_1000, True)),
        ({SERVICE: FLAT}, {"*": FLAT}, PriceUnit(PER_1000, False)),
        ({CLASS: PER_ITEM}, {"*": FLAT}, PriceUnit(PER_ITEM, True)),
        ({"service:9": PER_ITEM, "*": PER_ITEM}, {}, PriceUnit(PER_1000, False)),
    ],
)
def test_a_unit_is_decided_by_the_nearest_knowledge_that_fits(
    proofs: dict[str, Unit], overrides: dict[str, Unit], decided: PriceUnit
) -> None:
    assert decide_unit(FOLLOWERS, proofs, overrides) == decided


@pytest.mark.parametrize(
    ("service", "unit", "quantity", "total"),
    [
        (FOLLOWERS, PER_1000, 1000, "0.89"),
        (FOLLOWERS, PER_1000, 1, "0.00089"),
        (FOLLOWERS, PER_ITEM, 1000, "890"),
        (FOLLOWERS, FLAT, 1000, "0.89"),
        (UNCOUNTED, FLAT, None, "0.89"),
        (UNCOUNTED, PER_ITEM, None, "0.89"),
        (UNCOUNTED, PER_1000, None, "0.00089"),
        (
            replace(FOLLOWERS, rate=Decimal("999999999999.999999999999")),
            PER_1000,
            10**12,
            "999999999999999999999.999",
        ),
    ],
)
def test_a_total_is_exact(service: Service, unit: Unit, quantity: int | None, total: str) -> None:
    assert price(service, unit, quantity, "EUR") == Money(Decimal(total), "EUR")


@pytest.mark.parametrize(
    ("service", "unit", "quantity", "other"),
    [
        (FOLLOWERS, PER_1000, 1000, (PER_ITEM, "890")),
        (FOLLOWERS, PER_ITEM, 1000, (PER_1000, "0.89")),
        (PACKAGE_OF_100, FLAT, 100, (PER_ITEM, "500")),
        (PACKAGE, FLAT, 1, (PER_1000, "0.005")),
        (replace(FOLLOWERS, pricing_type="fixed"), FLAT, 1000, (PER_ITEM, "890")),
        (replace(FOLLOWERS, rate=Decimal(0)), PER_1000, 1000, None),
    ],
)
def test_the_alternative_is_the_reading_that_differs_most(
    service: Service, unit: Unit, quantity: int, other: tuple[Unit, str] | None
) -> None:
    expected = other and (other[0], Money(Decimal(other[1])))
    assert alternative(service, unit, quantity, "USD") == expected


@pytest.mark.parametrize(
    ("service", "quantity", "charge", "unit"),
    [
        (FOLLOWERS, 1000, "0.89", PER_1000),
        (FOLLOWERS, 1000, "890", PER_ITEM),
        (FOLLOWERS, 1000, "890.00", PER_ITEM),
        (FOLLOWERS, 1234, "1.09826", PER_1000),
        (FOLLOWERS, 1234, "1.10", PER_1000),
        (FOLLOWERS, 1234, "1.09", PER_1000),
        (FOLLOWERS, 1234, "1.099", PER_1000),
        (FOLLOWERS, 1234, "1.0982", PER_1000),
        (FOLLOWERS, 1234, "1.0983", PER_1000),
        (FOLLOWERS, 1234, "1.1", PER_1000),
        (FOLLOWERS, 1234, "1.11", None),
        (FOLLOWERS, 1234, "1.08", None),
        (FOLLOWERS, 1000, "0.80", None),
        (FOLLOWERS, 1000, "0", None),
        (FOLLOWERS, 1000, "-0.89", None),
        (FOLLOWERS, 1, "0.01", PER_1000),
        (replace(FOLLOWERS, rate=Decimal("0.005")), 1, "0.01", None),
        (replace(FOLLOWERS, pricing_type="fixed"), 1000, "0.89", None),
        (replace(FOLLOWERS, pricing_type="fixed"), 1000, "890", PER_ITEM),
        (replace(FOLLOWERS, pricing_type="fixed"), 500, "0.89", FLAT),
        (replace(FOLLOWERS, rate=Decimal(0)), 1000, "0.89", None),
        (TOP_UP, 1, "2.5", FLAT),
        (PACKAGE, 1, "5", FLAT),
        (PACKAGE, 1, "0.01", PER_1000),
        (PACKAGE_OF_100, 100, "500", PER_ITEM),
        (PACKAGE_OF_100, 100, "0.5", PER_1000),
        (PACKAGE_OF_1000, 1000, "5", FLAT),
        (UNCOUNTED, None, "0.89", FLAT),
    ],
)
def test_a_charge_proves_the_one_reading_that_explains_it(
    service: Service, quantity: int | None, charge: str, unit: Unit | None
) -> None:
    assert unit_proved_by(service, quantity, Money(Decimal(charge))) is unit


rates = st.decimals(Decimal("0.0001"), 1000, places=4)
quantities = st.integers(100, 100_000)


@given(
    rates,
    quantities,
    st.sampled_from([PER_1000, PER_ITEM]),
    st.integers(2, 6),
    st.sampled_from([ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_a_rounded_charge_never_proves_the_wrong_unit(
    rate: Decimal, quantity: int, unit: Unit, decimals: int, rounding: str
) -> None:
    service = replace(FOLLOWERS, rate=rate)
    total = price(service, unit, quantity, "USD").amount
    charge = total.quantize(Decimal(1).scaleb(-decimals), rounding)
    assert unit_proved_by(service, quantity, Money(charge)) in (unit, None)
    if total >= 1:
        assert unit_proved_by(service, quantity, Money(charge)) is unit


@given(
    st.decimals(Decimal("0.000001"), 1000, places=9),
    st.integers(0, 8),
    st.sampled_from([ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_what_people_agree_to_covers_every_charge_that_is_taken_for_it(
    total: Decimal, decimals: int, rounding: str
) -> None:
    charge = total.quantize(Decimal(1).scaleb(-decimals), rounding)
    if rounds_to(total, charge):
        assert charge <= Money(total).at_most().amount


def test_two_readings_that_are_shown_as_one_sum_are_no_choice() -> None:
    dust = replace(FOLLOWERS, rate=Decimal("0.000001"))
    assert alternative(dust, PER_1000, 1000, "USD") is None


@pytest.mark.parametrize(
    ("service", "quantity", "problem"),
    [
        (FOLLOWERS, 99, QuantityProblem.TOO_SMALL),
        (FOLLOWERS, 100, None),
        (FOLLOWERS, 100_000, None),
        (FOLLOWERS, 100_001, QuantityProblem.TOO_LARGE),
        (SUBSCRIPTION, 99, QuantityProblem.TOO_SMALL),
        (SUBSCRIPTION, 100_001, None),
        (SUBSCRIPTION, 10**12 + 1, QuantityProblem.TOO_LARGE),
    ],
)
def test_a_quantity_outside_the_limits_is_named(
    service: Service, quantity: int, problem: QuantityProblem | None
) -> None:
    assert quantity_problem(service, quantity) is problem


@pytest.mark.parametrize(
    ("service", "unit", "balance", "quantity"),
    [
        (FOLLOWERS, PER_1000, "0.89", 1000),
        (FOLLOWERS, PER_1000, "0.8899", 988),
        (FOLLOWERS, PER_1000, "0.09", 101),
        (FOLLOWERS, PER_1000, "0.0899", 0),
        (FOLLOWERS, PER_1000, "0.0889", 0),
        (FOLLOWERS, PER_1000, "1000", 100_000),
        (FOLLOWERS, PER_ITEM, "100", 112),
        (FOLLOWERS, PER_ITEM, "88", 0),
        (FOLLOWERS, PER_1000, "0", 0),
        (FOLLOWERS, PER_1000, "-5", 0),
        (PACKAGE, FLAT, "5", 1),
        (PACKAGE, FLAT, "4.99", 0),
        (replace(FOLLOWERS, rate=Decimal(0)), PER_1000, "0", 100_000),
        (replace(FOLLOWERS, rate=Decimal(0)), PER_1000, "-1", 0),
        (
            replace(FOLLOWERS, rate=Decimal("0.000000000001"), maximum=10**12),
            PER_1000,
            "1000000000000",
            10**12,
        ),
    ],
)
def test_the_most_that_is_affordable(
    service: Service, unit: Unit, balance: str, quantity: int
) -> None:
    assert affordable(service, unit, Money(Decimal(balance))) == quantity


@given(rates, st.decimals(0, 1, places=4), st.sampled_from([PER_1000, PER_ITEM]))
def test_one_more_than_affordable_is_more_than_can_be_agreed_to(
    rate: Decimal, share: Decimal, unit: Unit
) -> None:
    service = replace(FOLLOWERS, rate=rate)
    everything = price(service, unit, service.maximum, "USD").amount
    balance = Money((everything * share).quantize(Decimal("0.0001")))
    most = affordable(service, unit, balance)
    assume(0 < most < service.maximum)
    agreed, more = (price(service, unit, count, "USD").at_most() for count in (most, most + 1))
    assert agreed <= balance < more


@pytest.mark.parametrize(
    ("limits", "unit", "balance", "offered"),
    [
        ((100, 100_000), PER_1000, None, (100, 500, 1000, 5000)),
        ((10, 100_000), PER_1000, None, (10, 100, 500, 1000)),
        ((120, 100_000), PER_1000, None, (120, 500, 1000, 5000)),
        ((100, 700), PER_1000, None, (100, 500, 700)),
        ((100, 120), PER_1000, None, (100, 120)),
        ((1000, 1000), PER_1000, None, (1000,)),
        ((1, 50), PER_ITEM, None, (1, 2, 5, 10)),
        ((1, 3), PER_ITEM, None, (1, 2, 3)),
        ((20, 5000), PER_ITEM, None, (20, 50, 100, 500)),
        ((10**12 - 1, 10**12), PER_1000, None, (10**12 - 1, 10**12)),
        ((100, 100_000), PER_1000, "1", (100, 500, 1000)),
        ((100, 100_000), PER_1000, "0.5", (100, 500)),
        ((100, 100_000), PER_1000, "0", (100,)),
        ((100, 700), PER_1000, "0.6", (100, 500)),
        ((100, 700), PER_1000, "0.7", (100, 500, 700)),
    ],
)
def test_presets_are_round_and_affordable(
    limits: tuple[int, int], unit: Unit, balance: str | None, offered: tuple[int, ...]
) -> None:
    service = replace(FOLLOWERS, minimum=limits[0], maximum=limits[1])
    money = None if balance is None else Money(Decimal(balance))
    assert presets(service, unit, money) == offered


@given(
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(Unit),
    st.none() | st.decimals(0, 10**4, places=2).map(Money),
)
def test_presets_are_few_ascending_and_within_the_limits(
    minimum: int, more: int, unit: Unit, balance: Money | None
) -> None:
    service = replace(FOLLOWERS, minimum=minimum, maximum=minimum + more)
    offered = presets(service, unit, balance)
    assert offered[0] == minimum
    assert list(offered) == sorted(set(offered))
    assert len(offered) <= 4
    assert offered[-1] <= service.maximum
    if balance is not None:
        assert all(n <= affordable(service, unit, balance) for n in offered[1:])
