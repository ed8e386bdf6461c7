"""The demo's server: who may reach it, what it serves, resets, ports, and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.demo import (
    Addresses,
    BotEndedError,
    BotProcess,
    Launch,
    Options,
    Stage,
    run,
    said_of_others,
)
from bot.sandbox.demo import server as demo_server
from tests.sandbox.demo import EMMA, LAYLA, OMAR, PATIENCE, Demo, alive, gone, playing, spawn

Http = TestClient[web.Request, web.Application]
NOTHING = Launch((sys.executable, "-c", ""), {})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(seed=1, page_url="http://demo") as stage:
        yield stage


@pytest.fixture
async def http(stage: Stage, tmp_path: Path) -> AsyncIterator[Http]:
    """The page's server over a stage without a bot."""
    process = BotProcess(NOTHING, tmp_path, stage.telegram)
    app = demo_server.Demo(stage, process).application()
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with playing(tmp_path) as demo:
        yield demo


async def status(http: Http, method: str, path: str, **headers: str) -> tuple[int, Any]:
    """The status, and the error where there is one."""
    async with http.request(method, path, headers=headers) as answer:
        body = await answer.text()
        return answer.status, json.loads(body)["error"] if answer.status >= 400 else None


def left_behind(folder: Path) -> list[str]:
    """What is still in a folder that was empty."""
    return sorted(path.name for path in folder.iterdir())


# ---- who may reach it ----


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8088", True),
        ("LOCALHOST", True),
        ("demo.localhost:8088", True),
        ("127.0.0.1:8088", True),
        ("192.168.1.5", True),
        ("[::1]:8088", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evillocalhost", False),
        ("127.0.0.1.evil.example", False),
        ("[::1", False),
        ("", False),
    ],
)
async def test_only_a_host_that_nobody_elses_names_lead_to(
    http: Http, host: str, allowed: bool
) -> None:
    code, error = await status(http, "GET", "/serva/sandbox/state", Host=host)
    refused = "open the demo as localhost or by an IP address"
    assert (code, error) == ((200, None) if allowed else (403, refused))


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:8088", True),
        ("https://localhost:8088", True),
        ("http://localhost:9", False),
        ("http://evil.example", False),
        ("http://localhost:8088.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("path", ["/demo/live", "/serva/sandbox/fault/clear", "/demo/bot/stop"])
async def test_only_the_page_itself(http: Http, path: str, origin: str, allowed: bool) -> None:
    method = "GET" if path == "/demo/live" else "POST"
    headers = {"Host": "localhost:8088", "Origin": origin, "Content-Type": "application/json"}
    code, error = await status(http, method, path, **headers)
    assert (error == "only the demo's own page may do this") is not allowed
    assert (code == 403) is not allowed


async def test_a_strange_form_can_do_nothing(http: Http) -> None:
    form = "application/x-www-form-urlencoded"
    answer = await status(http, "POST", "/servya/sandbox/fault/clear", **{"Content-Type": form})
    assert answer == (415, "the body must be application/json")


# ---- what it serves ----


async def test_the_page_and_its_files(http: Http) -> None:
    types = {}
    for path in sorted(demo_server.PAGE.iterdir()):
        name = "/" if path.name == "index.html" else f"/page/{path.name}"
        async with http.get(name) as answer:
            assert await answer.read() == path.read_bytes()
            types[path.suffix] = answer.headers["Content-Type"]
    assert types[".html"] == "text/html; charset=utf-8"
    assert types[".js"] == "text/javascript; charset=utf-8"
    assert types[".css"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/page/none.js",
        "/page/index.html",
        "/page/..%2Fserver.py",
        "/page/",
        "/none",
        "/demo/files/F",
    ],
)
async def test_nothing_else_is_served(http: Http, path: str) -> None:
    assert (await status(http, "GET", path))[0] == 404


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/none", "/serva/sandbox/state"])
async def test_every_answer_is_guarded(http: Http, path: str) -> None:
    async with http.get(path) as answer:
        given = answer.headers
    policy = dict(part.split(" ", 1) for part in given["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Referrer-Policy"] == "no-referrer"
    assert given["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("mime", "kind", "how"),
    [
        ("image/png", "image/png", "inline"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
    ],
)
async def test_files_of_the_chats(stage: Stage, http: Http, mime: str, kind: str, how: str) -> None:
    file = stage.telegram.world.keep_file('a"/ب.x', mime, b"bytes")
    async with http.get(f"/demo/files/{file.id}") as answer:
        assert (answer.status, await answer.read()) == (200, b"bytes")
        assert answer.headers["Content-Type"] == kind
        disposition = answer.headers["Content-Disposition"]
    assert disposition == f"{how}; filename*=UTF-8''a%22%2F%D8%A8.x"


async def test_the_levers_of_all_three(stage: Stage, http: Http) -> None:
    async with http.get("/telegram/sandbox/people") as answer:
        assert [one["id"] for one in await answer.json()] == [EMMA, LAYLA, OMAR]
    await http.post("/telegram/sandbox/people", json={"name": "Ann"})
    assert stage.telegram.people[5_000_000_003].name == "Ann"
    await http.post("/serva/sandbox/accounts/ليلى", json={"balance": "1"})
    assert stage.serva.accounts[1].balance == 1
    await http.post("/servya/sandbox/accounts/Emma", json={"credits": 5})
    assert stage.servya.accounts[0].credits == 5


# ---- the stage ----


async def test_the_cast_and_the_accounts(stage: Stage) -> None:
    people = [(one.id, one.name, one.user.language_code) for one in stage.telegram.people.values()]
    assert people == [(EMMA, "Emma", "en"), (LAYLA, "ليلى", "ar"), (OMAR, "Omar", "en")]
    assert {one.standing for one in stage.telegram.people.values()} == {"stranger"}
    assert [
        (one.label, f"{one.balance:.2f}", f"{one.discount:.0%}") for one in stage.serva.accounts[:4]
    ] == [
        ("Emma", "25.50", "0%"),
        ("ليلى", "140.00", "10%"),
        ("shop", "9.75", "0%"),
        ("poor", "0.40", "0%"),
    ]
    barred = stage.serva.accounts[4:]
    assert [one.label for one in barred] == ["not approved", "banned", "revoked key"]
    assert [one.standing for one in barred] == ["disapproved", "banned", "good"]
    assert barred[-1].revoked == {barred[-1].key}
    assert [(one.label, one.credits) for one in stage.servya.accounts] == [("Emma", 23140)]
    assert (stage.serva.guard.on, len(stage.serva.goods)) == (True, 460)


async def test_equal_seeds_make_equal_stages() -> None:
    async def told(seed: int, size: int) -> object:
        """What can be seen of a stage after an order, times and ports aside."""
        async with Stage(seed, size) as stage:
            emma = stage.serva.accounts[0]
            params = {"service": "1234", "link": "https://x.test/1", "quantity": "1000"}
            order = stage.serva.add(emma, params)
            return (
                [(one.label, one.key, one.balance) for one in stage.serva.accounts],
                [(one.label, one.key) for one in stage.servya.accounts],
                [one.user.to_api() for one in stage.telegram.people.values()],
                stage.serva.goods,
                (order.id, order.plan.ends_at - order.plan.starts_at, order.plan.ending),
            )

    assert await told(7, 600) == await told(7, 600)
    assert await told(7, 600) != await told(8, 600)


# ---- from its start to its end ----


async def test_the_first_answer(demo: Demo) -> None:
    """The address is told only when the bot answers; the person who wrote is answered by it."""
    await demo.send(EMMA, "/start")
    await demo.sees(EMMA, "Run by Serva Demo, not by Serva")
    await demo.send(LAYLA, "/start")
    await demo.sees(LAYLA, "Serva Demo")
    chat = await demo.get(f"/telegram/sandbox/people/{EMMA}")
    urls = [
        button["url"] for row in chat["messages"][-1]["rows"] for button in row if "url" in button
    ]
    assert urls == [f"{demo.url}/#provider"]


async def test_the_operator_is_the_operator(demo: Demo) -> None:
    await demo.send(OMAR, "/admin")
    await demo.sees(OMAR, "People")


async def test_nothing_of_the_callers_own_bot_is_taken(tmp_path: Path) -> None:
    wrong = {
        "BOT_TOKEN": "1:their-own-token",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "ACCESS": "?",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in wrong.items()))
    (tmp_path / "token").write_text("1:their-own-token")
    own = {**wrong, "HTTP_PROXY": "http://127.0.0.1:9", "DATA_DIR": str(tmp_path / "own")}
    own |= {"MASTER_KEY_FILE": str(tmp_path / "token"), "SERVA_API_URL_FILE": "none"}
    async with playing(tmp_path, **own) as demo:
        await demo.send(EMMA, "/start")
        await demo.sees(EMMA, "Paste your API key")
        demo.process.terminate()
        await demo.process.wait()
    assert left_behind(tmp_path) == [".env", "token"]


async def test_a_reset_begins_again_behind_the_same_address(demo: Demo) -> None:
    before = await demo.get("/serva/sandbox/state")
    first = await _hello(demo)
    await demo.send(EMMA, "/start")
    await demo.sees(EMMA, "Paste your API key")
    await demo.post("/serva/sandbox/accounts/Emma", balance="1")
    await demo.post("/telegram/sandbox/people", name="Ann")

    assert await demo.post("/demo/reset") == {}
    second = await _hello(demo)
    assert first.pop("epoch") != second.pop("epoch")
    assert first.pop("started_at") != second.pop("started_at")
    assert first == second
    after = await demo.get("/serva/sandbox/state")
    assert after["accounts"] == before["accounts"]
    assert await demo.chat(EMMA) == ""
    assert len(await demo.get("/telegram/sandbox/people")) == 3
    await demo.is_ready(starts=1)
    await demo.send(EMMA, "/start")
    await demo.sees(EMMA, "Paste your API key")


async def _hello(demo: Demo) -> dict[str, Any]:
    async with demo.http.ws_connect(f"{demo.url}/demo/live") as feed:
        hello = (await feed.receive_json(timeout=PATIENCE))[0]
    assert hello.pop("kind") == "hello"
    return dict(hello)


async def test_a_reset_while_an_order_hangs(demo: Demo, tmp_path: Path) -> None:
    pid = (await demo.post("/demo/bot/start"))["pid"]
    await demo.post("/serva/sandbox/fault", kind="hang_before", times=None)
    await demo.send(EMMA, (await demo.get("/serva/sandbox/state"))["accounts"][0]["key"])
    async with asyncio.timeout(PATIENCE):
        while not (await demo.get("/serva/sandbox/state"))["calls"]:
            await asyncio.sleep(0.02)
    await demo.post("/demo/reset")
    assert (await demo.get("/serva/sandbox/state"))["calls"] == []
    assert not alive(pid)
    assert len(left_behind(tmp_path)) == 1


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_leaves_nothing(tmp_path: Path, sign: signal.Signals) -> None:
    async with playing(tmp_path) as demo:
        pid = (await demo.post("/demo/bot/start"))["pid"]
        async with demo.http.ws_connect(f"{demo.url}/demo/live"):
            demo.process.send_signal(sign)
            async with asyncio.timeout(PATIENCE):
                out, error = await demo.process.communicate()
    assert (demo.process.returncode, out, error) == (0, b"", b"")
    assert left_behind(tmp_path) == []
    assert not alive(pid)


async def test_a_second_signal_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path) as demo:
        pid = (await demo.post("/demo/bot/start"))["pid"]
        os.kill(pid, signal.SIGSTOP)  # it will not hear of any stop
        demo.process.send_signal(signal.SIGINT)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(demo.process.wait(), 0.5)
        demo.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE / 5):
            await demo.process.wait()
    assert demo.process.returncode == 1
    assert left_behind(tmp_path) == []
    await gone(pid)


async def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await spawn("--port", str(port), temporary=tmp_path)
        out, error = await process.communicate()
    assert (process.returncode, out, left_behind(tmp_path)) == (1, b"", [])
    assert error.decode() == (
        f"Port {port} on 127.0.0.1 is taken. Choose another with --port; --port 0 finds one.\n"
    )


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.77"])
async def test_an_address_that_is_not_ours_is_one_clear_sentence(tmp_path: Path, host: str) -> None:
    process = await spawn("--host", host, "--port", "0", temporary=tmp_path)
    _, error = await process.communicate()
    assert process.returncode == 1
    assert error.decode().startswith(f"Cannot listen on {host}, port 0: ")
    assert error.count(b"\n") == 1


async def test_everybody_may_be_let_in(tmp_path: Path) -> None:
    async with playing(tmp_path, "--host", "0.0.0.0") as demo:
        assert demo.url.startswith("http://127.0.0.1:")
        assert await demo.get("/telegram/sandbox/people")
        demo.process.terminate()
        out, _ = await demo.process.communicate()
    where, warning = out.decode().splitlines()
    assert f"port {demo.url.rpartition(':')[2]} of this machine (" in where
    assert warning.startswith("Whoever can reach it can use it")


@pytest.mark.parametrize(
    ("host", "lines"), [("127.0.0.1", 0), ("::1", 0), ("localhost", 0), ("192.168.1.5", 2)]
)
def test_only_who_opens_the_door_is_warned(host: str, lines: int) -> None:
    said = said_of_others(host, "http://127.0.0.1:8088")
    assert len(said) == lines
    assert all(host in line for line in said[:1])


async def test_a_bot_that_does_not_start_ends_the_demo(tmp_path: Path) -> None:
    def launch(addresses: Addresses, folder: Path) -> Launch:
        return Launch((sys.executable, "-c", "raise SystemExit('no such thing')"), {})

    told: list[str] = []
    with pytest.raises(BotEndedError, match="no such thing"):
        await run(launch, Options(port=0), asyncio.Event(), told.append)
    assert told == []


async def test_the_launcher_is_told_where_everybody_is() -> None:
    seen: list[Addresses] = []

    def launch(addresses: Addresses, folder: Path) -> Launch:
        seen.append(addresses)
        return NOTHING

    with pytest.raises(BotEndedError):
        await run(launch, Options(port=0, seed=3), asyncio.Event(), print)
    (given,) = seen
    roots = {given.telegram, given.serva, given.servya, given.page}
    assert len({root.split("/")[2] for root in roots}) == 4
    assert all(root.startswith("http://127.0.0.1:") for root in roots)
    assert given.operator == OMAR
