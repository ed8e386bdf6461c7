"""Reading the bytes of a file that somebody sent as text, whatever program saved it."""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 256 * 1024
"""Bytes of the largest file that is read: five hundred lines take a fifth of it."""

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NAMES = (".txt", ".csv")
_TYPES = frozenset({"text/plain", "text/csv", "text/comma-separated-values"})
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_text_file(name: str, mime: str) -> bool:
    """Whether a file says of itself that it is a list: by its name, or else by its type.

    Phones give a .csv the strangest types, so that the name decides where it has an ending.
    """
    ending = name.casefold().rpartition(".")
    return f".{ending[2]}" in _NAMES if ending[1] else mime.casefold() in _TYPES


def text_of_file(content: bytes) -> str | None:
    """Return the text in UTF-8 or UTF-16, with or without its mark, or in Windows' Arabic code.

    None for what is no text: a picture or a spreadsheet by another name.
    """
    for mark, encoding in (*_MARKED, (b"", _unmarked(content))):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                return None
            return None if _NO_TEXT.search(text) else text
    return None


def _unmarked(content: bytes) -> str:
    """The likeliest encoding of bytes without a mark; every byte means something in the last."""
    # Of what is mostly digits and addresses, every other byte of UTF-16 is nothing.
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if zeros and len(content) % 2 == 0 and zeros.count(0) * 2 > len(zeros):
            return encoding
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1256"
    return "utf-8"
