"""Amounts as numbered bars in a picture. What each bar stands for is told below the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count
from typing import Final

from bot.domain.money import Money
from bot.domain.picture import Picture, written_size

# For a phone that shows every third point: dark on light, and readable without its colours.
_WIDTH: Final = 1080
_MARGIN, _GAP = 40, 24
_PITCH, _THICKNESS = 72, 44
_LARGE, _SMALL = 5, 4  # sizes of digits
_PALETTE: Final = ((255, 255, 255), (27, 31, 36), (208, 215, 222), (9, 105, 218))
_PAPER, _INK, _LINE, _BAR = 0, 1, 2, 3
_ROUND: Final = 1000
"""From here on an amount is shown without its cents: there is no room for what matters less."""


def bar_chart(amounts: Sequence[Decimal], mirrored: bool = False) -> bytes:
    """A PNG with one bar an amount, from the top, each with its number and its amount.

    Amounts are not negative. `mirrored` lets the bars grow to the left, for languages that do.
    """
    labels = [_label(amount) for amount in amounts]
    start = _MARGIN + written_size(str(len(amounts)), _LARGE)[0] + _GAP
    room = max(written_size(label, _LARGE)[0] for label in labels)
    longest = max(_WIDTH - start - _GAP - room - _MARGIN, _WIDTH // 5)
    bottom = _MARGIN + _PITCH * len(amounts)
    height = bottom + _GAP + written_size("0", _SMALL)[1] + _MARGIN
    picture = Picture(_WIDTH, height, _PALETTE)
    most = max(amounts)

    def place(left: int, width: int) -> int:
        return _WIDTH - left - width if mirrored else left

    def written(left: int, top: int, text: str, size: int) -> None:
        width, tall = written_size(text, size)
        picture.fill(place(left - size, width + 2 * size), top, width + 2 * size, tall, _PAPER)
        picture.write(place(left, width), top, text, size, _INK)

    for tick in _ticks(most, longest):
        at, label = start + _scaled(tick, most, longest), _round(tick)
        picture.fill(place(at, 2), _MARGIN, 2, bottom - _MARGIN, _LINE)
        written(at - written_size(label, _SMALL)[0] // 2, bottom + _GAP, label, _SMALL)
    for number, (amount, label) in enumerate(zip(amounts, labels, strict=True), start=1):
        top = _MARGIN + _PITCH * (number - 1) + (_PITCH - _THICKNESS) // 2
        length = _scaled(amount, most, longest)
        words = top + (_THICKNESS - written_size(label, _LARGE)[1]) // 2
        written(_MARGIN, words, str(number), _LARGE)
        picture.fill(place(start, length), top, length, _THICKNESS, _BAR)
        written(start + length + _GAP, words, label, _LARGE)
    return picture.png()


def _scaled(amount: Decimal, most: Decimal, longest: int) -> int:
    """How long a bar is; what is more than nothing can be seen."""
    if not amount:
        return 0
    return max(3, int(amount * longest / most))


def _ticks(most: Decimal, longest: int) -> Iterator[Decimal]:
    """Round amounts from nothing up to the most, as many as have room for their labels."""
    yield Decimal(0)
    if not most:
        return
    for step in _steps(most):
        widest = written_size(_round(step * int(most / step)), _SMALL)[0]
        if step * longest / most >= widest + _GAP:
            break
    tick = step
    while tick <= most:
        yield tick
        tick += step


def _steps(most: Decimal) -> Iterator[Decimal]:
    """1, 2, 5, 10 and so on, from a tenth of the power of ten in which the most lies."""
    for power in count(most.adjusted() - 1):
        for factor in (1, 2, 5):
            yield Decimal(factor).scaleb(power)


def _round(tick: Decimal) -> str:
    return f"{tick.normalize():,f}"


def _label(amount: Decimal) -> str:
    if amount >= _ROUND:
        return f"{amount:,.0f}"
    return f"{Money(amount).rounded().amount:,f}"
