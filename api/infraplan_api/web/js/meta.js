// What does the service know: which study, years, operators, levels, layers? Two requests tell it.

import { getJson } from "./api.js";

const NO_CHOICES = { technologies: [], operators: [], environments: [], levels: [], years: [] };

/** What was learnt at the start; filled by `load`. */
export const meta = {
  study: { id: "", title: { vi: "", en: "" } },
  years: [],
  baseYear: 0,
  technology: "4G", // the plan's
  get planTechnology() {
    return this.technology;
  },
  inputs: [],
  version: "",
  cellSizeM: null,
  technologies: [],
  operators: [],
  environments: [],
  levels: [],
  bbox: null,
  totals: {},
  notes: [],
  basis: "",
  digest: "",
  date: "",
  planId: "",
  first: null,
  problems: [],
  collections: new Map(),
  layers: new Map(),
  has: (name) => meta.collections.has(name) || meta.layers.has(name),
};

/** Ask for all of it at once; what is missing is kept in `meta.problems`. */
export async function load(choice) {
  const first = getJson("coverage/communes", choice).catch(() => getJson("coverage/communes"));
  const [coverage, landing] = await Promise.all([first, getJson("")].map(kept));
  if (landing?.infraplan) takeLanding(landing);
  if (coverage) takeCoverage(coverage);
  return meta;
}

/** Return the levels of a technology, from the lowest threshold to the highest. */
export function levelsOf(technology) {
  return meta.levels
    .filter((level) => level.technology === technology)
    .sort((one, other) => one.threshold_dbm - other.threshold_dbm);
}

/** Return the years that can be chosen for a technology: the plan builds one technology only. */
export function yearsOf(technology) {
  return technology === meta.planTechnology ? meta.years : meta.years.slice(0, 1);
}

async function kept(promise) {
  try {
    return await promise;
  } catch (error) {
    meta.problems.push(error);
    return null;
  }
}

function takeCoverage(answer) {
  const choices = answer.choices ?? NO_CHOICES;
  meta.first = answer;
  meta.years = [...choices.years].sort((one, other) => one - other);
  meta.baseYear = meta.years[0] ?? 0;
  meta.technologies = [...choices.technologies];
  meta.operators = choices.operators.filter((operator) => operator !== "any");
  meta.environments = [...choices.environments];
  meta.levels = choices.levels.map((level) => ({ ...level, key: level.level }));
  meta.basis = answer.data_basis || meta.basis;
  meta.digest = meta.digest || answer.bundle_sha256;
}

function takeLanding({ infraplan: known, data_basis: basis }) {
  const own = Object.entries(known.collections ?? {});
  for (const [name, collection] of own) meta.collections.set(name, collection);
  for (const layer of known.layers ?? []) meta.layers.set(layer.id ?? layer, layer);
  meta.study = { id: known.study_id ?? "", title: known.title ?? meta.study.title };
  meta.planId = meta.study.id;
  meta.technology = known.technology ?? meta.technology;
  meta.technologies = [...(known.technologies ?? [])];
  meta.operators = (known.operators ?? []).filter((operator) => operator !== "any");
  meta.environments = [...(known.environments ?? [])];
  meta.years = [...(known.years ?? [])];
  meta.baseYear = known.base_year ?? meta.years[0] ?? 0;
  meta.bbox = known.bbox ?? null;
  meta.totals = known.totals ?? {};
  meta.notes = known.notes ?? [];
  meta.basis = basis ?? known.data_basis ?? "";
  meta.digest = known.bundle_sha256 ?? "";
  meta.version = known.infraplan_version ?? "";
  meta.inputs = known.inputs ?? [];
  meta.date = meta.inputs.map(({ date }) => date ?? "").sort().at(-1) ?? "";
  meta.cellSizeM = known.cell_size_m ?? null;
}
