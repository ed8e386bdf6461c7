/**
 * One person's phone with the chat open: what they see is what the feed says, what they do goes
 * to the stand-in for Telegram, as a hand's tap or as the tour's.
 */

import { post } from "./api.js";
import { Chat } from "./chat.js";
import { Composer, pointOf } from "./composer.js";
import { copy, el, setText } from "./dom.js";
import { feed } from "./feed.js";
import { icon } from "./icons.js";
import { isSpinning, keyOf, settle, spin } from "./keyboard.js";
import { placeOnThisPage, safeLink } from "./links.js";
import { Sheets } from "./sheets.js";
import { Words } from "./words.js";

const TYPING = 5000;
const LONGEST_SPINNER = 30_000;
const REMEMBERED_ANSWERS = 50;
const A_KEYSTROKE = 35;
const LONGEST_TYPING = 900;
const POINTING = 650;
const LOOK_AGAIN = 40;
const TINTS = 7;

export class Phone {
  #device;
  #endings;
  #epoch = "";
  #frozen = false;
  #typing = 0;
  #seenTyping = 0;
  #waiting = new Map();
  #answers = new Map();

  /**
   * @param {HTMLElement} root emits "phone:tap" {label, data, message_id} and "phone:send" {text}
   *   when a person does it, not when the tour does
   * @param {{person: number, device?: number}} options
   */
  constructor(root, { person, device = 1 }) {
    this.root = root;
    this.#device = device;
    this.element = el("section", { class: "phone" });
    root.append(this.element);
    this.show(person);
    const clock = setInterval(() => this.chat.refreshTimes(), 1000);
    this.#endings = [
      () => clearInterval(clock),
      feed.on("hello", (event) => this.#hello(event)),
      feed.on("people", () => this.#showPerson()),
      feed.on("chat", (event) => this.#hear(event)),
      feed.on("tap", (event) => this.#answered(event)),
      feed.on("connected", () => this.#showStatus()),
      feed.on("disconnected", () => this.#showStatus()),
    ];
  }

  /** Put the phone into another person's hand. */
  show(person) {
    this.person = person;
    this.#build(new Words(this.#owner.language));
    const chat = feed.state.chats.get(person);
    this.#seenTyping = chat?.typing ?? 0;
    if (chat) this.chat.showAll(chat.messages);
    this.#showPerson();
  }

  /** Take the phone off the page. */
  destroy() {
    this.#endings.forEach((end) => end());
    this.chat.destroy();
    this.element.remove();
  }

  /** A device that is behind: it keeps showing what it showed, and its taps go through. */
  freeze(on) {
    this.#frozen = on;
    const chat = feed.state.chats.get(this.person);
    if (!on && chat) this.chat.showAll(chat.messages);
    this.#showPerson();
  }

  /** The newest button with this label, else the newest whose label begins so; null without. */
  find(label) {
    const wanted = readable(label);
    const buttons = [...this.chat.buttons()];
    const labelled = (fits) => buttons.find((button) => fits(readable(keyOf(button).text)));
    return (
      labelled((text) => text === wanted) ?? labelled((text) => text.startsWith(wanted)) ?? null
    );
  }

  /** Point at a button and press it, waiting for it to appear; Error when it does not in time. */
  async tap(label, { patience = 5000 } = {}) {
    await this.highlight(await this.#await(label, patience));
    // The screen may have changed under the finger.
    const button = await this.#await(label, patience);
    await this.#press(button, this.chat.find(numberOf(button)), false);
  }

  /** Write into the composer, letter by letter when it should look `human`, and send. */
  async type(text, { human = true } = {}) {
    if (text === "/start" && this.#mode === "start") {
      await this.highlight(this.composer.single);
    } else {
      this.composer.become("compose");
      const pause = Math.min(A_KEYSTROKE, LONGEST_TYPING / text.length);
      for (let at = 1; human && at < text.length; at++) {
        this.composer.write(text.slice(0, at));
        await sleep(pause);
      }
    }
    this.composer.write(text);
    await this.composer.submit(false);
  }

  /** Point at something on the phone for a moment. */
  async highlight(element) {
    element.scrollIntoView({ block: "nearest" });
    element.classList.add("pointed");
    await sleep(POINTING);
    element.classList.remove("pointed");
  }

  get #owner() {
    return feed.state.people.get(this.person) ?? { name: "", language: "", standing: "", commands: {} };
  }

  get #mode() {
    const { standing } = this.#owner;
    if (standing === "kicked") return "unblock";
    if (standing === "deactivated") return "none";
    return standing === "stranger" && this.chat.isEmpty ? "start" : "compose";
  }

  #build(words) {
    this.words = words;
    this.sheets?.close();
    this.chat?.destroy();
    this.#waiting.clear();
    clearTimeout(this.#typing);
    this.#typing = 0;
    const screen = el("div", { class: "screen" });
    this.sheets = new Sheets(screen, words);
    const hands = this.#hands();
    this.chat = new Chat(hands);
    this.composer = new Composer(hands);
    screen.append(this.#header(), this.chat.element, this.composer.element);
    this.element.replaceChildren(screen, this.sheets.toasts, this.sheets.layer);
    this.element.lang = words.language || "en";
    this.element.dir = words.dir;
  }

  /** What the parts of the phone may do, and know of each other. */
  #hands() {
    const act = (name, body) => this.#act(name, body);
    return {
      words: this.words,
      nameOf: (message) => (message.from_bot ? this.#botName : this.words.say.you),
      find: (number) => this.chat.find(number),
      jumpTo: (number) => this.chat.jumpTo(number),
      press: (button, view) => this.#press(button, view, true),
      openMenu: (view, point) => this.#openMenu(view, point),
      menu: (...all) => this.sheets.menu(...all),
      toast: (text) => this.sheets.toast(text),
      copy: (text) => this.#copy(text),
      openLink: (url) => this.#openLink(url),
      send: (written) => this.#send(written),
      sendCommand: (text) => this.#send({ text, about: null, human: true }),
      commands: () => this.#owner.commands,
      attach: (kind, body) => act(kind, body),
      act: (mode) => (mode === "start" ? this.#send({ text: "/start", human: true }) : act(mode)),
    };
  }

  #header() {
    const { say } = this.words;
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
    this.title = el("bdi", {});
    this.status = el("span", { class: "status" });
    const more = el(
      "button",
      { type: "button", class: "round", "aria-label": say.more, "aria-haspopup": "menu" },
      icon("more"),
    );
    more.addEventListener("click", () => this.#openMore(more));
    return el(
      "header",
      { class: "head" },
      this.avatar,
      el("div", { class: "names" }, el("h2", {}, this.title), this.status),
      more,
    );
  }

  get #botName() {
    return visible(feed.state.hello?.bot.name) || "Bot";
  }

  #hello(event) {
    if (this.#epoch && this.#epoch !== event.epoch) this.#forget();
    this.#epoch = event.epoch;
  }

  /** Everything began anew, and message numbers now mean other messages. */
  #forget() {
    this.sheets.close();
    this.composer.forget();
    this.chat.clear();
    this.#waiting.clear();
    this.#answers.clear();
    this.#seenTyping = 0;
  }

  #showPerson() {
    const { name, language } = this.#owner;
    // The person may have been unknown so far, so that the phone did not know its language.
    if (language && language !== this.words.language) return this.show(this.person);
    const shown = visible(name) || String(this.person);
    const device = this.#device > 1 ? `, device ${this.#device}` : "";
    this.element.setAttribute("aria-label", `Phone of ${shown}${device}`);
    setText(this.title, this.#botName);
    setText(this.avatar, [...this.#botName][0]);
    this.avatar.dataset.tint = (feed.state.hello?.bot.id ?? 0) % TINTS;
    this.composer.become(this.#mode);
    this.#showStatus();
  }

  #showStatus() {
    const { say } = this.words;
    const live = this.#typing ? say.typing : say.bot;
    const behind = this.#frozen ? say.behind : feed.state.connected ? "" : say.connecting;
    setText(this.status, behind || live);
    this.status.classList.toggle("busy", !behind && this.#typing > 0);
    this.element.classList.toggle("frozen", this.#frozen);
  }

  #hear(event) {
    if (event.id !== this.person || this.#frozen) return;
    if (event.whole) this.chat.showAll(feed.state.chats.get(event.id).messages);
    else this.chat.patch(event.messages, event.gone);
    event.gone.forEach((number) => this.composer.forget(number));
    const spoke = event.messages.some((message) => message.from_bot);
    this.#hearTyping(event.typing > this.#seenTyping && !event.whole, spoke);
    this.#seenTyping = event.typing;
    this.composer.become(this.#mode);
  }

  #hearTyping(more, spoke) {
    if (!more && !spoke) return;
    clearTimeout(this.#typing);
    const stop = () => {
      this.#typing = 0;
      this.#showStatus();
    };
    this.#typing = spoke ? 0 : setTimeout(stop, TYPING);
    this.#showStatus();
  }

  async #press(button, view, human) {
    const key = keyOf(button);
    if (isSpinning(button)) return;
    const { message_id } = view.message;
    if (human) this.#emit("phone:tap", { label: key.text, data: key.callback_data, message_id });
    if (key.copy_text) await this.#copy(key.copy_text.text);
    else if (key.url) this.#openLink(safeLink(key.url));
    else if (key.callback_data) await this.#call(button, key, message_id);
  }

  /** The tap goes to the bot; the spinner turns until the bot says that it has heard it. */
  async #call(button, key, message_id) {
    spin(button);
    const sent = await this.#act("press", { message_id, data: key.callback_data });
    const answer = sent && this.#answers.get(sent.callback_query_id);
    if (!sent || answer) {
      settle(button, key);
      if (answer) this.#sayAnswer(answer);
      return;
    }
    this.#waiting.set(sent.callback_query_id, { button, key });
    setTimeout(() => settle(button, key), LONGEST_SPINNER);
  }

  #answered(event) {
    if (event.chat !== this.person || !event.answered) return;
    const tap = this.#waiting.get(event.id);
    if (!tap) {
      // It may be the answer to a tap whose number is still on its way here.
      this.#answers.set(event.id, event);
      if (this.#answers.size > REMEMBERED_ANSWERS) this.#answers.delete(this.#answers.keys().next().value);
      return;
    }
    this.#waiting.delete(event.id);
    settle(tap.button, tap.key);
    this.#sayAnswer(event);
  }

  #sayAnswer({ text, alert, url }) {
    if (url) this.#openLink(safeLink(url));
    if (text) alert ? this.sheets.alert(text) : this.sheets.toast(text);
  }

  async #send({ text, about, human }) {
    if (human) this.#emit("phone:send", { text });
    this.chat.toEnd();
    const message_id = about?.view.message.message_id;
    if (about?.kind === "edit") return this.#act("edit", { message_id, text });
    return this.#act("send", about ? { text, reply_to: message_id } : { text });
  }

  /** What the person does, told to the stand-in; null, and a toast, when it can not be done. */
  async #act(name, body = {}) {
    try {
      return await post(`/telegram/sandbox/people/${this.person}/${name}`, body);
    } catch (error) {
      this.sheets.toast(error.message);
      return null;
    }
  }

  async #copy(text) {
    try {
      await copy(text);
      this.sheets.toast(this.words.say.copied);
    } catch (error) {
      this.sheets.toast(error.message);
    }
  }

  /** Telegram asks before it leaves; a place on this very page is no leaving. */
  async #openLink(url) {
    if (!url) return;
    const place = placeOnThisPage(url);
    if (place) {
      location.hash = place;
      return;
    }
    const { say } = this.words;
    const question = { title: say.openAsk, text: url, address: true, ok: say.open, cancel: say.cancel };
    if (await this.sheets.ask(question)) window.open(url, "_blank", "noopener,noreferrer");
  }

  #openMenu(view, point) {
    const { say } = this.words;
    const { text, from_bot } = view.message;
    const turn = (kind) => () => this.composer.turnTo({ kind, view });
    const items = [
      { icon: "reply", label: say.reply, act: turn("reply") },
      text && { icon: "copy", label: say.copyText, act: () => this.#copy(text) },
      !from_bot && text && { icon: "edit", label: say.edit, act: turn("edit") },
      { icon: "remove", label: say.remove, danger: true, act: () => this.#remove(view) },
    ];
    this.sheets.menu(say.more, items.filter(Boolean), point);
  }

  async #remove(view) {
    const { say } = this.words;
    const { message_id } = view.message;
    const question = {
      title: say.removeAsk,
      text: say.removeBoth,
      ok: say.remove,
      cancel: say.cancel,
      danger: true,
    };
    if (await this.sheets.ask(question)) await this.#act("delete", { message_id });
  }

  #openMore(button) {
    const { say } = this.words;
    const blocked = this.#owner.standing === "kicked";
    const item = blocked
      ? { icon: "block", label: say.unblock, act: () => this.#act("unblock") }
      : { icon: "block", label: say.block, danger: true, act: () => this.#act("block") };
    this.sheets.menu(say.more, [item], pointOf(button));
  }

  #emit(kind, detail) {
    this.root.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail }));
  }

  async #await(label, patience) {
    const end = Date.now() + patience;
    for (;;) {
      const button = this.find(label);
      if (button) return button;
      if (Date.now() > end) throw new Error(`There is no button “${label}” on the phone.`);
      await sleep(LOOK_AGAIN);
    }
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const numberOf = (button) => Number(button.closest(".message").dataset.id);

/** Marks of direction are not read, and a no-break space is a space. */
const readable = (text) =>
  text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "").replace(/[\u00a0\u202f]/g, " ");

/** A name that can be seen: one of nothing but invisible characters is none. */
function visible(name = "") {
  return /[^\p{C}\p{Z}\p{M}]/u.test(name) ? name : "";
}
