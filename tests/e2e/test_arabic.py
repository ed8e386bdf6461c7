"""A whole order in Arabic, from the first /start to the completion notice, with native digits too.

No line of ours may be in English: what stays Latin is what others call themselves, what people
type, and addresses.
"""

from __future__ import annotations

import re
import unicodedata

from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.shopping import ANN, tap
from tests.e2e.world import World

GAMES = "شحن ألعاب متنوعة"

# Names, addresses, ids, what is typed, and whatever is fenced off because it is foreign.
FOREIGN = re.compile(
    r"https?://\S+|\bServy?a\b|\bAPI\b|ORD-\d+|\bSAVE10\b|\bEnglish\b|\bUTC\b|/[a-z]+"
)
FENCED = re.compile("\u2068[^\u2068\u2069]*\u2069")


def english_of_ours(screen: Screen) -> list[str]:
    """The lines and labels in which words of ours are not Arabic."""
    shown = [*screen.message.text.split("\n"), *(key.label for key in screen.buttons)]
    return [line for line in shown if re.search("[A-Za-z]{2,}", FOREIGN.sub("", unfenced(line)))]


def unfenced(line: str) -> str:
    """The line without what is fenced off, fences within fences first."""
    while (bare := FENCED.sub("", line)) != line:
        line = bare
    return line


def left_to_right(screen: Screen) -> list[str]:
    """The lines that would start at the left edge."""
    return [
        line
        for line in screen.message.text.split("\n")
        if line and unicodedata.bidirectional(line[0]) not in ("R", "AL")
    ]


class Reader:
    """A person who looks at every screen: nothing in English, everything from right to left."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.read = 0

    async def sees(self, *texts: str) -> Screen:
        return self._read(await self.person.sees(*texts))

    async def taps(self, label: str, *texts: str) -> Screen:
        return self._read(await tap(self.person, label, *texts))

    async def sends(self, text: str, *texts: str) -> Screen:
        await self.person.send(text)
        return self._read(await self.person.sees(*texts))

    async def hears(self, *texts: str) -> Screen:
        """Wait for the message that rings: the one that answers its card."""
        while True:
            for screen in reversed(self.person.from_bot):
                if screen.reply_to and all(text in screen.text for text in texts):
                    return self._read(screen)
            assert await self.person.changed(self.person.version), self.person.chat

    def _read(self, screen: Screen) -> Screen:
        assert english_of_ours(screen) == [], self.person.chat
        assert left_to_right(screen) == [], self.person.chat
        self.read += 1
        return screen


async def start(world: World) -> Reader:
    """Layla's phone speaks Arabic, so that the bot does from the first word."""
    layla = world.tg.person("ليلى", language_code="ar-SA")
    account = world.serva.account(balance="25.50")
    reader = Reader(layla)
    welcome = await reader.sends("/start", "الصق مفتاح API لتبدأ.")
    assert welcome.rows == (
        ("احصل على مفتاح",),
        ("كيف أحمي مفتاحك؟",),
        ("English",),
        ("Français · Türkçe · Русский · Español",),
    )
    key = await layla.send(account.key)
    await reader.sees(f"تم ربط المفتاح المنتهي بـ {account.key[-4:]}. الرصيد $25.50.")
    assert layla.is_deleted(key)
    return reader


async def test_an_order_from_start_to_completion(world: World) -> None:
    layla = await start(world)
    home = await layla.sees("لا طلبات جارية.", "اكتب كلمة، أو الصق رابطًا.")
    # Telegram does not mirror keyboards: what comes first stands on the right.
    assert home.rows == (("طلباتي", "تصفّح"), ("الرصيد", "المفضلة"), ("الإعدادات",))

    await layla.taps("تصفّح", "الفئات", "صفحة 1 من 5")
    await layla.taps("Instagram · 14", "سعرك مكتوب بجانب كل خدمة.")
    first = await layla.taps("Instagram Followers · $0.89", "أرسل رابط المنشور أو الحساب")
    assert "سعرك: $0.89 لكل ألف" in first.text
    assert "المطلوب: رابط، كمية" in first.text
    assert first.rows == (("إضافة إلى المفضلة",), ("الرئيسية", "مشاركة", "رجوع"))

    await layla.sends("not a link", "ليس هذا رابطًا.")
    await layla.sends(ANN, "كم تريد؟", "من 100 إلى 100,000.")
    await layla.sends("كثير", "ليست هذه كمية. مثال: 100")
    confirm = await layla.sends("٢ك", "الكمية: 2,000", "الإجمالي: نحو $1.78", f"الرابط: {ANN}")
    assert confirm.rows == (
        ("اطلب بنحو $1.78",),
        ("جرّب أقل كمية: 100",),
        ("تعديل الكمية", "تعديل الرابط"),
        ("كوبون",),
        ("إضافة إلى المفضلة",),
        ("الرئيسية", "تراجع"),
    )
    await layla.taps("تعديل الكمية", "كم تريد؟")
    await layla.sends("١٠٠٠", "الكمية: 1,000", "الرصيد بعد الطلب: نحو $24.61")

    card = await layla.taps("اطلب بنحو $0.89", "الطلب رقم 1 ·", "تم الطلب", "ORD-100023")
    assert card.rows[0] == ("كرّر الطلب", "تحديث")
    assert card.rows[-1] == ("الرئيسية",)
    world.serva.orders[0].hold("in progress", remains=450, start_count=1_234)
    await layla.taps("تحديث", "قيد التنفيذ", "55%", "العدد عند البداية: 1,234", "المتبقي: 450")

    world.serva.orders[0].finish("partial", remains=450)
    await layla.person.press("تحديث")
    told = await layla.hears("وصل جزء منه", "وصل 550 من 1,000.", "صار $0.4895 (وكان $0.89)")
    assert told.reply_to == card.message_id
    assert layla.read >= 14


async def test_a_game_with_fields_in_native_digits(world: World) -> None:
    layla = await start(world)
    await layla.taps("الإعدادات", "اللغة: العربية", "أخبرك عندما ينتهي كل طلب.")
    await layla.taps("الأرقام: 123", "الإعدادات")
    await layla.taps("الرئيسية", "الرصيد $٢٥٫٥٠")
    await layla.taps("تصفّح", "صفحة ١ من ٥")
    await layla.taps(f"{GAMES} · ٢١", "صفحة ١ من ٣")
    question = await layla.taps("Mobile Legends 86 Diamonds · $١٫٤٥", "سعرك: $١٫٤٥")
    assert "أو الصقها كلها معًا، كل واحد في سطر:" in question.text
    await layla.sends("123456789\n2001", "الإجمالي: نحو $١٫٤٥", "123456789", "2001")
    await layla.taps("اطلب بنحو $١٫٤٥", "تم الطلب", "المبلغ المخصوم: $١٫٤٥")
    world.serva.orders[0].finish("completed")
    await layla.person.press("تحديث")
    await layla.hears("اكتمل", "المبلغ المخصوم لدى Serva هو $١٫٤٥.")


async def test_what_goes_wrong_is_said_in_arabic_too(world: World) -> None:
    layla = world.tg.person("ليلى", language_code="ar")
    reader = Reader(layla)
    await reader.sends("/start", "الصق مفتاح API لتبدأ.")
    await reader.taps("كيف أحمي مفتاحك؟", "أشفّر المفتاح قبل حفظه")
    await reader.sends("k" * 32, "لا تعرف Serva هذا المفتاح.", "الرقم المرجعي:")
    for lever, said in (
        ("revoke", "أُلغي هذا المفتاح."),
        ("disapprove", "حسابك في Serva لم يُعتمد بعد لاستخدام API."),
        ("ban", "حظرت Serva هذا الحساب."),
    ):
        account = world.serva.account()
        getattr(world.serva, lever)(account)
        await reader.sends(account.key, said)
    world.serva.fault("html_502", "balance", times=None)
    await reader.sends(
        world.serva.account().key, "لا تستجيب Serva الآن.", "ليست المشكلة في مفتاحك."
    )
    world.serva.faults.clear()
    await reader.sends(world.serva.account().key, "تم ربط المفتاح")
    await reader.sends("/nonsense", "لا أعرف هذا الأمر.")
    await layla.send_sticker()
    await reader.sees("لا أستطيع قراءة هذا.")
    await reader.sends("قطقوطة", "لم أجد شيئًا عن قطقوطة.")
    for command, said in (
        ("/balance", "العملة: USD"),
        ("/orders", "لا طلبات جارية."),
        ("/order", "ماذا تريد أن تطلب؟"),
        ("/settings", "الإعدادات"),
        ("/help", "المساعدة"),
    ):
        await reader.sends(command, said)


async def test_an_unknown_outcome_is_told_in_arabic(world: World) -> None:
    layla = await start(world)
    world.serva.fault("drop_before", "add")
    await layla.sends("متابعين انستقرام", "كتبت: متابعين انستقرام")
    await layla.taps("رجوع", "الفئات")
    await layla.taps("Instagram · 14", "سعرك مكتوب")
    await layla.taps("Instagram Followers · $0.89", "أرسل رابط")
    await layla.sends(ANN, "كم تريد؟")
    await layla.sends("1000", "الإجمالي: نحو $0.89")
    unknown = await layla.taps(
        "اطلب بنحو $0.89",
        "أُرسل الطلب، لكن Serva لم تؤكده. لا تطلبه مرة أخرى.",
        "ربما خُصم ما يصل إلى $0.89، إن كانت Serva تحسب السعر كما أفترض.",
        "سأتحقّق لمدة عشر دقائق، ثم أسألك.",
    )
    assert [label for label in unknown.labels if label != "نسخ الرقم المرجعي"] == [
        "افتح Serva",
        "تحقّق الآن",
        "موجود في Serva",
        "غير موجود في Serva",
        "راسل Serva",
        "الرئيسية",
        "التفاصيل",
    ]


async def test_the_language_is_changed_by_hand_and_stays(world: World) -> None:
    ann = world.tg.person("Ann")
    await ann.send("/start")
    await tap(ann, "العربية", "الصق مفتاح API لتبدأ.")
    await ann.send("/help")
    await ann.sees("المساعدة")
    await ann.send("/start")
    await tap(ann, "English", "Paste your API key to begin.")
    await ann.send("/help")
    await ann.sees("Help")
