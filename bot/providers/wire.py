"""The two APIs' wire formats: what a call looks like and what an answer means; sends nothing.

Whatever the bytes are, a reader here returns a typed value or raises ProviderError, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn, TypeAlias
from urllib.parse import quote_plus, urlencode

from bot.domain.catalogue import CatalogueError, Service, service_from
from bot.domain.money import Money, MoneyError
from bot.domain.refusal import Meaning, stated_error
from bot.domain.request import Wanted
from bot.domain.text import clean
from bot.domain.tracking import MAX_WORD, Missing, Report, report_from
from bot.providers.port import (
    MAX_IDS,
    Accepted,
    AddRequest,
    AskOutcome,
    Balance,
    CallFailed,
    CallRefused,
    Credits,
    NotSent,
    Outcome,
    Provider,
    Refused,
    ServicesAnswer,
    Taken,
    Unknown,
)

MAX_BODY = 1024 * 1024
MAX_CATALOGUE = 32 * 1024 * 1024
MAX_ORDER_ID = 128
MAX_REQUEST_ID = 128

_TIMED_OUT = frozenset({408, 499})
_TOO_MANY_CALLS = 429


@dataclass(frozen=True, slots=True)
class Call:
    """One POST, ready to send. The members that hold the key are left out of its repr."""

    provider: Provider
    action: str
    url: str
    key: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    max_body: int = MAX_BODY


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer, unpacked, with the key that was sent blotted out of it."""

    status: int
    request_id: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer. `sent` is false only where it is certain that nothing left."""

    reason: str
    request_id: str = ""
    sent: bool = True


Reply: TypeAlias = Answer | Lost


def serva_call(
    url: str, action: str, key: str, parameters: Mapping[str, str] | None = None
) -> Call:
    """Write a call to Serva, with the key in header and body and never in the URL.

    Raises CallRefused for a key that cannot travel, UnicodeError for parameters that cannot.
    """
    form = {**(parameters or {}), "action": action, "key": _travelling(key)}
    return Call(
        Provider.SERVA,
        action,
        url,
        key,
        {**_HEADERS, "x-api-key": key},
        _encoded(form),
        MAX_CATALOGUE if action == "services" else MAX_BODY,
    )


def add_call(url: str, key: str, request: AddRequest) -> Call:
    """Write the `add` of one order; raises as `serva_call`."""
    return serva_call(url, "add", key, request.parameters())


def ask_call(url: str, key: str, wanted: Wanted, order: str) -> Call:
    """Write a request about one order, as the v2 family does; raises as `serva_call`.

    [open] Serva documents neither. Cancelling takes a list of ids there, of which we send one.
    """
    name = "orders" if wanted is Wanted.CANCEL else "order"
    return serva_call(url, wanted.value, key, {name: order})


def refill_status_call(url: str, key: str, refill: str) -> Call:
    """Write the question how a refill goes; raises as `serva_call`."""
    return serva_call(url, "refill_status", key, {"refill": refill})


def status_batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Split ids into those that share a call and those that travel alone.

    The list is joined by commas, so an id with a comma in it would be read as two others. Raises
    ValueError for an empty id or more than MAX_IDS.
    """
    if len(ids) > MAX_IDS or not all(ids):
        raise ValueError(f"at most {MAX_IDS} order ids, none empty")
    unique = dict.fromkeys(ids)
    together = tuple(i for i in unique if "," not in i)
    return [*([together] if together else []), *((i,) for i in unique if "," in i)]


def status_call(url: str, key: str, ids: Sequence[str]) -> Call:
    """Write the status call for one batch of `status_batches`."""
    name = "order" if len(ids) == 1 else "orders"
    return serva_call(url, "status", key, {name: ",".join(ids)})


def servya_call(url: str, key: str) -> Call:
    """Write Servya's balance check, its only documented call; raises CallRefused as `serva_call`.

    Servya allows one connection at a time per key, so this one is closed rather than kept.
    """
    form = {"apikey": _travelling(key), "job_type": "check_balance"}
    headers = {**_HEADERS, "connection": "close"}
    return Call(Provider.SERVYA, "check_balance", url, key, headers, _encoded(form))


def received(call: Call, status: int, headers: Mapping[str, str], raw: bytes) -> Reply:
    """Unpack an answer as it came (`headers` by lower-case name).

    Providers quote what they were sent, the key too, so it is blotted out here, before anything
    can show, store or log it.
    """
    request_id = request_id_of(call, headers)
    body = _unpacked(raw, headers.get("content-encoding", ""), call.max_body)
    if body is None:
        return Lost(f"HTTP {status}, body too large or not unpackable", request_id)
    return Answer(status, request_id, _without(call.key, body))


def is_answer(reply: Reply) -> bool:
    """Whether the provider itself spoke: not a lost call, a 5xx, or a page of somebody's proxy."""
    if isinstance(reply, Lost) or reply.status >= 500:
        return False
    return not reply.body.lstrip().startswith(b"<")


def request_id_of(call: Call, headers: Mapping[str, str]) -> str:
    """Return the id by which Serva's support finds the call, cleaned, or ""."""
    named = headers.get("x-serva-request-id", "").encode(errors="replace")
    return clean(_without(call.key, named).decode(), limit=MAX_REQUEST_ID)


def outcome(reply: Reply) -> Outcome:
    """Say what became of an `add`; in doubt, Unknown."""
    if isinstance(reply, Lost):
        if reply.sent:
            return Unknown(reply.reason, reply.request_id)
        return NotSent(reply.reason)
    request_id = reply.request_id
    # A 408 or 499 is a time-out reported by somebody on the way, so it says as little as a 504.
    if reply.status // 100 not in {2, 4} or reply.status in _TIMED_OUT:
        return Unknown(f"HTTP {reply.status}", request_id)
    answer = _decoded(reply.body)
    if not isinstance(answer, Mapping):
        return Unknown(f"HTTP {reply.status}, {_shape(answer)}", request_id)

    order = _order_id(answer.get("order"))
    # [open] whether Serva limits its callers, and how. Assumed: a 429 comes from a limiter that
    # stands before the purchase, so its JSON error refuses like that of any other 4xx.
    error = stated_error(answer, denied=reply.status >= 400)
    if order and reply.status < 400 and not (error and error.meaning in _NAMES_ANOTHER):
        # Also beside some other error: an order with an id is there, and is followed.
        return Accepted(order, _money(answer, "charge"), _money(answer, "balance"), request_id)
    if order:
        return Unknown(f"HTTP {reply.status}, an order id beside a refusal", request_id)
    if error:
        return Refused(error.meaning, error.text, request_id)
    return Unknown(f"HTTP {reply.status} without an order id", request_id)


# A refusal for one of these may give the id of the order in the way. To take that for ours would
# be wrong, and so would be to call an answer with an order id a refusal.
_NAMES_ANOTHER = frozenset({Meaning.DUPLICATE_TARGET, Meaning.TARGET_BUSY})


def asked(reply: Reply, wanted: Wanted, order: str) -> AskOutcome:
    """Say what became of a request about an order; in doubt, Unknown.

    The v2 family answers `{"refill": "1"}`, and `[{"order": 2, "cancel": 1}]` with an error in the
    place of the 1.
    """
    if isinstance(reply, Lost):
        return Unknown(reply.reason, reply.request_id) if reply.sent else NotSent(reply.reason)
    request_id = reply.request_id
    if reply.status // 100 not in {2, 4} or reply.status in _TIMED_OUT:
        return Unknown(f"HTTP {reply.status}", request_id)
    answer = _decoded(reply.body)
    entry = _entries(answer, [order]).get(order, answer)
    said = entry.get(wanted.value) if isinstance(entry, Mapping) else None
    for stated in (said, entry, answer):
        if not isinstance(stated, Mapping):
            continue
        error = stated_error(stated, denied=reply.status >= 400)
        if error:
            return Refused(error.meaning, error.text, request_id)
    number = _order_id(said)
    # A sentence or a code in this place is no yes, whatever it says.
    yes = r"[0-9]+" if wanted is Wanted.CANCEL else r"([A-Za-z]+[_-]?)?[0-9]+"
    if reply.status < 400 and (said is True or re.fullmatch(yes, number)):
        return Taken(number if wanted is Wanted.REFILL else "", request_id)
    return Unknown(f"HTTP {reply.status}, {_shape(answer)} that confirms nothing", request_id)


def refill_status(reply: Reply) -> str:
    """Read `{"status": "Completed"}`."""
    answer, request_id = _read(reply)
    word = answer.get("status") if isinstance(answer, Mapping) else None
    shown = clean(word, limit=MAX_WORD) if isinstance(word, str) else ""
    if not shown:
        raise CallFailed(f"no status of a refill, {_shape(answer)}", request_id)
    return shown


def balance(reply: Reply) -> Balance:
    """Read `{"balance": "25.5", "currency": "USD"}`; without a currency it is USD [doc]."""
    answer, request_id = _read(reply)
    money = _money(answer, "balance") if isinstance(answer, Mapping) else None
    if money is None:
        raise CallFailed("no readable balance", request_id)
    return Balance(money)


def catalogue(reply: Reply, unless: str = "") -> ServicesAnswer | None:
    """Read the list of services, or None where the body's digest is `unless`.

    A rotten or repeated row is left out and counted; a list of nothing but rotten rows is a failed
    call, so that it cannot replace a catalogue that worked.
    """
    digest = hashlib.sha256(reply.body).hexdigest() if isinstance(reply, Answer) else ""
    if digest and digest == unless:
        return None
    rows, request_id = _read(reply)
    if not isinstance(rows, list):
        raise CallFailed(f"no list of services, {_shape(rows)}", request_id)
    count = len(rows)
    services: dict[str, Service] = {}
    for service in _services(rows):
        services.setdefault(service.code, service)
    if count and not services:
        raise CallFailed(f"none of {count} services readable", request_id)
    return ServicesAnswer(tuple(services.values()), count - len(services), digest, request_id)


def statuses(reply: Reply, ids: Sequence[str]) -> dict[str, Report | Missing]:
    """Read the answer to a status call for these ids, one entry for every id.

    [open] the shape of a batch. Read are: an object keyed by id, a list of objects that name
    their `order`, and for one id also the bare object. An error about the whole call raises
    CallRefused, except that "incorrect order id" answers a call for one id.
    """
    try:
        answer, request_id = _read(reply)
    except CallRefused as refused:
        if len(ids) == 1 and refused.meaning is Meaning.ORDER_UNKNOWN:
            return {ids[0]: Missing(refused.text)}
        raise
    entries = _entries(answer, ids)
    if not entries and answer not in ([], {}):
        # Calling every order missing because of an answer about something else would be a claim.
        raise CallFailed(f"no status of these orders, {_shape(answer)}", request_id)
    return {i: report_from(entries[i]) if i in entries else Missing() for i in ids}


def credits_left(reply: Reply) -> Credits:
    """Read `{"credits": 23140}`, a number or a numeric string.

    [open] Servya's error form. Assumed: a JSON object without credits but with an `error` or a
    `message` refuses, and everything else is no answer.
    """
    answer, request_id = _read(reply, promised="credits")
    try:
        amount = Money.parse(answer.get("credits") if isinstance(answer, Mapping) else None).amount
    except MoneyError:
        raise CallFailed("no readable credits", request_id) from None
    return Credits(int(amount) if amount == amount.to_integral_value() else amount)


_HEADERS = {
    "content-type": "application/x-www-form-urlencoded",
    "accept": "application/json",
    "accept-encoding": "gzip",
}


def _travelling(key: str) -> str:
    # A header takes visible ASCII only; httpx would put any other key into its exception.
    if not re.fullmatch("[!-~]{1,512}", key):
        raise CallRefused(Meaning.KEY_UNKNOWN, "")
    return key


def _encoded(form: Mapping[str, str]) -> bytes:
    return urlencode(form).encode("ascii")


def _without(key: str, data: bytes) -> bytes:
    """Blot the key out, also as PHP and .NET spell its signs in JSON, and as a form does."""
    if len(key) < 8:
        return data  # so short it is no key, and stands in every answer by chance
    spellings = key, key.replace("/", "\\/"), key.replace("+", "\\u002B"), quote_plus(key)
    for spelled in spellings:
        data = data.replace(spelled.encode("ascii"), b"[key]")
    return data


def _unpacked(raw: bytes, encoding: str, limit: int) -> bytes | None:
    """Undo gzip, the only encoding we accept; None past the limit or where the end is missing."""
    body = raw
    if encoding.casefold() in {"gzip", "x-gzip"}:
        stream = zlib.decompressobj(wbits=31)
        try:
            # Bounded here and not by httpx, which unpacks a bomb before anybody can count it.
            body = stream.decompress(raw, limit + 1)
        except zlib.error:
            return None
        if not stream.eof:
            return None
    elif encoding.casefold() not in {"", "identity"}:
        return None
    return body if len(body) <= limit else None


def _read(reply: Reply, promised: str = "") -> tuple[object, str]:
    """Return a read's decoded JSON and request id, or raise what the answer amounts to.

    Where a member is `promised`, an object without it also refuses by its bare `message`.
    """
    request_id = reply.request_id
    if isinstance(reply, Lost):
        raise CallFailed(reply.reason, request_id)
    status = reply.status
    # Too many calls is our doing, and nothing that a person could mend.
    if status // 100 not in {2, 4} or status in _TIMED_OUT or status == _TOO_MANY_CALLS:
        raise CallFailed(f"HTTP {status}", request_id)
    answer = _decoded(reply.body)
    if isinstance(answer, Mapping):
        lacking = bool(promised) and promised not in answer
        error = stated_error(answer, denied=status >= 400 or lacking)
        if error:
            raise CallRefused(error.meaning, error.text, request_id)
    if status >= 400 or isinstance(answer, _NoJson):
        raise CallFailed(f"HTTP {status}, {_shape(answer)}", request_id)
    return answer, request_id


@dataclass(frozen=True, slots=True)
class _NoJson:
    shape: str


def _decoded(body: bytes) -> object:
    """Decode JSON with exact numbers; what is none becomes _NoJson."""
    try:
        return json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_such_number
        )
    except (ValueError, ArithmeticError, RecursionError):
        return _NoJson("an HTML page" if body.lstrip().startswith(b"<") else "no JSON")


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(name)


def _shape(answer: object) -> str:
    if isinstance(answer, _NoJson):
        return answer.shape
    if isinstance(answer, Mapping):
        return "a JSON object"
    return "a JSON list" if isinstance(answer, list) else "a JSON value"


def _money(answer: Mapping[str, object], name: str) -> Money | None:
    try:
        return Money.parse(answer.get(name), answer.get("currency") or "USD")
    except MoneyError:
        return None


def _order_id(value: object) -> str:
    """Return an order id as it must be sent back, or "" where there is no usable one."""
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if value > 0 else ""
    else:
        text = value.strip() if isinstance(value, str) else ""
    # An id that only cleaning makes presentable would no longer be Serva's.
    usable = text == clean(text, limit=MAX_ORDER_ID) and text.casefold() not in _NO_IDS
    return text if usable else ""


# How loosely typed code spells "there is none".
_NO_IDS = frozenset({"0", "null", "none", "false", "undefined", "nan"})


def _services(rows: list[object]) -> Iterator[Service]:
    # Taken out one by one, so that a large catalogue is not in memory in both its forms.
    rows.reverse()
    while rows:
        try:
            yield service_from(rows.pop())
        except CatalogueError:
            continue


def _entries(answer: object, ids: Sequence[str]) -> dict[str, object]:
    """Find the entry of each id that the answer has; other people's ids are left where they are."""
    if isinstance(answer, Mapping):
        keyed = {i: answer[i] for i in ids if i in answer}
        if keyed:
            return keyed
    listed = answer if isinstance(answer, list) else [answer]
    rows = [row for row in listed if isinstance(row, Mapping)]
    if len(ids) == len(rows) == 1 and "status" in rows[0] and rows[0].get("order") is None:
        return {ids[0]: rows[0]}
    named = {_order_id(row.get("order")): row for row in rows}
    return {i: named[i] for i in ids if i in named}
