"""Screens for what is typed and pasted when it may mean several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.links import Link
from bot.domain.order import Order
from bot.domain.platforms import Thing
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.catalogue import Choice, in_two, quantity_key, service_rows
from bot.screens.layout import bold, browse, cut, home, join, listed, screen
from bot.screens.order import status_in_short
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_THINGS: Mapping[Thing, str] = {
    Thing.PROFILE: mark("A profile"),
    Thing.POST: mark("A post"),
    Thing.VIDEO: mark("A video"),
    Thing.STORY: mark("A story"),
    Thing.LIVE: mark("A live stream"),
    Thing.CHANNEL: mark("A channel"),
    Thing.GROUP: mark("A group"),
    Thing.PLAYLIST: mark("A playlist"),
    Thing.TRACK: mark("A track"),
}


def what_link(t: Words, link: str, things: Sequence[Thing], note: str = "") -> Screen:
    """A link that does not say what it leads to."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("What does this link lead to?")),
            t("Link: {link}", link=cut(link, 300)),
            t("The link does not say, and I do not open links."),
        ],
        [
            *in_two(tap(t(_THINGS[thing]), b.LinkIs(thing)) for thing in things),
            [browse(t), home(t)],
        ],
    )


def which_platform(t: Words, name: str, links: Mapping[str, Link], note: str = "") -> Screen:
    """A user name: the links that it may stand for."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Where is {name}?", name=f"@{name}")),
            t("Tap the right link. I do not open it."),
        ],
        [
            *(
                [tap(t.isolated(cut(_bare(link))), b.OnPlatform(key))]
                for key, link in links.items()
            ),
            [browse(t), home(t)],
        ],
    )


def readings(
    t: Words,
    text: str,
    orders: Sequence[Order],
    services: Sequence[Choice],
    *,
    search: bool,
    quantity: int | None,
) -> Screen:
    """A number that may be several things. `search`: it also stands in services' names."""
    rows = [[_order_key(t, order)] for order in orders]
    rows += service_rows(t, services)
    if quantity is not None:
        rows.append([quantity_key(t, quantity)])
    if search:
        rows.append([search_key(t, text, b.Results())])
    return screen(
        t,
        [bold(t("What is {text}?", text=cut(text, 60)))],
        [*rows, [browse(t), home(t)]],
    )


def search_key(t: Words, text: str, action: b.Action) -> Button:
    """What was typed as a word to search for."""
    return tap(t("Search for {text}", text=cut(text, 40)), action)


def orders(
    t: Words, found: Sequence[Order], missing: Sequence[str], back: b.Action | None = None
) -> Screen:
    """The orders whose ids were typed, and which of these nobody here knows."""
    return screen(
        t,
        [
            bold(t.n("{count} order", "{count} orders", len(found)))
            if found
            else bold(t("None of your orders has this id.")),
            *(_status_line(t, order) for order in found),
            join(t("Not among your orders:"), " ", listed(t, missing))
            if missing and found
            else None,
        ],
        [
            *([_order_key(t, order)] for order in found),
            [tap(t("My orders"), b.Orders()), *([tap(t("Back"), back)] if back else []), home(t)],
        ],
    )


def _order_key(t: Words, order: Order) -> Button:
    name = cut(order.details.service.name_in(t.code), 26)
    label = t("Order #{order} · {name}", order=str(order.id), name=name)
    return tap(label, b.OpenOrder(order.id))


def _status_line(t: Words, order: Order) -> str:
    """Which order it is, by both of its ids, and how far it has come."""
    number, status = str(order.id), status_in_short(t, order)
    if not order.provider_order:
        return t("Order #{order}: {status}", order=number, status=status)
    serva = cut(order.provider_order, 40)
    return t("Order #{order} ({id}): {status}", order=number, id=serva, status=status)


def _bare(link: Link) -> str:
    return link.url.removeprefix("https://").removeprefix("www.")
