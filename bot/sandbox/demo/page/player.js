/**
 * Plays a script: step after step, until somebody pauses it or takes over; knows no script.
 *
 * A script is `{title, guide, begin(stage), steps, end, next, tidy(actor)}`: `guide` is its language,
 * of guide.js; `begin` makes its actor, `end` says what was to be seen, `next` what to try. A step is,
 * in the order in which it happens:
 *
 *   name      what it is, in a few words
 *   say       what happens and why it matters, for the reader
 *   linger    milliseconds to look at the phone, besides those to read what is said
 *   act       does it; without it there is only something to read
 *   shown     whether it has come, or came before; it must hold only after `act`
 *   expects   what `shown` waits for, in words
 *   patience  how long it waits, in milliseconds
 *
 * `say`, `act` and `shown` are given the actor, and so may `end` be. What was done by hand needs not
 * be done again: from a pause it goes on behind the last step whose `shown` holds.
 */

import { TooLate } from "./actor.js";

const PATIENCE = 12_000;
const LOOK = 3000;
const A_WORD = 220;

export class Player {
  /** @type {"idle" | "playing" | "waiting" | "paused" | "failed" | "done"} */
  state = "idle";
  script = null;
  at = 0;
  /** Why it does not go on, in words; empty where the reader wanted it so. */
  trouble = "";
  #stage;
  #changed;
  #fast;
  #actor = null;
  #untidy = false;
  #hold = new AbortController();

  /** @param {{fast: () => boolean, changed: () => void}} around */
  constructor(stage, { fast, changed }) {
    this.#stage = stage;
    this.#fast = fast;
    this.#changed = changed;
  }

  get step() {
    return this.script?.steps[this.at];
  }

  /** What there is to read now. */
  get words() {
    const words = this.state === "done" ? this.script.end : this.step?.say;
    return (typeof words === "function" ? this.#actor && words(this.#actor) : words) ?? "";
  }

  get busy() {
    return this.state === "playing" || this.state === "waiting";
  }

  /** Play a script from its beginning, in place of whatever is on. */
  async start(script) {
    const tidied = this.#leave(script);
    await this.#run({ after: tidied });
  }

  /** Go on from what is shown now; `once` for a single step. */
  async resume({ once = false } = {}) {
    if (this.busy) return;
    // After trouble nobody knows how far it is: the person may even have gone back.
    const from = this.trouble ? 0 : this.at;
    if (this.#actor) this.at = Math.min(this.#behind(from), this.script.steps.length - 1);
    await this.#run({ once });
  }

  /** Stop here; the reader may go on. */
  pause(trouble = "") {
    if (!this.busy) return;
    this.#hold.abort();
    this.#set("paused", trouble);
  }

  /** Do one step: the one that is on, or the next. */
  async next() {
    this.pause();
    await this.resume({ once: true });
  }

  /** Leave the script, with nothing left behind. */
  async close() {
    const tidied = this.#leave();
    this.#set("idle");
    await tidied;
  }

  /** Leave the script as it is, because its world is gone. */
  forget() {
    this.#untidy = false;
    this.#leave();
    this.#set("idle");
  }

  #leave(script = null) {
    this.#hold.abort();
    const tidied = this.#tidy();
    Object.assign(this, { script, at: 0 });
    this.#actor = null;
    return tidied;
  }

  async #run({ once = false, after = null }) {
    const { signal } = (this.#hold = new AbortController());
    this.#set("playing");
    try {
      await after;
      const known = this.#actor ?? (await this.script.begin(this.#stage));
      signal.throwIfAborted();
      const actor = (this.#actor = known.anew(signal, this.#fast()));
      this.#untidy = true;
      for (;;) {
        await this.#perform(this.step, actor, once);
        const next = Math.max(this.at + 1, this.#behind(this.at));
        if (next >= this.script.steps.length) break;
        this.at = next;
        if (once) return this.pause();
      }
      await this.#tidy();
      if (!signal.aborted) this.#set("done");
    } catch (error) {
      if (!signal.aborted) this.#set("failed", this.#complaint(error));
    }
  }

  /** Whoever asks for the next step has read what there is to read. */
  async #perform(step, actor, read) {
    this.#set("playing");
    await actor.rest(read || actor.fast ? 0 : this.#timeToRead(step));
    await step.act?.(actor);
    actor.signal.throwIfAborted();
    if (!step.shown) return;
    this.#set("waiting");
    await actor.until(step.shown, step.patience ?? PATIENCE);
  }

  #timeToRead({ linger = 0 }) {
    return Math.max(LOOK, A_WORD * this.words.split(" ").length) + linger;
  }

  /** The place behind the last step, from `from` on, that has come. */
  #behind(from) {
    const last = this.script.steps.findLastIndex((step) => step.shown?.(this.#actor));
    return Math.max(from, last + 1);
  }

  #complaint(error) {
    if (!(error instanceof TooLate)) return error.message;
    const seconds = (this.step.patience ?? PATIENCE) / 1000;
    return this.script.guide.caption.late(this.step.expects, seconds);
  }

  async #tidy() {
    if (!this.#untidy) return;
    this.#untidy = false;
    await this.script.tidy(this.#actor).catch(reportError);
  }

  #set(state, trouble = "") {
    Object.assign(this, { state, trouble });
    this.#changed();
  }
}
