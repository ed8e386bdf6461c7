/**
 * The stage: two phones and the views beside them, for the panels and the tour to arrange.
 *
 * Both phones always live, so that a device that is behind stays behind; where there is room for
 * one, the other waits unseen.
 */

import { el, setChoices } from "./dom.js";
import { feed } from "./feed.js";
import { Phone } from "./phone.js";

const WIDE = matchMedia("(width >= 1100px)");
const NARROW = matchMedia("(width < 700px)");

export class Stage {
  #root;
  #tabs;
  #slots = [];
  #front = 0;
  #watchers = new Set();

  /**
   * @param {import("./tabs.js").Tabs} tabs
   * @param {number} first the person to begin with; 0 for whoever comes first
   */
  constructor(root, tabs, first) {
    this.#root = root;
    this.#tabs = tabs;
    WIDE.addEventListener("change", () => this.arrange());
    feed.on("people", () => this.#cast(first));
    let epoch = "";
    feed.on("hello", (hello) => {
      // A new epoch is another world: nobody in it holds a device that is behind.
      if (epoch && hello.epoch !== epoch) this.#clear();
      epoch = hello.epoch;
    });
  }

  /** @returns {"wide" | "middle" | "narrow"} two phones, one beside the panels, or one thing */
  get layout() {
    if (document.documentElement.dataset.alone !== undefined) return "narrow";
    return WIDE.matches ? "wide" : NARROW.matches ? "narrow" : "middle";
  }

  /** Every place for a phone: its side, who is there on which device, and if it is in sight. */
  get slots() {
    return this.#slots.map(({ person, device, phone, frozen }, side) => ({
      side,
      person,
      device,
      phone,
      frozen,
      visible: this.#visible(side),
    }));
  }

  /** The phones in sight. */
  phones() {
    return this.#slots.filter((_, side) => this.#visible(side)).map((slot) => slot.phone);
  }

  /** The person's phone, brought in sight; it takes the last place unless it has one. */
  phoneOf(person) {
    const has = this.#slots.findIndex((slot) => slot.person === person && slot.device === 1);
    const side = has >= 0 ? has : this.layout === "wide" ? this.#slots.length - 1 : this.#front;
    this.put(side, person);
    return this.#slots[side].phone;
  }

  /** Show a view: "tour", "people", "provider", "wire", "bot", or "phone" where it is one of them. */
  show(view) {
    if (this.#tabs.has(view)) this.#tabs.show(view);
  }

  /** Let a person's device be on this side (0 left, 1 right); with the other side it swaps. */
  put(side, person, device = 1) {
    const [here, there] = [this.#slots[side], this.#slots[1 - side]];
    if (there.person === person && there.device === device) {
      this.#fill(there, here.person, here.device);
    }
    this.#fill(here, person, device);
    this.#front = side;
    this.arrange();
  }

  /** Bring what a person has in hand in sight, in the place that is in sight already. */
  look(person, device = 1) {
    const has = this.#slots.findIndex((s) => s.person === person && s.device === device);
    this.put(has >= 0 ? has : this.#front, person, device);
  }

  /** A second device of the same person, beside the first. */
  pair(person) {
    const has = this.#slots.findIndex((slot) => slot.person === person);
    const first = has >= 0 ? has : 0;
    this.put(first, person, 1);
    this.put(1 - first, person, 2);
  }

  /** Hold a device behind: it goes on showing what it shows. */
  freeze(side, on) {
    this.#slots[side].frozen = on;
    this.#slots[side].phone.freeze(on);
    this.arrange();
  }

  /** Be told when somebody took another place; at once, too. */
  watch(watcher) {
    this.#watchers.add(watcher);
    watcher();
  }

  /** Show what is in sight in this layout, and tell who watches. */
  arrange() {
    this.#slots.forEach((slot, side) => {
      slot.element.hidden = !this.#visible(side);
      slot.mark.hidden = !slot.frozen;
      slot.mark.textContent = "behind";
      setChoices(slot.select, this.#choices(), `${slot.person}:${slot.device}`);
    });
    for (const watcher of this.#watchers) watcher();
  }

  #visible(side) {
    return this.layout === "wide" || side === this.#front;
  }

  /** Give the places to people who are there: at the start, and after a reset. */
  #cast(first) {
    const people = [...feed.state.people.keys()];
    if (!people.length) return;
    const wanted = people.toSorted((a, b) => (b === first) - (a === first));
    if (!this.#slots.length) {
      this.#slots = wanted.slice(0, 2).map((person, side) => this.#slot(side, person));
      this.#root.append(...this.#slots.map((slot) => slot.element));
    }
    this.#slots.forEach((slot, side) => {
      if (!feed.state.people.has(slot.person)) this.#fill(slot, wanted[side], 1);
    });
    this.arrange();
  }

  #clear() {
    this.#front = 0;
    for (const [side, slot] of this.#slots.entries()) {
      if (slot.frozen) this.freeze(side, false);
      if (slot.device !== 1) slot.person = 0;
    }
  }

  #slot(side, person) {
    const select = el("select", {
      class: "field",
      "aria-label": "Whose phone",
      onchange: () => {
        const [id, device] = select.value.split(":").map(Number);
        if (this.layout === "wide") this.put(side, id, device);
        else this.look(id, device);
      },
    });
    const screen = el("div", { class: "slot-screen" });
    const mark = el("span", { class: "badge" });
    const bar = el("div", { class: "slot-bar" }, select, mark);
    const slot = { element: el("div", { class: "slot" }, bar, screen), select, mark, screen };
    this.#fill(slot, person, 1);
    return slot;
  }

  /** Who is there already keeps the phone as it is: how far it is scrolled, and if it is behind. */
  #fill(slot, person, device) {
    if (slot.person === person && slot.device === device) return;
    if (slot.phone && slot.device === device) slot.phone.show(person);
    else {
      slot.phone?.destroy();
      slot.phone = new Phone(slot.screen, { person, device });
    }
    if (slot.frozen) slot.phone.freeze(false);
    Object.assign(slot, { person, device, frozen: false });
  }

  /** Everybody, and the second devices that somebody holds. */
  #choices() {
    const people = [...feed.state.people.values()];
    const seconds = this.#slots.filter((slot) => slot.device === 2).map((slot) => slot.person);
    return [
      ...people.map(({ id, name }) => [`${id}:1`, name]),
      ...people
        .filter(({ id }) => seconds.includes(id))
        .map(({ id, name }) => [`${id}:2`, `${name}, 2nd device`]),
    ];
  }
}
