/**
 * The words of the caption and of the guided first order, in each language side by side.
 *
 * `caption` is what the caption says around a script; `chat` is what the tour reads and taps on the
 * phone, as bot/texts/locales has it; a step of `steps` has its name, what is said of it, and what
 * it waits for.
 */

const ENGLISH = {
  language: "en",
  direction: "ltr",
  person: "Emma",
  link: "https://instagram.com/emma.paints",
  caption: {
    label: "Caption",
    pause: "Pause",
    goOn: "Continue",
    tryAgain: "Try again",
    next: "Next step",
    again: "Start again",
    close: "Close",
    more: "Show all of it",
    finished: "Finished",
    place: (at, of, name) => `${at} of ${of}: ${name}`,
    tryNext: (advice) => `Try next: ${advice}`,
    takenOver: "You have taken over. Continue goes on from what the phone shows then.",
    late: (expected, seconds) =>
      `Expected: ${expected}. It has not come within ${seconds} seconds.`,
  },
  chat: {
    welcome: "Paste your API key to begin.",
    browse: "Browse",
    settings: "Settings",
    categories: "Categories",
    category: "Instagram ·",
    yourPrice: "Your price is beside each service.",
    service: "Instagram Followers ·",
    askLink: "Send the link to the post or profile",
    askQuantity: "How many?",
    preset: "1,000 ·",
    order: "Order for",
    orderId: "Order id:",
    lastCheck: "Last check:",
    completed: "Completed",
    home: "Home",
    myOrders: "My orders",
    activeOrders: "Active orders",
    finished: "Finished",
    finishedOrders: "Finished orders",
  },
  title: "A guided first order",
  missing: "Emma is not there. Reset brings the cast back.",
  steps: {
    hello: [
      "Say hello",
      "Emma opens the bot and sends /start. Nobody needs to sign up: a Serva key is all it takes.",
      "a welcome that asks for a key, or Home where one is linked already",
    ],
    copy: [
      "Copy the key",
      "Serva gives every customer an API key. In this demo Serva is the Provider panel, and Copy key takes it.",
    ],
    paste: [
      "Paste it into the chat",
      "The key can spend money, so the bot deletes the message that holds it and keeps it encrypted. The balance shows that it works.",
      "Home with the balance",
    ],
    browse: [
      "Browse",
      "A tap changes the message in place, as an app would. Nothing piles up in the chat.",
      "the list of categories",
    ],
    category: [
      "Pick a category",
      "Every service has its price beside it: this customer's own, with their discount.",
      "the services of the category, with prices",
    ],
    service: [
      "Pick a service",
      "A service tells its rate and its limits, and asks its first question at once.",
      "the question for a link",
    ],
    link: [
      "Send the link",
      "What is typed answers the question. A wrong link would be asked for again, and nothing lost.",
      "the question how many",
    ],
    quantity: [
      "Choose how many",
      "The usual quantities are buttons with their price. Any other number can be typed, in any digits.",
      "everything on one screen, to be confirmed",
    ],
    read: [
      "Read before it costs",
      "This screen is never skipped: the service, the link, the quantity, the total and what is left after it. Nothing has been spent.",
    ],
    order: [
      "Order",
      "One tap spends the money, once: a second tap, a second phone or a crash never make it two.",
      "the order's card, with its id at Serva",
    ],
    watch: [
      "Watch the card",
      "The message has become the order's card. It keeps itself up to date, without a sound.",
      "a first look at how the order runs",
    ],
    fly: [
      "Let time fly",
      "Orders take minutes to days. Here Serva's time can run sixty times as fast; so that nobody has to wait, Serva completes it.",
      "the end of the order at Serva",
    ],
    end: [
      "It ends",
      "Only now does the phone ring: a new message, as a reply to its card.",
      "the news of the end, as a reply to the card",
    ],
    result: [
      "What it says",
      "Completed, and what Serva shows as the charge. The bot says what Serva says, and no more.",
    ],
    home: [
      "Go home",
      "Home offers the same order again, at today's price.",
      "Home with the new balance",
    ],
    orders: [
      "My orders",
      "My orders keeps them all: what runs, and what has ended.",
      "the list of finished orders",
    ],
  },
  endedOtherwise:
    "This one had ended before Serva could complete it: like a real panel, this Serva lets some orders end otherwise. The bot says exactly what came and what Serva charges now.",
  end: "A first order, from the key to its end, with nothing but a chat.",
  advice:
    "the phone is yours, and everything you saw works by hand. Or let something go wrong, in one of the stories.",
};

const ARABIC = {
  language: "ar",
  direction: "rtl",
  person: "ليلى",
  link: "https://instagram.com/layla.kitchen",
  caption: {
    label: "الشرح",
    pause: "إيقاف مؤقت",
    goOn: "متابعة",
    tryAgain: "حاول مجددًا",
    next: "الخطوة التالية",
    again: "من البداية",
    close: "إغلاق",
    more: "عرض النص كاملًا",
    finished: "انتهت الجولة",
    place: (at, of, name) => `${at} من ${of}: ${name}`,
    tryNext: (advice) => `جرّب بعد ذلك: ${advice}`,
    takenOver: "الهاتف بين يديك الآن. زر «متابعة» يكمل مما يظهر على الهاتف حينها.",
    late: (expected, seconds) => `المنتظر: ${expected}. لم يظهر خلال ${seconds} ثانية.`,
  },
  chat: {
    welcome: "الصق مفتاح API لتبدأ.",
    browse: "تصفّح",
    settings: "الإعدادات",
    categories: "الفئات",
    category: "Instagram ·",
    yourPrice: "سعرك مكتوب بجانب كل خدمة.",
    service: "Instagram Followers ·",
    askLink: "أرسل رابط المنشور أو الحساب",
    askQuantity: "كم تريد؟",
    preset: "1,000 ·",
    order: "اطلب ب",
    orderId: "رقم الطلب لدى Serva:",
    lastCheck: "آخر تحقّق:",
    completed: "اكتمل",
    home: "الرئيسية",
    myOrders: "طلباتي",
    activeOrders: "الطلبات الجارية",
    finished: "المنتهية",
    finishedOrders: "الطلبات المنتهية",
  },
  title: "أول طلب، خطوة بخطوة",
  missing: "ليلى غير موجودة. زر Reset يعيد الجميع.",
  steps: {
    hello: [
      "التحية",
      "تفتح ليلى البوت وترسل \u2066/start\u2069. لا حاجة إلى تسجيل: يكفي مفتاح من Serva.",
      "ترحيب يطلب المفتاح، أو الصفحة الرئيسية إن كان هناك مفتاح مربوط",
    ],
    copy: [
      "نسخ المفتاح",
      "تعطي Serva كل عميل مفتاح API. في هذا العرض تمثّل لوحة Provider خدمة Serva، وزر Copy key ينسخ المفتاح.",
    ],
    paste: [
      "لصقه في المحادثة",
      "المفتاح يستطيع إنفاق المال، لذلك يحذف البوت الرسالة التي تحمله ويحفظه مشفّرًا. وظهور الرصيد يثبت أنه يعمل.",
      "الصفحة الرئيسية مع الرصيد",
    ],
    browse: [
      "التصفّح",
      "الضغطة تغيّر الرسالة في مكانها، كما في أي تطبيق. لا تتراكم الرسائل في المحادثة.",
      "قائمة الفئات",
    ],
    category: [
      "اختيار فئة",
      "بجانب كل خدمة سعرها: سعر هذه العميلة نفسها، بعد خصمها.",
      "خدمات الفئة مع أسعارها",
    ],
    service: [
      "اختيار خدمة",
      "تعرض الخدمة سعرها وحدودها، وتطرح أول سؤال مباشرة.",
      "السؤال عن الرابط",
    ],
    link: [
      "إرسال الرابط",
      "ما يُكتب هو جواب السؤال. لو كان الرابط خاطئًا لطُلب مجددًا دون أن يضيع شيء.",
      "السؤال عن الكمية",
    ],
    quantity: [
      "اختيار الكمية",
      "الكميات المعتادة أزرار عليها سعرها. ويمكن كتابة أي عدد آخر، بأي أرقام.",
      "كل التفاصيل في شاشة واحدة للتأكيد",
    ],
    read: [
      "القراءة قبل الدفع",
      "لا يمكن تخطي هذه الشاشة: الخدمة والرابط والكمية والمجموع وما سيبقى من الرصيد. لم يُنفَق شيء بعد.",
    ],
    order: [
      "الطلب",
      "ضغطة واحدة تنفق المال مرة واحدة: لا ضغطة ثانية ولا هاتف ثانٍ ولا انقطاع يجعلها مرتين.",
      "بطاقة الطلب وفيها رقمه لدى Serva",
    ],
    watch: [
      "متابعة البطاقة",
      "صارت الرسالة بطاقة الطلب، وهي تتجدّد وحدها بلا صوت.",
      "أول تحقّق من سير الطلب",
    ],
    fly: [
      "تسريع الوقت",
      "تستغرق الطلبات من دقائق إلى أيام. هنا يمكن أن يجري وقت Serva أسرع بستين مرة، وحتى لا ينتظر أحد تُكمل Serva الطلب بنفسها.",
      "انتهاء الطلب لدى Serva",
    ],
    end: [
      "نهاية الطلب",
      "الآن فقط يرن الهاتف: رسالة جديدة، ردًا على بطاقة الطلب.",
      "خبر انتهاء الطلب، ردًا على بطاقته",
    ],
    result: [
      "ماذا يقول البوت",
      "اكتمل الطلب، ومعه المبلغ الذي تعرضه Serva. يقول البوت ما تقوله Serva، لا أكثر.",
    ],
    home: [
      "العودة إلى الرئيسية",
      "تعرض الصفحة الرئيسية تكرار الطلب نفسه بسعر اليوم.",
      "الصفحة الرئيسية مع الرصيد الجديد",
    ],
    orders: [
      "طلباتي",
      "في «طلباتي» كل الطلبات: الجارية والمنتهية.",
      "قائمة الطلبات المنتهية",
    ],
  },
  endedOtherwise:
    "انتهى هذا الطلب قبل أن تُكمله Serva: كما في أي خدمة حقيقية، تنتهي بعض الطلبات هنا نهاية أخرى. يقول البوت ما حدث بالضبط وما تحسبه Serva الآن.",
  end: "أول طلب، من المفتاح إلى نهايته، بمحادثة فقط.",
  advice:
    "الهاتف لك، وكل ما رأيته يعمل بيدك. أو شاهد ما يحدث حين يتعطّل شيء، في إحدى القصص (بالإنجليزية).",
};

export const GUIDE = { en: ENGLISH, ar: ARABIC };
