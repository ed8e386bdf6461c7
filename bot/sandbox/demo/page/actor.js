/**
 * The hands and eyes of the tour and the stories, for one person: they act on the person's phone,
 * pull the demo's levers, and read what the chat shows. What to do with them, the scripts say.
 */

import { post } from "./api.js";
import { feed } from "./feed.js";

const PEOPLE = "/telegram/sandbox/people";
const SERVA = "/serva/sandbox";
const LOOK_AGAIN = 30;
const POINT = 450;
const APPEAR = 10_000;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

const RUNNING = new Set(["pending", "processing", "in progress"]);

/** What was waited for has not come. */
export class TooLate extends Error {}

export class Actor {
  /** Ends whatever waits, when somebody else takes over. */
  signal = new AbortController().signal;
  /** Everything is done without pauses for the eye. */
  fast = false;
  /** It has opened another panel than the tour's. */
  away = false;

  /** @param {import("./stage.js").Stage} stage @param {{id: number, name: string}} person */
  constructor(stage, person) {
    this.stage = stage;
    this.person = person;
  }

  /** The same hands for another play: what an older one still has under way, ends with its signal. */
  anew(signal, fast) {
    return Object.assign(new Actor(this.stage, this.person), this, { signal, fast });
  }

  // Eyes

  /** The account at Serva that has this person's name. */
  get account() {
    return feed.state.serva.accounts.find((account) => account.label === this.person.name);
  }

  /** Their orders at Serva, newest first. */
  get orders() {
    return feed.state.serva.orders.filter((order) => order.account === this.person.name);
  }

  /** Whether an order of theirs has come to an end at Serva. */
  ended(id) {
    const status = this.orders.find((order) => order.id === id)?.status;
    return status !== undefined && !RUNNING.has(status);
  }

  /** Their newest order, of which the page may hear a moment later than the chat does. */
  newestOrder() {
    return this.until(() => this.orders[0], APPEAR);
  }

  /** What the bot has said in their chat and not deleted, newest first. */
  get messages() {
    const chat = feed.state.chats.get(this.person.id)?.messages.values() ?? [];
    return [...chat]
      .filter((message) => message.from_bot)
      .sort((one, other) => other.message_id - one.message_id);
  }

  /** The newest message of the bot, if it contains all the texts. */
  sees(...texts) {
    const [newest] = this.messages;
    return newest && holds(newest, texts) ? newest : null;
  }

  /** The newest message of the bot that contains all the texts, wherever it stands. */
  told(...texts) {
    return this.messages.find((message) => holds(message, texts));
  }

  /** The newest button whose label is this or begins with it, as the bot wrote it, and its message. */
  button(label) {
    for (const message of this.messages) {
      const keys = message.rows.flat();
      const found =
        keys.find((key) => readable(key.text) === label) ??
        keys.find((key) => readable(key.text).startsWith(label));
      if (found) return { ...found, message_id: message.message_id };
    }
    return null;
  }

  /** Whether a fault of this kind waits for its call. */
  armed(kind) {
    return feed.state.serva.faults.some((fault) => fault.kind === kind);
  }

  // Hands, at the pace of a person

  get phone() {
    return this.stage.phoneOf(this.person.id);
  }

  /** Have the phone in sight, and the tour again where both have room. */
  turnToPhone() {
    if (this.away) this.stage.show("tour");
    this.away = false;
    this.stage.show("phone");
  }

  /** Type into their phone, and send. */
  async type(text) {
    this.turnToPhone();
    await this.phone.type(text, { human: !this.fast && !CALM.matches });
  }

  /** Tap a button on their phone; the phone itself would wait for one that is not there. */
  async tap(label) {
    this.turnToPhone();
    const { text } = this.#labelled(label);
    const { phone } = this;
    await (this.fast ? this.tapAtOnce(label) : phone.tap(text));
  }

  /** Press a button of a panel, by its accessible name. */
  async press(panel, name) {
    (await this.point(panel, name)).click();
  }

  /** Bring a button of a panel in sight, and point at it. */
  async point(panel, name) {
    this.stage.show(panel);
    this.away = true;
    const button = [...document.querySelectorAll(`#panel-${panel} button`)].find(
      (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
    );
    if (!button) throw new Error(`There is no button “${name}” in the ${panel} panel.`);
    button.closest("details:not([open])")?.setAttribute("open", "");
    button.scrollIntoView({ block: "center" });
    button.classList.add("pointed-at");
    await this.rest(this.fast ? 0 : POINT);
    setTimeout(() => button.classList.remove("pointed-at"), this.fast ? 0 : POINT);
    return button;
  }

  // Hands, at once

  /** Send a text without typing it; the message. */
  send(text) {
    return this.act("send", { text });
  }

  /** Tap a button without a finger. */
  tapAtOnce(label) {
    const { message_id, callback_data: data } = this.#labelled(label);
    return this.act("press", { message_id, data });
  }

  /** Something else that a person does: `block`, `unblock`, … */
  act(deed, body = {}) {
    return post(`${PEOPLE}/${this.person.id}/${deed}`, body);
  }

  /** Pull a lever of Serva's, such as `fault`. */
  serva(lever, body = {}) {
    return post(`${SERVA}/${lever}`, body);
  }

  /** Let Serva complete an order of theirs, unless it has ended. */
  async complete(id) {
    if (!this.ended(id)) await this.serva(`orders/${id}/finish`, { status: "completed" });
  }

  /** Change their account at Serva. */
  bank(change) {
    return this.serva(`accounts/${encodeURIComponent(this.person.name)}`, change);
  }

  #labelled(label) {
    const key = this.button(label);
    if (!key) throw new Error(`There is no button “${label}” in the chat.`);
    return key;
  }

  // Patience

  /** Wait until `look(this)` finds something, and return it; raises TooLate. */
  async until(look, patience) {
    const end = performance.now() + patience;
    for (;;) {
      this.signal.throwIfAborted();
      const found = look(this);
      if (found) return found;
      if (performance.now() > end) throw new TooLate();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  /** Let so many milliseconds pass. */
  async rest(ms) {
    const end = performance.now() + ms;
    await this.until(() => performance.now() >= end, Infinity);
  }
}

/** Somebody new, whose language is English, with an account of the same name at Serva. */
export async function newcomer(stage, name, balance) {
  const taken = new Set(feed.state.serva.accounts.map((account) => account.label));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
  await post(`${SERVA}/accounts`, { balance, discount: "0", label: free });
  const person = await post(PEOPLE, { name: free, language_code: "en" });
  const actor = new Actor(stage, { id: person.id, name: free });
  await actor.until(() => actor.account && feed.state.people.has(person.id), APPEAR);
  return actor;
}

/** A text as an eye reads it: without marks of direction, every space an ordinary one. */
function readable(text) {
  return text.replace(UNREAD, "").replace(SPACES, " ");
}

const UNREAD = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
const SPACES = /[\u00a0\u202f]/g;

function holds(message, texts) {
  const text = readable(message.text);
  return texts.every((part) => text.includes(part));
}
