"""What people buy: one row of the provider's catalogue as a typed value, and back for storage.

Makes no calls, and knows nothing of what a rate is the price of (`pricing` does).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from bot.domain.fields import (
    Field,
    FieldKind,
    Option,
    answer_lines,
    bare,
    fields_from,
    flag,
    scalar,
    v2_fields,
)
from bot.domain.money import MAX_AMOUNT, MAX_DECIMALS
from bot.domain.numbers import MAX_QUANTITY, parse_quantity
from bot.domain.text import clean

MAX_FIELDS = 40


class CatalogueError(ValueError):
    """A row that is no service anybody could order."""


class Kind(StrEnum):
    """How a service is ordered."""

    LINK = "link"  # for a post, a profile or a site, as the wider v2 family sells
    FIELDS = "fields"  # for what its manual fields say, perhaps with a link
    PACKAGE = "package"  # once, as it is


@dataclass(frozen=True, slots=True)
class Service:
    """One thing to buy, at one account's rate.

    `code` is the provider's id, always text. `rate` is exact, 0 to 10**12, and not negative;
    `minimum` and `maximum` are 1 to 10**12, in order. `names` may hold "ar" and "en".
    At most one of `asks_quantity` (the person says how many) and `derives_quantity` (it follows
    from the fields, see `derived_quantity`) is true; with neither it is fixed, or nothing counts.
    """

    code: str
    name: str
    category: str
    type: str
    rate: Decimal
    minimum: int
    maximum: int
    fields: tuple[Field, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    needs_link: bool = True
    asks_quantity: bool = True
    derives_quantity: bool = False
    description: str = ""
    pricing_type: str = ""
    refill: bool = False
    cancel: bool = False

    @property
    def kind(self) -> Kind:
        """How it is ordered; a link of which nothing is counted is a package by any other name."""
        if "package" in bare(self.type) or (self.needs_link and not self._counts):
            return Kind.PACKAGE
        v2 = all(entry.top_level for entry in self.fields) and (self.fields or self.needs_link)
        return Kind.LINK if v2 else Kind.FIELDS

    @property
    def fixed_quantity(self) -> int | None:
        """The only quantity there is, where minimum equals maximum."""
        return self.minimum if self.minimum == self.maximum else None

    @property
    def subscription(self) -> bool:
        """True for v2 subscriptions, whose limits are those of each post."""
        return _is_subscription(self.type, self.fields)

    @property
    def price_class(self) -> str:
        """The scope in which services are taken to be priced alike.

        Quantities at which two units cost the same are classes of their own: what a charge for
        one item proves says nothing about a hundred.
        """
        fixed = self.fixed_quantity if self._counts else 1
        shape = str(fixed) if fixed in (1, 1000) else "any"
        return f"{self.kind}/{shape}/{bare(self.pricing_type)}/{bare(self.type)}"

    def name_in(self, language: str) -> str:
        """Return the name in a language ("ar", "en"), or the usual one."""
        return self.names.get(language, self.name)

    @property
    def _counts(self) -> bool:
        return self.asks_quantity or self.derives_quantity or self.fixed_quantity is not None


def service_from(row: object) -> Service:
    """Read one row of the answer to `services`.

    CatalogueError where it has no usable id, name, rate or limits, or more fields than anybody
    would fill in. Everything else that is missing or odd takes its plainest meaning.
    """
    if not isinstance(row, Mapping):
        raise CatalogueError("not an object")
    type_ = _shown(row.get("type"), 64) or "Default"
    manual = fields_from(row.get("fields"))
    inputs = manual or v2_fields(type_)
    if len(inputs) > MAX_FIELDS:
        raise CatalogueError("too many fields")
    quantity = _quantity_rule(row, type_, inputs)
    names = {
        language: name
        for language in ("ar", "en")
        if (name := _shown(row.get(f"name_{language}"), _MAX_NAME))
    }
    link = flag(row.get("link_required"))
    return Service(
        code=_code(row.get("service")),
        name=_name(row, names),
        category=_shown(row.get("category"), 128),
        type=type_,
        rate=_rate(row.get("rate")),
        minimum=quantity.minimum,
        maximum=quantity.maximum,
        fields=inputs,
        names=names,
        needs_link=not manual and not _is_subscription(type_, inputs) if link is None else link,
        asks_quantity=quantity.asked,
        derives_quantity=quantity.derived,
        description=_shown(row.get("description"), 1000, lines=True)
        or _shown(row.get("desc"), 1000, lines=True),
        pricing_type=_shown(row.get("pricing_type"), 64),
        refill=flag(row.get("refill")) is True,
        cancel=flag(row.get("cancel")) is True,
    )


def derived_quantity(service: Service, values: Mapping[str, str]) -> int | None:
    """Return the quantity that answers (by field key) amount to, where they decide it.

    The non-empty lines of `deciding_field`; for a subscription the most per post times the posts.
    None where too little has been given yet, or where the fields do not decide.
    """
    if not service.derives_quantity:
        return None
    if service.subscription:
        most, posts = (parse_quantity(values.get(key, "")) for key in ("max", "posts"))
        # One more than anything allows is enough to be refused, and stays within Money.
        return min(most * posts, MAX_QUANTITY + 1) if most and posts else None
    return len(answer_lines(values.get(deciding_field(service).key, ""))) or None


def deciding_field(service: Service) -> Field:
    """Return the multi-line field whose lines are the quantity, of a service that derives it so.

    Of several the first required one: in v2 that is the usernames, not the hashtags.
    """
    lists = (entry for entry in service.fields if entry.kind is FieldKind.LINES)
    return min(lists, key=lambda entry: not entry.required)


_MAX_NAME = 256
_MAX_CODE = 64


@dataclass(frozen=True, slots=True)
class _QuantityRule:
    minimum: int
    maximum: int
    asked: bool
    derived: bool


def _quantity_rule(
    row: Mapping[object, object], type_: str, inputs: Sequence[Field]
) -> _QuantityRule:
    """Who decides how many, and within which limits.

    Without `has_quantity` the person does where there are no manual fields, or where more than
    one can be had; lines decide instead of the person unless the row says that the person does.
    """
    told = flag(row.get("has_quantity"))
    package = "package" in bare(type_)
    manual = any(not entry.top_level for entry in inputs)
    lines = not package and told is not True and any(e.kind is FieldKind.LINES for e in inputs)
    minimum = _limit(row.get("min")) or 1
    maximum = _limit(row.get("max"))
    if maximum is None:
        if not (package or manual or told is False):
            raise CatalogueError("no maximum")
        # Where something counts, a missing limit is no limit; elsewhere there is one of it.
        maximum = MAX_QUANTITY if lines or told else minimum
    maximum = min(maximum, MAX_QUANTITY)
    if minimum > maximum:
        raise CatalogueError("minimum above maximum")
    several = minimum < maximum
    # A manual text of several lines may be a mere note; it decides only where there is a choice.
    derived = (lines and (several or not manual)) or _is_subscription(type_, inputs)
    asked = several and not derived and (told if told is not None else not package)
    return _QuantityRule(minimum, maximum, asked, derived)


def _is_subscription(type_: str, inputs: Sequence[Field]) -> bool:
    return bare(type_) == "subscriptions" and all(entry.top_level for entry in inputs)


def _limit(value: object) -> int | None:
    """A limit of the quantity; None where it is missing, empty or 0, as panels write "none"."""
    if value is None or value == "":
        return None
    match = _WHOLE.fullmatch(_digits(value))
    if not match:
        raise CatalogueError("not a limit")
    return int(match[1].replace(",", "")) or None


def _rate(value: object) -> Decimal:
    text = _digits(value)
    if not _DECIMAL.fullmatch(text):
        raise CatalogueError("not a rate")
    rate = _WIDE.create_decimal(text.replace(",", ""))
    if rate > MAX_AMOUNT:
        raise CatalogueError("rate out of range")
    if len(text.partition(".")[2]) <= MAX_DECIMALS:
        return rate
    # The tail of a discount that was worked out in binary, such as 0.8900000000000001.
    short = rate.quantize(_SHORTEST, context=_WIDE)
    if rate and not short:
        raise CatalogueError("rate out of range")
    return short


_WHOLE = re.compile(r"([0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.0{1,2})?")
_DECIMAL = re.compile(r"(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.[0-9]{1,60})?")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]{1,30})?[eE][+-]?[0-9]{1,3}")
_SHORTEST = Decimal((0, (1,), -MAX_DECIMALS))
_WIDE = Context(prec=128, rounding=ROUND_HALF_UP, traps=[InvalidOperation])


def _digits(value: object) -> str:
    """A number from outside as it is written, without exponent; empty for anything else."""
    if isinstance(value, str):
        if not _SCIENTIFIC.fullmatch(value.strip()):
            return value.strip()
        value = Decimal(value.strip())
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if 0 <= value < 10**30 else ""
    if isinstance(value, Decimal) and value.is_finite():
        # Written out, 1E+999999999 would fill the memory.
        exponent = int(value.as_tuple().exponent)
        return f"{value:f}" if exponent >= -60 and value.adjusted() <= 30 else ""
    return ""


def _code(value: object) -> str:
    code = scalar(value) if not isinstance(value, bool | Decimal) else ""
    if not code.strip() or not code.isprintable() or len(code) > _MAX_CODE:
        raise CatalogueError("no usable id")
    return code


def _name(row: Mapping[object, object], names: Mapping[str, str]) -> str:
    name = _shown(row.get("name"), _MAX_NAME) or next(iter(names.values()), "")
    if not name:
        raise CatalogueError("no name")
    return name


def _shown(value: object, limit: int, *, lines: bool = False) -> str:
    return clean(scalar(value), limit=limit, lines=lines)


def service_to_json(service: Service) -> str:
    """Return the service as compact JSON from which `service_from_json` makes an equal one."""
    body: dict[str, object] = {name: getattr(service, name) for name in _AS_THEY_ARE}
    body["rate"] = str(service.rate)
    body["names"] = dict(service.names)
    body["fields"] = [
        [
            entry.key,
            entry.label,
            entry.kind,
            entry.placeholder,
            entry.required,
            entry.top_level,
            [[option.value, option.label] for option in entry.options],
        ]
        for entry in service.fields
    ]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def service_from_json(text: str) -> Service:
    """Return the service that `service_to_json` wrote; CatalogueError for any other text."""
    try:
        body = json.loads(text)
        body["rate"] = Decimal(body["rate"])
        body["fields"] = tuple(map(_stored_field, body["fields"]))
        return Service(**body)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise CatalogueError("not a stored service") from error


_AS_THEY_ARE = tuple(
    entry.name for entry in fields(Service) if entry.name not in ("rate", "names", "fields")
)


def _stored_field(entry: Sequence[Any]) -> Field:
    key, label, kind, placeholder, required, top_level, options = entry
    return Field(
        key,
        label,
        FieldKind(kind),
        placeholder,
        required,
        tuple(Option(value, shown) for value, shown in options),
        top_level,
    )
