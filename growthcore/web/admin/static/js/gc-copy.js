// Copies the text of its <code>. Where the clipboard is closed (no HTTPS), selects it instead.
class Copy extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => this.#copy());
  }

  async #copy() {
    const code = this.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    this.querySelector("[role=status]").textContent = this.dataset.done;
    this.classList.add("is-done");
    setTimeout(() => this.classList.remove("is-done"), 2000);
  }
}

customElements.define("gc-copy", Copy);
