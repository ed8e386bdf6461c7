"""What an order was for, as it is kept to be offered again: a link, or all ids at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.catalogue import Service
from bot.domain.fields import Field, FieldKind, single_line_required
from bot.domain.order import Details
from bot.domain.platforms import OTHER, PLATFORMS, address_of, fits, shelf_of
from bot.domain.text import fold

# What opens an account is given to one order, and offered to nobody who looks at the phone.
_SECRET = re.compile(r"pass|\bpin\b|\botp\b|secret|token|\bcode\b|مرور|السر\b|سري\b|رمز|كود")


def ids_of(service: Service) -> tuple[Field, ...]:
    """Return the fields that say whom an order is for, as in "player and server"; or none.

    They are all that the service needs, each on one line, and the first question asks for them.
    """
    wanted = single_line_required(service.fields)
    required = tuple(entry for entry in service.fields if entry.required)
    if service.needs_link or not wanted or wanted != required or wanted[0] != service.fields[0]:
        return ()
    names = (fold(f"{entry.key} {entry.label}".replace("_", " ")) for entry in wanted)
    if wanted[0].kind is FieldKind.CHOICE or any(map(_SECRET.search, names)):
        return ()
    return wanted


def target_kind(service: Service) -> str:
    """Return what marks the services that are offered each other's targets.

    Links are all of one kind, from which `suiting` chooses. Ids are where services ask the same
    and differ in nothing but numbers ("86 Diamonds", "172 Diamonds"): a player of one game is
    nobody in another.
    """
    if service.needs_link:
        return "link"
    keys = " ".join(entry.key for entry in ids_of(service))
    names = (service.category, re.sub(r"\d[\d.,]*", " ", service.name))
    return "\n".join(("ids", keys, *map(fold, names)))


def suiting(service: Service, links: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return those of the kept links that lead to the service's platform, the likeliest first.

    A service for websites, or for none of the platforms, takes any link.
    """
    shelf = shelf_of(service)
    anywhere = shelf.platform == OTHER or not PLATFORMS[shelf.platform].hosts
    known = [(address_of(url), (number, url)) for number, url in links]
    here = [one for one in known if anywhere or one[0].platform == shelf.platform]
    here.sort(key=lambda one: shelf.aim not in fits(one[0].thing))
    return [link for _, link in here]


def kept_target(details: Details) -> str:
    """Return what is kept of an order: its link, or its ids, one a line; "" where it has none."""
    if details.service.needs_link:
        return details.link
    given = {value.key: value.text for value in details.values}
    ids = [given.get(entry.key, "") for entry in ids_of(details.service)]
    return "\n".join(ids) if all(ids) else ""
