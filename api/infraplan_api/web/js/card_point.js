// What can a phone do at this place, with each operator, outdoors and indoors, now and later?

import { pointOf } from "./card_data.js";
import {
  basis,
  facts,
  foot,
  head,
  list,
  operatorName,
  paragraph,
  section,
  toPlace,
} from "./card_parts.js";
import { levelName } from "./choice.js";
import { LEVELS, NO_DATA } from "./colours.js";
import { h } from "./dom.js";
import { dbm, isNumber, length, named, number, share, t } from "./words.js";

/** The point card: words first, decibels in small print. */
export async function pointCard({ lon, lat }, { state, signal }) {
  const point = await pointOf(lon, lat, state, signal);
  const any = point.operators.find((row) => row.operator === "any");
  return [
    head({
      kind: t("card_point", { technology: point.technology }),
      title: any ? levelName(any, point.environment) : t("number_unknown"),
      old: `${number(lat, 5)}; ${number(lon, 5)}`,
      back: point.commune
        ? { kind: "commune", id: point.commune.code, text: point.commune.full_name }
        : null,
    }),
    facts([
      [t("card_nearest_village"), point.village ? villageLink(point.village) : ""],
      [t("card_served_from"), servedFrom(point)],
    ]),
    section(
      t("card_point_operators", { technology: point.technology }),
      h("ul", { class: "levels" }, ...strongestFirst(point).map((row) => operatorLine(row, state))),
    ),
    yearsPart(point, state),
    probabilityPart(point),
    proposalsPart(point),
    foot({
      basisPart: basis(point.data_basis),
      downloads: [[t("card_download_json"), "coverage/point", { lon, lat }]],
    }),
    paragraph(t("card_cell_size", { metres: point.cell_size_m }), "card-note"),
  ];
}

function villageLink(village) {
  const text = `${village.name} (${length(village.distance_m)})`;
  return toPlace("village", village.village_id, text);
}

/** When the place gets service: now, in a year of the plan, or not by this plan. */
function servedFrom(point) {
  const years = point.operators.flatMap((row) => row.classes.map((entry) => entry.year));
  if (years.length === 0) {
    return "";
  }
  if (point.served_from_year === null) {
    return t("card_served_never");
  }
  const isNow = point.served_from_year === Math.min(...years);
  return isNow ? t("card_served_now") : t("year_of", { year: `${point.served_from_year}` });
}

function strongestFirst(point) {
  const level = (row) => (row.operator === "any" ? Infinity : (row.rsrp_dbm ?? -Infinity));
  return [...point.operators].sort((a, b) => level(b) - level(a) || a.operator.localeCompare(b.operator));
}

function operatorLine(row, state) {
  const chosen = row.operator === state.operator ? " level-chosen" : "";
  return h(
    "li",
    { class: `level${chosen}` },
    swatch(row.level),
    h("span", { class: "level-operator" }, operatorName(row.operator)),
    h("span", { class: "level-name" }, levelName(row, state.environment)),
    h("small", { class: "level-small" }, smallPrint(row)),
  );
}

function swatch(level) {
  const square = h("span", { class: `level-swatch level-${level}`, "aria-hidden": "true" });
  square.style.setProperty("--level", LEVELS[level]?.colour ?? NO_DATA);
  return square;
}

function smallPrint(row) {
  const parts = [isNumber(row.rsrp_dbm) ? dbm(row.rsrp_dbm) : ""];
  if (isNumber(row.sinr_db)) {
    parts.push(t("card_sinr", { sinr: number(row.sinr_db) }));
  }
  if (row.server) {
    const { site_id: site, band, distance_m: far } = row.server;
    parts.push(t("card_server", { site, band, distance: length(far) }));
  }
  return parts.filter(Boolean).join(" · ");
}

/** The chosen operator's service by year, where it changes. */
function yearsPart(point, state) {
  const row = point.operators.find((entry) => entry.operator === state.operator);
  const classes = (row?.classes ?? []).filter((entry) => entry.name !== null);
  const changes = classes.filter((entry, i) => i === 0 || entry.level !== classes[i - 1].level);
  if (changes.length < 2) {
    return "";
  }
  const title = t("card_point_years", {
    operator: operatorName(state.operator),
    environment: named("environment_", point.environment),
  });
  const rows = changes.map((entry) => [`${entry.year}`, levelName(entry, point.environment)]);
  return section(title, facts(rows));
}

function probabilityPart(point) {
  const known = point.probability.filter((entry) => isNumber(entry.service_share));
  if (known.length === 0) {
    return "";
  }
  const rows = known.map((entry) => [
    named("environment_", entry.environment),
    share(entry.service_share, 0),
  ]);
  return section(t("card_probability"), facts(rows));
}

function proposalsPart(point) {
  if (point.proposals.length === 0) {
    return "";
  }
  const lines = point.proposals.map((site) => [
    h("span", { class: "tag tag-year" }, isNumber(site.year) ? `${site.year}` : t("year_none")),
    toPlace("proposal", site.site_id, named("kind_", site.kind)),
    h("span", { class: "card-aside" },
      [operatorName(site.operator), length(site.distance_m)].join(" · ")),
  ]);
  return section(t("card_planned_near"), list(lines));
}
