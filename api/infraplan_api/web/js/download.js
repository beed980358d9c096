// How is what is seen taken away as a table? Links to the same question, in other formats.

import { url } from "./api.js";
import { choiceOf } from "./choice.js";
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
const SEEN = ["gaps", "proposals", "links", "sites", "villages", "fibre"];
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
  const seen = SEEN.filter((name) => shown.has(name) && meta.collections.has(name)).map((name) =>
    link(url(`collections/${name}/items`, { bbox: boxText(), limit: MOST, f: "json" }), t(`overlay_${name}`), `${name}.geojson`),
  );
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
