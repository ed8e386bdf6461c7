"""What a rate is the price of, and what follows from it: totals, proofs, affordable quantities.

The provider does not say the unit (its `pricing_type` is a hint), so that a unit is assumed until
a charge proves it. Totals are exact: rounding them is for those who show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.catalogue import Kind, Service
from bot.domain.fields import bare
from bot.domain.money import Money
from bot.domain.numbers import MAX_QUANTITY


class Unit(StrEnum):
    """What a rate buys."""

    PER_1000 = "per_1000"
    PER_ITEM = "per_item"
    FLAT = "flat"  # the whole order, whatever its quantity


@dataclass(frozen=True, slots=True)
class PriceUnit:
    """A unit, and whether it is known (by a charge, or from the operator) or only assumed."""

    unit: Unit
    proven: bool


class QuantityProblem(StrEnum):
    """Why a quantity cannot be ordered."""

    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


def decide_unit(
    service: Service, proofs: Mapping[str, Unit], overrides: Mapping[str, Unit]
) -> PriceUnit:
    """Decide the unit from what charges proved and what the operator said.

    Both are keyed by scope: `service:<code>`, `class:<price_class>` and, for overrides, `*`. What
    is known of the service itself wins, then whatever the operator said, then its class. What is
    no reading of this service at all (a flat price for followers, said by `*`) is passed over.
    """
    of_service, of_class = f"service:{service.code}", f"class:{service.price_class}"
    possible = candidates(service)
    for known, scope in (
        (overrides, of_service),
        (proofs, of_service),
        (overrides, of_class),
        (overrides, "*"),
        (proofs, of_class),
    ):
        if (unit := known.get(scope)) in possible:
            return PriceUnit(unit, proven=True)
    return PriceUnit(assumed_unit(service), proven=False)


def assumed_unit(service: Service) -> Unit:
    """Return the likeliest reading of the rate: the row's `pricing_type`, or else by kind.

    Flat for packages and where nothing counts, per item for what manual fields describe, per 1000
    for what a link alone describes (the v2 family's convention).
    """
    stated = _STATED.get(bare(service.pricing_type))
    if stated:
        return stated
    if _flat(service):
        return Unit.FLAT
    return Unit.PER_1000 if service.kind is Kind.LINK else Unit.PER_ITEM


def candidates(service: Service) -> tuple[Unit, ...]:
    """Return every reading the rate may have, the assumed one first.

    Readings that cost the same at the only quantity there is are one reading.
    """
    assumed = assumed_unit(service)
    usual = (Unit.PER_1000, Unit.PER_ITEM)
    units = dict.fromkeys((assumed, *((Unit.FLAT, *usual) if _flat(service) else usual)))
    if service.asks_quantity or service.derives_quantity:
        return tuple(units)
    by_factor: dict[Decimal, Unit] = {}
    for unit in units:
        by_factor.setdefault(_factor(unit, service.fixed_quantity), unit)
    return tuple(by_factor.values())


def price(service: Service, unit: Unit, quantity: int | None, currency: str) -> Money:
    """Return the exact total of an order in the account's currency.

    `quantity` is None where nothing counts; such an order is one. MoneyError where the total
    leaves the range of Money, or `currency` is no currency code.
    """
    return Money(service.rate, currency).times(_factor(unit, quantity))


def alternative(
    service: Service, unit: Unit, quantity: int | None, currency: str
) -> tuple[Unit, Money] | None:
    """Return the other reading whose total differs most from that of `unit`, and that total.

    None where every other reading would show the same total.
    """
    agreed = price(service, unit, quantity, currency)
    others = [
        (other, total)
        for other in candidates(service)
        if (total := price(service, other, quantity, currency)).at_most() != agreed.at_most()
    ]
    return max(others, key=lambda reading: abs(reading[1].amount - agreed.amount), default=None)


def unit_proved_by(service: Service, quantity: int | None, charge: Money) -> Unit | None:
    """Return the only reading that explains a charge made without coupon.

    A total may have been rounded up or down to 2 to 6 decimals. None where no reading fits, where
    several do, or where the charge is not above zero.
    """
    if charge.amount <= 0:
        return None
    fitting = [
        unit
        for unit in candidates(service)
        if rounds_to(price(service, unit, quantity, charge.currency).amount, charge.amount)
    ]
    return fitting[0] if len(fitting) == 1 else None


def quantity_problem(service: Service, quantity: int) -> QuantityProblem | None:
    """Return what is wrong with a quantity; None where it is within the limits.

    The upper limit of a subscription is for each post, and so says nothing about all of them.
    """
    if quantity < service.minimum:
        return QuantityProblem.TOO_SMALL
    most = MAX_QUANTITY if service.subscription else service.maximum
    return QuantityProblem.TOO_LARGE if quantity > most else None


def affordable(service: Service, unit: Unit, balance: Money) -> int:
    """Return the largest quantity within the limits whose sum, as agreed to, the balance covers.

    0 where there is none. The balance must be in the currency of the rate, which is the account's.
    """
    one = Fraction(service.rate) * Fraction(_factor(unit, 1))
    # People agree to whole cents, rounded up: a part of a cent in the balance pays for nothing.
    covers = Fraction(balance.at_least().amount)
    if balance.amount < 0:
        return 0
    if unit is Unit.FLAT or not one:
        return service.maximum if one <= covers else 0
    most = min(int(covers / one), service.maximum)
    return most if most >= service.minimum else 0


def presets(service: Service, unit: Unit, balance: Money | None = None) -> tuple[int, ...]:
    """Return one to four round quantities to offer, ascending and within the limits.

    The first is always the minimum, the others are within the balance where it is known.
    """
    most = service.maximum if balance is None else affordable(service, unit, balance)
    least = _PLEASANT_PER_1000 if unit is Unit.PER_1000 else 1
    chosen = [service.minimum]
    chosen += [n for n in _PLEASANT if n >= least and service.minimum < n <= most]
    if most == service.maximum > chosen[-1]:
        chosen.append(most)
    return tuple(chosen[:4])


# `pricing_type` has been seen, its words have not: these are the likely ones.
_STATED: Mapping[str, Unit] = {
    word: unit
    for unit, words in {
        Unit.PER_1000: "per1000 per1k perk perthousand perthousands 1000 1k thousand cpm",
        Unit.PER_ITEM: "peritem perunit perpiece perquantity perone per1 each item unit piece",
        Unit.FLAT: "flat flatrate fixed fixedprice package perpackage perorder order onetime",
    }.items()
    for word in words.split()
}

_PLEASANT = (1, 2, 5, 10, 20, 50, *(n * 10**power for power in range(2, 13) for n in (1, 5)))
_PLEASANT_PER_1000 = 100  # nobody orders twenty followers


def _flat(service: Service) -> bool:
    """A package, or an order in which nothing counts."""
    counts = service.asks_quantity or service.derives_quantity
    return service.kind is Kind.PACKAGE or (not counts and service.fixed_quantity in (None, 1))


def _factor(unit: Unit, quantity: int | None) -> Decimal:
    count = 1 if quantity is None else quantity
    match unit:
        case Unit.PER_1000:
            return Decimal(count).scaleb(-3)
        case Unit.PER_ITEM:
            return Decimal(count)
        case Unit.FLAT:
            return Decimal(1)


_ROUNDING = Context(prec=64)


def roundings(total: Decimal) -> tuple[Decimal, ...]:
    """What a provider that rounds somehow may charge for that total, exactly that first."""
    # Every way to round half is up for some totals and down for the others.
    rounded = (
        total.quantize(Decimal((0, (1,), -decimals)), mode, _ROUNDING)
        for decimals in range(2, 7)
        for mode in (ROUND_UP, ROUND_DOWN)
    )
    return tuple(dict.fromkeys((total, *rounded)))


def rounds_to(total: Decimal, charge: Decimal) -> bool:
    """Whether a provider that rounds somehow would charge this for that total."""
    return charge in roundings(total)
