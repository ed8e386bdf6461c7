/** The panels' own controls: a button, a choice, a number, a switch. */

import { attempt, el, setChoices } from "./dom.js";

/** A small button; `label` is its full name where its words alone do not say whose it is. */
export function button(words, deed, { label, looks = "" } = {}) {
  return el(
    "button",
    { type: "button", class: `btn small ${looks}`, "aria-label": label, onclick: deed },
    words,
  );
}

/** The button that submits a form on one line. */
export function submit(words, label) {
  return el("button", { class: "btn small", "aria-label": label }, words);
}

/** A labelled select of [value, words]; `looks` is a class of its label. */
export function choice(words, choices, looks = "") {
  const field = el("select", { class: "field" });
  setChoices(field, choices);
  return { field, label: el("label", { class: `labelled ${looks}` }, words, field) };
}

/** A small field for a number, which tells by its label what it is. */
export function number(label, { min, max, step, value = "" }) {
  return el("input", {
    class: "field amount-field",
    type: "number",
    required: true,
    min,
    max,
    step,
    value,
    "aria-label": label,
  });
}

/** Show what a field stands for; only what changed there may replace what somebody is typing. */
export function follow(field, value) {
  if (field.dataset.known === String(value)) return;
  field.dataset.known = field.value = value;
}

/** A switch that does `deed(on)` and says `done(on)`; when it is refused, it goes back. */
export function toggle(words, label, deed, done) {
  const field = el("input", {
    type: "checkbox",
    role: "switch",
    class: "switch",
    "aria-label": label,
    onchange: async () => {
      const on = field.checked;
      if (!(await attempt(() => deed(on), done(on)))) field.checked = !on;
    },
  });
  return { field, label: el("label", { class: "switch-label" }, field, words) };
}

/** A form on one line: what is submitted, is done, and said. */
export function oneLine(deed, done, ...children) {
  return el(
    "form",
    {
      class: "inline",
      onsubmit: (event) => {
        event.preventDefault();
        attempt(deed, done());
      },
    },
    ...children,
  );
}
