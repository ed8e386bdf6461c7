"""The doors between the rooms, read from the imports themselves; importing does nothing else.

A door that is missing here is a door that does not exist; `ARCHITECTURE.md` shows the same table.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FLOW = frozenset({"bot.usecases", "bot.screens", "bot.texts", "bot.domain"})
DOORS: dict[str, frozenset[str]] = {
    "bot.__main__": frozenset(
        {"bot.app", "bot.gallery", "bot.sandbox", "bot.settings", "bot.logs"}
    ),
    "bot.app": FLOW
    | {
        "bot.admin",
        "bot.conversations",
        "bot.providers",
        "bot.runtime",
        "bot.settings",
        "storage",
    },
    "bot.settings": frozenset(),
    "bot.logs": frozenset({"bot.domain"}),
    "bot.domain": frozenset(),
    "bot.providers": frozenset({"bot.domain"}),
    "storage": frozenset({"bot.domain"}),
    "bot.usecases": frozenset({"storage", "bot.providers", "bot.domain"}),
    "bot.texts": frozenset({"bot.domain"}),
    "bot.screens": frozenset({"bot.texts", "bot.domain"}),
    "bot.conversations": FLOW,
    "bot.admin": FLOW | {"bot.conversations.dialogue"},
    "bot.runtime": frozenset({"storage", "bot.screens", "bot.domain"}),
    "bot.gallery": frozenset({"bot.screens", "bot.texts", "bot.domain"}),
    "bot.sandbox": frozenset(),
}
"""Each room, and whose names it may import beside its own."""

GUESTS: dict[str, tuple[str, ...]] = {
    "telegram": ("bot.runtime", "bot.app"),
    "httpx": ("bot.providers.client", "bot.app"),
    "aiosqlite": ("storage",),
    "cryptography": ("storage.vault",),
}
"""The only modules that each of these libraries is imported by."""

PURE = ("bot.domain", "bot.screens")
"""Rooms that take no input and give no output: neither clock nor chance nor file nor network."""
EFFECTS = (
    "asyncio",
    "http",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
    "uuid",
)
EXACT = ("bot.domain", "bot.providers", "bot.usecases", "storage")
"""Rooms that money passes through, where no number is a float."""

SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("bot", "storage")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def under(name: str, rooms: Iterable[str]) -> bool:
    """Whether a dotted name is one of these or inside one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(module: str) -> str:
    """`storage`, `bot`, or the part of `bot` that a module is in."""
    first, *rest = module.split(".")
    return f"bot.{rest[0]}" if first == "bot" and rest else first


def imported(tree: ast.Module, module: str) -> Iterator[str]:
    """The full name of everything that is imported anywhere in a module, also by TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*here, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def broken(module: str, source: str) -> list[str]:
    """What a module imports or uses against the rules of its room."""
    tree = ast.parse(source)
    room = room_of(module)
    hidden = _uses(tree, "import_module", "__import__")
    floats = _floats(tree) if under(module, EXACT) else ()
    environ = () if room == "bot.settings" else _uses(tree, "environ", "environb", "getenv")
    return [
        *(f"imports {name}" for name in imported(tree, module) if not _may(module, room, name)),
        *(f"hides an import at line {line}" for line in hidden),
        *(f"has a float at line {line}" for line in floats),
        *(f"reads the environment at line {line}" for line in environ),
    ]


def _may(module: str, room: str, name: str) -> bool:
    if under(name, ("bot", "storage")):
        return room_of(name) == room or under(name, DOORS[room])
    for library, hosts in GUESTS.items():
        if under(name, (library,)):
            return under(module, hosts)
    if room == "bot.domain" and name.partition(".")[0] not in sys.stdlib_module_names:
        return False
    return not (under(module, PURE) and under(name, EFFECTS))


def _uses(tree: ast.Module, *names: str) -> Iterator[int]:
    """The lines that mention one of these names, alone or after a dot."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Name) and node.id in names) or (
            isinstance(node, ast.Attribute) and node.attr in names
        ):
            yield node.lineno


def _floats(tree: ast.Module) -> Iterator[int]:
    yield from _uses(tree, "float")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno


@pytest.mark.parametrize("module", SOURCES)
def test_every_import_goes_through_a_door(module: str) -> None:
    assert broken(module, SOURCES[module].read_text(encoding="utf-8")) == []


def test_every_room_is_in_the_table_and_every_row_is_a_room() -> None:
    assert {room_of(module) for module in SOURCES} - {"bot"} == set(DOORS)


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("bot.domain.money", "from bot.texts import words", ["imports bot.texts.words"]),
        ("bot.domain.money", "import babel.numbers", ["imports babel.numbers"]),
        ("bot.domain.money", "from ..screens import layout", ["imports bot.screens.layout"]),
        ("bot.domain.money", "from .numbers import parse_quantity", []),
        ("bot.domain.links", "import urllib.request", ["imports urllib.request"]),
        ("bot.domain.links", "from urllib.parse import urlsplit", []),
        ("bot.screens.order", "from time import time", ["imports time.time"]),
        ("bot.screens.order", "from bot.usecases.browse import Entry",
         ["imports bot.usecases.browse.Entry"]),
        ("bot.providers.serva", "def f():\n    import storage", ["imports storage"]),
        ("bot.providers.wire", "import httpx", ["imports httpx"]),
        ("bot.providers.client", "import httpx", []),
        ("bot.usecases.browse", "from httpx import AsyncClient", ["imports httpx.AsyncClient"]),
        ("bot.usecases.browse", "from bot.runtime import jobs", ["imports bot.runtime.jobs"]),
        ("bot.conversations.fill", "from storage.people import Reader",
         ["imports storage.people.Reader"]),
        ("bot.conversations.fill", "import telegram.ext", ["imports telegram.ext"]),
        ("bot.conversations.fill", "import telegraph", []),
        ("bot.admin.people", "from bot.conversations.fill import Fill",
         ["imports bot.conversations.fill.Fill"]),
        ("bot.runtime.jobs", "from bot.providers import port", ["imports bot.providers.port"]),
        ("bot.app", "from bot import sandbox", ["imports bot.sandbox"]),
        ("bot.app", "import telegram, httpx", []),
        ("bot.app", "import aiosqlite", ["imports aiosqlite"]),
        ("bot.sandbox.servya", "from bot.domain.money import Money",
         ["imports bot.domain.money.Money"]),
        ("bot.__main__", "from storage.lock import AlreadyRunning",
         ["imports storage.lock.AlreadyRunning"]),
        ("bot.__main__", "from bot.sandbox import demo", []),
        ("storage.people", "from cryptography import x509", ["imports cryptography.x509"]),
        ("storage.vault", "from cryptography import x509", []),
        ("storage.people", "if TYPE_CHECKING:\n    from bot.settings import Settings",
         ["imports bot.settings.Settings"]),
        ("storage.people", "importlib.import_module(name)", ["hides an import at line 1"]),
        ("storage.people", "__import__(name)", ["hides an import at line 1"]),
        ("bot.domain.money", "\nprice = float(text)", ["has a float at line 2"]),
        ("bot.providers.wire", "rate = 0.89", ["has a float at line 1"]),
        ("bot.usecases.browse", "def f(x: float): ...", ["has a float at line 1"]),
        ("bot.runtime.pace", "burst = float(1.5)", []),
        ("bot.runtime.pace", "os.environ['HOME']", ["reads the environment at line 1"]),
        ("bot.settings", "os.environ['HOME']", []),
    ],
)  # fmt: skip
def test_a_broken_door_is_found(module: str, source: str, found: list[str]) -> None:
    assert broken(module, source) == found


IMPORT_ALL = """
import os, sys

def alarm(event, arguments):
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event.startswith(("socket.", "sqlite3.", "subprocess.", "os.mkdir", "os.system")):
        raise RuntimeError(f"an import did {event}{arguments}")

sys.addaudithook(alarm)
for name in sys.argv[1:]:
    __import__(name)
"""


def test_importing_the_house_does_nothing() -> None:
    """No connection, no file, no process, and nothing is needed from the environment."""
    command = [sys.executable, "-B", "-c", IMPORT_ALL, *SOURCES]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "import sqlite3; sqlite3.connect(':memory:')",
        f"open({os.devnull!r}, 'w')",
    ],
)
def test_an_import_that_does_something_is_found(act: str, tmp_path: Path) -> None:
    (tmp_path / "eager.py").write_text(act, encoding="utf-8")
    command = [sys.executable, "-B", "-c", IMPORT_ALL, "eager"]
    done = subprocess.run(
        command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert "an import did" in done.stderr
