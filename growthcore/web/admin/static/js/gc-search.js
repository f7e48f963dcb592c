// Searches while one types: after a pause, and never in the middle of a Hangul syllable.
import { whenSettled } from "./settled.js";

class Search extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const search = () => form.dispatchEvent(new Event("gc-search"));
    whenSettled(form.querySelector("input[type=search]"), search);
    for (const select of form.querySelectorAll("select")) select.addEventListener("change", search);
  }
}

customElements.define("gc-search", Search);
