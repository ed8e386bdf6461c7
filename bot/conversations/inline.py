"""What stands behind the bot's name in any chat: the services of whoever types there.

Ann   types "@some_bot followers" in her chat with Bob
      Instagram Followers                       (only she sees the list)
      Your rate: $0.89 per 1,000
Ann   picks it, and her chat with Bob says
      Instagram Followers
      https://t.me/some_bot?start=service-12    [Open]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversations.link import key_in
from bot.domain.event import InlineQuery
from bot.domain.money import Money
from bot.domain.numbers import parse_quantity
from bot.domain.search import LONGEST
from bot.domain.session import Account, Session
from bot.domain.sharing import Shared, What, link_to
from bot.domain.text import clean
from bot.screens import inline as screens
from bot.screens.screen import Offer
from bot.texts.words import Words
from bot.usecases.admit import Admit
from bot.usecases.browse import Browse, Entry, Page
from bot.usecases.shelves import Shelves

PAGE = 20
"""Results at a time: Telegram takes 50, a phone shows six."""


@dataclass(frozen=True, slots=True)
class Inline:
    """Answers inline queries. It reads only: nothing is fetched, nothing is kept."""

    admit: Admit
    browse: Browse
    shelves: Shelves
    username: str

    async def offer(self, query: InlineQuery, session: Session, t: Words) -> Offer:
        """What to answer; nothing at all to whoever may not use the bot."""
        if session.banned or not self.admit.allows(session):
            return Offer()
        if key_in(query.text, session) is not None:
            return Offer(warning=screens.key_typed(t))
        account = session.serva
        if account is None:
            return screens.link_first(t)
        if account.catalogue is None:
            return screens.look_inside(t)
        offset = parse_quantity(query.offset) or 0
        page = await self._page(account, query.text, offset)
        so_far = offset + len(page.entries)
        more = bool(page.entries) and so_far < page.total
        return screens.found(
            t, await self._lines(account, page.entries), str(so_far) if more else ""
        )

    async def _page(self, account: Account, text: str, offset: int) -> Page:
        words = clean(text, limit=LONGEST).rstrip("…").rstrip()
        if words:
            return await self.browse.search(account, words, PAGE, offset)
        popular = await self.shelves.popular(account, PAGE) if not offset else []
        return Page(tuple(popular), len(popular))

    async def _lines(self, account: Account, entries: Sequence[Entry]) -> list[screens.Line]:
        currency = account.balance.currency if account.balance else "USD"
        return [
            screens.Line(
                entry.id,
                link_to(self.username, Shared(What.SERVICE, entry.id)),
                entry.service,
                Money(entry.service.rate, currency),
                (await self.browse.unit(entry.service)).unit,
            )
            for entry in entries
        ]
