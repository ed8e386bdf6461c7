"""What the documents say is what the code does: settings, doors, edges, commands, names, links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer
from dotenv import dotenv_values

from bot.__main__ import app
from bot.app import COMMANDS, OPERATOR_COMMANDS, SHUTDOWN_ADD
from bot.domain.order import ALLOWED
from bot.sandbox.__main__ import cli
from bot.settings import Settings, load_settings
from tests.test_doors import DOORS, GUESTS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "serva-bot.service").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
ENV_EXAMPLE = ROOT / "deploy" / "env.example"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("deploy/*.md")])

TOKEN = "123456789:AAH-abcdefghijklmnopqrstuvwxyz01234"


def default_of(name: str) -> str | None:
    """A setting's default as one writes it; empty for none, None where it must be set."""
    field = Settings.model_fields[name]
    if field.is_required():
        return None
    if name == "master_key_file":
        return "{DATA_DIR}/master.key"
    return "" if field.default in ((), "") else str(field.default)


def settings_table() -> list[str]:
    """The rows that the table of the README must have."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        shown = "must be set" if default is None else f"`{default}`" if default else "empty"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return rows


def env_example() -> Iterator[str]:
    """The paragraphs about settings that `env.example` must have."""
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        line = f"{name.upper()}=" if default is None else f"#{name.upper()}={default}"
        yield f"# {field.description}\n{line.replace('{DATA_DIR}', 'data')}"


def rows_under(document: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = re.split(r"^## ", document, flags=re.MULTILINE)
    body = next(part for part in section if part.startswith(heading))
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def codes(cell: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`]+)`", cell))


def test_the_settings_table_of_the_readme_is_that_of_the_code() -> None:
    assert [line for line in README.splitlines() if line.startswith("| `")] == settings_table()


def test_the_example_environment_explains_every_setting() -> None:
    paragraphs = ENV_EXAMPLE.read_text(encoding="utf-8").strip().split("\n\n")
    assert paragraphs[1:] == list(env_example())


def test_the_example_environment_with_a_token_is_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    text = ENV_EXAMPLE.read_text(encoding="utf-8").replace("BOT_TOKEN=", f"BOT_TOKEN={TOKEN}")
    (tmp_path / "env").write_text(text, encoding="utf-8")
    assert load_settings(tmp_path / "env") == Settings(_env_file=None, bot_token=TOKEN)
    (tmp_path / "all").write_text(re.sub("(?m)^#(?=[A-Z])", "", text), encoding="utf-8")
    assert {name.lower() for name in dotenv_values(tmp_path / "all")} == set(Settings.model_fields)


def test_the_doors_of_the_architecture_are_those_that_are_checked() -> None:
    shown = {}
    for room, _, doors in rows_under(ARCHITECTURE, "Rooms and doors"):
        (path,) = codes(room)
        shown[path.rstrip("/").removesuffix(".py").replace("/", ".")] = codes(doors)
    beside = ("bot.__main__", "bot.app", "bot.gallery", "bot.sandbox")
    everything = {room for room in DOORS if room not in beside}
    expected = {
        room: {"*"} if set(doors) == everything - {"bot.logs"} else set(doors)
        for room, doors in DOORS.items()
    }
    assert shown == {
        room: {door.removeprefix("bot.") for door in doors} for room, doors in expected.items()
    }


def test_the_libraries_of_the_architecture_have_the_hosts_that_are_checked() -> None:
    shown = {
        codes(library).pop(): codes(hosts)
        for library, hosts in rows_under(ARCHITECTURE, "Libraries that stay in one place")
    }
    assert shown == {
        library: {host.removeprefix("bot.") for host in hosts} for library, hosts in GUESTS.items()
    }


def test_every_edge_of_the_placement_diagram_is_explained_and_no_other() -> None:
    edges = [
        tuple(re.findall(r"`(\w+)`", edge)) for edge, _ in rows_under(ARCHITECTURE, "Placement")
    ]
    allowed = {(source.value, to.value) for source, tos in ALLOWED.items() for to in tos}
    assert len(edges) == len(set(edges))
    assert set(edges) == allowed


def test_every_invariant_names_tests_that_exist() -> None:
    rows = rows_under(ARCHITECTURE, "Invariants")
    assert [row[0] for row in rows] == [str(number) for number in range(1, 12)]
    for _, _, guards in rows:
        assert codes(guards)
        for guard in codes(guards):
            path, name = guard.split("::")
            text = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), guard


def test_the_readme_names_every_command() -> None:
    line = re.search(r"^Commands: (.*?)\. ", README, re.MULTILINE | re.DOTALL)
    assert line is not None
    commands = COMMANDS.keys() | OPERATOR_COMMANDS.keys()
    assert set(re.findall(r"`/([a-z]+)`", line[1])) == commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [
        target
        for target in targets
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_and_commands_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    goals = set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)) <= goals
    paths = re.findall(r"`((?:bot|storage|tests|deploy)/[\w./-]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_unit_gives_settings_that_exist() -> None:
    given = re.findall(r"^Environment=(\w+)=", UNIT, re.MULTILINE)
    names = {name.upper() for name in Settings.model_fields}
    ours = [name for name in given if name != "MALLOC_ARENA_MAX"]
    assert [name for name in ours if name not in names and name[:-5] not in names] == []


def test_the_unit_hands_over_the_secrets_that_it_loads() -> None:
    loaded = set(re.findall(r"^LoadCredential=([\w.-]+):", UNIT, re.MULTILINE))
    assert set(re.findall(r"=%d/([\w.-]+)$", UNIT, re.MULTILINE)) == loaded


def test_the_unit_waits_longer_for_an_end_than_an_add_may_take() -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert int(seconds) >= SHUTDOWN_ADD + 20


def commands() -> Mapping[str, set[str]]:
    """Every command of both command lines, with the options that it takes."""
    return {
        f"{module} {name}": {
            option for param in command.params for option in (*param.opts, *param.secondary_opts)
        }
        for module, line in (("bot", app), ("bot.sandbox", cli))
        for name, command in typer.main.get_command(line).commands.items()
    }


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "Makefile"], ids=lambda path: path.name)
def test_commands_and_options_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8").replace("\\\n", " ")
    named = re.findall(r"-m (bot(?:\.sandbox)? [a-z]+)([^\n`&#;]*)", text)
    named += [("bot demo", ours) for ours in re.findall(r'make demo ARGS="([^"]*)"', text)]
    named += [
        (f"bot {command}", ours)
        for command, ours in re.findall(r'docker run .*(?:\)"|serva-bot) ([a-z]+)([^\n`]*)', text)
    ]
    for command, ours in named:
        assert command in commands()
        assert set(re.findall(r"--[a-z-]+", ours)) <= commands()[command] | {"--help"}, command


def test_the_container_is_made_of_what_it_is_given() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    given = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert given[0] == "*"
    assert sorted(copied) == sorted(line[1:] for line in given if line.startswith("!"))
    assert [source for source in copied if not (ROOT / source).exists()] == []
    (command,) = re.findall(r'^CMD \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert f"bot {command}" in commands()


def test_every_file_of_the_page_is_installed() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    shipped = tools["setuptools"]["package-data"]["bot"]
    files = [path for path in (ROOT / "bot").rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT / "bot").as_posix() for path in files]
    others = [name for name in names if not name.endswith((".py", ".pyc"))]
    assert [name for name in others if not any(fnmatch(name, rule) for rule in shipped)] == []


def pinned(lock: str) -> Mapping[str, str]:
    """The version of each package that a lock names."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"(?m)^-|://|file:/", text) == []
    blocks = re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def test_the_locks_name_no_place_cover_every_dependency_and_agree() -> None:
    toml = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = toml["project"]
    running, testing = pinned("requirements.lock"), pinned("requirements-dev.lock")

    def names(wanted: list[str]) -> set[str]:
        return {re.split(r"[^\w-]", line)[0] for line in wanted}

    assert names([*project["dependencies"], *toml["build-system"]["requires"]]) <= running.keys()
    assert names(project["optional-dependencies"]["dev"]) <= testing.keys() - running.keys()
    both = running.keys() & testing.keys()
    assert [name for name in both if running[name] != testing[name]] == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## \[(\d[^\]]*)\]", changes, re.MULTILINE)[0]
    assert project["version"] == newest
