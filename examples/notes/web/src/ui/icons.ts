/** Line icons on a grid of 24, drawn in the colour of the text around them. */
const PATHS = {
  bell: "M5 17h14c-1.7-1.7-2-3.6-2-7a5 5 0 0 0-10 0c0 3.4-.3 5.3-2 7zM10 20.5a2.2 2.2 0 0 0 4 0M12 3v2",
  plus: "M12 5v14M5 12h14",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
  back: "M14.5 5.5 8 12l6.5 6.5",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
} as const;

/** One of the icons. It says nothing to a screen reader; its button must. */
export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
