"""What a hatched bot is forked from: everything imported, and nothing done."""

from __future__ import annotations

import contextlib
import os
import sys
from multiprocessing.connection import Connection

import bot.app  # noqa: F401 - the bot imports it late, and so would every fork
from bot.__main__ import app
from tests.recovery.naive import POLICIES

with contextlib.suppress(ImportError):  # not on every platform
    import uvloop  # noqa: F401


def live(held: Connection, environment: dict[str, str], output: str, policy: str) -> None:
    """Be the bot of `python -m bot run`, with this environment; `held` is its standard input."""
    file = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(held.fileno(), 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - what a process starts with
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["bot", "run", "--until-input-ends"]
    if policy:
        POLICIES[policy]()
    app()
