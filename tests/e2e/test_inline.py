"""`@bot word` in any chat: one's own services, a harmless message, and the way to the service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from bot.sandbox.telegram import Inline, Person
from tests.e2e.conftest import Linked, link
from tests.e2e.shopping import ANN, good, home, newer, place, tap
from tests.e2e.world import OPERATOR, World

pytestmark = pytest.mark.usefixtures("kept_secret")

NAME = "Instagram Followers"
LINK = "https://t.me/sandbox_bot?start=service-"


async def ask(person: Person, query: str, offset: str = "") -> Inline:
    """Type behind the bot's name, and wait for the list."""
    asked = await person.inline(query, offset=offset)
    return await asked.answered(person.patience)


async def looks_around(person: Person) -> Person:
    """Browse once, so that the services are here."""
    await person.sees("Type a word")
    await tap(person, "Browse", "Categories")
    return person


@pytest.fixture
async def anna(linked: Linked) -> Person:
    """Ann with a key, who has browsed."""
    return await looks_around(linked.person)


@pytest.fixture
async def bob(world: World) -> Person:
    """Bob with a key of his own, ten percent cheaper than Ann's, who has browsed."""
    person = world.tg.person("Bob")
    await link(person, world.serva.account(balance="100", discount="0.10"))
    return await looks_around(person)


async def test_ones_own_services_at_ones_own_price(world: World, anna: Person, bob: Person) -> None:
    hers = (await ask(anna, "instagram followers")).article(NAME)
    his = await ask(bob, "instagram followers")
    assert not his.cached
    assert hers.description.startswith("Your rate: $0.89 per 1,000\nFrom 100 to ")
    assert his.article(NAME).description.startswith("Your rate: $0.801 per 1,000\n")
    call = world.tg.calls_of("answerInlineQuery")[-1]
    assert call.params["is_personal"] == "true"
    assert int(call.params["cache_time"]) <= 10


async def test_what_others_get_to_see_is_a_name_and_a_link(
    world: World, linked: Linked, anna: Person
) -> None:
    ann, bob = anna, world.tg.person("Bob")
    team = world.tg.group("Team", [ann, bob])
    asked = await ask(ann, NAME)
    picked = await ann.at(team).pick(asked, NAME)
    name, url = picked.text.split("\n")
    assert name == NAME
    assert url.startswith(LINK)
    assert [[button.to_api() for button in row] for row in picked.keyboard] == [
        [{"text": "Open", "url": url}]
    ]
    said = str(replace(asked.article(NAME), description=""))
    assert "$" not in said
    assert "25.50" not in said
    assert linked.account.key[-4:] not in said


async def test_the_message_opens_the_private_chat_at_that_service(
    world: World, anna: Person, bob: Person
) -> None:
    ann = anna
    team = world.tg.group("Team", [ann, bob])
    picked = await ann.at(team).pick(await ask(ann, NAME), NAME)
    ((button,),) = picked.keyboard
    await bob.send(f"/start {button.url.partition('?start=')[2]}")
    await bob.sees(NAME, "Your rate: $0.801 per 1,000", "Send the link")
    assert ann.at(team).from_bot == [], "the bot says nothing in the group"


async def test_picked_in_the_bots_own_chat_the_service_is_there(world: World, anna: Person) -> None:
    ann = anna
    await ann.pick(await ask(ann, NAME), NAME)
    await ann.sees(NAME, "Your rate: $0.89 per 1,000", "Send the link")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    await ann.sees("Total:")
    await place(world, ann)
    assert world.serva.adds[-1].params["link"] == ANN


async def test_a_pasted_link_of_the_bot_is_followed_and_not_ordered_for(
    world: World, anna: Person
) -> None:
    ann = anna
    url = (await ask(ann, NAME)).article(NAME).text.split("\n")[1]
    await ann.send(f"Look: {url}")
    await ann.sees(NAME, "Send the link")
    await ann.send(url.removeprefix("https://"))
    await ann.sees(NAME, "Send the link")


async def test_page_after_page(anna: Person) -> None:
    ann = anna
    seen: list[str] = []
    offset = ""
    for _ in range(20):
        asked = await ask(ann, "instagram", offset)
        assert len(asked.articles) <= 50
        seen += [article.id for article in asked.articles]
        offset = asked.next_offset
        if not offset:
            break
    assert not offset
    assert len(seen) == len(set(seen)) > 20
    assert (await ask(ann, "instagram", "999999999")).articles == ()
    for forged in ("-5", "x", "1e3", "٣" * 30):
        assert (await ask(ann, "instagram", forged)).articles


async def test_nothing_typed_yet_shows_what_people_order(anna: Person) -> None:
    asked = await ask(anna, "  ")
    assert asked.articles
    assert asked.next_offset == ""


async def test_nothing_is_found_and_nothing_is_said(anna: Person) -> None:
    before = anna.version
    asked = await ask(anna, "\u200b☂☂☂☂")
    assert (asked.articles, asked.button) == ((), "")
    assert anna.version == before


HOSTILE = (
    '"*-(){}:^',
    '" OR rowid NOT NULL --',
    "name : NEAR(a b) AND '; DROP TABLE people",
    "{0} {t.code} %s %(x)d \\",
    "<b>likes</b> & https://evil.test/?x=1",
    "\u202eservice-1\u2066\ud83d",
    "9" * 256,
    "likes " * 42,
    "ن" * 256,
    "👨\u200d👩\u200d👧" * 32,
    "e\u0301" * 128,
)


async def test_hostile_queries_are_answered_like_any_other(world: World, anna: Person) -> None:
    for typed in HOSTILE:
        asked = await ask(anna, typed.encode("utf-8", "replace").decode())
        assert asked.button == ""
        for article in asked.articles:
            assert LINK in article.text
    assert [call.error for call in world.tg.calls_of("answerInlineQuery")] == [""] * len(HOSTILE)
    assert (await ask(anna, NAME)).article(NAME)


async def test_whoever_has_no_key_is_led_to_where_one_is_linked(world: World, ann: Person) -> None:
    asked = await ask(ann, "likes")
    assert (asked.articles, asked.button) == ((), "Link a key")
    await ann.send(f"/start {asked.start}")
    await ann.sees("Paste your API key to begin.")


async def test_before_the_services_are_here_the_chat_is_where_they_come(
    world: World, linked: Linked
) -> None:
    asked = await ask(linked.person, "likes")
    assert (asked.articles, asked.button) == ((), "Open the chat")
    await linked.person.send(f"/start {asked.start}")
    await looks_around(linked.person)
    world.tg.clock.advance(seconds=11)
    assert (await ask(linked.person, "likes")).articles


async def test_a_key_finds_nothing_and_is_warned_about_once(
    world: World, linked: Linked, kept_secret: list[str]
) -> None:
    ann, key = linked.person, linked.account.key
    at_home = ann.screen
    for typed in (key[:-1], key, f"{key} ?"):
        asked = await ask(ann, typed)
        assert (asked.articles, asked.button) == ((), "")
    warning = await newer(ann, at_home, "looks like an API key", "without sending it")
    assert [screen for screen in ann.from_bot if "looks like" in screen.text] == [warning]
    await ann.press("Home", on=warning)
    await ann.sees("Type a word")


async def test_a_stranger_who_types_a_key_is_only_not_answered(world: World, ann: Person) -> None:
    asked = await ask(ann, "8f14e45fceea167a5a36dedd4bea2543")
    assert (asked.articles, asked.button) == ((), "")
    assert ann.from_bot == []


async def test_the_banned_find_nothing(world: World, anna: Person) -> None:
    olga = world.tg.person("Olga", id=OPERATOR)
    await olga.send("/admin")
    await olga.sees("People")
    await olga.press("People")
    await olga.press("Ann")
    await olga.press("Ban")
    await olga.sees("Banned.")
    asked = await ask(anna, "instagram followers")
    assert (asked.articles, asked.button) == ((), "")


async def test_a_closed_bot_offers_strangers_nothing(silent_world: World) -> None:
    silent_world.changes = {"access": "list"}
    await silent_world.start()
    asked = await ask(silent_world.tg.person("Bob"), "likes")
    assert (asked.articles, asked.button) == ((), "")


async def test_with_inline_mode_off_nobody_asks_for_it(silent_world: World) -> None:
    silent_world.tg.world.inline_mode = False
    await silent_world.start()
    ann = silent_world.tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Paste your API key")
    (call, *_) = silent_world.tg.calls_of("getUpdates")
    assert "inline_query" not in call.json("allowed_updates")


async def test_nothing_typed_there_is_written_down(world: World, anna: Person) -> None:
    await ask(anna, "zanzibar likes")
    files = [path for path in world.data.iterdir() if path.name.startswith("bot.sqlite3")]
    assert not [path.name for path in files if b"zanzibar" in path.read_bytes()]
    (update,) = [one for one in world.tg.world.updates.log if "inline_query" in one]
    path = f"file:{world.data / 'bot.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as db:
        kept = [number for (number,) in db.execute("SELECT update_id FROM inbox")]
    assert kept
    assert update["update_id"] not in kept


async def test_a_query_that_comes_twice_harms_nobody(world: World, anna: Person) -> None:
    await ask(anna, "likes")
    world.tg.repeat_update()
    calls = world.tg.calls_of
    await world.tg.until(lambda: len(calls("answerInlineQuery")) == 2)
    assert "query is too old" in calls("answerInlineQuery")[1].error
    await home(anna)


async def test_a_hanging_answer_holds_up_no_tap(world: World, anna: Person) -> None:
    world.tg.slow("answerInlineQuery", seconds=3, times=1)
    asked = await anna.inline("likes")
    await home(anna)
    assert asked.answered_at is None


async def test_a_hostile_name_stays_in_its_place(silent_world: World) -> None:
    world = silent_world
    hostile = "<b>Likes & \u202eevil\u2066 [x](y) @admin " + "👨‍👩‍👧" * 60
    world.serva.stock(good(hostile, code="666"))
    await world.start()
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account())
    await looks_around(ann)
    asked = await ask(ann, "evil")
    (article,) = asked.articles
    assert article.title.startswith("<b>Likes & evil")
    assert article.text.startswith("<b>Likes & evil [x](y) @admin")
    assert await ann.pick(asked, "<b>") is not None
    await ann.sees("<b>Likes & evil", "Send the link")


async def test_letter_by_letter_the_last_word_is_answered(anna: Person) -> None:
    typed = [await anna.inline("instagram followers"[:end]) for end in range(1, 20)]
    last = await typed[-1].answered(8)
    assert last.article(NAME)
