// How is a choice shown on a map? Colours of communes, raster of a signal, overlays, selection.

import { SHARE_CLASSES, shareClass } from "./colours.js";
import { meta } from "./meta.js";
import { rasterOf } from "./choice.js";
import { overlays, parseSelection } from "./state.js";
import { KEYS, OVERLAYS, rasterSource } from "./style.js";
import { share as shareText } from "./words.js";

const DATA_LAYERS = ["communes", "water-shares", ...SHARE_CLASSES.map(({ key }) => `communes-${key}`)];
const OPERATOR_GAPS = { single: "single_operator", congested: "congested" };
const YEARS_ZOOM = 9; // from here on a proposal is large enough to bear its year
const SELECTED = {
  commune: ["communes", ["selected-commune", "selected-commune-halo"]],
  gap: ["gaps", ["selected-gap", "selected-gap-halo"]],
  link: ["links", ["selected-link", "selected-link-halo"]],
  village: ["villages", ["selected-village"]],
  site: ["sites", ["selected-site"]],
  proposal: ["proposals", ["selected-proposal"]],
};

/** Colour the communes by the shares of a choice, and write them under their names. */
export function paintShares(map, values) {
  if (!map.getSource("communes")) return;
  const groups = Object.fromEntries(SHARE_CLASSES.map(({ key }) => [key, []]));
  for (const { code, share } of values.communes.values()) {
    const target = { source: "communes", sourceLayer: "communes", id: code };
    map.setFeatureState(target, { share: share ?? undefined });
    const found = shareClass(share);
    if (found) groups[found.key].push(code);
  }
  for (const { key, pattern } of SHARE_CLASSES) {
    if (!pattern) continue;
    map.setFilter(`communes-${key}`, ["in", ["get", "code"], ["literal", groups[key]]]);
  }
  map.getSource("names").setData(namesOf(values));
}

/** Show the layer of the state: shares, or the raster of the choice, or none. */
export function paintLayer(map, state, choice) {
  const showShares = state.layer === "share";
  for (const id of DATA_LAYERS) {
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", showShares ? "visible" : "none");
  }
  if (map.getLayer("communes")) map.setPaintProperty("communes", "fill-opacity", state.opacity);
  const raster = rasterOf(state.layer, choice);
  const id = raster ? `raster-${raster.name}-${raster.year ?? ""}` : "";
  for (const layer of map.getStyle().layers) {
    if (layer.id.startsWith("raster-") && layer.id !== id) {
      map.removeLayer(layer.id);
      map.removeSource(layer.id);
    }
  }
  if (!raster) return;
  if (!map.getSource(id)) {
    map.addSource(id, rasterSource(raster.name, raster.year));
    // under the shares, which are hidden then, so under relief, outlines and marks as well
    map.addLayer({ id, type: "raster", source: id, paint: { "raster-fade-duration": 150 } }, "communes");
  }
  map.setPaintProperty(id, "raster-opacity", state.opacity);
}

/** Show the overlays of the state, proposals and links as far as the year has come. */
export function paintOverlays(map, state, choice) {
  const shown = overlays(state);
  for (const [name, layers] of Object.entries(OVERLAYS)) {
    for (const id of layers) {
      if (map.getLayer(id)) {
        map.setLayoutProperty(id, "visibility", shown.has(name) ? "visible" : "none");
      }
    }
  }
  const mine = choice.operator === "any" ? true : ["==", ["get", "operator"], choice.operator];
  for (const [name, kind] of Object.entries(OPERATOR_GAPS)) {
    for (const id of OVERLAYS[name]) {
      if (map.getLayer(id)) map.setFilter(id, ["all", ["==", ["get", "kind"], kind], mine]);
    }
  }
  const built = ["<=", ["coalesce", ["get", "year"], 9999], choice.year];
  const state_ = ["case", built, "built", "later"];
  if (map.getLayer("proposals")) {
    const year = ["to-string", ["get", "year"]];
    const plain = ["concat", ["get", "kind"], "-", state_];
    const dated = ["concat", ["get", "kind"], "-", year, "-", state_];
    map.setLayoutProperty("proposals", "icon-image", ["step", ["zoom"], plain, YEARS_ZOOM, dated]);
  }
  for (const id of OVERLAYS.links) {
    if (map.getLayer(id)) map.setPaintProperty(id, "line-opacity", ["case", built, 1, 0.55]);
  }
}

/** Draw the selected thing with a thick outline or a ring. */
export function paintSelection(map, state) {
  const chosen = parseSelection(state.selection);
  for (const [kind, [source, layers]] of Object.entries(SELECTED)) {
    const id = chosen?.kind === kind ? chosen.id : "";
    for (const layer of layers) {
      if (map.getLayer(layer)) map.setFilter(layer, ["==", ["get", KEYS[source]], id]);
    }
  }
}

function namesOf(values) {
  const features = [];
  for (const commune of values.communes.values()) {
    if (commune.lon === null) continue;
    const { code, name, share, people } = commune;
    features.push({
      type: "Feature",
      geometry: { type: "Point", coordinates: [commune.lon, commune.lat] },
      properties: { code, name, people: people ?? 0, share: share === null ? "" : shareText(share) },
    });
  }
  return { type: "FeatureCollection", features };
}

/** Tell whether the state asks for a layer that the bundle does not have. */
export function missingLayer(state, choice) {
  if (state.layer === "share") return !meta.first;
  if (state.layer === "none") return false;
  return rasterOf(state.layer, choice) === null;
}
