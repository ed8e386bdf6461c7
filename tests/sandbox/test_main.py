"""Each stand-in as a process of its own: its one line, its port, its clean end."""

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


@pytest.mark.parametrize(
    ("name", "sign"),
    [("telegram", signal.SIGINT), ("serva", signal.SIGTERM), ("servya", signal.SIGTERM)],
)
async def test_it_listens_until_a_signal_comes(name: str, sign: signal.Signals) -> None:
    process = await run(name, "--port", "0")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("listening on http://127.0.0.1:")
    async with aiohttp.ClientSession() as http, http.get(line.split()[-1]) as answer:
        assert answer.status < 500
    process.send_signal(sign)
    assert await process.communicate() == (b"", b"")
    assert process.returncode == 0


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
