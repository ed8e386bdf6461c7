"""How a screen is put together: escaping, direction, and shortening."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.text import utf16_length
from bot.sandbox.telegram.html import parse_html
from bot.screens import buttons as b
from bot.screens import layout
from bot.screens.screen import Button
from bot.texts.words import Texts, Words

TEXTS = Texts()
EN, AR = TEXTS.of("en"), TEXTS.of("ar")
FENCE, END, RLM = "\u2068", "\u2069", "\u200f"
BACK, HOME = Button("Back", data="b:0"), Button("Home", data="h")


def plain(html: str) -> str:
    return parse_html(html)[0]


@given(st.text(max_size=200))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    sendable = text.encode("utf-8", "ignore").decode()
    assert plain(layout.html(sendable)) == sendable
    assert plain(layout.bold(sendable)) == sendable
    assert plain(layout.code(sendable)) == sendable


def test_html_is_not_escaped_twice() -> None:
    assert layout.join(layout.bold("a < b"), " & ", "c") == "<b>a &lt; b</b> &amp; c"


def test_lines_that_are_none_and_rows_that_are_empty_are_left_out() -> None:
    made = layout.screen(EN, ["one", None, "", "two"], [[], [BACK, HOME]])
    assert (made.text, made.rows) == ("one\n\ntwo", ((BACK, HOME),))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("الرصيد $25.50", "الرصيد $25.50"),
        (layout.bold("الرصيد"), "<b>الرصيد</b>"),
        ("Instagram", f"{RLM}Instagram"),
        (layout.bold("Instagram"), f"{RLM}<b>Instagram</b>"),
        ("55% ▓▓", f"{RLM}55% ▓▓"),
        (f"{FENCE}متابعين{END}", f"{RLM}{FENCE}متابعين{END}"),
        ("", ""),
        ("سطر\nline", f"سطر\n{RLM}line"),
    ],
)
def test_every_line_of_arabic_runs_from_right_to_left(line: str, shown: str) -> None:
    assert layout.screen(AR, [line]).text == shown


def test_english_lines_are_left_alone() -> None:
    assert layout.screen(EN, ["متابعين"]).text == "متابعين"


def test_rows_are_reversed_where_telegram_does_not_mirror_them() -> None:
    assert layout.screen(EN, ["a"], [[BACK, HOME]]).rows == ((BACK, HOME),)
    assert layout.screen(AR, ["a"], [[BACK, HOME]]).rows == ((HOME, BACK),)


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("رجوع", "رجوع"),
        ("English ✓", "English ✓"),
        (f"{FENCE}متابعين{END} · 24", f"{RLM}{FENCE}متابعين{END} · 24"),
        (f"{FENCE}Instagram{END} · 24", f"{RLM}{FENCE}Instagram{END} · 24"),
        ("1,000 · $0.89", f"{RLM}1,000 · $0.89"),
        ("🔥", f"{RLM}🔥"),
    ],
)
def test_every_arabic_key_has_a_direction(label: str, shown: str) -> None:
    key = Button(label, data="h", style="success")
    assert layout.screen(AR, ["a"], [[key]]).rows == ((Button(shown, data="h", style="success"),),)
    assert layout.screen(EN, ["a"], [[key]]).rows == ((key,),)


def test_the_sign_of_a_price_stays_in_front_beside_any_name() -> None:
    price = Money(Decimal("6.175"))
    name = "🔥 متابعين انستقرام"
    assert layout.priced(EN, name, price) == f"{FENCE}{name}{END} · $6.18"
    assert layout.priced(EN, "Instagram", price) == "Instagram · $6.18"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("Instagram | Likes", 15, "Instagram…"),
        ("Instagram Followers", 19, "Instagram Followers"),
        ("Instagram Followers", 17, "Instagram…"),
        ("Instagram Followers", 8, "Instagr…"),
        ("A very long word: Donaudampfschifffahrt", 25, "A very long word:…"),
        ("متابعين انستقرام حقيقيين", 18, "متابعين انستقرام…"),
    ],
)
def test_text_is_cut_between_words(text: str, limit: int, shown: str) -> None:
    assert layout.cut(text, limit) == shown


CLUSTERS = st.lists(
    st.sampled_from(["a", " ", "é", "e\u0301\u0302", "👨‍👩‍👧", "👍🏽", "🇸🇦", "🇪🇬", "لَّ", "❤️", "ن"]),
    max_size=30,
)


@given(CLUSTERS, st.integers(4, 30))
def test_a_cut_is_short_enough_and_splits_no_character(clusters: list[str], limit: int) -> None:
    text = "".join(clusters)
    short = layout.cut(text, limit)
    assert utf16_length(short) <= limit
    if short != text:
        kept = short.removesuffix("…").rstrip()
        borders = {"".join(clusters[:end]).rstrip() for end in range(len(clusters) + 1)}
        assert unicodedata.normalize("NFC", kept) in {
            unicodedata.normalize("NFC", " ".join(border.split())) for border in borders
        } | {unicodedata.normalize("NFC", border) for border in borders}


@given(
    name=st.text(min_size=1, max_size=300),
    amount=st.decimals(0, 10**9, allow_nan=False, places=4),
    language=st.sampled_from([EN, AR]),
)
def test_a_price_is_never_cut(name: str, amount: Decimal, language: Words) -> None:
    price = Money(amount)
    label = layout.priced(language, name, price)
    shown = label.replace(FENCE, "").replace(END, "")
    assert shown.endswith(f" · {language.money(price)}")
    assert utf16_length(label) <= 64


def test_a_list_shows_what_fits() -> None:
    assert layout.listed(EN, ["a link", "Player <ID>", "a quantity"]) == (
        "a link, Player &lt;ID&gt;, a quantity"
    )
    assert plain(layout.listed(EN, ["x" * 30] * 40, limit=100)).count("x" * 30) == 3
    assert plain(layout.listed(EN, ["x" * 30] * 40, limit=100)).endswith(", …")
    assert layout.listed(EN, ["a link", "السيرفر"]) == f"a link, {FENCE}السيرفر{END}"
    assert layout.listed(AR, ["رابط", "ID"]) == f"{FENCE}رابط{END}، {FENCE}ID{END}"


def test_a_label_that_is_too_long_in_a_language_keeps_its_price() -> None:
    price = " · $1,000,000,000,000,000,000.00"
    long = "One word after the other, until nobody reads them any more"
    for t in (EN, AR):
        ((key,),) = layout.screen(t, ["x"], [[Button(long + price, data="h")]]).rows
        shown = key.label.strip(RLM).replace(FENCE, "").replace(END, "")
        assert shown == "One word after the other,…" + price
        assert utf16_length(key.label) <= 64
    ((key,),) = layout.screen(EN, ["x"], [[Button("A" + " · " + "$" + "9" * 70, data="h")]]).rows
    assert key.label == "$" + "9" * 70


def test_what_a_tap_copies_has_no_marks_in_it() -> None:
    assert layout.copyable(AR, "رقم الطلب:", "8f-1") == f"رقم الطلب: {FENCE}<code>8f-1</code>{END}"


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    text, entities = parse_html(layout.moment(EN, 1_700_000_000_000))
    assert text == "2023-11-14 22:13 UTC"
    assert [(one["type"], one["unix_time"]) for one in entities] == [("date_time", 1_700_000_000)]


def test_the_mark_of_a_choice_comes_behind_its_word() -> None:
    assert layout.chosen("English") == "English ✓"


def test_a_pager_offers_only_pages_that_there_are() -> None:
    keys = [b.tap("Previous", b.Browse(0)), b.tap("Next", b.Browse(1))]
    labels = [
        tuple(key.label for key in layout.pager(EN, page, pages, keys))
        for page, pages in ((0, 1), (0, 3), (1, 3), (2, 3))
    ]
    assert labels == [(), ("Next",), ("Previous", "Next"), ("Previous",)]
