// What would stand in somebody's way: things without a name, or words that are hard to see.
() => {
  const found = [];
  const root = document.documentElement;
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const named = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 90);
  const text = (element) => element?.textContent.trim() ?? "";
  const byIds = (ids) => (ids ?? "").split(" ").map((id) => text(document.getElementById(id))).join(" ").trim();
  const name = (element) =>
    byIds(element.getAttribute("aria-labelledby")) ||
    element.getAttribute("aria-label") ||
    [...(element.labels ?? [])].map(text).join(" ").trim() ||
    (element.matches("input, select, textarea") ? "" : text(element)) ||
    element.getAttribute("alt") || "";

  for (const element of all("button, a[href], input, select, textarea, summary, [role=tab], [role=menuitem], [role=img], img")) {
    if (!name(element)) found.push(`no name: ${named(element)}`);
  }
  for (const element of all("dialog, [role=dialog], [role=tablist], [role=tabpanel], [role=log], [role=group]")) {
    if (!name(element).trim()) found.push(`no name: ${named(element)}`);
  }
  if (!root.lang) found.push("the page has no language");
  if (all("h1").length !== 1) found.push(`${all("h1").length} h1`);
  const levels = all("h1, h2, h3, h4, h5").map((heading) => Number(heading.tagName[1]));
  levels.forEach((level, at) => {
    if (at && level > levels[at - 1] + 1) found.push(`h${level} after h${levels[at - 1]}`);
  });
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) found.push(`twice: #${id}`);
  for (const element of document.querySelectorAll("[aria-controls], [aria-labelledby], [aria-describedby]")) {
    for (const attribute of ["aria-controls", "aria-labelledby", "aria-describedby"]) {
      for (const id of element.getAttribute(attribute)?.split(" ") ?? []) {
        if (!document.getElementById(id)) found.push(`${attribute} of nothing: ${named(element)}`);
      }
    }
  }

  // Contrast, by WCAG 2: 4.5, and 3 for large words. Where a picture is behind, its colour is unknown.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = rgba(style.backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) return layers.reduceRight((below, layer) => over(layer, below));
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!words || !seen(element) || element.closest("[disabled], [aria-disabled=true], [inert], option, noscript, script")) continue;
    const background = behind(element);
    if (!background) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(over(rgba(style.color), background)), light(background)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) found.push(`contrast ${contrast.toFixed(2)}: "${words.slice(0, 30)}" in ${named(element)}`);
  }
  return [...new Set(found)].slice(0, 20);
}
