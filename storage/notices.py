"""Notices: written in the transaction of the change they tell about, leased while being sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from bot.domain.notice import Notice, NoticeKind
from storage.database import Queries, Row, Tx

HELD: Final = 2**62
"""When a notice is due that waits until its kind is released."""

PARKED: Final = HELD - 1
"""When a notice is due whose person has blocked the bot, until they come back."""

_COLUMNS = "id, owner, kind, order_id, version, tries, body, batch_id"
BATCH_PACE = 2_500
"""Milliseconds between two drawings of a batch's card: a chat takes about one change a second."""
_TOLD_BY_BATCHES = frozenset(
    {
        NoticeKind.CARD,
        NoticeKind.ENDED,
        NoticeKind.PROGRESS,
        NoticeKind.SETTLED,
        NoticeKind.ASK,
    }
)
_HELD = "kind = ? AND due_at = ? AND told_version < version"
_RANK = "CASE WHEN kind = 'broadcast' THEN 2 WHEN kind LIKE 'operator%' THEN 1 ELSE 0 END"


async def add(
    tx: Tx,
    owner: int,
    kind: NoticeKind,
    now: int,
    *,
    order: int | None = None,
    body: Mapping[str, str] | None = None,
    first: bool = False,
) -> None:
    """Owe a person a notice. An order has one card notice; a newer change replaces the older.
    That it begins to arrive is told once.

    What concerns an order of a batch is told by the batch's card, and by the order's own only where
    its person opened that.

    `first` puts it before everything else that this person is owed: somebody looks at the screen.

    Nothing is owed to somebody who is not known, such as an operator who erased themselves: a
    notice must never stand in the way of the change that it tells about.
    """
    if order is not None and kind in _TOLD_BY_BATCHES:
        row = await tx.one(
            "SELECT batch, card_message FROM orders WHERE id = ? AND batch IS NOT NULL", (order,)
        )
        if row is not None:
            await add_batch(tx, owner, row[0], now)
            if kind is not NoticeKind.CARD or row[1] is None:
                return
    await tx.execute(
        "INSERT INTO notices (owner, order_id, kind, body, due_at, created_at)"
        " SELECT id, ?2, ?3, ?4, ?6, ?5 FROM people WHERE id = ?1"
        " ON CONFLICT (order_id) WHERE kind = 'card'"
        " DO UPDATE SET version = version + 1, tries = 0,"
        # What is still owed keeps its place, or a busy person's later orders would never be drawn.
        " due_at = CASE WHEN told_version < version THEN min(due_at, ?6) ELSE ?6 END"
        " ON CONFLICT (order_id) WHERE kind = 'progress' DO NOTHING",
        (
            owner,
            order,
            kind.value,
            json.dumps(body or {}, ensure_ascii=False),
            now,
            0 if first else now,
        ),
    )


async def add_batch(tx: Tx, owner: int, batch: int, now: int, *, first: bool = False) -> None:
    """Owe a person the card of a batch: one notice for all that happens to its orders.

    It waits a little after the last time, since its orders change faster than a card may; but not
    the `first`.
    """
    await tx.execute(
        "INSERT INTO notices (owner, batch_id, kind, due_at, created_at)"
        " SELECT id, ?2, 'batch', ?4, ?3 FROM people WHERE id = ?1"
        " ON CONFLICT (batch_id) WHERE kind = 'batch'"
        " DO UPDATE SET version = version + 1, tries = 0,"
        " due_at = CASE WHEN told_version < version THEN min(due_at, ?5) ELSE ?5 END",
        (owner, batch, now, 0 if first else now, 0 if first else now + BATCH_PACE),
    )


async def again(tx: Tx, notice: int, due_at: int) -> None:
    """Tell a notice once more at `due_at`, also where nothing happens until then."""
    await tx.execute(
        "UPDATE notices SET version = version + 1,"
        " due_at = CASE WHEN told_version < version THEN min(due_at, ?1) ELSE ?1 END WHERE id = ?2",
        (due_at, notice),
    )


async def hold(tx: Tx, owner: int, kind: NoticeKind, now: int, body: Mapping[str, str]) -> None:
    """Owe a known person a notice that is due once its kind is released: the newest one only."""
    await tx.execute(f"DELETE FROM notices WHERE owner = ? AND {_HELD}", (owner, kind.value, HELD))
    await tx.execute(
        "INSERT INTO notices (owner, kind, body, due_at, created_at) VALUES (?, ?, ?, ?, ?)",
        (owner, kind.value, json.dumps(body, ensure_ascii=False), HELD, now),
    )


async def held(q: Queries, kind: NoticeKind) -> list[int]:
    """Those who are owed a notice of a kind that is not released yet."""
    rows = await q.all(f"SELECT owner FROM notices WHERE {_HELD} ORDER BY id", (kind.value, HELD))
    return [row[0] for row in rows]


async def release(tx: Tx, kind: NoticeKind, now: int) -> int:
    """What was held of a kind is due; how many notices that are."""
    return await tx.execute(f"UPDATE notices SET due_at = ? WHERE {_HELD}", (now, kind.value, HELD))


async def lease(
    tx: Tx, now: int, until: int, limit: int, *, each: int, but: Iterable[int] = ()
) -> list[Notice]:
    """Take notices that are due, so that nobody else sends them meanwhile; `each` a person at most.

    What concerns a person comes before what they hear as an operator, and broadcasts come last;
    the oldest first. People in `but` are left out. What is due for people who blocked the bot is
    parked: it would be looked at each time.
    """
    await tx.execute(
        "UPDATE notices SET due_at = ?2 WHERE told_version < version AND due_at <= ?1"
        " AND EXISTS (SELECT 1 FROM people p WHERE p.id = notices.owner AND p.reachable = 0)",
        (now, PARKED),
    )
    rows = await tx.all(
        "WITH due AS NOT MATERIALIZED ("
        f"SELECT n.*, {_RANK} AS rank FROM notices n"
        " WHERE n.told_version < n.version AND n.due_at <= ?1 AND n.leased_until <= ?1"
        " AND n.owner NOT IN (SELECT value FROM json_each(?5))),"
        # A broadcast may be due for everybody: its first ones will do, nobody sorts them all.
        " some AS (SELECT * FROM (SELECT * FROM due WHERE kind = 'broadcast'"
        " ORDER BY due_at, id LIMIT ?3 * ?4)"
        " UNION ALL SELECT * FROM due WHERE kind <> 'broadcast'),"
        " placed AS (SELECT id, rank, due_at, row_number()"
        " OVER (PARTITION BY owner ORDER BY rank, due_at, id) AS place FROM some)"
        " UPDATE notices SET leased_until = ?2 WHERE id IN ("
        "SELECT id FROM placed WHERE place <= ?4 ORDER BY rank, due_at, id LIMIT ?3)"
        f" RETURNING {_COLUMNS}, {_RANK}, due_at",
        (now, until, limit, each, json.dumps(list(but))),
    )
    return [_notice(row) for row in sorted(rows, key=lambda row: (*row[-2:], row[0]))]


async def recall(tx: Tx, owner: int, now: int) -> None:
    """What waited for a person who came back is due."""
    await tx.execute(
        "UPDATE notices SET due_at = ?, tries = 0 WHERE owner = ? AND told_version < version"
        " AND due_at < ?",
        (now, owner, HELD),
    )


async def told(tx: Tx, notice: int, version: int) -> bool:
    """The person has been told this version; True where a newer one came up meanwhile."""
    row = await tx.one(
        "UPDATE notices SET told_version = max(told_version, ?), leased_until = 0, tries = 0"
        " WHERE id = ? RETURNING told_version < version",
        (version, notice),
    )
    return row is not None and bool(row[0])


async def later(tx: Tx, notice: int, due_at: int) -> None:
    """Telegram could not be reached: try again at `due_at`."""
    await tx.execute(
        "UPDATE notices SET due_at = max(due_at, ?), leased_until = 0, tries = tries + 1"
        " WHERE id = ?",
        (due_at, notice),
    )


async def cut_leases(tx: Tx, until: int) -> None:
    """At start-up no sender is alive, whatever the leases say: they end by `until`."""
    await tx.execute("UPDATE notices SET leased_until = ?1 WHERE leased_until > ?1", (until,))


async def forget_told(tx: Tx, before: int) -> None:
    """Remove what everybody concerned knows; cards stay while their order does."""
    await tx.execute(
        "DELETE FROM notices WHERE told_version >= version AND kind <> 'card' AND created_at < ?",
        (before,),
    )


async def waiting(q: Queries) -> int:
    """How many notices are still to be told to people who can be reached."""
    row = await q.one(
        "SELECT count(*) FROM notices n JOIN people p ON p.id = n.owner"
        " WHERE n.told_version < n.version AND p.reachable = 1"
    )
    return 0 if row is None else int(row[0])


_AUDIENCE = (
    "FROM people WHERE banned_at IS NULL AND reachable = 1"
    " AND NOT EXISTS (SELECT 1 FROM wishes w WHERE w.owner = people.id AND w.news = 0)"
)


async def audience(q: Queries) -> int:
    """How many people a broadcast reaches."""
    row = await q.one(f"SELECT count(*) {_AUDIENCE}")
    return 0 if row is None else int(row[0])


async def broadcast(tx: Tx, author: int, nonce: str, text: str, now: int) -> int:
    """Owe a broadcast to everybody who can be told; 0 where its nonce was sent already."""
    row = await tx.one(
        "INSERT INTO broadcasts (nonce, author, text, created_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (nonce) DO NOTHING RETURNING id",
        (nonce, author, text, now),
    )
    if row is None:
        return 0
    return await tx.execute(
        "INSERT INTO notices (owner, kind, body, due_at, created_at)"
        f" SELECT id, 'broadcast', ?, ?, ? {_AUDIENCE}",
        (json.dumps({"broadcast": str(row[0])}), now, now),
    )


async def stop_broadcasts(tx: Tx) -> int:
    """Owe nobody a broadcast any more; how many messages were left."""
    return await tx.execute(
        "UPDATE notices SET told_version = version WHERE kind = 'broadcast'"
        " AND told_version < version"
    )


async def broadcast_text(q: Queries, broadcast_id: int) -> str:
    """What a broadcast says."""
    row = await q.one("SELECT text FROM broadcasts WHERE id = ?", (broadcast_id,))
    return "" if row is None else str(row[0])


def _notice(row: Row) -> Notice:
    return Notice(
        id=row[0],
        owner=row[1],
        kind=NoticeKind(row[2]),
        order=row[3],
        version=row[4],
        tries=row[5],
        body=json.loads(row[6]),
        batch=row[7],
    )
