"""Every screen, made from values: ordinary ones, and the worst that gets through the doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property

from bot.domain.catalogue import Service, service_from
from bot.domain.draft import Inputs, details_of
from bot.domain.event import Person
from bot.domain.fields import FieldKind
from bot.domain.money import Money
from bot.domain.order import (
    Around,
    Details,
    Evidence,
    Order,
    Placement,
    Quote,
    Reason,
    Why,
)
from bot.domain.pricing import Unit, assumed_unit
from bot.domain.refusal import MAX_TEXT, Meaning
from bot.domain.session import Account, Session
from bot.domain.text import clean
from bot.domain.tracking import MAX_WORD, Delivery
from bot.screens import account, admin, catalogue, draft, main
from bot.screens import buttons as b
from bot.screens import order as orders
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import Words

AT = 1_700_000_000_000
NONCE = "n" * 12
ID = 2**52  # as long as ids of Telegram get


@dataclass(frozen=True)
class Values:
    """What is filled in: `raw` is what somebody sent, whatever it is; `big` is a large number."""

    name: str
    raw: str
    big: int
    fields: int

    @cache  # noqa: B019 - there is a handful of these, and they live as long as the tests
    def text(self, limit: int = MAX_TEXT, lines: bool = False) -> str:
        """The text as it is after the door that every foreign text comes through."""
        return clean(self.raw, limit=limit, lines=lines)

    @property
    def money(self) -> Money:
        return Money(Decimal(self.big) + Decimal("0.89"))

    @property
    def debt(self) -> Money:
        return Money(-Decimal(self.big) - Decimal("0.000001"), "SAR")

    @property
    def link(self) -> str:
        return "https://instagram.com/" + "p" * min(self.big, 2000)

    @property
    def row(self) -> dict[str, object]:
        """A row of the catalogue, as a provider sends it."""
        return {
            "service": "1234",
            "name": self.raw,
            "name_ar": self.raw + " متابعين",
            "category": self.raw,
            "type": "Default",
            "rate": str(min(self.money.amount, Decimal(10**12))),
            "min": 1,
            "max": max(1000, self.big),
            "desc": (self.raw + "\n") * 20,
        }

    @cached_property
    def service(self) -> Service:
        return service_from(self.row)

    @cached_property
    def game(self) -> Service:
        """One with as many manual fields as there may be, some of several lines or with options."""
        kinds = ("text", "textarea", "number", "select", "url")
        wanted = [
            {
                "key": f"key{index}",
                "label": f"{index} {self.raw}",
                "type": kinds[index % len(kinds)],
                "placeholder": self.raw,
                "required": index % 4 != 3,
                "options": [f"{number} {self.raw}" for number in range(200)]
                if index % len(kinds) == 3
                else [],
            }
            for index in range(self.fields)
        ]
        return service_from(self.row | {"fields": wanted, "has_quantity": True})

    @cache  # noqa: B019
    def details(self, service: Service, *, proven: bool = True, coupon: str = "") -> Details:
        quote = Quote(self.money, service.rate, assumed_unit(service), proven)
        answer = self.text()
        lines = "\n".join([answer] * 20)
        values = tuple(
            (entry.key, lines if entry.kind is FieldKind.LINES else answer)
            for entry in service.fields
        )
        inputs = Inputs(link=self.link, values=values, quantity=self.big, coupon=coupon)
        return details_of(service, inputs, quote)

    def order(self, placement: Placement, **changes: object) -> Order:
        whole = Order(
            id=ID,
            owner=ID,
            account=1,
            nonce=NONCE,
            service=1,
            details=self.details(self.game),
            target="target",
            confirmed_at=AT,
            placement=placement,
            attempts=3,
            balance_before=self.money.amount,
            reason=Reason(Meaning.OTHER, self.text(), self.text(128)),
            evidence=Evidence(
                balance=str(self.money.amount), moved="1.5", checked_at=AT, first_at=AT, checks=9
            ),
            provider_order=self.text(64),
            first_charge=self.money.amount * 2,
            charge=self.money.amount,
            delivery=Delivery.IN_PROGRESS,
            word=self.text(MAX_WORD),
            start_count=self.big,
            remains=self.big // 2,
            checked_at=AT,
            next_check_at=AT,
        )
        return replace(whole, **changes)  # type: ignore[arg-type]

    @property
    def account(self) -> Account:
        return Account(1, ID, "serva", "f" * 64, "a91f", self.money, AT, 1, AT)

    @property
    def session(self) -> Session:
        person = Person(ID, self.text(64), "ann", "en")
        return Session(person=person, serva=self.account)

    @property
    def places(self) -> Places:
        return Places(
            "https://serva.test/profile/api/",
            "https://serva.test/support",
            "https://serva.test/top-up",
            self.text(64),
            ID,
        )


PLAIN = Values("plain", "Instagram Followers", 1_000, 2)
MARKUP = Values(
    "markup", '<b>&lt;i "x" \u202eevil\u2066 zero\u200bwidth</b> & ' + "ن" * 300, 10**12, 40
)
EMOJI = Values("emoji", "👨‍👩‍👧🇸🇦👍🏽" * 60, 10**12, 40)
WORDS = Values("words", "word {0} {name} %s " * 40, 10**12, 12)
ARABIC = Values("arabic", "متابعين انستقرام [عرب] 30 يوم! " * 20, 123_456, 40)
ALL = (PLAIN, MARKUP, EMOJI, WORDS, ARABIC)
_WORDIEST = (Meaning.OTHER, Meaning.TARGET_BUSY, Meaning.BALANCE_TOO_LOW)

BARE = Places("https://serva.test/profile/api/")


def screens(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    """Every screen function by its name, in every shape that it has."""
    for family in (_account, _main, _catalogue, _draft, _orders, _admin):
        yield from family(t, v)


def _account(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    for places in (v.places, BARE):
        yield "account.welcome", account.welcome(t, places, v.text())
        yield "account.protected", account.protected(t, places)
        for replacing in (False, True):
            yield "account.paste_key", account.paste_key(t, places, replacing, v.text())
        for meaning in Meaning:
            yield "account.key_problem", account.key_problem(t, places, meaning, v.text(), "req-1")
            yield "account.key_problem", account.key_problem(t, places, meaning)
    yield "account.checking_key", account.checking_key(t)
    yield "account.checking_credits_key", account.checking_credits_key(t)
    for deleted in (False, True):
        yield "account.key_not_checked", account.key_not_checked(t, "a91f", deleted, v.text(128))
        yield "account.is_it_a_key", account.is_it_a_key(t, "a91f", deleted)
        yield "account.revoke_now", account.revoke_now(t, deleted)
    for unknown in ((), (1,), tuple(range(ID, ID + 500))):
        moving = account.moving(t, v.big, v.big, unknown) if unknown else []
        for provider in ("serva", "servya"):
            yield "account.ask_unlink", account.ask_unlink(t, provider, "a91f", moving)
        yield "account.ask_erase", account.ask_erase(t, moving)
        made = account.replace_key(t, "a91f", "b02e", moving, bool(unknown), v.text())
        yield "account.replace_key", made
    yield "account.waiting_to_erase", account.waiting_to_erase(t)
    yield "account.erase_later", account.erase_later(t)
    yield "account.erased", account.erased(t, v.big)


def _main(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    unread = replace(v.account, balance=None, balance_at=0, paused="key_revoked")
    again = (ID, f"{t.number(v.big)} {v.service.name_in(t.code)}", v.money)
    for last in (None, again):
        for count in (0, v.big):
            yield "main.home_screen", main.home_screen(t, v.account, count, last, v.text())
    yield "main.home_screen", main.home_screen(t, unread, 2, None)
    recent = [b.tap(v.text(56), b.OpenService(ID)) for _ in range(6)]
    yield "main.choose", main.choose(t, recent)
    yield "main.checking", main.checking(t)
    for places in (v.places, BARE):
        yield "main.balance", main.balance(t, places, v.account, v.text(60), v.text())
        yield "main.balance", main.balance(t, places, unread, "")
        for linked in (False, True):
            yield "main.help_screen", main.help_screen(t, places, linked)
    yield "main.servya", main.servya(t, None, problem=v.text())
    yield "main.servya", main.servya(t, v.account, v.text(60), v.text())
    for session in (v.session, replace(v.session, serva=None, notify="none", native_digits=True)):
        yield "main.settings", main.settings(t, session, v.text())
    yield "main.not_answering", main.not_answering(t, b.Home(), v.text(128))
    yield "main.note", main.note(t, v.text())
    for told in (False, True):
        yield "main.sorry", main.sorry(t, told)
    yield "main.banned", main.banned(t)
    yield "main.not_invited", main.not_invited(t, ID)
    for words in ("", v.text(500, lines=True)):
        yield "main.maintenance", main.maintenance(t, words, NONCE)
    yield "main.in_private", main.in_private(t, "sandbox_bot")


def _catalogue(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    choices = [catalogue.Choice(ID, v.service.name_in(t.code), v.money)] * catalogue.PAGE
    entries = [(ID, v.service.category, min(v.big, 99_999))] * catalogue.PAGE
    for page in (0, 1, 2):
        yield "catalogue.categories", catalogue.categories(t, entries, page, 20, v.text())
        made = catalogue.category(t, ID, v.service.category, choices, page, 20)
        yield "catalogue.category", made
        yield "catalogue.results", catalogue.results(t, v.text(100), choices, page, 20)
    yield "catalogue.results", catalogue.results(t, v.link, choices[:1], 0, 1)
    yield "catalogue.nothing_found", catalogue.nothing_found(t, v.text(100))
    for found in (choices, []):
        yield "catalogue.similar", catalogue.similar(t, found)
    yield "catalogue.loading", catalogue.loading(t)
    yield "catalogue.empty", catalogue.empty(t)


def _draft(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    targets = [(ID, v.link), (ID, v.text(1000))]
    for service in (v.service, v.game):
        for first in (False, True):
            head = draft.Draft(service, NONCE, v.money, Unit.PER_1000, first, place=40, link=v.link)
            yield "draft.ask_link", draft.ask_link(t, head, targets, v.text())
            presets = [(v.big, v.money)] * 4
            for most in (None, 0, v.big, 7):
                made = draft.ask_quantity(t, head, presets, most, v.text())
                yield "draft.ask_quantity", made
            yield "draft.ask_coupon", draft.ask_coupon(t, head, v.text())
            for field in service.fields:
                made = draft.ask_field(t, head, field, service.fields, targets, v.text())
                yield "draft.ask_field", made
        for proven in (False, True):
            for coupon in ("", v.text(64)):
                details = v.details(service, proven=proven, coupon=coupon)
                for unit in Unit:
                    other = None if unit is details.quote.unit else (unit, v.money)
                    made = draft.confirm(
                        t, NONCE, details, v.money, other, v.text(), None if proven else v.big
                    )
                    yield "draft.confirm", made
        for fewer in (0, v.big):
            details = v.details(service)
            made = draft.too_low(t, v.places, NONCE, details, Money(Decimal("0.1")), fewer)
            yield "draft.too_low", made
    yield "draft.target_blocked", draft.target_blocked(t, NONCE, ID)
    yield "draft.price_unknown", draft.price_unknown(t, NONCE)


def _orders(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    around = Around(earlier=ID, balance=Money(Decimal("0.1")), affordable=min(v.big, 300))
    every = list(_every_order(v))
    for order in every:
        yield "order.card", orders.card(t, v.places, order, around)
        if v is PLAIN:
            yield "order.card", orders.card(t, BARE, order, Around())
    for order in (entry for entry in every if entry.placement is Placement.PLACED):
        if order.ended_at:
            yield "order.ended", orders.ended(t, order)
        yield "order.settled", orders.settled(t, v.places, order)
    for order in (entry for entry in every if entry.placement is Placement.UNKNOWN):
        yield "order.ask", orders.ask(t, v.places, order)
        yield "order.ask_order_id", orders.ask_order_id(t, order, v.text())
        moved = orders.moved_words(t, order)
        yield "order.sure_not_there", orders.sure_not_there(t, order, moved)
    for placement in (Placement.NOT_PLACED, Placement.CHARGED):
        yield "order.settled", orders.settled(t, v.places, v.order(placement))
    for active in (False, True):
        for page in (0, 1, 2):
            yield "order.orders_list", orders.orders_list(t, every[:8], active, page, 20)
        yield "order.orders_list", orders.orders_list(t, [], active, 0, 0)
    for meaning in (*Meaning, ""):
        yield "order.key_paused", orders.key_paused(t, v.places, meaning)


def _every_order(v: Values) -> Iterator[Order]:
    for placement in Placement:
        yield v.order(placement)
        yield v.order(placement, details=v.details(v.service, proven=False), next_check_at=None)
    for delivery in Delivery:
        ended = AT if delivery.ended else None
        yield v.order(Placement.PLACED, delivery=delivery, ended_at=ended)
        yield v.order(Placement.PLACED, delivery=delivery, ended_at=ended, charge=None, misses=9)
    for meaning in Meaning if v is PLAIN else _WORDIEST:
        reason = Reason(meaning, v.text(), v.text(128))
        yield v.order(Placement.REFUSED, reason=reason)
        yield v.order(Placement.NOT_SENT, reason=reason)
    for why in Why:
        yield v.order(Placement.NOT_SENT, reason=Reason(why, str(v.money.amount)))
    for moved in ("0", "-3.5", "0.89") if v is PLAIN else ("0.89",):
        for who in ("", "balance", "person"):
            evidence = Evidence(str(v.money.amount), moved, AT, AT, 3, who)
            yield v.order(Placement.UNKNOWN, evidence=evidence)
            yield v.order(Placement.NOT_PLACED, evidence=evidence)


def _admin(t: Words, v: Values) -> Iterator[tuple[str, Screen]]:
    for failing in ((), ("Serva", "Servya")):
        made = admin.overview(
            t,
            (v.big, v.big, 2),
            (v.big, v.big, 1),
            v.big,
            bool(failing),
            failing,
            "https://t.me/bot?start=" + NONCE,
        )
        yield "admin.overview", made
    line = admin.PersonLine(ID, v.text(64), "u" * 32, False, True, v.big, "a91f", "ar", AT, False)
    lines = [line, replace(line, name="", username="", tail="", banned=True, reachable=False)]
    for page in (0, 1, 2):
        yield "admin.people_list", admin.people_list(t, lines * 4, page, 20, v.text(64))
    yield "admin.people_list", admin.people_list(t, [], 0, 0)
    for one in (*lines, replace(line, admitted=True)):
        for closed in (False, True):
            yield "admin.person", admin.person(t, one, closed, v.text())
    every = list(_every_order(v))
    for which in ("all", "unknown"):
        yield "admin.orders", admin.orders(t, every[:8], which, 1, 20, v.text())
        yield "admin.orders", admin.orders(t, [], which, 0, 0)
    calls = [
        admin.CallLine(attempt, AT, outcome, v.text(128), v.text())
        for attempt, outcome in enumerate(("not_sent", "not_sent", "unknown"), 1)
    ]
    for order in every:
        yield "admin.order", admin.order(t, order, calls)
        yield "admin.unknown_order", admin.unknown_order(t, order)
        yield "admin.charge_above", admin.charge_above(t, order)
    health = [
        admin.HealthLine("Serva", AT, AT, AT, v.text(), v.big, held_back=True),
        admin.HealthLine("Servya", AT, AT, None, "", 40),
    ]
    for unit in (None, *Unit):
        yield "admin.providers", admin.providers(t, health, unit, v.text())
    yield "admin.providers", admin.providers(t, [], None)
    yield "admin.write_broadcast", admin.write_broadcast(t, v.text())
    words = clean(v.raw * 200, limit=3500, lines=True)
    yield "admin.preview_broadcast", admin.preview_broadcast(t, words, v.big, NONCE)
    yield "admin.broadcast", admin.broadcast(t, words)
    for on in (False, True):
        yield "admin.maintenance", admin.maintenance(t, on, v.text(500, lines=True), v.text())
    yield "admin.write_maintenance", admin.write_maintenance(t)
    yield "admin.set_aside", admin.set_aside(t, str(ID), v.text())
    yield "admin.storage_trouble", admin.storage_trouble(t, v.text())
