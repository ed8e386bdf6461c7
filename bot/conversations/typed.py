"""Whatever is typed or pasted while nothing is asked: a link, a name, an order id, a word.

Ann   pastes https://instagram.com/ann
Bot   12 services found. Link: …        [Instagram Followers · $0.89] … [Followers] [Stories]
Ann   picks one, and orders it. The next day she pastes https://instagram.com/bob
Bot   Total: $0.89 …                    [Order for $0.89] … [Other services]

Ann   types @ann
Bot   Where is @ann?                    [instagram.com/ann] [tiktok.com/@ann] …
Ann   types 12
Bot   What is 12?                       [Order #12 …] [Search for 12]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.conversations.choose import Choose, kept
from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at
from bot.conversations.front import Front
from bot.conversations.mass import Mass
from bot.domain.draft import Asking, Filling, FindingName, Inputs, Resting, Searching, next_question
from bot.domain.event import Command, Tap, Text
from bot.domain.links import Link, blank_links, links_in
from bot.domain.numbers import parse_quantity, western_digits
from bot.domain.order import Order
from bot.domain.order_ids import OrderId, missing, order_ids
from bot.domain.platforms import (
    Thing,
    address_of,
    alike,
    name_in,
    profiles,
    wish_of,
    with_aims_respelt,
)
from bot.domain.search import LONGEST, quantity_in
from bot.domain.session import Account
from bot.domain.text import clean
from bot.screens import buttons as b
from bot.screens import typed as screens
from bot.usecases.browse import Browse, Entry
from bot.usecases.follow import Follow
from bot.usecases.shelves import Shelves, Used


@dataclass(frozen=True, slots=True)
class Typed:
    """The dialogue of what nobody asked for."""

    browse: Browse
    shelves: Shelves
    orders: Follow
    choosing: Choose
    front: Front
    new_nonce: Callable[[], str]
    mass: Mass

    @property
    def table(self) -> Dialogue:
        """What leads where; typed text ends here when nothing else asked for it."""
        return Dialogue(
            commands={"order": self.order_command},
            taps={
                b.LinkIs: self.link_is,
                b.LinkQuantity: self.link_quantity,
                b.OnPlatform: self.on_platform,
            },
            texts={Resting: self.typed, Searching: self.typed, FindingName: self.typed},
            again={FindingName: self.name_again},
        )

    async def order_command(self, event: Command, scene: Scene) -> Turn:
        """/order: recent services, or the catalogue. Whatever stands after it is read."""
        if event.args:
            return await self._read(scene, event.args)
        return await self.choosing.choice(scene)

    async def typed(
        self, step: Resting | Searching | FindingName, event: Text, scene: Scene
    ) -> Turn:
        """Any text: a list of orders, a link, a user name, ids, else words to search for."""
        if scene.session.serva is None:
            return await self.front.home(scene, scene.t("That does not look like an API key."))
        return await self.mass.pasted(scene, event.text) or await self._read(scene, event.whole)

    async def link_is(self, action: b.LinkIs, event: Tap, scene: Scene) -> Turn:
        """What a link leads to that does not say so."""
        step = scene.session.step
        if not isinstance(step, Searching) or not step.link or action.thing not in set(Thing):
            return self._out_of_date(scene)
        return await self._for_link(scene, replace(step, thing=action.thing))

    async def link_quantity(self, action: b.LinkQuantity, event: Tap, scene: Scene) -> Turn:
        """The typed number is how many: for the link that waits, or of what stands beside it."""
        step = scene.session.step
        if not isinstance(step, Searching):
            return self._out_of_date(scene)
        words, quantity = quantity_in(step.query)
        if words and quantity == action.quantity:
            return await self.choosing.search(scene, replace(step, query=words, quantity=quantity))
        if not step.link:
            return self._out_of_date(scene)
        return await self._how_many(scene, step, action.quantity)

    async def on_platform(self, action: b.OnPlatform, event: Tap, scene: Scene) -> Turn:
        """Which of the suggested links a user name stands for."""
        step = scene.session.step
        link = profiles(step.name).get(action.platform) if isinstance(step, FindingName) else None
        if link is None or not isinstance(step, FindingName):
            return self._out_of_date(scene)
        return await self._for_link(scene, Searching(step.query, link.url, step.quantity))

    async def name_again(self, step: FindingName, scene: Scene, note: str) -> Turn:
        return await self._suggest(scene, step, note)

    async def _read(self, scene: Scene, text: str) -> Turn:
        if scene.session.serva is None:
            return await self.front.home(scene)
        if links := tuple(dict.fromkeys(links_in(text))):
            same = alike(links)
            note = scene.t.n(
                "{count} link leads to something else and is left out.",
                "{count} links lead to something else and are left out.",
                len(links) - len(same),
            )
            step = beside(text, same)
            if len(links) == 1 and (meant := await self._by_id(scene, blank_links(text), step)):
                return meant
            return await self._for_link(scene, step, note if same != list(links) else "")
        if named := name_in(text):
            return await self._for_name(scene, *named)
        asked = order_ids(text)
        found = await self.orders.by_ids(scene.session.owner, asked)
        quantity = parse_quantity(text) if _waiting(scene).link else None
        if quantity is not None or (len(asked) == 1 and asked[0].number):
            return await self._number(scene, text, found, quantity)
        if found or (asked and all(entry.text.startswith("#") for entry in asked)):
            return await self._orders(scene, asked, found)
        numbered = await self._by_id(scene, text, _waiting(scene))
        if numbered is None and len(asked) > 1:
            return await self._orders(scene, asked, found)
        return numbered or await self._words(scene, text)

    async def _words(self, scene: Scene, text: str) -> Turn:
        """Services for words. Of a long text the beginning is searched, without its cut's sign."""
        query = clean(text, limit=LONGEST).rstrip("…").rstrip()
        if not query:
            return await self.front.home(scene)
        return await self.choosing.search(scene, replace(_waiting(scene), query=query, aim=""))

    # ---- links ----

    async def _for_link(self, scene: Scene, step: Searching, note: str = "") -> Turn:
        """What was ordered for such a link before, ready to confirm; else what there is for it."""
        account = await self.choosing.ready(scene, b.Results())
        if isinstance(account, Turn):
            return kept(account, at(scene, step))
        address = address_of(step.link)
        thing = Thing(step.thing) if step.thing else address.thing
        wish = wish_of(step.query)
        if wish.rest:
            found = await self.choosing.found(account, step)
            if found.entries and not found.near:
                return await self.choosing.search(scene, step, note=note)
            step = replace(step, query=with_aims_respelt(step.query))
            wish = wish_of(step.query)
        ready = None
        if wish.aims or thing is not Thing.UNKNOWN:
            used = await self.shelves.used_for(account, replace(address, thing=thing), wish.aims)
            ready = used and self._ready_to_confirm(scene, account, step, used, note)
        return ready or await self.choosing.search(scene, step, note=note, loose=True)

    def _ready_to_confirm(
        self, scene: Scene, account: Account, step: Searching, used: Used, note: str
    ) -> Turn | None:
        """A draft of what was used before, where nothing is left to ask."""
        service = used.entry.service
        quantity = step.quantity or used.quantity
        inputs = Inputs(link=step.link, quantity=quantity, suggested=True, more=step.more)
        for field in service.fields:
            if not field.required:
                inputs = inputs.with_value(field.key, "")
        if next_question(service, inputs) is not None:
            return None
        draft = Filling(used.entry.id, self.new_nonce(), inputs, Asking.QUANTITY)
        return Turn(replace(at(scene, draft), serva=account), back=Back(note))

    async def _how_many(self, scene: Scene, step: Searching, quantity: int) -> Turn:
        return await self.choosing.search(scene, replace(step, query="", quantity=quantity))

    # ---- user names ----

    async def _for_name(self, scene: Scene, name: str, rest: str) -> Turn:
        """The links that a user name may stand for; the words beside it may say which."""
        words, quantity = quantity_in(rest)
        links, platform = profiles(name), wish_of(words).platform
        if platform in links:
            return await self._for_link(scene, Searching(words, links[platform].url, quantity))
        return await self._suggest(scene, FindingName(name, words, quantity))

    async def _suggest(self, scene: Scene, step: FindingName, note: str = "") -> Turn:
        account = await self.choosing.ready(scene, b.Resume())
        if isinstance(account, Turn):
            return kept(account, at(scene, step))
        sold = await self.shelves.platforms(account)
        links = {key: link for key, link in profiles(step.name).items() if key in sold}
        if not links:
            return await self._words(scene, f"{step.name} {step.query}")
        screen = screens.which_platform(scene.t, step.name, links, note)
        return Turn(replace(at(scene, step), serva=account), screen)

    # ---- orders and numbers ----

    async def _orders(self, scene: Scene, asked: Sequence[OrderId], found: list[Order]) -> Turn:
        """The card of the one order that is meant, or all of them in a list."""
        if len(asked) == 1 and len(found) == 1:
            return await self._card(scene, found[0])
        return Turn(at(scene), screens.orders(scene.t, found, missing(asked, found)))

    async def _card(self, scene: Scene, order: Order) -> Turn:
        """The card comes anew, at the bottom; where it was, its keys go."""
        await self.orders.move_card(order.owner, order.id, None)
        if order.card_message:
            await scene.chat.strip(order.card_message)
        return Turn(at(scene))

    async def _number(
        self, scene: Scene, text: str, found: Sequence[Order], quantity: int | None
    ) -> Turn:
        """A number is an order's, a service's, a word in a name, or how many for a link."""
        step, digits = _waiting(scene), western_digits(text.strip())
        account = await self.choosing.ready(scene, b.Results())
        if isinstance(account, Turn):
            return kept(account, at(scene, replace(step, query=digits)))
        named = await self._named(account, digits)
        is_code = bool(named) and named[0].service.code == digits
        if quantity is not None and not found and not is_code:
            return await self._how_many(scene, step, quantity)
        if not found and quantity is None:
            return await self._words(scene, text)
        if len(found) == 1 and not named and quantity is None:
            return await self._card(scene, found[0])
        services = self.choosing.choices(scene, account, named if is_code else [])
        screen = screens.readings(
            scene.t, digits, found, services, search=bool(named), quantity=quantity
        )
        step = replace(step, query=digits)
        return Turn(replace(at(scene, step), serva=account), screen)

    async def _by_id(self, scene: Scene, text: str, step: Searching) -> Turn | None:
        """A service by its id: with how many it is picked, else a link waits for what is meant."""
        code, *rest = western_digits(clean(text)).split() or [""]
        quantity = parse_quantity(" ".join(rest)) if rest else None
        if not code.isdigit() or (quantity is None if rest else not step.link):
            return None
        account = await self.choosing.ready(scene, b.Results())
        if isinstance(account, Turn):
            return None
        named = await self._named(account, code)
        if not named or named[0].service.code != code:
            return None
        if quantity is None:
            services = self.choosing.choices(scene, account, named)
            screen = screens.readings(
                scene.t, code, (), services, search=False, quantity=parse_quantity(code)
            )
            step = replace(step, query=code, quantity=None)
            return Turn(replace(at(scene, step), serva=account), screen)
        inputs = Inputs(link=step.link, quantity=quantity)
        asking = next_question(named[0].service, inputs) or (Asking.QUANTITY, "")
        draft = Filling(named[0].id, self.new_nonce(), inputs, *asking)
        return Turn(replace(at(scene, draft), serva=account), back=Back())

    async def _named(self, account: Account, digits: str) -> list[Entry]:
        """The service with this id, else the first in whose name it stands, or none."""
        page = await self.browse.search(account, digits, 1, 0)
        return [] if page.near else list(page.entries)

    @staticmethod
    def _out_of_date(scene: Scene) -> Turn:
        return Turn(scene.session, back=Back(scene.t("That screen is out of date.")))


def beside(text: str, links: Sequence[Link]) -> Searching:
    """Links with what was typed beside them: "followers 1000 https://…" names all that is asked."""
    words, quantity = quantity_in(blank_links(text))
    first, *more = (link.url for link in links)
    wish = wish_of(words)
    if not (wish.aims or wish.rest) and wish.platform in ("", address_of(first).platform):
        words = ""  # the link says as much
    return Searching(words, first, quantity, more=tuple(more))


def _waiting(scene: Scene) -> Searching:
    """The search that is open, with the link that waits in it; a new one where there is none."""
    step = scene.session.step
    return step if isinstance(step, Searching) else Searching("")
