"""The methods about the bot itself: who it is, its names, its commands and its menu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from bot.sandbox.telegram.chats import Json, User, World
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.params import Params

Commands: TypeAlias = list[dict[str, str]]
# (kind, chat_id, user_id); 0 where the kind names none.
Scope: TypeAlias = tuple[str, int, int]

_SCOPE_FIELDS = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_NAME_LIMITS = {"name": 64, "description": 512, "short_description": 120}


class ProfileMethods:
    """Each method takes the call's parameters and returns the `result`, or raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._commands: dict[tuple[Scope, str], Commands] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._menus: dict[int, Json] = {}

    def get_me(self, params: Params) -> Json:
        """getMe."""
        return self._world.bot.to_api() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self._world.privacy,
            "supports_inline_queries": self._world.inline_mode,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def set_my_commands(self, params: Params) -> bool:
        """setMyCommands: at most 100, for one scope and language."""
        commands = params.json("commands", "commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands: expected an Array of BotCommand")
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[self._key(params)] = [_command(one) for one in commands]
        self._world.changes.announce()
        return True

    def get_my_commands(self, params: Params) -> Commands:
        """getMyCommands: of exactly this scope and language."""
        return self._commands.get(self._key(params), [])

    def delete_my_commands(self, params: Params) -> bool:
        """deleteMyCommands."""
        self._commands.pop(self._key(params), None)
        self._world.changes.announce()
        return True

    def commands_for(self, person: User) -> dict[str, str]:
        """What a person's private chat lists, command to description.

        The order in which lists are looked for is
        https://core.telegram.org/bots/api#determining-list-of-commands
        """
        scopes: tuple[Scope, ...] = (
            ("chat", person.id, 0),
            ("all_private_chats", 0, 0),
            ("default", 0, 0),
        )
        for scope in scopes:
            for language in (person.language_code[:2], ""):
                if commands := self._commands.get((scope, language)):
                    return {one["command"]: one["description"] for one in commands}
        return {}

    def _key(self, params: Params) -> tuple[Scope, str]:
        return self._scope(params), _language(params)

    def _scope(self, params: Params) -> Scope:
        raw = params.json("scope", "BotCommandScope")
        if raw is None:
            return "default", 0, 0
        kind = raw.get("type") if isinstance(raw, dict) else None
        if not isinstance(kind, str) or kind not in _SCOPE_FIELDS:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        values = list(_scope_numbers(raw, kind))
        if values and values[0] not in self._world.chats:
            raise bad_request("chat not found")
        chat_id, user_id = (*values, 0, 0)[:2]
        return kind, chat_id, user_id

    def set_my_name(self, params: Params) -> bool:
        """setMyName: up to 64 characters."""
        return self._set_name("name", params)

    def set_my_description(self, params: Params) -> bool:
        """setMyDescription: up to 512 characters."""
        return self._set_name("description", params)

    def set_my_short_description(self, params: Params) -> bool:
        """setMyShortDescription: up to 120 characters."""
        return self._set_name("short_description", params)

    def get_my_name(self, params: Params) -> Json:
        """getMyName."""
        return self._get_name("name", params, self._world.bot.first_name)

    def get_my_description(self, params: Params) -> Json:
        """getMyDescription."""
        return self._get_name("description", params, "")

    def get_my_short_description(self, params: Params) -> Json:
        """getMyShortDescription."""
        return self._get_name("short_description", params, "")

    def _set_name(self, what: str, params: Params) -> bool:
        text = params.text(what)
        if len(text) > _NAME_LIMITS[what]:
            raise bad_request(f"{what.replace('_', ' ')} is too long")
        self._names[what, _language(params)] = text
        return True

    def _get_name(self, what: str, params: Params, default: str) -> Json:
        own = self._names.get((what, _language(params)))
        return {what: own or self._names.get((what, "")) or default}

    def set_chat_menu_button(self, params: Params) -> bool:
        """setChatMenuButton: commands, a web app or the default."""
        button = params.json("menu_button", "MenuButton") or {"type": "default"}
        kind = button.get("type") if isinstance(button, dict) else None
        if kind not in {"commands", "web_app", "default"}:
            raise bad_request("MenuButton has unsupported type")
        if kind == "web_app" and not (button.get("text") and button.get("web_app")):
            raise bad_request("can't parse menu button: text and web_app are required")
        self._menus[self._menu_chat(params)] = button
        return True

    def get_chat_menu_button(self, params: Params) -> Json:
        """getChatMenuButton."""
        default = self._menus.get(0, {"type": "commands"})
        return self._menus.get(self._menu_chat(params), default)

    def _menu_chat(self, params: Params) -> int:
        number = params.number("chat_id")
        if number and (number not in self._world.chats or number < 0):
            raise bad_request("chat not found")
        return number


def _command(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise bad_request("expected an Object")
    command, description = raw.get("command"), raw.get("description")
    if not isinstance(command, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: command and description must be strings")
    command = command.removeprefix("/")
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _scope_numbers(raw: dict[str, Any], kind: str) -> Iterator[int]:
    for name in _SCOPE_FIELDS[kind]:
        try:
            yield int(raw[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"can't parse BotCommandScope: {name} is required") from None


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code
