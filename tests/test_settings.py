"""Settings: their defaults, the three places they come from, and errors that show no value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import (
    ROOT,
    Settings,
    SettingsError,
    child_environment,
    load_settings,
    shows_browsers,
)

TOKEN = "123456789:AAH-abcdefghijklmnopqrstuvwxyz01234"

Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    """Sets variables in an environment that has none of ours, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)

    def given(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return given


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.problems


def test_only_the_token_must_be_set(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN)
    settings = load_settings()
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.master_key_path == Path("data/master.key")
    assert settings.model_dump(exclude={"bot_token"}) == {
        "admin_ids": (),
        "serva_api_url": "https://serva-s.com/api/v1",
        "servya_api_url": "https://api.servya.com/process_job.php",
        "telegram_api_url": "https://api.telegram.org",
        "data_dir": Path("data"),
        "master_key_file": None,
        "tracking_interval": 20,
        "id_probe": 0,
        "access": "open",
        "webhook_url": "",
        "webhook_secret": SecretStr(""),
        "listen": "",
        "key_url": "https://serva-s.com/profile/api/",
        "support_url": "",
        "top_up_url": "",
        "operator_name": "",
        "log_format": "console",
        "log_level": "INFO",
    }


def test_every_setting_is_read_from_the_environment(environment: Environment) -> None:
    environment(
        BOT_TOKEN=TOKEN,
        ADMIN_IDS="7, 8,",
        SERVA_API_URL="http://127.0.0.1:8082/api/v1",
        SERVYA_API_URL="http://127.0.0.1:8083/process_job.php",
        TELEGRAM_API_URL="http://127.0.0.1:8081/",
        DATA_DIR="/srv/bot",
        MASTER_KEY_FILE="/run/keys/master",
        TRACKING_INTERVAL="5",
        ID_PROBE="50",
        ACCESS="invite",
        WEBHOOK_URL="https://bot.test/updates",
        WEBHOOK_SECRET="abc",
        LISTEN="127.0.0.1:8080",
        KEY_URL="https://serva.test/keys/",
        SUPPORT_URL="https://serva.test/help",
        TOP_UP_URL="https://serva.test/money",
        OPERATOR_NAME="Olga",
        LOG_FORMAT="json",
        LOG_LEVEL="DEBUG",
    )
    settings = load_settings()
    assert settings.master_key_path == Path("/run/keys/master")
    assert settings.model_dump(exclude={"bot_token"}) == {
        "admin_ids": (7, 8),
        "serva_api_url": "http://127.0.0.1:8082/api/v1",
        "servya_api_url": "http://127.0.0.1:8083/process_job.php",
        "telegram_api_url": "http://127.0.0.1:8081",
        "data_dir": Path("/srv/bot"),
        "master_key_file": Path("/run/keys/master"),
        "tracking_interval": 5,
        "id_probe": 50,
        "access": "invite",
        "webhook_url": "https://bot.test/updates",
        "webhook_secret": SecretStr("abc"),
        "listen": "127.0.0.1:8080",
        "key_url": "https://serva.test/keys/",
        "support_url": "https://serva.test/help",
        "top_up_url": "https://serva.test/money",
        "operator_name": "Olga",
        "log_format": "json",
        "log_level": "DEBUG",
    }


def test_an_empty_variable_is_an_unset_one(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN, DATA_DIR="", ACCESS="", TRACKING_INTERVAL="", MASTER_KEY_FILE="")
    settings = load_settings()
    assert (settings.data_dir, settings.access, settings.tracking_interval) == (
        Path("data"),
        "open",
        20,
    )
    assert settings.master_key_file is None


def test_the_env_file_is_read_and_the_environment_wins(environment: Environment) -> None:
    Path(".env").write_text(f"BOT_TOKEN={TOKEN}\n# a note\nOPERATOR_NAME='Ann & Co'\nACCESS=list\n")
    environment(ACCESS="invite")
    settings = load_settings()
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.operator_name, settings.access) == ("Ann & Co", "invite")


def test_an_env_file_that_cannot_be_read_is_named(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN)
    Path(".env").write_bytes(b"OPERATOR_NAME=\xff\xfe\n")
    assert problems() == [".env cannot be read"]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_also_read_from_a_file(environment: Environment, name: str) -> None:
    words = {
        "bot_token": TOKEN,
        "admin_ids": "7,8",
        "data_dir": "/srv/bot",
        "master_key_file": "keys/master",
        "tracking_interval": "7",
        "id_probe": "9",
        "access": "list",
        "webhook_url": "https://bot.test/updates",
        "webhook_secret": "abc",
        "listen": "127.0.0.1:8080",
        "operator_name": "Olga",
        "log_format": "json",
        "log_level": "ERROR",
    }
    word = words.get(name, "https://elsewhere.test/path")
    Path("secret").write_text(f"{word}\n")
    others = {"bot_token": TOKEN} | ({"listen": ":80"} if name == "webhook_url" else {})
    Path(".env").write_text("".join(f"{key.upper()}={value}\n" for key, value in others.items()))
    environment(**{f"{name.upper()}_FILE": "secret"})
    from_file = load_settings()
    assert from_file == Settings(_env_file=None, **others | {name: word})
    assert from_file != Settings(_env_file=None, bot_token="1:other")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"WEBHOOK_URL": "https://bot.test/x"}, "WEBHOOK_URL needs LISTEN"),
        ({"WEBHOOK_URL": "bot.test", "LISTEN": ":80"}, "WEBHOOK_URL is not"),
        ({"WEBHOOK_SECRET": "not allowed!"}, "WEBHOOK_SECRET has a value"),
        ({"LISTEN": "8080"}, "LISTEN has a value"),
        ({"LISTEN": "host:port"}, "LISTEN has a value"),
    ],
)
def test_a_webhook_needs_an_address_that_works(
    environment: Environment, given: dict[str, str], problem: str
) -> None:
    environment(BOT_TOKEN=TOKEN, **given)
    (said,) = problems()
    assert said.startswith(problem)


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:8080", ("::1", 8080)), (":80", ("", 80))],
)
def test_an_address_has_a_host_and_a_port(
    environment: Environment, listen: str, address: tuple[str, int]
) -> None:
    environment(BOT_TOKEN=TOKEN, LISTEN=listen)
    assert load_settings().address == address


def test_a_file_may_be_named_in_the_env_file(environment: Environment) -> None:
    Path("secret").write_text(TOKEN)
    Path(".env").write_text("BOT_TOKEN_FILE=secret\n")
    assert load_settings().bot_token.get_secret_value() == TOKEN


def test_the_environment_wins_over_a_file_named_in_the_env_file(environment: Environment) -> None:
    Path("who").write_text("Olga")
    Path(".env").write_text(f"BOT_TOKEN={TOKEN}\nOPERATOR_NAME_FILE=who\n")
    environment(OPERATOR_NAME="Ann")
    assert load_settings().operator_name == "Ann"


def test_a_file_named_in_the_environment_wins_over_the_env_file(environment: Environment) -> None:
    Path("who").write_text("Olga")
    Path(".env").write_text(f"BOT_TOKEN={TOKEN}\nOPERATOR_NAME=Ann\n")
    environment(OPERATOR_NAME_FILE="who")
    assert load_settings().operator_name == "Olga"


def test_an_empty_file_is_an_unset_variable(environment: Environment) -> None:
    Path("empty").write_text("\n")
    environment(BOT_TOKEN_FILE="empty", DATA_DIR_FILE="empty")
    assert problems() == ["BOT_TOKEN is not set"]


def test_a_variable_in_both_forms_is_refused(environment: Environment) -> None:
    Path("secret").write_text(TOKEN)
    environment(BOT_TOKEN=TOKEN, BOT_TOKEN_FILE="secret")
    assert problems() == ["BOT_TOKEN and BOT_TOKEN_FILE are both set; keep one"]


def test_a_file_that_cannot_be_read_is_said_once(environment: Environment) -> None:
    environment(BOT_TOKEN_FILE="nowhere")
    assert problems() == ["BOT_TOKEN_FILE names a file that cannot be read"]


def test_every_problem_is_told_at_once_by_name(environment: Environment) -> None:
    environment(
        ADMIN_IDS="ann,olga",
        SERVA_API_URL="serva",
        SERVYA_API_URL="ftp://servya.test",
        DATA_DIR_FILE="nowhere",
        TRACKING_INTERVAL="0",
        ACCESS="closed",
        LOG_LEVEL="LOUD",
    )
    assert problems() == [
        "DATA_DIR_FILE names a file that cannot be read",
        "BOT_TOKEN is not set",
        "ADMIN_IDS is not a whole number",
        "SERVA_API_URL is not a URL",
        "SERVYA_API_URL is not an http or https URL",
        "TRACKING_INTERVAL is too small",
        "ACCESS is none of 'open', 'invite' or 'list'",
        "LOG_LEVEL is none of 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
    ]


SECRET = "hunter2-and-more"


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_no_error_shows_a_value(environment: Environment, name: str) -> None:
    environment(BOT_TOKEN=TOKEN)
    environment(**{name: SECRET, f"{name}_FILE": f"/{SECRET}"})
    with pytest.raises(SettingsError) as caught:
        load_settings()
    seen: BaseException | None = caught.value
    while seen is not None:
        assert SECRET not in f"{seen} {seen!r} {seen.args}"
        seen = seen.__context__


def test_settings_made_by_hand_show_no_value_either() -> None:
    with pytest.raises(ValueError, match="bot_token") as caught:
        Settings(_env_file=None, bot_token=SECRET)
    assert SECRET not in str(caught.value)


def test_the_token_is_not_in_what_settings_look_like(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN)
    settings = load_settings()
    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()}"


def test_settings_do_not_change(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN)
    with pytest.raises(ValueError, match="frozen"):
        load_settings().access = "list"


def test_a_child_gets_its_settings_and_none_of_the_callers(environment: Environment) -> None:
    environment(BOT_TOKEN=TOKEN, ACCESS_FILE="list", HTTP_PROXY="http://127.0.0.1:9", LANG="C")
    given = child_environment({"bot_token": "1:abc", "data_dir": "here"})
    assert (given["BOT_TOKEN"], given["DATA_DIR"]) == ("1:abc", "here")
    assert (given["PYTHONPATH"], given["LANG"]) == (str(ROOT), "C")
    assert given["PATH"] == os.environ["PATH"]
    assert given.keys() & {"ACCESS", "ACCESS_FILE", "HTTP_PROXY"} == set()


def test_a_child_is_given_no_settings_that_there_are_not() -> None:
    with pytest.raises(ValueError, match="no settings: colour, taste"):
        child_environment({"taste": "good", "colour": "red", "bot_token": "1:abc"})


@pytest.mark.parametrize(
    ("platform", "given", "shows"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "CI": "true"}, False),
        ("linux", {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "there"}, False),
        ("linux", {"DISPLAY": ":0", "container": "podman"}, False),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "there"}, False),
    ],
)
@pytest.mark.parametrize("boxed", [False, True])
def test_a_browser_is_opened_only_where_it_is_seen(
    monkeypatch: pytest.MonkeyPatch, platform: str, given: dict[str, str], shows: bool, boxed: bool
) -> None:
    for name in ("CI", "SSH_CONNECTION", "container", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "exists", lambda _: boxed)
    assert shows_browsers() is (shows and not boxed)
