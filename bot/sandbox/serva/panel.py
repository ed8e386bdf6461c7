"""The business of the sandbox Serva: who may buy what at which price, and what became of it.

There is no idempotency: whoever adds twice pays twice. The purchase guard that the documentation
speaks of is a lever and is off at first, because its refusals would hide a double order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.catalogue import Good, catalogue
from bot.sandbox.serva.accounts import Account, Accounts, Standing
from bot.sandbox.serva.clock import Clock, wall_clock
from bot.sandbox.serva.orders import Order, Plan, Status
from bot.sandbox.serva.purchases import Params, Purchase, price, read_purchase
from bot.sandbox.serva.refusals import Refusal, RefusalError
from bot.sandbox.serva.shop import Shop


@dataclass(slots=True)
class Guard:
    """Refuses a second order of one account for the same service and target while the first is
    active, or within `cooldown` seconds of it."""

    on: bool = False
    cooldown: int = 60


@dataclass(slots=True)
class Coupon:
    """`off` is the share taken off the charge; a coupon with a `refusal` is known but refused."""

    off: Decimal = Decimal(0)
    refusal: Refusal | None = None


class Panel(Shop):
    """Accounts, goods and orders, with the levers that a test or a demonstration pulls.

    `mishaps` is the percentage of orders that end partial, canceled, refunded or failed by
    themselves. Equal seeds and equal calls make equal keys, ids and lifecycles.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Callable[[], int] = wall_clock,
        goods: Iterable[Good] | None = None,
        mishaps: int = 0,
    ) -> None:
        super().__init__(catalogue() if goods is None else goods)
        self.clock = Clock(clock)
        self.guard = Guard()
        self.mishaps = mishaps
        self.coupons = {
            "SAVE10": Coupon(Decimal("0.10")),
            "EXPIRED": Coupon(refusal=Refusal.COUPON_EXPIRED),
            "USED": Coupon(refusal=Refusal.COUPON_ALREADY_USED),
        }
        self.orders: list[Order] = []
        self._rng = random.Random(seed)
        self._accounts = Accounts(random.Random(f"keys {seed}"))
        self._by_id: dict[str, Order] = {}
        self._last: dict[tuple[int, str, str], Order] = {}
        self._running: list[Order] = []
        self._next_id = 100_023

    @property
    def accounts(self) -> list[Account]:
        return list(self._accounts.all)

    @property
    def keys(self) -> dict[str, Account]:
        """Every key that any account ever had, also revoked ones, and whose it is."""
        return self._accounts.by_key

    def account(
        self,
        balance: str | Decimal = "25.50",
        discount: str | Decimal = "0",
        key: str | None = None,
        label: str = "",
    ) -> Account:
        """A new customer with an active key.

        `balance` is in dollars, `discount` the share taken off every rate, from 0 to below 1.
        """
        off = Decimal(discount)
        if not 0 <= off < 1:
            raise ValueError("a discount is a share from 0 to below 1")
        return self._accounts.open(label, Decimal(balance), off, key)

    def revoke(self, account: Account) -> None:
        """Its key no longer works; `new_key` makes another."""
        account.revoked.add(account.key)

    def new_key(self, account: Account) -> str:
        """Make a new key, which revokes the old."""
        return self._accounts.renew(account)

    def deactivate(self, account: Account) -> None:
        account.standing = Standing.INACTIVE

    def disapprove(self, account: Account) -> None:
        account.standing = Standing.DISAPPROVED

    def ban(self, account: Account) -> None:
        account.standing = Standing.BANNED

    def restore(self, account: Account) -> None:
        """In good standing again, with its last key working."""
        account.standing = Standing.GOOD
        account.revoked.discard(account.key)

    def top_up(self, account: Account, dollars: str | Decimal) -> None:
        account.balance += Decimal(dollars)

    def sign_in(self, key: str) -> Account:
        """The account that may act with this key; raises `RefusalError`."""
        self.settle()
        return self._accounts.with_key(key)

    def rows(self, account: Account) -> list[dict[str, object]]:
        """What `services` answers."""
        return [good.row(self.rate(good.code, account.discount)) for good in self.goods]

    def add(self, account: Account, params: Params) -> Order:
        """Accept an order and take its price; raises `RefusalError`, having changed nothing."""
        purchase = read_purchase(self.wanted(params), params)
        off = self._coupon_share(purchase.coupon)
        self._check_guard(account, purchase)
        good = purchase.good
        rate = self.rate(good.code, account.discount)
        charge = price(self.unit(good.code), rate, purchase.quantity, off)
        if charge > account.balance:
            raise RefusalError(Refusal.INSUFFICIENT_BALANCE)
        return self._accept(account, purchase, charge)

    def find(self, account: Account, order_id: str) -> Order:
        """An order of this account; raises `RefusalError` for any other id."""
        order = self._by_id.get(order_id)
        if order is None or order.account is not account:
            raise RefusalError(Refusal.ORDER_NOT_FOUND)
        return order

    def order(self, order_id: str) -> Order:
        """Anybody's order; raises KeyError."""
        return self._by_id[order_id]

    @property
    def speed(self) -> int:
        """Sandbox seconds per real second."""
        return self.clock.speed

    @speed.setter
    def speed(self, speed: int) -> None:
        self.clock.speed = speed

    def advance(self, seconds: float) -> None:
        """Move the sandbox's time forward; orders run on, and what they give back arrives."""
        self.clock.advance(seconds)
        self.settle()

    def settle(self) -> None:
        """Let money come back from orders that ended meanwhile."""
        self._running = [order for order in self._running if not order.status.ended]

    def _coupon_share(self, code: str) -> Decimal:
        if not code:
            return Decimal(0)
        coupon = self.coupons.get(code, Coupon(refusal=Refusal.INVALID_COUPON))
        if coupon.refusal is not None:
            raise RefusalError(coupon.refusal)
        return coupon.off

    def _check_guard(self, account: Account, purchase: Purchase) -> None:
        last = self._last.get(_guarded(account, purchase))
        if not self.guard.on or last is None:
            return
        if not last.status.ended:
            by_link = purchase.good.needs_link
            raise RefusalError(
                Refusal.ACTIVE_ORDER_EXISTS if by_link else Refusal.ACTIVE_TARGET_ORDER_EXISTS
            )
        if self.clock() - last.created_at < self.guard.cooldown * 1000:
            same = purchase.quantity == last.quantity
            raise RefusalError(
                Refusal.DUPLICATE_ORDER if same else Refusal.DUPLICATE_ORDER_COOLDOWN
            )

    def _accept(self, account: Account, purchase: Purchase, charge: Decimal) -> Order:
        order = Order(
            self._new_id(),
            account,
            purchase.good,
            purchase.target,
            purchase.quantity,
            purchase.inputs,
            purchase.coupon,
            charge,
            self.clock(),
            self._plan(purchase.good),
            self.clock,
        )
        account.balance -= charge
        self.orders.append(order)
        self._running.append(order)
        self._by_id[order.id] = order
        self._last[_guarded(account, purchase)] = order
        return order

    def _new_id(self) -> str:
        """Ids have gaps: other customers order in between."""
        number, self._next_id = self._next_id, self._next_id + self._rng.randint(1, 7)
        return f"ORD-{number}"

    def _plan(self, good: Good) -> Plan:
        """Starts within half a minute, then takes one to four minutes."""
        starts = self.clock() + self._rng.randint(5_000, 30_000)
        ends = starts + self._rng.randint(60_000, 240_000)
        count = self._rng.randint(0, 50_000) if good.needs_link else None
        unlucky = self._rng.randrange(100) < self.mishaps
        ending = self._rng.choice(_MISHAPS) if unlucky else Status.COMPLETED
        return Plan(starts, ends, count, ending)


_MISHAPS = (Status.PARTIAL, Status.PARTIAL, Status.CANCELED, Status.REFUNDED, Status.FAILED)


def _guarded(account: Account, purchase: Purchase) -> tuple[int, str, str]:
    return (id(account), purchase.good.code, purchase.target)
