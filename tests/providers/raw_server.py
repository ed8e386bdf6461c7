"""A TCP server that misbehaves on order, and counts what reached it; knows nothing of the bot."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

Script: TypeAlias = Callable[["Connection"], Awaitable[None]]


@dataclass
class Request:
    """One request as its bytes came."""

    head: bytes
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("ascii").split("\r\n")[1:]
        return {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }


@dataclass
class Connection:
    """One accepted connection, with the moves that scripts are made of."""

    server: RawServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self) -> bytes:
        """Read a request's head and count it; raises IncompleteReadError at the end."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")
        self.server.heads.append(head)
        return head

    async def request(self) -> Request:
        """Read a whole request and count it."""
        request = Request(await self.head(), b"")
        request.body = await self.reader.readexactly(int(request.headers["content-length"]))
        self.server.requests.append(request)
        self.server.arrived.set()
        return request

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Hang up the hard way: RST instead of FIN."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class RawServer:
    url: str
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """Run `script` for each connection and hang up when it ends."""
    tasks: set[asyncio.Task[None]] = set()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        raw.connections += 1
        try:
            await script(Connection(raw, reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    raw = RawServer(f"{'https' if tls else 'http'}://127.0.0.1:{port}/api/v1")
    try:
        yield raw
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def http(status: str, body: bytes | str, *headers: str, length: int | None = None) -> bytes:
    """Write an HTTP/1.1 answer; `length` lies about the body's."""
    raw = body.encode() if isinstance(body, str) else body
    size = len(raw) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def answering(answer: bytes) -> Script:
    """Answer one request with these bytes, then hang up."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(answer)

    return script


def keeping(answer: bytes) -> Script:
    """Answer every request of a connection with these bytes and leave it open."""

    async def script(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.send(answer)

    return script
