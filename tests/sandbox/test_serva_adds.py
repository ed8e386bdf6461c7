"""What an `add` at the sandbox Serva takes, and what it costs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.catalogue import Good, Unit, catalogue
from bot.sandbox.goods import Input
from bot.sandbox.serva import Refusal
from bot.sandbox.serva.purchases import lines, price
from tests.sandbox.serva_api import LINK, Client, shop

COMMENTS = "رائع\n\n  جميل \nما شاء الله\nممتاز\nحلو"


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        ann.serva.top_up(ann.account, "1000")
        yield ann


def of_type(kind: str) -> Good:
    return next(good for good in catalogue() if good.type == kind)


def called(english: str) -> Good:
    return next(good for good in catalogue() if good.extras.get("name_en") == english)


async def test_adding_twice_charges_twice(ann: Client) -> None:
    first, second = await ann.add(), await ann.add()
    assert first["order"] != second["order"]
    assert ann.account.balance == Decimal("1025.5") - 2 * Decimal("0.89")
    assert [add.order for add in ann.serva.adds] == ann.serva.orders


async def test_a_charge_is_exact_and_rounds_up_at_four_decimals(ann: Client) -> None:
    assert (await ann.add(quantity="101"))["charge"] == "0.0899"
    assert (await ann.add(quantity="2000"))["charge"] == "1.78"


async def test_a_coupon_takes_a_tenth_off(ann: Client) -> None:
    order = await ann.order(coupon="save10")
    assert (order.paid, order.coupon) == (Decimal("0.801"), "SAVE10")


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(Unit.PER_1000, "0.0010"), (Unit.PER_ITEM, "0.9999"), (Unit.FLAT, "0.3333")],
)
def test_price_by_unit(unit: Unit, expected: str) -> None:
    assert price(unit, Decimal("0.3333"), 3, Decimal(0)) == Decimal(expected)


@pytest.mark.parametrize("name", ["link", "target", "target_link"])
async def test_the_link_has_three_names(ann: Client, name: str) -> None:
    order = await ann.order("1300", quantity="100", **{name: "HTTPS://Example.COM/Post/1/"})
    assert order.target == "https://example.com/Post/1"


@pytest.mark.parametrize(
    "link",
    ["", "example.com/x", "ftp://example.com/x", "https://localhost", "https://[", "http://a b.c"],
)
async def test_what_is_no_link_is_refused(ann: Client, link: str) -> None:
    assert await ann.add(link=link) == {"error": "INVALID_LINK"}


@pytest.mark.parametrize("quantity", ["", "0", "-5", "1e3", "1,000", "1.5", "٢٠٠", "1_000"])
async def test_what_is_no_quantity_is_refused(ann: Client, quantity: str) -> None:
    assert await ann.add(quantity=quantity) == {"error": "INVALID_QUANTITY"}


FIELDS: list[dict[str, Any]] = [
    {"fields": {"player_id": "123456789", "server_id": "55"}},
    {"inputs": {"player_id": "123456789", "server_id": 55}},
    {"custom_fields": '{"player_id": "123456789", "server_id": "55"}'},
    {"fields": ["123456789", "55"]},
    {"fields": [{"key": "player_id", "value": "123456789"}, {"name": "server_id", "value": 55}]},
    {"fields[player_id]": "123456789", "fields[server_id]": "55"},
]


@pytest.mark.parametrize("given", FIELDS)
async def test_manual_fields_come_in_many_shapes(ann: Client, given: dict[str, Any]) -> None:
    body = {"action": "add", "key": ann.account.key, "service": "7788", **given}
    async with ann.http.post(ann.serva.url, json=body) as answer:
        accepted = await answer.json()
    assert accepted["charge"] == "1.45"
    [order] = ann.serva.orders
    assert order.inputs == {"player_id": "123456789", "server_id": "55"}
    assert order.quantity == 1


async def test_manual_fields_beside_the_others_are_refused(ann: Client) -> None:
    answer = await ann.add("7788", player_id="123456789", server_id="55")
    assert answer == {"error": "MISSING_FIELD"}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"player_id": "12", "server_id": "mars"}, Refusal.INVALID_FIELD),
        ({"player_id": "twelve", "server_id": "eu"}, Refusal.INVALID_FIELD),
        ({"player_id": "12"}, Refusal.MISSING_FIELD),
        ({"player_id": "12", "server_id": ["eu"]}, Refusal.MISSING_FIELD),
        ("12", Refusal.MISSING_FIELD),
    ],
)
async def test_fields_are_checked(ann: Client, values: object, refusal: Refusal) -> None:
    good = called("Free Fire 530 Diamonds")
    assert await ann.add(good.code, fields=json.dumps(values)) == {"error": refusal.value}


async def test_an_optional_field_may_be_left_out(ann: Client) -> None:
    good = called("Bigo Live 500 Diamonds")
    order = await ann.order(good.code, fields='{"user_id": "908070605"}')
    assert order.inputs == {"user_id": "908070605"}


async def test_lines_make_the_quantity_of_a_bulk_service(ann: Client) -> None:
    good = called("Email check")
    emails = "\n".join(f"user{n}@example.com" for n in range(12)) + "\n\n"
    order = await ann.order(good.code, fields=json.dumps({"emails": emails}), quantity="999")
    assert (order.quantity, order.paid) == (12, 12 * good.rate)


async def test_too_few_lines_are_too_few(ann: Client) -> None:
    answer = await ann.add(called("Email check").code, fields='{"emails": "a@example.com"}')
    assert answer == {"error": "QUANTITY_TOO_LOW"}


async def test_a_service_may_want_a_link_and_fields(ann: Client) -> None:
    good = called("5-star Google Maps reviews")
    fields = '{"language": "ar"}'
    assert await ann.add(good.code, fields=fields, quantity="2") == {"error": "INVALID_LINK"}
    order = await ann.order(good.code, fields=fields, quantity="2", link=LINK)
    assert order.paid == 2 * good.rate


FAMILY: dict[str, tuple[dict[str, str], int]] = {
    "Package": ({"link": LINK}, 1),
    "SEO": ({"link": LINK, "keywords": "شراء متابعين\nserva"}, 2),
    "Custom Comments": ({"link": LINK, "comments": COMMENTS}, 5),
    "Custom Comments Package": ({"link": LINK, "comments": f"{COMMENTS}\n{COMMENTS}"}, 10),
    "Mentions with Hashtags": (
        {"link": LINK, "quantity": "10", "usernames": "ann", "hashtags": "sea"},
        10,
    ),
    "Mentions Custom List": ({"link": LINK, "usernames": "\n".join("abcdefghijk")}, 11),
    "Mentions Hashtag": ({"link": LINK, "quantity": "500", "hashtag": "sea"}, 500),
    "Mentions User Followers": ({"link": LINK, "quantity": "1000", "username": "ann"}, 1000),
    "Comment Likes": ({"link": LINK, "quantity": "20", "username": "ann"}, 20),
    "Poll": ({"link": LINK, "quantity": "50", "answer_number": "2"}, 50),
    "Subscriptions": (
        {"username": "ann", "min": "100", "max": "200", "posts": "3", "delay": "0"},
        600,
    ),
}


@pytest.mark.parametrize("kind", FAMILY)
async def test_types_of_the_family_take_their_own_inputs(ann: Client, kind: str) -> None:
    params, quantity = FAMILY[kind]
    good = of_type(kind)
    order = await ann.order(good.code, **params)
    assert (order.quantity, order.good) == (quantity, good)
    unit = Unit.FLAT if "Package" in kind else Unit.PER_1000
    assert order.paid == price(unit, good.rate, quantity, Decimal(0))


@pytest.mark.parametrize("kind", [kind for kind in FAMILY if kind != "Package"])
async def test_types_of_the_family_miss_what_is_missing(ann: Client, kind: str) -> None:
    params = {k: v for k, v in FAMILY[kind][0].items() if k in ("link", "quantity")}
    assert await ann.add(of_type(kind).code, **params) == {"error": "MISSING_FIELD"}


async def test_a_subscription_has_a_least_below_its_most(ann: Client) -> None:
    params = {"username": "ann", "min": "300", "max": "200", "delay": "0"}
    assert await ann.add(of_type("Subscriptions").code, **params) == {"error": "INVALID_QUANTITY"}


async def test_a_fixed_quantity_need_not_be_told(ann: Client) -> None:
    good = next(g for g in catalogue() if g.minimum == g.maximum == 4000)
    order = await ann.order(good.code, link=LINK)
    assert (order.quantity, order.paid) == (4000, 4 * good.rate)
    assert await ann.add(good.code, link=LINK, quantity="3999") == {"error": "QUANTITY_TOO_LOW"}


async def test_everything_on_sale_can_be_bought(ann: Client) -> None:
    ann.serva.top_up(ann.account, "1000000")
    for good in catalogue():
        fields = json.dumps({wanted.key: value_for(wanted) for wanted in good.inputs})
        asked = {"quantity": str(good.minimum)} if good.type == "Default" else {}
        params = {"link": LINK, "fields": fields, **asked, **FAMILY.get(good.type, ({}, 0))[0]}
        assert "order" in await ann.add(good.code, **params), good


def value_for(wanted: Input) -> str:
    """Something that the field takes."""
    if wanted.options:
        return wanted.options[0][0]
    return {
        "number": "5123456789",
        "url": LINK,
        "textarea": "\n".join(f"line {n}" for n in range(10)),
    }.get(wanted.kind, "text")


def test_only_lines_with_something_on_them_count() -> None:
    assert lines(" a \r\n\n\t\nb") == ["a", "b"]


async def test_the_guard_refuses_an_active_target(ann: Client) -> None:
    ann.serva.guard.on = True
    await ann.order()
    fields = '{"player_id": "1", "server_id": "2"}'
    await ann.order("7788", fields=fields)
    assert await ann.add(link=LINK.rstrip("/")) == {"error": "ACTIVE_ORDER_EXISTS"}
    assert await ann.add("7788", fields=fields) == {"error": "ACTIVE_TARGET_ORDER_EXISTS"}
    assert len(ann.serva.orders) == 2


async def test_the_guard_refuses_a_repetition_within_the_cooldown(ann: Client) -> None:
    ann.serva.guard.on = True
    (await ann.order()).finish("completed")
    assert await ann.add() == {"error": "DUPLICATE_ORDER"}
    assert await ann.add(quantity="500") == {"error": "DUPLICATE_ORDER_COOLDOWN"}
    ann.serva.advance(ann.serva.guard.cooldown)
    assert "order" in await ann.add()


async def test_the_guard_is_about_one_account_service_and_target(ann: Client) -> None:
    ann.serva.guard.on = True
    await ann.order()
    await ann.order(link=LINK + "other")
    await ann.order("1300", link=LINK, quantity="100")
    ben = ann.serva.account()
    assert "order" in await ann.add(key=ben.key)
