"""Links into the bot: what was shared is read, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keys import looks_like_key
from bot.domain.numbers import MAX_QUANTITY
from bot.domain.sharing import (
    MAX_PAYLOAD,
    Shared,
    What,
    followed,
    link_to,
    payload_of,
    shared_from,
)

NUMBERS = st.integers(1, 10**13 - 1)
SHARED = st.one_of(
    st.builds(Shared, st.sampled_from([What.SERVICE, What.CATEGORY]), NUMBERS),
    st.builds(Shared, st.just(What.PRESET), NUMBERS, st.integers(1, MAX_QUANTITY)),
)


@pytest.mark.parametrize(
    ("shared", "payload"),
    [
        (Shared(What.SERVICE, 12), "service-12"),
        (Shared(What.CATEGORY, 3), "category-3"),
        (Shared(What.PRESET, 12, 1000), "preset-12-1000"),
    ],
)
def test_a_payload_says_what_it_is(shared: Shared, payload: str) -> None:
    assert payload_of(shared) == payload
    assert shared_from(payload) == shared


@given(SHARED)
def test_whatever_is_shared_fits_a_link_and_comes_back(shared: Shared) -> None:
    payload = payload_of(shared)
    assert re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_PAYLOAD}}}", payload)
    assert shared_from(payload) == shared


@given(SHARED)
def test_no_link_is_taken_for_a_key(shared: Shared) -> None:
    assert not looks_like_key(f"start {payload_of(shared)}", expected=False)


@given(st.one_of(st.text(max_size=70), st.text("servicpt-0123456789", max_size=30)))
def test_junk_means_nothing_or_exactly_what_it_says(payload: str) -> None:
    shared = shared_from(payload)
    assert shared is None or payload_of(shared) == payload


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "group",
        "service",
        "service-",
        "service-0",
        "service--1",
        "service-01",
        "service-1-2",
        "service-1\n",
        "service-١",
        "Service-1",
        "service-" + "9" * 14,
        "preset-1",
        "preset-1-0",
        f"preset-1-{MAX_QUANTITY + 1}",
        "favourite-1",
        "k7Qw2mXv9TzB",
    ],
)
def test_what_was_never_shared_is_not_read(payload: str) -> None:
    assert shared_from(payload) is None


@given(SHARED)
def test_the_bots_own_link_is_followed_wherever_it_ends_a_text(shared: Shared) -> None:
    link = link_to("Some_Bot", shared)
    payload = payload_of(shared)
    for text in (link, f"Likes\n\u2068{link}\u2069", f"  {link.removeprefix('https://')} "):
        assert followed(text, "some_bot") == payload


@pytest.mark.parametrize(
    "text",
    [
        "",
        "service-12",
        "https://t.me/some_bot",
        "https://t.me/some_bot?start=SERVICE-12",
        "https://t.me/some_bot?start=service-0",
        "https://t.me/some_bot?start=k7Qw2mXv9TzB",
        "https://t.me/other_bot?start=service-12",
        "https://t.me/some-bot?start=service-12",
        "https://evil.test/?x=t.me/some_bot?start=service-12 is it",
        "https://att.me/some_bot?start=service-12",
        "12 | https://t.me/some_bot?start=service-12 | 100",
    ],
)
def test_nothing_else_is_followed(text: str) -> None:
    assert followed(text, "some_bot") == ""
