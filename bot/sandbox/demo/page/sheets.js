/**
 * What a phone lays over its chat: questions and alerts, menus, toasts. They belong to their own
 * phone, so that two phones side by side do not stand in each other's way.
 */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const SHORTEST_TOAST = 2500;
const A_LETTER = 45;

export class Sheets {
  #screen;
  #words;
  #toasting = 0;
  #close = null;

  /** @param screen everything that a question makes unreachable while it is open */
  constructor(screen, words) {
    this.#screen = screen;
    this.#words = words;
    this.toasts = el("div", { class: "passing-place", role: "status" });
    this.layer = el("div", { class: "layer" });
  }

  /** A short word that goes away by itself. */
  toast(text) {
    this.toasts.replaceChildren(el("div", { class: "passing", dir: "auto" }, text));
    clearTimeout(this.#toasting);
    const time = SHORTEST_TOAST + A_LETTER * text.length;
    this.#toasting = setTimeout(() => this.toasts.replaceChildren(), time);
  }

  /** An answer that wants to be read. */
  alert(text) {
    return this.ask({ text, ok: this.#words.say.ok });
  }

  /**
   * A question with `ok`, and `cancel` where there is one.
   * @returns {Promise<boolean>} whether ok was tapped
   */
  ask({ title = "", text, address = false, ok, cancel = "", danger = false }) {
    return new Promise((resolve) => {
      const choice = (label, value, kind) =>
        el("button", { type: "button", class: kind, onclick: () => this.close(value) }, label);
      const fine = choice(ok, true, danger && "danger");
      const dialog = el(
        "dialog",
        { class: "ask", "aria-modal": "true", "aria-label": title || text },
        title && el("h3", {}, title),
        el("p", { dir: address ? "ltr" : "auto", class: address && "address" }, text),
        el("div", { class: "ask-buttons" }, cancel && choice(cancel, false), fine),
      );
      this.#lay(dialog, { dim: true, onClose: resolve });
      dialog.show();
      fine.focus();
    });
  }

  /**
   * A menu beside a point of the phone.
   * @param items {icon?, label, danger?, act}[]
   */
  menu(label, items, point) {
    const list = el("div", { class: "menu", role: "menu", "aria-label": label });
    for (const item of items) list.append(this.#entry(item));
    list.addEventListener("keydown", walk);
    this.#lay(list, { dim: false });
    putAt(list, point, this.layer.getBoundingClientRect());
    list.firstElementChild?.focus();
  }

  /** Take away whatever is open; focus goes back to where it came from. */
  close(value = false) {
    this.#close?.(value);
  }

  #entry({ icon: sign, label, danger, act }) {
    const choose = () => {
      this.close();
      act();
    };
    return el(
      "button",
      { type: "button", role: "menuitem", class: danger ? "danger" : "", onclick: choose },
      sign ? icon(sign) : "",
      el("bdi", {}, label),
    );
  }

  #lay(sheet, { dim, onClose = () => {} }) {
    this.close();
    const from = document.activeElement;
    const shade = el("div", { class: dim ? "shade dim" : "shade", onclick: () => this.close() });
    shade.addEventListener("contextmenu", (event) => event.preventDefault());
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    this.layer.replaceChildren(shade, sheet);
    this.#screen.inert = true;
    this.#close = (value) => {
      this.#close = null;
      this.#screen.inert = false;
      this.layer.replaceChildren();
      if (from?.isConnected) from.focus({ preventScroll: true });
      onClose(value);
    };
  }
}

/** Arrow keys go round in a menu. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const entries = [...event.currentTarget.children];
  const at = entries.indexOf(document.activeElement) + step;
  entries.at(at % entries.length).focus();
}

/** Beside the point, and wholly inside the phone. */
function putAt(list, { x, y }, room) {
  const { offsetWidth: width, offsetHeight: height } = list;
  const margin = 8;
  const within = (wanted, size, all) => Math.max(margin, Math.min(wanted, all - size - margin));
  list.style.left = `${within(x - room.left, width, room.width)}px`;
  list.style.top = `${within(y - room.top, height, room.height)}px`;
}
