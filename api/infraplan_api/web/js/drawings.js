// How do other parts of the page draw on the map: marks that are dragged, pictures, shapes?

import { ACCENT } from "./colours.js";
import { getMap, maplibre } from "./view.js";

const STEP_PX = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const BELOW = "selected-commune-halo";

/** Put a mark on the map; a mark that may be dragged also moves by the arrow keys. */
export function addMarker({ lon, lat, className = "mark", element, draggable = false, label = "", onDrag, onDragEnd }) {
  const map = getMap();
  const node = element ?? document.createElement("button");
  node.classList.add(...className.split(" ").filter(Boolean));
  if (label) node.setAttribute("aria-label", label);
  const marker = new maplibre.Marker({ element: node, draggable }).setLngLat([lon, lat]).addTo(map);
  const here = () => {
    const { lng, lat: north } = marker.getLngLat();
    return { lon: lng, lat: north };
  };
  if (draggable) {
    if (node.tabIndex < 0) node.tabIndex = 0;
    marker.on("drag", () => onDrag?.(here()));
    marker.on("dragend", () => onDragEnd?.(here()));
    node.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      event.stopPropagation();
      const step = STEP_PX * (event.shiftKey ? 10 : 1);
      const pixel = map.project(marker.getLngLat());
      marker.setLngLat(map.unproject([pixel.x + arrow[0] * step, pixel.y + arrow[1] * step]));
      onDrag?.(here());
      onDragEnd?.(here());
    });
  }
  return {
    element: node,
    move: (east, north) => marker.setLngLat([east, north]),
    remove: () => marker.remove(),
  };
}

/** Lay a picture over a box [west, south, east, north]. */
export function setPicture(id, { url, bounds, opacity = 0.75 }) {
  const map = getMap();
  const name = `picture-${id}`;
  const [west, south, east, north] = bounds;
  const coordinates = [
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
  const source = map.getSource(name);
  if (source) {
    source.updateImage({ url, coordinates });
    map.setPaintProperty(name, "raster-opacity", opacity);
    return;
  }
  map.addSource(name, { type: "image", url, coordinates });
  const paint = { "raster-opacity": opacity, "raster-fade-duration": 0, "raster-resampling": "nearest" };
  map.addLayer({ id: name, type: "raster", source: name, paint }, below(map));
}

/** Take a picture away. */
export function removePicture(id) {
  takeAway(`picture-${id}`);
}

/** Draw GeoJSON as "fill", "line" or "point". */
export function setShapes(id, geojson, { kind = "fill", colour = ACCENT } = {}) {
  const map = getMap();
  const name = `shapes-${id}`;
  const source = map.getSource(name);
  if (source) {
    source.setData(geojson);
    return;
  }
  map.addSource(name, { type: "geojson", data: geojson });
  for (const layer of LAYERS[kind](name, colour)) map.addLayer(layer, below(map));
}

/** Take shapes away. */
export function removeShapes(id) {
  takeAway(`shapes-${id}`);
}

const LAYERS = {
  fill: (source, colour) => [
    { id: source, type: "fill", source, paint: { "fill-color": colour, "fill-opacity": 0.3 } },
    { id: `${source}-line`, type: "line", source, paint: { "line-color": colour, "line-width": 1.6 } },
  ],
  line: (source, colour) => [
    { id: source, type: "line", source, paint: { "line-color": colour, "line-width": 2.4, "line-dasharray": [2, 1.4] } },
  ],
  point: (source, colour) => [
    {
      id: source,
      type: "circle",
      source,
      paint: { "circle-color": "#fff", "circle-radius": 5, "circle-stroke-color": colour, "circle-stroke-width": 2.4 },
    },
  ],
};

function below(map) {
  return map.getLayer(BELOW) ? BELOW : undefined;
}

function takeAway(name) {
  const map = getMap();
  for (const id of [`${name}-line`, name]) {
    if (map?.getLayer(id)) map.removeLayer(id);
  }
  if (map?.getSource(name)) map.removeSource(name);
}
