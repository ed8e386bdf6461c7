"""What one browser sees of a stage, as events; it knows no connection."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeAlias

import orjson

from bot.sandbox.demo.process import BotProcess
from bot.sandbox.demo.stage import Stage
from bot.sandbox.demo.wire import Wire, as_json
from bot.sandbox.serva import Serva
from bot.sandbox.serva.control import shown_account, shown_order
from bot.sandbox.serva.levers import shown_fault
from bot.sandbox.servya import shown_account as shown_servya_account
from bot.sandbox.telegram import Message, Person, Tap
from bot.sandbox.telegram.chats import Chat

Json: TypeAlias = dict[str, Any]

LOOK_EVERY = 0.2
"""Seconds; what Serva and Servya do is not announced, and is looked at no more often."""
MESSAGES_SHOWN = 300
ORDERS_SHOWN = 200
LINES_AT_FIRST = 500
CLOCK_SLACK_MS = 1_000
REAL_SLACK_MS = 200
"""A browser reckons the time by its speed; it is told when it would be further out than these."""


class View:
    """Remembers what was told; `news` is the difference to what is there now."""

    def __init__(self, stage: Stage, process: BotProcess, wire: Wire, hello: Json) -> None:
        self._stage = stage
        self._process = process
        self._wire = wire
        self._hello = [hello]
        self._told: dict[str, bytes] = {}
        self._world_seen = self._process_seen = -1
        self._chats: dict[int, _ChatView] = {}
        self._taps = _TapsView(stage.telegram.world.taps)
        self._clock = _ClockView(stage.serva)
        self._services = (-1, 0)
        self._look_at = 0.0
        self._turn = 0

    def news(self) -> list[bytes]:
        """The events to tell now, as JSON; nothing is told before what it speaks of."""
        return [as_json(event) for event in self._events()]

    def _events(self) -> Iterator[Json]:
        yield from self._hello
        self._hello = []
        world = self._stage.telegram.world.changes.count
        if world != self._world_seen:
            self._world_seen = world
            yield from self._telegram()
        if not self.pause:
            self._look_at = time.monotonic() + LOOK_EVERY
            yield from self._providers()
        process = self._process.changes.count
        if process != self._process_seen:
            self._process_seen = process
            yield from self._if_new("bot", self._bot())
        yield from self._lines()

    @property
    def pause(self) -> float:
        """Seconds until it is worth looking again although nothing was announced."""
        return max(0.0, self._look_at - time.monotonic())

    def _if_new(self, kind: str, event: Json) -> Iterator[Json]:
        body = as_json(event)
        if self._told.get(kind) != body:
            self._told[kind] = body
            yield {"kind": kind, **event}

    def _telegram(self) -> Iterator[Json]:
        people = self._stage.telegram.people.values()
        yield from self._if_new("people", {"people": [self._person(one) for one in people]})
        for person in people:
            if person.id not in self._chats:
                self._chats[person.id] = _ChatView(self._stage.telegram.world.chats[person.id])
            yield from self._chats[person.id].news()
        yield from self._taps.news()

    def _person(self, person: Person) -> Json:
        user = person.user
        return {
            "id": user.id,
            "name": f"{user.first_name} {user.last_name}".strip(),
            "language": user.language_code,
            "username": user.username,
            "operator": person is self._stage.omar,
            "standing": person.standing,
            "commands": self._stage.telegram.commands(person),
        }

    def _providers(self) -> Iterator[Json]:
        for event in self._if_new("serva", self._serva()):
            yield event | {"clock": self._clock.tell()}
        yield from self._if_new("servya", self._servya())

    def _serva(self) -> Json:
        serva = self._stage.serva
        serva.settle()
        if self._services[0] != serva.edition:
            self._services = (serva.edition, len(serva.goods))
        orders = islice(reversed(serva.orders), ORDERS_SHOWN)
        return {
            "clock": self._clock.jumps(),
            "services": self._services[1],
            "orders": [{**shown_order(order), "name": order.good.name} for order in orders],
            "accounts": [shown_account(account) for account in serva.accounts],
            "faults": [shown_fault(fault) for fault in serva.faults.waiting],
        }

    def _servya(self) -> Json:
        servya = self._stage.servya
        return {
            "accounts": [shown_servya_account(account) for account in servya.accounts],
            "faults": [shown_fault(fault) for fault in servya.faults.waiting],
        }

    def _bot(self) -> Json:
        state = self._process.state
        return {**state, "log": self._wire.secrets.hide(state["log"])}

    def _lines(self) -> Iterator[Json]:
        lines = self._wire.since(self._turn)
        if self._turn == 0:
            lines = lines[-LINES_AT_FIRST:]
        self._turn = self._wire.turn
        if lines:
            yield {"kind": "wire", "lines": [orjson.Fragment(line) for line in lines]}


class _ChatView:
    """One person's phone: its newest messages, each as it was told."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._told: dict[int, bytes] = {}
        self._seen = -1
        self._typing = 0

    def news(self) -> Iterator[Json]:
        chat = self._chat
        if chat.changes.count == self._seen:
            return
        whole, self._seen = self._seen < 0, chat.changes.count
        gone = [number for number in self._told if chat.messages[number].deleted]
        for number in gone:
            del self._told[number]
        changed = [orjson.Fragment(body) for body in self._changed()]
        typing, self._typing = self._typing, len(chat.actions)
        if whole or changed or gone or typing != self._typing:
            yield {
                "kind": "chat",
                "id": chat.id,
                "whole": whole,
                "messages": changed,
                "gone": gone,
                "typing": self._typing,
            }

    def _changed(self) -> Iterator[bytes]:
        newest_first = (m for m in reversed(self._chat.messages.values()) if not m.deleted)
        for message in reversed(list(islice(newest_first, MESSAGES_SHOWN))):
            body = as_json(_message(message))
            if self._told.get(message.message_id) != body:
                self._told[message.message_id] = body
                yield body


class _TapsView:
    """Taps when they are made and when they are answered; of the past only who still waits."""

    def __init__(self, taps: dict[str, Tap]) -> None:
        self._taps = taps
        self._seen = len(taps)
        self._waiting: list[Tap] = []
        self._past = [tap for tap in taps.values() if tap.answered_at is None]

    def news(self) -> Iterator[Json]:
        new = [*self._past, *self._since(self._seen)]
        self._past, self._seen = [], len(self._taps)
        answered = [tap for tap in self._waiting if tap.answered_at is not None]
        self._waiting = [t for t in (*self._waiting, *new) if t.answered_at is None]
        yield from map(_tap, (*answered, *new))

    def _since(self, seen: int) -> Iterable[Tap]:
        return reversed(list(islice(reversed(self._taps.values()), len(self._taps) - seen)))


class _ClockView:
    """Serva's time, of which a browser knows how late it was and how fast it goes."""

    def __init__(self, serva: Serva) -> None:
        self._serva = serva
        self._told = (0, 0, 0)
        self._jumps = 0

    def jumps(self) -> int:
        """How often the time was not what a browser reckons from what it was told."""
        told, at, speed = self._told
        reckoned = told + (_monotonic_ms() - at) * speed
        slack = CLOCK_SLACK_MS + REAL_SLACK_MS * speed
        if speed != self._serva.speed or abs(self._serva.clock() - reckoned) > slack:
            self._jumps += 1
        return self._jumps

    def tell(self) -> Json:
        """What a browser is told now."""
        now, speed = self._serva.clock(), self._serva.speed
        self._told = (now, _monotonic_ms(), speed)
        return {"now": now, "speed": speed}


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _message(message: Message) -> Json:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "date": message.date,
        "edited": message.edited,
        "text": message.text,
        "entities": message.entities,
        "media": message.media,
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "silent": message.silent,
        "rows": [[button.to_api() for button in row] for row in message.keyboard],
    }


def _tap(tap: Tap) -> Json:
    return {
        "kind": "tap",
        "id": tap.id,
        "chat": tap.chat.id,
        "message_id": tap.message_id,
        "answered": tap.answered_at is not None,
        "text": tap.text,
        "alert": tap.alert,
        "url": tap.url,
    }
