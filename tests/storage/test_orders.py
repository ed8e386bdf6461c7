"""Orders move only along allowed edges, only from where they are, and only for their owner."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import service_from
from bot.domain.event import Person
from bot.domain.evidence import Beside, possible_charges
from bot.domain.money import Money
from bot.domain.order import ALLOWED, Details, Evidence, Order, Placement, Quote, Reason, Value
from bot.domain.pricing import Unit
from bot.domain.tracking import Delivery, Report
from storage import accounts, orders, people
from storage.database import Database
from storage.orders import Due, Waiting

ANN, BOB = 7, 8
NOW = 1_700_000_000_000
FOLLOWERS = service_from(
    {"service": "1234", "name": "Followers", "rate": "0.89", "min": 100, "max": 100_000}
)
DETAILS = Details(
    service=FOLLOWERS,
    quantity=1000,
    sends_quantity=True,
    quote=Quote(Money(Decimal("0.89")), Decimal("0.89"), Unit.PER_1000, proven=False),
    link="https://instagram.com/ann",
)
P = Placement


@dataclass
class Books:
    """The database with one account each of Ann and Bob, and one service."""

    db: Database
    accounts: dict[int, int]

    async def insert(self, nonce: str = "n", owner: int = ANN, **changes: Any) -> int:
        values: dict[str, Any] = {
            "owner": owner,
            "account": self.accounts[owner],
            "nonce": nonce,
            "service": 1,
            "details": DETAILS,
            "target": "instagram.com/ann",
            "card_message": 500,
            "now": NOW,
        }
        return await self.db.write(lambda tx: orders.insert(tx, **values | changes))

    async def set(self, order: int, **columns: Any) -> None:
        """Put an order into any condition."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        await self.db.write(
            lambda tx: tx.execute(
                f"UPDATE orders SET {assignments} WHERE id = ?", (*columns.values(), order)
            )
        )

    async def at(
        self, placement: Placement, nonce: str = "n", owner: int = ANN, **more: Any
    ) -> int:
        order = await self.insert(nonce, owner)
        await self.set(order, placement=placement.value, **more)
        return order

    async def move(self, order: int, source: Placement, to: Placement, **more: Any) -> bool:
        return await self.db.write(lambda tx: orders.move(tx, order, source, to, NOW, **more))

    async def claim(
        self, order: int, balance: str | None = "25.50", rate: Decimal | None = None
    ) -> int | None:
        before = None if balance is None else Decimal(balance)
        return await self.db.write(
            lambda tx: orders.claim(
                tx, order, digest="d", balance_before=before, rate=rate, now=NOW
            )
        )

    async def order(self, order: int) -> Order:
        found = await orders.for_operator(self.db, order)
        assert found is not None
        return found


@pytest.fixture
async def books(db: Database) -> Books:
    """Ann and Bob have a key each; nobody has ordered."""
    linked = {}
    for owner in (ANN, BOB):
        await db.write(lambda tx, owner=owner: people.meet(tx, Person(owner), "en", NOW))  # type: ignore[misc]
        linked[owner] = await link(db, owner, f"key {owner}")
    await db.write(lambda tx: tx.insert("INSERT INTO services (code) VALUES ('1234')"))
    await db.write(lambda tx: tx.insert("INSERT INTO services (code) VALUES ('7788')"))
    return Books(db, linked)


async def link(db: Database, owner: int, fingerprint: str) -> int:
    account = await db.write(
        lambda tx: accounts.reserve(tx, owner, "serva", fingerprint, "tail", NOW)
    )
    balance = Money(Decimal("25.50"))
    await db.write(lambda tx: accounts.link(tx, owner, account, b"sealed", balance, NOW))
    return account


# ---- keeping and finding ----


async def test_what_was_agreed_to_is_kept_as_it_was(books: Books) -> None:
    order = await books.insert("nonce")
    assert await books.order(order) == Order(
        id=order,
        owner=ANN,
        account=books.accounts[ANN],
        nonce="nonce",
        service=1,
        details=DETAILS,
        target="instagram.com/ann",
        confirmed_at=NOW,
        placement=P.CONFIRMED,
        card_message=500,
    )


async def test_a_nonce_is_used_once_by_each_owner(books: Books) -> None:
    await books.insert("nonce")
    await books.insert("nonce", BOB)
    with pytest.raises(sqlite3.IntegrityError):
        await books.insert("nonce")


async def test_everything_is_read_with_its_owner(books: Books) -> None:
    order = await books.at(P.PLACED, "nonce", provider_order="ORD-1")
    for owner, found in ((ANN, order), (BOB, None)):
        for read in (
            orders.order(books.db, owner, order),
            orders.by_nonce(books.db, owner, "nonce"),
            orders.latest(books.db, owner),
            orders.earlier_for_target(books.db, owner, "instagram.com/ann", 0),
        ):
            seen = await read
            assert (seen.id if seen else None) == found
        for asked in (([order], []), ([], ["ORD-1"]), ([order, 99], ["ORD-1", "ORD-2"])):
            seen_by_id = await orders.by_ids(books.db, owner, *asked)
            assert [entry.id for entry in seen_by_id] == ([found] if found else [])
        assert await orders.most_used(books.db, owner, 8) == ([1] if found else [])
        links = await orders.recent_links(books.db, owner, 8)
        assert links == ([(1, DETAILS.link, 1000)] if found else [])
        assert await orders.active_count(books.db, owner) == (1 if found else 0)
        assert await orders.shown_at(books.db, owner, 500) == found
    await books.db.write(lambda tx: orders.set_card(tx, BOB, order, 9))
    assert (await books.order(order)).card_message == 500


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


@given(
    link_=TEXT,
    coupon=TEXT,
    quantity=st.none() | st.integers(1, 10**12),
    values=st.lists(st.builds(Value, TEXT, TEXT, TEXT, st.booleans()), max_size=3),
    total=st.decimals(0, 10**9, places=6),
    unit=st.sampled_from(Unit),
    proven=st.booleans(),
)
def test_details_read_back_as_they_were(
    link_: str,
    coupon: str,
    quantity: int | None,
    values: list[Value],
    total: Decimal,
    unit: Unit,
    proven: bool,
) -> None:
    details = Details(
        service=FOLLOWERS,
        quantity=quantity,
        sends_quantity=proven,
        quote=Quote(Money(total), total, unit, proven),
        link=link_,
        values=tuple(values),
        coupon=coupon,
    )
    assert orders.details_from_json(orders.details_to_json(details)) == details


# ---- edges ----


@pytest.mark.parametrize("source", list(Placement))
@pytest.mark.parametrize("to", list(Placement))
async def test_an_order_moves_along_allowed_edges_only(
    books: Books, source: Placement, to: Placement
) -> None:
    order = await books.at(source)
    if to in ALLOWED[source]:
        assert await books.move(order, source, to)
        assert (await books.order(order)).placement is to
        assert await books.move(order, source, to) is (source is to)
    else:
        with pytest.raises(ValueError, match="no edge"):
            await books.move(order, source, to)
        assert (await books.order(order)).placement is source


async def test_a_move_keeps_what_came_with_it(books: Books) -> None:
    order = await books.at(P.SENDING)
    await books.move(
        order,
        P.SENDING,
        P.UNKNOWN,
        reason=Reason("unknown", "ReadTimeout", "req"),
        evidence=Evidence(first_at=NOW),
        next_evidence_at=NOW + 5,
    )
    found = await books.order(order)
    assert (found.reason, found.evidence, found.settled_at) == (
        Reason("unknown", "ReadTimeout", "req"),
        Evidence(first_at=NOW),
        NOW,
    )
    await books.move(
        order,
        P.UNKNOWN,
        P.PLACED,
        provider_order="ORD-1",
        charge=Decimal("0.8900"),
        next_check_at=NOW + 7,
    )
    found = await books.order(order)
    assert (found.provider_order, str(found.charge), str(found.first_charge)) == (
        "ORD-1",
        "0.8900",
        "0.8900",
    )
    assert found.next_check_at == NOW + 7
    assert await orders.unsettled(books.db, NOW + 10) == [], "nobody looks any more"


async def test_a_claim_is_taken_once_and_recorded(books: Books) -> None:
    order = await books.insert()
    assert await books.claim(order) == 1
    assert await books.claim(order) is None
    found = await books.order(order)
    assert (found.placement, found.attempts, found.claimed_at, found.balance_before) == (
        P.SENDING,
        1,
        NOW,
        Decimal("25.50"),
    )
    assert await orders.sending(books.db) == [order]


async def test_calls_are_closed_as_they_ended(books: Books) -> None:
    async def calls() -> list[tuple[Any, ...]]:
        return await books.db.all("SELECT outcome, request_id, detail, ended_at FROM calls")

    order = await books.insert()
    call = await books.claim(order)
    assert call is not None
    assert await calls() == [("open", "", "", None)]
    await books.db.write(lambda tx: orders.close_call(tx, call, "not_sent", "", "refused", NOW))
    await books.move(order, P.SENDING, P.CONFIRMED)
    await books.claim(order)
    await books.db.write(
        lambda tx: orders.close_open_calls(tx, order, "unknown", "r", "stopped", NOW + 1)
    )
    assert await calls() == [
        ("not_sent", "", "refused", NOW),
        ("unknown", "r", "stopped", NOW + 1),
    ]


async def test_who_waits_is_taken_in_order_when_their_time_has_come(books: Books) -> None:
    first, second = await books.insert("a"), await books.insert("b", BOB)
    await books.insert("later", now=NOW + 10)
    await books.at(P.SENDING, "busy")
    assert await orders.waiting(books.db, NOW) == [
        Waiting(first, ANN, books.accounts[ANN], "key 7"),
        Waiting(second, BOB, books.accounts[BOB], "key 8"),
    ]
    await books.move(await _sent(books, first), P.SENDING, P.CONFIRMED, next_attempt_at=NOW + 3)
    assert [one.id for one in await orders.waiting(books.db, NOW + 2)] == [second]


async def _sent(books: Books, order: int) -> int:
    await books.claim(order)
    return order


async def test_putting_off_counts_only_what_is_confirmed(books: Books) -> None:
    order = await books.insert()
    put_off = [
        await books.db.write(lambda tx: orders.put_off(tx, order, NOW + 3)) for _ in range(2)
    ]
    assert put_off == [1, 2]
    await books.claim(order)
    assert await books.db.write(lambda tx: orders.put_off(tx, order, NOW + 3)) == 0


async def test_what_was_not_sent_yet_can_be_given_up(books: Books) -> None:
    order = await books.insert("a")
    await books.at(P.SENDING, "b")
    await books.insert("c", BOB)
    given_up = await books.db.write(
        lambda tx: orders.cancel_confirmed(tx, ANN, Reason("unlinked"), NOW)
    )
    assert given_up == [order]
    assert (await books.order(order)).placement is P.NOT_SENT


# ---- lists ----


async def test_lists_are_newest_first_in_pages_with_the_total(books: Books) -> None:
    active = [
        await books.at(placement, placement.value)
        for placement in (P.CONFIRMED, P.SENDING, P.UNKNOWN, P.CHARGED, P.PLACED)
    ]
    finished = [
        await books.at(placement, placement.value)
        for placement in (P.REFUSED, P.NOT_SENT, P.NOT_PLACED)
    ]
    finished.append(await books.at(P.PLACED, "ended", ended_at=NOW))

    async def page(which: bool, limit: int, offset: int) -> tuple[list[int], int]:
        found, total = await orders.listing(books.db, ANN, which, limit, offset)
        assert all(order.active is which for order in found)
        return [order.id for order in found], total

    assert await page(True, 3, 0) == (active[:1:-1], 5)
    assert await page(True, 3, 3) == (active[1::-1], 5)
    assert await page(False, 9, 0) == (finished[::-1], 4)
    assert await page(True, 3, 9) == ([], 0)
    assert await orders.active_count(books.db, ANN) == 5
    assert await orders.numbers(books.db) == (9, 5, 2)
    assert await orders.unsettled_of(books.db, ANN) == (4, 1, 1)
    assert await orders.unsettled_of(books.db, ANN, books.accounts[BOB]) == (0, 0, 0)
    assert await orders.unknown_of(books.db, ANN) == [active[2]]
    assert await orders.running(books.db, ANN) == [active[4]]
    assert await orders.unsettled_of(books.db, BOB) == (0, 0, 0)


async def test_an_operator_sees_everybodys(books: Books) -> None:
    first = await books.at(P.UNKNOWN, "a")
    second = await books.at(P.PLACED, "b", BOB)
    everything, total = await orders.everybodys(books.db, (), 5, 0)
    assert ([order.id for order in everything], total) == ([second, first], 2)
    unsettled, total = await orders.everybodys(books.db, (P.UNKNOWN, P.CHARGED), 5, 0)
    assert ([order.id for order in unsettled], total) == ([first], 1)


async def test_services_ordered_lately_are_named_once(books: Books) -> None:
    for nonce, service in (("a", 1), ("b", 2), ("c", 1)):
        order = await books.at(P.PLACED, nonce)
        await books.set(order, service=service)
    await books.at(P.REFUSED, "d", service=2)
    assert await orders.recent_services(books.db, ANN, 5) == [1, 2]
    assert await orders.recent_services(books.db, ANN, 1) == [1]


# ---- targets ----


@pytest.mark.parametrize(
    ("placement", "same_service", "other_service"),
    [
        (P.CONFIRMED, True, False),
        (P.SENDING, True, False),
        (P.UNKNOWN, True, True),
        (P.CHARGED, False, False),
        (P.PLACED, False, False),
        (P.REFUSED, False, False),
        (P.NOT_SENT, False, False),
        (P.NOT_PLACED, False, False),
    ],
)
async def test_what_is_in_the_way_of_a_target(
    books: Books, placement: Placement, same_service: bool, other_service: bool
) -> None:
    await books.at(placement)
    for service, expected in ((1, same_service), (2, other_service)):
        found = await orders.in_the_way(books.db, ANN, "instagram.com/ann", service)
        assert (found is not None) is expected
    assert await orders.in_the_way(books.db, ANN, "instagram.com/bob", 1) is None
    assert await orders.in_the_way(books.db, BOB, "instagram.com/ann", 1) is None


async def test_the_earlier_order_is_the_active_one_else_the_newest(books: Books) -> None:
    target = "instagram.com/ann"
    active = await books.at(P.PLACED, "a")
    ended = await books.at(P.PLACED, "b", ended_at=NOW)
    refused = await books.at(P.REFUSED, "c")
    found = await orders.earlier_for_target(books.db, ANN, target, refused)
    assert found is not None
    assert found.id == active
    await books.set(active, ended_at=NOW)
    found = await orders.earlier_for_target(books.db, ANN, target, refused)
    assert found is not None
    assert found.id == ended


async def test_an_id_is_taken_for_everybody_with_the_key(books: Books) -> None:
    await books.at(P.PLACED, "a", provider_order="ORD-1")
    assert await orders.is_taken(books.db, "key 7", "ORD-1")
    assert await orders.is_taken(books.db, "key 7", "ord-1")
    assert not await orders.is_taken(books.db, "key 8", "ORD-1")
    with pytest.raises(sqlite3.IntegrityError):
        await books.at(P.PLACED, "b", provider_order="ORD-1")


# ---- following ----


def report(delivery: Delivery = Delivery.IN_PROGRESS, **more: Any) -> Report:
    return Report(delivery, delivery.value, **more)


async def keep(books: Books, order: int, said: Report, due: int | None = NOW + 20) -> Order:
    await books.db.write(lambda tx: orders.keep_report(tx, order, said, NOW, due))
    return await books.order(order)


async def test_a_report_keeps_what_it_does_not_say(books: Books) -> None:
    order = await books.at(P.PLACED, misses=2)
    await keep(books, order, report(charge=Decimal("0.89"), start_count=5, remains=450))
    seen = await keep(books, order, report())
    assert (seen.charge, seen.start_count, seen.remains, seen.misses) == (
        Decimal("0.89"),
        5,
        450,
        0,
    )
    assert (seen.checked_at, seen.next_check_at, seen.ended_at) == (NOW, NOW + 20, None)


async def test_numbers_that_no_database_holds_are_left_out(books: Books) -> None:
    order = await books.at(P.PLACED)
    seen = await keep(books, order, report(start_count=2**63, remains=-(2**70)))
    assert (seen.start_count, seen.remains) == (None, None)


async def test_an_ended_order_is_followed_no_more(books: Books) -> None:
    order = await books.at(P.PLACED, next_check_at=NOW)
    seen = await keep(books, order, report(Delivery.COMPLETED))
    assert (seen.ended_at, seen.next_check_at) == (NOW, None)


async def test_misses_are_counted_while_an_order_is_followed(books: Books) -> None:
    async def miss(order: int) -> int:
        return await books.db.write(lambda tx: orders.keep_miss(tx, order, NOW + 9))

    followed = await books.at(P.PLACED, "a", next_check_at=NOW, checked_at=NOW - 5)
    assert [await miss(followed), await miss(followed)] == [1, 2]
    seen = await books.order(followed)
    assert (seen.misses, seen.next_check_at, seen.checked_at) == (2, NOW + 9, NOW - 5)
    assert await miss(await books.at(P.PLACED, "left alone")) == 0
    assert await miss(await books.at(P.PLACED, "ended", ended_at=NOW, next_check_at=NOW)) == 0


async def test_accounts_are_due_once_the_longest_overdue_first(books: Books) -> None:
    await books.at(P.PLACED, "a", next_check_at=NOW - 1)
    await books.at(P.PLACED, "b", next_check_at=NOW)
    await books.at(P.PLACED, "c", BOB, next_check_at=NOW - 5)
    await books.at(P.PLACED, "d", BOB, next_check_at=NOW + 5)
    ann, bob = (Due(books.accounts[owner], owner, f"key {owner}") for owner in (ANN, BOB))
    assert await orders.due_accounts(books.db, NOW, 100) == [bob, ann]
    assert await orders.due_accounts(books.db, NOW, 1) == [bob]
    await books.db.write(lambda tx: accounts.pause(tx, books.accounts[BOB], "banned"))
    assert await orders.due_accounts(books.db, NOW, 100) == [ann]
    await books.db.write(lambda tx: accounts.unlink(tx, ANN, "serva", NOW))
    assert await orders.due_accounts(books.db, NOW, 100) == []


async def test_the_most_overdue_ride_first(books: Books) -> None:
    late = await books.at(P.PLACED, "a", next_check_at=NOW + 9)
    soon = await books.at(P.PLACED, "b", next_check_at=NOW)
    await books.at(P.PLACED, "c")
    riding = await orders.followed(books.db, books.accounts[ANN], 9)
    assert [order.id for order in riding] == [soon, late]
    riding = await orders.followed(books.db, books.accounts[ANN], 1)
    assert [order.id for order in riding] == [soon]


async def test_checks_are_put_off_or_hastened_only_where_there_are_any(books: Books) -> None:
    followed = await books.at(P.PLACED, "a", next_check_at=NOW)
    alone = await books.at(P.PLACED, "b")
    await books.db.write(lambda tx: orders.postpone(tx, [(followed, NOW + 9), (alone, NOW + 9)]))
    assert (await books.order(followed)).next_check_at == NOW + 9
    assert (await books.order(alone)).next_check_at is None
    assert await orders.left_alone(books.db, books.accounts[ANN]) == [alone]

    assert await books.db.write(lambda tx: orders.hasten(tx, "key 7", NOW))
    assert (await books.order(followed)).next_check_at == NOW
    assert (await books.order(alone)).next_check_at is None
    assert await books.db.write(lambda tx: orders.hasten(tx, "key 7", NOW + 5))
    assert (await books.order(followed)).next_check_at == NOW, "sooner stays sooner"
    assert not await books.db.write(lambda tx: orders.hasten(tx, "key 8", NOW))


async def test_a_card_is_found_by_its_message(books: Books) -> None:
    order = await books.insert()
    await books.db.write(lambda tx: orders.set_card(tx, ANN, order, 600))
    assert await orders.shown_at(books.db, ANN, 600) == order
    assert await orders.shown_at(books.db, ANN, 500) is None
    await books.db.write(lambda tx: orders.set_card(tx, ANN, order, None))
    assert await orders.shown_at(books.db, ANN, 600) is None


# ---- evidence ----


async def test_unknown_orders_are_looked_at_in_their_time(books: Books) -> None:
    order = await books.at(P.UNKNOWN, next_evidence_at=NOW)
    assert await orders.unsettled(books.db, NOW - 1) == []
    assert await orders.unsettled(books.db, NOW) == [(await books.order(order), "key 7")]
    evidence = Evidence(balance="25.50", moved="0", checked_at=NOW, first_at=NOW, checks=1)
    await books.db.write(lambda tx: orders.keep_evidence(tx, order, evidence, None))
    assert (await books.order(order)).evidence == evidence
    assert await orders.unsettled(books.db, NOW + 10**9) == []


async def test_what_else_moved_a_keys_balance(books: Books) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW)
    await books.at(
        P.PLACED,
        "other",
        claimed_at=NOW + 1,
        settled_at=NOW + 2,
        balance_before="25.50",
        first_charge="0.89",
        charge="0.40",
        delivery="partial",
        ended_at=NOW + 3,
        checked_at=NOW + 3,
    )
    await books.at(P.SENDING, "another key", BOB, claimed_at=NOW + 1)
    assert await orders.beside(books.db, "key 7", NOW, this) == [
        Beside(
            placement=P.PLACED,
            claimed_at=NOW + 1,
            settled_at=NOW + 2,
            balance_before=Decimal("25.50"),
            prices=possible_charges((await books.order(this)).details, "USD"),
            first_charge=Decimal("0.89"),
            charge=Decimal("0.40"),
            delivery=Delivery.PARTIAL,
            ended_at=NOW + 3,
            checked_at=NOW + 3,
        )
    ]


async def test_what_the_balance_proved_and_what_a_person_said_are_kept_apart(books: Books) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW)
    for nonce, placement, evidence in (
        ("a", P.CHARGED, '{"decided_by": "balance", "charged": "0.89", "moved": "1.20"}'),
        ("b", P.NOT_PLACED, '{"decided_by": "person", "moved": "0.89"}'),
    ):
        await books.at(placement, nonce, claimed_at=NOW, settled_at=NOW, evidence=evidence)
    proved, said = await orders.beside(books.db, "key 7", NOW, this)
    assert (proved.proved, proved.by_person) == (Decimal("0.89"), False)
    assert (said.proved, said.by_person) == (None, True)


async def test_a_lost_order_may_have_cost_every_rate_that_its_service_had(books: Books) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW)
    other = await books.insert("other", ANN)
    assert await books.claim(other, rate=Decimal("0.80"))
    details = (await books.order(this)).details
    assert (await books.order(other)).evidence.rate == "0.80"
    for one, another in ((this, other), (other, this)):
        (row,) = await orders.beside(books.db, "key 7", NOW, one)
        assert set(row.prices) == set(possible_charges(details, "USD", [Decimal("0.80")]))
        assert Decimal("0.80") in row.prices, another
    await books.set(other, placement="placed", settled_at=NOW)
    (row,) = await orders.beside(books.db, "key 7", NOW, other)
    assert row.prices == possible_charges(details, "USD"), "what a known one cost, Serva said"


MINUTE, DAY = 60_000, 24 * 3_600_000
OVER = {"claimed_at": NOW - DAY, "settled_at": NOW - DAY}


@pytest.mark.parametrize(
    ("placement", "columns", "counts"),
    [
        (P.CONFIRMED, {"claimed_at": NOW + 1}, False),
        (P.REFUSED, {"claimed_at": NOW + 1, "settled_at": NOW + 1}, False),
        (P.NOT_SENT, {"claimed_at": NOW + 1, "settled_at": NOW + 1}, False),
        (P.SENDING, {"claimed_at": NOW - DAY}, True),
        (P.UNKNOWN, OVER, True),
        (P.PLACED, OVER, True),
        (P.PLACED, OVER | {"ended_at": NOW + 1}, True),
        (P.PLACED, OVER | {"ended_at": NOW - MINUTE}, True),
        (P.PLACED, OVER | {"ended_at": NOW - MINUTE - 1}, False),
        (P.CHARGED, OVER, True),
        (P.NOT_PLACED, {"claimed_at": NOW - 40 * DAY, "settled_at": NOW - 31 * DAY}, False),
    ],
)
async def test_who_may_have_moved_a_balance(
    books: Books, placement: Placement, columns: dict[str, Any], counts: bool
) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW, settled_at=NOW)
    await books.at(placement, "other", **columns)
    assert bool(await orders.beside(books.db, "key 7", NOW, this)) == counts


async def test_an_older_order_in_doubt_brings_what_moved_the_balance_since(books: Books) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW)
    await books.at(P.PLACED, "over", **OVER, ended_at=NOW - DAY)
    assert await orders.beside(books.db, "key 7", NOW, this) == []
    await books.at(P.UNKNOWN, "older", claimed_at=NOW - DAY, settled_at=NOW - DAY)
    assert len(await orders.beside(books.db, "key 7", NOW, this)) == 2


async def test_the_same_key_at_another_person_counts(books: Books) -> None:
    this = await books.at(P.UNKNOWN, "this", claimed_at=NOW)
    await books.db.write(
        lambda tx: tx.execute("UPDATE accounts SET fingerprint = 'key 7' WHERE owner = ?", (BOB,))
    )
    await books.at(P.SENDING, "his", BOB, claimed_at=NOW + 1)
    assert [row.placement for row in await orders.beside(books.db, "key 7", NOW, this)] == [
        P.SENDING
    ]
