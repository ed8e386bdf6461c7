/**
 * The Tour panel: a first order that plays itself, the stories, and the caption that goes with both.
 */

import { Actor } from "./actor.js";
import { el, setText } from "./dom.js";
import { feed } from "./feed.js";
import { GUIDE } from "./guide.js";
import { icon } from "./icons.js";
import { Player } from "./player.js";
import { STORIES } from "./stories.js";

const LOOK_BEFORE_IT_COSTS = 5000;

/** A first order, from nothing to its end, as somebody lives it who reads this language. */
function firstOrder(guide) {
  const t = guide.chat;
  const atHome = (a) => a.sees() && a.button(t.browse) && a.button(t.settings);
  // Cards and answers of an earlier order are not this one's.
  const fresh = (message, a) => message && message.message_id > a.since && message;
  const card = (a) => fresh(a.told(t.orderId), a);
  const ending = (a) => card(a) && a.messages.find((one) => one.reply_to === card(a).message_id);
  const orderOf = (a) => /ORD-\d+/.exec(card(a).text)[0];
  const step = (key, deeds) => {
    const [name, say, expects] = guide.steps[key];
    return { name, say, expects, ...deeds };
  };

  return {
    title: guide.title,
    guide,
    async begin(stage) {
      const person = [...feed.state.people.values()].find(({ name }) => name === guide.person);
      if (!person) throw new Error(guide.missing);
      const actor = new Actor(stage, person);
      actor.since = actor.messages[0]?.message_id ?? 0;
      actor.link = unused(guide.link);
      return actor;
    },
    steps: [
      step("hello", {
        act: (a) => a.type("/start"),
        shown: (a) => fresh(a.sees(t.welcome), a) || (fresh(a.sees(), a) && atHome(a)),
      }),
      step("copy", { act: (a) => a.point("provider", `Copy key of ${guide.person}`) }),
      step("paste", { act: (a) => a.type(a.account.key), shown: (a) => atHome(a) }),
      step("browse", { act: (a) => a.tap(t.browse), shown: (a) => a.sees(t.categories) }),
      step("category", { act: (a) => a.tap(t.category), shown: (a) => a.sees(t.yourPrice) }),
      step("service", { act: (a) => a.tap(t.service), shown: (a) => a.sees(t.askLink) }),
      step("link", { act: (a) => a.type(a.link), shown: (a) => a.sees(t.askQuantity) }),
      step("quantity", {
        act: (a) => a.tap(t.preset),
        shown: (a) => a.sees() && a.button(t.order)?.message_id === a.messages[0].message_id,
      }),
      step("read", { linger: LOOK_BEFORE_IT_COSTS }),
      step("order", { act: (a) => a.tap(t.order), shown: card }),
      step("watch", { shown: (a) => card(a) && a.told(t.orderId, t.lastCheck), patience: 20_000 }),
      step("fly", {
        act: async (a) => {
          await a.press("provider", "Time ×60");
          await a.complete(orderOf(a));
        },
        shown: (a) => card(a) && (ending(a) || a.ended(orderOf(a))),
      }),
      step("end", { act: (a) => a.turnToPhone(), shown: ending, patience: 40_000 }),
      step("result", {
        say: (a) =>
          ending(a)?.text.includes(t.completed) ? guide.steps.result[1] : guide.endedOtherwise,
      }),
      step("home", {
        act: (a) => a.tap(t.home),
        shown: (a) => ending(a) && (atHome(a) || a.sees(t.activeOrders) || a.sees(t.finishedOrders)),
      }),
      step("orders", {
        act: async (a) => {
          await a.tap(t.myOrders);
          await a.until(() => a.sees(t.activeOrders), 5000);
          await a.tap(t.finished);
        },
        shown: (a) => ending(a) && a.sees(t.finishedOrders),
      }),
    ],
    end: guide.end,
    next: guide.advice,
    tidy: (a) => a.serva("clock", { speed: 1 }),
  };
}

/** The link, or with a number behind it: Serva refuses a target that has just had an order. */
function unused(link) {
  const targets = new Set(feed.state.serva.orders.map((order) => order.target));
  let free = link;
  for (let number = 2; targets.has(free); number++) free = `${link}${number}`;
  return free;
}

const ENGLISH = firstOrder(GUIDE.en);
const ARABIC = firstOrder(GUIDE.ar);
const HURRY = new URLSearchParams(location.search).get("tour") === "fast";

/** @param {{stage: import("./stage.js").Stage}} around */
export function mountTour(root, { stage }) {
  const player = new Player(stage, { fast: () => HURRY, changed: () => show() });
  const caption = captionOf(player);
  root.closest("main").append(caption.element);
  const views = [tourView(player), ...STORIES.map((story) => storyView(player, story))];
  const [tour, ...stories] = views;
  root.append(
    tour.element,
    el("h2", { class: "stories-title" }, "What if it goes wrong?"),
    el("p", { class: "lead" }, "Each story brings its own customer and its own account, pulls a lever, and tells you what the bot says and why."),
    el("ul", { class: "stories" }, stories.map((story) => story.element)),
  );

  function show() {
    document.documentElement.dataset.tour = player.state;
    caption.update();
    for (const view of views) view.update();
  }
  const takeOver = () => player.pause(player.script?.guide.caption.takenOver);
  addEventListener("phone:tap", takeOver);
  addEventListener("phone:send", takeOver);
  let epoch = "";
  feed.on("hello", (hello) => {
    if (epoch && hello.epoch !== epoch) player.forget();
    epoch = hello.epoch;
  });
  show();
}

// The caption: beside the phone, whatever panel is open

const GO_ON = { playing: "pause", waiting: "pause", paused: "goOn", failed: "tryAgain" };

function captionOf(player) {
  const title = el("h2");
  const place = el("span", { class: "muted", role: "status" });
  const trouble = el("p", { class: "caption-trouble", dir: "auto" });
  const words = el("p");
  const advice = el("p");
  const goOn = button("", () => (player.busy ? player.pause() : player.resume()), "primary");
  const next = button("", () => player.next());
  const again = button("", () => player.start(player.script));
  const close = button("", () => player.close());
  const more = el(
    "button",
    { type: "button", class: "btn icon-btn caption-more", onclick: () => unfold(!open) },
    icon("down"),
  );
  // A tap on the words does the same, for a finger.
  const text = el(
    "div",
    { class: "caption-words", role: "status", onclick: () => unfold(!open) },
    trouble,
    words,
    advice,
  );
  const element = el(
    "aside",
    { class: "caption", hidden: true },
    el("div", { class: "caption-head" }, title, place, more),
    text,
    el("div", { class: "actions" }, goOn, next, again, close),
  );
  let open = false;
  let wasDone = false;

  function unfold(on) {
    open = on;
    element.toggleAttribute("data-open", on);
    more.setAttribute("aria-expanded", on);
  }

  function update() {
    const { script, state, step } = player;
    element.hidden = !script;
    if (!script) return;
    const done = state === "done";
    const { language, direction, caption: t } = script.guide;
    element.dataset.state = state;
    element.lang = language;
    element.dir = direction;
    element.setAttribute("aria-label", t.label);
    more.setAttribute("aria-label", t.more);
    setText(title, script.title);
    setText(place, done ? t.finished : t.place(player.at + 1, script.steps.length, step.name));
    setText(words, player.words);
    setText(advice, done ? t.tryNext(script.next) : "");
    setText(trouble, player.trouble);
    goOn.hidden = next.hidden = done;
    setText(goOn, t[GO_ON[state]] ?? "");
    setText(next, t.next);
    setText(again, t.again);
    setText(close, t.close);
    if (done && !wasDone) unfold(false);
    wasDone = done;
  }
  unfold(false);
  return { element, update };
}

// The panel

function tourView(player) {
  const arabic = el("input", { type: "radio", name: "tour-language", value: "ar" });
  const english = el("input", { type: "radio", name: "tour-language", value: "en", checked: true });
  const chosen = () => (arabic.checked ? ARABIC : ENGLISH);
  const play = button("Play", () => player.start(chosen()), "primary");
  const steps = el("ol", { class: "steps" });
  const element = el(
    "section",
    { class: "tour" },
    el("h2", {}, ENGLISH.title),
    el("p", { class: "lead" }, "It plays itself. Tap or type on the phone at any time to take over, and let it continue from there."),
    el(
      "fieldset",
      { class: "languages" },
      el("legend", { class: "visually-hidden" }, "Language of the tour"),
      el("label", {}, english, "English, with Emma"),
      el("label", {}, arabic, "Arabic, with ", el("bdi", {}, GUIDE.ar.person)),
    ),
    el("div", { class: "actions" }, play),
    steps,
  );

  function update() {
    const script = [ENGLISH, ARABIC].find((one) => one === player.script);
    play.hidden = script && player.state !== "done";
    showSteps(steps, script ?? chosen(), player);
  }
  for (const choice of [english, arabic]) choice.addEventListener("change", update);
  return { element, update };
}

const STATES = {
  playing: ["Running", "soon"],
  waiting: ["Running", "soon"],
  paused: ["Paused", ""],
  failed: ["Stopped", "bad"],
  done: ["Finished", "good"],
};

function storyView(player, story) {
  const state = el("span", { class: "badge" });
  const start = el("button", { type: "button", class: "story", onclick: () => player.start(story) }, story.title);
  const steps = el("ol", { class: "steps" });
  const element = el("li", { class: "card" }, el("h3", {}, start), state, el("p", { class: "muted" }, story.about), steps);
  let finished = false;

  function update() {
    const mine = player.script === story;
    finished ||= mine && player.state === "done";
    const [words, looks] = mine ? (STATES[player.state] ?? STATES.playing) : finished ? STATES.done : ["", ""];
    setText(state, words);
    state.className = `badge ${looks}`;
    state.hidden = !words;
    steps.hidden = !mine;
    if (mine) showSteps(steps, story, player);
  }
  return { element, update };
}

/** The steps of a script, the one that is on marked. */
function showSteps(list, script, player) {
  const on = player.script === script;
  list.lang = script.guide.language;
  list.dir = script.guide.direction;
  const at = !on ? -1 : player.state === "done" ? script.steps.length : player.at;
  list.replaceChildren(
    ...script.steps.map(({ name }, place) =>
      el("li", { class: place < at && "past", "aria-current": place === at && "step" }, name),
    ),
  );
}

function button(words, onclick, looks = "") {
  return el("button", { type: "button", class: `btn ${looks}`, onclick }, words);
}
