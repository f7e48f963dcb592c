// Fields that only messages have: formatted text, images, colours, models, and blocks inside a block.
import { make, options } from "../segments/dom.js";
import { chooseImage } from "./images.js";
import { richText } from "./rich.js";

const typed = (write) => ({ oninput: (event) => event.isComposing || write(), oncompositionend: write });

function put(params, name, value, context) {
  if (value === "") delete params[name];
  else params[name] = value;
  context.changed();
}

function template(field, params, context, id) {
  const value = params[field.name] ?? field.default ?? "";
  const write = () => put(params, field.name, input.value, context);
  const input = field.multiline
    ? make("textarea", { id, class: "form-control", rows: 3, value, ...typed(write) })
    : make("input", { id, class: "form-control", type: "text", autocomplete: "off", value, ...typed(write) });
  return input;
}

function colour(field, params, context, id) {
  const input = make("input", {
    id, class: "form-control form-control-color", type: "color", value: params[field.name] ?? field.default ?? "#000000",
    oninput: () => put(params, field.name, input.value, context),
  });
  return input;
}

function model(field, params, context, id) {
  const { models } = context.catalogue;
  if (!models.length) return make("p", { id, class: "text-secondary mb-0" }, context.words.noModels);
  if (!params[field.name]) params[field.name] = models[0];
  const known = models.includes(params[field.name]) ? models : [params[field.name], ...models];
  const select = make("select", { id, class: "form-select", onchange: () => put(params, field.name, select.value, context) },
    ...options(known.map((each) => [each, each]), params[field.name]));
  return select;
}

function image(field, params, context, id) {
  const write = () => {
    put(params, field.name, input.value.trim(), context);
    shown.hidden = !/^https?:/.test(input.value.trim());
    if (!shown.hidden) shown.src = input.value.trim();
  };
  const input = make("input", { id, class: "form-control", type: "text", autocomplete: "off", placeholder: "https://", value: params[field.name] ?? "", ...typed(write) });
  const shown = make("img", { class: "gc-image-shown", alt: "", hidden: true });
  if (/^https?:/.test(input.value)) Object.assign(shown, { src: input.value, hidden: false });
  const choose = async () => {
    const url = await chooseImage(button.closest("gc-mail-editor"), context);
    if (!url) return;
    input.value = url;
    write();
  };
  const button = make("button", { type: "button", class: "btn", onclick: choose }, context.words.image);
  return make("div", {}, make("div", { class: "input-group" }, input, button), shown);
}

export const drawers = (drawList) => ({
  template, colour, model, image,
  rich: (field, params, context, id) => richText(params[field.name] ?? "", (html) => put(params, field.name, html, context), context, field.label, id),
  blocks: (field, params, context) => {
    params[field.name] ??= [];
    return make("div", { class: "gc-set" }, drawList(params[field.name], field.kinds, context));
  },
});
