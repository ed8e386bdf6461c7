
"use strict";

// Times in the reader's own zone; what the server wrote stays as the title.
for (const time of document.querySelectorAll("time[data-unix]")) {
  const language = time.closest("[lang]").lang;
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, {
    day: "numeric", month: "short", hour: "numeric", minute: "2-digit",
  });
  time.title = time.textContent;
  time.textContent = format.format(1000 * Number(time.dataset.unix));
}

// Marks of direction and vowels are not typed, so they are not looked for.
const bare = (text) => text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase();

const shapes = [...document.querySelectorAll(".shape")].map(
  (element) => ({ element, text: bare(element.textContent) }),
);
const groups = [...document.querySelectorAll(".function, .family")];
const filter = document.getElementById("filter");
const told = document.querySelector("output");

function show() {
  const words = bare(filter.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of shapes) {
    element.hidden = !words.every((word) => text.includes(word));
    shown += !element.hidden;
  }
  for (const group of groups) group.hidden = !group.querySelector(".shape:not([hidden])");
  told.textContent = words.length ? `${shown} of ${shapes.length}` : "";
}

filter.closest("label").hidden = false;
filter.addEventListener("input", show);
filter.form.addEventListener("submit", (event) => event.preventDefault());
show();
