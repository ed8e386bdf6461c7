"""What the operator may set: read from the environment, `.env` or files, never at import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).parents[1]
"""The folder that `bot` is imported from."""

_KEPT = ("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP")
_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "USERPROFILE", "PATHEXT")

_SHAPE = r"^[0-9]{1,20}:[A-Za-z0-9_-]{3,100}$"


_NOBODY = "0:offline"


class SettingsError(Exception):
    """Everything that is wrong with the settings, by variable name; holds no value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The settings of one bot; each is also read from the file that `NAME_FILE` names."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    bot_token: SecretStr = Field(description="from BotFather; the only one that must be set")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids of operators, comma-separated; empty: no operator"
    )
    serva_api_url: str = Field("https://serva-s.com/api/v1", description="Serva's API")
    servya_api_url: str = Field(
        "https://api.servya.com/process_job.php", description="Servya's API, for credits"
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        description="root of the Bot API server; calls go to `{root}/bot{token}/{method}`",
    )
    data_dir: Path = Field(
        Path("data"),
        description="the folder of the database, the lock, the master key and the backups",
    )
    master_key_file: Path | None = Field(
        None,
        description="opens the stored keys; made with mode 0600 on the first run, keep a copy"
        " elsewhere",
    )
    tracking_interval: int = Field(
        20, ge=1, le=3600, description="seconds between checks of the youngest orders"
    )
    id_probe: int = Field(
        0,
        ge=0,
        le=99,
        description="ids after the last known one that are looked through for an order whose answer"
        " was lost and that the balance proves; 0: none",
    )
    access: Literal["open", "invite", "list"] = Field(
        "open",
        description="who may use it: `open` (everybody), `invite` (whoever opens the operator's"
        " link) or `list` (whom the operator lets in)",
    )
    webhook_url: str = Field(
        "",
        description="public https address that Telegram brings updates to, in place of polling;"
        " needs `LISTEN`",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="what Telegram shows with each update; empty: made anew at every start",
    )
    listen: str = Field(
        "",
        pattern=r"^(\S*:[0-9]{1,5})?$",
        description="`host:port` for the webhook, `/healthz` and `/readyz`; empty: no port",
    )
    key_url: str = Field("https://serva-s.com/profile/api/", description="where people get a key")
    support_url: str = Field("", description="Serva's support; empty: the button is left out")
    top_up_url: str = Field("", description="where money is added; empty: the button is left out")
    operator_name: str = Field("", description="who runs this bot, as people are told")
    log_format: Literal["console", "json"] = Field("console", description="`console` or `json`")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        description="`DEBUG`, `INFO`, `WARNING` or `ERROR`; libraries never below `WARNING`",
    )

    @field_validator("bot_token")
    @classmethod
    def _a_token(cls, value: SecretStr) -> SecretStr:
        TypeAdapter(Annotated[str, Field(pattern=_SHAPE)]).validate_python(value.get_secret_value())
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _a_secret(cls, value: SecretStr) -> SecretStr:
        shape = r"^[A-Za-z0-9_-]{0,256}$"
        TypeAdapter(Annotated[str, Field(pattern=shape)]).validate_python(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _a_webhook_is_listened_for(self) -> Self:
        if self.webhook_url and not self.listen:
            raise PydanticCustomError("needs_listen", "WEBHOOK_URL needs LISTEN")
        return self

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return (value,) if isinstance(value, int) else value

    @field_validator(
        "serva_api_url",
        "servya_api_url",
        "telegram_api_url",
        "key_url",
        "support_url",
        "top_up_url",
        "webhook_url",
    )
    @classmethod
    def _a_url(cls, value: str) -> str:
        if value:
            TypeAdapter(HttpUrl).validate_python(value)
        return value.rstrip("/") if value.count("/") == 3 else value

    @field_validator("telegram_api_url")
    @classmethod
    def _a_root(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("master_key_file", mode="before")
    @classmethod
    def _maybe(cls, value: object) -> object:
        return value or None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`, which must be set; [::1]:8080 for one of IPv6."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def master_key_path(self) -> Path:
        """Where the master key is."""
        return self.master_key_file or self.data_dir / "master.key"


def load_settings(env_file: Path | None = Path(".env"), *, offline: bool = False) -> Settings:
    """The settings from the environment; raises `SettingsError` naming every problem at once.

    `offline` is for commands that never speak to Telegram: they need no token, and get none.
    """
    problems: list[str] = []
    written: Mapping[str, str | None] = {}
    try:
        written = dotenv_values(env_file) if env_file else {}
    except (OSError, UnicodeDecodeError):
        problems.append(f"{env_file} cannot be read")
        env_file = None
    from_files = _from_files((os.environ, written), problems)
    if offline:
        from_files["bot_token"] = _NOBODY
    try:
        settings = Settings(_env_file=env_file, **from_files)  # type: ignore[call-arg]
    except ValidationError as error:
        unread = {problem.partition("_FILE ")[0] for problem in problems}
        found = (_problem(part) for part in error.errors(include_input=False))
        # One line each, however many parts are wrong; a file that cannot be read is said already.
        problems += dict.fromkeys(line for line in found if line.split()[0] not in unread)
    else:
        if not problems:
            return settings
    # The cause would carry the values that were refused.
    raise SettingsError(problems) from None


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a bot that is started with these settings, by field name.

    Nothing that the caller's own bot is set to reaches it, and it finds its code from anywhere.
    """
    unknown = settings.keys() - Settings.model_fields.keys()
    if unknown:
        raise ValueError(f"no settings: {', '.join(sorted(unknown))}")
    kept = (*_KEPT, *_KEPT_ON_WINDOWS)
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": str(ROOT),
        **{name.upper(): value for name, value in settings.items()},
    }


def shows_browsers() -> bool:
    """Whether a browser that is opened here appears before whoever started this."""
    elsewhere = any(name in os.environ for name in ("CI", "SSH_CONNECTION", "container"))
    boxed = any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return not elsewhere and not boxed and (sys.platform in ("darwin", "win32") or bool(screen))


def _from_files(
    sources: tuple[Mapping[str, str | None], ...], problems: list[str]
) -> dict[str, Any]:
    """Values of variables that are given as `NAME_FILE`: the form that secret stores use.

    The first source that has a variable in either form decides it.
    """
    found: dict[str, str] = {}
    for name in Settings.model_fields:
        variable = name.upper()
        for source in sources:
            given, path = source.get(variable), source.get(f"{variable}_FILE")
            if given and path:
                problems.append(f"{variable} and {variable}_FILE are both set; keep one")
            elif path:
                try:
                    found[name] = Path(path).read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError):
                    problems.append(f"{variable}_FILE names a file that cannot be read")
            if given or path:
                break
    return {name: value for name, value in found.items() if value}


def _problem(part: Any) -> str:
    """One line about one variable; what pydantic says of it never quotes the value here."""
    variable = str(part["loc"][0]).upper() if part["loc"] else "the settings"
    if part["type"] == "needs_listen":
        return "WEBHOOK_URL needs LISTEN, the host:port to take updates at"
    if part["type"] == "missing":
        return f"{variable} is not set"
    if variable == "BOT_TOKEN":
        return "BOT_TOKEN does not look like a token from BotFather"
    words = {
        "url_parsing": "is not a URL",
        "url_scheme": "is not an http or https URL",
        "int_parsing": "is not a whole number",
        "literal_error": f"is none of {part.get('ctx', {}).get('expected', 'the allowed words')}",
        "greater_than_equal": "is too small",
        "less_than_equal": "is too large",
    }
    return f"{variable} {words.get(part['type'], 'has a value that cannot be used')}"
