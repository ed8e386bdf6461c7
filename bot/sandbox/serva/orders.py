"""Orders and how they run: pending, in progress, ended; money goes back when less was delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from enum import StrEnum

from bot.sandbox.catalogue import Good
from bot.sandbox.serva.accounts import Account

CENT_HUNDREDTH = Decimal("0.0001")


class Status(StrEnum):
    """Where a delivery stands; the value is the word in lower case."""

    PENDING = "pending"
    PROCESSING = "processing"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    PARTIAL = "partial"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self not in (Status.PENDING, Status.PROCESSING, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Plan:
    """How an order will go by itself; times in milliseconds since 1970."""

    starts_at: int
    ends_at: int
    start_count: int | None
    ending: Status = Status.COMPLETED


@dataclass(eq=False, slots=True)
class Order:
    """One accepted order. `paid` is what it cost when it was placed, in dollars."""

    id: str
    account: Account
    good: Good
    target: str
    quantity: int
    inputs: dict[str, str]
    coupon: str
    paid: Decimal
    created_at: int
    plan: Plan
    clock: Callable[[], int] = field(repr=False)
    word: str = ""
    """A status word to say instead of the usual one."""
    ended_at: int = 0
    stops_at: int | None = None
    """When it stands still, because its customer wanted that."""
    _charge: Decimal = field(init=False)
    _held: Status | None = None
    _held_remains: int = 0
    _held_start_count: int | None = None

    def __post_init__(self) -> None:
        self._charge = self.paid

    @property
    def service(self) -> str:
        return self.good.code

    @property
    def status(self) -> Status:
        self._catch_up()
        if self._held is not None:
            return self._held
        return Status.PENDING if self.clock() < self.plan.starts_at else Status.IN_PROGRESS

    @property
    def charge(self) -> Decimal:
        """What it costs by now: `paid` less whatever went back."""
        self._catch_up()
        return self._charge

    @property
    def remains(self) -> int:
        self._catch_up()
        if self._held is not None:
            return self._held_remains
        return self.quantity - self._delivered(self.clock())

    @property
    def start_count(self) -> int | None:
        """What the target counted before; None until the start, and where nothing counts."""
        if self._held_start_count is not None:
            return self._held_start_count
        started = self.status not in (Status.PENDING, Status.PROCESSING)
        return self.plan.start_count if started else None

    def hold(self, status: str, remains: int | None = None, start_count: int | None = None) -> None:
        """Stay in a running status until told otherwise; time no longer moves this order."""
        if Status(status).ended:
            raise ValueError("an ending is for finish()")
        left = self.remains if remains is None else remains
        self._check_remains(left)
        self._held, self._held_remains, self._held_start_count = Status(status), left, start_count

    def wind_down(self, at: int) -> None:
        """End the order then, with what has come by then."""
        if self.stops_at is None:
            self.stops_at = at

    def finish(self, status: str, remains: int | None = None) -> None:
        """End the order now, or end it differently, and settle the money.

        Partial and canceled give back the share that `remains` (unless told: what remains by now,
        or half where nothing or all has come, for a partial; all for a canceled one). Refunded
        gives back everything; completed and failed nothing.
        """
        ending = Status(status)
        if not ending.ended:
            raise ValueError(f"{status} is not an ending")
        left = self._usual_remains(ending) if remains is None else remains
        self._check_remains(left)
        self._end(ending, left, self.clock())

    def _end(self, ending: Status, left: int, at: int) -> None:
        self._held, self._held_remains, self.ended_at = ending, left, at
        self._settle(self._due(ending, left))

    def _due(self, ending: Status, left: int) -> Decimal:
        match ending:
            case Status.REFUNDED:
                return Decimal(0)
            case Status.PARTIAL | Status.CANCELED:
                share = self.paid * (self.quantity - left) / self.quantity
                return share.quantize(CENT_HUNDREDTH, ROUND_UP)
            case _:
                return self.paid

    def _settle(self, due: Decimal) -> None:
        self.account.balance += self._charge - due
        self._charge = due

    def _usual_remains(self, ending: Status) -> int:
        match ending:
            case Status.COMPLETED:
                return 0
            case Status.CANCELED:
                return self.quantity
            case Status.PARTIAL:
                now = self.quantity - self._delivered(self.clock())
                return now if 0 < now < self.quantity else self.quantity - self.quantity // 2
            case _:
                return self.remains

    def _check_remains(self, remains: int) -> None:
        if not 0 <= remains <= self.quantity:
            raise ValueError(f"remains must be from 0 to {self.quantity}")

    def _delivered(self, now: int) -> int:
        running = now - self.plan.starts_at
        length = self.plan.ends_at - self.plan.starts_at
        return self.quantity * min(max(running, 0), length) // length

    def _catch_up(self) -> None:
        if self._held is not None:
            if self.stops_at is not None and not self._held.ended:
                self._stop(self.stops_at, self.quantity - self._held_remains)
        elif self.stops_at is not None and self.stops_at < self.plan.ends_at:
            self._stop(self.stops_at, self._delivered(self.stops_at))
        elif self.clock() >= self.plan.ends_at:
            ending = self.plan.ending
            left = self.quantity - self.quantity // 2 if ending is Status.PARTIAL else 0
            left = self.quantity if ending is Status.CANCELED else left
            self._end(ending, left, self.plan.ends_at)

    def _stop(self, at: int, came: int) -> None:
        if self.clock() >= at:
            self._end(Status.PARTIAL if came else Status.CANCELED, self.quantity - came, at)


class Spelling(StrEnum):
    """How status words are written; `SEED` is what the documentation shows ("In progress")."""

    SEED = "seed"
    SNAKE = "snake"
    UPPER = "upper"
    LOWER = "lower"
    BRITISH = "british"


def spelled(status: Status, spelling: Spelling) -> str:
    """A status in words, such as "In progress", "in_progress", "IN_PROGRESS" or "Cancelled"."""
    match spelling:
        case Spelling.SEED:
            return status.value.capitalize()
        case Spelling.SNAKE:
            return status.value.replace(" ", "_")
        case Spelling.UPPER:
            return status.value.replace(" ", "_").upper()
        case Spelling.LOWER:
            return status.value
        case Spelling.BRITISH:
            return status.value.replace("canceled", "cancelled").title()
