// A product widget: draws a model's products as its design says. The admin's preview and the shop's
// pages draw with this one file. `draw(payload, items)` takes what /v1/widgets and /v1/recommendations
// answer. It follows its own width, not the screen's, so a narrow column of a desktop page is narrow.
const NARROW = 600;
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
  :host { display: block; container-type: inline-size; font: inherit; color: inherit; }
  :host([hidden]) { display: none; }
  h2 { font-size: 1.25em; line-height: 1.3; margin: 0 0 .25em; }
  .message { margin: 0 0 .75em; color: #5b6472; }
  ul { display: grid; grid-template-columns: repeat(var(--pc-columns), minmax(0, 1fr)); gap: 1em; list-style: none; margin: 0; padding: 0; }
  ul.slide { grid-auto-flow: column; grid-template-columns: none; grid-auto-columns: calc((100% - (var(--pc-columns) - 1) * 1em) / var(--pc-columns)); overflow-x: auto; scroll-snap-type: x mandatory; padding-bottom: .5em; }
  ul.slide > li { scroll-snap-align: start; }
  li { display: flex; flex-direction: column; gap: .5em; min-width: 0; }
  li.only-mobile { display: none; }
  a { color: inherit; text-decoration: none; display: block; }
  a:hover .name { text-decoration: underline; }
  a:focus-visible, button:focus-visible, ul:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .picture { display: block; aspect-ratio: 1; background: #eef1f4; border-radius: var(--radius); overflow: hidden; margin-bottom: .5em; }
  .picture img { width: 100%; height: 100%; object-fit: cover; display: block; }
  .brand { display: block; font-size: .8em; color: #5b6472; }
  .name { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; font-size: .95em; line-height: 1.4; }
  .price { display: block; font-weight: 700; margin-top: .25em; }
  .price del { font-weight: 400; font-size: .85em; color: #5b6472; margin-right: .35em; }
  .price em { font-style: normal; color: #c2255c; margin-right: .35em; }
  button { margin-top: auto; min-height: 44px; padding: .5em; border: 1px solid var(--accent); border-radius: var(--radius); background: #fff; color: var(--accent); font: inherit; font-size: .9em; cursor: pointer; }
  button:hover { background: var(--accent); color: #fff; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  @container (max-width: ${NARROW}px) {
    ul { grid-template-columns: repeat(var(--mobile-columns), minmax(0, 1fr)); gap: .75em; }
    ul.slide { grid-auto-columns: calc((100% - (var(--mobile-columns) - 1) * .75em) / var(--mobile-columns) - 1em); }
    li.only-mobile { display: flex; }
    li.only-pc { display: none; }
  }
`);

export class ProductWidget extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [SHEET];
  }

  // An empty answer shows nothing at all: a shop's page never has an empty box.
  draw({ widget }, items) {
    this.hidden = items.length === 0;
    this.#root.replaceChildren();
    if (this.hidden) return;
    for (const [name, value] of Object.entries({
      "--accent": widget.accent,
      "--radius": `${widget.radius}px`,
      "--pc-columns": widget.pc_columns,
      "--mobile-columns": widget.mobile_columns,
    })) this.style.setProperty(name, value);
    const title = element("h2", { id: "title", textContent: widget.title });
    const list = element("ul", { className: widget.layout });
    list.setAttribute("role", "list");
    list.setAttribute("aria-labelledby", "title");
    if (widget.layout === "slide") list.tabIndex = 0;
    const most = Math.max(widget.pc_count, widget.mobile_count);
    list.append(...items.slice(0, most).map((item, place) => this.#item(widget, item, place)));
    this.#root.append(...(widget.title ? [title] : []));
    if (widget.message) this.#root.append(element("p", { className: "message", textContent: widget.message }));
    this.#root.append(list);
  }

  #item(widget, item, place) {
    const entry = element("li");
    if (place >= widget.pc_count) entry.className = "only-mobile";
    else if (place >= widget.mobile_count) entry.className = "only-pc";
    const link = element("a", { href: address(item.url) });
    link.addEventListener("click", () => this.#tell("gc-select", item, place));
    if (widget.image) link.append(picture(item, widget.name));
    if (widget.brand && item.brand) link.append(element("span", { className: "brand", textContent: item.brand }));
    if (widget.name) link.append(element("span", { className: "name", textContent: item.name }));
    if (widget.price && item.price != null) link.append(price(item, widget.discount));
    entry.append(link);
    if (widget.cta) entry.append(this.#button(widget, item, place));
    return entry;
  }

  #button(widget, item, place) {
    const button = element("button", { type: "button", textContent: widget.cta_text });
    button.append(element("span", { className: "unseen", textContent: ` ${item.name}` }));
    button.addEventListener("click", () => this.#tell("gc-add-to-cart", item, place));
    return button;
  }

  #tell(name, item, place) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail: { item, place } }));
  }
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

// Only the web: a catalogue is somebody else's text.
function address(url) {
  try {
    const whole = new URL(url, location.href);
    return /^https?:$/.test(whole.protocol) ? whole.href : "#";
  } catch {
    return "#";
  }
}

function picture(item, isNamed) {
  const frame = element("span", { className: "picture" });
  if (item.image_url) {
    const image = element("img", { src: address(item.image_url), alt: isNamed ? "" : item.name, loading: "lazy" });
    image.addEventListener("error", () => image.remove());
    frame.append(image);
  }
  return frame;
}

function price(item, showsDiscount) {
  const line = element("span", { className: "price" });
  const isReduced = item.sale_price != null && item.sale_price < item.price;
  if (isReduced && showsDiscount) {
    const percent = Math.floor((1 - item.sale_price / item.price) * 100);
    line.append(element("del", { textContent: money(item.price, item.currency) }));
    if (percent) line.append(element("em", { textContent: `${percent}%` }));
  }
  line.append(money(isReduced ? item.sale_price : item.price, item.currency));
  return line;
}

// Amounts come in minor units; won are written as Koreans write them.
function money(amount, currency) {
  if (currency === "KRW") return `${amount.toLocaleString("ko")}원`;
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

customElements.define("gc-product-widget", ProductWidget);
