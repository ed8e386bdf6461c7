"""What a test can make go wrong: slowness, lost connections, 502, 429; and the real limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.telegram.clock import Clock

PER_CHAT_BURST = 3
PER_GROUP_A_MINUTE = 20
GLOBAL_A_SECOND = 30


class Effect(StrEnum):
    """What befalls a call."""

    SLOW = "slow"
    DROP = "drop"
    BAD_GATEWAY = "bad_gateway"
    FLOOD = "flood"


@dataclass(slots=True)
class Fault:
    """One armed lever: it befalls the next `left` calls of `method` (`*`: of any).

    `chat_id` None means in any chat. `applied` says that the call takes effect first.
    """

    effect: Effect
    method: str
    chat_id: int | None
    left: int
    seconds: float
    applied: bool

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Whether it befalls this call."""
        return (
            self.left > 0
            and self.method.lower() in {"*", method.lower()}
            and self.chat_id in {None, chat_id}
        )


class Levers:
    """The armed faults. Every lever befalls `times` calls and is then used up."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def slow(
        self,
        method: str = "*",
        *,
        seconds: float = 0.1,
        times: int = 1,
        chat_id: int | None = None,
        applied: bool = False,
    ) -> None:
        """The call waits: before it takes effect, or (`applied`) before it is answered."""
        self._faults.append(Fault(Effect.SLOW, method, chat_id, times, seconds, applied))

    def drop(
        self,
        method: str = "*",
        *,
        times: int = 1,
        chat_id: int | None = None,
        applied: bool = False,
    ) -> None:
        """The connection breaks without an answer, with the call done or not."""
        self._faults.append(Fault(Effect.DROP, method, chat_id, times, 0, applied))

    def bad_gateway(
        self,
        method: str = "*",
        *,
        times: int = 1,
        chat_id: int | None = None,
        applied: bool = False,
    ) -> None:
        """A proxy's HTML page with status 502 instead of an answer."""
        self._faults.append(Fault(Effect.BAD_GATEWAY, method, chat_id, times, 0, applied))

    def flood(
        self,
        chat_id: int | None = None,
        *,
        seconds: int = 1,
        times: int = 1,
        method: str = "*",
    ) -> None:
        """429 with `retry_after` of so many seconds; the call does not take effect."""
        self._faults.append(Fault(Effect.FLOOD, method, chat_id, times, seconds, False))

    @property
    def armed(self) -> bool:
        """Whether anything is still waiting to befall a call."""
        return bool(self._faults)

    def release(self) -> None:
        """Disarm everything."""
        self._faults.clear()

    def befalls(self, method: str, chat_id: int | None) -> list[Fault]:
        """What this call meets: every slowness, then at most one fault of another kind."""
        met: list[Fault] = []
        for fault in self._faults:
            blocked = fault.effect is not Effect.SLOW and any(
                one.effect is not Effect.SLOW for one in met
            )
            if fault.fits(method, chat_id) and not blocked:
                fault.left -= 1
                met.append(fault)
        self._faults = [fault for fault in self._faults if fault.left > 0]
        return sorted(met, key=lambda fault: fault.effect is not Effect.SLOW)


class Limits:
    """Telegram's published sending limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits

    About one message a second in a chat with a short burst, 20 a minute in a group, 30 a
    second altogether. Each is a bucket that fills by the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[int, tuple[int, int]] = {}

    def wait_for(self, chat_id: int) -> int:
        """0 when the call may pass, and is counted; else the seconds to wait, from 1."""
        per_chat = (
            (PER_GROUP_A_MINUTE, 60_000 // PER_GROUP_A_MINUTE)
            if chat_id < 0
            else (PER_CHAT_BURST, 1000)
        )
        wants = {chat_id: per_chat, 0: (GLOBAL_A_SECOND, 1000 // GLOBAL_A_SECOND)}
        wait = max(self._lacking(key, *want) for key, want in wants.items())
        if not wait:
            for key in wants:
                spent, since = self._buckets[key]
                self._buckets[key] = (spent + 1, since)
        return -(-wait // 1000)

    def _lacking(self, key: int, burst: int, refill_ms: int) -> int:
        # A bucket is (tokens spent, since when): one comes back every `refill_ms`.
        now = self._clock()
        spent, since = self._buckets.get(key, (0, now))
        back = min((now - since) // refill_ms, spent)
        spent, since = spent - back, since + back * refill_ms if spent > back else now
        self._buckets[key] = (spent, since)
        return 0 if spent < burst else since + refill_ms - now
