/**
 * The Tour panel: a first order that plays itself, the stories, and the caption that goes with both.
 */

import { Actor } from "./actor.js";
import { el, setText } from "./dom.js";
import { feed } from "./feed.js";
import { Player } from "./player.js";
import { STORIES } from "./stories.js";

/** What the tour reads and taps, in each language, as bot/texts/locales has it. */
const LABELS = {
  en: {
    person: "Emma",
    link: "https://instagram.com/emma.paints",
    welcome: "Paste your API key to begin.",
    browse: "Browse",
    settings: "Settings",
    categories: "Categories",
    category: "Instagram ·",
    yourPrice: "Your price is beside each service.",
    service: "Instagram Followers ·",
    askLink: "Send the link to the post or profile",
    askQuantity: "How many?",
    preset: "1,000 ·",
    order: "Order for",
    orderId: "Order id:",
    lastCheck: "Last check:",
    completed: "Completed",
    home: "Home",
    myOrders: "My orders",
    activeOrders: "Active orders",
    finished: "Finished",
    finishedOrders: "Finished orders",
  },
  ar: {
    person: "ليلى",
    link: "https://instagram.com/layla.kitchen",
    welcome: "الصق مفتاح API لتبدأ.",
    browse: "تصفّح",
    settings: "الإعدادات",
    categories: "الفئات",
    category: "Instagram ·",
    yourPrice: "سعرك مكتوب بجانب كل خدمة.",
    service: "Instagram Followers ·",
    askLink: "أرسل رابط المنشور أو الحساب",
    askQuantity: "كم تريد؟",
    preset: "1,000 ·",
    order: "اطلب ب",
    orderId: "رقم الطلب لدى Serva:",
    lastCheck: "آخر تحقّق:",
    completed: "اكتمل",
    home: "الرئيسية",
    myOrders: "طلباتي",
    activeOrders: "الطلبات الجارية",
    finished: "المنتهية",
    finishedOrders: "الطلبات المنتهية",
  },
};

/** A first order, from nothing to its end, as somebody lives it who reads this language. */
function firstOrder(t) {
  const atHome = (a) => a.sees() && a.button(t.browse) && a.button(t.settings);
  // Cards and answers of an earlier order are not this one's.
  const fresh = (message, a) => message && message.message_id > a.since && message;
  const card = (a) => fresh(a.told(t.orderId), a);
  const ending = (a) => card(a) && a.messages.find((one) => one.reply_to === card(a).message_id);

  return {
    title: "A guided first order",
    async begin(stage) {
      const person = [...feed.state.people.values()].find(({ name }) => name === t.person);
      if (!person) throw new Error(`${t.person} is not there. Reset brings the cast back.`);
      const actor = new Actor(stage, person);
      actor.since = actor.messages[0]?.message_id ?? 0;
      actor.link = unused(t.link);
      return actor;
    },
    steps: [
      {
        name: "Say hello",
        say: `${t.person} opens the bot and sends /start. Nobody needs to sign up: a Serva key is all it takes.`,
        act: (a) => a.type("/start"),
        shown: (a) => fresh(a.sees(t.welcome), a) || (fresh(a.sees(), a) && atHome(a)),
        expects: "a welcome that asks for a key, or Home where one is linked already",
      },
      {
        name: "Copy the key",
        say: "Serva gives every customer an API key. In this demo Serva is the Provider panel, and Copy key takes it.",
        act: (a) => a.point("provider", `Copy key of ${t.person}`),
      },
      {
        name: "Paste it into the chat",
        say: "The key can spend money, so the bot deletes the message that holds it and keeps it encrypted. The balance shows that it works.",
        act: (a) => a.type(a.account.key),
        shown: (a) => atHome(a),
        expects: "Home with the balance",
      },
      {
        name: "Browse",
        say: "A tap changes the message in place, as an app would. Nothing piles up in the chat.",
        act: (a) => a.tap(t.browse),
        shown: (a) => a.sees(t.categories),
        expects: "the list of categories",
      },
      {
        name: "Pick a category",
        say: "Every service has its price beside it: this customer's own, with their discount.",
        act: (a) => a.tap(t.category),
        shown: (a) => a.sees(t.yourPrice),
        expects: "the services of the category, with prices",
      },
      {
        name: "Pick a service",
        say: "A service tells its rate and its limits, and asks its first question at once.",
        act: (a) => a.tap(t.service),
        shown: (a) => a.sees(t.askLink),
        expects: "the question for a link",
      },
      {
        name: "Send the link",
        say: "What is typed answers the question. A wrong link would be asked for again, and nothing lost.",
        act: (a) => a.type(a.link),
        shown: (a) => a.sees(t.askQuantity),
        expects: "the question how many",
      },
      {
        name: "Choose how many",
        say: "The usual quantities are buttons with their price. Any other number can be typed, in any digits.",
        act: (a) => a.tap(t.preset),
        shown: (a) => a.sees() && a.button(t.order)?.message_id === a.messages[0].message_id,
        expects: "everything on one screen, to be confirmed",
      },
      {
        name: "Read before it costs",
        say: "This screen is never skipped: the service, the link, the quantity, the total and what is left after it. Nothing has been spent.",
      },
      {
        name: "Order",
        say: "One tap spends the money, once: a second tap, a second phone or a crash never make it two.",
        act: (a) => a.tap(t.order),
        shown: card,
        expects: "the order's card, with its id at Serva",
      },
      {
        name: "Watch the card",
        say: "The message has become the order's card. It keeps itself up to date, without a sound.",
        shown: (a) => card(a) && a.told(t.orderId, t.lastCheck),
        expects: "a first look at how the order runs",
        patience: 20_000,
      },
      {
        name: "Let time fly",
        say: "Orders take minutes to days. Here Serva's time can run sixty times as fast.",
        act: (a) => a.press("provider", "Time ×60"),
        shown: (a) => card(a) && (feed.state.serva.clock.speed === 60 || ending(a)),
        expects: "Serva's time at sixty times its speed",
      },
      {
        name: "It ends",
        say: "Only now does the phone ring: a new message, as a reply to its card.",
        act: (a) => a.turnToPhone(),
        shown: ending,
        expects: "the news of the end, as a reply to the card",
        patience: 40_000,
      },
      {
        name: "What it says",
        say: (a) =>
          ending(a) && a.told(t.completed)
            ? "Completed, and what Serva shows as the charge. The bot says what Serva says, and no more."
            : "This one did not complete: like a real panel, this Serva lets some orders end otherwise. The bot says exactly what came and what Serva charges now.",
      },
      {
        name: "Go home",
        say: "Home offers the same order again, at today's price.",
        act: (a) => a.tap(t.home),
        shown: (a) => ending(a) && (atHome(a) || a.sees(t.activeOrders) || a.sees(t.finishedOrders)),
        expects: "Home with the new balance",
      },
      {
        name: "My orders",
        say: "My orders keeps them all: what runs, and what has ended.",
        act: async (a) => {
          await a.tap(t.myOrders);
          await a.until(() => a.sees(t.activeOrders), 5000);
          await a.tap(t.finished);
        },
        shown: (a) => ending(a) && a.sees(t.finishedOrders),
        expects: "the list of finished orders",
      },
    ],
    end: "A first order, from the key to its end, with nothing but a chat.",
    next: "the phone is yours, and everything you saw works by hand. Or let something go wrong, in one of the stories.",
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

const ENGLISH = firstOrder(LABELS.en);
const ARABIC = firstOrder(LABELS.ar);
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const HURRY = new URLSearchParams(location.search).get("tour") === "fast";

/** @param {{stage: import("./stage.js").Stage}} around */
export function mountTour(root, { stage }) {
  const player = new Player(stage, { fast: () => HURRY || CALM.matches, changed: () => show() });
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
  const takeOver = () =>
    player.pause("You have taken over. Continue goes on from what the phone shows then.");
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

const GO_ON = { playing: "Pause", waiting: "Pause", paused: "Continue", failed: "Try again" };

function captionOf(player) {
  const title = el("h2");
  const place = el("span", { class: "muted", role: "status" });
  const trouble = el("p", { class: "caption-trouble" });
  const words = el("p");
  const advice = el("p");
  const goOn = button("", () => (player.busy ? player.pause() : player.resume()), "primary");
  const next = button("Next step", () => player.next());
  const again = button("Start again", () => player.start(player.script));
  const close = button("Close", () => player.close());
  const element = el(
    "aside",
    { class: "caption", "aria-label": "Caption", hidden: true },
    el("div", { class: "caption-head" }, title, place),
    el("div", { class: "caption-words", role: "status" }, trouble, words, advice),
    el("div", { class: "actions" }, goOn, next, again, close),
  );

  function update() {
    const { script, state, step } = player;
    element.hidden = !script;
    if (!script) return;
    const done = state === "done";
    element.dataset.state = state;
    setText(title, script.title);
    setText(place, done ? "Finished" : `${player.at + 1} of ${script.steps.length}: ${step.name}`);
    setText(words, player.words);
    setText(advice, done ? `Try next: ${script.next}` : "");
    setText(trouble, player.trouble);
    goOn.hidden = next.hidden = done;
    setText(goOn, GO_ON[state] ?? "");
  }
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
      el("label", {}, arabic, "Arabic, with ", el("bdi", {}, LABELS.ar.person)),
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
