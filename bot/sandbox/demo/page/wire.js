/** The Wire panel: every call as it happens, or one person's events with the bot's answers to them. */

import { button } from "./controls.js";
import { el, setChoices, setText } from "./dom.js";
import { feed } from "./feed.js";

const MOST_ROWS = 300;

const SIDES = [
  ["", "All sides"],
  ["person", "People"],
  ["telegram", "Bot API"],
  ["serva", "Serva"],
  ["servya", "Servya"],
  ["bot", "Process"],
];
const SIDE_WORDS = {
  person: "person",
  telegram: "Bot API",
  serva: "Serva",
  servya: "Servya",
  bot: "process",
};

/** What keeps names from turning what stands beside them; nobody types it. */
const ISOLATION = /[\u2066-\u2069]/g;

/** What a person sees of the bot's answers; the rest is courtesy between machines. */
const SEEN = /^(send(?!ChatAction)|edit)/;

export function mountWire(root) {
  const filters = makeFilters();
  const pause = button("Pause", () => hold(!wire.held));
  const clear = button("Clear", () => wire.clear());
  const words = el("p", { class: "muted wire-words" });
  const list = el("ol", { class: "wire", "aria-label": "Calls, the newest last" });
  const newest = button("Newest", () => wire.toEnd(), { looks: "newest" });
  root.classList.add("wire-panel");
  root.append(
    el(
      "div",
      { class: "panel-head" },
      el("h2", {}, "Wire"),
      el("div", { class: "actions end" }, pause, clear),
    ),
    filters.element,
    words,
    el("div", { class: "wire-box" }, list, newest),
  );
  const wire = new Wire(list, words, filters);

  const hold = (on) => {
    wire.hold(on);
    pause.setAttribute("aria-pressed", on);
    setText(pause, on ? "Go on" : "Pause");
  };
  filters.element.addEventListener("input", () => wire.showAll());
  newest.hidden = true;
  for (const deed of ["scroll", "click"]) {
    list.addEventListener(deed, () => (newest.hidden = wire.atEnd));
  }
  // Nothing is drawn while nobody looks; what came meanwhile is drawn when the list gets its size.
  new ResizeObserver(() => wire.lookAt(list.clientHeight > 0)).observe(list);
  feed.on("people", () => filters.setPeople([...feed.state.people.values()]));
  feed.on("hello", () => {
    hold(false);
    wire.clear(0);
  });
  feed.on("wire", ({ lines }) => wire.take(lines));
}

/** The rows in sight: the newest that fit the filters. */
class Wire {
  held = false;
  #list;
  #words;
  #filters;
  #rows = new Map();
  #clearedUpTo = 0;
  #seen = false;
  #sticks = true;
  #event = null;
  #waits = [];

  constructor(list, words, filters) {
    this.#list = list;
    this.#words = words;
    this.#filters = filters;
    // Who scrolls up or opens a line wants to read it, and not to be carried away from it.
    for (const deed of ["scroll", "click"]) {
      list.addEventListener(deed, () => (this.#sticks = this.atEnd));
    }
  }

  get atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    return scrollTop + clientHeight >= scrollHeight - 24;
  }

  toEnd() {
    this.#sticks = true;
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** Stand still, or go on with what came meanwhile. */
  hold(on) {
    const goesOn = this.held && !on;
    this.held = on;
    if (goesOn) this.showAll();
  }

  /** Somebody looks now, or no longer does. */
  lookAt(seen) {
    const comes = seen && !this.#seen;
    this.#seen = seen;
    if (comes && !this.held) this.showAll();
    else if (seen && this.#sticks) this.toEnd();
  }

  /** New and changed lines; a changed one stays where it is. */
  take(lines) {
    if (this.#seen && !this.held) this.#show(lines);
  }

  /** Everything anew: the filters have changed, or nobody looked for a while. */
  showAll() {
    this.#empty();
    this.#sticks = true;
    this.#show(feed.state.wire);
  }

  /** Forget what came until now, or up to a line. */
  clear(upTo = feed.state.wire.at(-1)?.n ?? 0) {
    this.#clearedUpTo = upTo;
    this.#empty();
    this.#tellHowMany();
  }

  #show(lines) {
    const fitting = lines.filter((line) => line.n > this.#clearedUpTo && this.#filters.fit(line));
    for (const line of fitting.slice(-MOST_ROWS)) this.#put(line);
    while (this.#rows.size > MOST_ROWS) {
      const [oldest, row] = this.#rows.entries().next().value;
      row.element.remove();
      this.#rows.delete(oldest);
    }
    this.#tellHowMany();
    if (this.#sticks) this.toEnd();
  }

  #empty() {
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#event = null;
    this.#waits = [];
  }

  #put(line) {
    const known = this.#rows.get(line.n);
    if (known) {
      known.update(line);
      return;
    }
    const person = this.#filters.person;
    if (person && line.side === "person") this.#event = { n: line.n, at: line.at, answered: false };
    const row = makeRow(line, this.#event, (wait) => this.#waits.push(wait));
    this.#rows.set(line.n, row);
    this.#list.append(row.element);
  }

  #tellHowMany() {
    const [count, waits] = [this.#rows.size, this.#waits.length];
    if (!count) setText(this.#words, "Nothing yet that fits.");
    else if (waits) {
      const answers = waits === 1 ? "1 answer" : `${waits} answers, in the median`;
      const wait = milliseconds(median(this.#waits));
      setText(this.#words, `${answers} seen ${wait} after the person acted.`);
    } else setText(this.#words, count < MOST_ROWS ? `${count} lines` : `The newest ${count} lines`);
  }
}

/**
 * A line that opens to its JSON. With an `event` of the person, it tells how long after it the line
 * came; the first answer that a person can see ends the wait, of which `waited` is told.
 */
function makeRow(first, event, waited) {
  const answers = event && event.n !== first.n;
  const what = el("span", { class: "what" });
  const words = el("span", { class: "words", dir: "auto" });
  const said = el("span", { class: "said" });
  const took = el("span", { class: "took" });
  const whose = el("bdi", { class: "whose" });
  const line = el(
    "button",
    { type: "button", class: "line", "aria-expanded": "false", onclick: toggle },
    el("span", { class: "at" }, answers ? after(first.at - event.at) : clockTime(first.at)),
    el(
      "span",
      { class: `side ${first.side}` },
      el("span", {}, SIDE_WORDS[first.side] ?? first.side),
      whose,
    ),
    what,
    took,
    words,
    said,
  );
  const element = el("li", { class: answers ? "answer" : event && "event" }, line);
  let latest = first;
  let detail = null;

  function toggle() {
    detail?.remove();
    detail = detail ? null : el("pre", { class: "detail" }, pretty(latest));
    if (detail) element.append(detail);
    line.setAttribute("aria-expanded", detail !== null);
  }

  function update(now) {
    latest = now;
    setText(what, now.what);
    // Under the filter by person, all lines are theirs.
    setText(whose, event ? "" : (feed.state.people.get(now.person)?.name ?? ""));
    setText(words, now.words);
    setText(said, now.said && now.outcome !== "ok" ? now.said : "");
    const waiting = now.outcome === "waiting";
    setText(took, waiting ? "waiting" : now.ms == null ? "" : milliseconds(now.ms));
    took.title = waiting || now.ms == null ? "" : `The time that ${SIDE_WORDS[now.side]} took to answer`;
    line.classList.toggle("wrong", isWrong(now));
    line.classList.toggle("waiting", waiting);
    if (detail) setText(detail, pretty(now));
    if (!answers || event.answered || !isSeen(now)) return;
    event.answered = true;
    const wait = now.at - event.at + now.ms;
    waited(wait);
    element.classList.add("seen");
    setText(took, `seen after ${milliseconds(wait)}`);
    took.title = "From what the person did until they could see this answer";
  }
  update(first);
  return { element, update };
}

function makeFilters() {
  const side = el("select", { class: "field", "aria-label": "Side" });
  setChoices(side, SIDES);
  const person = el("select", { class: "field", "aria-label": "Person" });
  const text = el("input", {
    class: "field",
    type: "search",
    placeholder: "Filter by text",
    autocomplete: "off",
    "aria-label": "Text",
  });
  const wrong = el("input", { type: "checkbox", role: "switch", class: "switch" });
  const element = el(
    "div",
    { class: "filters", role: "search", "aria-label": "Filter the calls" },
    side,
    person,
    text,
    el("label", { class: "switch-label" }, wrong, "Errors only"),
  );

  function setPeople(people) {
    setChoices(person, [["", "Everybody"], ...people.map(({ id, name }) => [id, name])]);
  }
  setPeople([]);

  return {
    element,
    setPeople,
    get person() {
      return Number(person.value);
    },
    fit(line) {
      const wanted = text.value.trim().toLowerCase();
      return (
        (!side.value || line.side === side.value) &&
        (!person.value || line.person === Number(person.value)) &&
        (!wrong.checked || isWrong(line)) &&
        (!wanted || textOf(line).includes(wanted))
      );
    },
  };
}

function isSeen({ side, what, outcome, ms }) {
  return side === "telegram" && SEEN.test(what) && outcome === "ok" && ms != null;
}

function isWrong({ outcome }) {
  return outcome === "refused" || outcome === "fault";
}

function textOf({ side, what, words, said, detail }) {
  const all = [side, what, words, said, JSON.stringify(detail)].join(" ");
  return all.replace(ISOLATION, "").toLowerCase();
}

function pretty({ detail, said }) {
  return `${said ? `${said}\n\n` : ""}${JSON.stringify(detail, null, 2)}`;
}

function clockTime(at) {
  const time = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const hour = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  const fraction = String(time.getMilliseconds()).padStart(3, "0");
  return [hour, el("span", { class: "fraction" }, `.${fraction}`)];
}

function after(gap) {
  return gap < 10_000 ? `+${Math.max(0, Math.round(gap))} ms` : `+${Math.round(gap / 1000)} s`;
}

function milliseconds(length) {
  if (length >= 10_000) return `${(length / 1000).toFixed(1)} s`;
  return `${length < 10 ? length.toFixed(1) : Math.round(length)} ms`;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
