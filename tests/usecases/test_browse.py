"""A search sees one account's own catalogue and prices, and says when nothing is called that."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from bot.usecases.browse import Browse
from storage.database import Database
from storage.migrate import migrate
from tests.storage.test_accounts import linked
from tests.storage.test_catalogues import service, stored


async def test_everybody_finds_services_at_their_own_rates(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "bot.db") as db:
        await migrate(db)
        dear, cheap = service("1"), replace(service("1"), rate=Decimal("0.10"))
        ann = replace(await linked(db, 7, "first"), catalogue=await stored(db, "a", [dear]))
        bob = replace(await linked(db, 8, "second"), catalogue=await stored(db, "b", [cheap]))
        browse = Browse(db)
        for account, rate in ((ann, "0.89"), (bob, "0.10")):
            for text, near in (("متابعين انستا", False), ("instgram", True)):
                page = await browse.search(account, text, 8, 0)
                assert [str(entry.service.rate) for entry in page.entries] == [rate]
                assert (page.total, page.near) == (1, near)
        assert await browse.search(ann, " \u200f", 8, 0) == await browse.search(ann, "zzqq", 8, 0)
