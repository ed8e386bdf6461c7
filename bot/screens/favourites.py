"""Favourites: the list of them, one of them, its name; saved targets; and a link to share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.domain.money import Money
from bot.domain.pricing import Unit
from bot.domain.text import utf16_length
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.catalogue import Choice, pages, service_rows
from bot.screens.draft import rate_words, target_label
from bot.screens.layout import (
    bold,
    browse,
    code,
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

LONGEST_NAME = 40
"""Characters of a favourite's name: what fits on a key beside its price."""

_LABEL = 56
_LEAST_NAME = 16  # characters that a name keeps beside two prices


@dataclass(frozen=True, slots=True)
class Line:
    """A favourite as it is shown; without a `price` Serva no longer offers it.

    `name` is the person's own, or how its service and quantity are called; `service` the service's
    name where `name` does not say it. `was` is the price when it was kept, where that was another.
    With a `unit` the price is a rate, else a total.
    """

    id: int
    name: str
    service: str = ""
    quantity: int | None = None
    price: Money | None = None
    was: Money | None = None
    unit: Unit | None = None


def favourites(
    t: Words, lines: Sequence[Line], page: int, total: int, edit: bool, note: str = ""
) -> Screen:
    """One page of favourites: a tap orders one, or shows it where `edit` is on."""
    how = (
        t("Tap one to rename, share or remove it.")
        if edit
        else t("Tap one to order it at today's price.")
    )
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Favourites")),
            how
            if lines
            else t("Nothing is here yet. Tap Add to favourites where you order something."),
            page_of(t, page, pages(total)),
        ],
        [
            *[
                [tap(_label(t, line), (b.ShowFavourite if edit else b.OpenFavourite)(line.id))]
                for line in lines
            ],
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.Favourites(max(0, page - 1), int(edit))),
                    tap(t("Next"), b.Favourites(page + 1, int(edit))),
                ],
            ),
            [_other(t, page, edit) if lines else browse(t), tap(t("Saved links"), b.Targets())],
            [home(t)],
        ],
    )


def favourite(t: Words, line: Line, note: str = "") -> Screen:
    """One favourite: what it is, what it costs and has cost, and what can be done with it."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(fenced(t, line.name)),
            fenced(t, line.service) if line.service else None,
            None if line.quantity is None else t("Quantity: {quantity}", quantity=line.quantity),
            _price_line(t, line),
            None if line.was is None else t("It was {price} when you added it.", price=line.was),
        ],
        [
            [tap(t("Order it"), b.OpenFavourite(line.id))],
            [
                tap(t("Rename"), b.NameFavourite(line.id)),
                tap(t("Share"), b.Share("favourite", line.id)),
            ],
            [tap(t("Remove from favourites"), b.RemoveFavourite(line.id))],
            [tap(t("Back"), b.Favourites(0, 1)), home(t)],
        ],
    )


def gone(t: Words, line: Line, choices: Sequence[Choice]) -> Screen:
    """A favourite that Serva no longer offers, and what stands nearest to it."""
    return screen(
        t,
        [
            bold(fenced(t, line.name)),
            t("Serva no longer offers this service."),
            t("These are the nearest ones.") if choices else t("Look for another one."),
        ],
        [
            *service_rows(t, choices),
            [tap(t("Remove from favourites"), b.RemoveFavourite(line.id))],
            [tap(t("Back"), b.Favourites()), home(t)],
        ],
    )


def name_it(t: Words, favourite: int, plain: str, note: str = "") -> Screen:
    """Asks what a favourite is to be called; `plain` is what it is called without a name."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("What shall I call it? Send a name, or tap this one.")),
        ],
        [
            [tap(t.isolated(cut(plain)), b.PlainName(favourite))],
            [tap(t("Back"), b.LeaveName(favourite)), home(t)],
        ],
    )


def targets(
    t: Words, saved: Sequence[tuple[int, str]], page: int, total: int, note: str = ""
) -> Screen:
    """One page of saved targets; a tap removes one."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Saved links and ids")),
            t("These are offered as buttons when you order. Tap one to remove it.")
            if saved
            else t("Nothing is saved yet. Links and ids that you order for are kept here."),
            page_of(t, page, pages(total)),
        ],
        [
            *[[tap(target_label(t, value), b.RemoveTarget(key, page))] for key, value in saved],
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.Targets(max(0, page - 1))),
                    tap(t("Next"), b.Targets(page + 1)),
                ],
            ),
            [tap(t("Back"), b.Favourites()), home(t)],
        ],
    )


def share(t: Words, name: str, url: str, back: b.Action) -> Screen:
    """A link to something here, to be copied or sent on."""
    return screen(
        t,
        [
            bold(fenced(t, name)),
            fenced(t, code(url)),
            t("Whoever opens this link sees their own price and orders with their own key."),
        ],
        [
            [
                Button(t("Copy link"), copy=url),
                Button(t("Send it"), url=f"https://t.me/share/url?url={quote(url, safe='')}"),
            ],
            [tap(t("Back"), back), home(t)],
        ],
    )


def _other(t: Words, page: int, edit: bool) -> Button:
    """To the other of the list's two forms."""
    return tap(t("Done") if edit else t("Edit"), b.Favourites(page, int(not edit)))


def _price_line(t: Words, line: Line) -> str | None:
    if line.price is None:
        return None
    if line.unit is None:
        return t("Price now: {price}", price=line.price)
    return t("Your rate: {rate}", rate=rate_words(t, line.price, line.unit))


def _label(t: Words, line: Line) -> str:
    """The name, and the price as it is and as it was; the name gives way, the price never does."""
    if line.price is None:
        missing = t("no longer offered")
        return f"{t.isolated(cut(line.name, _LABEL - utf16_length(missing) - 3))} · {missing}"
    if line.was is not None:
        both = t("{price} (was {was})", price=line.price, was=line.was)
        room = _LABEL - utf16_length(both) - 3
        if room >= _LEAST_NAME:
            return f"{t.isolated(cut(line.name, room))} · {both}"
    return priced(t, line.name, line.price)
