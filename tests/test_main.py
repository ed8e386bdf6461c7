"""The command line: what it says when it cannot start, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import app as house
from bot.__main__ import app, show
from bot.settings import Settings
from storage.lock import AlreadyRunning

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:AAH-abcdefghijklmnopqrstuvwxyz01234"
KEY = "sk-9fQ2mZ7xLr4TbN8wVc3Ka91f"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty folder, a good token, and the logging put back."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, levels = root.handlers[:], [(n, logging.getLogger(n).level) for n in _LOGGERS]
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    for name, level in levels:
        logging.getLogger(name).setLevel(level)


_LOGGERS = ("", "bot", "storage")


def run_raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[int, str]:
    """How `run` ends, and what it says, when the house falls like this."""

    async def falls(settings: Settings, stop: asyncio.Event) -> None:
        raise error

    monkeypatch.setattr(house, "run", falls)
    ended = CliRunner().invoke(app, ["run"])
    return ended.exit_code, ended.stderr


def test_every_wrong_setting_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.setenv("ACCESS", "closed")
    ended = CliRunner().invoke(app, ["run"])
    assert (ended.exit_code, ended.stderr.splitlines()) == (
        2,
        [
            "Setting wrong: BOT_TOKEN is not set",
            "Setting wrong: ACCESS is none of 'open', 'invite' or 'list'",
        ],
    )


def test_a_reason_not_to_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run_raising(monkeypatch, AlreadyRunning(42))
    assert (code, said) == (1, "The bot cannot start: already running as process 42\n")


def test_a_folder_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run_raising(monkeypatch, PermissionError(13, "Permission denied", "data"))
    assert (code, said) == (1, "The bot cannot start: data: Permission denied\n")


def test_an_error_that_nobody_expected_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run_raising(monkeypatch, RuntimeError(f"{KEY} at /bot{TOKEN}/getMe"))
    assert code == 1
    assert "the bot stopped on an error" in said
    assert "RuntimeError: …a91f at /bot[token]/getMe" in said
    assert KEY not in said
    assert TOKEN not in said


def test_help_and_wrong_settings_do_not_wait_for_the_libraries() -> None:
    code = (
        "import sys; from bot.__main__ import app\n"
        "try: app(['run'])\n"
        "except SystemExit as end: print(end.code, 'telegram' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    env = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("2 False\n", "Setting wrong: BOT_TOKEN is not set\n")


class Opened(webbrowser.BaseBrowser):
    """A graphical browser that keeps what it was told to open."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.urls.append(url)
        return True


def test_a_page_is_opened_in_a_graphical_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Opened()
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    show("http://127.0.0.1:8088")
    assert browser.urls == ["http://127.0.0.1:8088"]


def test_a_page_is_opened_in_no_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lynx = webbrowser.GenericBrowser(["touch", str(tmp_path / "opened")])
    monkeypatch.setattr(webbrowser, "get", lambda: lynx)
    show("http://127.0.0.1:8088")
    assert not (tmp_path / "opened").exists()


def test_without_any_browser_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> webbrowser.BaseBrowser:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    show("http://127.0.0.1:8088")
