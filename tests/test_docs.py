"""What the documents say is what the code does: settings, doors, edges, commands, names, links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.app import SHUTDOWN_ADD
from bot.domain.order import ALLOWED
from bot.settings import Settings, load_settings
from tests.test_doors import DOORS, GUESTS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "serva-bot.service").read_text(encoding="utf-8")
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
    everything = {room for room in DOORS if room not in ("bot.__main__", "bot.app", "bot.sandbox")}
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    missing = [
        target
        for target in targets
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_and_commands_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    goals = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"`(?:sudo )?make ([a-z]+)", text)) <= goals
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


def test_the_lock_names_no_place_and_covers_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^\w-]", line)[0] for line in wanted}
    pinned = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    assert names - pinned == set()
    assert re.findall(r"(?m)^-|://|file:/", lock) == []
    for block in re.split(r"(?m)^(?=[\w.-]+==)", lock)[1:]:
        assert "--hash=sha256:" in block


def test_the_version_is_the_newest_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## \[(\d[^\]]*)\]", changes, re.MULTILINE)[0]
    assert project["version"] == newest
