"""Whatever is typed, pasted or shared does the right thing, or says in a sentence what it needs."""

from __future__ import annotations

import pytest

from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient, ordered
from tests.e2e.shopping import ANN, good, home, newer, one_screen, open_service, place, sent, tap
from tests.e2e.world import World

BOB = "https://instagram.com/bob"
POST = "https://instagram.com/p/Cx1"
SHORT = "https://vm.tiktok.com/ZS1"


async def used(world: World, ann: Person, link: str = ANN, quantity: str = "1000") -> None:
    """Ann has ordered Instagram Followers before, and is at Home."""
    await ordered(world, ann, link, quantity)
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")


# ---- links ----


async def test_a_link_like_one_before_goes_straight_to_confirm(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await used(world, ann)
    await ann.send(BOB)
    screen = await ann.sees(
        "Instagram Followers", f"Link: {BOB}", "Quantity: 1,000", "Total: $0.89"
    )
    assert "Other services" in screen.labels
    assert sent(await place(world, ann)) == {"service": "1234", "link": BOB, "quantity": "1000"}


async def test_another_service_can_be_taken_for_the_same_link_and_as_many(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await used(world, ann, quantity="700")
    await ann.send(BOB)
    confirm = await ann.sees("Total:", "Quantity: 700")
    screen = await tap(ann, "Other services", "services found.", f"Link: {BOB}", "Quantity: 700")
    assert screen.rows[0] == ("Instagram Followers · $0.89",)
    await ann.press("VIP Instagram Followers | Gulf")
    await ann.sees("VIP Instagram Followers | Gulf", "Total:", "Quantity: 700", f"Link: {BOB}")
    assert "Other services" not in ann.screen.labels
    await ann.press("Other services", on=confirm)
    await ann.sees("That screen is out of date.", "Total:", "VIP Instagram Followers | Gulf")


async def test_a_link_to_something_else_than_before_offers_what_fits_it(
    world: World, linked: Linked
) -> None:
    """Followers are for profiles; a post wants other things."""
    ann = linked.person
    await used(world, ann)
    await ann.send(POST)
    screen = await ann.sees("services found.", f"Link: {POST}")
    assert screen.rows[0][0].startswith("VIP Instagram Likes")
    assert not [label for label in screen.labels if "Followers" in label]
    assert {"Likes", "Views", "Comments", "Shares", "Saves"} <= set(screen.labels)
    only = await tap(ann, "Shares", "3 services found.", f"Link: {POST}")
    assert all("Shares" in label or "مشاركة" in label for label in only.labels[:3])
    assert "Shares ✓" in only.labels
    await tap(ann, "Shares ✓", "Page 1/")


async def test_the_kind_of_service_is_remembered_for_each_platform_and_thing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await used(world, ann)
    await ann.send(POST)
    await ann.press("VIP Instagram Likes | Server 1")
    await ann.send("300")
    await ann.sees("Total:")
    await place(world, ann)
    world.serva.orders[-1].hold("in progress")
    await ann.send("https://www.instagram.com/p/Other?igsh=1")
    await ann.sees("VIP Instagram Likes", "Quantity: 300", "https://www.instagram.com/p/Other")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await ann.send(BOB)
    await ann.sees("Instagram Followers", "Quantity: 1,000", f"Link: {BOB}")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await ann.send("https://tiktok.com/@ann")
    await ann.sees("services found.", "https://tiktok.com/@ann")


async def test_words_beside_a_link_choose_among_what_was_used_before(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await used(world, ann)
    await ann.send(f"followers 2k {BOB} please")
    await ann.sees("Total:", "Quantity: 2,000", f"Link: {BOB}")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await ann.send(f"story views {BOB}")
    screen = await ann.sees("services found.", f"Link: {BOB}")
    assert "Story" in screen.labels[0] or "ستوري" in screen.labels[0]


async def test_a_misspelt_word_beside_a_link_is_understood(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send(f"folowers 1000 {ANN} plz")
    screen = await ann.sees("services found.", "followers", f"Link: {ANN}", "Quantity: 1,000")
    assert "Instagram Followers · $0.89" in screen.labels
    await home(ann)
    await used(world, ann)
    await ann.send(f"follwers {BOB}")
    await ann.sees("Total:", f"Link: {BOB}")


@pytest.mark.parametrize("words", ["instagram", "انستقرام", "please", "ممكن انستا"])
async def test_words_that_say_no_more_than_the_link_change_nothing(
    linked: Linked, words: str
) -> None:
    ann = linked.person
    await ann.send(f"{words} https://instagram.com/stories/ann/1")
    screen = await ann.sees("found.", "Link: https://instagram.com/stories/ann/1")
    assert "You typed" not in screen.text
    assert "Story" in screen.labels[0] or "ستوري" in screen.labels[0]


async def test_a_service_that_asks_for_more_than_a_link_is_offered_and_not_assumed(
    world: World, linked: Linked
) -> None:
    """What was commented the last time is not what anybody means to comment this time."""
    ann = linked.person
    await open_service(ann, "Instagram Custom Comments | Lifetime guarantee")
    await ann.send(POST)
    await ann.sees("Comments")
    await ann.send("one\ntwo\nthree\nfour\nfive")
    await place(world, ann)
    await ann.send("https://instagram.com/p/Other")
    screen = await ann.sees("services found.", "https://instagram.com/p/Other")
    assert screen.labels[0].startswith("Instagram Custom Comments | Lifetime")


async def test_a_quantity_that_no_longer_fits_is_asked_for(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)
    world.serva.stock(good("Instagram Followers", code="1234", minimum=5000))
    await ann.send(BOB)
    await ann.sees("The least is 5,000.", f"Link: {BOB}", "How many?")


async def test_a_service_that_is_gone_is_not_suggested(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)
    world.serva.remove("1234")
    await ann.send(BOB)
    screen = await ann.sees("Serva no longer offers this service.")
    await ann.press(screen.buttons[0])
    await ann.sees(f"Link: {BOB}")


async def test_what_a_short_link_hides_is_asked_and_never_fetched(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(f"look {SHORT}")
    screen = await ann.sees("What does this link lead to?", f"Link: {SHORT}")
    assert screen.rows == (("A profile", "A video"), ("A live stream",), ("Browse", "Home"))
    await ann.send_sticker()
    await newer(ann, screen, "I cannot read that.", "What does this link lead to?")
    await ann.press("A video", on=screen)
    found = await ann.sees("services found.", f"Link: {SHORT}", "Page 1/6")
    assert "مشاهدات" in found.labels[0] or "Views" in found.labels[0]
    await ann.press("A profile", on=screen)
    found = await ann.sees("services found.", f"Link: {SHORT}", "Page 1/3")
    assert "Followers" in found.labels[0]
    await ann.press(found.buttons[0])
    await ann.sees("How many?", f"Link: {SHORT}")
    await ann.press("A profile", on=screen)
    await ann.sees("That screen is out of date.", "How many?")
    await one_screen(ann)


async def test_what_a_short_link_was_for_is_told_by_its_service(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(SHORT)
    await ann.press("A video")
    screen = await ann.sees("services found.", f"Link: {SHORT}")
    await ann.press(screen.buttons[0])
    await ann.sees("How many?")
    await ann.send("1000")
    await ann.sees("Total:")
    await place(world, ann)
    await ann.send("https://www.tiktok.com/@bob")  # followers, not views
    await ann.sees("services found.", "https://www.tiktok.com/@bob")
    await ann.send("https://www.tiktok.com/@bob/video/1")
    await ann.sees("Total:", "https://www.tiktok.com/@bob/video/1", "Quantity: 1,000")


async def test_words_say_what_a_short_link_leads_to(linked: Linked) -> None:
    ann = linked.person
    await ann.send(f"likes {SHORT}")
    screen = await ann.sees("services found.", f"Link: {SHORT}")
    assert "Likes" in screen.labels[0]


async def test_a_link_in_a_caption_is_a_link(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send_photo(f"1000 followers {ANN}")
    await ann.sees("services found.", f"Link: {ANN}", "Quantity: 1,000")
    await ann.send_photo("no link here")
    await ann.sees("I cannot read that. Send it as text, please.", f"Link: {ANN}")
    await ann.press("Instagram Followers ·")
    await ann.sees("Total:", f"Link: {ANN}", "Quantity: 1,000")
    await ann.send_photo(BOB)  # answers the confirmation as a message would
    await ann.sees("Total:", f"Link: {BOB}")
    await one_screen(ann)


async def test_a_key_in_a_caption_beside_a_link_is_recognised_first(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    other = world.serva.account()
    message = await ann.send_photo(f"{other.key} {ANN}")
    await ann.sees(other.key[-4:])
    assert ann.is_deleted(message)
    assert other.key not in "".join(screen.text for screen in ann.from_bot)


async def test_a_link_behind_words_is_a_link(world: World, linked: Linked) -> None:
    """Text that was copied out of a page, or a post that was forwarded, hides its addresses."""
    ann = linked.person
    await ann.send_linked("1000 followers for my page", ANN)
    await ann.sees("services found.", f"Link: {ANN}", "Quantity: 1,000")
    await ann.press("Instagram Followers ·")
    await ann.sees("Total:", f"Link: {ANN}")
    await ann.send_linked("this one", BOB)  # answers the confirmation as a message would
    await ann.sees("Total:", f"Link: {BOB}")
    await home(ann)
    await open_service(ann, "TikTok Likes | High quality")
    await ann.send_linked("my video", "https://www.tiktok.com/@ann/video/1")
    await ann.sees("How many?", "tiktok.com/@ann/video/1")


async def test_what_a_comment_leads_to_is_no_comment(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Custom Comments | Lifetime guarantee")
    await ann.send(POST)
    await ann.sees("Comments")
    await ann.send_linked("\n".join(f"Nice {number}" for number in range(30)), BOB)
    screen = await ann.sees("Total:", "Nice 0")
    assert BOB not in screen.text


async def test_a_key_behind_words_is_recognised_first(world: World, linked: Linked) -> None:
    ann = linked.person
    other = world.serva.account()
    message = await ann.send_linked("look here", f"{world.serva.url}?key={other.key}")
    await ann.sees(other.key[-4:])
    assert ann.is_deleted(message)


async def test_several_links_are_one_service_and_one_confirm(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)  # which also proves what Serva's price is for
    await ann.send(f"1000 {BOB}\nhttps://instagram.com/amy/\nhttps://instagram.com/eve {BOB}")
    await ann.sees("3 orders")
    before = len(world.serva.adds)
    await ann.press("Order 3 for")
    await world.tg.until(lambda: len(world.serva.adds) == before + 3)
    links = {call.params["link"] for call in world.serva.adds[before:]}
    assert links == {BOB, "https://instagram.com/amy/", "https://instagram.com/eve"}
    assert {call.params["quantity"] for call in world.serva.adds[before:]} == {"1000"}


async def test_a_service_is_picked_for_several_new_links(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)
    posts = ["https://instagram.com/p/A1", "https://instagram.com/p/B2"]
    await ann.send(" ".join([*posts, "https://tiktok.com/@ann/video/1"]))
    await ann.sees(
        "1 link leads to something else and is left out.",
        f"Link: {posts[0]}",
        "And 1 more link.",
    )
    await ann.press("VIP Instagram Likes | Server 1")
    await ann.sees("How many?", f"Link: {posts[0]}", "And 1 more link.")
    await ann.send("100")
    await ann.sees("2 orders")


async def test_several_links_at_the_link_question(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)
    await open_service(ann, "Instagram Followers")
    await ann.send(f"{BOB} https://tiktok.com/@ann")
    await ann.sees("These links lead to different things.", "Send the link")
    await ann.send(f"{BOB} {ANN}")
    await ann.sees("How many?", f"Link: {BOB}", "And 1 more link.")
    await ann.send("https://instagram.com/eve")
    await ann.sees("How many?", "Link: https://instagram.com/eve")
    assert "more link" not in ann.screen.text


async def test_where_one_confirm_cannot_take_several_links_the_first_is_taken_and_that_is_said(
    linked: Linked,
) -> None:
    """Nobody has proven yet what this price is for."""
    ann = linked.person
    await ann.send(f"1000 {ANN} {BOB}")
    await ann.press("Instagram Followers ·")
    await ann.sees("You sent 2 links. This is for the first one.", "Total:", f"Link: {ANN}")


async def test_a_number_typed_after_a_link_is_how_many(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send(ANN)
    await ann.sees("services found.")
    await ann.send("٢ك")
    await ann.sees("services found.", f"Link: {ANN}", "Quantity: 2,000")
    await ann.press("Instagram Followers ·")
    await ann.sees("Total:", "Quantity: 2,000")


@pytest.mark.parametrize("text", [f"1234 1000 {ANN}", f"1234 {ANN} 1k", f"{ANN} ١٢٣٤ ١٠٠٠"])
async def test_an_id_a_quantity_and_a_link_are_an_order(
    world: World, linked: Linked, text: str
) -> None:
    ann = linked.person
    await ann.send(text)
    await ann.sees("Instagram Followers", "Total:", f"Link: {ANN}", "Quantity: 1,000")
    assert sent(await place(world, ann)) == {"service": "1234", "link": ANN, "quantity": "1000"}


async def test_an_id_and_a_quantity_wait_for_their_link(linked: Linked) -> None:
    ann = linked.person
    await ann.send("1234 1000")
    await ann.sees("Instagram Followers", "Quantity: 1,000", "Send the link")
    await ann.send(ANN)
    await ann.sees("Total:", f"Link: {ANN}", "Quantity: 1,000")
    await home(ann)
    await ann.send("1234 5")  # fewer than it takes
    await ann.sees("Instagram Followers", "Send the link")
    await ann.send(ANN)
    await ann.sees("The least is 100.", "How many?")


async def test_a_number_beside_a_link_may_be_a_service(linked: Linked) -> None:
    ann = linked.person
    await ann.send(f"1234 {ANN}")
    screen = await ann.sees("What is 1234?")
    assert screen.labels == ("Instagram Followers · $0.89", "Quantity: 1,234", "Browse", "Home")
    await tap(ann, "Quantity: 1,234", "services found.", f"Link: {ANN}", "Quantity: 1,234")
    await ann.press("Instagram Followers", on=screen)
    await ann.sees("Instagram Followers", f"Link: {ANN}")


async def test_a_number_among_words_may_be_how_many(linked: Linked) -> None:
    ann = linked.person
    await ann.send("followers 1000")  # there are packages of that name
    screen = await ann.sees("services found.", "You typed: followers 1000")
    assert screen.labels[0].startswith("1,000 Followers Package")
    await tap(ann, "Quantity: 1,000", "You typed: followers", "Quantity: 1,000")
    await ann.press("Instagram Followers ·")
    await ann.sees("Send the link", "Quantity: 1,000")
    await ann.press("Quantity: 1,000", on=screen)
    await ann.sees("That screen is out of date.", "Send the link", "Quantity: 1,000")
    await home(ann)
    await ann.send("متابعين ٢ك")  # nothing is called so
    await ann.sees("services found.", "You typed: متابعين", "Quantity: 2,000")
    await ann.send("pubg 60")
    screen = await ann.sees("You typed: pubg 60")
    assert "Quantity: 60" not in screen.labels
    await home(ann)
    await ann.send(ANN)
    await ann.sees("services found.", f"Link: {ANN}")
    await ann.send("followers 1000")
    await ann.sees("You typed: followers 1000", f"Link: {ANN}")
    await tap(ann, "Quantity: 1,000", "You typed: followers", f"Link: {ANN}", "Quantity: 1,000")


# ---- user names ----


async def test_a_user_name_becomes_a_link_on_the_platform_that_is_tapped(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send("followers 1000 @ann")
    screen = await ann.sees("Where is @ann?")
    assert {"instagram.com/ann", "tiktok.com/@ann", "t.me/ann"} <= set(screen.labels)
    assert "twitch.tv/ann" in screen.labels
    await ann.send_sticker()
    await ann.sees("I cannot read that.", "Where is @ann?")
    await ann.press("instagram.com/ann")
    await ann.sees("services found.", f"Link: {ANN}", "Quantity: 1,000")
    await ann.press("instagram.com/ann", on=screen)
    await ann.sees("That screen is out of date.", f"Link: {ANN}")
    await ann.press("Instagram Followers ·")
    assert sent(await place(world, ann)) == {"service": "1234", "link": ANN, "quantity": "1000"}


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        (ANN, "services found."),
        ("@ann", "Where is @ann?"),
        ("5200", "You typed: 5200"),
        (SHORT, "What does this link lead to?"),
    ],
)
async def test_what_was_typed_while_serva_was_silent_is_kept_for_another_try(
    world: World, linked: Linked, typed: str, then: str
) -> None:
    ann = linked.person
    world.serva.fault("html_502", "services", times=1)
    await ann.send(typed)
    await ann.sees("Serva is not answering right now.")
    await tap(ann, "Try again", then)


async def test_a_user_name_with_its_platform_is_a_link_at_once(linked: Linked) -> None:
    ann = linked.person
    await ann.send("tiktok followers @ann.lee")
    await ann.sees("services found.", "Link: https://www.tiktok.com/@ann.lee")


async def test_a_user_name_answers_the_question_for_a_profile(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send("@ann")
    await ann.sees("How many?", f"Link: {ANN}")
    await ann.send("1000")
    await ann.sees("Total:", f"Link: {ANN}")
    await ann.send("@bob")
    await ann.sees("Total:", f"Link: {BOB}")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await open_service(ann, "Instagram Saves | Gulf Arabs")
    await ann.send("@ann")
    await ann.sees("That is not a link.", "Send the link")


# ---- ids of orders, and numbers ----


async def test_orders_are_found_by_our_number_and_by_servas(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ann = linked.person
    first = await ordered(world, ann)
    second = await ordered(world, ann, BOB)
    for typed in ("#1", "order #1", "طلب رقم #١", first.id, first.id.lower(), f"status {first.id}"):
        await ann.send("/settings")
        settings = await ann.sees("Settings")
        await ann.send(typed)
        card = await newer(ann, settings, first.id)
        assert "Refresh" in card.labels, typed
    await ann.send(f"#1, {second.id} #77")
    screen = await ann.sees(
        "2 orders",
        f"Order #1 ({first.id}): Placed",
        f"Order #2 ({second.id}): Placed",
        "Not among your orders: #77",
    )
    assert len(screen.rows) == 3
    assert screen.rows[-1] == ("My orders", "Home")
    await ann.press(screen.buttons[0])
    await ann.sees(second.id)
    await ann.send("#77")
    await ann.sees("None of your orders has this id.")


async def test_nobody_finds_anothers_order_by_any_id(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    order = await ordered(world, linked.person)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    for typed in ("#1", f"#1 {order.id}"):
        await bob.send("/settings")
        settings = await bob.sees("Settings")
        await bob.send(typed)
        screen = await newer(bob, settings)
        assert order.id not in "".join(screen.labels)
        assert "Order" not in "".join(screen.labels).replace("My orders", "")


async def test_a_bare_number_that_may_be_several_things_offers_them(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ann = linked.person
    world.serva.stock(good("Mystery Boost", code="1"))
    await ordered(world, ann)
    await ann.send("1")
    screen = await ann.sees("What is 1?")
    assert screen.labels[1:] == ("Mystery Boost · $0.89", "Search for 1", "Browse", "Home")
    await tap(ann, "Search for 1", "You typed: 1")
    await ann.press("Mystery Boost", on=screen)
    await ann.sees("Mystery Boost", "Send the link")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await ann.send(BOB)  # straight to Confirm
    await ann.sees("Total:")
    await tap(ann, "Other services", "services found.")
    await ann.send("1")
    screen = await ann.sees("What is 1?")
    assert "Quantity: 1" in screen.labels
    await tap(ann, "Quantity: 1", "services found.", f"Link: {BOB}", "Quantity: 1")
    await ann.press(screen.buttons[0], on=screen)
    await ann.told("ORD-")


async def test_an_id_at_an_open_question_shows_the_order_and_loses_nothing(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ann = linked.person
    order = await ordered(world, ann)
    await open_service(ann, "TikTok Likes | High quality")
    await ann.send(order.id)
    await ann.sees("1 order")
    await tap(ann, "Back", "TikTok Likes | High quality", "Send the link")
    await ann.send("#1")
    await ann.sees("1 order")
    await ann.send("https://www.tiktok.com/@ann/video/1")  # the question is still open
    await ann.sees("How many?", "tiktok.com/@ann/video/1")
    await ann.send("#1")
    await ann.sees("1 order")
    await ann.send("1000")
    await ann.sees("Total:", "Quantity: 1,000")
    await ann.send("1")  # at a quantity a number is a quantity
    await ann.sees("The least is 10.")
    assert "Coupon 1" not in ann.screen.labels
    await tap(ann, "Search for 1", "1 order")
    await tap(ann, "Back", "Total:", "Quantity: 1,000")
    await ann.send("2")  # and no order
    screen = await ann.sees("The least is 10.")
    assert "Search for 2" not in screen.labels
    await ann.press("Edit quantity")
    await ann.sees("How many?")
    await ann.send("1")
    await ann.sees("The least is 10.", "How many?")
    await tap(ann, "Search for 1", "1 order")
    await tap(ann, "Back", "How many?")
    await ann.send("1000")
    await ann.sees("Total:")
    await ann.send(order.id)
    await ann.sees("1 order")
    await tap(ann, "Back", "Total:", "Quantity: 1,000")


@pytest.mark.parametrize("text", ["777777", "ORD-777777", "12 13 14"])
async def test_ids_that_nobody_knows_are_said_to_be_so(linked: Linked, text: str) -> None:
    ann = linked.person
    await ann.send(text)
    await ann.sees("None of your orders has this id.")
    await tap(ann, "My orders", "No active orders.")


# ---- words at an open question ----


async def test_a_word_at_the_link_question_can_be_searched_for(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send("pubg 60")
    again = await ann.sees("That is not a link.", "Send the link")
    assert "Search for pubg 60" in again.labels
    await ann.send_sticker()
    await ann.sees("I cannot read that.")
    await ann.press("Search for pubg 60", on=again)
    found = await ann.sees("You typed: pubg 60")
    assert found.labels[0].startswith("PUBG Mobile 60 UC")
    await ann.press("Search for pubg 60", on=again)
    await ann.sees("That screen is out of date.")


async def test_a_new_link_at_the_quantity_question_takes_the_place_of_the_old(
    linked: Linked,
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?", f"Link: {ANN}")
    await ann.send(BOB)
    await ann.sees("How many?", f"Link: {BOB}")
    await ann.send("many")
    screen = await ann.sees("That is not a quantity.", f"Link: {BOB}")
    assert "Search for many" in screen.labels


async def test_a_word_at_the_confirmation_is_a_coupon_or_a_search(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(f"1000 {ANN}")
    await ann.press("Instagram Followers ·")
    await ann.sees("Total:")
    await ann.send("SAVE10")
    screen = await ann.sees("Tap Order to order this, or Cancel to leave it.", "Total:")
    assert {"Coupon SAVE10", "Search for SAVE10"} <= set(screen.labels)
    await ann.press("Coupon SAVE10", on=screen)
    await ann.sees("Coupon SAVE10 will be sent")
    assert "Coupon SAVE10" not in ann.screen.labels
    await ann.send("pubg 60")
    screen = await ann.sees("Tap Order to order this", "Coupon SAVE10 will be sent")
    assert "Coupon pubg 60" not in screen.labels
    await ann.press("Search for pubg 60", on=screen)
    await ann.sees("You typed: pubg 60")
    await one_screen(ann)


# ---- stale and repeated taps ----


async def test_what_is_no_quantity_is_said_at_the_confirmation(linked: Linked) -> None:
    ann = linked.person
    await ann.send(f"1234 1000 {ANN}")
    await ann.sees("Total:")
    for text in ("0", "-5", "1.5"):
        before = ann.screen
        await ann.send(text)
        await newer(ann, before, "That is not a quantity.", "Quantity: 1,000", "Total:")


async def test_several_links_at_the_confirmation(world: World, linked: Linked) -> None:
    ann = linked.person
    await used(world, ann)
    await ann.send(BOB)
    await ann.sees("Total:", f"Link: {BOB}")
    await ann.send("https://instagram.com/eve https://tiktok.com/@ann")
    await ann.sees("These links lead to different things.", f"Link: {BOB}", "Total:")
    await ann.send("https://instagram.com/eve https://instagram.com/amy")
    await ann.sees("2 orders")


async def test_what_was_offered_for_a_link_is_harmless_once_the_link_is_gone(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(SHORT)
    ask = await ann.sees("What does this link lead to?")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    for action in (
        b.LinkIs("video"),
        b.LinkIs("nonsense"),
        b.LinkAim("likes"),
        b.LinkQuantity(5),
        b.OnPlatform("instagram"),
        b.OtherServices("abc"),
        b.UseTyped("abc", "search"),
        b.PageNumbers("sf-x", 0, 5),
    ):
        await ann.tap_raw(ask, b.pack(action))
    await ann.sees("Type a word, or paste a link.")
    assert world.serva.adds == []
    await one_screen(ann)


async def test_two_devices_that_paste_the_same_link_order_once_for_each_tap(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await used(world, ann)
    before = len(world.serva.adds)
    await ann.send(BOB)
    first: Screen = await ann.sees("Total:", f"Link: {BOB}")
    await ann.send(BOB)
    second = await newer(ann, first, "Total:", f"Link: {BOB}")
    await ann.press("Order for", on=second)
    await ann.press("Order for", on=second)
    await ann.press("Order for", on=first)
    await world.tg.until(lambda: len(world.serva.adds) > before)
    await ann.send("/settings")
    await ann.sees("Settings")
    assert len(world.serva.adds) == before + 1


async def test_an_edited_message_is_not_read_again(world: World, linked: Linked) -> None:
    ann = linked.person
    message = await ann.send(ANN)
    await ann.sees("services found.", f"Link: {ANN}")
    await ann.edit(message, BOB)
    await ann.sees("I do not read edited messages.", f"Link: {ANN}")


async def test_it_is_all_there_in_arabic(world: World) -> None:
    omar = world.tg.person("Omar", language_code="ar")
    await link(omar, world.serva.account(balance="50"))
    await omar.send(f"متابعين ١٠٠٠ {ANN}")
    screen = await omar.sees(ANN, "1,000")
    await omar.press(screen.buttons[0])
    await omar.sees("1,000", ANN, "$0.89")
