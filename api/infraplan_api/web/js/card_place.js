// What is known of a village, of a mast that stands, and of a place without service?

import { bars } from "./chart.js";
import { communeName, rowOf, rowsOf } from "./card_data.js";
import {
  basisOfRow,
  facts,
  foot,
  head,
  list,
  ofPeople,
  operatorName,
  paragraph,
  section,
  toPlace,
} from "./card_parts.js";
import { h } from "./dom.js";
import { emit } from "./events.js";
import { meta } from "./meta.js";
import { area, dbm, isNumber, length, named, number, t } from "./words.js";

const RSRP = "rsrp_dbm_";

/** A village: who serves it, how strongly at its centre, who of its people. */
export async function villageCard({ id }, { state, signal }) {
  const row = await rowOf("villages", id, signal);
  const commune = await communeName(row.commune_code, signal);
  const technology = meta.planTechnology;
  return [
    head({
      kind: t("card_village"),
      title: row.name,
      back: commune ? { kind: "commune", id: row.commune_code, text: commune } : null,
    }),
    facts([
      [t("card_people"), number(row.people)],
      [t("card_households"), isNumber(row.households) ? number(row.households) : ""],
      [t("card_difficulty"), row.difficulty ? named("difficulty_", row.difficulty) : ""],
    ]),
    section(
      t("card_village_served"),
      bars(villageRows(row, state), { caption: t("card_village_caption", { technology }) }),
      paragraph(t("card_village_disc"), "card-note"),
    ),
    foot({
      basisPart: basisOfRow("villages", row),
      downloads: [[t("card_download_json"), `collections/villages/items/${row.id}`, {}]],
    }),
  ];
}

function villageRows(row, state) {
  return Object.keys(row)
    .filter((column) => column.startsWith(RSRP))
    .map((column) => {
      const operator = column.slice(RSRP.length);
      const served = row[`people_served_${operator}`];
      const people = isNumber(served) ? ofPeople(served, row.people) : "";
      return {
        label: operatorName(operator),
        share: row[`people_served_share_of_village_people_${operator}`],
        of: [people, isNumber(row[column]) ? t("card_at_centre", { level: dbm(row[column]) }) : ""]
          .filter(Boolean)
          .join(" · "),
        strong: operator === "any",
        chosen: operator === state.operator,
      };
    })
    .sort((a, b) => b.strong - a.strong || (b.share ?? -1) - (a.share ?? -1));
}

/** A mast: whose it is, who is on it, what it carries. */
export async function siteCard({ id }, { signal }) {
  const [row, cells] = await Promise.all([
    rowOf("sites", id, signal),
    rowsOf("cells", { site_id: id }, signal),
  ]);
  const tenants = String(row.tenants ?? "").split("|").filter(Boolean);
  return [
    head({ kind: t("card_mast"), title: row.name || id }),
    facts([
      [t("card_owner"), row.owner ? operatorName(row.owner) : t("number_unknown")],
      [t("card_tenants"), tenantWords(tenants)],
      [t("card_mast_height"), length(row.mast_height_m)],
      [t("card_mast_class"), row.mast_class ?? ""],
      [t("card_power"), row.power_source ? named("power_", row.power_source) : ""],
    ]),
    isNumber(row.mast_height_m) ? hostButton(row) : "",
    cellsPart(cells),
    foot({
      basisPart: basisOfRow("sites", row),
      downloads: [
        [t("card_download_json"), `collections/sites/items/${row.id}`, {}],
        [t("card_download_cells"), "collections/cells/items", { site_id: id, f: "csv" }],
      ],
    }),
  ];
}

/** Opens the panel where planners try out masts, with antennas on this one. */
function hostButton({ id, lon, lat, mast_height_m: height_m }) {
  const click = () => emit("whatif:host", { host_site_id: id, lon, lat, height_m });
  return h("button", { type: "button", id: "card-host", class: "button button-quiet", on: { click } },
    t("whatif_host_try"));
}

function tenantWords(tenants) {
  if (tenants.length === 0) {
    return t("number_unknown");
  }
  const names = tenants.map(operatorName).join(", ");
  return tenants.length > 1 ? t("card_shared_by", { count: tenants.length, names }) : names;
}

function cellsPart(cells) {
  if (cells === null) {
    return "";
  }
  const isEmpty = cells.length === 0;
  return section(t("card_cells"), isEmpty ? paragraph(t("card_no_cells")) : cellTable(cells));
}

/** Cells by operator and technology: how many sectors, on which bands, how high. */
function cellTable(cells) {
  const groups = new Map();
  for (const cell of cells) {
    const key = [cell.operator, cell.technology].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const columns = ["card_operator", "card_technology", "card_bands", "card_sectors", "card_antenna"];
  const rows = [...groups.values()].map((group) => {
    const bands = [...new Set(group.map((cell) => cell.band).filter(Boolean))].sort();
    const heights = [...new Set(group.map((cell) => cell.height_m))].sort((a, b) => a - b);
    return [
      operatorName(group[0].operator),
      group[0].technology,
      bands.join(", "),
      number(group.length),
      heights.map((height) => length(height)).join(", "),
    ];
  });
  rows.sort((a, b) => a[0].localeCompare(b[0], "vi") || a[1].localeCompare(b[1]));
  return h(
    "table",
    { class: "table card-table" },
    h("thead", {}, h("tr", {}, ...columns.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, ...rows.map(([first, ...others]) =>
      h("tr", {}, h("th", { scope: "row" }, first), ...others.map((text) => h("td", {}, text))))),
  );
}

/** A place without service, or with too little of it. */
export async function gapCard({ id }, { signal }) {
  const row = await rowOf("gaps", id, signal);
  const villages = String(row.village_names ?? "").split(";").map((name) => name.trim());
  const names = villages.filter(Boolean);
  return [
    head({
      kind: t("card_gap"),
      title: t("card_gap_title", { kind: named("gap_", row.kind), commune: row.commune_name }),
      back: { kind: "commune", id: row.commune_code, text: row.commune_name },
    }),
    paragraph(gapMeaning(row), "card-lead"),
    facts([
      [t("card_people"), number(row.people)],
      [t("card_area"), area(row.area_m2)],
      [t("card_operator"), row.kind === "single_operator" ? operatorName(row.operator) : ""],
    ]),
    section(
      t("card_gap_villages"),
      names.length > 0 ? list(names) : paragraph(t("card_gap_no_villages"), "card-note"),
    ),
    foot({
      basisPart: basisOfRow("gaps", row),
      downloads: [[t("card_download_geojson"), `collections/gaps/items/${row.id}`, {}]],
    }),
  ];
}

function gapMeaning(row) {
  const who = row.operator && row.operator !== "any" ? operatorName(row.operator) : "";
  const kind = `gap_meaning_${row.kind}`;
  return t(kind, { operator: who || t("operator_any"), year: row.year ? `${row.year}` : "" });
}
