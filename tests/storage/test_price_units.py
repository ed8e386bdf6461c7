"""Price units: a proof never overrules the operator, who can take everything back."""

from __future__ import annotations

from bot.domain.pricing import Unit
from storage import health, price_units
from storage.database import Database

NOW = 1_700_000_000_000


async def test_proofs_and_the_operators_word_are_kept_apart(db: Database) -> None:
    await db.write(lambda tx: price_units.prove(tx, "class:link", Unit.PER_1000, 1, NOW))
    await db.write(lambda tx: price_units.override(tx, "*", Unit.PER_ITEM, NOW))
    known = await price_units.of_service(db, "1234", "link")
    assert known.proofs == {"class:link": Unit.PER_1000}
    assert known.overrides == {"*": Unit.PER_ITEM}


async def test_a_proof_does_not_overrule_the_operator(db: Database) -> None:
    await db.write(lambda tx: price_units.override(tx, "service:1", Unit.FLAT, NOW))
    await db.write(lambda tx: price_units.prove(tx, "service:1", Unit.PER_ITEM, 1, NOW))
    assert (await price_units.all_of(db)).overrides == {"service:1": Unit.FLAT}


async def test_taking_it_back_takes_the_proof_too(db: Database) -> None:
    await db.write(lambda tx: price_units.prove(tx, "service:1", Unit.PER_ITEM, 1, NOW))
    await db.write(lambda tx: price_units.override(tx, "service:1", None, NOW))
    known = await price_units.all_of(db)
    assert (known.proofs, known.overrides) == ({}, {})


async def test_an_outage_is_dated_from_its_first_failure(db: Database) -> None:
    await db.write(lambda tx: health.note_ok(tx, "serva", 40, NOW))
    await db.write(lambda tx: health.note_failed(tx, "serva", "ReadTimeout", NOW + 1))
    await db.write(lambda tx: health.note_failed(tx, "serva", "HTTP 502", NOW + 2))
    assert await health.overview(db) == [
        health.Health("serva", NOW, NOW + 2, NOW + 1, "HTTP 502", 40)
    ]
    await db.write(lambda tx: health.note_ok(tx, "serva", 50, NOW + 3))
    assert (await health.overview(db))[0].failing_since is None
