// Formatted text by Quill, with controls of our own: native, named, and no style in the page's HTML.
import { fresh, make, options } from "../segments/dom.js";
import { icon } from "./icon.js";

const COLOURS = ["", "#0b6e5f", "#b3261e", "#1d4ed8", "#b54708", "#667085"];
const SIZES = ["", "13px", "18px", "24px"];
let loading;

// Quill's file is no module: it leaves its name with the window.
function load() {
  loading ??= import("../../vendor/quill/2.0.3/quill.js").then(() => {
    const { Quill } = window;
    const { Attributor, Scope } = Quill.import("parchment");
    for (const name of ["size", "color", "align"]) {
      const style = Quill.import(`attributors/style/${name}`);
      if (name === "size") style.whitelist = SIZES.slice(1);
      Quill.register(style, true);
    }
    Quill.register(new Attributor("alias", "data-alias", { scope: Scope.INLINE }), true);
    Quill.import("formats/link").sanitize = (url) => (/^(https?:|mailto:|tel:|#\{)/i.test(url) ? url : "about:blank");
    return Quill;
  });
  return loading;
}

export function richText(html, write, context, label, id) {
  const { words } = context;
  const place = make("div", { id });
  const bar = make("div", { class: "gc-rich-bar", role: "toolbar", "aria-label": words.format });
  const box = make("div", { class: "gc-set gc-rich" }, bar, place);
  load().then((Quill) => {
    const quill = new Quill(place, {
      modules: { toolbar: false, history: { userOnly: true } },
      formats: ["bold", "italic", "underline", "strike", "size", "color", "align", "list", "link", "alias"],
    });
    readStyles(quill, Quill.import("delta"));
    quill.setContents(quill.clipboard.convert({ html }), "silent");
    quill.history.clear();
    Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": label }).forEach(([name, value]) => quill.root.setAttribute(name, value));
    quill.root.addEventListener("gc-insert", (event) => {
      const range = quill.getSelection(true);
      quill.deleteText(range.index, range.length, "user");
      quill.insertText(range.index, event.detail, "user");
      quill.setSelection(range.index + event.detail.length, 0, "user");
    });
    quill.on("text-change", (_delta, _old, source) => {
      if (source === "user") write(written(quill));
    });
    bar.append(...controls(quill, words, context));
  });
  return box;
}

// The page's policy lets no style attribute be parsed, so they are read as data.
const FORMATS = { "color": "color", "font-size": "size", "text-align": "align" };

function readStyles(quill, Delta) {
  const { clipboard } = quill;
  const convert = clipboard.convertHTML.bind(clipboard);
  clipboard.convertHTML = (html) => convert(html.replaceAll(/(<[^>]*?) style=/gi, "$1 data-style="));
  clipboard.addMatcher(Node.ELEMENT_NODE, (node, delta) => {
    const found = {};
    for (const [, name, value] of (node.dataset?.style ?? "").matchAll(/([\w-]+)\s*:\s*([^;]+)/g)) {
      if (name in FORMATS) found[FORMATS[name]] = value.trim();
    }
    if (found.size && !SIZES.includes(found.size)) delete found.size;
    return delta.reduce((whole, op) => whole.insert(op.insert, { ...found, ...op.attributes }), new Delta());
  });
}

function written(quill) {
  if (!quill.getText().trim()) return "";
  return quill.getSemanticHTML().replaceAll("&nbsp;", " ").replaceAll(/ (?:rel="[^"]*"|target="[^"]*")/g, "");
}

function controls(quill, words, context) {
  const states = [];
  const toggle = (format, value, symbol, word) => {
    const button = make("button", {
      type: "button", class: "btn btn-sm btn-icon", "aria-label": words[word], title: words[word], "aria-pressed": "false",
      onclick: () => quill.format(format, quill.getFormat()[format] === value ? false : value, "user"),
    }, icon(symbol, context));
    states.push((now) => button.setAttribute("aria-pressed", String(now[format] === value)));
    return button;
  };
  const select = (format, word, choices) => {
    const control = make("select", {
      class: "form-select form-select-sm", "aria-label": words[word],
      onchange: () => quill.format(format, control.value || false, "user"),
    }, ...options(choices, ""));
    states.push((now) => { control.value = typeof now[format] === "string" ? now[format] : ""; });
    return control;
  };
  const show = () => {
    if (!quill.hasFocus()) return;
    const now = quill.getFormat();
    for (const each of states) each(now);
  };
  quill.on("editor-change", show);
  return [
    toggle("bold", true, "bold", "bold"), toggle("italic", true, "italic", "italic"), toggle("underline", true, "underline", "underline"),
    select("size", "size", [["", words.normal], ["13px", "13"], ["18px", "18"], ["24px", "24"]]),
    colours(quill, words, states),
    select("align", "align", [["", words.left], ["center", words.center], ["right", words.right]]),
    toggle("list", "bullet", "list", "bullet"), toggle("list", "ordered", "list-numbers", "ordered"),
    link(quill, words, context),
  ];
}

function colours(quill, words, states) {
  const input = make("input", {
    type: "color", class: "form-control form-control-color", "aria-label": words.colour, title: words.colour, value: "#1d2939",
    list: fresh("colours"), onchange: () => quill.format("color", input.value, "user"),
  });
  states.push((now) => { input.value = typeof now.color === "string" && /^#[0-9a-f]{6}$/i.test(now.color) ? now.color : "#1d2939"; });
  const list = make("datalist", { id: input.getAttribute("list") }, ...COLOURS.filter(Boolean).map((each) => make("option", { value: each })));
  return make("span", {}, input, list);
}

// The address and the name of a link, beside the text: a dialog would lose what is selected.
function link(quill, words, context) {
  let range = null;
  const address = make("input", { class: "form-control form-control-sm", type: "text", "aria-label": words.address, placeholder: words.address });
  const alias = make("input", { class: "form-control form-control-sm", type: "text", "aria-label": words.alias, placeholder: words.alias });
  const put = (url) => {
    quill.formatText(range.index, range.length, { link: url || false, alias: (url && alias.value.trim()) || false }, "user");
    form.hidden = true;
    quill.setSelection(range.index, range.length);
  };
  const form = make("span", { class: "gc-rich-link", hidden: true, onkeydown: (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    put(address.value.trim());
  } }, address, alias,
  make("button", { type: "button", class: "btn btn-sm", onclick: () => put(address.value.trim()) }, words.apply),
  make("button", { type: "button", class: "btn btn-sm", onclick: () => put("") }, words.unlink));
  const open = () => {
    range = quill.getSelection(true);
    const now = quill.getFormat(range);
    address.value = now.link ?? "";
    alias.value = now.alias ?? "";
    form.hidden = !form.hidden;
    if (!form.hidden) address.focus();
  };
  return make("span", { class: "gc-rich-linker" },
    make("button", { type: "button", class: "btn btn-sm btn-icon", "aria-label": words.link, title: words.link, onclick: open }, icon("link", context)), form);
}
