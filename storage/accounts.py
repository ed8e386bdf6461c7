"""Linked keys, sealed; the raw key never comes through here."""

from __future__ import annotations

from bot.domain.money import Money
from bot.domain.session import Account
from storage.database import Queries, Row, Tx

COLUMNS = (
    "id, owner, provider, fingerprint, tail, balance, currency, balance_at,"
    " catalogue, catalogue_at, coalesce(paused, '')"
)


def account_from(row: Row) -> Account:
    """An account from the columns of `COLUMNS`."""
    return Account(
        id=row[0],
        owner=row[1],
        provider=row[2],
        fingerprint=row[3],
        tail=row[4],
        balance=None if row[5] is None else Money.parse(row[5], row[6] or "USD"),
        balance_at=row[7] or 0,
        catalogue=row[8],
        catalogue_at=row[9] or 0,
        paused=row[10],
    )


async def linked(q: Queries, owner: int, provider: str) -> Account | None:
    """The person's account at a provider, or None where no key is linked."""
    row = await q.one(
        f"SELECT {COLUMNS} FROM accounts WHERE owner = ? AND provider = ? AND unlinked_at IS NULL",
        (owner, provider),
    )
    return None if row is None else account_from(row)


async def account(q: Queries, owner: int, account_id: int) -> Account | None:
    """One account of this person, linked or not any more."""
    row = await q.one(
        f"SELECT {COLUMNS} FROM accounts WHERE id = ? AND owner = ?", (account_id, owner)
    )
    return None if row is None else account_from(row)


async def is_followed(q: Queries, owner: int, account_id: int) -> bool:
    """Whether an account's orders are asked about: it is linked, and its key works."""
    row = await q.one(
        "SELECT 1 FROM accounts WHERE id = ? AND owner = ? AND unlinked_at IS NULL"
        " AND paused IS NULL",
        (account_id, owner),
    )
    return row is not None


async def sealed_key(q: Queries, owner: int, account_id: int) -> bytes | None:
    """The sealed key of a linked account, or None once it was unlinked."""
    row = await q.one(
        "SELECT sealed FROM accounts WHERE id = ? AND owner = ? AND unlinked_at IS NULL",
        (account_id, owner),
    )
    return None if row is None else row[0]


async def reserve(tx: Tx, owner: int, provider: str, fingerprint: str, tail: str, now: int) -> int:
    """The id under which this key is (or will be) kept: its old row where it was linked before.

    The row stays unlinked until `link`, because the sealed key binds its row's id in.
    """
    row = await tx.one(
        "SELECT id FROM accounts WHERE owner = ? AND provider = ? AND fingerprint = ?"
        " ORDER BY unlinked_at IS NOT NULL, id DESC LIMIT 1",
        (owner, provider, fingerprint),
    )
    if row is not None:
        return int(row[0])
    return await tx.insert(
        "INSERT INTO accounts (owner, provider, fingerprint, tail, linked_at, unlinked_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (owner, provider, fingerprint, tail, now, now),
    )


async def link(
    tx: Tx, owner: int, account_id: int, sealed: bytes, balance: Money, now: int
) -> Account:
    """Make a reserved row the person's one account at its provider, and resume its orders."""
    await tx.execute(
        "UPDATE accounts SET sealed = NULL, unlinked_at = ?3, catalogue = NULL"
        " WHERE owner = ?1 AND id <> ?2 AND unlinked_at IS NULL"
        " AND provider = (SELECT provider FROM accounts WHERE id = ?2)",
        (owner, account_id, now),
    )
    await tx.execute(
        "UPDATE orders SET next_check_at = NULL WHERE account IN (SELECT a.id FROM accounts a"
        " JOIN accounts b ON b.owner = a.owner AND b.provider = a.provider"
        " WHERE b.id = ?1 AND a.id <> ?1)",
        (account_id,),
    )
    await tx.execute(
        "UPDATE accounts SET sealed = ?, balance = ?, currency = ?, balance_at = ?, linked_at = ?,"
        " unlinked_at = NULL, paused = NULL WHERE id = ? AND owner = ?",
        (sealed, str(balance.amount), balance.currency, now, now, account_id, owner),
    )
    await tx.execute(
        "UPDATE orders SET next_check_at = ? WHERE account = ? AND placement = 'placed'"
        " AND ended_at IS NULL",
        (now, account_id),
    )
    found = await account(tx, owner, account_id)
    assert found is not None
    return found


async def unlink(tx: Tx, owner: int, provider: str, now: int) -> int | None:
    """Forget the person's key at a provider; returns the account's id, or None where none was.

    Its orders are no longer followed.
    """
    row = await tx.one(
        "SELECT id FROM accounts WHERE owner = ? AND provider = ? AND unlinked_at IS NULL",
        (owner, provider),
    )
    if row is None:
        return None
    await tx.execute(
        "UPDATE accounts SET sealed = NULL, unlinked_at = ?, catalogue = NULL WHERE id = ?",
        (now, row[0]),
    )
    await tx.execute("UPDATE orders SET next_check_at = NULL WHERE account = ?", (row[0],))
    return int(row[0])


async def set_balance(tx: Tx, owner: int, account_id: int, balance: Money, now: int) -> None:
    """Keep the latest balance that the provider told us."""
    await tx.execute(
        "UPDATE accounts SET balance = ?, currency = ?, balance_at = ? WHERE id = ? AND owner = ?",
        (str(balance.amount), balance.currency, now, account_id, owner),
    )


async def pause(tx: Tx, account_id: int, meaning: str) -> bool:
    """Stop following an account whose key is refused; False where it was paused already."""
    changed = await tx.execute(
        "UPDATE accounts SET paused = ? WHERE id = ? AND paused IS NULL AND unlinked_at IS NULL",
        (meaning, account_id),
    )
    if changed:
        await tx.execute("UPDATE orders SET next_check_at = NULL WHERE account = ?", (account_id,))
    return changed == 1


async def resume(tx: Tx, account_id: int, now: int) -> bool:
    """Follow a paused account again: its key was accepted. False where it was not paused."""
    resumed = await tx.execute(
        "UPDATE accounts SET paused = NULL WHERE id = ? AND paused IS NOT NULL", (account_id,)
    )
    if resumed:
        await tx.execute(
            "UPDATE orders SET next_check_at = ? WHERE account = ? AND placement = 'placed'"
            " AND ended_at IS NULL",
            (now, account_id),
        )
    return resumed == 1


async def was_linked(q: Queries, owner: int, provider: str, fingerprint: str) -> bool:
    """Whether this person's key at a provider is, or ever was, the one of this fingerprint."""
    row = await q.one(
        "SELECT 1 FROM accounts WHERE owner = ? AND provider = ? AND fingerprint = ?",
        (owner, provider, fingerprint),
    )
    return row is not None


async def stale_catalogues(q: Queries, before: int, seen_after: int, limit: int) -> list[Account]:
    """Serva accounts of people seen lately whose catalogue is older than `before`."""
    columns = ", ".join(f"a.{name.strip()}" for name in COLUMNS.split(",")[:10])
    rows = await q.all(
        f"SELECT {columns}, '' FROM accounts a JOIN people p ON p.id = a.owner"
        " WHERE a.provider = 'serva' AND a.unlinked_at IS NULL AND a.paused IS NULL"
        " AND coalesce(a.catalogue_at, 0) < ? AND p.seen_at > ?"
        " ORDER BY a.catalogue_at LIMIT ?",
        (before, seen_after, limit),
    )
    return [account_from(row) for row in rows]
