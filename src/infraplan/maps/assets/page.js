"use strict";
// Draws what the page carries as JSON: layers, choices of operator and scenario, a slider of years.
(() => {
  const told = JSON.parse(document.getElementById("drawing").textContent);
  const words = told.words;
  const MARK = 26, OPACITY = 0.8, YEAR_MS = 1200;
  const now = { view: told.views[0] ?? null, scenario: told.scenarios[0] ?? null, year: told.year };
  const pictures = [], dots = [];
  const isWide = matchMedia("(min-width: 601px)").matches;

  const map = L.map("map", {
    attributionControl: false, zoomControl: false, zoomSnap: 0.5,
    preferCanvas: !told.sides.length, // of several canvases only the top one can be pressed
  });
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "topleft", maxWidth: isWide ? 100 : 50 }).addTo(map);
  map.fitBounds(told.bounds);
  // pictures of a side lie below what is the same on both, its outlines and signs above
  const PANES = { left_below: 350, right_below: 351, left: 410, right: 411 };
  for (const [name, level] of Object.entries(told.sides.length ? PANES : {})) {
    map.createPane(name).style.zIndex = level;
  }

  const make = (tag, parent, properties = {}) => {
    const node = Object.assign(document.createElement(tag), properties);
    parent.append(node);
    return node;
  };

  // dots do not crowd a whole province, and can be pressed from near
  const radius = () => Math.min(Math.max(map.getZoom() - 8, 1), 4);
  map.on("zoomend", () => dots.forEach((dot) => dot.setRadius(radius())));
  map.on("popupopen", ({ popup }) => popup.getElement()
    .querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close));

  const drawn = (part, side) => {
    const pane = side ? { pane: side } : {};
    if (part.picture) {
      const below = side ? { pane: `${side}_below` } : {};
      const picture = L.imageOverlay(part.picture, part.bounds, { opacity: OPACITY, ...below });
      pictures.push(picture);
      return picture;
    }
    if (part.marks) {
      return L.layerGroup(part.marks.map(([lat, lon, icon, title, card]) => L.marker([lat, lon], {
        icon: L.icon({ iconUrl: icon, iconSize: [MARK, MARK], iconAnchor: [MARK / 2, MARK / 2] }),
        title, alt: title, ...pane,
      }).bindPopup(card)));
    }
    return L.geoJSON(part.shapes, {
      ...pane,
      style: (feature) => feature.properties.style,
      pointToLayer: (_, place) => {
        const dot = L.circleMarker(place, { radius: radius(), ...pane });
        dots.push(dot);
        return dot;
      },
      onEachFeature: (feature, shape) => shape.bindPopup(feature.properties.card),
    });
  };

  const layers = told.layers.map((layer) => ({
    ...layer,
    group: L.layerGroup().addTo(map),
    drawn: layer.parts.map((part) => drawn(part, layer.side)),
  }));

  const isIn = (part) => (part.view === null || part.view === now.view)
    && (part.scenario === null || part.scenario === now.scenario)
    && (now.year === null || part.since === null || part.since <= now.year)
    && (now.year === null || part.until === null || now.year <= part.until);

  const corner = (position, className) => {
    const control = L.control({ position });
    control.onAdd = () => {
      const node = L.DomUtil.create("div", `sheet ${className}`);
      L.DomEvent.disableClickPropagation(node).disableScrollPropagation(node);
      return node;
    };
    return control.addTo(map).getContainer();
  };

  const panel = corner("topright", "panel");
  make("h1", panel, { textContent: told.title });
  const caption = make("div", panel, { className: "caption" });
  caption.setAttribute("aria-live", "polite");

  const refresh = () => {
    for (const layer of layers) {
      layer.parts.forEach((part, i) => {
        const wanted = layer.shown && isIn(part);
        const there = layer.group.hasLayer(layer.drawn[i]);
        if (wanted && !there) layer.group.addLayer(layer.drawn[i]);
        if (!wanted && there) layer.group.removeLayer(layer.drawn[i]);
      });
    }
    // what is added later lies on top: keep the order of the layers
    for (const layer of layers) {
      for (const one of layer.group.getLayers()) if (one.bringToFront) one.bringToFront();
    }
    const line = told.captions.find((c) => (c.scenario === null || c.scenario === now.scenario)
      && (c.year === null || c.year === now.year));
    caption.textContent = line ? line.text : "";
  };

  const choice = (key, options) => {
    if (!options.length) return;
    const row = make("label", panel, { className: "row" });
    make("span", row, { textContent: words[key] });
    const list = make("select", row);
    list.setAttribute("aria-label", words[key]);
    for (const name of options) make("option", list, { textContent: name, value: name });
    list.addEventListener("change", () => { now[key] = list.value; refresh(); });
  };
  choice("view", told.views);
  choice("scenario", told.scenarios);

  if (told.years.length) {
    const row = make("div", panel, { className: "row" });
    const play = make("button", row, { textContent: "▶", title: words.play, type: "button" });
    play.setAttribute("aria-label", words.play);
    const slider = make("input", row, {
      type: "range", min: 0, max: told.years.length - 1, step: 1,
      value: told.years.indexOf(told.year),
    });
    slider.setAttribute("aria-label", words.year);
    const output = make("output", row, { textContent: told.year });
    const go = () => {
      now.year = told.years[Number(slider.value)];
      output.textContent = now.year;
      slider.setAttribute("aria-valuetext", now.year);
      refresh();
    };
    slider.addEventListener("input", go);
    let timer = null;
    const stop = () => { clearInterval(timer); timer = null; play.textContent = "▶"; };
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (Number(slider.value) === told.years.length - 1) slider.value = 0;
      else slider.value = Number(slider.value) + 1;
      go();
      play.textContent = "❚❚";
      timer = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        go();
        if (Number(slider.value) === told.years.length - 1) stop();
      }, YEAR_MS);
    });
  }

  if (pictures.length) {
    const row = make("label", panel, { className: "row" });
    make("span", row, { textContent: words.opacity });
    const range = make("input", row, { type: "range", min: 0, max: 1, step: 0.05, value: OPACITY });
    range.setAttribute("aria-label", words.opacity);
    range.addEventListener("input", () => pictures.forEach((p) => p.setOpacity(Number(range.value))));
  }

  const list = make("details", panel, { open: isWide });
  make("summary", list, { textContent: words.layers });
  for (const layer of layers) {
    const label = make("label", list);
    const box = make("input", label, { type: "checkbox", checked: layer.shown });
    const side = layer.side ? ` (${words[layer.side]})` : "";
    label.append(` ${layer.name}${side}`);
    box.addEventListener("change", () => { layer.shown = box.checked; refresh(); });
  }

  // on a phone the legend stands above the badge, which nothing may cover
  corner("bottomleft", "badge").innerHTML = told.badge;
  const legend = make("details", corner(isWide ? "bottomright" : "bottomleft", "legend"),
    { open: isWide });
  make("summary", legend, { textContent: words.legend });
  make("div", legend, { innerHTML: told.legend });

  if (told.sides.length) {
    const split = make("div", map.getContainer(), { className: "split" });
    const line = make("div", split, { className: "line" });
    const range = make("input", split, { type: "range", min: 0, max: 1, step: "any", value: 0.5 });
    range.setAttribute("aria-label", words.divider);
    range.title = words.divider;
    const titles = told.sides.map((name) => make("b", split, { textContent: name }));
    L.DomEvent.disableClickPropagation(range);
    const clip = () => {
      const size = map.getSize();
      const x = 17 + Number(range.value) * (size.x - 34);
      const top = map.containerPointToLayerPoint([0, 0]);
      const end = map.containerPointToLayerPoint(size);
      const middle = top.x + x;
      line.style.left = `${x}px`;
      titles[0].style.right = `${size.x - x + 10}px`;
      titles[1].style.left = `${x + 10}px`;
      const sides = { left: [middle, top.x], right: [end.x, middle] };
      for (const name of Object.keys(PANES)) {
        const [right, left] = sides[name.replace("_below", "")];
        map.getPane(name).style.clip = `rect(${top.y}px,${right}px,${end.y}px,${left}px)`;
      }
    };
    range.addEventListener("input", clip);
    map.on("move zoom resize viewreset zoomend", clip);
    clip();
  }
  refresh();
  document.documentElement.dataset.ready = "yes";
})();
