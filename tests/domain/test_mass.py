"""Lists of orders: every line is read as it was meant, or named with what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Service, service_from
from bot.domain.mass import (
    Checked,
    Entry,
    Line,
    Mistake,
    Offer,
    Wrong,
    check,
    is_list,
    lines_in,
    one_quantity,
    parts_of,
    read_list,
    with_quantity,
    written,
)
from bot.domain.money import Money
from bot.domain.pricing import PriceUnit, Unit

NOTHING = Money(Decimal(0))
ANN, BOB = "https://instagram.com/ann", "https://instagram.com/bob"


def wrongs(entries: list[Entry]) -> list[tuple[int, Wrong]]:
    return [(entry.number, entry.wrong) for entry in entries if isinstance(entry, Mistake)]


# ---- reading ----


@pytest.mark.parametrize(
    "line",
    [
        f"1234|{ANN}|1000",
        f"  1234 | {ANN} | 1,000  ",
        f"| 1234 | {ANN} | 1000 |",
        f"1234\t{ANN}\t1000",
        f"1234;{ANN};1.000",
        f"1234؛ {ANN}؛ ١٠٠٠",
        f"1234,{ANN},1000",
        f'1234,{ANN},"1,000"',
        f"1234,{ANN},1,000",
        f"1234,{ANN},1000,,,",
        f'"1234","{ANN}","1000"',
        f"١٢٣٤ ، {ANN} ، ١٬٠٠٠",
        "#1234 | instagram.com/ann?igsh=abc | 1k",
        f"1234 {ANN} 1000",
        f"\ufeff1234 | {ANN} | 1000",
        f"\u200f1234 | \u2068{ANN}\u2069 | 1000",
        f"۱۲۳۴ | {ANN} | ۱۰۰۰",
    ],
)
def test_one_line_in_every_way_to_write_it(line: str) -> None:
    assert read_list(line) == [Line(1, "1234", ANN, 1000)]


def test_lines_keep_the_numbers_that_their_person_counts() -> None:
    text = f"service;link;quantity\r\n\r\n1234;{ANN};100\r\n \r\n7;{BOB};5\r\n"
    assert read_list(text) == [Line(3, "1234", ANN, 100), Line(5, "7", BOB, 5)]
    assert read_list(f"1234|{ANN}|100", first=41) == [Line(41, "1234", ANN, 100)]
    assert lines_in(text) == 3


@pytest.mark.parametrize(
    "header", ["service | link | quantity", "الخدمة,الرابط,الكمية", "Service ID\tURL\tQty"]
)
def test_a_header_is_no_mistake_but_only_at_the_top(header: str) -> None:
    line = f"1234|{ANN}|100"
    assert read_list(f"{header}\n{line}") == [Line(2, "1234", ANN, 100)]
    assert wrongs(read_list(f"{line}\n{header}")) == [(2, Wrong.LINK)]


def test_the_separator_that_a_spreadsheet_names_first_is_no_mistake() -> None:
    assert read_list(f"sep=;\r\nservice;link;quantity\r\n1234;{ANN};100") == [
        Line(3, "1234", ANN, 100)
    ]
    assert wrongs(read_list(f"1234;{ANN};100\nsep=;")) == [(2, Wrong.PARTS)]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("hello there, how are you 5", Wrong.PARTS),
        (ANN, Wrong.PARTS),
        ("12", Wrong.PARTS),
        (f"1234|{ANN}|100|note", Wrong.PARTS),
        (f"|{ANN}|100", Wrong.PARTS),
        (f"{'9' * 65}|{ANN}|100", Wrong.PARTS),
        ("1234|instagram|100", Wrong.LINK),
        ("1234|ftp://example.com/x|100", Wrong.LINK),
        ("1234||100", Wrong.LINK),
        (f"1234|{ANN}|many", Wrong.QUANTITY),
        (f"1234|{ANN}|0", Wrong.QUANTITY),
        (f"1234|{ANN}|-5", Wrong.QUANTITY),
        (f"1234|{ANN}|1.5", Wrong.QUANTITY),
        (f"1234,{ANN},100,note 7", Wrong.QUANTITY),
        ("1" * 5000, Wrong.PARTS),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: str, wrong: Wrong) -> None:
    assert wrongs(read_list(line)) == [(1, wrong)]


def test_a_line_without_a_quantity_is_for_a_service_that_has_only_one() -> None:
    assert read_list(f"1399|{ANN}") == [Line(1, "1399", ANN, None)]


@given(st.text(max_size=300))
def test_any_text_is_lines_and_mistakes_in_their_order(text: str) -> None:
    entries = read_list(text)
    numbers = [entry.number for entry in entries]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= len(text) + 1 for number in numbers)
    assert all(len(entry.text) <= 80 for entry in entries if isinstance(entry, Mistake))


lines = st.builds(
    Line,
    st.just(0),
    st.from_regex(r"[0-9]{1,8}", fullmatch=True),
    st.from_regex(r"https://(?:instagram|tiktok)\.com/[a-z0-9_]{1,20}", fullmatch=True),
    st.integers(1, 10**12),
)


@given(st.lists(lines, min_size=1, max_size=20), st.sampled_from([" | ", "\t", ";", ","]))
def test_what_is_written_as_it_should_be_comes_back(given_lines: list[Line], mark: str) -> None:
    text = "\n".join(
        mark.join((line.service, line.link, str(line.quantity))) for line in given_lines
    )
    assert read_list(text) == [
        replace(line, number=number) for number, line in enumerate(given_lines, 1)
    ]
    assert is_list(text)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (f"1234 | {ANN} | 1000", True),
        (f"nonsense\n1234;{ANN};1000", True),
        (f"1234 {ANN} 1000\n1234 {BOB} 1000", True),
        (f"1234 {ANN} 1000", False),  # a search with a link and a number beside it
        (f"followers, {ANN}, 1000", False),
        (f"followers {ANN} 1000", False),
        (f"{ANN}\n{BOB}", False),
        (f"1234 | {ANN}", False),
        ("1234 | word | 1000", False),
        ("instagram followers", False),
        ("", False),
    ],
)
def test_a_typed_text_is_a_list_only_where_it_can_mean_nothing_else(
    text: str, listed: bool
) -> None:
    assert is_list(text) is listed


def test_several_links_make_a_list_for_one_service() -> None:
    assert written("1234", [ANN, "nothing", BOB], 500) == [
        Line(1, "1234", ANN, 500),
        Mistake(2, Wrong.LINK, "nothing"),
        Line(3, "1234", BOB, 500),
    ]


def test_one_quantity_of_one_service_can_be_changed_for_all() -> None:
    entries = written("1234", [ANN, "nothing", BOB], 500)
    assert one_quantity(entries)
    changed = with_quantity(entries, 7)
    assert changed == written("1234", [ANN, "nothing", BOB], 7)
    assert not one_quantity([*entries, Line(9, "1234", ANN, 5)])
    assert not one_quantity([*entries, Line(9, "5", ANN, 500)])
    assert not one_quantity(written("1399", [ANN], None))
    assert not one_quantity([])


# ---- checking ----


def service(code: str = "1234", **changes: object) -> Service:
    row = {"service": code, "name": "Followers", "rate": "0.89", "min": 100, "max": 1000}
    return service_from(row | changes)


def offers(*services: Service, proven: bool = True) -> dict[str, Offer]:
    return {
        one.code: Offer(number, one, PriceUnit(Unit.PER_1000, proven))
        for number, one in enumerate(services, 1)
    }


def checked(*entries: Entry, known: dict[str, Offer] | None = None) -> Checked:
    return check(entries, offers(service()) if known is None else known, {}, NOTHING)


def test_a_line_that_fits_is_ready_with_everything_that_is_agreed_to() -> None:
    found = checked(Line(7, "1234", ANN, 500))
    (ready,) = found.ready
    assert (ready.line, ready.service, ready.target) == (7, 1, "instagram.com/ann")
    details = ready.details
    assert (details.link, details.quantity, details.sends_quantity) == (ANN, 500, True)
    assert (details.quote.total, details.quote.proven) == (Money(Decimal("0.445")), True)
    assert (found.mistakes, found.total) == ((), Money(Decimal("0.45")))


PACKAGE = service("9", type="Package", min=500, max=500)


@pytest.mark.parametrize(
    ("line", "known", "wrong", "than"),
    [
        (Line(1, "9999", ANN, 500), offers(service()), Wrong.NO_SERVICE, 0),
        (Line(1, "1234", ANN, 99), offers(service()), Wrong.TOO_SMALL, 100),
        (Line(1, "1234", ANN, 1001), offers(service()), Wrong.TOO_LARGE, 1000),
        (Line(1, "1234", ANN, None), offers(service()), Wrong.QUANTITY, 0),
        (Line(1, "1234", ANN, 500), offers(service(), proven=False), Wrong.UNPROVEN, 0),
        (Line(1, "1234", ANN, 500), offers(service(link_required=False)), Wrong.FIELDS, 0),
        (Line(1, "1234", ANN, 500), offers(service(type="Custom Comments")), Wrong.FIELDS, 0),
        (
            Line(1, "1234", ANN, 500),
            offers(service(fields=["player"], link_required=True)),
            Wrong.FIELDS,
            0,
        ),
        (Line(1, "9", ANN, 499), offers(PACKAGE), Wrong.TOO_SMALL, 500),
        (Line(1, "9", ANN, 501), offers(PACKAGE), Wrong.TOO_LARGE, 500),
    ],
)
def test_what_a_service_does_not_take_is_named(
    line: Line, known: dict[str, Offer], wrong: Wrong, than: int
) -> None:
    found = checked(line, known=known)
    assert found.ready == ()
    assert [(one.wrong, one.than) for one in found.mistakes] == [(wrong, than)]
    assert found.total == Money(Decimal(0))


@pytest.mark.parametrize("quantity", [None, 500])
def test_a_package_needs_no_quantity(quantity: int | None) -> None:
    (ready,) = checked(Line(1, "9", ANN, quantity), known=offers(PACKAGE)).ready
    assert (ready.details.quantity, ready.details.sends_quantity) == (500, False)


def test_the_same_for_the_same_target_is_ordered_once() -> None:
    found = checked(
        Line(1, "1234", ANN, 500),
        Line(2, "1234", "https://www.instagram.com/ann/", 100),
        Line(3, "5", ANN, 100),
        known=offers(service(), service("5")),
    )
    assert [ready.line for ready in found.ready] == [1, 3]
    assert [(one.number, one.wrong, one.than) for one in found.mistakes] == [(2, Wrong.TWICE, 1)]


def test_a_line_that_cannot_be_ordered_is_in_nobodys_way() -> None:
    found = checked(Line(1, "1234", ANN, 5), Line(2, "1234", ANN, 500))
    assert [ready.line for ready in found.ready] == [2]


@pytest.mark.parametrize(
    ("target", "same", "left_out"),
    [
        ("instagram.com/ann", None, True),
        ("instagram.com/ann", 1, True),
        ("instagram.com/ann", 2, False),
        ("instagram.com/bob", None, False),
    ],
)
@pytest.mark.parametrize("wrong", [Wrong.BLOCKED, Wrong.RUNNING])
def test_a_target_with_an_order_in_the_way_is_left_out(
    target: str, same: int | None, left_out: bool, wrong: Wrong
) -> None:
    blocked = {(target, same): (wrong, 31)}
    found = check([Line(1, "1234", ANN, 500)], offers(service()), blocked, NOTHING)
    assert [(one.wrong, one.than) for one in found.mistakes] == [(wrong, 31)] * left_out


@pytest.mark.parametrize(
    ("balance", "after"),
    [
        (Money(Decimal("10")), Money(Decimal("7.55"))),
        (Money(Decimal("1")), Money(Decimal("-1.45"))),
        (Money(Decimal("10"), "EUR"), None),
        (None, None),
    ],
)
def test_what_is_left_of_a_balance_counts_what_is_still_to_be_sent(
    balance: Money | None, after: Money | None
) -> None:
    found = check([Line(1, "1234", ANN, 500)], offers(service()), {}, Money(Decimal("2")))
    assert found.after(balance) == after


@given(st.lists(st.integers(100, 1000), max_size=30))
def test_the_sum_is_what_each_order_may_cost_at_the_most(quantities: list[int]) -> None:
    entries = [
        Line(number, "1234", f"https://x.com/p{number}", quantity)
        for number, quantity in enumerate(quantities, 1)
    ]
    found = checked(*entries)
    agreed = [ready.details.quote.agreed.amount for ready in found.ready]
    assert found.total.amount == sum(agreed)
    parts = parts_of(found.ready)
    assert sum(part.orders for part in parts) == len(quantities)
    assert sum(part.total.amount for part in parts) == sum(agreed)


def test_what_is_ordered_is_told_by_service_the_dearest_first() -> None:
    found = checked(
        Line(1, "1234", ANN, 100),
        Line(2, "5", ANN, 900),
        Line(3, "5", BOB, 100),
        known=offers(service(), service("5")),
    )
    assert [(part.service.code, part.orders, part.quantity) for part in parts_of(found.ready)] == [
        ("5", 2, 1000),
        ("1234", 1, 100),
    ]
