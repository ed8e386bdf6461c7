"""Many orders with one yes: a list is pasted or sent, looked through, and ordered with one tap.

Ann   1234 | https://instagram.com/ann | 1000          (and 499 more lines, or a file of them)
Bot   497 orders. Total: $12.40. 3 lines are left out: …   [Order 497 for $12.40] [Cancel]
Ann   taps it
Bot   Mass order #3 · 497 orders. Placing… 1 of 497 …      [Stop] [Orders] [Summary]
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.batch import Batch
from bot.domain.draft import ConfirmingMass, ListingOrders, Resting, Step
from bot.domain.event import Document, Tap, Text
from bot.domain.mass import (
    MAX_LINES,
    Checked,
    Entry,
    Line,
    is_list,
    lines_in,
    one_quantity,
    parts_of,
    read_list,
    with_quantity,
    written,
)
from bot.domain.numbers import parse_quantity
from bot.domain.order import Placement
from bot.domain.session import Account
from bot.domain.table_text import table_text
from bot.domain.wishes import OverLimit
from bot.screens import buttons as b
from bot.screens import main as main_screens
from bot.screens import mass as screens
from bot.screens import wishes as wish_screens
from bot.screens.catalogue import PAGE, pages
from bot.screens.history import preparing
from bot.screens.places import Places
from bot.screens.screen import File, Screen
from bot.usecases.browse import Browse
from bot.usecases.check_balance import CallRefused, CheckBalance, ProviderError
from bot.usecases.follow import Follow
from bot.usecases.manage import Manage
from bot.usecases.mass import Draft, MassOrders
from bot.usecases.place_orders import Agreement, InTheWay, PlaceOrders
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.wish import Wish

LIFE = 15 * 60_000
"""Milliseconds for which what a list shows can be agreed to."""
PATIENCE = 12
"""Seconds that a list waits for today's prices before it says that Serva is silent."""
MISSED = (
    Placement.REFUSED,
    Placement.NOT_SENT,
    Placement.UNKNOWN,
    Placement.CHARGED,
    Placement.NOT_PLACED,
)


@dataclass(frozen=True, slots=True)
class Mass:
    """The dialogue of mass orders."""

    places: Places
    browse: Browse
    catalogues: RefreshCatalogues
    balances: CheckBalance
    orders: Follow
    mass: MassOrders
    placing: PlaceOrders
    managing: Manage
    wish: Wish
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.MassOrder: self.ask_tap,
                b.MassPage: self.page,
                b.MassShow: self.show,
                b.MassCancel: self.cancel,
                b.MassConfirm: self.confirm,
                b.OpenBatch: self.open_batch,
                b.BatchOrders: self.orders_of,
                b.BatchSummary: self.summary,
                b.BatchStop: self.stop,
                b.BatchRest: self.rest,
            },
            texts={ListingOrders: self.typed, ConfirmingMass: self.typed_more},
            documents={Resting: self.file_came},
            again={ListingOrders: self.ask_again, ConfirmingMass: self.show_again},
        )

    # ---- ways to a list ----

    async def begin(
        self, scene: Scene, service: int, links: Sequence[str], quantity: int | None
    ) -> Turn:
        """Look through one service for several links, with the same quantity for each."""
        account = scene.session.serva
        entry = None if account is None else await self.browse.entry(account, service)
        if entry is None:
            return await self.front.home(scene)
        return await self._look(scene, written(entry.service.code, links, quantity))

    async def pasted(self, scene: Scene, text: str) -> Turn | None:
        """A typed text that is a list, where nothing was asked; None where it is none."""
        if scene.session.serva is None or not is_list(text):
            return None
        return await self._look(scene, read_list(text))

    async def ask_tap(self, action: b.MassOrder, event: Tap, scene: Scene) -> Turn:
        if scene.session.serva is None:
            return await self.front.home(scene)
        return Turn(at(scene, ListingOrders()), screens.ask_list(scene.t))

    async def ask_again(self, step: ListingOrders, scene: Scene, note: str) -> Turn:
        return Turn(scene.session, screens.ask_list(scene.t, note))

    async def typed(self, step: ListingOrders, event: Text, scene: Scene) -> Turn:
        """The lines that were asked for."""
        return await self._list_came(scene, event.text)

    async def typed_more(self, step: ConfirmingMass, event: Text, scene: Scene) -> Turn:
        """More lines for the list that is looked through: of a long paste, the next message.

        Where all of it is one service in one quantity, a number is another one for each.
        """
        draft = await self.mass.draft(scene.session.owner, step.nonce)
        before = () if draft is None else draft.entries
        quantity = parse_quantity(event.text)
        if draft is not None and quantity is not None and one_quantity(before):
            changed = with_quantity(before, quantity)
            return await self._look(scene, changed, draft.rest_of)
        note = scene.t("Tap Order to order this, or Cancel to leave it.")
        if draft is not None and step.at and len(draft.left_out) == len(before):
            # Nothing of it can be ordered: the lines are corrected and pasted again.
            draft, before, note = None, (), _no_line(scene)
        first = max((entry.number for entry in before), default=0) + 1
        more = read_list(event.text, first)
        if not _readable(more):
            return await self.show_again(step, scene, note)
        if len(before) + len(more) > MAX_LINES:
            return await self.show_again(step, scene, _too_many(scene))
        rest_of = None if draft is None else draft.rest_of
        return await self._look(scene, [*before, *more], rest_of)

    async def file_came(self, step: Step, event: Document, text: str, scene: Scene) -> Turn:
        """A file with lines, whatever was asked."""
        if scene.session.serva is None:
            return await self.front.home(scene)
        return await self._list_came(scene, text)

    async def _list_came(self, scene: Scene, text: str) -> Turn:
        if lines_in(text) > MAX_LINES + 1:
            return Turn(scene.session, back=Back(_too_many(scene)))
        entries = await asyncio.to_thread(read_list, text)
        if len(entries) > MAX_LINES:
            return Turn(scene.session, back=Back(_too_many(scene)))
        if not _readable(entries):
            return Turn(scene.session, back=Back(_no_line(scene)))
        return await self._look(scene, entries)

    # ---- looking through a list ----

    async def show(self, action: b.MassShow, event: Tap, scene: Scene) -> Turn:
        """The list at today's prices and with today's balance."""
        step = scene.session.step
        if not isinstance(step, ConfirmingMass) or step.nonce != action.nonce:
            return await self._stale(scene)
        return await self.show_again(step, scene, "")

    async def show_again(self, step: ConfirmingMass, scene: Scene, note: str) -> Turn:
        draft = await self.mass.draft(scene.session.owner, step.nonce)
        if draft is None or scene.session.serva is None:
            return await self.front.home(scene, note)
        return await self._look(scene, draft.entries, draft.rest_of, note)

    async def page(self, action: b.MassPage, event: Tap, scene: Scene) -> Turn:
        """Other lines that are left out; what can be ordered stays as it was shown."""
        session = scene.session
        step = session.step
        if not isinstance(step, ConfirmingMass) or step.nonce != action.nonce:
            return await self._stale(scene)
        draft = await self.mass.draft(session.owner, step.nonce)
        if draft is None or session.serva is None:
            return await self._stale(scene)
        checked = await self.mass.check(session.serva, draft.entries)
        if not _stands(draft, checked):
            return await self._look(scene, draft.entries, draft.rest_of, _changed(scene))
        return Turn(session, self._preview(scene, session.serva, draft, checked, action.page))

    async def cancel(self, action: b.MassCancel, event: Tap, scene: Scene) -> Turn:
        """Drop the list, unless the tap belongs to another one."""
        step = scene.session.step
        if not isinstance(step, ConfirmingMass) or step.nonce != action.nonce:
            return await self._stale(scene)
        await self.mass.drop(scene.session.owner)
        return await self.front.home(scene, scene.t("Nothing was ordered."))

    async def _look(
        self, scene: Scene, entries: Sequence[Entry], rest_of: int | None = None, note: str = ""
    ) -> Turn:
        """What of a list can be ordered today, for how much, and what is wrong with the rest."""
        account = scene.session.serva
        assert account is not None, "a list is looked through for somebody with a key"
        closed, words = await self.managing.maintenance()
        try:
            if not closed:
                work = self._today(account)
                account = await patiently(scene, work, main_screens.checking(scene.t))
        except (ProviderError, TimeoutError) as error:
            said = error.text if isinstance(error, CallRefused) else ""
            read = await self.mass.keep(account, entries, rest_of)
            session = at(scene, ConfirmingMass(read.draft.nonce))
            if isinstance(error, CallRefused) and error.meaning.about_key:
                return self.front.refused(session, scene.t, error)
            return Turn(session, screens.not_now(scene.t, read.draft.nonce, words=said))
        read = await self.mass.keep(account, entries, rest_of)
        if closed:
            session = at(scene, ConfirmingMass(read.draft.nonce))
            return Turn(session, screens.not_now(scene.t, read.draft.nonce, True, words))
        step = ConfirmingMass(read.draft.nonce, scene.now)
        session = replace(at(scene, step), serva=account)
        screen = self._preview(scene, account, read.draft, read.checked, 0, note)
        return Turn(session, screen)

    def _preview(
        self,
        scene: Scene,
        account: Account,
        draft: Draft,
        checked: Checked,
        page: int,
        note: str = "",
    ) -> Screen:
        t, balance, total, owed = scene.t, account.balance, checked.total, checked.owed
        if not checked.ready:
            return screens.nothing_fits(t, draft.nonce, checked.mistakes, page, note)
        if _too_low(account, checked):
            assert balance is not None
            count = len(checked.ready)
            return screens.too_low(t, self.places, draft.nonce, count, total, balance, note, owed)
        parts, alike = parts_of(checked.ready), one_quantity(draft.entries)
        after = checked.after(balance)
        shown = (parts, total, after, checked.mistakes, page, note, alike, owed)
        return screens.preview(t, draft.nonce, *shown)

    async def _today(self, account: Account) -> Account:
        """The account with its catalogue and balance as they are now, side by side."""
        async with asyncio.timeout(PATIENCE):
            priced, funded = await asyncio.gather(
                self.catalogues.fetch(account), self.balances.now(account)
            )
        return replace(
            priced, balance=funded.balance, balance_at=funded.balance_at, paused=funded.paused
        )

    # ---- confirming ----

    async def confirm(self, action: b.MassConfirm, event: Tap, scene: Scene) -> Turn:
        """The tap that spends money. What was on the screen is what is ordered, once."""
        session, t = scene.session, scene.t
        known = await self.mass.by_nonce(session.owner, action.nonce)
        if known is not None:
            return await self._already(scene, event, known)
        step, account = session.step, session.serva
        if not isinstance(step, ConfirmingMass) or step.nonce != action.nonce:
            return await self._stale(scene)
        draft = await self.mass.draft(session.owner, step.nonce)
        if draft is None or account is None:
            return await self._stale(scene)
        if scene.now - step.at > LIFE:
            note = t("That was a while ago, so I looked again. Tap Order if it still suits.")
            return await self._look(scene, draft.entries, draft.rest_of, note)
        closed, words = await self.managing.maintenance()
        if closed or self.placing.must_wait():
            return Turn(session, screens.not_now(t, step.nonce, closed, words if closed else ""))
        checked = await self.mass.check(account, draft.entries)
        if not _stands(draft, checked):
            return await self._look(scene, draft.entries, draft.rest_of, _changed(scene))
        if not checked.ready or _too_low(account, checked):
            return await self._look(scene, draft.entries, draft.rest_of)
        guarded = await self._guarded(action, scene, checked)
        if guarded is not None:
            return Turn(session, guarded)
        after = replace(session, step=Resting(), live=None)
        confirmed = await self.placing.confirm_batch(
            session,
            after,
            Agreement(
                step.nonce,
                checked.ready,
                checked.total,
                draft.rest_of,
                event.message_id or None,
            ),
        )
        if isinstance(confirmed, OverLimit):
            return Turn(session, self._over_limit(scene, confirmed, step.nonce))
        if isinstance(confirmed, InTheWay):
            return await self._look(scene, draft.entries, draft.rest_of, _changed(scene))
        if confirmed.nonce != step.nonce:
            return await self._already(scene, event, confirmed)
        # As with one order, the card is drawn by its notice alone.
        return Turn(replace(after, version=session.version + 1))

    async def _guarded(
        self, action: b.MassConfirm, scene: Scene, checked: Checked
    ) -> Screen | None:
        """What stands before so large a sum because the person wanted it so."""
        owner, total = scene.session.owner, checked.total
        over = await self.wish.in_the_way(owner, total)
        if over is not None:
            return self._over_limit(scene, over, action.nonce)
        limit = (await self.wish.of(owner)).asks_twice(total)
        if limit is None or action.twice:
            return None
        return screens.twice(scene.t, action.nonce, parts_of(checked.ready), total, limit)

    @staticmethod
    def _over_limit(scene: Scene, over: OverLimit, nonce: str) -> Screen:
        return wish_screens.over_limit(scene.t, over, b.MassShow(nonce), b.MassCancel(nonce))

    async def _already(self, scene: Scene, event: Tap, batch: Batch) -> Turn:
        """A second tap, on whatever device: show what the first one did."""
        if event.message_id and event.message_id == batch.card_message:
            await self.mass.move_card(batch, event.message_id)
            return Turn(scene.session)
        note = scene.t("That is mass order #{batch} already.", batch=str(batch.id))
        return await self.front.home(scene, note)

    async def _stale(self, scene: Scene) -> Turn:
        """A button of a list that is no longer open; one that is open stays."""
        note = scene.t("That screen is out of date.")
        return Turn(scene.session, back=Back(note))

    # ---- what became of it ----

    async def open_batch(self, action: b.OpenBatch, event: Tap, scene: Scene) -> Turn:
        """The card moves to the message that was tapped; where it was, its keys go."""
        batch = await self.mass.batch(scene.session.owner, action.batch)
        if batch is None:
            return await self._not_yours(scene)
        return await self._card_here(scene, event, batch)

    async def orders_of(self, action: b.BatchOrders, event: Tap, scene: Scene) -> Turn:
        """One page of its orders."""
        batch = await self.mass.batch(scene.session.owner, action.batch)
        if batch is None:
            return await self._not_yours(scene)
        missed, page = action.which == "missed", action.page
        placements = MISSED if missed else ()
        found, total = await self.mass.orders_of(batch, placements, PAGE, page * PAGE)
        if not found and page:
            _, total = await self.mass.orders_of(batch, placements, PAGE, 0)
            page = pages(total) - 1
            found, total = await self.mass.orders_of(batch, placements, PAGE, page * PAGE)
        return Turn(at(scene), screens.orders(scene.t, batch, found, missed, page, total))

    async def summary(self, action: b.BatchSummary, event: Tap, scene: Scene) -> Turn:
        """What became of every line, as a file."""
        batch = await self.mass.batch(scene.session.owner, action.batch)
        if batch is None:
            return await self._not_yours(scene)
        file = await patiently(scene, self._file(scene, batch), preparing(scene.t))
        orders = await self.orders_of(b.BatchOrders(batch.id), event, scene)
        return replace(orders, file=file)

    async def _file(self, scene: Scene, batch: Batch) -> File:
        lines = await self.mass.lines(batch)
        rows = await asyncio.to_thread(screens.summary, scene.t, lines)
        content = await asyncio.to_thread(table_text, rows)
        caption = screens.summary_caption(scene.t, batch).text
        return File(f"mass-order-{batch.id}.csv", content, caption)

    async def stop(self, action: b.BatchStop, event: Tap, scene: Scene) -> Turn:
        """Send nothing more; what is at Serva goes on."""
        batch = await self.mass.batch(scene.session.owner, action.batch)
        if batch is None:
            return await self._not_yours(scene)
        await self.placing.stop_batch(batch.owner, batch.id)
        return await self._card_here(scene, event, batch)

    async def rest(self, action: b.BatchRest, event: Tap, scene: Scene) -> Turn:
        """What can be gone on with, to be confirmed at today's prices."""
        batch = await self.mass.batch(scene.session.owner, action.batch)
        if batch is None:
            return await self._not_yours(scene)
        if batch.rest is not None:
            after = await self.mass.batch(batch.owner, batch.rest)
            assert after is not None
            return await self._already(scene, event, after)
        tally = await self.mass.tally(batch)
        rest = await self.mass.rest(batch)
        if tally.waiting or not rest or scene.session.serva is None:
            return await self._card_here(scene, event, batch)
        return await self._look(scene, rest, batch.id)

    async def _card_here(self, scene: Scene, event: Tap, batch: Batch) -> Turn:
        """Make the tapped message the card; one that is another card stays what it is."""
        session = scene.session
        if not event.message_id:
            return await self.front.home(scene)
        ours = event.message_id == batch.card_message
        free = await self.orders.shown_at(session.owner, event.message_id) is None
        here = event.message_id if ours or free else None
        await self.mass.move_card(batch, here)
        if batch.card_message and batch.card_message != here:
            await scene.chat.strip(batch.card_message)
        live = None if session.live == event.message_id else session.live
        return Turn(replace(at(scene), live=live))

    async def _not_yours(self, scene: Scene) -> Turn:
        return await self.front.home(scene, scene.t("That mass order is not yours."))


def _readable(entries: Sequence[Entry]) -> bool:
    """Whether any line of a list could be read."""
    return any(isinstance(entry, Line) for entry in entries)


def _stands(draft: Draft, checked: Checked) -> bool:
    """Whether the same lines can be ordered, none of them for more than the screen says."""
    if tuple(mistake.number for mistake in checked.mistakes) != draft.left_out:
        return False
    for one in checked.ready:
        quote = one.details.quote
        rate, unit = draft.shown.get(one.details.service.code, (Decimal(-1), quote.unit))
        if quote.rate > rate or quote.unit is not unit:
            return False
    return True


def _too_low(account: Account, checked: Checked) -> bool:
    """Whether the balance does not cover the list, as far as it is known."""
    after = checked.after(account.balance)
    return after is not None and after.amount < 0


def _too_many(scene: Scene) -> str:
    return scene.t("That is too long: a list has up to {most} lines.", most=MAX_LINES)


def _no_line(scene: Scene) -> str:
    return scene.t("I found no line of a service id, a link and a quantity.")


def _changed(scene: Scene) -> str:
    return scene.t("Something changed, so I looked again. Tap Order if it still suits.")
