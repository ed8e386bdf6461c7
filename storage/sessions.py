"""Sessions: one read at the start of a turn, one compare-and-set at its end."""

from __future__ import annotations

from bot.domain.draft import Resting, Step, step_from_json, step_to_json
from bot.domain.event import Person
from bot.domain.session import Session
from storage import notices, people
from storage.accounts import COLUMNS, account_from
from storage.database import Queries, Tx

_ACCOUNT = [name.strip() for name in COLUMNS.replace("coalesce(paused, '')", "paused").split(",")]
_WIDTH = len(_ACCOUNT)


def _account_columns(alias: str) -> str:
    return ", ".join(
        f"coalesce({alias}.{name}, '')" if name == "paused" else f"{alias}.{name}"
        for name in _ACCOUNT
    )


_LOAD = f"""
    SELECT p.language, p.language_chosen, p.native_digits, p.banned_at, p.admitted,
           s.step, s.live_message, s.version,
           {_account_columns("a")}, {_account_columns("b")}
    FROM people p
    LEFT JOIN sessions s ON s.owner = p.id
    LEFT JOIN accounts a ON a.owner = p.id AND a.provider = 'serva' AND a.unlinked_at IS NULL
    LEFT JOIN accounts b ON b.owner = p.id AND b.provider = 'servya' AND b.unlinked_at IS NULL
    WHERE p.id = ?
"""


class SessionMoved(Exception):
    """Somebody else changed the session since it was read; the turn has to be done again."""


async def load(q: Queries, person: Person, language: str) -> Session:
    """The person's session; a fresh one, speaking `language`, for somebody new."""
    row = await q.one(_LOAD, (person.id,))
    if row is None:
        return Session(person=person, language=language)
    serva, servya = row[8 : 8 + _WIDTH], row[8 + _WIDTH :]
    return Session(
        person=person,
        language=row[0] if row[1] else language,
        language_chosen=bool(row[1]),
        native_digits=bool(row[2]),
        banned=row[3] is not None,
        admitted=bool(row[4]),
        known=True,
        step=Resting() if row[5] is None else step_from_json(row[5]),
        live=row[6],
        version=row[7] or 0,
        serva=None if serva[0] is None else account_from(serva),
        servya=None if servya[0] is None else account_from(servya),
    )


async def step(q: Queries, owner: int) -> Step:
    """Where a person stands, for whoever acts outside of their turns."""
    row = await q.one("SELECT step FROM sessions WHERE owner = ?", (owner,))
    return Resting() if row is None else step_from_json(row[0])


async def leave_all(tx: Tx, now: int) -> None:
    """Everybody is at no step and has no live screen: what was open on a phone is stale."""
    await tx.execute(
        "UPDATE sessions SET step = ?, live_message = NULL, version = version + 1, updated_at = ?",
        (step_to_json(Resting()), now),
    )


async def save(tx: Tx, session: Session, now: int) -> None:
    """Store the session over the version that was read; raises SessionMoved if that changed."""
    person = session.person
    await people.meet(tx, person, session.language, now)
    await tx.execute(
        "UPDATE people SET name = ?, username = ?, language = ?, language_chosen = ?,"
        " native_digits = ?, seen_at = ? WHERE id = ?",
        (
            person.name,
            person.username,
            session.language,
            int(session.language_chosen),
            int(session.native_digits),
            now,
            person.id,
        ),
    )
    back = "UPDATE people SET reachable = 1 WHERE id = ? AND reachable = 0"
    if await tx.execute(back, (person.id,)):
        await notices.recall(tx, person.id, now)
    changed = await tx.execute(
        "INSERT INTO sessions (owner, step, live_message, version, updated_at)"
        " VALUES (?1, ?2, ?3, 1, ?4)"
        " ON CONFLICT (owner) DO UPDATE SET step = ?2, live_message = ?3, version = version + 1,"
        " updated_at = ?4 WHERE version = ?5",
        (person.id, step_to_json(session.step), session.live, now, session.version),
    )
    if changed != 1:
        raise SessionMoved
