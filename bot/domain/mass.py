"""Many orders with one yes: what a list says line by line, and what of it can be ordered.

1234 | https://instagram.com/ann | 1000     a `Line`
1234 | instagram                 | 1000     a `Mistake`, with what is wrong
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from bot.domain.catalogue import Service
from bot.domain.draft import Inputs, details_of, quantity_of
from bot.domain.links import Link, parse_link
from bot.domain.money import Money
from bot.domain.numbers import parse_quantity, western_digits
from bot.domain.order import Details, Quote
from bot.domain.pricing import PriceUnit, price
from bot.domain.text import clean, visible

MAX_LINES: Final = 500
_LONGEST = 4096  # characters of a line; the longest link has half of them
SHOWN: Final = 80
"""Characters of a line that are shown with what is wrong with it."""
_CODE = 64

# What an Arabic or a wide keyboard has in the place of the marks between the parts.
_MARKS = str.maketrans({"؛": ";", "；": ";", "،": ",", "，": ",", "｜": "|", "¦": "|"})
_SEPARATOR = re.compile("sep=.?", re.IGNORECASE)  # what a spreadsheet may write before its header
_ID = re.compile(r"(?=.*[0-9])[^\s]{1,64}")


class Wrong(StrEnum):
    """What is wrong with a line of a list."""

    PARTS = "parts"  # it is not a service, a link and a quantity
    LINK = "link"
    QUANTITY = "quantity"
    NO_SERVICE = "no_service"  # this account sees none of that id
    FIELDS = "fields"  # the service wants something else than a link and a quantity
    TOO_SMALL = "too_small"  # `than` is the least
    TOO_LARGE = "too_large"  # `than` is the most
    UNPROVEN = "unproven"  # nobody knows yet what its rate is the price of
    TWICE = "twice"  # `than` is the line that says the same
    BLOCKED = "blocked"  # `than` is an order for the same target that is not settled
    RUNNING = "running"  # `than` is one for it that Serva still works on


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be read; `quantity` is None where it names none. `link` is in normal form."""

    number: int
    service: str
    link: str
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that cannot be ordered; `text` is what stands there, shortened."""

    number: int
    wrong: Wrong
    text: str
    than: int = 0


Entry: TypeAlias = Line | Mistake


def read_list(text: str, first: int = 1) -> list[Entry]:
    """Return what every line says, numbered from `first` on; a header and empty lines say nothing.

    The parts stand between "|", tabs, ";" or ",", as a spreadsheet writes them, or between spaces.
    """
    entries: list[Entry] = []
    begun = False
    for number, line in enumerate(visible(text).translate(_MARKS).splitlines(), first):
        cells = _cells(line)
        if not any(cells) or (not begun and _SEPARATOR.fullmatch(line.strip())):
            continue
        if begun or not _is_header(cells):
            entries.append(_entry(number, line, cells))
        begun = True
    return entries


def lines_in(text: str) -> int:
    """Return how many lines of a text say something."""
    return sum(1 for line in visible(text).splitlines() if line.strip())


def is_list(text: str) -> bool:
    """Tell whether a typed text is meant as a list: a line of it names all three things.

    Words and an address in a row are a search, so that an id has a digit, and parts have a mark
    between them or the whole text has several such lines.
    """
    if len(text) > _LONGEST * 2:
        return False
    found = [
        entry
        for entry in read_list(text)
        if isinstance(entry, Line) and entry.quantity is not None and _ID.fullmatch(entry.service)
    ]
    marked = any(mark in text.translate(_MARKS) for mark in "|\t;,")
    return bool(found) and (marked or len(found) > 1)


def written(service: str, links: Iterable[str], quantity: int | None) -> list[Entry]:
    """Return the list for one service, the same quantity of it for every link."""
    entries: list[Entry] = []
    for number, text in enumerate(links, 1):
        link = parse_link(text)
        entries.append(
            Mistake(number, Wrong.LINK, clean(text, limit=SHOWN))
            if link is None
            else Line(number, service, link.url, quantity)
        )
    return entries


def one_quantity(entries: Iterable[Entry]) -> bool:
    """Tell whether all lines are for one service, in one quantity."""
    wanted = {(entry.service, entry.quantity) for entry in entries if isinstance(entry, Line)}
    return len(wanted) == 1 and None not in next(iter(wanted))


def with_quantity(entries: Iterable[Entry], quantity: int) -> list[Entry]:
    """Return the same list with another quantity on every line."""
    return [
        replace(entry, quantity=quantity) if isinstance(entry, Line) else entry for entry in entries
    ]


def _cells(line: str) -> list[str]:
    """The parts of a line, split by the mark that stands between them."""
    if len(line) > _LONGEST:
        return [line]
    for mark in "|\t;,":
        if mark in line:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]
            # A table drawn with bars has them at its edges, a spreadsheet empty columns at its end.
            while cells and not cells[-1]:
                cells.pop()
            cells = cells[1:] if mark == "|" and len(cells) > 3 and not cells[0] else cells
            if mark == "," and len(cells) > 3:
                cells[2:] = [",".join(cells[2:])]  # a quantity such as 1,000
            if len(cells) > 1:
                return cells
    words = line.split()
    return words if 1 < len(words) < 4 else [line.strip()]


def _is_header(cells: Sequence[str]) -> bool:
    """Whether the first line names the columns: it holds no digit and no address."""
    return len(cells) > 1 and not any(re.search(r"\d|://", cell) for cell in cells)


def _entry(number: int, line: str, cells: Sequence[str]) -> Entry:
    shown = clean(line, limit=SHOWN)
    service = western_digits(cells[0].removeprefix("#").strip())
    if not 2 <= len(cells) <= 3 or not 0 < len(service) <= _CODE:
        return Mistake(number, Wrong.PARTS, shown)
    link = parse_link(cells[1])
    if link is None:
        return Mistake(number, Wrong.LINK if len(cells) == 3 else Wrong.PARTS, shown)
    if len(cells) == 2:
        return Line(number, service, link.url, None)
    quantity = parse_quantity(cells[2])
    if quantity is None:
        return Mistake(number, Wrong.QUANTITY, shown)
    return Line(number, service, link.url, quantity)


# ---- which lines can be ordered ----


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the account sees it; `id` is our own integer of it."""

    id: int
    service: Service
    unit: PriceUnit


@dataclass(frozen=True, slots=True)
class Ready:
    """A line that can be ordered, and everything that one agrees to with it."""

    line: int
    service: int
    details: Details
    target: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A list as it can be ordered now. `total` is the most that the ready lines may cost.

    `owed` is what orders may cost that the person has agreed to and that are still to be sent.
    """

    ready: tuple[Ready, ...]
    mistakes: tuple[Mistake, ...]
    total: Money
    owed: Money

    def after(self, balance: Money | None) -> Money | None:
        """What is left of a balance once all of it is paid; None where that cannot be told."""
        if balance is None or balance.currency != self.total.currency:
            return None
        return balance - self.owed - self.total


@dataclass(frozen=True, slots=True)
class Part:
    """What a list orders of one service; `quantity` is None where nothing counts."""

    service: Service
    orders: int
    quantity: int | None
    total: Money


Blocked: TypeAlias = Mapping[tuple[str, int | None], tuple[Wrong, int]]
"""Orders in the way of others, by target, and by the service where only the same is blocked."""


def check(
    entries: Iterable[Entry], offers: Mapping[str, Offer], blocked: Blocked, owed: Money
) -> Checked:
    """Return what of a list can be ordered, and what is wrong with the rest.

    `offers` are the account's services by Serva's ids; `owed` is in its currency.
    """
    currency = owed.currency
    ready: list[Ready] = []
    mistakes: list[Mistake] = []
    seen: dict[tuple[str, int], int] = {}
    total = Money(Decimal(0), currency)
    for entry in entries:
        found = entry if isinstance(entry, Mistake) else _checked(entry, offers, currency)
        if isinstance(found, Ready):
            found = _in_the_way(entry, found, seen, blocked)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        ready.append(found)
        total += found.details.quote.agreed
    return Checked(tuple(ready), tuple(mistakes), total, owed)


def blocked_by(ready: Ready, blocked: Blocked) -> tuple[Wrong, int] | None:
    """The order that is in the way of this one."""
    return blocked.get((ready.target, None)) or blocked.get((ready.target, ready.service))


def parts_of(ready: Iterable[Ready]) -> list[Part]:
    """Return what is ordered of each service, the dearest first."""
    by_service: dict[int, list[Details]] = {}
    for one in ready:
        by_service.setdefault(one.service, []).append(one.details)
    parts = []
    for details in by_service.values():
        total = details[0].quote.agreed
        for each in details[1:]:
            total += each.quote.agreed
        counts = [each.quantity for each in details]
        quantity = None if None in counts else sum(count or 0 for count in counts)
        parts.append(Part(details[0].service, len(details), quantity, total))
    return sorted(parts, key=lambda part: part.total.amount, reverse=True)


def _checked(line: Line, offers: Mapping[str, Offer], currency: str) -> Ready | Mistake:
    offer = offers.get(line.service)
    if offer is None:
        return _mistake(line, Wrong.NO_SERVICE)
    service = offer.service
    if not service.needs_link or service.fields:
        return _mistake(line, Wrong.FIELDS)
    if service.asks_quantity and line.quantity is None:
        return _mistake(line, Wrong.QUANTITY)
    only = service.fixed_quantity or 1
    wanted = line.quantity or only
    least, most = (service.minimum, service.maximum) if service.asks_quantity else (only, only)
    if wanted < least:
        return _mistake(line, Wrong.TOO_SMALL, least)
    if wanted > most:
        return _mistake(line, Wrong.TOO_LARGE, most)
    if not offer.unit.proven:
        return _mistake(line, Wrong.UNPROVEN)
    inputs = Inputs(link=line.link, quantity=wanted)
    total = price(service, offer.unit.unit, quantity_of(service, inputs), currency)
    quote = Quote(total, service.rate, offer.unit.unit, proven=True)
    details = details_of(service, inputs, quote)
    return Ready(line.number, offer.id, details, Link(line.link).target_key)


def _in_the_way(
    line: Entry, ready: Ready, seen: dict[tuple[str, int], int], blocked: Blocked
) -> Ready | Mistake:
    """The line, or what the same target is in the way of: in the list, or among the orders."""
    assert isinstance(line, Line)
    before = seen.setdefault((ready.target, ready.service), line.number)
    if before != line.number:
        return _mistake(line, Wrong.TWICE, before)
    order = blocked_by(ready, blocked)
    return ready if order is None else _mistake(line, *order)


def _mistake(line: Line, wrong: Wrong, than: int = 0) -> Mistake:
    words = (line.service, line.link, "" if line.quantity is None else str(line.quantity))
    return Mistake(line.number, wrong, clean(" ".join(words), limit=SHOWN), than)
