// What do the colours on the map mean? Classes in words, with a second cue beside the colour.

import { choiceOf, gapsMoment, hasOverlay, levelName } from "./choice.js";
import { LEVELS, SHARE_CLASSES, onPaper } from "./colours.js";
import { byId, clear, h, svg } from "./dom.js";
import { listen } from "./events.js";
import { canvasOf } from "./icons.js";
import { levelsOf, meta } from "./meta.js";
import { missingLayer } from "./paint.js";
import { get, on, overlays } from "./state.js";
import { named, t } from "./words.js";

const KEYS = ["layer", "overlays", "technology", "operator", "environment", "level", "year", "opacity", "language"];

const OVERLAYS = {
  gaps: [["gap-white", "legend_gap_white"], ["gap-weak", "legend_gap_weak"]],
  single: [["gap-single", "legend_single"]],
  congested: [["gap-congested", "legend_congested"]],
  proposals: [["proposal", "legend_new_mast"], ["shared", "legend_shared_mast"]],
  links: [["link-fibre", "legend_link_fibre"], ["link-microwave", "legend_link_microwave"]],
  sites: [["mast-one", "legend_mast_one"], ["mast", "legend_mast_many"]],
  fibre: [["fibre", "overlay_fibre"]],
  villages: [["village", "legend_village"], ["village-unserved", "legend_village_unserved"]],
};

// found once, before anything of the plan is built; overloaded spots bear years of their own
const NOW = new Set(["gap-white", "gap-weak", "gap-single"]);

/** Show the legend and keep it true to the layer. */
export function start() {
  on(KEYS, draw);
  listen("drawn", drawEmpty);
  draw();
}

/** Return the legend of the state: {title, rows: [{colour, pattern, label, small}], note}. */
export function legendOf(state) {
  const choice = choiceOf(state);
  if (state.layer === "signal") return signalLegend(choice, state.opacity);
  if (state.layer === "server") {
    return { title: t("legend_server"), rows: [], note: t("legend_server_note") };
  }
  if (state.layer === "none") return { title: t("legend_none"), rows: [], note: "" };
  return shareLegend(choice, state.opacity);
}

/** Return what the overlays of the state, and the water below them, look like: [{picture, label}]. */
export function overlayRows(state) {
  const shown = overlays(state);
  const rows = Object.entries(OVERLAYS)
    .filter(([name]) => shown.has(name) && hasOverlay(name))
    .flatMap(([, marks]) => marks);
  if (meta.has("water")) rows.push(["water", "legend_water"]);
  const moment = gapsMoment(choiceOf(state));
  return rows.map(([picture, word]) => ({ picture, label: `${t(word)}${NOW.has(picture) ? moment : ""}` }));
}

function shareLegend(choice, opacity) {
  const rows = SHARE_CLASSES.map(({ key, colour, pattern }) => ({
    colour: onPaper(colour, opacity),
    pattern,
    label: t(`legend_${key}`),
    small: "",
  }));
  return { title: t("legend_share", { choice: choiceWords(choice) }), rows, note: t("legend_share_note") };
}

function signalLegend(choice, opacity) {
  const levels = levelsOf(choice.technology);
  const found = new Map(levels.map((level) => [level.level, level]));
  const bounds = Object.keys(LEVELS);
  const rows = bounds.map((key, at) => {
    const lower = found.get(key)?.threshold_dbm;
    const upper = found.get(bounds[at + 1])?.threshold_dbm;
    const label = levelName(found.get(key) ?? { level: key }, choice.environment);
    return { colour: onPaper(LEVELS[key].colour, opacity), pattern: null, label, small: range(lower, upper) };
  });
  const note = choice.environment === "indoors" ? t("legend_signal_indoors") : t("legend_signal_note");
  return { title: t("legend_signal", { choice: choiceWords(choice, { level: false }) }), rows: rows.reverse(), note };
}

function range(lower, upper) {
  const text = (value) => String(value).replace("-", "−");
  if (lower === undefined && upper === undefined) return "";
  if (lower === undefined) return t("legend_below_dbm", { dbm: text(upper) });
  return t("legend_from_dbm", { dbm: text(lower) });
}

/** Return a choice in words, such as "4G · Viettel · ngoài trời · 2028". */
export function choiceWords({ technology, operator, environment, level, year }, { level: withLevel = true } = {}) {
  const parts = [technology, named("operator_", operator), named("environment_", environment)];
  if (withLevel && level !== "served") {
    const found = meta.levels.find((one) => one.technology === technology && one.level === level);
    parts.push(levelName(found ?? { level }, environment).toLowerCase());
  }
  if (year) parts.push(String(year));
  return parts.join(" · ");
}

function draw() {
  const { title, rows, note } = legendOf(get());
  const marks = overlayRows(get()).map(({ picture, label }) => {
    const drawn = canvasOf(picture);
    drawn.setAttribute("aria-hidden", "true");
    return h("li", {}, drawn, h("span", {}, label));
  });
  clear(byId("legend")).append(
    ...[h("h2", {}, title),
    h("ol", {}, rows.map((row) => h("li", {}, swatch(row), h("span", {}, row.label), h("small", {}, row.small)))),
    note ? h("p", { class: "note" }, note) : null,
    marks.length > 0 ? h("ul", {}, marks) : null].filter(Boolean),
  );
  drawEmpty();
}

/** Return a swatch with its pattern. */
export function swatch({ colour, pattern }) {
  const box = svg("svg", { viewBox: "0 0 28 16", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  box.append(svg("rect", { width: 28, height: 16, fill: colour }));
  const step = pattern === "hatch-dense" ? 4 : 8;
  if (pattern?.startsWith("hatch")) {
    for (let at = -16; at < 44; at += step) {
      box.append(svg("line", { x1: at, y1: 16, x2: at + 16, y2: 0, stroke: "#fff", "stroke-opacity": 0.6, "stroke-width": 0.9 }));
    }
  }
  if (pattern === "dots") {
    for (let x = 4; x < 28; x += 8) {
      for (const y of [4, 12]) box.append(svg("circle", { cx: x, cy: y, r: 1, fill: "#fff", "fill-opacity": 0.7 }));
    }
  }
  return box;
}

function drawEmpty() {
  const state = get();
  const empty = byId("empty");
  const missing = missingLayer(state, choiceOf(state));
  empty.hidden = !missing;
  if (missing) empty.textContent = t(state.layer === "server" ? "empty_server" : state.layer === "signal" ? "empty_signal" : "empty_share");
}
