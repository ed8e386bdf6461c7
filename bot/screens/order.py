"""The card of an order in every placement and status, the list of orders, and what rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from bot.domain.batch import Batch
from bot.domain.money import Money
from bot.domain.order import Around, Order, Placement, Queued, Why
from bot.domain.refusal import SHUT, Meaning
from bot.domain.request import Refill, Request, Wanted
from bot.domain.text import utf16_length
from bot.domain.tracking import Delivery
from bot.screens import buttons as b
from bot.screens.account import copy_request_id, traced
from bot.screens.buttons import tap
from bot.screens.catalogue import pages
from bot.screens.draft import price_changed, target_lines
from bot.screens.later import queued_keys, queued_lines, queued_row
from bot.screens.layout import (
    bold,
    browse,
    chosen,
    copyable,
    cut,
    home,
    join,
    moment,
    page_of,
    pager,
    screen,
)
from bot.screens.places import Places
from bot.screens.requests import request_keys, request_lines, request_words
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_BAR = 10
_QUEUED = 3  # keys for what waits for its turn; each order's card has its own
_ROW = 58  # characters of a key for an order, beside its dot and its marks of direction
# What Serva may say to a look before the order and mean the order as well.
_OURS = frozenset(Why)
_BEFORE_SENDING = frozenset(
    {
        *(meaning for meaning in Meaning if meaning.about_key),
        Meaning.SERVICE_GONE,
        Meaning.BALANCE_TOO_LOW,  # said to an order of the same mass order before this one
    }
)
_WITH_ITS_BATCH: Mapping[str, str] = {
    Why.STOPPED: mark("You stopped the mass order before this was sent."),
    Why.LOST: mark("Serva lost several answers to this mass order, so I did not send this."),
    Why.OVERCHARGED: mark(
        "A charge in this mass order was not what you agreed to, so I did not send this."
    ),
    Why.REFUSED: mark("Serva refused several of this mass order, so I did not send this."),
}

STATUS: Mapping[Delivery, str] = {
    Delivery.PENDING: mark("Waiting at Serva"),
    Delivery.PROCESSING: mark("Being prepared"),
    Delivery.IN_PROGRESS: mark("In progress"),
    Delivery.COMPLETED: mark("Completed"),
    Delivery.PARTIAL: mark("Partly delivered"),
    Delivery.CANCELED: mark("Cancelled by Serva"),
    Delivery.REFUNDED: mark("Refunded by Serva"),
    Delivery.FAILED: mark("Serva says it failed"),
}


def card(t: Words, places: Places, order: Order, around: Around) -> Screen:
    """An order's one message, whatever has become of it."""
    match order.placement:
        case Placement.CONFIRMED | Placement.SENDING:
            return _placing(t, order)
        case Placement.PLACED:
            return _placed(t, order, around)
        case Placement.REFUSED:
            return _refused(t, places, order, around)
        case Placement.NOT_SENT:
            return _not_sent(t, places, order, around)
        case Placement.UNKNOWN:
            return _unknown(t, places, order)
        case Placement.CHARGED:
            return _charged(t, places, order)
        case Placement.NOT_PLACED:
            return _not_placed(t, order)


def orders_list(
    t: Words,
    orders: Sequence[Order],
    active: bool,
    page: int,
    total: int,
    queued: Sequence[Queued] = (),
    together: Mapping[int, Batch] = MappingProxyType({}),
) -> Screen:
    """One page of my orders; `queued` are those that are to follow one of them.

    An order of one of the mass orders in `together` stands for all of it.
    """
    which = "active" if active else "finished"
    last = pages(total)
    on, over = t("Active"), t("Finished")
    return screen(
        t,
        [
            bold(t("Active orders") if active else t("Finished orders")),
            None if orders else (t("No active orders.") if active else t("No finished orders.")),
            t.n(
                "{count} more order waits for its turn.",
                "{count} more orders wait for their turn.",
                len(queued),
            )
            if queued
            else None,
            page_of(t, page, last),
        ],
        [
            *[_order_row(t, order, together) for order in orders],
            *[queued_row(t, waiting) for waiting in queued[:_QUEUED]],
            pager(
                t,
                page,
                last,
                [
                    tap(t("Previous"), b.Orders(which, max(0, page - 1))),
                    tap(t("Next"), b.Orders(which, page + 1)),
                ],
            ),
            [
                tap(chosen(on) if active else on, b.Orders("active")),
                tap(over if active else chosen(over), b.Orders("finished")),
            ],
            [tap(t("Search"), b.FindOrders()), tap(t("Spending"), b.Spending())],
            [home(t)],
        ],
    )


def ended(t: Words, order: Order) -> Screen:
    """The message that rings when an order ends, as a reply to its card."""
    return screen(
        t,
        [bold(order_title(t, order)), *_ending(t, order)],
        [
            _message_serva(t, order) if _went_wrong(order) else [],
            [tap(t("Order again"), b.Again(order.id)), home(t)],
        ],
    )


def began(t: Words, order: Order) -> Screen:
    """The message that rings when an order begins to arrive, for those who want to hear that."""
    return screen(t, [bold(order_title(t, order)), status_words(t, order)], [[home(t)]])


def settled(t: Words, places: Places, order: Order) -> Screen:
    """The message that rings when an unknown outcome is known."""
    lines, rows = _settled_words(t, places, order)
    return screen(t, [bold(order_title(t, order)), *lines], [*rows, [home(t)]])


def ask(t: Words, places: Places, order: Order) -> Screen:
    """Ten minutes have shown nothing certain: the person decides, and sees what the balance did."""
    return screen(
        t,
        [
            bold(t("Is this order at Serva? I could not find out.")),
            order_title(t, order),
            _moved_line(t, order),
            t("Look at your orders on Serva, then tap what you see."),
            t("Until then, do not order it again."),
        ],
        _decisions(t, places, order),
    )


def key_paused(t: Words, places: Places, meaning: str) -> Screen:
    """A key was refused while its orders were followed; said once."""
    sentence = bold(t("Serva no longer accepts your key."))
    if meaning not in SHUT:
        return screen(
            t,
            [
                sentence,
                t(
                    "Your orders go on at Serva, but I cannot follow them until you link a working"
                    " key."
                ),
                t("It was revoked.") if meaning == Meaning.KEY_REVOKED else None,
            ],
            [
                [tap(t("Replace key"), b.ReplaceKey("serva")), places.get_a_key(t)],
                [*places.message_serva(t)],
                [home(t)],
            ],
        )
    banned = meaning == Meaning.BANNED
    return screen(
        t,
        [
            sentence,
            t("Serva has banned your account.")
            if banned
            else t("Your Serva account is not approved for API use."),
            t("Your orders go on at Serva, but I cannot follow them until it lets you in again."),
            t("Only Serva's support can tell why and lift it.")
            if banned
            else t("Ask Serva's support to switch it on."),
            t("When that is done, tap Try again."),
        ],
        [[places.ask_serva(t)], [tap(t("Try again"), b.Balance(1))], [home(t)]],
    )


def ask_order_id(t: Words, order: Order, note: str = "") -> Screen:
    """The person sees the order at Serva and types its id."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Send the order id that Serva shows, for example ORD-100023")),
            order_title(t, order),
        ],
        [[tap(t("Back"), b.OpenOrder(order.id)), home(t)]],
    )


def sure_not_there(t: Words, order: Order, moved: str | None) -> Screen:
    """Before the person's word settles an unknown order."""
    return screen(
        t,
        [
            bold(t("Is it really not in your orders on Serva?")),
            order_title(t, order),
            moved,
            t("Then you can order it again. If it is there after all, you pay twice."),
        ],
        [
            [tap(t("It is not there"), b.NotThere(order.id, 1))],
            [tap(t("I see it at Serva"), b.SeenThere(order.id))],
            [tap(t("Back"), b.OpenOrder(order.id)), home(t)],
        ],
    )


def sure_request(
    t: Words, order: Order, kind: Wanted, note: str = "", queued: Queued | None = None
) -> Screen:
    """Before Serva is asked to refill or cancel an order; `queued` is what follows its end."""
    cancel = kind is Wanted.CANCEL
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Ask Serva to cancel this order?") if cancel else t("Ask Serva to refill it?")),
            order_title(t, order),
            *target_lines(t, order.details),
            t("Serva decides whether it stops, and what it charges then. Its card shows both.")
            if cancel
            else t("Serva decides whether what has dropped off is delivered again."),
            *(queued_lines(t, queued) if cancel else []),
        ],
        [
            [
                tap(t("Cancel order"), b.AskServa(order.id, kind))
                if cancel
                else tap(t("Refill"), b.AskServa(order.id, kind))
            ],
            [tap(t("Back"), b.OpenOrder(order.id)), home(t)],
        ],
    )


def answered(t: Words, order: Order, request: Request) -> Screen:
    """The message that rings when it is known what came of a request, or cannot be known."""
    return screen(
        t,
        [order_title(t, order), *_first_bold(request_words(t, request))],
        [
            [] if request.came_to is Refill.COMPLETED else _message_serva(t, order),
            *copy_request_id(t, request.request_id),
            [home(t)],
        ],
    )


def _first_bold(lines: Sequence[str]) -> list[str]:
    return [bold(lines[0]), *lines[1:]]


def moved_words(t: Words, order: Order) -> str | None:
    """What the balance did since the order was sent, where it is known."""
    return _moved_line(t, order)


def status_words(t: Words, order: Order) -> str:
    """An order's status in a few words."""
    match order.placement:
        case Placement.CONFIRMED | Placement.SENDING:
            return t("Placing…")
        case Placement.REFUSED:
            return t("Refused by Serva")
        case Placement.NOT_SENT:
            return t("Not sent")
        case Placement.UNKNOWN:
            return t("Not confirmed by Serva")
        case Placement.CHARGED:
            return t("Charged, id missing")
        case Placement.NOT_PLACED:
            return t("Not placed")
        case Placement.PLACED:
            pass
    if order.delivery is None:
        return t("Placed")
    return delivery_words(t, order.delivery, order.word)


def delivery_words(t: Words, delivery: Delivery, word: str) -> str:
    """What Serva says of a placed order, in our words or, where we have none, in its own."""
    known = STATUS.get(delivery)
    return t(known) if known else t("Serva says: {word}", word=word)


def came(t: Words, order: Order) -> list[str]:
    """How far an order has come: the status and, of a part, how much there is."""
    quantity, delivered = order.details.quantity, order.delivered
    if order.delivery is Delivery.PARTIAL and quantity is not None and delivered is not None:
        part = t("{came} of {quantity} came.", came=delivered, quantity=quantity)
        return [status_words(t, order), part]
    return [status_words(t, order)]


def order_title(t: Words, order: Order) -> str:
    """Which order it is: our number, how many of what."""
    name = order.details.service.name_in(t.code)
    quantity = order.details.quantity
    if quantity is None:
        return t("Order #{order} · {name}", order=str(order.id), name=name)
    return t(
        "Order #{order} · {quantity} × {name}", order=str(order.id), quantity=quantity, name=name
    )


def _placing(t: Words, order: Order) -> Screen:
    return screen(
        t,
        [
            bold(t("Placing…")),
            order_title(t, order),
            *target_lines(t, order.details),
            t("I send it to Serva now. Do not order it again."),
        ],
        [[tap(t("Refresh"), b.RefreshOrder(order.id)), home(t)]],
    )


def _placed(t: Words, order: Order, around: Around) -> Screen:
    percent = order.percent
    quantity = order.details.quantity
    counts = quantity is not None and order.delivery is not Delivery.COMPLETED
    charge = order.charge
    lines = [
        bold(order_title(t, order)),
        bold(status_words(t, order)),
        *(_ending(t, order)[1:] if order.ended_at else []),
        bar(t, percent) if percent is not None else None,
        *target_lines(t, order.details),
        t("Start count: {count}", count=order.start_count)
        if order.start_count is not None
        else None,
        t("Remaining: {count}", count=order.remains)
        if counts and order.remains is not None
        else None,
        t("Charge: {charge}", charge=Money(charge, order.currency))
        if charge is not None and not order.ended_at
        else None,
        copyable(t, t("Order id:"), order.provider_order) if order.provider_order else None,
        join(t("Last check:"), " ", moment(t, order.checked_at)) if order.checked_at else None,
        _following(t, order),
        *request_lines(t, order, around.requests),
        *queued_lines(t, around.queued),
        t("Muted: nothing rings for this order, but it is kept up to date here.")
        if order.muted and not order.ended_at
        else None,
    ]
    return screen(
        t,
        lines,
        [
            [
                *([] if order.ended_at else [tap(t("Refresh"), b.RefreshOrder(order.id))]),
                tap(t("Order again"), b.Again(order.id)),
            ],
            [
                *(
                    [Button(t("Copy id"), copy=order.provider_order[:256])]
                    if order.provider_order
                    else []
                ),
                tap(t("Add to favourites"), b.KeepOrder(order.id)),
            ],
            request_keys(t, order, around.requests),
            queued_keys(t, around.queued),
            _mute(t, order),
            _message_serva(t, order) if _went_wrong(order) else [],
            [_details(t, order), tap(t("Receipt"), b.Receipt(order.id, 1))],
            [home(t)],
        ],
    )


def _went_wrong(order: Order) -> bool:
    """Whether Serva did less than it was asked for, or no longer knows of it."""
    return order.not_found or (
        order.ended_at is not None and order.delivery is not Delivery.COMPLETED
    )


def _message_serva(t: Words, order: Order) -> list[Button]:
    """To what Serva's support needs to know about an order."""
    return [tap(t("Message Serva"), b.MessageServa(order.id))]


def _mute(t: Words, order: Order) -> list[Button]:
    """Whether anything rings for an order that goes on."""
    if order.ended_at:
        return []
    if order.muted:
        return [tap(t("Unmute"), b.Mute(order.id, 0))]
    return [tap(t("Mute"), b.Mute(order.id, 1))]


def _details(t: Words, order: Order) -> Button:
    """To everything that happened to an order."""
    return tap(t("Details"), b.OrderDetails(order.id))


def bar(t: Words, percent: int) -> str:
    """How much has come. Outside the fence the bar fills in the direction of its language."""
    filled = percent * _BAR // 100
    return f"{t.isolated(t.percent(percent))} " + "▓" * filled + "░" * (_BAR - filled)


def _following(t: Words, order: Order) -> str | None:
    if order.left_alone:
        return t("No longer followed here: its key is not linked or is refused.")
    if order.not_found:
        return t("Serva does not find this order at the moment. I keep asking.")
    return None


def _ending(t: Words, order: Order) -> list[str]:
    """How an order ended: the status first, then what came and what Serva charges now."""
    lines = came(t, order)
    if order.charge is None:
        return lines
    now = Money(order.charge, order.currency)
    first = order.first_charge
    if first is not None and first != order.charge:
        lines.append(
            t(
                "Serva now shows a charge of {now} (was {before}).",
                now=now,
                before=Money(first, order.currency),
            )
        )
    else:
        lines.append(t("Serva shows a charge of {now}.", now=now))
    return lines


def _refused(t: Words, places: Places, order: Order, around: Around) -> Screen:
    sentence, step, rows = _refusal_words(t, places, order, around)
    request_id = order.reason.request_id
    return screen(
        t,
        [
            bold(sentence),
            order_title(t, order),
            *target_lines(t, order.details),
            t("Nothing was charged."),
            step,
            *traced(t, request_id),
        ],
        [
            *rows,
            _message_serva(t, order),
            *copy_request_id(t, request_id),
            [_details(t, order), home(t)],
        ],
    )


def _refusal_words(
    t: Words, places: Places, order: Order, around: Around
) -> tuple[str, str | None, list[list[Button]]]:
    again = tap(t("Order again"), b.Again(order.id))
    paste = [tap(t("Replace key"), b.ReplaceKey("serva")), places.get_a_key(t)]
    says = _says(t, order)
    match order.reason.meaning:
        case Meaning.KEY_UNKNOWN:
            return (
                t("Serva does not know your key."),
                t("Copy the whole key from your Serva dashboard and paste it again."),
                [paste],
            )
        case Meaning.KEY_REVOKED:
            return (
                t("Your key was revoked."),
                t(
                    "Make a new key on Serva and paste it here. Serva allows one key; a new one may"
                    " stop your other tools."
                ),
                [paste],
            )
        case Meaning.NOT_APPROVED:
            return (
                t("Your Serva account is not approved for API use."),
                t("Ask Serva's support to switch it on."),
                [[again]],
            )
        case Meaning.BANNED:
            return (
                t("Serva has banned your account."),
                t("Only Serva's support can tell why and lift it."),
                [],
            )
        case Meaning.SERVICE_GONE:
            return (
                t("Serva no longer offers this service."),
                None,
                [[tap(t("Similar services"), b.Similar(order.id))], [browse(t)]],
            )
        case Meaning.BALANCE_TOO_LOW:
            return _too_low(t, places, order, around)
        case Meaning.DUPLICATE_TARGET | Meaning.TARGET_BUSY as meaning:
            return _taken(t, order, around, meaning)
        case Meaning.COUPON:
            return (
                t("Serva refused the coupon."),
                says,
                [[tap(t("Order without coupon"), b.AgainWithout(order.id))]],
            )
        case Meaning.QUANTITY:
            return t("Serva refused the quantity."), says, [[again]]
        case Meaning.LINK:
            return t("Serva refused the link."), says, [[again]]
        case Meaning.FIELDS:
            return t("Serva refused the details."), says, [[again]]
        case _:
            return t("Serva refused this order."), says, [[again]]


def _says(t: Words, order: Order) -> str | None:
    """Serva's own words, where it said any."""
    return t("Serva says: {text}", text=cut(order.reason.text, 200)) if order.reason.text else None


def _taken(
    t: Words, order: Order, around: Around, meaning: str
) -> tuple[str, str | None, list[list[Button]]]:
    """Serva has had an order for this target: it runs, or it was a moment ago."""
    again = t("Order when it ends") if around.running else t("Order again")
    rows = [[tap(again, b.Again(order.id))]]
    if around.earlier is not None:
        label = t("Show order #{order}", order=str(around.earlier))
        rows.insert(0, [tap(label, b.OpenOrder(around.earlier))])
    if meaning == Meaning.TARGET_BUSY:
        return (
            t("Serva has an active order for this target."),
            t("I can order this when that one ends.")
            if around.running
            else t("Wait until it ends, then order again."),
            rows,
        )
    return (
        t("Serva has just had an order for this target."),
        t("Serva takes no second one so soon. Wait a while, then order again."),
        rows,
    )


def _too_low(
    t: Words, places: Places, order: Order, around: Around
) -> tuple[str, str | None, list[list[Button]]]:
    total = order.details.quote.agreed
    missing = None
    if around.balance is not None and around.balance.currency == total.currency:
        gap = (total - around.balance).at_most()
        missing = gap if gap.amount > 0 else None
    rows = [
        list(places.top_up(t, t("Top up {missing}", missing=missing) if missing else "")),
        [tap(t("I have topped up"), b.Again(order.id))],
    ]
    # Serva may say no although its balance says yes: then nothing larger is offered.
    if around.affordable and around.affordable < (order.details.quantity or 0):
        rows.append(
            [
                tap(
                    t("Order {count} instead", count=around.affordable),
                    b.AgainFewer(order.id, around.affordable),
                )
            ]
        )
    step = (
        t("Balance: {balance}. Missing: {missing}.", balance=around.balance, missing=missing)
        if missing is not None and around.balance is not None
        else None
    )
    return t("Your balance is too low for this order."), step, rows


def _not_sent(t: Words, places: Places, order: Order, around: Around) -> Screen:
    again = [tap(t("Order again"), b.Again(order.id))]
    retry = [tap(t("Try again"), b.Again(order.id))]
    why, step = order.reason.meaning, None
    rows: list[list[Button]] = [retry]
    if why == Why.PRICE_CHANGED:
        new = Money(Decimal(order.reason.text), order.currency)
        sentence = price_changed(t, order.details.quote.total, new)
        rows = [again]
    elif why == Why.UNREACHABLE:
        sentence = t("Serva is not answering right now.")
    elif why == Why.WAITED:
        sentence = t("It waited too long to be sent.")
    elif why == Why.UNLINKED:
        sentence = t("Your key was unlinked before it was sent.")
        rows = [again]
    elif why == Why.INTERRUPTED:
        sentence = t("Something went wrong on my side.")
    elif why in _WITH_ITS_BATCH:
        sentence, step = t(_WITH_ITS_BATCH[why]), _says(t, order)
    elif why in _BEFORE_SENDING:
        sentence, step, rows = _refusal_words(t, places, order, around)
    else:
        sentence = t("Serva refused to tell me your balance or the price, so I did not go on.")
        step = _says(t, order)
    return screen(
        t,
        [
            bold(sentence),
            order_title(t, order),
            *target_lines(t, order.details),
            t("Nothing was sent and nothing was charged."),
            step,
            *traced(t, order.reason.request_id),
        ],
        [
            *rows,
            # Serva knows nothing of what it was never asked.
            [] if why in _OURS else _message_serva(t, order),
            *copy_request_id(t, order.reason.request_id),
            [_details(t, order), home(t)],
        ],
    )


def _unknown(t: Words, places: Places, order: Order) -> Screen:
    total = order.details.quote.agreed
    return screen(
        t,
        [
            bold(_why_unknown(t, order)),
            t("Up to {total} may have been taken.", total=total)
            if order.details.quote.proven
            else t(
                "Up to {total} may have been taken, if Serva prices it as I assume.", total=total
            ),
            t("I will check for 10 minutes, then ask you.")
            if not order.evidence.decided_by
            else t("I could not find out. Look at your orders on Serva and tap what you see."),
            _moved_line(t, order),
            "",
            order_title(t, order),
            *target_lines(t, order.details),
            *traced(t, order.reason.request_id),
        ],
        _decisions(t, places, order),
    )


def _why_unknown(t: Words, order: Order) -> str:
    if order.reason.meaning == Why.RESTORED:
        return t("I cannot tell whether this was sent. Do not order it again.")
    return t("Sent, but Serva has not confirmed. Do not order it again.")


def _decisions(t: Words, places: Places, order: Order) -> list[list[Button]]:
    return [
        [tap(t("Check now"), b.CheckNow(order.id)), places.open_serva(t)],
        [tap(t("I see it at Serva"), b.SeenThere(order.id))],
        [tap(t("It is not there"), b.NotThere(order.id))],
        _message_serva(t, order),
        *copy_request_id(t, order.reason.request_id),
        [_details(t, order), home(t)],
    ]


def _charged(t: Words, places: Places, order: Order) -> Screen:
    lines, rows = _settled_words(t, places, order)
    return screen(
        t,
        [
            bold(order_title(t, order)),
            *target_lines(t, order.details),
            *lines,
            *traced(t, order.reason.request_id),
        ],
        [*rows, *copy_request_id(t, order.reason.request_id), [_details(t, order), home(t)]],
    )


def _not_placed(t: Words, order: Order) -> Screen:
    return screen(
        t,
        [
            bold(order_title(t, order)),
            *target_lines(t, order.details),
            *_not_placed_words(t, order),
        ],
        [
            [tap(t("Order again"), b.Again(order.id))],
            [tap(t("I see it at Serva"), b.SeenThere(order.id))],
            [_details(t, order), home(t)],
        ],
    )


def _not_placed_words(t: Words, order: Order) -> list[str]:
    if order.evidence.decided_by == "person":
        return [
            bold(t("You said that it is not at Serva.")),
            t("I will not send it again. You can order it anew."),
        ]
    return [
        bold(t("Serva did not take this order.")),
        t("Your balance did not move in the time I watched it. You can order it anew."),
    ]


def _settled_words(t: Words, places: Places, order: Order) -> tuple[list[str], list[list[Button]]]:
    """What became of an unknown order, and what can be done about it."""
    if order.placement is Placement.PLACED:
        return [
            bold(t("Found: it is placed at Serva.")),
            copyable(t, t("Order id:"), order.provider_order),
        ], []
    if order.placement is Placement.NOT_PLACED:
        return _not_placed_words(t, order), [[tap(t("Order again"), b.Again(order.id))]]
    taken = order.evidence.charged
    amount = Money(Decimal(taken), order.currency) if taken else order.details.quote.agreed
    return [
        bold(t("Your balance shows that Serva took {amount} for it.", amount=amount)),
        t("Its order id never reached me, so I cannot follow it yet. Do not order it again."),
        t("Find it in your orders on Serva and give me its id."),
    ], [
        [tap(t("I see it at Serva"), b.SeenThere(order.id)), places.open_serva(t)],
        _message_serva(t, order),
    ]


def _moved_line(t: Words, order: Order) -> str | None:
    evidence = order.evidence
    if not evidence.checked_at or not evidence.moved:
        return None
    moved = Money(Decimal(evidence.moved), order.currency)
    if moved.amount == 0:
        return t("Your balance has not moved so far.")
    if moved.amount > 0:
        return t("Your balance is {amount} lower than before.", amount=moved)
    return t("Your balance is higher than before, so it proves nothing.")


def batch_title(t: Words, batch: Batch) -> str:
    """What a mass order is called."""
    return t.n(
        "Mass order #{batch} · {count} order",
        "Mass order #{batch} · {count} orders",
        batch.size,
        batch=str(batch.id),
    )


def _order_row(t: Words, order: Order, together: Mapping[int, Batch]) -> list[Button]:
    batch = together.get(order.batch or 0)
    if batch is None:
        return [tap(row_label(t, order), b.OpenOrder(order.id))]
    return [tap(batch_title(t, batch), b.OpenBatch(batch.id))]


def status_in_short(t: Words, order: Order) -> str:
    """An order's status in a few words, and how much of it has come."""
    status = cut(status_words(t, order), 27)
    percent = order.percent
    if percent is not None and order.placement is Placement.PLACED and not order.ended_at:
        # Behind Serva's own words the dot keeps ours apart.
        gap = " · " if order.delivery is Delivery.OTHER else " "
        status += gap + t.isolated(t.percent(percent))
    return status


def row_label(t: Words, order: Order) -> str:
    """An order on a key: how many of what, and how far it has come."""
    name = order.details.service.name_in(t.code)
    quantity = order.details.quantity
    status = status_in_short(t, order)
    head = f"{t.number(quantity)} {name}" if quantity is not None else name
    return f"{t.isolated(cut(head, min(26, _ROW - utf16_length(status))))} · {status}"
