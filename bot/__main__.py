"""The command line: `python -m bot run`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

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
    settings = _settings()

    from bot import app as house

    with _failing_plainly("The bot cannot start"):
        _run_until_signal(lambda stop: house.run(settings, stop))


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="Default: a new file in backups/ of the data folder.")
    ] = None,
) -> None:
    """Copy the database, also while the bot runs. The master key is not in the copy."""
    settings = _settings(offline=True)

    from bot import app as house

    with _failing_plainly("There is no backup"):
        typer.echo(f"The backup is {house.back_up(settings, target)}")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="What `backup` has written.")],
) -> None:
    """Put a backup in the place of the database. The bot must be stopped."""
    settings = _settings(offline=True)

    from bot import app as house

    with _failing_plainly("Nothing was restored"):
        restored, aside = asyncio.run(house.restore(settings, source))
    typer.echo(
        f"Restored. {restored.doubtful} orders may or may not have been sent since the backup: they"
        " are unknown now, and the people are asked."
    )
    if restored.broadcasts:
        typer.echo(f"{restored.broadcasts} messages of a broadcast are not sent any more.")
    if aside is not None:
        typer.echo(f"The database that was there is kept as {aside}")


def _settings(*, offline: bool = False) -> Settings:
    """The settings, with the log set up; an exit that names what is wrong."""
    # Imported here, so that `--help` and a wrong setting do not wait for Telegram's library.
    from bot.logs import set_up
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings(offline=offline)
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"Setting wrong: {problem}", err=True)
        raise typer.Exit(2) from None
    set_up(settings.log_format, settings.log_level)
    return settings


@contextmanager
def _failing_plainly(what: str) -> Iterator[None]:
    """An exit with one sentence where the reason is one for the operator, else a logged error."""
    from bot.app import CANNOT_START

    try:
        yield
    except CANNOT_START as error:
        typer.echo(f"{what}: {error}", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"{what}: {where}{error.strerror}", err=True)
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
