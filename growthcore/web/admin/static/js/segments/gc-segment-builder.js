// <gc-segment-builder data-catalogue="URL" data-preview="URL"> around a <textarea> that holds a segment's
// definition as JSON. The textarea is what the form sends; without this script it can be edited itself.
// Beside each change it dispatches a "gc-definition" event that bubbles. `data-count="no"` leaves the
// live count to the page. `data-errors` is a JSON object of what is wrong, by path.
import { make } from "./dom.js";
import { LiveCount } from "./count.js";
import { drawRoot } from "./rows.js";
import { all, at, isComplete, newGroup, newLeaf, parse, serialise } from "./tree.js";

const HISTORY = 100;
const PAUSE = 1000;

class SegmentBuilder extends HTMLElement {
  #past = [];
  #future = [];
  #typedAt = 0;

  async connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "1";
    this.area = this.querySelector("textarea");
    this.root = parse(this.area.value);
    if (this.root === null) return; // What does not read as a definition is left to be mended as text.
    const response = await fetch(this.dataset.catalogue);
    if (!response.ok) return;
    this.catalogue = await response.json();
    this.words = this.catalogue.words;
    if (!this.root.items.length) this.root = newGroup("all", [newLeaf()]);
    this.#build();
    this.#draw();
    this.#keep();
    this.#show(this.#ownErrors());
  }

  #build() {
    this.area.closest(".gc-field").hidden = true;
    this.tree = make("div", { class: "gc-builder-tree" });
    this.said = make("p", { class: "visually-hidden", role: "status" });
    this.undo = make("button", { type: "button", class: "btn btn-sm", onclick: () => this.#travel(this.#past, this.#future) }, this.words.undo);
    this.redo = make("button", { type: "button", class: "btn btn-sm", onclick: () => this.#travel(this.#future, this.#past) }, this.words.redo);
    const side = this.dataset.count === "no" ? null
      : (this.count = new LiveCount(this.dataset.preview, this.words, (errors) => this.#show(errors))).element;
    this.append(make("div", { class: "gc-builder" },
      make("div", {}, this.tree, make("div", { class: "gc-builder-history" }, this.undo, this.redo)), side ?? ""), this.said);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("compositionstart", () => this.count?.hold());
  }

  // Of what is wrong with the form, what is so with the definition: by the path inside it.
  #ownErrors() {
    const own = Object.entries(JSON.parse(this.dataset.errors || "{}"))
      .filter(([path]) => path === this.area.name || path.startsWith(`${this.area.name}.`));
    return Object.fromEntries(own.map(([path, told]) => [path.slice(this.area.name.length + 1), told]));
  }

  // Change the tree and draw it again; then put the focus where the work goes on.
  edit(change, focus, said) {
    change();
    this.#draw();
    this.#keep();
    if (said) this.said.textContent = said;
    const target = typeof focus === "function" ? focus() : focus;
    if (target) this.#focusable(...target).focus();
  }

  // A node's own button; the first choice in it; the node itself; where the first node is added.
  #focusable(item, name) {
    const where = name === "kind" ? "" : ":scope > .gc-builder-head ";
    const found = item.element.querySelector(`${where}[data-focus=${name}]:not([disabled])`);
    return found ?? (item === this.root ? item.element.querySelector("[data-adder]") : item.element);
  }

  #draw() {
    const context = {
      catalogue: this.catalogue, words: this.words, changed: () => this.#keep(performance.now()),
      edit: (...all) => this.edit(...all), bare: (item) => this.#bare(item),
    };
    this.tree.replaceChildren(drawRoot(this.root, context));
  }

  // A node without what only the page needs, so that it can be copied.
  #bare(item) {
    const { element, path, ...rest } = item;
    return "items" in rest ? { ...rest, items: rest.items.map((each) => this.#bare(each)) } : rest;
  }

  // What is typed without a pause is one step back.
  #keep(typedAt = 0) {
    const text = serialise(this.root);
    const goesOn = typedAt && typedAt - this.#typedAt < PAUSE;
    this.#typedAt = typedAt;
    if (this.text !== undefined && this.text !== text) {
      if (!goesOn) this.#past.push(this.text);
      this.#past.splice(0, this.#past.length - HISTORY);
      this.#future.length = 0;
    }
    this.#set(text);
  }

  #set(text) {
    this.text = text;
    const complete = isComplete(this.root);
    this.area.value = text;
    this.undo.disabled = !this.#past.length;
    this.redo.disabled = !this.#future.length;
    this.count?.later(text, complete);
    this.dispatchEvent(new CustomEvent("gc-definition", { bubbles: true, detail: { text, complete } }));
  }

  #travel(from, to) {
    if (!from.length) return;
    to.push(this.text);
    const text = from.pop();
    this.root = parse(text);
    this.#draw();
    serialise(this.root);
    this.#set(text);
    this.tree.querySelector("select")?.focus();
  }

  #key(event) {
    // Inside a text field, undoing is the field's own.
    if (event.target.matches("input[type=text], textarea") || !(event.ctrlKey || event.metaKey)) return;
    const back = event.key.toLowerCase() === "z" && !event.shiftKey;
    const forth = event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
    if (!back && !forth) return;
    event.preventDefault();
    if (back) this.#travel(this.#past, this.#future);
    else this.#travel(this.#future, this.#past);
  }

  // What is wrong with a field begins with its name.
  #placed(item, path, sentence) {
    const [, name] = /^\.?(?:not\.)?params\.(\w+)/.exec(path.slice(item.path.length)) ?? [];
    const label = name && item.element.querySelector(`[data-param="${name}"] .form-label`);
    return label ? `${label.textContent}: ${sentence}` : sentence;
  }

  #show(errors) {
    const told = new Map();
    for (const [path, sentence] of Object.entries(errors)) {
      const item = at(this.root, path);
      told.set(item, [...(told.get(item) ?? []), this.#placed(item, path, sentence)]);
    }
    for (const item of all(this.root)) {
      const place = item.element.querySelector(":scope > .gc-builder-error");
      place.hidden = !told.has(item);
      place.classList.toggle("d-block", told.has(item));
      place.textContent = (told.get(item) ?? []).join(" ");
    }
  }
}

customElements.define("gc-segment-builder", SegmentBuilder);
