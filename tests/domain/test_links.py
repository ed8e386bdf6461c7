import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import Link, blank_links, links_in, parse_link

NORMAL_FORM = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?([/?#][!-~]*)?")

words = st.text("abcXYZ019_-", min_size=1, max_size=12)
hosts = st.sampled_from(["instagram.com", "www.tiktok.com", "t.me", "example.org", "موقع.com"])
links = st.builds(
    "{}{}/{}/{}".format, st.sampled_from(["https://", "HTTP://"]), hosts, words, words
)
hostile = st.one_of(
    st.text(),
    st.builds("{}{}{}".format, st.text(max_size=5), links, st.text(max_size=8)),
    st.text("htps:/@.aکم\\%0d[]#?&=,!\u200f\u2068 ", max_size=60),
    st.builds("https://{}".format, st.text(max_size=300)),
)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://instagram.com/p/Abc", "https://instagram.com/p/Abc"),
        ("http://instagram.com/p/Abc", "http://instagram.com/p/Abc"),
        ("HTTPS://WWW.Instagram.COM/User", "https://www.instagram.com/User"),
        ("instagram.com/User/", "https://instagram.com/User/"),
        ("www.shop.jo", "https://www.shop.jo"),
        ("example.com", "https://example.com"),
        ("youtu.be/abc", "https://youtu.be/abc"),
        ("https://youtu.be/abc?t=3", "https://youtu.be/abc?t=3"),
        ("  \u200fhttps://t.me/a\u200e\n", "https://t.me/a"),
        ("\u2068https://t.me/a\u2069", "https://t.me/a"),
        ("https://t.me/\u200ba\ufeffb", "https://t.me/ab"),
        ("<https://t.me/a>", "https://t.me/a"),
        ("«https://t.me/a»", "https://t.me/a"),
        ("(https://t.me/a)", "https://t.me/a"),
        ("https://t.me/a.", "https://t.me/a"),
        ("https://t.me/a؟", "https://t.me/a"),
        ("https://t.me/a_", "https://t.me/a_"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("https://t.me/aشكرا", "https://t.me/a"),
        ("https://instagram.com/a/شكرا", "https://instagram.com/a/"),
        ("https://a.com/شكرا", "https://a.com/%D8%B4%D9%83%D8%B1%D8%A7"),
        ("https://a.com/café", "https://a.com/caf%C3%A9"),
        ("https://موقع.com/a", "https://xn--4gbrim.com/a"),
        ("https://ｉnstagram．com/a", "https://instagram.com/a"),
        ("https://instаgram.com/a", "https://xn--instgram-46g.com/a"),
        ("https://t.me:443/a", "https://t.me/a"),
        ("http://t.me:80/a", "http://t.me/a"),
        ("http://t.me:443/a", "http://t.me:443/a"),
        ("http://t.me:/a", "http://t.me/a"),
        ("https://t.me./a", "https://t.me/a"),
        ("https://a.com/b%zz%41", "https://a.com/b%25zz%41"),
        ("https://tiktok.com/@a.b/video/1?_r=1&_t=Z&x=2", "https://tiktok.com/@a.b/video/1?x=2"),
        ("https://www.instagram.com/a?igsh=MWx0&utm_source=qr", "https://www.instagram.com/a"),
        ("https://m.youtube.com/watch?v=a&si=b&pp=c&t=1", "https://m.youtube.com/watch?v=a&t=1"),
        ("https://x.com/a/status/1?s=20&t=Ab", "https://x.com/a/status/1"),
        ("https://a.com/?s=20&t=Ab&&UTM_medium=x", "https://a.com/?s=20&t=Ab"),
        ("https://a.com/b#top", "https://a.com/b"),
        ("https://a.com/b.#top", "https://a.com/b"),
        ("https://a.com/#!/b", "https://a.com/#!/b"),
        ("https://web.telegram.org/k/#@name", "https://web.telegram.org/k/#@name"),
        (
            "https://web.archive.org/web/https://b.com/",
            "https://web.archive.org/web/https://b.com/",
        ),
    ],
)
def test_a_link_is_brought_into_normal_form(text: str, url: str) -> None:
    assert parse_link(text) == Link(url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hello",
        "hello world",
        "ahmed.ali",
        "ok.thanks",
        "شكرا.تم",
        "1.000",
        "1.5k/day",
        "@name",
        "ahmed@gmail.com",
        "ORD-100023",
        "https://",
        "https:///a",
        "https://a",
        "https//t.me/a",
        "https:/t.me/a",
        "//t.me/a",
        "https://t.me/a b",
        "https://t.me/a https://t.me/b",
        "https://instagram.com@evil.com",
        "https://instagram.com:x@evil.com/",
        "instagram.com@evil.com/a",
        "instagram.com:x@evil.com",
        "https://instagram.com\\@evil.com",
        "https://t.me/a\\b",
        "https://t.me／evil.com/a",
        "https://t.me/a%0d%0aHost:",
        "https://t.me/a%00",
        "https://t.me/abc…",
        "javascript:alert(1)",
        "javascript://t.me/%0aalert(1)",
        "JavaScript:alert('t.me/a')",
        "data:text/html,t.me/a",
        "ftp://t.me/a",
        "file:///etc/passwd",
        "tg://resolve?domain=a",
        "mailto:a@t.me",
        "https://localhost/a",
        "https://localhost:80/a",
        "https://router.lan/a",
        "https://printer.local/a",
        "https://127.0.0.1/a",
        "https://127.1/a",
        "https://0x7f.0x1/a",
        "https://2130706433/a",
        "https://１２７.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:1.2.3.4]/a",
        "https://t.me:0/a",
        "https://t.me:65536/a",
        "https://t.me:٨٠/a",
        "https://t.me:999999999999/a",
        "https://-a.com/b",
        "https://a..com/b",
        "https://.com/b",
        "https://a_b.com/c",
        "https://" + "a" * 64 + ".com/b",
        "https://" + "a." * 140 + "com/b",
        "https://" + "é" * 5000 + ".com/b",
        "https://\ud800.com/b",
        "https://t.me/" + "a" * 2048,
        "https://t.me/" + "é" * 400,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_what_is_no_honest_web_link_is_none(text: str) -> None:
    assert parse_link(text) is None


def test_a_link_may_have_2048_characters() -> None:
    url = "https://t.me/" + "a" * (2048 - len("https://t.me/"))
    assert parse_link(url) == Link(url)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("followers 1000 https://t.me/a", ["https://t.me/a"]),
        (
            "See https://t.me/a, then instagram.com/b.",
            ["https://t.me/a", "https://instagram.com/b"],
        ),
        ("https://t.me/a\nhttps://t.me/b\r\nt.me/c", [f"https://t.me/{name}" for name in "abc"]),
        ("https://t.me/a https://t.me/a", ["https://t.me/a", "https://t.me/a"]),
        ("Link:https://t.me/a", ["https://t.me/a"]),
        ("link:instagram.com/a", ["https://instagram.com/a"]),
        ("شوفhttps://t.me/a،شكرا", ["https://t.me/a"]),
        ("رابطي instagram.com/aوشكرا", ["https://instagram.com/a"]),
        ("https://t.me/a❤️شكرا", ["https://t.me/a"]),
        ("\u2067instagram.com/a\u2069ok", ["https://instagram.com/a"]),
        ("[me](https://t.me/a)", ["https://t.me/a"]),
        ('{"url":"https://t.me/a","n":1}', ["https://t.me/a"]),
        ("https://t.me/ahttps://t.me/b", ["https://t.me/a", "https://t.me/b"]),
        ("https://instagram.com@evil.com/https://t.me/a", []),
        ("ftp://instagram.com/a", []),
        ("tg://resolve?domain=instagram.com/a", []),
        ("a.b@instagram.com/c", []),
        ("mail me: ahmed.ali@gmail.com", []),
        ("see my_page.com/a", []),
        ("2.5k likes e.g. 1.000, ok.thanks", []),
        ("", []),
    ],
)
def test_links_are_found_in_a_sentence(text: str, urls: list[str]) -> None:
    assert [link.url for link in links_in(text)] == urls


@given(hostile)
def test_whatever_is_found_is_in_normal_form_and_stays_so(text: str) -> None:
    link = parse_link(text)
    for found in (*links_in(text), *([link] if link else [])):
        assert NORMAL_FORM.fullmatch(found.url)
        assert len(found.url) <= 2048
        assert parse_link(found.url) == found


@given(links, st.sampled_from(["{}", " {}\n", "({})", '"{}"', "{}.", "{}،", "\u2068{}\u2069"]))
def test_what_stands_around_a_link_does_not_change_it(link: str, around: str) -> None:
    alone = parse_link(link)
    assert alone is not None
    assert parse_link(around.format(link)) == alone
    assert links_in(f"شوف {around.format(link)} please") == (alone,)


@given(st.lists(links, max_size=5))
def test_every_line_of_a_list_is_found(urls: list[str]) -> None:
    assert links_in("\n".join(urls)) == tuple(parse_link(url) for url in urls)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.instagram.com/a/?igsh=1", "http://instagram.com/a", True),
        ("https://m.facebook.com/a", "https://www.facebook.com/a", True),
        ("https://mobile.twitter.com/a", "twitter.com/a", True),
        ("https://a.com", "https://a.com/", True),
        ("https://instagram.com/a", "https://instagram.com/A", False),
        ("https://youtube.com/watch?v=a", "https://youtube.com/watch?v=b", False),
        ("https://a.com:8080/a", "https://a.com/a", False),
        ("https://m.me/a", "https://me.com/a", False),
        ("https://www.com/a", "https://com.com/a", False),
        ("https://a.com/#!/a", "https://a.com/#!/b", False),
    ],
)
def test_two_links_lead_to_the_same_target(one: str, other: str, same: bool) -> None:
    first, second = parse_link(one), parse_link(other)
    assert first is not None
    assert second is not None
    assert (first.target_key == second.target_key) == same


@pytest.mark.parametrize(
    "piece", ["a", "a.", "a-", "www.", "https://", "https://a", ")", "a://", "é."]
)
def test_a_flood_of_beginnings_is_read_to_its_end(piece: str) -> None:
    flood = piece * 4000
    assert links_in(f"{flood} https://t.me/a")[-1] == Link("https://t.me/a")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("see https://t.me/a now", "see                now"),
        ("see t.me/a, ok", "see         ok"),
        ("https://a@b.com/c ftp://a.com/b", " " * 31),
        ("no link here", "no link here"),
    ],
)
def test_blanked_links_leave_the_rest_in_its_place(text: str, rest: str) -> None:
    assert blank_links(text) == rest
