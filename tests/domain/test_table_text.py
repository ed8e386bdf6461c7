"""Whatever is put into a table comes out of it, and nothing in it is ever a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.table_text import Cell, table_text

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
CELLS = st.one_of(
    TEXTS, st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.none()
)


def read(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), strict=True))


def test_a_table_looks_like_the_rfc_says() -> None:
    rows: list[list[Cell]] = [
        ["Order", "Service", "Charge"],
        [12, 'Followers, "real"', Decimal("0.8900")],
        [13, "two\nlines", None],
    ]
    assert table_text(rows) == (
        b"\xef\xbb\xbfOrder,Service,Charge\r\n"
        b'12,"Followers, ""real""",0.8900\r\n'
        b'13,"two\nlines",\r\n'
    )


def test_arabic_is_read_as_it_was_written() -> None:
    assert read(table_text([["متابعين انستقرام"]])) == [["متابعين انستقرام"]]
    assert table_text([["متابعين"]]).startswith(b"\xef\xbb\xbf"), "or Excel shows mojibake"


@pytest.mark.parametrize(
    "attack",
    ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1+1", '=HYPERLINK("http://x")'],
)
def test_no_text_is_a_formula(attack: str) -> None:
    assert read(table_text([["a", attack]])) == [["a", "'" + attack]]


@pytest.mark.parametrize(
    ("attack", "safe"),
    [
        ("a;=1+1", "a;'=1+1"),
        ('a; "=1+1"', 'a; "\'=1+1"'),
        ("a;;-1;+1", "a;;'-1;'+1"),
        ("ann\n@bob", "ann\n'@bob"),
        ("a\t＝1", "a\t'＝1"),
        ("\n=1", "'\n'=1"),
        ("a=1, b-2; c", "a=1, b-2; c"),
    ],
)
def test_nothing_within_a_text_begins_a_formula_where_semicolons_separate(
    attack: str, safe: str
) -> None:
    assert read(table_text([["a", attack]])) == [["a", safe]]


def test_a_long_text_of_nothing_but_space_takes_no_time() -> None:
    assert len(table_text([[";" + " \n" * 200_000]])) > 400_000


def test_numbers_stay_numbers() -> None:
    numbers: list[Cell] = [-5, 0, 10**12, Decimal("-0.5"), Decimal("1E+3"), Decimal("1E-9")]
    assert read(table_text([numbers])) == [
        ["-5", "0", "1000000000000", "-0.5", "1000", "0.000000001"]
    ]


def test_half_a_character_costs_only_itself() -> None:
    assert read(table_text([["a\ud800b", "c"]])) == [["a?b", "c"]]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=4))
def test_what_goes_in_comes_out(rows: list[list[Cell]]) -> None:
    back = read(table_text(rows))
    assert len(back) == len(rows)
    for given_row, row in zip(rows, back, strict=True):
        assert len(given_row) == len(row)
        for cell, text in zip(given_row, row, strict=True):
            match cell:
                case None:
                    assert text == ""
                case str():
                    assert not text.startswith(FORMULA)
                    assert text.replace("'", "") == cell.replace("'", "")
                case _:
                    assert Decimal(text) == cell
