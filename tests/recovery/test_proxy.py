"""The proxy does to a request exactly what it says, and the server sees what really left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from random import Random

import httpx
import pytest
from aiohttp import web

from tests.recovery.proxy import NOT_PASSED_ON, Exchange, Mishap, Proxy

SAID = "all of it was said " * 20


class Upstream:
    """A server that counts what reaches it, and a proxy before it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.seen: list[Exchange] = []
        self.proxy = Proxy("", Random(1), longest=0.3, seen=self.seen.append)

    async def answer(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.text())
        return web.Response(text=SAID)

    async def post(self, text: str = "hello") -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            return await client.post(f"{self.proxy.url}/path?query=1", content=text)


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    made = Upstream()
    app = web.Application()
    app.router.add_post("/path", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.proxy.upstream = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with made.proxy:
        yield made
    await runner.cleanup()


async def test_what_nothing_befalls_passes_unchanged(upstream: Upstream) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for text in ("one", "two", ""):
            answer = await client.post(f"{upstream.proxy.url}/path", content=text)
            assert (answer.status_code, answer.text) == (200, SAID)
    assert upstream.bodies == ["one", "two", ""]
    assert [exchange.returned for exchange in upstream.seen] == [True] * 3


@pytest.mark.parametrize("mishap", list(Mishap))
async def test_a_mishap_is_what_it_says(upstream: Upstream, mishap: Mishap) -> None:
    upstream.proxy.next(mishap)
    try:
        answer = await upstream.post()
        came = (answer.status_code, answer.text)
    except httpx.TransportError:
        came = (0, "")
    if mishap in (Mishap.PAGE, Mishap.PAGE_AFTER):
        assert came[0] == 502
        assert "Bad Gateway" in came[1]
    else:
        whole = mishap in (Mishap.LATE, Mishap.SLOW)
        assert came == ((200, SAID) if whole else (0, ""))
    assert upstream.bodies == ([] if mishap in NOT_PASSED_ON else ["hello"])
    (exchange,) = upstream.seen
    assert exchange.request.body == b"hello"
    assert (exchange.answer is None) is (mishap in NOT_PASSED_ON)
    assert upstream.proxy.befell == {mishap: 1}


async def test_for_a_while_nobody_is_let_in(upstream: Upstream) -> None:
    upstream.proxy.refuse(0.3)
    with pytest.raises(httpx.ConnectError):
        await upstream.post()
    await upstream.proxy.calm()
    assert (await upstream.post()).text == SAID
    assert upstream.bodies == ["hello"]


async def test_what_has_left_arrives_although_nobody_waits_for_it(upstream: Upstream) -> None:
    upstream.proxy.next(Mishap.LATE)
    asking = asyncio.create_task(upstream.post())
    while not upstream.seen:
        await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    end = time.monotonic() + 5
    while not upstream.bodies and time.monotonic() < end:
        await asyncio.sleep(0.01)
    assert upstream.bodies == ["hello"]


async def test_a_server_that_is_away_hangs_up(upstream: Upstream) -> None:
    upstream.proxy.upstream = "http://127.0.0.1:1"
    with pytest.raises(httpx.TransportError):
        await upstream.post()


async def test_a_seed_fixes_what_befalls_one_request_after_another(upstream: Upstream) -> None:
    def drawn(seed: int) -> list[Mishap | None]:
        proxy = Proxy(upstream.proxy.upstream, Random(seed), rate=0.5)
        return [proxy.draw() for _ in range(50)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert 10 < sum(mishap is not None for mishap in drawn(7)) < 40
