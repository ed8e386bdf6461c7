"""Screens of what goes on without its person: what waits for its turn or for money, and news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.later import Change
from bot.domain.money import Money
from bot.domain.order import AskedAgain, Details, Queued
from bot.domain.wishes import Twice
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.draft import rate_words, target_lines, twice_lines, when_it_ends
from bot.screens.layout import bold, cut, fenced, home, join, screen
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_SHOWN = 8
"""Changed services that one message names."""

_WHY: Mapping[AskedAgain, str] = {
    AskedAgain.LATE: mark("The order before it took longer than a day."),
    AskedAgain.PRICE: mark("It costs more than you agreed to."),
    AskedAgain.CHANGED: mark("Serva has changed this service."),
    AskedAgain.GONE: mark("Serva no longer offers this service."),
    AskedAgain.BALANCE: mark("Your balance is too low for this order."),
    AskedAgain.KEY: mark("The key that you agreed with is not linked or is refused."),
    AskedAgain.BUSY: mark("There is another order for the same target."),
    AskedAgain.LIMIT: mark("It would go beyond your daily limit."),
    AskedAgain.RESTORED: mark("I run from a backup. Look at your orders on Serva first."),
    AskedAgain.AWAY: mark("I was away for a while. Look at your orders on Serva first."),
}


def what(t: Words, details: Details) -> str:
    """What is ordered, in a line."""
    name = fenced(t, cut(details.service.name_in(t.code), 80))
    if details.quantity is None:
        return name
    return join(t.isolated(t.number(details.quantity)), " × ", name)


def queue_twice(t: Words, nonce: str, details: Details, twice: Twice, ahead: int) -> Screen:
    """The second question about an order above a limit that is to be sent later."""
    total = details.quote.agreed
    return screen(
        t,
        [
            bold(t("You are about to spend {total}.", total=total))
            if details.quote.proven
            else bold(t("You are about to spend about {total}.", total=total)),
            what(t, details),
            *target_lines(t, details),
            *twice_lines(t, details, twice),
        ],
        [
            [tap(when_it_ends(t, details), b.ConfirmQueued(nonce, ahead, 1))],
            [tap(t("Back"), b.ShowDraft(nonce)), home(t)],
        ],
    )


def queued(t: Words, waiting: Queued) -> Screen:
    """What was agreed to, and when it is sent."""
    details = waiting.details
    return screen(
        t,
        [
            bold(t("I will order this when order #{order} ends.", order=str(waiting.ahead))),
            what(t, details),
            *target_lines(t, details),
            t("For {total} at the most.", total=details.quote.agreed)
            if details.quote.proven
            else t(
                "For about {total}, if Serva prices it as I assume.", total=details.quote.agreed
            ),
            t("If that is later than a day, or anything has changed, I ask you again."),
        ],
        [
            [tap(t("Show order #{order}", order=str(waiting.ahead)), b.OpenOrder(waiting.ahead))],
            [_drop(t, waiting)],
            [home(t)],
        ],
    )


def queued_lines(t: Words, waiting: Queued | None) -> list[str]:
    """What comes after an order, on its card."""
    if waiting is None:
        return []
    total = t.isolated(t.money(waiting.details.quote.agreed))
    return [join(t("Next, when this ends:"), " ", what(t, waiting.details), " · ", total)]


def queued_keys(t: Words, waiting: Queued | None) -> list[Button]:
    """How to take that back."""
    return [] if waiting is None else [_drop(t, waiting)]


def queued_row(t: Words, waiting: Queued) -> list[Button]:
    """A key of a list for what waits: to the card of the order that it waits for."""
    name = cut(waiting.details.service.name_in(t.code), 30)
    label = t("After #{order}: {name}", order=str(waiting.ahead), name=name)
    return [tap(label, b.OpenOrder(waiting.ahead))]


def asked_again(t: Words, waiting: Queued) -> Screen:
    """What was to be ordered was not: the person decides, at today's price."""
    details = waiting.details
    return screen(
        t,
        [
            bold(_not_ordered(t, waiting)),
            what(t, details),
            *target_lines(t, details),
            t("You agreed to {total}.", total=details.quote.agreed),
            t(_WHY[AskedAgain(waiting.why)]),
        ],
        [
            [tap(t("Look at it again"), b.TakeQueued(waiting.id))],
            [home(t)],
        ],
    )


def funded(t: Words, draft: int, balance: Money) -> Screen:
    """The balance covers the draft that waited for it."""
    return screen(
        t,
        [
            bold(t("Your balance is now {balance}.", balance=balance)),
            t("Your order is still here."),
        ],
        [[tap(t("Look at it again"), b.TakeUnfunded(draft))], [home(t)]],
    )


def price_changes(t: Words, changes: Sequence[Change]) -> Screen:
    """What services that the person uses cost or allow by now."""
    shown = changes[:_SHOWN]
    left = len(changes) - len(shown)
    rows = [
        [tap(t.isolated(cut(change.service.name_in(t.code))), b.OpenService(change.number))]
        for change in shown
        if change.service is not None
    ]
    return screen(
        t,
        [
            bold(t("Serva has changed what you use.")),
            *(line for change in shown for line in _change(t, change)),
            t.n("And {count} more service.", "And {count} more services.", left) if left else None,
        ],
        [*rows, [tap(t("Notifications"), b.Notifications()), home(t)]],
    )


def low_balance(t: Words, places: Places, balance: Money, needed: Money) -> Screen:
    """The balance does not cover the last order once more."""
    return screen(
        t,
        [
            bold(t("Your Serva balance is {balance}.", balance=balance)),
            t("Your last order would cost {total} today.", total=needed.at_most()),
        ],
        [[*places.top_up(t)], [tap(t("Notifications"), b.Notifications()), home(t)]],
    )


def _not_ordered(t: Words, waiting: Queued) -> str:
    ahead = str(waiting.ahead)
    if waiting.why in (AskedAgain.RESTORED, AskedAgain.AWAY):
        return t("I cannot tell whether I ordered what was to follow order #{order}.", order=ahead)
    return t("I did not order what was to follow order #{order}.", order=ahead)


def _drop(t: Words, waiting: Queued) -> Button:
    return tap(t("Do not order it"), b.DropQueued(waiting.id))


def _change(t: Words, change: Change) -> list[str]:
    """A service's name, and what is different about it."""
    before, service = change.before, change.service
    if service is None:
        return ["", fenced(t, cut(before.name, 80)), t("Serva no longer offers it.")]
    lines = ["", fenced(t, cut(service.name_in(t.code), 80))]
    if service.rate != before.rate:
        old, new = (
            rate_words(t, Money(rate, change.currency), change.unit)
            for rate in (before.rate, service.rate)
        )
        lines.append(t("Your rate: {old} → {new}", old=old, new=new))
    if (service.minimum, service.maximum) != (before.minimum, before.maximum):
        lines.append(
            t(
                "From {minimum} to {maximum}, no longer from {least} to {most}.",
                minimum=service.minimum,
                maximum=service.maximum,
                least=before.minimum,
                most=before.maximum,
            )
        )
    return lines
