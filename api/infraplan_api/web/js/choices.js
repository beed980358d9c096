// How does one choose what the map shows? Technology, operator, level, year, layer, overlays.

import { choiceOf, choiceText, hasOverlay, levelName, otherChoice } from "./choice.js";
import { byId, clear, h } from "./dom.js";
import { drawDownloads } from "./download.js";
import { canvasOf } from "./icons.js";
import { levelsOf, meta, yearsOf } from "./meta.js";
import { get, on, overlays, set } from "./state.js";
import { named, share, t } from "./words.js";

const OVERLAYS = [
  ["gaps", "gap-white"],
  ["single", "gap-single"],
  ["congested", "gap-congested"],
  ["proposals", "proposal"],
  ["links", "link-fibre"],
  ["sites", "mast"],
  ["fibre", "fibre"],
  ["villages", "village"],
  ["roads", "roads"],
  ["labels", "labels"],
];
const SHORT = 4; // letters of a choice of which four stand in one row
const LAYERS = ["share", "signal", "server", "none"];

/** Show the choices and keep them true to the state. */
export function start() {
  on(["technology", "operator", "environment", "level", "year", "layer", "overlays", "compare", "language"], draw);
  on(["opacity"], ({ opacity }) => {
    const place = byId("opacity-value");
    if (place) place.textContent = share(opacity);
  });
  on(["view", "technology", "operator", "environment", "level", "year", "language"], drawDownloads);
  byId("open-choices").addEventListener("click", ({ currentTarget }) => {
    const open = document.body.classList.toggle("show-choices");
    currentTarget.setAttribute("aria-expanded", String(open));
  });
  draw();
}

/** Draw all of it anew, but never pull a slider away from under the finger. */
function draw(_, keys = new Set()) {
  const active = document.activeElement;
  const sliding = active?.type === "range" && byId("choices").contains(active);
  if (sliding && [...keys].every((key) => ["year", "compare"].includes(key))) return;
  const held = active?.id;
  const state = get();
  const other = otherChoice(state);
  clear(byId("choices")).append(
    h("div", { class: "group" }, layers(state)),
    h("div", { class: "group" }, choiceFields(choiceOf(state), "a", (patch) => set(patch))),
    h("div", { class: "group" }, compareFields(other)),
    h("div", { class: "group" }, overlayFields(state)),
    h("div", { class: "group" }, opacityField(state), h("div", { id: "downloads" })),
  );
  drawDownloads();
  if (held && byId("choices").contains(byId(held))) byId(held).focus();
}

function layers(state) {
  return segments("layer", t("choice_layer"), state.layer, LAYERS.map((key) => [key, t(`layer_${key}`)]), (layer) => set({ layer }));
}

function choiceFields(choice, side, change) {
  const years = yearsOf(choice.technology);
  const named_ = (key) => `${key}-${side}`;
  const technologies = [...meta.technologies].sort().map((key) => [key, key]);
  const operators = ["any", ...meta.operators].map((key) => [key, named("operator_", key)]);
  const environments = meta.environments.map((key) => [key, named("environment_", key)]);
  const levels = levelsOf(choice.technology).map((level) => [level.level, levelName(level, choice.environment)]);
  return [
    segments(named_("technology"), t("choice_technology"), choice.technology, technologies, (technology) => change({ technology })),
    select(named_("operator"), t("choice_operator"), choice.operator, operators, (operator) => change({ operator })),
    segments(named_("environment"), t("choice_environment"), choice.environment, environments, (environment) => change({ environment })),
    select(named_("level"), t("choice_level"), choice.level, levels, (level) => change({ level })),
    years.length > 1
      ? yearField(named_("year"), choice.year, years, (year) => change({ year }))
      : h("p", { class: "note" }, t(choice.technology === meta.technology ? "choice_no_years" : "choice_one_year", { technology: choice.technology, year: String(choice.year || "") })),
  ];
}

function compareFields(other) {
  const on_ = other !== null;
  const button = h(
    "button",
    { type: "button", class: "button button-quiet", id: "compare", "aria-pressed": String(on_), on: { click: () => toggleCompare(on_) } },
    t(on_ ? "compare_stop" : "compare_start"),
  );
  if (!on_) return [button];
  const change = (patch) => set({ compare: choiceText({ ...otherChoice(get()), ...patch }) });
  return [button, h("h2", {}, t("compare_right")), choiceFields(other, "b", change)];
}

function toggleCompare(on_) {
  if (on_) {
    set({ compare: "" }, { push: true });
    return;
  }
  const now = choiceOf(get());
  const years = yearsOf(now.technology);
  const year = now.year === years.at(-1) ? years[0] : years.at(-1);
  set({ compare: choiceText({ ...now, year }), compareAt: 0.5 }, { push: true });
}

function overlayFields(state) {
  const shown = overlays(state);
  const rows = OVERLAYS.filter(([name]) => hasOverlay(name)).map(([name, picture]) => {
    const toggle = ({ target }) => {
      const next = overlays();
      if (target.checked) next.add(name);
      else next.delete(name);
      set({ overlays: [...next].join(",") });
    };
    return h(
      "label",
      {},
      h("input", { type: "checkbox", id: `overlay-${name}`, checked: shown.has(name), on: { change: toggle } }),
      pictureOf(picture),
      h("span", {}, t(`overlay_${name}`)),
    );
  });
  return h("fieldset", {}, h("legend", {}, t("choice_overlays")), h("div", { class: "checks" }, rows));
}

function pictureOf(name) {
  const canvas = canvasOf(name);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

function opacityField(state) {
  const change = ({ target }) => set({ opacity: Number(target.value) });
  return h(
    "div",
    { class: "field" },
    h("label", { for: "opacity" }, t("choice_opacity"), h("span", { class: "value", id: "opacity-value" }, share(state.opacity))),
    h("input", { type: "range", id: "opacity", min: 0.1, max: 1, step: 0.05, value: state.opacity, on: { input: change } }),
  );
}

function yearField(id, year, years, change) {
  const words = (value) => (value === years[0] ? t("choice_now", { year: String(value) }) : String(value));
  const value = h("span", { class: "value" }, words(year));
  const ticks = years.map((one) => h("span", { class: one === year ? "now" : "" }, String(one)));
  const slid = ({ target }) => {
    const next = years[Number(target.value)];
    value.textContent = words(next);
    target.setAttribute("aria-valuetext", words(next));
    ticks.forEach((tick, at) => tick.classList.toggle("now", years[at] === next));
    change(next);
  };
  const range = { min: 0, max: years.length - 1, step: 1, value: years.indexOf(year) };
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, t("choice_year"), value),
    h("input", { type: "range", id, "aria-valuetext": words(year), ...range, on: { input: slid } }),
    h("div", { class: "ticks", "aria-hidden": "true" }, ticks),
  );
}

function segments(name, label, value, options, change) {
  const inputs = options.map(([key, text]) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name, id: `${name}-${key}`, value: key, checked: key === value, on: { change: () => change(key) } }),
      h("span", {}, text),
    ),
  );
  const isLong = options.some(([, text]) => text.length > SHORT);
  return h("fieldset", { class: "field" }, h("legend", {}, label), h("div", { class: options.length > 3 && isLong ? "segments four" : "segments" }, inputs));
}

function select(id, label, value, options, change) {
  const made = options.map(([key, text]) => h("option", { value: key, selected: key === value }, text));
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h("select", { id, on: { change: ({ target }) => change(target.value) } }, made),
  );
}
