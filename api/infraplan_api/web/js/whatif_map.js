// How do masts that are tried out, their coverage and their links show on the map?

import { h } from "./dom.js";
import { addMarker, removePicture, removeShapes, setPicture, setShapes } from "./map.js";
import { t } from "./words.js";

const LINKS = "whatif-links";
const OPACITY = { chosen: 0.8, other: 0.5 };
const markers = new Map();
const pictures = new Set();

/** Show these masts: {masts, chosen, answers}; `moved(key, place, isEnd)` hears drags. */
export function show({ masts, chosen, answers }, { moved, picked }) {
  const keys = new Set(masts.map((mast) => mast.key));
  for (const [key, marker] of markers) {
    if (!keys.has(key)) {
      marker.remove();
      markers.delete(key);
    }
  }
  masts.forEach((mast) => place(mast, mast.key === chosen, { moved, picked }));
  drawPictures(masts, chosen, answers);
  drawLinks(masts, answers);
}

/** Take all of it off the map. */
export function clearAll() {
  markers.forEach((marker) => marker.remove());
  markers.clear();
  pictures.forEach((id) => removePicture(id));
  pictures.clear();
  removeShapes(LINKS);
}

function place(mast, isChosen, { moved, picked }) {
  const label = t("whatif_marker", { name: mast.name, height: mast.height_m });
  const known = markers.get(mast.key);
  if (known) {
    known.move(mast.lon, mast.lat);
    known.element.setAttribute("aria-label", label);
    known.element.classList.toggle("is-chosen", isChosen);
    known.element.querySelector(".whatif-marker-height").textContent = `${mast.height_m}`;
    return;
  }
  const element = h(
    "button",
    { type: "button", class: "whatif-marker", "aria-label": label, on: { focus: () => picked(mast.key) } },
    h("span", { class: "whatif-marker-height", "aria-hidden": "true" }, `${mast.height_m}`),
  );
  element.classList.toggle("is-chosen", isChosen);
  const marker = addMarker({
    lon: mast.lon,
    lat: mast.lat,
    className: "whatif-mast",
    element,
    draggable: mast.host_site_id === null,
    onDrag: (at) => moved(mast.key, at, false),
    onDragEnd: (at) => moved(mast.key, at, true),
    label,
  });
  markers.set(mast.key, marker);
}

function drawPictures(masts, chosen, answers) {
  const wanted = new Map(
    masts.filter((mast) => answers[mast.key]).map((mast) => [`whatif-${mast.key}`, mast]),
  );
  for (const id of [...pictures]) {
    if (!wanted.has(id)) {
      removePicture(id);
      pictures.delete(id);
    }
  }
  for (const [id, mast] of wanted) {
    const { picture } = answers[mast.key];
    setPicture(id, {
      url: `data:${picture.media_type};base64,${picture.png_base64}`,
      bounds: picture.bounds,
      opacity: mast.key === chosen ? OPACITY.chosen : OPACITY.other,
    });
    pictures.add(id);
  }
}

function drawLinks(masts, answers) {
  const features = masts
    .map((mast) => answers[mast.key]?.link)
    .filter((link) => link?.geometry)
    .map((link) => ({
      type: "Feature",
      geometry: link.geometry,
      properties: { medium: link.medium },
    }));
  if (features.length === 0) {
    removeShapes(LINKS);
    return;
  }
  const shapes = { type: "FeatureCollection", features };
  setShapes(LINKS, shapes, { kind: "line", className: "whatif" });
}
