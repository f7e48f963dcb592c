// A password that can be shown while it is typed, and a hint when Caps Lock is on. It is hidden again
// before it is sent, so that browsers keep it as a password and not as a text.
class Password extends HTMLElement {
  #input;
  #button;

  connectedCallback() {
    if (this.#button) return;
    this.#input = this.querySelector("input");
    this.#addButton();
    this.#addHint();
    this.#input.form?.addEventListener("submit", () => this.#show(false));
  }

  #addButton() {
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.className = "btn gc-password-button";
    this.#button.setAttribute("aria-controls", this.#input.id);
    this.#button.addEventListener("click", () => this.#show(this.#input.type === "password"));
    const group = document.createElement("div");
    group.className = "input-group";
    this.#input.replaceWith(group);
    group.append(this.#input, this.#button);
    this.#show(false);
  }

  #addHint() {
    const hint = document.createElement("p");
    hint.className = "form-hint text-warning-emphasis";
    hint.setAttribute("role", "status");
    this.#input.parentElement.after(hint);
    const look = (event) => {
      const on = event.getModifierState?.("CapsLock") ?? false;
      hint.textContent = on ? this.dataset.caps : "";
    };
    this.#input.addEventListener("keydown", look);
    this.#input.addEventListener("keyup", look);
    this.#input.addEventListener("blur", () => { hint.textContent = ""; });
  }

  #show(shown) {
    const name = this.querySelector("label")?.firstChild?.textContent.trim();
    this.#input.type = shown ? "text" : "password";
    this.#button.textContent = shown ? this.dataset.hide : this.dataset.show;
    this.#button.setAttribute("aria-label", `${name} ${this.#button.textContent}`);
  }
}

customElements.define("gc-password", Password);
