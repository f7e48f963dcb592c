// Between blocks and writing by hand.
import { fresh, make } from "../segments/dom.js";

export function switcher(words, choose) {
  const button = (word, html) => make("button", { type: "button", class: "btn btn-sm", onclick: () => choose(html) }, words[word]);
  const buttons = [button("blocks", false), button("html", true)];
  const group = make("div", { class: "btn-group gc-switch", role: "group" }, ...buttons);
  group.choose = (html) => buttons.forEach((each, index) => each.setAttribute("aria-pressed", String(html === (index === 1))));
  return group;
}

// Asks in a dialog; resolves to whether it was agreed to.
export function confirmed(host, text, agree, cancel) {
  const id = fresh("ask");
  const dialog = make("dialog", { class: "gc-dialog", "aria-labelledby": id },
    make("p", { id }, text),
    make("div", { class: "gc-dialog-buttons" },
      make("button", { type: "button", class: "btn", onclick: () => dialog.close() }, cancel),
      make("button", { type: "button", class: "btn btn-primary", onclick: () => dialog.close("yes") }, agree)));
  host.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}
