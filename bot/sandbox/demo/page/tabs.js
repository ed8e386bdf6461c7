/** The tabs: one view at a time, chosen by click, arrow keys or the address; knows no panel. */

export class Tabs {
  #list;
  #onShow;

  /** @param {(view: string) => void} onShow */
  constructor(list, onShow) {
    this.#list = list;
    this.#onShow = onShow;
    this.current = "";
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.show(nameOf(tab));
    });
    list.addEventListener("keydown", (event) => this.#byKey(event));
  }

  /** Whether there is a tab of this name, and this layout has it. */
  has(view) {
    return this.#shown().some((tab) => nameOf(tab) === view);
  }

  show(view) {
    for (const tab of this.#list.children) {
      const chosen = nameOf(tab) === view;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel.classList.contains("panel")) panel.hidden = !chosen;
    }
    document.documentElement.dataset.view = view;
    this.current = view;
    this.#onShow(view);
  }

  #byKey(event) {
    const tabs = this.#shown();
    const at = tabs.indexOf(document.activeElement);
    const next = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    tabs[next].focus();
    this.show(nameOf(tabs[next]));
  }

  #shown() {
    return [...this.#list.children].filter((tab) => tab.checkVisibility());
  }
}

function nameOf(tab) {
  return tab.id.replace("tab-", "");
}
