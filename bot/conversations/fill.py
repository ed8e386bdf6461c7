"""From a service to a confirmed order: one question at a time, then one tap that spends money.

Ann   taps Instagram Followers · $0.89
Bot   Send the link …                  [instagram.com/ann] [Back] [Home]
Ann   https://instagram.com/ann
Bot   How many?                        [100 · $0.09] [500 · $0.45] [1,000 · $0.89] …
Ann   1k
Bot   Total: $0.89                     [Order for $0.89] [Edit link] [Edit quantity] …
Ann   taps Order for $0.89
Bot   Placing…                         (this message is the order's card from now on)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.conversations.answers import (
    COUPON,
    field_of,
    one_link,
    place_of,
    quantity_words,
    take,
    what_is_wrong,
)
from bot.conversations.choose import Choose, browsing
from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.conversations.mass import Mass
from bot.domain.catalogue import Service
from bot.domain.draft import (
    Asking,
    Confirming,
    Filling,
    Inputs,
    Resting,
    Searching,
    Step,
    details_of,
    next_question,
    open_fields,
    quantity_of,
    questions,
    without,
)
from bot.domain.event import Tap, Text
from bot.domain.links import links_in, parse_link
from bot.domain.money import Money
from bot.domain.numbers import parse_quantity
from bot.domain.order import Details, Order, Placement, Quote
from bot.domain.order_ids import missing, order_ids
from bot.domain.platforms import profile_for
from bot.domain.pricing import (
    Unit,
    affordable,
    candidates,
    presets,
    price,
    quantity_problem,
)
from bot.domain.session import Account
from bot.domain.targets import ids_of, suiting, target_kind
from bot.domain.text import clean
from bot.domain.wishes import OverLimit
from bot.screens import buttons as b
from bot.screens import draft as screens
from bot.screens import later as later_screens
from bot.screens import main as main_screens
from bot.screens import typed as typed_screens
from bot.screens import wishes as wish_screens
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import Words
from bot.usecases.await_money import AwaitMoney
from bot.usecases.await_serva import AwaitServa
from bot.usecases.browse import Browse, Entry
from bot.usecases.check_balance import CallRefused, CheckBalance, ProviderError
from bot.usecases.favourites import KeepFavourites
from bot.usecases.follow import Follow
from bot.usecases.manage import Manage
from bot.usecases.place_orders import Confirmation, InTheWay, PlaceOrders
from bot.usecases.queue_behind import QueueBehind
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.watch_prices import WatchPrices
from bot.usecases.wish import Wish

TARGETS = 3
LOOKED_AT = 20
"""Saved links among which those that suit a service are looked for."""
QUOTE_LIFE = 15 * 60_000
"""Milliseconds for which what a confirmation shows can be agreed to."""
PATIENCE = 12
"""Seconds that a confirmation waits for today's price before it says that Serva is silent."""


@dataclass(frozen=True, slots=True)
class Fill:
    """The dialogue of a draft."""

    places: Places
    browse: Browse
    catalogues: RefreshCatalogues
    balances: CheckBalance
    orders: Follow
    placing: PlaceOrders
    awaiting: AwaitServa
    managing: Manage
    choosing: Choose
    mass: Mass
    front: Front
    new_nonce: Callable[[], str]
    keeping: KeepFavourites
    wish: Wish
    queue: QueueBehind
    money: AwaitMoney
    prices: WatchPrices

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.OpenService: self.open_service,
                b.PickTarget: self.pick_target,
                b.PickOption: self.pick_option,
                b.SkipField: self.skip_field,
                b.PickQuantity: self.pick_quantity,
                b.StepBack: self.step_back,
                b.Edit: self.edit,
                b.Coupon: self.coupon,
                b.UseTyped: self.use_typed,
                b.OtherServices: self.other_services,
                b.ShowDraft: self.show_draft,
                b.CancelDraft: self.cancel,
                b.Confirm: self.confirm,
                b.ConfirmTwice: self.confirm,
                b.ConfirmQueued: self.confirm_queued,
                b.Again: self.again_tap,
                b.AgainWithout: self.again_without,
                b.AgainFewer: self.again_fewer,
            },
            texts={Filling: self.typed, Confirming: self.typed_at_confirm},
            again={Filling: self.ask_again, Confirming: self.confirm_again},
        )

    # ---- starting a draft ----

    async def open_service(self, action: b.OpenService, event: Tap, scene: Scene) -> Turn:
        return await self.begin(scene, action.service)

    async def begin(
        self,
        scene: Scene,
        service: int,
        quantity: int | None = None,
        *,
        seen: tuple[Decimal, Unit] | None = None,
        note: str = "",
    ) -> Turn:
        """Begin a draft; a link and a quantity that were typed before are its first answers.

        `seen` is a rate and its unit from which a change is to be told.
        """
        step = scene.session.step
        typed = step if isinstance(step, Searching) else Searching("")
        inputs = Inputs(link=typed.link, quantity=quantity or typed.quantity, more=typed.more)
        if seen is not None:
            inputs = replace(inputs, seen_rate=str(seen[0]), seen_unit=seen[1].value)
        draft = Filling(service, self.new_nonce(), inputs, Asking.LINK)
        return await self._go_on(scene, draft, note=note)

    async def again_tap(self, action: b.Again, event: Tap, scene: Scene) -> Turn:
        return await self._again(scene, action.order)

    async def again_without(self, action: b.AgainWithout, event: Tap, scene: Scene) -> Turn:
        return await self._again(scene, action.order, coupon=False)

    async def again_fewer(self, action: b.AgainFewer, event: Tap, scene: Scene) -> Turn:
        return await self._again(scene, action.order, quantity=action.quantity)

    # ---- answers ----

    async def typed(self, step: Filling, event: Text, scene: Scene) -> Turn:
        """A typed answer to the open question."""
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        # What a comment's words lead to is no part of the comment.
        said = event.text if step.asking in (Asking.FIELD, Asking.COUPON) else event.whole
        answered, problem = take(scene.t, entry.service, step, said)
        if not problem:
            return await self._go_on(scene, answered)
        link = one_link(said)
        if step.asking is Asking.QUANTITY and link is not None and entry.service.needs_link:
            return await self._go_on(
                scene, replace(step, inputs=replace(step.inputs, link=link.url, more=()))
            )
        shown = await self._orders_meant(scene, event.text, numbers=step.asking is Asking.LINK)
        counted = _looks_counted(step, event.text)
        typed = await self._an_order(scene, said) if counted else _words_in(event.text)
        again = replace(answered, typed=typed)
        return shown or await self._ask(scene, entry, again, note=problem)

    async def typed_at_confirm(self, step: Confirming, event: Text, scene: Scene) -> Turn:
        """At the confirmation a number is a new quantity and a link a new link."""
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        draft = _reopened(step)
        if len(set(links_in(event.whole))) > 1 and entry.service.needs_link:
            asking = replace(draft, asking=Asking.LINK)
            answered, problem = take(scene.t, entry.service, asking, event.whole)
            return await self._go_on(scene, answered, note=problem)
        link = one_link(event.whole) or profile_for(entry.service, event.text)
        if link is not None and entry.service.needs_link:
            inputs = replace(step.inputs, link=link.url)
            return await self._go_on(scene, replace(draft, inputs=inputs))
        if entry.service.asks_quantity and parse_quantity(event.text) is not None:
            answered, problem = take(scene.t, entry.service, draft, event.text)
            typed = await self._an_order(scene, event.text) if problem else ""
            return await self._go_on(scene, answered, note=problem, typed=typed)
        shown = await self._orders_meant(scene, event.text, numbers=True)
        if shown is not None:
            return shown
        note = scene.t("Tap Order to order this, or Cancel to leave it.")
        if entry.service.asks_quantity and _is_figure(event.text):
            _, note = take(scene.t, entry.service, draft, event.text)
        return await self._go_on(scene, draft, note=note, typed=_words_in(event.text))

    async def _orders_meant(self, scene: Scene, text: str, *, numbers: bool) -> Turn | None:
        """The orders whose ids were typed, while the draft waits; `numbers` may be such ids."""
        asked = [entry for entry in order_ids(text) if numbers or not entry.number]
        found = await self.orders.by_ids(scene.session.owner, asked)
        if not found:
            return None
        screen = typed_screens.orders(scene.t, found, missing(asked, found), b.Resume())
        return Turn(scene.session, screen)

    async def _an_order(self, scene: Scene, text: str) -> str:
        """A number that is no answer, where it is an order's: that can be looked for."""
        found = await self.orders.by_ids(scene.session.owner, order_ids(text))
        return clean(text, limit=COUPON) if found else ""

    async def pick_target(self, action: b.PickTarget, event: Tap, scene: Scene) -> Turn:
        """A saved target answers the link, or all fields at once."""
        asked = await self._asked(scene, action.nonce, action.place)
        if isinstance(asked, Turn):
            return asked
        value = await self.orders.target(scene.session.owner, action.target)
        if value is None:
            return await self._stale(scene)
        return await self._answer(scene, asked[1], asked[0], value)

    async def pick_option(self, action: b.PickOption, event: Tap, scene: Scene) -> Turn:
        asked = await self._asked(scene, action.nonce, action.place)
        if isinstance(asked, Turn):
            return asked
        step, entry = asked
        field = field_of(entry.service, step.field)
        if field is None or action.index >= len(field.options):
            return await self._go_on(scene, step)
        value = field.options[action.index].value
        return await self._go_on(
            scene, replace(step, inputs=step.inputs.with_value(field.key, value))
        )

    async def skip_field(self, action: b.SkipField, event: Tap, scene: Scene) -> Turn:
        asked = await self._asked(scene, action.nonce, action.place)
        if isinstance(asked, Turn):
            return asked
        step, entry = asked
        field = field_of(entry.service, step.field)
        if field is None or field.required:
            return await self._go_on(scene, step)
        return await self._go_on(scene, replace(step, inputs=step.inputs.with_value(field.key, "")))

    async def pick_quantity(self, action: b.PickQuantity, event: Tap, scene: Scene) -> Turn:
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        if not entry.service.asks_quantity:
            return await self._go_on(scene, step)
        problem = quantity_problem(entry.service, action.quantity)
        if problem is not None:
            note = quantity_words(scene.t, entry.service, problem)
            asking = replace(step, asking=Asking.QUANTITY, field="")
            return await self._ask(scene, entry, asking, note=note)
        inputs = replace(step.inputs, quantity=action.quantity)
        return await self._go_on(scene, replace(step, inputs=inputs))

    # ---- moving about in a draft ----

    async def step_back(self, action: b.StepBack, event: Tap, scene: Scene) -> Turn:
        """The question before the open one; before the first, the service's category.

        From the first question of an edit it leads to what stood there before.
        """
        asked = await self._asked(scene, action.nonce, action.place)
        if isinstance(asked, Turn):
            return asked
        step, entry = asked
        place = place_of(entry.service, step)
        if step.kept is not None and (place == 0 or step.asking is Asking.QUANTITY):
            return await self._go_on(scene, replace(step, inputs=step.kept, kept=None))
        if place == 0:
            return await self.choosing.category(b.OpenCategory(entry.category), event, scene)
        here, before = (questions(entry.service)[at] for at in (place, place - 1))
        inputs = without(without(step.inputs, here), before)
        return await self._go_on(scene, replace(step, inputs=inputs))

    async def edit(self, action: b.Edit, event: Tap, scene: Scene) -> Turn:
        """Ask for the link, the fields or the quantity once more."""
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        if action.what == "quantity":
            inputs = replace(step.inputs, quantity=None)
        else:
            inputs = replace(step.inputs, link="", values=())
        kept = step.kept or step.inputs
        return await self._go_on(scene, replace(step, inputs=inputs, kept=kept))

    async def coupon(self, action: b.Coupon, event: Tap, scene: Scene) -> Turn:
        """Ask for a coupon, or take it away."""
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        if action.what == "remove":
            return await self._go_on(scene, replace(step, inputs=replace(step.inputs, coupon="")))
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        return await self._ask(scene, entry, replace(step, asking=Asking.COUPON, field=""))

    async def use_typed(self, action: b.UseTyped, event: Tap, scene: Scene) -> Turn:
        """What was typed and answered nothing is a coupon, or is searched for."""
        step, shown = self._draft(scene, action.nonce), scene.session.step
        typed = shown.typed if isinstance(shown, Filling | Confirming) else ""
        if step is None or not typed:
            return await self._stale(scene)
        if action.what == "coupon" and " " not in typed:
            inputs = replace(step.inputs, coupon=typed)
            return await self._go_on(scene, replace(step, inputs=inputs))
        orders = await self._orders_meant(scene, typed, numbers=True)
        return orders or Turn(at(scene), back=Back(answer=typed))

    async def other_services(self, action: b.OtherServices, event: Tap, scene: Scene) -> Turn:
        """Another service than the suggested one, for the same link and as many."""
        step = self._draft(scene, action.nonce)
        if step is None or not step.inputs.link:
            return Turn(scene.session, back=Back(scene.t("That screen is out of date.")))
        waiting = Searching("", step.inputs.link, step.inputs.quantity)
        return await self.choosing.search(scene, waiting)

    async def show_draft(self, action: b.ShowDraft, event: Tap, scene: Scene) -> Turn:
        """The draft's screen, made anew with today's price and balance."""
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        return await self._go_on(scene, step)

    async def cancel(self, action: b.CancelDraft, event: Tap, scene: Scene) -> Turn:
        """Drop the draft, unless the tap belongs to another one."""
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        await self.money.forget(scene.session.owner)
        return await self.front.home(scene, scene.t("Nothing was ordered."))

    async def ask_again(self, step: Filling, scene: Scene, note: str) -> Turn:
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        answered = next_question(entry.service, step.inputs) is None
        if answered and step.asking is not Asking.COUPON:
            return await self._go_on(scene, step, note=note)
        return await self._ask(scene, entry, step, note=note)

    async def confirm_again(self, step: Confirming, scene: Scene, note: str) -> Turn:
        return await self._go_on(scene, _reopened(step), note=note)

    # ---- confirming ----

    async def confirm(self, action: b.Confirm | b.ConfirmTwice, event: Tap, scene: Scene) -> Turn:
        """The tap that spends money. What was on the screen is what is ordered, once."""
        session = scene.session
        known = await self.placing.by_nonce(session.owner, action.nonce)
        if known is not None:
            return await self._already(scene, event, known)
        agreed = await self._agreed(action.nonce, scene)
        if isinstance(agreed, Turn):
            return agreed
        guarded = await self._guarded(action, scene, agreed.details)
        if guarded is not None:
            return Turn(session, guarded)
        after = replace(session, step=Resting(), live=None)
        agreed = replace(agreed, card_message=event.message_id or None)
        confirmed = await self.placing.confirm(session, after, agreed)
        if isinstance(confirmed, OverLimit):
            return Turn(session, _over_limit(scene.t, confirmed, action.nonce))
        if isinstance(confirmed, InTheWay):
            assert confirmed.order is not None
            return Turn(session, screens.target_blocked(scene.t, action.nonce, confirmed.order))
        # The card is drawn by its notice, which is the only one to draw it: two who edit one
        # message could leave "Placing…" standing over the outcome.
        return Turn(replace(after, version=session.version + 1))

    async def confirm_queued(self, action: b.ConfirmQueued, event: Tap, scene: Scene) -> Turn:
        """The tap that agrees to what is sent once another order has ended."""
        session, t = scene.session, scene.t
        known = await self.placing.by_nonce(session.owner, action.nonce)
        if known is not None:
            return await self._already(scene, event, known)
        waiting = await self.queue.by_nonce(session.owner, action.nonce)
        if waiting is not None and not waiting.waiting:
            return await self.front.home(scene, t("That order is no longer waiting."))
        if waiting is not None:
            return Turn(at(scene), later_screens.queued(t, waiting))
        agreed = await self._agreed(action.nonce, scene)
        if isinstance(agreed, Turn):
            return agreed
        twice = await self.wish.asks_twice(session.owner, agreed.details)
        if twice is not None and not action.sure:
            shown = (action.nonce, agreed.details, twice, action.ahead)
            return Turn(session, later_screens.queue_twice(t, *shown))
        after = at(scene)
        waiting = await self.queue.confirm(session, after, agreed, action.ahead)
        if waiting is None:
            # What it was to wait for has ended meanwhile, or something else waits for it.
            assert isinstance(session.step, Confirming)
            return await self.confirm_again(session.step, scene, "")
        after = replace(after, version=session.version + 1)
        return Turn(after, later_screens.queued(t, waiting))

    async def _agreed(self, nonce: str, scene: Scene) -> Confirmation | Turn:
        """What the screen of this nonce shows, where it can still be agreed to as it is."""
        session, step = scene.session, scene.session.step
        if not isinstance(step, Confirming) or step.nonce != nonce:
            return await self._stale(scene)
        closed, words = await self.managing.maintenance()
        if closed:
            return Turn(session, main_screens.maintenance(scene.t, words, step.nonce))
        if _too_old(step, scene.now):
            # The screen is old, or the tap is: it may have waited while the bot was away.
            note = scene.t("That was a while ago, so I looked again. Tap Order if it still suits.")
            return await self.confirm_again(step, scene, note)
        if self.placing.must_wait():
            return await self._silent(scene, _reopened(step))
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        details = details_of(entry.service, step.inputs, step.quote)
        target = target_of(details)
        blocked = await self.placing.in_the_way(session.owner, target, step.service)
        if blocked is not None:
            return Turn(session, screens.target_blocked(scene.t, step.nonce, blocked.id))
        if not await self._stands(scene.t, entry.service, step):
            return await self._go_on(scene, _reopened(step))
        return Confirmation(step.nonce, step.service, details, target)

    async def _guarded(
        self, action: b.Confirm | b.ConfirmTwice, scene: Scene, agreed: Details
    ) -> Screen | None:
        """What stands before an order because the person wanted it so."""
        owner, total = scene.session.owner, agreed.quote.agreed
        over = await self.wish.in_the_way(owner, total)
        if over is not None:
            return _over_limit(scene.t, over, action.nonce)
        twice = await self.wish.asks_twice(owner, agreed)
        if twice is None or isinstance(action, b.ConfirmTwice):
            return None
        return wish_screens.order_twice(scene.t, action.nonce, agreed, twice)

    async def _stands(self, t: Words, service: Service, step: Confirming) -> bool:
        """Whether the service still takes what was given, at the price that is agreed to."""
        inputs, agreed = step.inputs, step.quote
        if next_question(service, inputs) or what_is_wrong(t, service, inputs):
            return False
        quantity = quantity_of(service, inputs)
        now = await self.browse.quote(service, quantity, agreed.total.currency)
        return now.quote.same_price(agreed)

    async def _already(self, scene: Scene, event: Tap, order: Order) -> Turn:
        """A second tap, on whatever device: show what the first one did."""
        if event.message_id and event.message_id == order.card_message:
            await self.orders.move_card(order.owner, order.id, event.message_id)
            return Turn(scene.session)
        return await self.front.home(
            scene, scene.t("That is order #{order} already.", order=str(order.id))
        )

    # ---- the machinery ----

    async def _go_on(self, scene: Scene, step: Filling, *, note: str = "", typed: str = "") -> Turn:
        """Ask what is still open, or confirm."""
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        step = replace(await self._with_price(entry.service, step), typed=typed)
        if step.inputs.more and not await self._takes_several(entry.service):
            note = f"{_first_alone(scene.t, step.inputs)} {note}".strip()
            step = replace(step, inputs=replace(step.inputs, more=()))
        question = next_question(entry.service, step.inputs)
        if question is None and step.inputs.more:
            links = (step.inputs.link, *step.inputs.more)
            return await self.mass.begin(scene, step.service, links, step.inputs.quantity)
        if question is None:
            return await self._confirm(scene, step, note)
        asking, field = question
        return await self._ask(scene, entry, replace(step, asking=asking, field=field), note=note)

    async def _takes_several(self, service: Service) -> bool:
        """Whether several links can be ordered for at once: with one price, and nothing to ask."""
        plain = service.needs_link and not service.fields
        return plain and (await self.browse.unit(service)).proven

    async def _with_price(self, service: Service, step: Filling) -> Filling:
        """The draft with the price that its first screen shows, to tell a change by."""
        if step.inputs.seen_rate:
            return step
        unit = (await self.browse.unit(service)).unit
        inputs = replace(step.inputs, seen_rate=str(service.rate), seen_unit=unit.value)
        return replace(step, inputs=inputs)

    async def _answer(self, scene: Scene, entry: Entry, step: Filling, text: str) -> Turn:
        """Take an answer to the open question, or ask it again with what is wrong."""
        answered, problem = take(scene.t, entry.service, step, text)
        if problem:
            return await self._ask(scene, entry, answered, note=problem)
        return await self._go_on(scene, answered)

    async def _asked(self, scene: Scene, nonce: str, place: int) -> tuple[Filling, Entry] | Turn:
        """The open draft and its service, or a turn where the tapped question is not open."""
        step = scene.session.step
        if isinstance(step, Confirming) and nonce in (step.nonce, step.draft):
            return await self.confirm_again(step, scene, "")
        if not isinstance(step, Filling) or step.nonce != nonce:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        if step.asking is Asking.COUPON:
            return await self._go_on(scene, step)
        if place_of(entry.service, step) != place:
            return await self._ask(scene, entry, step)
        return step, entry

    async def _ask(self, scene: Scene, entry: Entry, step: Filling, *, note: str = "") -> Turn:
        """Put the open question up."""
        service, t = entry.service, scene.t
        account = _account(scene)
        unit = await self.browse.unit(service)
        currency = _currency(account)
        place = place_of(service, step)
        link = "" if step.asking is Asking.LINK or not service.needs_link else step.inputs.link
        rate = Money(service.rate, currency)
        owner = scene.session.owner
        given = service.asks_quantity and step.asking is not Asking.QUANTITY
        head = screens.Draft(
            service,
            step.nonce,
            rate,
            unit.unit,
            place == 0,
            place,
            link,
            step.service,
            step.inputs.quantity if given else None,
            place == 0 and await self._is_kept(owner, service, step),
            step.typed,
            len(step.inputs.more) if link else 0,
        )
        match step.asking:
            case Asking.LINK:
                saved = await self.orders.recent_targets(owner, target_kind(service), LOOKED_AT)
                screen = screens.ask_link(t, head, suiting(service, saved)[:TARGETS], note)
            case Asking.FIELD:
                screen = await self._ask_field(scene, entry, step, head, note)
            case Asking.QUANTITY:
                screen = self._ask_quantity(t, service, unit.unit, account, head, note)
            case Asking.COUPON:
                screen = screens.ask_coupon(t, head, note)
        return Turn(at(scene, step), screen)

    async def _ask_field(
        self, scene: Scene, entry: Entry, step: Filling, head: screens.Draft, note: str
    ) -> Screen:
        service = entry.service
        field = field_of(service, step.field)
        assert field is not None
        remaining = open_fields(service, step.inputs)
        saved: list[tuple[int, str]] = []
        if not step.inputs.values and field in ids_of(service)[:1]:
            kind = target_kind(service)
            saved = await self.orders.recent_targets(scene.session.owner, kind, TARGETS)
        return screens.ask_field(scene.t, head, field, remaining, saved, note)

    def _ask_quantity(
        self,
        t: Words,
        service: Service,
        unit: Unit,
        account: Account,
        head: screens.Draft,
        note: str,
    ) -> Screen:
        balance = account.balance
        most = None if balance is None else affordable(service, unit, balance)
        currency = _currency(account)
        priced = [
            (count, price(service, unit, count, currency))
            for count in presets(service, unit, balance)
        ]
        return screens.ask_quantity(t, head, priced, most, note)

    async def _confirm(self, scene: Scene, step: Filling, note: str) -> Turn:
        """The confirmation, at today's price and with today's balance."""
        t = scene.t
        closed, words = await self.managing.maintenance()
        if closed:
            return Turn(at(scene, step), main_screens.maintenance(t, words, step.nonce))
        try:
            account = await patiently(scene, self._today(_account(scene)), main_screens.checking(t))
        except CallRefused as error:
            if error.meaning.about_key:
                return self.front.refused(at(scene, step), t, error)
            return Turn(at(scene, step), screens.price_unknown(t, step.nonce, error.text))
        except (ProviderError, TimeoutError):
            return await self._silent(scene, step)
        scene = replace(scene, session=replace(scene.session, serva=account))
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        service = entry.service
        # The service may have changed since it was answered, or since the order that is repeated.
        if next_question(service, step.inputs) is not None:
            return await self._go_on(scene, step)
        wrong = what_is_wrong(t, service, step.inputs)
        if wrong is not None:
            (asking, key), sentence = wrong
            asked = replace(step, asking=asking, field=key)
            return await self._ask(scene, entry, asked, note=sentence)
        return await self._priced(scene, account, service, step, note)

    async def _silent(self, scene: Scene, step: Filling) -> Turn:
        """Serva does not answer, and the draft waits; its owner is told of the end of an outage."""
        session = at(scene, step)
        if not self.placing.must_wait():
            return Turn(session, screens.price_unknown(scene.t, step.nonce))
        await self.awaiting.turn_away(session, step.nonce)
        kept = replace(session, version=session.version + 1)
        return Turn(kept, screens.price_unknown(scene.t, step.nonce, told=True))

    async def _priced(
        self, scene: Scene, account: Account, service: Service, step: Filling, note: str
    ) -> Turn:
        t, inputs = scene.t, step.inputs
        quantity, currency = quantity_of(service, inputs), _currency(account)
        quoted = await self.browse.quote(service, quantity, currency)
        before = _before(service, inputs, quoted.quote, quantity, currency)
        if before is not None:
            changed = screens.price_changed(t, before, quoted.quote.total)
            note = f"{changed} {note}".strip()
            await self.prices.seen(account.owner, step.service)
        inputs = replace(inputs, seen_rate=str(service.rate), seen_unit=quoted.quote.unit.value)
        details = details_of(service, inputs, quoted.quote)
        shown = scene.session.step
        draft = shown.draft if isinstance(shown, Confirming) else step.nonce
        agreed = Confirming(
            step.service, step.nonce, inputs, quoted.quote, draft, scene.now, step.typed
        )
        if agreed != shown or _too_old(shown, scene.now):
            # A tap on the screen before this one must not order what only this one says.
            step = replace(step, nonce=self.new_nonce())
            agreed = replace(agreed, nonce=step.nonce)
        session = at(scene, agreed)
        low = self._too_low(t, account, step.nonce, details)
        if low is not None:
            waiting = replace(step, inputs=inputs)
            await self.money.keep(account, waiting, details.quote.agreed)
            return Turn(session, low)
        await self.money.forget(session.owner)
        blocked = await self.placing.in_the_way(session.owner, target_of(details), step.service)
        if blocked is not None:
            return Turn(session, screens.target_blocked(t, step.nonce, blocked.id))
        ahead = await self.queue.to_wait_for(session.owner, target_of(details), step.service)
        try_minimum = (
            service.minimum
            if not quoted.quote.proven
            and service.asks_quantity
            and quantity is not None
            and quantity > service.minimum
            else None
        )
        return Turn(
            session,
            screens.confirm(
                t,
                step.nonce,
                details,
                account.balance,
                quoted.alternative,
                note,
                try_minimum,
                again=inputs.again,
                suggested=inputs.suggested and service.needs_link,
                typed=step.typed,
                kept=await self._is_kept(session.owner, service, step),
                ahead=ahead.id if ahead else 0,
            ),
        )

    def _too_low(self, t: Words, account: Account, nonce: str, details: Details) -> Screen | None:
        """The balance covers the sum to agree to by no reading; a coupon might make it enough."""
        quote, service, balance = details.quote, details.service, account.balance
        if balance is None or balance.currency != quote.total.currency or details.coupon:
            return None
        units = (quote.unit,) if quote.proven else candidates(service)
        cheapest = min(price(service, unit, details.quantity, balance.currency) for unit in units)
        if cheapest.at_most() <= balance:
            return None
        fewer = affordable(service, quote.unit, balance) if service.asks_quantity else 0
        return screens.too_low(t, self.places, nonce, details, balance, fewer)

    async def _today(self, account: Account) -> Account:
        """The account with its catalogue and balance as they are now, side by side."""
        async with asyncio.timeout(PATIENCE):
            priced, funded = await asyncio.gather(
                self.catalogues.fetch(account), self.balances.now(account)
            )
        return replace(
            priced, balance=funded.balance, balance_at=funded.balance_at, paused=funded.paused
        )

    async def _again(
        self, scene: Scene, order_id: int, *, quantity: int | None = None, coupon: bool = True
    ) -> Turn:
        """The same order once more, as a new draft at today's price."""
        session = scene.session
        order = await self.orders.order(session.owner, order_id)
        if session.serva is None or order is None:
            return await self.front.home(scene)
        if order.placement in (Placement.UNKNOWN, Placement.CONFIRMED, Placement.SENDING):
            note = scene.t("Order #{order} is not settled yet.", order=str(order.id))
            return await self.front.home(scene, note)
        return await self.repeat(
            scene, order.service, order.details, quantity=quantity, coupon=coupon, again=True
        )

    async def repeat(
        self,
        scene: Scene,
        service: int,
        details: Details,
        *,
        quantity: int | None = None,
        coupon: bool = True,
        again: bool = False,
    ) -> Turn:
        """What was agreed to before, as a new draft at today's price."""
        inputs = Inputs(
            link=details.link,
            values=tuple((value.key, value.text) for value in details.values),
            quantity=quantity or details.quantity,
            coupon=details.coupon if coupon else "",
            seen_rate=str(details.quote.rate),
            seen_unit=details.quote.unit.value,
            again=again,
        )
        entry = await self._entry(scene, service)
        if isinstance(entry, Turn):
            return entry
        # What was left empty the last time is not asked this time either.
        for field in entry.service.fields:
            if not field.required and inputs.value(field.key) is None:
                inputs = inputs.with_value(field.key, "")
        return await self.take_up(scene, service, inputs)

    async def take_up(self, scene: Scene, service: int, inputs: Inputs) -> Turn:
        """A draft that was left, at today's price."""
        draft = Filling(service, self.new_nonce(), inputs, Asking.QUANTITY)
        return await self._go_on(scene, draft)

    async def _is_kept(self, owner: int, service: Service, step: Filling) -> bool:
        """Whether what the draft is about, with its quantity, is among the favourites."""
        quantity = step.inputs.quantity if service.asks_quantity else None
        return await self.keeping.find(owner, step.service, quantity) is not None

    async def _entry(self, scene: Scene, service: int) -> Entry | Turn:
        """The service as this account sees it now, or the turn that says that it is gone."""
        account = await self.choosing.ready(scene, b.OpenService(service))
        if isinstance(account, Turn):
            return account
        entry = await self.browse.entry(account, service)
        if entry is not None:
            return entry
        screen = await self.choosing.gone(scene, account, service)
        step = scene.session.step
        if isinstance(step, Filling | Confirming) and step.inputs.link:
            # The link is as good for what stands nearest.
            return Turn(at(scene, Searching("", step.inputs.link)), screen)
        return Turn(browsing(scene), screen)

    async def _stale(self, scene: Scene) -> Turn:
        """A button of a draft that is no longer open; one that is open stays."""
        note = scene.t("That screen is out of date.")
        match scene.session.step:
            case Filling() as step:
                return await self.ask_again(step, scene, note)
            case Confirming() as step:
                return await self.confirm_again(step, scene, note)
        return await self.front.home(scene, note)

    @staticmethod
    def _draft(scene: Scene, nonce: str) -> Filling | None:
        """The open draft of this nonce, filled in or to be confirmed."""
        step = scene.session.step
        if isinstance(step, Confirming) and nonce in (step.nonce, step.draft):
            return _reopened(step)
        return step if isinstance(step, Filling) and step.nonce == nonce else None


def _too_old(shown: Step, now: int) -> bool:
    """Whether what a confirmation shows can no longer be agreed to, not even by a second tap."""
    return isinstance(shown, Confirming) and now - shown.at > QUOTE_LIFE


def _first_alone(t: Words, inputs: Inputs) -> str:
    """Says that of several links only the first is ordered for."""
    return t.n(
        "You sent {count} link. This is for the first one.",
        "You sent {count} links. This is for the first one.",
        1 + len(inputs.more),
    )


def _words_in(text: str) -> str:
    """A text as it may be searched for, or empty where it has no words or is an address."""
    typed = clean(text, limit=COUPON)
    whole = not typed.endswith("…") and "://" not in typed
    return typed if whole and any(map(str.isalpha, typed)) else ""


def _is_figure(text: str) -> bool:
    """Whether a text is about a number and nothing else, as "0" and "1.5" are."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _looks_counted(step: Filling, text: str) -> bool:
    """Whether a wrong quantity was typed, rather than something else."""
    return step.asking is Asking.QUANTITY and any(map(str.isdigit, text))


def _over_limit(t: Words, over: OverLimit, nonce: str) -> Screen:
    return wish_screens.over_limit(t, over, b.ShowDraft(nonce), b.CancelDraft(nonce))


def _reopened(step: Confirming) -> Filling:
    """The draft behind a confirmation, to be changed or priced anew."""
    return Filling(step.service, step.nonce, step.inputs, Asking.QUANTITY)


def target_of(details: Details) -> str:
    """The comparable form of what an order is for; the service, where it is for nothing else."""
    link = parse_link(details.link) if details.link else None
    if link is not None:
        return link.target_key
    values = [f"{value.key}={value.text}" for value in details.values]
    return f"{details.service.code} " + "\n".join(values)


def _before(
    service: Service, inputs: Inputs, now: Quote, quantity: int | None, currency: str
) -> Money | None:
    """The total at the price that was on the screen before, where that was another one."""
    if not inputs.seen_rate:
        return None
    unit = Unit(inputs.seen_unit) if inputs.seen_unit else now.unit
    old = price(replace(service, rate=Decimal(inputs.seen_rate)), unit, quantity, currency)
    seen = old.at_most() == now.total.at_most() and old.rounded() == now.total.rounded()
    return None if seen else old


def _account(scene: Scene) -> Account:
    account = scene.session.serva
    assert account is not None, "a draft is filled in by somebody with a key"
    return account


def _currency(account: Account) -> str:
    return account.balance.currency if account.balance else "USD"
