// How is a commune or a village found by typing its name, old or new, or its code?
//
// A combobox as in the ARIA Authoring Practices (1.2, list autocomplete with manual selection):
// the focus stays in the field, arrows move through the list, Enter chooses, Escape closes.
// In the empty field an arrow, or a press, lists all communes, those served least first.

import { getJson, Problem } from "./api.js";
import { choiceOf } from "./choice.js";
import { announce, byId, h } from "./dom.js";
import { emit, listen } from "./events.js";
import { get, selectionText, set } from "./state.js";
import { valuesOf } from "./values.js";
import { isNumber, share, t } from "./words.js";

const WAIT_MS = 150;
const LIMIT = 8;
const KINDS = { commune: "commune", old_commune: "commune", village: "village" };

let field = null;
let options = null;
let status = null;
let hint = null;
let hits = [];
let active = -1;
let timer = 0;
let asked = null;

/** Lay the field and its list into #search. */
export function start() {
  field = h("input", {
    id: "search-field",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": "search-list",
    "aria-describedby": "search-hint",
    "data-word-label": "search_label",
    "data-word-placeholder": "search_placeholder",
    on: { input: typed, keydown: pressed, focus: reopened, blur: left, click: listed },
  });
  options = h("ul", {
    id: "search-list",
    role: "listbox",
    hidden: true,
    "data-word-label": "search_list",
  });
  status = h("p", { id: "search-status", class: "search-status", hidden: true });
  hint = h("p", { id: "search-hint", class: "visually-hidden" });
  byId("search").replaceChildren(
    h("div", { class: "search-box" }, glass(), field, options, status, hint),
  );
  relabel();
  listen("language", () => {
    relabel();
    if (!options.hidden) {
      show(hits);
    }
  });
}

function relabel() {
  field.setAttribute("aria-label", t("search_label"));
  field.setAttribute("placeholder", t("search_placeholder"));
  options.setAttribute("aria-label", t("search_list"));
  hint.textContent = t("search_hint");
}

function glass() {
  return h("span", { class: "search-glass", "aria-hidden": "true" });
}

function typed() {
  window.clearTimeout(timer);
  asked?.abort();
  const text = field.value.trim();
  if (text === "") {
    hits = [];
    hide();
    return;
  }
  timer = window.setTimeout(() => ask(text), WAIT_MS);
}

async function ask(text) {
  asked = new AbortController();
  const { signal } = asked;
  try {
    const answer = await getJson("communes/resolve", { q: text, limit: LIMIT }, { signal });
    show(answer.found);
  } catch (error) {
    if (signal.aborted) {
      return;
    }
    if (!(error instanceof Problem)) {
      throw error;
    }
    hits = [];
    say(t(error.status === 400 ? "search_bad" : "search_failed"));
  }
}

/** List all communes, those with the smallest share of people served first. */
async function listed() {
  if (field.value.trim() !== "" || !options.hidden) return;
  try {
    const { communes } = await valuesOf(choiceOf(get()));
    const all = [...communes.values()].map((one) => ({ ...one, type: "commune", full_name: one.fullName }));
    const least = (one) => one.share ?? 2;
    if (field.value.trim() === "" && document.activeElement === field) {
      show(all.sort((one, other) => least(one) - least(other) || one.code.localeCompare(other.code)));
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(t("search_failed"));
  }
}

function show(found) {
  hits = found;
  active = -1;
  field.removeAttribute("aria-activedescendant");
  options.replaceChildren(...hits.map(option));
  if (hits.length === 0) {
    say(t("search_none", { text: field.value.trim() }));
    return;
  }
  options.hidden = false;
  status.hidden = true;
  field.setAttribute("aria-expanded", "true");
  announce(t("search_count", { count: hits.length }));
}

function option(hit, i) {
  const listeners = {
    // A press must not take the focus out of the field before the click is heard.
    mousedown: (event) => event.preventDefault(),
    click: () => choose(i),
  };
  return h(
    "li",
    { id: `search-option-${i}`, role: "option", "aria-selected": "false", on: listeners },
    h("span", { class: "search-name" }, hit.full_name),
    h("span", { class: "search-aside" }, asideOf(hit)),
  );
}

/** What tells hits of one name apart: the commune of a village, where an old commune went. */
function asideOf(hit) {
  if (hit.type === "village") {
    return t("search_village", { commune: hit.commune?.full_name ?? "" });
  }
  if (hit.type === "old_commune") {
    const now = hit.now.map((commune) => commune.full_name).join(", ");
    return t("search_old", { place: [hit.district, hit.province].filter(Boolean).join(", "), now });
  }
  const code = t("search_code", { code: hit.code });
  return isNumber(hit.share) ? t("search_share", { share: share(hit.share), code }) : code;
}

function pressed(event) {
  const keys = {
    ArrowDown: () => arrow(() => move(active + 1)),
    ArrowUp: () => arrow(() => move(active < 0 ? hits.length - 1 : active - 1)),
    Enter: () => choose(Math.max(active, 0)),
    Escape: () => escape(),
  };
  if (event.key in keys && !event.isComposing) {
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

async function arrow(step) {
  if (field.value.trim() === "") await listed();
  step();
}

function move(to) {
  if (hits.length === 0) {
    return;
  }
  if (options.hidden) {
    show(hits);
  }
  mark((to + hits.length) % hits.length);
}

function mark(to) {
  options.children[active]?.setAttribute("aria-selected", "false");
  active = to;
  const chosen = options.children[active];
  chosen.setAttribute("aria-selected", "true");
  chosen.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", chosen.id);
}

function escape() {
  if (options.hidden && status.hidden) {
    field.value = "";
  }
  hide();
}

/** Take a hit: it is selected, and the map flies there. */
async function choose(i) {
  window.clearTimeout(timer);
  const hit = hits[i];
  if (!hit) {
    const text = field.value.trim();
    if (text !== "") {
      await ask(text);
    }
    return;
  }
  field.value = hit.full_name;
  hide();
  const id = hit.type === "old_commune" ? hit.commune?.code : hit.code;
  if (id) {
    set({ selection: selectionText(KINDS[hit.type], id) }, { push: true });
  }
  emit("select:fly", hit.bbox ? { bbox: hit.bbox } : { lon: hit.lon, lat: hit.lat });
}

function reopened() {
  field.select();
}

function left() {
  window.clearTimeout(timer);
  hide();
}

function hide() {
  options.hidden = true;
  status.hidden = true;
  active = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function say(text) {
  hide();
  status.textContent = text;
  status.hidden = false;
  announce(text);
}
