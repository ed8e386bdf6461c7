"""The history: orders found again, spending, time lines, and what is handed out of all that.

Ann   taps My orders, then Search
Bot   23 orders found. Type a word …     [1,000 Followers · Completed] … [Month] [Export]
Ann   types tiktok
Bot   4 orders found.                    [50 Likes · In progress 55%] … [All orders]
Ann   taps Export
Bot   orders.csv                         (the list comes again below it)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate

from bot.conversations.dialogue import Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.chart import bar_chart
from bot.domain.draft import FindingOrder
from bot.domain.event import Tap, Text
from bot.domain.history import is_month
from bot.domain.order import Order, Placement
from bot.domain.table_text import lines_of, table_of
from bot.domain.text import clean
from bot.screens import buttons as b
from bot.screens import history as screens
from bot.screens.catalogue import PAGE, pages
from bot.screens.main import checking
from bot.screens.screen import File
from bot.texts.words import Words
from bot.usecases.history import LookBack

MAX_QUERY = 100
MOST_BYTES = 20_000_000
"""A file has no more, because Telegram takes none above 50 MB; what is older is left out."""


@dataclass(frozen=True, slots=True)
class History:
    """The dialogue about what is over."""

    past: LookBack
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.FindOrders: self.find,
                b.FoundOrders: self.page,
                b.OrderMonths: self.months,
                b.ExportOrders: self.export,
                b.Spending: self.spending,
                b.SpendingMonths: self.spending_months,
                b.SpendingChart: self.chart,
                b.OrderDetails: self.details,
                b.Receipt: self.receipt,
            },
            texts={FindingOrder: self.typed},
            again={FindingOrder: self.again},
        )

    async def find(self, action: b.FindOrders, event: Tap, scene: Scene) -> Turn:
        """All orders; whatever is typed next is looked for among them."""
        return await self._found(scene, FindingOrder(), 0)

    async def page(self, action: b.FoundOrders, event: Tap, scene: Scene) -> Turn:
        """Another page, or another month, of what was looked for last."""
        step = replace(_looking(scene), month=_month(action.month))
        return await self._found(scene, step, action.page)

    async def typed(self, step: FindingOrder, event: Text, scene: Scene) -> Turn:
        """A word to look for, in the same month."""
        # Of a long text the beginning is searched, without the sign that it was cut.
        query = clean(event.text, limit=MAX_QUERY).rstrip("…").rstrip()
        return await self._found(scene, replace(step, query=query), 0)

    async def again(self, step: FindingOrder, scene: Scene, note: str) -> Turn:
        return await self._found(scene, step, 0, note)

    async def months(self, action: b.OrderMonths, event: Tap, scene: Scene) -> Turn:
        """The months to choose from; what was typed is kept."""
        months = await self.past.months(scene.session.owner)
        return Turn(at(scene, _looking(scene)), screens.pick_month(scene.t, months))

    async def export(self, action: b.ExportOrders, event: Tap, scene: Scene) -> Turn:
        """The orders on the screen as a file, and that screen again below it."""
        looking, month = _looking(scene), _month(action.month)
        work = self._file(scene, looking.query, month)
        file = await patiently(scene, work, screens.preparing(scene.t))
        if month and not isinstance(scene.session.step, FindingOrder):
            turn = await self._spending(scene, month)
        else:
            turn = await self._found(scene, replace(looking, month=month), 0)
        return replace(turn, file=file)

    async def spending(self, action: b.Spending, event: Tap, scene: Scene) -> Turn:
        return await self._spending(scene, action.month)

    async def spending_months(self, action: b.SpendingMonths, event: Tap, scene: Scene) -> Turn:
        spendings = await self.past.spending_by_month(scene.session.owner)
        return Turn(at(scene), screens.spending_months(scene.t, spendings))

    async def chart(self, action: b.SpendingChart, event: Tap, scene: Scene) -> Turn:
        """What is on the screen as a picture, and the screen again below it."""
        t, owner, month = scene.t, scene.session.owner, _month(action.month)
        if month:
            spendings = (await self.past.spending(owner, month)).spendings
            turn = await self._spending(scene, month)
        else:
            spendings = await self.past.spending_by_month(owner)
            turn = Turn(at(scene), screens.spending_months(t, spendings))
        told = next((one for one in spendings if one.currency == action.currency), None)
        if told is None or not told.orders:
            return turn
        amounts = [share.total.amount for share in told.shares]
        picture = await asyncio.to_thread(bar_chart, amounts, t.rtl)
        caption = screens.chart_caption(t, month, told).text
        return replace(turn, file=File("spending.png", picture, caption, photo=True))

    async def details(self, action: b.OrderDetails, event: Tap, scene: Scene) -> Turn:
        """What happened to an order, below its card."""
        told = await self.past.time_line(scene.session.owner, action.order)
        if told is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        return Turn(scene.session, screens.time_line(scene.t, *told))

    async def receipt(self, action: b.Receipt, event: Tap, scene: Scene) -> Turn:
        """A message that stays as it is, to be handed on."""
        told = await self.past.time_line(scene.session.owner, action.order)
        if told is None:
            return await self.front.home(scene, scene.t("That order is not yours."))
        if told[0].placement is not Placement.PLACED:
            return await self.front.home(scene, scene.t("That button is out of date."))
        order, price = told[0], bool(action.price)
        return Turn(
            scene.session,
            screens.receipt_sent(scene.t, order, price),
            aside=screens.receipt(scene.t, order, price),
        )

    async def _found(self, scene: Scene, step: FindingOrder, page: int, note: str = "") -> Turn:
        found = partial(self.past.found, scene.session.owner, step.query, step.month or None, PAGE)
        orders, total = await patiently(scene, found(page * PAGE), checking(scene.t))
        if not orders and page:
            # There are fewer of them than there were when the button was made.
            _, total = await found(0)
            page = pages(total) - 1
            orders, total = await found(page * PAGE)
        screen = screens.found(scene.t, orders, step.query, step.month, page, total, note)
        return Turn(at(scene, step), screen)

    async def _spending(self, scene: Scene, month: int) -> Turn:
        told = await self.past.spending(scene.session.owner, month)
        screen = screens.spending(
            scene.t, told.month, told.spendings, told.earlier, told.later, told.in_utc
        )
        return Turn(at(scene), screen)

    async def _file(self, scene: Scene, query: str, month: int) -> File | None:
        """What is looked for as a table; None where that is nothing."""
        t, owner = scene.t, scene.session.owner
        lines: list[bytes] = []
        left = MOST_BYTES
        async for orders in self.past.every(owner, query, month or None):
            more = await asyncio.to_thread(_lines, t, orders)
            fitting = [
                line
                for line, so_far in zip(more, accumulate(map(len, more)), strict=True)
                if so_far <= left
            ]
            lines += fitting
            left -= sum(map(len, fitting))
            if len(fitting) < len(more):
                break
        if not lines:
            return None
        _, total = await self.past.found(owner, query, month or None, 1, 0)
        content = table_of([*lines_of([screens.table_head(t)]), *lines])
        caption = screens.table_caption(t, month, len(lines), total - len(lines)).text
        name = f"orders-{month // 100}-{month % 100:02}.csv" if month else "orders.csv"
        return File(name, content, caption)


def _lines(t: Words, orders: Sequence[Order]) -> list[bytes]:
    return lines_of(screens.table_rows(t, orders))


def _looking(scene: Scene) -> FindingOrder:
    step = scene.session.step
    return step if isinstance(step, FindingOrder) else FindingOrder()


def _month(number: int) -> int:
    """The month that a button names; 0, for all of them, where it names none."""
    return number if is_month(number) else 0
