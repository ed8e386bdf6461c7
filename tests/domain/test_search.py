"""Words become alike however they are written, and stand for what means the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Service
from bot.domain.search import (
    MAX_TERMS,
    Term,
    guess,
    indexed,
    pieces,
    quantity_in,
    query,
    trigrams,
    words,
)
from bot.domain.synonyms import MEANINGS, POLITE


def wanted(text: str) -> list[str]:
    return [term.typed for term in query(text).terms]


def term(text: str) -> Term:
    (only,) = query(text).terms
    return only


def guessed(typed: str, *lookalikes: str, known: tuple[str, ...] = ()) -> list[str]:
    return [found.whole[0] for found in guess(term(typed), lookalikes, known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("followers 1000", ("followers", 1_000)),
        ("٢ك  متابعين", ("متابعين", 2_000)),
        ("followers", ("followers", None)),
        ("1234 1000", ("1234 1000", None)),
        ("1k", ("", 1_000)),
        ("1 000 abonnés", ("abonnés", 1_000)),
        ("1\u202f000\u202f000 vues", ("vues", 1_000_000)),
        ("instagram 2 bin takipçi", ("instagram takipçi", 2_000)),
        ("подписчики 5 тыс", ("подписчики", 5_000)),
        ("٣ آلاف متابع", ("متابع", 3_000)),
        ("1 500 abonnés", ("1 500 abonnés", None)),
        ("pubg 60 325", ("pubg 60 325", None)),
        ("bin takipçi", ("bin takipçi", None)),
        ("1 000 2", ("1 000 2", None)),
        ("", ("", None)),
    ],
)
def test_the_one_number_among_words_may_be_how_many(
    text: str, expected: tuple[str, int | None]
) -> None:
    assert quantity_in(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INSTAGRAM Followers", "instagram followers"),
        ("𝗜𝗻𝘀𝘁𝗮 ＬＩＫＥＳ", "insta likes"),
        ("مُتابعيـــن إنستقرام", "متابعين انستقرام"),
        ("أعضاء قناة", "اعضاء قناه"),
        ("٦٠ شدة", "60 شده"),
        ("1,000 Followers", "1000 followers"),
        ("1K", "1000"),
        ("2.5k views", "2500 views"),
        ("50 ألف في اليوم", "50,000 في اليوم"),
        ("2к подписчиков", "2000 подписчиков"),
        ("2 bin takipçi", "2000 TAKİPÇİ"),
        ("1 000 abonnés", "1.000 abonnés"),
        ("1\u202f000\u202f000 vues", "1,000,000 vues"),
        ("60uc", "60 UC"),
        ("[Refill: 30D] | Max_100K", "refill 30 d max 100000"),
        ("لاااايكات", "لايكات"),
        ("cooool", "col"),
        ("👩‍👧 family", "👩 👧 family"),
        ("❤️ likes", "❤ likes"),
    ],
)
def test_words_are_alike_however_they_are_written(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize("text", ["", " \u200f\u200b", '"*-(){}:^', "...", "_"])
def test_what_has_no_words_asks_for_nothing(text: str) -> None:
    assert query(text).terms == ()


def test_a_vowel_sign_ends_no_word() -> None:
    assert words("नमकीन गाना") == ["नमकीन", "गाना"]


def test_a_word_that_nobody_types_comes_apart() -> None:
    assert [len(word) for word in words("ab" * 40)] == [32, 32, 16]


def test_a_service_is_found_by_all_its_names_its_category_and_its_id() -> None:
    service = Service(
        "DE-1616", "𝗜𝗻𝘀𝘁𝗮 Followers", "انستقرام | متابعين ولايكات", "Default", Decimal(1), 1, 9,
        names={"ar": "متابعة إنستقرام", "en": "Insta Followers"},
    )  # fmt: skip
    found = indexed(service)
    assert found.code == "de 1616"
    assert found.name == "insta followers متابعه انستقرام insta followers"
    assert found.category == "انستقرام متابعين ولايكات لايكات"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("followers", "متابعين"),
        ("متابعين", "followers"),
        ("المتابعين", "followers"),
        ("ولايكات", "likes"),
        ("ig", "انستقرام"),
        ("انستا", "instagram"),
        ("تيك توك", "tiktok"),
        ("TIK  TOK", "تيك توك"),
        ("شحن", "top up"),
        ("top-up", "شحن"),
        ("السعودية", "saudi arabia"),
        ("ksa", "سعوديه"),
        ("call of duty", "كول اوف ديوتي"),
        ("abonnés", "متابعين"),
        ("j'aime", "likes"),
        ("takipçi", "followers"),
        ("подписчики", "مشتركين"),
        ("me gusta", "لايكات"),
    ],
)
def test_what_means_the_same_stands_for_a_word(typed: str, found: str) -> None:
    assert found in term(typed).whole


def test_the_beginning_of_a_word_may_become_any_of_its_meanings() -> None:
    assert "متابعين" in term("foll").begun
    assert term("foll").prefixes == ("foll",)
    assert term("boxes").prefixes == ("boxe",)
    assert term("المخصصين").prefixes == ("المخصص", "مخصص")


def test_a_short_form_with_a_meaning_begins_nothing() -> None:
    assert (term("ig").prefixes, term("ig").begun) == ((), ())
    assert term("zz").prefixes == ("zz",)


def test_a_number_begins_others_only_where_it_stands_alone() -> None:
    assert term("52").prefixes == ("52",)
    assert [entry.prefixes for entry in query("pubg 60").terms if entry.is_number] == [()]


def test_polite_words_matter_only_by_themselves() -> None:
    assert wanted("I want instagram likes, please") == ["instagram", "likes"]
    assert wanted("ابغى متابعين على الانستقرام") == ["متابعين", "الانستقرام"]
    assert wanted("je veux des abonnés Instagram") == ["abonnes", "instagram"]
    assert wanted("takipçi satın al") == ["takipci"]
    assert wanted("купить лайки для TikTok") == ["лаики", "tiktok"]
    assert wanted("quiero seguidores de Instagram") == ["seguidores", "instagram"]
    assert wanted("the service") == ["the", "service"]
    assert wanted("DE-1616") == ["de", "1616"], "an id has no words that are left out"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("DE-1616", "de 1616"), ("id 1234", "1234"), ("#١٢٣٤", "1234"), ("رقم الخدمة 77", "77")],
)
def test_what_was_typed_may_be_an_id(typed: str, code: str) -> None:
    assert code in query(typed).codes


@pytest.mark.parametrize(
    ("typed", "is_id"),
    [("ORD-100023", True), ("#de_1617", True), ("60uc", False), ("top-up 60", False)],
)
def test_some_of_it_can_be_nothing_but_an_id(typed: str, is_id: bool) -> None:
    assert query(typed).is_id == is_id


def test_only_so_many_words_are_looked_for() -> None:
    assert len(query(" ".join(f"word{chr(97 + at)}" for at in range(26))).terms) == MAX_TERMS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("folowers", "followers"),
        ("follwoers", "followers"),
        ("instgram", "instagram"),
        ("متابعيينن", "متابعين"),
        ("مشهدات", "مشاهدات"),
        ("diamnod", "diamond"),
    ],
)
def test_typing_errors_are_seen_through(typed: str, meant: str) -> None:
    assert meant in guessed(typed)


def test_the_catalogues_own_words_are_meant_as_well_as_those_with_a_meaning() -> None:
    assert guessed("engagment", "engagement", "management") == ["engagement"]


def test_a_beginning_may_have_a_typing_error_too() -> None:
    assert guessed("celabri", "celebrity") == ["celebrity"]


def test_of_equally_many_errors_those_that_begin_alike_count() -> None:
    assert guessed("gamer", "gamez", "xamer", known=()) == ["gamez"]


def test_where_nothing_else_is_near_the_most_trigrams_count() -> None:
    assert guessed("engagementrate", "engagement", "ratings") == ["engagement"]
    assert guessed("qwrtzpsdf", "engagement") == []


def test_two_words_without_a_space_are_told_apart() -> None:
    assert guessed("instagramlikes") == ["instagram", "likes"]
    assert guessed("engagementlikes", known=("engagement",)) == ["engagement", "likes"]
    assert ("engagement" in pieces(term("engagementlikes"))) is True


def test_a_number_or_a_word_with_a_meaning_is_no_typing_error() -> None:
    assert guessed("1235", "1234") == []
    assert guessed("snap", "soap") == []


def test_the_ends_of_a_word_are_part_of_its_trigrams() -> None:
    assert trigrams("likes") == {" li", "lik", "ike", "kes", "es "}


def test_the_table_is_written_as_it_is_read() -> None:
    for line in MEANINGS:
        phrases = line.split(", ")
        assert [" ".join(words(phrase)) for phrase in phrases] == phrases
        assert len(set(phrases)) == len(phrases) > 1
    assert len(set(words(POLITE))) == len(words(POLITE))


@given(st.text(max_size=300))
def test_any_text_is_words_that_are_words(text: str) -> None:
    found = words(text)
    assert [word for word in found if words(word) != [word]] == []
    for entry in query(text).terms:
        assert entry.whole
        guess(entry, found, found)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_the_same_words_in_another_order_ask_for_the_same_but_for_phrases(
    one: str, other: str
) -> None:
    def singles(text: str) -> set[str]:
        return {word for entry in query(text).terms for word in entry.typed.split()}

    if len(words(one) + words(other)) <= MAX_TERMS:
        assert singles(f"{one} | {other}") == singles(f"{other} | {one}")
