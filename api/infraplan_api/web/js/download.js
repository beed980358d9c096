// How is what is seen taken away as a table? Links to the same question, in other formats.

import { url } from "./api.js";
import { choiceOf, hasOverlay } from "./choice.js";
import { byId, clear, h } from "./dom.js";
import { meta } from "./meta.js";
import { get, overlays } from "./state.js";
import { getMap } from "./view.js";
import { t } from "./words.js";

const TABLES = [
  ["csv", "CSV"],
  ["xlsx", "Excel"],
  ["geojson", "GeoJSON"],
];
const SEEN = {
  gaps: ["gaps", { filter: "kind IN ('white','weak')" }],
  single: ["gaps", { kind: "single_operator" }],
  congested: ["gaps", { kind: "congested" }],
  proposals: ["proposals", {}],
  links: ["links", {}],
  sites: ["sites", {}],
  villages: ["villages", {}],
  fibre: ["fibre", {}],
  roads: ["roads", {}],
};
const MOST = 10000;

/** Draw the links for the view as it is now. */
export function drawDownloads() {
  const place = byId("downloads");
  if (!place) return;
  const state = get();
  const choice = choiceOf(state);
  const link = (href, text, download) => h("a", { href, download: download ?? true }, text);
  const tables = TABLES.map(([f, text]) => link(url("coverage/communes", { ...choice, f }), text, `communes.${f}`));
  const shown = overlays(state);
  const wanted = Object.entries(SEEN).filter(([name]) => shown.has(name) && hasOverlay(name));
  const seen = wanted.map(([name, [collection, filter]]) => {
    const query = { bbox: boxText(), ...filter, limit: MOST, f: "json" };
    return link(url(`collections/${collection}/items`, query), t(`overlay_${name}`), `${name}.geojson`);
  });
  clear(place).append(
    h("p", { class: "note" }, t("download_communes")),
    h("div", { class: "links" }, tables),
    seen.length > 0 ? h("p", { class: "note" }, t("download_seen")) : null,
    seen.length > 0 ? h("div", { class: "links" }, seen) : null,
  );
}

function boxText() {
  const map = getMap();
  if (!map) return meta.bbox?.join(",") ?? "";
  return map.getBounds().toArray().flat().map((value) => value.toFixed(4)).join(",");
}
