/**
 * Text and its entities as DOM. Offsets are UTF-16 units, which are JavaScript's own string
 * indices. Nothing from outside is ever read as HTML.
 */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { safeLink } from "./links.js";

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * The text as nodes.
 * @param hands what a tap inside the text does: openLink, copy, sendCommand, toast; and `words`
 */
export function formatted(text, entities, hands) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const whole = document.createDocumentFragment();
  weave(whole, text, 0, text.length, ordered, hands);
  return whole;
}

/** Whether any of it runs right to left; such text shares no line with the time of its message. */
export const runsRightToLeft = (text) => RIGHT_TO_LEFT.test(text);

/** Let the relative times under `root` grow older; they are not read aloud for that. */
export function refreshTimes(root, words) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const now = words.ago(Number(time.dataset.relative));
    if (time.textContent !== now) time.textContent = now;
  }
}

function weave(parent, text, from, to, entities, hands) {
  let at = from;
  for (let next = 0; next < entities.length; ) {
    const entity = entities[next++];
    const begin = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= begin) continue;
    say(parent, text.slice(at, begin));
    const inner = [];
    while (next < entities.length && entities[next].offset < end) inner.push(entities[next++]);
    const { element, inside = element } = dress(entity, text.slice(begin, end), hands);
    parent.append(element);
    if (inside) weave(inside, text, begin, end, inner, hands);
    at = end;
  }
  say(parent, text.slice(at, to));
}

/** Plain text; a block has its own line, so the line break behind it is already there. */
function say(parent, text) {
  const afterBlock = parent.lastChild?.matches?.("pre, blockquote");
  const shown = afterBlock ? text.replace(/^\n/, "") : text;
  if (shown) parent.append(shown);
}

/** The element of an entity, and where its text goes: null when it already says everything. */
function dress(entity, shown, hands) {
  const maker = MAKERS[entity.type];
  return maker ? maker(entity, shown, hands) : { element: el("span") };
}

const plain = (tag) => () => ({ element: el(tag) });
const named = (entity) => ({ element: el("span", { class: "mark", "data-kind": entity.type }) });
const visibleUrl = (entity, shown, hands) => link(safeLink(shown), hands);

const MAKERS = {
  bold: plain("b"),
  italic: plain("i"),
  underline: plain("u"),
  strikethrough: plain("s"),
  spoiler,
  code: (_, shown, hands) => ({
    element: tappable("code", { title: hands.words.say.copy }, () => hands.copy(shown)),
  }),
  pre: preformatted,
  blockquote: () => ({ element: el("blockquote", { dir: "auto" }) }),
  expandable_blockquote: expandable,
  text_link: (entity, _, hands) => link(safeLink(entity.url), hands),
  url: visibleUrl,
  mention: (_, shown, hands) => link(`https://t.me/${encodeURIComponent(shown.slice(1))}`, hands),
  text_mention: named,
  hashtag: named,
  cashtag: named,
  email: named,
  phone_number: named,
  bot_command: (_, shown, hands) => ({
    element: tappable("a", {}, () => hands.sendCommand(shown)),
  }),
  date_time: moment,
};

function link(url, hands) {
  if (!url) return { element: el("span") };
  const element = el("a", { href: url, rel: "noopener noreferrer", target: "_blank" });
  element.addEventListener("click", (event) => {
    event.preventDefault();
    hands.openLink(url);
  });
  return { element };
}

/** A piece of text that a hand or a keyboard can press. */
function tappable(tag, attributes, act) {
  const element = el(tag, { role: "button", tabindex: "0", ...attributes, onclick: act });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    element.click();
  });
  return element;
}

function spoiler(_entity, _shown, hands) {
  const element = tappable("span", { class: "spoiler", "aria-label": hands.words.say.spoiler });
  // In the capturing phase: what lies hidden under it must not be tapped unseen.
  const reveal = (event) => {
    event.preventDefault();
    event.stopPropagation();
    element.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) element.removeAttribute(name);
    element.removeEventListener("click", reveal, true);
  };
  element.addEventListener("click", reveal, true);
  return { element };
}

function preformatted(entity, shown, hands) {
  const code = el("code", { dir: "auto" });
  const copy = el(
    "button",
    { type: "button", "aria-label": hands.words.say.copy, onclick: () => hands.copy(shown) },
    icon("copy"),
  );
  const head = el("span", { class: "pre-head" }, el("bdi", {}, entity.language ?? ""), copy);
  return { element: el("pre", {}, head, code), inside: code };
}

function expandable() {
  const element = tappable("blockquote", { dir: "auto", class: "folded" });
  element.setAttribute("aria-expanded", "false");
  element.addEventListener("click", () => {
    const folded = element.classList.toggle("folded");
    element.setAttribute("aria-expanded", String(!folded));
  });
  return { element };
}

function moment(entity, shown, hands) {
  const { words } = hands;
  const seconds = entity.unix_time;
  const whole = words.whole.format(seconds * 1000);
  const element = tappable("time", { title: whole }, () => hands.toast(whole));
  element.dateTime = new Date(seconds * 1000).toISOString();
  if (!entity.date_time_format) return { element };
  if (entity.date_time_format === "r") {
    element.dataset.relative = seconds;
    element.setAttribute("aria-live", "off");
  }
  element.textContent = words.moment(seconds, entity.date_time_format) || shown;
  return { element, inside: null };
}
