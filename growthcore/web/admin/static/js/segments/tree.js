// A definition as the builder holds it, and back.
//
//   group: {kind: "all" | "any", negated, items: [group | leaf]}
//   leaf:  {condition, params, negated}
//
// Serialising writes each node's path in the definition onto it, since what is wrong is told by path.

export const newLeaf = (condition = "", params = {}) => ({ condition, params, negated: false });
export const newGroup = (kind = "all", items = []) => ({ kind, negated: false, items });
export const isGroup = (node) => "items" in node;

export function parse(text) {
  let found;
  try {
    found = text.trim() ? node(JSON.parse(text)) : newGroup();
  } catch {
    return null;
  }
  // The root is a group that is not negated; anything else becomes its only item.
  return isGroup(found) && !found.negated ? found : newGroup("all", [found]);
}

function node(value) {
  if ("not" in value) {
    const inner = node(value.not);
    return { ...inner, negated: !inner.negated };
  }
  for (const kind of ["all", "any"]) {
    if (kind in value) return newGroup(kind, value[kind].map(node));
  }
  return newLeaf(value.condition, structuredClone(value.params ?? {}));
}

export function serialise(root) {
  return root.items.length ? JSON.stringify(write(root, "")) : "";
}

function write(item, path) {
  item.path = path;
  const inside = item.negated ? join(path, "not") : path;
  const plain = isGroup(item)
    ? { [item.kind]: item.items.map((each, index) => write(each, `${join(inside, item.kind)}[${index}]`)) }
    : { condition: item.condition, params: item.params };
  return item.negated ? { not: plain } : plain;
}

const join = (path, key) => (path ? `${path}.${key}` : key);

export function* all(item) {
  yield item;
  for (const child of item.items ?? []) yield* all(child);
}

// The innermost node that a path lies in or at.
export function at(root, path) {
  let found = root;
  for (const item of all(root)) {
    if (path.startsWith(item.path) && item.path.length >= found.path.length) found = item;
  }
  return found;
}

export const isComplete = (item) =>
  isGroup(item) ? item.items.length > 0 && item.items.every(isComplete) : item.condition !== "";

export function copyOf(item) {
  return structuredClone(item);
}
