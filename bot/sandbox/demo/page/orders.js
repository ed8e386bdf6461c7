/** Serva's orders, and what becomes of them. */

import { post } from "./api.js";
import { button } from "./controls.js";
import { attempt, el, isolated, keyed, setText } from "./dom.js";
import { feed } from "./feed.js";
import { dollars } from "./money.js";

const MOST_ORDERS = 40;
const FATES = [
  ["Complete", "completed"],
  ["Partial", "partial"],
  ["Cancel", "canceled"],
  ["Refund", "refunded"],
  ["Fail", "failed"],
];
const STATUS_LOOKS = {
  completed: "good",
  partial: "soon",
  canceled: "soon",
  refunded: "soon",
  failed: "bad",
};

export function orders() {
  const list = el("ul", { class: "cards orders" });
  const none = el("p", { class: "muted" }, "Nobody has ordered yet.");
  const more = button("", () => {
    most = Infinity;
    show(feed.state.serva);
  });
  let most = MOST_ORDERS;
  const show = ({ orders: all }) => {
    none.hidden = all.length > 0;
    keyed(list, all.slice(0, most), (order) => order.id, orderCard);
    more.hidden = all.length <= most;
    setText(more, `Show all ${all.length}`);
  };
  feed.on("serva", show);
  return [none, list, more];
}

function orderCard({ id }) {
  const status = el("span", { class: "badge" });
  const name = el("p", { class: "order-name", dir: "auto" });
  const facts = el("p", { class: "muted" });
  const target = el("p", { class: "muted target", dir: "auto" });
  const progress = el("progress", { "aria-label": `Delivered of order ${id}` });
  const came = el("span", { class: "muted" });
  const fates = FATES.map(([words, end]) => {
    const finish = () => post(`/serva/sandbox/orders/${id}/finish`, { status: end });
    const done = `Order ${id}: ${end}.`;
    return button(words, () => attempt(finish, done), { label: `${words} order ${id}` });
  });
  const element = el(
    "li",
    { class: "card order" },
    el("div", { class: "card-title" }, el("h4", {}, id), status, facts),
    name,
    target,
    el("div", { class: "came" }, progress, came),
    el("div", { class: "actions", role: "group", "aria-label": `Fate of order ${id}` }, fates),
  );

  function update(order) {
    setText(status, order.status);
    status.className = `badge ${STATUS_LOOKS[order.status] ?? ""}`;
    setText(name, order.name);
    setText(target, order.target || Object.values(order.inputs).join(", "));
    target.hidden = !target.textContent;
    const coupon = order.coupon && `coupon ${order.coupon}`;
    setText(facts, [isolated(order.account), charge(order), coupon].filter(Boolean).join(" · "));
    const delivered = order.quantity - order.remains;
    progress.max = order.quantity;
    progress.value = delivered;
    setText(came, `${delivered.toLocaleString("en")} of ${order.quantity.toLocaleString("en")}`);
    FATES.forEach(([, end], at) => fates[at].setAttribute("aria-pressed", end === order.status));
  }
  return { element, update };
}

function charge({ paid, charge: now }) {
  return Number(paid) === Number(now) ? dollars(now) : `${dollars(now)} (was ${dollars(paid)})`;
}
