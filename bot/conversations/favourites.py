"""Favourites: services and presets at hand, named, and the targets that are offered again.

Ann   taps Add to favourites, where 1,000 Instagram Followers are to be confirmed
Bot   What shall I call it? …              [1,000 Instagram Followers] [Back] [Home]
Ann   Weekly
Bot   Total: $0.89                         (the confirmation, as it was)
…
Ann   taps Favourites
Bot   Favourites                           [Weekly · $0.95 (was $0.89)] [Edit] [Saved links] [Home]
Ann   taps Weekly
Bot   Send the link …
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversations.choose import Choose
from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at
from bot.conversations.fill import Fill
from bot.conversations.front import Front
from bot.domain.draft import (
    Confirming,
    Filling,
    NamingFavourite,
    step_from_json,
    step_to_json,
)
from bot.domain.event import Tap, Text
from bot.domain.keys import looks_like_key
from bot.domain.session import Account
from bot.domain.text import clean
from bot.screens import buttons as b
from bot.screens import favourites as screens
from bot.screens.catalogue import PAGE, pages
from bot.texts.words import Words
from bot.usecases.favourites import Favourite, KeepFavourites, Offer
from bot.usecases.follow import Follow

NEAREST = 5
"""Services that are offered in the place of one that is gone."""


@dataclass(frozen=True, slots=True)
class Favourites:
    """The dialogue about what a person keeps at hand."""

    keeping: KeepFavourites
    orders: Follow
    choosing: Choose
    filling: Fill
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.Favourites: self.favourites,
                b.OpenFavourite: self.open,
                b.ShowFavourite: self.show,
                b.NameFavourite: self.ask_name,
                b.PlainName: self.plain_name,
                b.LeaveName: self.leave_name,
                b.RemoveFavourite: self.remove,
                b.KeepDraft: self.keep_draft,
                b.KeepOrder: self.keep_order,
                b.Targets: self.targets,
                b.RemoveTarget: self.remove_target,
            },
            texts={NamingFavourite: self.name_typed},
            again={NamingFavourite: self.ask_name_again},
        )

    # ---- the list ----

    async def favourites(self, action: b.Favourites, event: Tap, scene: Scene) -> Turn:
        return await self._list(scene, action.page, bool(action.edit))

    async def open(self, action: b.OpenFavourite, event: Tap, scene: Scene) -> Turn:
        """Order a favourite: its questions are open, and its price of today is compared."""
        ready = await self._ready(scene, action)
        if isinstance(ready, Turn):
            return ready
        offer = await self.keeping.offer(_account(ready), action.favourite)
        if offer is None or offer.price is None:
            return await self._show(ready, action.favourite)
        kept = offer.kept
        # What was kept in another currency was another account's: it says nothing about a change.
        seen = (kept.rate, kept.unit) if kept.currency == offer.price.currency else None
        return await self.filling.begin(ready, kept.service, kept.quantity, seen=seen)

    async def show(self, action: b.ShowFavourite, event: Tap, scene: Scene) -> Turn:
        """One favourite, and what can be done with it."""
        return await self._show(scene, action.favourite)

    async def remove(self, action: b.RemoveFavourite, event: Tap, scene: Scene) -> Turn:
        kept = await self.keeping.kept(scene.session.owner, action.favourite)
        if kept is None:
            return await self._missing(scene)
        await self.keeping.remove(scene.session.owner, kept.id)
        note = scene.t("Removed: {name}", name=called(scene.t, kept))
        return await self._list(scene, 0, edit=True, note=note)

    # ---- adding ----

    async def keep_draft(self, action: b.KeepDraft, event: Tap, scene: Scene) -> Turn:
        """Add what the open draft is about, or take it away; the draft stays open."""
        session, t = scene.session, scene.t
        step = session.step
        if not isinstance(step, Filling | Confirming) or action.nonce not in _nonces(step):
            return Turn(session, back=Back(t("That screen is out of date.")))
        account = session.serva
        entry = None if account is None else await self.keeping.browse.entry(account, step.service)
        if account is None or entry is None:
            return Turn(session, back=Back())
        quantity = step.inputs.quantity if entry.service.asks_quantity else None
        if action.what == "remove":
            known = await self.keeping.find(session.owner, entry.id, quantity)
            if known is not None:
                await self.keeping.remove(session.owner, known)
            return Turn(session, back=Back(t("Removed from favourites.")))
        currency = account.balance.currency if account.balance else "USD"
        number = await self.keeping.keep(session.owner, entry.id, entry.service, quantity, currency)
        if number is None:
            return Turn(session, back=Back(_full(t)))
        if quantity is None:
            return Turn(session, back=Back(t("Added to favourites.")))
        naming = NamingFavourite(number, step_to_json(step))
        return await self.ask_name_again(naming, scene, t("Added to favourites."))

    async def keep_order(self, action: b.KeepOrder, event: Tap, scene: Scene) -> Turn:
        """Add what was ordered, with its quantity, at the price that it had."""
        session = scene.session
        order = await self.orders.order(session.owner, action.order)
        if order is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        service = order.details.service
        quantity = order.details.quantity if service.asks_quantity else None
        number = await self.keeping.keep(
            session.owner, order.service, service, quantity, order.currency
        )
        if number is None:
            return await self._list(scene, 0, edit=True, note=_full(scene.t))
        naming = NamingFavourite(number)
        return await self.ask_name_again(naming, scene, scene.t("Added to favourites."))

    # ---- names ----

    async def ask_name(self, action: b.NameFavourite, event: Tap, scene: Scene) -> Turn:
        return await self.ask_name_again(NamingFavourite(action.favourite), scene, "")

    async def ask_name_again(self, step: NamingFavourite, scene: Scene, note: str) -> Turn:
        kept = await self.keeping.kept(scene.session.owner, step.favourite)
        if kept is None:
            return await self._missing(scene)
        plain = called(scene.t, replace(kept, name=""))
        return Turn(at(scene, step), screens.name_it(scene.t, kept.id, plain, note))

    async def name_typed(self, step: NamingFavourite, event: Text, scene: Scene) -> Turn:
        name = clean(event.text, limit=screens.LONGEST_NAME)
        if not name or name.endswith("…") or looks_like_key(name, expected=False):
            note = scene.t("A name is short, for example: Weekly")
            return await self.ask_name_again(step, scene, note)
        return await self._named(scene, step, name)

    async def plain_name(self, action: b.PlainName, event: Tap, scene: Scene) -> Turn:
        """Call it what its service is called."""
        step = self._naming(scene, action.favourite)
        return step if isinstance(step, Turn) else await self._named(scene, step, "")

    async def leave_name(self, action: b.LeaveName, event: Tap, scene: Scene) -> Turn:
        """Back from the name: to the draft that it was kept from, or to the favourite."""
        step = self._naming(scene, action.favourite)
        return step if isinstance(step, Turn) else await self._done(scene, step, "")

    # ---- saved targets ----

    async def targets(self, action: b.Targets, event: Tap, scene: Scene) -> Turn:
        return await self._targets(scene, action.page)

    async def remove_target(self, action: b.RemoveTarget, event: Tap, scene: Scene) -> Turn:
        """Offer a target no longer; it comes back with the next order for it."""
        value = await self.keeping.forget_target(scene.session.owner, action.target)
        shown = "" if value is None else " · ".join(value.split("\n"))
        note = scene.t("Removed: {name}", name=shown) if shown else ""
        return await self._targets(scene, action.page, note)

    # ---- the machinery ----

    async def _list(self, scene: Scene, page: int, edit: bool, note: str = "") -> Turn:
        ready = await self._ready(scene, b.Favourites(page, int(edit)))
        if isinstance(ready, Turn):
            return ready
        offers, total = await self.keeping.page(_account(ready), PAGE, page * PAGE)
        if not offers and page:
            return await self._list(ready, pages(total) - 1, edit, note)
        lines = [_line(scene.t, offer) for offer in offers]
        return Turn(at(ready), screens.favourites(scene.t, lines, page, total, edit, note))

    async def _show(self, scene: Scene, number: int, note: str = "") -> Turn:
        ready = await self._ready(scene, b.ShowFavourite(number))
        if isinstance(ready, Turn):
            return ready
        account = _account(ready)
        offer = await self.keeping.offer(account, number)
        if offer is None:
            return await self._missing(ready)
        line = _line(scene.t, offer)
        if offer.entry is not None:
            return Turn(at(ready), screens.favourite(scene.t, line, note))
        found = await self.keeping.browse.similar(account, offer.kept.service, NEAREST)
        choices = self.choosing.choices(ready, account, found.entries)
        return Turn(at(ready), screens.gone(scene.t, line, choices))

    async def _missing(self, scene: Scene) -> Turn:
        note = scene.t("That is not among your favourites any more.")
        return await self._list(scene, 0, edit=False, note=note)

    async def _named(self, scene: Scene, step: NamingFavourite, name: str) -> Turn:
        t = scene.t
        if not await self.keeping.rename(scene.session.owner, step.favourite, name):
            return await self._missing(scene)
        note = t("Its name is {name} now.", name=name) if name else ""
        return await self._done(scene, step, note)

    async def _done(self, scene: Scene, step: NamingFavourite, note: str) -> Turn:
        if not step.before:
            return await self._show(scene, step.favourite, note)
        before = step_from_json(step.before)
        return Turn(replace(scene.session, step=before), back=Back(note))

    @staticmethod
    def _naming(scene: Scene, favourite: int) -> NamingFavourite | Turn:
        """The open question for this favourite's name; a second tap finds what the first led to."""
        step = scene.session.step
        if isinstance(step, NamingFavourite) and step.favourite == favourite:
            return step
        return Turn(scene.session, back=Back(scene.t("That screen is out of date.")))

    async def _targets(self, scene: Scene, page: int, note: str = "") -> Turn:
        saved, total = await self.keeping.targets(scene.session.owner, PAGE, page * PAGE)
        if not saved and page:
            return await self._targets(scene, pages(total) - 1, note)
        return Turn(at(scene), screens.targets(scene.t, saved, page, total, note))

    async def _ready(self, scene: Scene, retry: b.Action) -> Scene | Turn:
        """The scene of somebody with a catalogue, or the turn that says why there is none."""
        account = await self.choosing.ready(scene, retry)
        if isinstance(account, Turn):
            return account
        return replace(scene, session=replace(scene.session, serva=account))


def called(t: Words, kept: Favourite, name: str = "") -> str:
    """What a favourite is called: its own name, or its quantity and its service's `name`."""
    title = name or kept.title
    if kept.name:
        return kept.name
    return title if kept.quantity is None else f"{t.number(kept.quantity)} {title}"


def _line(t: Words, offer: Offer) -> screens.Line:
    kept = offer.kept
    service = offer.entry.service.name_in(t.code) if offer.entry else kept.title
    return screens.Line(
        id=kept.id,
        name=called(t, kept, service),
        service=service if kept.name else "",
        quantity=kept.quantity if kept.name else None,
        price=offer.price,
        was=offer.was,
        unit=offer.unit,
    )


def _account(scene: Scene) -> Account:
    account = scene.session.serva
    assert account is not None, "who is ready has a key"
    return account


def _nonces(step: Filling | Confirming) -> tuple[str, ...]:
    return (step.nonce,) if isinstance(step, Filling) else (step.nonce, step.draft)


def _full(t: Words) -> str:
    return t("You have as many favourites as there is room for. Remove one first.")
