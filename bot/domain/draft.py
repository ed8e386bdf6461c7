"""Where a person stands in a dialogue: the steps, and what the draft of an order still lacks.

    Resting ─ OpenService ─▶ Filling(asking link) ─▶ Filling(asking a field)* ─▶ Filling(asking
    quantity) ─▶ Confirming ─ Order ─▶ Resting, and the order exists

`next_question` decides what is asked; nothing here asks it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bot.domain.catalogue import Kind, Service, derived_quantity
from bot.domain.fields import Field
from bot.domain.money import Money
from bot.domain.order import Details, Quote, Value
from bot.domain.pricing import Unit


class Asking(StrEnum):
    """The one question that is open while a draft is filled in."""

    LINK = "link"
    FIELD = "field"
    QUANTITY = "quantity"
    COUPON = "coupon"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What has been given for a draft. `values` keeps skipped optional fields as empty strings.

    `seen_rate` and `seen_unit` are the price that was on a screen, so that a change of it is said.
    `again` is true where an order is repeated, `suggested` where we picked the service. `more` are
    further links for which the same is to be ordered.
    """

    link: str = ""
    values: tuple[tuple[str, str], ...] = ()
    quantity: int | None = None
    coupon: str = ""
    seen_rate: str = ""
    seen_unit: str = ""
    again: bool = False
    suggested: bool = False
    more: tuple[str, ...] = ()

    def value(self, key: str) -> str | None:
        """The answer to a field, "" where it was skipped, None where it is still open."""
        return dict(self.values).get(key)

    def with_value(self, key: str, text: str) -> Inputs:
        """The same inputs with one field answered."""
        return replace(self, values=tuple((dict(self.values) | {key: text}).items()))


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing is asked: any text is a search, a link or an order id."""


@dataclass(frozen=True, slots=True)
class Searching:
    """A word or link was typed; `query` is what is searched for, page by page.

    A `link`, and a `quantity` that stood beside it, go into the draft of whatever service is
    picked from the results. `thing` is what the link leads to, where the person had to say so, and
    `aim` what it is to be brought. `more` are further links for the same service.
    """

    query: str
    link: str = ""
    quantity: int | None = None
    thing: str = ""
    aim: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingName:
    """A user name was typed; the person says on which platform it is.

    `query` and `quantity` are what stood beside it.
    """

    name: str
    query: str = ""
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class PastingKey:
    """A key of `provider` ('serva' or 'servya') is expected next.

    `before` is the step that a refused key interrupted, as JSON; empty where none was open.
    """

    provider: str
    replacing: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class HoldingKey:
    """Key-shaped text was taken out of the chat; the person says what it is.

    `sealed` is base64 of the sealed message with the key; the raw key is nowhere. `replacing` is
    false where it is not even sure that it is a key. `before` is the step to go back to, as JSON.
    `deleted` is false where the message is still in the chat.
    """

    sealed: str
    tail: str
    replacing: bool
    before: str
    deleted: bool = True


@dataclass(frozen=True, slots=True)
class Filling:
    """A draft with one open question; `field` is the key of the asked field.

    `kept` is the complete draft that is being edited, for whoever goes back. `typed` is what was
    typed last and answered nothing.
    """

    service: int
    nonce: str
    inputs: Inputs
    asking: Asking
    field: str = ""
    kept: Inputs | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """A complete draft and the price that is on the screen.

    `draft` is the nonce of the questions that led here: a second tap on one of them is no stranger.
    `at` is when the price was looked at, in milliseconds since 1970. `typed` is what was typed last
    and answered nothing.
    """

    service: int
    nonce: str
    inputs: Inputs
    quote: Quote
    draft: str = ""
    at: int = field(default=0, compare=False)
    typed: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody without a key followed a link; what it points to opens once they have one."""

    payload: str


@dataclass(frozen=True, slots=True)
class NamingFavourite:
    """The person types what a favourite is to be called.

    `before` is the draft that it was kept from, as JSON; empty where none was open.
    """

    favourite: int
    before: str = ""


@dataclass(frozen=True, slots=True)
class TellingTime:
    """The person says what time it is for them, so that their nights are known."""


@dataclass(frozen=True, slots=True)
class SettingLimit:
    """The person types a spending limit, 'daily' or 'twice'.

    `before` is the step to go back to, as JSON: an order may wait for another limit.
    """

    guard: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class AskingServa:
    """The person is asked whether Serva shall 'refill' or 'cancel' an order.

    `at` is when they were asked, in milliseconds since 1970.
    """

    order: int
    what: str
    at: int


@dataclass(frozen=True, slots=True)
class FindingOrder:
    """The person looks among their orders; `month` is a YYYYMM, 0 for all of them."""

    query: str = ""
    month: int = 0


@dataclass(frozen=True, slots=True)
class ListingOrders:
    """The lines of a mass order are expected: pasted, or in a file."""


@dataclass(frozen=True, slots=True)
class ConfirmingMass:
    """A list of orders is on the screen, which is kept elsewhere under this nonce.

    `at` is when its prices were looked at, in milliseconds since 1970; 0 where they never were.
    """

    nonce: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class GivingOrderId:
    """The person sees an order at Serva that we lost the answer of, and types its id."""

    order: int


@dataclass(frozen=True, slots=True)
class FindingPerson:
    """An operator types a name, a username or an id; `query` is what they typed last."""

    query: str = ""


@dataclass(frozen=True, slots=True)
class WritingBroadcast:
    """An operator types what everybody is to be told."""


@dataclass(frozen=True, slots=True)
class PreviewingBroadcast:
    """An operator looks at a broadcast before it goes out."""

    nonce: str
    text: str


@dataclass(frozen=True, slots=True)
class WritingMaintenance:
    """An operator types what people are told while ordering is closed."""


Step: TypeAlias = (
    Resting
    | Searching
    | FindingName
    | PastingKey
    | HoldingKey
    | Filling
    | Confirming
    | Opening
    | NamingFavourite
    | TellingTime
    | SettingLimit
    | AskingServa
    | FindingOrder
    | ListingOrders
    | ConfirmingMass
    | GivingOrderId
    | FindingPerson
    | WritingBroadcast
    | PreviewingBroadcast
    | WritingMaintenance
)

_STEPS: Mapping[str, type[Step]] = {
    step.__name__: step
    for step in (
        Resting,
        Searching,
        FindingName,
        PastingKey,
        HoldingKey,
        Filling,
        Confirming,
        Opening,
        NamingFavourite,
        TellingTime,
        SettingLimit,
        AskingServa,
        FindingOrder,
        ListingOrders,
        ConfirmingMass,
        GivingOrderId,
        FindingPerson,
        WritingBroadcast,
        PreviewingBroadcast,
        WritingMaintenance,
    )
}


def next_question(service: Service, inputs: Inputs) -> tuple[Asking, str] | None:
    """What is asked next: a kind of question and a field's key, or None where all is known."""
    return next((asked for asked in questions(service) if not _answered(inputs, asked)), None)


def questions(service: Service) -> tuple[tuple[Asking, str], ...]:
    """Everything that a service asks, in order."""
    asked: list[tuple[Asking, str]] = [(Asking.LINK, "")] if service.needs_link else []
    asked += [(Asking.FIELD, entry.key) for entry in service.fields]
    if service.asks_quantity:
        asked.append((Asking.QUANTITY, ""))
    return tuple(asked)


def without(inputs: Inputs, question: tuple[Asking, str]) -> Inputs:
    """The inputs as if this question had not been answered."""
    match question:
        case Asking.LINK, _:
            return replace(inputs, link="")
        case Asking.QUANTITY, _:
            return replace(inputs, quantity=None)
        case Asking.FIELD, key:
            return replace(inputs, values=tuple(kv for kv in inputs.values if kv[0] != key))
        case _:
            return inputs


def open_fields(service: Service, inputs: Inputs) -> tuple[Field, ...]:
    """The fields that have no answer yet, in the order in which they are asked."""
    return tuple(entry for entry in service.fields if inputs.value(entry.key) is None)


def quantity_of(service: Service, inputs: Inputs) -> int | None:
    """How many will be ordered: typed, counted from lines, or fixed; None where nothing counts."""
    if service.asks_quantity:
        return inputs.quantity
    if service.derives_quantity:
        return derived_quantity(service, dict(inputs.values))
    return service.fixed_quantity


def sends_quantity(service: Service) -> bool:
    """Whether `add` carries a quantity.

    "When user-managed" (seed document). A fixed quantity is sent for link services too, because
    the wider v2 family requires it there; bulk services derive it, packages and single top-ups
    have none.
    """
    if service.asks_quantity:
        return True
    if service.derives_quantity or service.kind is Kind.PACKAGE:
        return False
    return service.needs_link or service.minimum > 1


def details_of(service: Service, inputs: Inputs, quote: Quote) -> Details:
    """The complete draft as it will be agreed to."""
    given = dict(inputs.values)
    return Details(
        service=service,
        quantity=quantity_of(service, inputs),
        sends_quantity=sends_quantity(service),
        quote=quote,
        link=inputs.link if service.needs_link else "",
        values=tuple(
            Value(entry.key, entry.label, given[entry.key], entry.top_level)
            for entry in service.fields
            if given.get(entry.key)
        ),
        coupon=inputs.coupon,
    )


def step_to_json(step: Step) -> str:
    """A step as tagged JSON, for storage."""
    body: dict[str, object] = {"": type(step).__name__}
    for entry in fields(step):
        body[entry.name] = _plain(getattr(step, entry.name))
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def step_from_json(text: str) -> Step:
    """The step that `step_to_json` wrote; Resting for anything that no longer reads."""
    try:
        body = json.loads(text)
        kind = _STEPS[body.pop("")]
        for name in ("inputs", "kept"):
            if inputs := body.get(name):
                values, more = map(tuple, inputs["values"]), tuple(inputs.get("more", ()))
                body[name] = Inputs(**inputs | {"values": tuple(values), "more": more})
        if "more" in body:
            body["more"] = tuple(body["more"])
        if "quote" in body:
            body["quote"] = quote_from_plain(body["quote"])
        if "asking" in body:
            body["asking"] = Asking(body["asking"])
        return kind(**body)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        # A step written by another version: starting afresh strands nobody, failing would.
        return Resting()


def quote_to_plain(quote: Quote) -> dict[str, object]:
    """A quote as JSON values; amounts stay text, exact."""
    return {
        "total": str(quote.total.amount),
        "currency": quote.total.currency,
        "rate": str(quote.rate),
        "unit": quote.unit.value,
        "proven": quote.proven,
    }


def quote_from_plain(body: Mapping[str, object]) -> Quote:
    """The quote that `quote_to_plain` wrote."""
    return Quote(
        total=Money(Decimal(str(body["total"])), str(body["currency"])),
        rate=Decimal(str(body["rate"])),
        unit=Unit(str(body["unit"])),
        proven=bool(body["proven"]),
    )


def _answered(inputs: Inputs, question: tuple[Asking, str]) -> bool:
    match question:
        case Asking.LINK, _:
            return bool(inputs.link)
        case Asking.QUANTITY, _:
            return inputs.quantity is not None
        case _, key:
            return inputs.value(key) is not None


def _plain(value: object) -> object:
    if isinstance(value, Quote):
        return quote_to_plain(value)
    if isinstance(value, Inputs):
        return {
            "link": value.link,
            "values": value.values,
            "quantity": value.quantity,
            "coupon": value.coupon,
            "seen_rate": value.seen_rate,
            "seen_unit": value.seen_unit,
            "again": value.again,
            "suggested": value.suggested,
            "more": value.more,
        }
    return value
