"""The words and prices from which the sandbox catalogue is put together; data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Thing(NamedTuple):
    """Something sold for a link, in several qualities; `rate` is for 1000, or for one package."""

    arabic: str
    english: str
    rate: str
    minimum: int
    maximum: int
    grades: int = 5
    type: str = "Default"


class Grade(NamedTuple):
    """A quality in which things are sold."""

    arabic: str
    english: str
    factor: str
    marks: Mapping[str, object] = {}


class Input(NamedTuple):
    """A manual field. `kind`: text, number, textarea, select or url."""

    key: str
    label: str
    kind: str = "text"
    placeholder: str = ""
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


class Pack(NamedTuple):
    """An amount of some game's money; `rate` is for one."""

    arabic: str
    english: str
    rate: str


class Game(NamedTuple):
    """A game whose money is sold straight to a player."""

    category: str
    arabic: str
    english: str
    inputs: tuple[Input, ...]
    packs: tuple[Pack, ...]


class Item(NamedTuple):
    """Something sold by the piece, with manual fields."""

    arabic: str
    english: str
    rate: str
    minimum: int
    maximum: int
    inputs: tuple[Input, ...]
    marks: Mapping[str, object] = {}


GRADES = (
    Grade("سيرفر 1 | سريع", "Server 1 | Fast", "1"),
    Grade("جودة عالية | ضمان 30 يوم", "High quality | 30-day refill", "1.6", {"refill": True}),
    Grade("حقيقي ومتفاعل", "Real and active", "2.8", {"cancel": True}),
    Grade("عرب خليجيين", "Gulf Arabs", "6.5"),
    Grade("الأرخص | بدون ضمان", "Cheapest | No refill", "0.6", {"refill": False, "cancel": False}),
    Grade("ضمان مدى الحياة", "Lifetime guarantee", "2.25", {"refill": True, "cancel": True}),
    Grade("بداية فورية | 50 ألف في اليوم", "Instant start | 50K a day", "1.3"),
    Grade("تنقيط بطيء وآمن", "Slow and safe drip", "1.4", {"dripfeed": True}),
)

EMOJI = ("🔥", "⭐", "🚀", "💎", "✅", "⚡️")

DESCRIPTIONS = (
    "البداية خلال 0-1 ساعة. السرعة 10 آلاف يومياً. لا تغيّر اسم الحساب أثناء التنفيذ.",
    "<b>مهم:</b> الحساب لازم يكون عام (Public)<br>لا تطلب نفس الرابط من أكثر من سيرفر.",
    "Start: 0-15 min\nSpeed: 5K/day\nDrop: up to 10 %\nRefill: no",
    "يرجى التأكد من الرابط قبل الطلب، لا يوجد استرجاع بعد البدء & لا توجد تعويضات.",
)

SOCIAL: dict[str, tuple[Thing, ...]] = {
    "Instagram": (
        Thing("متابعين انستقرام VIP", "VIP Instagram Followers", "4.4", 100, 50_000, 8),
        Thing("لايكات انستقرام VIP", "VIP Instagram Likes", "1.2", 50, 50_000, 5),
    ),
    "انستقرام | متابعين": (
        Thing("متابعين انستقرام", "Instagram Followers", "0.95", 50, 500_000, 8),
        Thing("متابعين انستقرام عرب", "Arab Instagram Followers", "3.4", 20, 20_000, 4),
        Thing("متابعين انستقرام بنات", "Female Instagram Followers", "4.1", 20, 10_000, 3),
        Thing("متابعين انستقرام حسابات قديمة", "Old-account Followers", "1.9", 50, 50_000, 3),
    ),
    "انستقرام | لايكات": (
        Thing("لايكات انستقرام", "Instagram Likes", "0.22", 20, 300_000, 8),
        Thing("لايكات ريلز انستقرام", "Instagram Reels Likes", "0.28", 20, 100_000, 4),
        Thing("لايكات انستقرام عرب", "Arab Instagram Likes", "1.6", 20, 20_000, 3),
        Thing("حفظ منشور انستقرام", "Instagram Saves", "0.12", 20, 50_000, 3),
        Thing("مشاركة منشور انستقرام", "Instagram Shares", "0.19", 20, 50_000, 3),
    ),
    "انستقرام | مشاهدات ريلز وستوري": (
        Thing("مشاهدات ريلز", "Instagram Reels Views", "0.012", 100, 10_000_000, 6),
        Thing("مشاهدات ستوري انستقرام", "Instagram Story Views", "0.09", 50, 50_000, 4),
        Thing("مشاهدين بث مباشر انستقرام 30 دقيقة", "Instagram Live Views", "2.9", 50, 5000, 2),
        Thing("ظهور ووصول انستقرام", "Instagram Impressions and Reach", "0.1", 100, 500_000, 3),
        Thing("زيارات بروفايل انستقرام", "Instagram Profile Visits", "0.14", 100, 100_000, 3),
    ),
    "انستقرام | تعليقات": (
        Thing(
            "تعليقات انستقرام مخصصة", "Instagram Custom Comments", "9.5", 5, 5000, 4,
            "Custom Comments",
        ),
        Thing("تعليقات انستقرام عشوائية عربية", "Random Arabic Comments", "6.2", 10, 2000, 3),
        Thing(
            "باقة تعليقات انستقرام مخصصة", "Instagram Custom Comments Package", "3", 10, 10, 1,
            "Custom Comments Package",
        ),
        Thing(
            "لايكات على تعليق انستقرام", "Instagram Comment Likes", "1.1", 20, 5000, 2,
            "Comment Likes",
        ),
    ),
    "انستقرام | منشن": (
        Thing(
            "منشن انستقرام من متابعين حساب", "Instagram Mentions from User Followers", "2.4",
            1000, 100_000, 2, "Mentions User Followers",
        ),
        Thing(
            "منشن انستقرام لقائمة مخصصة", "Instagram Mentions Custom List", "3.1", 10, 10_000, 2,
            "Mentions Custom List",
        ),
        Thing(
            "منشن انستقرام من هاشتاق", "Instagram Mentions by Hashtag", "2.6", 500, 50_000, 2,
            "Mentions Hashtag",
        ),
        Thing(
            "منشن انستقرام مع هاشتاقات", "Instagram Mentions with Hashtags", "2.9", 10, 50_000, 2,
            "Mentions with Hashtags",
        ),
    ),
    "انستقرام | باقات": (
        Thing("باقة 1000 متابع انستقرام", "1,000 Followers Package", "1.9", 1, 1, 3, "Package"),
        Thing("باقة 5000 متابع انستقرام", "5,000 Followers Package", "8.5", 1, 1, 2, "Package"),
        Thing(
            "باقة المشاهير: متابعين ولايكات ومشاهدات",
            "Celebrity Package: followers, likes and views", "24.99", 1, 1, 1, "Package",
        ),
    ),
    "انستقرام | اشتراك تلقائي": (
        Thing(
            "لايكات انستقرام تلقائية للمنشورات الجديدة", "Instagram Auto Likes for new posts",
            "0.45", 20, 20_000, 4, "Subscriptions",
        ),
        Thing(
            "مشاهدات انستقرام تلقائية", "Instagram Auto Views", "0.05", 100, 200_000, 3,
            "Subscriptions",
        ),
    ),
    "تيك توك | متابعين": (
        Thing("متابعين تيك توك", "TikTok Followers", "1.35", 10, 200_000, 8),
        Thing("متابعين تيك توك عرب", "Arab TikTok Followers", "5.2", 10, 10_000, 4),
    ),
    "تيك توك | لايكات وتعليقات": (
        Thing("لايكات تيك توك", "TikTok Likes", "0.31", 10, 500_000, 8),
        Thing("لايكات تيك توك عرب", "Arab TikTok Likes", "1.9", 10, 20_000, 3),
        Thing("لايكات تعليق تيك توك", "TikTok Comment Likes", "1.6", 20, 3000, 3, "Comment Likes"),
        Thing("تعليقات تيك توك مخصصة", "TikTok Comments", "8", 5, 2000, 3, "Custom Comments"),
    ),
    "تيك توك | مشاهدات": (
        Thing("مشاهدات تيك توك", "TikTok Views", "0.006", 100, 100_000_000, 8),
        Thing("مشاهدات ستوري تيك توك", "TikTok Story Views", "0.08", 100, 100_000, 3),
        Thing("مشاهدات تيك توك عرب", "Arab TikTok Views", "0.05", 100, 1_000_000, 4),
    ),
    "تيك توك | مشاركات وحفظ وبث": (
        Thing("مشاركات تيك توك", "TikTok Shares", "0.18", 10, 100_000, 4),
        Thing("حفظ فيديو تيك توك", "TikTok Saves", "0.14", 10, 100_000, 3),
        Thing("مشاهدين بث مباشر تيك توك 15 دقيقة", "TikTok Live Viewers", "3.8", 10, 2000, 3),
        Thing("1000 نقطة معركة بث تيك توك", "1,000 TikTok Battle Points", "6", 1000, 1000, 2),
    ),
    "يوتيوب | مشتركين": (
        Thing("مشتركين يوتيوب", "YouTube Subscribers", "14.5", 10, 20_000, 8),
        Thing("مشتركين يوتيوب عرب", "Arab YouTube Subscribers", "32", 10, 2000, 3),
    ),
    "يوتيوب | مشاهدات وساعات": (
        Thing("مشاهدات يوتيوب", "YouTube Views", "1.15", 100, 1_000_000, 7),
        Thing("مشاهدات شورتس يوتيوب", "YouTube Shorts Views", "0.85", 100, 500_000, 4),
        Thing("4000 ساعة مشاهدة يوتيوب", "4,000 YouTube Watch Hours", "9.75", 4000, 4000, 3),
        Thing("مشاهدين بث مباشر يوتيوب 30 دقيقة", "YouTube Live Viewers", "1.7", 50, 20_000, 3),
    ),
    "يوتيوب | لايكات وتعليقات": (
        Thing("لايكات يوتيوب", "YouTube Likes", "1.25", 10, 50_000, 6),
        Thing("دسلايك يوتيوب", "YouTube Dislikes", "2.2", 10, 20_000, 2),
        Thing("تعليقات يوتيوب مخصصة", "YouTube Comments", "11", 5, 2000, 3, "Custom Comments"),
        Thing("مشاركات يوتيوب سوشيال", "YouTube Social Shares", "1.3", 100, 50_000, 2),
    ),
    "تيليجرام | أعضاء": (
        Thing("أعضاء قنوات تيليجرام", "Telegram Channel Members", "0.78", 50, 200_000, 8),
        Thing("أعضاء جروبات تيليجرام", "Telegram Group Members", "0.92", 50, 100_000, 4),
        Thing("أعضاء تيليجرام بريميوم", "Telegram Premium Members", "18", 10, 10_000, 2),
        Thing("تعزيز قناة تيليجرام 7 أيام", "Telegram Boost 7 days", "120", 5, 1000, 2),
        Thing("ستارت بوت تيليجرام", "Telegram Bot Starts", "1.1", 50, 100_000, 3),
    ),
    "تيليجرام | مشاهدات وتفاعلات": (
        Thing("مشاهدات منشور تيليجرام", "Telegram Post Views", "0.02", 10, 1_000_000, 5),
        Thing("مشاهدات آخر 10 منشورات تيليجرام", "Views on 10 last posts", "0.11", 50, 100_000, 2),
        Thing("تفاعلات تيليجرام 👍❤️🔥", "Telegram Reactions 👍❤️🔥", "0.16", 10, 100_000, 4),
    ),
    "تيليجرام | استفتاءات": (
        Thing("تصويت استفتاء تيليجرام", "Telegram Poll Votes", "0.65", 10, 50_000, 4, "Poll"),
    ),
    "تويتر X | متابعين": (
        Thing("متابعين تويتر", "X Followers", "2.9", 20, 50_000, 7),
        Thing("متابعين تويتر خليجيين", "Gulf X Followers", "12.5", 20, 5000, 3),
    ),
    "تويتر X | تفاعل": (
        Thing("لايكات تويتر", "X Likes", "1.9", 20, 20_000, 4),
        Thing("رتويت", "X Retweets", "2.3", 20, 20_000, 4),
        Thing("مشاهدات تغريدة", "X Tweet Views", "0.01", 100, 5_000_000, 3),
        Thing("تصويت استفتاء تويتر", "X Poll Votes", "1.4", 50, 100_000, 2, "Poll"),
        Thing("مستمعين مساحات تويتر 30 دقيقة", "X Space Listeners", "14", 20, 2000, 3),
        Thing("حفظ تغريدة", "X Bookmarks", "0.9", 20, 20_000, 2),
        Thing("ردود تويتر مخصصة", "X Custom Replies", "22", 5, 500, 2, "Custom Comments"),
        Thing("ترند هاشتاق تويتر السعودية", "X Hashtag Trend KSA", "180", 1, 1, 1, "Package"),
    ),
    "فيسبوك | متابعين ولايكات صفحات": (
        Thing("متابعين صفحة فيسبوك", "Facebook Page Followers", "0.88", 100, 200_000, 6),
        Thing("لايكات صفحة فيسبوك", "Facebook Page Likes", "1.15", 100, 100_000, 4),
        Thing("متابعين بروفايل فيسبوك", "Facebook Profile Followers", "0.97", 100, 100_000, 3),
    ),
    "فيسبوك | تفاعلات ومشاهدات": (
        Thing("لايكات منشور فيسبوك", "Facebook Post Likes", "0.42", 50, 50_000, 4),
        Thing("تفاعل أحببته ❤️ فيسبوك", "Facebook Love Reactions ❤️", "0.5", 50, 20_000, 2),
        Thing("مشاهدات فيديو فيسبوك", "Facebook Video Views", "0.1", 500, 5_000_000, 4),
        Thing("أعضاء جروب فيسبوك", "Facebook Group Members", "1.7", 100, 50_000, 2),
        Thing("مشاهدين بث مباشر فيسبوك 60 دقيقة", "Facebook Live Viewers", "3.9", 20, 5000, 3),
        Thing("مشاركات منشور فيسبوك", "Facebook Shares", "0.8", 50, 20_000, 3),
        Thing("تعليقات فيسبوك مخصصة", "Facebook Comments", "7.5", 5, 1000, 2, "Custom Comments"),
    ),
    "سناب شات": (
        Thing("متابعين سناب شات", "Snapchat Followers", "16", 50, 5000, 4),
        Thing("مشاهدات سبوت لايت سناب", "Snapchat Spotlight Views", "1.2", 500, 100_000, 3),
        Thing("سكور سناب شات", "Snapchat Score", "0.7", 1000, 1_000_000, 2),
        Thing("إضافات سناب شات", "Snapchat Adds", "19", 50, 3000, 3),
    ),
    "سبوتيفاي وأنغامي": (
        Thing("تشغيلات سبوتيفاي", "Spotify Plays", "0.42", 1000, 10_000_000, 4),
        Thing("متابعين سبوتيفاي", "Spotify Followers", "0.55", 20, 1_000_000, 3),
        Thing("مستمعين شهريين سبوتيفاي", "Spotify Monthly Listeners", "1.9", 500, 500_000, 3),
        Thing("حفظ أغنية سبوتيفاي", "Spotify Saves", "0.6", 100, 100_000, 2),
        Thing("تشغيلات أنغامي", "Anghami Plays", "1.2", 1000, 1_000_000, 3),
        Thing("تشغيلات ساوند كلاود", "SoundCloud Plays", "0.02", 1000, 10_000_000, 3),
    ),
    "ثريدز ولينكد إن": (
        Thing("متابعين ثريدز", "Threads Followers", "3.6", 20, 20_000, 4),
        Thing("لايكات ثريدز", "Threads Likes", "2.1", 20, 10_000, 3),
        Thing("متابعين لينكد إن", "LinkedIn Followers", "11", 20, 5000, 3),
        Thing("لايكات لينكد إن", "LinkedIn Likes", "9.5", 20, 3000, 2),
    ),
    "كيك وتويتش وديسكورد": (
        Thing("متابعين كيك", "Kick Followers", "1.8", 20, 50_000, 3),
        Thing("مشاهدين بث كيك 60 دقيقة", "Kick Live Viewers 60 min", "9", 20, 1000, 2),
        Thing("متابعين تويتش", "Twitch Followers", "0.6", 20, 50_000, 3),
        Thing("أعضاء سيرفر ديسكورد أوفلاين", "Discord Offline Members", "2.5", 50, 20_000, 3),
        Thing("أعضاء سيرفر ديسكورد أونلاين", "Discord Online Members", "9.9", 50, 5000, 2),
    ),
    "واتساب | قنوات": (
        Thing("متابعين قناة واتساب", "WhatsApp Channel Followers", "7.5", 20, 20_000, 4),
        Thing("تفاعلات قناة واتساب", "WhatsApp Channel Reactions", "4.2", 20, 5000, 3),
        Thing("أعضاء جروب واتساب", "WhatsApp Group Members", "21", 20, 1000, 3),
    ),
    "مواقع وسيو SEO": (
        Thing("زيارات موقع من قوقل", "Website Visits from Google", "0.32", 500, 1_000_000, 4),
        Thing("زيارات موقع من السعودية", "Website Visits from KSA", "0.75", 500, 500_000, 3),
        Thing("زيارات قوقل بكلمات مفتاحية", "Google Visits by Keywords", "650", 1, 500, 3, "SEO"),
        Thing("رفع ترتيب كلمة مفتاحية في قوقل", "Google Keyword Ranking", "2400", 1, 50, 2, "SEO"),
    ),
}  # fmt: skip

PLAYER_AND_SERVER = (
    Input("player_id", "رقم اللاعب (Player ID)", "text", "123456789"),
    Input("server_id", "رقم السيرفر (Server ID)", "text", "55"),
)
_PLAYER = (Input("player_id", "ايدي اللاعب", "text", "5123456789"),)
_REGION = (
    Input("player_id", "ايدي اللاعب", "number", "1234567890"),
    Input(
        "server_id", "السيرفر", "select",
        options=(("me", "الشرق الأوسط"), ("eu", "أوروبا"), ("sg", "سنغافورة"), ("br", "البرازيل")),
    ),
)  # fmt: skip
_GENSHIN = (
    Input("uid", "UID", "number", "700123456"),
    Input(
        "server", "السيرفر", "select",
        options=(
            ("os_usa", "America"), ("os_euro", "Europe"), ("os_asia", "Asia"),
            ("os_cht", "TW, HK, MO"),
        ),
    ),
)  # fmt: skip
_APP_USER = (
    Input("user_id", "ايدي الحساب", "text", "908070605"),
    Input("nickname", "اسم الحساب (اختياري)", "text", required=False),
)

GAMES_CATEGORY = "شحن ألعاب متنوعة"

GAMES = (
    Game(
        "شحن ببجي موبايل", "شدات ببجي", "PUBG Mobile", _PLAYER,
        (
            Pack("60 شدة", "60 UC", "0.88"),
            Pack("325 شدة", "325 UC", "4.39"),
            Pack("660 شدة", "660 UC", "8.75"),
            Pack("1800 شدة", "1,800 UC", "21.9"),
            Pack("3850 شدة", "3,850 UC", "43.6"),
            Pack("8100 شدة", "8,100 UC", "86.9"),
            Pack("عضوية برايم شهر", "Prime for a month", "0.95"),
            Pack("عضوية برايم بلس شهر", "Prime Plus for a month", "9.2"),
        ),
    ),
    Game(
        "شحن فري فاير", "جواهر فري فاير", "Free Fire", _REGION,
        (
            Pack("100 جوهرة", "100 Diamonds", "0.92"),
            Pack("210 جوهرة", "210 Diamonds", "1.85"),
            Pack("530 جوهرة", "530 Diamonds", "4.6"),
            Pack("1080 جوهرة", "1,080 Diamonds", "9.15"),
            Pack("2200 جوهرة", "2,200 Diamonds", "18.2"),
            Pack("عضوية أسبوعية", "Weekly membership", "1.75"),
            Pack("عضوية شهرية", "Monthly membership", "8.1"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "موبايل ليجندز", "Mobile Legends", PLAYER_AND_SERVER,
        (
            Pack("172 ماسة", "172 Diamonds", "2.85"),
            Pack("257 ماسة", "257 Diamonds", "4.2"),
            Pack("706 ماسة", "706 Diamonds", "11.3"),
            Pack("تذكرة أسبوعية", "Weekly Pass", "1.8"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "قنشن امباكت", "Genshin Impact", _GENSHIN,
        (
            Pack("60 كريستالة", "60 Crystals", "0.9"),
            Pack("330 كريستالة", "330 Crystals", "4.4"),
            Pack("1090 كريستالة", "1,090 Crystals", "13.2"),
            Pack("بركة القمر", "Blessing of the Welkin Moon", "4.3"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "كول أوف ديوتي موبايل", "Call of Duty Mobile", _PLAYER,
        (
            Pack("80 نقطة", "80 CP", "0.95"),
            Pack("420 نقطة", "420 CP", "4.7"),
            Pack("880 نقطة", "880 CP", "9.3"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "فالورانت", "Valorant",
        (Input("riot_id", "Riot ID", "text", "Name#TAG"),),
        (
            Pack("475 نقطة", "475 VP", "4.8"),
            Pack("1000 نقطة", "1,000 VP", "9.7"),
            Pack("2050 نقطة", "2,050 VP", "19.3"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "كلاش أوف كلانس", "Clash of Clans",
        (Input("tag", "تاق اللاعب", "text", "#P0LYQ8"),),
        (
            Pack("500 جوهرة", "500 Gems", "4.9"),
            Pack("1200 جوهرة", "1,200 Gems", "9.8"),
            Pack("القولد باس", "Gold Pass", "6.7"),
        ),
    ),
    Game(
        GAMES_CATEGORY, "يلا لودو", "Yalla Ludo", _PLAYER,
        (
            Pack("830 ماسة", "830 Diamonds", "1.9"),
            Pack("2320 ماسة", "2,320 Diamonds", "4.9"),
            Pack("66700 ذهب", "66,700 Gold", "1.9"),
        ),
    ),
    Game(
        "شحن تطبيقات بث ودردشة", "بيقو لايف", "Bigo Live", _APP_USER,
        (
            Pack("100 ألماسة", "100 Diamonds", "1.95"),
            Pack("500 ألماسة", "500 Diamonds", "9.6"),
            Pack("1000 ألماسة", "1,000 Diamonds", "19.1"),
        ),
    ),
    Game(
        "شحن تطبيقات بث ودردشة", "يلا لايف", "Yalla Live", _APP_USER,
        (
            Pack("1000 ذهب", "1,000 Gold", "1.4"),
            Pack("5000 ذهب", "5,000 Gold", "6.9"),
        ),
    ),
    Game(
        "شحن تطبيقات بث ودردشة", "عملات تيك توك", "TikTok Coins", (
            Input("username", "يوزر تيك توك", "text", "@example"),
            Input(
                "login", "طريقة الدخول", "select",
                options=(("phone", "رقم الجوال"), ("email", "الإيميل")),
            ),
        ),
        (
            Pack("70 عملة", "70 Coins", "1.1"),
            Pack("350 عملة", "350 Coins", "5.3"),
            Pack("1400 عملة", "1,400 Coins", "20.8"),
        ),
    ),
)  # fmt: skip

_EMAIL = (Input("email", "الإيميل لاستلام الكود", "text", "name@example.com"),)
_STORE = (
    Input("email", "الإيميل لاستلام الكود", "text", "name@example.com"),
    Input(
        "region", "المتجر", "select",
        options=(("sa", "السعودية"), ("ae", "الإمارات"), ("us", "أمريكا"), ("gb", "بريطانيا")),
    ),
)  # fmt: skip
_SUBSCRIBER = (
    Input("email", "إيميل الحساب", "text", "name@example.com"),
    Input("phone", "رقم الواتساب للتواصل", "number", "9665XXXXXXXX"),
    Input("notes", "ملاحظات (اختياري)", "text", required=False),
)


def _lines(key: str, label: str, placeholder: str) -> tuple[Input, ...]:
    return (Input(key, label, "textarea", placeholder),)


MANUAL: dict[str, tuple[Item, ...]] = {
    "بطاقات هدايا | ايتونز وقوقل بلاي": (
        Item("بطاقة ايتونز 5 دولار", "iTunes Gift Card 5 USD", "5.1", 1, 10, _STORE),
        Item("بطاقة ايتونز 10 دولار", "iTunes Gift Card 10 USD", "10.15", 1, 10, _STORE),
        Item("بطاقة ايتونز 50 ريال", "iTunes Gift Card 50 SAR", "13.9", 1, 10, _STORE),
        Item("بطاقة ايتونز 100 ريال", "iTunes Gift Card 100 SAR", "27.6", 1, 5, _STORE),
        Item("بطاقة قوقل بلاي 5 دولار", "Google Play Gift Card 5 USD", "5.2", 1, 10, _STORE),
        Item("بطاقة قوقل بلاي 25 دولار", "Google Play Gift Card 25 USD", "25.4", 1, 5, _STORE),
        Item("بطاقة أمازون 10 دولار", "Amazon Gift Card 10 USD", "10.2", 1, 10, _EMAIL),
    ),
    "بطاقات ألعاب | بلايستيشن وستيم واكس بوكس": (
        Item("بطاقة بلايستيشن 10 دولار", "PlayStation Card 10 USD", "10.3", 1, 10, _STORE),
        Item("بطاقة بلايستيشن 20 دولار", "PlayStation Card 20 USD", "20.4", 1, 10, _STORE),
        Item("بلايستيشن بلس 3 شهور", "PlayStation Plus 3 months", "24.9", 1, 3, _STORE),
        Item("بطاقة ستيم 5 دولار", "Steam Wallet 5 USD", "5.3", 1, 20, _EMAIL),
        Item("بطاقة ستيم 20 دولار", "Steam Wallet 20 USD", "20.9", 1, 20, _EMAIL),
        Item("اكس بوكس قيم باس شهر", "Xbox Game Pass 1 month", "8.9", 1, 5, _EMAIL),
        Item("روبلوكس 800 روبوكس", "Roblox 800 Robux", "9.1", 1, 10, _EMAIL),
    ),
    "اشتراكات رقمية": (
        Item("اشتراك نتفليكس شهر", "Netflix 1 month", "3.2", 1, 1, _SUBSCRIBER),
        Item("اشتراك شاهد VIP شهر", "Shahid VIP 1 month", "4.1", 1, 1, _SUBSCRIBER),
        Item("اشتراك يوتيوب بريميوم شهر", "YouTube Premium 1 month", "2.6", 1, 1, _SUBSCRIBER),
        Item("سبوتيفاي بريميوم 3 شهور", "Spotify Premium 3 months", "6.8", 1, 1, _SUBSCRIBER),
        Item("كانفا برو سنة", "Canva Pro 1 year", "4.5", 1, 1, _SUBSCRIBER),
        Item("تيليجرام بريميوم 3 شهور", "Telegram Premium 3 months", "12.4", 1, 1, (
            Input("username", "يوزر تيليجرام", "text", "@example"),
        )),
        Item("نجوم تيليجرام", "Telegram Stars", "0.0165", 50, 10_000, (
            Input("username", "يوزر تيليجرام", "text", "@example"),
        )),
    ),
    "خدمات حسابات وتوثيق": (
        Item("فك حظر حساب انستقرام", "Instagram account unban", "35", 1, 1, (
            Input("اسم المستخدم", "اسم المستخدم"),
            Input("الإيميل المرتبط", "الإيميل المرتبط"),
        )),
        Item("حذف تقييم سلبي من خرائط قوقل", "Remove a bad Google Maps review", "18", 1, 1, (
            Input("reviewer", "اسم صاحب التقييم"),
        ), {"link_required": True, "has_quantity": False}),
        Item("تقييمات 5 نجوم خرائط قوقل", "5-star Google Maps reviews", "0.75", 1, 200, (
            Input("language", "لغة التقييم", "select", options=(("ar", "عربي"), ("en", "English"))),
        ), {"link_required": True, "has_quantity": True}),
        Item("توثيق صفحة بمقال صحفي", "Press article for verification", "95", 1, 1, (
            Input("full_name", "الاسم الكامل"),
            Input("website", "رابط الموقع", "url", "https://example.com"),
            Input("bio", "نبذة مختصرة (اختياري)", "text", required=False),
        )),
    ),
    "خدمات بالجملة": (
        Item("متابعة قائمة حسابات انستقرام", "Follow a list of accounts", "0.004", 5, 1000,
             _lines("usernames", "اليوزرات، كل يوزر في سطر", "user_one\nuser_two")),
        Item("فحص أرقام واتساب", "WhatsApp number check", "0.0015", 10, 10_000,
             _lines("numbers", "الأرقام، كل رقم في سطر", "966500000001\n966500000002")),
        Item("فحص إيميلات", "Email check", "0.0008", 10, 10_000,
             _lines("emails", "الإيميلات، كل إيميل في سطر", "a@example.com\nb@example.com")),
        Item("أرشفة روابط في قوقل", "Index links at Google", "0.02", 1, 500,
             _lines("urls", "الروابط، كل رابط في سطر", "https://example.com/a\nhttps://b.example")),
        Item("رسائل SMS دعائية", "Promotional SMS", "0.035", 10, 5000, (
            Input("numbers", "الأرقام، كل رقم في سطر", "textarea", "966500000001"),
            Input("sender", "اسم المرسل", "select", options=(("SERVA", "SERVA"), ("AD", "إعلان"))),
            Input("message", "نص الرسالة"),
        ), {"link_required": False, "has_quantity": False}),
    ),
}  # fmt: skip

HOSTILE_CATEGORY = '<b>عروض</b> & "خصومات" اليوم'

HOSTILE = (
    ("<script>alert('x')</script> متابعين", "script"),
    ("متابعين <b>انستقرام</b> &amp; <a href='tg://user?id=1'>هدية</a>", "markup"),
    ("\u202eمتابعين عكس 0001\u202c Followers", "right-to-left override"),
    ("لايكات\u2066\u2067\u2068 معزولة\u200f\u200e", "isolates that never end"),
    ("مشاهدات " + "طويلة جداً " * 26 + "النهاية", "300 characters"),
    ("م" + "\u0300\u0301\u0302\u0303" * 10 + " زالقو z\u0336a\u0337l\u0338go", "marks"),
    ("👩‍👩‍👧‍👦" * 12 + " عائلة", "long emoji"),
    ("سطر أول\nسطر ثانٍ\t\tومسافات     كثيرة\x00\x07", "controls"),
    ("*متابعين* _مائل_ `كود` [رابط](https://example.com) {0} %s ${x}", "markdown and formats"),
    ("\u200b\u200c\u200d\ufeff", "nothing to see"),
    ("متابعين \ud83d نصف رمز", "a lone surrogate"),
    ("'; DROP TABLE orders; --", "a query"),
)

RANGES = (
    "متابعين", "لايكات", "مشاهدات", "تعليقات", "مشاركات", "أعضاء", "تفاعلات", "مشتركين",
)  # fmt: skip

PLACES = (
    ("السعودية", "Saudi Arabia"), ("الإمارات", "UAE"), ("الكويت", "Kuwait"), ("قطر", "Qatar"),
    ("البحرين", "Bahrain"), ("عُمان", "Oman"), ("اليمن", "Yemen"), ("العراق", "Iraq"),
    ("سوريا", "Syria"), ("لبنان", "Lebanon"), ("الأردن", "Jordan"), ("فلسطين", "Palestine"),
    ("مصر", "Egypt"), ("السودان", "Sudan"), ("ليبيا", "Libya"), ("تونس", "Tunisia"),
    ("الجزائر", "Algeria"), ("المغرب", "Morocco"), ("موريتانيا", "Mauritania"),
    ("تركيا", "Türkiye"), ("إيران", "Iran"), ("باكستان", "Pakistan"), ("الهند", "India"),
    ("إندونيسيا", "Indonesia"), ("ماليزيا", "Malaysia"), ("روسيا", "Russia"),
    ("أمريكا", "USA"), ("البرازيل", "Brazil"), ("ألمانيا", "Germany"), ("فرنسا", "France"),
    ("بريطانيا", "UK"), ("إسبانيا", "Spain"), ("إيطاليا", "Italy"), ("كوريا", "Korea"),
)  # fmt: skip
