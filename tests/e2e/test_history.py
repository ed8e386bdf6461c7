"""The history on a phone: found again, summed up, drawn, handed out; and never anybody else's."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from contextlib import closing

import pytest
from aiohttp import web

from bot.app import DATABASE
from bot.conversations import history
from bot.sandbox.telegram import Person, server
from bot.sandbox.telegram.params import Params, read_params
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from bot.screens.buttons import pack
from tests.domain.png import decode
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient, ordered, shows, unknown
from tests.e2e.shopping import good, newer, open_service, place, tap
from tests.e2e.test_arabic import Reader, english_of_ours, left_to_right
from tests.e2e.world import World

BOB = "https://instagram.com/bob"
MANY = 10**18 - 1


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


async def file_of(world: World, person: Person, kind: str) -> tuple[Screen, str, bytes]:
    """Wait for a file of this kind: the message, the file's name and what is in it."""

    def look() -> Screen | None:
        return next((s for s in reversed(person.from_bot) if kind in s.message.media), None)

    screen = await world.tg.until(look)
    media = screen.message.media[kind]
    sent = media if kind == "document" else media[-1]
    file = world.tg.world.files[sent["file_id"]]
    return screen, file.name, file.content


def table(content: bytes) -> list[dict[str, str]]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    head, *orders = rows
    return [dict(zip(head, order, strict=True)) for order in orders]


async def stripped(world: World, screen: Screen) -> None:
    """Wait until a screen has lost its keys to one below it."""
    await world.tg.until(lambda: not Screen.of(screen.message).buttons)


async def to_orders(person: Person) -> Screen:
    await person.send("/orders")
    return await person.sees("orders")


# ---- search ----


async def test_a_word_finds_orders_among_all_of_them(world: World, linked: Linked) -> None:
    ann = linked.person
    first = await ordered(world, ann)
    second = await ordered(world, ann, BOB)
    second.finish("completed")
    await to_orders(ann)
    await tap(ann, "Search", "2 orders found.", "Type a word to search for")
    for words in ("followers", "FOLLOWERS instagram", "instagram.com"):
        await ann.send(words)
        found = await ann.sees("2 orders found.", f"You typed: {words}")
        assert [label.split(" · ")[0] for label in found.labels[:2]] == [
            "1,000 Instagram Followers"
        ] * 2
    for words in (second.id, second.id.lower(), f"https://www.{BOB[8:]}/?igsh=1", "#2"):
        await ann.send(words)
        found = await ann.sees("1 order found.")
    await ann.send("nothing like it")
    await ann.sees("No order found.", "You typed: nothing like it")
    await tap(ann, "All orders", "2 orders found.")
    await ann.send(first.id)
    found = await ann.sees("1 order found.")
    await ann.press(found.buttons[0])
    await ann.sees("Order id:", first.id)


async def test_a_month_can_be_chosen_and_is_kept_while_words_change(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await to_orders(ann)
    await ann.press("Search")
    await ann.sees("1 order found.")
    months = await tap(ann, "Month", "Which month?")
    assert re.fullmatch(r"[A-Z][a-z]+ 20\d\d · 1", months.labels[0])
    shown = await tap(ann, months.labels[0], "1 order found.", "Month: ")
    await ann.send("followers")
    await ann.sees("1 order found.", "You typed: followers", "Month: ")
    await ann.send("likes")
    await ann.sees("No order found.", "Month: ")
    await ann.press(shown.button("Month"), on=shown)
    await ann.sees("Which month?")
    await tap(ann, "All months", "No order found.", "You typed: likes")
    await ann.send_sticker()
    await ann.sees("I cannot read that.", "You typed: likes")


async def test_pages_that_no_screen_offers_lead_to_the_last_one(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ordered(world, ann)
    screen = await to_orders(ann)
    for month, page in ((0, MANY), (MANY, 0), (197001, 3), (202613, 0)):
        await ann.tap_raw(screen, pack(b.FoundOrders(month, page)))
        screen = await ann.sees("found.")
    await ann.tap_raw(screen, pack(b.Spending(MANY)))
    await ann.sees("Spending: ", "$0.89 for 1 order")


async def test_a_key_among_the_words_is_taken_out_of_the_chat(
    world: World, linked: Linked, kept_secret: list[str]
) -> None:
    ann, other = linked.person, world.serva.account()
    await to_orders(ann)
    await ann.press("Search")
    await ann.sees("No order found.")
    typed = await ann.send(f"order of {other.key}")
    await world.tg.until(lambda: ann.is_deleted(typed))


# ---- the table ----


async def test_a_table_has_every_order_and_runs_nothing(world: World, linked: Linked) -> None:
    ann = linked.person
    world.serva.stock(good("Evil likes", code="=1+1", category="@SUM(A1)"))
    await open_service(ann, "Evil likes")
    await ann.send("https://instagram.com/ann?a=1,2")
    await ann.sees("How many?")
    await ann.send("1000")
    await ann.sees("Total:")
    await place(world, ann)
    order = world.serva.orders[-1]
    order.hold("in progress", remains=450, start_count=100)
    await ann.press("Refresh")
    await shows(world, ann.screen, "Start count: 100")
    await to_orders(ann)
    await tap(ann, "Search", "1 order found.")
    before = ann.screen
    await ann.press("Export")
    caption, name, content = await file_of(world, ann, "document")
    assert (name, caption.text) == ("orders.csv", "1 order\nTimes are in UTC.")
    assert not caption.buttons
    (row,) = table(content)
    assert (row["Order id at Serva"], row["Service"]) == (order.id, "Evil likes")
    assert (row["Service id"], row["Category"]) == ("'=1+1", "'@SUM(A1)")
    assert row["Link"] == "https://instagram.com/ann?a=1,2"
    assert row["Status"] == "In progress"
    assert (row["Quantity"], row["Remaining"], row["Charge"]) == ("1000", "450", "0.89")
    assert (row["Agreed price"], row["Currency"], row["Ended"]) == ("0.89", "USD", "")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["Ordered"])
    below = await newer(ann, caption, "1 order found.")
    await stripped(world, before)
    # The list that was left is stripped; a tap that was on its way does the same once more.
    await ann.press(before.button("Export"), on=before)
    again = await newer(ann, below, "1 order found.")
    assert again.rows == below.rows


async def test_what_is_exported_is_what_was_found(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    wanted = await ordered(world, ann, BOB)
    await to_orders(ann)
    await ann.press("Search")
    await ann.sees("2 orders found.")
    await ann.send("bob")
    await ann.sees("1 order found.")
    await ann.press("Export")
    _, _, content = await file_of(world, ann, "document")
    assert [row["Link"] for row in table(content)] == [BOB]
    assert [row["Order id at Serva"] for row in table(content)] == [wanted.id]


async def test_a_table_ends_before_it_is_too_large_and_says_what_is_left_out(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await ordered(world, ann, BOB)
    await to_orders(ann)
    await tap(ann, "Search", "2 orders found.")
    monkeypatch.setattr(history, "MOST_BYTES", 200)
    await ann.press("Export")
    caption, _, content = await file_of(world, ann, "document")
    assert caption.text == "1 order\n1 older order is left out.\nTimes are in UTC."
    (row,) = table(content)
    assert row["Link"] == BOB


async def test_a_file_that_telegram_does_not_take_for_its_size_leaves_the_lane_free(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await to_orders(ann)
    await tap(ann, "Search", "1 order found.")

    async def reads(request: web.Request) -> Params:
        if request.content_type == "multipart/form-data":
            raise web.HTTPRequestEntityTooLarge(max_size=1, actual_size=2)
        return await read_params(request)

    monkeypatch.setattr(server, "read_params", reads)
    await ann.press("Export")
    await ann.sees("Something went wrong on my side.")
    await to_orders(ann)


async def test_nothing_is_exported_where_nothing_is(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await to_orders(ann)
    await ann.tap_raw(screen, pack(b.ExportOrders(0)))
    await ann.sees("No order found.")
    await ann.tap_raw(screen, pack(b.Spending(0)))
    await ann.sees("Nothing was charged in this month.")
    await ann.tap_raw(ann.screen, pack(b.ExportOrders(202601)))
    await ann.sees("Spending: January 2026", "Nothing was charged in this month.")
    assert world.tg.calls_of("sendDocument") == []


async def test_a_file_that_telegram_does_not_take_at_once_arrives_once(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await to_orders(ann)
    await tap(ann, "Search", "1 order found.")
    world.tg.flood(ann.id, method="sendDocument")
    await ann.press("Export")
    caption, _, _ = await file_of(world, ann, "document")
    await newer(ann, caption, "1 order found.")
    assert sum("document" in screen.message.media for screen in ann.from_bot) == 1


# ---- spending ----


async def test_a_month_is_told_and_drawn(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    part = await ordered(world, ann, BOB)
    part.finish("partial", remains=450)
    await ann.press("Refresh")
    await ann.told("550 of 1,000 came.")
    await unknown(world, ann, link="https://instagram.com/eve")
    await to_orders(ann)
    told = await tap(ann, "Spending", "Spending: ")
    assert "$1.3795 for 2 orders" in told.text or "$1.38 for 2 orders" in told.text
    assert "1. Instagram: $1.38" in told.text
    assert "Not certain: up to $0.89 for 1 order that Serva has not confirmed." in told.text
    assert "Months are counted in UTC." in told.text
    assert "Next month" not in told.labels

    await ann.press("Chart")
    picture, name, content = await file_of(world, ann, "photo")
    assert name == "spending.png"
    assert "1. Instagram: $1.38" in picture.text
    assert "0.89" not in picture.text, "what is not certain is not drawn"
    assert decode(content).width == 1080
    await newer(ann, picture, "Spending: ")
    await stripped(world, told)

    months = await tap(ann, "By month", "Spending by month", "1. ")
    assert months.text.count("\n") > 11
    await ann.press("Chart")
    await newer(ann, months, "Spending by month")
    await tap(ann, "Back", "Spending: ", "for 2 orders")
    await ann.press("Export")
    file, name, content = await file_of(world, ann, "document")
    assert re.fullmatch(r"orders-20\d\d-\d\d\.csv", name)
    assert "3 orders\nMonth: " in file.text
    assert [row["Status"] for row in table(content)] == [
        "Not confirmed by Serva",
        "Partly delivered",
        "In progress",
    ]


async def test_a_month_without_orders_says_so_and_draws_nothing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_orders(ann)
    screen = await tap(ann, "Spending", "Nothing was charged in this month.")
    assert screen.labels == ("By month", "Back", "Home")
    for forged in (b.SpendingChart(0, "USD"), b.SpendingChart(202601, "EUR"), b.SpendingMonths()):
        await ann.tap_raw(ann.screen, pack(forged))
        await ann.sees("Nothing was charged in th")
    assert world.tg.calls_of("sendPhoto") == []


async def test_currencies_are_never_added(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    await world.stop()
    with closing(sqlite3.connect(world.data / DATABASE, isolation_level=None)) as books:
        books.execute("UPDATE orders SET currency = 'EUR'")
    await world.start()
    await ordered(world, ann, BOB)
    await to_orders(ann)
    told = await tap(ann, "Spending", "Spending: ")
    assert "$0.89 for 1 order" in told.text
    assert "€0.89 for 1 order" in told.text
    assert {"Chart USD", "Chart EUR"} < set(told.labels)
    await ann.press("Chart EUR")
    picture, _, _ = await file_of(world, ann, "photo")
    assert "1. Instagram: €0.89" in picture.text
    assert "$" not in picture.text


# ---- one order ----


async def test_a_time_line_tells_everything_with_its_request_id(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Order id:")
    await ann.press("Refresh")
    await shows(world, card, "In progress")
    order.finish("completed")
    await ann.press("Refresh", on=card)
    await shows(world, card, "Completed")
    request_id = world.serva.adds[-1].request_id
    await ann.press("Details", on=card)
    line = await ann.sees("You confirmed it", request_id)
    happened = [row.split(":")[0] for row in line.text.split("\n")[1:]]
    assert happened[:6] == [
        "You confirmed it",
        "Sent to Serva",
        "Serva took it",
        "Request id",
        "In progress",
        "Completed",
    ]
    assert line.button("Copy request id").copy == request_id
    assert line.button("Copy id").copy == order.id
    assert line.html.count("<tg-time") == 6
    await ann.press("Back", on=line)
    await shows(world, line, "Completed", "Order id:")


async def test_an_unknown_outcome_has_a_time_line_as_well(world: World, linked: Linked) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    await ann.press("Details", on=card)
    line = await ann.sees("No clear answer")
    assert "Receipt" not in line.labels


async def test_a_receipt_is_handed_on_with_or_without_its_price(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    order.finish("partial", remains=450)
    card = await ann.sees("Order id:")
    await ann.press("Refresh", on=card)
    await shows(world, card, "550 of 1,000 came.")
    await ann.press("Receipt", on=card)
    below = await ann.sees("Forward the message above")
    receipt = ann.from_bot[-2]
    assert receipt.rows == ()
    lines = receipt.text.split("\n")
    assert lines[:5] == [
        "Receipt",
        "1,000 × Instagram Followers",
        "Link: https://instagram.com/ann",
        "Partly delivered",
        "550 of 1,000 came.",
    ]
    assert "Charge: $0.4895" in receipt.text
    for account_data in (linked.account.key[-4:], "25.50", "24.61", "balance", "Balance"):
        assert account_data not in receipt.text.replace(order.id, "")
    await ann.press("Receipt without price", on=below)
    await newer(ann, below, "Forward the message above")
    assert ann.from_bot[-2].text == receipt.text.replace("\nCharge: $0.4895", "")
    await ann.press("Back")
    await ann.sees("550 of 1,000 came.", "Order id:")


async def test_nobody_reads_what_is_anothers(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account(balance="5"))
    one_by_one: tuple[tuple[b.Action, str], ...] = (
        (b.OrderDetails(1), "That order is not yours."),
        (b.FindOrders(), "No order found."),
        (b.Receipt(1, 1), "That order is not yours."),
        (b.OrderMonths(), "No order found."),
        (b.Receipt(1, 0), "That order is not yours."),
        (b.Spending(0), "Nothing was charged in this month."),
        (b.OrderDetails(MANY), "That order is not yours."),
        (b.FoundOrders(0, 0), "No order found."),
        (b.SpendingMonths(), "Nothing was charged in these months."),
        (b.ExportOrders(0), "No order found."),
        (b.SpendingChart(0, "USD"), "Nothing was charged in these months."),
    )
    for forged, said in one_by_one:
        await bob.tap_raw(bob.screen, pack(forged))
        await bob.sees(said)
    assert world.tg.calls_of("sendDocument") == world.tg.calls_of("sendPhoto") == []
    assert "Followers" not in bob.chat


async def test_an_order_that_was_never_placed_has_no_receipt(world: World, linked: Linked) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    assert "Receipt" not in card.labels
    await ann.tap_raw(card, pack(b.Receipt(1, 1)))
    await ann.sees("That button is out of date.")


async def test_all_of_it_is_arabic_for_who_reads_arabic(world: World) -> None:
    mona = world.tg.person("Mona", language_code="ar")
    await link(mona, world.serva.account(balance="25.50"))
    world.serva.stock(good("متابعين سريع جدا", code="quick", category="انستقرام"))
    reader = Reader(mona)
    if "سعرك" not in (await reader.sends("متابعين سريع جدا", "متابعين سريع جدا")).text:
        await reader.taps("متابعين سريع جدا", "سعرك")
    await reader.sends(BOB, "كم تريد؟")
    await reader.sends("1000", "الإجمالي")
    await mona.press("اطلب")
    card = await mona.sees("ORD-")
    order = world.serva.orders[-1]
    order.finish("partial", remains=450)
    await mona.press("تحديث", on=card)
    await shows(world, card, "وصل 550 من 1,000.")

    await reader.sends("/orders", "الطلبات الجارية")
    await reader.taps("بحث", "وجدت طلبًا واحدًا.")
    await reader.sends("انستقرام", "وجدت طلبًا واحدًا.", "كتبت: انستقرام")
    await reader.taps("الشهر", "أي شهر؟")
    await reader.taps("كل الأشهر", "وجدت طلبًا واحدًا.")
    await mona.press("تصدير")
    caption, _, content = await file_of(world, mona, "document")
    assert english_of_ours(caption) == []
    (row,) = table(content)
    assert row["الحالة"] == "وصل جزء منه"
    assert row["الخدمة"].startswith("متابعين")

    await newer(mona, caption, "وجدت طلبًا واحدًا.")
    await reader.taps("رجوع", "الطلبات الجارية")
    await reader.taps("المصروفات", "المصروفات في")
    await mona.press("رسم بياني")
    picture, _, content = await file_of(world, mona, "photo")
    assert english_of_ours(picture) == []
    assert left_to_right(picture) == []
    middle = decode(content).rows[80]
    assert middle[500] != middle[1079], "the bar begins at the right"

    await newer(mona, picture, "المصروفات في")
    await mona.press("التفاصيل", on=card)
    await reader.sees("أُرسل إلى Serva", "قبلته Serva")
    await mona.press("إيصال", on=card)
    await reader.sees("أعد توجيه")
    receipt = mona.from_bot[-2]
    assert english_of_ours(receipt) == []
    assert left_to_right(receipt) == []
