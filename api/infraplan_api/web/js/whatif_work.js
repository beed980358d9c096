// Which masts are tried out now, what is known of them, and when is the service asked again?
//
// The newest question wins. The mast that is chosen is asked about alone first, so that its answer
// is there at once; then all of the scenario together.

import { announce } from "./dom.js";
import { get, set } from "./state.js";
import { meaning, preview } from "./whatif_ask.js";
import { forget, key } from "./whatif_key.js";
import * as store from "./whatif_scenario.js";
import { pick, t } from "./words.js";

export const WAIT_MS = 250;
const MOST_TRIES = 5;
const DEGREES = 6;

/** What the panel shows; `told(what)` is called with "all", "answer" or "refused". */
export const work = {
  scenarios: [],
  scenario: null,
  chosen: "",
  answers: {},
  together: null,
  refusal: null,
  choices: { operators: [], bands: [], first: "" },
  isBusy: false,
  told: () => undefined,
};
let timer = 0;
let tries = 0;
let asked = null;

/** Read what is kept and take up the scenario of the address, or the first one. */
export function takeUp() {
  work.scenarios = store.readAll();
  if (work.scenarios.length === 0) {
    work.scenarios.push(store.fresh(t("whatif_first_name"), []));
  }
  const wanted = work.scenarios.find((scenario) => scenario.id === get().scenario);
  enter(wanted ?? work.scenarios[0]);
}

/** Stop asking. */
export function letGo() {
  asked?.abort();
  window.clearTimeout(timer);
  work.isBusy = false;
}

export function enter(scenario) {
  letGo();
  Object.assign(work, { scenario, answers: {}, together: null, refusal: null });
  work.chosen = scenario.masts[0]?.key ?? "";
  set({ scenario: scenario.id });
  work.told("all");
  refresh(0);
}

export function makeScenario(name, masts = []) {
  const scenario = { ...store.fresh(name, work.scenarios), masts };
  work.scenarios.push(scenario);
  enter(scenario);
  keep();
}

export function renameScenario(name) {
  if (name !== "") {
    work.scenario.name = name;
    keep();
  }
  work.told("all");
}

export function removeScenario() {
  work.scenarios = work.scenarios.filter((scenario) => scenario !== work.scenario);
  if (work.scenarios.length === 0) {
    work.scenarios.push(store.fresh(t("whatif_first_name"), []));
  }
  enter(work.scenarios[0]);
  keep();
}

export function chosenMast() {
  return work.scenario.masts.find((mast) => mast.key === work.chosen);
}

export function chooseMast(wanted) {
  if (wanted !== work.chosen) {
    work.chosen = wanted;
    work.told("all");
  }
}

/** Put a mast at a place; it takes its height, operator and band from the one before. With a host
 * {host_site_id, height_m} the antennas hang on the mast that stands there. */
export function addMast(lon, lat, host = {}) {
  const { masts } = work.scenario;
  if (masts.length >= store.MOST_MASTS) {
    announce(t("whatif_full", { count: store.MOST_MASTS }));
    return;
  }
  const last = masts.at(-1);
  const name = store.freeName("m", masts.map((mast) => mast.key));
  masts.push({
    key: name,
    name: t("whatif_mast_name", { number: name.slice(1) }),
    ...rounded(lon, lat),
    height_m: store.legalHeight(host.height_m ?? last?.height_m ?? store.HEIGHT_M.usual),
    operator: last?.operator ?? usualOperator(),
    band: last?.band ?? work.choices.bands[0] ?? "",
    host_site_id: host.host_site_id ?? null,
  });
  work.chosen = name;
  keep();
  work.told("all");
  refresh(0);
}

/** The operator that is chosen on the page, else the one that serves most people. */
function usualOperator() {
  const { operators, first } = work.choices;
  return [get().operator, first, operators[0]].find((name) => operators.includes(name)) ?? "";
}

function rounded(lon, lat) {
  return { lon: Number(lon.toFixed(DEGREES)), lat: Number(lat.toFixed(DEGREES)) };
}

/** Change a mast; while a handle is held the service is asked after a pause. */
export function changeMast(which, patch, isEnd) {
  const mast = work.scenario.masts.find((entry) => entry.key === which);
  const place = patch.lon === undefined || patch.lat === undefined ? {} : rounded(patch.lon, patch.lat);
  Object.assign(mast, patch, place);
  keep();
  refresh(isEnd ? 0 : WAIT_MS);
}

export function removeMast(gone) {
  const { masts } = work.scenario;
  const at = masts.findIndex((mast) => mast.key === gone);
  masts.splice(at, 1);
  delete work.answers[gone];
  work.together = null;
  work.chosen = (masts[at] ?? masts[at - 1])?.key ?? "";
  keep();
  work.told("all");
  refresh(0);
}

function keep() {
  if (!store.keepAll(work.scenarios)) {
    announce(t("whatif_not_kept"));
  }
}

/** Ask what is not known yet, after a pause. */
export function refresh(pause) {
  window.clearTimeout(timer);
  tries = 0;
  timer = window.setTimeout(ask, pause);
}

/** Whether the answer shown for a mast is that of the mast as it is now. */
export function isFresh(mast) {
  return work.answers[mast.key]?.question === questionOf(mast);
}

function questionOf(mast) {
  const { environment, level } = get();
  return JSON.stringify([store.inputOf(mast), environment, level]);
}

async function ask() {
  asked?.abort();
  const { masts } = work.scenario;
  const question = JSON.stringify(masts.map(questionOf));
  const isKnown = work.together?.question === question && masts.every(isFresh);
  if (key() === "" || masts.length === 0 || isKnown) {
    work.isBusy = false;
    work.told("answer");
    return;
  }
  asked = new AbortController();
  const { signal } = asked;
  Object.assign(work, { isBusy: true, refusal: null });
  work.told("answer");
  try {
    if (masts.length > 1 && !isFresh(chosenMast())) {
      await askFor([chosenMast()], signal);
      said();
    }
    const { together } = await askFor(masts, signal);
    Object.assign(work, { isBusy: false, together: { ...together, question } });
    said();
  } catch (error) {
    if (!signal.aborted) {
      refuse(error);
    }
  }
}

async function askFor(masts, signal) {
  const questions = masts.map(questionOf);
  const keys = masts.map((mast) => mast.key);
  const answer = await preview(masts, get(), signal);
  signal.throwIfAborted();
  answer.masts.forEach((mast, i) => {
    work.answers[keys[i]] = { ...mast, question: questions[i], notes: answer.notes };
  });
  return answer;
}

function said() {
  work.told("answer");
  const answer = work.answers[work.chosen];
  if (answer) {
    announce(pick(answer.headline));
  }
}

function refuse(error) {
  work.isBusy = false;
  work.refusal = meaning(error);
  if (work.refusal.needsKey) {
    forget();
    work.told("refused");
    return;
  }
  work.told("answer");
  tries += 1;
  if (work.refusal.again_s > 0 && tries < MOST_TRIES) {
    timer = window.setTimeout(ask, work.refusal.again_s * 1000);
  }
}
