"""Where something else meddles with an order: another key, another owner, another currency."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Placement, Why
from bot.domain.tracking import report_from
from bot.providers.port import Accepted, Unknown
from bot.usecases.link_key import LinkKey
from bot.usecases.locks import NamedLocks
from bot.usecases.settle_unknowns import Answer
from storage import orders, people
from tests.usecases.ordering import BOB, KEY, OPERATOR, OTHER_KEY, Shop, agreed


async def test_a_key_that_was_unlinked_meanwhile_is_not_spent_from(shop: Shop) -> None:
    order = await shop.confirm()

    async def unlink_now() -> None:
        await shop.unlink()

    shop.serva.on_balance = unlink_now
    await shop.place()
    assert shop.serva.adds == []
    await shop.place()
    after = await shop.order(order)
    assert (after.placement, after.reason.meaning) == (Placement.NOT_SENT, Why.UNLINKED)


async def test_replacing_a_key_gives_up_what_was_not_sent_with_the_old_one(shop: Shop) -> None:
    order = await shop.confirm()
    linking = LinkKey(
        shop.db,
        shop.keys,
        shop.serva,
        shop.serva,  # type: ignore[arg-type]  # Servya is not asked
        NamedLocks(),
        shop.clock,
        asyncio.sleep,
        lambda: None,
        lambda: None,
    )
    await linking.link(await shop.session(), OTHER_KEY)
    after = await shop.order(order)
    assert (after.placement, after.reason.meaning) == (Placement.NOT_SENT, Why.UNLINKED)
    await shop.place()
    assert shop.serva.adds == []


async def test_linking_the_same_key_again_keeps_what_waits(shop: Shop) -> None:
    order = await shop.confirm()
    await shop.link(order.owner, KEY)
    await shop.place()
    assert (await shop.order(order)).placement is Placement.PLACED


async def test_erasing_one_owner_of_a_key_taints_the_evidence_of_the_other(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    order = await shop.placed()
    await shop.customer(BOB, KEY)
    await shop.db.write(lambda tx: people.erase(tx, BOB))
    assert (await shop.order(order)).evidence.tainted
    await shop.settling.check_now(order.owner, order.id)
    assert (await shop.order(order)).evidence.tainted


async def test_erasing_somebody_with_another_key_taints_nothing(shop: Shop) -> None:
    shop.serva.outcomes.append(Unknown("ReadTimeout"))
    order = await shop.placed()
    await shop.customer(BOB, OTHER_KEY)
    await shop.db.write(lambda tx: people.erase(tx, BOB))
    assert not (await shop.order(order)).evidence.tainted


async def test_an_id_cannot_be_given_while_the_order_is_being_sent(shop: Shop) -> None:
    shop.serva.reports["ORD-7"] = {"status": "Pending"}
    shop.serva.gate.clear()
    order = await shop.confirm()
    await shop.placing.run_once()
    await shop.sent()
    assert await shop.settling.found_as(order.owner, order.id, "ORD-7") is Answer.SETTLED
    shop.serva.gate.set()
    await shop.quiet()
    assert (await shop.order(order)).provider_order == "ORD-100023"


async def test_a_charge_in_another_currency_is_not_shown_under_ours(shop: Shop) -> None:
    await shop.operator()
    shop.serva.outcomes.append(
        Accepted("ORD-1", Money(Decimal(30), "EGP"), Money(Decimal(900), "EGP"), "req")
    )
    order = await shop.placed(details=agreed())
    after = await shop.order(order)
    session = await shop.session()
    assert session.serva is not None
    assert (after.placement, after.charge, session.serva.balance) == (
        Placement.PLACED,
        None,
        Money(Decimal("25.50")),
    )
    assert await shop.owed(OPERATOR) == [NoticeKind.OPERATOR_CHARGE]


async def test_a_status_in_another_currency_leaves_the_charge_as_it_was(shop: Shop) -> None:
    order = await shop.placed()
    now = shop.clock()

    async def said(currency: str | None, charge: str) -> Decimal | None:
        entry = {"status": "In progress", "charge": charge, "currency": currency}
        report = report_from(entry)
        await shop.db.write(lambda tx: orders.keep_report(tx, order.id, report, now, now))  # type: ignore[arg-type]
        return (await shop.order(order)).charge

    assert await said("EGP", "30") == Decimal("0.89")
    assert await said(None, "0.5") == Decimal("0.5")
    assert await said("USD", "0.4") == Decimal("0.4")
