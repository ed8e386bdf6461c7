"""The sandbox catalogue: its size and its variety."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter

from bot.sandbox.catalogue import Good, bold, catalogue, generate


def shape(good: Good) -> str:
    """How the manual fields are written."""
    raw, text = good.raw_fields, ""
    if isinstance(raw, str):
        raw, text = json.loads(raw), "json "
    if isinstance(raw, dict):
        return f"{text}mapping"
    assert isinstance(raw, list)
    first = raw[0]
    if isinstance(first, str):
        return f"{text}strings"
    return text + next(name for name in ("key", "name", "fieldname", "label") if name in first)


def test_the_usual_shop_has_460_goods_in_38_categories() -> None:
    assert len(catalogue()) == 460
    assert len({good.category for good in catalogue()}) == 38


def test_codes_are_unique_strings_and_not_all_numbers() -> None:
    codes = [good.code for good in generate(10_000)]
    assert len(set(codes)) == 10_000
    assert any(not code.isdigit() for code in codes)


def test_a_large_shop_has_300_categories_and_is_the_same_every_time() -> None:
    large = generate(10_000, seed=2)
    assert (len(large), len({good.category for good in large})) == (10_000, 300)
    generate.cache_clear()
    assert generate(10_000, seed=2) == large
    assert generate(10_000, seed=3) != large


def test_a_shop_can_be_cut_short() -> None:
    assert generate(2) == catalogue()[:2]


def test_fields_come_in_every_shape() -> None:
    shapes = {shape(good) for good in catalogue() if good.inputs}
    assert shapes == {
        "key", "name", "fieldname", "label", "mapping", "strings",
        "json key", "json mapping", "json strings",
    }  # fmt: skip


def test_every_type_of_the_family_is_sold() -> None:
    assert {good.type for good in catalogue()} == {
        "Default", "Package", "SEO", "Custom Comments", "Custom Comments Package",
        "Mentions with Hashtags", "Mentions Custom List", "Mentions Hashtag",
        "Mentions User Followers", "Comment Likes", "Poll", "Subscriptions",
    }  # fmt: skip


def test_names_are_arabic_first_with_some_in_one_language_only() -> None:
    arabic = Counter(_is_arabic(good.name) for good in catalogue())
    translated = Counter("name_en" in good.extras for good in catalogue())
    assert arabic[True] > 440
    assert translated[True] > 300
    assert translated[False] > 50


def _is_arabic(text: str) -> bool:
    return any("ARABIC" in unicodedata.name(char, "") for char in text)


def test_some_names_are_bold_some_hostile() -> None:
    names = [good.name for good in catalogue()]
    assert sum(bold("a")[0] <= char <= bold("z")[0] for name in names for char in name) > 100
    assert any("<script>" in name for name in names)
    assert any("\u202e" in name for name in names)
    assert any(len(name) >= 300 for name in names)


def test_limits_and_rates_make_sense() -> None:
    for good in generate(5000):
        assert 1 <= good.minimum <= good.maximum
        assert good.rate > 0


def test_every_row_is_json() -> None:
    rows = [good.row(good.rate) for good in catalogue()]
    assert json.loads(json.dumps(rows)) == rows
