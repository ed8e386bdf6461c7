"""Notices: coalesced while nobody was told, leased while they are sent, parked with the blocked."""

from __future__ import annotations

from bot.domain.event import Person
from bot.domain.notice import Notice, NoticeKind
from storage import notices, people, sessions
from storage.database import Database, Tx
from tests.storage.test_accounts import linked

NOW = 1_700_000_000_000


async def owe(db: Database, owner: int, kind: NoticeKind = NoticeKind.KEY_PAUSED) -> None:
    await db.write(lambda tx: people.meet(tx, Person(owner), "en", NOW))
    await db.write(lambda tx: notices.add(tx, owner, kind, NOW, body={"meaning": "banned"}))


async def lease(db: Database, now: int = NOW) -> list[Notice]:
    return await db.write(lambda tx: notices.lease(tx, now, now + 1000, 10, each=2))


async def test_a_notice_is_leased_by_one_sender_at_a_time(db: Database) -> None:
    await owe(db, 7)
    (notice,) = await lease(db)
    assert (notice.owner, notice.kind, notice.body) == (
        7,
        NoticeKind.KEY_PAUSED,
        {"meaning": "banned"},
    )
    assert await lease(db) == []


async def test_a_lease_takes_a_few_of_each_person_and_of_nobody_who_is_left_out(
    db: Database,
) -> None:
    for owner in (7, 7, 7, 8, 9):
        await owe(db, owner)
    taken = await db.write(lambda tx: notices.lease(tx, NOW, NOW + 1000, 10, each=2, but=[9]))
    assert [notice.owner for notice in taken] == [7, 7, 8]


async def test_ones_own_comes_before_an_operators_and_a_broadcast_comes_last(db: Database) -> None:
    kinds = [NoticeKind.BROADCAST, NoticeKind.OPERATOR_UNKNOWN, NoticeKind.KEY_PAUSED]
    for kind in kinds:
        await owe(db, 7, kind)
    everything = await db.write(lambda tx: notices.lease(tx, NOW, NOW + 1000, 10, each=3))
    assert [notice.kind for notice in everything] == kinds[::-1]
    for owner, kind in enumerate(kinds, 8):
        await owe(db, owner, kind)
    first = await db.write(lambda tx: notices.lease(tx, NOW, NOW + 1000, 2, each=3))
    assert [notice.kind for notice in first] == [NoticeKind.KEY_PAUSED, NoticeKind.OPERATOR_UNKNOWN]


async def test_a_lease_that_ran_out_is_free_again(db: Database) -> None:
    await owe(db, 7)
    await lease(db)
    assert len(await lease(db, NOW + 2000)) == 1


async def test_what_was_told_is_told_no_more(db: Database) -> None:
    await owe(db, 7)
    (notice,) = await lease(db)
    assert not await db.write(lambda tx: notices.told(tx, notice.id, notice.version))
    assert await lease(db, NOW + 5000) == []


async def test_nothing_is_owed_to_somebody_unknown(db: Database) -> None:
    await db.write(lambda tx: notices.add(tx, 99, NoticeKind.OPERATOR_CHARGE, NOW))
    assert await db.all("SELECT 1 FROM notices") == []


async def test_the_notices_of_who_blocked_the_bot_wait_for_them(db: Database) -> None:
    await owe(db, 7)
    await db.write(lambda tx: people.set_reachable(tx, 7, False, NOW))
    assert await lease(db) == []
    await db.write(lambda tx: people.set_reachable(tx, 7, True, NOW))
    assert len(await lease(db)) == 1


async def test_what_waits_for_the_blocked_is_looked_at_once_and_due_when_they_return(
    db: Database,
) -> None:
    await owe(db, 7)
    await db.write(lambda tx: people.set_reachable(tx, 7, False, NOW))
    assert await lease(db) == []
    assert await db.all("SELECT due_at FROM notices") == [(notices.PARKED,)]
    session = await sessions.load(db, Person(7), "en")
    await db.write(lambda tx: sessions.save(tx, session, NOW))
    assert len(await lease(db)) == 1


async def test_what_failed_is_due_later(db: Database) -> None:
    await owe(db, 7)
    (notice,) = await lease(db)
    await db.write(lambda tx: notices.later(tx, notice.id, NOW + 5000))
    assert await lease(db, NOW + 4999) == []
    (again,) = await lease(db, NOW + 5000)
    assert again.tries == 1


async def test_a_broadcast_goes_once_to_everybody_who_can_be_told(db: Database) -> None:
    for person in (7, 8, 9, 10):
        await db.write(lambda tx, person=person: people.meet(tx, Person(person), "en", NOW))
    await db.write(lambda tx: people.set_banned(tx, 8, NOW))
    await db.write(lambda tx: people.set_reachable(tx, 9, False, NOW))
    await db.write(lambda tx: tx.execute("INSERT INTO wishes (owner, news) VALUES (10, 0)"))
    assert await notices.audience(db) == 1
    assert await db.write(lambda tx: notices.broadcast(tx, 7, "n1", "Hello", NOW)) == 1
    assert await db.write(lambda tx: notices.broadcast(tx, 7, "n1", "Hello", NOW)) == 0
    (notice,) = await lease(db)
    assert await notices.broadcast_text(db, int(notice.body["broadcast"])) == "Hello"


async def test_old_told_notices_are_forgotten_and_others_are_not(db: Database) -> None:
    await owe(db, 7)
    (notice,) = await lease(db)
    await db.write(lambda tx: notices.told(tx, notice.id, notice.version))
    await owe(db, 7, NoticeKind.BROADCAST)
    await db.write(lambda tx: notices.forget_told(tx, NOW + 1))
    assert await db.all("SELECT kind FROM notices") == [("broadcast",)]


async def test_what_somebody_looks_at_comes_first(db: Database) -> None:
    await owe(db, 7)
    await db.write(lambda tx: notices.add(tx, 7, NoticeKind.ENDED, NOW + 1, first=True))
    leased = await lease(db, NOW + 5)
    assert [notice.kind for notice in leased] == [NoticeKind.ENDED, NoticeKind.KEY_PAUSED]


async def test_a_card_that_changes_all_the_time_keeps_its_place(db: Database) -> None:
    """Or the cards of a busy person's later orders would wait behind the earlier ones for ever."""
    await db.write(lambda tx: people.meet(tx, Person(7), "en", NOW))
    await linked(db, 7, "first")
    await db.write(_two_orders)
    for order, at in ((1, NOW), (2, NOW + 1), (1, NOW + 2), (2, NOW + 3)):
        await db.write(
            lambda tx, order=order, at=at: notices.add(tx, 7, NoticeKind.CARD, at, order=order)
        )
    first = await db.write(lambda tx: notices.lease(tx, NOW + 4, NOW + 9, 1, each=1))
    await db.write(lambda tx: notices.told(tx, first[0].id, first[0].version))
    await db.write(lambda tx: notices.add(tx, 7, NoticeKind.CARD, NOW + 5, order=1))
    second = await db.write(lambda tx: notices.lease(tx, NOW + 6, NOW + 9, 1, each=1))
    assert [notice.order for notice in (*first, *second)] == [1, 2]


async def _two_orders(tx: Tx) -> None:
    await tx.execute("INSERT INTO services (code) VALUES ('1')")
    for nonce in ("a", "b"):
        await tx.execute(
            "INSERT INTO orders (owner, account, nonce, service, details, target, confirmed_at,"
            " placement) VALUES (7, 1, ?, 1, '{}', 't', 0, 'placed')",
            (nonce,),
        )
