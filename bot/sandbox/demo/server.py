"""The page's server: its files, the stand-ins' levers, the bot's life, and who may reach them."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.catalogue import USUAL_SIZE
from bot.sandbox.demo.live import Live
from bot.sandbox.demo.process import BotProcess, Launch
from bot.sandbox.demo.stage import Addresses, Stage
from bot.sandbox.serva.control import control_routes
from bot.sandbox.telegram.control import build_control

Launcher: TypeAlias = Callable[[Addresses, Path], Launch]
"""Makes the bot's command and environment from where the stand-ins are, and a folder for it."""

PAGE = Path(__file__).parent / "page"
LARGEST_BODY = 8 * 1024 * 1024
ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with

_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
# An SVG can hold scripts, so it is none of these.
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class CannotListenError(Exception):
    """The address can not be had; says why and what to do."""


class BotEndedError(Exception):
    """The bot ended before it took updates; holds what it said last."""


@dataclass(frozen=True, slots=True)
class Options:
    """What somebody may choose; port 0 picks a free one, `size` is the number of services."""

    host: str = "127.0.0.1"
    port: int = 8088
    seed: int = 1
    size: int = USUAL_SIZE


async def run(
    launch: Launcher, options: Options, stop: asyncio.Event, ready: Callable[[str], None]
) -> None:
    """Play until `stop`, at every reset from the beginning; `ready` is told the page's address.

    Raises `CannotListenError`, and `BotEndedError` where the bot does not come up at first.
    """
    with _listen(options.host, options.port) as door:
        url = _root(options.host, door.getsockname()[1])
        async with _play(launch, options, url, door) as demo:
            await _first_of(stop.wait(), demo.process.until_ready())
            if demo.process.failed:
                raise BotEndedError("\n".join(demo.process.last_lines))
            if not stop.is_set():
                ready(url)
            await _first_of(stop.wait(), demo.over.wait())
        while not stop.is_set():
            async with _play(launch, options, url, door) as demo:
                await _first_of(stop.wait(), demo.over.wait())


@asynccontextmanager
async def _play(
    launch: Launcher, options: Options, url: str, door: socket.socket
) -> AsyncIterator[Demo]:
    """Everything behind the door, from its beginning; nothing of it is left at the end."""
    with tempfile.TemporaryDirectory(prefix="serva-demo-") as name:
        folder = Path(name)
        async with (
            Stage(options.seed, options.size, url) as stage,
            BotProcess(launch(stage.addresses, folder), folder, stage.telegram) as bot,
        ):
            await bot.start()
            demo = Demo(stage, bot)
            # The door itself stays open: who knocks between two plays waits for the next.
            async with demo.behind(door.dup()):
                yield demo
            if demo.over.is_set():
                await bot.kill()
            stage.release()


class Demo:
    """One play: the page's routes over a stage and a bot; `over` is set when a reset is asked."""

    def __init__(self, stage: Stage, process: BotProcess) -> None:
        self.stage = stage
        self.process = process
        self.epoch = secrets.token_hex(8)
        self.over = asyncio.Event()
        self._live = Live(stage, process, self.epoch)
        self._site: web.SockSite | None = None

    @asynccontextmanager
    async def behind(self, door: socket.socket) -> AsyncIterator[None]:
        """Serve at a listening socket, which is closed at the end."""
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            self._site = web.SockSite(runner, door)
            await self._site.start()
            yield
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        """The page, the feed, and the levers of the stand-ins below `/telegram` and so on."""
        app = web.Application(middlewares=[_guard], client_max_size=LARGEST_BODY)
        app.on_response_prepare.append(_dress)
        app.on_shutdown.append(self._close)
        app.add_routes(
            [
                web.get("/", _index),
                web.get(r"/page/{name:[a-z-]+\.(?:js|css|svg)}", _page_file),
                web.get("/demo/files/{id}", self._file),
                web.post("/demo/bot/{act:start|stop|kill}", self._act_on_bot),
                web.post("/demo/reset", self._reset),
                *self._live.routes(),
            ]
        )
        app.add_subapp("/telegram/sandbox", build_control(self.stage.telegram))
        app.add_subapp("/serva", _levers(control_routes(self.stage.serva)))
        app.add_subapp("/servya", _levers(self.stage.servya.control_routes()))
        return app

    async def _close(self, _: web.Application) -> None:
        await self._live.close()

    async def _act_on_bot(self, request: web.Request) -> web.Response:
        acts = {"start": self.process.start, "stop": self.process.stop, "kill": self.process.kill}
        await acts[request.match_info["act"]]()
        return web.json_response(self.process.state)

    async def _reset(self, _: web.Request) -> web.Response:
        """Whoever asks for anything after the answer asks the next play."""
        if self._site is not None and not self.over.is_set():
            self.over.set()
            await self._site.stop()
        answer = web.json_response({})
        answer.force_close()
        return answer

    async def _file(self, request: web.Request) -> web.Response:
        """A file of a chat: pictures to be looked at, everything else to be saved."""
        file = self.stage.telegram.world.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound(text="there is no such file")
        picture = file.mime in _PICTURES
        shown = "inline" if picture else "attachment"
        return web.Response(
            body=file.content,
            content_type=file.mime if picture else "application/octet-stream",
            headers={"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, '')}"},
        )


def _levers(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application()
    app.add_routes(routes)
    return app


async def _index(_: web.Request) -> web.StreamResponse:
    return _static("index.html")


async def _page_file(request: web.Request) -> web.StreamResponse:
    return _static(request.match_info["name"])


def _static(name: str) -> web.StreamResponse:
    """A file of the page, with a type that does not depend on the machine's tables."""
    if not (PAGE / name).is_file():
        raise web.HTTPNotFound(text=f"the page has no {name}")
    kind = _TYPES[name.rpartition(".")[2]]
    return web.FileResponse(PAGE / name, headers={"Content-Type": kind})


async def _dress(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page sends here; tell every mistake as `{"error": words}`."""
    try:
        if not _is_local(request.headers.get("Host", "")):
            raise web.HTTPForbidden(text="open the demo as localhost or by an IP address")
        if not _is_own(request.headers.get("Origin"), request.headers["Host"]):
            raise web.HTTPForbidden(text="only the demo's own page may do this")
        if request.method == "POST" and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="the body must be application/json")
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.text}, status=error.status)


def _is_local(host: str) -> bool:
    """Whether a Host header holds no name that somebody else's DNS could point to this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return f".{name}".endswith(".localhost") or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _is_own(origin: str | None, host: str) -> bool:
    """Whether a request comes from this page, or from no page at all."""
    return origin is None or origin in (f"http://{host}", f"https://{host}")


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket."""
    six = ":" in host
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if six else socket.AF_INET,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListenError(
                f"Port {port} on {host} is taken. Choose another with --port; --port 0 finds one."
            ) from None
        # A name that does not resolve has a number below zero, and no words.
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else "no address of this machine"
        raise CannotListenError(f"Cannot listen on {host}, port {port}: {why}.") from None


def _root(host: str, port: int) -> str:
    """The address to open on this machine."""
    if host in ANY:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def said_of_others(host: str, url: str) -> list[str]:
    """What whoever listens beyond this machine should know."""
    with suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return []
    where = f"this machine ({_own_address()}, unless it is a container)" if host in ANY else host
    return [
        f"From elsewhere in the network: port {urlsplit(url).port} of {where}.",
        "Whoever can reach it can use it; there is no real money, key or chat in it.",
    ]


def _own_address() -> str:
    """This machine's address in its network, as the routing table has it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return "whose address is not known"


async def _first_of(*waits: Awaitable[Any]) -> None:
    """Wait until one of these is over; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
