/** The People panel: who is there, whose phone is in sight, who has blocked the bot. */

import { post } from "./api.js";
import { button, toggle } from "./controls.js";
import { attempt, el, isolated, keyed, setChoices, setText } from "./dom.js";
import { feed } from "./feed.js";

const PEOPLE = "/telegram/sandbox/people";

const NAMELESS = "Give a name that can be seen.";

const LANGUAGES = [
  ["en", "English"],
  ["ar", "Arabic"],
  ["fr", "French"],
  ["fa", "Persian"],
  ["tr", "Turkish"],
  ["ru", "Russian"],
  ["es", "Spanish"],
  ["hi", "Hindi"],
];

const STANDINGS = {
  stranger: ["has not started the bot", ""],
  member: ["in touch with the bot", ""],
  kicked: ["has blocked the bot", "bad"],
  deactivated: ["account deleted", "bad"],
};

/** @param {{stage: import("./stage.js").Stage}} around */
export function mountPeople(root, { stage }) {
  const list = el("ul", { class: "cards" });
  root.append(
    el("div", { class: "panel-head" }, el("h2", {}, "People")),
    el(
      "p",
      { class: "lead" },
      "Each has a phone of their own. Let two of them act side by side, or hold a device behind, ",
      "and tap what it still shows.",
    ),
    list,
    newcomer(stage),
  );
  const show = () => {
    const people = [...feed.state.people.values()];
    keyed(list, people, ({ id }) => id, (person) => card(person, stage));
  };
  feed.on("people", show);
  stage.watch(show);
}

function card({ id, name, operator, language }, stage) {
  const words = el("p");
  const places = el("div", { class: "actions" });
  const second = button("Second device", () => stage.pair(id), { label: `Second device of ${isolated(name)}` });
  const alone = el(
    "a",
    {
      class: "btn small",
      href: `/?phone=${id}`,
      target: "_blank",
      rel: "noopener",
      "aria-label": `Open alone: the phone of ${isolated(name)}, in a new tab`,
    },
    "Open alone",
  );
  let deed = "";
  const block = button("", () => attempt(() => post(`${PEOPLE}/${id}/${deed}`), `Done for ${isolated(name)}.`));
  const devices = el("ul", { class: "devices" });
  const mark = operator && el("span", { class: "badge" }, "Operator");
  const element = el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "card-head" },
      el("div", { class: "card-title" }, el("h3", { dir: "auto" }, name), mark),
      words,
    ),
    el("div", { class: "actions" }, places, second, alone, block),
    devices,
  );

  function update({ standing }) {
    const [standingWords, looks] = STANDINGS[standing] ?? [standing, ""];
    setText(words, `${languageName(language)}, ${standingWords}`);
    words.className = `muted ${looks}`;
    deed = standing === "kicked" ? "unblock" : "block";
    setText(block, deed === "block" ? "Block the bot" : "Unblock the bot");
    block.setAttribute("aria-label", `${block.textContent}: ${isolated(name)}`);
    block.hidden = standing === "stranger";
    showPlaces(places, id, name, stage);
    showDevices(devices, id, name, stage);
  }
  return { element, update };
}

/** Where the person's phone can be put: left or right, or just in sight. */
function showPlaces(places, id, name, stage) {
  const sides = stage.layout === "wide" ? [0, 1] : [null];
  keyed(places, sides, (side) => side, (side) => {
    const words = side === null ? "Show" : ["Left", "Right"][side];
    const put = () => {
      if (side === null) stage.look(id);
      else stage.put(side, id);
      stage.show("phone");
    };
    const element = button(words, put, { label: `${words} phone: ${isolated(name)}` });
    const isHere = (slot) =>
      slot.visible && slot.person === id && slot.device === 1 && (side ?? slot.side) === slot.side;
    return {
      element,
      update: () => element.setAttribute("aria-pressed", stage.slots.some(isHere)),
    };
  });
}

/** Where a person holds two devices, each can be held behind, or caught up again. */
function showDevices(devices, id, name, stage) {
  const held = stage.slots.filter((slot) => slot.person === id);
  const pair = held.some((slot) => slot.device === 2) ? held : [];
  devices.hidden = !pair.length;
  pair.sort((one, other) => one.device - other.device);
  keyed(devices, pair, (slot) => slot.device, ({ device }) => {
    const words = device === 1 ? "First device" : "Second device";
    let side = 0;
    const behind = toggle(
      "Behind",
      `${words} of ${isolated(name)} is behind`,
      (on) => stage.freeze(side, on),
      (on) => (on ? "It stays as it is." : "It has caught up."),
    );
    const look = () => {
      stage.look(id, device);
      stage.show("phone");
    };
    const label = `Show the ${words.toLowerCase()} of ${isolated(name)}`;
    const show = button("Show", look, { label });
    const element = el("li", { class: "device" }, el("span", {}, words), show, behind.label);
    const update = (slot) => {
      side = slot.side;
      behind.field.checked = slot.frozen;
      show.hidden = stage.layout === "wide";
    };
    return { element, update };
  });
}

/** The form that adds somebody, and puts their phone in sight. */
function newcomer(stage) {
  const name = el("input", {
    class: "field",
    name: "name",
    required: true,
    maxlength: 64,
    autocomplete: "off",
    dir: "auto",
  });
  const language = el("select", { class: "field", name: "language" });
  setChoices(language, LANGUAGES);
  const form = el(
    "form",
    { class: "card form" },
    el("h3", {}, "Add a person"),
    el(
      "div",
      { class: "fields" },
      el("label", { class: "labelled" }, "Name", name),
      el("label", { class: "labelled" }, "Language of their Telegram", language),
      el("button", { class: "btn primary" }, "Add"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = { name: name.value.trim(), language_code: language.value };
    attempt(() => add(wanted), `${isolated(wanted.name)} is there.`);
  });
  // The browser says it itself, and takes no form that does not fit.
  const check = () => name.setCustomValidity(canBeSeen(name.value) ? "" : NAMELESS);
  name.addEventListener("input", check);
  check();

  async function add(wanted) {
    const { id } = await post(PEOPLE, wanted);
    name.value = "";
    check();
    await until(() => feed.state.people.has(id));
    stage.phoneOf(id);
  }
  return form;
}

/** Whether there is something of a name to see: spaces and invisible characters alone are none. */
function canBeSeen(name) {
  return /[^\p{C}\p{Z}\p{M}\u2800\u3164\u115f\u1160\uffa0]/u.test(name);
}

/** Until the feed has told of it; what was asked for comes with one of the next events. */
function until(happened) {
  return new Promise((resolve) => {
    const off = feed.on("people", () => {
      if (!happened()) return;
      setTimeout(() => off());
      resolve();
    });
  });
}

function languageName(code) {
  return LANGUAGES.find(([known]) => known === code)?.[1] ?? code;
}
