"""People who order by the buttons that they see, and do not wait long for a bot that is away."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from bot.sandbox.serva import Account
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.chats import Button, Message
from bot.sandbox.telegram.people import readable
from tests.recovery.world import World

LOOKS_BACK = 25
"""Messages that a person scrolls back."""
_NUMBER = re.compile(r"Order #(\d+) ·")
_LINK = re.compile(r"Link: (\S+)")
_QUANTITIES = ("100", "250", "500", "1000", "2000")


@dataclass(eq=False, slots=True)
class Buyer:
    """Somebody with a phone and a key, who orders until told to settle what is open."""

    world: World
    person: Person
    account: Account
    chance: Random
    haste: float = 0.1
    """How often somebody looks after an order of unknown outcome, and not leaves it to the bot."""
    only_settles: bool = False
    confirmed: int = 0
    """Confirmations that were tapped, double taps counted once."""
    _links: int = 0
    _about: str = ""
    _stale: list[tuple[Message, Button]] = field(default_factory=list)
    _pressed: set[tuple[int, str]] = field(default_factory=set)

    async def live(self) -> None:
        """Act, wait for what comes of it, and act again, sooner or later also without."""
        while True:
            heard = self.world.heard[self.person.id]
            await self.act()
            impatient = time.monotonic() + self.chance.choice((3.0, 8.0, 20.0))
            while self.world.heard[self.person.id] == heard and time.monotonic() < impatient:
                await self.person.changed(self.person.version, 1.0)
            await asyncio.sleep(self.chance.uniform(0.05, 0.8))

    async def act(self) -> None:
        """Do the next thing."""
        message = self._newest()
        if message is None:
            await self.person.send("/start")
        elif self.only_settles:
            await self._settle(message)
        else:
            await self._order(message)

    async def _order(self, message: Message) -> None:
        text, chance = readable(message.text), self.chance
        if order := _labelled(message, "Order for"):
            await self._confirm(message, order)
        elif await self._answered(message, text):
            return
        elif asked := self._open_outcome():
            await self._decide(*asked)
        elif chance.random() < 0.15:
            await self._wander()
        else:
            await self._wish()

    async def _settle(self, message: Message) -> None:
        """Order nothing more; say what became of what is open, and look after what runs."""
        text = readable(message.text)
        if "Send the order id" in text or "Is it really not in your orders" in text:
            await self._answered(message, text)
        elif asked := self._open_outcome(everything=True):
            await self._decide(*asked)
        elif running := list(islice(self._with_button("Refresh"), 3)):
            await self._press(*self.chance.choice(running))

    async def _answered(self, message: Message, text: str) -> bool:
        """Do what the newest screen asks for; False where it asks for nothing."""
        if "Paste your API key" in text or "Paste the key again" in text:
            await self.person.send(self.account.key)
        elif key := _labelled(message, "Link this key"):
            await self._press(message, key)
        elif "Send the order id" in text:
            await self.person.send(self._id_of(self._about) or "/orders")
        elif "Is it really not in your orders" in text:
            there = self._id_of(self._about)
            label = "I see it at Serva" if there else "It is not there"
            await self._press(message, _labelled(message, label))
        elif "Send the link" in text:
            await self.person.send(self._new_link())
        elif "How many?" in text:
            await self.person.send(self.chance.choice(_QUANTITIES))
        elif services := [b for b in _buttons(message) if b.data.startswith("s:")]:
            await self._press(message, self.chance.choice(services))
        elif "It is not known yet what became" in text:
            await self._press(message, _labelled(message, "Cancel"))
        elif retry := _labelled(message, "Try again"):
            await self._press(message, retry)
        else:
            return False
        return True

    async def _confirm(self, message: Message, order: Button) -> None:
        """The tap that spends money: some tap twice, and some once more when it is long over."""
        self._stale = [*self._stale[-5:], (message, order)]
        self.confirmed += (message.message_id, order.data) not in self._pressed
        for _ in range(self.chance.choices((1, 2, 3), (65, 30, 5))[0]):
            await self._press(message, order)
            await asyncio.sleep(self.chance.choice((0, 0, 0.05, 0.3)))

    async def _wish(self) -> None:
        again = next(self._with_button("Order again"), None)
        kind = self.chance.random()
        if again and kind < 0.15:
            await self._press(*again)
        elif kind < 0.75:
            number = self.chance.choice(_QUANTITIES)
            await self.person.send(f"followers {number} {self._new_link()}")
        else:
            await self.person.send(self.chance.choice(("likes", "followers", "views")))

    async def _wander(self) -> None:
        kind = self.chance.random()
        if kind < 0.4 and self._stale:
            message, order = self.chance.choice(self._stale)
            await self._press(message, order)
        elif kind < 0.7:
            await self.person.send(self.chance.choice(("/start", "/orders", "/balance", "/order")))
        elif card := next(self._with_button("Refresh"), None):
            await self._press(*card)

    async def _decide(self, message: Message, order: str) -> None:
        """Somebody who looks at Serva says what is to be seen there."""
        self._about = order
        kind = self.chance.random()
        there = self._id_of(order)
        if kind < (0.2 if self.only_settles else 0.6):
            label = "Check now"
        else:
            label = "I see it at Serva" if there else "It is not there"
        await self._press(message, _labelled(message, label))

    def _open_outcome(self, *, everything: bool = False) -> tuple[Message, str] | None:
        """A card of unknown outcome and its number, where somebody cares to look."""
        if not everything and self.chance.random() >= self.haste:
            return None
        found = []
        for message, _ in self._with_button("It is not there", everything=everything):
            text = readable(message.text)
            if (number := _NUMBER.search(text)) and "Is this order at Serva?" not in text:
                found.append((message, number[1]))
        return self.chance.choice(found) if found else None

    def _id_of(self, order: str) -> str:
        """The id of an order as Serva's own page shows it, where it is there."""
        chat = self.person.id
        about = self.world.told.get((chat, int(order)), []) if order else []
        link = next((found[1] for text in about if (found := _LINK.search(text))), "")
        known = self.world.ids.get(chat, set())
        return next(
            (
                order.id
                for order in reversed(self.world.serva.orders)
                if order.account is self.account
                and link
                and order.target.endswith(link)
                and order.id not in known
            ),
            "",
        )

    def _new_link(self) -> str:
        self._links += 1
        return f"https://instagram.com/p{self.person.id}x{self._links}"

    def _newest(self) -> Message | None:
        return next(self._messages(), None)

    def _messages(self) -> Iterator[Message]:
        """What the bot says in the chat now, the newest first."""
        held = self.world.tg.world.chats[self.person.id].messages
        return (m for m in reversed(held.values()) if m.from_bot and not m.deleted)

    def _with_button(
        self, label: str, *, everything: bool = False
    ) -> Iterator[tuple[Message, Button]]:
        for message in islice(self._messages(), None if everything else LOOKS_BACK):
            if button := _labelled(message, label):
                yield message, button

    async def _press(self, message: Message, button: Button | None) -> None:
        if button is None or not button.data:
            return
        self._pressed.add((message.message_id, button.data))
        self.world.tapped.add(button.data)
        await self.person.tap_raw(message.message_id, button.data)


def _buttons(message: Message) -> list[Button]:
    return [button for row in message.keyboard for button in row]


def _labelled(message: Message, label: str) -> Button | None:
    """The first button whose label starts so."""
    return next((b for b in _buttons(message) if readable(b.label).startswith(label)), None)
