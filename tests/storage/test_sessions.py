"""Sessions: one read gives all that a turn needs, and nobody overwrites what they did not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.draft import PastingKey, Resting
from bot.domain.event import Person
from bot.domain.money import Money
from storage import accounts, people, sessions
from storage.database import Database, Tx

ANN = Person(7, "Ann", "ann", "en")
NOW = 1_700_000_000_000


async def test_somebody_new_has_a_fresh_session_in_their_language(db: Database) -> None:
    session = await sessions.load(db, ANN, "ar")
    assert (session.language, session.step, session.live, session.version, session.known) == (
        "ar",
        Resting(),
        None,
        0,
        False,
    )


async def test_a_saved_session_comes_back_with_the_next_version(db: Database) -> None:
    session = replace(await sessions.load(db, ANN, "en"), step=PastingKey("serva"), live=12)
    await db.write(lambda tx: sessions.save(tx, session, NOW))
    loaded = await sessions.load(db, ANN, "en")
    assert (loaded.step, loaded.live, loaded.version, loaded.known) == (
        PastingKey("serva"),
        12,
        1,
        True,
    )


async def test_the_second_of_two_who_read_the_same_session_is_refused(db: Database) -> None:
    session = await sessions.load(db, ANN, "en")
    await db.write(lambda tx: sessions.save(tx, session, NOW))
    with pytest.raises(sessions.SessionMoved):
        await db.write(lambda tx: sessions.save(tx, replace(session, live=99), NOW))
    assert (await sessions.load(db, ANN, "en")).live is None


async def test_a_chosen_language_outlives_the_clients(db: Database) -> None:
    session = await sessions.load(db, ANN, "en")
    chosen = replace(session, language="ar", language_chosen=True)
    await db.write(lambda tx: sessions.save(tx, chosen, NOW))
    assert (await sessions.load(db, ANN, "en")).language == "ar"


async def test_a_language_that_nobody_chose_follows_the_client(db: Database) -> None:
    session = await sessions.load(db, ANN, "en")
    await db.write(lambda tx: sessions.save(tx, session, NOW))
    assert (await sessions.load(db, ANN, "ar")).language == "ar"


async def test_a_session_brings_the_linked_accounts_along(db: Database) -> None:
    async def link(tx: Tx) -> None:
        await people.meet(tx, ANN, "en", NOW)
        for provider, amount in (("serva", "25.50"), ("servya", "7")):
            account = await accounts.reserve(tx, ANN.id, provider, f"f-{provider}", "a91f", NOW)
            await accounts.link(tx, ANN.id, account, b"sealed", Money.parse(amount), NOW)

    await db.write(link)
    session = await sessions.load(db, ANN, "en")
    assert session.serva is not None
    assert session.servya is not None
    assert (session.serva.tail, session.serva.balance, session.servya.balance) == (
        "a91f",
        Money.parse("25.50"),
        Money.parse("7"),
    )


async def test_a_step_that_another_version_wrote_is_a_fresh_start(db: Database) -> None:
    session = await sessions.load(db, ANN, "en")
    await db.write(lambda tx: sessions.save(tx, session, NOW))
    await db.write(lambda tx: tx.execute('UPDATE sessions SET step = \'{"":"Gone","x":1}\''))
    assert (await sessions.load(db, ANN, "en")).step == Resting()
