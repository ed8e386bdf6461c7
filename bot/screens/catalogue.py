"""Screens for choosing: categories, services, results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.money import Money
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.layout import (
    bold,
    browse,
    cut,
    fenced,
    home,
    page_of,
    pager,
    priced,
    screen,
)
from bot.screens.screen import Button, Screen
from bot.texts.words import Words

PAGE = 8
"""Categories or services on one screen: what a thumb reaches without scrolling."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A service in a list: our integer, its name in the person's language, its rate."""

    id: int
    name: str
    price: Money


def pages(total: int) -> int:
    """How many pages `total` entries fill, at least one."""
    return max(1, -(-total // PAGE))


def categories(
    t: Words, entries: Sequence[tuple[int, str, int]], page: int, total: int, note: str = ""
) -> Screen:
    """One page of categories: our integer, name, and how many services each has."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Categories")),
            page_of(t, page, pages(total)),
        ],
        [
            *[
                [tap(f"{t.isolated(cut(name, 46))} · {t.number(count)}", b.OpenCategory(number))]
                for number, name, count in entries
            ],
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.Browse(max(0, page - 1))),
                    tap(t("Next"), b.Browse(page + 1)),
                ],
            ),
            [home(t)],
        ],
    )


def category(
    t: Words, number: int, name: str, choices: Sequence[Choice], page: int, total: int
) -> Screen:
    """One page of a category's services, each with the person's own price."""
    return screen(
        t,
        [
            bold(fenced(t, name)),
            t("Your price is beside each service."),
            page_of(t, page, pages(total)),
        ],
        [
            *service_rows(t, choices),
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.OpenCategory(number, max(0, page - 1))),
                    tap(t("Next"), b.OpenCategory(number, page + 1)),
                ],
            ),
            [tap(t("Back"), b.Browse()), home(t)],
        ],
    )


def results(
    t: Words,
    query: str,
    choices: Sequence[Choice],
    page: int,
    total: int,
    *,
    link: str = "",
    note: str = "",
) -> Screen:
    """One page of what a typed word or a pasted link found; a link waits for the choice."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t.n("{count} service found.", "{count} services found.", total)),
            t("You typed: {query}", query=cut(query, 60)) if query else None,
            t("Link: {link}", link=cut(link, 300)) if link else None,
            page_of(t, page, pages(total)),
        ],
        [
            *service_rows(t, choices),
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.Results(max(0, page - 1))),
                    tap(t("Next"), b.Results(page + 1)),
                ],
            ),
            [tap(t("Back"), b.Browse()), home(t)],
        ],
    )


def nothing_found(t: Words, query: str, note: str = "") -> Screen:
    """A typed word or a pasted link found nothing."""
    short = cut(query, 60)
    # The mark of a cut ends the sentence by itself.
    nothing = (
        t("Nothing found for {query}", query=short)
        if short.endswith("…")
        else t("Nothing found for {query}.", query=short)
    )
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(nothing),
            t("Try another word, for example: followers"),
        ],
        [[browse(t), home(t)]],
    )


def similar(t: Words, choices: Sequence[Choice]) -> Screen:
    """A service is gone from the catalogue; what stands nearest to it."""
    return screen(
        t,
        [
            bold(t("Serva no longer offers this service.")),
            t("These are the nearest ones.") if choices else t("Look for another one."),
        ],
        [*service_rows(t, choices), [browse(t), home(t)]],
    )


def loading(t: Words) -> Screen:
    """While the catalogue is fetched for the first time."""
    return screen(t, [t("Getting your prices from Serva…")])


def empty(t: Words) -> Screen:
    """Serva offers this account nothing."""
    return screen(
        t,
        [bold(t("Serva shows no services for your account.")), t("Ask Serva's support about it.")],
        [[home(t)]],
    )


def service_rows(t: Words, choices: Sequence[Choice]) -> list[list[Button]]:
    """A key for each service."""
    return [
        [tap(priced(t, choice.name, choice.price), b.OpenService(choice.id))] for choice in choices
    ]
