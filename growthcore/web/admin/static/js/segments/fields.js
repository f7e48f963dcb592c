// The fields of a condition's params. Each writes what is entered straight into the params object and
// calls `changed`; what is empty is left out, so that the schema's default applies.
import { fresh, make, options } from "./dom.js";
import { read, readAll, show } from "./literal.js";

export function fieldsOf(fields, params, context) {
  return fields.map((field) => drawn(field, params, context));
}

function drawn(field, params, context) {
  const draw = context.drawers?.[field.kind] ?? DRAWERS[field.kind] ?? text;
  const id = fresh("c");
  const control = draw(field, params, context, id);
  if (field.kind === "checkbox") return control;
  const help = field.help && make("small", { class: "form-hint" }, field.help);
  const isSet = control.matches("fieldset, .gc-set");
  const name = isSet
    ? make("span", { class: "form-label", id: `${id}-l` }, field.label)
    : make("label", { class: "form-label", for: id }, field.label);
  if (isSet) {
    control.setAttribute("role", "group");
    control.setAttribute("aria-labelledby", `${id}-l`);
  }
  return make("div", { class: `gc-param gc-param-${field.kind}`, "data-param": field.name }, name, control, help);
}

function put(params, field, value, context) {
  if (value === "" || value === undefined || (Array.isArray(value) && !value.length)) delete params[field.name];
  else params[field.name] = value;
  context.changed();
}

function shown(params, field) {
  return params[field.name] ?? field.default ?? "";
}

function text(field, params, context, id) {
  const choices = context.catalogue.choices[field.name];
  if (choices) return select({ ...field, choices }, params, context, id);
  const suggested = context.catalogue.suggestions[field.name];
  const list = suggested && fresh("l");
  const input = make("input", {
    id, class: "form-control", type: "text", autocomplete: "off", list, value: shown(params, field),
    ...typed(() => put(params, field, input.value.trim(), context)),
  });
  if (!suggested) return input;
  return make("div", {}, input, make("datalist", { id: list }, ...options(suggested, null)));
}

// Half a syllable is no change.
const typed = (write) => ({ oninput: (event) => event.isComposing || write(), oncompositionend: write });

// Known events by their words; the shop's own by name. Choosing beats typing here.
function event(field, params, context, id) {
  const known = context.catalogue.suggestions.event ?? [];
  const own = params[field.name] && !known.some(([name]) => name === params[field.name]);
  const choices = own ? [[params[field.name], params[field.name]], ...known] : known;
  if (!params[field.name] && field.required && choices.length) params[field.name] = choices[0][0];
  return select({ ...field, choices }, params, context, id);
}

function select(field, params, context, id) {
  const isNumber = field.kind === "integer";
  const chosen = shown(params, field);
  const choices = field.required && chosen !== "" ? field.choices : [["", context.words.choose], ...field.choices];
  const found = field.default === null || field.default === undefined ? choices : field.choices;
  const control = make("select", {
    id, class: "form-select",
    onchange: () => put(params, field, read(), context),
  }, ...options(found, chosen));
  const read = () => (isNumber && control.value ? Number(control.value) : control.value);
  return control;
}

function number(field, params, context, id) {
  if (context.catalogue.choices[field.name]) return text(field, params, context, id);
  const input = make("input", {
    id, class: "form-control", type: "text", inputmode: "numeric", value: shown(params, field),
    ...typed(() => {
      const given = input.value.trim().replaceAll(",", "");
      // What is no number is sent as it is: the server says what it should be.
      put(params, field, given === "" || Number.isNaN(Number(given)) ? given : Number(given), context);
    }),
  });
  return input;
}

function checkbox(field, params, context, id) {
  const input = make("input", {
    id, class: "form-check-input", type: "checkbox", checked: Boolean(shown(params, field)),
    onchange: () => put(params, field, input.checked, context),
  });
  const help = field.help && make("small", { class: "form-hint" }, field.help);
  return make("label", { class: "form-check gc-param", "data-param": field.name }, input,
    make("span", { class: "form-check-label" }, field.label), help);
}

// A value to compare with, as in literal.js; several for "in", parted by commas.
function value(field, params, context, id) {
  const several = () => params.operator === "in";
  const input = make("input", {
    id, class: "form-control", type: "text", autocomplete: "off",
    value: show(params[field.name]), ...typed(() => write()),
  });
  const write = () => {
    put(params, field, several() ? readAll(input.value) : read(input.value), context);
    hint.textContent = told();
  };
  // Numbers and yes or no never equal text of the same look: say so where it matters.
  const told = () => {
    const looksElse = [params[field.name]].flat().some((each) => each !== undefined && typeof each !== "string");
    return [several() && context.words.list, looksElse && context.words.quote].filter(Boolean).join(" ");
  };
  const hint = make("small", { class: "form-hint" }, told());
  // The operator decides whether it is one value or a list.
  context.onOperator(params, () => input.isConnected && write());
  return make("div", {}, input, hint);
}

function span(field, params, context, id) {
  return make("div", { class: "gc-set input-group" }, ...length(params, field.name, context, id));
}

// A count and its unit, kept as {days: 7} at holder[name].
function length(holder, name, context, id) {
  const kept = holder[name] ?? {};
  const unit = ["minutes", "hours", "days"].find((each) => each in kept) ?? "days";
  const write = () => {
    const given = count.value.trim();
    if (given === "") delete holder[name];
    else holder[name] = { ...rest(holder[name]), [units.value]: /^\d+$/.test(given) ? Number(given) : given };
    context.changed();
  };
  const rest = (old) => (old && "ago" in old ? { ago: old.ago } : {});
  const count = make("input", {
    id, class: "form-control gc-count-input", type: "text", inputmode: "numeric", value: kept[unit] ?? "",
    "aria-label": context.words.last, ...typed(() => write()),
  });
  const units = make("select", { class: "form-select", "aria-label": context.words.unit, onchange: write },
    ...options(["minutes", "hours", "days"].map((each) => [each, context.words[each]]), unit));
  return [count, units];
}

// All time, the last so much, or from one day to another.
function windowed(field, params, context, id) {
  const kept = params[field.name] ?? {};
  const mode = "from" in kept || "to" in kept ? "between" : Object.keys(kept).length ? "last" : "ever";
  const detail = make("div", { class: "gc-window-detail" });
  const draw = (chosen) => {
    detail.replaceChildren(...(chosen === "last" ? length(params, field.name, context, fresh("c"))
      : chosen === "between" ? days(params, field, context) : []));
  };
  const modes = make("select", {
    id, class: "form-select", "aria-label": field.label,
    onchange: () => {
      if (modes.value === "last") params[field.name] = { days: 7 };
      else delete params[field.name];
      draw(modes.value);
      context.changed();
    },
  }, ...options(["ever", "last", "between"].map((each) => [each, context.words[each]]), mode));
  draw(mode);
  return make("div", { class: "gc-set gc-window" }, modes, detail);
}

function days(params, field, context) {
  const kept = params[field.name] ?? {};
  const input = (key) => make("input", {
    class: "form-control", type: "date", value: kept[key] ?? "", "aria-label": context.words[key],
    onchange: (event) => {
      const now = { ...params[field.name], [key]: event.target.value };
      for (const each of ["from", "to"]) if (!now[each]) delete now[each];
      put(params, field, Object.keys(now).length ? now : undefined, context);
    },
  });
  return [input("from"), input("to")];
}

// Rows of fields, such as property filters; or plain values parted by commas.
function list(field, params, context, id) {
  if (!field.item?.fields.length) {
    const input = make("input", {
      id, class: "form-control", type: "text", value: (params[field.name] ?? []).join(", "),
      ...typed(() => put(params, field, input.value.split(",").map((part) => part.trim()).filter(Boolean), context)),
    });
    return input;
  }
  return rows({ ...field, fields: field.item.fields }, params, context);
}

function rows(field, params, context) {
  const box = make("div", { class: "gc-set gc-rows" });
  const draw = () => {
    const kept = params[field.name] ?? [];
    const drawnRows = kept.map((row, index) => make("div", { class: "gc-rows-row" },
      ...fieldsOf(field.fields, row, context),
      make("button", {
        type: "button", class: "btn btn-sm", onclick: () => {
          kept.splice(index, 1);
          put(params, field, kept, context);
          draw();
          box.lastElementChild.focus();
        },
      }, context.words.remove)));
    box.replaceChildren(...drawnRows, make("button", {
      type: "button", class: "btn btn-sm", onclick: () => {
        params[field.name] = [...(params[field.name] ?? []), {}];
        draw();
        box.querySelector(".gc-rows-row:last-of-type input, .gc-rows-row:last-of-type select").focus();
      },
    }, `${field.label} ${context.words.add}`));
  };
  draw();
  return box;
}

function group(field, params, context) {
  params[field.name] ??= {};
  return make("div", { class: "gc-set gc-rows-row" }, ...fieldsOf(field.fields, params[field.name], context));
}

const DRAWERS = {
  text, template: text, email: text, url: text, event, select, integer: number, number, checkbox, value,
  window: windowed, duration: span, list, rows, group,
};
