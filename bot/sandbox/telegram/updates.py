"""The queue of updates and how a bot collects them by getUpdates; webhooks are next door."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from bot.sandbox.telegram.clock import Changes, Clock
from bot.sandbox.telegram.errors import ApiError, conflict

Update: TypeAlias = dict[str, Any]

KEPT_FOR_MS = 24 * 60 * 60 * 1000
# Sent only to a bot that asks for them by name: https://core.telegram.org/bots/api#getupdates
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """What the bot has still to be told, oldest first; unconfirmed updates die after a day."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._pending: deque[tuple[int, Update]] = deque()
        self._repeats: deque[Update] = deque()
        self._next_id = 700_000_001
        self._poller: asyncio.Future[None] | None = None
        self.allowed: frozenset[str] | None = None
        self.log: deque[Update] = deque(maxlen=10_000)
        self.on_push: Callable[[], None] = lambda: None
        self.on_update: Callable[[Update], None] = lambda _: None

    def push(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue one update, unless the bot asked not to get its kind."""
        wanted = kind not in ON_REQUEST if self.allowed is None else kind in self.allowed
        if not wanted:
            return
        update = {"update_id": self._next_id, kind: payload}
        self._next_id += 1
        self._pending.append((self._clock(), update))
        self.log.append(update)
        self.on_update(update)
        self._wake()

    def repeat(self, update: Update | None = None) -> None:
        """Lever: deliver an update (the newest) once more with its id, confirmed or not."""
        self._repeats.append(self.log[-1] if update is None else update)
        self._wake()

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self.on_push()
        self._changes.announce()

    @property
    def waiting(self) -> list[Update]:
        """Every update that is not confirmed yet."""
        oldest = self._clock() - KEPT_FOR_MS
        while self._pending and self._pending[0][0] < oldest:
            self._pending.popleft()
        return [*self._repeats, *(update for _, update in self._pending)]

    @property
    def polled(self) -> bool:
        """Whether a getUpdates is waiting right now."""
        return self._poller is not None

    def done(self, updates: Iterable[Update]) -> None:
        """These very updates were taken by the bot."""
        taken = {id(update) for update in updates}
        self._repeats = deque(one for one in self._repeats if id(one) not in taken)
        self._pending = deque(pair for pair in self._pending if id(pair[1]) not in taken)
        self._changes.announce()

    def drop(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()
        self._repeats.clear()

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Update]:
        """Long polling: forget what lies before `offset`, then wait up to `timeout` seconds.

        A negative offset counts from the end of the queue. A second caller ends the wait of
        the first with ApiError 409.
        """
        self.end_poll(
            conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
        )
        self._confirm(offset)
        if not self.waiting and timeout:
            await self._wait(timeout)
        answer = self.waiting[:limit]
        self._repeats = deque(one for one in self._repeats if one not in answer)
        return answer

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
        while self._pending and self._pending[0][1]["update_id"] < offset:
            self._pending.popleft()

    async def _wait(self, timeout: int) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poller, timeout)
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None

    def end_poll(self, error: ApiError | None = None) -> None:
        """Wake a waiting getUpdates: with its error, or with what there is."""
        poller, self._poller = self._poller, None
        if poller is None or poller.done():
            return
        if error is None:
            poller.set_result(None)
        else:
            poller.set_exception(error)
