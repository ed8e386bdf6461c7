"""An update waits until it is handled, is new only once, and leaves no payload behind."""

from __future__ import annotations

from storage import inbox
from storage.database import Database
from storage.inbox import InboxRow, NewUpdate


def update(update_id: int, *, person: int = 7, sealed: bytes = b"sealed") -> NewUpdate:
    return NewUpdate(update_id, person, sealed, received_at=1000)


def waiting(update_id: int, *, tries: int = 0) -> InboxRow:
    return InboxRow(update_id, 7, b"sealed", received_at=1000, tries=tries)


async def add(db: Database, *update_ids: int) -> set[int]:
    return await db.write(lambda tx: inbox.add(tx, [update(n) for n in update_ids]))


async def test_only_updates_never_seen_before_are_new(db: Database) -> None:
    assert await add(db, 3, 1) == {1, 3}
    assert await add(db, 3, 2, 2) == {2}
    assert await inbox.open_rows(db) == [waiting(1), waiting(2), waiting(3)]


async def test_a_redelivery_does_not_replace_what_came_first(db: Database) -> None:
    await add(db, 1)
    again = update(1, person=8, sealed=b"other")
    assert await db.write(lambda tx: inbox.add(tx, [again])) == set()
    assert await inbox.open_rows(db) == [waiting(1)]


async def test_a_handled_update_is_empty_closed_and_still_known(db: Database) -> None:
    await add(db, 1, 2)
    await db.write(lambda tx: inbox.mark_handled(tx, 1, 2000))
    assert await inbox.open_rows(db) == [waiting(2)]
    assert await db.one("SELECT sealed, handled_at, set_aside FROM inbox WHERE update_id = 1") == (
        None,
        2000,
        None,
    )
    assert await add(db, 1) == set()


async def test_an_update_set_aside_is_empty_closed_and_says_why(db: Database) -> None:
    await add(db, 1)
    await db.write(lambda tx: inbox.set_aside(tx, 1, "ValueError", 2000))
    assert await inbox.open_rows(db) == []
    assert await db.one("SELECT sealed, handled_at, set_aside FROM inbox") == (
        None,
        2000,
        "ValueError",
    )


async def test_how_an_update_ended_is_never_rewritten(db: Database) -> None:
    await add(db, 1, 2)
    await db.write(lambda tx: inbox.mark_handled(tx, 1, 2000))
    await db.write(lambda tx: inbox.set_aside(tx, 2, "ValueError", 2000))
    await db.write(lambda tx: inbox.set_aside(tx, 1, "late", 3000))
    await db.write(lambda tx: inbox.mark_handled(tx, 2, 3000))
    ends = await db.all("SELECT handled_at, set_aside FROM inbox ORDER BY update_id")
    assert ends == [(2000, None), (2000, "ValueError")]


async def test_failed_turns_are_counted_while_the_update_waits(db: Database) -> None:
    await add(db, 1)
    counts = [await db.write(lambda tx: inbox.count_try(tx, 1)) for _ in range(2)]
    assert (counts, await inbox.open_rows(db)) == ([1, 2], [waiting(1, tries=2)])
    await db.write(lambda tx: inbox.mark_handled(tx, 1, 2000))
    assert await db.write(lambda tx: inbox.count_try(tx, 1)) == 0
    assert await db.write(lambda tx: inbox.count_try(tx, 404)) == 0


async def test_what_is_over_is_forgotten_in_time_and_what_waits_never(db: Database) -> None:
    await add(db, 1, 2, 3, 4)
    await db.write(lambda tx: inbox.mark_handled(tx, 1, 1999))
    await db.write(lambda tx: inbox.set_aside(tx, 2, "ValueError", 1999))
    await db.write(lambda tx: inbox.mark_handled(tx, 3, 2000))
    assert await db.write(lambda tx: inbox.forget_old(tx, 2000)) == 2
    assert await db.all("SELECT update_id FROM inbox") == [(3,), (4,)]


async def test_an_emptied_payload_is_gone_from_the_file(db: Database) -> None:
    payload = b"a payload that is easy to find again"
    await db.write(lambda tx: inbox.add(tx, [update(1, sealed=payload)]))
    await db.write(lambda tx: inbox.mark_handled(tx, 1, 2000))
    await db.close()
    assert payload not in db.path.read_bytes()


def test_payloads_stay_out_of_what_is_printed() -> None:
    assert "sealed" not in repr(update(1)) + repr(waiting(1))
