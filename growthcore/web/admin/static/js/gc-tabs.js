// Sections that are shown one at a time: <gc-tabs> around <section data-tab="name">. Without a script
// they stand below each other under their headings.
class Tabs extends HTMLElement {
  connectedCallback() {
    const sections = [...this.children].filter((each) => each.matches("[data-tab]"));
    if (this.dataset.ready || sections.length < 2) return;
    this.dataset.ready = "1";
    const list = document.createElement("div");
    list.className = "gc-tablist";
    list.setAttribute("role", "tablist");
    this.tabs = sections.map((section, index) => {
      section.id ||= `tab-${crypto.randomUUID()}`;
      section.setAttribute("role", "tabpanel");
      const tab = document.createElement("button");
      Object.assign(tab, { type: "button", id: `${section.id}-tab`, textContent: section.dataset.tab });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", section.id);
      section.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => this.choose(index));
      list.append(tab);
      return { tab, section };
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const here = this.tabs.findIndex(({ tab }) => tab === event.target);
      const next = (here + step + this.tabs.length) % this.tabs.length;
      this.choose(next);
      this.tabs[next].tab.focus();
    });
    this.prepend(list);
    this.choose(0);
  }

  choose(chosen) {
    this.tabs.forEach(({ tab, section }, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      section.hidden = index !== chosen;
    });
  }
}

customElements.define("gc-tabs", Tabs);
