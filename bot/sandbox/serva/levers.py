"""Levers over HTTP: JSON in, JSON out, mistakes answered in words; knows no particular server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from aiohttp import web

from bot.sandbox.serva.faults import Fault, FaultBoard, FaultKind

Body = dict[str, object]
Lever = Callable[[web.Request, Body], object]


def handler(lever: Lever) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Serve a lever: 400 for what it cannot understand, 404 for what is not there."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(lever(request, await _body(request)))
        except KeyError as error:
            return web.json_response({"error": f"there is no {error.args[0]}"}, status=404)
        except (ValueError, TypeError, InvalidOperation) as error:
            return web.json_response({"error": str(error) or "not understood"}, status=400)

    return handle


async def _body(request: web.Request) -> Body:
    text = await request.text()
    body = json.loads(text) if text else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def fault_from(body: Body) -> Fault:
    """The fault that a body describes; its members are those of `Fault`."""
    ids = body.get("ids", [])
    if not isinstance(ids, list):
        raise TypeError("ids must be a list")
    return Fault(
        FaultKind(text(body, "kind")),
        text(body, "action"),
        times=whole(body, "times") if "times" in body else 1,
        seconds=seconds(body.get("seconds", 0)),
        accepting=bool(body.get("accepting", True)),
        error=text(body, "error"),
        body=text(body, "body"),
        ids=tuple(map(str, ids)),
        entry=body.get("entry"),
    )


def fault_levers(board: FaultBoard) -> dict[str, Lever]:
    """Hang up a fault, and clear them all."""

    def put(_request: web.Request, body: Body) -> object:
        return shown_fault(board.put(fault_from(body)))

    def clear(_request: web.Request, _body: Body) -> object:
        board.clear()
        return {}

    return {"fault": put, "fault/clear": clear}


def shown_fault(fault: Fault) -> Body:
    """What the state page tells of a fault."""
    return {
        "kind": fault.kind,
        "action": fault.action,
        "times": fault.times,
        "struck": fault.struck,
    }


def text(body: Body, name: str) -> str:
    """A text member, empty when it is not there."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text")
    return value


def money(body: Body, name: str, otherwise: str = "") -> Decimal:
    """A finite decimal, from text or a number."""
    amount = Decimal(str(body.get(name, otherwise)))
    if not amount.is_finite():
        raise ValueError(f"{name} must be a finite number")
    return amount


def whole(body: Body, name: str) -> int | None:
    """A whole number, None when it is not there."""
    return integer(body[name]) if body.get(name) is not None else None


def integer(value: object) -> int:
    """A whole number and nothing else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def seconds(value: object) -> float:
    """A length of time in seconds, from 0 upwards."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise TypeError(f"{value!r} is no length of time")
    return value


def one_of(form: type[StrEnum]) -> Callable[[object], StrEnum]:
    """A reader of one enumeration's values."""
    return lambda value: form(str(value))
