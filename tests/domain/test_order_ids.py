from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.order_ids import MAX_IDS, OrderId, missing, order_ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("12", ["12"]),
        (" #12 ", ["#12"]),
        ("١٢", ["12"]),
        ("order #12", ["#12"]),
        ("طلب رقم ١٢", ["12"]),
        ("ORD-100023", ["ORD-100023"]),
        ("status ORD-100023", ["ORD-100023"]),
        ("12 13, 14\n15;16", ["12", "13", "14", "15", "16"]),
        ("#12 #12 12", ["#12", "12"]),
        ("anything-at-all", ["anything-at-all"]),
        ("followers", ["followers"]),
        ("two words", []),
        ("12 followers", []),
        ("1,200", []),
        ("2k", []),
        ("007 12", []),
        ("", []),
        ("order", []),
        ("x" * 65, []),
        (" ".join(map(str, range(1, MAX_IDS + 2))), []),
    ],
)
def test_ids_are_read_where_there_is_nothing_else(text: str, ids: list[str]) -> None:
    assert [entry.text for entry in order_ids(text)] == ids


@pytest.mark.parametrize(
    ("text", "ours", "theirs", "number"),
    [
        ("12", 12, ("12",), True),
        ("#12", 12, (), False),
        ("ord-12", None, ("ord-12", "ORD-12"), False),
        ("#x", None, (), False),
        ("0", None, ("0",), True),
        ("9" * 19, None, ("9" * 19,), True),
    ],
)
def test_an_id_is_ours_or_servas_or_may_be_either(
    text: str, ours: int | None, theirs: tuple[str, ...], number: bool
) -> None:
    entry = OrderId(text)
    assert (entry.ours, entry.theirs, entry.number) == (ours, theirs, number)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for entry in order_ids(text):
        assert entry.ours is None or 0 < entry.ours < 10**18
        assert " " not in entry.text


@dataclass
class Known:
    id: int
    provider_order: str


def test_what_was_asked_for_and_not_found_is_missing() -> None:
    asked = order_ids("#1 2 ord-100023 ORD-99")
    found = [Known(1, "ORD-100023"), Known(7, "2")]
    assert missing(asked, found) == ["ORD-99"]  # type: ignore[arg-type]
    assert missing(asked, []) == ["#1", "2", "ord-100023", "ORD-99"]
