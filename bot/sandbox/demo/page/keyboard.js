/**
 * The buttons under a message. A changed keyboard is patched in place, button by button, so that
 * an edit neither flickers nor takes the focus. Rows stand as the bot sent them: Telegram never
 * mirrors them.
 */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const MOST_IN_A_ROW = 8;
const STYLES = new Set(["success", "danger", "primary"]);
const keys = new WeakMap();

/** What the bot put on this button: the InlineKeyboardButton as it came. */
export const keyOf = (button) => keys.get(button);

/** Make `board` show these rows. */
export function showRows(board, rows) {
  const lines = rows.flatMap(inPieces);
  fit(board, lines.length, () => el("div", { class: "row" }));
  lines.forEach((line, at) => {
    const row = board.children[at];
    fit(row, line.length, () => el("button", { type: "button", class: "tap" }));
    line.forEach((key, place) => dress(row.children[place], key));
  });
  board.hidden = lines.length === 0;
}

/** Show that a tap on this button is on its way to the bot. */
export function spin(button) {
  button.setAttribute("aria-busy", "true");
}

/** Stop the spinner, unless the button has become another one since. */
export function settle(button, key) {
  if (keyOf(button) === key) button.removeAttribute("aria-busy");
}

export const isSpinning = (button) => button.getAttribute("aria-busy") === "true";

function inPieces(row) {
  const pieces = [];
  for (let at = 0; at < row.length; at += MOST_IN_A_ROW) {
    pieces.push(row.slice(at, at + MOST_IN_A_ROW));
  }
  return pieces;
}

function fit(parent, length, make) {
  while (parent.children.length > length) parent.lastElementChild.remove();
  while (parent.children.length < length) parent.append(make());
}

function dress(button, key) {
  const before = keyOf(button);
  if (before && JSON.stringify(before) === JSON.stringify(key)) return;
  keys.set(button, key);
  button.removeAttribute("aria-busy");
  button.className = STYLES.has(key.style) ? `tap ${key.style}` : "tap";
  const sign = key.url ? icon("link") : key.copy_text ? icon("copy") : "";
  button.replaceChildren(el("span", { dir: "auto", class: "label" }, key.text), sign);
}
