// Counts the chosen audience again when a choice of its fields settles.
const PAUSE = 400;

class AudienceCount extends HTMLElement {
  connectedCallback() {
    const shown = this.firstElementChild;
    let timer;
    const later = (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(() => shown.dispatchEvent(new Event("gc-changed")), PAUSE);
    };
    const fields = this.closest("fieldset");
    for (const kind of ["change", "input", "compositionend", "gc-definition"]) fields.addEventListener(kind, later);
  }
}

customElements.define("gc-audience-count", AudienceCount);
