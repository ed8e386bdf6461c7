"""Runs one stand-in as a process of its own: `python -m bot.sandbox telegram`, `serva`, `servya`.

Each prints one line when it listens and stops cleanly on SIGINT and SIGTERM.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from typing import Annotated

import typer
from aiohttp import web

from bot.sandbox.telegram import TelegramServer

LOOPBACK = "127.0.0.1"
DEFAULT_TOKEN = "123:ABC"  # noqa: S105 - it opens nothing

cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Stand-ins for the outside world."
)
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")]


@cli.command()
def telegram(
    port: Port = 8081,
    token: Annotated[str, typer.Option(help="What the bot calls with.")] = DEFAULT_TOKEN,
    strict_limits: Annotated[bool, typer.Option(help="Enforce the sending limits.")] = False,
) -> None:
    """A strict local Bot API server; drive its people by /sandbox/."""
    try:
        server = TelegramServer(token, strict_limits=strict_limits)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--token") from None
    _run(server.build_app(), port)


@cli.command()
def serva(port: Port = 8082) -> None:
    """A Serva with levers."""
    _run(importlib.import_module("bot.sandbox.serva").build_app(), port)


@cli.command()
def servya(port: Port = 8083) -> None:
    """A Servya with levers."""
    _run(importlib.import_module("bot.sandbox.servya").build_app(), port)


def _run(app: web.Application, port: int) -> None:
    if not asyncio.run(_serve(app, port)):
        raise typer.Exit(1)


async def _serve(app: web.Application, port: int) -> bool:
    """Serve until a signal comes; False when the port can not be had."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        typer.echo(f"can not listen on {LOOPBACK}:{port}: {reason}", err=True)
        return False
    else:
        typer.echo(f"listening on http://{LOOPBACK}:{runner.addresses[0][1]}")
        await stop.wait()
        return True
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    cli()
