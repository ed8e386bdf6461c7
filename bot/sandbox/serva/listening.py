"""A stand-in on a port of its own, which can go down and come up again; knows no protocol."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aiohttp import web


class Listening:
    """Serves an application while its `async with` lasts; `port` 0 takes a free one."""

    def __init__(self, app: web.Application, path: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        self._listener: web.TCPSite | None = None
        self._path = path
        self._port = port

    @property
    def root(self) -> str:
        """The address without a path; the control routes are under `/sandbox`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The one URL of the API."""
        return self.root + self._path

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def up(self) -> None:
        """Listen again, on the same port."""
        if self._listener is None:
            self._listener = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
            await self._listener.start()
            self._port = self._runner.addresses[0][1]

    async def close_door(self) -> None:
        """Refuse new connections; those there are go on."""
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    async def down(self) -> None:
        """Refuse connections and cut those there are; what is being done is still done."""
        await self.close_door()
        for connection in self._runner.server.connections if self._runner.server else ():
            connection.force_close()
