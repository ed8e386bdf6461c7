/**
 * The messages of one chat, oldest on top. It stays at the newest one unless the reader has
 * scrolled up, and touches only what has changed.
 */

import { el } from "./dom.js";
import { refreshTimes } from "./entities.js";
import { icon } from "./icons.js";
import { MessageView } from "./message.js";

const NEAR_THE_END = 48;
const LONG_PRESS = 450;
const AFTER_THE_LIFT = 250;
const SLIP_OF_A_FINGER = 10;
const ONE_RUN = 15 * 60;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Chat {
  #views = new Map();
  #dateLines = new Map();
  #atEnd = true;
  #top = 0;
  #unread = 0;
  #scrolling = false;
  #newest = null;
  #inReach = new Set();
  #held = null;
  #sizes = new ResizeObserver(() => this.#atEnd && this.toEnd());

  /** @param hands as for `MessageView`, with press(button, view) and openMenu(view, point) */
  constructor(hands) {
    this.hands = hands;
    const { say } = hands.words;
    this.intro = el("div", { class: "intro", dir: "auto" }, say.empty);
    this.log = el(
      "div",
      // Edits are how a bot speaks, so changed words are read aloud as well as new ones.
      {
        class: "messages",
        role: "log",
        "aria-live": "polite",
        "aria-relevant": "additions text",
        "aria-label": say.chat,
      },
    );
    this.scroller = el("div", { class: "scroller" }, this.intro, this.log);
    this.count = el("span", { class: "count", hidden: true });
    this.down = el(
      "button",
      { type: "button", class: "down", "aria-label": say.newest, hidden: true },
      icon("down"),
      this.count,
    );
    this.element = el("div", { class: "chat" }, this.scroller, this.down);
    this.#listen();
    this.#sizes.observe(this.scroller);
    this.#sizes.observe(this.log);
  }

  /** Show exactly these messages. */
  showAll(messages) {
    const gone = [...this.#views.keys()].filter((number) => !messages.has(number));
    const fresh = this.#views.size === 0;
    this.patch(messages.values(), gone, { quiet: true });
    if (fresh) this.toEnd();
  }

  /** Show new and changed messages, and take away those that are gone. */
  patch(messages, gone, { quiet = false } = {}) {
    for (const number of gone) this.#remove(number, quiet);
    for (const message of messages) this.#put(message, quiet);
    this.#arrange();
    this.intro.hidden = this.#views.size > 0;
    this.#showUnread();
    this.#keepEnd();
  }

  /** Forget everything. */
  clear() {
    this.#views.clear();
    this.#dateLines.clear();
    this.log.replaceChildren();
    this.#unread = 0;
    this.patch([], []);
  }

  /** End what would outlive the chat. */
  destroy() {
    this.#sizes.disconnect();
  }

  get isEmpty() {
    return this.#views.size === 0;
  }

  /** The view of a message, undefined when it is not here. */
  find(number) {
    return this.#views.get(number);
  }

  /** Every button, those of the newest message first. */
  *buttons() {
    for (const view of [...this.#views.values()].reverse()) {
      yield* view.keyboard.querySelectorAll("button");
    }
  }

  /** Go to the newest message. */
  toEnd(smooth = false) {
    this.#atEnd = true;
    const behavior = smooth && !calm.matches ? "smooth" : "instant";
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }

  /** Show a message, and where it is. */
  jumpTo(number) {
    const view = this.#views.get(number);
    if (!view) return;
    view.element.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
    view.element.classList.remove("found");
    requestAnimationFrame(() => view.element.classList.add("found"));
  }

  /** Relative times grow older. */
  refreshTimes() {
    refreshTimes(this.log, this.hands.words);
  }

  #put(message, quiet) {
    const known = this.#views.get(message.message_id);
    if (known) {
      known.update(message);
      this.#requote(message.message_id);
      return;
    }
    const view = new MessageView(message, this.hands);
    if (!quiet) view.element.classList.add("arrives");
    if (!quiet && message.from_bot && !this.#atEnd) this.#unread += 1;
    this.#insert(message.message_id, view);
  }

  /** Messages come in the order of their numbers; one that does not is put where it belongs. */
  #insert(number, view) {
    const later = [...this.#views.keys()].find((other) => other > number);
    this.#views.set(number, view);
    if (later === undefined) {
      this.log.append(view.element);
      return;
    }
    this.#views.get(later).element.before(view.element);
    this.#views = new Map([...this.#views].sort(([one], [other]) => one - other));
  }

  #remove(number, quiet) {
    const view = this.#views.get(number);
    if (!view) return;
    this.#views.delete(number);
    this.#dateLines.get(number)?.remove();
    this.#dateLines.delete(number);
    this.#requote(number);
    if (quiet || calm.matches) view.element.remove();
    else vanish(view.element);
  }

  #requote(number) {
    for (const view of this.#views.values()) {
      if (view.message.reply_to === number) view.refreshQuote();
    }
  }

  /** Runs of one sender's messages stand together, and every day begins with its date. */
  #arrange() {
    let before = null;
    for (const view of this.#views.values()) {
      const opens = !before || !sameRun(before.message, view.message);
      view.opens(opens);
      before?.ends(opens);
      this.#date(view, before);
      before = view;
    }
    before?.ends(true);
    this.#keepTabStops();
  }

  #date(view, before) {
    const { date, message_id: number } = view.message;
    const line = this.#dateLines.get(number);
    const wanted = !before || day(before.message.date) !== day(date);
    if (wanted && !line) {
      const fresh = el("div", { class: "date" }, el("span", {}, this.hands.words.date(date)));
      this.#dateLines.set(number, fresh);
      view.element.before(fresh);
    } else if (!wanted && line) {
      line.remove();
      this.#dateLines.delete(number);
    }
  }

  /**
   * Tab reaches the newest message, and its menu, and what is in the newest one with buttons; the
   * arrow keys go on to the others, and what is in one of those is reached from there.
   */
  #keepTabStops() {
    const views = [...this.#views.values()];
    const newest = views.at(-1) ?? null;
    if (this.#newest !== newest) {
      if (this.#newest) this.#newest.element.tabIndex = -1;
      if (newest) newest.element.tabIndex = 0;
      this.#newest = newest;
    }
    const keyed = views.findLast((view) => !view.keyboard.hidden);
    const inReach = new Set([newest, keyed, this.#held].filter(Boolean));
    for (const view of this.#inReach) if (!inReach.has(view)) view.bringInReach(false);
    for (const view of inReach) if (!this.#inReach.has(view)) view.bringInReach(true);
    this.#inReach = inReach;
  }

  /** The message that has the focus, or none. */
  #hold(view) {
    if (view === this.#held) return;
    this.#held = view;
    this.#keepTabStops();
  }

  /** Once for all that one frame of the feed brings, right before it is painted. */
  #keepEnd() {
    if (!this.#atEnd || this.#scrolling) return;
    this.#scrolling = true;
    queueMicrotask(() => {
      this.#scrolling = false;
      this.toEnd();
    });
  }

  #showUnread() {
    if (this.#atEnd) this.#unread = 0;
    this.down.hidden = this.#atEnd;
    this.count.hidden = this.#unread === 0;
    this.count.textContent = this.#unread;
  }

  #listen() {
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.down.addEventListener("click", () => this.toEnd(true));
    this.log.addEventListener("click", (event) => {
      const button = event.target.closest(".tap");
      if (button) this.hands.press(button, this.#viewOf(button));
    });
    this.log.addEventListener("keydown", (event) => this.#key(event));
    this.log.addEventListener("focusin", ({ target }) => this.#hold(this.#viewOf(target)));
    this.log.addEventListener("focusout", (event) => this.#hold(this.#viewOf(event.relatedTarget)));
    // Else it would move again whenever the phone comes back in sight.
    this.log.addEventListener("animationend", ({ target }) => target.classList.remove("arrives"));
    this.log.addEventListener("contextmenu", (event) => this.#contextMenu(event));
    this.log.addEventListener("pointerdown", (event) => this.#touched(event));
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (!clientHeight) return;
    // This may come late, when more has been written below: only going up is leaving the end.
    const stays = this.#atEnd && scrollTop >= this.#top;
    this.#atEnd = stays || scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    this.#top = scrollTop;
    this.#showUnread();
  }

  #viewOf(element) {
    return this.#views.get(Number(element?.closest?.(".message")?.dataset.id));
  }

  #key(event) {
    const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const message = event.target.closest(".message");
    if (!step || !message) return;
    event.preventDefault();
    let next = message[step];
    while (next && !next.matches(".message")) next = next[step];
    next?.focus();
  }

  /** By right click, by the Menu key or Shift+F10, on some phones by a long press. */
  #contextMenu(event) {
    const view = this.#viewOf(event.target);
    if (!view) return;
    event.preventDefault();
    this.hands.openMenu(view, pointOf(event));
  }

  #touched(event) {
    const view = event.pointerType === "mouse" ? null : this.#viewOf(event.target);
    if (!view) return;
    const begin = pointOf(event);
    const timer = setTimeout(() => {
      addEventListener("click", swallow, true);
      this.hands.openMenu(view, begin);
    }, LONG_PRESS);
    const lifted = new AbortController();
    const lift = () => {
      clearTimeout(timer);
      lifted.abort();
      setTimeout(() => removeEventListener("click", swallow, true), AFTER_THE_LIFT);
    };
    const move = ({ clientX, clientY }) => {
      if (Math.hypot(clientX - begin.x, clientY - begin.y) > SLIP_OF_A_FINGER) clearTimeout(timer);
    };
    // On the window: the message may be gone before the finger is.
    const options = { signal: lifted.signal, passive: true };
    addEventListener("pointerup", lift, options);
    addEventListener("pointercancel", lift, options);
    addEventListener("pointermove", move, options);
  }
}

const pointOf = (event) => ({ x: event.clientX, y: event.clientY });
const day = (seconds) => new Date(seconds * 1000).toDateString();

const sameRun = (one, other) =>
  one.from_bot === other.from_bot &&
  other.date - one.date < ONE_RUN &&
  day(one.date) === day(other.date);

/** The finger that opened a menu lifts: that is no tap, on whatever is under it by now. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** Shrink away; whoever reads or taps it now is too late. */
function vanish(element) {
  element.inert = true;
  element.classList.add("leaves");
  const from = { height: `${element.offsetHeight}px`, opacity: 1 };
  const shrinking = element.animate([from, { height: 0, margin: 0, opacity: 0 }], {
    duration: 180,
    easing: "ease-out",
  });
  shrinking.finished.finally(() => element.remove());
}
