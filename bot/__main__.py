"""The command line: `run`, `backup` and `restore`; `demo` and `gallery` need no token."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.sandbox.demo import Addresses, Launch
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
def run(
    until_input_ends: Annotated[bool, typer.Option("--until-input-ends", hidden=True)] = False,
) -> None:
    """Run the bot until Ctrl-C or SIGTERM."""
    settings = _settings()

    from bot import app as house

    with _failing_plainly("The bot cannot start"):
        _run_until_signal(lambda stop: house.run(settings, stop), with_input=until_input_ends)


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


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = 8088,
    host: Annotated[
        str, typer.Option(help="0.0.0.0 lets a phone in the same network in.")
    ] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another number, another demo.")] = 1,
    services: Annotated[int, typer.Option(min=1, max=20_000, help="How many are sold.")] = 460,
    open_page: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="In a browser; by itself where there is one."),
    ] = None,
) -> None:
    """Show the whole bot in a browser, between stand-ins: no token, no account, no money."""
    from bot.sandbox import demo as stage
    from bot.settings import shows_browsers

    if open_page is None:
        open_page = sys.stdout.isatty() and shows_browsers()

    def ready(url: str) -> None:
        typer.echo(f"Open {url} - Ctrl-C ends it.")
        for line in stage.said_of_others(host, url):
            typer.echo(line)
        if open_page:
            # Some browsers come back only when they are closed.
            threading.Thread(target=show, args=(url,), daemon=True).start()

    options = stage.Options(host, port, seed, services)
    try:
        _run_until_signal(lambda stop: stage.run(_launch, options, stop, ready))
    except stage.CannotListenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except stage.BotEndedError as error:
        typer.echo(f"The bot did not start. It said:\n{error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def gallery(
    output: Annotated[
        Path, typer.Option(dir_okay=False, writable=True, help="The file to write.")
    ] = Path("gallery.html"),
) -> None:
    """Write every screen of the bot, in every language, into one page for a browser."""
    from bot.gallery import page

    made = page.gallery()
    try:
        output.write_text(made.html, encoding="utf-8")
    except OSError as error:
        typer.echo(f"The page cannot be written: {output}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"{output}: {made.functions} functions in {made.shapes} shapes and"
        f" {made.languages} languages."
    )


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


def _launch(addresses: Addresses, folder: Path) -> Launch:
    """The bot of the demo: the very `run` of this command line, with settings of its own."""
    from bot.sandbox.demo import Launch
    from bot.settings import child_environment

    provider = f"{addresses.page}/#provider"
    environment = child_environment(
        {
            "bot_token": addresses.token,
            "telegram_api_url": addresses.telegram,
            "serva_api_url": addresses.serva,
            "servya_api_url": addresses.servya,
            "admin_ids": str(addresses.operator),
            "data_dir": str(folder / "data"),
            "tracking_interval": "1",
            "key_url": provider,
            "top_up_url": provider,
            "operator_name": "Serva Demo",
        }
    )
    return Launch((sys.executable, "-m", "bot", "run", "--until-input-ends"), environment)


def show(url: str) -> None:
    """Open a page in a graphical browser, if there is one."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        # Browsers for a terminal are of this very class, and would take the terminal.
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)


def _run_until_signal(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, None]], *, with_input: bool = False
) -> None:
    """Run on the fastest loop there is; the first signal stops politely, a second at once.

    `with_input` stops also when standard input ends: a child so outlives nobody who was killed.
    """

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
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # which is what nohup does
            loop.add_signal_handler(signal.SIGHUP, ask)
        if with_input:
            _when_input_ends(loop, stop.set)
        await work(stop)

    try:
        import uvloop
    except ImportError:  # not on every platform
        asyncio.run(until_signal())
    else:
        uvloop.run(until_signal())


def _when_input_ends(loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
    """Call when nobody can write to standard input any more."""
    source = sys.stdin.fileno()

    def read() -> None:
        if not os.read(source, 4096):
            loop.remove_reader(source)
            then()

    loop.add_reader(source, read)


if __name__ == "__main__":
    app()
