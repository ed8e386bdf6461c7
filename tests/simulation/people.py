"""People who order by the buttons that they see, on two devices, with a good deal of impatience."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from bot.screens import buttons as b
from bot.screens.buttons import pack
from tests.simulation.telegram import Chat, Message, plain
from tests.simulation.world import World

_STALE_KEPT = 40
NEVER = ("lg:", "di:", "no:", "nk:", "mu:", "hk:text")
"""Buttons that nobody taps here: the checks read English, they do not know what was switched off
only for a while, and whoever says that a key is no key has it treated as text."""


@dataclass
class Person:
    """Somebody with a phone, an old tablet, and keys of Serva."""

    world: World
    id: int
    keys: list[str]
    wishes: int
    truthful: float
    wild: float
    hasty: float
    seen: list[tuple[int, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    asked_for: int = 0
    _last: str = ""

    @property
    def chance(self) -> Random:
        return self.world.chance

    @property
    def chat(self) -> Chat:
        return self.world.telegram.chat(self.id)

    def begin(self, end: float) -> None:
        """Act now and then until `end`."""
        line = self.world.timeline

        def again() -> None:
            if line.now < end:
                self.act()
                pause = self.chance.choice((0.05, 1.0, 2.0, 3.0, 3.0, 6.0, 15.0))
                # Whoever has all day does not tap all day.
                line.after(pause * max(1.0, end / 180), again)

        line.after(self.chance.uniform(0, 3), again)

    def act(self) -> None:
        """Do one thing."""
        if self.chat.blocked:
            if self.chance.random() < 0.3:
                self._did("comes back")
                self.world.telegram.blocks(self.id, False)
            return
        if self.chance.random() < self.wild:
            self._wild()
        else:
            self._sensible()

    def _sensible(self) -> None:
        last = self.chat.last
        if last is None:
            self.say("/start")
            return
        text = plain(last.text)
        taps = {data.split(":")[0]: data for _, data in last.buttons}
        unknown = self._unknown()
        if "ok" in taps:
            kind = self.chance.random()
            if kind < 0.83:
                self.order(last, taps["ok"])
            elif kind < 0.93 and "cp" in taps:
                self.tap(last, taps["cp"])
            else:
                self.tap(last, self.chance.choice(last.buttons)[1])
        elif sure := [taps[kind] for kind in ("mk", "o2", "qo") if kind in taps]:
            self.order(last, sure[0])
        elif ("API key" in text and "Paste" in text) or "working key" in text:
            self.say(self.keys[0])
        elif any(data.startswith("hk:key") for _, data in last.buttons):
            self.tap(last, self.chance.choice(last.buttons)[1])
        elif "order id that Serva shows" in text:
            self.say(self._an_id(text))
        elif "Send the coupon" in text:
            self.say(self.chance.choice(("SAVE10", "SAVE10", "NO-SUCH")))
        elif "Send the link" in text:
            self.say(self._a_link())
        elif "Player" in text and "qt" not in taps and "Order #" not in text and not taps.get("s"):
            self.say(str(self.chance.randint(10_000, 99_999)))
        elif "q" in taps:
            self.tap(last, self.chance.choice([d for _, d in last.buttons if d[:2] == "q:"]))
        elif "s" in taps:
            self.tap(last, self.chance.choice([d for _, d in last.buttons if d[:2] == "s:"]))
        elif any(data.startswith("nt") and data.endswith(":1") for _, data in last.buttons):
            self._about_unknown(last, [d for _, d in last.buttons])
        elif unknown and self.chance.random() < self.hasty:
            message, data = self.chance.choice(unknown)
            self._about_unknown(message, [data])
        elif self.asked_for < self.wishes:
            self._wish()
        elif self.chance.random() < 0.3:
            self._wild()

    def decide(self) -> None:
        """Say what became of an order that the bot could not find out about, step by step."""
        last = self.chat.last
        if last is None:
            return
        if "order id that Serva shows" in (text := plain(last.text)):
            self.say(self._an_id(text))
        elif sure := [d for _, d in last.buttons if d[:2] == "nt" and d.endswith(":1")]:
            self._about_unknown(last, sure)
        elif unknown := self._unknown():
            message, data = self.chance.choice(unknown)
            self._about_unknown(message, [data])

    def _unknown(self) -> list[tuple[Message, str]]:
        """Buttons about orders of unknown outcome."""
        return [
            (message, data)
            for message in self.chat.messages.values()
            for _, data in message.buttons
            if data.split(":")[0] in ("cn", "st", "nt")
        ]

    def _wish(self) -> None:
        self.asked_for += 1
        again = [d for m in self.chat.messages.values() for _, d in m.buttons if d[:3] == "ag:"]
        kind = self.chance.random()
        if again and kind < 0.1:
            self._tap_anywhere(self.chance.choice(again))
        elif kind < 0.62:
            number = self.chance.choice((100, 500, 1000, 2000))
            self.say(f"followers {number} {self._a_link()}")
        elif kind < 0.70:
            self.say(self._a_list())
        elif kind < 0.74:
            self.say("\n".join(self._a_link() for _ in range(self.chance.randint(2, 4))))
        elif kind < 0.9:
            self.say(f"likes {self._a_link()}")
        else:
            self.say("diamonds")

    def _wild(self) -> None:
        """Anything at all, also with buttons of screens that are long gone."""
        chance, world = self.chance, self.world
        kind = chance.random()
        if kind < 0.45 and self.seen:
            message, data = chance.choice(self.seen[-12:])
            if not data.startswith(NEVER):
                self._did(f"taps {data} on the tablet")
                world.telegram.taps(self.id, message, data)
        elif kind < 0.65:
            visible = [(m, d) for m in self.chat.messages.values() for _, d in m.buttons]
            if visible:
                self.tap(*chance.choice(visible))
        elif kind < 0.75:
            self.say(chance.choice(("/start", "/orders", "/balance", "/order", "/help", "thanks")))
        elif kind < 0.80:
            self._tap_anywhere(pack(b.Unlink("serva", 1)))
        elif kind < 0.82:
            self._tap_anywhere(pack(b.Erase(1)))
        elif kind < 0.90:
            self.say(chance.choice(self.keys))
        elif kind < 0.92:
            self._did("blocks the bot")
            world.telegram.blocks(self.id, True)
        elif kind < 0.94:
            self.say("SAVE10")
        else:
            self._wish()

    def order(self, message: Message, data: str) -> None:
        """The tap that spends money; some tap twice, some on both devices."""
        for _ in range(self.chance.choices((1, 2, 3), (70, 25, 5))[0]):
            self.tap(message, data)

    def _about_unknown(self, message: Message, datas: list[str]) -> None:
        """What somebody says who looked at Serva, or who did not look well."""
        numbers = [int(part) for data in datas for part in data.split(":")[1:2] if part.isdigit()]
        there = any(o.confirmation == n for o in self.world.serva.orders.values() for n in numbers)
        data = self.chance.choice(datas)
        honest = self.chance.random() < self.truthful
        if (data[:2] == "nt" and there and honest) or (data[:2] == "st" and not there and honest):
            return
        self.tap(message, data)

    def _an_id(self, text: str) -> str:
        orders, chance = list(self.world.serva.orders.values()), self.chance
        number = re.search(r"Order #(\d+)", text)
        mine = [o.id for o in orders if number and o.confirmation == int(number[1])]
        if mine and chance.random() < self.truthful:
            return mine[0]
        others = [order.id for order in orders]
        return chance.choice([*others, "ORD-1", "what id?"])

    def _a_link(self) -> str:
        """Mostly a new one; one that was ordered for before may still have an order running."""
        if self.links and self.chance.random() < 0.1:
            return self.chance.choice(self.links)
        self.links.append(f"https://instagram.com/p{self.id}x{self.chance.randint(1, 9999)}")
        return self.links[-1]

    def _a_list(self) -> str:
        """A mass order; some lines of it cannot be read."""
        lines = [
            f"{self.chance.choice(('1234', '1301'))} | {self._a_link()} | {count}"
            for count in self.chance.choices((100, 500, 1000, 7), k=self.chance.randint(2, 6))
        ]
        return "\n".join(lines)

    # ---- fingers ----

    def say(self, text: str) -> None:
        self._did(f"says {'a key' if text in self.world.serva.accounts else text}")
        self.world.telegram.says(self.id, text)

    def tap(self, message: Message, data: str) -> None:
        if data.startswith(NEVER):
            return
        self._did(f"taps {data}")
        self.seen = [*self.seen, *((message.id, d) for _, d in message.buttons)][-_STALE_KEPT:]
        self.world.telegram.taps(self.id, message.id, data)

    def _tap_anywhere(self, data: str) -> None:
        last = self.chat.last
        if last is not None:
            self._did(f"taps {data}")
            self.world.telegram.taps(self.id, last.id, data)

    def _did(self, what: str) -> None:
        self.world.note(f"person {self.id} {what}")
