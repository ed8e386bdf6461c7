"""Notices: written in the transaction of the change they tell about, leased while being sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from bot.domain.notice import Notice, NoticeKind
from storage.database import Queries, Row, Tx

HELD: Final = 2**62
"""When a notice is due that waits until its kind is released."""

_COLUMNS = "id, owner, kind, order_id, version, tries, body"
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

    `first` puts it before everything else that this person is owed: somebody looks at the screen.

    Nothing is owed to somebody who is not known, such as an operator who erased themselves: a
    notice must never stand in the way of the change that it tells about.
    """
    await tx.execute(
        "INSERT INTO notices (owner, order_id, kind, body, due_at, created_at)"
        " SELECT id, ?2, ?3, ?4, ?6, ?5 FROM people WHERE id = ?1"
        " ON CONFLICT (order_id) WHERE kind = 'card'"
        " DO UPDATE SET version = version + 1, tries = 0,"
        # What is still owed keeps its place, or a busy person's later orders would never be drawn.
        " due_at = CASE WHEN told_version < version THEN min(due_at, ?6) ELSE ?6 END",
        (
            owner,
            order,
            kind.value,
            json.dumps(body or {}, ensure_ascii=False),
            now,
            0 if first else now,
        ),
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
    the oldest first. People in `but`, and people who blocked the bot, are left out.
    """
    rows = await tx.all(
        "WITH due AS NOT MATERIALIZED ("
        f"SELECT n.*, {_RANK} AS rank FROM notices n JOIN people p ON p.id = n.owner"
        " WHERE n.told_version < n.version AND n.due_at <= ?1 AND n.leased_until <= ?1"
        " AND p.reachable = 1 AND n.owner NOT IN (SELECT value FROM json_each(?5))),"
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


_AUDIENCE = "FROM people WHERE banned_at IS NULL AND reachable = 1 AND notify <> 'none'"


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
    )
