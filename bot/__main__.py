"""The command line: `python -m bot run`, and `demo` and `gallery` to see it without a token."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.sandbox.demo import Addresses, Launch

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
        _run_until_signal(lambda stop: house.run(settings, stop), with_input=until_input_ends)
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
            "operator_name": "the demo",
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
