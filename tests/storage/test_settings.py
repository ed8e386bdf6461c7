"""Settings are kept by name; the canary refuses a foreign master key."""

from __future__ import annotations

import pytest

from storage import settings
from storage.database import Database, Tx
from storage.vault import Vault, WrongMasterKey

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32


async def test_a_setting_is_put_replaced_and_removed(db: Database) -> None:
    async def put(value: str) -> str | None:
        await db.write(lambda tx: settings.put(tx, "motd", value))
        return await settings.get(db, "motd")

    assert await settings.get(db, "motd") is None
    assert [await put("one"), await put("two")] == ["one", "two"]
    await db.write(lambda tx: settings.remove(tx, "motd"))
    assert await settings.get(db, "motd") is None


async def test_the_first_master_key_is_remembered_and_a_foreign_one_refused(db: Database) -> None:
    await settings.verify_or_set_canary(db, Vault([OLD]))
    await settings.verify_or_set_canary(db, Vault([OLD]))
    with pytest.raises(WrongMasterKey):
        await settings.verify_or_set_canary(db, Vault([FOREIGN]))


async def test_while_keys_rotate_the_old_one_must_stay_at_hand(db: Database) -> None:
    await settings.verify_or_set_canary(db, Vault([OLD]))
    await settings.verify_or_set_canary(db, Vault([NEW, OLD]))
    with pytest.raises(WrongMasterKey):
        await settings.verify_or_set_canary(db, Vault([NEW]))


async def test_the_canary_gives_no_key_away(db: Database) -> None:
    async def everything(tx: Tx) -> list[tuple[str, str]]:
        return [(name, value) for name, value in await tx.all("SELECT name, value FROM settings")]

    await settings.verify_or_set_canary(db, Vault([OLD]))
    stored = await db.write(everything)
    assert stored == [("canary", Vault([OLD]).canary())]
    assert OLD.hex() not in stored[0][1]
