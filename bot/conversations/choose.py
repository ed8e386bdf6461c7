"""Finding a service: categories, pages, and whatever is typed or pasted.

Ann   taps Browse
Bot   Categories, page 1/5    [Instagram · 42] [TikTok · 31] …
Ann   taps Instagram · 42
Bot   Instagram, page 1/6     [Instagram Followers · $0.89] …
Ann   types followers
Bot   12 services found.      [Instagram Followers · $0.89] …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversations.dialogue import Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.draft import Resting, Searching
from bot.domain.event import Command, Tap, Text
from bot.domain.links import Link, links_in
from bot.domain.money import Money
from bot.domain.session import Account
from bot.domain.text import clean
from bot.screens import account as account_screens
from bot.screens import buttons as b
from bot.screens import catalogue as screens
from bot.screens import main as main_screens
from bot.screens.catalogue import PAGE, Choice
from bot.screens.layout import cut, priced
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.usecases.browse import Browse, Entry
from bot.usecases.follow import Follow
from bot.usecases.refresh_catalogues import CallRefused, ProviderError, RefreshCatalogues

RECENT = 6

_SITES: dict[str, tuple[str, ...]] = {
    "instagram.com": ("instagram", "انستقرام", "انستغرام", "انستا"),
    "tiktok.com": ("tiktok", "تيك توك"),
    "youtube.com": ("youtube", "يوتيوب"),
    "youtu.be": ("youtube", "يوتيوب"),
    "t.me": ("telegram", "تيليجرام", "تليجرام", "تلجرام"),
    "x.com": ("twitter", "تويتر"),
    "twitter.com": ("twitter", "تويتر"),
    "facebook.com": ("facebook", "فيسبوك", "فيس بوك"),
    "snapchat.com": ("snapchat", "سناب"),
    "open.spotify.com": ("spotify", "سبوتيفاي"),
    "threads.net": ("threads", "ثريدز"),
}


@dataclass(frozen=True, slots=True)
class Choose:
    """The dialogue that ends with a service."""

    places: Places
    browse: Browse
    catalogues: RefreshCatalogues
    orders: Follow
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where; typed text ends here when nothing else asked for it."""
        return Dialogue(
            commands={"order": self.order_command},
            taps={
                b.Choose: self.choose,
                b.Browse: self.categories,
                b.OpenCategory: self.category,
                b.Results: self.results,
                b.Similar: self.similar_tap,
            },
            texts={Resting: self.typed, Searching: self.typed},
            again={Searching: self.search_again},
        )

    async def order_command(self, event: Command, scene: Scene) -> Turn:
        """/order: recent services, or the catalogue. A word after it searches."""
        if event.args:
            return await self._find(scene, event.args)
        return await self._choice(scene)

    async def choose(self, action: b.Choose, event: Tap, scene: Scene) -> Turn:
        return await self._choice(scene)

    async def typed(self, step: Resting | Searching, event: Text, scene: Scene) -> Turn:
        """Any text: services for a link, else those in which every word occurs."""
        return await self._find(scene, event.text)

    async def search_again(self, step: Searching, scene: Scene, note: str) -> Turn:
        return await self.front.home(scene, note)

    async def categories(self, action: b.Browse, event: Tap, scene: Scene) -> Turn:
        """One page of categories."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        found = await self.browse.categories(account)
        page = min(action.page, screens.pages(len(found)) - 1)
        if not found:
            return Turn(at(scene), screens.empty(scene.t))
        shown = [
            (category.id, category.name or scene.t("Other"), category.count)
            for category in found[page * PAGE : (page + 1) * PAGE]
        ]
        return Turn(
            replace(at(scene), serva=account),
            screens.categories(scene.t, shown, page, len(found)),
        )

    async def category(self, action: b.OpenCategory, event: Tap, scene: Scene) -> Turn:
        """One page of a category."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        name, page = await self.browse.category(account, action.category, PAGE, action.page * PAGE)
        if not page.entries:
            # The category is gone or shorter than it was when the button was made.
            return await self.categories(b.Browse(), event, scene)
        screen = screens.category(
            scene.t,
            action.category,
            name or scene.t("Other"),
            self.choices(scene, account, page.entries),
            action.page,
            page.total,
        )
        return Turn(replace(at(scene), serva=account), screen)

    async def results(self, action: b.Results, event: Tap, scene: Scene) -> Turn:
        """Another page of what was typed last."""
        step = scene.session.step
        if not isinstance(step, Searching):
            return await self.front.home(scene, scene.t("Type the word again, please."))
        return await self._search(scene, step, action.page)

    async def similar_tap(self, action: b.Similar, event: Tap, scene: Scene) -> Turn:
        """Services like the one of an order that was refused because it is gone."""
        order = await self.orders.order(scene.session.owner, action.order)
        if order is None:
            return await self.front.home(scene)
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        screen = await self.gone(scene, account, order.service)
        return Turn(replace(at(scene), serva=account), screen)

    async def ready(self, scene: Scene, retry: b.Action) -> Account | Turn:
        """The account with a catalogue, or the turn that says why there is none."""
        account = scene.session.serva
        if account is None:
            return await self.front.home(scene)
        if account.catalogue is not None:
            return account
        try:
            work = self.catalogues.ensure(account)
            return await patiently(scene, work, screens.loading(scene.t))
        except CallRefused as error:
            screen = account_screens.key_problem(
                scene.t, self.places, error.meaning, error.text, error.request_id
            )
        except ProviderError as error:
            screen = main_screens.not_answering(scene.t, retry, error.request_id)
        return Turn(at(scene), screen)

    def choices(self, scene: Scene, account: Account, entries: Sequence[Entry]) -> list[Choice]:
        """Services as a list shows them, each with this account's own rate."""
        currency = account.balance.currency if account.balance else "USD"
        return [
            Choice(
                entry.id,
                entry.service.name_in(scene.t.code),
                Money(entry.service.rate, currency),
            )
            for entry in entries
        ]

    async def gone(self, scene: Scene, account: Account, service: int) -> Screen:
        """A service is no longer there; what stands nearest."""
        page = await self.browse.similar(account, service, PAGE)
        return screens.similar(scene.t, self.choices(scene, account, page.entries))

    async def _choice(self, scene: Scene) -> Turn:
        account = await self.ready(scene, b.Choose())
        if isinstance(account, Turn):
            return account
        recent = await self.orders.recent_services(account.owner, RECENT)
        found = [await self.browse.entry(account, service) for service in recent]
        keys = [
            b.tap(priced(scene.t, choice.name, choice.price), b.OpenService(choice.id))
            for choice in self.choices(scene, account, [entry for entry in found if entry])
        ]
        return Turn(replace(at(scene), serva=account), main_screens.choose(scene.t, keys))

    async def _find(self, scene: Scene, text: str) -> Turn:
        if scene.session.serva is None:
            return await self.front.home(scene)
        links = links_in(text)
        if links:
            return await self._for_link(scene, links[0])
        query = clean(text, limit=100)
        if not query:
            return await self.front.home(scene)
        return await self._search(scene, Searching(query), 0)

    async def _for_link(self, scene: Scene, link: Link) -> Turn:
        """Services for what a link points to; the link waits for the one that is picked."""
        account = await self.ready(scene, b.Home())
        if isinstance(account, Turn):
            return account
        site = link.target_key.split("/")[0]
        for word in _SITES.get(site, (site.split(".")[0],)):
            if (await self.browse.search(account, word, 1, 0)).total:
                return await self._search(scene, Searching(word, link.url), 0)
        return Turn(
            replace(at(scene), serva=account),
            screens.nothing_found(scene.t, cut(link.url, 60)),
        )

    async def _search(self, scene: Scene, step: Searching, page: int) -> Turn:
        account = await self.ready(scene, b.Results(page))
        if isinstance(account, Turn):
            return replace(account, session=replace(account.session, step=step))
        found = await self.browse.search(account, step.query, PAGE, page * PAGE)
        session = replace(scene.session, serva=account, step=step)
        if not found.entries:
            return Turn(session, screens.nothing_found(scene.t, step.query))
        choices = self.choices(scene, account, found.entries)
        shown = step.link or step.query
        return Turn(session, screens.results(scene.t, shown, choices, page, found.total))
