/** The Bot panel: the process, its end and its beginning, and what it writes. */

import { post } from "./api.js";
import { attempt, el, setText } from "./dom.js";
import { feed } from "./feed.js";

export function mountBot(root) {
  const facts = {
    state: el("span", { role: "status" }),
    pid: el("span"),
    uptime: el("span"),
    starts: el("span"),
  };
  const buttons = {
    kill: button("Kill -9", "kill", "danger"),
    stop: button("Stop", "stop"),
    start: button("Start", "start", "primary"),
  };
  const log = el("pre", { class: "log", tabindex: "0", "aria-label": "Log of the bot" });
  root.append(
    el("div", { class: "panel-head" }, el("h2", {}, "Bot")),
    el(
      "p",
      { class: "lead" },
      "The real bot, a process of its own. Kill it in mid-order, start it, and watch what it says.",
    ),
    el(
      "div",
      { class: "card" },
      el(
        "dl",
        { class: "facts" },
        fact("State", facts.state),
        fact("Process", facts.pid),
        fact("Up for", facts.uptime),
        fact("Starts", facts.starts),
      ),
      el("div", { class: "actions" }, Object.values(buttons)),
    ),
    el("h3", { class: "sub" }, "Log"),
    log,
  );
  feed.on("bot", (bot) => {
    setText(facts.state, stateOf(bot));
    facts.state.className = bot.running ? (bot.ready ? "good" : "soon") : "bad";
    setText(facts.pid, bot.pid ?? "none");
    setText(facts.starts, bot.starts);
    enable(buttons, bot.running);
    showUptime(facts.uptime);
    showLog(log, bot.log);
  });
  setInterval(() => root.hidden || showUptime(facts.uptime), 1000);
}

function fact(word, value) {
  return el("div", {}, el("dt", {}, word), el("dd", {}, value));
}

function button(word, deed, looks = "") {
  const act = () => attempt(() => post(`/demo/bot/${deed}`));
  return el("button", { type: "button", class: `btn ${looks}`, onclick: act }, word);
}

/** A button that its own success disables hands the focus to the one that is useful next. */
function enable({ kill, stop, start }, running) {
  const focused = [kill, stop, start].find((one) => one === document.activeElement);
  kill.disabled = stop.disabled = !running;
  start.disabled = running;
  if (focused?.disabled) (running ? kill : start).focus();
}

function stateOf({ running, ready, ended }) {
  if (running) return ready ? "Running" : "Starting";
  if (!ended) return "Not started";
  return { killed: "Killed", stopped: "Stopped" }[ended] ?? `Ended: ${ended}`;
}

function showUptime(element) {
  const since = feed.state.bot?.since;
  const seconds = since ? Math.max(0, Math.round((Date.now() - since) / 1000)) : 0;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  setText(element, since ? (minutes ? `${minutes} min ${rest} s` : `${rest} s`) : "—");
}

/** The newest line stays in sight, unless somebody reads further up. */
function showLog(log, lines) {
  const text = lines.join("\n") || "Nothing yet.";
  if (log.textContent === text) return;
  const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.textContent = text;
  if (atEnd) log.scrollTop = log.scrollHeight;
}
