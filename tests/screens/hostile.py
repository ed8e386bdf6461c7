"""The worst that gets through the doors, to fill into every screen."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.catalogue import service_from
from bot.domain.event import Person
from bot.domain.fields import FieldKind
from bot.domain.money import Money
from bot.domain.refusal import MAX_TEXT
from bot.domain.text import clean
from bot.domain.tracking import MAX_WORD
from bot.gallery.values import AT, ORDINARY, Values
from bot.screens.admin import PersonLine
from bot.screens.catalogue import PAGE

ID = 2**52  # as long as ids of Telegram get
KINDS = ("text", "textarea", "number", "select", "url")


def hostile(name: str, raw: str, big: int, fields: int) -> Values:
    """Values in which `raw` stands wherever somebody may have written; `big` is every number."""

    def text(limit: int = MAX_TEXT, lines: bool = False) -> str:
        return clean(raw, limit=limit, lines=lines)

    money = Money(Decimal(big) + Decimal("0.89"))
    wanted = [
        {
            "key": f"key{index}",
            "label": f"{index} {raw}",
            "type": KINDS[index % len(KINDS)],
            "placeholder": raw,
            "required": index % 4 != 3,
            "options": [f"{number} {raw}" for number in range(200)]
            if KINDS[index % len(KINDS)] == "select"
            else [],
        }
        for index in range(fields)
    ]
    # A link, fields and a quantity at once: the longest that a service can ask.
    service = service_from(
        {
            "service": "1234",
            "name": raw,
            "name_ar": raw + " متابعين",
            "category": raw,
            "type": "Default",
            "rate": str(min(money.amount, Decimal(10**12))),
            "min": 1,
            "max": max(1000, big),
            "desc": (raw + "\n") * 20,
            "fields": wanted,
            "has_quantity": True,
            "link_required": True,
        }
    )
    answers = {
        entry.key: "\n".join([text()] * 20) if entry.kind is FieldKind.LINES else text()
        for entry in service.fields
    }
    line = PersonLine(ID, text(64), "u" * 32, False, True, big, "a91f", "ar", AT, False)
    return Values(
        name=name,
        id=ID,
        count=big,
        service=service,
        package=service,
        fielded=(service,),
        listed=(service,) * PAGE,
        categories=((service.category, min(big, 99_999)),) * PAGE,
        people=(line,) * PAGE,
        link="https://instagram.com/" + "p" * min(big, 2000),
        answers=answers,
        quantity=big,
        balance=money,
        person=Person(ID, text(64), "ann", "en"),
        operator=text(64),
        request_id=text(128),
        provider_order=text(64),
        coupon=text(64),
        query=text(100),
        word=text(MAX_WORD),
        closed=text(500, lines=True),
        broadcast=clean(raw * 200, limit=3500, lines=True),
        worst=text(),
    )


MARKUP = hostile(
    "markup", '<b>&lt;i "x" \u202eevil\u2066 zero\u200bwidth</b> & ' + "ن" * 300, 10**12, 40
)
EMOJI = hostile("emoji", "👨‍👩‍👧🇸🇦👍🏽" * 60, 10**12, 40)
WORDS = hostile("words", "word {0} {name} %s " * 40, 10**12, 12)
ARABIC = hostile("arabic", "متابعين انستقرام [عرب] 30 يوم! " * 20, 123_456, 40)
ALL = (ORDINARY, MARKUP, EMOJI, WORDS, ARABIC)
