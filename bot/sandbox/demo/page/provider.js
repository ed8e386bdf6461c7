/** The Provider panel: Serva's side of everything, and Servya's, in your hands. */

import { accounts } from "./accounts.js";
import { post } from "./api.js";
import { button } from "./controls.js";
import { attempt, el, setText } from "./dom.js";
import { faults } from "./faults.js";
import { feed } from "./feed.js";
import { orders } from "./orders.js";
import { services } from "./services.js";
import { servya } from "./servya.js";

const SERVA = "/serva/sandbox";

const CALLS = {
  actions: [
    ["", "any call"],
    ["add", "add (order)"],
    ["status", "status"],
    ["balance", "balance"],
    ["services", "services"],
  ],
  refusals: [
    "INSUFFICIENT_BALANCE",
    "DUPLICATE_ORDER",
    "ACTIVE_ORDER_EXISTS",
    "SERVICE_NOT_FOUND_OR_INACTIVE",
    "INVALID_LINK",
    "INVALID_COUPON",
    "API_KEY_REVOKED",
    "ACCOUNT_BANNED",
  ],
};

export function mountProvider(root) {
  root.append(
    el("div", { class: "panel-head" }, el("h2", {}, "Provider"), clock(root)),
    el(
      "p",
      { class: "lead" },
      "A Serva of your own. Copy a key, order from a phone, and decide here what becomes of it.",
    ),
    section("Accounts", accounts(), { open: true }),
    section("Orders", orders(), { open: true }),
    section("Faults", faults(SERVA, "serva", CALLS), { open: true }),
    section("Services and prices", services()),
    section("Servya", servya()),
  );
}

/** A part of the panel that can be folded away. */
function section(title, content, { open = false } = {}) {
  return el(
    "details",
    { class: "section", open },
    el("summary", {}, el("h3", {}, title)),
    el("div", { class: "section-body" }, content),
  );
}

/** Serva's time: what it is there, how fast it runs, and a skip. */
function clock(root) {
  const now = el("time", { class: "muted" });
  const turn = (how, done) => attempt(() => post(`${SERVA}/clock`, how), done);
  const speeds = [1, 60].map((speed) =>
    el(
      "button",
      {
        type: "button",
        class: "segment",
        value: speed,
        "aria-label": `Time ×${speed}`,
        onclick: () => turn({ speed }, `Serva's time runs ×${speed}.`),
      },
      `×${speed}`,
    ),
  );
  const skip = button("+10 min", () => turn({ advance: 600 }, "Ten minutes later at Serva."));
  let heard = 0;
  const show = () => {
    const time = feed.state.serva?.clock;
    if (!time || root.hidden) return;
    const shown = time.now + (performance.now() - heard) * time.speed;
    setText(now, new Date(shown).toLocaleTimeString("en", { hourCycle: "h23" }));
  };
  feed.on("serva", ({ clock: { speed } }) => {
    heard = performance.now();
    for (const one of speeds) one.setAttribute("aria-pressed", Number(one.value) === speed);
    show();
  });
  setInterval(show, 1000);
  return el(
    "div",
    { class: "clock" },
    el("span", { class: "visually-hidden" }, "Serva's time "),
    now,
    el("div", { class: "segments", role: "group", "aria-label": "Speed of Serva's time" }, speeds),
    skip,
  );
}
