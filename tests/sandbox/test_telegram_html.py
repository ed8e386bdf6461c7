"""The HTML parser: what it makes of good markup, and its words for bad markup."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram.entities import clean, find_entities, merge, utf16_length
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.html import parse_html


def entity(type: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": type, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><strong>b</strong>", "ab", [entity("bold", 0, 1), entity("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [entity("strikethrough", at, 1) for at in range(3)],
        ),
        (
            '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>',
            "ab",
            [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
        ),
        (
            '<a href="https://x.org/?a=1&amp;b=2">go</a>',
            "go",
            [entity("text_link", 0, 2, url="https://x.org/?a=1&b=2")],
        ),
        ("<a href='tg://user?id=7'>Ann</a>", "Ann", [entity("text_mention", 0, 3, user={"id": 7})]),
        ("<a href='nothing'>go</a>", "go", []),
        ("<a HREF='https://x.org'>go</a>", "go", []),
        ("<a>x.org</a>", "x.org", [entity("text_link", 0, 5, url="http://x.org/")]),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ("<pre>x</pre>", "x", [entity("pre", 0, 1)]),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [entity("pre", 0, 1, language="python")],
        ),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            "👍",
            [entity("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286")],
        ),
        (
            '<tg-time unix="1647531900" format="wDT">soon</tg-time>',
            "soon",
            [entity("date_time", 0, 4, unix_time=1647531900, date_time_format="wDT")],
        ),
        (
            '<tg-time unix="1647531900">soon</tg-time>',
            "soon",
            [entity("date_time", 0, 4, unix_time=1647531900)],
        ),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("👍<b>x</b>", "👍x", [entity("bold", 2, 1)]),
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [entity("bold", 0, 1)]),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;&lt", '<>&"AB<', []),
        ("&nbsp;&copy; & &#xD7FF00;", "&nbsp;&copy; & &#xD7FF00;", []),
        ("a > b", "a > b", []),
    ],
)
def test_good_markup(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é👍<br>", 'Unsupported start tag "br" at byte offset 6'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("1<2", "Unclosed start tag at byte offset 1"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-time unix='soon'>a</tg-time>", "Invalid Unix time specified"),
        ("<tg-time unix='1' format='Tw'>a</tg-time>", "Invalid date-time format specified"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text())
def test_escaped_text_comes_out_as_it_went_in(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(st.text(alphabet="<>/ab=\"' &;#x-"))
def test_any_markup_is_text_or_a_refusal(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        assert error.code == 400
    else:
        length = utf16_length(text)
        assert all(one["offset"] + one["length"] <= length for one in entities)


def test_plain_text_gets_its_entities_found() -> None:
    text = "👍 /start@my_bot see https://x.org/a?b=1. or instagram.com/x by @ann #new 1/2 a@b.cd"
    found = [
        (one["type"], text.encode("utf-16-le")[one["offset"] * 2 :][: one["length"] * 2])
        for one in find_entities(text)
    ]
    assert [(kind, part.decode("utf-16-le")) for kind, part in found] == [
        ("bot_command", "/start@my_bot"),
        ("url", "https://x.org/a?b=1"),
        ("url", "instagram.com/x"),
        ("mention", "@ann"),
        ("hashtag", "#new"),
    ]


def test_an_isolate_ends_a_link() -> None:
    assert find_entities("\u2068https://x.org/a\u2069 \u2068x.org/b\u2069") == [
        entity("url", 1, 15),
        entity("url", 19, 7),
    ]


def test_white_space_and_embeddings_go_and_entities_move_along() -> None:
    text, entities = clean(" \u202ba\u2066b\t\n ", [entity("bold", 0, 3), entity("italic", 4, 1)])
    assert (text, entities) == ("a\u2066b", [entity("bold", 0, 1), entity("italic", 2, 1)])


def test_an_entity_of_white_space_alone_goes() -> None:
    assert clean("a  ", [entity("bold", 1, 2)]) == ("a", [])


def test_found_entities_give_way_to_code_and_links() -> None:
    written = [entity("code", 0, 6)]
    found = [entity("bot_command", 0, 6), entity("url", 7, 5)]
    assert merge(written, found) == [entity("code", 0, 6), entity("url", 7, 5)]
