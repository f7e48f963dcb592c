// Variables while they are typed: `#{` opens the list of the form's variables below the text.
const BEGUN = /#\{([^#{}|]*)$/;

class VariableCompletion extends HTMLElement {
  #field = null;
  #options = [];
  #at = 0;
  #list = null;

  connectedCallback() {
    this.#list = this.querySelector("ul");
    const form = this.closest("form");
    const look = (event) => this.#look(event.target);
    form.addEventListener("input", (event) => event.isComposing || look(event));
    form.addEventListener("compositionend", look);
    form.addEventListener("keydown", (event) => this.#press(event), true);
    form.addEventListener("focusout", (event) => event.target === this.#field && this.#close());
    // The press must not take the focus from the text before the click has put something there.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) this.#take(this.#options.indexOf(option));
    });
  }

  #look(field) {
    if (!field.matches?.("textarea, input[type=text]")) return;
    const begun = BEGUN.exec(field.value.slice(0, field.selectionStart));
    const found = begun ? this.#matching(begun[1].trim().toLowerCase()) : [];
    if (!found.length) return this.#close();
    if (this.#field !== field) this.#open(field);
    this.#options = found;
    this.#list.replaceChildren(...found);
    this.#list.hidden = false;
    if (field.role === "combobox") field.ariaExpanded = "true";
    this.#move(0);
    this.querySelector("[role=status]").textContent = this.dataset.found.replace("{n}", found.length);
  }

  #matching(typed) {
    const buttons = this.closest("form").querySelectorAll("gc-var-picker [data-insert]");
    return [...buttons]
      .map((button) => [button.dataset.insert, button.parentElement.textContent.replace(/\s+/g, " ").trim()])
      .filter(([, shown]) => shown.toLowerCase().includes(typed))
      .map(([insert, shown], place) => {
        const option = Object.assign(document.createElement("li"), { id: `complete-${place}`, role: "option" });
        option.dataset.insert = insert;
        option.textContent = shown;
        return option;
      });
  }

  #open(field) {
    this.#close();
    this.#field = field;
    field.after(this);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.#list.id);
    // A text of several lines stays a textbox: it may not be a combobox.
    if (field.matches("input")) field.role = "combobox";
  }

  #close() {
    if (!this.#field) return;
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
    if (this.#field.role === "combobox") this.#field.ariaExpanded = "false";
    this.#field = null;
  }

  #move(place) {
    this.#at = (place + this.#options.length) % this.#options.length;
    this.#options.forEach((option, each) => option.setAttribute("aria-selected", each === this.#at));
    const chosen = this.#options[this.#at];
    this.#field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  #take(place) {
    const field = this.#field;
    const end = field.selectionStart;
    const begun = BEGUN.exec(field.value.slice(0, end));
    // What an editor closed by itself is not closed twice.
    const closed = field.value[end] === "}" ? 1 : 0;
    field.setRangeText(this.#options[place].dataset.insert, begun.index, end + closed, "end");
    this.#close();
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #press(event) {
    if (!this.#field || event.isComposing || event.target !== this.#field) return;
    const keys = {
      ArrowDown: () => this.#move(this.#at + 1),
      ArrowUp: () => this.#move(this.#at - 1),
      Enter: () => this.#take(this.#at),
      Tab: () => this.#take(this.#at),
      Escape: () => this.#close(),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

customElements.define("gc-var-complete", VariableCompletion);
