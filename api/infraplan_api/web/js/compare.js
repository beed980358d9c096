// How are two choices compared? A second map under a line that is moved from side to side.

import { choiceOf, otherChoice } from "./choice.js";
import { byId, clear, h } from "./dom.js";
import { emit } from "./events.js";
import { choiceWords } from "./legend.js";
import { showProblem } from "./problems.js";
import { get, on, set } from "./state.js";
import { createView, getMap } from "./view.js";
import { share, t } from "./words.js";

const KEYS = ["compare", "layer", "opacity", "overlays", "language", "technology", "operator", "environment", "level", "year"];
const STEPS = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 };
const ENDS = { Home: 0, End: 1 };

let making = null;
let view = null;

/** Follow the state: a second map while there is something to compare with. */
export function start() {
  on(KEYS, follow);
  on("compareAt", place);
  follow(get());
}

async function follow(state) {
  const choice = otherChoice(state);
  byId("map-b").hidden = choice === null;
  byId("swipe").hidden = choice === null;
  if (choice === null) return;
  place(state);
  drawSwipe(state, choice);
  try {
    making ??= make();
    view = await making;
    const now = otherChoice(get());
    if (now === null) return;
    view.map.resize();
    copyPosition();
    await view.show(now);
    emit("compared", { map: view.map });
  } catch (error) {
    making = view ? making : null;
    showProblem(error);
  }
}

async function make() {
  const map = getMap();
  const position = { center: map.getCenter(), zoom: map.getZoom() };
  const made = await createView({ container: "map-b", interactive: false, position, onProblem: () => undefined });
  made.map.getCanvas().tabIndex = -1;
  made.map.getCanvas().setAttribute("aria-hidden", "true");
  map.on("move", copyPosition);
  return made;
}

function copyPosition() {
  if (!view || byId("map-b").hidden) return;
  const map = getMap();
  view.map.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
}

/** Return the second map while it is shown. */
export function otherMap() {
  return view && !byId("map-b").hidden ? view.map : null;
}

function drawSwipe(state, choice) {
  const swipe = byId("swipe");
  let handle = swipe.querySelector(".swipe-handle");
  if (!handle) {
    handle = h("div", {
      class: "swipe-handle",
      role: "slider",
      tabindex: 0,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      on: { pointerdown: grab, keydown: step },
    }, "⟷");
    clear(swipe).append(h("span", { class: "swipe-label left" }), h("span", { class: "swipe-label right" }), handle);
  }
  handle.setAttribute("aria-label", t("compare_slider"));
  swipe.querySelector(".left").textContent = choiceWords(choiceOf(state));
  swipe.querySelector(".right").textContent = choiceWords(choice);
  place(state);
}

function place({ compareAt }) {
  const at = `${(compareAt * 100).toFixed(2)}%`;
  byId("swipe").style.setProperty("--at", at);
  byId("map-b").style.setProperty("clip-path", `inset(0 0 0 ${at})`);
  const handle = byId("swipe").querySelector(".swipe-handle");
  handle?.setAttribute("aria-valuenow", String(Math.round(compareAt * 100)));
  handle?.setAttribute("aria-valuetext", t("compare_value", { share: share(compareAt) }));
}

function grab(event) {
  const handle = event.currentTarget;
  const { left, width } = byId("maps").getBoundingClientRect();
  handle.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => set({ compareAt: (clientX - left) / width });
  const end = () => {
    handle.removeEventListener("pointermove", move);
    handle.removeEventListener("pointerup", end);
    handle.removeEventListener("pointercancel", end);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}

function step(event) {
  const { key } = event;
  if (!(key in STEPS) && !(key in ENDS)) return;
  event.preventDefault();
  set({ compareAt: key in ENDS ? ENDS[key] : get().compareAt + STEPS[key] });
}
