"""A list is looked through against what its person can order, and kept as it was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.mass import Checked, Entry, Line, Mistake, Wrong
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.pricing import Unit
from bot.domain.session import Account
from bot.usecases.mass import Draft, MassOrders
from storage import batches, price_units
from tests.usecases.ordering import ANN, BOB, FOLLOWERS, OTHER_KEY, Shop
from tests.usecases.test_place_batches import confirm

LINES = [Line(n, "1234", f"https://instagram.com/p{n}", 1000) for n in (1, 2)]


@pytest.fixture
async def mass(shop: Shop) -> MassOrders:
    """Followers are known to be priced per 1,000."""
    scope = f"class:{FOLLOWERS.price_class}"
    await shop.db.write(lambda tx: price_units.override(tx, scope, Unit.PER_1000, shop.clock()))
    nonces = iter("abcdefghij")
    return MassOrders(
        shop.db, shop.clock, lambda: next(nonces), lambda: shop.woken.update(["notices"])
    )


async def account(shop: Shop, owner: int = ANN) -> Account:
    found = (await shop.session(owner)).serva
    assert found is not None
    return found


async def checked(shop: Shop, mass: MassOrders, entries: Sequence[Entry]) -> Checked:
    return await mass.check(await account(shop), entries)


def wrongs(found: Checked) -> list[tuple[int, Wrong]]:
    return [(mistake.number, mistake.wrong) for mistake in found.mistakes]


async def test_what_fits_can_be_ordered_at_the_accounts_own_price(
    shop: Shop, mass: MassOrders
) -> None:
    found = await checked(shop, mass, LINES)
    assert [ready.line for ready in found.ready] == [1, 2]
    assert (found.total, found.mistakes) == (Money(Decimal("1.78")), ())


async def test_a_service_whose_price_unit_nobody_knows_is_left_out(
    shop: Shop, mass: MassOrders
) -> None:
    scope = f"class:{FOLLOWERS.price_class}"
    await shop.db.write(lambda tx: price_units.override(tx, scope, None, shop.clock()))
    assert wrongs(await checked(shop, mass, LINES)) == [
        (1, Wrong.UNPROVEN),
        (2, Wrong.UNPROVEN),
    ]


async def test_what_the_account_does_not_sell_or_wants_more_for_is_left_out(
    shop: Shop, mass: MassOrders
) -> None:
    entries: list[Entry] = [
        Line(1, "9999", "https://x.com/a", 5),
        Line(2, "7788", "https://x.com/a", 1),
        Mistake(3, Wrong.LINK, "1234 | x | 5"),
        *[replace(line, number=line.number + 3) for line in LINES],
    ]
    found = await checked(shop, mass, entries)
    assert wrongs(found) == [(1, Wrong.NO_SERVICE), (2, Wrong.FIELDS), (3, Wrong.LINK)]
    assert [ready.line for ready in found.ready] == [4, 5]


async def test_a_target_in_doubt_is_left_out(shop: Shop, mass: MassOrders) -> None:
    order = await shop.confirm(target="instagram.com/p2")
    (mistake,) = (await checked(shop, mass, LINES)).mistakes
    assert (mistake.number, mistake.wrong, mistake.than) == (2, Wrong.BLOCKED, order.id)


async def test_a_target_that_serva_still_works_on_is_left_out(shop: Shop, mass: MassOrders) -> None:
    order = await shop.confirm(target="instagram.com/p2")
    await shop.place()
    (mistake,) = (await checked(shop, mass, LINES)).mistakes
    assert (mistake.number, mistake.wrong, mistake.than) == (2, Wrong.RUNNING, order.id)


async def test_what_is_still_to_be_sent_is_not_left_to_be_spent(
    shop: Shop, mass: MassOrders
) -> None:
    await confirm(shop, 3)
    await shop.place()
    entries = [Line(n, "1234", f"https://instagram.com/q{n}", 1000) for n in (1, 2)]
    found = await checked(shop, mass, entries)
    assert (found.owed, found.total) == (Money(Decimal("1.78")), Money(Decimal("1.78")))
    assert found.after(Money(Decimal("24.61"))) == Money(Decimal("21.05"))


async def test_a_long_list_is_looked_through_off_the_event_loop(
    shop: Shop, mass: MassOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[object] = []
    to_thread = asyncio.to_thread

    async def watched(work: object, *given: object) -> object:
        moved.append(work)
        return await to_thread(work, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "to_thread", watched)
    many = [Line(n, "1234", f"https://instagram.com/p{n}", 1000) for n in range(500)]
    assert len((await checked(shop, mass, many)).ready) == 500
    assert len(moved) == 1


async def test_a_list_is_kept_with_the_prices_that_were_shown(shop: Shop, mass: MassOrders) -> None:
    entries: list[Entry] = [*LINES, Mistake(3, Wrong.PARTS, "?")]
    read = await mass.keep(await account(shop), entries, rest_of=None)
    assert read.draft == Draft(
        "a", tuple(entries), {"1234": (Decimal("0.89"), Unit.PER_1000)}, (3,), None
    )
    assert await mass.draft(ANN, "a") == read.draft
    assert await mass.draft(BOB, "a") is None
    again = await mass.keep(await account(shop), LINES)
    assert (await mass.draft(ANN, "a"), again.draft.nonce) == (None, "b")
    await mass.drop(ANN)
    assert await mass.draft(ANN, "b") is None


async def test_a_list_is_forgotten_once_it_is_agreed_to(shop: Shop, mass: MassOrders) -> None:
    await mass.keep(await account(shop), LINES)
    await confirm(shop, nonce="a")
    assert await mass.draft(ANN, "a") is None


async def test_a_card_is_drawn_where_it_was_moved_to(shop: Shop, mass: MassOrders) -> None:
    batch = await confirm(shop)
    await shop.all_told()
    shop.woken.clear()
    await mass.move_card(batch, 900)
    moved = await mass.batch(ANN, batch.id)
    assert moved is not None and moved.card_message == 900
    assert await shop.owed() == [NoticeKind.BATCH]
    assert shop.woken["notices"] == 1


async def test_nobody_reads_anothers_mass_order(shop: Shop, mass: MassOrders) -> None:
    await shop.customer(BOB, OTHER_KEY)
    batch = await confirm(shop)
    assert await mass.batch(BOB, batch.id) is None
    assert await mass.by_nonce(BOB, batch.nonce) is None
    await mass.move_card(replace(batch, owner=BOB), 900)
    kept = await batches.batch(shop.db, ANN, batch.id)
    assert kept is not None and kept.card_message == 500
