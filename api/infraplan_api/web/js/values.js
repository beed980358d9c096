// Which share of people is served, commune by commune, for a choice?

import { getJson } from "./api.js";
import { meta } from "./meta.js";
import { choiceText } from "./choice.js";

const KEPT = 24;
const cache = new Map();

/** Return {communes: Map(code -> entry with name, share, lon, lat …), province} of a choice. */
export function valuesOf(choice) {
  const key = choiceText(choice);
  if (cache.has(key)) {
    const kept = cache.get(key);
    cache.delete(key);
    cache.set(key, kept);
    return kept;
  }
  const promise = ask(choice).then((answer) => read(answer, choice));
  promise.catch(() => cache.delete(key));
  cache.set(key, promise);
  if (cache.size > KEPT) cache.delete(cache.keys().next().value);
  return promise;
}

async function ask(choice) {
  if (meta.first && meta.first.province.some((entry) => fits(entry, choice))) return meta.first;
  return getJson("coverage/communes", choice);
}

function fits(entry, choice) {
  return ["technology", "operator", "environment", "level", "year"].every(
    (key) => entry[key] === choice[key],
  );
}

function read(answer, choice) {
  const communes = new Map();
  for (const commune of answer.communes) {
    const entry = commune.coverage.find((row) => fits(row, choice)) ?? null;
    communes.set(commune.code, {
      code: commune.code,
      name: commune.name,
      fullName: commune.full_name,
      lon: commune.lon ?? null,
      lat: commune.lat ?? null,
      bbox: commune.bbox ?? null,
      share: entry?.people_served_share_of_commune_people ?? null,
      served: entry?.people_served ?? null,
      people: entry?.people ?? null,
    });
  }
  return { communes, province: answer.province.find((row) => fits(row, choice)) ?? null };
}
