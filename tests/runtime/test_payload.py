"""Screens as the Bot API wants them, and the plainer forms."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.payload import Looks, fit, offer_of, plain, simpler, text_of
from bot.screens.screen import Button, Offer, Result, Screen

SCREEN = Screen(
    "<b>Home</b> &amp; garden",
    (
        (Button("Order", data="o:1", style="success"), Button("Site", url="https://x.test/")),
        (Button("Copy id", copy="ORD-100023"),),
    ),
)


def test_a_screen_becomes_html_with_an_inline_keyboard() -> None:
    assert text_of(SCREEN, Looks()) == {
        "text": "<b>Home</b> &amp; garden",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Order", "callback_data": "o:1", "style": "success"},
                    {"text": "Site", "url": "https://x.test/"},
                ],
                [{"text": "Copy id", "copy_text": {"text": "ORD-100023"}}],
            ]
        },
    }


def test_a_screen_without_rows_has_no_keyboard() -> None:
    assert text_of(Screen("Hello"), Looks()) == {
        "text": "Hello",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_the_plainest_form_has_text_and_taps_only() -> None:
    looks = Looks(times=False, styles=False, extras=False, markup=False)
    assert text_of(SCREEN, looks) == {
        "text": "Home & garden",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Order", "callback_data": "o:1"}]]},
    }


def test_without_date_time_entities_their_inner_text_stays() -> None:
    screen = Screen('Checked <tg-time unix="1700000000" format="r">at 10:13</tg-time> <i>ok</i>')
    assert text_of(screen, Looks(times=False))["text"] == "Checked at 10:13 <i>ok</i>"


def test_a_lone_surrogate_does_not_cost_the_message() -> None:
    assert text_of(Screen("a\ud800b"), Looks())["text"] == "a?b"


def test_each_complaint_names_its_plainer_forms() -> None:
    looks = Looks()

    def after(complaint: str) -> list[Looks]:
        return list(simpler(looks, complaint))

    assert after('Can\'t parse entities: unsupported start tag "tg-time" at byte offset 3') == [
        Looks(times=False),
        Looks(markup=False),
    ]
    assert after("Can't parse entities: can't find end tag") == [Looks(markup=False)]
    assert after("Button_style_invalid") == [
        Looks(styles=False),
        Looks(styles=False, extras=False),
    ]
    assert after("Message text is empty") == []


def test_what_fits_stays_untouched() -> None:
    markup = "<b>" + "a" * 4096 + "</b>"
    assert fit(markup) == markup


def test_a_long_text_is_cut_outside_tags_and_closed() -> None:
    assert fit("<b>one <i>two</i> three</b> four", limit=10) == "<b>one <i>two</i> t…</b>"
    assert fit("&lt;&lt;&lt;&lt;&lt;", limit=4) == "&lt;&lt;&lt;…"


def test_units_are_counted_as_telegram_counts_them() -> None:
    # A rocket is two UTF-16 units.
    assert fit("🚀🚀🚀", limit=6) == "🚀🚀🚀"
    assert fit("🚀🚀🚀", limit=5) == "🚀🚀…"


piece = st.one_of(
    st.text(max_size=12).map(html.escape),
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", '<a href="https://x.test/?a=1&amp;b">', "</a>"]),
)


@given(st.lists(piece, max_size=30).map("".join), st.integers(1, 60))
def test_nothing_is_longer_than_its_limit(markup: str, limit: int) -> None:
    seen = plain(fit(markup, limit))
    assert len(seen.encode("utf-16-le", "surrogatepass")) // 2 <= limit


@given(st.text(min_size=1, max_size=30), st.integers(1, 40))
def test_cut_markup_stays_well_formed(text: str, limit: int) -> None:
    cut = fit(f"<b>{html.escape(text)} <i>{html.escape(text)}</i></b>", limit)
    assert re.sub(r"</?[bi]>", "", cut).count("<") == 0
    assert cut.count("<b>") == cut.count("</b>")
    assert cut.count("<i>") == cut.count("</i>")


def test_an_offer_is_for_whoever_asked_and_not_for_long() -> None:
    message = Screen("<b>Likes</b>", ((Button("Open", url="https://t.me/b?start=service-12"),),))
    offer = Offer((Result("12", "Likes \ud800", "Your rate: $1", message),), "20", "More")
    assert offer_of(offer) == {
        "results": [
            {
                "type": "article",
                "id": "12",
                "title": "Likes ?",
                "description": "Your rate: $1",
                "input_message_content": {
                    "message_text": "<b>Likes</b>",
                    "parse_mode": "HTML",
                    "link_preview_options": {"is_disabled": True},
                },
                "reply_markup": {
                    "inline_keyboard": [
                        [{"text": "Open", "url": "https://t.me/b?start=service-12"}]
                    ]
                },
            }
        ],
        "is_personal": True,
        "cache_time": 10,
        "next_offset": "20",
        "button": {"text": "More", "start_parameter": "inline"},
    }


def test_nothing_to_offer_is_said_too() -> None:
    assert offer_of(Offer()) == {
        "results": [],
        "is_personal": True,
        "cache_time": 10,
        "next_offset": "",
    }
