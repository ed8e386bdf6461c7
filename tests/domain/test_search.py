import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import matches, words_of
from bot.domain.text import fold


@pytest.mark.parametrize(
    ("query", "name", "found"),
    [
        ("instagram followers", "Instagram Followers [Real]", True),
        ("followers instagram", "Instagram Followers [Real]", True),
        ("insta foll", "Instagram Followers [Real]", True),
        ("INSTAGRAM", "𝗜𝗻𝘀𝘁𝗮𝗴𝗿𝗮𝗺 Likes", True),
        ("ınstagram", "INSTAGRAM Likes", True),
        ("instagram likes", "Instagram Followers [Real]", False),
        ("متابعين", "مُتابعين إنستغرام", True),
        ("المتابعين", "متابعين إنستغرام", True),
        ("متابعين", "المتابعين الحقيقيين", True),
        ("انستغرام", "إنستغرام", True),
        ("شدات ٦٠", "60 شدات", True),
        ("الف", "1 ألف متابع", True),
        ("", "anything", True),
        ("\u200f \u200b", "anything", True),
    ],
)
def test_every_word_must_occur_somewhere(query: str, name: str, found: bool) -> None:
    assert matches(fold(name), words_of(query)) == found


def test_the_article_stays_where_it_is_most_of_the_word() -> None:
    assert words_of("الف المتابعين") == ("الف", "متابعين")


@given(st.text(max_size=60))
def test_a_name_is_found_by_its_own_words(name: str) -> None:
    assert matches(fold(name), words_of(name))
