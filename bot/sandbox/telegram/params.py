"""The parameters of a call, whichever of the four ways they came; it knows no method."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox.telegram.errors import bad_request

_INTEGER = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart call."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Params:
    """Every value as the string that a form would carry, as the Bot API itself keeps them."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, or an empty string."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """The whole number that the value begins with, or the default."""
        match = _INTEGER.match(self.text(name).strip())
        return int(match[0]) if match else default

    def within(self, name: str, default: int, low: int, high: int) -> int:
        """A number pushed into its bounds, as the Bot API does with limits and time-outs."""
        return min(max(self.number(name, default), low), high)

    def flag(self, name: str) -> bool:
        """Whether it says true, yes or 1."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str, what: str) -> Any:
        """The value decoded, None where it is absent; ApiError names `what` when it is no JSON."""
        if not (text := self.text(name)):
            return None
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def shown(self) -> dict[str, str]:
        """Every parameter for the record; an upload is its name and size."""
        uploads = {
            name: f"{upload.name} ({len(upload.content)} bytes)"
            for name, upload in self.uploads.items()
        }
        return self.values | uploads


async def read_params(request: web.Request) -> Params:
    """Query string and body (JSON object, form or multipart) together; the body wins."""
    try:
        return await _read(request)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


async def _read(request: web.Request) -> Params:
    params = Params(dict(request.query))
    if request.content_type == "application/json":
        params.values.update(_from_json(await request.read()))
        return params
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            params.uploads[name] = Upload(value.filename, value.content_type, content)
        else:
            params.values[name] = value if isinstance(value, str) else bytes(value).decode()
    return params


def _from_json(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("JSON object expected as the body")
    return as_params(values).values


def as_params(values: Mapping[str, object]) -> Params:
    """The members of a JSON object as the parameters of a call."""
    return Params({name: _as_form(value) for name, value in values.items() if value is not None})


def _as_form(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
