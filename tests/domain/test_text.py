import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.text import clean, fold, utf16_length, visible

FAMILY = "👨\u200d👩\u200d👧"
ZALGO = "Z" + "\u0301" * 50 + "a" + "\u0334" * 50

hidden = st.sampled_from(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff\u00ad\u3164\x00\x07\x1b\x7f\x9b\ud800\udfff\ue000\U000e0041\U0010ffff"
)
hostile = st.lists(
    st.one_of(
        hidden,
        st.characters(),
        st.characters(categories=["Mn", "Me"]),
        st.sampled_from(
            ["\n", "\r\n", " ", "\u2028", "👩🏽", "🇯🇴", FAMILY, "می\u200cشود", "é", "️"]
        ),
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Instagram Followers", "Instagram Followers"),
        ("  two \t words\u00a0\u3000here\n", "two words here"),
        ("متابعين إنستغرام", "متابعين إنستغرام"),
        ("\u202eevil\u202c", "evil"),
        ("\u2067a\u2069\u200e\u200f\u061c", "a"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("a\ud800b\udc00", "ab"),
        ("a\ue000\U000f0000\U000e0041b", "ab"),
        ("\u3164", ""),
        ("a\u2800b", "a b"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("\u0301a", "a"),
        ("a \u0301 b", "a b"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("می\u200cشود", "می\u200cشود"),
        ("a\u200cb\u200dc", "abc"),
        ("ع\u200c\u200cع", "عع"),
        (FAMILY, FAMILY),
        ("❤️\u200d🔥 1️⃣ 👍🏽 🇯🇴", "❤️\u200d🔥 1️⃣ 👍🏽 🇯🇴"),
        ("👨\u200d", "👨"),
        ("", ""),
    ],
)
def test_nothing_invisible_is_left_and_nothing_readable_is_lost(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_every_invisible_character_unicode_has_is_dropped() -> None:
    everything = (chr(code) for code in range(0x110000))
    secret = "".join(
        char for char in everything if unicodedata.category(char) in ("Cf", "Co", "Cs")
    )
    assert clean(f"a{secret}b", limit=10**6) == "ab"
    assert visible(f"a{secret}b") == "ab"


def test_marks_are_capped_on_each_letter() -> None:
    cleaned = clean(ZALGO)
    marks = [char for char in unicodedata.normalize("NFD", cleaned) if unicodedata.combining(char)]
    assert len(marks) <= 10
    assert fold(ZALGO) == "za"


@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efg", 6, "abcd…"),
        ("abcdefg", 1, "…"),
        ("abcdefg", 0, ""),
        ("abcdefg", -3, ""),
        ("", 0, ""),
        ("𝗙𝗼𝗹𝗹𝗼𝘄", 12, "𝗙𝗼𝗹𝗹𝗼𝘄"),
        ("𝗙𝗼𝗹𝗹𝗼𝘄", 11, "𝗙𝗼𝗹𝗹𝗼…"),
        ("𝗙𝗼𝗹𝗹𝗼𝘄", 10, "𝗙𝗼𝗹𝗹…"),
        (f"a{FAMILY}bc", 8, "a…"),
        (f"a{FAMILY}bc", 10, f"a{FAMILY}…"),
        ("ab👍🏽c", 6, "ab…"),
        ("🇯🇴🇵🇸🇸🇦x", 8, "🇯🇴…"),
        ("🇯🇴🇵🇸🇸🇦x", 9, "🇯🇴🇵🇸…"),
        ("abx\u0323\u0301d", 5, "ab…"),
        ("می\u200cشود", 4, "م…"),
    ],
)
def test_a_cut_keeps_to_the_limit_and_splits_no_character(
    text: str, limit: int, cleaned: str
) -> None:
    assert clean(text, limit=limit) == cleaned


def test_lines_are_kept_when_asked_for() -> None:
    text = "\n\n one  two \r\n\u200b\n\n\n three\u2028four\x0b\n"
    assert clean(text, lines=True) == "one two\n\nthree\nfour"
    assert clean(text) == "one two three four"


def test_a_flood_of_marks_becomes_one_short_name() -> None:
    flood = "a" + "\u0301\u0323" * 500_000
    assert len(clean(flood, limit=64)) <= 64
    assert fold(flood) == "a"


@given(hostile, st.integers(0, 40), st.booleans())
@example("a\u0344\u0344\u0344\ufe0f\u200d👍", 40, False)
def test_cleaned_text_is_short_visible_composed_and_stays_as_it_is(
    text: str, limit: int, lines: bool
) -> None:
    cleaned = clean(text, limit=limit, lines=lines)
    assert utf16_length(cleaned) <= limit
    assert unicodedata.is_normalized("NFC", cleaned)
    allowed = {"\n"} if lines else set()
    for char in set(cleaned) - allowed - {"\u200c", "\u200d"}:
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
    assert clean(cleaned, limit=limit, lines=lines) == cleaned


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S"])))
def test_plain_words_are_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FOLLOWERS", "followers"),
        ("𝗙𝗼𝗹𝗹𝗼𝘄𝗲𝗿𝘀", "followers"),
        ("ﬁre", "FIRE"),
        ("Straße", "STRASSE"),
        ("İnstagram ınstagram", "instagram INSTAGRAM"),
        ("Crédit", "credit"),
        ("أحمد إحمد آحمد ٱحمد", "احمد احمد احمد احمد"),
        ("مُحَمَّدٌ", "محمد"),
        ("متـــابعين", "متابعين"),
        ("مكتبة", "مكتبه"),
        ("علی", "على"),
        ("کتاب", "كتاب"),
        ("مسؤول قارئ", "مسوول قاري"),
        ("ﷲ", "الله"),
        ("٦٠ شدة", "60 شده"),
        ("۶۰", "60"),
        ("می\u200cشود", "میشود"),
        ("a \u200f\n b", "A B"),
        ("👍️", "👍"),
        ("1️⃣", "1"),
    ],
)
def test_two_spellings_of_the_same_words_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कि", "का"), ("شي", "شيء"), ("a b", "ab"), ("5", "6")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(hostile)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_utf16_length_is_the_length_telegram_counts(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_visible_keeps_everything_that_is_seen() -> None:
    assert visible("\u2068https://x.com/é\u200f \u200cok\u2069") == "https://x.com/é ok"
