// Which three numbers stand on top? People and villages without service, and what is planned.

import { choiceOf } from "./choice.js";
import { byId, clear, h } from "./dom.js";
import { listen } from "./events.js";
import { meta } from "./meta.js";
import { get, on } from "./state.js";
import { money, named, number, share, t } from "./words.js";

let province = null;

/** Show the numbers and keep them true to the choice. */
export function start() {
  listen("drawn", ({ values }) => {
    province = values?.province ?? null;
    draw();
  });
  on("language", draw);
  draw();
}

function draw() {
  const choice = choiceOf(get());
  const entries = [people(choice), villages(choice), plan()];
  clear(byId("numbers")).append(
    ...entries.map(({ figure, small, label }) =>
      h("div", {}, h("dt", {}, label), h("dd", {}, figure, " ", h("small", {}, small))),
    ),
  );
}

function people(choice) {
  const { people: all, people_served: served } = province ?? {};
  const known = typeof all === "number" && typeof served === "number";
  return {
    figure: known ? number(Math.round(all - served)) : "–",
    small: known ? t("numbers_of_people", { people: number(all), share: share(1 - served / all) }) : "",
    label: t("numbers_people", where(choice)),
  };
}

function villages(choice) {
  const { villages: all, villages_served: served } = province ?? {};
  const known = typeof all === "number" && typeof served === "number";
  return {
    figure: known ? number(all - served) : "–",
    small: known ? t("numbers_of_villages", { villages: number(all) }) : "",
    label: t("numbers_villages", where(choice)),
  };
}

function plan() {
  const { sites, capex_vnd: capex, last_year: last, first_year: first } = meta.totals;
  const known = typeof sites === "number";
  return {
    figure: known ? t("numbers_sites", { sites: number(sites) }) : "–",
    small: known ? t("numbers_cost", { cost: money(capex) }) : t("numbers_no_plan"),
    label: t("numbers_plan", { first: String(first ?? ""), last: String(last ?? "") }),
  };
}

function where({ technology, operator, environment, level, year }) {
  return {
    technology,
    operator: operator === "any" ? "" : ` ${named("operator_", operator)}`,
    environment: environment === "indoors" ? ` ${t("numbers_indoors")}` : "",
    level: level === "served" ? "" : t("numbers_level", { level: named("level_", level) }),
    year: year && year !== meta.baseYear ? `, ${year}` : "",
  };
}
