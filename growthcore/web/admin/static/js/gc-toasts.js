// Notices: each can be closed, and goes by itself after a while unless it tells of trouble or is read.
const LIFE = 6000;

class Toasts extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".gc-toast")) this.#start(toast);
  }

  show(message, kind = "success") {
    const toast = document.createElement("div");
    toast.className = `gc-toast gc-toast-${kind}`;
    toast.textContent = message;
    this.append(toast);
    this.#start(toast);
  }

  #start(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", this.dataset.close);
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (toast.classList.contains("gc-toast-danger")) return;
    setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), LIFE);
  }
}

customElements.define("gc-toasts", Toasts);

export const toast = (message, kind) => document.querySelector("gc-toasts").show(message, kind);
