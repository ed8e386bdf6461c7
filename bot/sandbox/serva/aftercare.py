"""Refilling and cancelling placed orders, as the wider panel family does; Serva documents neither.

Only goods whose row says so take either. A cancelled order ends a little later, with what has come
by then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.serva.accounts import Account
from bot.sandbox.serva.orders import Order, Status
from bot.sandbox.serva.panel import Panel
from bot.sandbox.serva.purchases import Params
from bot.sandbox.serva.refusals import ErrorForm, Refusal, RefusalError, error_body

LIMIT = 100
WIND_DOWN = 20_000
"""Milliseconds until a cancelled order stands still."""
REFILLING = 60_000
"""Milliseconds that a refill takes."""


@dataclass(eq=False, slots=True)
class Refill:
    """One refill of one order; `word` is said instead of the usual status."""

    id: int
    order: Order
    done_at: int
    word: str = ""


@dataclass(slots=True)
class Aftercare:
    """What is asked about placed orders, one after the other."""

    panel: Panel
    refills: list[Refill] = field(default_factory=list)

    def cancel(self, account: Account, params: Params) -> list[dict[str, object]]:
        """`orders=1,2` → `[{"order": "1", "cancel": 1}, {"order": "2", "cancel": {"error"}}]`."""
        ids = [part.strip() for part in str(params.get("orders", "")).split(",") if part.strip()]
        if not ids:
            raise RefusalError(Refusal.ORDER_NOT_FOUND)
        if len(ids) > LIMIT:
            raise RefusalError(Refusal.TOO_MANY_ORDERS)
        return [{"order": id_, "cancel": self._cancelled(account, id_)} for id_ in ids]

    def refill(self, account: Account, params: Params) -> dict[str, object]:
        """`order=1` → `{"refill": "1"}`."""
        order = self.panel.find(account, str(params.get("order", "")).strip())
        ended = order.status in (Status.COMPLETED, Status.PARTIAL)
        running = any(one.order is order and not self._is_done(one) for one in self.refills)
        if order.good.extras.get("refill") is not True or not ended or running:
            raise RefusalError(Refusal.REFILL_NOT_AVAILABLE)
        refill = Refill(len(self.refills) + 1, order, self.panel.clock() + REFILLING)
        self.refills.append(refill)
        return {"refill": str(refill.id)}

    def refill_status(self, account: Account, params: Params) -> dict[str, object]:
        """`refill=1` → `{"status": "Completed"}`."""
        wanted = str(params.get("refill", "")).strip()
        for refill in self.refills:
            if str(refill.id) == wanted and refill.order.account is account:
                usual = "Completed" if self._is_done(refill) else "In progress"
                return {"status": refill.word or usual}
        raise RefusalError(Refusal.REFILL_NOT_FOUND)

    def _cancelled(self, account: Account, order_id: str) -> object:
        try:
            order = self.panel.find(account, order_id)
            if order.good.extras.get("cancel") is not True or order.status.ended:
                raise RefusalError(Refusal.CANCEL_NOT_AVAILABLE)
        except RefusalError as refused:
            return error_body(refused.refusal, ErrorForm.SENTENCE)
        order.wind_down(self.panel.clock() + WIND_DOWN)
        return 1

    def _is_done(self, refill: Refill) -> bool:
        return self.panel.clock() >= refill.done_at
