"""What operators read: one line each, no secret in any, and libraries only when it matters."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest

from bot import logs

Said = Callable[[], str]

TOKEN = "123456789:AAH-abcdefghijklmnopqrstuvwxyz01234"
KEY = "sk-9fQ2mZ7xLr4TbN8wVc3Ka91f"
LIBRARIES = (
    "aiohttp.client",
    "aiosqlite",
    "apscheduler.scheduler",
    "asyncio",
    "httpcore.http11",
    "httpx",
    "telegram.Bot",
    "telegram.ext.Application",
)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put back the logging that the tests share."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {n: logging.getLogger(n).level for n in ("bot", "storage")}
    level = root.level
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What standard error has heard since the last look."""
    return lambda: capsys.readouterr().err


@pytest.mark.parametrize("form", ["console", "json"])
def test_keys_and_tokens_are_taken_out_of_messages(said: Said, form: str) -> None:
    logs.set_up(form, "INFO")
    logging.getLogger("bot.app").warning("asked %s with %s", f"/bot{TOKEN}/getMe", KEY)
    words = said()
    assert TOKEN not in words
    assert KEY not in words
    assert "asked /bot[token]/getMe with …a91f" in words


@pytest.mark.parametrize("form", ["console", "json"])
def test_keys_and_tokens_are_taken_out_of_tracebacks(said: Said, form: str) -> None:
    logs.set_up(form, "INFO")
    try:
        try:
            raise ValueError(f"bad key {KEY}")
        except ValueError as error:
            raise OSError(f"cannot call /bot{TOKEN}/getMe") from error
    except OSError:
        logging.getLogger("bot.app").exception("a call failed")
    words = said()
    assert "Traceback" in words
    assert "a call failed" in words
    assert KEY not in words
    assert TOKEN not in words


def test_what_nobody_caught_in_a_task_is_redacted_too(said: Said) -> None:
    logs.set_up("console", "INFO")

    async def forgotten() -> None:
        async def failing() -> None:
            raise ValueError(KEY)

        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(forgotten())
    words = said()
    assert "Task exception was never retrieved" in words
    assert KEY not in words


def test_json_is_one_object_a_line(said: Said) -> None:
    logs.set_up("json", "INFO")
    logging.getLogger("bot.app").info("first\nand %s", "المزيد")
    logging.getLogger("storage.database").error("second")
    first, second = [json.loads(line) for line in said().splitlines()]
    assert (first["level"], first["where"], first["message"]) == (
        "INFO",
        "bot.app",
        "first\nand المزيد",
    )
    assert set(first) == {"at", "level", "where", "message"}
    assert second["message"] == "second"


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("DEBUG", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("INFO", ["INFO", "WARNING", "ERROR"]),
        ("WARNING", ["WARNING", "ERROR"]),
        ("ERROR", ["ERROR"]),
    ],
)
def test_the_level_is_that_of_our_own_words(said: Said, level: str, heard: list[str]) -> None:
    logs.set_up("console", level)
    for name in ("DEBUG", "INFO", "WARNING", "ERROR"):
        logging.getLogger("bot.usecases.browse").log(logging.getLevelNamesMapping()[name], "word")
    assert [line.split()[2] for line in said().splitlines()] == heard


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("level", "least"),
    [("DEBUG", "WARNING"), ("INFO", "WARNING"), ("WARNING", "WARNING"), ("ERROR", "ERROR")],
)
def test_libraries_never_speak_below_warning(library: str, level: str, least: str) -> None:
    logs.set_up("console", level)
    effective = logging.getLogger(library).getEffectiveLevel()
    assert logging.getLevelName(effective) == least


async def test_a_real_call_at_debug_says_nothing_of_its_address(said: Said) -> None:
    logs.set_up("console", "DEBUG")
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get(f"https://serva.test/?key={KEY}")
    assert said() == ""


def test_a_record_that_cannot_be_written_is_not_printed_raw(said: Said) -> None:
    logs.set_up("console", "INFO")
    logging.getLogger("bot.app").warning("asked with %d", KEY)
    words = said()
    assert KEY not in words
    assert words.startswith("a log record could not be written: bot.app, line ")


def test_setting_up_twice_does_not_say_things_twice(said: Said) -> None:
    logs.set_up("console", "INFO")
    logs.set_up("console", "INFO")
    logging.getLogger("bot.app").info("word")
    assert len(said().splitlines()) == 1
