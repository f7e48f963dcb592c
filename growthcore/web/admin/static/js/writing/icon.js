// A symbol of the sprite at `context.icons`.
export function icon(name, context) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon gc-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${context.icons}#${name}`);
  svg.append(use);
  return svg;
}
