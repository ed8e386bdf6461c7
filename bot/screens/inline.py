"""What stands behind the bot's name in any chat, and what of it that chat gets to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Service
from bot.domain.money import Money
from bot.domain.pricing import Unit
from bot.screens.draft import rate_words
from bot.screens.layout import bold, cut, fenced, home, screen
from bot.screens.screen import Button, Offer, Result, Screen
from bot.texts.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """A service: our integer, the link to it, and what it costs whoever asks."""

    id: int
    url: str
    service: Service
    rate: Money
    unit: Unit


def found(t: Words, lines: Sequence[Line], next_offset: str = "") -> Offer:
    """One page of services."""
    return Offer(tuple(_result(t, line) for line in lines), next_offset)


def picked(t: Words, name: str, url: str) -> Screen:
    """The message in somebody else's chat: nothing of whoever sent it, no price of theirs."""
    return screen(t, [bold(fenced(t, name)), fenced(t, url)], [[Button(t("Open"), url=url)]])


def link_first(t: Words) -> Offer:
    """Nothing to find before a key is linked."""
    return Offer(button=t("Link a key"))


def look_inside(t: Words) -> Offer:
    """The services are not here yet; the private chat fetches them."""
    return Offer(button=t("Open the chat"))


def key_typed(t: Words) -> Screen:
    """What was typed behind the bot's name in some chat looks like a key."""
    return screen(
        t,
        [
            bold(t("What you typed behind my name looks like an API key.")),
            t("I kept nothing of it. Take it out of that chat without sending it."),
            t("Paste keys only here."),
        ],
        [[home(t)]],
    )


def _result(t: Words, line: Line) -> Result:
    name = line.service.name_in(t.code)
    return Result(str(line.id), cut(name), _about(t, line), picked(t, name, line.url))


def _about(t: Words, line: Line) -> str:
    service = line.service
    lines = [t("Your rate: {rate}", rate=rate_words(t, line.rate, line.unit))]
    if service.asks_quantity:
        lines.append(
            t("From {minimum} to {maximum}.", minimum=service.minimum, maximum=service.maximum)
        )
    return "\n".join(lines)
