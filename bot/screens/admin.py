"""The operator's screens: plain, complete, and seen by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.order import Order, Reason
from bot.domain.pricing import Unit
from bot.domain.text import utf16_length
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.catalogue import PAGE, pages
from bot.screens.draft import target_lines
from bot.screens.layout import (
    bold,
    chosen,
    copyable,
    cut,
    fenced,
    fenced_lines,
    home,
    join,
    moment,
    page_of,
    pager,
    screen,
)
from bot.screens.order import status_words
from bot.screens.screen import Button, Screen
from bot.texts.words import LANGUAGES, Words, mark

_UNITS = {
    Unit.PER_1000: mark("per 1,000"),
    Unit.PER_ITEM: mark("per item"),
    Unit.FLAT: mark("for all of it"),
}
_OUTCOMES = {
    "accepted": mark("accepted"),
    "refused": mark("refused"),
    "not_sent": mark("not sent"),
    "unknown": mark("no answer that can be read"),
}
_WHO = {
    "balance": mark("the balance"),
    "person": mark("the person"),
    "probe": mark("the balance, and the id that was found"),
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list."""

    id: int
    name: str
    username: str
    banned: bool
    reachable: bool
    orders: int
    tail: str
    language: str
    seen_at: int
    admitted: bool


@dataclass(frozen=True, slots=True)
class HealthLine:
    """How one provider has been answering. Times in milliseconds since 1970."""

    provider: str
    ok_at: int | None
    failed_at: int | None
    failing_since: int | None
    reason: str
    latency: int | None
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class CallLine:
    """One `add` as it was recorded."""

    attempt: int
    started_at: int
    outcome: str
    request_id: str
    detail: str


def overview(
    t: Words,
    people: tuple[int, int, int],
    orders: tuple[int, int, int],
    notices: int,
    maintenance: bool,
    failing: Sequence[str],
    invitation: str = "",
) -> Screen:
    """How the bot is doing. `people`: all, linked, banned; `orders`: all, active, unknown."""
    return screen(
        t,
        [
            bold(t("Operator")),
            t("Maintenance is on: nobody can order.") if maintenance else None,
            *[t("{provider} is not answering.", provider=name) for name in failing],
            t(
                "People: {all}, linked: {linked}, banned: {banned}",
                all=people[0],
                linked=people[1],
                banned=people[2],
            ),
            t(
                "Orders: {all}, active: {active}, unknown: {unknown}",
                all=orders[0],
                active=orders[1],
                unknown=orders[2],
            ),
            t("Notices waiting: {count}", count=notices),
            t("Invitation: {link}", link=invitation) if invitation else None,
        ],
        [
            [tap(t("People"), b.AdminPeople()), tap(t("Orders"), b.AdminOrders())],
            [
                tap(t("Unknown orders"), b.AdminOrders("unknown")),
                tap(t("Providers"), b.AdminProviders()),
            ],
            [tap(t("Broadcast"), b.AdminBroadcast()), tap(t("Maintenance"), b.AdminMaintenance())],
            [home(t)],
        ],
    )


def people_list(
    t: Words, people: Sequence[PersonLine], page: int, total: int, query: str = ""
) -> Screen:
    """People, the latest seen first, or those that a typed text found."""
    return screen(
        t,
        [
            bold(t("People")),
            _sought(t, query, bool(people)) if query else None,
            None if people else t("Nobody found."),
            t("Page {page}", page=page + 1) if page or total > PAGE else None,
            t("Type a name, a username or an id to find somebody."),
        ],
        [
            *[[tap(_person_label(t, person), b.AdminPerson(person.id))] for person in people],
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.AdminPeople(max(0, page - 1))),
                    tap(t("Next"), b.AdminPeople(page + 1)),
                ],
            ),
            _back(t),
        ],
    )


def person(t: Words, line: PersonLine, closed: bool, note: str = "") -> Screen:
    """One person, and the door; `closed` where the bot is not open to all."""
    door = [
        [tap(t("Take back the invitation"), b.AdminAdmit(line.id, 0))]
        if line.admitted
        else [tap(t("Let in"), b.AdminAdmit(line.id, 1))]
    ]
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(fenced(t, line.name or str(line.id))),
            fenced(t, f"@{line.username}") if line.username else None,
            copyable(t, t("Telegram id:"), str(line.id)),
            t("Language: {language}", language=LANGUAGES.get(line.language, line.language)),
            t("Key …{tail}", tail=line.tail) if line.tail else t("No key is linked."),
            t("Orders: {count}", count=line.orders),
            join(t("Last seen"), " ", moment(t, line.seen_at)),
            t("Has blocked the bot.") if not line.reachable else None,
            t("Banned. Their orders are still followed.") if line.banned else None,
        ],
        [
            [tap(t("Unban"), b.AdminBan(line.id, 0))]
            if line.banned
            else [tap(t("Ban"), b.AdminBan(line.id, 1))],
            *(door if closed else []),
            [tap(t("Back"), b.AdminPeople()), home(t)],
        ],
    )


def orders(
    t: Words, found: Sequence[Order], which: str, page: int, total: int, note: str = ""
) -> Screen:
    """Everybody's orders, or only those of unknown outcome."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Unknown orders") if which == "unknown" else t("Orders")),
            None if found else t("None."),
            page_of(t, page, pages(total)),
        ],
        [
            *[[tap(_order_label(t, order), b.AdminOrder(order.id))] for order in found],
            pager(
                t,
                page,
                pages(total),
                [
                    tap(t("Previous"), b.AdminOrders(which, max(0, page - 1))),
                    tap(t("Next"), b.AdminOrders(which, page + 1)),
                ],
            ),
            _back(t),
        ],
    )


def order(t: Words, found: Order, calls: Sequence[CallLine]) -> Screen:
    """One order with its calls and, where the outcome is unknown, the evidence."""
    details, evidence = found.details, found.evidence
    currency = found.currency
    return screen(
        t,
        [
            bold(
                t("Order #{order} of person {person}", order=str(found.id), person=str(found.owner))
            ),
            status_words(t, found),
            fenced(t, details.service.name_in(t.code)),
            *target_lines(t, details),
            t("Quantity: {quantity}", quantity=details.quantity)
            if details.quantity is not None
            else None,
            t("Quoted: {quoted}", quoted=details.quote.agreed),
            t("Price unit: {unit}", unit=t(_UNITS[details.quote.unit])),
            t("Charge: {charge}", charge=Money(found.charge, currency))
            if found.charge is not None
            else None,
            copyable(t, t("Order id:"), found.provider_order) if found.provider_order else None,
            join(t("Confirmed"), " ", moment(t, found.confirmed_at)),
            *[line for call in calls for line in _call_lines(t, call)],
            t("Reason: {reason}", reason=cut(_reason(found.reason), 160))
            if found.reason.meaning
            else None,
            t("Balance before: {amount}", amount=Money(found.balance_before, currency))
            if found.balance_before is not None
            else None,
            t(
                "Balance at the last look: {amount}",
                amount=Money(Decimal(evidence.balance), currency),
            )
            if evidence.balance
            else None,
            t(
                "Moved for no known reason: {amount}",
                amount=Money(Decimal(evidence.moved), currency),
            )
            if evidence.moved
            else None,
            t("Looks: {count}", count=evidence.checks) if evidence.checks else None,
            t("Settled by: {who}", who=t(_WHO.get(evidence.decided_by, evidence.decided_by)))
            if evidence.decided_by
            else None,
        ],
        [
            *[
                [
                    tap(
                        t("Price {unit}", unit=t(words)),
                        b.AdminServiceUnit(found.service, unit.value),
                    )
                    for unit, words in _UNITS.items()
                ]
            ],
            [tap(t("Price unit as assumed"), b.AdminServiceUnit(found.service, "assumed"))],
            [tap(t("Person"), b.AdminPerson(found.owner))],
            [tap(t("Back"), b.AdminOrders()), home(t)],
        ],
    )


def providers(t: Words, lines: Sequence[HealthLine], unit: Unit | None, note: str = "") -> Screen:
    """How the providers answer, and the price unit for all services."""
    assumed = t("Price unit as assumed")
    shown: list[str] = []
    for line in lines:
        shown += ["", bold(line.provider)]
        if line.failing_since:
            shown.append(join(t("Not answering since"), " ", moment(t, line.failing_since)))
            shown.append(t("Reason: {reason}", reason=cut(line.reason, 120)))
            if line.held_back:
                shown.append(
                    t("Until it answers I try it only now and then, and send it no orders.")
                )
        else:
            shown.append(t("Answering."))
        if line.ok_at:
            shown.append(join(t("Last good answer"), " ", moment(t, line.ok_at)))
        if line.latency is not None:
            shown.append(t("It took {latency} ms.", latency=line.latency))
        if line.failed_at and not line.failing_since:
            shown.append(join(t("Last failure"), " ", moment(t, line.failed_at)))
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Providers")),
            *(shown or [t("No call was made yet.")]),
            "",
            t("Price unit for all services: {unit}", unit=_unit_name(t, unit)),
        ],
        [
            [
                tap(
                    chosen(t("Price {unit}", unit=t(words)))
                    if kind is unit
                    else t("Price {unit}", unit=t(words)),
                    b.AdminUnit(kind.value),
                )
            ]
            for kind, words in _UNITS.items()
        ]
        + [
            [tap(chosen(assumed) if unit is None else assumed, b.AdminUnit("assumed"))],
            _back(t),
        ],
    )


def _unit_name(t: Words, unit: Unit | None) -> str:
    """A unit in words; None is what each kind of service is assumed to have."""
    return t("as assumed for each kind") if unit is None else t(_UNITS[unit])


def write_broadcast(t: Words, note: str = "") -> Screen:
    """Asks for the words of a broadcast."""
    return screen(
        t,
        [*([bold(note), ""] if note else []), bold(t("Send the message for everybody."))],
        [_back(t)],
    )


def preview_broadcast(t: Words, text: str, people: int, nonce: str) -> Screen:
    """The broadcast as people will see it."""
    return screen(
        t,
        [
            bold(t.n("This goes to {count} person:", "This goes to {count} people:", people)),
            "",
            *fenced_lines(t, text),
        ],
        [
            [tap(t("Send"), b.AdminSend(nonce), "success")],
            [tap(t("Write it again"), b.AdminBroadcast())],
            _back(t),
        ],
    )


def broadcast(t: Words, text: str) -> Screen:
    """The operator's words, as everybody gets them."""
    return screen(
        t,
        [bold(t("A message from this bot's operator")), "", *fenced_lines(t, text)],
        [[home(t)]],
    )


def maintenance(t: Words, on: bool, words: str, note: str = "") -> Screen:
    """Closes and opens ordering."""
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Maintenance is on: nobody can order.") if on else t("Maintenance is off.")),
            t("Orders at Serva are followed all the same."),
            *([t("People are told:"), *fenced_lines(t, words)] if words else []),
        ],
        [
            [tap(t("Switch off"), b.AdminMaintenance("off"))]
            if on
            else [tap(t("Switch on"), b.AdminMaintenance("on"))],
            [tap(t("Change the words"), b.AdminMaintenance("words"))],
            _back(t),
        ],
    )


def write_maintenance(t: Words) -> Screen:
    """Asks for what people are told while ordering is closed."""
    return screen(t, [bold(t("Send the words that people see."))], [_back(t)])


def unknown_order(t: Words, found: Order) -> Screen:
    """Tells operators that somebody's order has no known outcome."""
    return screen(
        t,
        [
            bold(t("Order #{order} has no known outcome.", order=str(found.id))),
            fenced(t, found.details.service.name_in(t.code)),
            t("Quoted: {quoted}", quoted=found.details.quote.agreed),
            t("Reason: {reason}", reason=cut(_reason(found.reason), 160)),
            t("The person was told not to order it again. I look at the balance for 10 minutes."),
        ],
        [[tap(t("Order #{order}", order=str(found.id)), b.AdminOrder(found.id))], [home(t)]],
    )


def charge_above(t: Words, found: Order) -> Screen:
    """Tells operators that Serva charged more than the person agreed to."""
    charge = found.first_charge if found.first_charge is not None else found.charge
    return screen(
        t,
        [
            bold(t("Order #{order} was charged above its quote.", order=str(found.id))),
            fenced(t, found.details.service.name_in(t.code)),
            t("Quoted: {quoted}", quoted=found.details.quote.agreed),
            t("Charge: {charge}", charge=Money(charge, found.currency))
            if charge is not None
            else None,
            t("If the price unit is wrong, set it on the order's screen."),
        ],
        [[tap(t("Order #{order}", order=str(found.id)), b.AdminOrder(found.id))], [home(t)]],
    )


def set_aside(t: Words, update: str, reason: str) -> Screen:
    """Tells operators that an update could not be handled."""
    return screen(
        t,
        [
            bold(t("An update could not be handled and was set aside.")),
            t("Update {update}: {reason}", update=update, reason=cut(reason, 200)),
            t("The log says what happened. The person was asked to try again."),
        ],
        [[tap(t("Operator"), b.Admin()), home(t)]],
    )


def storage_trouble(t: Words, reason: str) -> Screen:
    """Tells operators at once that the database fails; it has no keys, since no tap would work."""
    return screen(
        t,
        [
            bold(t("The database cannot be used.")),
            t("Reason: {reason}", reason=cut(reason, 200)),
            t("Nothing is ordered meanwhile, and what people send waits at Telegram."),
        ],
        [],
    )


def _reason(reason: Reason) -> str:
    """Why a hand-over ended as it did, as it was written down: terms, not sentences."""
    return " · ".join(filter(None, (reason.meaning, reason.text)))


def _call_lines(t: Words, call: CallLine) -> list[str]:
    lines: list[str] = [
        join(
            t(
                "Call {attempt}: {outcome}",
                attempt=call.attempt,
                outcome=t(_OUTCOMES.get(call.outcome, call.outcome)),
            ),
            " ",
            moment(t, call.started_at),
        )
    ]
    if call.request_id:
        lines.append(copyable(t, t("Request id:"), call.request_id))
    if call.detail:
        lines.append(fenced(t, cut(call.detail, 120)))
    return lines


def _sought(t: Words, query: str, found: bool) -> str:
    """What was typed; nobody is said to be found who was not."""
    return t("Found for {query}", query=query) if found else t("You typed: {query}", query=query)


def _person_label(t: Words, line: PersonLine) -> str:
    name = line.name or str(line.id)
    marks = " · " + t("banned") if line.banned else ""
    return f"{t.isolated(cut(name, 25))} · {t.number(line.orders)}{marks}"


def _order_label(t: Words, order: Order) -> str:
    number, status = t("#{order}", order=str(order.id)), cut(status_words(t, order), 24)
    room = min(22, 56 - utf16_length(number) - utf16_length(status))
    name = t.isolated(cut(order.details.service.name_in(t.code), room))
    return f"{number} · {name} · {status}"


def _back(t: Words) -> list[Button]:
    return [tap(t("Back"), b.Admin()), home(t)]
