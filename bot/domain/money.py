"""Exact amounts of money in one currency; knows nothing of languages, symbols or exchange rates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
)
from functools import total_ordering

MAX_AMOUNT = 10**12
MAX_DECIMALS = 12

# The thread's own context rounds to 28 digits without a word; here a lost digit is an error.
_EXACT = Context(prec=128, traps=[Inexact, InvalidOperation])
_SHOWING = Context(prec=128, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_CENT = Decimal("0.01")
_HUNDREDTH_CENT = Decimal("0.0001")

# Any Money, also a product of two parsed numbers, stays within these powers of ten, so that sums
# and products fit the exact context and `text` is never longer than a line.
_LARGEST_POWER = 30
_SMALLEST_POWER = -30

# `Decimal` alone would also take "NaN", "1_000" and Arabic digits, and any length.
_PLAIN_NUMBER = re.compile(r"[0-9.eE+-]{1,64}")


class MoneyError(ValueError):
    """Not an amount of money, or two currencies in one sum."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its upper-case three-letter currency.

    Equal amounts are equal whatever their number of decimals; arithmetic and ordering across
    currencies raise MoneyError.
    """

    amount: Decimal
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise MoneyError("not a currency code")
        if not self.amount.is_finite():
            raise MoneyError("not a finite amount")
        if not self.amount:
            # One zero: "-0" and "0E+999" would be shown as they are spelled.
            object.__setattr__(self, "amount", Decimal("0.00"))
        exponent = self.amount.as_tuple().exponent
        if self.amount.adjusted() > _LARGEST_POWER or int(exponent) < _SMALLEST_POWER:
            raise MoneyError("amount out of range")

    @classmethod
    def parse(cls, value: object, currency: object = "USD") -> Money:
        """Read an amount from outside: an int, a Decimal, or a plain number in a string.

        At most 10**12 either side of zero, at most 12 decimals (trailing zeros aside). Anything
        else, a float above all, raises MoneyError.
        """
        amount = _decimal(value)
        if not amount.is_finite() or amount.copy_abs() > MAX_AMOUNT:
            raise MoneyError("amount out of range")
        if amount and not _fits(amount):
            raise MoneyError("too many decimals")
        if not isinstance(currency, str) or not re.fullmatch("[A-Za-z]{3}", currency):
            raise MoneyError("not a currency code")
        return cls(amount, currency.upper())

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    def times(self, factor: Decimal | int) -> Money:
        """Return the exact product; MoneyError where it would lose a digit or leave the range."""
        try:
            return Money(_EXACT.multiply(self.amount, factor), self.currency)
        except ArithmeticError as error:
            raise MoneyError("product out of range") from error

    def rounded(self) -> Money:
        """Return an amount that stands as it is, such as a rate or a charge: rounded half up.

        Two decimals from 1 on; up to four below 1, where rates live; and below a hundredth of a
        cent one significant digit, so that something never shows as nothing.
        """
        size = self.amount.copy_abs()
        step = _CENT if size >= 1 else _HUNDREDTH_CENT
        if 0 < size < _HUNDREDTH_CENT:
            step = Decimal((0, (1,), size.adjusted()))
        shown = self.amount.quantize(step, context=_SHOWING)
        cents = shown.quantize(_CENT, context=_SHOWING)
        return Money(cents if cents == shown else shown.normalize(_SHOWING), self.currency)

    def at_most(self) -> Money:
        """Return a price as people agree to it: in whole cents, rounded up.

        The most that may be charged for it, since a provider may round up to the cent.
        """
        return Money(self.amount.quantize(_CENT, ROUND_CEILING, _SHOWING), self.currency)

    def at_least(self) -> Money:
        """Return what is sure to be left, in whole cents, rounded down."""
        return Money(self.amount.quantize(_CENT, ROUND_FLOOR, _SHOWING), self.currency)

    def text(self) -> str:
        """Return the amount as it is held, as plain ASCII without exponent or grouping."""
        return f"{self.amount:f}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} do not mix")


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        # Checked first: turning a huge int into digits is slow, and Python refuses it anyway.
        if abs(value) > MAX_AMOUNT:
            raise MoneyError("amount out of range")
        return Decimal(value)
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value.strip()):
        try:
            return Decimal(value.strip())
        except InvalidOperation as error:
            raise MoneyError("not a number") from error
    raise MoneyError("not a number")


def _fits(amount: Decimal) -> bool:
    try:
        trimmed = amount.normalize(_EXACT)
    except Inexact:
        return False
    return int(trimmed.as_tuple().exponent) >= -MAX_DECIMALS
