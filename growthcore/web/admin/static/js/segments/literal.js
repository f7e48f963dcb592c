// A value to compare with, as it is entered, and back. The kinds never compare with each other, so what
// is kept as text must stay text: it is quoted where it would read as something else.
const WORDS = { true: true, false: false };
const PLAIN = /^-?(0|[1-9]\d*)(\.\d+)?$/; // 06236 is a postcode.
const PARTS = /\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)/g;

export function read(entered) {
  const part = entered.trim();
  if (part in WORDS) return WORDS[part];
  if (PLAIN.test(part) || (String(Number(part)) === part && Number.isFinite(Number(part)))) return Number(part);
  return unquoted(part) ?? part;
}

export function readAll(entered) {
  return [...entered.matchAll(PARTS)].map(([, part]) => part.trim()).filter(Boolean).map(read);
}

export function show(value) {
  if (Array.isArray(value)) return value.map((each) => quoted(each, /[",]/)).join(", ");
  return value === undefined || value === null ? "" : quoted(value, /^"/);
}

function quoted(value, special) {
  const plain = String(value);
  return typeof value === "string" && (special.test(plain) || read(plain) !== value) ? JSON.stringify(value) : plain;
}

function unquoted(part) {
  try {
    const found = part.startsWith('"') ? JSON.parse(part) : null;
    return typeof found === "string" ? found : null;
  } catch {
    return null; // Still being typed.
  }
}
