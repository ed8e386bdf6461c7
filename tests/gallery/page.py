"""Reads the gallery's page as a browser would: what it shows, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br"})


@dataclass(frozen=True)
class Shown:
    """One screen as the page shows it."""

    function: str
    shape: str
    language: str
    text: str
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Page:
    """Everything on the page; `tags` and `attributes` are those that occur anywhere."""

    figures: list[Shown] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)


def read(html: str) -> Page:
    """Everything on a page whose tags are closed as they should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[tuple[str, str]] = []
        self._title = ""
        self._language = ""
        self._lines: list[str] = []
        self._rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("class", "").strip()
        self._keep(tag, given)
        if tag not in VOID:
            self.open.append((tag, kind))
        if tag == "h4":
            self._title = ""
        elif tag == "figure":
            self._language, self._lines, self._rows = given["lang"], [], []
        elif self._inside("bubble") and tag == "p":
            self._lines.append("")
        elif kind == "row":
            self._rows.append([])
        elif kind.split()[:1] == ["key"] and self._rows:
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag
        if tag == "figure":
            function, _, shape = self._title.partition(": ")
            rows = tuple(map(tuple, self._rows))
            text = "\n".join(self._lines)
            self.page.figures.append(Shown(function, shape, self._language, text, rows))

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if "h4" in tags:
            self._title += data
        elif self._inside("bubble"):
            self._lines[-1] += data
        elif self._inside("row") and tags[-1] == "span":
            self._rows[-1][-1] += data

    def _inside(self, kind: str) -> bool:
        return any(entry == kind for _, entry in self.open)

    def _keep(self, tag: str, given: dict[str, str]) -> None:
        page = self.page
        page.tags.add(tag)
        page.attributes |= {(tag, name) for name in given}
        page.links += [given[name] for name in ("href", "src") if name in given]
        page.ids += [given["id"]] if "id" in given else []
        page.labelled += [given["aria-labelledby"]] if "aria-labelledby" in given else []
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            page.headings.append(int(tag[1]))
