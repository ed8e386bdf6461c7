"""Mass orders: asking for a list, looking through it, and the one card of all its orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.batch import Batch, Fate, Tally
from bot.domain.mass import MAX_LINES, Mistake, Part, Wrong
from bot.domain.money import Money
from bot.domain.order import Order, Why
from bot.domain.refusal import Meaning
from bot.domain.table_text import Cell
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.catalogue import pages
from bot.screens.history import table_head, table_rows
from bot.screens.layout import (
    bold,
    chosen,
    code,
    cut,
    fenced,
    fenced_lines,
    home,
    join,
    page_of,
    pager,
    screen,
)
from bot.screens.order import bar, batch_title, row_label
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

MISTAKES = 6
"""Lines that cannot be ordered, on one screen."""
_PARTS = 8  # services whose sums are told one by one
_NAME = 60
_NAMED = 3  # orders of unknown outcome that have keys of their own
_EXAMPLE = "1234 | https://instagram.com/name | 1000"

# In the order in which they are told. A count takes no plural here, in any language of ours.
_FATES: Mapping[Fate, str] = {
    Fate.DONE: mark("{count} done"),
    Fate.PARTIAL: mark("{count} partial"),
    Fate.RUNNING: mark("{count} running"),
    Fate.TROUBLE: mark("{count} cancelled or failed at Serva"),
    Fate.REFUSED: mark("{count} refused by Serva"),
    Fate.NOT_SENT: mark("{count} not sent"),
    Fate.NOT_PLACED: mark("{count} not taken by Serva"),
    Fate.UNKNOWN: mark("{count} not confirmed by Serva"),
    Fate.CHARGED: mark("{count} charged, id missing"),
    Fate.ALONE: mark("{count} no longer followed"),
}
_WHY: Mapping[str, str] = {
    Why.UNREACHABLE: mark("Serva stopped answering, so I did not send the rest."),
    Why.WAITED: mark("It was interrupted or took too long, so I did not send the rest."),
    Why.UNLINKED: mark("Your key was unlinked, so I did not send the rest."),
    Why.STOPPED: mark("You stopped it, so I did not send the rest."),
    Why.LOST: mark("Serva lost several answers, so I did not send the rest."),
    Why.OVERCHARGED: mark("A charge was not what you agreed to, so I did not send the rest."),
    Why.REFUSED: mark("Serva refused several in a row, so I did not send the rest."),
    Why.PRICE_CHANGED: mark("The price rose meanwhile, so I did not send those."),
    Meaning.BALANCE_TOO_LOW: mark("Your balance ran out, so I did not send the rest."),
    **dict.fromkeys(
        (meaning for meaning in Meaning if meaning.about_key),
        mark("Serva refused your key, so I did not send the rest."),
    ),
}


def ask_list(t: Words, note: str = "") -> Screen:
    """Asks for a list, and says what one looks like."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Send a list of orders.")),
            t("One line for each order: service id | link | quantity. For example:"),
            fenced(t, code(_EXAMPLE)),
            t(
                "Paste the lines, or send a {text} or {table} file of them: up to {most} lines.",
                text=".txt",
                table=".csv",
                most=MAX_LINES,
            ),
            t("You see all of it before anything is ordered."),
        ],
        [[tap(t("Back"), b.Choose()), home(t)]],
    )


def preview(
    t: Words,
    nonce: str,
    parts: Sequence[Part],
    total: Money,
    after: Money | None,
    mistakes: Sequence[Mistake],
    page: int = 0,
    note: str = "",
    alike: bool = False,
    owed: Money | None = None,
) -> Screen:
    """Everything that one tap orders, what is left out, and why. Never skipped.

    `after` is what is left of the balance, `owed` what earlier orders may cost that are still to be
    sent, in the same currency. `alike` is true where all lines are for one service in one quantity.
    """
    count = sum(part.orders for part in parts)
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            *_ordered(t, parts, count),
            bold(t("Total: {total}", total=total)),
            _owed_line(t, owed),
            t("Balance after: {after}", after=after.at_least()) if after is not None else None,
            *_left_out(t, mistakes, page),
            "",
            t("Paste more lines to add them."),
            t("Type a number to order that many for each.") if alike else None,
        ],
        [
            [tap(order_all(t, count, total), b.MassConfirm(nonce), "success")],
            _mistake_pages(t, nonce, mistakes, page),
            [tap(t("Cancel"), b.MassCancel(nonce)), home(t)],
        ],
    )


def nothing_fits(
    t: Words, nonce: str, mistakes: Sequence[Mistake], page: int = 0, note: str = ""
) -> Screen:
    """No line of the list can be ordered."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("None of these lines can be ordered.")),
            *_left_out(t, mistakes, page),
            "",
            t("Correct the lines and paste them again."),
        ],
        [
            _mistake_pages(t, nonce, mistakes, page),
            [tap(t("Cancel"), b.MassCancel(nonce)), home(t)],
        ],
    )


def too_low(
    t: Words,
    places: Places,
    nonce: str,
    count: int,
    total: Money,
    balance: Money,
    note: str = "",
    owed: Money | None = None,
) -> Screen:
    """The balance does not cover the list beside what is `owed`; it waits."""
    missing = (total - balance if owed is None else total + owed - balance).at_most()
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Your balance is too low for this list.")),
            t.n("{count} order", "{count} orders", count),
            t("Total: {total}", total=total),
            _owed_line(t, owed),
            t("Balance: {balance}. Missing: {missing}.", balance=balance, missing=missing),
            t("Your list is kept here until you have topped up."),
        ],
        [
            [*places.top_up(t, t("Top up {missing}", missing=missing))],
            [tap(t("I have topped up"), b.MassShow(nonce))],
            [tap(t("Cancel"), b.MassCancel(nonce)), home(t)],
        ],
    )


def not_now(t: Words, nonce: str, closed: bool = False, words: str = "") -> Screen:
    """Today's prices are not known, or the operator has `closed` ordering; the list waits."""
    return screen(
        t,
        [
            bold(t("Ordering is closed for maintenance."))
            if closed
            else bold(t("Serva says: {text}", text=words))
            if words
            else bold(t("Serva is not answering right now.")),
            *(fenced_lines(t, words) if closed and words else []),
            t("Nothing was ordered, and your list is kept here. Try again in a moment."),
        ],
        [
            [tap(t("Try again"), b.MassShow(nonce))],
            [tap(t("Cancel"), b.MassCancel(nonce)), home(t)],
        ],
    )


def twice(t: Words, nonce: str, parts: Sequence[Part], total: Money, limit: Money) -> Screen:
    """The second question about a list above `limit`; its key is the one that spends.

    It stands lower than the first question's did, so that no double tap answers both.
    """
    count = sum(part.orders for part in parts)
    return screen(
        t,
        [
            bold(t("You are about to spend {total}.", total=total)),
            *_ordered(t, parts, count),
            t("Above {limit} I ask twice.", limit=limit),
        ],
        [
            [tap(t("Back"), b.MassShow(nonce))],
            [tap(order_all(t, count, total), b.MassConfirm(nonce, 1), "success")],
            [home(t)],
        ],
    )


def order_all(t: Words, count: int, total: Money) -> str:
    """The words on the key that spends money."""
    return t("Order {count} for {total}", count=count, total=total)


def card(t: Words, batch: Batch, tally: Tally) -> Screen:
    """The one message of a mass order, however its orders stand."""
    sent = batch.size - tally.waiting
    return screen(
        t,
        [
            bold(batch_title(t, batch)),
            *(
                [
                    bold(t("Placing… {sent} of {count}", sent=sent, count=batch.size)),
                    bar(t, sent * 100 // batch.size),
                    t("I send them one by one. Do not order them again."),
                    t("An answer was lost: I look at your balance before I go on.")
                    if tally.count(Fate.UNKNOWN) > len(tally.asked)
                    else None,
                ]
                if tally.waiting
                else []
            ),
            *_standing(t, batch, tally),
        ],
        [
            [tap(t("Stop"), b.BatchStop(batch.id))] if tally.waiting else [],
            *_rest(t, batch, tally),
            *_doubts(t, tally),
            [
                tap(t("Orders"), b.BatchOrders(batch.id)),
                tap(t("Summary"), b.BatchSummary(batch.id)),
            ],
            [home(t)],
        ],
    )


def news(t: Words, batch: Batch, tally: Tally) -> Screen:
    """What rings about a mass order, as a reply to its card."""
    return screen(
        t,
        [
            bold(batch_title(t, batch)),
            None if tally.open else bold(t("All of it is over.")),
            bold(t("Are these orders at Serva? I could not find out.")) if tally.asked else None,
            *_standing(t, batch, tally),
        ],
        [
            *_rest(t, batch, tally),
            *_doubts(t, tally),
            [
                tap(t("Orders"), b.BatchOrders(batch.id)),
                tap(t("Summary"), b.BatchSummary(batch.id)),
            ],
            [home(t)],
        ],
    )


def orders(
    t: Words, batch: Batch, found: Sequence[Order], missed: bool, page: int, total: int
) -> Screen:
    """One page of a mass order's orders: all, or those that were not simply placed."""
    which = "missed" if missed else "all"
    last = pages(total)
    every, some = t("All orders"), t("Problems")
    return screen(
        t,
        [
            bold(batch_title(t, batch)),
            None if found else t("No order found."),
            page_of(t, page, last),
        ],
        [
            *[[tap(row_label(t, order), b.OpenOrder(order.id))] for order in found],
            pager(
                t,
                page,
                last,
                [
                    tap(t("Previous"), b.BatchOrders(batch.id, which, max(0, page - 1))),
                    tap(t("Next"), b.BatchOrders(batch.id, which, page + 1)),
                ],
            ),
            [
                tap(every if missed else chosen(every), b.BatchOrders(batch.id)),
                tap(chosen(some) if missed else some, b.BatchOrders(batch.id, "missed")),
            ],
            [tap(t("Back"), b.OpenBatch(batch.id)), home(t)],
        ],
    )


def summary(t: Words, lines: Iterable[tuple[int, Order]]) -> list[list[Cell]]:
    """A mass order as a table: every line of the list, and what became of it."""
    numbered = list(lines)
    rows = table_rows(t, (order for _, order in numbered))
    return [
        [t("Line"), *table_head(t)],
        *([number, *row] for (number, _), row in zip(numbered, rows, strict=True)),
    ]


def summary_caption(t: Words, batch: Batch) -> Screen:
    """What is in the file."""
    return screen(t, [bold(batch_title(t, batch)), t("Times are in UTC.")])


def _ordered(t: Words, parts: Sequence[Part], count: int) -> list[str]:
    """How many orders, and what they are for."""
    lines: list[str] = [bold(t.n("{count} order", "{count} orders", count))]
    for part in parts[:_PARTS]:
        name = cut(part.service.name_in(t.code), _NAME)
        how_many = part.orders if part.quantity is None else part.quantity
        lines.append(
            join(
                fenced(t, name),
                ": ",
                t.n("{count} order", "{count} orders", part.orders),
                " · ",
                t.number(how_many),
                " · ",
                t.isolated(t.money(part.total)),
            )
        )
    rest = parts[_PARTS:]
    if rest:
        lines.append(t.n("And {count} more service.", "And {count} more services.", len(rest)))
    return lines


def _owed_line(t: Words, owed: Money | None) -> str | None:
    if owed is None or not owed.amount:
        return None
    return t("Earlier orders still to be sent: {amount}", amount=owed)


def _left_out(t: Words, mistakes: Sequence[Mistake], page: int) -> list[str]:
    """The lines that are not ordered, and why."""
    if not mistakes:
        return []
    counted = t.n("{count} line is left out:", "{count} lines are left out:", len(mistakes))
    lines: list[str] = ["", bold(counted)]
    for mistake in mistakes[page * MISTAKES : (page + 1) * MISTAKES]:
        lines += [
            join(t("Line {line}:", line=mistake.number), " ", _reason(t, mistake)),
            fenced(t, mistake.text),
        ]
    return lines


def _reason(t: Words, mistake: Mistake) -> str:
    than = mistake.than
    match mistake.wrong:
        case Wrong.PARTS:
            return t("It needs a service id, a link and a quantity.")
        case Wrong.LINK:
            return t("That is not a link.")
        case Wrong.QUANTITY:
            return t("That is not a quantity.")
        case Wrong.NO_SERVICE:
            return t("There is no service of this id.")
        case Wrong.FIELDS:
            return t("This service wants something else than a link and a quantity.")
        case Wrong.TOO_SMALL:
            return t("The least is {minimum}.", minimum=than)
        case Wrong.TOO_LARGE:
            return t("The most is {maximum}.", maximum=than)
        case Wrong.UNPROVEN:
            return t("It is not certain yet what Serva's price is for: order it once by itself.")
        case Wrong.TWICE:
            return t("Line {line} orders the same for this link.", line=than)
        case Wrong.BLOCKED:
            return t(
                "It is not known yet what became of order #{order} for the same target.",
                order=str(than),
            )
        case Wrong.RUNNING:
            return t("Order #{order} for the same target is still running.", order=str(than))


def _mistake_pages(
    t: Words, nonce: str, mistakes: Sequence[Mistake], page: int
) -> Sequence[Button]:
    last = -(-len(mistakes) // MISTAKES)
    return pager(
        t,
        page,
        last,
        [
            tap(t("Previous"), b.MassPage(nonce, max(0, page - 1))),
            tap(t("Next"), b.MassPage(nonce, page + 1)),
        ],
    )


def _standing(t: Words, batch: Batch, tally: Tally) -> list[str]:
    """The counts, what was charged, and why something was not sent."""
    counted = [
        t(words, count=count) for fate, words in _FATES.items() if (count := tally.count(fate))
    ]
    so_far = t("So far:") if tally.open else t("In the end:")
    lines: list[str] = [join(so_far, " ", t(mark(", ")).join(counted))] if counted else []
    if tally.charged.amount:
        lines.append(
            t("Charged: {charge} of {total} at most.", charge=tally.charged, total=batch.total)
        )
    if tally.count(Fate.NOT_SENT):
        why = _WHY.get(tally.unsent)
        lines.append(
            t(why) if why else t("Some of it could not be sent. Nothing was charged for that.")
        )
    if batch.rest is not None:
        lines.append(t("Mass order #{batch} went on with the rest.", batch=str(batch.rest)))
    return lines


def _rest(t: Words, batch: Batch, tally: Tally) -> list[list[Button]]:
    """The way on with what was not sent."""
    if tally.waiting or not tally.rest or batch.rest is not None:
        return []
    return [[tap(t("Go on with the rest: {count}", count=tally.rest), b.BatchRest(batch.id))]]


def _doubts(t: Words, tally: Tally) -> list[list[Button]]:
    """The orders of unknown outcome, by name; the others are in the list."""
    return [
        [tap(t("Order #{order}: not confirmed", order=str(order)), b.OpenOrder(order))]
        for order in tally.unknown[:_NAMED]
    ]
