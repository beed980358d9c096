// What is said beside the pointer? The name of a commune and its share; it lightens too.

import { choiceOf } from "./choice.js";
import { byId, h } from "./dom.js";
import { get } from "./state.js";
import { valuesOf } from "./values.js";
import { number, share, t } from "./words.js";

/** Follow the pointer over a map; say nothing while `silent()`. */
export function startTip(map, silent) {
  const tip = h("div", { id: "tip", hidden: true, "aria-hidden": "true" });
  byId("maps").append(tip);
  let over = null;
  const light = (code, hover) => {
    if (code === null || !map.getSource("communes")) return;
    map.setFeatureState({ source: "communes", sourceLayer: "communes", id: code }, { hover });
  };
  const leave = () => {
    light(over, false);
    over = null;
    tip.hidden = true;
  };
  map.on("mousemove", async ({ point, originalEvent }) => {
    if (originalEvent.buttons || !map.getLayer("communes-hover")) return;
    const [feature] = map.queryRenderedFeatures(point, { layers: ["communes-hover"] });
    const code = feature ? String(feature.id) : null;
    if (code !== over) {
      leave();
      over = code;
      light(code, get().layer === "share");
    }
    if (code === null || silent()) return;
    const text = await textOf(code);
    if (text === "" || over !== code) return;
    tip.textContent = text;
    tip.hidden = false;
    place(tip, point);
  });
  map.on("mouseout", leave);
  map.on("movestart", leave);
}

async function textOf(code) {
  try {
    const commune = (await valuesOf(choiceOf(get()))).communes.get(code);
    if (!commune) return "";
    if (commune.share === null) return commune.fullName;
    const { fullName: name, served, people } = commune;
    return t("map_tip", { name, share: share(commune.share), served: number(served), people: number(people) });
  } catch {
    return "";
  }
}

function place(tip, { x, y }) {
  const { clientWidth, clientHeight } = tip.parentElement;
  const left = x + 14 + tip.offsetWidth > clientWidth ? x - tip.offsetWidth - 10 : x + 14;
  const top = y + 14 + tip.offsetHeight > clientHeight ? y - tip.offsetHeight - 10 : y + 14;
  tip.style.setProperty("transform", `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`);
}
