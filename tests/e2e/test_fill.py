"""Filling in: links, fields of every kind, quantities; each service gets exactly what it wants."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.sandbox.catalogue import Unit
from bot.sandbox.goods import Input
from tests.e2e.conftest import Linked
from tests.e2e.shopping import ANN, good, open_service, place, rows_are, sent, tap, to_confirm
from tests.e2e.world import World

# ---- links ----


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://instagram.com/ann", "https://instagram.com/ann"),
        ("HTTP://Instagram.COM/Ann/?utm_source=x&igsh=y", "http://instagram.com/Ann/"),
        ("instagram.com/ann", "https://instagram.com/ann"),
        ("my page is https://instagram.com/ann, please", "https://instagram.com/ann"),
        ("https://مثال.com/ann", "https://xn--mgbh0fb.com/ann"),
    ],
)
async def test_a_link_is_put_in_its_normal_form_shown_and_sent(
    world: World, linked: Linked, typed: str, link: str
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.sees(
        "Send the link to the post or profile, for example https://instagram.com/name",
        "From 100 to 100,000.",
        "It needs: a link, a quantity",
    )
    await ann.send(typed)
    await ann.sees(f"Link: {link}", "How many?")
    await ann.send("100")
    await ann.sees(f"Link: {link}", "Total:")
    assert sent(await place(world, ann)) == {"service": "1234", "link": link, "quantity": "100"}


@pytest.mark.parametrize(
    "typed",
    [
        "12.5",
        "ftp://instagram.com/ann",
        "https://localhost/ann",
        "http://127.0.0.1/",
        "https://instagram.com/" + "a" * 3000,
    ],
)
async def test_what_is_no_link_is_asked_again_with_an_example(linked: Linked, typed: str) -> None:
    ann = linked.person
    first = await open_service(ann, "Instagram Followers")
    await ann.send(typed)
    again = await ann.sees("That is not a link. A link looks like https://instagram.com/name")
    assert again.text.splitlines()[2:] == first.text.splitlines()
    assert again.rows == first.rows
    await ann.send(ANN)
    await ann.sees("How many?")


async def test_links_of_orders_are_offered_again(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await open_service(ann, "VIP Instagram Likes | Gulf Arabs")
    await tap(ann, "instagram.com/ann", f"Link: {ANN}", "How many?")
    await tap(ann, "50 ·", "Total:")
    assert sent(await place(world, ann))["link"] == ANN


# ---- manual fields ----


async def test_player_and_server_are_sent_exactly_as_the_documentation_shows(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Mobile Legends 86 Diamonds")
    await ann.sees(
        "It needs: رقم اللاعب (Player ID), رقم السيرفر (Server ID)", "For example: 123456789"
    )
    await ann.send("123456789")
    await ann.sees("رقم السيرفر (Server ID)", "For example: 55")
    await ann.send("55")
    screen = await ann.sees("Total: about $1.45")
    lines = screen.text.splitlines()
    assert "رقم اللاعب (Player ID): 123456789" in lines
    assert "رقم السيرفر (Server ID): 55" in lines
    call = await place(world, ann)
    assert call.params == {
        "service": "7788",
        "fields": '{"player_id":"123456789","server_id":"55"}',
    }
    assert call.outcome == "done"


async def test_two_ids_pasted_for_a_service_that_was_searched_take_two_taps_and_two_messages(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send("Mobile Legends 86")
    await ann.press("Mobile Legends 86 Diamonds")
    await ann.sees("Or paste all at once, one a line: رقم اللاعب (Player ID), رقم السيرفر")
    await ann.send("123456789\n55\n")
    await ann.sees("Total:")
    call = await place(world, ann)
    assert sent(call)["fields"] == {"player_id": "123456789", "server_id": "55"}


async def test_saved_fields_are_offered_again_and_answer_all_at_once(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    for turn in range(2):
        await open_service(ann, "Mobile Legends 86 Diamonds")
        if turn:
            await tap(ann, "123456789 · 55", "Total:")
        else:
            await ann.send("123456789\n55")
            await ann.sees("Total:")
        call = await place(world, ann)
        assert sent(call)["fields"] == {"player_id": "123456789", "server_id": "55"}


async def test_options_are_buttons_and_can_be_typed(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Free Fire 100 Diamonds")
    await ann.send("1234567890")
    screen = await ann.sees("Tap one.")
    assert screen.rows == (
        ("الشرق الأوسط",), ("أوروبا",), ("سنغافورة",), ("البرازيل",), ("Back", "Home"),
    )  # fmt: skip
    await ann.send("Atlantis")
    await ann.sees("That is not one of the options.")
    await ann.send("سنغافوره")
    await ann.sees("Total:", "Server id: sg")
    await tap(ann, "Edit details", "A number.")
    await ann.send("1234567890")
    await tap(ann, "أوروبا", "Total:")
    call = await place(world, ann)
    assert sent(call)["fields"] == {"player_id": "1234567890", "server_id": "eu"}


async def test_numbers_are_read_in_every_digit_system(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Free Fire 100 Diamonds")
    await ann.send("an id")
    await ann.sees("That is not a number.")
    await ann.send("١٢٣٤٥٦")
    await tap(ann, "أوروبا", "123456")
    assert sent(await place(world, ann))["fields"] == {"player_id": "123456", "server_id": "eu"}


async def test_what_was_good_of_several_answers_stays(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Netflix 1 month")
    await ann.send("ann@example.com\nmy phone")
    screen = await ann.sees("That is not a number.")
    assert screen.text.startswith("رقم الواتساب للتواصل: That is not a number.")
    await ann.send("966500000001")
    await tap(ann, "Skip", "Total:")
    call = await place(world, ann)
    assert sent(call)["fields"] == {"email": "ann@example.com", "phone": "966500000001"}


async def test_an_optional_field_is_skipped_or_given(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Bigo Live 100 Diamonds")
    await ann.send("908070605")
    await tap(ann, "Skip", "Total:")
    assert sent(await place(world, ann))["fields"] == {"user_id": "908070605"}
    await tap(ann, "Order again", "Total:")
    await tap(ann, "Edit details", "908070605")
    await ann.send("908070606")
    await rows_are(ann, ("Skip",), ("Back", "Home"))
    await ann.send("Ann of Sana'a")
    await ann.sees("Total:")
    call = await place(world, ann)
    assert sent(call)["fields"] == {"user_id": "908070606", "nickname": "Ann of Sana'a"}


async def test_an_address_field_takes_only_links(world: World, linked: Linked) -> None:
    world.serva.top_up(linked.account, "100")
    ann = linked.person
    await open_service(ann, "Press article for verification")
    await ann.send("Ann Ali")
    await ann.sees("رابط الموقع", "A link.")
    await ann.send("my site")
    await ann.sees("That is not a link.")
    await ann.send("ann.example.com/home")
    await tap(ann, "Skip", "Total:")
    call = await place(world, ann)
    assert sent(call)["fields"] == {
        "full_name": "Ann Ali",
        "website": "https://ann.example.com/home",
    }


async def test_a_link_and_fields_and_a_quantity_may_all_be_wanted(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "5-star Google Maps reviews")
    await ann.sees("From 1 to 200.", "a link", "a quantity")
    await ann.send("https://maps.app.goo.gl/x")
    screen = await ann.sees("Tap one.")
    await ann.press(screen.buttons[1])
    await ann.sees("How many?")
    await ann.send("3")
    screen = await ann.sees("Total: about $2.25")
    assert screen.find("Edit details")
    assert not screen.find("Edit link")
    call = await place(world, ann)
    assert sent(call) == {
        "service": "5398",
        "link": "https://maps.app.goo.gl/x",
        "quantity": "3",
        "fields": {"language": "en"},
    }


async def test_fields_with_any_names_go_back_as_they_came(world: World, linked: Linked) -> None:
    odd = (
        Input('quote"and<tag>', "<b>Bold</b> & label", "text", "<i>like this</i>"),
        Input("مفتاح بالعربي", "\u202elabel", "select", options=(("<a>", "{x} & <y>"), ("b", "B"))),
    )
    raw = [
        {"key": i.key, "label": i.label, "type": i.kind, "placeholder": i.placeholder,
         "options": [{"value": v, "label": t} for v, t in i.options]}
        for i in odd
    ]  # fmt: skip
    world.serva.stock(
        good("Odd thing", code="odd", inputs=odd, raw_fields=raw, unit=Unit.PER_ITEM, minimum=1,
             maximum=1)
    )  # fmt: skip
    ann = linked.person
    await open_service(ann, "Odd thing")
    await ann.sees("<b>Bold</b> & label", "For example: <i>like this</i>")
    await ann.send("</b>a & <b>")
    await tap(ann, "{x} & <y>", "<b>Bold</b> & label: </b>a & <b>")
    call = await place(world, ann)
    assert sent(call)["fields"] == {'quote"and<tag>': "</b>a & <b>", "مفتاح بالعربي": "<a>"}


# ---- lines that decide the quantity ----


async def test_lines_are_counted_shown_and_checked_against_the_limits(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Follow a list of accounts")
    await ann.sees("From 5 to 1,000.", "One a line; every line counts.")
    await ann.send("one\n\ntwo\nthree")
    await ann.sees("3 lines. The least is 5.")
    names = [f"user_{number}" for number in range(7)]
    await ann.send("\n \n".join(names))
    screen = await ann.sees("Quantity: 7", "Total: about $0.03")
    assert not screen.find("Edit quantity")
    call = await place(world, ann)
    assert sent(call) == {"service": "5404", "fields": {"usernames": "\n".join(names)}}
    assert world.serva.orders[-1].quantity == 7


async def test_too_many_lines_are_counted_too(world: World, linked: Linked) -> None:
    lines = (Input("urls", "Links", "textarea"),)
    raw = [{"key": "urls", "label": "Links", "type": "textarea"}]
    world.serva.stock(
        good("Few links", code="few", inputs=lines, raw_fields=raw, unit=Unit.PER_ITEM, minimum=1,
             maximum=3)
    )  # fmt: skip
    ann = linked.person
    await open_service(ann, "Few links")
    await ann.send("a\nb\nc\nd")
    await ann.sees("4 lines. The most is 3.")
    await ann.send("a")
    await ann.sees("Quantity: 1")


async def test_lines_beside_other_fields_are_never_taken_for_them(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await open_service(ann, "Promotional SMS")
    assert "Or paste all at once" not in screen.text
    numbers = [f"96650000000{number}" for number in range(10)]
    await ann.send("\n".join(numbers))
    screen = await ann.sees("Tap one.", "Or paste all at once")
    await tap(ann, "SERVA", "نص الرسالة")
    await ann.send("Hello there")
    await ann.sees("Quantity: 10", "Total: about $0.35")
    call = await place(world, ann)
    fields = {"numbers": "\n".join(numbers), "sender": "SERVA", "message": "Hello there"}
    assert sent(call) == {"service": "5416", "fields": fields}
    screen = await open_service(ann, "Promotional SMS")
    # A list, a sender and a message are of that one order: nothing of it is offered again.
    assert screen.rows == (("Add to favourites",), ("Back", "Share", "Home"))


# ---- the types of the wider family ----


@pytest.mark.parametrize(
    ("name", "answers", "quantity", "params", "ordered"),
    [
        (
            "Instagram Custom Comments | Slow and safe drip",
            ("one\ntwo\nthree\nfour\nfive",),
            "",
            {"comments": "one\ntwo\nthree\nfour\nfive"},
            5,
        ),
        ("Telegram Poll Votes | High quality", ("2",), "10", {"answer_number": "2"}, 10),
        (
            "Instagram Mentions Custom List | Instant start",
            ("\n".join(f"@u{n}" for n in range(10)),),
            "",
            {"usernames": "\n".join(f"@u{n}" for n in range(10))},
            10,
        ),
        (
            "Instagram Mentions with Hashtags | Instant start",
            ("\n".join(f"u{n}" for n in range(11)), "#a\n#b"),
            "",
            {"usernames": "\n".join(f"u{n}" for n in range(11)), "hashtags": "#a\n#b"},
            11,
        ),
        (
            "Instagram Mentions by Hashtag | Instant start",
            ("#sanaa",),
            "500",
            {"hashtag": "#sanaa"},
            500,
        ),
        (
            "Instagram Mentions from User Followers | Instant start",
            ("ann",),
            "1000",
            {"username": "ann"},
            1000,
        ),
        ("TikTok Comment Likes | Real and active", ("ann",), "20", {"username": "ann"}, 20),
        (
            "Google Visits by Keywords | Lifetime guarantee",
            ("shoes\nbags",),
            "",
            {"keywords": "shoes\nbags"},
            2,
        ),
        ("1,000 Followers Package | Server 1", (), "", {}, 1),
        ("1,000 TikTok Battle Points | Cheapest", (), "", {}, 1000),
    ],
)
async def test_the_types_of_the_v2_family_get_their_inputs_beside_the_link(
    world: World,
    linked: Linked,
    name: str,
    answers: tuple[str, ...],
    quantity: str,
    params: dict[str, str],
    ordered: int,
) -> None:
    ann = linked.person
    await open_service(ann, name)
    await ann.send(ANN)
    for answer in answers:
        await ann.sees(f"Link: {ANN}", "\n\n")
        version = ann.version
        await ann.send(answer)
        assert await ann.changed(version + 1)
    if quantity:
        await ann.sees("How many?")
        await ann.send(quantity)
    screen = await ann.sees("Total:", f"Quantity: {ordered:,}")
    assert bool(screen.find("Edit quantity")) is bool(quantity)
    call = await place(world, ann)
    service = str(call.params.pop("service"))
    assert str(world.serva.good(service).extras["name_en"]).startswith(name)
    sent_quantity = {"quantity": str(ordered)} if quantity or not (params or ordered == 1) else {}
    assert call.params == {"link": ANN} | params | sent_quantity
    assert world.serva.orders[-1].quantity == ordered


async def test_a_subscription_counts_its_posts_and_keeps_each_within_the_limits(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Auto Likes for new posts | Server 1")
    await ann.sees("It needs: Username, Least per post, Most per post")
    await ann.send("ann")
    await ann.sees("Least per post", "A number.")
    await ann.send("5")
    await ann.sees("Least per post: The least is 20.")
    await ann.send("50")
    await ann.sees("Most per post", "A number.")
    await ann.send("40")
    await ann.sees("Most per post: The least is 50.")
    await ann.send("99999")
    await ann.sees("Most per post: The most is 20,000.")
    await ann.send("100")
    await ann.sees("Number of posts")
    await ann.send("0")
    await ann.sees("Number of posts: That is not a quantity. For example: 1")
    await ann.send("3")
    await ann.sees("Delay in minutes")
    await ann.send("0")
    await tap(ann, "Skip", "Quantity: 300", "Total: about $0.14")
    call = await place(world, ann)
    assert call.params == {
        "service": "1586",
        "username": "ann",
        "min": "50",
        "max": "100",
        "posts": "3",
        "delay": "0",
    }


async def test_a_subscription_pasted_at_once_keeps_what_is_good(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Auto Likes for new posts | Server 1")
    await ann.send("ann\n50\n10\n1\n5")
    await ann.sees("Most per post: The least is 20.")
    await ann.send("60")
    await tap(ann, "Skip", "Quantity: 60")
    call = await place(world, ann)
    assert (call.params["min"], call.params["max"]) == ("50", "60")


async def test_a_package_of_comments_asks_for_no_quantity(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Custom Comments Package")
    await ann.send(ANN)
    await ann.sees("Comments")
    comments = "\n".join(f"comment {number}" for number in range(10))
    await ann.send(comments)
    await ann.sees("Total:", "Comments")
    call = await place(world, ann)
    assert call.params == {"service": "1532", "link": ANN, "comments": comments}


# ---- quantities ----


async def test_presets_carry_their_price_and_the_most_that_the_balance_covers(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    screen = await ann.sees("How many?", "From 100 to 100,000.")
    assert screen.rows == (
        ("100 · $0.09",),
        ("500 · $0.45",),
        ("1,000 · $0.89",),
        ("5,000 · $4.45",),
        ("Most you can afford: 28,651",),
        ("Back", "Home"),
    )
    await tap(ann, "Most you can afford", "Quantity: 28,651", "Total: about $25.50")
    call = await place(world, ann)
    assert call.params["quantity"] == "28651"
    assert linked.account.balance >= 0


async def test_a_balance_below_the_minimum_is_said_where_the_quantity_is_asked(
    world: World, linked: Linked
) -> None:
    linked.account.balance = Decimal("0.05")
    ann = linked.person
    await tap(ann, "Balance", "Currency: USD")
    await tap(ann, "Refresh", "Balance $0.05")
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    screen = await ann.sees("How many?", "Your balance does not cover the minimum.")
    assert screen.rows == (("100 · $0.09",), ("Back", "Home"))


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [
        ("1000", "1,000"),
        ("1,000", "1,000"),
        ("1.000", "1,000"),
        ("1 000", "1,000"),
        ("2k", "2,000"),
        ("2.5K", "2,500"),
        ("٢ك", "2,000"),
        ("2 ألف", "2,000"),
        ("١٠٠٠", "1,000"),
        ("۱۰۰۰", "1,000"),
        ("١٬٥٠٠", "1,500"),
        ("\u200f1000\u200f", "1,000"),
    ],
)
async def test_a_quantity_is_read_as_people_write_it(
    linked: Linked, typed: str, quantity: str
) -> None:
    ann = linked.person
    await to_confirm(ann, quantity=typed)
    await ann.sees(f"Quantity: {quantity}")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("99", "The least is 100."),
        ("1", "The least is 100."),
        ("100,001", "The most is 100,000."),
        ("1m", "The most is 100,000."),
        ("0", "That is not a quantity. For example: 100"),
        ("-5", "That is not a quantity. For example: 100"),
        ("1.5", "That is not a quantity. For example: 100"),
        ("1.500k", "That is not a quantity. For example: 100"),
        ("1000 2000", "That is not a quantity. For example: 100"),
        ("9" * 400, "That is not a quantity. For example: 100"),
    ],
)
async def test_a_wrong_quantity_is_asked_again_and_the_link_stays(
    linked: Linked, typed: str, sentence: str
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    first = await ann.sees("How many?")
    await ann.send(typed)
    again = await ann.sees(sentence)
    assert again.text == f"{sentence}\n\n{first.text}"
    assert again.rows == first.rows
    await ann.send("100")
    await ann.sees("Total:", f"Link: {ANN}")


async def test_a_fixed_quantity_is_not_asked(world: World, linked: Linked) -> None:
    world.serva.stock(good("A fixed thousand", code="fix", minimum=1000, maximum=1000))
    ann = linked.person
    screen = await open_service(ann, "A fixed thousand")
    assert "From 1,000" not in screen.text
    await ann.send(ANN)
    screen = await ann.sees("Total:", "Quantity: 1,000")
    assert not screen.find("Edit quantity")
    assert sent(await place(world, ann)) == {"service": "fix", "link": ANN, "quantity": "1000"}


async def test_the_dearest_service_there_can_be_breaks_no_screen(
    world: World, linked: Linked
) -> None:
    dearest = Decimal("999999999999.123456789012")
    world.serva.stock(good("Gold planet", code="gold", rate=dearest, maximum=10**12))
    ann = linked.person
    await open_service(ann, "Gold planet")
    await ann.send(ANN)
    await ann.sees("How many?", "Your balance does not cover the minimum.")
    await ann.send("1000000m")
    await ann.sees("Your balance is too low for this order.", "$999,999,999,999,123,456,789")
