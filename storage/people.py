"""People: who they are, how they want to be told, and whether the operator shut them out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.event import Person
from storage import notices
from storage.database import Queries, Row, Tx


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the operator sees them. Times are milliseconds since 1970."""

    id: int
    name: str
    username: str
    language: str
    reachable: bool
    banned: bool
    seen_at: int
    orders: int
    linked: str  # the tail of the Serva key, or empty
    admitted: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """What rendering for a person needs when no session is at hand."""

    id: int
    language: str
    native_digits: bool
    reachable: bool


async def reader(q: Queries, owner: int) -> Reader | None:
    """How to speak to this person, or None for somebody unknown."""
    row = await q.one(
        "SELECT id, language, native_digits, reachable FROM people WHERE id = ?", (owner,)
    )
    return None if row is None else Reader(row[0], row[1], bool(row[2]), bool(row[3]))


async def meet(tx: Tx, person: Person, language: str, now: int) -> None:
    """Make sure that the person's row exists; what they chose themselves is left as it is."""
    await tx.execute(
        "INSERT INTO people (id, name, username, language, created_at, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (person.id, person.name, person.username, language, now, now),
    )


async def set_reachable(tx: Tx, owner: int, reachable: bool, now: int) -> None:
    """Note that the person blocked the bot, or came back; what waited for them is due again."""
    await tx.execute("UPDATE people SET reachable = ? WHERE id = ?", (int(reachable), owner))
    if reachable:
        await notices.recall(tx, owner, now)


async def set_banned(tx: Tx, owner: int, now: int | None) -> bool:
    """Shut a person out (`now`) or let them in again (None); False for nobody of that id."""
    return await tx.execute("UPDATE people SET banned_at = ? WHERE id = ?", (now, owner)) == 1


async def admit(tx: Tx, owner: int, admitted: bool) -> bool:
    """Let a person into a bot that is not open to all, or take that back."""
    return (
        await tx.execute("UPDATE people SET admitted = ? WHERE id = ?", (int(admitted), owner)) == 1
    )


_KNOWN = """
    SELECT p.id, p.name, p.username, p.language, p.reachable, p.banned_at IS NOT NULL,
           p.seen_at, (SELECT count(*) FROM orders o WHERE o.owner = p.id), coalesce(a.tail, ''),
           p.admitted
    FROM people p
    LEFT JOIN accounts a ON a.owner = p.id AND a.provider = 'serva' AND a.unlinked_at IS NULL
"""


def _known(row: Row) -> Known:
    return Known(
        row[0],
        row[1],
        row[2],
        row[3],
        bool(row[4]),
        bool(row[5]),
        row[6],
        row[7],
        row[8],
        bool(row[9]),
    )


async def known(q: Queries, owner: int) -> Known | None:
    """One person, for the operator."""
    row = await q.one(_KNOWN + "WHERE p.id = ?", (owner,))
    return None if row is None else _known(row)


async def find(q: Queries, text: str, limit: int, offset: int = 0) -> list[Known]:
    """People whose name, username or id contains `text` (all where empty), latest seen first."""
    like = "%" + _escaped(text.removeprefix("@")) + "%"
    rows = await q.all(
        _KNOWN + "WHERE p.name LIKE ?1 ESCAPE '\\' OR p.username LIKE ?1 ESCAPE '\\'"
        " OR CAST(p.id AS TEXT) = ?2 ORDER BY p.seen_at DESC, p.id LIMIT ?3 OFFSET ?4",
        (like, text, limit, offset),
    )
    return [_known(row) for row in rows]


async def count(q: Queries) -> tuple[int, int, int]:
    """How many people there are, how many are linked to Serva, how many are banned."""
    row = await q.one(
        "SELECT (SELECT count(*) FROM people),"
        " (SELECT count(*) FROM accounts WHERE provider = 'serva' AND unlinked_at IS NULL),"
        " (SELECT count(*) FROM people WHERE banned_at IS NOT NULL)"
    )
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])


async def erase(tx: Tx, owner: int) -> None:
    """Remove a person and everything that is theirs.

    Where others have the same key, what this person's orders did to its balance is forgotten with
    them: the balance proves nothing any more about the others' unsettled orders.
    """
    await tx.execute(
        "UPDATE orders SET evidence = json_set(evidence, '$.tainted', json('true'))"
        " WHERE owner <> ?1 AND placement IN ('sending', 'unknown') AND account IN ("
        " SELECT b.id FROM accounts a JOIN accounts b ON b.fingerprint = a.fingerprint"
        " WHERE a.owner = ?1)",
        (owner,),
    )
    for statement in (
        "DELETE FROM notices WHERE owner = ?",
        "DELETE FROM queued WHERE owner = ?",
        "DELETE FROM unfunded WHERE owner = ?",
        "DELETE FROM requests WHERE owner = ?",
        "DELETE FROM orders WHERE owner = ?",
        "DELETE FROM batches WHERE owner = ?",
        "DELETE FROM mass_drafts WHERE owner = ?",
        "DELETE FROM targets WHERE owner = ?",
        "DELETE FROM favourites WHERE owner = ?",
        "DELETE FROM wishes WHERE owner = ?",
        "DELETE FROM accounts WHERE owner = ?",
        "DELETE FROM sessions WHERE owner = ?",
        # The ids of updates stay a day against redelivery; whose they were need not.
        "UPDATE inbox SET person = 0 WHERE person = ? AND handled_at IS NOT NULL",
        "DELETE FROM people WHERE id = ?",
    ):
        await tx.execute(statement, (owner,))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
