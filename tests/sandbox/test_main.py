"""Each stand-in as a process of its own: what it says, its port, its clean end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

import aiohttp
import pytest


async def run(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


SHOP = ["regular", "discounted", "poor", "not approved", "banned", "revoked key"]


@pytest.mark.parametrize(
    ("name", "sign", "labels"),
    [
        ("telegram", signal.SIGINT, []),
        ("serva", signal.SIGTERM, SHOP),
        ("servya", signal.SIGTERM, ["regular"]),
    ],
)
async def test_it_listens_until_a_signal_comes(
    name: str, sign: signal.Signals, labels: list[str]
) -> None:
    process = await run(name, "--port", "0")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("listening on http://127.0.0.1:")
    accounts = [(await process.stdout.readline()).decode().split(": ") for _ in labels]
    assert [label for label, _ in accounts] == labels
    async with aiohttp.ClientSession() as http, http.get(line.split()[-1]) as answer:
        assert answer.status < 500
    process.send_signal(sign)
    assert await process.communicate() == (b"", b"")
    assert process.returncode == 0


async def test_the_keys_it_prints_are_taken_and_the_size_is_what_was_asked_for() -> None:
    process = await run("serva", "--port", "0", "--size", "7", "--seed", "3")
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().split()[-1]
    key = (await process.stdout.readline()).decode().split()[-1]
    form = {"key": key, "action": "services"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/api/v1", data=form) as answer,
    ):
        assert len(await answer.json()) == 7
    process.send_signal(signal.SIGTERM)
    await process.communicate()


async def test_the_credits_are_those_of_the_account_it_prints() -> None:
    process = await run("servya", "--port", "0")
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().split()[-1]
    key = (await process.stdout.readline()).decode().split()[-1]
    form = {"apikey": key, "job_type": "check_balance"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/process_job.php", data=form) as answer,
    ):
        assert await answer.json() == {"credits": 23140}
    process.send_signal(signal.SIGTERM)
    await process.communicate()


async def test_the_bot_api_takes_its_token_from_the_command_line() -> None:
    process = await run("telegram", "--port", "0", "--token", "77:XYZ")
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().split()[-1]
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/bot77:XYZ/getMe") as answer,
    ):
        assert (await answer.json())["result"]["id"] == 77
    process.send_signal(signal.SIGTERM)
    await process.wait()


async def test_a_token_of_the_wrong_shape_is_refused() -> None:
    process = await run("telegram", "--port", "0", "--token", "nonsense")
    _, error = await process.communicate()
    assert process.returncode == 2
    assert b"--token" in error


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await run("telegram", "--port", str(port))
        out, error = await process.communicate()
    assert (out, process.returncode) == (b"", 1)
    assert error.decode() == f"can not listen on 127.0.0.1:{port}: Address already in use\n"
