"""A list is a list, whatever program saved it; a picture by another name is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text_file import is_text_file, text_of_file

LIST = "الخدمة | الرابط | الكمية\r\n1234 | https://instagram.com/ann | ١٠٠٠\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"]
)
def test_the_same_list_is_read_from_every_encoding(encoding: str) -> None:
    text = LIST if encoding != "cp1256" else LIST.replace("١٠٠٠", "1000")
    assert text_of_file(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00",  # a spreadsheet that was only renamed
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xfe1",  # UTF-16 that breaks off
        b"\xef\xbb\xbf\xff",
        b"1234\x00",
        b"1234\x07",
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert text_of_file(content) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_none(content: bytes) -> None:
    text = text_of_file(content)
    assert text is None or "\x00" not in text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n")))
def test_every_text_in_utf_8_comes_back(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert text_of_file(text.encode()) == text


@pytest.mark.parametrize(
    ("name", "mime", "read"),
    [
        ("orders.csv", "application/vnd.ms-excel", True),
        ("ORDERS.TXT", "", True),
        ("orders.v2.csv", "text/csv", True),
        ("orders", "text/plain", True),
        ("", "text/csv", True),
        ("orders.pdf", "text/plain", False),
        ("orders.csv.exe", "text/csv", False),
        ("orders", "application/octet-stream", False),
        ("", "", False),
    ],
)
def test_a_list_says_that_it_is_one(name: str, mime: str, read: bool) -> None:
    assert is_text_file(name, mime) is read
