"""What goes wrong, and when: drawn from the seed, over once the world is to come to rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.simulation.timeline import Timeline

ADD_PLANS = (
    ("lost before", 5),
    ("lost after", 12),
    ("dropped before", 3),
    ("dropped after", 8),
    ("late", 4),
    ("502 before", 3),
    ("502 after", 4),
    ("page before", 2),
    ("page after", 2),
    ("cut short", 4),
    ("not sent", 8),
)
READ_PLANS = (
    ("lost before", 3),
    ("dropped after", 3),
    ("502 after", 3),
    ("page after", 2),
    ("cut short", 2),
    ("not sent", 4),
)
CALL_PLANS = (
    ("not sent", 3),
    ("lost before", 2),
    ("lost after", 4),
    ("dropped after", 3),
    ("5xx before", 3),
    ("5xx after", 1),
    ("429", 3),
    ("page", 1),
)


@dataclass
class Faults:
    """How likely each kind of trouble is in one schedule; nothing goes wrong once it is `over`."""

    timeline: Timeline
    chance: Random
    happened: Counter[str]
    add: float = 0.0
    read: float = 0.0
    call: float = 0.0
    commit: float = 0.0
    over: bool = False
    serva_down: list[tuple[float, float]] = field(default_factory=list)
    telegram_down: list[tuple[float, float]] = field(default_factory=list)

    @classmethod
    def drawn(
        cls, timeline: Timeline, chance: Random, happened: Counter[str], end: float
    ) -> Faults:
        """The trouble of one schedule."""
        faults = cls(
            timeline,
            chance,
            happened,
            add=chance.choice((0.1, 0.4, 0.6, 0.9)),
            read=chance.choice((0.0, 0.0, 0.03, 0.12)),
            call=chance.choice((0.0, 0.03, 0.1, 0.25)),
            commit=chance.choice((0.0, 0.0, 0.0, 0.02)),
        )
        for windows in (faults.serva_down, faults.telegram_down):
            if chance.random() < 0.2:
                start = chance.uniform(0, end)
                windows.append((start, start + chance.uniform(5, 90)))
        return faults

    def for_serva(self, action: str) -> str:
        """What becomes of a call to Serva."""
        if self.over:
            return "fine"
        if self._within(self.serva_down):
            return self._plan("serva", (("not sent", 5), ("502 before", 3), ("lost before", 2)))
        likely, plans = (self.add, ADD_PLANS) if action == "add" else (self.read, READ_PLANS)
        return self._plan(f"serva {action}", plans) if self.chance.random() < likely else "fine"

    def for_telegram(self) -> str:
        """What becomes of a call to Telegram."""
        if self.over:
            return "fine"
        if self._within(self.telegram_down):
            return self._plan("telegram", (("not sent", 3), ("5xx before", 2), ("lost before", 1)))
        return self._plan("telegram", CALL_PLANS) if self.chance.random() < self.call else "fine"

    def for_commit(self) -> bool:
        """Whether the disk refuses a commit."""
        if self.over or self.chance.random() >= self.commit:
            return False
        self.happened["fault: the disk refuses"] += 1
        return True

    def _plan(self, where: str, plans: tuple[tuple[str, int], ...]) -> str:
        plan = self.chance.choices([p for p, _ in plans], [w for _, w in plans])[0]
        self.happened[f"fault: {where}, {plan}"] += 1
        return plan

    def _within(self, windows: list[tuple[float, float]]) -> bool:
        return any(start <= self.timeline.now < end for start, end in windows)
