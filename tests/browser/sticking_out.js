// What is wider than the window, its panel or its phone, unless something between scrolls or cuts it.
() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`the page, ${root.scrollWidth} of ${innerWidth}`);
  const named = (element) =>
    element.tagName.toLowerCase() +
    (element.id ? `#${element.id}` : "") +
    (typeof element.className === "string" && element.className ? `.${element.className}` : "") +
    ` "${element.textContent.trim().slice(0, 30)}"`;
  const cuts = (element) => !["visible", "clip"].includes(getComputedStyle(element).overflowX);
  const boxes = document.querySelectorAll("[role=region], section[aria-label], [role=tabpanel], dialog[open]");
  for (const box of boxes) {
    if (!box.checkVisibility()) continue;
    const frame = box.getBoundingClientRect();
    if (frame.left < -1 || frame.right > innerWidth + 1) found.push(`${named(box)}: itself`);
    for (const element of box.querySelectorAll("*")) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const place = element.getBoundingClientRect();
      // What only a screen reader meets is a pixel large.
      if (place.width <= 1 || place.height <= 1) continue;
      let within = element.parentElement;
      while (within !== box && !cuts(within)) within = within.parentElement;
      const edge = within.getBoundingClientRect();
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(within).overflowX);
      if (scrolls && within.scrollWidth > within.clientWidth + 1 && !within.dataset.wide) {
        found.push(`${named(within)}: scrolls sideways`);
      } else if (place.left < edge.left - 1 || place.right > edge.right + 1) {
        found.push(`${named(element)}: ${place.left}..${place.right} of ${edge.left}..${edge.right}`);
      }
    }
  }
  return [...new Set(found)].slice(0, 10);
};
