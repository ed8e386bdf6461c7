"""Finding a service among thousands: platforms, categories, pages, and what a search found.

Ann   taps Browse
Bot   Categories, page 1/5          [Instagram · 42] [TikTok · 31] …
Ann   taps Instagram · 42
Bot   Instagram, page 1/6           [Instagram Followers · $0.89] …

Where there are many categories:

Ann   taps Browse
Bot   What is it for?               [Popular] [Instagram · 900] [TikTok · 663] … [All categories]
Ann   taps Instagram · 900
Bot   What would you like more of?  [Followers · 192] [Likes · 250] …
Ann   taps Followers · 192
Bot   Instagram · Followers         [Instagram Followers · $0.89] … [Page 1/24] [By price] …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.draft import PastingKey, Resting, Searching
from bot.domain.event import Tap
from bot.domain.money import Money
from bot.domain.order_ids import order_ids
from bot.domain.platforms import OTHER, PLATFORMS, Aim, Sorting, Thing, address_of, fits, wish_of
from bot.domain.search import quantity_in
from bot.domain.session import Account, Session
from bot.screens import buttons as b
from bot.screens import catalogue as screens
from bot.screens import main as main_screens
from bot.screens import typed as typed_screens
from bot.screens.catalogue import ALL, PAGE, Choice
from bot.screens.layout import priced
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.usecases.browse import Browse, Category, Entry, Page
from bot.usecases.follow import Follow
from bot.usecases.refresh_catalogues import CallRefused, ProviderError, RefreshCatalogues
from bot.usecases.shelves import Shelves

RECENT = 6
MANY = 40
"""More categories than this are not leafed through: Browse begins with the platforms."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The dialogue that ends with a service."""

    places: Places
    browse: Browse
    shelves: Shelves
    catalogues: RefreshCatalogues
    orders: Follow
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.Choose: self.choose,
                b.Browse: self.categories,
                b.Categories: self.all_categories,
                b.OpenCategory: self.category,
                b.SortCategory: self.category,
                b.Platform: self.platform,
                b.Shelf: self.shelf,
                b.Popular: self.popular,
                b.PageNumbers: self.page_numbers,
                b.Results: self.results,
                b.LinkAim: self.link_aim,
                b.Similar: self.similar_tap,
            },
            again={Searching: self.search_again},
        )

    async def choose(self, action: b.Choose, event: Tap, scene: Scene) -> Turn:
        return await self.choice(scene)

    async def choice(self, scene: Scene) -> Turn:
        """Recent services, or the catalogue."""
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

    # ---- platforms, categories, services ----

    async def categories(self, action: b.Browse, event: Tap, scene: Scene) -> Turn:
        return await self.open_categories(scene, action)

    async def all_categories(self, action: b.Categories, event: Tap, scene: Scene) -> Turn:
        return await self.open_categories(scene, action)

    async def open_categories(
        self, scene: Scene, action: b.Browse | b.Categories, note: str = ""
    ) -> Turn:
        """One page of categories; where there are too many of them, the platforms first."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        found = await self.browse.categories(account)
        if not found:
            return Turn(browsing(scene), screens.empty(scene.t))
        if len(found) <= MANY:
            return self._categories(scene, account, found, b.Browse(action.page), note)
        if isinstance(action, b.Categories) or action.page or note:
            return self._categories(scene, account, found, b.Categories(action.page), note)
        counts = await self.shelves.platforms(account)
        screen = screens.platforms(scene.t, counts, len(found))
        return Turn(replace(browsing(scene), serva=account), screen)

    async def category(
        self, action: b.OpenCategory | b.SortCategory, event: Tap, scene: Scene
    ) -> Turn:
        return await self.open_category(scene, action)

    async def open_category(
        self, scene: Scene, action: b.OpenCategory | b.SortCategory, note: str = ""
    ) -> Turn:
        """One page of a category; where there is none such, the categories that there are."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        sorting = _sorting(action.sorting) if isinstance(action, b.SortCategory) else Sorting.SERVA
        name, page = await self.shelves.in_category(
            account, action.category, sorting, PAGE, action.page * PAGE
        )
        if not page.entries and action.page:
            # The category is shorter than it was when the button was made.
            return await self.open_category(scene, replace(action, page=0), note)
        if not page.entries:
            return await self.open_categories(
                scene, b.Browse(), scene.t("That is not there any more.")
            )
        screen = screens.category(
            scene.t,
            action.category,
            name or scene.t("Other"),
            self.choices(scene, account, page.entries),
            action.page,
            page.total,
            note,
            sorting,
        )
        return Turn(replace(browsing(scene), serva=account), screen)

    async def platform(self, action: b.Platform, event: Tap, scene: Scene) -> Turn:
        """What there is for a platform; of the rest, the categories."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        if action.platform == OTHER:
            found = await self.shelves.categories(account)
            if found:
                return self._categories(scene, account, found, action)
        counts = await self.shelves.aims(account, action.platform)
        if not counts:
            return await self.open_categories(
                scene, b.Browse(), scene.t("That is not there any more.")
            )
        if len(counts) == 1 or sum(counts.values()) <= PAGE:
            return await self._shelf(scene, account, b.Shelf(action.platform, ALL))
        screen = screens.aims(scene.t, action.platform, counts)
        return Turn(replace(browsing(scene), serva=account), screen)

    async def shelf(self, action: b.Shelf, event: Tap, scene: Scene) -> Turn:
        """One page of what a platform has of one aim."""
        account = await self.ready(scene, action)
        return account if isinstance(account, Turn) else await self._shelf(scene, account, action)

    async def popular(self, action: b.Popular, event: Tap, scene: Scene) -> Turn:
        """What people here order most."""
        account = await self.ready(scene, action)
        if isinstance(account, Turn):
            return account
        choices = self.choices(scene, account, await self.shelves.popular(account, PAGE))
        if not choices:
            return await self.open_categories(scene, b.Browse())
        return Turn(replace(browsing(scene), serva=account), screens.popular(scene.t, choices))

    async def page_numbers(self, action: b.PageNumbers, event: Tap, scene: Scene) -> Turn:
        """The numbers of a long list's pages."""
        if b.at_page(action, action.page) is None:
            return Turn(scene.session, back=Back(scene.t("That button is out of date.")))
        return Turn(scene.session, screens.page_numbers(scene.t, action))

    # ---- what a search found ----

    async def results(self, action: b.Results, event: Tap, scene: Scene) -> Turn:
        """Another page of what was typed last."""
        step = scene.session.step
        if not isinstance(step, Searching):
            return await self.front.home(scene, scene.t("Type the word again, please."))
        return await self.search(scene, step, action.page)

    async def link_aim(self, action: b.LinkAim, event: Tap, scene: Scene) -> Turn:
        """Only what brings the pasted link one thing, or all again."""
        step = scene.session.step
        if not isinstance(step, Searching) or not step.link:
            return Turn(scene.session, back=Back(scene.t("That screen is out of date.")))
        aim = action.aim if action.aim in set(Aim) else ""
        return await self.search(scene, replace(step, query="", aim=aim))

    async def search_again(self, step: Searching, scene: Scene, note: str) -> Turn:
        return await self.search(scene, step, note=note)

    async def search(
        self, scene: Scene, step: Searching, page: int = 0, note: str = "", *, loose: bool = False
    ) -> Turn:
        """Services for a typed word, or for a link, which waits for the one that is picked.

        What a link leads to that does not say so is asked first.
        `loose` lets words go that find nothing: those around a pasted link may be mere politeness.
        """
        account = await self.ready(scene, b.Results(page))
        session = at(scene, step)
        if isinstance(account, Turn):
            return kept(account, session)
        session = replace(session, serva=account)
        things = _may_be(step)
        if things:
            return Turn(session, typed_screens.what_link(scene.t, step.link, things, note))
        found = await self.found(account, step, page)
        if not found.entries and page:
            # There are fewer of them than there were when the button was made.
            return await self.search(scene, step, 0, note)
        if (found.near or not found.entries) and loose and step.query:
            return await self.search(scene, replace(step, query=""), note=note)
        counted = _counted(step)
        if counted is not None and (found.near or not found.entries):
            # Nothing is called so, number and all: then it is how many.
            meant = await self.found(account, counted)
            if meant.entries and not meant.near:
                return await self.search(scene, counted, note=note)
        if not found.entries:
            typed = step.query or step.link
            an_id = any(map(str.isdigit, step.query)) and bool(order_ids(step.query))
            return Turn(session, screens.nothing_found(scene.t, typed, note, an_id=an_id))
        screen = screens.results(
            scene.t,
            step.query,
            self.choices(scene, account, found.entries),
            page,
            found.total,
            link=step.link,
            quantity=step.quantity,
            aims=() if step.query else await self._aims(account, step),
            aim=step.aim,
            near=found.near,
            note=note,
            more=len(step.more),
            counted=counted.quantity if counted and wish_of(counted.query).aims else None,
        )
        return Turn(session, screen)

    async def found(self, account: Account, step: Searching, page: int = 0) -> Page:
        """One page of what is searched for; of a link's platform where there is one."""
        part = (PAGE, page * PAGE)
        if not step.link:
            return await self.browse.search(account, step.query, *part)
        address = address_of(step.link)
        if not step.query:
            aims = (Aim(step.aim),) if step.aim else _link_aims(step)
            if address.known:
                return await self.shelves.for_link(account, address.platform, aims, *part)
            named = await self.browse.search(account, address.platform, *part)
            if named.entries and not named.near:
                return named
            return await self.shelves.for_link(account, "website", aims, *part)
        wish = wish_of(step.query)
        meant = Page((), 0)
        if address.known and wish.aims and wish.platform in ("", address.platform):
            meant = await self.shelves.for_link(account, address.platform, wish.aims, *part)
        if meant.entries and not wish.rest:
            return meant
        there = await self.browse.search(account, f"{address.platform} {step.query}", *part)
        if there.entries and not there.near:
            return there
        if meant.entries:
            return meant  # and not what other sites have of it
        anywhere = await self.browse.search(account, step.query, *part)
        return there if anywhere.near and there.entries else anywhere

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

    # ---- what others need, too ----

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

    def _categories(
        self,
        scene: Scene,
        account: Account,
        found: Sequence[Category],
        action: b.Browse | b.Categories | b.Platform,
        note: str = "",
    ) -> Turn:
        """The page of categories that an action shows, or the last one."""
        page = min(action.page, screens.pages(len(found)) - 1)
        shown = [
            (category.id, category.name or scene.t("Other"), category.count)
            for category in found[page * PAGE : (page + 1) * PAGE]
        ]
        screen = screens.categories(
            scene.t,
            shown,
            page,
            len(found),
            note,
            shown_by=None if isinstance(action, b.Browse) else replace(action, page=page),
        )
        return Turn(replace(browsing(scene), serva=account), screen)

    async def _shelf(self, scene: Scene, account: Account, action: b.Shelf) -> Turn:
        aims = (Aim(action.aim),) if action.aim in set(Aim) else tuple(Aim)
        action = replace(
            action,
            platform=action.platform if action.platform in PLATFORMS else OTHER,
            aim=action.aim if len(aims) == 1 else ALL,
            sorting=_sorting(action.sorting),
        )
        page = await self.shelves.on_shelf(
            account, action.platform, aims, Sorting(action.sorting), PAGE, action.page * PAGE
        )
        if not page.entries and action.page:
            return await self._shelf(scene, account, replace(action, page=0))
        if not page.entries:
            return await self.open_categories(
                scene, b.Browse(), scene.t("That is not there any more.")
            )
        choices = self.choices(scene, account, page.entries)
        screen = screens.shelf(scene.t, action, choices, page.total)
        return Turn(replace(browsing(scene), serva=account), screen)

    async def _aims(self, account: Account, step: Searching) -> tuple[Aim, ...]:
        """What the pasted link can be brought here."""
        address = address_of(step.link) if step.link else None
        if address is None or not address.known:
            return ()
        return await self.shelves.link_aims(account, address.platform, _link_aims(step))


def kept(turn: Turn, session: Session) -> Turn:
    """The turn that says why there is no catalogue, with what was typed kept for another try."""
    refused = isinstance(turn.session.step, PastingKey)
    return turn if refused else replace(turn, session=session)


def browsing(scene: Scene) -> Session:
    """The session between the services: a link that was pasted waits for one, nothing else."""
    step = scene.session.step
    if isinstance(step, Searching) and step.link:
        return at(scene, replace(step, query="", aim=""))
    return at(scene)


def _link_aims(step: Searching) -> tuple[Aim, ...]:
    """What the pasted link can be brought, the likeliest first."""
    return fits(Thing(step.thing) if step.thing else address_of(step.link).thing)


def _may_be(step: Searching) -> tuple[Thing, ...]:
    """What the pasted link may lead to, where only the person knows and nothing else says it."""
    address = address_of(step.link)
    unsaid = not (step.thing or step.query or step.aim)
    if unsaid and address.known and address.thing is Thing.UNKNOWN:
        return PLATFORMS[address.platform].things
    return ()


def _counted(step: Searching) -> Searching | None:
    """What was typed, with the one number in it as how many; None where it has none."""
    words, quantity = quantity_in(step.query)
    if not words or quantity is None or step.quantity is not None:
        return None
    return replace(step, query=words, quantity=quantity)


def _sorting(word: str) -> Sorting:
    """The order that a button asks for; Serva's for anything else."""
    return Sorting(word) if word in set(Sorting) else Sorting.SERVA
