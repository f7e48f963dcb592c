// The list of variables: a press puts one where the cursor last stood in the form's texts.
class VariablePicker extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    let last = null;
    form.addEventListener("focusin", (event) => {
      if (event.target.matches("textarea, input[type=text], [contenteditable]")) last = event.target;
    });
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]");
      if (!button) return;
      // What it stood in may have been drawn anew since.
      const field = last?.isConnected ? last : form.querySelector("textarea, input[type=text]");
      if (field.isContentEditable) {
        field.dispatchEvent(new CustomEvent("gc-insert", { detail: button.dataset.insert }));
        return;
      }
      field.focus();
      field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
  }
}

customElements.define("gc-var-picker", VariablePicker);
