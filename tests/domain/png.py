"""A PNG read back into its points, by nothing of ours."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What a decoder makes of a picture: the colour of every point, row by row."""

    width: int
    height: int
    rows: list[list[tuple[int, int, int]]]


def decode(content: bytes) -> Seen:
    """Every chunk is checked; AssertionError for anything but eight bits by palette."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", content, at + 8 + length) == (zlib.crc32(kind + body),)
        chunks.append((kind, body))
        at += 12 + length
    assert [kind for kind, _ in chunks] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    assert rest == [8, 3, 0, 0, 0]
    palette = [tuple(chunks[1][1][at : at + 3]) for at in range(0, len(chunks[1][1]), 3)]
    points = zlib.decompress(chunks[2][1])
    assert len(points) == height * (width + 1)
    rows = []
    for y in range(height):
        line = points[y * (width + 1) : (y + 1) * (width + 1)]
        assert line[0] == 0
        rows.append([palette[point] for point in line[1:]])
    return Seen(width, height, rows)  # type: ignore[arg-type]
