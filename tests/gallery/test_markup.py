"""Telegram's HTML on a web page: only what screens use, and all of it escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gallery.markup import Unknown, paragraphs, plain
from bot.sandbox.telegram.html import parse_html
from bot.screens.layout import html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one", '<p dir="auto">one</p>'),
        ("one\n\ntwo", '<p dir="auto">one</p><p dir="auto"><br></p><p dir="auto">two</p>'),
        ("<b>one\ntwo</b>", '<p dir="auto"><b>one</b></p><p dir="auto"><b>two</b></p>'),
        ("<b><code>a\nb</code></b>",
         '<p dir="auto"><b><code>a</code></b></p><p dir="auto"><b><code>b</code></b></p>'),
        ("&lt;i&gt; &amp;amp;", '<p dir="auto">&lt;i&gt; &amp;amp;</p>'),
        ('<a href="tg://user?id=1">Omar</a>',
         '<p dir="auto"><span class="link" title="tg://user?id=1">Omar</span></p>'),
        ('<tg-time unix="1779026700" format="r">then</tg-time>',
         '<p dir="auto"><time data-unix="1779026700">then</time></p>'),
    ],
)  # fmt: skip
def test_each_line_is_a_paragraph(text: str, shown: str) -> None:
    assert paragraphs(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<i>one</i>",
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">one</a>',
        "<a>one</a>",
        '<tg-time unix="soon">one</tg-time>',
        "<tg-time>one</tg-time>",
    ],
)
def test_what_no_screen_uses_is_refused(text: str) -> None:
    with pytest.raises(Unknown):
        paragraphs(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_counts_is_what_telegram_counts(text: str) -> None:
    assert plain(html(text)) == parse_html(html(text))[0] == text
