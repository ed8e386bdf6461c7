/**
 * The phone's own words and dates, in the person's language; a language without words reads
 * English. What the bot says is never translated here.
 */

const ENGLISH = {
  bot: "bot",
  typing: "typing…",
  connecting: "connecting…",
  behind: "updating…",
  message: "Message",
  send: "Send",
  save: "Save",
  start: "Start",
  unblock: "Unblock",
  block: "Block bot",
  commands: "Menu",
  attach: "Attach",
  photo: "Photo",
  sticker: "Sticker",
  textFile: "Text file",
  file: "File",
  download: "Download",
  reply: "Reply",
  copyText: "Copy text",
  edit: "Edit",
  remove: "Delete",
  removeAsk: "Delete this message?",
  removeBoth: "It is deleted for you and for the bot.",
  cancel: "Cancel",
  open: "Open",
  openAsk: "Open this link?",
  ok: "OK",
  copied: "Copied to clipboard",
  copy: "Copy",
  edited: "edited",
  silent: "sent without sound",
  you: "You",
  editing: "Edit message",
  deleted: "Deleted message",
  spoiler: "Spoiler, tap to reveal",
  more: "More",
  newest: "Newest message",
  empty: "No messages here yet",
  buttons: "Buttons",
  chat: "Chat",
  today: "Today",
  tooLong: "A message has at most 4,096 characters.",
  other: "A message that this phone can not show",
};

const ARABIC = {
  bot: "بوت",
  typing: "يكتب…",
  connecting: "جارٍ الاتصال…",
  behind: "جارٍ التحديث…",
  message: "رسالة",
  send: "إرسال",
  save: "حفظ",
  start: "ابدأ",
  unblock: "إلغاء الحظر",
  block: "حظر البوت",
  commands: "القائمة",
  attach: "إرفاق",
  photo: "صورة",
  sticker: "ملصق",
  textFile: "ملف نصي",
  file: "ملف",
  download: "تنزيل",
  reply: "رد",
  copyText: "نسخ النص",
  edit: "تعديل",
  remove: "حذف",
  removeAsk: "حذف هذه الرسالة؟",
  removeBoth: "ستُحذف لديك ولدى البوت.",
  cancel: "إلغاء",
  open: "فتح",
  openAsk: "فتح هذا الرابط؟",
  ok: "حسنًا",
  copied: "نُسخ إلى الحافظة",
  copy: "نسخ",
  edited: "معدّلة",
  silent: "أُرسلت بلا صوت",
  you: "أنت",
  editing: "تعديل الرسالة",
  deleted: "رسالة محذوفة",
  spoiler: "نص مخفي، المس لإظهاره",
  more: "المزيد",
  newest: "أحدث رسالة",
  empty: "لا توجد رسائل هنا بعد",
  buttons: "الأزرار",
  chat: "المحادثة",
  today: "اليوم",
  tooLong: "لا تزيد الرسالة على 4096 حرفًا.",
  other: "رسالة لا يستطيع هذا الهاتف عرضها",
};

const RIGHT_TO_LEFT = /^(ar|fa|he|iw|ps|ur|ckb|sd|ug|yi|dv)\b/i;

/** Everything the phone needs to know of a language; any code will do, also a wrong one. */
export class Words {
  constructor(language) {
    this.language = language;
    this.dir = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
    this.say = /^ar\b/i.test(language) ? ARABIC : ENGLISH;
    // Arabic people here read western digits unless they ask the bot for others.
    this.locale = `${known(language)}-u-nu-latn`;
    this.clock = this.#format({ hour: "2-digit", minute: "2-digit" });
    this.day = this.#format({ day: "numeric", month: "long" });
    this.whole = this.#format({ dateStyle: "full", timeStyle: "medium" });
    this.relative = new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" });
  }

  #format(options) {
    return new Intl.DateTimeFormat(this.locale, { hourCycle: "h23", ...options });
  }

  /** "12:01" in the viewer's zone. */
  time(seconds) {
    return this.clock.format(seconds * 1000);
  }

  /** "Today", or the day and month. */
  date(seconds) {
    const day = new Date(seconds * 1000);
    return day.toDateString() === new Date().toDateString() ? this.say.today : this.day.format(day);
  }

  /**
   * A moment as a date-time entity asks for it: `r` relative, else any of `w` day of the week,
   * `d`/`D` short or long date, `t`/`T` short or long time (Bot API 9.5).
   */
  moment(seconds, letters) {
    if (letters === "r") return this.ago(seconds);
    const options = Object.assign({}, ...[...letters].map((letter) => MOMENTS[letter]));
    return this.#format(options).format(seconds * 1000);
  }

  /** "5 minutes ago", "in 2 hours". */
  ago(seconds) {
    const passed = seconds - Math.floor(Date.now() / 1000);
    const [unit, length] = UNITS.find(([, size]) => Math.abs(passed) >= size) ?? ["second", 1];
    return this.relative.format(Math.trunc(passed / length), unit);
  }
}

const MOMENTS = {
  w: { weekday: "long" },
  d: { day: "2-digit", month: "2-digit", year: "2-digit" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** The language if the browser knows it: a code comes from outside, and Intl throws at a wrong one. */
function known(language) {
  try {
    return new Intl.Locale(language).language;
  } catch {
    return "en";
  }
}
