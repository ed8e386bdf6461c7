"""What a link to the bot points to: a service, a category or a preset, and nothing of anybody's.

    t.me/<bot>?start=service-12    t.me/<bot>?start=category-3    t.me/<bot>?start=preset-12-1000

The numbers are our own integers and a quantity. Whoever follows a link sees their own prices, and
is asked everything else: a link never orders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.numbers import MAX_QUANTITY
from bot.domain.text import visible

MAX_PAYLOAD = 64
"""Characters that Telegram lets through behind `?start=`, of A-Z a-z 0-9 _ - alone."""

# Thirteen digits hold every quantity, and far more services than there will ever be. An invitation
# has no such form: its twelve characters are random, and it is looked at before anybody is let in.
_NUMBER = "([1-9][0-9]{0,12})"
_PAYLOAD = re.compile(rf"(service|category)-{_NUMBER}|preset-{_NUMBER}-{_NUMBER}", re.ASCII)


class What(StrEnum):
    """What can be pointed to."""

    SERVICE = "service"
    CATEGORY = "category"
    PRESET = "preset"


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing that is pointed to: our integer for it, and a preset's quantity."""

    what: What
    number: int
    quantity: int | None = None


def payload_of(shared: Shared) -> str:
    """Return what stands behind `?start=`; at most 64 characters."""
    parts = (shared.what, str(shared.number), str(shared.quantity or ""))
    return "-".join(filter(None, parts))


def link_to(username: str, shared: Shared) -> str:
    """Return the link that opens it in the private chat with the bot of this name."""
    return f"https://t.me/{username}?start={payload_of(shared)}"


def followed(text: str, username: str) -> str:
    """Return the payload of the bot's own link at the end of a text; empty where there is none.

    Whoever picks an inline result in the bot's own chat sends such a text there.
    """
    link = rf"(?:^|[\s/])t\.me/{re.escape(username)}\?start=([a-z0-9-]+)\s*\Z"
    match = re.search(link, visible(text), re.ASCII | re.IGNORECASE)
    return match[1] if match is not None and shared_from(match[1]) is not None else ""


def shared_from(payload: str) -> Shared | None:
    """Return what a payload points to; None for anything that `payload_of` never wrote."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    what, number, preset, quantity = match.groups()
    if what:
        return Shared(What(what), int(number))
    if int(quantity) > MAX_QUANTITY:
        return None
    return Shared(What.PRESET, int(preset), int(quantity))
