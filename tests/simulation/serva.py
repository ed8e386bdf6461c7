"""A Serva that knows the truth: accounts, charges, refunds, and what every `add` really did.

Written from its documentation (provider.md); knows nothing of the bot.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from random import Random
from typing import Any

from tests.simulation.timeline import Timeline

CENT = Decimal("0.01")


@dataclass
class Bought:
    """An order at Serva, as it really is.

    `refunded` is what went back of `charged`, and `returned_at` when all of it had.
    """

    id: str
    key: str
    service: str
    link: str
    quantity: int
    charged: Decimal
    at: float
    confirmation: int
    refunded: Decimal = Decimal(0)
    status: str = "Pending"
    remains: int = 0
    endless: bool = False
    returned_at: float | None = None

    @property
    def net(self) -> Decimal:
        return self.charged - self.refunded

    @property
    def ended(self) -> bool:
        return self.status.lower() in ("completed", "partial", "canceled", "refunded")


@dataclass
class Holder:
    """An account at Serva; `elsewhere` is what moved its balance without the bot."""

    balance: Decimal
    revoked: bool = False
    elsewhere: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        self.started = self.balance


@dataclass
class Service:
    """What is sold; `unit` is how Serva really reads the rate."""

    code: str
    name: str
    rate: Decimal
    unit: str
    minimum: int
    maximum: int
    fields: tuple[str, ...] = ()
    gone: bool = False

    def total(self, quantity: int) -> Decimal:
        if self.unit == "per_1000":
            return self.rate * quantity / 1000
        return self.rate * quantity if self.unit == "per_item" else self.rate

    def row(self) -> dict[str, Any]:
        return {
            "service": self.code,
            "name": self.name,
            "category": self.name.split()[0],
            "type": "Default",
            "rate": str(self.rate),
            "min": self.minimum,
            "max": self.maximum,
            "fields": [{"key": name, "label": name, "required": True} for name in self.fields],
        }


@dataclass
class ModelServa:
    """The provider. `answer` is what its API says to one form; faults are for others to add."""

    timeline: Timeline
    chance: Random
    happened: Counter[str]
    accounts: dict[str, Holder] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    orders: dict[str, Bought] = field(default_factory=dict)
    coupons: Mapping[str, Decimal] = field(default_factory=lambda: {"SAVE10": Decimal("0.9")})
    refuses_active_targets: bool = False
    rotten: float = 0.0
    places: int = 2
    on_change: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        chance = self.chance
        self.places = chance.choice((2, 2, 4, 6))
        self.refuses_active_targets = chance.random() < 0.2
        followers = chance.choice(("per_1000", "per_1000", "per_item"))
        self.services = [
            Service("1234", "Instagram Followers", _rate(chance), followers, 100, 5000),
            Service("1301", "Instagram Likes", _rate(chance), "per_1000", 50, 10_000),
            Service("7788", "Game Diamonds", _rate(chance), "flat", 1, 1, ("Player",)),
        ]
        self._number = chance.randint(1, 900_000)
        self._shape = chance.choice(("keyed", "listed"))

    def change_price(self) -> None:
        """A rate goes up or down."""
        service = self.chance.choice(self.services)
        service.rate = _rate(self.chance)
        self.happened["price changes"] += 1

    def change_shelf(self) -> None:
        """A service goes, or comes back."""
        service = self.chance.choice(self.services)
        service.gone = not service.gone
        self.happened["services gone or back"] += 1

    def move_elsewhere(self, key: str) -> None:
        """Somebody tops up, or buys at the dashboard: nothing that the bot can know of.

        No order costs such a sum: one that does cannot be told from it (RELIABILITY.md, Limits).
        """
        amount = Decimal(self.chance.choice(("5.000011", "-0.370017", "-1.110013")))
        self.accounts[key].balance += amount
        self.accounts[key].elsewhere += amount
        self.happened["movements from elsewhere"] += 1

    def answer(self, form: Mapping[str, str], confirmation: int) -> tuple[int, bytes]:
        """HTTP status and body of one call; `confirmation` says which order an `add` is for."""
        holder = self.accounts.get(form["key"])
        if holder is None:
            return _said({"error": "Invalid API key"})
        if holder.revoked:
            return _said({"error": "API_KEY_REVOKED"})
        match form["action"]:
            case "balance":
                return _said({"balance": str(holder.balance), "currency": "USD"})
            case "services":
                return _said([service.row() for service in self.services if not service.gone])
            case "status":
                return self._status(form)
            case "add":
                return self._add(form, holder, confirmation)
        return _said({"error": "Incorrect request"})

    def _add(self, form: Mapping[str, str], holder: Holder, confirmation: int) -> tuple[int, bytes]:
        found = [s for s in self.services if s.code == form["service"] and not s.gone]
        if not found:
            return _said({"error": "SERVICE_NOT_FOUND_OR_INACTIVE"})
        service = found[0]
        quantity = int(form.get("quantity", "1"))
        if not service.minimum <= quantity <= service.maximum:
            return _said({"error": "neworder.error.min_quantity"})
        target = form.get("link") or form.get("fields", "")
        if self.refuses_active_targets and any(
            o.link == target and o.key == form["key"] and not o.ended for o in self.orders.values()
        ):
            return _said({"error": "ACTIVE_TARGET_ORDER_EXISTS"})
        total = service.total(quantity)
        if coupon := form.get("coupon"):
            if coupon not in self.coupons:
                return _said({"error": "Invalid coupon"})
            total *= self.coupons[coupon]
        mode = ROUND_UP if self._number % 2 else ROUND_DOWN
        charge = total.quantize(Decimal((0, (1,), -self.places)), mode)
        if charge > holder.balance:
            return _said({"error": "INSUFFICIENT_BALANCE"})
        # Ids are counted for everybody: others order as well.
        self._number += self.chance.choice((1, 1, 1, 2, 7))
        order = Bought(
            f"ORD-{self._number}",
            form["key"],
            service.code,
            target,
            quantity,
            charge,
            self.timeline.now,
            confirmation,
            remains=quantity,
        )
        holder.balance -= charge
        self.orders[order.id] = order
        self._plan(order)
        return _said(
            {
                "order": order.id,
                "charge": str(charge),
                "currency": "USD",
                "balance": str(holder.balance),
            }
        )

    def _plan(self, order: Bought) -> None:
        """How the order will go on: it moves, and most end."""
        chance, line = self.chance, self.timeline
        first = chance.uniform(5, 60)
        line.after(first, lambda: self._move(order, "In progress", order.quantity // 2))
        end = chance.choices(("Completed", "Partial", "Canceled", "never"), (75, 8, 12, 5))[0]
        order.endless = end == "never"
        if not order.endless:
            line.after(first + chance.uniform(10, 240), lambda: self._move(order, end, None))

    def _move(self, order: Bought, status: str, remains: int | None) -> None:
        order.status = status
        if remains is not None:
            order.remains = remains
        elif status == "Completed":
            order.remains = 0
        else:
            if status == "Canceled":
                order.remains = order.quantity
            share = Decimal(order.remains) / order.quantity
            order.refunded = (order.charged * share).quantize(
                Decimal((0, (1,), -self.places)), ROUND_DOWN
            )
            if status == "Canceled":
                order.refunded = order.charged
            self.accounts[order.key].balance += order.refunded
            if not order.net:
                order.returned_at = self.timeline.now

    def _status(self, form: Mapping[str, str]) -> tuple[int, bytes]:
        if "order" in form:
            return _said(self._entry(form["order"], form["key"]))
        ids = form["orders"].split(",")
        if self._shape == "keyed":
            return _said({id_: self._entry(id_, form["key"]) for id_ in ids})
        return _said([self._entry(id_, form["key"]) | {"order": id_} for id_ in ids])

    def _entry(self, order_id: str, key: str) -> dict[str, Any]:
        order = self.orders.get(order_id)
        if order is None or order.key != key:
            return {"error": "Incorrect order ID"}
        if self.chance.random() < self.rotten:
            self.happened["fault: rotten status entry"] += 1
            return self.chance.choice(({"status": None}, {}, {"error": "Incorrect order ID"}))
        return {
            "charge": str(order.net),
            "start_count": self.chance.choice((None, 10, "10", "")),
            "status": self.chance.choice((order.status, order.status.lower().replace(" ", "_"))),
            "remains": order.remains,
            "currency": "USD",
        }


def _rate(chance: Random) -> Decimal:
    return Decimal(chance.randint(40, 250)) / 100


def _said(value: object) -> tuple[int, bytes]:
    return 200, json.dumps(value).encode()
