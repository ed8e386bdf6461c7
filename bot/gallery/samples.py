"""Every screen in every shape that it has, made from values by the functions that people meet.

The sentences that conversations put above a screen are theirs; here they are only said again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from typing import Any, ParamSpec

from bot.domain.batch import Batch, Fate, Tally
from bot.domain.catalogue import Service
from bot.domain.draft import (
    Asking,
    Confirming,
    Filling,
    GivingOrderId,
    Inputs,
    NamingFavourite,
    PastingKey,
    SettingLimit,
    Step,
    TellingTime,
)
from bot.domain.fields import Field, FieldKind
from bot.domain.history import Heard, Sending, Share, Spending, TimeLine
from bot.domain.later import Change, Terms
from bot.domain.mass import SHOWN, Mistake, Part, Wrong
from bot.domain.money import Money
from bot.domain.order import Around, AskedAgain, Order, Placement, Queued, Reason, Why
from bot.domain.platforms import OTHER, PLATFORMS, Aim, Sorting, Thing, fits, profiles
from bot.domain.pricing import Unit, affordable, assumed_unit, presets
from bot.domain.refusal import Meaning
from bot.domain.request import Request, Stage, Wanted
from bot.domain.text import clean
from bot.domain.tracking import Delivery
from bot.domain.wishes import EAST, LEVELS, Guard, Level, OverLimit, Ring, Twice, Wishes
from bot.gallery.values import AT, MINUTE, NONCE, Values
from bot.screens import (
    account,
    admin,
    catalogue,
    draft,
    favourites,
    help,
    history,
    inline,
    later,
    main,
    mass,
    order,
    typed,
    wishes,
)
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
    for family in (
        _account,
        _main,
        _wishes,
        _help,
        _catalogue,
        _typed,
        _inline,
        _draft,
        _favourites,
        _order,
        _lists,
        _mass,
        _requests,
        _later,
        _history,
        _admin,
    ):
        yield from family(t, v)


def _of(shape: str, function: Callable[P, Screen], /, *args: P.args, **named: P.kwargs) -> Sample:
    return Sample(function, shape, function(*args, **named))


def _account(t: Words, v: Values) -> Iterator[Sample]:
    moving = account.moving(t, 2, 1, (v.id,))
    no_key = v.note(t("That does not look like an API key."))
    text_only = v.note(t("I cannot read that. Send it as text, please."))
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
    yield _of("", main.settings, t, v.session, Level.IMPORTANT)
    yield _of("notifications off", main.settings, t, v.session, Level.NONE)
    digits = replace(v.session, native_digits=True)
    yield _of("own digits", main.settings, t, digits, Level.ALL)
    saved = v.note(t("That button is out of date."))
    no_key = replace(v.session, serva=None)
    yield _of("no key, with a note", main.settings, t, no_key, None, saved)
    yield _of("", main.languages, t, "en", b.Settings())
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


def _wishes(t: Words, v: Values) -> Iterator[Sample]:
    currency = v.balance.currency
    daily, twice = Money(Decimal(20), currency), Money(Decimal(5), currency)
    spent = Money(Decimal("18.50"), currency)
    chosen = Wishes().ringing(Ring.NEWS, on=False)
    quiet = replace(chosen, quiet_nights=True, zone=180)
    guarded = replace(quiet, daily=daily, twice=twice)

    for level, rings in LEVELS.items():
        at = (replace(Wishes(), rings=rings), AT)
        yield _of(_words(level), wishes.notifications, t, *at)
    yield _of("silent at night", wishes.notifications, t, quiet, AT)
    yield _of("a guess", wishes.ask_zone, t, 180, AT)
    no_time = v.note(t("That is not a time. A time looks like 21:40"))
    yield _of("as far east as there is, not a time", wishes.ask_zone, t, EAST, AT, no_time)
    yield _of("no limits", wishes.limits, t, Wishes(), spent, b.Settings())
    yield _of("", wishes.limits, t, guarded, spent, b.Resume())
    amounts = [Money(Decimal(amount), currency) for amount in (5, 10, 20, 50, 100, 200)]
    no_amount = v.note(t("That is not an amount. For example: 12.50"))
    for guard, limit in ((Guard.DAILY, daily), (Guard.TWICE, twice)):
        word = _words(guard)
        yield _of(word, wishes.ask_limit, t, guard, None, amounts)
        yield _of(f"{word}, not an amount", wishes.ask_limit, t, guard, limit, amounts, no_amount)
        yield _of(word, wishes.sure_limit, t, guard, limit, amounts[-1])
        yield _of(f"{word}, off", wishes.sure_limit, t, guard, limit, None)
    ways = (b.ShowDraft(NONCE), b.CancelDraft(NONCE))
    over = OverLimit(daily, spent, Money(Decimal("3.25"), currency), 180)
    yield _of("", wishes.over_limit, t, over, *ways)
    other = replace(over, limit=Money(daily.amount, "SAR"), zone=None)
    yield _of("in another currency", wishes.over_limit, t, other, *ways)
    yield _of("", wishes.order_twice, t, NONCE, v.details(v.service), Twice(twice))
    guess = v.details(v.service, unit=Unit.PER_1000, proven=False)
    yield _of("price not proven", wishes.order_twice, t, NONCE, guess, Twice(twice))
    may_be = Twice(daily, Guard.DAILY)
    yield _of("may be beyond the daily limit", wishes.order_twice, t, NONCE, guess, may_be)


def _help(t: Words, v: Values) -> Iterator[Sample]:
    unnamed = replace(v.places, operator_name="")
    yield _of("", help.help_screen, t, v.places, b.Settings())
    yield _of("no addresses", help.help_screen, t, BARE, b.Welcome())
    yield _of("the operator has no name", help.help_screen, t, unnamed, b.Resume())
    for asking in Asking:
        step = Filling(v.id, NONCE, Inputs(), asking)
        yield _of(f"asking for the {_words(asking)}", help.help_here, t, step)
    quote = v.details(v.service).quote
    steps: dict[str, Step] = {
        "confirming": Confirming(v.id, NONCE, Inputs(), quote),
        "a key": PastingKey("serva"),
        "an order's id": GivingOrderId(v.id),
        "a name": NamingFavourite(v.id),
        "the time": TellingTime(),
        "a limit": SettingLimit(Guard.DAILY),
    }
    for shape, one in steps.items():
        yield _of(shape, help.help_here, t, one)
    yield _of("", help.privacy, t, v.places)
    yield _of("no operator is named", help.privacy, t, BARE)
    every = _states(v)
    for shape in ("partial", "unknown", "sending"):
        yield _of(shape, help.message_serva, t, v.places, every[shape])
    long = replace(every["partial"], details=v.details(v.fielded[-1]))
    yield _of("too long for a key", help.message_serva, t, BARE, long)


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
    for aim in ("", Aim.VIEWS):
        yield _of(
            f"what a link can be brought: {aim or 'anything'}",
            catalogue.results,
            *(t, "", choices, 0, 60),
            link=v.link,
            quantity=v.quantity,
            aims=fits(Thing.POST),
            aim=aim,
            more=v.count if aim else 0,
        )
    yield _of("the nearest", catalogue.results, t, v.query, choices, 0, 60, near=True)
    yield _of("how many, perhaps", catalogue.results, t, v.query, *for_link, counted=v.quantity)
    yield _of("a word", catalogue.nothing_found, t, v.query)
    yield _of("an id, perhaps", catalogue.nothing_found, t, v.query, an_id=True)
    yield _of("many words", catalogue.nothing_found, t, " ".join([v.query] * 5))
    yield _of("a link, with a note", catalogue.nothing_found, t, v.link, old)
    yield _of("some", catalogue.similar, t, choices)
    yield _of("none", catalogue.similar, t, [])
    for sorting in Sorting:
        by = (v.id, title, choices, 1, 60, "", sorting)
        yield _of(f"sorted: {sorting}", catalogue.category, t, *by)
    some = (entries[:8], 2, 300, old)
    yield _of("all of many", catalogue.categories, t, *some, shown_by=b.Categories(2))
    counts = dict.fromkeys((OTHER, *PLATFORMS), v.count)
    yield _of("", catalogue.platforms, t, counts, 300)
    yield _of("everything", catalogue.aims, t, "instagram", dict.fromkeys(Aim, v.count))
    yield _of("little", catalogue.aims, t, "website", {Aim.VISITS: 9, Aim.OTHER: 2})
    for platform, aim in (("twitter", "followers"), ("soundcloud", "all"), (OTHER, "all")):
        shelf = b.Shelf(platform, aim, "price", 1)
        yield _of(f"{platform}, {aim}", catalogue.shelf, t, shelf, choices, 60)
    yield _of("", catalogue.popular, t, choices)
    for last in (6, 39, 40, 625, 9_999):
        numbers = b.PageNumbers("sf-instagram-likes-serva", 3, last - 1)
        yield _of(f"{last} pages", catalogue.page_numbers, t, numbers)
    yield _of("", catalogue.loading, t)
    yield _of("", catalogue.empty, t)


def _typed(t: Words, v: Values) -> Iterator[Sample]:
    text_only = v.note(t("I cannot read that. Send it as text, please."))
    orders = [v.placed(delivery) for delivery in (Delivery.IN_PROGRESS, Delivery.PARTIAL)]
    service = catalogue.Choice(v.id, v.service.name_in(t.code), v.rate(v.service))
    every = [thing for thing in Thing if thing not in (Thing.SITE, Thing.UNKNOWN)]
    yield _of("", typed.what_link, t, v.link, PLATFORMS["tiktok"].things)
    yield _of("everything, with a note", typed.what_link, t, v.link, every, text_only)
    yield _of("", typed.which_platform, t, "ann", profiles("ann"))
    long_name = profiles("a" * 30)
    yield _of("a long name, with a note", typed.which_platform, t, "a" * 30, long_name, text_only)
    both = (t, "12", orders, [service])
    yield _of("everything", typed.readings, *both, search=True, quantity=12)
    yield _of("two", typed.readings, t, "12", orders[:1], [], search=True, quantity=None)
    found = [*orders, v.order(Placement.UNKNOWN), v.order(Placement.REFUSED)]
    yield _of("found", typed.orders, t, found, [])
    yield _of("one", typed.orders, t, orders[:1], ["ORD-100023"])
    yield _of("not all, from a draft", typed.orders, t, orders, [v.provider_order] * 9, b.Resume())
    yield _of("none", typed.orders, t, [], ["#12"])


def _inline(t: Words, v: Values) -> Iterator[Sample]:
    name = v.service.name_in(t.code)
    yield _of("", inline.picked, t, name, "https://t.me/some_bot?start=service-12")
    yield _of("", inline.key_typed, t)


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
    preset = replace(first, quantity=v.quantity, kept=True)
    yield _of("a preset", draft.ask_link, t, preset, targets)
    yield _of("not a link", draft.ask_link, t, first, targets, no_link)
    for count in COUNTS:
        several = replace(later, more=count)
        yield _of(f"{count} more links", draft.ask_quantity, t, several, offered, most)
    word = replace(later, typed=v.query)
    yield _of("a word instead of a link", draft.ask_link, t, word, targets, no_link)
    yield _of("a word instead of a number", draft.ask_quantity, t, word, offered, most, too_few)
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
    shape, both = "an order repeated, a favourite", (plain, v.balance, None, changed)
    yield _of(shape, draft.confirm, t, NONCE, *both, again=True, kept=True)
    for text in (v.coupon, v.query):
        shape = f"suggested, then something was typed: {text}"
        yield _of(shape, draft.confirm, t, NONCE, *both, suggested=True, typed=text)
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


def _favourites(t: Words, v: Values) -> Iterator[Sample]:
    lines = [_kept(t, v, number, service) for number, service in enumerate(v.listed, v.id)]
    dearer = Money(lines[0].price.amount * 2, v.balance.currency) if lines[0].price else None
    lines[0] = replace(lines[0], price=dearer, was=lines[0].price)
    lines[1] = replace(lines[1], price=None)
    service = v.service.name_in(t.code)
    named = replace(lines[0], name=clean(v.note("Weekly"), limit=40), service=service)
    preset = replace(named, quantity=v.quantity)
    saved = [(v.id, v.link), (v.id + 1, "\n".join([*v.answers.values()][:2]))]
    added = v.note(t("Added to favourites."))
    removed = v.note(t("Removed: {name}", name="Weekly"))
    near = [
        catalogue.Choice(number, one.name_in(t.code), v.rate(one))
        for number, one in enumerate(v.listed[:5], v.id)
    ]

    for page, shape in enumerate(("first page", "a page between", "last page")):
        shown, total = (lines[:4] if page == 2 else lines), 20
        yield _of(shape, favourites.favourites, t, shown, page, total, False)
        yield _of(f"{shape}, to edit", favourites.favourites, t, shown, page, total, True)
        yield _of(shape, favourites.targets, t, saved, page, total)
    yield _of("none", favourites.favourites, t, [], 0, 0, False)
    yield _of("with a note", favourites.favourites, t, lines[:1], 0, 1, True, removed)
    alone = replace(lines[2], unit=Unit.PER_1000)
    yield _of("a service", favourites.favourite, t, alone)
    yield _of("a preset with a name", favourites.favourite, t, preset)
    yield _of("with a note", favourites.favourite, t, named, added)
    yield _of("some are near", favourites.gone, t, lines[1], near)
    yield _of("none is near", favourites.gone, t, lines[1], [])
    yield _of("", favourites.name_it, t, v.id, lines[0].name)
    yield _of("with a note", favourites.name_it, t, v.id, lines[0].name, added)
    yield _of("none", favourites.targets, t, [], 0, 0, removed)
    url = f"https://t.me/sandbox_bot?start=preset-{v.id}-{v.quantity}"
    yield _of("", favourites.share, t, service, url, b.ShowFavourite(v.id))


def _kept(t: Words, v: Values, number: int, service: Service) -> favourites.Line:
    """A service among the favourites; with its quantity where the person says how many."""
    name, total = service.name_in(t.code), v.details(service).quote.total
    if not service.asks_quantity:
        unit = assumed_unit(service)
        return favourites.Line(number, name, price=v.rate(service), unit=unit)
    return favourites.Line(number, f"{t.number(v.quantity)} {name}", price=total.at_most())


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
    yield _of("", order.began, t, every["in progress"])
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


def _lists(t: Words, v: Values) -> Iterator[Sample]:
    """A list of orders before it is agreed to."""
    currency, cents = v.balance.currency, Decimal("12.40")
    total = Money(cents, currency)
    listed = [Part(one, 3, 3 * v.quantity, total) for one in v.listed]
    parts = [*listed, Part(v.package, 1, None, total), Part(v.service, 490, v.quantity, total)]
    said = clean(v.link, limit=SHOWN)
    wrong = [Mistake(at, kind, said, v.id) for at, kind in enumerate((*Wrong, *Wrong), start=7)]
    changed = v.note(t("Something changed, so I looked again. Tap Order if it still suits."))
    not_a_line = v.note(t("I found no line of a service id, a link and a quantity."))

    yield _of("", mass.ask_list, t)
    yield _of("nothing could be read", mass.ask_list, t, not_a_line)
    shown = (t, NONCE, parts, total, v.balance)
    yield _of(
        "one service in one quantity",
        mass.preview, t, NONCE, parts[:1], total, v.balance, [], alike=True,
    )  # fmt: skip
    yield _of("lines left out, first page", mass.preview, *shown, wrong)
    yield _of("a page between", mass.preview, *shown, wrong, 1)
    yield _of("last page, something changed", mass.preview, *shown, wrong, 3, changed)
    yield _of("balance not known", mass.preview, *shown[:-1], None, wrong[:1])
    yield _of("others still to be sent", mass.preview, *shown, [], owed=total)
    for count in COUNTS:
        part, lines = Part(v.service, count, v.quantity, total), [wrong[0]] * count
        many = [part] * (8 + count)
        yield _of(f"{count} services more", mass.preview, t, NONCE, many, total, None, lines)
    yield _of("", mass.nothing_fits, t, NONCE, wrong)
    low = Money(Decimal("0.40"), currency)
    yield _of("", mass.too_low, t, v.places, NONCE, v.count, total, low)
    yield _of("no top-up address", mass.too_low, t, BARE, NONCE, 1, total, low, changed, total)
    yield _of("no answer", mass.not_now, t, NONCE)
    yield _of("an error of Serva's own", mass.not_now, t, NONCE, words=v.says(Meaning.OTHER))
    yield _of("closed", mass.not_now, t, NONCE, True, v.closed)
    yield _of("", mass.twice, t, NONCE, parts, total, low)


def _mass(t: Words, v: Values) -> Iterator[Sample]:
    """A mass order, however its orders stand."""
    total = Money(Decimal("12.40"), v.balance.currency)
    for count in COUNTS:
        batch = Batch(v.id, v.person.id, 1, NONCE, AT, count, total)
        yield _of(f"{count} orders", mass.card, t, batch, Tally({Fate.RUNNING: count}))
    batch = Batch(v.id, v.person.id, 1, NONCE, AT, 497, total)
    charge = Money(Decimal("11.92"), v.balance.currency)
    unknown = tuple(range(v.id, v.id + 5))
    states: dict[str, tuple[Batch, Tally]] = {
        "just agreed to": (batch, Tally({Fate.WAITING: 497})),
        "being placed": (
            batch,
            Tally({Fate.WAITING: 300, Fate.SENDING: 1, Fate.RUNNING: 196}, charged=charge),
        ),
        "an answer was lost": (
            batch,
            Tally({Fate.WAITING: 300, Fate.RUNNING: 196, Fate.UNKNOWN: 1}, unknown[:1]),
        ),
        "running": (
            batch,
            Tally({Fate.DONE: 480, Fate.PARTIAL: 3, Fate.RUNNING: 14}, charged=charge),
        ),
        "everything that can happen": (
            batch,
            Tally(dict.fromkeys(Fate, 7) | {Fate.WAITING: 0, Fate.SENDING: 0}, unknown, unknown),
        ),
        "over": (batch, Tally({Fate.DONE: 494, Fate.PARTIAL: 3}, charged=charge)),
        "gone on with": (
            replace(batch, rest=v.id),
            Tally({Fate.DONE: 400, Fate.NOT_SENT: 97}, unsent=Why.STOPPED, rest=97),
        ),
    }
    whys: tuple[str, ...] = (*Why, *Meaning, "other")
    for why in whys:
        counts = {Fate.RUNNING: 400, Fate.NOT_SENT: 97}
        states[f"not all sent, {_words(why)}"] = (batch, Tally(counts, unsent=why, rest=97))
    for shape, (one, tally) in states.items():
        yield _of(shape, mass.card, t, one, tally)
        if not tally.waiting:
            yield _of(shape, mass.news, t, one, tally)
    found = _listed(v, _states(v), _ACTIVE)
    yield _of("all", mass.orders, t, batch, found, False, 1, 497)
    yield _of("not ordered", mass.orders, t, batch, found[:2], True, 0, 2)
    yield _of("none", mass.orders, t, batch, [], True, 0, 0)
    yield _of("", mass.summary_caption, t, batch)
    columns = Screen("\n".join(map(str, mass.summary(t, [])[0])))
    yield Sample(mass.summary_caption, "the columns of its table", columns)
    among = [replace(found[0], batch=batch.id), *found[1:3]]
    together = {batch.id: batch}
    yield _of("a mass order", order.orders_list, t, among, True, 0, 3, together=together)
    for why in (
        Why.STOPPED,
        Why.LOST,
        Why.OVERCHARGED,
        Why.REFUSED,
        Meaning.BALANCE_TOO_LOW,
    ):
        said = v.says(Meaning.OTHER) if why is Why.REFUSED else ""
        unsent, shape = v.order(Placement.NOT_SENT, reason=Reason(why, said)), _words(why)
        yield _of(f"mass order, {shape}", order.card, t, v.places, unsent, Around())


def _requests(t: Words, v: Values) -> Iterator[Sample]:
    """What Serva is asked about an order, in every stage that it can be in."""
    service = replace(v.service, refill=True, cancel=True)
    going = v.placed(Delivery.IN_PROGRESS, v.details(service))
    over = v.placed(Delivery.COMPLETED, v.details(service), ended_at=AT, next_check_at=None)
    yield _of("can be cancelled", order.card, t, v.places, going, Around())
    yield _of("can be refilled", order.card, t, v.places, over, Around())
    says = v.says(Meaning.OTHER)
    for kind, one in ((Wanted.CANCEL, going), (Wanted.REFILL, over)):
        yield _of(_words(kind), order.sure_request, t, one, kind)
        for stage in Stage:
            texts = (*_UNSENT, "") if stage is Stage.NOT_SENT else (says,)
            for text in texts:
                asked = Request(1, v.id, v.id, kind, stage, AT, text=text, request_id=v.request_id)
                around = Around(requests=(asked,))
                shape = f"{_words(kind)} {_words(stage)}" + (f", {text}" if len(texts) > 1 else "")
                yield _of(shape, order.card, t, v.places, one, around)
                if stage in (Stage.REFUSED, Stage.NOT_SENT, Stage.UNKNOWN):
                    yield _of(shape, order.answered, t, one, asked)
    note = v.note(t("That was a while ago, so I ask again."))
    yield _of("with a note", order.sure_request, t, going, Wanted.CANCEL, note)
    follows = Queued(v.id, v.id, 1, 1, v.details(v.service), "target", going.id, AT)
    yield _of("another follows", order.sure_request, t, going, Wanted.CANCEL, "", follows)
    for word in ("In progress", "Completed", "Rejected"):
        asked = Request(1, v.id, v.id, Wanted.REFILL, Stage.ACCEPTED, AT, word=v.note(word))
        yield _of(f"refill {word}", order.card, t, v.places, over, Around(requests=(asked,)))
        asked = replace(asked, word=word)
        if word != "In progress":
            yield _of(f"refill {word}", order.answered, t, over, asked)


_UNSENT = (Why.UNREACHABLE, Why.WAITED, Why.UNLINKED)


def _later(t: Words, v: Values) -> Iterator[Sample]:
    details = v.details(v.service)
    guess = v.details(v.service, unit=Unit.PER_1000, proven=False)
    waiting = Queued(v.id, v.id, 1, 1, details, "target", v.id - 1, AT)
    going = v.placed(Delivery.IN_PROGRESS)
    limit = Twice(Money(Decimal(5), v.balance.currency))
    for shape, agreed in {
        "": details,
        "price not proven": guess,
        "a coupon": v.details(v.service, coupon=v.coupon),
        "nothing counts": v.details(v.package),
    }.items():
        one = replace(waiting, details=agreed)
        behind = (v.balance, None)
        ahead = f"could wait {shape}".strip()
        yield _of(ahead, draft.confirm, t, NONCE, agreed, *behind, ahead=v.id)
        yield _of(shape, later.queue_twice, t, NONCE, agreed, limit, v.id)
        yield _of(shape, later.queued, t, one)
        followed = f"another follows {shape}".strip()
        yield _of(followed, order.card, t, v.places, going, Around(queued=one))
    for why in AskedAgain:
        asked = replace(waiting, waiting=False, why=why)
        yield _of(_words(why), later.asked_again, t, asked)
    busy = _states(v)["refused: target busy"]
    running = Around(earlier=v.id - 1, running=True)
    yield _of("refused: target busy, could wait", order.card, t, v.places, busy, running)
    for count in COUNTS:
        shape = f"active, {count} wait"
        yield _of(shape, order.orders_list, t, [going], True, 0, 1, [waiting] * count)
    yield _of("", later.funded, t, v.id, v.balance)
    cheap = Money(Decimal("0.40"), v.balance.currency)
    yield _of("", later.low_balance, t, v.places, cheap, v.balance)
    yield _of("no top-up address", later.low_balance, t, BARE, cheap, v.balance)
    yield from _changes(t, v)


def _changes(t: Words, v: Values) -> Iterator[Sample]:
    service, currency = v.service, v.balance.currency
    terms = Terms.of(service)
    cheaper = replace(terms, rate=terms.rate / 2)
    fewer = replace(terms, minimum=terms.minimum + 1, maximum=terms.maximum + 1)
    unit = assumed_unit(service)
    dear = Change(v.id, cheaper, service, unit, currency)
    for shape, changes in {
        "a price": [dear],
        "limits": [replace(dear, before=fewer)],
        "no longer offered": [Change(v.id, terms)],
        "all of it": [replace(dear, before=replace(fewer, rate=cheaper.rate)), Change(v.id, terms)],
    }.items():
        yield _of(shape, later.price_changes, t, changes)
    for count in COUNTS:
        yield _of(f"{count} more", later.price_changes, t, [dear] * (8 + count))


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


def _history(t: Words, v: Values) -> Iterator[Sample]:
    every = _states(v)
    month, before, after = 202605, 202604, 202606
    some = _spending(v, 5, 0)
    euros = replace(_spending(v, 2, 1), total=Money(v.balance.amount, "EUR"))
    for count in COUNTS:
        orders = _listed(v, every, _OVER)[:count]
        yield _of(f"{count} found", history.found, t, orders, v.query, month, 0, count)
    over = _listed(v, every, _OVER)
    typed = v.note(t("I cannot read that. Send it as text, please."))
    yield _of("all of them", history.found, t, over, "", 0, 1, 20)
    yield _of("a picture instead of a word", history.found, t, over, "", 0, 0, 8, typed)
    yield _of("nothing found", history.found, t, [], v.query, month, 0, 0)
    yield _of("", history.pick_month, t, [(month, v.count), (before, 2), (202512, 1)])
    yield _of("no order yet", history.pick_month, t, [])
    for count in COUNTS:
        shape = f"{count} charged, {count} not certain"
        told = [_spending(v, count, count)]
        yield _of(shape, history.spending, t, month, told, before, None, True)
    yield _of("two currencies", history.spending, t, month, [some, euros], before, after, False)
    doubt = [_spending(v, 0, 1)]
    yield _of("nothing certain", history.spending, t, month, doubt, None, None, True)
    yield _of("nothing", history.spending, t, month, [], None, after, False)
    yield _of("", history.spending_months, t, [_by_month(some)])
    yield _of("nothing", history.spending_months, t, [])
    yield _of("categories", history.chart_caption, t, month, some)
    yield _of("months", history.chart_caption, t, 0, _by_month(some))
    for shape in ("in progress", "unknown", *_DECIDED):
        one = replace(every[shape], settled_at=AT + 8 * MINUTE)
        requests = _asked_of_serva(v, one) if shape == "in progress" else ()
        yield _of(shape, history.time_line, t, one, _line(v), requests)
    for shape, one in every.items():
        if shape in _HANDED_ON or "with fields" in shape:
            yield _of(f"{shape}, with its price", history.receipt, t, one, True)
    yield _of("without its price", history.receipt, t, every["completed"], False)
    yield _of("with its price", history.receipt_sent, t, every["completed"], True)
    yield _of("without its price", history.receipt_sent, t, every["completed"], False)
    yield _of("", history.preparing, t)
    for count in COUNTS:
        yield _of(f"{count}, of a month", history.table_caption, t, month, count, 0)
        yield _of(f"{count}, and older ones", history.table_caption, t, 0, count, count)
    columns = Screen("\n".join(map(str, history.table_head(t))))
    yield Sample(history.table_caption, "the columns of its table", columns)


_DECIDED = (
    "charged",
    "not placed, by the balance",
    "not placed, by the person",
    "in progress, its id was found",
)
_HANDED_ON = (
    "placed, no status yet",
    "in progress",
    "completed",
    "partial",
    "canceled",
    "a word that nobody has seen",
    "partial, charge not known",
)


def _spending(v: Values, orders: int, doubts: int) -> Spending:
    names: list[str | int | None] = [*(name for name, _ in v.categories[:3]), "", None]
    shares = tuple(Share(name, v.balance, orders) for name in names) if orders else ()
    return Spending(v.balance.times(len(names)), orders, shares, v.balance, doubts)


def _by_month(told: Spending) -> Spending:
    months = (202605, 202604, 202603, 202602, 202601)
    return replace(told, shares=tuple(Share(month, told.shares[0].total, 1) for month in months))


def _line(v: Values) -> TimeLine:
    """A time line in which everything happens that can."""
    outcomes = ("not_sent", "refused", "unknown", "accepted", "open")
    return TimeLine(
        tuple(
            Sending(AT + index * MINUTE, AT + index * MINUTE + 900, outcome, v.request_id)
            for index, outcome in enumerate(outcomes)
        ),
        tuple(
            Heard(AT + (10 + index) * MINUTE, delivery, v.word)
            for index, delivery in enumerate(Delivery)
        ),
    )


def _asked_of_serva(v: Values, one: Order) -> tuple[Request, ...]:
    return tuple(
        Request(
            index,
            one.owner,
            one.id,
            kind,
            stage,
            AT + 30 * MINUTE,
            settled_at=None if stage is Stage.ASKED else AT + (31 + index) * MINUTE,
            request_id=v.request_id,
        )
        for index, (kind, stage) in enumerate(
            (kind, stage)
            for kind in Wanted
            for stage in (
                Stage.ASKED,
                Stage.ACCEPTED,
                Stage.REFUSED,
                Stage.NOT_SENT,
                Stage.UNKNOWN,
            )
        )
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
    yield "in progress, muted", v.placed(*running, remains=missing, muted=True)


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
