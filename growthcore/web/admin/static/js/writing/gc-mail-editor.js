// <gc-mail-editor> around a <textarea> that holds blocks as JSON, in whose place it is edited: kinds and
// their forms are in `data-kinds`. The textarea is what the form sends; without this script it can be
// edited itself. Where `data-source` names a field for writing by hand, one of the two is shown.
import { make } from "../segments/dom.js";
import { drawList } from "./blocks.js";
import { confirmed, switcher } from "./switch.js";

const HISTORY = 100;
const PAUSE = 1000;

class MailEditor extends HTMLElement {
  #past = [];
  #future = [];
  #typedAt = 0;

  async connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "1";
    this.area = this.querySelector("textarea");
    this.blocks = parse(this.area.value);
    if (this.blocks === null) return; // What does not read as blocks is left to be mended as text.
    const response = await fetch(this.dataset.catalogue);
    if (!response.ok || !this.isConnected) return;
    this.catalogue = await response.json();
    this.words = this.catalogue.words;
    this.kinds = JSON.parse(this.dataset.kinds);
    this.opened = new WeakSet();
    this.#build();
    this.#draw();
    this.#set(this.#text());
    this.#showErrors();
  }

  #build() {
    this.area.closest(".gc-field").hidden = true;
    this.list = make("div", { class: "gc-blocks" });
    this.said = make("p", { class: "visually-hidden", role: "status" });
    this.undo = this.#button("undo", () => this.#travel(this.#past, this.#future));
    this.redo = this.#button("redo", () => this.#travel(this.#future, this.#past));
    this.editor = make("div", {}, this.list, make("div", { class: "gc-builder-history" }, this.undo, this.redo));
    this.append(this.editor, this.said);
    this.source = document.getElementById(`f-${this.dataset.source}`);
    if (this.source) this.prepend(this.tabs = switcher(this.words, (html) => this.#switch(html)));
    this.#show(Boolean(this.source?.value.trim()) && !this.blocks.length);
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #button(word, onclick) {
    return make("button", { type: "button", class: "btn btn-sm", onclick }, this.words[word]);
  }

  // Change the blocks and draw them again; then put the focus where the work goes on.
  edit(change, focus, said) {
    change();
    this.#draw();
    this.#keep();
    if (said) this.said.textContent = said;
    focus?.()?.focus();
  }

  #draw() {
    this.sortables?.forEach((each) => each.destroy());
    this.sortables = [];
    this.list.replaceChildren(drawList(this.blocks, this.kinds, this.#context(), true));
  }

  #context() {
    return {
      words: this.words, opened: this.opened, icons: this.dataset.icons, sortables: this.sortables,
      catalogue: { ...this.catalogue, choices: {}, suggestions: {} },
      changed: () => this.#keep(performance.now()), edit: (...all) => this.edit(...all),
      say: (text) => { this.said.textContent = text; }, onOperator: () => {},
    };
  }

  #text() {
    return this.blocks.length ? JSON.stringify(this.blocks) : "";
  }

  // What is typed without a pause is one step back.
  #keep(typedAt = 0) {
    const text = this.#text();
    const goesOn = typedAt && typedAt - this.#typedAt < PAUSE;
    this.#typedAt = typedAt;
    if (this.text === text) return;
    if (!goesOn) this.#past.push(this.text);
    this.#past.splice(0, this.#past.length - HISTORY);
    this.#future.length = 0;
    this.#set(text);
  }

  #set(text) {
    const changed = this.text !== undefined && this.text !== text;
    this.text = text;
    this.area.value = text;
    this.undo.disabled = !this.#past.length;
    this.redo.disabled = !this.#future.length;
    if (changed) this.area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #travel(from, to) {
    if (!from.length) return;
    to.push(this.text);
    const text = from.pop();
    this.blocks = parse(text);
    this.#draw();
    this.#set(text);
    this.list.querySelector("[data-opener], summary")?.focus();
  }

  #key(event) {
    // Inside a text, undoing is the text's own.
    if (event.target.matches("input, textarea, [contenteditable]") || !(event.ctrlKey || event.metaKey)) return;
    const back = event.key.toLowerCase() === "z" && !event.shiftKey;
    const forth = event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
    if (!back && !forth) return;
    event.preventDefault();
    if (back) this.#travel(this.#past, this.#future);
    else this.#travel(this.#future, this.#past);
  }

  #show(html) {
    this.editor.hidden = html;
    if (this.source) this.source.closest(".gc-field").hidden = !html;
    this.tabs?.choose(html);
  }

  // Neither way can be gone back: what would be lost is asked about first.
  async #switch(html) {
    if (html === this.editor.hidden) return;
    if (html && this.blocks.length) {
      if (!(await confirmed(this, this.words.toHtml, this.words.toHtmlDo, this.words.cancel))) return;
      const text = await this.#written();
      if (text === null) return;
      this.source.value = text;
      this.edit(() => { this.blocks = []; });
    } else if (!html && this.source.value.trim()) {
      if (!(await confirmed(this, this.words.toBlocks, this.words.toBlocksDo, this.words.cancel))) return;
      this.source.value = "";
    }
    this.#past.length = this.#future.length = 0;
    this.#set(this.#text());
    this.#show(html);
    this.source.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  // The blocks as HTML; where something is wrong with them, that is shown.
  async #written() {
    const response = await fetch(this.dataset.write, { method: "POST", body: new URLSearchParams({ blocks: this.text }) });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer.source;
    this.said.textContent = this.words.failed;
    this.#mark(Object.entries(answer.errors ?? {}));
    return null;
  }

  #showErrors() {
    const own = Object.entries(JSON.parse(this.dataset.errors || "{}"));
    const name = this.area.name;
    this.#mark(own.filter(([path]) => path.startsWith(`${name}[`)).map(([path, told]) => [path.slice(name.length), told]));
  }

  // A path such as "[2].left[0].text" leads to the block, inside it to a block of its own, to the field.
  #mark(errors) {
    for (const [path, told] of errors) {
      const { item, name } = this.#found(path.startsWith("[") ? path : path.replace(/^(\d+)/, "[$1]"));
      if (!item) continue;
      const field = name && item.querySelector(`:scope > .gc-block-body > [data-param="${name}"]`);
      const label = field?.querySelector(".form-label, .form-check-label")?.textContent;
      const error = item.querySelector(":scope > .gc-block-error");
      error.hidden = false;
      error.textContent = `${error.textContent} ${label ? `${label}: ` : ""}${told}`.trim();
    }
  }

  #found(path) {
    let box = this.list;
    let item = null;
    for (const [, place, name] of path.matchAll(/\[(\d+)\](?:\.(\w+))?/g)) {
      const next = box?.querySelector("ol")?.children[place];
      if (!next) break;
      item = next;
      item.querySelector(":scope > .gc-block-head [data-opener][aria-expanded=false]")?.click();
      box = name && item.querySelector(`:scope > .gc-block-body > [data-param="${name}"]`);
      if (!box?.querySelector("ol")) return { item, name };
    }
    return { item };
  }
}

function parse(text) {
  if (!text.trim()) return [];
  try {
    const found = JSON.parse(text);
    return Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

customElements.define("gc-mail-editor", MailEditor);
