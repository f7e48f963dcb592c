// Draws the tree: a fieldset a condition, a fieldset a group, and the buttons that change it.
import { fresh, make, options } from "./dom.js";
import { fieldsOf } from "./fields.js";
import { copyOf, isGroup, newGroup, newLeaf } from "./tree.js";

export function drawRoot(root, context) {
  root.element = make("div", { class: "gc-builder-root" },
    kindOf(root, context), itemsOf(root, context, 0), adders(root, context, 0), errorPlace());
  return root.element;
}

function kindOf(group, context) {
  const id = fresh("k");
  return make("div", { class: "gc-builder-kind" },
    make("label", { class: "visually-hidden", for: id }, context.words.match),
    make("select", {
      id, class: "form-select", onchange: (event) => context.edit(() => { group.kind = event.target.value; }),
    }, ...options(["all", "any"].map((kind) => [kind, context.words[kind]]), group.kind)));
}

function itemsOf(group, context, depth) {
  return make("ol", { class: "gc-builder-items" }, ...group.items.map((item, index) =>
    make("li", {}, isGroup(item) ? nested(item, group, index, context, depth) : leaf(item, group, index, context))));
}

function nested(group, parent, index, context, depth) {
  const legend = context.words.group.replace("{n}", index + 1);
  return box(group, legend, [negation(group, context), tools(group, parent, index, legend, context)],
    [kindOf(group, context), itemsOf(group, context, depth + 1), adders(group, context, depth + 1)], "gc-builder-group");
}

function leaf(item, parent, index, context) {
  const legend = context.words.condition.replace("{n}", index + 1);
  const found = context.catalogue.conditions.find((each) => each.id === item.condition);
  const id = fresh("k");
  const chooser = make("select", {
    id, class: "form-select", "data-focus": "kind",
    onchange: (event) => context.edit(() => {
      Object.assign(item, newLeaf(event.target.value), { negated: item.negated });
    }, [item, "kind"]),
  }, ...(item.condition && found ? [] : [make("option", { value: "" }, item.condition || context.words.choose)]),
  ...options(context.catalogue.conditions.map((each) => [each.id, each.title]), item.condition));
  const listeners = [];
  const own = { ...context, onOperator: (params, call) => listeners.push(call) };
  const body = found ? fieldsOf(found.fields, item.params, own) : [];
  const params = make("div", { class: "gc-builder-params", onchange: (event) => {
    if (event.target.closest("[data-param=operator]")) for (const call of listeners) call();
  } }, ...body);
  return box(item, legend, [negation(item, context), tools(item, parent, index, legend, context)], [
    make("div", { class: "gc-builder-chooser" },
      make("label", { class: "visually-hidden", for: id }, `${legend}: ${context.words.kind}`), chooser),
    params,
  ], "gc-builder-leaf");
}

function box(item, legend, head, body, kind) {
  const element = make("fieldset", { class: `${kind}${item.negated ? " is-negated" : ""}`, tabindex: "-1" },
    make("legend", { class: "visually-hidden" }, legend),
    make("div", { class: "gc-builder-head" }, make("span", { class: "gc-builder-name", "aria-hidden": "true" }, legend), ...head),
    ...body, errorPlace());
  item.element = element;
  return element;
}

const errorPlace = () => make("p", { class: "gc-builder-error invalid-feedback", role: "alert", hidden: true });

function negation(item, context) {
  const input = make("input", {
    type: "checkbox", class: "form-check-input", checked: item.negated, "data-focus": "not",
    onchange: () => context.edit(() => { item.negated = input.checked; }, [item, "not"]),
  });
  return make("label", { class: "form-check form-check-inline gc-builder-not" }, input, context.words.not);
}

function tools(item, parent, index, legend, context) {
  const button = (word, name, disabled, change, focus) => make("button", {
    type: "button", class: "btn btn-sm btn-ghost-secondary", "data-focus": name, disabled,
    "aria-label": `${legend}: ${context.words[word]}`, onclick: () => context.edit(change, focus, context.words[SAID[name]]),
  }, context.words[word]);
  const move = (by) => () => {
    parent.items.splice(index, 1);
    parent.items.splice(index + by, 0, item);
  };
  const duplicate = () => parent.items.splice(index + 1, 0, context.bare(copyOf(context.bare(item))));
  const after = () => parent.items[Math.min(index, parent.items.length - 1)] ?? parent;
  return make("span", { class: "gc-builder-tools" },
    button("up", "up", index === 0, move(-1), [item, "up"]),
    button("down", "down", index === parent.items.length - 1, move(1), [item, "down"]),
    button("duplicate", "duplicate", false, duplicate, () => [parent.items[index + 1], "kind"]),
    button("remove", "remove", false, () => parent.items.splice(index, 1), () => [after(), "kind"]));
}

const SAID = { up: "moved", down: "moved", duplicate: "added", remove: "removed" };

function adders(group, context, depth) {
  const add = (make_) => () => group.items.push(make_());
  const last = () => [group.items.at(-1), "kind"];
  const button = (word, change) => make("button", {
    type: "button", class: "btn btn-sm", "data-adder": word,
    onclick: () => context.edit(change, last, context.words.added),
  }, `+ ${context.words[word]}`);
  const buttons = [button("addCondition", add(() => newLeaf()))];
  // One level of groups reads as sentences; deeper ones, made elsewhere, are shown and kept.
  if (depth === 0) buttons.push(button("addGroup", add(() => newGroup("any", [newLeaf()]))));
  return make("div", { class: "gc-builder-adders" }, ...buttons);
}
