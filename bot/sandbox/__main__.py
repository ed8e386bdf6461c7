"""Runs one stand-in as a process of its own: `python -m bot.sandbox telegram`, `serva`, `servya`.

Each says on one line where it listens, then whose keys it takes, a line each, and stops cleanly on
SIGINT and SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from typing import Annotated, TypeAlias

import typer
from aiohttp import web

from bot.sandbox import serva, servya
from bot.sandbox.catalogue import USUAL_SIZE
from bot.sandbox.telegram import TelegramServer

LOOPBACK = "127.0.0.1"
DEFAULT_TOKEN = "123:ABC"  # noqa: S105 - it opens nothing
LARGEST = 20_000

cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Stand-ins for the outside world."
)
Port: TypeAlias = Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")]
Seed: TypeAlias = Annotated[int, typer.Option(help="Another number, another world.")]
Size: TypeAlias = Annotated[int, typer.Option(min=1, max=LARGEST, help="How many services.")]


@cli.command("telegram")
def run_telegram(
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


@cli.command("serva")
def run_serva(port: Port = 8082, seed: Seed = 1, size: Size = USUAL_SIZE) -> None:
    """A Serva with levers under /sandbox/."""
    app = serva.build_app(seed, size)
    _run(app, port, serva.demo_accounts(app))


@cli.command("servya")
def run_servya(port: Port = 8083, seed: Seed = 1) -> None:
    """A Servya with levers under /sandbox/."""
    app = servya.build_app(seed)
    _run(app, port, servya.demo_accounts(app))


def _run(app: web.Application, port: int, accounts: Sequence[tuple[str, str]] = ()) -> None:
    if not asyncio.run(_serve(app, port, accounts)):
        raise typer.Exit(1)


async def _serve(app: web.Application, port: int, accounts: Sequence[tuple[str, str]]) -> bool:
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
        for label, key in accounts:
            typer.echo(f"{label}: {key}")
        await stop.wait()
        return True
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    cli()
