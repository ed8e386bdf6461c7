"""Whoever was turned away while Serva was silent is owed word of its answer, once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.domain.draft import Asking, Confirming, Filling, Inputs, Resting, Step
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.refusal import Meaning
from bot.providers.port import CallFailed, CallRefused, ProviderError
from bot.usecases.await_serva import AwaitServa
from bot.usecases.check_balance import CheckBalance
from bot.usecases.locks import NamedLocks
from storage import people, sessions
from storage.sessions import SessionMoved
from tests.usecases.ordering import ANN, BALANCE, BOB, OTHER_KEY, Shop, agreed

DRAFT = Filling(1, "draft", Inputs(link="https://instagram.com/ann"), Asking.QUANTITY)


@dataclass
class Waiting:
    """A shop whose Serva is silent, and those who wait for it."""

    shop: Shop
    silent: bool = True

    def __post_init__(self) -> None:
        self.shop.serva.held_back = lambda: self.silent  # type: ignore[method-assign]

    @property
    def awaiting(self) -> AwaitServa:
        """As after a start: nothing of it is in memory."""
        shop = self.shop
        balances = CheckBalance(
            shop.db,
            shop.keys,
            shop.serva,
            None,  # type: ignore[arg-type]
            NamedLocks(),
            shop.clock,
        )
        return AwaitServa(
            shop.db, shop.serva, balances, shop.clock, lambda: shop.woken.update(["notices"])
        )

    async def turn_away(self, owner: int = ANN, draft: str = "draft") -> None:
        session = replace(await self.shop.session(owner), step=replace(DRAFT, nonce=draft))
        await self.awaiting.turn_away(session, draft)

    async def at(self, step: Step) -> bool:
        """Whether Ann still waits with her draft after she went to another step."""
        session, now = replace(await self.shop.session(), step=step), self.shop.clock()
        await self.shop.db.write(lambda tx: sessions.save(tx, session, now))
        return await self.awaiting.waits(ANN, "draft")

    async def due(self) -> list[tuple[int, str]]:
        """Who is to be told of which draft, after another round."""
        await self.awaiting.run_once()
        return await self.shop.db.all(
            "SELECT owner, json_extract(body, '$.draft') FROM notices"
            " WHERE kind = 'answers' AND told_version < version AND due_at <= ? ORDER BY owner",
            (self.shop.clock(),),
        )


@pytest.fixture
def waiting(shop: Shop) -> Waiting:
    return Waiting(shop)


async def test_everybody_who_waited_is_due_once_serva_answers(waiting: Waiting) -> None:
    await waiting.shop.customer(BOB, OTHER_KEY)
    await waiting.turn_away()
    await waiting.turn_away(BOB, "another")
    assert await waiting.due() == []
    waiting.silent = False
    assert await waiting.due() == [(ANN, "draft"), (BOB, "another")]
    assert waiting.shop.woken == {"notices": 1}
    await waiting.shop.all_told()
    assert await waiting.due() == []


async def test_nobody_calls_serva_while_it_is_held_back_or_nobody_waits(waiting: Waiting) -> None:
    await waiting.turn_away()
    assert (await waiting.awaiting.run_once(), waiting.shop.serva.balances) == (1, 0)
    waiting.silent = False
    await waiting.due()
    assert waiting.shop.serva.balances == 1
    assert (await waiting.awaiting.run_once(), waiting.shop.serva.balances) == (0, 1)


@pytest.mark.parametrize(
    ("answer", "due"),
    [
        (BALANCE, True),
        (CallRefused(Meaning.KEY_UNKNOWN, "Invalid API key"), True),
        (CallFailed("HTTP 502"), False),
    ],
)
async def test_a_refusal_is_an_answer_and_an_error_is_none(
    waiting: Waiting, answer: Money | ProviderError, due: bool
) -> None:
    await waiting.turn_away()
    waiting.silent, waiting.shop.serva.money = False, answer
    assert bool(await waiting.due()) is due


async def test_an_outage_is_told_of_once_with_the_newest_draft(waiting: Waiting) -> None:
    await waiting.turn_away()
    await waiting.turn_away(draft="newer")
    waiting.silent = False
    assert await waiting.due() == [(ANN, "newer")]


async def test_who_comes_back_while_serva_is_silent_is_told_nothing_yet(waiting: Waiting) -> None:
    await waiting.turn_away()
    now = waiting.shop.clock()
    await waiting.shop.db.write(lambda tx: people.set_reachable(tx, ANN, True, now))
    assert await waiting.due() == []


async def test_whoever_was_overtaken_by_another_turn_is_owed_nothing(waiting: Waiting) -> None:
    before = replace(await waiting.shop.session(), step=DRAFT)
    await waiting.turn_away(draft="another")
    await waiting.shop.all_told()
    with pytest.raises(SessionMoved):
        await waiting.awaiting.turn_away(before, "draft")
    assert await waiting.shop.owed() == []


async def test_where_nobody_has_a_key_any_more_nobody_is_asked_for(waiting: Waiting) -> None:
    await waiting.turn_away()
    await waiting.shop.unlink()
    await waiting.due()
    assert (await waiting.awaiting.run_once(), waiting.shop.serva.balances) == (0, 0)
    assert await waiting.shop.owed() == [NoticeKind.ANSWERS]


async def test_another_ones_key_will_do(waiting: Waiting) -> None:
    await waiting.shop.customer(BOB, OTHER_KEY)
    await waiting.turn_away()
    await waiting.turn_away(BOB)
    await waiting.shop.unlink()
    assert await waiting.due() == []
    waiting.silent = False
    assert await waiting.due() == [(ANN, "draft"), (BOB, "draft")]


async def test_only_whoever_has_the_draft_open_still_waits(waiting: Waiting) -> None:
    await waiting.turn_away()
    assert await waiting.at(replace(DRAFT, asking=Asking.LINK))
    assert not await waiting.at(replace(DRAFT, nonce="another"))
    assert not await waiting.at(Confirming(1, "new", DRAFT.inputs, agreed().quote, "draft"))
    assert not await waiting.at(Resting())
    assert not await waiting.awaiting.waits(BOB, "draft")
