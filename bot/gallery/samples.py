"""Every screen in every shape that it has, made from values by the functions that people meet.

The sentences that conversations put above a screen are theirs; here they are only said again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from typing import Any, ParamSpec

from bot.domain.catalogue import Service
from bot.domain.fields import Field, FieldKind
from bot.domain.money import Money
from bot.domain.order import Around, Order, Placement, Reason, Why
from bot.domain.pricing import Unit, affordable, assumed_unit, presets
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery
from bot.gallery.values import AT, MINUTE, NONCE, Values
from bot.screens import account, admin, catalogue, draft, main, order
from bot.screens import buttons as b
from bot.screens.layout import priced
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import Words

P = ParamSpec("P")

COUNTS = (1, 2, 5, 23, 100)
"""One for each way to count that a language of ours has; of nothing, nothing is said."""

BARE = Places("https://serva.example/profile/api/")
"""The one address that every bot has."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A screen as `function` made it; `shape` says in words which of its shapes, if it has more."""

    function: Callable[..., Screen]
    shape: str
    screen: Screen

    @property
    def family(self) -> str:
        """The module of the function."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def name(self) -> str:
        """The function with its module, as in "order.card"."""
        return f"{self.family}.{self.function.__name__}"


def samples(t: Words, v: Values) -> Iterator[Sample]:
    """Every public screen function, one family after the other."""
    for family in (_account, _main, _catalogue, _draft, _order, _admin):
        yield from family(t, v)


def _of(shape: str, function: Callable[P, Screen], /, *args: P.args, **named: P.kwargs) -> Sample:
    return Sample(function, shape, function(*args, **named))


def _account(t: Words, v: Values) -> Iterator[Sample]:
    moving = account.moving(t, 2, 1, (v.id,))
    no_key = v.note(t("That does not look like an API key."))
    text_only = v.note(t("I read text only. Send it as a message, please."))
    gone = v.note(t("Key …{tail} unlinked.", tail="a91f"))

    yield _of("", account.welcome, t, v.places)
    yield _of("after unlinking", account.welcome, t, v.places, gone)
    yield _of("no operator is named", account.welcome, t, BARE, no_key)
    yield _of("", account.protected, t, v.places)
    yield _of("", account.checking_key, t)
    yield _of("", account.checking_credits_key, t)
    yield _of("first key", account.paste_key, t, v.places, False)
    yield _of("replacing a key", account.paste_key, t, v.places, True)
    yield _of("not a key", account.paste_key, t, v.places, True, no_key)
    for meaning in (*(entry for entry in Meaning if entry.about_key), Meaning.OTHER):
        said = (v.says(meaning), v.request_id)
        yield _of(_words(meaning), account.key_problem, t, v.places, meaning, *said)
    other = Meaning.OTHER
    yield _of("other, and no reason", account.key_problem, t, v.places, other)
    yield _of("other, no support address", account.key_problem, t, BARE, other, v.says(other))
    revoked = (t, v.places, Meaning.KEY_REVOKED)
    yield _of("message not deleted", account.key_problem, *revoked, deleted=False)
    yield _of("no answer", account.key_not_checked, t, "a91f", True)
    yield _of(
        "no answer, message not deleted", account.key_not_checked, t, "a91f", False, v.request_id
    )
    yield _of(
        "an error of Serva's own",
        account.key_not_checked,
        *(t, "a91f", False, v.request_id, v.says(other), text_only),
    )
    yield _of("message deleted", account.is_it_a_key, t, "a91f", True)
    yield _of("message not deleted", account.is_it_a_key, t, "a91f", False)
    yield _of("a picture instead of an answer", account.is_it_a_key, t, "a91f", True, text_only)
    yield _of("", account.replace_key, t, "a91f", "b02e", [], True)
    yield _of("orders in flight", account.replace_key, t, "a91f", "b02e", moving, True)
    yield _of(
        "message not deleted", account.replace_key, t, "a91f", "b02e", moving, False, text_only
    )
    yield _of("message deleted", account.revoke_now, t, True)
    yield _of("message not deleted", account.revoke_now, t, False)
    yield _of("Serva", account.ask_unlink, t, "serva", "a91f", [])
    for count in COUNTS:
        flight = account.moving(t, count, count, range(v.id, v.id + count))
        yield _of(f"Serva, {count} under way", account.ask_unlink, t, "serva", "a91f", flight)
    yield _of("Servya", account.ask_unlink, t, "servya", "07cd", [])
    yield _of("", account.ask_erase, t, [])
    yield _of("orders in flight", account.ask_erase, t, moving)
    many = account.moving(t, v.count, v.count, range(v.id, v.id + 500))
    yield _of("many of unknown outcome", account.ask_erase, t, many)
    yield _of("", account.waiting_to_erase, t)
    yield _of("", account.erase_later, t)
    for count in (0, *COUNTS):
        yield _of(f"{count} at Serva", account.erased, t, count)


def _main(t: Words, v: Values) -> Iterator[Sample]:
    unread = replace(v.account, balance=None, balance_at=0, paused="key_revoked")
    details = v.details(v.service)
    named = f"{t.number(v.quantity)} {v.service.name_in(t.code)}"
    again = (v.id, named, details.quote.total)
    points = main.credits_words(t, t.number(v.count))
    silent = v.note(t("Serva is not answering right now."))
    not_servya = v.note(t("That is your Serva key. It was not sent to Servya."))
    servya_silent = v.note(t("Servya is not answering right now."))
    other = v.says(Meaning.OTHER)

    for deleted in (True, False):
        linked = v.note(account.linked_note(t, "a91f", t.money(v.balance), deleted))
        shape = "just linked" if deleted else "just linked, message not deleted"
        yield _of(shape, main.home_screen, t, v.account, 0, None, linked)
    for count in COUNTS:
        yield _of(f"{count} under way", main.home_screen, t, v.account, count, again)
    yield _of("its key is refused", main.home_screen, t, unread, 2, again)
    shut = replace(unread, paused="banned")
    yield _of("its account is banned", main.home_screen, t, shut, 2, again)
    recent = [
        b.tap(priced(t, service.name_in(t.code), v.rate(service)), b.OpenService(number))
        for number, service in enumerate(v.listed[:6], v.id)
    ]
    yield _of("", main.choose, t, recent)
    yield _of("nothing ordered before", main.choose, t, [])
    yield _of("", main.checking, t)
    yield _of("Serva alone", main.balance, t, v.places, v.account, "")
    yield _of("with Servya", main.balance, t, v.places, v.account, points)
    yield _of("Serva does not answer", main.balance, t, v.places, v.account, points, silent)
    yield _of("not known yet, nowhere to top up", main.balance, t, BARE, unread, "")
    yield _of("no key", main.servya, t, None)
    yield _of("the wrong key", main.servya, t, None, problem=not_servya)
    yield _of("linked", main.servya, t, v.credits, points)
    yield _of("Servya does not answer", main.servya, t, v.credits, points, servya_silent)
    yield _of("", main.settings, t, v.session)
    yield _of("notifications off", main.settings, t, replace(v.session, notify="none"))
    yield _of("own digits", main.settings, t, replace(v.session, native_digits=True))
    saved = v.note(t("That button is out of date."))
    yield _of("no key, with a note", main.settings, t, replace(v.session, serva=None), saved)
    yield _of("with a key", main.help_screen, t, v.places, True)
    yield _of("without a key", main.help_screen, t, v.places, False)
    yield _of("no addresses", main.help_screen, t, BARE, True)
    unnamed = replace(v.places, operator_name="")
    yield _of("the operator has no name", main.help_screen, t, unnamed, True)
    yield _of("no answer", main.not_answering, t, b.Home())
    yield _of("an error of Serva's own", main.not_answering, t, b.Home(), v.request_id, other)
    yield _of("", main.note, t, v.note(t("That screen is out of date.")))
    retry: list[list[Button]] = [[b.tap(t("Try again"), b.CheckNow(v.id))]]
    yield _of("with a next step", main.note, t, silent, retry)
    yield _of("the operator knows", main.sorry, t, True)
    yield _of("nobody to tell", main.sorry, t, False)
    yield _of("", main.banned, t)
    yield _of("", main.not_invited, t, v.person.id)
    yield _of("", main.maintenance, t, "", NONCE)
    yield _of("with the operator's words", main.maintenance, t, v.closed, NONCE)
    yield _of("", main.in_private, t, "sandbox_bot")


def _catalogue(t: Words, v: Values) -> Iterator[Sample]:
    choices = [
        catalogue.Choice(number, service.name_in(t.code), v.rate(service))
        for number, service in enumerate(v.listed, v.id)
    ]
    entries = [(number, name, count) for number, (name, count) in enumerate(v.categories, v.id)]
    whole, part = len(choices), choices[:4]
    title = v.categories[0][0]
    old = v.note(t("That button is out of date."))

    for page, shape in enumerate(("first page", "a page between", "last page")):
        total = 2 * whole + len(part)
        shown = part if page == 2 else choices
        yield _of(shape, catalogue.categories, t, entries[: len(shown)], page, total)
        yield _of(shape, catalogue.category, t, v.id, title, shown, page, total)
        yield _of(shape, catalogue.results, t, v.query, shown, page, total)
    yield _of("one page, with a note", catalogue.categories, t, entries[:4], 0, 4, old)
    yield _of("one page", catalogue.category, t, v.id, title, part, 0, len(part))
    for count in COUNTS:
        found = (choices[:count], 0, count)
        yield _of(f"{count} found", catalogue.results, t, v.query, *found)
    for_link = (choices[:1], 0, 1)
    yield _of("for a link", catalogue.results, t, "", *for_link, link=v.link, note=old)
    yield _of("a word", catalogue.nothing_found, t, v.query)
    yield _of("many words", catalogue.nothing_found, t, " ".join([v.query] * 5))
    yield _of("a link, with a note", catalogue.nothing_found, t, v.link, old)
    yield _of("some", catalogue.similar, t, choices)
    yield _of("none", catalogue.similar, t, [])
    yield _of("", catalogue.loading, t)
    yield _of("", catalogue.empty, t)


def _draft(t: Words, v: Values) -> Iterator[Sample]:
    service = v.service
    first = draft.Draft(service, NONCE, v.rate(service), Unit.PER_1000, first=True)
    later = replace(first, first=False, place=1, link=v.link)
    targets = [(v.id, v.link), (v.id + 1, v.link.replace("/p/", "/reel/"))]
    offered = [
        (count, v.details(service, quantity=count).quote.total)
        for count in presets(service, Unit.PER_1000)
    ]
    most = affordable(service, Unit.PER_1000, v.balance)
    old = v.note(t("That screen is out of date."))
    no_link = v.note(t("That is not a link. A link looks like https://instagram.com/name"))
    too_few = v.note(t("The least is {minimum}.", minimum=service.minimum))
    no_coupon = v.note(t("A coupon is one short word, for example SAVE10"))

    yield _of("nothing saved", draft.ask_link, t, first, [])
    yield _of("saved links", draft.ask_link, t, first, targets)
    yield _of("not a link", draft.ask_link, t, first, targets, no_link)
    for one in v.fielded:
        for place, field in enumerate(one.fields):
            yield _of(_field_words(field), draft.ask_field, t, *_asked(t, v, one, place))
    yield _of("balance not known", draft.ask_quantity, t, later, offered, None)
    yield _of("what the balance covers", draft.ask_quantity, t, later, offered, most)
    yield _of("less than the least", draft.ask_quantity, t, later, offered[:1], 0, too_few)
    yield _of("", draft.ask_coupon, t, later)
    yield _of("not a coupon", draft.ask_coupon, t, later, no_coupon)
    yield from _confirmations(t, v)
    dear = v.details(service, quantity=v.quantity * 5)
    left = Money(Decimal("1.05"), v.balance.currency)
    yield _of("fewer are covered", draft.too_low, t, v.places, NONCE, dear, left, v.quantity)
    yield _of("not even the least", draft.too_low, t, BARE, NONCE, dear, left, 0)
    yield _of("", draft.target_blocked, t, NONCE, v.id)
    yield _of("no answer", draft.price_unknown, t, NONCE)
    error = v.says(Meaning.OTHER)
    yield _of("an error of Serva's own", draft.price_unknown, t, NONCE, error)
    yield _of("no answer, to be told", draft.price_unknown, t, NONCE, told=True)
    yield _of("", draft.answers_again, t, NONCE)
    yield _of("a screen from before", draft.ask_link, t, later, targets, old)


def _confirmations(t: Words, v: Values) -> Iterator[Sample]:
    old = Money(Decimal("0.79"), v.balance.currency)
    minimum, poor = v.service.minimum, Money(Decimal("0.40"), v.balance.currency)

    plain = v.details(v.service)
    changed = v.note(draft.price_changed(t, old, plain.quote.total))
    yield _of("", draft.confirm, t, NONCE, plain, v.balance, None)
    yield _of("the price changed", draft.confirm, t, NONCE, plain, v.balance, None, changed)
    yield _of("balance too low", draft.confirm, t, NONCE, plain, poor, None)
    yield _of("balance not known", draft.confirm, t, NONCE, plain, None, None)
    cut = v.details(v.service, coupon=v.coupon)
    yield _of("a coupon", draft.confirm, t, NONCE, cut, v.balance, None)
    for unit, other in permutations(Unit, 2):
        # A rate for all of it is a package's; elsewhere it would read as the same total.
        service = v.package if Unit.FLAT in (unit, other) else v.service
        guess = v.details(service, unit=unit, proven=False)
        reading = (other, v.details(service, unit=other).quote.total)
        shape = f"price {_words(unit)}, or {_words(other)}"
        least = minimum if service.asks_quantity else None
        yield _of(shape, draft.confirm, t, NONCE, guess, v.balance, reading, "", least)
    guess = v.details(v.service, unit=Unit.PER_1000, proven=False, coupon=v.coupon)
    reading = (Unit.PER_ITEM, v.details(v.service, unit=Unit.PER_ITEM).quote.total)
    shape = "price not proven, a coupon, with a note"
    yield _of(shape, draft.confirm, t, NONCE, guess, v.balance, reading, changed, minimum)
    for service in v.fielded:
        shape = f"with fields: {service.name}"
        yield _of(shape, draft.confirm, t, NONCE, v.details(service), v.balance, None)


def _asked(
    t: Words, v: Values, service: Service, place: int
) -> tuple[draft.Draft, Field, tuple[Field, ...], list[tuple[int, str]], str]:
    """What goes into the question for a field; a number has been answered wrongly."""
    field = service.fields[place]
    head = draft.Draft(
        service,
        NONCE,
        v.rate(service),
        assumed_unit(service),
        first=place == 0 and not service.needs_link,
        place=place,
        link=v.link if service.needs_link else "",
    )
    saved = [(v.id, v.answers[field.key])] if field.kind is FieldKind.TEXT else []
    wrong = v.note(t("That is not a number.")) if field.kind is FieldKind.NUMBER else v.worst
    return head, field, service.fields[place:], saved, wrong


def _field_words(field: Field) -> str:
    return f"{_words(field.kind)}{'' if field.required else ', optional'}: {field.label}"


def _order(t: Words, v: Values) -> Iterator[Sample]:
    around = Around(
        earlier=v.id - 1,
        balance=Money(Decimal("0.40"), v.balance.currency),
        affordable=min(v.quantity, 300),
    )
    every = _states(v)
    for shape, one in every.items():
        yield _of(shape, order.card, t, v.places, one, around)
    for shape, one in every.items():
        if one.placement is Placement.REFUSED and one.reason.meaning in _HELPED:
            yield _of(f"{shape}, nothing to help", order.card, t, BARE, one, Around())
    active = _listed(v, every, _ACTIVE)
    for page, which in enumerate(("first page", "a page between", "last page")):
        shown = active[:4] if page == 2 else active
        yield _of(f"active, {which}", order.orders_list, t, shown, True, page, 20)
    over = _listed(v, every, _OVER)
    yield _of("finished", order.orders_list, t, over, False, 0, len(over))
    yield _of("nothing active", order.orders_list, t, [], True, 0, 0)
    yield _of("nothing finished", order.orders_list, t, [], False, 0, 0)
    for shape, one in every.items():
        if one.ended_at:
            yield _of(shape, order.ended, t, one)
    settled = ("in progress", "charged", "not placed, by the balance", "not placed, by the person")
    for shape in settled:
        yield _of(shape.replace("in progress", "placed"), order.settled, t, v.places, every[shape])
    for shape in _MOVED:
        yield _of(shape, order.ask, t, v.places, every[shape])
    for shape, note in {
        "": "",
        "not an id": t("That is not an order id."),
        "not at Serva": t("Serva does not know this order for your key."),
        "known here": t("That id belongs to another order here."),
        "no key": t("Link the key that it was ordered with."),
        "no answer": t("Serva is not answering right now. Send it again in a moment."),
    }.items():
        one = every["unknown"]
        yield _of(shape, order.ask_order_id, t, one, v.note(note) if note else "")
    for shape in _MOVED:
        one = every[shape]
        yield _of(shape, order.sure_not_there, t, one, order.moved_words(t, one))
    for meaning in (entry for entry in Meaning if entry.about_key):
        yield _of(_words(meaning), order.key_paused, t, v.places, meaning)
    yield _of("no support address", order.key_paused, t, BARE, "")


_HELPED = frozenset(
    {
        Meaning.BALANCE_TOO_LOW,
        Meaning.DUPLICATE_TARGET,
        Meaning.TARGET_BUSY,
        Meaning.NOT_APPROVED,
        Meaning.BANNED,
        Meaning.OTHER,
    }
)
"""Refusals whose next step needs an address, a balance or an earlier order."""


_MOVED = (
    "unknown",
    "unknown, balance has not moved",
    "unknown, balance is lower",
    "unknown, balance is higher",
)
_ACTIVE = (
    "sending",
    "placed, no status yet",
    "pending",
    "processing",
    "in progress",
    "a word that nobody has seen",
    "unknown",
    "charged",
)
_OVER = (
    "completed",
    "partial",
    "canceled",
    "refunded",
    "failed",
    "refused: link",
    "not sent: waited",
    "not placed, by the balance",
)


def _listed(v: Values, every: Mapping[str, Order], shapes: Iterable[str]) -> list[Order]:
    """Orders of several services, as they stand in a list."""
    return [
        replace(every[shape], id=v.id - number, details=v.details(service))
        for number, (shape, service) in enumerate(zip(shapes, v.listed, strict=True))
    ]


def _states(v: Values) -> dict[str, Order]:
    """An order in every state, by its name in words."""
    return dict(
        (
            ("confirmed", v.order(Placement.CONFIRMED)),
            ("sending", v.order(Placement.SENDING)),
            *_deliveries(v),
            *_free(v),
            *_open(v),
        )
    )


def _deliveries(v: Values) -> Iterator[tuple[str, Order]]:
    total = v.details(v.service).quote.total.amount
    missing = v.quantity * 45 // 100
    part = (total * 55 / 100).quantize(Decimal("0.01"))
    yield "placed, no status yet", v.placed(None, start_count=None, checked_at=None)
    became: Mapping[Delivery, Mapping[str, Any]] = {
        Delivery.PENDING: {"start_count": None},
        Delivery.PROCESSING: {"remains": v.quantity},
        Delivery.IN_PROGRESS: {"remains": missing},
        Delivery.COMPLETED: {"remains": 0},
        Delivery.PARTIAL: {"remains": missing, "charge": part},
        Delivery.CANCELED: {"remains": v.quantity, "charge": Decimal(0)},
        Delivery.REFUNDED: {"remains": v.quantity, "charge": Decimal(0)},
        Delivery.FAILED: {"remains": v.quantity},
        Delivery.OTHER: {"remains": missing},
    }
    for delivery in Delivery:
        shape = "a word that nobody has seen" if delivery is Delivery.OTHER else _words(delivery)
        yield shape, v.placed(delivery, **became[delivery])
    for service in v.fielded:
        shape = f"in progress, with fields: {service.name}"
        yield shape, v.placed(Delivery.IN_PROGRESS, v.details(service), start_count=None)
    running = (Delivery.IN_PROGRESS, None)
    yield "in progress, its key is gone", v.placed(*running, remains=missing, next_check_at=None)
    yield "in progress, not found at Serva", v.placed(*running, remains=missing, misses=9)
    partial = (Delivery.PARTIAL, None)
    yield "partial, charged in full", v.placed(*partial, remains=missing)
    yield "partial, charge not known", v.placed(*partial, remains=missing, charge=None)


def _free(v: Values) -> Iterator[tuple[str, Order]]:
    """What cost nothing: refused by Serva, or never sent."""
    cut = v.details(v.service, coupon=v.coupon)
    for meaning in Meaning:
        reason = Reason(meaning, v.says(meaning), v.request_id)
        details = cut if meaning is Meaning.COUPON else None
        yield f"refused: {_words(meaning)}", v.order(Placement.REFUSED, details, reason=reason)
    for meaning in Meaning:
        if meaning.about_key or meaning in (Meaning.SERVICE_GONE, Meaning.OTHER):
            reason = Reason(meaning, v.says(meaning), v.request_id)
            yield f"not sent: {_words(meaning)}", v.order(Placement.NOT_SENT, reason=reason)
    dearer = str(v.details(v.service).quote.total.amount + Decimal("0.11"))
    for why in (why for why in Why if why is not Why.RESTORED):
        reason = Reason(why, dearer if why is Why.PRICE_CHANGED else "")
        yield f"not sent: {_words(why)}", v.order(Placement.NOT_SENT, reason=reason)


def _open(v: Values) -> Iterator[tuple[str, Order]]:
    """What may have cost money, and how that was settled."""
    total = v.details(v.service).quote.total.amount
    yield "unknown", v.unknown("")
    yield "unknown, balance has not moved", v.unknown("0")
    yield "unknown, balance is lower", v.unknown("3.40")
    yield "unknown, balance is higher", v.unknown("-5")
    yield "unknown, the person is asked", v.unknown("3.40", "person")
    guess = v.details(v.service, proven=False)
    yield f"unknown: {_words(Why.RESTORED)}", replace(v.unknown(""), reason=Reason(Why.RESTORED))
    yield "unknown, price not proven", v.unknown("", details=guess)
    taken = v.unknown(str(total), "balance")
    yield "charged", replace(taken, placement=Placement.CHARGED)
    for who in ("balance", "person"):
        nothing = v.unknown("0", who)
        yield f"not placed, by the {who}", replace(nothing, placement=Placement.NOT_PLACED)
    found = v.unknown(str(total), "person")
    at_serva = v.placed(Delivery.IN_PROGRESS, reason=found.reason, evidence=found.evidence)
    yield "in progress, found after all", at_serva
    by_its_id = replace(at_serva.evidence, decided_by="probe")
    yield "in progress, its id was found", replace(at_serva, evidence=by_its_id)


def _admin(t: Words, v: Values) -> Iterator[Sample]:
    every = _states(v)
    people = (v.count, v.count // 2, 2)
    waiting = (v.count * 7, 31, 1)
    invitation = f"https://t.me/sandbox_bot?start={NONCE}"
    saved = v.note(t("Saved."))

    yield _of("", admin.overview, t, people, waiting, 0, False, [])
    trouble = (v.count, True, ["Serva", "Servya"])
    yield _of("trouble", admin.overview, t, people, waiting, *trouble, invitation)
    for page, shape in enumerate(("first page", "a page between", "last page")):
        yield _of(shape, admin.people_list, t, v.people, page, 20)
    yield _of("found", admin.people_list, t, v.people[:1], 0, 1, v.person.name)
    yield _of("nobody", admin.people_list, t, [], 0, 0, v.person.name)
    for shape, one, closed, note in (
        ("", v.people[0], False, ""),
        ("closed bot", v.people[0], True, ""),
        ("closed bot, let in", v.people[1], True, saved),
        ("banned, no name and no key", v.people[-1], False, v.note(t("Banned."))),
        ("has blocked the bot", replace(v.people[1], reachable=False), False, ""),
    ):
        yield _of(shape, admin.person, t, one, closed, note)
    lately = _listed(v, every, _OVER)
    lost = _listed(v, every, ("unknown",) * len(v.listed))
    yield _of("all, first page", admin.orders, t, lately, "all", 0, 20, saved)
    yield _of("all, a page between", admin.orders, t, lately, "all", 1, 24)
    yield _of("unknown", admin.orders, t, lost, "unknown", 0, len(lost))
    for which in ("all", "unknown"):
        yield _of(f"{which}, none", admin.orders, t, [], which, 0, 0)
    for shape, outcome in _WATCHED.items():
        yield _of(shape, admin.order, t, every[shape], _calls(v, outcome))
    fields = v.order(Placement.CONFIRMED, v.details(v.fielded[-1]))
    yield _of("with fields", admin.order, t, fields, [])
    well = admin.HealthLine("Serva", AT, AT - 90 * MINUTE, None, "", 412)
    ill = admin.HealthLine(
        "Servya", AT - 90 * MINUTE, AT, AT - 5 * MINUTE, v.note("ConnectTimeout"), v.count
    )
    left_alone = replace(ill, provider="Serva", held_back=True)
    yield _of("held back", admin.providers, t, [left_alone], None)
    for unit in (None, *Unit):
        shape = "unit as assumed" if unit is None else f"unit {_words(unit)}"
        yield _of(shape, admin.providers, t, [well, ill], unit, saved if unit else "")
    yield _of("no call yet", admin.providers, t, [], None)
    yield _of("", admin.write_broadcast, t)
    yield _of("with a note", admin.write_broadcast, t, v.note(t("That button is out of date.")))
    for count in COUNTS:
        preview = (v.broadcast, count, NONCE)
        yield _of(f"to {count}", admin.preview_broadcast, t, *preview)
    yield _of("", admin.broadcast, t, v.broadcast)
    yield _of("off", admin.maintenance, t, False, "")
    yield _of("on", admin.maintenance, t, True, v.closed, saved)
    yield _of("", admin.write_maintenance, t)
    yield _of("", admin.unknown_order, t, every["unknown"])
    dear = every["in progress"]
    each = v.details(v.service, unit=Unit.PER_ITEM).quote.total.amount
    above = replace(dear, first_charge=each)
    yield _of("", admin.charge_above, t, above)
    yield _of("", admin.set_aside, t, str(v.id), v.note("KeyError"))
    yield _of("", admin.storage_trouble, t, v.note("database or disk is full"))


_WATCHED: Mapping[str, str] = {
    "confirmed": "not_sent",
    "in progress": "accepted",
    "refused: quantity": "refused",
    "not sent: price changed": "",
    "unknown, balance is lower": "unknown",
    "charged": "unknown",
    "not placed, by the person": "unknown",
    "in progress, found after all": "unknown",
    "in progress, its id was found": "unknown",
}
"""Orders that the operator's screen is shown for, and how their calls ended."""


def _calls(v: Values, outcome: str) -> list[admin.CallLine]:
    if not outcome:
        return []
    if outcome == "not_sent":
        return [
            admin.CallLine(attempt, AT - 8 * MINUTE, outcome, "", v.note("ConnectError"))
            for attempt in (1, 2, 3)
        ]
    detail = v.note("ReadTimeout") if outcome == "unknown" else ""
    return [admin.CallLine(1, AT - 8 * MINUTE, outcome, v.request_id, detail)]


def _words(name: str) -> str:
    return name.replace("_", " ")
