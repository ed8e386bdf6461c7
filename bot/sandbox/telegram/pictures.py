"""What sendPhoto asks of a picture, and how large it is; PNG is the only kind it knows."""

from __future__ import annotations

import struct
import zlib

from bot.sandbox.telegram.errors import bad_request

# https://core.telegram.org/bots/api#sendphoto: at most 10 MB, width and height together at most
# 10000, one at most 20 times the other.
MAX_PHOTO = 10 * 1024 * 1024
MAX_SIDES = 10_000
MAX_RATIO = 20
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel by colour type


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height; ApiError where Telegram would not take it as a photo."""
    if len(content) > MAX_PHOTO:
        raise bad_request(f"file of size {len(content)} bytes is too big for a photo")
    try:
        width, height = _decoded(content)
    except (ValueError, struct.error, zlib.error, KeyError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _decoded(content: bytes) -> tuple[int, int]:
    """The size of a PNG whose every chunk and row is there (https://www.w3.org/TR/png-3/)."""
    if not content.startswith(_PNG):
        raise ValueError("no PNG")
    at, rows, kind = len(_PNG), b"", b""
    header: tuple[int, ...] = ()
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if struct.unpack_from(">I", content, at + 8 + length) != (zlib.crc32(kind + body),):
            raise ValueError("a chunk is damaged")
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            rows += body
        at += 12 + length
    width, height, depth, colour, *_, interlace = header
    row = 1 + -(-width * depth * _CHANNELS[colour] // 8)
    if not width or not height or (not interlace and len(zlib.decompress(rows)) != row * height):
        raise ValueError("its rows are not whole")
    return width, height
