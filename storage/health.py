"""How the providers have been answering, for the operator's eyes."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Queries, Tx


@dataclass(frozen=True, slots=True)
class Health:
    """The last good and bad call of a provider; times in milliseconds since 1970, or None."""

    provider: str
    ok_at: int | None
    failed_at: int | None
    failing_since: int | None
    reason: str
    latency: int | None


async def note_ok(tx: Tx, provider: str, latency: int, now: int) -> None:
    """A call was answered, after `latency` milliseconds."""
    await tx.execute(
        "INSERT INTO provider_health (provider, ok_at, latency) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (provider) DO UPDATE SET ok_at = ?2, latency = ?3, failing_since = NULL",
        (provider, now, latency),
    )


async def note_failed(tx: Tx, provider: str, reason: str, now: int) -> None:
    """A call got no usable answer."""
    await tx.execute(
        "INSERT INTO provider_health (provider, failed_at, failing_since, reason)"
        " VALUES (?1, ?2, ?2, ?3) ON CONFLICT (provider) DO UPDATE SET failed_at = ?2,"
        " failing_since = coalesce(failing_since, ?2), reason = ?3",
        (provider, now, reason),
    )


async def overview(q: Queries) -> list[Health]:
    """Every provider that has been called."""
    rows = await q.all(
        "SELECT provider, ok_at, failed_at, failing_since, reason, latency"
        " FROM provider_health ORDER BY provider"
    )
    return [Health(*row) for row in rows]
