"""The sandbox by hand or from another process: `/sandbox/...`, JSON in and JSON out.

It adds nothing to what `people` and `levers` can do. It has no lock on its door, so the server
belongs on a loopback address; bodies must be declared as JSON, which a strange web page can not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from aiohttp import web

from bot.sandbox.telegram.calls import Call
from bot.sandbox.telegram.chats import Inline, Json, Message
from bot.sandbox.telegram.people import Person

if TYPE_CHECKING:
    from bot.sandbox.telegram.server import TelegramServer

Act: TypeAlias = Callable[["TelegramServer", Person, Json], Awaitable[Any]]

LONGEST_WAIT = 30.0


def build_control(server: TelegramServer) -> web.Application:
    """The control surface as a sub-application of the server."""
    control = _Control(server)
    app = web.Application()
    app.router.add_get("/people", _answering(control.list_people))
    app.router.add_post("/people", _answering(control.add_person))
    app.router.add_get("/people/{id}", _answering(control.show_person))
    app.router.add_post("/people/{id}/{act}", _answering(control.act))
    app.router.add_post("/levers/{lever}", _answering(control.pull_lever))
    app.router.add_post("/clock", _answering(control.advance_clock))
    app.router.add_get("/calls", _answering(control.list_calls))
    return app


def _answering(
    handler: Callable[[web.Request], Awaitable[Any]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What the handler returns as JSON; a slip of the caller as `{"error": ...}`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return _json(await handler(request))
        except web.HTTPException as error:
            return _json({"error": error.text}, error.status)
        except AssertionError as error:
            return _json({"error": str(error)}, 409)
        except KeyError as error:
            return _json({"error": f"{error} is missing"}, 400)
        except (TypeError, ValueError) as error:
            return _json({"error": str(error)}, 400)

    return answer


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="the body must be application/json")
    body = orjson.loads(await request.read() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


class _Control:
    def __init__(self, server: TelegramServer) -> None:
        self._server = server

    async def list_people(self, _: web.Request) -> list[Json]:
        return [person.user.to_api() for person in self._server.people.values()]

    async def add_person(self, request: web.Request) -> Json:
        """{"name", "language_code"?, "username"?, "id"?}: a new person."""
        return self._server.person(**await _body(request)).user.to_api()

    async def show_person(self, request: web.Request) -> Json:
        """The chat; with `?after=` a version it waits up to `timeout` seconds for a newer one."""
        person = self._person(request)
        if after := request.query.get("after"):
            patience = min(float(request.query.get("timeout", "0")), LONGEST_WAIT)
            await person.changed(int(after), patience)
        return {
            "person": person.user.to_api(),
            "version": person.version,
            "standing": person.standing,
            "commands": self._server.commands(person),
            "messages": [_message(message) for message in person.messages],
            "transcript": person.chat,
        }

    async def act(self, request: web.Request) -> Any:
        """One of the acts below, on behalf of the person."""
        act = _ACTS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound(text=f"acts are {', '.join(sorted(_ACTS))}")
        return await act(self._server, self._person(request), await _body(request))

    async def pull_lever(self, request: web.Request) -> Json:
        """The levers of `Levers` by name, with their arguments as the body."""
        levers = self._server.levers
        known: dict[str, Callable[..., None]] = {
            "slow": levers.slow,
            "drop": levers.drop,
            "bad_gateway": levers.bad_gateway,
            "flood": levers.flood,
            "release": levers.release,
        }
        lever = known.get(request.match_info["lever"])
        if lever is None:
            raise web.HTTPNotFound(text=f"levers are {', '.join(sorted(known))}")
        lever(**await _body(request))
        return {"ok": True}

    async def advance_clock(self, request: web.Request) -> Json:
        """{"hours": 49}: as `Clock.advance`."""
        self._server.clock.advance(**await _body(request))
        return {"now": self._server.clock()}

    async def list_calls(self, request: web.Request) -> list[Json]:
        """The recorded calls, newest last; `?method=` picks one, `?last=` so many (100)."""
        method, last = request.query.get("method", ""), int(request.query.get("last", "100"))
        calls = [call for call in self._server.calls if method.lower() in call.method.lower()]
        return [_call(call, self._server.token) for call in calls[-last:]]

    def _person(self, request: web.Request) -> Person:
        person = self._server.people.get(int(request.match_info["id"]))
        if person is None:
            raise web.HTTPNotFound(text="there is nobody with this id")
        return person


async def _send(_: TelegramServer, person: Person, body: Json) -> Json:
    """{"text", "reply_to"?: message_id}"""
    number = body.get("reply_to")
    answered = None if number is None else _found(person, number)
    return _message(await person.send(_text(body, "text"), reply_to=answered))


async def _press(_: TelegramServer, person: Person, body: Json) -> Json:
    """{"button": label, "message_id"?} or, forged or exact, {"data", "message_id"}."""
    if "data" in body:
        tap = await person.tap_raw(int(body["message_id"]), body["data"])
    else:
        number = body.get("message_id")
        on = None if number is None else _found(person, number)
        patience = min(float(body.get("patience", 0)), LONGEST_WAIT)
        tap = await person.press(body["button"], on=on, patience=patience)
    return {"callback_query_id": tap.id, "data": tap.data, "message_id": tap.message_id}


async def _edit(_: TelegramServer, person: Person, body: Json) -> Json:
    return _message(await person.edit(_found(person, body["message_id"]), _text(body, "text")))


async def _delete(_: TelegramServer, person: Person, body: Json) -> Json:
    await person.delete(_found(person, body["message_id"]))
    return {"ok": True}


async def _sticker(_: TelegramServer, person: Person, body: Json) -> Json:
    return _message(await person.send_sticker())


async def _photo(_: TelegramServer, person: Person, body: Json) -> Json:
    return _message(await person.send_photo(_text(body, "caption", "")))


async def _document(_: TelegramServer, person: Person, body: Json) -> Json:
    """{"name", "content": text, "caption"?}"""
    name, content = _text(body, "name"), _text(body, "content").encode()
    return _message(await person.send_document(name, content, caption=_text(body, "caption", "")))


async def _inline(_: TelegramServer, person: Person, body: Json) -> Json:
    """{"query", "offset"?, "patience"?}: the list that the phone shows."""
    asked = await person.inline(_text(body, "query"), offset=_text(body, "offset", ""))
    return _offered(await asked.answered(min(float(body.get("patience", 3)), LONGEST_WAIT)))


async def _pick(server: TelegramServer, person: Person, body: Json) -> Json:
    """{"inline_query_id", "title"}: send a result into the chat with the bot."""
    asked = server.world.inline_queries.get(_text(body, "inline_query_id"))
    if asked is None:
        raise web.HTTPNotFound(text="there is no such inline query")
    return _message(await person.pick(asked, _text(body, "title")))


async def _block(_: TelegramServer, person: Person, body: Json) -> Json:
    await person.block()
    return {"ok": True}


async def _unblock(_: TelegramServer, person: Person, body: Json) -> Json:
    await person.unblock()
    return {"ok": True}


_ACTS: dict[str, Act] = {
    "send": _send,
    "press": _press,
    "edit": _edit,
    "delete": _delete,
    "sticker": _sticker,
    "photo": _photo,
    "document": _document,
    "inline": _inline,
    "pick": _pick,
    "block": _block,
    "unblock": _unblock,
}


def _text(body: Json, name: str, *otherwise: str) -> str:
    """A member that is text; `otherwise` where it may be left out."""
    value = body.get(name, *otherwise) if otherwise else body[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text")
    return value


def _found(person: Person, number: int) -> Message:
    for message in person.messages:
        if message.message_id == number:
            return message
    raise web.HTTPNotFound(text=f"there is no message {number}")


def _message(message: Message) -> Json:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "date": message.date,
        "edited": message.edited,
        "text": message.text,
        "html": message.html,
        "media": list(message.media),
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "rows": [[button.to_api() for button in row] for row in message.keyboard],
    }


def _offered(asked: Inline) -> Json:
    return {
        "inline_query_id": asked.id,
        "results": [
            {"id": one.id, "title": one.title, "description": one.description, "text": one.text}
            for one in asked.articles
        ],
        "next_offset": asked.next_offset,
        "button": asked.button,
        "start_parameter": asked.start,
    }


def _call(call: Call, token: str) -> Json:
    body = {
        "method": call.method,
        "params": call.params,
        "at": call.at,
        "latency_ms": call.latency_ms,
        "faults": call.faults,
        "answer": call.answer,
    }
    masked = orjson.dumps(body).replace(token.encode(), b"[token]")
    return dict(orjson.loads(masked))
