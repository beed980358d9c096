// What would a mast here cover and cost? The panel where planners try it out.

import { getJson, Problem } from "./api.js";
import { basis, choiceWords, paragraph } from "./card_parts.js";
import { announce, byId, h } from "./dom.js";
import { listen } from "./events.js";
import { centre, claimClicks, ready } from "./map.js";
import { meta } from "./meta.js";
import { get, on, set } from "./state.js";
import { answerPart } from "./whatif_answer.js";
import { filesPart, keyForm, mastForm, mastList, scenarioBar } from "./whatif_form.js";
import { forget, keep, key } from "./whatif_key.js";
import { clearAll, show } from "./whatif_map.js";
import { asCsv, asGeoJson, asJson, fromFile } from "./whatif_scenario.js";
import * as masts from "./whatif_work.js";
import { pick, t } from "./words.js";

const { work } = masts;
const FILES = {
  json: { type: "application/json", make: (...parts) => asJson(...parts) },
  geojson: { type: "application/geo+json", make: (...parts) => asGeoJson(...parts) },
  csv: { type: "text/csv;charset=utf-8", make: (...parts) => asCsv(...parts) },
};
const DRAWS = { all: draw, answer: drawResults, refused: askForKey };

let pane = null;
let listBox = null;
let answerBox = null;
let release = null;
let isTogether = false;
let host = null;

/** Open and close the panel as the address says. */
export function start() {
  pane = byId("whatif");
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      shut();
    }
  });
  work.told = (what) => isOpen() && DRAWS[what]();
  on("panel", follow);
  on(["environment", "level"], () => isOpen() && masts.refresh(0));
  listen("language", () => isOpen() && draw());
  listen("whatif:host", hang);
  follow();
}

function isOpen() {
  return release !== null;
}

function shut() {
  set({ panel: "" }, { push: true });
}

function follow() {
  const wanted = get().panel === "whatif";
  if (wanted && !isOpen()) {
    open();
  } else if (!wanted && isOpen()) {
    close();
  }
}

async function open() {
  release = () => undefined;
  await ready;
  work.choices = await choices();
  if (get().panel !== "whatif") {
    release = null;
    return;
  }
  release = claimClicks(pressed);
  pane.hidden = false;
  masts.takeUp();
  byId("whatif-title").focus({ preventScroll: true });
  takeHost();
}

/** Try antennas on a mast that stands, as soon as the panel is open and has a key. */
function hang(wanted) {
  host = wanted;
  if (isOpen()) {
    takeHost();
  } else {
    set({ panel: "whatif" }, { push: true });
  }
}

function takeHost() {
  if (host !== null && key() !== "") {
    const { lon, lat, ...fields } = host;
    host = null;
    isTogether = false;
    masts.addMast(lon, lat, fields);
  }
}

function close() {
  const held = pane.contains(document.activeElement);
  masts.letGo();
  release();
  release = null;
  clearAll();
  pane.hidden = true;
  pane.replaceChildren();
  if (held) {
    byId("open-whatif").focus();
  }
}

/** Which operators and bands may be tried, from the description of the process, and who serves
 * most people today: the operator to begin with. */
async function choices() {
  const { technology, baseYear: year } = meta;
  const usual = { technology, year, environment: "outdoors", level: "served" };
  const [found, coverage] = await Promise.all(
    [getJson("processes/preview"), getJson("coverage/communes", usual)].map(orNothing),
  );
  const operators = enumOf(found, "operator") ?? meta.operators;
  const served = (coverage?.province ?? []).filter((row) => operators.includes(row.operator));
  served.sort((a, b) => (b.people_served ?? 0) - (a.people_served ?? 0));
  return { operators, bands: enumOf(found, "band") ?? [], first: served[0]?.operator };
}

async function orNothing(answer) {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem) {
      return null;
    }
    throw error;
  }
}

/** Look into a description for a property of this name that lists its values. */
function enumOf(schema, name) {
  if (schema === null || typeof schema !== "object") {
    return null;
  }
  const values = schema.properties?.[name]?.enum;
  if (Array.isArray(values)) {
    return values;
  }
  for (const part of Object.values(schema)) {
    const found = enumOf(part, name);
    if (found) {
      return found;
    }
  }
  return null;
}

function pressed(lon, lat) {
  if (key() === "") {
    announce(t("whatif_key_why"));
    byId("whatif-key").focus();
    return;
  }
  isTogether = false;
  masts.addMast(lon, lat);
}

function draw() {
  const label = t("whatif_close");
  const shutter = { type: "button", class: "pane-close", "aria-label": label, title: label };
  const head = h(
    "div",
    { class: "pane-head" },
    h("h2", { id: "whatif-title", tabindex: "-1" }, t("whatif_title")),
    h("button", { ...shutter, on: { click: shut } }, h("span", { "aria-hidden": "true" }, "×")),
  );
  const focused = document.activeElement?.id;
  pane.replaceChildren(head, ...(key() === "" ? [keyPart()] : workParts()));
  if (focused && !document.activeElement?.id) {
    byId(focused)?.focus();
  }
  drawResults();
}

function keyPart() {
  const problem = work.refusal?.needsKey ? work.refusal.text : "";
  const done = (text) => {
    keep(text);
    work.refusal = null;
    draw();
    byId("whatif-place").focus();
    masts.refresh(0);
    takeHost();
  };
  return keyForm({ problem, done });
}

function askForKey() {
  draw();
  byId("whatif-key").focus();
}

function workParts() {
  const mast = masts.chosenMast();
  listBox = h("div", {});
  answerBox = h("div", { id: "whatif-answer" });
  drawList();
  return [
    h("p", { id: "whatif-line", class: "whatif-line" }),
    scenarioBar(work, {
      choose: (id) => masts.enter(work.scenarios.find((scenario) => scenario.id === id)),
      make: () => masts.makeScenario(t("whatif_next_name", { number: work.scenarios.length + 1 })),
      rename: masts.renameScenario,
      remove: removeScenario,
    }),
    listBox,
    mast ? mastForm(mast, offered(mast), (patch, isEnd) => change(patch, isEnd)) : "",
    answerBox,
    filesPart({ isEmpty: !mast }, { download, load, forget: letKeyGo }),
  ];
}

function drawList() {
  const { scenario, chosen } = work;
  const place = () => {
    const { lon, lat } = centre();
    pressed(lon, lat);
  };
  listBox.replaceChildren(
    mastList({ masts: scenario.masts, chosen }, {
      choose: choose,
      remove: removeMast,
      placeAtCentre: place,
    }),
  );
}

/** What the fields offer: what the service knows, and what the mast has already. */
function offered(mast) {
  const { operators, bands } = work.choices;
  const joined = (known, own) => (own && !known.includes(own) ? [...known, own] : known);
  return { operators: joined(operators, mast.operator), bands: joined(bands, mast.band) };
}

function choose(which) {
  isTogether = false;
  masts.chooseMast(which);
}

function change(patch, isEnd) {
  masts.changeMast(work.chosen, patch, isEnd);
  answerBox.classList.add("is-stale");
  if (isEnd) {
    drawList();
    showPlace();
  }
  drawMap();
}

/** Write where the mast stands into its fields, after it was dragged. */
function showPlace() {
  const { lon, lat, host_site_id: id } = masts.chosenMast();
  if (id !== null) {
    return; // it stands where its host does
  }
  byId("whatif-lon").value = lon.toFixed(5);
  byId("whatif-lat").value = lat.toFixed(5);
}

function removeMast(gone) {
  masts.removeMast(gone);
  (pane.querySelector(`[data-key="${work.chosen}"]`) ?? byId("whatif-place")).focus();
}

function removeScenario() {
  const { name } = work.scenario;
  if (work.scenario.masts.length === 0 || window.confirm(t("whatif_scenario_sure", { name }))) {
    masts.removeScenario();
  }
}

function drawMap() {
  if (key() === "") {
    clearAll();
    return;
  }
  const { scenario, chosen, answers } = work;
  show({ masts: scenario.masts, chosen, answers }, {
    moved: (which, place, isEnd) => {
      choose(which);
      change(place, isEnd);
    },
    picked: choose,
  });
}

/** The answer area, and the map with it. */
function drawResults() {
  drawMap();
  if (key() === "") {
    return;
  }
  const mast = masts.chosenMast();
  const isStale = work.isBusy || (mast && !masts.isFresh(mast));
  answerBox.classList.toggle("is-stale", Boolean(isStale));
  answerBox.setAttribute("aria-busy", `${work.isBusy}`);
  const answer = mast ? work.answers[mast.key] : null;
  byId("whatif-line").textContent = answer ? pick(answer.headline) : "";
  answerBox.replaceChildren(...[refusalPart(), ...(mast ? answerParts() : [])].filter(Boolean));
}

function refusalPart() {
  if (work.refusal === null) {
    return "";
  }
  const faults = work.refusal.faults.map((fault) => h("li", { lang: "en" }, fault));
  return h(
    "div",
    { class: "whatif-problem", role: "alert" },
    h("p", {}, work.refusal.text),
    faults.length > 0 ? h("ul", {}, ...faults) : "",
  );
}

function answerParts() {
  const isMany = work.scenario.masts.length > 1;
  const answer = isMany && isTogether ? work.together : work.answers[work.chosen];
  return [
    isMany ? whichPart() : "",
    paragraph(choiceWords({ ...get(), technology: meta.planTechnology, year: 0 }), "card-note"),
    answer ? answerPart(answer) : paragraph(work.isBusy ? t("whatif_asking") : "", "card-note"),
    ...(work.answers[work.chosen]?.notes ?? []).map((note) => paragraph(pick(note), "card-note")),
    answer && meta.basis ? basis(meta.basis) : "",
  ];
}

/** This mast, or all of the scenario together. */
function whichPart() {
  const button = (text, wanted) =>
    h(
      "button",
      {
        type: "button",
        class: "button button-quiet",
        "aria-pressed": `${isTogether === wanted}`,
        on: {
          click: (event) => {
            const at = [...event.currentTarget.parentElement.children].indexOf(event.currentTarget);
            isTogether = wanted;
            drawResults();
            answerBox.querySelectorAll(".whatif-which button")[at].focus();
          },
        },
      },
      text,
    );
  const { name } = masts.chosenMast();
  return h("div", { class: "whatif-which", role: "group", "aria-label": t("whatif_which") },
    button(name, false), button(t("whatif_together", { count: work.scenario.masts.length }), true));
}

function download(kind) {
  const { scenario, answers } = work;
  const { environment, level } = get();
  const text = FILES[kind].make(scenario, answers, { environment, level });
  const address = URL.createObjectURL(new Blob([text], { type: FILES[kind].type }));
  h("a", { href: address, download: `${fileName(scenario.name)}.${kind}` }).click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function fileName(name) {
  return name.replace(/[^\p{L}\p{N}-]+/gu, "-").replace(/^-+|-+$/g, "") || "scenario";
}

async function load(file) {
  const scenario = fromFile(await file.text());
  if (scenario === null) {
    announce(t("whatif_not_a_scenario"));
    work.refusal = { text: t("whatif_not_a_scenario"), faults: [], needsKey: false, again_s: 0 };
    drawResults();
    return;
  }
  masts.makeScenario(scenario.name || file.name, scenario.masts);
}

function letKeyGo() {
  forget();
  masts.letGo();
  askForKey();
}
