"""Choosing: categories, pages, words and links, in the person's own prices and language."""

from __future__ import annotations

import pytest

from bot.sandbox.catalogue import Good
from bot.sandbox.goods import HOSTILE_CATEGORY
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import readable
from bot.screens import buttons as b
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import ordered
from tests.e2e.shopping import ANN, good, newer, one_screen, open_service, place, tap
from tests.e2e.world import World

GAMES = "شحن ألعاب متنوعة"


async def test_categories_are_leafed_through_from_the_first_page_to_the_last(
    linked: Linked,
) -> None:
    ann = linked.person
    await ann.press("Browse")
    first = await ann.sees("Categories", "Page 1/5")
    assert first.rows[0] == ("Instagram · 14",)
    assert first.rows[8:] == (("Next",), ("Home",))
    await ann.press("Next")
    second = await ann.sees("Page 2/5")
    assert second.rows[8:] == (("Previous", "Next"), ("Home",))
    assert second.message_id == first.message_id
    for page in (3, 4, 5):
        await ann.press("Next")
        last = await ann.sees(f"Page {page}/5")
    assert last.rows[-2:] == (("Previous",), ("Home",))
    assert len(last.rows) == 38 - 4 * 8 + 2
    await ann.press("Previous")
    await ann.sees("Page 4/5")


async def test_a_category_of_several_pages_goes_back_to_the_categories(linked: Linked) -> None:
    ann = linked.person
    await ann.press("Browse")
    await ann.press(f"{GAMES} · 21")
    first = await ann.sees(GAMES, "Your price is beside each service.", "Page 1/3")
    assert first.rows[0] == ("Mobile Legends 86 Diamonds · $1.45",)
    below = (("As at Serva ✓", "By price", "My usual"), ("Back", "Share", "Home"))
    assert first.rows[8:] == (("Next",), *below)
    await tap(ann, "Next", "Page 2/3")
    last = await tap(ann, "Next", "Page 3/3")
    assert len(last.rows) == 21 - 2 * 8 + 3
    assert last.rows[-3:] == (("Previous",), *below)
    await ann.press("Back")
    await ann.sees("Categories", "Page 1/5")


async def test_a_page_that_was_never_there_shows_one_that_is(linked: Linked) -> None:
    ann = linked.person
    await ann.press("Browse")
    screen = await ann.sees("Categories")
    await ann.tap_raw(screen, b.pack(b.Browse(10**17)))
    await ann.sees("Categories", "Page 5/5")
    for page in (4, 3, 2, 1):
        await tap(ann, "Previous", f"Page {page}/5")
    screen = await tap(ann, GAMES, "Page 1/3")
    category = screen.button("Next").data.split(":")[1]
    await ann.press("Next")
    await ann.sees("Page 2/3")
    await ann.tap_raw(screen, b.pack(b.OpenCategory(int(category), 10**17)))
    await ann.sees(GAMES, "Page 1/3")
    await ann.tap_raw(screen, b.pack(b.OpenCategory(10**17, 3)))
    await ann.sees("Categories", "Page 1/5")
    await ann.send("followers")
    screen = await ann.sees("found.", "Page 1/")
    await ann.press("Next")
    await ann.sees("Page 2/")
    await ann.tap_raw(screen, b.pack(b.Results(10**17)))
    await ann.sees("found.", "Page 1/")


async def test_two_people_see_their_own_rates_and_never_each_others(
    world: World, linked: Linked
) -> None:
    ann, bob = linked.person, world.tg.person("Bob")
    await link(bob, world.serva.account(balance="100", discount="0.10"))
    for person, listed, rate, total in (
        (ann, "$0.89", "Your rate: $0.89 per 1,000", "$0.89"),
        (bob, "$0.80", "Your rate: $0.801 per 1,000", "$0.81"),
        (ann, "$0.89", "Your rate: $0.89 per 1,000", "$0.89"),
    ):
        await person.send("/start")
        await person.press("Browse")
        await person.press("Instagram ·")
        page = await person.sees("Your price")
        assert page.button("Instagram Followers").label.startswith(
            f"Instagram Followers · {listed}"
        )
        await person.press("Instagram Followers")
        await person.sees(rate)
        await person.send(ANN)
        screen = await person.sees("How many?")
        assert screen.button("1,000").label == f"1,000 · {total}"
    assert "0.801" not in ann.chat
    assert "0.89" not in bob.chat


async def test_names_come_in_the_language_of_the_person(world: World, linked: Linked) -> None:
    ann, omar = linked.person, world.tg.person("Omar", language_code="ar")
    await link(omar, world.serva.account())
    word = "PUBG Mobile 60 UC"
    for person, name in ((ann, word), (omar, "شدات ببجي | 60 شدة")):
        await person.send(word)
        screen = await person.sees(f": {word}")
        assert readable(screen.buttons[0].label) == f"{name} · $0.88"
        await person.press(screen.buttons[0])
        assert (await person.sees(name, "5123456789")).text.startswith(name)
    # Without a name in somebody's language the usual one stands.
    await tap(ann, "Home", "Type a word, or paste a link.")
    await ann.send("جواهر 210")
    assert (await ann.sees("1 service found.")).find("💎 جواهر فري فاير | 210 جوهرة · $1.85")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("fEMALE instagram", "Female Instagram Followers | High quality"),
        ("quality 30-day female", "Female Instagram Followers | High quality"),
        ("𝗙𝗲𝗺𝗮𝗹𝗲 followers", "Female Instagram Followers | High quality"),
        ("Shahid VIP", "Shahid VIP 1 month"),
        ("انستقرام بنات عالية", "Female Instagram Followers | High quality"),
        ("إنستقرام بَنــات عاليه", "Female Instagram Followers | High quality"),
        ("ببجى ٦٠ شده", "PUBG Mobile 60 UC"),
        ("5200", "PUBG Mobile 60 UC"),
        ("  pubg\n60  UC ", "PUBG Mobile 60 UC"),
    ],
)
async def test_typed_words_find_services_however_they_are_written(
    linked: Linked, typed: str, name: str
) -> None:
    ann = linked.person
    await ann.send(typed)
    screen = await ann.sees("found.", f"You typed: {' '.join(typed.split())}")
    assert screen.find(name), screen.labels


async def test_results_are_leafed_through(linked: Linked) -> None:
    ann = linked.person
    await ann.send("telegram")
    first = await ann.sees("services found.", "You typed: telegram", "Page 1/")
    assert first.rows[8:] == (("Next",), ("Back", "Home"))
    await ann.press("Next")
    second = await ann.sees("You typed: telegram", "Page 2/")
    assert second.rows[8] == ("Previous", "Next")
    assert not set(first.rows[:8]) & set(second.rows[:8])
    await ann.press("Previous")
    assert (await ann.sees("Page 1/")).rows == first.rows


async def test_nothing_found_says_so_and_offers_the_catalogue(linked: Linked) -> None:
    ann = linked.person
    await ann.send("<u>qzqzqz</u> & wxwxwx")
    screen = await ann.sees("Nothing found for <u>qzqzqz</u> & wxwxwx.")
    assert screen.rows == (("Browse", "Home"),)
    await ann.press("Browse")
    await ann.sees("Categories")


@pytest.mark.parametrize(
    ("pasted", "shown", "service"),
    [
        (
            "https://www.instagram.com/ann/?igsh=x",
            "https://www.instagram.com/ann/",
            "VIP Instagram",
        ),
        ("look: https://tiktok.com/@ann 🙂", "https://tiktok.com/@ann", "TikTok Followers"),
        ("HTTPS://X.com/ann/status/1?s=20", "https://x.com/ann/status/1", "X Likes"),
        ("t.me/ann", "https://t.me/ann", "Telegram Channel Members"),
        ("https://kick.com/ann", "https://kick.com/ann", "Kick Followers"),
    ],
)
async def test_a_pasted_link_offers_the_services_of_its_site_and_waits_for_one(
    linked: Linked, pasted: str, shown: str, service: str
) -> None:
    ann = linked.person
    await ann.send(pasted)
    screen = await ann.sees("services found.", f"Link: {shown}")
    assert screen.find(service), screen.labels
    await ann.press(service)
    await ann.sees(service, f"Link: {shown}", "How many?")


async def test_a_link_new_to_the_bot_takes_three_taps_and_one_message(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(ANN)
    await ann.sees("services found.")
    await ann.press("Instagram Followers · $0.89")
    await ann.press("1,000 ·")
    call = await place(world, ann)
    assert call.params == {"service": "1234", "link": ANN, "quantity": "1000"}


async def test_browsing_to_an_order_takes_five_taps_and_one_message(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.press("Browse")
    await ann.press("Instagram ·")
    await ann.press("Instagram Followers ·")
    await ann.sees("Send the link")
    await ann.send(ANN)
    await ann.press("1,000 ·")
    await place(world, ann)


async def test_searching_to_an_order_takes_three_taps_and_two_messages(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send("followers")
    await ann.press("Instagram Followers ·")
    await ann.sees("Send the link")
    await ann.send(ANN)
    await ann.press("1,000 ·")
    await place(world, ann)


async def test_a_link_waits_while_its_service_is_looked_for(linked: Linked) -> None:
    ann = linked.person
    await ann.send(ANN)
    await ann.sees("services found.", f"Link: {ANN}")
    await ann.send("likes")  # narrows what was found for the link
    narrowed = await ann.sees("You typed: likes", f"Link: {ANN}")
    assert all("Likes" in row[0] or "لايكات" in row[0] for row in narrowed.rows[:8])
    await ann.send_sticker()
    await ann.sees("I cannot read that.", "You typed: likes", f"Link: {ANN}")
    await ann.send("pubg")  # nothing of the link's site, so of any
    await ann.sees("You typed: pubg", f"Link: {ANN}")
    await ann.press("Back")
    await ann.sees("Categories")
    await ann.press("Instagram ·")
    await ann.sees("Your price")
    await ann.press("Instagram Followers ·")
    await ann.sees(f"Link: {ANN}", "How many?")
    await ann.press("Home")
    await ann.sees("Type a word, or paste a link.")
    await open_service(ann, "Instagram Followers")
    await ann.sees("Send the link")


async def test_a_link_to_a_site_that_no_service_names_is_a_web_site(linked: Linked) -> None:
    ann = linked.person
    await ann.send("https://blog.nobody.org/post")
    found = await ann.sees("services found.", "Link: https://blog.nobody.org/post")
    assert found.rows[0][0].startswith("Website Visits from Google")
    await tap(ann, "Back", "Page 1/5")
    for page in (2, 3, 4):
        await tap(ann, "Next", f"Page {page}/5")
    await ann.press("مواقع وسيو SEO")
    await ann.press("Website Visits from Google")
    await ann.sees("Link: https://blog.nobody.org/post", "How many?")


async def test_order_offers_what_was_ordered_lately(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send("/order")
    screen = await ann.sees("What would you like to order?")
    assert screen.rows == (("Mass order",), ("Browse", "Home"))
    await ann.send("/order pubg 60")
    await ann.sees("You typed: pubg 60")
    await ann.press("PUBG Mobile 60 UC")
    await ann.sees("For example: 5123456789")
    await ann.send("5123456789")
    await place(world, ann)
    await ann.send("/order")
    screen = await ann.sees("What would you like to order?")
    assert screen.rows == (("PUBG Mobile 60 UC · $0.88",), ("Mass order",), ("Browse", "Home"))
    await ann.press("PUBG Mobile 60 UC")
    await ann.sees("PUBG Mobile 60 UC", "Your rate: $0.88")


async def test_a_catalogue_without_services_is_no_error(world: World, linked: Linked) -> None:
    for row in list(world.serva.goods):
        world.serva.remove(row.code)
    ann = linked.person
    await ann.press("Browse")
    screen = await ann.sees("Serva shows no services for your account.")
    assert screen.labels[-1] == "Home"
    await ann.send("followers")
    await ann.sees("Nothing found for followers.")
    await ann.send(ANN)
    await ann.sees(f"Nothing found for {ANN}.")


@pytest.mark.parametrize("fault", ["html_502", "junk_json", "drop_before", "truncated"])
async def test_serva_that_does_not_answer_at_first_is_asked_again(
    world: World, linked: Linked, fault: str
) -> None:
    ann = linked.person
    world.serva.fault(fault, "services", times=None)
    await ann.press("Browse")
    screen = await ann.sees("Serva is not answering right now.", "nothing was lost")
    assert screen.labels[0] == "Try again"
    await ann.press("Try again")
    await ann.sees("Serva is not answering right now.")
    world.serva.faults.clear()
    await ann.press("Try again")
    await ann.sees("Categories")


async def test_what_was_typed_while_serva_was_silent_is_searched_afterwards(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    world.serva.fault("html_502", "services", times=2)
    await ann.send("pubg 60")
    await ann.sees("Serva is not answering right now.")
    await ann.send(ANN)
    await ann.sees("Serva is not answering right now.")
    await ann.press("Try again")
    await ann.sees("services found.", f"Link: {ANN}")


async def test_getting_prices_for_the_first_time_says_so_when_it_takes_a_while(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    slow = world.serva.fault("slow", "services", seconds=5)
    await ann.press("Browse")
    await ann.sees("Getting your prices from Serva…")
    slow.release()
    await ann.sees("Categories")


async def test_somebody_without_a_key_is_asked_for_one(world: World, ann: Person) -> None:
    for text in ("followers", ANN, "/order followers", "/order"):
        await ann.send(text)
        await ann.sees("Paste your API key to begin.")
        await ann.changed(ann.version, patience=0.05)
    home = ann.screen
    for action in (b.Browse(), b.OpenCategory(1), b.Results(), b.OpenService(1), b.Choose()):
        await ann.tap_raw(home, b.pack(action))
    await ann.sees("Paste your API key to begin.")
    assert [call.action for call in world.serva.calls] == []


async def test_hostile_names_harm_no_screen(world: World, linked: Linked) -> None:
    ann = linked.person
    await tap(ann, "Browse", "Page 1/5")
    for page in range(2, 6):
        await tap(ann, "Next", f"Page {page}/5")
    first = await tap(ann, HOSTILE_CATEGORY, HOSTILE_CATEGORY, "Your price", "Page 1/2")
    second = await tap(ann, "Next", "Page 2/2")
    services = [*first.buttons[:8], *second.buttons[:3]]
    names = [readable(button.label).removesuffix(" · $0.35") for button in services]
    # One name holds nothing that can be seen: nobody could tell what they buy.
    assert len(names) == 11
    assert "<script>alert('x')</script> متابعين" in names
    assert "متابعين عكس 0001 Followers" in names
    assert not [name for name in names if "\u202e" in name or "\n" in name]
    for button in services:
        await ann.tap_raw(second, button.data)
        name = readable(button.label).removesuffix(" · $0.35").rstrip("…")
        screen = await ann.sees(name, "Send the link")
        assert "\u202e" not in screen.message.text
    shown = [call for call in world.tg.calls if call.method in ("sendMessage", "editMessageText")]
    assert [call.answer for call in shown if not call.ok] == []


async def test_a_service_that_appears_is_found_without_waiting(
    world: World, linked: Linked
) -> None:
    """A catalogue that nobody has fetched yet is as Serva has it now."""
    stocked: Good = good("Brand New Likes", category="New things")
    world.serva.stock(stocked)
    ann = linked.person
    await ann.send("brand new")
    await ann.press("Brand New Likes · $0.89")
    await ann.sees("Brand New Likes", "Send the link")
    await one_screen(ann)


async def test_word_number_and_link_in_one_message_take_two_taps(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send("followers 1000 https://instagram.com/new")
    await ann.sees("https://instagram.com/new", "followers")
    await ann.press("Instagram Followers ·")
    await ann.sees("Total:", "1,000", "https://instagram.com/new")
    await ann.press("Order for")
    await ann.told("Placed")
    assert len(world.serva.adds) == 1


async def test_a_typed_order_id_shows_the_order(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    await ann.send("/settings")
    settings = await ann.sees("Settings")
    await ann.send(order.id)
    card = await newer(ann, settings, order.id)
    assert "Refresh" in card.labels
    cards = [screen for screen in ann.keyboards if "Copy id" in screen.labels]
    assert [screen.message_id for screen in cards] == [card.message_id]


async def test_nobody_sees_anothers_order_by_its_id(world: World, linked: Linked) -> None:
    order = await ordered(world, linked.person)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    await bob.send(order.id)
    await bob.sees("Nothing found")
