"""The gallery: every screen in every language on one page, which needs nothing but a browser.

The page depends on the source alone: equal sources give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import TypeAlias

from bot.domain.text import utf16_length
from bot.gallery.markup import paragraphs, plain
from bot.gallery.samples import Sample, samples
from bot.gallery.values import ORDINARY, Values
from bot.screens.screen import Button, Row, Screen
from bot.texts.words import LANGUAGES, Texts, Words

MESSAGE = 4096
LABEL = 64
"""What Telegram takes, in characters."""

_HERE = Path(__file__).parent

Shape: TypeAlias = tuple[Sample, ...]
"""One shape of one function, in every language."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """The page, and how much is on it."""

    html: str
    functions: int
    shapes: int
    languages: int


def gallery(values: Values = ORDINARY) -> Gallery:
    """Every screen of the bot, in every language that is complete, filled with these values."""
    texts = Texts()
    words = [texts.of(code) for code in LANGUAGES]
    shapes = list(zip(*(samples(t, values) for t in words), strict=True))
    families = _by_family(shapes)
    functions = sum(map(len, families.values()))
    style = _read("page.css") + "".join(f"{_only(t)}\n" for t in words)
    script = _read("page.js")
    html = Template(_read("page.html")).substitute(
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        functions=functions,
        shapes=len(shapes),
        languages=", ".join(f"<bdi>{name}</bdi>" for name in LANGUAGES.values()),
        screens=len(shapes) * len(words),
        switch="".join(map(_switch, words)),
        contents="".join(_contents(name, inside) for name, inside in families.items()),
        families="".join(_family(words, name, inside) for name, inside in families.items()),
    )
    return Gallery(html, functions, len(shapes), len(words))


def _by_family(shapes: Iterable[Shape]) -> Mapping[str, Mapping[str, list[Shape]]]:
    """The shapes of each function of each family, in the order in which they come."""
    families: dict[str, dict[str, list[Shape]]] = {}
    for shape in shapes:
        functions = families.setdefault(shape[0].family, {})
        functions.setdefault(shape[0].name, []).append(shape)
    return families


def _contents(family: str, functions: Mapping[str, Sequence[Shape]]) -> str:
    links = "".join(
        f'<li><a href="#{name}">{name.partition(".")[2]}</a> <small>{len(shapes)}</small></li>'
        for name, shapes in functions.items()
    )
    return f'<li><a href="#{family}">{family}</a><ul>{links}</ul></li>\n'


def _family(words: Sequence[Words], family: str, functions: Mapping[str, Sequence[Shape]]) -> str:
    about = inspect.getmodule(next(iter(functions.values()))[0][0].function)
    inside = "".join(_function(words, name, shapes) for name, shapes in functions.items())
    return (
        f'<section class="family" aria-labelledby="{family}">\n'
        f'<h2 id="{family}">{family}</h2>\n<p>{escape(inspect.getdoc(about) or "")}</p>\n'
        f"{inside}</section>\n"
    )


def _function(words: Sequence[Words], name: str, shapes: Sequence[Shape]) -> str:
    sample = shapes[0][0]
    about = escape(" ".join((inspect.getdoc(sample.function) or "").split()))
    inside = "".join(_shape(words, shape) for shape in shapes)
    return (
        f'<article class="function" aria-labelledby="{name}">\n'
        f'<h3 id="{name}">{name}</h3>\n'
        f"<p>{about} <code>bot/screens/{sample.family}.py</code></p>\n"
        f'<div class="shapes">\n{inside}</div></article>\n'
    )


def _shape(words: Sequence[Words], shape: Shape) -> str:
    name, said = shape[0].name, shape[0].shape or "usual"
    anchor = "-".join([name, *re.findall(r"\w+", said)])
    inside = "".join(_figure(t, one.screen) for t, one in zip(words, shape, strict=True))
    return (
        f'<section class="shape" aria-labelledby="{anchor}">'
        f'<h4 id="{anchor}"><a href="#{anchor}">'
        f"<span>{name}: </span><bdi>{escape(said)}</bdi></a></h4>\n"
        f'<div class="side">{inside}</div></section>\n'
    )


def _figure(t: Words, screen: Screen) -> str:
    """A screen as a chat shows it, and how near it comes to Telegram's limits."""
    size = f"{utf16_length(plain(screen.text)):,}/{MESSAGE:,} characters"
    labels = [utf16_length(key.label) for row in screen.rows for key in row]
    longest = f" · longest label {max(labels)}/{LABEL}" if labels else ""
    keys = f'<div class="keys">{"".join(map(_row, screen.rows))}</div>' if screen.rows else ""
    return (
        f'<figure lang="{t.code}"><figcaption lang="en"><bdi>{LANGUAGES[t.code]}</bdi> · '
        f"{size}{longest}</figcaption>"
        f'<div class="chat"><div class="bubble">{paragraphs(screen.text)}</div>{keys}</div>'
        "</figure>\n"
    )


def _row(row: Row) -> str:
    # As it was sent: Telegram mirrors no row, and neither does this page.
    return f'<div class="row" dir="ltr">{"".join(map(_key, row))}</div>'


def _key(key: Button) -> str:
    kind, does = _deed(key)
    said = escape(does)
    return (
        f'<span class="key {kind} {key.style}" title="{said}"><span dir="auto">'
        f'{escape(key.label)}</span><small lang="en" dir="ltr">{said}</small></span>'
    )


def _deed(key: Button) -> tuple[str, str]:
    """What kind of key it is, and what a tap does, with the colour in words."""
    kind, does = (
        ("url", f"opens {key.url}")
        if key.url
        else ("copy", f"copies {key.copy}")
        if key.copy
        else ("data", f"sends {key.data}")
    )
    return kind, f"{does} · {key.style}" if key.style else does


def _switch(t: Words) -> str:
    return (
        f'<label><input type="radio" name="language" id="only-{t.code}">'
        f'<bdi lang="{t.code}">{LANGUAGES[t.code]}</bdi></label>\n'
    )


def _only(t: Words) -> str:
    """The rule that leaves one language of all; it needs no script."""
    return f"body:has(#only-{t.code}:checked) figure:not([lang={t.code}]) {{ display: none }}"


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's own policy lets run, and nothing else."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
