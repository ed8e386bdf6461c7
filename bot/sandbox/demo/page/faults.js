/** What is to go wrong at a provider, on which call and for how long. */

import { post } from "./api.js";
import { button, choice } from "./controls.js";
import { attempt, el, setText } from "./dom.js";
import { feed } from "./feed.js";

/** What can go wrong, in the words of somebody who watches; the one that matters most is first. */
const FAULTS = [
  ["drop_after", "Lose the answer, after accepting"],
  ["drop_before", "Lose the call, before accepting"],
  ["hang_after", "Hang, after accepting"],
  ["hang_before", "Hang, before accepting"],
  ["slow", "Answer slowly"],
  ["outage", "Outage: no answer to anything"],
  ["html_502", "HTML page with status 502"],
  ["html_200", "HTML page with status 200"],
  ["junk_json", "Broken JSON"],
  ["truncated", "Half an answer"],
  ["wrong_type", "Answer declared as HTML"],
  ["refuse", "Refuse"],
  ["rotten", "Rotten entries in the answer"],
];

const TIMES = [
  ["1", "for the next call"],
  ["3", "for the next 3 calls"],
  ["", "until cleared"],
];

/**
 * A form for what is to go wrong, and below it what already waits to.
 * @param {"serva" | "servya"} provider whose feed tells what is armed
 * @param {{actions?: [string, string][], refusals: string[]}} known its calls and refusals
 */
export function faults(path, provider, { actions = [], refusals }) {
  const what = choice("What goes wrong", FAULTS, "long");
  const refusal = choice("With", refusals.map((code) => [code, code]));
  const on = choice("On", actions.length ? actions : [["", "any call"]]);
  const times = choice("How long", TIMES);
  const seconds = el("input", {
    class: "field",
    type: "number",
    min: "0",
    max: "600",
    step: "0.5",
    value: "8",
    required: true,
  });
  const slow = el("label", { class: "labelled short" }, "Seconds", seconds);
  const fit = () => {
    slow.hidden = seconds.disabled = what.field.value !== "slow";
    refusal.label.hidden = what.field.value !== "refuse";
  };
  on.label.hidden = !actions.length;
  what.field.addEventListener("change", fit);
  fit();

  function arm() {
    const kind = what.field.value;
    return post(`${path}/fault`, {
      kind,
      action: on.field.value,
      times: times.field.value ? Number(times.field.value) : null,
      ...(kind === "slow" && { seconds: Number(seconds.value) }),
      ...(kind === "refuse" && { error: refusal.field.value }),
    });
  }
  const go = el("button", { class: "btn primary" }, "Arm");
  const fields = [what.label, refusal.label, slow, on.label, times.label, go];
  const form = el("form", { class: "card form" }, el("div", { class: "fields" }, fields));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(arm, "Armed.");
  });
  return [form, armed(path, provider)];
}

function armed(path, provider) {
  const list = el("ul", { class: "armed" });
  const words = el("p", { class: "muted" });
  const clear = button("Clear", () =>
    attempt(() => post(`${path}/fault/clear`), "Nothing is armed; what hung goes on."),
  );
  feed.on(provider, ({ faults: waiting }) => {
    setText(words, waiting.length ? "Armed, the first that fits strikes:" : "Nothing is armed.");
    const lines = waiting.map(inWords);
    // What has not changed must not be read aloud again.
    if (list.textContent === lines.join("")) return;
    list.replaceChildren(...lines.map((line) => el("li", {}, line)));
  });
  return el("div", { class: "armed-box" }, el("div", { role: "status" }, words, list), clear);
}

function inWords({ kind, action, times, struck }) {
  const what = FAULTS.find(([known]) => known === kind)?.[1] ?? kind;
  return `${what} · ${action || "any call"} · ${howLong(times, struck)}`;
}

function howLong(times, struck) {
  if (times === null) return struck ? `until cleared, struck ${struck} times` : "until cleared";
  return times - struck === 1 ? "for the next call" : `for the next ${times - struck} calls`;
}
