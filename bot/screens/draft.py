"""Screens of a draft: one question at a time, then the confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.catalogue import Service
from bot.domain.fields import Field, FieldKind
from bot.domain.money import Money
from bot.domain.order import Details, Quote, Value
from bot.domain.pricing import Unit, alternative
from bot.domain.text import clean
from bot.domain.wishes import Guard, Twice
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.layout import bold, code, cut, fenced, fenced_lines, home, join, listed, screen
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

OPTIONS = 30
"""Options shown as keys; of more, the person types the others."""

_ROOM = 1600  # of the 4096 characters of a message, for all that was given to an order
_VALUE = 300
_LINES = 5

_PER: Mapping[Unit, str] = {
    Unit.PER_1000: mark("{rate} per 1,000"),
    Unit.PER_ITEM: mark("{rate} each"),
    Unit.FLAT: mark("{rate} in all"),
}
_READINGS: Mapping[tuple[Unit, Unit], str] = {
    (Unit.PER_1000, Unit.PER_ITEM): mark(
        "About {total}, if Serva prices this per 1,000; {other} if per item."
    ),
    (Unit.PER_ITEM, Unit.PER_1000): mark(
        "About {total}, if Serva prices this per item; {other} if per 1,000."
    ),
    (Unit.FLAT, Unit.PER_1000): mark(
        "About {total}, if this is Serva's price for all of it; {other} if per 1,000."
    ),
    (Unit.FLAT, Unit.PER_ITEM): mark(
        "About {total}, if this is Serva's price for all of it; {other} if per item."
    ),
    (Unit.PER_1000, Unit.FLAT): mark(
        "About {total}, if Serva prices this per 1,000; {other} if that is for all of it."
    ),
    (Unit.PER_ITEM, Unit.FLAT): mark(
        "About {total}, if Serva prices this per item; {other} if that is for all of it."
    ),
}

# The inputs of the v2 family have keys that everybody knows, and names that are ours to give.
LABELS: Mapping[str, str] = {
    "keywords": mark("Keywords"),
    "comments": mark("Comments"),
    "usernames": mark("Usernames"),
    "hashtags": mark("Hashtags"),
    "hashtag": mark("Hashtag"),
    "username": mark("Username"),
    "answer_number": mark("Answer number"),
    "min": mark("Least per post"),
    "max": mark("Most per post"),
    "posts": mark("Number of posts"),
    "delay": mark("Delay in minutes"),
    "expiry": mark("Last day"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What every question's screen shows: the service, its rate, the link given before.

    `place` is the question's among all that the service asks, `quantity` what was given before.
    `number` is our integer of the service, `kept` whether it is among the favourites, `typed` what
    was typed and answered nothing. `more` is how many links there are beside this one.
    """

    service: Service
    nonce: str
    rate: Money
    unit: Unit
    first: bool  # the first question is the service's own screen
    place: int = 0
    link: str = ""
    number: int = 0
    quantity: int | None = None
    kept: bool = False
    typed: str = ""
    more: int = 0


def rate_words(t: Words, rate: Money, unit: Unit) -> str:
    """A rate with its unit."""
    return t(_PER[unit], rate=rate)


def ask_link(t: Words, draft: Draft, targets: Sequence[tuple[int, str]], note: str = "") -> Screen:
    """Asks for the link; saved ones are keys."""
    return screen(
        t,
        [
            *_head(t, draft, note),
            t("Send the link to the post or profile, for example https://instagram.com/name"),
        ],
        [
            *[
                [tap(target_label(t, url), b.PickTarget(draft.nonce, draft.place, key))]
                for key, url in targets
            ],
            _search_row(t, draft.nonce, draft.typed),
            *_below(t, draft),
        ],
    )


def ask_field(
    t: Words,
    draft: Draft,
    field: Field,
    remaining: Sequence[Field],
    targets: Sequence[tuple[int, str]] = (),
    note: str = "",
) -> Screen:
    """Asks for one field; options are keys, several fields can be pasted at once."""
    rows: list[list[Button]] = []
    if field.kind is FieldKind.CHOICE:
        for index, option in enumerate(field.options[:OPTIONS]):
            answer = b.PickOption(draft.nonce, draft.place, index)
            rows.append([tap(t.isolated(cut(option.label)), answer)])
    rows += [
        [tap(target_label(t, text), b.PickTarget(draft.nonce, draft.place, key))]
        for key, text in targets
    ]
    if not field.required:
        rows.append([tap(t("Skip"), b.SkipField(draft.nonce, draft.place))])
    single = [entry for entry in remaining if entry.required and entry.kind is not FieldKind.LINES]
    return screen(
        t,
        [
            *_head(t, draft, note),
            bold(fenced(t, label(t, field))),
            t("For example: {example}", example=field.placeholder) if field.placeholder else None,
            _how(t, field),
            join(
                t("Or paste all at once, one a line:"),
                " ",
                listed(t, (label(t, entry) for entry in single)),
            )
            if len(single) > 1 and field.kind is not FieldKind.LINES
            else None,
        ],
        [*rows, *_below(t, draft)],
    )


def ask_quantity(
    t: Words,
    draft: Draft,
    presets: Sequence[tuple[int, Money]],
    affordable: int | None,
    note: str = "",
) -> Screen:
    """Asks how many; presets carry their price."""
    service = draft.service
    rows = [
        [
            tap(
                f"{t.number(count)} · {t.isolated(t.money(price.at_most()))}",
                b.PickQuantity(draft.nonce, count),
            )
        ]
        for count, price in presets
    ]
    if affordable and affordable not in [count for count, _ in presets]:
        rows.append(
            [
                tap(
                    t("Most you can afford: {count}", count=affordable),
                    b.PickQuantity(draft.nonce, affordable),
                )
            ]
        )
    return screen(
        t,
        [
            *_head(t, draft, note),
            bold(t("How many?")),
            t("From {minimum} to {maximum}.", minimum=service.minimum, maximum=service.maximum),
            t("Your balance does not cover the minimum.") if affordable == 0 else None,
        ],
        [*rows, _search_row(t, draft.nonce, draft.typed), *_below(t, draft)],
    )


def ask_coupon(t: Words, draft: Draft, note: str = "") -> Screen:
    """Asks for a coupon."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Send the coupon.")),
            t("It cannot be checked in advance: Serva decides the discount when you order."),
        ],
        [[tap(t("Back"), b.ShowDraft(draft.nonce)), home(t)]],
    )


def confirm(
    t: Words,
    nonce: str,
    details: Details,
    balance: Money | None,
    alternative: tuple[Unit, Money] | None,
    note: str = "",
    minimum: int | None = None,
    *,
    again: bool = False,
    kept: bool = False,
    ahead: int = 0,
    suggested: bool = False,
    typed: str = "",
) -> Screen:
    """Everything that is agreed to by one tap. Never skipped.

    `alternative` is the other reading of the rate while the unit is unproven, `minimum` a
    quantity that tries it cheaply. `again` is true where an order is repeated, `kept` where this
    is among the favourites, `suggested` where we picked the service. `typed` was typed last, and
    may be a coupon or a word to search for. `ahead` is an order that this one could wait for.
    """
    quote = details.quote
    rows = [[tap(order_label(t, details), b.Confirm(nonce), "success")]]
    if ahead:
        rows.append([tap(when_it_ends(t, details), b.ConfirmQueued(nonce, ahead))])
    if minimum is not None:
        rows.append(
            [tap(t("Try the minimum: {count}", count=minimum), b.PickQuantity(nonce, minimum))]
        )
    edits: list[Button] = []
    if details.service.needs_link or details.service.fields:
        change = _change(t, details.service)
        edits.append(tap(change, b.Edit(nonce, "details")))
    if details.service.asks_quantity:
        edits.append(tap(t("Edit quantity"), b.Edit(nonce, "quantity")))
    coupon = (
        tap(t("Remove coupon"), b.Coupon(nonce, "remove"))
        if details.coupon
        else tap(t("Coupon"), b.Coupon(nonce, "add"))
    )
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(fenced(t, details.service.name_in(t.code))),
            *target_lines(t, details),
            quantity_line(t, details),
            t(
                "Rate: {rate}",
                rate=rate_words(t, Money(quote.rate, quote.total.currency), quote.unit),
            ),
            _coupon_line(t, details),
            t("Order #{order} for the same target is still running.", order=str(ahead))
            if ahead
            else None,
            "",
            bold(total_line(t, quote)),
            _honest_line(t, quote, alternative),
            _after_line(t, quote, balance),
            t("To order it for another link, send that link.")
            if again and details.service.needs_link
            else None,
        ],
        [
            *rows,
            edits,
            _coupon_row(t, nonce, typed),
            _search_row(t, nonce, typed),
            [coupon, *([tap(t("Other services"), b.OtherServices(nonce))] if suggested else [])],
            [keep_key(t, nonce, kept)],
            [tap(t("Cancel"), b.CancelDraft(nonce)), home(t)],
        ],
    )


def _change(t: Words, service: Service) -> str:
    """What changing all but the quantity is called."""
    return t("Edit details") if service.fields else t("Edit link")


def order_label(t: Words, details: Details) -> str:
    """The words on the key that spends money."""
    total = details.quote.agreed
    if not details.quote.proven:
        return t("Order for about {total}", total=total)
    if details.coupon:
        return t("Order for up to {total}", total=total)
    return t("Order for {total}", total=total)


def when_it_ends(t: Words, details: Details) -> str:
    """The words on the key that agrees to an order which is sent once another has ended."""
    total = details.quote.agreed
    if not details.quote.proven:
        return t("Order when it ends · about {total}", total=total)
    if details.coupon:
        return t("Order when it ends · up to {total}", total=total)
    return t("Order when it ends · {total}", total=total)


def total_line(t: Words, quote: Quote) -> str:
    """The total, with "about" while the unit is unproven."""
    if quote.proven:
        return t("Total: {total}", total=quote.agreed)
    return t("Total: about {total}", total=quote.agreed)


def target_lines(t: Words, details: Details) -> list[str]:
    """Link and fields, each on a line of its own, shortened so that all of them fit."""
    lines: list[str] = []
    if details.link:
        lines.append(link_line(t, details.link))
    room = min(_VALUE, _ROOM // (2 * max(1, len(details.values))))
    for value in details.values:
        name, shown = fenced(t, cut(label(t, value), room)), _first_lines(value.text, room)
        if "\n" in shown:
            lines += [join(name, ":"), *fenced_lines(t, shown)]
        else:
            lines.append(join(name, ": ", fenced(t, shown)))
    return lines


def label(t: Words, entry: Field | Value) -> str:
    """What an input is called: in our words where it is the v2 family's, else in Serva's."""
    ours = LABELS.get(entry.key) if entry.top_level else None
    return t(ours) if ours else entry.label


def link_line(t: Words, link: str) -> str:
    """The link, shortened."""
    return t("Link: {link}", link=cut(link, _VALUE))


def more_links(t: Words, count: int) -> str:
    """How many links there are beside the one that is shown."""
    return t.n("And {count} more link.", "And {count} more links.", count)


def _first_lines(text: str, limit: int) -> str:
    """The first lines of a text, all of them within about `limit` characters."""
    given = text.split("\n")
    shown = given[:_LINES]
    share = limit // len(shown)
    return "\n".join([*(cut(line, share) for line in shown), *(["…"] if given[_LINES:] else [])])


def quantity_line(t: Words, details: Details) -> str | None:
    """How many."""
    if details.quantity is None:
        return None
    return t("Quantity: {quantity}", quantity=details.quantity)


def price_changed(t: Words, old: Money, new: Money) -> str:
    """The line above a confirmation whose price is not the one seen before."""
    if old.at_most() != new.at_most():
        old, new = old.at_most(), new.at_most()
    return t("The price changed: {old} → {new}.", old=old, new=new)


def too_low(
    t: Words,
    places: Places,
    nonce: str,
    details: Details,
    balance: Money,
    affordable: int,
) -> Screen:
    """The balance does not cover the order; the draft waits."""
    missing = (details.quote.agreed - balance).at_most()
    return screen(
        t,
        [
            bold(t("Your balance is too low for this order.")),
            total_line(t, details.quote),
            t("Balance: {balance}. Missing: {missing}.", balance=balance, missing=missing),
            t("Your order is kept here until you have topped up."),
            t("For half an hour I look at your balance, and tell you when it is enough."),
        ],
        [
            [*places.top_up(t, t("Top up {missing}", missing=missing))],
            [tap(t("I have topped up"), b.ShowDraft(nonce))],
            [tap(t("Order {count} instead", count=affordable), b.PickQuantity(nonce, affordable))]
            if affordable
            else [],
            [tap(t("Cancel"), b.CancelDraft(nonce)), home(t)],
        ],
    )


def target_blocked(t: Words, nonce: str, order: int) -> Screen:
    """It is not known yet what became of an order for the same target."""
    return screen(
        t,
        [
            bold(
                t(
                    "It is not known yet what became of order #{order} for the same target.",
                    order=str(order),
                )
            ),
            t("Ordering it again now could charge you twice. Your order is kept here."),
        ],
        [
            [tap(t("Show order #{order}", order=str(order)), b.OpenOrder(order))],
            [tap(t("Try again"), b.ShowDraft(nonce))],
            [tap(t("Cancel"), b.CancelDraft(nonce)), home(t)],
        ],
    )


def price_unknown(t: Words, nonce: str, says: str = "", *, told: bool = False) -> Screen:
    """Serva did not answer, so today's price is not known; nothing is promised.

    `told` says that the person will hear when it answers again.
    """
    return screen(
        t,
        [
            bold(t("Serva says: {text}", text=says))
            if says
            else bold(t("Serva is not answering right now.")),
            t(
                "Nothing was ordered, and your order is kept here."
                " I tell you when Serva answers again."
            )
            if told
            else t("Nothing was ordered, and your order is kept here. Try again in a moment."),
        ],
        [
            [tap(t("Try again"), b.ShowDraft(nonce))],
            [tap(t("Cancel"), b.CancelDraft(nonce)), home(t)],
        ],
    )


def answers_again(t: Words, nonce: str) -> Screen:
    """Told once to whoever could not confirm while Serva was silent; their draft waits."""
    return screen(
        t,
        [bold(t("Serva answers again.")), t("Your order is still here.")],
        [[tap(t("Show my order"), b.ShowDraft(nonce))], [home(t)]],
    )


def _head(t: Words, draft: Draft, note: str) -> list[str]:
    """Name and rate, and on the first question all that the service needs."""
    name = draft.service.name_in(t.code)
    lines: list[str] = [*([bold(note), ""] if note else []), bold(fenced(t, name))]
    lines.append(t("Your rate: {rate}", rate=rate_words(t, draft.rate, draft.unit)))
    if draft.first:
        service = draft.service
        if service.asks_quantity or service.derives_quantity:
            lines.append(
                t("From {minimum} to {maximum}.", minimum=service.minimum, maximum=service.maximum)
            )
        needs = _needs(t, service)
        if needs:
            lines.append(join(t("It needs:"), " ", listed(t, needs)))
        if service.needs_link and not service.fields:
            # By this a list of orders names it.
            lines.append(join(t("Service id"), ": ", fenced(t, code(service.code))))
        if service.description:
            lines += fenced_lines(t, clean(service.description, limit=600, lines=True))
    if draft.link:
        lines.append(link_line(t, draft.link))
    if draft.more:
        lines.append(more_links(t, draft.more))
    if draft.quantity is not None:
        lines.append(t("Quantity: {quantity}", quantity=draft.quantity))
    lines.append("")
    return lines


def _needs(t: Words, service: Service) -> list[str]:
    parts = [t("a link")] if service.needs_link else []
    parts += [label(t, field) for field in service.fields]
    if service.asks_quantity:
        parts.append(t("a quantity"))
    return parts


def _how(t: Words, field: Field) -> str | None:
    match field.kind:
        case FieldKind.LINES:
            return t("One a line; every line counts.")
        case FieldKind.CHOICE if len(field.options) > OPTIONS:
            return t("Tap one, or type another one: there are more than fit here.")
        case FieldKind.CHOICE:
            return t("Tap one.")
        case FieldKind.NUMBER:
            return t("A number.")
        case FieldKind.LINK:
            return t("A link.")
        case _:
            return None


def _coupon_line(t: Words, details: Details) -> str | None:
    if not details.coupon:
        return None
    total = details.quote.agreed
    if not details.quote.proven:
        return t(
            "Coupon {coupon} will be sent; Serva decides the discount. You pay at most {total},"
            " if that is how Serva prices it.",
            coupon=details.coupon,
            total=total,
        )
    return t(
        "Coupon {coupon} will be sent; Serva decides the discount. You pay at most {total}.",
        coupon=details.coupon,
        total=total,
    )


def _honest_line(t: Words, quote: Quote, alternative: tuple[Unit, Money] | None) -> str | None:
    if quote.proven or alternative is None:
        return None
    unit, other = alternative
    return t(_READINGS[quote.unit, unit], total=quote.agreed, other=other.at_most())


def twice_lines(t: Words, details: Details, twice: Twice) -> list[str | None]:
    """Why an order is asked about twice, at the end of that question."""
    quote = details.quote
    readings = (details.service, quote.unit, details.quantity, quote.total.currency)
    return [
        _honest_line(t, quote, alternative(*readings)),
        t("Above {limit} I ask twice.", limit=twice.limit)
        if twice.guard is Guard.TWICE
        else t("At the other price it goes beyond your daily limit of {limit}.", limit=twice.limit),
    ]


def _after_line(t: Words, quote: Quote, balance: Money | None) -> str | None:
    if balance is None or balance.currency != quote.total.currency:
        return None
    if balance < quote.total:  # shown all the same: a cheaper reading or a coupon may help
        return t("Your balance of {balance} is less than that.", balance=balance)
    # What is left if the total is rounded up; a balance that just covers it leaves nothing.
    after = max(balance - quote.agreed, Money(Decimal(0), balance.currency)).at_least()
    if quote.proven:
        return t("Balance after: {after}", after=after)
    return t("Balance after: about {after}", after=after)


def target_label(t: Words, value: str) -> str:
    """A saved target on a key: a link without what all links have, or ids beside each other."""
    bare = value.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return t.isolated(cut(" · ".join(bare.split("\n"))))


def keep_key(t: Words, nonce: str, kept: bool) -> Button:
    """Among the favourites, or no longer."""
    if kept:
        return tap(t("Remove from favourites"), b.KeepDraft(nonce, "remove"))
    return tap(t("Add to favourites"), b.KeepDraft(nonce, "add"))


def _search_row(t: Words, nonce: str, typed: str) -> list[Button]:
    """What was typed and answered nothing, as something to look for."""
    if not typed:
        return []
    return [tap(t("Search for {text}", text=cut(typed, 40)), b.UseTyped(nonce, "search"))]


def _coupon_row(t: Words, nonce: str, typed: str) -> list[Button]:
    """What was typed and answered nothing, as a coupon, where it can be one."""
    if not typed or " " in typed or typed.isdigit():
        return []
    return [tap(t("Coupon {coupon}", coupon=cut(typed, 40)), b.UseTyped(nonce, "coupon"))]


def _below(t: Words, draft: Draft) -> list[list[Button]]:
    """What stands below every question; below the first also what can be done with the service."""
    back = tap(t("Back"), b.StepBack(draft.nonce, draft.place))
    if not draft.first:
        return [[back, home(t)]]
    share = tap(t("Share"), b.Share("service", draft.number))
    return [[keep_key(t, draft.nonce, draft.kept)], [back, share, home(t)]]
