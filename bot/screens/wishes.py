"""What a person wishes: what rings and when, and how much may be spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.money import Money
from bot.domain.order import Details
from bot.domain.wishes import (
    EAST,
    MORNING,
    NIGHT,
    WEST,
    Guard,
    Level,
    OverLimit,
    Ring,
    Twice,
    Wishes,
    minute_of_day,
)
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.draft import order_label, quantity_line, target_lines, twice_lines
from bot.screens.layout import bold, chosen, fenced, home, screen
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_NEAR = (-60, -30, 30, 60)
_FAR = 120

_LEVELS: Mapping[Level, str] = {
    Level.ALL: mark("All"),
    Level.IMPORTANT: mark("Important"),
    Level.NONE: mark("None"),
}
_RINGS: Mapping[Ring, str] = {
    Ring.COMPLETED: mark("Completed"),
    Ring.PARTIAL: mark("Partly delivered"),
    Ring.TROUBLE: mark("Cancelled or failed"),
    Ring.PROGRESS: mark("In progress"),
    Ring.NEWS: mark("News from the operator"),
    Ring.PRICES: mark("Price changes"),
    Ring.BALANCE: mark("Low balance"),
}


def notifications(t: Words, wishes: Wishes, now: int) -> Screen:
    """What rings, kind by kind, and when it makes no sound."""
    known = wishes.zone is not None
    minute = minute_of_day(now, wishes.zone or 0)
    return screen(
        t,
        [
            bold(t("Notifications")),
            level_line(t, wishes.level),
            t("Where your money is in doubt, or your key is refused, I always tell you."),
            "",
            t(
                "From {night} to {morning} nothing makes a sound. It is {time} for you.",
                night=t.clock(NIGHT),
                morning=t.clock(MORNING),
                time=t.clock(minute),
            )
            if wishes.quiet_nights
            else None,
        ],
        [
            [
                tap(_switch(t(words), wishes.level is level), b.Notify(level))
                for level, words in _LEVELS.items()
            ],
            *[
                [_ring(t, wishes, ring) for ring in pair]
                for pair in (
                    (Ring.COMPLETED, Ring.PARTIAL),
                    (Ring.TROUBLE, Ring.PROGRESS),
                    (Ring.NEWS,),
                    (Ring.PRICES, Ring.BALANCE),
                )
            ],
            [
                tap(t("Silent at night: on"), b.Night(0))
                if wishes.quiet_nights
                else tap(t("Silent at night: off"), b.Night(1))
            ],
            [tap(t("Change my time"), b.AskZone((wishes.zone or 0) - WEST))] if known else [],
            [tap(t("Back"), b.Settings()), home(t)],
        ],
    )


def level_line(t: Words, level: Level | None) -> str:
    """What is told, in a sentence."""
    match level:
        case Level.ALL:
            return t("You are told when an order begins to arrive, and when it ends.")
        case Level.IMPORTANT:
            return t("You are told when an order ends.")
        case Level.NONE:
            return t(
                "Notifications are off: I write only about your money, your key and what you asked"
                " me to do."
            )
        case None:
            return t("You are told about what you chose.")


def ask_zone(t: Words, zone: int, now: int, note: str = "") -> Screen:
    """What time it is for the person; `zone` is the guess, in minutes ahead of UTC."""
    time = t.clock(minute_of_day(now, zone))

    def key(at: int, label: str = "") -> Button:
        return tap(label or t.clock(minute_of_day(now, at)), b.Zone(at - WEST))

    near = [key(zone + step) for step in _NEAR if WEST <= zone + step <= EAST]
    moves = [(zone - _FAR, t("Earlier")), (zone + _FAR, t("Later"))]
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Is it {time} for you?", time=time)),
            t("Then I know when it is night where you are."),
            t("Tap your time, or type it, for example {time}", time=time),
        ],
        [
            [key(zone, t("Yes, {time}", time=time))],
            near,
            [tap(label, b.AskZone(at - WEST)) for at, label in moves if WEST <= at <= EAST],
            [tap(t("Back"), b.Notifications()), home(t)],
        ],
    )


def limits(t: Words, wishes: Wishes, spent: Money, back: b.Action) -> Screen:
    """The spending limits; `spent` is what was ordered today."""
    daily, twice = wishes.daily, wishes.twice
    return screen(
        t,
        [
            bold(t("Spending limits")),
            t("No more than {limit} is ordered in a day.", limit=daily)
            if daily
            else t("There is no daily limit."),
            t("Ordered today: {spent}.", spent=spent),
            t("Above {limit} I ask twice.", limit=twice) if twice else None,
            "",
            t("They hold for you alone. To let more through, I ask once more."),
            _midnight(t, wishes.zone),
        ],
        [
            [
                tap(
                    t("Daily limit: {limit}", limit=daily) if daily else t("Daily limit: off"),
                    b.AskLimit(Guard.DAILY),
                )
            ],
            [
                tap(
                    t("Ask twice above: {limit}", limit=twice) if twice else t("Ask twice: off"),
                    b.AskLimit(Guard.TWICE),
                )
            ],
            [tap(t("Back"), back), home(t)],
        ],
    )


def ask_limit(
    t: Words, guard: Guard, limit: Money | None, presets: Sequence[Money], note: str = ""
) -> Screen:
    """Which limit is to hold; `limit` is the one that does."""
    daily = guard is Guard.DAILY
    middle = len(presets) // 2
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(
                t("How much may be ordered in a day?")
                if daily
                else t("Above which total shall I ask twice?")
            ),
            t("Now: {limit}", limit=limit) if limit else t("Now: off"),
            t("Tap an amount, or send one, for example 12.50"),
        ],
        [
            *[
                [tap(t.money(amount), _set(guard, amount)) for amount in row]
                for row in (presets[:middle], presets[middle:])
            ],
            [tap(t("Switch off"), _set(guard, None))] if limit else [],
            [tap(t("Back"), b.Limits()), home(t)],
        ],
    )


def sure_limit(t: Words, guard: Guard, old: Money, new: Money | None) -> Screen:
    """Before a limit lets more through."""
    if guard is Guard.DAILY:
        question = (
            t("Raise your daily limit from {old} to {new}?", old=old, new=new)
            if new
            else t("Order without a daily limit from now on?")
        )
    else:
        question = (
            t("Ask twice only above {new}, and no longer above {old}?", old=old, new=new)
            if new
            else t("Ask only once from now on, whatever it costs?")
        )
    yes = t("Yes, {limit}", limit=new) if new else t("Switch off")
    return screen(
        t,
        [bold(question)],
        [[tap(yes, _set(guard, new, sure=1))], [tap(t("Back"), b.Limits()), home(t)]],
    )


def over_limit(t: Words, over: OverLimit, again: b.Action, cancel: b.Action) -> Screen:
    """An order would go beyond what the person lets themselves spend; it is kept."""
    limit, wanted = over.limit, over.wanted
    return screen(
        t,
        [
            bold(t("That would go beyond your daily limit of {limit}.", limit=limit))
            if limit.currency == wanted.currency
            else bold(
                t(
                    "Your daily limit of {limit} is in another currency than this order.",
                    limit=limit,
                )
            ),
            t("Ordered today: {spent}.", spent=over.spent),
            t("Total: {total}", total=wanted),
            t("Nothing was ordered, and your order is kept here."),
            t("Change the limit, or wait until the day is over."),
            _midnight(t, over.zone),
        ],
        [
            [tap(t("Spending limits"), b.Limits())],
            [tap(t("Try again"), again)],
            [tap(t("Cancel"), cancel), home(t)],
        ],
    )


def order_twice(t: Words, nonce: str, details: Details, twice: Twice) -> Screen:
    """The second question about an order that is, or may be, above a limit; its key spends.

    It stands lower than the first question's did, so that no double tap answers both.
    """
    total = details.quote.agreed
    name = details.service.name_in(t.code)
    return screen(
        t,
        [
            bold(t("You are about to spend {total}.", total=total))
            if details.quote.proven
            else bold(t("You are about to spend about {total}.", total=total)),
            fenced(t, name),
            quantity_line(t, details),
            *target_lines(t, details),
            *twice_lines(t, details, twice),
        ],
        [
            [tap(order_label(t, details), b.ConfirmTwice(nonce), "success")],
            [tap(t("Back"), b.ShowDraft(nonce)), home(t)],
        ],
    )


def _ring(t: Words, wishes: Wishes, ring: Ring) -> Button:
    on = ring in wishes.rings
    return tap(_switch(t(_RINGS[ring]), on), b.NotifyKind(ring, 0 if on else 1))


def _switch(label: str, on: bool) -> str:
    return chosen(label) if on else label


def _set(guard: Guard, limit: Money | None, sure: int = 0) -> b.SetLimit:
    return b.SetLimit(guard, int(limit.amount * 100) if limit else 0, sure)


def _midnight(t: Words, zone: int | None) -> str:
    return t("A day begins at midnight UTC.") if zone is None else t("A day begins at midnight.")
