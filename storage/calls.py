"""Records of `add` calls: when, how they ended, and the id by which Serva's support finds them."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Queries


@dataclass(frozen=True, slots=True)
class Call:
    """One `add`; `outcome` is 'open' while it is on its way, times in milliseconds."""

    attempt: int
    started_at: int
    outcome: str
    request_id: str
    detail: str


async def of_order(q: Queries, order: int) -> list[Call]:
    """The calls that were made for an order, the first first."""
    rows = await q.all(
        "SELECT attempt, started_at, outcome, request_id, detail FROM calls"
        " WHERE order_id = ? ORDER BY id",
        (order,),
    )
    return [Call(*row) for row in rows]
