"""What went over the wires of a stage, on one time line; it shows no secret.

Heard are the updates for the bot, its calls to Telegram, Serva and Servya, and its own events.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from bot.sandbox import servya
from bot.sandbox.demo import telling
from bot.sandbox.demo.masking import Secrets, visible
from bot.sandbox.demo.process import BotProcess
from bot.sandbox.demo.stage import Stage
from bot.sandbox.demo.telling import Told
from bot.sandbox.serva import api as serva
from bot.sandbox.telegram import calls as telegram
from bot.sandbox.telegram.updates import Update

KEPT = 2_000
LONGEST_WORDS = 160
LONGEST_TEXT = 1_000
MOST_ENTRIES = 60


@dataclass(slots=True, eq=False)
class _Line:
    """One line; `tell` says what is known by now, `turn` when it was last heard of."""

    n: int
    at: int
    tell: Callable[[], Told]
    turn: int = 0
    json: bytes = b""


class Wire:
    """The newest lines of a stage, from now on, numbered in the order of real time."""

    def __init__(self, stage: Stage, process: BotProcess) -> None:
        self.secrets = Secrets(stage)
        self.turn = 0
        """Grows whenever a line is new or changed."""
        self._stage = stage
        self._process = process
        self._numbers = itertools.count(1)
        # The line that changed last is the last.
        self._lines: OrderedDict[int, _Line] = OrderedDict()
        self._waiting: dict[int, _Line] = {}
        self._holders: dict[int, int] = {}
        self._events_heard = 0
        self._turn_written = 0
        stage.telegram.world.updates.on_update = self._hear_update
        stage.telegram.on_call = self._hear_telegram
        stage.serva.on_call = self._hear_serva
        stage.servya.on_call = self._hear_servya

    def since(self, turn: int) -> list[bytes]:
        """The lines, as JSON, that are new or changed after this turn; the oldest first."""
        self._write()
        return [line.json for line in sorted(self._newer(turn), key=lambda line: line.n)]

    def _write(self) -> None:
        """Bring the JSON of every line up to what is known by now."""
        self._hear_process()
        for line in self._newer(self._turn_written):
            line.json = self._written(line)
        for line in self._waiting.values():
            # What befalls a call that waits is not announced.
            if (now := self._written(line)) != line.json:
                line.json = now
                self._touch(line)
        self._turn_written = self.turn

    def _newer(self, turn: int) -> Iterator[_Line]:
        newest_first = reversed(self._lines.values())
        return itertools.takewhile(lambda line: line.turn > turn, newest_first)

    def _written(self, line: _Line) -> bytes:
        told = line.tell()
        return as_json(
            {
                "n": line.n,
                "at": line.at,
                "side": told.side,
                "person": told.person,
                "what": self.secrets.hide(told.what),
                "words": _one_line(self.secrets.hide(told.words)),
                "ms": told.ms,
                "outcome": told.outcome,
                "said": _one_line(self.secrets.hide(told.said)),
                "detail": _short(self.secrets.hide(told.detail)),
            }
        )

    def _hear_update(self, update: Update) -> None:
        person = telling.sender(update)
        for text in telling.written(update):
            self.secrets.learn(text)
            self._remember_holder(person, text)
        self._add(partial(telling.update, update))

    def _remember_holder(self, person: int | None, text: str) -> None:
        """Whoever sends a key is who the calls with its account are made for from now on."""
        seen = visible(text)
        for key, account in (*self._stage.serva.keys.items(), *self._stage.servya.keys.items()):
            if key in seen and person is not None:
                self._holders[id(account)] = person

    def _hear_telegram(self, call: telegram.Call) -> None:
        # A poll is worth a line only where it failed.
        polls = call.method == "getUpdates"
        if polls and (call.latency_ms is None or call.ok):
            return
        self._hear_call(call, partial(telling.telegram_call, call, self._meant(call)))

    def _meant(self, call: telegram.Call) -> int | None:
        """Whom a call to Telegram is about."""
        world = self._stage.telegram.world
        tap = world.taps.get(call.params.get("callback_query_id", ""))
        if tap is not None:
            return tap.person.id
        return call.chat_id if call.chat_id in world.people else None

    def _hear_serva(self, call: serva.Call) -> None:
        service, person = self._service(call), self._holder(call)
        self._hear_call(call, partial(telling.serva_call, call, service, person))

    def _service(self, call: serva.Call) -> str:
        """The name of the service that a call is about."""
        try:
            return self._stage.serva.good(str(call.params.get("service", ""))).name
        except KeyError:
            return ""

    def _hear_servya(self, call: servya.Call) -> None:
        self._hear_call(call, partial(telling.servya_call, call, self._holder(call)))

    def _holder(self, call: serva.Call | servya.Call) -> int | None:
        return self._holders.get(id(call.owner))

    def _hear_call(
        self, call: telegram.Call | serva.Call | servya.Call, tell: Callable[[], Told]
    ) -> None:
        """A call begins, or ends."""
        line = self._waiting.pop(id(call), None) or self._add(tell)
        if call.latency_ms is None:
            self._waiting[id(call)] = line
        else:
            self._touch(line)

    def _hear_process(self) -> None:
        events = self._process.events
        if not events or events[-1].number == self._events_heard:
            return
        for event in [event for event in events if event.number > self._events_heard]:
            self._put(event.at, partial(telling.event, event))
        self._events_heard = events[-1].number

    def _add(self, tell: Callable[[], Told]) -> _Line:
        # Its events so far were before this.
        self._hear_process()
        return self._put(time.time_ns() // 1_000_000, tell)

    def _put(self, at: int, tell: Callable[[], Told]) -> _Line:
        line = _Line(next(self._numbers), at, tell)
        self._touch(line)
        return line

    def _touch(self, line: _Line) -> None:
        self.turn += 1
        line.turn = self.turn
        self._lines[line.n] = line
        self._lines.move_to_end(line.n)
        if len(self._lines) > KEPT:
            self._lines.popitem(last=False)


def as_json(value: Any) -> bytes:
    """JSON of anything; half a surrogate or a number of 100 digits must not end the feed."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, default=str).encode()


def _one_line(text: str) -> str:
    return _cut(" ".join(text.split()), LONGEST_WORDS)


def _short(value: Any) -> Any:
    """The JSON value without the length that only a machine would read."""
    match value:
        case str():
            return _cut(value, LONGEST_TEXT)
        case dict():
            return {name: _short(inner) for name, inner in list(value.items())[:MOST_ENTRIES]}
        case list():
            return [_short(inner) for inner in value[:MOST_ENTRIES]]
        case _:
            return value


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
