"""`python -m bot demo` as a process: how it starts, refuses, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.browser.demo import running


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=lambda sign: sign.name)
async def test_a_signal_ends_it_and_leaves_nothing(
    sign: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with running() as demo:
        bot = (await demo.state())["bot"]
        assert (bot["running"], bot["ready"]) == (True, True)
        assert lives(bot["pid"])
        assert list(tmp_path.iterdir()) != []
        assert await demo.end(sign) == 0
    assert not lives(bot["pid"])
    assert list(tmp_path.iterdir()) == []
    assert demo.said == f"Open {demo.url} - Ctrl-C ends it.\n"


async def test_a_port_that_is_taken_is_said_in_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err.decode() == (
        f"Port {port} on 127.0.0.1 is taken. Choose another with --port; --port 0 finds one.\n"
    )


async def test_the_same_seed_is_the_same_demo_and_another_is_another() -> None:
    async with running() as one, running() as same, running("--seed", "2") as other:
        shown = [await demo.state() for demo in (one, same, other)]
    accounts = [state["serva"]["accounts"] + state["servya"]["accounts"] for state in shown]
    assert accounts[0] == accounts[1]
    assert accounts[0] != accounts[2]
