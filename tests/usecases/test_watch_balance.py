"""A balance that no longer covers the last order: told once, until it rises again."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.draft import Asking, Filling, Inputs
from bot.domain.later import LOOKS
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from storage import accounts, people, watches
from tests.usecases.ordering import ANN, Shop


async def has(shop: Shop, amount: str, currency: str = "USD") -> int:
    """A balance comes in and is looked at; how many were."""
    shop.clock.now += 1000
    session, now = await shop.session(), shop.clock()
    account = session.serva
    assert account is not None
    money = Money(Decimal(amount), currency)
    await shop.db.write(lambda tx: accounts.set_balance(tx, ANN, account.id, money, now))
    return await shop.purses.run_once()


async def told(shop: Shop) -> list[dict[str, str]]:
    return await shop.bodies(NoticeKind.WATCH_BALANCE)


async def test_it_is_told_once_until_it_rises_again(shop: Shop) -> None:
    await shop.placed()
    await shop.all_told()
    assert (await has(shop, "0.89"), await told(shop)) == (1, [])
    assert (await has(shop, "0.88"), len(await told(shop))) == (1, 1)
    await has(shop, "0.50")
    assert len(await told(shop)) == 1
    await has(shop, "25")
    await has(shop, "0.10")
    assert len(await told(shop)) == 2


async def test_a_balance_is_looked_at_once(shop: Shop) -> None:
    await shop.placed()
    await has(shop, "0.10")
    assert (await shop.purses.run_once(), len(await told(shop))) == (0, 1)


async def test_nobody_who_has_not_ordered_is_told(shop: Shop) -> None:
    await has(shop, "0.00")
    assert await told(shop) == []


async def test_it_is_told_as_it_is_when_it_is_told(shop: Shop) -> None:
    await shop.placed()
    await has(shop, "0.10")
    (body,) = await told(shop)
    assert await shop.purses.low(ANN, body) == (Money(Decimal("0.10")), Money(Decimal("0.89")))
    await has(shop, "3")
    assert await shop.purses.low(ANN, body) is None


async def test_another_currency_is_not_compared(shop: Shop) -> None:
    await shop.placed()
    await has(shop, "0.10", "EUR")
    assert await told(shop) == []


async def test_what_is_no_longer_offered_is_no_measure(shop: Shop) -> None:
    await shop.placed()
    shop.serva.rows = ()
    session = await shop.session()
    assert session.serva is not None
    await shop.catalogues.fetch(session.serva)
    await has(shop, "0.10")
    assert await told(shop) == []


async def test_whoever_has_just_seen_that_it_is_too_low_is_not_told(shop: Shop) -> None:
    await shop.placed()
    session = await shop.session()
    assert session.serva is not None
    draft = Filling(1, "nonce", Inputs(quantity=1000), Asking.QUANTITY)
    await shop.money.keep(session.serva, draft, Money(Decimal("0.89")))
    await has(shop, "0.10")
    await shop.money.forget(ANN)
    await has(shop, "0.05")
    assert await told(shop) == []


async def test_a_draft_that_nobody_looks_after_any_more_keeps_nothing_from_anybody(
    shop: Shop,
) -> None:
    await shop.placed()
    session = await shop.session()
    assert session.serva is not None
    draft = Filling(1, "nonce", Inputs(quantity=1000), Asking.QUANTITY)
    await shop.money.keep(session.serva, draft, Money(Decimal("0.89")))
    shop.clock.now += LOOKS[-1]
    await has(shop, "0.10")
    assert len(await told(shop)) == 1
    await has(shop, "20")
    await shop.money.keep(session.serva, draft, Money(Decimal("0.89")))
    shop.clock.now += LOOKS[0]
    await shop.look_for_money()
    await has(shop, "0.05")
    assert len(await told(shop)) == 2, "its person was told of the money, and it is gone again"


async def test_an_account_that_was_erased_meanwhile_harms_nobody(shop: Shop) -> None:
    await shop.placed()
    session = await shop.session()
    assert session.serva is not None
    account = session.serva.id
    await shop.db.write(lambda tx: people.erase(tx, ANN))
    await shop.db.write(lambda tx: watches.looked(tx, account, 1, low=True))
    assert await shop.db.all("SELECT account FROM balance_watch") == []
