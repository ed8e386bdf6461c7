"""Carries Bot API calls over aiohttp for python-telegram-bot; decides nothing about them.

The errors that leave here are the library's own, and four of ours below them:

    telegram.error.TelegramError
    ├── SlowDown          Telegram answered 429 and says how long to wait
    ├── TooLarge          Telegram answered 413: it takes nothing of that size
    └── NetworkError      the connection broke: the call may have been carried out
        ├── TimedOut      no answer in time: the same doubt
        ├── NotSent       no byte of the request left: repeating it is always safe
        └── ServerError   Telegram answered 5xx

Every address holds the bot token, so no error, log line or exception context from here carries an
address, nor a body that is not the Bot API's JSON (an error page may repeat the address).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, TypeAlias, cast
from urllib.parse import quote

import aiohttp
import orjson
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.ext import Application, JobQueue
from telegram.request import BaseRequest, RequestData

Call: TypeAlias = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Method name and parameters of a Bot API call → its raw `result`; raises `TelegramError`."""

Fetch: TypeAlias = Callable[[str, int], Awaitable[bytes | None]]
"""Path of a file, as `getFile` names it, and the most bytes it may have → its content.

None where it is longer, or not there; raises `TelegramError`.
"""

App: TypeAlias = Application[Any, Any, Any, Any, Any, JobQueue[Any]]

_YEAR: Final = 366 * 86_400
_PART: Final = 64 * 1024


class SlowDown(TelegramError):
    """Telegram asks for a pause of `wait` milliseconds.

    Ours, because the library's `RetryAfter` gives off a deprecation warning whenever one is made
    (22.8, error.py: its own constructor reads the attribute that is about to change its type).
    """

    def __init__(self, wait: int) -> None:
        super().__init__(f"Telegram asks for a pause of {wait} ms")
        self.wait = wait


class TooLarge(TelegramError):
    """Telegram answered 413; the library would take it for a broken connection."""


class NotSent(NetworkError):
    """Telegram was not reached at all."""


class ServerError(NetworkError):
    """Telegram answered with 5xx."""


def build_application(token: str, root: str) -> App:
    """The library's application as we use it: bot and job queue on this transport, no updater.

    `root` is the Bot API server's address without a trailing slash.
    """
    return (
        Application.builder()
        .token(token)
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest(limit=1))
        .updater(None)
        .build()
    )


def calls(bot: Bot, read_timeout: float | None = None) -> Call:
    """The bot's raw calls; `read_timeout` in seconds, where the transport's own is too short.

    Answers stay dicts (turning them into objects costs a third of a call), and parameters that the
    library does not know yet pass through untouched.
    """
    timeout = BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout

    async def call(method: str, params: dict[str, Any]) -> Any:
        # `do_api_request` warns when the bot has a method of that name (22.8, _bot.py: `hasattr`),
        # and drops underscores before it calls (`to_camel_case`): so one is added.
        return await bot.do_api_request(f"{method}_", api_kwargs=params, read_timeout=timeout)

    return call


def files(bot: Bot) -> Fetch:
    """The files that people sent to the bot ("getFile")."""

    async def fetch(path: str, limit: int) -> bytes | None:
        request = bot.request
        assert isinstance(request, AiohttpRequest)
        return await request.fetch(f"{bot.base_file_url}/{quote(path)}", limit)

    return fetch


class AiohttpRequest(BaseRequest):
    """The library's transport on one aiohttp session, made in `initialize`. Timeouts in seconds.

    Give `getUpdates` an instance of its own: a long poll would hold a connection of the others.
    """

    def __init__(
        self,
        *,
        limit: int = 128,
        connect_timeout: float = 10.0,
        pool_timeout: float = 10.0,
        read_timeout: float = 20.0,
        write_timeout: float = 20.0,
        media_write_timeout: float = 60.0,
    ) -> None:
        self._limit = limit
        self._connect = connect_timeout
        self._pool = pool_timeout
        self._read = read_timeout
        self._write = write_timeout
        self._media_write = media_write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds without a byte of the answer before a call counts as timed out."""
        return self._read

    async def initialize(self) -> None:
        """Open the session; nothing connects before the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # Telegram keeps idle connections open for longer than a minute.
                connector=aiohttp.TCPConnector(limit=self._limit, keepalive_timeout=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Close the session and its connections; it can be opened again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of a call; raises `SlowDown`, `TooLarge`, `NetworkError` and its kinds.

        A body that is not 2xx is the Bot API's error object, rebuilt from the known fields only.
        """
        if self._session is None:
            raise RuntimeError("the transport is not initialised")
        write = self._media_write if request_data and request_data.contains_files else self._write
        timeout = _timeout(
            _given(pool_timeout, self._pool),
            _given(connect_timeout, self._connect),
            _given(write_timeout, write),
            _given(read_timeout, self._read),
        )
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                status, payload = answer.status, await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            trouble = _trouble(error)
        else:
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                return status, payload
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ServerError(f"Telegram answered {status}")
            if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise TooLarge("Telegram answered 413")
            told = _decoded(payload)
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                raise SlowDown(_retry_after(told))
            return status, _error_object(status, told)
        # Raised out here, so that the original, which knows the address, is no context of it.
        raise trouble

    async def fetch(self, url: str, limit: int) -> bytes | None:
        """What lies at an address; None for nothing, or for more than `limit` bytes."""
        if self._session is None:
            raise RuntimeError("the transport is not initialised")
        timeout = _timeout(self._pool, self._connect, self._write, self._read)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK or (answer.content_length or 0) > limit:
                    return None
                content = bytearray()
                # Whatever was said of its size: no more than the limit is ever held.
                async for part in answer.content.iter_chunked(_PART):
                    content += part
                    if len(content) > limit:
                        return None
                return bytes(content)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            trouble = _trouble(error)
        raise trouble

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's object; raises `TelegramError` (without the body) where it is none."""
        answer = _decoded(payload)
        if not isinstance(answer, dict) or "result" not in answer:
            raise TelegramError("Invalid server response")
        return answer


def _given(timeout: object, default: float) -> float | None:
    # The marker is how the base class says "not passed" (its documentation of DEFAULT_NONE).
    return default if timeout is BaseRequest.DEFAULT_NONE else cast("float | None", timeout)


def _timeout(
    pool: float | None, connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp counts waiting for the pool and connecting together, and knows no write timeout;
    the sum as a bound for the whole call also ends an answer that trickles in for ever."""
    parts = (pool, connect, write, read)
    return aiohttp.ClientTimeout(
        total=None if None in parts else sum(cast("tuple[float, ...]", parts)),
        connect=None if pool is None or connect is None else pool + connect,
        sock_connect=connect,
        sock_read=read,
    )


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """JSON, which the Bot API takes for everything but uploads ("Making requests")."""
    if data is None:
        return None, {}
    if not data.contains_files:
        return orjson.dumps(data.parameters), {"Content-Type": "application/json"}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        # As a stream, or aiohttp sends more than a megabyte in one go, and warns of that.
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime_type)
    return form, {}


def _trouble(error: BaseException) -> NetworkError:
    """Our error for one of aiohttp's or the system's; named by its class, whose text is not ours
    to repeat."""
    name = type(error).__name__
    if isinstance(
        error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL
    ):
        return NotSent(f"Telegram was not reached ({name})")
    if isinstance(error, TimeoutError):
        return TimedOut(f"Telegram did not answer in time ({name})")
    return NetworkError(f"the connection to Telegram broke ({name})")


def _retry_after(told: object) -> int:
    """Milliseconds; a second where the answer names none."""
    seconds = _parameters(told).get("retry_after")
    return 1000 * (seconds if type(seconds) is int and 0 < seconds < _YEAR else 1)


def _error_object(status: int, told: object) -> bytes:
    """The Bot API's error answer as `BaseRequest` reads it: always valid, never somebody's page."""
    description = told.get("description") if isinstance(told, dict) else None
    new_id = _parameters(told).get("migrate_to_chat_id")
    return orjson.dumps(
        {
            "result": None,  # `parse_json_payload` asks for it
            "description": description if isinstance(description, str) else f"HTTP {status}",
            "parameters": {"migrate_to_chat_id": new_id} if type(new_id) is int else {},
        }
    )


def _parameters(told: object) -> dict[str, Any]:
    parameters = told.get("parameters") if isinstance(told, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _decoded(payload: bytes) -> object:
    """JSON → values; lone surrogates, which orjson refuses, become question marks."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    try:
        lenient = json.loads(payload.decode("utf-8", "replace"))
        return orjson.loads(json.dumps(lenient, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
