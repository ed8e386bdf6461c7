/**
 * The foot of the phone: where a person writes, or the one button that Telegram shows instead
 * (Start before the first message, Unblock for a blocked bot).
 */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const TALLEST = 160;
const LONGEST = 4096;
const LARGEST_FILE = 1_000_000;

export class Composer {
  #mode = "";
  #about = null;

  /**
   * @param hands what the phone does: send({text, about, human}), sendCommand, attach(kind, body),
   *   act(mode), menu, toast; and what it knows: words, nameOf, commands() -> {name: description}
   */
  constructor(hands) {
    this.hands = hands;
    const { say } = hands.words;
    const button = (label, sign, onclick, kind) =>
      el("button", { type: "button", class: kind, "aria-label": label, title: label, onclick }, icon(sign));

    this.field = el("textarea", {
      rows: "1",
      dir: "auto",
      "aria-label": say.message,
      placeholder: say.message,
      enterkeyhint: "send",
      autocomplete: "off",
    });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.menuButton = el(
      "button",
      { type: "button", class: "menu-button", "aria-label": say.commands, "aria-expanded": "false" },
      icon("menu"),
      el("span", {}, say.commands),
    );
    this.menuButton.addEventListener("click", () => this.#toggleCommands());
    this.commands = el("div", { class: "commands", role: "group", "aria-label": say.commands });
    this.commands.hidden = true;
    // Some browsers focus no button that is clicked; the list would close under the finger.
    this.commands.addEventListener("mousedown", (event) => event.preventDefault());
    this.file = el("input", { type: "file", accept: ".txt,.csv,text/plain,text/csv", hidden: true });
    this.file.addEventListener("change", () => this.#sendFile());
    this.context = el("div", { class: "context", hidden: true });
    this.bar = el(
      "form",
      { class: "bar" },
      this.menuButton,
      this.field,
      button(say.attach, "attach", (event) => this.#attach(event), "round"),
      button(say.send, "send", () => this.submit(), "round send"),
      this.file,
    );
    this.bar.addEventListener("submit", (event) => event.preventDefault());
    this.single = el("button", { type: "button", class: "single" });
    this.single.addEventListener("click", () => hands.act(this.#mode));
    this.element = el("div", { class: "composer" }, this.commands, this.context, this.bar, this.single);
    this.element.addEventListener("keydown", (event) => this.#escape(event));
    this.element.addEventListener("focusout", (event) => this.#left(event));
    this.become("compose");
  }

  /** "compose", or one button: "start", "unblock"; "none" where nobody can write. */
  become(mode) {
    if (mode === this.#mode) return;
    const held = this.element.contains(document.activeElement);
    this.#mode = mode;
    const one = mode === "start" || mode === "unblock";
    this.single.hidden = !one;
    if (one) this.single.textContent = this.hands.words.say[mode];
    this.bar.hidden = mode !== "compose";
    if (held && mode === "compose") this.field.focus({ preventScroll: true });
    if (mode !== "compose") this.forget();
  }

  /** Answer a message, or change one's own: `about` is {kind: "reply" | "edit", view}. */
  turnTo(about) {
    const { say } = this.hands.words;
    const editing = about.kind === "edit";
    this.#about = about;
    const name = editing ? say.editing : this.hands.nameOf(about.view.message);
    const away = el("button", { type: "button", class: "round", "aria-label": say.cancel }, icon("close"));
    away.addEventListener("click", () => this.forget());
    this.context.replaceChildren(
      icon(editing ? "edit" : "reply"),
      el(
        "div",
        { class: "context-words" },
        el("bdi", { class: "quote-name" }, name),
        el("span", { class: "quote-text", dir: "auto" }, about.view.preview),
      ),
      away,
    );
    this.context.hidden = false;
    if (editing) this.write(about.view.message.text);
    this.field.focus();
  }

  /** Leave the reply or the edit. */
  forget(number = null) {
    if (number !== null && this.#about?.view.message.message_id !== number) return;
    if (this.#about?.kind === "edit") this.write("");
    this.#about = null;
    this.context.hidden = true;
  }

  /** Put text into the field as if it was typed. */
  write(text) {
    this.field.value = text;
    this.#typed();
  }

  /** Send what is written; it comes back into the field when it could not be sent. */
  async submit(human = true) {
    const text = this.field.value.trim();
    if (!text) return;
    if (text.length > LONGEST) {
      this.hands.toast(this.hands.words.say.tooLong);
      return;
    }
    const about = this.#about;
    this.#about = null;
    this.context.hidden = true;
    this.write("");
    if (!(await this.hands.send({ text, about, human })) && !this.field.value) this.write(text);
  }

  #typed() {
    const { value, style } = this.field;
    this.element.classList.toggle("written", value.trim() !== "");
    style.height = "";
    if (value) style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.#offer(/^\/\w*$/.test(value) ? value.slice(1) : null);
  }

  /** List the commands that begin so, each a tap away; null takes the list away. */
  #offer(start) {
    const fitting = Object.entries(start === null ? {} : this.hands.commands()).filter(([name]) =>
      name.startsWith(start),
    );
    this.commands.replaceChildren(...fitting.map(([name, words]) => this.#command(name, words)));
    this.commands.hidden = fitting.length === 0;
    this.menuButton.setAttribute("aria-expanded", String(!this.commands.hidden));
  }

  #command(name, description) {
    const choose = () => {
      this.write("");
      this.hands.sendCommand(`/${name}`);
    };
    return el(
      "button",
      { type: "button", class: "command", onclick: choose },
      el("span", { class: "command-words", dir: "auto" }, description),
      el("span", { class: "command-name", dir: "ltr" }, `/${name}`),
    );
  }

  #toggleCommands() {
    this.#offer(this.commands.hidden ? "" : null);
    this.commands.firstElementChild?.focus();
  }

  #key(event) {
    // While a word is being composed, Enter belongs to the input method.
    if (event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.submit();
  }

  #escape(event) {
    if (event.key !== "Escape") return;
    if (!this.commands.hidden) {
      this.#offer(null);
      this.menuButton.focus();
    } else {
      this.forget();
    }
  }

  /** The list of commands closes when the hand goes elsewhere. */
  #left(event) {
    if (!this.element.contains(event.relatedTarget) && !this.field.value) this.#offer(null);
  }

  #attach(event) {
    const { words, menu, attach } = this.hands;
    menu(
      words.say.attach,
      [
        { icon: "photo", label: words.say.photo, act: () => attach("photo", {}) },
        { icon: "sticker", label: words.say.sticker, act: () => attach("sticker", {}) },
        { icon: "file", label: words.say.textFile, act: () => this.file.click() },
      ],
      pointOf(event.currentTarget),
    );
  }

  async #sendFile() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file || file.size > LARGEST_FILE) return;
    this.hands.attach("document", { name: file.name, content: await file.text() });
  }
}

/** Above the button, where a menu of it belongs. */
export function pointOf(element) {
  const { left, top } = element.getBoundingClientRect();
  return { x: left, y: top };
}
