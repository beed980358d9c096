// Where does a card take its figures from? The only file of the cards that names paths and fields.

import { getJson, Problem } from "./api.js";

const MANY = 1000;

/** Coverage of one commune for the choices of the page: the answer, and besides it
 * `rows` per operator {operator, share, served, people}, their `year`, and `years` of one operator
 * {year, share}. `isAsked` is false where the bundle knows the base year's outdoor coverage only.
 */
export async function coverageOf(code, state, signal) {
  const { technology, environment, level } = state;
  const query = { technology, environment, level, year: "all" };
  const answer = await getJson(`communes/${code}/coverage`, query, { signal });
  const baseYear = answer.coverage.length > 0 ? Math.min(...answer.coverage.map(yearOf)) : null;
  const wanted = answer.coverage.filter((row) => row.year === (state.year || baseYear));
  const entries = wanted.length > 0 ? wanted : answer.coverage.filter((e) => e.year === baseYear);
  const rows = entries.length > 0 ? entries : answer.operators;
  return {
    ...answer,
    isAsked: wanted.length > 0,
    hasEntries: entries.length > 0,
    rows: rows.map((row) => ({
      operator: row.operator,
      share: row.people_served_share_of_commune_people,
      served: row.people_served,
      people: row.people ?? answer.people,
    })),
    years: answer.coverage
      .filter((row) => row.operator === state.operator)
      .map((row) => ({ year: row.year, share: row.people_served_share_of_commune_people }))
      .sort((a, b) => a.year - b.year),
  };
}

function yearOf(row) {
  return row.year;
}

/** One row of a collection: its columns, with lon and lat where it is a point. */
export async function rowOf(collection, id, signal) {
  const path = `collections/${collection}/items/${encodeURIComponent(id)}`;
  return flat(await getJson(path, { f: "geojson" }, { signal }));
}

/** Rows of a collection that have these values; null where the bundle lacks the collection. */
export async function rowsOf(collection, query, signal) {
  const all = { ...query, limit: MANY, f: "geojson" };
  const answer = await orNothing(getJson(`collections/${collection}/items`, all, { signal }));
  return answer === null ? null : answer.features.map(flat);
}

/** What the plan builds in a commune: {sites: […]}; null where there is no plan. */
export function planOf(code, signal) {
  return orNothing(getJson(`communes/${code}/plan`, {}, { signal }));
}

/** The name of a commune for a sentence; its code where the register does not know it. */
export async function communeName(code, signal) {
  if (!code) {
    return "";
  }
  const query = { q: code, type: "commune", limit: 1 };
  const answer = await orNothing(getJson("communes/resolve", query, { signal }));
  return answer?.found.find((place) => place.code === code)?.full_name ?? code;
}

/** Each operator's level at a place. */
export function pointOf(lon, lat, state, signal) {
  const { environment } = state;
  return getJson("coverage/point", { lon, lat, environment }, { signal });
}

function flat(feature) {
  const [lon, lat] =
    feature.geometry?.type === "Point" ? feature.geometry.coordinates : [null, null];
  return { ...feature.properties, id: feature.id, lon, lat };
}

/** A part of the service that a bundle lacks leaves its part of the card out. */
async function orNothing(answer) {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      return null;
    }
    throw error;
  }
}
