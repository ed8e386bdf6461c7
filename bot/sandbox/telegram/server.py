"""The Bot API server: takes calls over HTTP, lets the levers interfere, records what happened."""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import orjson
from aiohttp import web

from bot.sandbox.telegram.calls import Call
from bot.sandbox.telegram.chats import Json, Standing, Tap, User, World
from bot.sandbox.telegram.clock import Clock
from bot.sandbox.telegram.control import build_control
from bot.sandbox.telegram.errors import ApiError, too_many_requests
from bot.sandbox.telegram.levers import Effect, Fault, Levers, Limits
from bot.sandbox.telegram.messages import MessageMethods
from bot.sandbox.telegram.methods import Method, Methods
from bot.sandbox.telegram.params import Params, read_params
from bot.sandbox.telegram.people import Group, Person
from bot.sandbox.telegram.profile import ProfileMethods
from bot.sandbox.telegram.webhook import Webhook

T = TypeVar("T")

MAX_BODY = 51 * 1024 * 1024
RECORDED_CALLS = 100_000
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class TelegramServer:
    """A strict local Bot API server for one bot, and the people who write to it.

    `port` 0 picks a free one. `clock` gives milliseconds since 1970. `patience` is how many
    seconds the people wait for something to appear. With `strict_limits` the real sending
    limits hold. `privacy` is the privacy mode in groups, `inline_mode` what BotFather has of that.
    """

    def __init__(
        self,
        token: str = "123456:sandbox",  # noqa: S107 - it opens nothing
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str = "Sandbox bot",
        username: str = "sandbox_bot",
        clock: Callable[[], int] | None = None,
        patience: float = 3,
        strict_limits: bool = False,
        privacy: bool = True,
        inline_mode: bool = True,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("a token looks like 123456:ABC-DEF")
        self.token = token
        self.patience = patience
        self.clock = Clock(clock) if clock is not None else Clock()
        bot = User(int(token.partition(":")[0]), name, username, is_bot=True)
        self.world = World(bot, self.clock, privacy=privacy, inline_mode=inline_mode)
        self.levers = Levers()
        self.slow, self.drop = self.levers.slow, self.levers.drop
        self.bad_gateway, self.flood = self.levers.bad_gateway, self.levers.flood
        self.limits = Limits(self.clock) if strict_limits else None
        self.webhook = Webhook(self.world.updates, self.clock, self.world.changes)
        self._profile = ProfileMethods(self.world)
        self._messages = MessageMethods(self.world)
        self._methods = Methods(self.world, self._messages, self._profile, self.webhook)
        self.calls: deque[Call] = deque(maxlen=RECORDED_CALLS)
        self.on_call: Callable[[Call], None] = lambda _: None
        """Told of every call when it begins and when it has ended."""
        self.unknown_parameters: list[tuple[str, str]] = []
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, after a `stop` at the same address again; OSError when the port is taken."""
        runner = web.AppRunner(self.build_app(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]
        self.webhook.deliver_waiting()

    async def stop(self) -> None:
        """End waiting calls and deliveries, then stop listening; nothing is forgotten."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The root of the server; calls go to `{url}/bot{token}/{method}`."""
        return f"http://{self._host}:{self._port}"

    def build_app(self) -> web.Application:
        """The web application, for a server that somebody else runs."""
        app = web.Application(client_max_size=MAX_BODY)
        app.on_shutdown.append(self._end_waits)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/bot{token:[^/]*}/{method:[^/]*}", self._take_call)
        app.router.add_get("/file/bot{token:[^/]*}/documents/{id}/{name}", self._give_file)
        app.add_subapp("/sandbox", build_control(self))
        app.router.add_route("*", "/{anything:.*}", _nothing_here)
        return app

    async def _end_waits(self, _: web.Application) -> None:
        self.world.updates.end_poll()
        await self.webhook.close()

    def person(
        self, name: str, *, language_code: str = "en", username: str = "", id: int = 0
    ) -> Person:
        """Somebody new with a phone, who has not written to the bot yet."""
        chat = self.world.add_person(name, language_code=language_code, username=username, id=id)
        person = Person(self.world, chat.members[chat.id], chat, self.patience)
        self.people[chat.id] = person
        self.world.changes.announce()
        return person

    def group(
        self,
        title: str,
        members: Sequence[Person],
        *,
        bot_can_delete: bool = False,
        supergroup: bool = True,
    ) -> Group:
        """A group with the bot in it; `bot_can_delete` makes it an administrator."""
        chat = self.world.add_group(
            title,
            supergroup=supergroup,
            members=[person.user for person in members],
            standing=Standing.LEFT,
        )
        chat.can_delete = bot_can_delete
        standing = Standing.ADMINISTRATOR if bot_can_delete else Standing.MEMBER
        self.world.set_standing(chat, members[0].user, standing)
        self.groups[chat.id] = Group(self.world, chat, members)
        return self.groups[chat.id]

    def repeat_update(self, update: Json | None = None) -> None:
        """Lever: deliver an update (the newest) once more under its own id."""
        self.world.updates.repeat(update)

    def redeliver_tap(self, tap: Tap) -> None:
        """Lever: deliver a tap again under a new update id, with the same callback query id."""
        self.world.tell_of_tap(tap)

    def commands(self, person: Person) -> dict[str, str]:
        """The command list that the person's phone shows, command to description."""
        return self._profile.commands_for(person.user)

    @property
    def callback_life_ms(self) -> int:
        """How long after a tap it may be answered."""
        return self._messages.callback_life_ms

    @callback_life_ms.setter
    def callback_life_ms(self, value: int) -> None:
        self._messages.callback_life_ms = value

    def calls_of(self, method: str) -> list[Call]:
        """The recorded calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def until(self, look: Callable[[], T | None], patience: float | None = None) -> T:
        """The first answer of `look` that is neither None nor False, asked after every change."""
        limit = self.patience if patience is None else patience
        seen = await self.world.changes.until(lambda: look() or None, limit)
        if seen is None:
            raise AssertionError(f"it did not come about in {limit} s")
        return seen

    async def _take_call(self, request: web.Request) -> web.StreamResponse:
        token, name = request.match_info["token"], request.match_info["method"]
        if not _TOKEN.fullmatch(token):
            return _respond(ApiError(404, "Not Found"))
        if token != self.token:
            return _respond(ApiError(401, "Unauthorized"))
        method = self._methods.find(name)
        if method is None:
            return _respond(ApiError(404, "Not Found: method not found"))
        try:
            params = await read_params(request)
        except ApiError as error:
            return _respond(error)
        except web.HTTPRequestEntityTooLarge:
            return _respond(ApiError(413, "Request Entity Too Large"))
        return await self._answer(request, method, params)

    async def _answer(
        self, request: web.Request, method: Method, params: Params
    ) -> web.StreamResponse:
        call = Call(method.name, params.shown(), self.clock())
        faults = self.levers.befalls(method.name, call.chat_id)
        call.faults = tuple(fault.effect for fault in faults)
        self._note_unknown(method, params)
        self.on_call(call)
        self.world.changes.announce()
        begun = time.perf_counter()
        try:
            return await self._serve(request, method, params, call, faults)
        finally:
            call.latency_ms = (time.perf_counter() - begun) * 1000
            self.on_call(call)
            self.world.changes.announce()

    async def _serve(
        self,
        request: web.Request,
        method: Method,
        params: Params,
        call: Call,
        faults: Sequence[Fault],
    ) -> web.StreamResponse:
        response = await _suffer(faults, request, applied=False)
        if response is not None:
            self.calls.append(call)
            return response
        envelope = await self._apply(method, params, call, faults)
        response = await _suffer(faults, request, applied=True)
        if response is None:
            call.answer = envelope
            response = _json(envelope)
        return response

    async def _apply(
        self, method: Method, params: Params, call: Call, faults: Sequence[Fault]
    ) -> Json:
        try:
            for fault in faults:
                if fault.effect is Effect.FLOOD:
                    raise too_many_requests(int(fault.seconds))
            self._check_limits(method, call)
            result = method.apply(params)
            if inspect.isawaitable(result):
                result = await result
            return {"ok": True, "result": result}
        except ApiError as error:
            return error.envelope()
        finally:
            self.calls.append(call)

    def _check_limits(self, method: Method, call: Call) -> None:
        if self.limits is None or not method.limited or call.chat_id is None:
            return
        if wait := self.limits.wait_for(call.chat_id):
            raise too_many_requests(wait)

    def _note_unknown(self, method: Method, params: Params) -> None:
        named = [*params.values, *params.uploads]
        attached = {
            value.removeprefix("attach://")
            for value in params.values.values()
            if value.startswith("attach://")
        }
        self.unknown_parameters += [
            (method.name, name)
            for name in named
            if name not in method.parameters and name not in attached
        ]

    async def _give_file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _respond(ApiError(401, "Unauthorized"))
        file = self.world.files.get(request.match_info["id"])
        if file is None:
            return _respond(ApiError(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _suffer(
    faults: Sequence[Fault], request: web.Request, *, applied: bool
) -> web.StreamResponse | None:
    """What the call meets at this stage; a response ends it, without the bot's answer."""
    for fault in faults:
        if fault.applied is not applied:
            continue
        if fault.effect is Effect.SLOW:
            await asyncio.sleep(fault.seconds)
        elif fault.effect is Effect.DROP:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        elif fault.effect is Effect.BAD_GATEWAY:
            return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
    return None


def _json(envelope: Json) -> web.Response:
    return web.Response(
        body=orjson.dumps(envelope),
        status=200 if envelope["ok"] else envelope["error_code"],
        content_type="application/json",
    )


def _respond(error: ApiError) -> web.Response:
    return _json(error.envelope())


async def _nothing_here(_: web.Request) -> web.Response:
    return _respond(ApiError(404, "Not Found"))
