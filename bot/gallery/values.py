"""What is filled into screens to look at them: services, people, orders, and what Serva says.

`ORDINARY` reads like a day of the bot. The tests fill in the worst that gets through the doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.domain.catalogue import Service, service_from
from bot.domain.draft import Inputs, details_of, quantity_of
from bot.domain.event import Person
from bot.domain.money import Money
from bot.domain.order import Details, Evidence, Order, Placement, Quote, Reason
from bot.domain.pricing import Unit, assumed_unit, price
from bot.domain.refusal import Meaning
from bot.domain.session import Account, Session
from bot.domain.tracking import Delivery
from bot.screens.admin import PersonLine
from bot.screens.places import Places

AT = 1_779_026_700_000
"""When everything here happens: 2026-05-17 14:05 UTC, in milliseconds."""
MINUTE = 60_000
NONCE = "k7Qw2mXv9TzB"


@dataclass(frozen=True, eq=False)
class Values:
    """Everything that screens are filled with, each value as it is behind its door.

    `worst` takes the place of every ready-made sentence that may hold something foreign.
    """

    name: str
    id: int
    count: int
    service: Service
    package: Service
    fielded: tuple[Service, ...]
    listed: tuple[Service, ...]
    categories: tuple[tuple[str, int], ...]
    people: tuple[PersonLine, ...]
    link: str
    answers: Mapping[str, str]
    quantity: int
    balance: Money
    person: Person
    operator: str
    request_id: str
    provider_order: str
    coupon: str
    query: str
    word: str
    closed: str
    broadcast: str
    worst: str = ""

    def note(self, usual: str) -> str:
        """A sentence that stands above a screen."""
        return self.worst or usual

    def says(self, meaning: Meaning) -> str:
        """Serva's own words for a refusal."""
        return self.worst or _SAYS[meaning]

    @property
    def places(self) -> Places:
        """Every address that a bot can be given."""
        return Places(
            "https://serva.example/profile/api/",
            "https://serva.example/support",
            "https://serva.example/top-up",
            self.operator,
            990_001,
        )

    @property
    def account(self) -> Account:
        """A linked Serva key."""
        return Account(1, self.id, "serva", "f" * 64, "a91f", self.balance, AT, 1, AT)

    @property
    def credits(self) -> Account:
        """A linked Servya key."""
        amount = Money(Decimal(self.count), "USD")
        return replace(self.account, id=2, provider="servya", tail="07cd", balance=amount)

    @property
    def session(self) -> Session:
        """Somebody with a linked key."""
        return Session(person=self.person, serva=self.account)

    def rate(self, service: Service) -> Money:
        """What a service costs this account."""
        return Money(service.rate, self.balance.currency)

    def details(
        self,
        service: Service,
        *,
        unit: Unit | None = None,
        proven: bool = True,
        coupon: str = "",
        quantity: int = 0,
    ) -> Details:
        """A complete draft; the price unit is the likeliest where none is given."""
        values = tuple((entry.key, self.answers[entry.key]) for entry in service.fields)
        inputs = Inputs(self.link, values, quantity or self.quantity, coupon)
        read = unit or assumed_unit(service)
        total = price(service, read, quantity_of(service, inputs), self.balance.currency)
        return details_of(service, inputs, Quote(total, service.rate, read, proven))

    def order(self, placement: Placement, details: Details | None = None, **more: Any) -> Order:
        """An order that has come so far; `more` is what else became of it."""
        whole = Order(
            id=self.id,
            owner=self.person.id,
            account=1,
            nonce=NONCE,
            service=1,
            details=details or self.details(self.service),
            target="target",
            confirmed_at=AT - 9 * MINUTE,
            placement=placement,
            attempts=1,
            balance_before=self.balance.amount,
            currency=self.balance.currency,
        )
        return replace(whole, **more)

    def placed(
        self, delivery: Delivery | None, details: Details | None = None, **more: Any
    ) -> Order:
        """An order that Serva has, followed until it ended."""
        order = self.order(Placement.PLACED, details)
        total = order.details.quote.total.amount
        ended = delivery is not None and delivery.ended
        known: dict[str, Any] = {
            "provider_order": self.provider_order,
            "first_charge": total,
            "charge": total,
            "delivery": delivery,
            "word": self.word,
            "start_count": self.count,
            "checked_at": AT,
            "next_check_at": None if ended else AT + MINUTE,
            "ended_at": AT if ended else None,
        }
        return replace(order, **(known | more))

    def unknown(self, moved: str, who: str = "", details: Details | None = None) -> Order:
        """An order of unknown outcome; the balance moved by `moved`, empty where nobody looked."""
        looked = AT if moved else 0
        return self.order(
            Placement.UNKNOWN,
            details,
            reason=Reason("unknown", self.worst or "ReadTimeout", self.request_id),
            evidence=Evidence(
                balance=str(self.balance.amount - Decimal(moved)) if moved else "",
                moved=moved,
                checked_at=looked,
                first_at=looked,
                checks=3 if moved else 0,
                decided_by=who,
            ),
        )


_SAYS: Mapping[Meaning, str] = {
    Meaning.KEY_UNKNOWN: "Invalid API key",
    Meaning.KEY_REVOKED: "API key revoked",
    Meaning.NOT_APPROVED: "API access not allowed",
    Meaning.BANNED: "Account banned",
    Meaning.SERVICE_GONE: "Service not found or inactive",
    Meaning.BALANCE_TOO_LOW: "Insufficient balance",
    Meaning.DUPLICATE_TARGET: "Duplicate order cooldown",
    Meaning.TARGET_BUSY: "An active order already exists for the same target.",
    Meaning.QUANTITY: "Quantity is less than the minimum",
    Meaning.LINK: "Invalid link",
    Meaning.COUPON: "Coupon has expired",
    Meaning.FIELDS: "Invalid player ID",
    Meaning.ORDER_UNKNOWN: "Incorrect order ID",
    Meaning.OTHER: "Something went wrong, please contact support",
}


def _service(code: int, arabic: str, english: str, rate: str, **more: object) -> Service:
    """A service for a link, as Serva's catalogue shows it: Arabic first, often in Arabic only."""
    named = {"name_ar": arabic, "name_en": english} if english else {}
    row = {
        "service": str(code),
        "name": arabic,
        "category": "انستقرام | متابعين",
        "rate": rate,
        "min": 100,
        "max": 500_000,
    }
    return service_from(row | named | more)


def _field(key: str, label: str, kind: str = "text", example: str = "", **more: object) -> object:
    return {"key": key, "label": label, "type": kind, "placeholder": example, **more}


_COUNTRIES = (
    "السعودية", "الإمارات", "الكويت", "قطر", "البحرين", "عُمان", "اليمن", "العراق", "سوريا",
    "لبنان", "الأردن", "فلسطين", "مصر", "السودان", "ليبيا", "تونس", "الجزائر", "المغرب",
    "موريتانيا", "الصومال", "جيبوتي", "تركيا", "باكستان", "الهند", "إندونيسيا", "ماليزيا",
    "ألمانيا", "فرنسا", "إسبانيا", "إيطاليا", "بريطانيا", "أمريكا", "كندا", "البرازيل",
)  # fmt: skip

_FOLLOWERS = _service(
    1302,
    "متابعين انستقرام | ضمان 30 يوم",
    "Instagram Followers",
    "0.89",
    description="البداية خلال 0-1 ساعة. السرعة 10 آلاف يومياً.\nلا تغيّر اسم الحساب أثناء التنفيذ.",
)
_PACKAGE = _service(
    1399,
    "باقة 500 متابع انستقرام",
    "500 Followers Package",
    "1.9",
    category="انستقرام | باقات",
    type="Package",
    min=500,
    max=500,
)
_PUBG = _service(
    5203,
    "شدات ببجي | 660 شدة",
    "PUBG Mobile | 660 UC",
    "8.75",
    category="شحن ببجي موبايل",
    min=1,
    max=1,
    fields=[_field("player_id", "ايدي اللاعب", example="5123456789")],
)
_LORDS = _service(
    5231,
    "جواهر موبايل ليجندز",
    "",
    "0.02",
    category="شحن ألعاب متنوعة",
    min=50,
    max=10_000,
    has_quantity=True,
    fields=[
        _field("uid", "رقم اللاعب (Player ID)", "number", "123456789"),
        _field(
            "server",
            "السيرفر",
            "select",
            options=["الشرق الأوسط", "أوروبا", "America", "TW, HK, MO"],
        ),
        _field("nickname", "اسم الحساب (اختياري)", required=False),
    ],
)
_COMMENTS = _service(
    1377,
    "تعليقات انستقرام مخصصة",
    "Instagram Custom Comments",
    "9.5",
    category="انستقرام | تعليقات",
    type="Custom Comments",
    min=5,
    max=5000,
)
_NUMBERS = _service(
    5407,
    "رقم تفعيل واتساب",
    "WhatsApp number",
    "1.4",
    category="أرقام تفعيل",
    min=1,
    max=10,
    has_quantity=False,
    fields=[
        _field("country", "الدولة", "select", options=_COUNTRIES),
        _field("page", "رابط صفحتك", "url", "https://example.com/me"),
    ],
)


def _v2(code: int, arabic: str, english: str, type_: str) -> Service:
    """A service of the v2 family, whose inputs have names of ours."""
    return _service(code, arabic, english, "1.2", type=type_, min=5, max=5000)


_NAMED_BY_US = (
    _v2(1401, "ظهور في نتائج البحث", "Search Traffic", "SEO"),
    _v2(1402, "منشن من قائمة مع وسوم", "Mentions With Hashtags", "Mentions with Hashtags"),
    _v2(1403, "منشن من وسم", "Mentions From a Hashtag", "Mentions Hashtag"),
    _v2(1404, "تصويت في استطلاع", "Poll Votes", "Poll"),
    _v2(1405, "لايكات تلقائية للمنشورات", "Auto Likes", "Subscriptions"),
)

ORDINARY = Values(
    name="ordinary",
    id=128,
    count=1204,
    service=_FOLLOWERS,
    package=_PACKAGE,
    fielded=(_PUBG, _LORDS, _COMMENTS, _NUMBERS, *_NAMED_BY_US),
    listed=(
        _FOLLOWERS,
        _service(1303, "متابعين انستقرام | حقيقي ومتفاعل", "Real Instagram Followers", "2.66"),
        _service(1304, "🔥 متابعين انستقرام عرب خليجيين", "", "6.175"),
        _service(1305, "متابعين انستقرام بنات | 𝐅𝐞𝐦𝐚𝐥𝐞 𝐅𝐨𝐥𝐥𝐨𝐰𝐞𝐫𝐬", "", "4.1"),
        _service(1306, "VIP Instagram Followers | 50K a day", "", "4.4"),
        _service(1307, "لايكات انستقرام | ضمان مدى الحياة", "Instagram Likes", "0.495"),
        _service(1308, "مشاهدات ريلز", "Instagram Reels Views", "0.012"),
        _service(1309, "متابعين انستقرام حسابات قديمة | بداية فورية | 50 ألف في اليوم", "", "1.9"),
    ),
    categories=(
        ("انستقرام | متابعين", 24),
        ("انستقرام | لايكات", 23),
        ("انستقرام | مشاهدات ريلز وستوري", 18),
        ("Instagram", 13),
        ("تيك توك", 31),
        ("يوتيوب | مشاهدات", 16),
        ("شحن ببجي موبايل", 8),
        ("مواقع وسيو SEO", 11),
    ),
    people=(
        PersonLine(
            5_000_000_001, "Emma Clarke", "emma_clarke", False, True, 12, "a91f", "en", AT, False
        ),
        PersonLine(
            5_000_000_002, "ليلى العتيبي", "layla88", False, True, 240, "07cd", "ar", AT, True
        ),
        PersonLine(5_000_000_003, "", "", True, False, 1, "", "en", AT - 90 * MINUTE, False),
    ),
    link="https://www.instagram.com/p/C7xQm2hLk9R/",
    answers={
        "player_id": "5123456789",
        "uid": "700123456",
        "server": "الشرق الأوسط",
        "nickname": "Sniper_KSA",
        "comments": "ما شاء الله!\nصورة جميلة 😍\nLove this\nأحسنت\nمن وين هذا؟\nروعة\nGreat shot",
        "country": "السعودية",
        "page": "https://example.com/layla",
        "keywords": "عطور أصلية\nعطر رجالي",
        "usernames": "layla88\nsniper_ksa",
        "hashtags": "عطور\nperfume",
        "hashtag": "عطور",
        "answer_number": "2",
        "username": "layla88",
        "min": "100",
        "max": "150",
        "posts": "5",
        "delay": "30",
        "expiry": "31/12/2026",
    },
    quantity=1000,
    balance=Money(Decimal("25.50")),
    person=Person(5_000_000_001, "Emma Clarke", "emma_clarke", "en"),
    operator="Omar",
    request_id="req_5f0c91b27ad3e48816f2c0ab",
    provider_order="ORD-100023",
    coupon="SAVE10",
    query="متابعين انستقرام",
    word="Awaiting review",
    closed="نعود الساعة 6 مساءً.\nWe are back at 6 pm.",
    broadcast="عيدكم مبارك 🌙\nخصم 10% على كل الخدمات حتى الأحد.\n\n"
    "Eid Mubarak! 10% off everything until Sunday.",
)
"""What a translator sees: plausible people, prices and services."""
