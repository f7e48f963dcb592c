// Links that fill a form anew: where something is written in it, they ask first.
class Fill extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const link = event.target.closest("[data-fill]");
      if (!link || !this.#isWritten()) return;
      event.preventDefault();
      const dialog = this.querySelector("dialog");
      dialog.querySelector("a").href = link.href;
      dialog.showModal();
    });
  }

  #isWritten() {
    const values = new FormData(document.getElementById(this.dataset.form));
    return [...values].some(([name, value]) => name.startsWith(this.dataset.prefix) && value.trim());
  }
}

customElements.define("gc-fill", Fill);
