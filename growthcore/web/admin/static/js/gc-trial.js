// What came of trying the form's values is worth nothing once one of them changes: the outcome goes, and
// where saving takes a trial, it rests until the next one.
class Trial extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("input", this);
    this.#hold();
  }

  disconnectedCallback() {
    this.form.removeEventListener("input", this);
  }

  handleEvent(event) {
    if (event.target.name === "label") return;
    this.replaceChildren();
    this.#hold();
  }

  #hold() {
    const held = "required" in this.dataset && !this.querySelector("[name=proof]");
    for (const button of this.form.querySelectorAll("[data-after-trial]")) {
      button.toggleAttribute("data-held", held);
      button.disabled = held;
    }
  }
}

customElements.define("gc-trial", Trial);
