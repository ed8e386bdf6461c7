"""Noting how the providers answer, without a write for every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.providers.port import CallRecord, CallResult
from storage import health
from storage.database import Database, Tx


@dataclass(frozen=True, slots=True)
class WatchHealth:
    """Gathers what calls show; `run_once` writes the latest of each provider down.

    `wake` is called when a provider falls silent or answers again: an operator who looks must
    not wait for the next round to see an outage.
    """

    db: Database
    clock: Callable[[], int]
    wake: Callable[[], None]
    _answering: dict[str, bool] = field(default_factory=dict)
    _good: dict[str, tuple[int, int]] = field(default_factory=dict)
    _bad: dict[str, tuple[int, str]] = field(default_factory=dict)

    def observe(self, record: CallRecord) -> None:
        """Take note of one call; a refusal is an answer, and so a sign of health."""
        name = record.provider
        bad = record.result in (CallResult.FAILED, CallResult.NOT_SENT, CallResult.UNKNOWN)
        if bad:
            self._bad[name] = (self.clock(), record.reason)
        else:
            self._good[name] = (self.clock(), record.latency_ms)
        if self._answering.get(name) is bad or name not in self._answering:
            self._answering[name] = not bad
            self.wake()

    async def run_once(self) -> int:
        """Write down what was gathered since; returns how many providers that concerned."""
        good, bad = dict(self._good), dict(self._bad)
        self._good.clear()
        self._bad.clear()
        if not good and not bad:
            return 0

        async def job(tx: Tx) -> None:
            events = [(at, name, True) for name, (at, _) in good.items()]
            events += [(at, name, False) for name, (at, _) in bad.items()]
            for at, name, ok in sorted(events):
                if ok:
                    await health.note_ok(tx, name, good[name][1], at)
                else:
                    await health.note_failed(tx, name, bad[name][1], at)

        await self.db.write(job)
        return len({*good, *bad})
