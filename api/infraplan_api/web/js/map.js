// What happens on the main map: where it stands, what is pressed, what others draw on it?

import { byId, h } from "./dom.js";
import { emit, listen } from "./events.js";
import { choiceOf } from "./choice.js";
import { meta } from "./meta.js";
import { paintSelection } from "./paint.js";
import { showProblem } from "./problems.js";
import { get, on, selectionText, set } from "./state.js";
import { PRESSED } from "./style.js";
import { startTip } from "./tip.js";
import { createView, getMap, keepMap, maplibre } from "./view.js";

export { getMap };
export { addMarker, removePicture, removeShapes, setPicture, setShapes } from "./drawings.js";

const NEAR_PX = 6;
const SELECT_ZOOM = 12.5;
const NARROW_PX = 820;
const DRAWN_BY = ["technology", "operator", "environment", "level", "year", "layer", "opacity", "overlays", "language"];

let view = null;
let claim = null;
let told = () => undefined;

/** Resolves to the map once it can be drawn on. */
export const ready = new Promise((done) => {
  told = done;
});

/** Return where the middle of the map lies. */
export function centre() {
  const { lng, lat } = view.map.getCenter();
  return { lon: lng, lat };
}

/** Move to a box or a place. */
export function flyTo({ bbox, lon, lat, zoom }) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const duration = calm ? 0 : 700;
  if (bbox) view.map.fitBounds(bbox, { padding: 40, maxZoom: 14, duration });
  else view.map.easeTo({ center: [lon, lat], zoom: zoom ?? Math.max(view.map.getZoom(), SELECT_ZOOM), duration });
}

/** Let presses go to `taker(lon, lat)` instead of selecting; return what gives them back. */
export function claimClicks(taker) {
  claim = taker;
  view.map.getCanvas().classList.add("is-placing");
  return () => {
    if (claim === taker) claim = null;
    view.map.getCanvas().classList.remove("is-placing");
  };
}

/** Make the map and let it follow the state. */
export async function start() {
  view = await createView({ container: "map", interactive: true, position: startPosition(), onProblem });
  const { map } = view;
  keepMap(map);
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 110 }), "bottom-left");
  map.getCanvas().setAttribute("aria-describedby", "live");
  map.on("moveend", keepView);
  map.on("click", pressed);
  map.on("contextmenu", ({ lngLat }) => selectPoint(lngLat));
  map.getCanvas().addEventListener("keydown", keyPressed);
  on(DRAWN_BY, draw);
  on("selection", (state) => paintSelection(map, state));
  on("view", followView);
  listen("select:fly", flyTo);
  startTip(map, () => claim !== null);
  startCross();
  await draw();
  told(map);
  emit("map:ready", { map });
}

async function draw() {
  try {
    emit("drawn", { values: await view.show(choiceOf(get())) });
  } catch (error) {
    showProblem(error);
  }
}

function onProblem(error) {
  if (error?.status === 404 || error?.name === "AbortError") return;
  showProblem(error?.status === 0 ? { title: "offline" } : error);
}

function startPosition() {
  const place = viewOf(get().view);
  if (place) return { center: [place.lon, place.lat], zoom: place.zoom };
  const bounds = meta.bbox ?? [104.8, 20.3, 105.9, 21.75];
  return { bounds, fitBoundsOptions: { padding: 24 } };
}

function viewOf(text) {
  const [zoom, lat, lon] = text.split("/").map(Number);
  const fine = [zoom, lat, lon].every(Number.isFinite) && text !== "";
  return fine && Math.abs(lat) < 86 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

function keepView() {
  const { lng, lat } = view.map.getCenter();
  const text = [view.map.getZoom().toFixed(2), lat.toFixed(4), lng.toFixed(4)].join("/");
  set({ view: text });
}

function followView(state) {
  const place = viewOf(state.view);
  if (!place) return;
  const now = view.map.getCenter();
  const near = Math.abs(now.lng - place.lon) < 1e-4 && Math.abs(now.lat - place.lat) < 1e-4;
  if (near && Math.abs(view.map.getZoom() - place.zoom) < 0.011) return;
  view.map.jumpTo({ center: [place.lon, place.lat], zoom: place.zoom });
}

function pressed(event) {
  const { lngLat, point, originalEvent } = event;
  if (claim) {
    claim(lngLat.lng, lngLat.lat);
    return;
  }
  if (originalEvent?.shiftKey) {
    selectPoint(lngLat);
    return;
  }
  const hit = found(point);
  const detail = { lon: lngLat.lng, lat: lngLat.lat, features: hit ? [hit] : [], claimed: false };
  emit("map:click", detail);
  if (detail.claimed) return;
  bringIn(lngLat);
  if (hit) set({ selection: selectionText(hit.kind, hit.id), panel: "" }, { push: true });
  else if (["signal", "server"].includes(get().layer)) selectPoint(lngLat);
  else selectCommune(point);
}

/** On a narrow screen the card takes half of the map: bring what was pressed to the middle. */
function bringIn(lngLat) {
  if (window.innerWidth <= NARROW_PX) view.map.easeTo({ center: lngLat, duration: 250 });
}

function found(point) {
  const box = [
    [point.x - NEAR_PX, point.y - NEAR_PX],
    [point.x + NEAR_PX, point.y + NEAR_PX],
  ];
  for (const [kind, wanted] of PRESSED) {
    const layers = wanted.filter((id) => view.map.getLayer(id));
    if (layers.length === 0) continue;
    const where = kind === "gap" ? point : box;
    const [feature] = view.map.queryRenderedFeatures(where, { layers });
    if (feature) return { kind, id: String(feature.id), layer: feature.layer.id, properties: feature.properties };
  }
  return null;
}

function communeAt(point) {
  if (!view.map.getLayer("communes-hover")) return null;
  const [feature] = view.map.queryRenderedFeatures(point, { layers: ["communes-hover"] });
  return feature ? String(feature.id) : null;
}

function selectCommune(point) {
  const code = communeAt(point);
  if (code) set({ selection: selectionText("commune", code), panel: "" }, { push: true });
  else set({ selection: "" }, { push: true });
}

function selectPoint({ lng, lat }) {
  const id = `${lng.toFixed(5)},${lat.toFixed(5)}`;
  set({ selection: selectionText("point", id), panel: "" }, { push: true });
}

function keyPressed(event) {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  const { clientWidth, clientHeight } = view.map.getContainer();
  const middle = new maplibre.Point(clientWidth / 2, clientHeight / 2);
  pressed({ lngLat: view.map.getCenter(), point: middle, originalEvent: event });
}

/** Draw a cross in the middle while the map has the focus, so that keys know where they press. */
function startCross() {
  const cross = h("div", { id: "cross", "aria-hidden": "true", hidden: true });
  byId("map").append(cross);
  const canvas = view.map.getCanvas();
  canvas.addEventListener("focus", () => {
    cross.hidden = !canvas.matches(":focus-visible");
  });
  canvas.addEventListener("blur", () => {
    cross.hidden = true;
  });
}
