// A list put in order: dragged by its handle, moved by keys (Space lifts, arrows move, Space drops,
// Escape cancels) or a step at a time by its buttons. Nothing is sent before the form is.
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

class Order extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.addEventListener("click", (event) => this.step(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", (event) => {
      // Moving an item blurs its handle for a moment; only a real change of focus puts it down.
      if (this.lifted && event.relatedTarget) this.drop();
    });
    if (this.querySelector(".gc-handle")) this.drag();
  }

  disconnectedCallback() {
    this.sortable?.destroy();
  }

  async drag() {
    const { default: Sortable } = await import("../vendor/sortablejs/1.15.7/sortable.esm.js");
    if (!this.isConnected) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.sortable = Sortable.create(this.list, {
      handle: ".gc-handle",
      animation: calm ? 0 : 150,
      onEnd: ({ item, oldIndex, newIndex }) => oldIndex !== newIndex && this.say("dropped", item),
    });
  }

  step(event) {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    this.move(item, button.value.startsWith("up:") ? -1 : 1);
    button.focus();
    this.say("dropped", item);
  }

  key(event) {
    const handle = event.target.closest(".gc-handle");
    if (!handle) return;
    const item = handle.closest("li");
    if (event.key === " " || (event.key === "Enter" && this.lifted)) {
      event.preventDefault();
      if (this.lifted) this.drop();
      else this.lift(item, handle);
    } else if (this.lifted && event.key in STEPS) {
      event.preventDefault();
      this.move(item, STEPS[event.key]);
      handle.focus();
      this.say("moved", item);
    } else if (this.lifted && event.key === "Escape") {
      event.preventDefault();
      this.cancel(item, handle);
    }
  }

  lift(item, handle) {
    this.lifted = { item, handle, before: item.nextElementSibling };
    this.mark(true);
    this.say("lifted", item);
  }

  drop() {
    const { item } = this.lifted;
    this.mark(false);
    this.lifted = null;
    this.say("dropped", item);
  }

  cancel(item, handle) {
    const { before } = this.lifted;
    this.mark(false);
    this.lifted = null;
    this.list.insertBefore(item, before);
    handle.focus();
    this.say("cancelled", item);
  }

  mark(lifted) {
    const { item, handle } = this.lifted;
    item.classList.toggle("is-lifted", lifted);
    handle.setAttribute("aria-pressed", String(lifted));
  }

  move(item, step) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (other) this.list.insertBefore(step < 0 ? item : other, step < 0 ? other : item);
  }

  say(what, item) {
    const items = [...this.list.children];
    const values = { name: item.dataset.name, place: items.indexOf(item) + 1, total: items.length };
    this.querySelector("[role=status]").textContent =
      this.dataset[what].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  }
}

customElements.define("gc-order", Order);
