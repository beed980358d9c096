// Which coverage is asked for, and which layer of the service shows it?

import { meta, yearsOf } from "./meta.js";
import { parseCompare } from "./state.js";
import { pick, t } from "./words.js";

const SOURCE_OF = { single: "gaps", congested: "gaps", labels: "communes" };
const INDOORS = new Set(["served", "strong_indoors"]);

/** Return the choice of the view: technology, operator, environment, level and year. */
export function choiceOf(state) {
  const { technology, operator, environment, level, year } = state;
  return fitted({ technology, operator, environment, level, year });
}

/** Return the choice that is compared with, null where nothing is. */
export function otherChoice(state) {
  const choice = parseCompare(state.compare);
  return choice ? fitted(choice) : null;
}

/** Return a choice as the address keeps it. */
export function choiceText(choice) {
  const { technology, operator, environment, level, year } = choice;
  return [technology, operator, environment, level, year].join(".");
}

/** Return the raster layer that shows a choice, null where the bundle has none. */
export function rasterOf(layer, choice) {
  if (layer === "signal") {
    const name = `service_class_${choice.technology}_${choice.environment}_${choice.operator}`;
    if (meta.layers.has(name)) return { name, year: choice.year };
    return null;
  }
  if (layer === "server") {
    const name = `server_${choice.operator}`;
    const fits = choice.technology === meta.technology && meta.layers.has(name);
    return fits ? { name, year: null } : null;
  }
  return null;
}

/** Tell whether the bundle has what an overlay shows. */
export function hasOverlay(name) {
  if (name === "congested" && meta.totals.congested_spots === 0) return false;
  return meta.has(SOURCE_OF[name] ?? name);
}

/** Return the name of a level; indoors it speaks of what one can do there. */
export function levelName({ level, name }, environment) {
  if (environment === "indoors" && INDOORS.has(level)) return t(`legend_indoors_${level}`);
  return name ? pick(name) : t(`legend_level_${level}`);
}

/** Return ", 4G 2025" where the choice is not that of the gaps: the plan's technology, now. */
export function gapsMoment({ technology, environment, year }) {
  const same = technology === meta.technology && environment === "outdoors" && year === meta.baseYear;
  return same ? "" : ` (${meta.technology}, ${meta.baseYear})`;
}

function fitted(choice) {
  const years = yearsOf(choice.technology);
  const year = years.includes(choice.year) ? choice.year : (years[0] ?? 0);
  return { ...choice, year };
}
