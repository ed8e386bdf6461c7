/** Serva's customers: their money, their keys and their standing. */

import { post } from "./api.js";
import { button, number, oneLine, submit } from "./controls.js";
import { attempt, el, keyed, setText } from "./dom.js";
import { feed } from "./feed.js";
import { keyLine } from "./key.js";
import { dollars } from "./money.js";

const STANDINGS = {
  good: ["in good standing", "good"],
  inactive: ["key inactive", "bad"],
  disapproved: ["not approved", "bad"],
  banned: ["banned", "bad"],
};

const WARNINGS = ["key revoked", ...Object.values(STANDINGS).map(([words]) => words).slice(1)];

export function accounts() {
  const list = el("ul", { class: "card rows" });
  feed.on("serva", (serva) => keyed(list, serva.accounts, ({ label }) => label, customer));
  return list;
}

function customer({ label }) {
  const path = `/serva/sandbox/accounts/${encodeURIComponent(label)}`;
  const balance = el("span", { class: "amount" });
  const standing = el("span", { class: "badge" });
  const discount = el("span", { class: "badge" });
  const key = keyLine(label);
  const amount = number(`Dollars to add for ${label}`, {
    min: "0.01",
    max: "1000000",
    step: "0.01",
    value: "10",
  });
  const topUp = oneLine(
    () => post(path, { top_up: amount.value }),
    () => `$${amount.value} added for ${label}.`,
    amount,
    submit("Top up", `Top up ${label}`),
  );
  const deeds = el("div", { class: "actions" });
  const hand = el("div", { class: "hand", hidden: true }, topUp, deeds);
  const manage = button("Manage", () => showHand(hand.hidden), { label: `Manage ${label}` });
  const showHand = (shown) => {
    hand.hidden = !shown;
    manage.setAttribute("aria-expanded", shown);
  };
  showHand(false);
  const name = el("h4", { dir: "auto" }, label);
  const element = el(
    "li",
    { class: "account" },
    el("div", { class: "card-title" }, name, standing, discount),
    balance,
    key.shown,
    el("div", { class: "actions" }, key.buttons, manage),
    hand,
  );

  function update(account) {
    setText(balance, dollars(account.balance));
    const [words, looks] = account.revoked ? ["key revoked", "bad"] : STANDINGS[account.standing];
    setText(standing, words);
    standing.className = `badge ${looks}`;
    // Some are called after how they stand at first: that is said once, and its end is said too.
    const told = sameWords(words, label);
    name.className = told ? looks : "";
    standing.hidden = told || (looks === "good" && !WARNINGS.some((one) => sameWords(one, label)));
    const percent = Number(account.discount) * 100;
    discount.hidden = !percent;
    setText(discount, `${percent} % off`);
    key.update(account.key);
    showDeeds(deeds, account, path);
  }
  return { element, update };
}

function sameWords(one, other) {
  const sorted = (text) => text.split(" ").sort().join(" ");
  return sorted(one) === sorted(other);
}

/** What can be done to an account as it stands. */
function showDeeds(deeds, { label, standing, revoked }, path) {
  const good = standing === "good";
  const choices = [
    ["new_key", "New key", `${label} has a new key.`],
    !revoked && ["revoke", "Revoke key", `The key of ${label} is revoked.`],
    good && ["deactivate", "Deactivate", `The key of ${label} is inactive.`],
    good && ["disapprove", "Disapprove", `${label} is no longer approved.`],
    good && ["ban", "Ban", `${label} is banned.`],
    (!good || revoked) && ["restore", "Restore", `${label} is in good standing.`],
  ].filter(Boolean);
  keyed(deeds, choices, ([deed]) => deed, ([deed, words, done]) => ({
    element: button(words, () => attempt(() => post(path, { do: deed }), done), {
      label: `${words}: ${label}`,
      looks: deed === "ban" || deed === "revoke" ? "danger" : "",
    }),
    update() {},
  }));
}
