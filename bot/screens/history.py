"""What is over: orders found again, months and what they cost, time lines, receipts, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.history import Share, Spending, TimeLine
from bot.domain.money import Money
from bot.domain.order import Order, Placement
from bot.domain.request import Request, Stage, Wanted
from bot.domain.table_text import Cell
from bot.domain.text import visible
from bot.screens import buttons as b
from bot.screens.account import traced
from bot.screens.buttons import tap
from bot.screens.catalogue import pages
from bot.screens.draft import target_lines
from bot.screens.layout import (
    bold,
    copyable,
    cut,
    fenced,
    home,
    join,
    moment,
    page_of,
    pager,
    screen,
)
from bot.screens.order import came, delivery_words, order_title, row_label, status_words
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_NAME = 40  # characters of a category in a list
_EXACT = "dT"  # a date and a time to the second
_DAY = "Dt"

_OUTCOMES: Mapping[str, str] = {
    "accepted": mark("Serva took it"),
    "refused": mark("Serva refused it"),
    "not_sent": mark("It did not leave"),
    "unknown": mark("No clear answer"),
}
_DECIDED: Mapping[str, str] = {
    "balance": mark("Your balance showed what became of it"),
    "probe": mark("Found at Serva"),
    "person": mark("You said what became of it"),
}
_ANSWERS: Mapping[Stage, str] = {
    Stage.ACCEPTED: mark("Serva took the request"),
    Stage.REFUSED: mark("Serva refused the request"),
    Stage.NOT_SENT: mark("The request did not leave"),
    Stage.UNKNOWN: mark("No clear answer to the request"),
}


def found(
    t: Words, orders: Sequence[Order], query: str, month: int, page: int, total: int, note: str = ""
) -> Screen:
    """One page of what a search among one's orders found; `month` 0 is all of them."""
    last = pages(total)
    asked = query or month
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t.n("{count} order found.", "{count} orders found.", total))
            if orders
            else bold(t("No order found.")),
            t("You typed: {query}", query=cut(query, 60)) if query else None,
            t("Month: {month}", month=t.month(month)) if month else None,
            page_of(t, page, last),
            t("Type a word to search for: a service, a link, an order id."),
        ],
        [
            *[[tap(row_label(t, order), b.OpenOrder(order.id))] for order in orders],
            pager(
                t,
                page,
                last,
                [
                    tap(t("Previous"), b.FoundOrders(month, max(0, page - 1))),
                    tap(t("Next"), b.FoundOrders(month, page + 1)),
                ],
            ),
            [
                tap(t("Month"), b.OrderMonths()),
                *([tap(t("All orders"), b.FindOrders())] if asked else []),
                *([tap(t("Export"), b.ExportOrders(month))] if orders else []),
            ],
            [tap(t("Back"), b.Orders()), home(t)],
        ],
    )


def pick_month(t: Words, months: Sequence[tuple[int, int]]) -> Screen:
    """The latest months with an order, and how many each has."""
    keys = [
        tap(f"{t.month(month)} · {t.number(count)}", b.FoundOrders(month))
        for month, count in months
    ]
    return screen(
        t,
        [bold(t("Which month?") if months else t("No order found."))],
        [
            *(keys[start : start + 2] for start in range(0, len(keys), 2)),
            [tap(t("All months"), b.FoundOrders())],
            [tap(t("Back"), b.FoundOrders()), home(t)],
        ],
    )


def spending(
    t: Words,
    month: int,
    spendings: Sequence[Spending],
    earlier: int | None,
    later: int | None,
    in_utc: bool,
) -> Screen:
    """What a month cost, by category; a currency is never added to another."""
    return screen(
        t,
        [
            bold(t("Spending: {month}", month=t.month(month))),
            None if spendings else t("Nothing was charged in this month."),
            *_told(t, spendings),
            "",
            t("What Serva shows as charged now, in the month of the order.") if spendings else None,
            t("Months are counted in UTC.") if in_utc else None,
        ],
        [
            [
                *([] if earlier is None else [tap(t("Previous month"), b.Spending(earlier))]),
                *([] if later is None else [tap(t("Next month"), b.Spending(later))]),
            ],
            _charts(t, month, spendings),
            [
                tap(t("By month"), b.SpendingMonths()),
                *([tap(t("Export"), b.ExportOrders(month))] if spendings else []),
            ],
            [tap(t("Back"), b.Orders()), home(t)],
        ],
    )


def spending_months(t: Words, spendings: Sequence[Spending]) -> Screen:
    """What the last months cost, each currency for itself."""
    return screen(
        t,
        [
            bold(t("Spending by month")),
            None if spendings else t("Nothing was charged in these months."),
            *_told(t, spendings),
        ],
        [_charts(t, 0, spendings), [tap(t("Back"), b.Spending()), home(t)]],
    )


def chart_caption(t: Words, month: int, told: Spending) -> Screen:
    """What the bars of a picture stand for, in their order; `month` 0 where they are months."""
    title = t("Spending: {month}", month=t.month(month)) if month else t("Spending by month")
    return screen(t, [bold(title), *_shares(t, told.shares), _sum(t, told)])


def time_line(t: Words, order: Order, line: TimeLine, requests: Sequence[Request] = ()) -> Screen:
    """What happened to an order, step by step, with the ids by which Serva's support finds it."""
    happened = sorted(_happened(t, order, line, requests), key=lambda event: event[0])
    placed = order.placement is Placement.PLACED
    return screen(
        t,
        [
            bold(order_title(t, order)),
            *(
                part
                for at, words, request_id in happened
                for part in (join(words, ": ", moment(t, at, _EXACT)), *traced(t, request_id))
            ),
            copyable(t, t("Order id:"), order.provider_order) if order.provider_order else None,
            join(t("Last check:"), " ", moment(t, order.checked_at, _EXACT))
            if order.checked_at
            else None,
        ],
        [
            *([_receipts(t, order)] if placed else []),
            *_copies(t, order, (request_id for _, _, request_id in happened)),
            [tap(t("Message Serva"), b.MessageServa(order.id))],
            [tap(t("Back"), b.OpenOrder(order.id)), home(t)],
        ],
    )


def receipt(t: Words, order: Order, price: bool) -> Screen:
    """A message to hand on: what was ordered and what came, nothing of the account; no keys."""
    details = order.details
    name = fenced(t, details.service.name_in(t.code))
    return screen(
        t,
        [
            bold(t("Receipt")),
            name if details.quantity is None else join(t.number(details.quantity), " × ", name),
            *target_lines(t, details),
            *came(t, order),
            t("Start count: {count}", count=order.start_count)
            if order.start_count is not None
            else None,
            join(t("Ordered"), ": ", moment(t, order.confirmed_at, _DAY)),
            join(t("Ended"), ": ", moment(t, order.ended_at, _DAY)) if order.ended_at else None,
            copyable(t, t("Order id:"), order.provider_order) if order.provider_order else None,
            _price(t, order) if price else None,
        ],
    )


def receipt_sent(t: Words, order: Order, price: bool) -> Screen:
    """Below a receipt: what it is for, and the other one."""
    other = (
        tap(t("Receipt without price"), b.Receipt(order.id, 0))
        if price
        else tap(t("Receipt"), b.Receipt(order.id, 1))
    )
    return screen(
        t,
        [bold(t("Forward the message above to whoever asks for it.")), order_title(t, order)],
        [[other], [tap(t("Back"), b.OpenOrder(order.id)), home(t)]],
    )


def preparing(t: Words) -> Screen:
    """While a file is written."""
    return screen(t, [t("Writing the file…")])


def table_caption(t: Words, month: int, count: int, older: int) -> Screen:
    """What is in a table of orders; `older` are so many that are left out."""
    return screen(
        t,
        [
            bold(t.n("{count} order", "{count} orders", count)),
            t("Month: {month}", month=t.month(month)) if month else None,
            t.n("{count} older order is left out.", "{count} older orders are left out.", older)
            if older
            else None,
            t("Times are in UTC."),
        ],
    )


def table_head(t: Words) -> list[Cell]:
    """The first row of a table of orders."""
    return [
        t("Order here"),
        t("Order id at Serva"),
        t("Ordered"),
        t("Status"),
        t("Service"),
        t("Service id"),
        t("Category"),
        t("Link"),
        t("Details"),
        t("Quantity"),
        t("Start count"),
        t("Remaining"),
        t("Agreed price"),
        t("Charge"),
        t("Currency"),
        t("Coupon"),
        t("Ended"),
    ]


def table_rows(t: Words, orders: Iterable[Order]) -> list[list[Cell]]:
    """Orders in a table: amounts exact, times as ISO 8601 has them."""
    return [_row(t, order) for order in orders]


def _row(t: Words, order: Order) -> list[Cell]:
    details = order.details
    return [
        order.id,
        order.provider_order,
        _iso(order.confirmed_at),
        visible(status_words(t, order)),
        details.service.name_in(t.code),
        details.service.code,
        details.service.category,
        details.link,
        "; ".join(f"{value.label}: {value.text}" for value in details.values),
        details.quantity,
        order.start_count,
        order.remains,
        details.quote.agreed.amount,
        order.charge,
        order.currency,
        details.coupon,
        _iso(order.ended_at) if order.ended_at else None,
    ]


def _told(t: Words, spendings: Sequence[Spending]) -> list[str]:
    """Every currency's sum and parts, and apart from them what nobody is sure of."""
    lines: list[str] = []
    for told in spendings:
        lines += [""] if lines else []
        if told.orders:
            lines += [bold(_sum(t, told)), *_shares(t, told.shares)]
        if told.doubts:
            lines.append(
                t.n(
                    "Not certain: up to {amount} for {count} order that Serva has not confirmed.",
                    "Not certain: up to {amount} for {count} orders that Serva has not confirmed.",
                    told.doubts,
                    amount=told.uncertain,
                )
            )
    return lines


def _sum(t: Words, told: Spending) -> str:
    return t.n(
        "{total} for {count} order", "{total} for {count} orders", told.orders, total=told.total
    )


def _shares(t: Words, shares: Sequence[Share]) -> list[str]:
    return [
        t(
            "{number}. {name}: {total}",
            number=number,
            name=_share_name(t, share.key),
            total=share.total,
        )
        for number, share in enumerate(shares, start=1)
    ]


def _share_name(t: Words, key: str | int | None) -> str:
    if isinstance(key, int):
        return t.month(key)
    if key is None:
        return t("All others")
    return cut(key, _NAME) if key else t("Other")


def _charts(t: Words, month: int, spendings: Sequence[Spending]) -> list[Button]:
    charged = [told for told in spendings if told.orders]
    if len(charged) == 1:
        return [tap(t("Chart"), b.SpendingChart(month, charged[0].currency))]
    return [
        tap(t("Chart {currency}", currency=told.currency), b.SpendingChart(month, told.currency))
        for told in charged[:4]
    ]


def _happened(
    t: Words, order: Order, line: TimeLine, requests: Sequence[Request]
) -> Iterable[tuple[int, str, str]]:
    """What happened: when, in words, and the request id of the answer where it had one."""
    yield order.confirmed_at, t("You confirmed it"), ""
    for sending in line.sendings:
        yield sending.started_at, t("Sent to Serva"), ""
        if sending.ended_at is not None and sending.outcome in _OUTCOMES:
            yield sending.ended_at, t(_OUTCOMES[sending.outcome]), sending.request_id
    decided = _DECIDED.get(order.evidence.decided_by)
    if decided and order.settled_at is not None:
        yield order.settled_at, t(decided), ""
    for one in line.heard:
        yield one.at, delivery_words(t, one.delivery, one.word), ""
    for request in requests:
        cancel = request.kind is Wanted.CANCEL
        asked = t("You asked to cancel it") if cancel else t("You asked for a refill")
        yield request.asked_at, asked, ""
        if request.settled_at is not None and request.stage in _ANSWERS:
            yield request.settled_at, t(_ANSWERS[request.stage]), request.request_id


def _receipts(t: Words, order: Order) -> list[Button]:
    return [
        tap(t("Receipt"), b.Receipt(order.id, 1)),
        tap(t("Receipt without price"), b.Receipt(order.id, 0)),
    ]


def _copies(t: Words, order: Order, request_ids: Iterable[str]) -> list[list[Button]]:
    """Keys that copy the order's id at Serva and the last request id."""
    copied = [
        Button(label, copy=text[:256])
        for label, text in (
            (t("Copy id"), order.provider_order),
            (t("Copy request id"), ([""] + [one for one in request_ids if one])[-1]),
        )
        if text
    ]
    return [copied] if copied else []


def _price(t: Words, order: Order) -> str:
    if order.charge is not None:
        return t("Charge: {charge}", charge=Money(order.charge, order.currency))
    return t("Agreed price: {total} at most", total=order.details.quote.agreed)


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
