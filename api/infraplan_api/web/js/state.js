// Which view is shown? One store, kept in the address, so that a view can be sent.

const DEFAULTS = {
  technology: "4G",
  operator: "any",
  environment: "outdoors",
  level: "served",
  year: 0, // 0: the base year, before anything of the plan is built
  layer: "share",
  opacity: 0.75,
  overlays: "labels,proposals",
  compare: "",
  compareAt: 0.5,
  language: "vi",
  selection: "",
  view: "",
  scenario: "",
  panel: "",
};

const NAMES = {
  technology: "t",
  operator: "op",
  environment: "env",
  level: "lv",
  year: "y",
  layer: "l",
  opacity: "o",
  overlays: "on",
  compare: "cmp",
  compareAt: "at",
  language: "lang",
  selection: "sel",
  view: "v",
  scenario: "sc",
  panel: "p",
};

const KEYS = Object.keys(DEFAULTS);
const ANSWERS = {
  environment: ["outdoors", "indoors"],
  layer: ["share", "signal", "server", "none"],
  language: ["vi", "en"],
  panel: ["", "about", "whatif", "help"],
};
const SAFE = /^[\p{L}\p{N} _.,:/-]{0,200}$/u;

let defaults = { ...DEFAULTS };
let current = Object.freeze({ ...defaults, ...readAddress() });
let changed = new Set();
let before = current;
const listeners = [];

/** Return what is shown now. */
export function get() {
  return current;
}

/** Change some keys; `push` makes an entry of the browser's history (for the back button). */
export function set(patch, { push = false } = {}) {
  const next = { ...current };
  const keys = [];
  for (const [key, value] of Object.entries(patch)) {
    if (!(key in DEFAULTS)) throw new Error(`state: there is no key ${key}`);
    const fit = fitted(key, value);
    if (fit === undefined || fit === current[key]) continue;
    next[key] = fit;
    keys.push(key);
  }
  if (keys.length === 0) return;
  apply(next, keys);
  writeAddress(push);
}

/** Call `listener(state, changed keys, state before)` after one of the keys has changed. */
export function on(keys, listener) {
  const entry = { keys: [keys].flat(), listener };
  listeners.push(entry);
  return () => {
    const at = listeners.indexOf(entry);
    if (at >= 0) listeners.splice(at, 1);
  };
}

/** Take what the service really has as defaults, and drop what the address asks beyond it. */
export function fit({ defaults: better = {}, allowed = {} }) {
  defaults = { ...DEFAULTS, ...better };
  const next = { ...defaults, ...readAddress() };
  for (const [key, values] of Object.entries(allowed)) {
    if (!values.includes(next[key])) next[key] = defaults[key];
  }
  const keys = KEYS.filter((key) => next[key] !== current[key]);
  if (keys.length > 0) apply(next, keys);
  writeAddress(false);
}

/** Return the overlays that are shown, as a set. */
export function overlays(state = current) {
  return new Set(state.overlays.split(",").filter(Boolean));
}

/** Take a selection apart: {kind, id} or, for a point, {kind, id, lon, lat}; null for none. */
export function parseSelection(text) {
  const colon = text.indexOf(":");
  if (colon <= 0) return null;
  const kind = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (kind !== "point") return { kind, id, lon: null, lat: null };
  const [lon, lat] = id.split(",").map(Number);
  return Number.isFinite(lon) && Number.isFinite(lat) ? { kind, id, lon, lat } : null;
}

/** Return a selection as the store keeps it. */
export function selectionText(kind, id) {
  return `${kind}:${id}`;
}

/** Take a choice to compare with apart, null where there is none. */
export function parseCompare(text) {
  const [technology, operator, environment, level, year] = text.split(".");
  if (!level) return null;
  return { technology, operator, environment, level, year: Number(year) || 0 };
}

/** Return the address that shows the present view. */
export function address() {
  return window.location.href;
}

function fitted(key, value) {
  if (typeof DEFAULTS[key] === "number") {
    const number = Number(value);
    if (!Number.isFinite(number)) return undefined;
    return key === "year" ? Math.round(number) : Math.min(1, Math.max(0, number));
  }
  const text = String(value);
  if (!SAFE.test(text)) return undefined;
  if (ANSWERS[key] && !ANSWERS[key].includes(text)) return undefined;
  return text;
}

function readAddress() {
  const found = {};
  const query = new URLSearchParams(window.location.hash.slice(1));
  for (const key of KEYS) {
    const value = query.get(NAMES[key]);
    if (value === null) continue;
    const fit = fitted(key, value);
    if (fit !== undefined) found[key] = fit;
  }
  return found;
}

function writeAddress(push) {
  const parts = [];
  for (const key of KEYS) {
    if (current[key] === defaults[key] && key !== "language") continue;
    const text = encodeURIComponent(current[key]).replaceAll("%2C", ",").replaceAll("%3A", ":");
    parts.push(`${NAMES[key]}=${text.replaceAll("%2F", "/")}`);
  }
  const hash = `#${parts.join("&")}`;
  if (hash === window.location.hash) return;
  if (push) window.history.pushState(null, "", hash);
  else window.history.replaceState(null, "", hash);
}

function apply(next, keys) {
  if (changed.size === 0) {
    before = current;
    queueMicrotask(tell);
  }
  current = Object.freeze(next);
  keys.forEach((key) => changed.add(key));
}

function tell() {
  const keys = changed;
  const old = before;
  changed = new Set();
  for (const { keys: wanted, listener } of [...listeners]) {
    if (wanted.some((key) => keys.has(key))) listener(current, keys, old);
  }
}

function returnTo() {
  const next = { ...defaults, ...readAddress() };
  const keys = KEYS.filter((key) => next[key] !== current[key]);
  if (keys.length > 0) apply(next, keys);
}

window.addEventListener("popstate", returnTo);
window.addEventListener("hashchange", returnTo);
