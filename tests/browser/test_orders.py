"""A newcomer's whole path through the page: link, browse, order, a fault, and the ends of both.

    Start ─ Copy key ─ paste it ─ Browse ─ a service ─ its link ─ how many ─ Order ─ Complete
    arm "Lose the answer" ─ Order again ─ unknown, not failed ─ Check now ─ its id ─ Complete

On a phone and on a desk, by light and in the dark, in each language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import ARABIC, ENGLISH, Phone, Visitor, Words

LINK = "https://instagram.com/ann"
ANOTHER = "https://instagram.com/bob"


@dataclass(frozen=True)
class Path:
    """Who goes it, and what the bot says to them on the way."""

    name: str
    words: Words
    paste_key: str
    linked: str
    browse: str
    categories: str
    category: str
    prices: str
    service: str
    give_link: str
    how_many: str
    price: str
    order: str
    completed: str
    unknown: str
    check: str
    taken: str
    seen: str
    found: str


ENGLISH_PATH = Path(
    name="Emma",
    words=ENGLISH,
    paste_key="Paste your API key to begin.",
    linked="linked. Balance $25.50.",
    browse="Browse",
    categories="Categories",
    category="Instagram ·",
    prices="Your price",
    service="Instagram Followers ·",
    give_link="Send the link",
    how_many="How many?",
    price="$0.89",
    order="Order for",
    completed="Completed",
    unknown="Sent, but Serva has not confirmed. Do not order it again.",
    check="Check now",
    taken="Your balance shows that Serva took $0.89 for it.",
    seen="I see it at Serva",
    found="Found: it is placed at Serva.",
)
ARABIC_PATH = Path(
    name="ليلى",
    words=ARABIC,
    paste_key="الصق مفتاح API لتبدأ.",
    linked="تم ربط المفتاح",
    browse="تصفّح",
    categories="الفئات",
    category="Instagram ·",
    prices="سعرك مكتوب",
    service="Instagram Followers ·",
    give_link="أرسل رابط",
    how_many="كم تريد؟",
    price="$0.801",
    order="اطلب ب",
    completed="اكتمل",
    unknown="أُرسل الطلب، لكن Serva لم تؤكده. لا تطلبه مرة أخرى.",
    check="تحقّق الآن",
    taken="يظهر من رصيدك أن Serva خصمت",
    seen="موجود في Serva",
    found="وجدته: الطلب مسجّل لدى Serva.",
)
# Each two of them meet: a language with a width, a width with a scheme, a scheme with a language.
WAYS = pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [
        (ENGLISH_PATH, 360, "light"),
        (ENGLISH_PATH, 1280, "dark"),
        (ARABIC_PATH, 360, "dark"),
        (ARABIC_PATH, 1280, "light"),
    ],
    ids=["en-360-light", "en-1280-dark", "ar-360-dark", "ar-1280-light"],
)


async def links(visitor: Visitor, path: Path) -> Phone:
    """Start, and paste the key that Serva shows."""
    phone = await visitor.takes(path.name, path.words)
    await phone.begins()
    await phone.sees(path.paste_key)
    await visitor.looks_closely()
    key = await visitor.copies_key(path.name)
    phone = await visitor.takes(path.name, path.words)
    await phone.composer.press("Control+V")
    await expect(phone.composer).to_have_value(key)
    await phone.composer.press("Enter")
    await phone.sees(path.linked)
    await expect(phone.chat).not_to_contain_text(key)
    return phone


async def orders(phone: Phone, path: Path, link: str) -> None:
    """From Home to the tap that spends."""
    await phone.taps(path.browse, path.categories)
    await phone.taps(path.category, path.prices)
    await phone.taps(path.service, path.give_link)
    await phone.sends(link, path.how_many)
    await phone.sends("1000", link, "1,000", path.price)
    await phone.taps(path.order)


@WAYS
async def test_link_browse_order_fault_and_completion(
    visit: Visit, path: Path, width: int, scheme: str
) -> None:
    visitor = await visit(width=width, scheme=scheme)
    assert await visitor.background_is_dark() == (scheme == "dark")
    phone = await links(visitor, path)
    assert await phone.runs_from_right() == (path.words is ARABIC)

    await orders(phone, path, LINK)
    await phone.sees("ORD-")
    await visitor.looks_closely()
    provider = await visitor.opens("Provider")
    await visitor.looks_closely()
    await provider.get_by_role("button", name="Complete order").click()
    phone = await visitor.takes(path.name, path.words)
    await phone.sees(path.completed)

    await visitor.arms("Lose the answer, after accepting")
    await visitor.looks_closely()
    phone = await visitor.takes(path.name, path.words)
    await phone.sends("/start")
    await orders(phone, path, ANOTHER)
    await phone.sees(path.unknown)
    await visitor.looks_closely()
    await phone.taps(path.check, path.taken)

    provider = await visitor.opens("Provider")
    id = await provider.get_by_role("heading", name=re.compile("ORD-")).first.inner_text()
    phone = await visitor.takes(path.name, path.words)
    await phone.taps(path.seen)
    await phone.sends(id, path.found, id)
    provider = await visitor.opens("Provider")
    await provider.get_by_role("button", name=f"Complete order {id}").click()
    phone = await visitor.takes(path.name, path.words)
    await phone.sees(path.completed, id)
    await visitor.looks_closely()
    await expect(phone.chat).not_to_contain_text(re.compile("failed", re.IGNORECASE))
