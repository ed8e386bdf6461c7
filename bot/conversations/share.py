"""Links into the bot: made for whoever asks, and followed wherever they point to.

Ann   taps Share, on Instagram Followers
Bot   https://t.me/some_bot?start=service-12    [Copy link] [Send it] [Back] [Home]
…
Bob   /start service-12                         (he is new, and has no key)
Bot   Order from Serva here. …                  [Get a key] …
Bob   8f14e45f…a91f
Bot   Instagram Followers, Send the link …      (at his own price)
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.choose import Choose
from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at
from bot.conversations.favourites import called
from bot.conversations.fill import Fill
from bot.conversations.front import Front
from bot.domain.draft import Filling, Opening, Resting
from bot.domain.event import Command, Tap, Text
from bot.domain.sharing import Shared, What, link_to, shared_from
from bot.screens import account as account_screens
from bot.screens import buttons as b
from bot.screens import favourites as screens
from bot.screens.places import Places
from bot.usecases.browse import Browse
from bot.usecases.favourites import KeepFavourites


@dataclass(frozen=True, slots=True)
class Share:
    """The dialogue that begins with /start."""

    places: Places
    browse: Browse
    keeping: KeepFavourites
    choosing: Choose
    filling: Fill
    front: Front
    username: str

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            commands={"start": self.start},
            taps={b.Share: self.share},
            texts={Opening: self.typed},
            again={Opening: self.open},
        )

    async def start(self, event: Command, scene: Scene) -> Turn:
        """/start: Home, or what a link points to."""
        if shared_from(event.args) is None:
            return await self.front.home(scene)
        return await self.open(Opening(event.args), scene, "")

    async def open(self, step: Opening, scene: Scene, note: str) -> Turn:
        """What a link points to, for this person; without a key it waits for one."""
        shared = shared_from(step.payload)
        if shared is None:
            return await self.front.home(scene, note)
        if scene.session.serva is None:
            note = note or scene.t("What your link points to opens once your key is linked.")
            screen = account_screens.welcome(scene.t, self.places, note)
            return Turn(at(scene, step), screen)
        if shared.what is What.CATEGORY:
            return await self.choosing.open_category(scene, b.OpenCategory(shared.number), note)
        return await self.filling.begin(scene, shared.number, shared.quantity, note=note)

    async def typed(self, step: Opening, event: Text, scene: Scene) -> Turn:
        """Something else than the key that is waited for."""
        if scene.session.serva is None:
            return await self.open(step, scene, scene.t("That does not look like an API key."))
        return Turn(at(scene, Resting()), back=Back(answer=event.whole))

    async def share(self, action: b.Share, event: Tap, scene: Scene) -> Turn:
        """The link to something; a favourite's says what it is of, and not whose."""
        account = await self.choosing.ready(scene, action)
        if isinstance(account, Turn):
            return account
        t, step = scene.t, scene.session.step
        back: b.Action
        if action.what == What.CATEGORY:
            back = b.OpenCategory(action.number)
            name, page = await self.browse.category(account, action.number, 1, 0)
            if not page.entries:
                return await self.choosing.open_category(scene, back)
            name, shared = name or t("Other"), Shared(What.CATEGORY, action.number)
        elif action.what == What.SERVICE:
            entry = await self.browse.entry(account, action.number)
            if entry is None:
                return await self.filling.begin(scene, action.number)
            name, shared = entry.service.name_in(t.code), Shared(What.SERVICE, entry.id)
            back = b.OpenService(entry.id)
            if isinstance(step, Filling) and step.service == entry.id:
                back = b.ShowDraft(step.nonce)
        else:
            kept = await self.keeping.kept(scene.session.owner, action.number)
            if kept is None:
                return await self.front.home(scene, t("That screen is out of date."))
            name, back = called(t, kept), b.ShowFavourite(kept.id)
            shared = Shared(What.SERVICE, kept.service)
            if kept.quantity is not None:
                shared = Shared(What.PRESET, kept.service, kept.quantity)
        url = link_to(self.username, shared)
        return Turn(scene.session, screens.share(t, name, url, back))
