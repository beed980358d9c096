// How is a commune served, by whom, who is left out, and what will be built?

import { bars, trend } from "./chart.js";
import { coverageOf, planOf, rowsOf } from "./card_data.js";
import {
  basis,
  choiceWords,
  facts,
  foot,
  head,
  list,
  ofPeople,
  operatorName,
  paragraph,
  section,
  toPlace,
  yearWords,
} from "./card_parts.js";
import { h } from "./dom.js";
import { meta } from "./meta.js";
import { area, isNumber, money, named, number, pick, t } from "./words.js";

export async function communeCard({ id: code }, { state, signal }) {
  const [coverage, plan, villages] = await Promise.all([
    coverageOf(code, state, signal),
    planOf(code, signal),
    rowsOf("villages", { commune_code: code }, signal),
  ]);
  return [
    head({
      kind: t("card_commune"),
      title: coverage.full_name,
      old: oldNames(coverage.old_communes),
    }),
    facts([
      [t("card_people"), number(coverage.people)],
      [t("card_households"), isNumber(coverage.households) ? number(coverage.households) : ""],
      [t("card_area"), area(coverage.area_m2)],
    ]),
    servedPart(coverage, state),
    trendPart(coverage, state),
    leftOutPart(villages, state),
    planPart(plan),
    foot({ basisPart: basis(coverage.data_basis), downloads: downloadsOf(code) }),
  ];
}

function downloadsOf(code) {
  const villages = { commune_code: code, limit: 1000, f: "csv" };
  return [
    [t("card_download_table"), "coverage/communes", { f: "csv" }],
    [t("card_download_json"), `communes/${code}/coverage`, { f: "json" }],
    [t("card_download_villages"), "collections/villages/items", villages],
  ];
}

/** "Trước 7/2025: Xã Yên Sơn (Thanh Sơn); …": the communes that it was made of. */
function oldNames(communes) {
  const names = communes.map(({ full_name: name, district, is_whole: whole }) =>
    [whole ? name : t("card_part_of", { name }), district ? `(${district})` : ""].join(" ").trim(),
  );
  return names.length > 0 ? t("card_old_names", { names: names.join(", ") }) : "";
}

function servedPart(coverage, state) {
  const rows = coverage.rows
    .map((row) => ({
      ...row,
      label: operatorName(row.operator),
      of: isNumber(row.people) && isNumber(row.served) ? ofPeople(row.served, row.people) : "",
      strong: row.operator === "any",
      chosen: row.operator === state.operator,
    }))
    .sort((a, b) => b.strong - a.strong || (b.share ?? -1) - (a.share ?? -1));
  const shown = coverage.isAsked ? state : { ...state, year: 0 };
  const words = coverage.hasEntries ? choiceWords(shown) : baseWords(coverage);
  return section(
    t("card_served"),
    coverage.isAsked ? "" : otherChoice(coverage, state),
    bars(rows, { caption: words }),
  );
}

/** Bundles without the long table know the plan's technology, outdoors, before the plan alone. */
function baseWords(coverage) {
  const [technology, outdoors] = [coverage.technology, named("environment_", "outdoors")];
  return [technology, outdoors, yearWords(0)].join(", ");
}

/** Say why the figures are not those of the choice. */
function otherChoice(coverage, state) {
  if (coverage.hasEntries) {
    return paragraph(t("card_no_year", { technology: state.technology }), "card-note");
  }
  const isUsual = state.environment === "outdoors" && state.level === "served";
  const isNow = state.year === 0 || state.year === meta.baseYear;
  return isUsual && isNow ? "" : paragraph(t("card_no_table"), "card-note");
}

function trendPart(coverage, state) {
  const title = t("card_trend", { operator: operatorName(state.operator) });
  const figure = trend(coverage.years, { title, firstLabel: t("year_today") });
  return figure ? h("div", { class: "card-part" }, figure) : "";
}

/** Villages whose centre has no usable signal, the weakest first. */
function leftOutPart(villages, state) {
  if (villages === null) {
    return "";
  }
  const technology = meta.planTechnology;
  const column = `rsrp_dbm_${state.operator}`;
  const operator = villages.some((row) => column in row) ? state.operator : "any";
  const level = (row) => row[`rsrp_dbm_${operator}`];
  const out = villages
    .filter((row) => !(level(row) >= row.served_threshold_dbm))
    .sort((a, b) => (b.people ?? 0) - (a.people ?? 0));
  const title = t("card_left_out", { technology });
  if (villages.length === 0) {
    return section(title, paragraph(t("card_no_villages"), "card-note"));
  }
  const counted = t("card_left_out_count", {
    count: out.length,
    all: villages.length,
    operator: operatorName(operator),
  });
  return section(
    title,
    paragraph(counted, "card-count"),
    out.length > 0 ? list(out.map(villageLine)) : "",
  );
}

function villageLine(row) {
  const difficulty = row.difficulty && row.difficulty !== "normal" ? row.difficulty : "";
  return [
    toPlace("village", row.village_id ?? row.id, row.name),
    h("span", { class: "card-aside" }, t("card_people_count", { people: row.people })),
    difficulty ? h("span", { class: "tag" }, named("difficulty_", difficulty)) : "",
  ];
}

function planPart(plan) {
  if (plan === null) {
    return "";
  }
  const { sites } = plan;
  if (sites.length === 0) {
    return section(t("card_planned"), paragraph(t("card_nothing_planned"), "card-note"));
  }
  const sum = t("card_planned_sum", {
    sites: sites.length,
    cost: money(plan.sites_vnd),
    people: plan.people_gained,
  });
  return section(
    t("card_planned"),
    paragraph(sum, "card-count"),
    list(sites.map(siteLine), "card-plan"),
  );
}

function siteLine(site) {
  const year = isNumber(site.year) ? `${site.year}` : t("year_none");
  const aside = [operatorName(site.operator), money(site.capex_vnd)].join(" · ");
  return [
    h("span", { class: "tag tag-year" }, year),
    toPlace("proposal", site.site_id, named("kind_", site.kind)),
    h("span", { class: "card-aside" }, aside),
    h("p", { class: "card-reason" }, pick(site.reason)),
  ];
}
