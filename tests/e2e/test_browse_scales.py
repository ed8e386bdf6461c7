"""Of 5,000 services in 300 categories every one is at most 12 taps away, a popular one 5."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from bot.conversations.choose import MANY, Choose
from bot.conversations.dialogue import Scene, Turn
from bot.domain.catalogue import CatalogueError, Service, service_from
from bot.domain.event import Origin, Person, Tap
from bot.domain.money import Money
from bot.domain.platforms import Aim, Sorting
from bot.domain.session import Account, Session
from bot.sandbox.catalogue import generate
from bot.screens import buttons as b
from bot.screens.catalogue import NUMBERS
from bot.texts.words import Texts
from bot.usecases.browse import Browse
from bot.usecases.shelves import Shelves
from storage import catalogues, shelves
from storage.database import Database
from storage.migrate import migrate
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient
from tests.e2e.shopping import open_service, place, tap
from tests.e2e.world import World

ANYWHERE, POPULAR = 12, 5
OWNER = 7
ENGLISH = Texts().of("en")


@pytest.fixture
async def large(silent_world: World) -> World:
    """The bot before a Serva with 5,000 services in 300 categories."""
    silent_world.serva.stock(*generate(5000))
    await silent_world.start()
    return silent_world


@pytest.fixture
async def ann(large: World) -> Linked:
    """Ann before it, with $500."""
    return await link(large.tg.person("Ann"), large.serva.account(balance="500"))


async def test_browse_begins_with_the_platforms(large: World, ann: Linked) -> None:
    person = ann.person
    screen = await tap(person, "Browse", "What is it for?")
    assert screen.labels[0] == "Popular"
    assert screen.labels[1].startswith("Instagram · ")
    assert screen.labels[-2:] == ("All categories: 300", "Home")
    screen = await tap(person, "Instagram · ", "What would you like more of?")
    assert screen.labels[0].startswith("Comments · ")
    screen = await tap(person, "Likes · ", "Instagram · Likes", "Page 1/")
    assert screen.rows[-2] == ("As at Serva ✓", "By price", "My usual")
    screen = await tap(person, "Page 1/", "Which page?")
    last = screen.rows[-2][-1]
    await tap(person, last, f"Page {last}/{last}")
    await tap(person, "Back", "What would you like more of?")
    await tap(person, "Back", "What is it for?")
    screen = await tap(person, "All categories: 300", "Categories", "Page 1/38")
    assert screen.rows[8:] == (("Page 1/38", "Next"), ("Back", "Home"))
    await tap(person, "Page 1/38", "Which page?")
    screen = await tap(person, "20", "Page 20/38")
    assert screen.rows[8] == ("Previous", "Page 20/38", "Next")
    await tap(person, "Page 20/38", "Which page?")
    await tap(person, "Back", "Page 20/38")
    await tap(person, "Back", "What is it for?")
    screen = await tap(person, "Everything else · ", "Categories", "Page 1/")
    assert screen.rows[-1] == ("Back", "Home")


async def test_a_list_is_sorted_as_its_keys_say(large: World, ann: Linked) -> None:
    person = ann.person
    await open_service(person, "متابعين سناب شات | الأرخص")
    await person.send("https://snapchat.com/add/ann")
    await person.sees("How many?")
    await person.send("50")
    await person.sees("Total:")
    await place(large, person)
    await person.send("/start")
    await person.sees("Type a word, or paste a link.")
    await tap(person, "Browse", "What is it for?")
    await tap(person, "Snapchat · ", "What would you like more of?")
    first = await tap(person, "Followers · ", "Snapchat · Followers")
    screen = await tap(person, "By price", "Snapchat · Followers", "Page 1/")
    while "By price ✓" not in screen.labels:
        await person.changed(person.version)
        screen = person.screen
    prices = [Decimal(label.rpartition("$")[2].replace(",", "")) for label in screen.labels[:8]]
    assert prices == sorted(prices)
    await person.press("My usual")
    while "My usual ✓" not in person.screen.labels:
        await person.changed(person.version)
    assert person.screen.labels[0].startswith("متابعين سناب شات | الأرخص")
    await person.press("As at Serva")
    while person.screen.rows != first.rows:
        await person.changed(person.version)


async def test_a_category_is_sorted_too(large: World, ann: Linked) -> None:
    person = ann.person
    await person.press("Browse")
    await person.press("All categories: 300")
    await person.press("Instagram · 14")
    await person.sees("Your price", "Page 1/2")
    await person.press("By price")
    while "By price ✓" not in person.screen.labels:
        await person.changed(person.version)
    first = person.screen
    await tap(person, "Next", "Page 2/2")
    labels = [*first.labels[:8], *person.screen.labels[:6]]
    prices = [Decimal(label.rpartition("$")[2].replace(",", "")) for label in labels]
    assert prices == sorted(prices)


async def test_a_popular_service_is_five_taps_from_home_with_its_order(
    large: World, ann: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people here order most stands first, whoever they are."""
    impatient(monkeypatch)
    bob = (await link(large.tg.person("Bob"), large.serva.account(balance="500"))).person
    for name in ("a", "b"):
        await open_service(bob, "متابعين سناب شات | الأرخص")
        await bob.send(f"https://snapchat.com/add/{name}")
        await bob.sees("How many?")
        await bob.send("50")
        await bob.sees("Total:")
        await place(large, bob)
        await bob.send("/start")
        await bob.sees("Type a word, or paste a link.")
    person, taps = ann.person, 0
    for label, seen in (
        ("Browse", "What is it for?"),
        ("Popular", "Popular"),
        ("متابعين سناب شات | الأرخص", "Send the link"),
    ):
        await tap(person, label, seen)
        taps += 1
    await person.send("https://snapchat.com/add/ann")
    await person.sees("How many?")
    await person.press(person.screen.buttons[0])
    await person.sees("Total:")
    await place(large, person)
    taps += 2
    assert taps <= POPULAR


async def test_old_keys_of_a_shorter_list_lead_somewhere(large: World, ann: Linked) -> None:
    person = ann.person
    screen = await tap(person, "Browse", "What is it for?")
    await person.tap_raw(screen, b.pack(b.Browse(3)))  # a page of categories from before
    await person.sees("Categories", "Page 4/38")
    await person.tap_raw(screen, b.pack(b.Categories(10**17)))
    await person.sees("Categories", "Page 38/38")
    await person.tap_raw(screen, b.pack(b.Shelf("instagram", "likes", "price", 10**17)))
    await person.sees("Instagram · Likes", "Page 1/")
    await person.tap_raw(screen, b.pack(b.Shelf("nowhere", "nothing", "never")))
    await person.sees("Everything else")
    await person.tap_raw(screen, b.pack(b.SortCategory(10**17, "price", 5)))
    await person.sees("That is not there any more.")
    await person.tap_raw(screen, b.pack(b.PageNumbers("ok-abc", 0, 3)))
    await person.sees("That button is out of date.")
    await person.tap_raw(screen, b.pack(b.Platform("nowhere")))
    await person.sees("That is not there any more.", "Page 1/38")


# ---- every service, by what the screens offer and not by what is known of them ----


@dataclass
class Walker:
    """Somebody who taps through the dialogue without Telegram between."""

    choose: Choose
    session: Session

    async def tap(self, data: str) -> list[str]:
        """The keys of the screen that a key leads to."""
        action = b.unpack(data)
        assert action is not None
        handler = self.choose.table.taps[type(action)]
        event = Tap(Origin(self.session.person, OWNER, True), 1, "1", data)
        scene = Scene(self.session, None, ENGLISH, 0)  # type: ignore[arg-type]
        turn: Turn = await handler(action, event, scene)
        assert turn.screen is not None
        return [key.data for row in turn.screen.rows for key in row if key.data]


@cache
def services() -> list[Service]:
    """What there is to reach; one of the goods has no name that anybody could see."""
    read = []
    for entry in generate(5000):
        try:
            read.append(service_from(entry.row(entry.rate)))
        except CatalogueError:
            continue
    return read


@pytest.fixture
async def walker(tmp_path: Path) -> AsyncIterator[Walker]:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        found = services()
        rows, stood = catalogues.prepare(found), shelves.prepare(found)

        async def store(tx) -> int:  # type: ignore[no-untyped-def]
            catalogue = await catalogues.store(tx, "digest", rows, 0)
            await shelves.sort_in(tx, stood)
            return catalogue

        account = Account(
            1, OWNER, "serva", "f", "a91f", Money(Decimal(9)), catalogue=await db.write(store)
        )
        choose = Choose(None, Browse(db), Shelves(db), None, None, None)  # type: ignore[arg-type]
        yield Walker(choose, Session(Person(OWNER, "Ann"), serva=account))


async def test_every_service_is_within_reach_of_a_thumb(walker: Walker) -> None:
    """The first tap is Browse; no other knowledge than what the keys lead to, nearest first."""
    reached: dict[int, int] = {}
    seen = {b.pack(b.Browse())}
    ahead = deque([(b.pack(b.Browse()), 1)])
    while ahead and len(reached) < len(services()):
        data, taps = ahead.popleft()
        for key in await walker.tap(data):
            action = b.unpack(key)
            if isinstance(action, b.OpenService):
                reached.setdefault(action.service, taps + 1)
            elif key not in seen and _leads_on(action):
                seen.add(key)
                ahead.append((key, taps + 1))
    assert len(reached) == len(services()) == 4999
    assert max(reached.values()) <= ANYWHERE
    assert sorted(reached.values())[len(reached) // 2] <= 6


def _leads_on(action: b.Action | None) -> bool:
    """Other orders of the same lists, and the same numbers again, only take longer to look at."""
    match action:
        case b.Shelf():
            return action.sorting == Sorting.SERVA
        case b.PageNumbers():
            return action.page % NUMBERS == 0
        case _:
            return isinstance(action, b.Categories | b.OpenCategory | b.Platform | b.Popular)


async def test_few_categories_are_shown_as_they_are(walker: Walker) -> None:
    assert MANY >= 38  # the usual shop's
    keys = await walker.tap(b.pack(b.Browse()))
    assert b.pack(b.Categories()) in keys
    shelf = await walker.tap(b.pack(b.Shelf("telegram", Aim.VOTES)))
    assert b.pack(b.Platform("telegram")) in shelf
