/** Wires the page: the top, the phones and the panels. */

import { post } from "./api.js";
import { mountBot } from "./bot.js";
import { attempt, el, say, setText } from "./dom.js";
import { feed } from "./feed.js";
import { mountPeople } from "./people.js";
import { mountProvider } from "./provider.js";
import { Stage } from "./stage.js";
import { Tabs } from "./tabs.js";
import { mountTour } from "./tour.js";
import { mountWire } from "./wire.js";

const PATIENCE = 1500;
const NARROW = matchMedia("(width < 700px)");
const root = document.documentElement;
const query = new URLSearchParams(location.search);
let startingOver = false;
const byId = (id) => document.getElementById(id);

const tabs = new Tabs(byId("tabs"), keepAddress);
const stage = new Stage(byId("phones"), tabs, Number(query.get("phone") ?? query.get("person")));

mountTour(byId("panel-tour"), { stage });
mountPeople(byId("panel-people"), { stage });
mountProvider(byId("panel-provider"));
mountWire(byId("panel-wire"));
mountBot(byId("panel-bot"));

addEventListener("hashchange", followAddress);
followAddress();
fitLayout();
NARROW.addEventListener("change", fitLayout);
byId("theme").addEventListener("click", switchTheme);
byId("reset").addEventListener("click", () => byId("reset-dialog").showModal());
byId("reset-dialog").addEventListener("close", reset);
feed.on("bot", showBotState);
tellOfLoss();
feed.start();

/** `#provider` opens that view; `#phone`, or `?phone=` somebody and no more, is the phone alone. */
function followAddress() {
  const asked = location.hash.slice(1);
  root.toggleAttribute("data-alone", asked === "phone" || (query.has("phone") && !asked));
  stage.arrange();
  tabs.show(fitting(asked || tabs.current));
}

/** Where there is room for one thing, the phones are one of the tabs' panels. */
function fitLayout() {
  byId("phones").setAttribute("role", NARROW.matches ? "tabpanel" : "region");
  tabs.show(fitting(tabs.current));
}

/** The view that was asked for, or the first one where this layout has no such view. */
function fitting(view) {
  if (view && tabs.has(view)) return view;
  return tabs.has("phone") ? "phone" : "tour";
}

/** Keep the view in the address, for a reload; the phone's tab is where an empty address leads. */
function keepAddress(view) {
  if (root.hasAttribute("data-alone")) return;
  const address = location.pathname + location.search + (view === "phone" ? "" : `#${view}`);
  history.replaceState(null, "", address);
}

function switchTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

async function reset() {
  const dialog = byId("reset-dialog");
  if (dialog.returnValue !== "yes") return;
  dialog.returnValue = "";
  startingOver = true;
  startingOver = await attempt(() => post("/demo/reset"));
}

/** The first words are dropped where there is no room for them. */
function showBotState({ running, ready }) {
  const [looks, word] = !running
    ? ["bad", "down"]
    : ready
      ? ["good", "running"]
      : ["soon", "starting"];
  const state = byId("bot-state");
  if (state.className === `state ${looks}`) return;
  state.className = `state ${looks}`;
  state.replaceChildren(el("span", {}, el("span", { class: "more" }, "Bot is "), word));
}

/** Say that the feed is lost; a first connection has a moment before it is called a loss. */
function tellOfLoss() {
  const lost = () => {
    setText(byId("lost"), startingOver ? "Starting over…" : "Connection lost, trying again");
  };
  const first = setTimeout(lost, PATIENCE);
  let epoch = "";
  feed.on("disconnected", lost);
  feed.on("hello", (hello) => {
    clearTimeout(first);
    setText(byId("lost"), "");
    if (epoch && epoch !== hello.epoch) say("The demo has started over.");
    epoch = hello.epoch;
    startingOver = false;
  });
}
