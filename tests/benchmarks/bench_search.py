"""How long a search takes on one core, beside the plain matching that it replaced.

    python -m tests.benchmarks.bench_search --rounds 10

Every query of `tests/search/queries.py` over its 5,000 services, page by page as a person reads
them: the first page and the second. Before: each word somewhere in the name, by `instr`, in a
database without an index of words. Both databases are stored, searched and measured in this run.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.domain.catalogue import Service, service_to_json
from bot.domain.search import query
from bot.domain.text import fold
from storage import catalogues
from storage.database import Database, Tx
from storage.migrate import migrate
from tests.search.queries import CASES, services

PAGE = 8
TARGET = 15.0

Search = Callable[[str, int], Awaitable[int]]
"""A text and an offset to how many services were found."""


async def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=10)
    rounds = options.parse_args().rounds
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    shop = services()
    texts = [case.text for cases in CASES.values() for case in cases]
    print(f"{len(shop)} services, {len(texts)} queries, {rounds} rounds, on core {core}")
    with ExitStack() as folders:
        before, now = (Path(folders.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
        async with Database.open(before / "old.db") as old, Database.open(now / "new.db") as new:
            await migrate(old, _first_schema(before / "migrations"))
            await migrate(new)
            await _storing(old, new, shop)
            await _searching("before: instr", _old_search(old), texts, rounds)
            await _searching("now: FTS5", _new_search(new), texts, rounds, TARGET)


async def _storing(old: Database, new: Database, shop: list[Service]) -> None:
    """A first catalogue, and a second with other prices; what holds up all other writers."""
    for name in ("a", "b"):
        started = time.perf_counter()
        rows = [
            (service.code, service.category, service_to_json(service), _folded(service))
            for service in shop
        ]
        prepared = time.perf_counter()
        await old.write(lambda tx, name=name, rows=rows: _old_store(tx, name, rows))
        _stored(f"before: catalogue {name}", started, prepared)
    for name in ("a", "b"):
        started = time.perf_counter()
        ready = catalogues.prepare(shop)
        prepared = time.perf_counter()
        await new.write(lambda tx, name=name, ready=ready: catalogues.store(tx, name, ready, 1))
        _stored(f"now: catalogue {name}", started, prepared)
    for name, db in (("before", old), ("now", new)):
        pages = await db.one(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        )
        assert pages is not None
        print(f"{name + ': two catalogues':24} {pages[0] / 2**20:6.1f} MB")


def _stored(name: str, started: float, prepared: float) -> None:
    ended = time.perf_counter()
    print(
        f"{name:24} {1000 * (prepared - started):6.0f} ms in a thread"
        f" {1000 * (ended - prepared):6.0f} ms in the writer"
    )


async def _searching(
    name: str, search: Search, texts: list[str], rounds: int, target: float | None = None
) -> None:
    wall: list[float] = []
    busy: list[float] = []
    slowest = (0.0, "")
    found = 0
    for text in texts:  # once for the caches
        found += bool(await search(text, 0))
    gc.collect()
    gc.freeze()  # as `bot.app` does
    for _ in range(rounds):
        for text in texts:
            for offset in (0, PAGE):
                started, worked = time.perf_counter(), time.process_time()
                await search(text, offset)
                busy.append(1000 * (time.process_time() - worked))
                wall.append(1000 * (time.perf_counter() - started))
                slowest = max(slowest, (busy[-1], text))
    print(f"{name}: {found} of {len(texts)} queries find something")
    for what, times in (("elapsed", wall), ("of the core", busy)):
        cuts = statistics.quantiles(times, n=100)
        missed = target is not None and cuts[98] > target
        print(
            f"  {what:12} p50 {cuts[49]:6.2f}  p90 {cuts[89]:6.2f}  p99 {cuts[98]:6.2f}"
            f"  most {max(times):6.2f} ms"
            + (f"  (p99 at most {target:.0f}){'  MISSED' * missed}" if target else "")
        )
    print(f"  the slowest: {slowest[1]!r}, {slowest[0]:.2f} ms of the core")


def _new_search(db: Database) -> Search:
    async def search(text: str, offset: int) -> int:
        asked = query(text)
        page = await db.read(lambda q: catalogues.search(q, 1, asked, PAGE, offset))
        return page.total

    return search


# What was there before, to compare with.


def _old_search(db: Database) -> Search:
    async def search(text: str, offset: int) -> int:
        words = [
            word[2:] if word.startswith("ال") and len(word) > 4 else word
            for word in fold(text).split()
        ]
        clause = " AND ".join("instr(folded, ?) > 0" for _ in words) or "1"
        rows = await db.all(
            "SELECT service, category, body, count(*) OVER () FROM catalogue_entries"
            f" WHERE catalogue = ? AND {clause} ORDER BY position LIMIT ? OFFSET ?",
            (1, *words, PAGE, offset),
        )
        for row in rows:
            catalogues.service_from_json(row[2])
        return rows[0][3] if rows else 0

    return search


async def _old_store(tx: Tx, digest: str, rows: list[tuple[str, str, str, str]]) -> None:
    await tx.many("INSERT OR IGNORE INTO services (code) VALUES (?)", [(row[0],) for row in rows])
    await tx.many(
        "INSERT OR IGNORE INTO categories (name) VALUES (?)",
        [(name,) for name in dict.fromkeys(row[1] for row in rows)],
    )
    catalogue = await tx.insert(
        "INSERT INTO catalogues (digest, size, created_at) VALUES (?, ?, 1)", (digest, len(rows))
    )
    await tx.many(
        "INSERT OR IGNORE INTO catalogue_entries"
        " (catalogue, service, category, position, body, folded)"
        " SELECT ?, s.id, c.id, ?, ?, ? FROM services s, categories c"
        " WHERE s.code = ? AND c.name = ?",
        [
            (catalogue, position, body, folded, code, category)
            for position, (code, category, body, folded) in enumerate(rows)
        ],
    )
    await tx.execute(
        "UPDATE services SET category = e.category FROM catalogue_entries e"
        " WHERE e.catalogue = ? AND e.service = services.id",
        (catalogue,),
    )


def _folded(service: Service) -> str:
    names = (service.name, *service.names.values(), service.category, service.code)
    return fold(" ".join(dict.fromkeys(names)))


def _first_schema(folder: Path) -> Path:
    folder.mkdir()
    first: Any = files("storage") / "migrations" / "0001_start.sql"
    shutil.copy(first, folder)
    return folder


if __name__ == "__main__":
    asyncio.run(main())
