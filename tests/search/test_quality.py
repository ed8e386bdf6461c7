"""How well a search understands people, over 5,000 services; how fast it is, a benchmark says."""

from __future__ import annotations

from pathlib import Path

from bot.domain.search import query
from storage import catalogues
from storage.database import Database
from storage.migrate import migrate
from tests.search.queries import CASES, services, shop

FIRST = 6


def test_the_set_is_large_and_means_services_that_there_are() -> None:
    cases = [case for some in CASES.values() for case in some]
    goods = shop().values()
    assert len({case.text for case in cases}) >= 160
    assert [case for case in cases if not any(map(case.fits, goods))] == []


async def test_the_right_service_is_among_the_first_six(tmp_path: Path) -> None:
    goods = shop()
    right, first, missed = 0, 0, []
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        rows = catalogues.prepare(services())
        catalogue = await db.write(lambda tx: catalogues.store(tx, "a", rows, 1))
        for what, cases in CASES.items():
            for case in cases:
                page = await catalogues.search(db, catalogue, query(case.text), FIRST, 0)
                shown = [goods[entry.service.code] for entry in page.entries]
                right += any(map(case.fits, shown))
                first += any(map(case.fits, shown[:1]))
                if not any(map(case.fits, shown)):
                    missed.append((what, case.text, [good.name for good in shown]))
    total = right + len(missed)
    print(f"{right} of {total} among the first {FIRST}, {first} of them the very first; missed:")
    for what, text, names in missed:
        print(f"  {what}: {text!r} found {names}")
    assert right >= 0.95 * total
