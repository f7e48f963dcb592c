// Shows what is being written: posts the form's values into a fresh frame, 400 ms after the last
// change and never in the middle of a Hangul syllable. A fresh frame, because navigating the old one
// would put every key press into the browser's history.
const PAUSE = 400;

class Preview extends HTMLElement {
  #timer;

  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    const later = () => this.#later();
    for (const source of [this.form, this]) {
      source.addEventListener("input", (event) => event.isComposing || later());
      source.addEventListener("compositionstart", () => clearTimeout(this.#timer));
      source.addEventListener("compositionend", later);
    }
    this.addEventListener("click", (event) => this.#resize(event.target.closest("[data-width]")));
    // A template that fills the form is shown at once, saved or not.
    if (!this.querySelector("iframe").hasAttribute("src")) later();
    else if (/[?&](starter|template)=/.test(location.search)) later();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), PAUSE);
  }

  #show() {
    const old = this.querySelector("iframe");
    const frame = old.cloneNode();
    frame.removeAttribute("src");
    frame.name = `preview-${Date.now()}`;
    old.replaceWith(frame);
    const post = document.createElement("form");
    Object.assign(post, { method: "post", action: this.dataset.action, target: frame.name, hidden: true });
    const values = new FormData(this.form);
    values.set("customer", this.querySelector("[data-customer]")?.value ?? "");
    for (const option of this.querySelectorAll("[data-option]:checked")) values.set(option.dataset.option, "1");
    for (const [name, value] of values) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      post.append(field);
    }
    document.body.append(post);
    post.submit();
    post.remove();
  }

  #resize(button) {
    if (!button) return;
    for (const each of this.querySelectorAll("[data-width]")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
    for (const width of ["tablet", "phone"]) this.classList.toggle(`is-${width}`, button.dataset.width === width);
  }
}

customElements.define("gc-preview", Preview);
