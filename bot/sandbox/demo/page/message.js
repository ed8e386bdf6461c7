/**
 * One message of the chat. Its element lives as long as the message does: an edit changes only
 * what is different, so nothing flickers and nobody loses their place.
 */

import { el } from "./dom.js";
import { formatted, runsRightToLeft } from "./entities.js";
import { icon } from "./icons.js";
import { showRows } from "./keyboard.js";

const PREVIEW = 160;
const TO_PRESS = "a, button, [role=button]";

export class MessageView {
  #inReach = false;

  /** @param hands what taps inside it do, the `words`, and `nameOf`, `find`, `jumpTo` for replies */
  constructor(message, hands) {
    this.hands = hands;
    this.message = {};
    this.quote = el("button", { type: "button", class: "quote", hidden: true });
    this.quote.addEventListener("click", () => hands.jumpTo(this.message.reply_to));
    this.media = el("div", { class: "media", hidden: true });
    this.text = el("div", { class: "text" });
    this.meta = el("span", { class: "meta", "aria-hidden": "true" });
    this.bubble = el("div", { class: "bubble" }, this.quote, this.media, this.text);
    this.keyboard = el("div", {
      class: "keys",
      role: "group",
      "aria-label": hands.words.say.buttons,
      hidden: true,
    });
    this.element = el("article", { class: "message", tabindex: "-1" }, this.bubble, this.keyboard);
    this.element.classList.add(message.from_bot ? "from-bot" : "own");
    this.element.dataset.id = message.message_id;
    this.update(message);
  }

  /** Show the message as it is now. */
  update(message) {
    const before = this.message;
    this.message = message;
    const changed = (...names) => names.some((name) => differ(before[name], message[name]));
    if (changed("media")) this.#showMedia();
    if (changed("text", "entities")) this.#showText();
    if (changed("rows")) this.#showKeyboard();
    if (changed("reply_to")) this.refreshQuote();
    if (changed("date", "edited", "silent", "rows")) this.#showMeta();
    if (changed("media", "text", "entities", "rows")) this.bringInReach(this.#inReach);
  }

  /** Whether Tab reaches what is in it. */
  bringInReach(yes) {
    this.#inReach = yes;
    for (const one of this.element.querySelectorAll(TO_PRESS)) one.tabIndex = yes ? 0 : -1;
  }

  /** Whether it is the first in its run of messages by one sender. */
  opens(yes) {
    this.element.classList.toggle("opens", yes);
  }

  /** Whether it is the last in its run. */
  ends(yes) {
    this.element.classList.toggle("ends", yes);
  }

  /** Its first words, as a reply quotes them. */
  get preview() {
    const { text, media } = this.message;
    const [kind] = Object.keys(media);
    const { say } = this.hands.words;
    const names = { photo: say.photo, sticker: say.sticker, document: media.document?.file_name };
    return text.slice(0, PREVIEW).replace(/\s+/g, " ") || names[kind] || say.file;
  }

  /** Quote the message that this one answers, as it reads now. */
  refreshQuote() {
    const { reply_to: number } = this.message;
    this.quote.hidden = number == null;
    if (number == null) return;
    const original = this.hands.find(number);
    const name = original ? this.hands.nameOf(original.message) : "";
    this.quote.replaceChildren(
      el("bdi", { class: "quote-name" }, name),
      el("span", { class: "quote-text", dir: "auto" }, original?.preview ?? this.hands.words.say.deleted),
    );
  }

  #showText() {
    const { text, entities } = this.message;
    this.text.replaceChildren(formatted(text, entities ?? [], this.hands), this.meta);
    this.text.classList.toggle("rtl", runsRightToLeft(text));
    this.bubble.classList.toggle("wordless", !text);
  }

  #showKeyboard() {
    const held = this.keyboard.contains(document.activeElement);
    showRows(this.keyboard, this.message.rows);
    this.element.classList.toggle("keyed", !this.keyboard.hidden);
    // The pressed button may be gone; the keyboard's user stays at the message.
    if (held && !this.keyboard.contains(document.activeElement)) {
      this.element.focus({ preventScroll: true });
    }
  }

  #showMeta() {
    const { message } = this;
    const { say } = this.hands.words;
    const time = this.hands.words.time(message.date);
    // As in Telegram, a bot's screen with buttons may change without being called edited.
    const edited = message.edited > 0 && !(message.from_bot && message.rows.length);
    this.meta.replaceChildren(
      message.silent ? icon("silent") : "",
      edited ? `${say.edited} ${time}` : time,
      message.from_bot ? "" : icon("ticks"),
    );
    const said = [this.hands.nameOf(message), edited && say.edited, message.silent && say.silent];
    this.element.setAttribute("aria-label", [...said, time].filter(Boolean).join(", "));
  }

  #showMedia() {
    const { media } = this.message;
    const shown = show(media ?? {}, this.hands.words.say);
    this.media.replaceChildren(...(shown ? [shown] : []));
    this.media.hidden = !shown;
    this.bubble.classList.toggle("sticker", Boolean(media?.sticker));
    this.bubble.classList.toggle("photo", Boolean(media?.photo));
  }
}

/** Messages are new objects at every event, so their parts are compared by what they hold. */
const differ = (one, other) => one !== other && JSON.stringify(one) !== JSON.stringify(other);

function show(media, say) {
  if (media.photo) return photo(media.photo.at(-1), say);
  if (media.document) return file(media.document, say);
  if (media.sticker) {
    const looks = { class: "sticker-face", role: "img", "aria-label": say.sticker };
    return el("span", looks, media.sticker.emoji ?? "");
  }
  return Object.keys(media).length ? el("em", {}, say.other) : null;
}

const address = (id) => `/demo/files/${encodeURIComponent(id)}`;

/** A stand-in's photo may be no picture at all; then a drawn frame stands for it. */
function photo(size, say) {
  const image = el("img", { src: address(size.file_id), alt: say.photo, decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(frame(say)));
  return image;
}

function frame(say) {
  return el("span", { class: "photo-frame", role: "img", "aria-label": say.photo }, icon("photo"));
}

function file(document, say) {
  const name = document.file_name || say.file;
  return el(
    "a",
    {
      class: "file",
      href: address(document.file_id),
      download: name,
      "aria-label": `${say.download}: ${name}`,
    },
    el("span", { class: "file-sign" }, icon("file")),
    el(
      "span",
      { class: "file-words" },
      el("bdi", { class: "file-name" }, name),
      el("span", { class: "file-size", dir: "ltr" }, size(document.file_size)),
    ),
  );
}

function size(bytes = 0) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
