// Elements in one line: make("button", {type: "button", onclick: go}, "text", child)
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function options(choices, chosen) {
  return choices.map(([value, label]) =>
    make("option", { value: String(value), selected: String(value) === String(chosen ?? "") }, label || String(value)),
  );
}

let last = 0;
export const fresh = (prefix) => `${prefix}-${++last}`;
