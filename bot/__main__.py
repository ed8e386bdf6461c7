"""The command line: `python -m bot run`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import typer

SWITCH = 0.0005
"""Seconds that a thread may keep the interpreter while another wants it."""

app = typer.Typer(
    help="A Telegram bot for ordering from Serva.",
    no_args_is_help=True,
    # Frames hold keys: a traceback must not show what was in them.
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def main() -> None:
    """A Telegram bot for ordering from Serva."""


@app.command()
def run() -> None:
    """Run the bot until Ctrl-C or SIGTERM."""
    # Imported here, so that `--help` and a wrong setting do not wait for Telegram's library.
    from bot.logs import set_up
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings()
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"Setting wrong: {problem}", err=True)
        raise typer.Exit(2) from None
    set_up(settings.log_format, settings.log_level)

    from bot import app as house

    try:
        _run_until_signal(lambda stop: house.run(settings, stop))
    except house.CANNOT_START as error:
        typer.echo(f"The bot cannot start: {error}", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        where = error.filename or settings.data_dir
        typer.echo(f"The bot cannot start: {where}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    except Exception:
        # Python itself would print the traceback unredacted.
        logging.getLogger("bot").critical("the bot stopped on an error", exc_info=True)
        raise typer.Exit(1) from None


def _run_until_signal(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run on the fastest loop there is; the first signal stops politely, a second at once."""

    # Catalogues are decoded in a thread, and the loop waits up to this long whenever it wants the
    # interpreter back, dozens of times for a tap: at the default of 5 ms, a tap took 0.3 s then.
    sys.setswitchinterval(SWITCH)

    async def until_signal() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def ask() -> None:
            if stop.is_set():
                sys.exit(1)
            stop.set()

        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, ask)
        await work(stop)

    try:
        import uvloop
    except ImportError:  # not on every platform
        asyncio.run(until_signal())
    else:
        uvloop.run(until_signal())


if __name__ == "__main__":
    app()
