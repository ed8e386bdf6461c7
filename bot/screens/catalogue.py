"""Screens for choosing: categories, services, results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.money import Money
from bot.domain.platforms import OTHER, PLATFORMS, Aim, Sorting
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.draft import more_links
from bot.screens.layout import (
    bold,
    browse,
    chosen,
    cut,
    fenced,
    home,
    page_of,
    pager,
    priced,
    screen,
)
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

PAGE = 8
"""Categories or services on one screen: what a thumb reaches without scrolling."""

NUMBERS = 40
"""Page numbers on one screen."""
ALL = "all"
"""Whatever a service brings."""

_LEAFED = 5  # pages that nobody needs their numbers for
_NUMBERS_ACROSS = 5
_STRETCHES_ACROSS = 3
_AIMS_ACROSS = 3

Paged: TypeAlias = (
    b.Browse | b.Categories | b.OpenCategory | b.SortCategory | b.Platform | b.Shelf | b.Results
)

_SORTINGS: Mapping[Sorting, str] = {
    Sorting.SERVA: mark("As at Serva"),
    Sorting.PRICE: mark("By price"),
    Sorting.MINE: mark("My usual"),
}
_PLATFORMS: Mapping[str, str] = {
    "instagram": mark("Instagram"),
    "tiktok": mark("TikTok"),
    "youtube": mark("YouTube"),
    "telegram": mark("Telegram"),
    "twitter": mark("X (Twitter)"),
    "facebook": mark("Facebook"),
    "snapchat": mark("Snapchat"),
    "threads": mark("Threads"),
    "spotify": mark("Spotify"),
    "soundcloud": mark("SoundCloud"),
    "anghami": mark("Anghami"),
    "linkedin": mark("LinkedIn"),
    "kick": mark("Kick"),
    "twitch": mark("Twitch"),
    "discord": mark("Discord"),
    "whatsapp": mark("WhatsApp"),
    "pinterest": mark("Pinterest"),
    "reddit": mark("Reddit"),
    "likee": mark("Likee"),
    "kwai": mark("Kwai"),
    "website": mark("Websites"),
}
_AIMS: Mapping[Aim, str] = {
    Aim.FOLLOWERS: mark("Followers"),
    Aim.SUBSCRIBERS: mark("Subscribers"),
    Aim.MEMBERS: mark("Members"),
    Aim.LIKES: mark("Likes"),
    Aim.VIEWS: mark("Views"),
    Aim.COMMENTS: mark("Comments"),
    Aim.SHARES: mark("Shares"),
    Aim.SAVES: mark("Saves"),
    Aim.REACTIONS: mark("Reactions"),
    Aim.PLAYS: mark("Plays"),
    Aim.STORY: mark("Stories"),
    Aim.LIVE: mark("Live"),
    Aim.HOURS: mark("Watch hours"),
    Aim.VOTES: mark("Votes"),
    Aim.MENTIONS: mark("Mentions"),
    Aim.VISITS: mark("Visits"),
    Aim.OTHER: mark("Other"),
}


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
    t: Words,
    entries: Sequence[tuple[int, str, int]],
    page: int,
    total: int,
    note: str = "",
    *,
    shown_by: Paged | None = None,
) -> Screen:
    """One page of categories: our integer, name, and how many services each has.

    `shown_by` shows this page, where that is not the first thing that Browse shows.
    """
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
            leaf(t, shown_by or b.Browse(page), total),
            [*([tap(t("Back"), b.Browse())] if shown_by else []), home(t)],
        ],
    )


def category(
    t: Words,
    number: int,
    name: str,
    choices: Sequence[Choice],
    page: int,
    total: int,
    note: str = "",
    sorting: Sorting = Sorting.SERVA,
) -> Screen:
    """One page of a category's services, each with the person's own price."""
    action = (
        b.OpenCategory(number, page)
        if sorting is Sorting.SERVA
        else b.SortCategory(number, sorting, page)
    )
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(fenced(t, name)),
            t("Your price is beside each service."),
            page_of(t, page, pages(total)),
        ],
        [
            *service_rows(t, choices),
            leaf(t, action, total),
            sorting_keys(t, sorting, total, lambda by: b.SortCategory(number, by)),
            [tap(t("Back"), b.Browse()), tap(t("Share"), b.Share("category", number)), home(t)],
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
    quantity: int | None = None,
    aims: Sequence[Aim] = (),
    aim: str = "",
    near: bool = False,
    note: str = "",
    more: int = 0,
    counted: int | None = None,
) -> Screen:
    """One page of what a typed word or a pasted link found; a link waits for the choice.

    `aims` are what a link can be brought, `aim` the one that is looked at. With `near`, nothing is
    called what was typed. `more` is how many links there are beside this one. `counted` is the
    number among the words, which may be how many are wanted.
    """
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Nothing is called that. These are the nearest ones."))
            if near
            else bold(t.n("{count} service found.", "{count} services found.", total)),
            t("You typed: {query}", query=cut(query, 60)) if query else None,
            t("Link: {link}", link=cut(link, 300)) if link else None,
            more_links(t, more) if more else None,
            t("Quantity: {quantity}", quantity=quantity) if quantity else None,
            page_of(t, page, pages(total)),
        ],
        [
            *service_rows(t, choices),
            leaf(t, b.Results(page), total),
            [quantity_key(t, counted)] if counted else [],
            *aim_keys(t, aims, aim),
            [tap(t("Back"), b.Browse()), home(t)],
        ],
    )


def quantity_key(t: Words, quantity: int) -> Button:
    """What was typed as how many are wanted."""
    return tap(t("Quantity: {quantity}", quantity=quantity), b.LinkQuantity(quantity))


def nothing_found(t: Words, query: str, note: str = "", *, an_id: bool = False) -> Screen:
    """A typed word or a pasted link found nothing. `an_id`: it may be an order's."""
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
            t("None of your orders has this id.") if an_id else None,
            t("Try another word, for example: followers"),
        ],
        [[tap(t("My orders"), b.Orders())] if an_id else [], [browse(t), home(t)]],
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


def popular(t: Words, choices: Sequence[Choice]) -> Screen:
    """What people here order most."""
    return screen(
        t,
        [bold(t("Popular")), t("Your price is beside each service.")],
        [*service_rows(t, choices), [tap(t("Back"), b.Browse()), home(t)]],
    )


def platforms(t: Words, counts: Mapping[str, int], categories: int) -> Screen:
    """Where Browse begins when there are many categories: what the order is for."""
    known = [name for name in (*PLATFORMS, OTHER) if counts.get(name)]
    return screen(
        t,
        [bold(t("What is it for?")), t("Or type a word, or paste a link.")],
        [
            [tap(t("Popular"), b.Popular())],
            *in_two(
                tap(f"{platform_label(t, name)} · {t.number(counts[name])}", b.Platform(name))
                for name in known
            ),
            [tap(t("All categories: {count}", count=categories), b.Categories())],
            [home(t)],
        ],
    )


def aims(t: Words, platform: str, counts: Mapping[Aim, int]) -> Screen:
    """What there is for a platform."""
    return screen(
        t,
        [bold(platform_label(t, platform)), t("What would you like more of?")],
        [
            *in_two(
                tap(f"{aim_label(t, aim)} · {t.number(counts[aim])}", b.Shelf(platform, aim))
                for aim in sorted(counts, key=lambda aim: (aim is Aim.OTHER, -counts[aim]))
            ),
            [tap(t("Back"), b.Browse()), home(t)],
        ],
    )


def shelf(t: Words, action: b.Shelf, choices: Sequence[Choice], total: int) -> Screen:
    """One page of what a platform has of one aim, each with the person's own price."""
    name = platform_label(t, action.platform)
    whole = action.aim == ALL
    return screen(
        t,
        [
            bold(name if whole else f"{name} · {aim_label(t, Aim(action.aim))}"),
            t("Your price is beside each service."),
            page_of(t, action.page, pages(total)),
        ],
        [
            *service_rows(t, choices),
            leaf(t, action, total),
            sorting_keys(
                t,
                Sorting(action.sorting),
                total,
                lambda by: b.Shelf(action.platform, action.aim, by),
            ),
            [tap(t("Back"), b.Browse() if whole else b.Platform(action.platform)), home(t)],
        ],
    )


def page_numbers(t: Words, numbers: b.PageNumbers) -> Screen:
    """The pages of a long list as keys; of a very long one those around a page, and the others."""
    count = numbers.last + 1
    start = min(numbers.page, numbers.last) // NUMBERS * NUMBERS
    pages_here = range(start, min(start + NUMBERS, count))
    # Telegram takes 100 keys: of a list beyond all measure not every stretch has one.
    stretch = NUMBERS * -(-count // NUMBERS**2)
    keys = [
        tap(t.number(page + 1), action)
        for page in pages_here
        if (action := b.at_page(numbers, page)) is not None
    ]
    stretches = [
        tap(
            f"{t.number(first + 1)}–{t.number(min(first + stretch, count))}",
            b.PageNumbers(numbers.of, first, numbers.last),
        )
        for first in range(0, count, stretch)
        if first != start
    ]
    back = b.at_page(numbers, numbers.page)
    return screen(
        t,
        [bold(t("Which page?"))],
        [
            *_across(keys, _NUMBERS_ACROSS),
            *(_across(stretches, _STRETCHES_ACROSS) if count > NUMBERS else []),
            [*([tap(t("Back"), back)] if back else []), home(t)],
        ],
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


def leaf(t: Words, shown: Paged, total: int) -> list[Button]:
    """`Previous` and `Next` of the list that an action shows a page of; of a long one, a leap."""
    count = pages(total)
    around = (replace(shown, page=max(0, shown.page - 1)), replace(shown, page=shown.page + 1))
    keys = [tap(t("Previous"), around[0]), tap(t("Next"), around[1])]
    row = list(pager(t, shown.page, count, keys))
    if count > _LEAFED:
        leap = tap(
            t("Page {page}/{pages}", page=shown.page + 1, pages=count),
            b.page_numbers(shown, count - 1),
        )
        row.insert(1 if shown.page else 0, leap)
    return row


def sorting_keys(
    t: Words, sorting: Sorting, total: int, sort: Callable[[Sorting], b.Action]
) -> list[Button]:
    """The orders in which a list can be shown, where it is long enough to have one."""
    if total <= 1:
        return []
    return [
        tap(chosen(t(label)) if by is sorting else t(label), sort(by))
        for by, label in _SORTINGS.items()
    ]


def aim_keys(t: Words, aims: Sequence[Aim], looked_at: str) -> list[list[Button]]:
    """What a link can be brought, to look at one of it alone, or at all of it again."""
    keys = [
        tap(chosen(aim_label(t, aim)), b.LinkAim(ALL))
        if aim == looked_at
        else tap(aim_label(t, aim), b.LinkAim(aim))
        for aim in aims
    ]
    return _across(keys, _AIMS_ACROSS) if len(keys) > 1 else []


def platform_label(t: Words, platform: str) -> str:
    """What a platform is called."""
    return t(_PLATFORMS[platform]) if platform in _PLATFORMS else t("Everything else")


def aim_label(t: Words, aim: Aim) -> str:
    """What a service brings, in words."""
    return t(_AIMS[aim])


def in_two(keys: Iterable[Button]) -> list[list[Button]]:
    """Short keys side by side."""
    return _across(list(keys), 2)


def _across(keys: Sequence[Button], count: int) -> list[list[Button]]:
    return [list(keys[start : start + count]) for start in range(0, len(keys), count)]
