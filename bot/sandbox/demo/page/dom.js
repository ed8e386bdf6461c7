/** A few words for making elements; text stays text, so nothing from outside becomes HTML. */

/**
 * An element: `el("button", {class: "quiet", onclick: act}, "Act")`.
 * Attributes that are false, null or undefined are left out, true ones stand empty.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/**
 * Make `parent` show `items` in their order, one element each. The elements of items that stay are
 * kept, so that a changed list takes nobody's focus, and closes nothing that was opened.
 * @param {(item: any) => {element: HTMLElement, update: (item: any) => void}} make
 */
export function keyed(parent, items, keyOf, make) {
  const rows = (parent.rows ??= new Map());
  const keys = new Set(items.map(keyOf));
  const hadFocus = parent.contains(document.activeElement);
  for (const [key, row] of rows) {
    if (keys.has(key)) continue;
    row.element.remove();
    rows.delete(key);
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    if (!rows.has(key)) rows.set(key, make(item));
    const row = rows.get(key);
    row.update(item);
    if (row.element === place) place = place.nextElementSibling;
    else parent.insertBefore(row.element, place);
  }
  // Who pressed what is gone now, stays where they were.
  if (hadFocus && !parent.contains(document.activeElement)) parent.querySelector("button")?.focus();
}

/** Set a text only when it differs, so that what is selected or read aloud is left alone. */
export function setText(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

/**
 * What a select offers, as [value, words]; what is offered already is left alone, because it may be
 * open in front of somebody. What was chosen stays chosen while it is there, else it is the first.
 */
export function setChoices(select, choices, chosen = select.options.length ? select.value : null) {
  const offered = JSON.stringify(choices);
  if (select.dataset.offered !== offered) {
    select.dataset.offered = offered;
    select.replaceChildren(...choices.map(([value, words]) => el("option", { value }, words)));
  }
  const there = choices.some(([value]) => String(value) === String(chosen));
  select.value = there ? chosen : choices[0]?.[0];
}

/** A name that may run the other way, kept from turning what stands beside it. */
export function isolated(name) {
  return `\u2068${name}\u2069`;
}

let saying = 0;

/** Say how something went, to the eye and to a screen reader. */
export function say(words, { bad = false } = {}) {
  const toast = document.getElementById("toast");
  toast.textContent = words;
  toast.classList.toggle("bad", bad);
  toast.classList.add("shown");
  clearTimeout(saying);
  saying = setTimeout(() => toast.classList.remove("shown"), bad ? 6000 : 2500);
}

/** Do something that may be refused, and say how it went; true when it went well. */
export async function attempt(deed, done = "") {
  try {
    await deed();
    if (done) say(done);
    return true;
  } catch (error) {
    say(error.message, { bad: true });
    return false;
  }
}

/** Copy to the clipboard; a page that is not on localhost or https has only the old way. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  area.value = text;
  const before = document.activeElement;
  (before?.closest("dialog") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  before?.focus();
  if (!copied) throw new Error("The browser did not let it be copied.");
}
