/** Prices, and what is gone from Serva's list: found by a word, because there are hundreds. */

import { get, post } from "./api.js";
import { follow, number, oneLine, submit, toggle } from "./controls.js";
import { el, keyed, setText } from "./dom.js";
import { feed } from "./feed.js";
import { dollars } from "./money.js";

const SERVICES = "/serva/sandbox/services";
const LISTED = 20;
const TYPING_PAUSE = 120;

export function services() {
  const word = el("input", {
    class: "field",
    type: "search",
    placeholder: "Search by name or number",
    autocomplete: "off",
    "aria-label": "Search services",
  });
  const list = el("ul", { class: "cards" });
  const words = el("p", { class: "muted", role: "status" });
  let asked = 0;
  async function search() {
    const ask = ++asked;
    try {
      const find = encodeURIComponent(word.value.trim());
      const found = await get(`${SERVICES}?find=${find}&last=${LISTED}`);
      // The answer to an older word may come later than the one to a newer.
      if (ask !== asked) return;
      keyed(list, found, ({ service }) => service, (one) => serviceCard(one, search));
      setText(words, found.length ? "" : "No service fits.");
    } catch (error) {
      setText(words, error.message);
    }
  }
  let waiting = 0;
  word.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, TYPING_PAUSE);
  });
  feed.on("hello", search);
  return [el("div", { class: "search" }, word), words, list];
}

function serviceCard({ service, name }, changed) {
  const change = (how) => post(`${SERVICES}/${encodeURIComponent(service)}`, how).then(changed);
  const rate = el("span", { class: "amount" });
  const category = el("bdi");
  const range = el("span");
  const facts = el("p", { class: "muted" }, `${service} · `, category, " · ", range);
  const factor = number(`Factor on the price of service ${service}`, {
    min: "0.01",
    max: "1000",
    step: "0.01",
  });
  const price = oneLine(
    () => change({ factor: factor.value }),
    () => `Service ${service} costs ×${factor.value}.`,
    el("span", { class: "muted" }, "Price ×"),
    factor,
    submit("Set", `Set the price of service ${service}`),
  );
  const gone = toggle(
    "Gone",
    `Service ${service} is gone`,
    (on) => change({ gone: on }),
    (on) => (on ? "Gone from Serva's list." : "Back on Serva's list."),
  );
  const element = el(
    "li",
    { class: "card" },
    el("div", { class: "titled" }, el("h4", { dir: "auto" }, name), rate),
    facts,
    el("div", { class: "levers" }, price, gone.label),
  );

  function update(one) {
    setText(rate, dollars(one.rate));
    setText(category, one.category);
    setText(range, `${one.min.toLocaleString("en")} to ${one.max.toLocaleString("en")}`);
    gone.field.checked = one.gone;
    follow(factor, one.factor);
  }
  return { element, update };
}
