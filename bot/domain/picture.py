"""A picture in a few flat colours, drawn with rectangles and digits, as a PNG; it has no words.

Words in a picture would need a typeface that holds every language's letters; they stand below it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLUMNS, _ROWS = 5, 7
# Seven rows of five points each, the left one being the highest bit.
_DIGITS: Final[Mapping[str, Sequence[int]]] = {
    "0": (0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110),
    "1": (0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110),
    "2": (0b01110, 0b10001, 0b00001, 0b00010, 0b00100, 0b01000, 0b11111),
    "3": (0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110),
    "4": (0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010),
    "5": (0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110),
    "6": (0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110),
    "7": (0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000),
    "8": (0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110),
    "9": (0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100),
    ".": (0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100),
    ",": (0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b00100, 0b01000),
}


class Picture:
    """A canvas of `width` by `height` points, all in the first colour of its palette.

    Colours are named by their place in the palette. What reaches over an edge is cut off.
    """

    def __init__(self, width: int, height: int, palette: Sequence[Colour]) -> None:
        self.width = width
        self.height = height
        self._palette = palette
        self._rows = [bytearray(width) for _ in range(height)]

    def fill(self, left: int, top: int, width: int, height: int, colour: int) -> None:
        """Paint a rectangle."""
        start, end = max(0, left), min(self.width, left + width)
        if start >= end:
            return
        line = bytes([colour]) * (end - start)
        for row in self._rows[max(0, top) : max(0, top + height)]:
            row[start:end] = line

    def write(self, left: int, top: int, text: str, size: int, colour: int) -> None:
        """Write digits, points and commas, each point of a sign being `size` points wide."""
        for place, sign in enumerate(text):
            at = left + place * (_COLUMNS + 1) * size
            for y, points in enumerate(_DIGITS[sign]):
                for x in range(_COLUMNS):
                    if points & 1 << (_COLUMNS - 1 - x):
                        self.fill(at + x * size, top + y * size, size, size, colour)

    def png(self) -> bytes:
        """The picture as a file (https://www.w3.org/TR/png-3/): eight bits a point, by palette."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        colours = b"".join(map(bytes, self._palette))
        points = b"".join(b"\0" + row for row in self._rows)  # no row is filtered
        return _SIGNATURE + b"".join(
            (
                _chunk(b"IHDR", header),
                _chunk(b"PLTE", colours),
                _chunk(b"IDAT", zlib.compress(points)),
                _chunk(b"IEND", b""),
            )
        )


def written_size(text: str, size: int) -> tuple[int, int]:
    """How wide and high a text is when it is written, in points."""
    return (len(text) * (_COLUMNS + 1) - 1) * size if text else 0, _ROWS * size


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
