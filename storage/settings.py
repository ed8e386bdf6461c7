"""Named texts that outlive a restart; what they mean is known to those who set them."""

from __future__ import annotations

from storage.database import Database, Queries, Tx
from storage.vault import Vault

_CANARY = "canary"


async def get(q: Queries, name: str) -> str | None:
    """The value of `name`, or None."""
    row = await q.one("SELECT value FROM settings WHERE name = ?", (name,))
    return str(row[0]) if row else None


async def put(tx: Tx, name: str, value: str) -> None:
    """Set `name`, whatever it was."""
    await tx.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


async def remove(tx: Tx, name: str) -> None:
    """Forget `name`, if it is set."""
    await tx.execute("DELETE FROM settings WHERE name = ?", (name,))


async def verify_or_set_canary(db: Database, vault: Vault) -> None:
    """Refuse a master key that is not the one of this database; the first key becomes it.

    Raises WrongMasterKey. An older key that the vault still knows is accepted and the canary
    stays as it is: whoever seals everything anew with the first key puts the new canary last, so
    that until then the older key cannot be taken away.
    """

    async def first_or_known(tx: Tx) -> str:
        known = await get(tx, _CANARY)
        if known is None:
            known = vault.canary()
            await put(tx, _CANARY, known)
        return known

    vault.verify_canary(await db.write(first_or_known))
