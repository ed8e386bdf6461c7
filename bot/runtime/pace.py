"""Decides which message may leave for Telegram now, and which must wait; sends nothing itself."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from typing import Final


class Rank(IntEnum):
    """How urgent a call is; the lower one goes first.

    Telegram's published limits are about messages sent: about one a second in a chat and thirty a
    second in all (https://core.telegram.org/bots/faq, "My bot is hitting limits"). So an edit that
    answers a tap waits for no budget, until Telegram says otherwise (see `Pacer.hold`).
    """

    EDIT = 0
    REPLY = 1
    NOTICE = 2
    PROGRESS = 3

    @property
    def background(self) -> bool:
        """Nobody is looking at the screen and waiting for it."""
        return self >= Rank.NOTICE


PATIENCE: Final = 30_000
"""Milliseconds that a message waits for a chat on hold before it is given back."""

_TOTAL: Final = (28, 10)
_BACKGROUND: Final = (25, 3)
_CHAT: Final = (1, 3)
_BRAKE: Final = 60_000
_CHATS_KEPT: Final = 1024


class OnHold(Exception):
    """Telegram wants this chat left alone for `wait` milliseconds, longer than anybody waits."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"the chat is on hold for {wait} ms")
        self.wait = wait


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second. `now` is always milliseconds."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, now: int) -> None:
        self._rate = rate / 1000
        self._burst = burst
        self._tokens = burst
        self._at = now

    def wait(self, now: int) -> int:
        """Milliseconds until a token is there; 0 when one is."""
        self._refill(now)
        # Rounded up by one, so that the token is really there when the wait is over.
        return 0 if self._tokens >= 1 else int((1 - self._tokens) / self._rate) + 1

    def take(self, now: int) -> None:
        """Take a token, or what is left of one: a reply does not wait, but it counts."""
        self._refill(now)
        self._tokens = max(0, self._tokens - 1)

    def full(self, now: int) -> bool:
        self._refill(now)
        return self._tokens >= self._burst

    def _refill(self, now: int) -> None:
        # A clock that was set back must not take tokens away.
        gained = max(0, now - self._at) * self._rate
        self._tokens = min(self._burst, self._tokens + gained)
        self._at = now


class _Chat:
    """What one chat may still take."""

    __slots__ = ("bucket", "on_hold_until", "waiting")

    def __init__(self, now: int) -> None:
        self.bucket = Bucket(*_CHAT, now)
        self.on_hold_until: int | None = None
        self.waiting = 0

    def held(self, now: int) -> int:
        """Milliseconds for which Telegram wants this chat left alone."""
        return 0 if self.on_hold_until is None else max(0, self.on_hold_until - now)

    def idle(self, now: int) -> bool:
        return not self.waiting and not self.held(now) and self.bucket.full(now)


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the line; await `granted` (raises `OnHold`) and then call Telegram at once."""

    chat: _Chat
    rank: Rank
    granted: asyncio.Future[None]


class Pacer:
    """Grants tickets, the urgent first, inside the limits in all, in the background and per chat.

    `clock` gives milliseconds of any origin (a monotonic one is best); `sleep` takes seconds.
    """

    def __init__(
        self, clock: Callable[[], int], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        now = clock()
        self._total = Bucket(*_TOTAL, now)
        self._background = Bucket(*_BACKGROUND, now)
        self._braked_until = now
        self._chats: dict[int, _Chat] = {}
        self._chats_kept = _CHATS_KEPT
        self._count = count()
        # Entries end with a running number: equal ranks stay in order, tickets never compare.
        self._ready: list[tuple[int, int, Ticket]] = []
        self._later: list[tuple[int, int, Ticket]] = []
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0

    def ask(self, chat_id: int, rank: Rank) -> Ticket:
        """A ticket for one call; it may be granted already."""
        ticket = Ticket(self._chat(chat_id), rank, asyncio.get_running_loop().create_future())
        ticket.chat.waiting += 1
        ticket.granted.add_done_callback(lambda _: self._leave(ticket))
        self._queue(ticket)
        return ticket

    def hurry(self, ticket: Ticket, rank: Rank) -> None:
        """Let a waiting ticket stand where somebody of this rank would."""
        if rank < ticket.rank and not ticket.granted.done():
            ticket.rank = rank
            # Its old entry stays behind and is skipped once the ticket is granted.
            self._queue(ticket)

    def hold(self, chat_id: int, wait: int) -> None:
        """Leave a chat alone for `wait` milliseconds: Telegram asked for it. Others go on.

        But when the chat was within its own budget, it was too much in all: then for a minute
        edits that answer taps keep to the budget of all messages as well.
        """
        chat, now = self._chat(chat_id), self._clock()
        if not chat.bucket.wait(now):
            self._braked_until = now + _BRAKE
        chat.on_hold_until = now + max(wait, chat.held(now))

    def _leave(self, ticket: Ticket) -> None:
        ticket.chat.waiting -= 1

    def _queue(self, ticket: Ticket) -> None:
        heapq.heappush(self._ready, (ticket.rank, next(self._count), ticket))
        self._grant()

    def _chat(self, chat_id: int) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            now = self._clock()
            if len(self._chats) >= self._chats_kept:
                self._chats = {id_: c for id_, c in self._chats.items() if not c.idle(now)}
                # So that a crowd which is all busy is not looked through for every newcomer.
                self._chats_kept = max(_CHATS_KEPT, 2 * len(self._chats))
            chat = self._chats[chat_id] = _Chat(now)
        return chat

    def _grant(self) -> None:
        """Let through whoever may go now, and set the alarm for the next one."""
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            _, number, ticket = heapq.heappop(self._later)
            heapq.heappush(self._ready, (ticket.rank, number, ticket))
        wait = 0
        while self._ready:
            _, number, ticket = self._ready[0]
            if ticket.granted.done():
                heapq.heappop(self._ready)
            elif chat_wait := self._chat_wait(ticket, now):
                heapq.heappop(self._ready)
                if ticket.chat.held(now) > PATIENCE:
                    ticket.granted.set_exception(OnHold(ticket.chat.held(now)))
                else:
                    heapq.heappush(self._later, (now + chat_wait, number, ticket))
            elif wait := self._wait(ticket.rank, now):
                break
            else:
                heapq.heappop(self._ready)
                self._spend(ticket, now)
                ticket.granted.set_result(None)
        if self._ready:
            self._wake_at(now + wait)
        if self._later:
            self._wake_at(self._later[0][0])

    @staticmethod
    def _chat_wait(ticket: Ticket, now: int) -> int:
        held = ticket.chat.held(now)
        return max(held, ticket.chat.bucket.wait(now)) if ticket.rank.background else held

    def _wait(self, rank: Rank, now: int) -> int:
        return max((budget.wait(now) for budget in self._budgets(rank, now)), default=0)

    def _spend(self, ticket: Ticket, now: int) -> None:
        ticket.chat.bucket.take(now)
        for budget in self._budgets(ticket.rank, now):
            budget.take(now)

    def _budgets(self, rank: Rank, now: int) -> tuple[Bucket, ...]:
        if rank.background:
            return self._total, self._background
        if rank is Rank.EDIT and now >= self._braked_until:
            return ()
        return (self._total,)

    def _wake_at(self, at: int) -> None:
        if self._alarm is not None and not self._alarm.done():
            if self._alarm_at <= at:
                return
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = asyncio.get_running_loop().create_task(self._wake(at))

    async def _wake(self, at: int) -> None:
        await self._sleep(max(0, at - self._clock()) / 1000)
        self._alarm = None
        self._grant()
