"""Accounts: one a provider and person, resumed by its key, read only by its owner."""

from __future__ import annotations

from bot.domain.event import Person
from bot.domain.money import Money
from bot.domain.session import Account
from storage import accounts, people
from storage.database import Database, Tx

NOW = 1_700_000_000_000


async def linked(db: Database, owner: int, fingerprint: str, provider: str = "serva") -> Account:
    async def job(tx: Tx) -> Account:
        await people.meet(tx, Person(owner), "en", NOW)
        account = await accounts.reserve(tx, owner, provider, fingerprint, fingerprint[-4:], NOW)
        sealed = b"sealed " + fingerprint.encode()
        return await accounts.link(tx, owner, account, sealed, Money.parse("5"), NOW)

    return await db.write(job)


async def test_a_new_key_replaces_the_old_one(db: Database) -> None:
    old, new = await linked(db, 7, "first"), await linked(db, 7, "second")
    assert await accounts.linked(db, 7, "serva") == new
    assert await accounts.sealed_key(db, 7, old.id) is None
    assert await accounts.sealed_key(db, 7, new.id) == b"sealed second"


async def test_the_two_providers_do_not_replace_each_other(db: Database) -> None:
    serva, servya = await linked(db, 7, "first"), await linked(db, 7, "second", "servya")
    assert await accounts.linked(db, 7, "serva") == serva
    assert await accounts.linked(db, 7, "servya") == servya


async def test_the_same_key_comes_back_as_the_same_account(db: Database) -> None:
    before = await linked(db, 7, "first")
    await db.write(lambda tx: accounts.unlink(tx, 7, "serva", NOW))
    assert await accounts.linked(db, 7, "serva") is None
    assert (await linked(db, 7, "first")).id == before.id


async def test_the_same_key_at_two_people_is_two_accounts(db: Database) -> None:
    assert (await linked(db, 7, "first")).id != (await linked(db, 8, "first")).id


async def test_nobody_reads_anothers_account_or_key(db: Database) -> None:
    account = await linked(db, 7, "first")
    assert await accounts.account(db, 8, account.id) is None
    assert await accounts.sealed_key(db, 8, account.id) is None


async def test_unlinking_destroys_the_sealed_key(db: Database) -> None:
    account = await linked(db, 7, "first")
    await db.write(lambda tx: accounts.unlink(tx, 7, "serva", NOW))
    assert await db.one("SELECT sealed FROM accounts WHERE id = ?", (account.id,)) == (None,)


async def test_unlinking_without_a_key_is_nothing(db: Database) -> None:
    assert await db.write(lambda tx: accounts.unlink(tx, 7, "serva", NOW)) is None


async def test_a_refused_key_is_paused_once(db: Database) -> None:
    account = await linked(db, 7, "first")
    assert await db.write(lambda tx: accounts.pause(tx, account.id, "key_revoked"))
    assert not await db.write(lambda tx: accounts.pause(tx, account.id, "banned"))
    paused = await accounts.linked(db, 7, "serva")
    assert paused is not None
    assert paused.paused == "key_revoked"


async def test_only_accounts_of_people_seen_lately_have_their_catalogue_refreshed(
    db: Database,
) -> None:
    account = await linked(db, 7, "first")
    assert await accounts.stale_catalogues(db, NOW + 1, NOW - 1, 10) == [account]
    assert await accounts.stale_catalogues(db, NOW + 1, NOW + 1, 10) == []
