"""A draft that waits for money: one a person, looked after for half an hour, told once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.draft import Asking, Confirming, Filling, Inputs, Resting, Step
from bot.domain.later import LOOKS
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.session import Account
from bot.providers.port import CallFailed
from bot.usecases import await_money
from storage import people, sessions, unfunded
from tests.usecases.ordering import ANN, BOB, OTHER_KEY, Shop, agreed

DRAFT = Filling(
    1, "nonce", Inputs(link="https://instagram.com/ann", quantity=1000), Asking.QUANTITY
)
NEEDED = Money(Decimal("30"))


async def account(shop: Shop, owner: int = ANN) -> Account:
    found = (await shop.session(owner)).serva
    assert found is not None
    return found


async def keep(shop: Shop, draft: Filling = DRAFT, needed: Money = NEEDED) -> int:
    await shop.money.keep(await account(shop), draft, needed)
    found = await unfunded.of(shop.db, ANN)
    assert found is not None
    assert (found.draft, found.needed, found.since) == (draft, needed, shop.clock())
    return found.id


async def at_step(shop: Shop, step: Step) -> None:
    session = await shop.session()
    moved = replace(session, step=step)
    await shop.db.write(lambda tx: sessions.save(tx, moved, shop.clock()))


def rich(shop: Shop) -> None:
    shop.serva.money = Money(Decimal("30.00"))


async def test_its_person_is_told_once_when_the_money_is_there(shop: Shop) -> None:
    number = await keep(shop)
    assert await shop.look_for_money() == 0, "not at once"
    shop.clock.now += LOOKS[0]
    assert (await shop.look_for_money(), await shop.owed()) == (1, [])
    rich(shop)
    assert await shop.look_for_money() == 0
    shop.clock.now = shop.clock.now - LOOKS[0] + LOOKS[1]
    await shop.look_for_money()
    assert await shop.bodies(NoticeKind.FUNDED) == [{"draft": str(number)}]
    shop.clock.now += LOOKS[-1] // 2
    assert await shop.look_for_money() == 0
    found = await shop.money.draft(ANN, number)
    assert found is not None and found.draft == DRAFT
    assert await shop.money.balance(found) == Money(Decimal(30))
    assert await shop.money.draft(BOB, number) is None


async def test_the_looks_grow_rare_and_end_after_half_an_hour(shop: Shop) -> None:
    await keep(shop)
    began, looks = shop.clock(), shop.serva.balances
    while shop.clock() < began + 2 * LOOKS[-1]:
        shop.clock.now += 5_000
        await shop.look_for_money()
    assert shop.serva.balances - looks in (len(LOOKS) - 1, len(LOOKS))
    assert shop.serva.adds == []


async def test_a_silent_serva_ends_nothing(shop: Shop) -> None:
    await keep(shop)
    shop.serva.money = CallFailed("ReadTimeout")
    shop.clock.now += LOOKS[0]
    await shop.look_for_money()
    rich(shop)
    shop.clock.now += LOOKS[1]
    await shop.look_for_money()
    assert await shop.owed() == [NoticeKind.FUNDED]


async def test_another_draft_takes_its_place(shop: Shop) -> None:
    first = await keep(shop)
    second = await keep(shop, needed=Money(Decimal("26")))
    assert second > first, "an old button never means the new one"
    assert await shop.money.draft(ANN, first) is None


async def test_the_last_look_for_one_draft_does_not_end_the_wait_for_the_next(shop: Shop) -> None:
    await keep(shop)
    shop.clock.now += LOOKS[-1]
    second = 0

    async def meanwhile() -> None:
        nonlocal second
        second = await keep(shop, needed=Money(Decimal("26")))

    shop.serva.on_balance = meanwhile
    await shop.look_for_money()
    found = await unfunded.of(shop.db, ANN)
    assert found is not None and found.id == second


async def test_after_an_absence_it_is_looked_at_once_more(shop: Shop) -> None:
    await keep(shop)
    shop.clock.now += 2 * LOOKS[-1]
    rich(shop)
    assert await shop.restarted().look_for_money() == 1
    assert await shop.owed() == [NoticeKind.FUNDED]
    await keep(shop, needed=Money(Decimal("31")))
    shop.clock.now += 2 * LOOKS[-1]
    await shop.look_for_money()
    assert await unfunded.of(shop.db, ANN) is None


async def test_it_survives_a_restart(shop: Shop) -> None:
    await keep(shop)
    rich(shop)
    shop.clock.now += LOOKS[0]
    await shop.restarted().look_for_money()
    assert await shop.owed() == [NoticeKind.FUNDED]


async def test_whoever_went_on_to_another_draft_is_told_nothing(shop: Shop) -> None:
    other = Inputs(link="https://instagram.com/bob", quantity=1000)
    quote = agreed().quote
    for step in (Filling(1, "other", other, Asking.LINK), Confirming(1, "n", other, quote)):
        await keep(shop)
        await at_step(shop, step)
        rich(shop)
        shop.clock.now += LOOKS[0]
        await shop.look_for_money()
        assert await shop.owed() == []
        assert await unfunded.of(shop.db, ANN) is None


async def test_whoever_looks_at_something_else_or_still_at_it_is_told(shop: Shop) -> None:
    for step in (Resting(), DRAFT, Confirming(1, "nonce", DRAFT.inputs, agreed().quote)):
        await keep(shop)
        await at_step(shop, step)
        rich(shop)
        shop.clock.now += LOOKS[0]
        await shop.look_for_money()
        assert await shop.owed() == [NoticeKind.FUNDED]
        await shop.all_told()


async def test_it_ends_with_its_key_and_with_its_person(shop: Shop) -> None:
    await keep(shop)
    await shop.link(ANN, OTHER_KEY)
    rich(shop)
    shop.clock.now += LOOKS[0]
    await shop.look_for_money()
    assert (await shop.owed(), await unfunded.of(shop.db, ANN)) == ([], None)
    await keep(shop)
    await shop.db.write(lambda tx: people.erase(tx, ANN))
    assert await shop.db.all("SELECT id FROM unfunded") == []


async def test_going_on_lets_nothing_wait(shop: Shop) -> None:
    number = await keep(shop)
    await shop.money.forget(ANN)
    await shop.money.forget(ANN)
    rich(shop)
    shop.clock.now += LOOKS[0]
    assert (await shop.look_for_money(), await shop.money.draft(ANN, number)) == (0, None)


async def unreadable(shop: Shop) -> None:
    """What waits was written by another version."""
    await shop.db.write(lambda tx: tx.execute('UPDATE unfunded SET draft = \'{"": "new"}\''))


async def test_what_another_version_wrote_is_let_go_and_holds_up_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(await_money, "A_ROUND", 1)
    await keep(shop)
    await unreadable(shop)
    shop.clock.now += 1
    await shop.customer(BOB, OTHER_KEY)
    await shop.money.keep(await account(shop, BOB), DRAFT, NEEDED)
    rich(shop)
    shop.clock.now += LOOKS[0]
    assert [await shop.look_for_money() for _ in range(3)] == [0, 1, 0]
    assert await shop.owed(BOB) == [NoticeKind.FUNDED]
    assert await shop.db.all("SELECT owner FROM unfunded") == [(BOB,)]


async def test_going_on_forgets_even_what_cannot_be_read(shop: Shop) -> None:
    await keep(shop)
    await unreadable(shop)
    await shop.money.forget(ANN)
    assert await shop.db.all("SELECT id FROM unfunded") == []
