"""The transport on real sockets: what it sends, what it makes of answers, what it never tells."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dtm
import io
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.runtime.transport import (
    AiohttpRequest,
    NotSent,
    ServerError,
    SlowDown,
    TooLarge,
    build_application,
    calls,
    files,
)

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A small HTTP server whose one handler a test exchanges."""

    def __init__(self) -> None:
        self.handler: Handler = self.ok
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections: set[Any] = set()
        self.root = ""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)

    async def ok(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": {"message_id": 5}})

    def answers(self, status: int, body: object) -> None:
        data = body if isinstance(body, bytes) else orjson.dumps(body)

        async def handler(request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=data)

        self.handler = handler

    async def start(self, context: ssl.SSLContext | None = None) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        scheme = "https" if context else "http"
        self.root = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        # A form is left to the handler, which can read it only once.
        upload = request.content_type == "multipart/form-data"
        body = b"" if upload else await request.read()
        self.requests.append((request.path, dict(request.headers), body))
        self.connections.add(request.transport)
        return await self.handler(request)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    request, polling = AiohttpRequest(read_timeout=5), AiohttpRequest(limit=1)
    bot = Bot(TOKEN, f"{server.root}/bot", request=request, get_updates_request=polling)
    await request.initialize()
    await polling.initialize()
    yield bot
    await request.shutdown()
    await polling.shutdown()


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def everything_told(error: BaseException) -> str:
    """All that a careless logger could print of an error, contexts and causes included."""
    seen = "".join(traceback.format_exception(error))
    link: BaseException | None = error
    while link is not None:
        seen += repr(link) + str(link) + repr(link.args)
        link = link.__cause__ or link.__context__
    return seen


async def test_a_call_is_json_and_its_answer_stays_raw(server: Server, bot: Bot) -> None:
    params = {"chat_id": 7, "text": "مرحبا 🚀", "reply_markup": {"inline_keyboard": [[]]}}
    assert await calls(bot)("sendMessage", params | {"none": None}) == {"message_id": 5}
    path, headers, body = server.requests[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert headers["Content-Type"] == "application/json"
    assert orjson.loads(body) == params


@pytest.mark.parametrize(
    "method",
    ["getUpdates", "sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage",
     "answerCallbackQuery", "sendChatAction", "deleteWebhook", "aMethodOfNextYear"],
)  # fmt: skip
async def test_every_method_is_called_by_its_own_name(
    server: Server, bot: Bot, method: str
) -> None:
    await calls(bot)(method, {})
    assert [path for path, _, _ in server.requests] == [f"/bot{TOKEN}/{method}"]


async def test_get_updates_uses_the_connection_of_its_own(server: Server, bot: Bot) -> None:
    for method in ("getUpdates", "sendMessage", "getUpdates", "sendMessage"):
        await calls(bot)(method, {})
    assert len(server.connections) == 2


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (400, {"description": "Bad Request: chat not found"}, BadRequest),
        (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
        (409, {"description": "Conflict: terminated by other getUpdates request"}, Conflict),
        (400, {"description": "x", "parameters": {"migrate_to_chat_id": -100}}, ChatMigrated),
        (429, {"description": "x", "parameters": {"retry_after": 3}}, SlowDown),
        (413, {"description": "Request Entity Too Large"}, TooLarge),
        (413, b"<html>Request Entity Too Large</html>", TooLarge),
        (500, {"description": "Internal Server Error"}, ServerError),
        (502, b"<html>bad gateway</html>", ServerError),
        (302, b"", NetworkError),
    ],
)
async def test_error_answers_become_errors(
    server: Server, bot: Bot, status: int, answer: object, expected: type[TelegramError]
) -> None:
    server.answers(status, answer)
    with pytest.raises(TelegramError) as raised:
        await calls(bot)("sendMessage", {})
    assert type(raised.value) is expected


async def test_the_words_of_a_refusal_are_kept(server: Server, bot: Bot) -> None:
    server.answers(400, {"ok": False, "description": "Bad Request: message is not modified"})
    with pytest.raises(BadRequest, match="Message is not modified"):
        await calls(bot)("editMessageText", {})


@pytest.mark.parametrize(
    ("parameters", "wait"),
    [({"retry_after": 35}, 35_000), ({"retry_after": "soon"}, 1000), ({}, 1000), (None, 1000),
     ({"retry_after": -4}, 1000), ({"retry_after": 10**30}, 1000)],
)  # fmt: skip
async def test_a_429_says_how_long_to_wait(
    server: Server, bot: Bot, parameters: object, wait: int
) -> None:
    server.answers(429, orjson.dumps({"parameters": parameters}, default=str)
                   if parameters != {"retry_after": 10**30}
                   else b'{"parameters":{"retry_after":1' + b"0" * 30 + b"}}")  # fmt: skip
    with pytest.raises(SlowDown) as raised:
        await calls(bot)("sendMessage", {})
    assert raised.value.wait == wait


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_is_known_as_such(server: Server, bot: Bot, status: int) -> None:
    server.answers(status, {"ok": False, "error_code": status, "description": "Unauthorized"})
    with pytest.raises(InvalidToken):
        await calls(bot)("getUpdates", {})


async def test_an_unknown_method_is_known_as_such_once_signed_in(server: Server, bot: Bot) -> None:
    me = {"id": 1, "is_bot": True, "first_name": "Serva", "username": "ServaBot"}
    server.answers(200, {"ok": True, "result": me})
    await bot.initialize()
    server.answers(404, {"ok": False, "description": "Not Found"})
    with pytest.raises(EndPointNotFound):
        await calls(bot)("aMethodOfNextYear", {})


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'"ok"', b'{"ok":true}', b"\xff\xfe", b"[" * 100_000],
)
async def test_an_unreadable_answer_is_an_error_that_repeats_nothing(
    server: Server, bot: Bot, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers(200, body)
    with pytest.raises(TelegramError, match="Invalid server response"):
        await calls(bot)("sendMessage", {})
    assert caplog.text == ""


async def test_lone_surrogates_in_an_answer_are_survived(server: Server, bot: Bot) -> None:
    server.answers(200, b'{"ok":true,"result":{"text":"a\\ud800b","n":1}}')
    assert await calls(bot)("sendMessage", {}) == {"text": "a?b", "n": 1}


async def test_a_server_that_does_not_answer_is_timed_out(server: Server, bot: Bot) -> None:
    never = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    server.handler = handler
    with pytest.raises(TimedOut) as raised:
        await calls(bot, read_timeout=0.05)("sendMessage", {})
    assert TOKEN not in everything_told(raised.value)


async def test_an_answer_that_trickles_in_ends_too(server: Server) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(1000):
            await answer.write(b" ")
            await asyncio.sleep(0.01)
        return answer

    server.handler = handler
    request = AiohttpRequest(
        read_timeout=0.1, write_timeout=0.05, connect_timeout=0.05, pool_timeout=0.05
    )
    async with request:
        with pytest.raises(TimedOut):
            await request.post(f"{server.root}/bot{TOKEN}/getMe")


async def test_a_connection_that_breaks_is_not_called_unsent(server: Server, bot: Bot) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.handler = handler
    with pytest.raises(NetworkError) as raised:
        await calls(bot)("sendMessage", {})
    assert type(raised.value) is NetworkError
    assert TOKEN not in everything_told(raised.value)


@pytest.mark.parametrize("root", ["http://127.0.0.1:{port}", "http://no-such-host.invalid"])
async def test_nobody_there_means_not_sent_and_the_token_is_not_told(root: str) -> None:
    address = root.format(port=closed_port())
    async with AiohttpRequest(connect_timeout=3) as request:
        with pytest.raises(NotSent) as raised:
            await request.post(f"{address}/bot{TOKEN}/getMe")
    assert TOKEN not in everything_told(raised.value)


async def test_an_address_that_is_none_is_not_told_either() -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError) as raised:
            await request.post(f"http:///bot{TOKEN}/getMe")
    assert TOKEN not in everything_told(raised.value)


async def test_a_full_pool_means_not_sent(server: Server) -> None:
    never = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    server.handler = handler
    url = f"{server.root}/bot{TOKEN}/getMe"
    async with AiohttpRequest(limit=1, pool_timeout=0.02, connect_timeout=0.03) as request:
        first = asyncio.ensure_future(request.post(url))
        await asyncio.sleep(0.02)
        with pytest.raises(NotSent) as raised:
            await request.post(url)
        first.cancel()
    assert TOKEN not in everything_told(raised.value)


async def test_an_error_page_that_repeats_the_address_is_not_told(
    server: Server, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    server.answers(404, f"<html>/bot{TOKEN}/sendMessage was not found</html>".encode())
    with pytest.raises(TelegramError) as raised:
        await calls(bot)("sendMessage", {})
    assert TOKEN not in everything_told(raised.value)
    assert TOKEN not in caplog.text


async def test_an_upload_goes_out_as_a_form(server: Server, bot: Bot) -> None:
    parts: dict[str, object] = {}

    async def handler(request: web.Request) -> web.StreamResponse:
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                parts[name] = (part.filename, part.content_type, part.file.read())
            else:
                parts[name] = part
        return web.json_response({"ok": True, "result": {"message_id": 6}})

    server.handler = handler
    document = InputFile(io.BytesIO(b"a,b\n1,2\n"), filename="orders.csv")
    answer = await calls(bot)("sendDocument", {"chat_id": 7, "caption": "x", "document": document})
    assert answer == {"message_id": 6}
    assert parts == {
        "chat_id": "7",
        "caption": "x",
        "document": ("orders.csv", "text/csv", b"a,b\n1,2\n"),
    }


async def test_no_redirect_is_followed(server: Server, bot: Bot) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(f"{server.root}/elsewhere")

    server.handler = handler
    with pytest.raises(NetworkError):
        await calls(bot)("sendMessage", {})
    assert [path for path, _, _ in server.requests] == [f"/bot{TOKEN}/sendMessage"]


async def test_no_cookies_and_no_proxy_of_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")

    async def handler(request: web.Request) -> web.StreamResponse:
        answer = web.json_response({"ok": True, "result": True})
        answer.set_cookie("session", "1")
        return answer

    server.handler = handler
    # By name: cookies of a bare address are never kept anyway.
    url = f"{server.root.replace('127.0.0.1', 'localhost')}/bot{TOKEN}/getMe"
    async with AiohttpRequest() as request:
        await request.post(url)
        await request.post(url)
    assert ["Cookie" in headers for _, headers, _ in server.requests] == [False, False]


async def test_the_transport_opens_late_and_can_be_opened_again(server: Server) -> None:
    request = AiohttpRequest()
    await request.shutdown()
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert await request.post(f"{server.root}/bot{TOKEN}/x") == {"message_id": 5}
        await request.shutdown()
        await request.shutdown()
    with pytest.raises(NetworkError, match="not initialised"):
        await request.post(f"{server.root}/bot{TOKEN}/x")


async def test_a_file_can_be_fetched(server: Server) -> None:
    server.answers(200, b"\x89PNG")
    async with AiohttpRequest() as request:
        assert await request.retrieve(f"{server.root}/file/bot{TOKEN}/a.png") == b"\x89PNG"


async def test_parameters_are_sent_as_they_are(server: Server) -> None:
    data = RequestData([RequestParameter("when", 5, None), RequestParameter("flag", True, None)])
    async with AiohttpRequest() as request:
        await request.post(f"{server.root}/bot{TOKEN}/x", data)
    assert server.requests[0][2] == b'{"when":5,"flag":true}'


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    server = Server()
    await server.start(_self_signed(tmp_path))
    async with AiohttpRequest() as request:
        with pytest.raises(NotSent, match="ClientConnectorCertificateError") as raised:
            await request.post(f"{server.root}/bot{TOKEN}/getMe")
    await server.stop()
    assert server.requests == []
    assert TOKEN not in everything_told(raised.value)


async def test_the_application_speaks_through_our_transport(server: Server) -> None:
    application = build_application(TOKEN, server.root)
    assert application.updater is None
    me = {"id": 1, "is_bot": True, "first_name": "Serva", "username": "ServaBot"}
    server.answers(200, {"ok": True, "result": me})
    await application.initialize()
    assert application.bot.username == "ServaBot"
    await application.shutdown()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dtm.datetime.now(dtm.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dtm.timedelta(days=1))
        .not_valid_after(now + dtm.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


# ---- files ----


async def test_a_file_comes_from_the_address_of_files(server: Server) -> None:
    request = AiohttpRequest(read_timeout=5)
    bot = Bot(TOKEN, f"{server.root}/bot", f"{server.root}/file/bot", request=request)
    await request.initialize()
    server.answers(200, "1234 | ا".encode())
    assert await files(bot)("documents/my list?.csv", 100) == "1234 | ا".encode()
    assert server.requests[-1][0] == f"/file/bot{TOKEN}/documents/my list?.csv"
    await request.shutdown()


async def test_a_file_within_its_limit_is_fetched_and_one_byte_more_is_not(
    server: Server, bot: Bot
) -> None:
    server.answers(200, b"x" * 1000)
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    assert await request.fetch(f"{server.root}/a", 1000) == b"x" * 1000
    assert await request.fetch(f"{server.root}/a", 999) is None


async def test_a_file_whose_length_nobody_says_is_not_read_to_its_end(
    server: Server, bot: Bot
) -> None:
    sent = 0

    async def endless(http: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(http)
        with contextlib.suppress(ConnectionError):
            while sent < 10**9:
                await answer.write(b"x" * 65_536)
                sent += 65_536
        return answer

    server.handler = endless
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    assert await request.fetch(f"{server.root}/a", 200_000) is None
    assert sent < 10**8


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_file_that_is_not_there_is_none(server: Server, bot: Bot, status: int) -> None:
    server.answers(status, b"no")
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    assert await request.fetch(f"{server.root}/a", 1000) is None


async def test_an_error_of_fetching_a_file_does_not_tell_its_address(bot: Bot) -> None:
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    with pytest.raises(NotSent) as caught:
        await request.fetch(f"http://127.0.0.1:{closed_port()}/file/bot{TOKEN}/a", 1000)
    assert TOKEN not in everything_told(caught.value)
