"""The sandbox Servya: its one call, its one connection a key, its levers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.servya import CreditsForm, ErrorForm, ServyaServer, build_app, demo_accounts


@pytest.fixture
async def servya() -> AsyncIterator[ServyaServer]:
    async with ServyaServer() as servya:
        yield servya


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield http


async def check(
    http: aiohttp.ClientSession, servya: ServyaServer, key: str, job: str = "check_balance"
) -> tuple[int, Any]:
    form = {"apikey": key, "job_type": job}
    async with http.post(servya.url, data=form) as answer:
        plain = answer.content_type == "text/plain"
        return answer.status, await (answer.text() if plain else answer.json())


async def test_the_balance_is_in_credits(http: aiohttp.ClientSession, servya: ServyaServer) -> None:
    account = servya.account()
    assert servya.url.endswith("/process_job.php")
    assert await check(http, servya, account.key) == (200, {"credits": 23140})
    servya.credits_form = CreditsForm.STRING
    assert await check(http, servya, account.key) == (200, {"credits": "23140"})


ERRORS: dict[ErrorForm, tuple[int, Any]] = {
    ErrorForm.ERROR: (200, {"error": "Invalid API key"}),
    ErrorForm.MESSAGE: (200, {"status": "error", "message": "Invalid API key"}),
    ErrorForm.HTTP: (401, {"error": "Invalid API key"}),
    ErrorForm.TEXT: (200, "Invalid API key"),
}


@pytest.mark.parametrize("form", ERRORS)
async def test_a_bad_key_is_refused_in_every_form(
    http: aiohttp.ClientSession, servya: ServyaServer, form: ErrorForm
) -> None:
    account = servya.account()
    servya.revoke(account)
    servya.error_form = form
    assert await check(http, servya, account.key) == ERRORS[form]
    assert await check(http, servya, "unknown") == ERRORS[form]


async def test_other_jobs_are_not_done(http: aiohttp.ClientSession, servya: ServyaServer) -> None:
    answer = await check(http, servya, servya.account().key, "scrape")
    assert answer == (200, {"error": "Invalid job_type"})


async def test_a_second_connection_of_a_key_is_a_violation(
    http: aiohttp.ClientSession, servya: ServyaServer
) -> None:
    ann, ben = servya.account(), servya.account()
    hanging = servya.fault("hang_after")
    first = asyncio.create_task(check(http, servya, ann.key))
    await hanging.reached.wait()
    busy = {"error": "Only one concurrent connection is allowed"}
    assert await check(http, servya, ann.key) == (200, busy)
    assert await check(http, servya, ben.key) == (200, {"credits": 23140})
    hanging.release()
    assert await first == (200, {"credits": 23140})
    assert await check(http, servya, ann.key) == (200, {"credits": 23140})
    assert [call.key for call in servya.violations] == ["…" + ann.key[-4:]]


async def test_latency_keeps_a_connection_busy(
    http: aiohttp.ClientSession, servya: ServyaServer
) -> None:
    key = servya.account().key
    servya.latency = 0.05
    answers = await asyncio.gather(*(check(http, servya, key) for _ in range(3)))
    assert [body for _, body in answers].count({"credits": 23140}) == 1
    assert len(servya.violations) == 2


async def test_faults_strike_here_too(http: aiohttp.ClientSession, servya: ServyaServer) -> None:
    key = servya.account().key
    servya.fault("outage")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await check(http, servya, key)
    servya.fault("refuse", error="Maintenance")
    assert await check(http, servya, key) == (200, {"error": "Maintenance"})
    servya.fault("rotten", entry="lots")
    assert await check(http, servya, key) == (200, {"credits": "lots"})
    assert [call.fault for call in servya.calls] == ["refuse", "rotten"]


async def test_it_can_be_down(http: aiohttp.ClientSession, servya: ServyaServer) -> None:
    key = servya.account().key
    await servya.down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await check(http, servya, key)
    await servya.up()
    assert await check(http, servya, key) == (200, {"credits": 23140})


async def test_a_process_has_an_account_and_levers() -> None:
    app = build_app(seed=3)
    [(label, key)] = demo_accounts(app)
    assert [(label, key)] == demo_accounts(build_app(seed=4))
    async with TestClient(TestServer(app)) as client:
        await client.post(f"/sandbox/accounts/{label}", json={"credits": 5})
        form = {"apikey": key, "job_type": "check_balance"}
        assert await (await client.post("/process_job.php", data=form)).json() == {"credits": 5}
        state = await (await client.get("/sandbox/state")).json()
    assert state["calls"] == [
        {"job_type": "check_balance", "key": "…" + key[-4:], "outcome": "done", "fault": ""}
    ]
    assert state["violations"] == 0
