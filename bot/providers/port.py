"""What the rest of the house may ask of the two providers, and what can come back; calls nobody.

An `add` costs money, so every way it can end is a value:

    Accepted   placed; the order id is known
    Refused    the provider said no in words; nothing was charged
    NotSent    not a byte of the request left; nothing was charged
    Unknown    anything else; it may have been placed and charged

A request about a placed order (refill, cancel) ends in the same ways, but for `Taken` in the place
of `Accepted`.

Reads cost nothing, so a read that brings no answer raises:

    ProviderError
    ├── CallRefused   the provider said no in words
    └── CallFailed    no usable answer: connection, time-out, 5xx, HTML, unreadable

The difference matters to people: only CallRefused may lead to "check your key".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

from bot.domain.catalogue import Service
from bot.domain.money import Money
from bot.domain.refusal import Meaning
from bot.domain.request import Wanted
from bot.domain.tracking import Missing, Report

MAX_IDS = 100
"""Order ids in one status call, the wider family's limit (provider.md, "status")."""


class Serva(Protocol):
    """Serva's API. A key is handed in for the one call and kept nowhere."""

    def held_back(self) -> bool:
        """Whether calls fail at once, because Serva has not been answering: promise no order."""
        ...

    async def balance(self, key: str) -> Balance:
        """Return the account's balance; raises ProviderError."""
        ...

    async def services(self, key: str, unless: str = "") -> ServicesAnswer | None:
        """Return the account's catalogue, or None where its digest is still `unless`.

        Raises ProviderError. Unreadable rows are left out and counted.
        """
        ...

    async def add(self, key: str, request: AddRequest) -> Outcome:
        """Place one order, at most once, whatever happens; raises nothing.

        The call runs in a task of its own. Cancelling the caller does not stop it and does not
        lose the outcome: `add` waits on and returns it (the caller's `Task.cancelling()` still
        tells of the wish). Where the call's own task is cancelled, as when the event loop is torn
        down, the outcome is Unknown.
        """
        ...

    async def ask(self, key: str, wanted: Wanted, order: str) -> AskOutcome:
        """Ask for something about a placed order, at most once, whatever happens, as `add`."""
        ...

    async def refill_status(self, key: str, refill: str) -> str:
        """Return Serva's word for how a refill goes; raises ProviderError."""
        ...

    async def statuses(self, key: str, ids: Sequence[str]) -> dict[str, Report | Missing]:
        """Return what Serva says of each of these orders, one entry for every id asked.

        One call, except that an id with a comma in it travels alone. Raises ProviderError, and
        ValueError for more than 100 ids or an empty one.
        """
        ...


class Servya(Protocol):
    """Servya's API; one call at a time per key, which the caller sees to."""

    async def credits(self, key: str) -> Credits:
        """Return the credits left on the key; raises ProviderError."""
        ...


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account holds at Serva."""

    money: Money


@dataclass(frozen=True, slots=True)
class Credits:
    """Servya's own unit, which is no currency."""

    amount: int | Decimal


@dataclass(frozen=True, slots=True)
class ServicesAnswer:
    """A catalogue; `digest` is the SHA-256 of the answer's body, `skipped` the unreadable rows."""

    services: tuple[Service, ...]
    skipped: int
    digest: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class AddRequest:
    """One order to place.

    `fields` are the service's manual fields, `extras` the inputs that its v2 type takes beside
    them at the top level. People type passwords into fields, so a repr shows the service only.
    """

    service: str
    link: str | None = field(default=None, repr=False)
    quantity: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    coupon: str | None = field(default=None, repr=False)

    def parameters(self) -> dict[str, str]:
        """Return the form parameters as they travel, without `action` and `key`.

        `fields` go as a JSON object in a string, the one place that was not refused (provider.md,
        "add").
        """
        named = {
            "service": self.service,
            "link": self.link,
            "quantity": None if self.quantity is None else str(self.quantity),
            "fields": _compact(self.fields) if self.fields else None,
            "coupon": self.coupon,
        }
        # A catalogue names the extras, and must not reach the parameters that are ours to set.
        extras = {k: v for k, v in self.extras.items() if k not in named and k not in _OURS}
        return {k: v for k, v in named.items() if v is not None} | extras

    def digest(self) -> str:
        """Return the SHA-256 of what travels, without the key: the same order, the same digest."""
        form = urlencode(sorted(self.parameters().items()), errors="surrogatepass")
        return hashlib.sha256(form.encode()).hexdigest()


_OURS = frozenset({"action", "key"})


def _compact(fields: Mapping[str, str]) -> str:
    return json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Placed. `charge` and `balance` are None where the answer does not say them readably."""

    order: str
    charge: Money | None
    balance: Money | None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not placed and not charged; `text` is the provider's, cleaned and at most 300 characters.

    It is empty only where the key could not even travel (KEY_UNKNOWN).
    """

    meaning: Meaning
    text: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine: safe to try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps placed and charged: never to be sent again, never to be called failed."""

    reason: str
    request_id: str = ""


Outcome: TypeAlias = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Taken:
    """Serva has taken a request, and has done nothing yet; `refill` is its id of a refill."""

    refill: str = ""
    request_id: str = ""


AskOutcome: TypeAlias = Taken | Refused | NotSent | Unknown


class ProviderError(Exception):
    """A read brought no answer; `request_id` is empty where none was seen."""

    def __init__(self, message: str, request_id: str) -> None:
        super().__init__(message)
        self.request_id = request_id


class CallRefused(ProviderError):
    """The provider answered with an error in words; `text` as in Refused."""

    def __init__(self, meaning: Meaning, text: str, request_id: str = "") -> None:
        super().__init__(f"{meaning}: {text}", request_id)
        self.meaning = meaning
        self.text = text


class CallFailed(ProviderError):
    """No usable answer; `reason` is for operators, in English, without anything secret."""

    def __init__(self, reason: str, request_id: str = "") -> None:
        super().__init__(reason, request_id)
        self.reason = reason


class Provider(StrEnum):
    """Whose API a key is for."""

    SERVA = "serva"
    SERVYA = "servya"


class CallResult(StrEnum):
    """How a call ended: a read is OK, REFUSED or FAILED; what is sent once any of the others."""

    OK = "ok"
    FAILED = "failed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call, for the provider's health; holds no key and nothing a person typed."""

    provider: Provider
    action: str
    result: CallResult
    latency_ms: int
    request_id: str
    reason: str
