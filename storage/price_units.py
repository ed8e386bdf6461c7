"""What is known about price units: proved by a charge, or said by the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.pricing import Unit
from storage.database import Queries, Tx


@dataclass(frozen=True, slots=True)
class PriceUnits:
    """Units by scope (`service:<code>`, `class:<price class>`, `*`)."""

    proofs: Mapping[str, Unit]
    overrides: Mapping[str, Unit]


async def all_of(q: Queries) -> PriceUnits:
    """Everything known; a handful of rows, since classes are few."""
    rows = await q.all("SELECT scope, unit, source FROM price_units")
    return PriceUnits(
        proofs={scope: Unit(unit) for scope, unit, source in rows if source == "proof"},
        overrides={scope: Unit(unit) for scope, unit, source in rows if source == "operator"},
    )


async def of_service(q: Queries, code: str, price_class: str) -> PriceUnits:
    """What is known for one service: three scopes at most."""
    rows = await q.all(
        "SELECT scope, unit, source FROM price_units WHERE scope IN (?, ?, '*')",
        (f"service:{code}", f"class:{price_class}"),
    )
    return PriceUnits(
        proofs={scope: Unit(unit) for scope, unit, source in rows if source == "proof"},
        overrides={scope: Unit(unit) for scope, unit, source in rows if source == "operator"},
    )


async def prove(tx: Tx, scope: str, unit: Unit, order: int, now: int) -> None:
    """Keep what a charge proved; the operator's word is left as it is."""
    await tx.execute(
        "INSERT INTO price_units (scope, unit, source, order_id, at) VALUES (?, ?, 'proof', ?, ?)"
        " ON CONFLICT (scope) DO UPDATE SET unit = excluded.unit, order_id = excluded.order_id,"
        " at = excluded.at WHERE source = 'proof'",
        (scope, unit.value, order, now),
    )


async def override(tx: Tx, scope: str, unit: Unit | None, now: int) -> None:
    """Keep the operator's word about a scope; None takes it back, and any proof with it."""
    await tx.execute("DELETE FROM price_units WHERE scope = ?", (scope,))
    if unit is not None:
        await tx.execute(
            "INSERT INTO price_units (scope, unit, source, at) VALUES (?, ?, 'operator', ?)",
            (scope, unit.value, now),
        )
