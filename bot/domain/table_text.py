"""A table as text that every spreadsheet opens (RFC 4180); knows nothing of what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | Decimal | None

# What makes a spreadsheet take a text for a formula, wide forms included
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
# Where a semicolon separates cells, as in half of Europe, one within a text begins a cell as well.
_BEGINS_CELL: Final = re.compile(r"""([;\t\r\n][\s"']*+)([=+\-@＝＋－＠]?)""")
_BYTE_ORDER_MARK: Final = "\ufeff"


def table_text(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark by which Excel knows that it is no other encoding.

    Numbers stay numbers, None is an empty cell, and no text is ever run as a formula: an
    apostrophe in front of it is what spreadsheets themselves write for "this is text".
    """
    return table_of(lines_of(rows))


def lines_of(rows: Iterable[Sequence[Cell]]) -> list[bytes]:
    """The same, line by line, for whoever has to know how much that is."""
    return [(",".join(map(_field, row)) + "\r\n").encode("utf-8", "replace") for row in rows]


def table_of(lines: Iterable[bytes]) -> bytes:
    """Lines as one table."""
    return _BYTE_ORDER_MARK.encode() + b"".join(lines)


def _field(cell: Cell) -> str:
    text = _shown(cell)
    if any(sign in text for sign in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            safe = _BEGINS_CELL.sub(lambda m: f"{m[1]}'{m[2]}" if m[2] else m[1], cell)
            return "'" + safe if safe.startswith(_FORMULA) else safe
        case Decimal():
            return f"{cell:f}"
        case int():
            return str(cell)
