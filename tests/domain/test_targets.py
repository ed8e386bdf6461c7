"""What is kept of an order to be offered again, and to which services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.catalogue import Service, service_from
from bot.domain.draft import Inputs, details_of
from bot.domain.money import Money
from bot.domain.order import Quote
from bot.domain.pricing import Unit
from bot.domain.targets import ids_of, kept_target, suiting, target_kind

PLAYER = {"key": "player_id", "label": "Player ID", "type": "text"}
SERVER = {"key": "server_id", "label": "Server ID", "type": "text"}
NOTE = {"key": "note", "label": "Note", "type": "text", "required": False}
LIST = {"key": "numbers", "label": "Numbers", "type": "textarea"}
REGION = {"key": "region", "label": "Region", "type": "select", "options": ["EU", "US"]}


def service(name: str, *fields: dict[str, Any], category: str = "Games", **more: Any) -> Service:
    row = {"service": "7", "name": name, "category": category, "rate": "1", "min": 1, "max": 1}
    return service_from(row | {"fields": list(fields)} | more)


def kept(of: Service, link: str = "", **values: str) -> str:
    quote = Quote(Money(Decimal(1)), Decimal(1), Unit.FLAT, True)
    return kept_target(details_of(of, Inputs(link, tuple(values.items())), quote))


def test_a_link_is_kept_as_it_is() -> None:
    followers = service_from(
        {"service": "1", "name": "Followers", "rate": "1", "min": 10, "max": 100}
    )
    assert kept(followers, "https://instagram.com/ann") == "https://instagram.com/ann"
    assert target_kind(followers) == "link"


def test_ids_are_kept_together_and_without_what_was_optional() -> None:
    diamonds = service("86 Diamonds", PLAYER, SERVER, NOTE)
    assert kept(diamonds, player_id="123", server_id="55", note="hello") == "123\n55"


@pytest.mark.parametrize(
    "fields",
    [
        [LIST],
        [LIST, PLAYER],
        [PLAYER, LIST],
        [NOTE, PLAYER],
        [REGION, PLAYER],
        [],
        [PLAYER, {"key": "password", "label": "Password", "type": "password"}],
        [PLAYER, {"key": "pin_code", "label": "PIN code", "type": "text"}],
        [PLAYER, {"key": "f2", "label": "كلمة السر", "type": "text"}],
        [PLAYER, {"key": "f2", "label": "كلمة المرور", "type": "text"}],
    ],
)
def test_lists_and_secrets_belong_to_one_order(fields: list[dict[str, Any]]) -> None:
    one = service("86 Diamonds", *fields)
    given = {entry["key"]: "EU" if entry is REGION else "x" for entry in fields}
    assert ids_of(one) == ()
    assert kept(one, **given) == ""


def test_a_region_may_follow_the_player() -> None:
    assert kept(service("UC", PLAYER, REGION), player_id="123", region="EU") == "123\nEU"


def test_a_player_is_known_to_every_size_of_the_same_thing_and_to_nothing_else() -> None:
    diamonds = target_kind(service("Mobile Legends 86 Diamonds", PLAYER, SERVER))
    assert target_kind(service("Mobile legends 1,172  diamonds", PLAYER, SERVER)) == diamonds
    for other in (
        service("Free Fire 86 Diamonds", PLAYER, SERVER),
        service("Mobile Legends 86 Diamonds", PLAYER),
        service("Mobile Legends 86 Diamonds", PLAYER, SERVER, category="Brazil"),
    ):
        assert target_kind(other) != diamonds


INSTAGRAM = "https://instagram.com/ann"
POST = "https://instagram.com/p/C7xQm2hLk9R"
TIKTOK = "https://tiktok.com/@ann"
SITE = "https://example.com/page"


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("Instagram Followers", [INSTAGRAM, POST]),
        ("Instagram Likes", [POST, INSTAGRAM]),
        ("متابعين تيك توك", [TIKTOK]),
        ("Telegram Members", []),
        ("Website Traffic", [TIKTOK, INSTAGRAM, SITE, POST]),
        ("Reviews", [TIKTOK, INSTAGRAM, SITE, POST]),
    ],
)
def test_a_saved_link_is_offered_where_it_leads(name: str, offered: list[str]) -> None:
    one = service_from({"service": "1", "name": name, "rate": "1", "min": 1, "max": 9})
    links = list(enumerate([TIKTOK, INSTAGRAM, SITE, POST]))
    assert [url for _, url in suiting(one, links)] == offered
