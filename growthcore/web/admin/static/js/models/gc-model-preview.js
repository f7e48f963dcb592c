// Shows a model's widget with real products while it is being filled in: 400 ms after the last change,
// and never in the middle of a Hangul syllable. What comes late for an older state is dropped.
import "./gc-product-widget.js";

const PAUSE = 400;

class ModelPreview extends HTMLElement {
  #timer;
  #asked = 0;

  connectedCallback() {
    this.form = document.getElementById(this.dataset.form ?? "");
    for (const source of [this.form, this].filter(Boolean)) {
      source.addEventListener("input", (event) => event.isComposing || this.#later());
      source.addEventListener("compositionstart", () => clearTimeout(this.#timer));
      source.addEventListener("compositionend", () => this.#later());
    }
    this.addEventListener("click", (event) => this.#resize(event.target.closest("[data-width]")));
    this.addEventListener("gc-select", (event) => event.preventDefault());
    this.#show();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), PAUSE);
  }

  async #show() {
    const asked = ++this.#asked;
    const values = new FormData(this.form ?? undefined);
    for (const field of this.querySelectorAll("[name^=as_]")) values.set(field.name, field.value);
    try {
      const response = await fetch(this.dataset.action, { method: "POST", body: new URLSearchParams(values), headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (asked === this.#asked) this.#draw(answer);
    } catch {
      if (asked === this.#asked) this.#say(this.dataset.failed);
    }
  }

  #draw({ errors, widget, items, skipped, withheld, about }) {
    // What is wrong is said while the last good state stays in sight.
    if (!widget) return this.#say((errors ?? [this.dataset.failed]).join(" "));
    this.querySelector("gc-product-widget").draw({ widget }, items);
    const wanted = Math.max(widget.pc_count, widget.mobile_count);
    const example = about ? this.dataset.example.replace("{}", about) : "";
    const few = items.length < wanted ? this.dataset.few.replace("{}", items.length) : "";
    this.#say([example, items.length ? few : this.dataset.none].filter(Boolean).join(" "));
    const why = this.querySelector("[data-why]");
    why.hidden = !items.length && !skipped.length && !withheld.length;
    why.querySelector("ol").replaceChildren(
      ...items.map(({ name, why: reason }) => line(`${name} — ${reason}`)),
      ...withheld.map(({ name, why: reason }) => line(`${this.dataset.withheld.replace("{}", name)} — ${reason}`)),
      ...skipped.map(({ model, why: reason }) => line(`${model}: ${reason}`)),
    );
  }

  #say(text) {
    this.querySelector("[data-status]").textContent = text;
  }

  #resize(button) {
    if (!button) return;
    for (const each of this.querySelectorAll("[data-width]")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
    this.querySelector("[data-stage]").classList.toggle("is-phone", button.dataset.width === "phone");
  }
}

function line(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}

customElements.define("gc-model-preview", ModelPreview);
