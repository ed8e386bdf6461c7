"""Favourites at today's price: what changed is known, what is gone stays visible."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.pricing import Unit
from bot.domain.session import Account
from bot.usecases import favourites
from bot.usecases.favourites import KeepFavourites, Offer
from storage import price_units
from tests.usecases.ordering import ANN, BOB, FOLLOWERS, Shop

PRESET, ALONE = 1000, None


@pytest.fixture
def keeping(shop: Shop) -> KeepFavourites:
    return KeepFavourites(shop.db, shop.browse, shop.clock)


async def account(shop: Shop) -> Account:
    """Ann's account with the catalogue of now."""
    session = await shop.session()
    assert session.serva is not None
    return await shop.catalogues.fetch(session.serva)


async def kept(
    shop: Shop, keeping: KeepFavourites, quantity: int | None, currency: str = "USD"
) -> Offer:
    """Followers, kept at the price of now, and looked at."""
    number = await keeping.keep(ANN, 1, FOLLOWERS, quantity, currency)
    assert number is not None
    return await look(shop, keeping, number)


async def look(shop: Shop, keeping: KeepFavourites, number: int) -> Offer:
    offer = await keeping.offer(await account(shop), number)
    assert offer is not None
    return offer


def usd(amount: str) -> Money:
    return Money(Decimal(amount))


async def test_a_preset_has_a_total_and_a_service_a_rate(
    shop: Shop, keeping: KeepFavourites
) -> None:
    await account(shop)
    preset = await kept(shop, keeping, 2500)
    assert (preset.price, preset.was, preset.unit) == (usd("2.23"), None, None)
    alone = await kept(shop, keeping, ALONE)
    assert (alone.price, alone.was, alone.unit) == (usd("0.89"), None, Unit.PER_1000)


@pytest.mark.parametrize(
    ("rate", "quantity", "now", "was"),
    [
        ("1.10", PRESET, "1.10", "0.89"),
        ("0.50", PRESET, "0.50", "0.89"),
        ("1.10", ALONE, "1.10", "0.89"),
        ("0.890", PRESET, "0.89", None),
        ("0.8900001", ALONE, "0.8900001", None),  # nobody sees that
        ("0.885", PRESET, "0.89", None),  # as much as it was, in whole cents
    ],
)
async def test_a_change_that_can_be_seen_is_told(
    shop: Shop, keeping: KeepFavourites, rate: str, quantity: int | None, now: str, was: str | None
) -> None:
    await account(shop)
    number = (await kept(shop, keeping, quantity)).kept.id
    shop.serva.rows = (replace(FOLLOWERS, rate=Decimal(rate)),)
    offer = await look(shop, keeping, number)
    assert (offer.price, offer.was) == (usd(now), None if was is None else usd(was))


async def test_another_reading_of_the_same_rate_changes_a_total(
    shop: Shop, keeping: KeepFavourites
) -> None:
    await account(shop)
    preset, alone = await kept(shop, keeping, PRESET), await kept(shop, keeping, ALONE)
    await shop.db.write(lambda tx: price_units.override(tx, "*", Unit.PER_ITEM, 1))
    now = await look(shop, keeping, preset.kept.id)
    assert (now.price, now.was) == (usd("890"), usd("0.89"))
    now = await look(shop, keeping, alone.kept.id)
    assert (now.price, now.was, now.unit) == (usd("0.89"), None, Unit.PER_ITEM)


async def test_a_price_in_another_currency_was_another_accounts(
    shop: Shop, keeping: KeepFavourites
) -> None:
    await account(shop)
    offer = await kept(shop, keeping, PRESET, "SAR")
    assert (offer.price, offer.was) == (usd("0.89"), None)


async def test_what_is_gone_stays_and_comes_back(shop: Shop, keeping: KeepFavourites) -> None:
    await account(shop)
    rows, number = shop.serva.rows, (await kept(shop, keeping, PRESET)).kept.id
    assert not isinstance(rows, Exception)
    shop.serva.rows = rows[1:]
    offer = await look(shop, keeping, number)
    assert (offer.entry, offer.price, offer.was) == (None, None, None)
    assert (offer.kept.title, offer.kept.quantity) == ("Followers", PRESET)
    shop.serva.rows = rows
    assert (await look(shop, keeping, number)).price == usd("0.89")


async def test_a_quantity_that_is_no_longer_asked_for_leaves_the_rate(
    shop: Shop, keeping: KeepFavourites
) -> None:
    await account(shop)
    number = (await kept(shop, keeping, PRESET)).kept.id
    shop.serva.rows = (replace(FOLLOWERS, asks_quantity=False, minimum=500, maximum=500),)
    offer = await look(shop, keeping, number)
    assert (offer.price, offer.was) == (usd("0.89"), None)
    assert offer.unit is not None


async def test_pages_are_the_owners_and_the_newest_come_first(
    shop: Shop, keeping: KeepFavourites
) -> None:
    ann = await account(shop)
    for quantity in (100, 200, 300):
        await kept(shop, keeping, quantity)
    offers, total = await keeping.page(ann, 2, 0)
    assert ([offer.kept.quantity for offer in offers], total) == ([300, 200], 3)
    assert await keeping.page(replace(ann, owner=BOB), 2, 0) == ([], 0)
    assert await keeping.offer(replace(ann, owner=BOB), offers[0].kept.id) is None


async def test_there_is_an_end_to_favourites(
    shop: Shop, keeping: KeepFavourites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(favourites, "MOST", 2)
    await account(shop)
    first = await kept(shop, keeping, 100)
    await kept(shop, keeping, 200)
    assert await keeping.keep(ANN, 1, FOLLOWERS, 300, "USD") is None
    assert await keeping.remove(ANN, first.kept.id)
    assert await keeping.keep(ANN, 1, FOLLOWERS, 300, "USD") is not None
