"""What an `add` asks for, checked against the good; knows nothing of accounts or money."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.sandbox.catalogue import Good, Unit
from bot.sandbox.goods import Input
from bot.sandbox.serva.refusals import Refusal, RefusalError

Params = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Purchase:
    """A well-formed wish. `target` is what the purchase guard compares."""

    good: Good
    target: str
    quantity: int
    inputs: dict[str, str]
    coupon: str


class _Extra(NamedTuple):
    """What a type of the panel family wants beside the link; `counted` names the input whose
    lines may stand for the quantity, and do so always where `only_lines`."""

    wanted: tuple[str, ...] = ()
    counted: str = ""
    only_lines: bool = False


_TYPES = {
    "Default": _Extra(),
    "Package": _Extra(),
    "SEO": _Extra(("keywords",), "keywords"),
    "Custom Comments": _Extra(("comments",), "comments", only_lines=True),
    "Custom Comments Package": _Extra(("comments",), "comments", only_lines=True),
    "Mentions with Hashtags": _Extra(("usernames", "hashtags"), "usernames"),
    "Mentions Custom List": _Extra(("usernames",), "usernames", only_lines=True),
    "Mentions Hashtag": _Extra(("hashtag",)),
    "Mentions User Followers": _Extra(("username",)),
    "Comment Likes": _Extra(("username",)),
    "Poll": _Extra(("answer_number",)),
    "Subscriptions": _Extra(("username", "min", "max", "delay")),
}


def read_purchase(good: Good, params: Params) -> Purchase:
    """Understand the parameters of an `add`; raises `RefusalError` for what is missing or wrong."""
    link = _link(good, params)
    inputs = {**_extras(good, params), **_fields(good, params)}
    return Purchase(
        good,
        link or inputs.get("username") or json.dumps(inputs, sort_keys=True, ensure_ascii=False),
        _quantity(good, params, inputs),
        inputs,
        _text(params, "coupon", "coupon_code").upper(),
    )


def price(unit: Unit, rate: Decimal, quantity: int, off: Decimal) -> Decimal:
    """The charge: exact, less the coupon's share `off`, then rounded up at four decimals."""
    match unit:
        case Unit.PER_1000:
            gross = rate * quantity / 1000
        case Unit.PER_ITEM:
            gross = rate * quantity
        case Unit.FLAT:
            gross = rate
    return (gross * (1 - off)).quantize(Decimal("0.0001"), ROUND_UP)


def lines(text: str) -> list[str]:
    """The lines that count: those with something on them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _text(params: Params, *names: str) -> str:
    """The first of these parameters that says something; only text and numbers say something."""
    for name in names:
        value = params.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def _link(good: Good, params: Params) -> str:
    if not good.needs_link:
        return ""
    link = _text(params, "link", "target", "target_link")
    if not _is_link(link):
        raise RefusalError(Refusal.INVALID_LINK)
    parts = urlsplit(link)
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path.rstrip("/")
    ).geturl()


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    spaced = re.search(r"[\s\x00-\x1f\x7f]", text) is not None
    return parts.scheme.lower() in ("http", "https") and "." in host.strip(".") and not spaced


def _extras(good: Good, params: Params) -> dict[str, str]:
    """The inputs of the panel family's types; they come beside the link, not inside `fields`."""
    wanted = _TYPES[good.type].wanted
    extras = {name: _text(params, name) for name in wanted}
    if not all(extras.values()):
        raise RefusalError(Refusal.MISSING_FIELD)
    optional = ("posts", "expiry") if good.type == "Subscriptions" else ()
    told = {name: _text(params, name) for name in optional if _text(params, name)}
    return extras | told


def _fields(good: Good, params: Params) -> dict[str, str]:
    """Manual fields from `fields`, `inputs` or `custom_fields`; any others are ignored."""
    if not good.inputs:
        return {}
    given = _given_fields(good, params)
    values = {i.key: _text(given, i.key) for i in good.inputs}
    for wanted in good.inputs:
        _check_field(wanted, values[wanted.key])
    return {key: value for key, value in values.items() if value}


def _given_fields(good: Good, params: Params) -> Params:
    """The fields as key → value, from an object, a list, JSON of either, or `fields[key]=…`."""
    for name in ("fields", "inputs", "custom_fields"):
        given = params.get(name)
        if isinstance(given, str) and given.strip():
            try:
                given = json.loads(given)
            except ValueError:
                raise RefusalError(Refusal.INVALID_FIELD) from None
        if isinstance(given, dict):
            return given
        if isinstance(given, list):
            return _from_list(good, given)
        bracketed = {
            key[len(name) + 1 : -1]: value
            for key, value in params.items()
            if key.startswith(f"{name}[") and key.endswith("]")
        }
        if bracketed:
            return bracketed
    return {}


def _from_list(good: Good, given: list[object]) -> Params:
    """A list names each value (`{"key": …, "value": …}`) or gives them in the fields' order."""
    if all(isinstance(entry, dict) for entry in given):
        entries = [entry for entry in given if isinstance(entry, dict)]
        return {str(e.get("key", e.get("name", ""))): e.get("value") for e in entries}
    return {i.key: value for i, value in zip(good.inputs, given, strict=False)}


def _check_field(wanted: Input, value: str) -> None:
    if not value:
        if wanted.required:
            raise RefusalError(Refusal.MISSING_FIELD)
        return
    chosen = not wanted.options or value in (v for v, _ in wanted.options)
    number = wanted.kind != "number" or re.fullmatch(r"\+?[0-9]+", value) is not None
    link = wanted.kind != "url" or _is_link(value)
    single = wanted.kind == "textarea" or "\n" not in value
    if not (chosen and number and link and single):
        raise RefusalError(Refusal.INVALID_FIELD)


def _quantity(good: Good, params: Params, inputs: dict[str, str]) -> int:
    extra = _TYPES[good.type]
    area = next((i.key for i in good.inputs if i.kind == "textarea"), "")
    told = _text(params, "quantity")
    if good.type == "Subscriptions":
        return _subscribed(good, inputs)
    if good.type == "Package":
        return good.minimum
    if area:
        quantity = len(lines(inputs[area]))
    elif extra.counted and (extra.only_lines or not told):
        quantity = len(lines(inputs[extra.counted]))
    elif not told and good.minimum == good.maximum:
        quantity = good.minimum
    else:
        quantity = _whole(told)
    return _within(good, quantity)


def _subscribed(good: Good, inputs: dict[str, str]) -> int:
    """A subscription is paid ahead: the most for each post, times the posts (one unless told)."""
    least, most = (_within(good, _whole(inputs[name])) for name in ("min", "max"))
    if least > most:
        raise RefusalError(Refusal.INVALID_QUANTITY)
    return most * (_whole(inputs["posts"]) if "posts" in inputs else 1)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) == 0:
        raise RefusalError(Refusal.INVALID_QUANTITY)
    return int(text)


def _within(good: Good, quantity: int) -> int:
    if quantity < good.minimum:
        raise RefusalError(Refusal.QUANTITY_TOO_LOW)
    if quantity > good.maximum:
        raise RefusalError(Refusal.QUANTITY_TOO_HIGH)
    return quantity
