// What does the map consist of, before any choice is shown? Sources and layers, quiet ones first.

import { tileUrl, url } from "./api.js";
import { GAP_COLOURS, INK, NO_DATA, PAPER, SHARE_CLASSES, WATER } from "./colours.js";
import { meta } from "./meta.js";

const TILES = "tiles/WebMercatorQuad";
const FONTS = {
  "Be Vietnam Pro": 400,
  "Be Vietnam Pro SemiBold": 600,
};
const RANGES = {
  vietnamese: ["U+102-103", "U+110-111", "U+128-129", "U+168-169", "U+1A0-1A1", "U+1AF-1B0", "U+300-323", "U+1EA0-1EF9", "U+20AB"],
  "latin-ext": ["U+100-2BA"],
  latin: ["U+0-FF", "U+2000-206F"],
};
const TEXT = ["Be Vietnam Pro"];
const BOLD = ["Be Vietnam Pro SemiBold"];
const HALO = { "text-color": INK, "text-halo-color": "rgba(255,255,255,.92)", "text-halo-width": 1.4 };

/** Sources of vector tiles, with the property that names a feature. */
export const KEYS = {
  communes: "code",
  villages: "village_id",
  sites: "site_id",
  proposals: "site_id",
  gaps: "gap_id",
  links: "link_id",
  fibre: "fibre_id",
  roads: "road_id",
  water: "water_id",
};

/** Layers of each overlay that can be shown or hidden. */
export const OVERLAYS = {
  gaps: ["gaps-fill", "gaps-white", "gaps-weak"],
  single: ["single-fill", "single-line"],
  congested: ["congested-fill", "congested-line"],
  sites: ["sites"],
  fibre: ["fibre"],
  proposals: ["proposals"],
  links: ["links-fibre", "links-microwave"],
  villages: ["villages", "villages-names"],
  roads: ["roads"],
  labels: ["communes-names"],
};

/** Kind of selection to the layers that a press is looked for in, most wanted first. */
export const PRESSED = [
  ["proposal", ["proposals"], "proposals"],
  ["site", ["sites"], "sites"],
  ["village", ["villages"], "villages"],
  ["gap", ["gaps-fill", "single-fill", "congested-fill"], "gaps"],
  ["link", ["links-fibre", "links-microwave"], "links"],
];

/** Return the style of a map. */
export function style() {
  const sources = { names: points(), ...vectorSources(), ...hillshade() };
  const layers = [
    { id: "paper", type: "background", paint: { "background-color": PAPER } },
    water("water"),
    ...shares(),
    // nobody lives on water, so that no share has a colour there
    water("water-shares"),
    // black with alpha: it shades what lies below, and needs no colour of its own
    { id: "hillshade", type: "raster", source: "hillshade", paint: { "raster-opacity": 0.4 } },
    ...outlines(),
    ...gaps(),
    ...lines(),
    ...places(),
    ...selected(),
    ...names(),
  ];
  return {
    version: 8,
    "font-faces": fontFaces(),
    sources,
    layers: layers.filter((layer) => !layer.source || layer.source in sources),
  };
}

function fontFaces() {
  const face = (weight, set) => ({
    url: new URL(`../vendor/fonts/be-vietnam-pro-${set}-${weight}.woff2`, import.meta.url).href,
    "unicode-range": RANGES[set],
  });
  return Object.fromEntries(
    Object.entries(FONTS).map(([name, weight]) => [
      name,
      Object.keys(RANGES).map((set) => face(weight, set)),
    ]),
  );
}

function points() {
  return { type: "geojson", data: { type: "FeatureCollection", features: [] } };
}

function vectorSources() {
  const found = {};
  for (const [name, key] of Object.entries(KEYS)) {
    if (!meta.collections.has(name)) continue;
    found[name] = { type: "vector", url: url(`collections/${name}/${TILES}`), promoteId: key };
  }
  return found;
}

function hillshade() {
  if (!meta.layers.has("hillshade")) return {};
  return { hillshade: rasterSource("hillshade") };
}

/** Return the source of PNG tiles of a layer of the service. */
export function rasterSource(name, year = null) {
  const source = {
    type: "raster",
    tileSize: 256,
    minzoom: 5,
    maxzoom: 15,
    tiles: [tileUrl(`coverage/${encodeURIComponent(name)}/${TILES}/{z}/{y}/{x}`, { year })],
  };
  return meta.bbox ? { ...source, bounds: meta.bbox } : source;
}

function layer(id, type, source, { paint = {}, layout = {}, ...rest }) {
  const made = { id, type, source, paint, layout, ...rest };
  return source === "names" ? made : { ...made, "source-layer": source };
}

function water(id) {
  return layer(id, "fill", "water", { paint: { "fill-color": WATER } });
}

function shares() {
  const steps = SHARE_CLASSES.flatMap(({ to, colour }, at) =>
    at + 1 < SHARE_CLASSES.length ? [colour, to] : [colour],
  );
  const known = ["!=", ["typeof", ["feature-state", "share"]], "number"];
  const share = ["step", ["to-number", ["feature-state", "share"], 0], ...steps];
  const hatches = SHARE_CLASSES.filter(({ pattern }) => pattern).map(({ key, pattern }) =>
    layer(`communes-${key}`, "fill", "communes", {
      filter: ["in", ["get", "code"], ["literal", []]],
      paint: { "fill-pattern": pattern },
    }),
  );
  return [
    layer("communes", "fill", "communes", {
      paint: {
        "fill-color": ["case", known, NO_DATA, share],
        "fill-opacity": 0.75,
        "fill-opacity-transition": { duration: 0 },
      },
    }),
    ...hatches,
  ];
}

function outlines() {
  const white = { "line-color": "#fff", "line-opacity": 0.75, "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.5, 12, 1.6] };
  const line = { "line-color": "#57616e", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.35, 12, 1] };
  return [
    layer("roads", "line", "roads", {
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": "#8a7f6a",
        "line-opacity": 0.7,
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 2],
      },
    }),
    layer("communes-casing", "line", "communes", { paint: white }),
    layer("communes-line", "line", "communes", { paint: line }),
    layer("communes-hover", "fill", "communes", {
      paint: {
        "fill-color": "#fff",
        "fill-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 0.28, 0],
      },
    }),
  ];
}

function gaps() {
  const kind = (name) => ["==", ["get", "kind"], name];
  const any = ["==", ["get", "operator"], "any"];
  const outline = ["interpolate", ["linear"], ["zoom"], 8, 0.6, 10, 1.2, 13, 2.2];
  return [
    layer("gaps-fill", "fill", "gaps", {
      filter: ["all", ["any", kind("white"), kind("weak")], any],
      paint: { "fill-pattern": ["match", ["get", "kind"], "white", "gap-white", "gap-weak"] },
    }),
    ...ofOneOperator("congested", "congested", { width: outline, dashes: [4, 1.5] }),
    ...ofOneOperator("single", "single_operator", { width: outline, dashes: [1, 1.6] }),
    layer("gaps-weak", "line", "gaps", {
      filter: ["all", kind("weak"), any],
      paint: { "line-color": GAP_COLOURS.weak, "line-width": outline },
    }),
    layer("gaps-white", "line", "gaps", {
      filter: ["all", kind("white"), any],
      paint: { "line-color": GAP_COLOURS.white, "line-width": outline },
    }),
  ];
}

/** Return fill and outline of gaps that each belong to one operator. */
function ofOneOperator(id, kind, { width, dashes }) {
  const filter = ["==", ["get", "kind"], kind];
  const line = { "line-color": GAP_COLOURS[kind], "line-width": width, "line-dasharray": dashes };
  return [
    layer(`${id}-fill`, "fill", "gaps", { minzoom: 9.5, filter, paint: { "fill-pattern": `gap-${id}` } }),
    layer(`${id}-line`, "line", "gaps", { filter, paint: line }),
  ];
}

function lines() {
  const width = ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 2.4];
  return [
    layer("fibre", "line", "fibre", { paint: { "line-color": "#3f6f4f", "line-width": width } }),
    layer("links-fibre", "line", "links", {
      filter: ["!=", ["get", "medium"], "microwave"],
      paint: { "line-color": "#0b4f8f", "line-width": 2, "line-dasharray": [3, 1.8] },
    }),
    layer("links-microwave", "line", "links", {
      filter: ["==", ["get", "medium"], "microwave"],
      paint: { "line-color": "#0b4f8f", "line-width": 1.1, "line-gap-width": 2.6 },
    }),
  ];
}

function places() {
  const listed = ["length", ["split", ["coalesce", ["get", "tenants"], ""], "|"]];
  const tenants = ["max", 1, ["min", 4, ["coalesce", ["get", "tenants_count"], listed]]];
  const served = ["coalesce", ["get", "people_served_share_of_village_people_any"], 1];
  const unserved = ["<", served, 0.5];
  return [
    layer("villages", "circle", "villages", {
      minzoom: 9.5,
      paint: {
        "circle-color": ["case", unserved, GAP_COLOURS.white, "#ffffff"],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9.5, 1.8, 14, 5.5],
        "circle-stroke-color": INK,
        "circle-stroke-width": ["case", unserved, 1.6, 0.8],
      },
    }),
    layer("sites", "symbol", "sites", {
      layout: {
        "icon-image": ["concat", "mast-", ["to-string", tenants]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.34, 10, 0.6, 13, 1.15],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    }),
    layer("proposals", "symbol", "proposals", {
      layout: {
        "icon-image": "",
        "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.34, 8.5, 0.5, 10, 0.72, 13, 1.1],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["get", "year"],
      },
    }),
  ];
}

function selected() {
  const ring = (id, source) =>
    layer(id, "circle", source, {
      filter: ["==", ["get", KEYS[source]], ""],
      paint: {
        "circle-radius": 17,
        "circle-opacity": 0,
        "circle-stroke-color": "#0b4f8f",
        "circle-stroke-width": 3.5,
      },
    });
  const thick = (id, source) =>
    layer(id, "line", source, {
      filter: ["==", ["get", KEYS[source]], ""],
      layout: { "line-join": "round" },
      paint: { "line-color": id.endsWith("halo") ? "#fff" : "#0b4f8f", "line-width": id.endsWith("halo") ? 7 : 3.5 },
    });
  return [
    thick("selected-commune-halo", "communes"),
    thick("selected-commune", "communes"),
    thick("selected-gap-halo", "gaps"),
    thick("selected-gap", "gaps"),
    thick("selected-link-halo", "links"),
    thick("selected-link", "links"),
    ring("selected-village", "villages"),
    ring("selected-site", "sites"),
    ring("selected-proposal", "proposals"),
  ];
}

function names() {
  const both = ["format", ["get", "name"], { "text-font": ["literal", BOLD] }, "\n", {}, ["get", "share"], { "font-scale": 0.9 }];
  return [
    layer("villages-names", "symbol", "villages", {
      minzoom: 12.2,
      layout: {
        "text-field": ["get", "name"],
        "text-font": TEXT,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.6],
        "text-max-width": 7,
      },
      paint: HALO,
    }),
    layer("communes-names", "symbol", "names", {
      minzoom: 8,
      layout: {
        "text-field": ["step", ["zoom"], ["get", "name"], 9.6, both],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, 10.5, 12, 14],
        "text-max-width": 7,
        "text-padding": 4,
        "symbol-sort-key": ["-", 0, ["coalesce", ["get", "people"], 0]],
      },
      paint: HALO,
    }),
  ];
}
