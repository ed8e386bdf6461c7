import { button } from "./controls.js";
import { copy, el, say, setText } from "./dom.js";

/** A customer's key: hidden until somebody wants to see it, for copying needs no look at it. */
export function keyLine(label) {
  let key = "";
  let open = false;
  const shown = el("code", { class: "key" });
  const reveal = button("Show", () => show(!open));
  const take = button("Copy key", copyKey, { label: `Copy key of ${label}` });
  function show(opened) {
    open = opened;
    setText(shown, open ? key : `••••••••${key.slice(-4)}`);
    setText(reveal, open ? "Hide" : "Show");
    reveal.setAttribute("aria-label", `${open ? "Hide" : "Show"} key of ${label}`);
  }
  async function copyKey() {
    try {
      await copy(key);
      say("Key copied. Paste it into the chat.");
    } catch {
      show(true);
      getSelection().selectAllChildren(shown);
      say("The browser did not let it be copied; the key is shown and selected.", { bad: true });
    }
  }
  return {
    shown,
    buttons: [reveal, take],
    update(latest) {
      key = latest;
      show(open);
    },
  };
}
