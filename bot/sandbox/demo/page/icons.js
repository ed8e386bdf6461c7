/** The few drawings that the phone needs, as strokes on a 24 by 24 grid. */

const STROKES = {
  attach: "M19 11.5 12.2 18.3a4.2 4.2 0 0 1-6-6l7.4-7.4a2.8 2.8 0 0 1 4 4l-7.3 7.3a1.4 1.4 0 0 1-2-2l6.5-6.5",
  block: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9V5.5A1.5 1.5 0 0 1 10.5 4h8A1.5 1.5 0 0 1 20 5.5v8a1.5 1.5 0 0 1-1.5 1.5H15M5.5 9h8A1.5 1.5 0 0 1 15 10.5v8A1.5 1.5 0 0 1 13.5 20h-8A1.5 1.5 0 0 1 4 18.5v-8A1.5 1.5 0 0 1 5.5 9Z",
  down: "M5 9l7 7 7-7",
  edit: "M4 20l1-4.5L16 4.5l3.5 3.5-11 11L4 20ZM14 6.5l3.5 3.5",
  file: "M7 3.5h7l4.5 4.5v11a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5ZM13.5 4v4.5H18",
  link: "M8 16 16.5 7.5M9.5 7h7.5v7.5",
  menu: "M5 7h14M5 12h14M5 17h14",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  photo: "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5v-11A1.5 1.5 0 0 1 5.5 5ZM4.5 17l5-5 4 4 2.5-2.5 4 4M15.5 9v.01",
  remove: "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
  reply: "M10 6 4.5 11.5 10 17v-3.5c5 0 7.5 1.5 9.5 5 0-6-3.5-9.5-9.5-9.5V6Z",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  silent: "M6.5 16.5h11c-1-1.2-1.5-2.5-1.5-5a4 4 0 0 0-6-3.5M8 11.5c0 2.5-.5 3.8-1.5 5M10.5 19.5h3M4.5 4.5l15 15",
  sticker: "M12 4a8 8 0 1 0 8 8c-4 0-8-4-8-8Zm0 0c2 0 8 6 8 8M9 11v.01M9 15c1.5 1.5 4 1.5 5.5 0",
  ticks: "M2 12.5l5 5L17 7M11.5 16.5l1 1L22.5 7",
};

const SVG = "http://www.w3.org/2000/svg";

/** An icon for the eye only; whatever holds it has the name. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  drawing.append(path);
  return drawing;
}
