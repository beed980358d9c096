// How is one map made, and how does it follow the state? Two of them stand beside each other.

import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";
import { loading } from "./api.js";
import { pictures } from "./icons.js";
import { meta } from "./meta.js";
import { paintLayer, paintOverlays, paintSelection, paintShares } from "./paint.js";
import { get } from "./state.js";
import { style } from "./style.js";
import { t } from "./words.js";
import { valuesOf } from "./values.js";

const FONT = '"Be Vietnam Pro"';

let main = null;

/** Return the main map, null before it is made. */
export function getMap() {
  return main;
}

/** Keep the main map, for those who draw on it. */
export function keepMap(map) {
  main = map;
}

/** Make a map in a container: {map, ready, show(choice)}. */
export async function createView({ container, interactive, position, onProblem }) {
  await document.fonts.load(`600 10px ${FONT}`, "26");
  const map = new maplibre.Map({
    container,
    interactive,
    style: style(),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 17,
    minZoom: 5,
    fadeDuration: 120,
    locale: locale(),
    ...position,
  });
  if (interactive) {
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
  }
  watch(map, onProblem);
  await new Promise((done) => {
    map.once("style.load", done);
  });
  for (const { name, image, options } of pictures(planYears())) map.addImage(name, image, options);
  let shown = 0;

  /** Draw a choice; an older drawing that comes late is dropped. */
  async function show(choice) {
    shown += 1;
    const mine = shown;
    const state = get();
    paintLayer(map, state, choice);
    paintOverlays(map, state, choice);
    paintSelection(map, state);
    if (!meta.first) return null;
    const values = await valuesOf(choice);
    if (mine === shown) paintShares(map, values);
    return values;
  }

  return { map, show };
}

/** Return the years that a proposal may bear: those of the plan, known or not in the table. */
function planYears() {
  const { first_year: first, last_year: last } = meta.totals;
  const years = new Set(meta.years);
  for (let year = first; year <= last; year += 1) years.add(year);
  return [...years];
}

function watch(map, onProblem) {
  let waiting = false;
  const turn = (on) => {
    if (on !== waiting) {
      waiting = on;
      loading(on ? 1 : -1);
    }
  };
  map.on("dataloading", () => turn(true));
  map.on("idle", () => turn(false));
  map.on("error", ({ error }) => {
    turn(false);
    onProblem(error);
  });
}

function locale() {
  return {
    "NavigationControl.ZoomIn": t("map_zoom_in"),
    "NavigationControl.ZoomOut": t("map_zoom_out"),
    "Map.Title": t("map_title"),
    "ScaleControl.Kilometers": "km",
    "ScaleControl.Meters": "m",
  };
}

export { maplibre };
