// A list of blocks: each with its form, moved by its handle, by keys or by buttons.
import { fresh, make } from "../segments/dom.js";
import { fieldsOf } from "../segments/fields.js";
import { drawers } from "./fields.js";
import { icon } from "./icon.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function drawList(blocks, kinds, context, isWhole = false) {
  const list = make("ol", { class: "gc-block-list" }, ...blocks.map((block, index) => item(block, index, blocks, kinds, context)));
  if (blocks.length) sortable(list, blocks, context);
  const empty = blocks.length || !isWhole ? null : make("p", { class: "text-secondary" }, context.words.empty);
  const adders = make("div", { class: "gc-block-adders" }, adder(blocks, kinds, context), isWhole ? footerAdder(blocks, kinds, context) : null);
  return make("div", { class: "gc-block-box" }, list, empty, adders);
}

function item(block, index, blocks, kinds, context) {
  const kind = kinds.find((each) => each.type === block.type);
  const title = kind?.title ?? block.type;
  const id = fresh("b");
  const isOpen = context.opened.has(block);
  const body = make("div", { class: "gc-block-body", id, hidden: !isOpen });
  const fill = () => body.childElementCount || body.append(...(kind ? forms(block, kind, context) : []));
  if (isOpen) fill();
  const opener = make("button", {
    type: "button", class: "gc-block-opener", "data-opener": true, "aria-expanded": String(isOpen), "aria-controls": id,
    onclick: () => {
      fill();
      body.hidden = !body.hidden;
      opener.setAttribute("aria-expanded", String(!body.hidden));
      if (body.hidden) context.opened.delete(block);
      else context.opened.add(block);
    },
  }, icon(kind?.icon ?? "package", context), make("strong", {}, title), make("span", { class: "gc-block-summary" }, summary(block)));
  return make("li", { class: "gc-block" },
    make("div", { class: "gc-block-head" }, handle(title, index, blocks, context), opener, tools(title, index, blocks, context)),
    make("p", { class: "gc-block-error invalid-feedback d-block", role: "alert", hidden: true }), body);
}

function forms(block, kind, context) {
  return fieldsOf(kind.fields, block, { ...context, drawers: drawers(drawList) });
}

// What a block is about, in its own words.
function summary(block) {
  const text = block.text ?? block.title ?? block.alt ?? block.html ?? "";
  const bare = String(text).replaceAll(/(<[^>]*?) style=/gi, "$1 data-style=");
  return new DOMParser().parseFromString(bare, "text/html").body.textContent.slice(0, 60);
}

const named = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

// The list is drawn anew with each change: it is found again by where it stood.
function place(element) {
  const root = element.closest(".gc-blocks");
  const boxes = () => [...root.querySelectorAll("ol.gc-block-list")];
  const number = boxes().indexOf(element.closest("ol"));
  return (index, part) => boxes()[number]?.children[index]?.querySelector(part);
}

function moved(blocks, from, to, context, title, focus) {
  if (to < 0 || to >= blocks.length || from === to) return;
  const said = named(context.words.moved, { name: title, place: to + 1, total: blocks.length });
  context.edit(() => blocks.splice(to, 0, ...blocks.splice(from, 1)), focus, said);
}

// Space lifts, arrows move, Space puts down.
function handle(title, index, blocks, context) {
  return make("button", {
    type: "button", class: "btn btn-sm btn-ghost-secondary gc-handle", "aria-label": named(context.words.handle, { name: title }),
    "aria-pressed": "false", onkeydown: (event) => {
      const button = event.currentTarget;
      const up = button.getAttribute("aria-pressed") === "true";
      if (event.key === " " || (event.key === "Enter" && up)) {
        event.preventDefault();
        button.setAttribute("aria-pressed", String(!up));
        context.say(up ? "" : named(context.words.lifted, { name: title }));
      } else if (up && event.key === "Escape") {
        button.setAttribute("aria-pressed", "false");
      } else if (up && event.key in STEPS) {
        event.preventDefault();
        const to = index + STEPS[event.key];
        const found = place(button);
        moved(blocks, index, to, context, title, () => {
          const next = found(to, ".gc-handle");
          next?.setAttribute("aria-pressed", "true");
          return next;
        });
      }
    },
  }, icon("grip-vertical", context));
}

function tools(title, index, blocks, context) {
  const button = (word, symbol, disabled, press) => make("button", {
    type: "button", class: "btn btn-sm btn-icon btn-ghost-secondary", "data-tool": word, disabled,
    "aria-label": `${title}: ${context.words[word]}`, title: context.words[word], onclick: press,
  }, icon(symbol, context));
  const step = (by, word) => (event) => {
    const found = place(event.currentTarget);
    moved(blocks, index, index + by, context, title, () => {
      const next = found(index + by, `[data-tool=${word}]`);
      return next?.disabled ? found(index + by, "[data-opener]") : next;
    });
  };
  return make("span", { class: "gc-block-tools" },
    button("up", "arrow-up", index === 0, step(-1, "up")),
    button("down", "arrow-down", index === blocks.length - 1, step(1, "down")),
    button("duplicate", "copy", false, (event) => {
      const found = place(event.currentTarget);
      context.edit(() => blocks.splice(index + 1, 0, structuredClone(blocks[index])),
        () => found(index + 1, "[data-opener]"), context.words.added);
    }),
    button("remove", "trash", false, (event) => {
      const found = place(event.currentTarget);
      const root = event.currentTarget.closest("gc-mail-editor");
      context.edit(() => blocks.splice(index, 1),
        () => found(Math.min(index, blocks.length - 1), "[data-opener]") ?? root.querySelector("summary"), context.words.removed);
    }));
}

const add = (block, blocks, context) => (event) => {
  const added = { ...block };
  const box = event.currentTarget.closest(".gc-block-box");
  const found = box.querySelector("ol") && place(box.querySelector("ol"));
  context.opened.add(added);
  const first = ".gc-block-body input, .gc-block-body textarea, .gc-block-body select, .gc-block-body [contenteditable]";
  const focus = () => found(blocks.length - 1, first) ?? found(blocks.length - 1, "[data-opener]");
  context.edit(() => blocks.push(added), focus, context.words.added);
};

// The end of a mail, with the sender as the shop's settings name it, at one press: until there is one.
function footerAdder(blocks, kinds, context) {
  if (!kinds.some((kind) => kind.type === "footer") || blocks.some((block) => block.type === "footer")) return null;
  const press = add({ type: "footer", text: context.catalogue.footer }, blocks, context);
  return make("button", { type: "button", class: "btn", "data-footer": true, onclick: press }, `+ ${context.words.addFooter}`);
}

function adder(blocks, kinds, context) {
  return make("details", { class: "gc-block-adder" },
    make("summary", { class: "btn" }, `+ ${context.words.add}`),
    make("div", { class: "gc-block-kinds" }, ...kinds.map((kind) => make("button", {
      type: "button", class: "btn", "data-kind": kind.type, onclick: add({ type: kind.type }, blocks, context),
    }, icon(kind.icon, context), kind.title))));
}

async function sortable(list, blocks, context) {
  const { default: Sortable } = await import("../../vendor/sortablejs/1.15.7/sortable.esm.js");
  if (!list.isConnected) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  context.sortables.push(Sortable.create(list, {
    handle: ".gc-handle", animation: calm ? 0 : 150, draggable: "li.gc-block",
    onEnd: ({ item: dragged, oldIndex, newIndex }) => {
      const title = dragged.querySelector("strong").textContent;
      const found = place(list.querySelector("li"));
      moved(blocks, oldIndex, newIndex, context, title, () => found(newIndex, ".gc-handle"));
    },
  }));
}
