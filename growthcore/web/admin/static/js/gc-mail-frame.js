// The frame of a message, as wide as a desktop or as a phone. The choice is kept for the next message.
const KEY = "gc-mail-width";

class MailFrame extends HTMLElement {
  connectedCallback() {
    const group = this.querySelector("[role=group]");
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-width]");
      if (button) this.#resize(button.dataset.width);
    });
    this.#resize(sessionStorage.getItem(KEY) ?? "desktop");
  }

  #resize(width) {
    for (const button of this.querySelectorAll("[data-width]")) {
      button.setAttribute("aria-pressed", String(button.dataset.width === width));
    }
    this.classList.toggle("is-phone", width === "phone");
    sessionStorage.setItem(KEY, width);
  }
}

customElements.define("gc-mail-frame", MailFrame);
