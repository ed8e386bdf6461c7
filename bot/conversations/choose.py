"""Finding a service: categories, pages, and whatever is typed or pasted.

Ann   taps Browse
Bot   Categories, page 1/5    [Instagram · 42] [TikTok · 31] …
Ann   taps Instagram · 42
Bot   Instagram, page 1/6     [Instagram Followers · $0.89] …
Ann   types followers
Bot   12 services found.      [Instagram Followers · $0.89] …
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversations.dialogue import Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.draft import PastingKey, Resting, Searching
from bot.domain.event import Command, Tap, Text
from bot.domain.links import Link, blank_links, links_in, parse_link
from bot.domain.money import Money
from bot.domain.numbers import parse_quantity
from bot.domain.session import Account, Session
from bot.domain.text import clean
from bot.screens import buttons as b
from bot.screens import catalogue as screens
from bot.screens import main as main_screens
from bot.screens.catalogue import PAGE, Choice
from bot.screens.layout import priced
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
    "telegram.me": ("telegram", "تيليجرام", "تليجرام", "تلجرام"),
    "x.com": ("twitter", "تويتر"),
    "twitter.com": ("twitter", "تويتر"),
    "facebook.com": ("facebook", "فيسبوك", "فيس بوك"),
    "fb.com": ("facebook", "فيسبوك", "فيس بوك"),
    "fb.watch": ("facebook", "فيسبوك", "فيس بوك"),
    "snapchat.com": ("snapchat", "سناب"),
    "spotify.com": ("spotify", "سبوتيفاي"),
    "soundcloud.com": ("soundcloud", "ساوند كلاود"),
    "anghami.com": ("anghami", "أنغامي"),
    "threads.net": ("threads", "ثريدز"),
    "threads.com": ("threads", "ثريدز"),
    "linkedin.com": ("linkedin", "لينكد"),
    "kick.com": ("kick", "كيك"),
    "twitch.tv": ("twitch", "تويتش"),
    "discord.gg": ("discord", "ديسكورد"),
    "discord.com": ("discord", "ديسكورد"),
    "whatsapp.com": ("whatsapp", "واتساب"),
    "wa.me": ("whatsapp", "واتساب"),
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
        if scene.session.serva is None:
            return await self.front.home(scene, scene.t("That does not look like an API key."))
        return await self._find(scene, event.text)

    async def search_again(self, step: Searching, scene: Scene, note: str) -> Turn:
        return await self._search(scene, step, 0, note)

    async def categories(self, action: b.Browse, event: Tap, scene: Scene) -> Turn:
        """One page of categories."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        found = await self.browse.categories(account)
        page = min(action.page, screens.pages(len(found)) - 1)
        if not found:
            return Turn(browsing(scene), screens.empty(scene.t))
        shown = [
            (category.id, category.name or scene.t("Other"), category.count)
            for category in found[page * PAGE : (page + 1) * PAGE]
        ]
        return Turn(
            replace(browsing(scene), serva=account),
            screens.categories(scene.t, shown, page, len(found)),
        )

    async def category(self, action: b.OpenCategory, event: Tap, scene: Scene) -> Turn:
        """One page of a category."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        name, page = await self.browse.category(account, action.category, PAGE, action.page * PAGE)
        if not page.entries and action.page:
            # The category is shorter than it was when the button was made.
            return await self.category(b.OpenCategory(action.category), event, scene)
        if not page.entries:
            return await self.categories(b.Browse(), event, scene)
        screen = screens.category(
            scene.t,
            action.category,
            name or scene.t("Other"),
            self.choices(scene, account, page.entries),
            action.page,
            page.total,
        )
        return Turn(replace(browsing(scene), serva=account), screen)

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
        waiting = Searching("", order.details.link) if order.details.link else Resting()
        return Turn(replace(at(scene, waiting), serva=account), screen)

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
            if error.meaning.about_key:
                return self.front.refused(scene.session, scene.t, error)
            screen = main_screens.not_answering(scene.t, retry, error.request_id, error.text)
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
        if links := links_in(text):
            return await self._search(scene, beside(text, links[0]), 0, loose=True)
        if order := await self.orders.by_provider_order(scene.session.owner, text.strip()):
            # The card comes anew, at the bottom; where it was, its keys go.
            await self.orders.move_card(order.owner, order.id, None)
            if order.card_message:
                await scene.chat.strip(order.card_message)
            return Turn(at(scene))
        # Of a long text the beginning is searched, without the sign that it was cut.
        query = clean(text, limit=100).rstrip("…").rstrip()
        if not query:
            return await self.front.home(scene)
        step = scene.session.step
        waiting = step if isinstance(step, Searching) else Searching("")
        return await self._search(scene, replace(waiting, query=query), 0)

    async def _search(
        self, scene: Scene, step: Searching, page: int, note: str = "", *, loose: bool = False
    ) -> Turn:
        """Services for a typed word, or for a link, which waits for the one that is picked.

        `loose` lets words go that find nothing: those around a pasted link may be mere politeness.
        """
        account = await self.ready(scene, b.Results(page))
        session = at(scene, step)
        if isinstance(account, Turn):
            refused = isinstance(account.session.step, PastingKey)
            return account if refused else replace(account, session=session)
        query = await self._query(account, step)
        found = await self.browse.search(account, query, PAGE, page * PAGE)
        if not found.entries and page:
            # There are fewer of them than there were when the button was made.
            return await self._search(scene, step, 0, note)
        if not found.entries and loose and step.query:
            return await self._search(scene, replace(step, query=""), 0)
        session = replace(session, serva=account)
        if not found.entries:
            return Turn(session, screens.nothing_found(scene.t, step.query or step.link, note))
        choices = self.choices(scene, account, found.entries)
        screen = screens.results(
            scene.t, step.query, choices, page, found.total, link=step.link, note=note
        )
        return Turn(session, screen)

    async def _query(self, account: Account, step: Searching) -> str:
        """The typed words, on the link's site (in a spelling that is found) where there is one."""
        queries = [f"{site} {step.query}" for site in site_words(step.link)]
        queries += [step.query] if step.query or not queries else []
        for query in queries[:-1]:
            if (await self.browse.search(account, query, 1, 0)).total:
                return query
        return queries[-1]


def browsing(scene: Scene) -> Session:
    """The session between the services: a link that was pasted waits for one, nothing else."""
    step = scene.session.step
    if isinstance(step, Searching) and step.link:
        return at(scene, Searching("", step.link, step.quantity))
    return at(scene)


def beside(text: str, link: Link) -> Searching:
    """A link with what was typed beside it: "followers 1000 https://…" names all that is asked."""
    words = blank_links(text).split()
    numbers = [(word, number) for word in words if (number := parse_quantity(word))]
    quantity = None
    if len(numbers) == 1:
        word, quantity = numbers[0]
        words.remove(word)
    return Searching(clean(" ".join(words), limit=100), link.url, quantity)


def site_words(link: str) -> tuple[str, ...]:
    """What services for this address may be called: its site's names, or the site itself."""
    parsed = parse_link(link)
    if parsed is None:
        return ()
    host = re.split("[/?#:]", parsed.target_key)[0]
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if words := _SITES.get(".".join(labels[start:])):
            return words
    return (labels[-2],)
