"""The search index: words of services to catalogue entries, nearest first; knows no prices.

Two FTS5 tables do the work. `search_index` finds whole words and beginnings of words; where a word
is found nowhere, `search_spellings` finds those that share the most trigrams with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.search import Indexed, Query, Term, guess, pieces, trigrams
from storage.database import Queries, Tx

_LOOKALIKES = 40

# CROSS, here and below: what was found leads to the entries, never the other way round.
_HITS = (
    "SELECT {} FROM search_index i CROSS JOIN catalogue_entries e"
    " ON e.text = i.rowid AND e.catalogue = ? WHERE search_index MATCH ?"
)
_UNSEEN = "NOT EXISTS (SELECT 1 FROM catalogue_entries e WHERE e.text = search_texts.id)"
_UNUSED = "NOT EXISTS (SELECT 1 FROM search_terms t WHERE t.term = trim(search_words.word))"


@dataclass(frozen=True, slots=True)
class Hits:
    """Service integers, best first; `near` where nothing is called what was asked for."""

    services: Sequence[int]
    near: bool


def vocabulary(texts: Iterable[Indexed]) -> list[str]:
    """The words that somebody could misspell."""
    words = {word for text in texts for word in f"{text.name} {text.category}".split()}
    return sorted(word for word in words if len(word) > 2 and not word.isdecimal())


async def add(tx: Tx, texts: Sequence[Indexed], words: Sequence[str]) -> None:
    """Index texts, and the words in them; what is there already costs next to nothing."""
    newest = "SELECT coalesce(max(id), 0) FROM "
    known = await tx.one(newest + "search_texts")
    await tx.many(
        "INSERT OR IGNORE INTO search_texts (code, name, category) VALUES (?, ?, ?)",
        [(text.code, text.name, text.category) for text in texts],
    )
    await tx.execute(
        "INSERT INTO search_index (rowid, code, name, category)"
        " SELECT id, code, name, category FROM search_texts WHERE id > ?",
        known or (),
    )
    known = await tx.one(newest + "search_words")
    await tx.many(
        "INSERT OR IGNORE INTO search_words (word) VALUES (?)", [(f" {word} ",) for word in words]
    )
    await tx.execute(
        "INSERT INTO search_spellings (rowid, word) SELECT id, word FROM search_words WHERE id > ?",
        known or (),
    )


async def tidy(tx: Tx) -> None:
    """Take out of the index whatever no catalogue has any more."""
    # FTS5 keeps no text of its own, and has to be told what it forgets.
    await tx.execute(
        "INSERT INTO search_index (search_index, rowid, code, name, category)"
        f" SELECT 'delete', id, code, name, category FROM search_texts WHERE {_UNSEEN}"
    )
    if await tx.execute(f"DELETE FROM search_texts WHERE {_UNSEEN}"):
        await tx.execute(
            "INSERT INTO search_spellings (search_spellings, rowid, word)"
            f" SELECT 'delete', id, word FROM search_words WHERE {_UNUSED}"
        )
        await tx.execute(f"DELETE FROM search_words WHERE {_UNUSED}")


async def find(q: Queries, catalogue: int, query: Query) -> Hits:
    """The services of a catalogue that a query asks for; the nearest where there are none."""
    exact = await _exact(q, catalogue, query) if query.terms else []
    if exact or query.is_id:
        return Hits(exact, near=False)
    nearest = await _nearest(q, catalogue, query.terms)
    return Hits(nearest, near=bool(nearest))


async def _exact(q: Queries, catalogue: int, query: Query) -> list[int]:
    """Services with all terms, in tiers; of a tier what is ordered more often, then Serva's order.

    The tiers are the id, the name as it was typed, whole words, and beginnings of words; of both
    those in the name before those in the category.
    """
    whole = " AND ".join(map(_whole, query.terms))
    begun = " AND ".join(map(_begun, query.terms))
    tiers = [_named(_phrase(query.typed))] if " " in query.typed else []
    tiers += [_named(whole), whole, _named(begun), begun]
    found = "".join(
        f" UNION ALL SELECT rowid, {tier} FROM search_index WHERE search_index MATCH ?"
        for tier, _ in enumerate(tiers, start=1)
    )
    rows = await q.all(
        "SELECT e.service FROM (SELECT text, min(tier) AS tier FROM ("
        "SELECT id AS text, 0 AS tier FROM search_texts"
        f" WHERE code IN (SELECT value FROM json_each(?)){found}) GROUP BY text) found"
        " CROSS JOIN catalogue_entries e ON e.text = found.text AND e.catalogue = ?"
        " JOIN services s ON s.id = e.service"
        " ORDER BY found.tier, s.ordered DESC, e.position",
        (json.dumps(query.codes), *tiers, catalogue),
    )
    return [row[0] for row in rows]


async def _nearest(q: Queries, catalogue: int, asked: Sequence[Term]) -> list[int]:
    """Services with everything that may have been meant, or with the most of it."""
    terms = await _meant(q, catalogue, asked)
    if not terms:
        return []
    as_meant = await _exact(q, catalogue, Query(terms)) if terms != asked else []
    return as_meant or await _overlap(q, catalogue, terms)


async def _overlap(q: Queries, catalogue: int, terms: Sequence[Term]) -> list[int]:
    """Services with as many of the terms as any has; of as many, those with the rarer ones."""
    counts = [await _count(q, catalogue, term) for term in terms]
    parts: list[str] = []
    params: list[str | int] = []
    for term, count in zip(terms, counts, strict=True):
        rarity = (max(counts) // count).bit_length() if count else 0
        parts += (
            "SELECT rowid AS text, ? AS weight, 0 AS named"
            " FROM search_index WHERE search_index MATCH ?",
            "SELECT rowid, 0, 1 FROM search_index WHERE search_index MATCH ?",
        )
        params += (50 if term.says_little else 100 + rarity, _begun(term), _named(_whole(term)))
    rows = await q.all(
        "SELECT service FROM (SELECT e.service, found.named, s.ordered, e.position,"
        " found.overlap, max(found.overlap) OVER () AS most FROM ("
        "SELECT text, sum(weight) AS overlap, sum(named) AS named FROM ("
        f"{' UNION ALL '.join(parts)}) GROUP BY text) found"
        " CROSS JOIN catalogue_entries e ON e.text = found.text AND e.catalogue = ?"
        " JOIN services s ON s.id = e.service)"
        " WHERE overlap = most ORDER BY named DESC, ordered DESC, position",
        (*params, catalogue),
    )
    return [row[0] for row in rows]


async def _meant(q: Queries, catalogue: int, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms that services of the catalogue have; for the others, what they resemble."""
    meant: list[Term] = []
    for term in terms:
        if await q.one(_HITS.format("1") + " LIMIT 1", (catalogue, _begun(term))):
            meant.append(term)
        else:
            meant += guess(term, await _lookalikes(q, term), await _known(q, pieces(term)))
    return tuple(meant)


async def _count(q: Queries, catalogue: int, term: Term) -> int:
    row = await q.one(_HITS.format("count(*)"), (catalogue, _begun(term)))
    return 0 if row is None else int(row[0])


async def _lookalikes(q: Queries, term: Term) -> list[str]:
    rows = await q.all(
        "SELECT trim(word) FROM search_spellings WHERE search_spellings MATCH ?"
        " ORDER BY rank, rowid LIMIT ?",
        (" OR ".join(map(_phrase, sorted(trigrams(term.typed)))), _LOOKALIKES),
    )
    return [row[0] for row in rows]


async def _known(q: Queries, words: Iterable[str]) -> frozenset[str]:
    rows = await q.all(
        "SELECT trim(word) FROM search_words WHERE word IN (SELECT value FROM json_each(?))",
        (json.dumps([f" {word} " for word in words]),),
    )
    return frozenset(row[0] for row in rows)


# Within quotes FTS5 reads words and nothing else: no operator, no column, no star.


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _whole(term: Term) -> str:
    return f"({' OR '.join(map(_phrase, term.whole))})"


def _begun(term: Term) -> str:
    phrases = map(_phrase, (*term.whole, *term.begun))
    beginnings = (f"{_phrase(prefix)} *" for prefix in term.prefixes)
    return f"({' OR '.join((*phrases, *beginnings))})"


def _named(expression: str) -> str:
    return f"{{name}} : ({expression})"
