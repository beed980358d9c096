// What does a mast that is tried out gain, need and cost, in one line and line by line?

import { facts, list, operatorName, paragraph, section, toPlace } from "./card_parts.js";
import { h } from "./dom.js";
import { area, isNumber, length, money, named, number, pick, signed, t } from "./words.js";

let isBillOpen = false;

/** The answer for one mast, or for all of a scenario together. */
export function answerPart(answer) {
  const any = gainOf(answer, "any");
  return h(
    "div",
    { class: "whatif-answer" },
    headline(answer, any),
    answer.picture ? pictureLegend(answer.picture.classes) : "",
    checksPart(answer.checks ?? []),
    peoplePart(answer, any),
    villagesPart(answer.villages),
    linkPart(answer),
    costPart(answer),
    plannedPart(answer.planned ?? []),
  );
}

function gainOf(answer, operator) {
  const { gains, environment } = answer;
  return gains.find((gain) => gain.operator === operator && gain.environment === environment);
}

/** "+1.240 người, +3 thôn, 2,1 km cáp, 1,4 tỷ đồng" as four figures that are read as one line. */
function headline(answer, any) {
  const metres = answer.link_length_m ?? answer.link?.length_m;
  const figures = [
    [signed(any.people_gained), t("whatif_people", { people: any.people_gained })],
    [signed(any.villages_gained), t("whatif_villages", { villages: any.villages_gained })],
    [isNumber(metres) ? length(metres) : "–", t("whatif_link_short")],
    [money(answer.cost.capex_vnd), t("whatif_cost_short")],
  ];
  return h(
    "div",
    { class: "whatif-headline" },
    ...figures.map(([figure, label]) =>
      h("p", {}, h("b", { class: "whatif-figure" }, figure), " ", h("span", {}, label))),
  );
}

/** What the colours of the picture mean: full where service is gained, pale where it was there. */
function pictureLegend(classes) {
  const gained = classes.filter((entry) => entry.gained);
  return h(
    "ul",
    { class: "whatif-legend", "aria-label": t("whatif_legend") },
    ...gained.map((entry) => h("li", {}, swatch(entry.colour), pick(entry.said))),
    h("li", { class: "whatif-pale" }, t("whatif_pale")),
  );
}

function swatch(colour) {
  const square = h("span", { class: "level-swatch", "aria-hidden": "true" });
  square.style.setProperty("--level", colour);
  return square;
}

/** Rules that are not kept; one line when all are. */
function checksPart(checks) {
  if (checks.length === 0) {
    return "";
  }
  const broken = checks.filter((check) => check.level !== "ok");
  if (broken.length === 0) {
    return paragraph(t("whatif_rules_kept", { count: checks.length }), "whatif-kept");
  }
  return h(
    "ul",
    { class: "whatif-checks" },
    ...broken.map((check) =>
      h(
        "li",
        { class: `whatif-check whatif-${check.level}` },
        h("b", {}, t(`whatif_level_${check.level}`)),
        " ",
        pick(check.said),
      ),
    ),
  );
}

function peoplePart(answer, any) {
  const own = answer.mast ? gainOf(answer, answer.mast.operator) : null;
  return section(
    t("whatif_whom"),
    facts([
      [t("whatif_served_all"), number(any.people_served)],
      [t("whatif_gained_any"), signed(any.people_gained)],
      own
        ? [t("whatif_gained_own", { operator: operatorName(own.operator) }), signed(own.people_gained)]
        : ["", ""],
      [t("whatif_households"), isNumber(any.households_gained) ? signed(any.households_gained) : ""],
      [t("whatif_area"), area(any.area_gained_m2)],
      [t("whatif_commune"), answer.commune
        ? toPlace("commune", answer.commune, answer.commune_name) : ""],
      [t("whatif_ground"), isNumber(answer.ground_height_m) ? length(answer.ground_height_m) : ""],
      [t("whatif_antenna"), isNumber(answer.antenna_height_m)
        ? length(answer.antenna_height_m) : ""],
    ]),
  );
}

function villagesPart(villages) {
  if (villages.length === 0) {
    return "";
  }
  const lines = villages.map((village) => [
    village.name,
    h("span", { class: "card-aside" },
      isNumber(village.people) ? t("card_people_count", { people: village.people }) : ""),
  ]);
  return section(t("whatif_villages_title"), list(lines));
}

function linkPart(answer) {
  if (!answer.mast) {
    return section(
      t("whatif_link"),
      facts([
        [t("card_length"), length(answer.link_length_m)],
        [t("card_capex"), money(answer.link_capex_vnd)],
      ]),
    );
  }
  const { link, near_fibre: fibre } = answer;
  return section(
    t("whatif_link"),
    link === null ? paragraph(t("whatif_no_link"), "card-note") : facts([
      [t("whatif_medium"), pick(link.said)],
      [t("card_length"), length(link.length_m)],
      [t("card_capex"), money(link.capex_vnd)],
    ]),
    fibre ? paragraph(t("whatif_fibre", { distance: length(fibre.distance_m) }), "card-note") : "",
  );
}

function costPart(answer) {
  const { cost } = answer;
  const span = { low: money(cost.capex_low_vnd), high: money(cost.capex_high_vnd) };
  return section(
    t("whatif_cost"),
    facts([
      [t("whatif_capex"), money(cost.capex_vnd)],
      [t("whatif_opex"), money(cost.opex_vnd_year)],
      [t("whatif_per_person"), isNumber(cost.capex_vnd_per_person_gained)
        ? money(cost.capex_vnd_per_person_gained) : ""],
    ]),
    paragraph(t("whatif_span", span), "card-note"),
    answer.bill ? billPart(answer.bill) : "",
  );
}

function billPart(bill) {
  const columns = ["whatif_item", "whatif_quantity", "whatif_price", "whatif_sum"];
  const rows = bill.map((row) =>
    h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        pick(row.said),
        " ",
        h("small", {}, [t(`whatif_kind_${row.kind}`), named("origin_", row.origin)].join(" · ")),
      ),
      h("td", { class: "number" }, `${number(row.quantity, 1)} ${named("unit_", row.unit)}`),
      h("td", { class: "number" }, money(row.unit_vnd)),
      h("td", { class: "number" }, money(row.likely_vnd)),
    ),
  );
  return h(
    "details",
    {
      class: "whatif-bill",
      open: isBillOpen,
      on: { toggle: (event) => (isBillOpen = event.target.open) },
    },
    h("summary", {}, t("whatif_bill", { count: bill.length })),
    h(
      "div",
      { class: "whatif-scroll", tabindex: "0", role: "region", "aria-label": t("whatif_bill_label") },
      h(
        "table",
        { class: "table" },
        h("thead", {}, h("tr", {}, ...columns.map((key, i) =>
          h("th", { scope: "col", class: i ? "number" : "" }, t(key))))),
        h("tbody", {}, ...rows),
      ),
    ),
  );
}

function plannedPart(planned) {
  if (planned.length === 0) {
    return "";
  }
  const lines = planned.map((site) => [
    h("span", { class: "tag tag-year" }, isNumber(site.year) ? `${site.year}` : t("year_none")),
    named("kind_", site.kind),
    h("span", { class: "card-aside" },
      [site.site_id, length(site.distance_m)].join(" · ")),
  ]);
  return section(t("whatif_planned"), list(lines));
}
