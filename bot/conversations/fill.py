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

from bot.conversations.choose import Choose
from bot.conversations.dialogue import Dialogue, Scene, Turn, at, patiently
from bot.conversations.front import Front
from bot.domain.catalogue import Service
from bot.domain.draft import (
    Asking,
    Confirming,
    Filling,
    Inputs,
    Resting,
    Searching,
    details_of,
    next_question,
    open_fields,
    quantity_of,
    questions,
    without,
)
from bot.domain.event import Tap, Text
from bot.domain.fields import (
    Field,
    FieldKind,
    FieldProblem,
    accept,
    field_problem,
    single_line_required,
    split_values,
)
from bot.domain.links import Link, links_in, parse_link
from bot.domain.money import Money, MoneyError
from bot.domain.numbers import parse_quantity
from bot.domain.order import Details, Order, Placement, Quote
from bot.domain.pricing import (
    QuantityProblem,
    Unit,
    affordable,
    candidates,
    presets,
    price,
    quantity_problem,
)
from bot.domain.session import Account
from bot.domain.text import clean
from bot.screens import account as account_screens
from bot.screens import buttons as b
from bot.screens import draft as screens
from bot.screens import main as main_screens
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import Words, mark
from bot.usecases.browse import Browse, Entry
from bot.usecases.check_balance import CallRefused, CheckBalance, ProviderError
from bot.usecases.follow import Follow
from bot.usecases.manage import Manage
from bot.usecases.place_orders import Confirmation, PlaceOrders
from bot.usecases.refresh_catalogues import RefreshCatalogues

TARGETS = 3
COUPON = 64
PATIENCE = 12
"""Seconds that a confirmation waits for today's price before it says that Serva is silent."""

_PROBLEMS = {
    FieldProblem.EMPTY: mark("Nothing was given."),
    FieldProblem.SEVERAL_LINES: mark("One line only, please."),
    FieldProblem.TOO_LONG: mark("That is too long."),
    FieldProblem.NOT_A_NUMBER: mark("That is not a number."),
    FieldProblem.NOT_AN_OPTION: mark("That is not one of the options."),
    FieldProblem.NOT_A_LINK: mark(
        "That is not a link. A link looks like https://instagram.com/name"
    ),
}


@dataclass(frozen=True, slots=True)
class Fill:
    """The dialogue of a draft."""

    places: Places
    browse: Browse
    catalogues: RefreshCatalogues
    balances: CheckBalance
    orders: Follow
    placing: PlaceOrders
    managing: Manage
    choosing: Choose
    front: Front
    new_nonce: Callable[[], str]

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
                b.ShowDraft: self.show_draft,
                b.CancelDraft: self.cancel,
                b.Confirm: self.confirm,
                b.Again: self.again_tap,
                b.AgainWithout: self.again_without,
                b.AgainFewer: self.again_fewer,
            },
            texts={Filling: self.typed, Confirming: self.typed_at_confirm},
            again={Filling: self.ask_again, Confirming: self.confirm_again},
        )

    # ---- starting a draft ----

    async def open_service(self, action: b.OpenService, event: Tap, scene: Scene) -> Turn:
        """Begin a draft; a link that was pasted before is its first answer."""
        step = scene.session.step
        link = step.link if isinstance(step, Searching) else ""
        draft = Filling(action.service, self.new_nonce(), Inputs(link=link), Asking.LINK)
        return await self._go_on(scene, draft, first=not link)

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
        answered = self._take(scene.t, entry.service, step, event.text)
        if isinstance(answered, str):
            return await self._ask(scene, entry, step, note=answered)
        return await self._go_on(scene, replace(step, inputs=answered))

    async def typed_at_confirm(self, step: Confirming, event: Text, scene: Scene) -> Turn:
        """At the confirmation a number is a new quantity and a link a new link."""
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        draft = Filling(step.service, step.nonce, step.inputs, Asking.QUANTITY)
        link = _one_link(event.text)
        if link is not None and entry.service.needs_link:
            inputs = replace(step.inputs, link=link.url)
            return await self._go_on(scene, replace(draft, inputs=inputs))
        if entry.service.asks_quantity and parse_quantity(event.text) is not None:
            answered = self._take(scene.t, entry.service, draft, event.text)
            if isinstance(answered, str):
                return await self._go_on(scene, draft, note=answered)
            return await self._go_on(scene, replace(draft, inputs=answered))
        note = scene.t("Tap Order to order this, or Cancel to leave it.")
        return await self._go_on(scene, draft, note=note)

    async def pick_target(self, action: b.PickTarget, event: Tap, scene: Scene) -> Turn:
        """A saved target answers the link, or all fields at once."""
        step = self._filling(scene, action.nonce)
        value = await self.orders.target(scene.session.owner, action.target)
        if step is None or value is None:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        answered = self._take(scene.t, entry.service, step, value)
        if isinstance(answered, str):
            return await self._ask(scene, entry, step, note=answered)
        return await self._go_on(scene, replace(step, inputs=answered))

    async def pick_option(self, action: b.PickOption, event: Tap, scene: Scene) -> Turn:
        step = self._filling(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        field = _field(entry.service, step.field)
        if field is None or action.index >= len(field.options):
            return await self._go_on(scene, step)
        value = field.options[action.index].value
        return await self._go_on(
            scene, replace(step, inputs=step.inputs.with_value(field.key, value))
        )

    async def skip_field(self, action: b.SkipField, event: Tap, scene: Scene) -> Turn:
        step = self._filling(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        field = _field(entry.service, step.field)
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
        problem = quantity_problem(entry.service, action.quantity)
        if problem is not None:
            note = _quantity_words(scene.t, entry.service, problem)
            asking = replace(step, asking=Asking.QUANTITY)
            return await self._ask(scene, entry, asking, note=note)
        inputs = replace(step.inputs, quantity=action.quantity)
        return await self._go_on(scene, replace(step, inputs=inputs))

    # ---- moving about in a draft ----

    async def step_back(self, action: b.StepBack, event: Tap, scene: Scene) -> Turn:
        """The question before the open one; before the first, the service's category."""
        step = self._filling(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        if step.asking is Asking.COUPON:
            return await self._go_on(scene, step)
        asked = questions(entry.service)
        here = (step.asking, step.field)
        position = asked.index(here) if here in asked else 0
        if position == 0:
            return await self.choosing.category(b.OpenCategory(entry.category), event, scene)
        inputs = without(without(step.inputs, here), asked[position - 1])
        return await self._go_on(scene, replace(step, inputs=inputs), first=position == 1)

    async def edit(self, action: b.Edit, event: Tap, scene: Scene) -> Turn:
        """Ask for the link, the fields or the quantity once more."""
        step = self._draft(scene, action.nonce)
        if step is None:
            return await self._stale(scene)
        if action.what == "quantity":
            inputs = replace(step.inputs, quantity=None)
        else:
            inputs = replace(step.inputs, link="", values=())
        return await self._go_on(scene, replace(step, inputs=inputs))

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
        return await self.front.home(scene, scene.t("Nothing was ordered."))

    async def ask_again(self, step: Filling, scene: Scene, note: str) -> Turn:
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        return await self._ask(scene, entry, step, note=note)

    async def confirm_again(self, step: Confirming, scene: Scene, note: str) -> Turn:
        draft = Filling(step.service, step.nonce, step.inputs, Asking.QUANTITY)
        return await self._go_on(scene, draft, note=note)

    # ---- confirming ----

    async def confirm(self, action: b.Confirm, event: Tap, scene: Scene) -> Turn:
        """The tap that spends money. What was on the screen is what is ordered, once."""
        session = scene.session
        known = await self.placing.by_nonce(session.owner, action.nonce)
        if known is not None:
            return await self._already(scene, event, known)
        step = session.step
        if not isinstance(step, Confirming) or step.nonce != action.nonce:
            return await self._stale(scene)
        closed, words = await self.managing.maintenance()
        if closed:
            return Turn(session, main_screens.maintenance(scene.t, words, step.nonce))
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        agreed = details_of(entry.service, step.inputs, step.quote)
        target = target_of(agreed)
        blocked = await self.placing.in_the_way(session.owner, target, step.service)
        if blocked is not None:
            return Turn(session, screens.target_blocked(scene.t, step.nonce, blocked.id))
        unit = await self.browse.quote(
            entry.service, quantity_of(entry.service, step.inputs), step.quote.total.currency
        )
        if not unit.quote.same_price(step.quote):
            draft = Filling(step.service, step.nonce, step.inputs, Asking.QUANTITY)
            return await self._go_on(scene, draft)
        after = replace(session, step=Resting(), live=None)
        await self.placing.confirm(
            session,
            after,
            Confirmation(step.nonce, step.service, agreed, target, event.message_id or None),
        )
        # The card is drawn by its notice, which is the only one to draw it: two who edit one
        # message could leave "Placing…" standing over the outcome.
        return Turn(replace(after, version=session.version + 1))

    async def _already(self, scene: Scene, event: Tap, order: Order) -> Turn:
        """A second tap, on whatever device: show what the first one did."""
        if event.message_id and event.message_id == order.card_message:
            await self.orders.move_card(order.owner, order.id, event.message_id)
            return Turn(scene.session)
        return await self.front.home(
            scene, scene.t("That is order #{order} already.", order=str(order.id))
        )

    # ---- the machinery ----

    async def _go_on(
        self, scene: Scene, step: Filling, *, first: bool = False, note: str = ""
    ) -> Turn:
        """Ask what is still open, or confirm."""
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        question = next_question(entry.service, step.inputs)
        if question is None:
            return await self._confirm(scene, step, note)
        asking, field = question
        return await self._ask(
            scene, entry, replace(step, asking=asking, field=field), first=first, note=note
        )

    async def _ask(
        self, scene: Scene, entry: Entry, step: Filling, *, first: bool = False, note: str = ""
    ) -> Turn:
        """Put the open question up."""
        service, t = entry.service, scene.t
        account = _account(scene)
        unit = await self.browse.unit(service)
        currency = _currency(account)
        inputs = replace(step.inputs, seen_rate=step.inputs.seen_rate or str(service.rate))
        step = replace(step, inputs=inputs)
        first = first or (step.asking, step.field) == next(iter(questions(service)), None)
        head = screens.Draft(service, step.nonce, Money(service.rate, currency), unit.unit, first)
        owner = scene.session.owner
        match step.asking:
            case Asking.LINK:
                saved = await self.orders.recent_targets(owner, "link", TARGETS)
                screen = screens.ask_link(t, head, saved, note)
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
        field = _field(service, step.field)
        assert field is not None
        remaining = open_fields(service, step.inputs)
        saved: list[tuple[int, str]] = []
        wanted = single_line_required(service.fields)
        if not step.inputs.values and wanted and field.kind is not FieldKind.CHOICE:
            kind = f"fields {service.code}"
            found = await self.orders.recent_targets(scene.session.owner, kind, TARGETS)
            saved = [
                (number, " · ".join(value.split("\n")))
                for number, value in found
                if len(value.split("\n")) == len(wanted)
            ]
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

    def _take(self, t: Words, service: Service, step: Filling, text: str) -> Inputs | str:
        """The inputs with the open question answered, or the sentence that says what is wrong."""
        inputs = step.inputs
        match step.asking:
            case Asking.LINK:
                link = _one_link(text)
                if link is None:
                    return t(_PROBLEMS[FieldProblem.NOT_A_LINK])
                return replace(inputs, link=link.url)
            case Asking.FIELD:
                return _take_fields(t, service, step, text)
            case Asking.QUANTITY:
                quantity = parse_quantity(text)
                if quantity is None:
                    return t(
                        "That is not a quantity. For example: {example}", example=service.minimum
                    )
                problem = quantity_problem(service, quantity)
                if problem is not None:
                    return _quantity_words(t, service, problem)
                return replace(inputs, quantity=quantity)
            case Asking.COUPON:
                coupon = clean(text, limit=COUPON)
                if not coupon or " " in coupon or coupon.endswith("…"):
                    return t("A coupon is one short word, for example SAVE10")
                return replace(inputs, coupon=coupon)

    async def _confirm(self, scene: Scene, step: Filling, note: str) -> Turn:
        """The confirmation, at today's price and with today's balance."""
        t = scene.t
        closed, words = await self.managing.maintenance()
        if closed:
            return Turn(at(scene, step), main_screens.maintenance(t, words, step.nonce))
        try:
            account = await patiently(scene, self._today(_account(scene)), main_screens.checking(t))
        except CallRefused as error:
            screen = account_screens.key_problem(
                t, self.places, error.meaning, error.text, error.request_id
            )
            return Turn(at(scene, step), screen)
        except (ProviderError, TimeoutError):
            return Turn(at(scene, step), screens.price_unknown(t, step.nonce))
        scene = replace(scene, session=replace(scene.session, serva=account))
        entry = await self._entry(scene, step.service)
        if isinstance(entry, Turn):
            return entry
        service = entry.service
        problem = _lines_problem(t, service, step.inputs)
        if problem is not None:
            return await self._ask(scene, entry, problem[0](step), note=problem[1])
        if next_question(service, step.inputs) is not None:
            return await self._go_on(scene, step)
        return await self._priced(scene, account, service, step, note)

    async def _priced(
        self, scene: Scene, account: Account, service: Service, step: Filling, note: str
    ) -> Turn:
        t, inputs = scene.t, step.inputs
        quantity, currency = quantity_of(service, inputs), _currency(account)
        try:
            quoted = await self.browse.quote(service, quantity, currency)
            before = _before(service, inputs, quoted.quote, quantity, currency)
        except MoneyError:
            asking = replace(step, inputs=replace(inputs, quantity=None))
            return await self._go_on(scene, asking, note=t("That costs more than can be written."))
        if before is not None and not note:
            note = screens.price_changed(t, before, quoted.quote.total)
        inputs = replace(inputs, seen_rate=str(service.rate))
        details = details_of(service, inputs, quoted.quote)
        agreed = Confirming(step.service, step.nonce, inputs, quoted.quote)
        session = at(scene, agreed)
        low = self._too_low(t, account, step.nonce, details)
        if low is not None:
            return Turn(session, low)
        blocked = await self.placing.in_the_way(session.owner, target_of(details), step.service)
        if blocked is not None:
            return Turn(session, screens.target_blocked(t, step.nonce, blocked.id))
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
                t, step.nonce, details, account.balance, quoted.alternative, note, try_minimum
            ),
        )

    def _too_low(self, t: Words, account: Account, nonce: str, details: Details) -> Screen | None:
        """The balance covers no reading of the price; a coupon might still make it enough."""
        quote, service, balance = details.quote, details.service, account.balance
        if balance is None or balance.currency != quote.total.currency or details.coupon:
            return None
        units = (quote.unit,) if quote.proven else candidates(service)
        cheapest = min(
            price(service, unit, details.quantity, balance.currency).amount for unit in units
        )
        if cheapest <= balance.amount:
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
        details = order.details
        inputs = Inputs(
            link=details.link,
            values=tuple((value.key, value.text) for value in details.values),
            quantity=quantity or details.quantity,
            coupon=details.coupon if coupon else "",
            seen_rate=str(details.quote.rate),
        )
        draft = Filling(order.service, self.new_nonce(), inputs, Asking.QUANTITY)
        entry = await self._entry(scene, order.service)
        if isinstance(entry, Turn):
            return entry
        # What was left empty the last time is not asked this time either.
        for field in entry.service.fields:
            if not field.required and inputs.value(field.key) is None:
                inputs = inputs.with_value(field.key, "")
        return await self._go_on(scene, replace(draft, inputs=inputs))

    async def _entry(self, scene: Scene, service: int) -> Entry | Turn:
        """The service as this account sees it now, or the turn that says that it is gone."""
        account = await self.choosing.ready(scene, b.OpenService(service))
        if isinstance(account, Turn):
            return account
        entry = await self.browse.entry(account, service)
        if entry is not None:
            return entry
        return Turn(at(scene), await self.choosing.gone(scene, account, service))

    async def _stale(self, scene: Scene) -> Turn:
        """A button of a draft that is no longer open."""
        return await self.front.home(scene, scene.t("That screen is out of date."))

    @staticmethod
    def _filling(scene: Scene, nonce: str) -> Filling | None:
        step = scene.session.step
        return step if isinstance(step, Filling) and step.nonce == nonce else None

    @staticmethod
    def _draft(scene: Scene, nonce: str) -> Filling | None:
        """The open draft of this nonce, filled in or to be confirmed."""
        step = scene.session.step
        if isinstance(step, Confirming) and step.nonce == nonce:
            return Filling(step.service, step.nonce, step.inputs, Asking.QUANTITY)
        return Fill._filling(scene, nonce)


def _one_link(text: str) -> Link | None:
    """The one link in a text, also with words around it; None where there are several."""
    found = links_in(text)
    return parse_link(text) or (found[0] if len(found) == 1 else None)


def target_of(details: Details) -> str:
    """The comparable form of what an order is for; empty where it is for nothing nameable."""
    link = parse_link(details.link) if details.link else None
    if link is not None:
        return link.target_key
    values = [f"{value.key}={value.text}" for value in details.values]
    return f"{details.service.code} " + "\n".join(values) if values else ""


def _take_fields(t: Words, service: Service, step: Filling, text: str) -> Inputs | str:
    inputs, field = step.inputs, _field(service, step.field)
    if field is None:
        return inputs
    remaining = open_fields(service, inputs)
    several = split_values(remaining, text)
    wanted = single_line_required(remaining) if several else (field,)
    for entry, answer in zip(wanted, several or (text,), strict=True):
        problem = field_problem(entry, answer)
        if problem is not None:
            sentence = t(_PROBLEMS[problem])
            return f"{entry.label}: {sentence}" if several else sentence
        inputs = inputs.with_value(entry.key, accept(entry, answer))
    problem_of_lines = _lines_problem(t, service, inputs)
    return problem_of_lines[1] if problem_of_lines else inputs


def _lines_problem(
    t: Words, service: Service, inputs: Inputs
) -> tuple[Callable[[Filling], Filling], str] | None:
    """What is wrong with the number of lines where lines decide the quantity."""
    if not service.derives_quantity:
        return None
    quantity = quantity_of(service, inputs)
    if quantity is None:
        return None
    problem = quantity_problem(service, quantity)
    if problem is None:
        return None
    lines = next(entry for entry in service.fields if entry.kind is FieldKind.LINES)

    def ask(step: Filling) -> Filling:
        return replace(step, asking=Asking.FIELD, field=lines.key)

    counted = t.n("{count} line.", "{count} lines.", quantity)
    return ask, f"{counted} {_quantity_words(t, service, problem)}"


def _quantity_words(t: Words, service: Service, problem: QuantityProblem) -> str:
    if problem is QuantityProblem.TOO_SMALL:
        return t("The least is {minimum}.", minimum=service.minimum)
    return t("The most is {maximum}.", maximum=service.maximum)


def _before(
    service: Service, inputs: Inputs, now: Quote, quantity: int | None, currency: str
) -> Money | None:
    """The total at the rate that was on the screen before, where that was another one."""
    if not inputs.seen_rate or Decimal(inputs.seen_rate) == service.rate:
        return None
    old = price(replace(service, rate=Decimal(inputs.seen_rate)), now.unit, quantity, currency)
    return old if old.rounded() != now.total.rounded() else None


def _field(service: Service, key: str) -> Field | None:
    return next((entry for entry in service.fields if entry.key == key), None)


def _account(scene: Scene) -> Account:
    account = scene.session.serva
    assert account is not None, "a draft is filled in by somebody with a key"
    return account


def _currency(account: Account) -> str:
    return account.balance.currency if account.balance else "USD"
