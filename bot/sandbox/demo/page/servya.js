/** Servya, a different company: its customers' credits, and its own faults. */

import { post } from "./api.js";
import { follow, number, oneLine, submit, toggle } from "./controls.js";
import { el, keyed, setText } from "./dom.js";
import { faults } from "./faults.js";
import { feed } from "./feed.js";
import { keyLine } from "./key.js";

const SERVYA = "/servya/sandbox";
const REFUSALS = ["Invalid API key", "Only one concurrent connection is allowed"];

export function servya() {
  const list = el("ul", { class: "card rows" });
  feed.on("servya", (state) => keyed(list, state.accounts, ({ label }) => label, customer));
  return [
    el("p", { class: "muted" }, "A different company: the bot only asks it for credits."),
    list,
    el("h4", { class: "sub" }, "Faults of Servya"),
    faults(SERVYA, "servya", { refusals: REFUSALS }),
  ];
}

function customer({ label }) {
  const change = (how) => post(`${SERVYA}/accounts/${encodeURIComponent(label)}`, how);
  const shown = el("span", { class: "amount" });
  const key = keyLine(`${label} at Servya`);
  const credits = number(`Credits of ${label}`, { min: "0", max: "1000000000", step: "1" });
  const setting = oneLine(
    () => change({ credits: Number(credits.value) }),
    () => `${label} has ${credits.value} credits.`,
    credits,
    submit("Set credits", `Set credits of ${label}`),
  );
  const revoked = toggle(
    "Key revoked",
    `Servya key of ${label} is revoked`,
    (on) => change({ revoked: on }),
    (on) => (on ? "The key is revoked." : "The key is valid again."),
  );
  const element = el(
    "li",
    { class: "account" },
    el("div", { class: "card-title" }, el("h4", { dir: "auto" }, label)),
    shown,
    key.shown,
    el("div", { class: "actions" }, key.buttons),
    el("div", { class: "hand levers" }, setting, revoked.label),
  );

  function update(account) {
    setText(shown, `${account.credits.toLocaleString("en")} credits`);
    key.update(account.key);
    revoked.field.checked = account.revoked;
    follow(credits, account.credits);
  }
  return { element, update };
}
