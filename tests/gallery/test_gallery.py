"""The gallery is complete, faithful to the screens, harmless, and the same at every run."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from typer.testing import CliRunner

import bot.gallery
import bot.screens
from bot.__main__ import app
from bot.domain.order import Placement, Why
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery
from bot.gallery.page import Gallery, gallery
from bot.gallery.samples import COUNTS, samples
from bot.gallery.values import ORDINARY, Values
from bot.sandbox.telegram.html import parse_html
from bot.screens import main
from bot.screens.screen import Screen
from bot.texts.catalogue import template
from bot.texts.words import LANGUAGES, Texts, Value, Words
from tests.gallery.page import Page, Shown, read
from tests.screens.hostile import ALL
from tests.screens.test_screens import public_screens

TEXTS = Texts()
every_value = pytest.mark.parametrize("values", ALL, ids=lambda values: values.name)


@cache
def made(values: Values = ORDINARY) -> tuple[Gallery, Page]:
    written = gallery(values)
    return written, read(written.html)


def test_every_screen_is_shown_in_every_language() -> None:
    shown = {(one.function, one.language) for one in made()[1].figures}
    assert shown == {(name, code) for name in public_screens() for code in LANGUAGES}


def test_a_screen_without_a_sample_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(t: Words) -> Screen: ...

    forgotten.__module__ = main.__name__
    monkeypatch.setattr(main, "forgotten", forgotten, raising=False)
    shown = {one.function for one in made()[1].figures}
    assert public_screens() - shown == {"main.forgotten"}


class Listening(Words):
    """Words that remember what they were asked to say, and for which counts."""

    def __init__(self, code: str) -> None:
        super().__init__(code, TEXTS.of(code)._translations)
        self.said: set[str] = set()
        self.counts: dict[str, set[int]] = {}

    def __call__(self, message: str, /, **values: Value) -> str:
        self.said.add(message)
        return super().__call__(message, **values)

    def n(self, one: str, many: str, count: int, /, **values: Value) -> str:
        self.counts.setdefault(one, set()).add(count)
        return super().n(one, many, count, **values)


def said_in(room: Path) -> set[str]:
    """Every message of a room's source; of one with a plural, its singular."""
    methods, keywords = [("**.py", "python")], {"t": None, "n": (1, 2), "mark": None}
    messages = (row[2] for row in extract_from_dir(room, methods, keywords=keywords))
    return {message if isinstance(message, str) else message[0] for message in messages}


def room(package: object) -> Path:
    return Path(str(getattr(package, "__file__", ""))).parent


def test_every_word_of_every_screen_is_shown() -> None:
    """In one language at least: some things are asked in Arabic only."""
    shown: set[str] = set()
    for t in map(Listening, LANGUAGES):
        list(samples(t, ORDINARY))
        shown |= t.said | set(t.counts)
    assert said_in(room(bot.screens)) - shown == set()


def test_every_way_to_count_is_shown() -> None:
    t = Listening("ar")
    list(samples(t, ORDINARY))
    assert {message for message, counts in t.counts.items() if not counts >= set(COUNTS)} == set()


def test_the_gallery_says_nothing_that_the_bot_does_not_say() -> None:
    ours = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in template()}
    assert said_in(room(bot.gallery)) - ours == set()


def test_every_shape_has_a_name_of_its_own() -> None:
    names = [(one.name, one.shape) for one in samples(TEXTS.of("en"), ORDINARY)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "wanted",
    [
        ("confirmed", "sending", "charged"),
        tuple(f"refused: {meaning}" for meaning in Meaning),
        tuple(f"not sent: {why}" for why in Why if why is not Why.RESTORED),
        (f"unknown: {Why.RESTORED}",),
        tuple(entry for entry in Delivery if entry is not Delivery.OTHER),
        ("a word that nobody has seen",),
    ],
)
def test_every_state_of_an_order_is_named(wanted: tuple[str, ...]) -> None:
    cards = [one.shape for one in made()[1].figures if one.function == "order.card"]
    assert {state.replace("_", " ") for state in wanted} - set(cards) == set()


def test_every_placement_has_a_card() -> None:
    started = ("confirmed", "sending", "placed", "refused", "not sent", "unknown", "charged")
    assert {*started, "not placed"} == {entry.replace("_", " ") for entry in Placement}
    cards = [one.shape for one in made()[1].figures if one.function == "order.card"]
    assert all(any(card.startswith(state) for card in cards) for state in started)


@every_value
def test_every_screen_is_shown_as_telegram_shows_it(values: Values) -> None:
    """Whatever is filled in: the same letters, keys and rows, in the same order."""
    wanted = [
        Shown(
            one.name,
            one.shape or "usual",
            code,
            parse_html(one.screen.text)[0],
            tuple(tuple(key.label for key in row) for row in one.screen.rows),
        )
        for code in LANGUAGES
        for one in samples(TEXTS.of(code), values)
    ]

    def order(shown: Shown) -> tuple[str, str]:
        return shown.language, shown.function

    assert sorted(made(values)[1].figures, key=order) == sorted(wanted, key=order)


@every_value
def test_nothing_that_is_filled_in_becomes_a_tag_or_an_address(values: Values) -> None:
    page = made(values)[1]
    assert page.tags == made()[1].tags
    assert page.attributes == made()[1].attributes
    assert {link for link in page.links if not link.startswith("#")} == {"data:,"}


def test_the_page_asks_nobody_for_anything() -> None:
    html = made()[0].html
    assert re.findall(r"<(?:link|script|img|iframe|object|embed)\b[^>]*", html) == [
        '<link rel="icon" href="data:,"',
        "<script",
    ]
    assert re.findall(r"@import|url\(|fetch\(|XMLHttpRequest|WebSocket|\bimport\b", html) == []


def test_only_the_style_and_the_script_of_the_page_itself_are_let_run() -> None:
    html = made()[0].html
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[0]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"


def test_every_place_on_the_page_has_one_name_and_every_link_a_place() -> None:
    page = made()[1]
    assert len(page.ids) == len(set(page.ids))
    wanted = {link[1:] for link in page.links if link.startswith("#")} | set(page.labelled)
    assert wanted - set(page.ids) == set()


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = made()[1].headings
    assert (levels[0], levels.count(1)) == (1, 1)
    assert [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1] == []


def test_two_runs_write_the_same_bytes() -> None:
    code = "import sys; from bot.gallery.page import gallery; sys.stdout.write(gallery().html)"
    root = Path(__file__).parents[2]
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Riyadh"))
    }
    assert runs == {made()[0].html.encode()}


def test_the_page_is_small_enough_to_send_to_somebody() -> None:
    assert len(made()[0].html.encode()) < 8_000_000


def run(*arguments: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, ["gallery", *arguments])
    return ended.exit_code, ended.stdout, ended.stderr


def test_the_command_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written, page = made()
    shapes = len(page.figures) // len(LANGUAGES)
    made_of = f"{len(public_screens())} functions in {shapes} shapes and {len(LANGUAGES)} languages"
    said = f"gallery.html: {made_of}.\n"
    assert run() == (0, said, "")
    assert (tmp_path / "gallery.html").read_text(encoding="utf-8") == written.html


def test_the_command_says_why_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "page.html"
    said = f"The page cannot be written: {path}: No such file or directory\n"
    assert run("--output", str(path)) == (1, "", said)
