// The files of a content: uploaded one by one, listed with their size, taken out again. What is kept is
// the JSON in the field within.
import { make } from "./segments/dom.js";

customElements.define("gc-files", class extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.field = this.querySelector("textarea");
    this.words = JSON.parse(this.dataset.words);
    this.most = Number(this.dataset.most);
    this.files = this.read();
    this.list = make("ul", { class: "gc-files" });
    this.input = make("input", {
      type: "file", class: "form-control", id: `${this.field.id}-file`, accept: this.dataset.accept, onchange: () => this.upload(),
    });
    this.problem = make("p", { class: "invalid-feedback d-block", role: "alert" });
    this.label = make("label", { class: "form-label", for: this.input.id }, this.words.add);
    const place = this.field.closest(".gc-field") ?? this.field.parentElement;
    this.field.hidden = true;
    place.querySelector("label").hidden = true;
    place.prepend(make("span", { class: "form-label" }, this.dataset.label), this.list, this.label, this.input, this.problem);
    this.draw();
  }

  read() {
    try {
      const told = JSON.parse(this.field.value || "[]");
      return Array.isArray(told) ? told : [];
    } catch {
      return [];
    }
  }

  async upload() {
    this.problem.textContent = "";
    const [chosen] = this.input.files;
    if (!chosen) return;
    const body = new FormData();
    body.append("file", chosen);
    this.input.disabled = true;
    try {
      const response = await fetch(this.dataset.upload, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (response.ok) this.add(answer);
      else this.problem.textContent = Object.values(answer.errors ?? { file: this.words.failed }).join(" ");
    } catch {
      this.problem.textContent = this.words.failed;
    } finally {
      this.input.disabled = false;
      this.input.value = "";
      this.draw();
    }
  }

  add({ file, name, size }) {
    const same = new RegExp(`^${name.replace(/\.[^.]+$/, "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}( \\d+)?\\.`);
    const count = this.files.filter((each) => same.test(each.name)).length;
    this.sizes ??= {};
    this.sizes[file] = size;
    this.files.push({ file, name: count ? name.replace(/(\.[^.]+)$/, ` ${count + 1}$1`) : name });
    this.keep();
  }

  remove(position) {
    this.files.splice(position, 1);
    this.keep();
    this.draw();
    this.input.focus();
  }

  keep() {
    this.field.value = JSON.stringify(this.files);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  draw() {
    this.list.replaceChildren(...this.files.map((each, position) => make("li", {},
      make("a", { href: `${this.dataset.upload}${each.file}` }, each.name),
      this.sizes?.[each.file] ? make("small", { class: "text-secondary" }, ` ${Math.max(1, Math.round(this.sizes[each.file] / 1024)).toLocaleString()} KB `) : " ",
      make("button", { type: "button", class: "btn btn-sm", "aria-label": `${this.words.remove}: ${each.name}`, onclick: () => this.remove(position) }, this.words.remove))));
    const full = this.files.length >= this.most;
    this.input.hidden = full;
    this.label.hidden = full;
  }
});
