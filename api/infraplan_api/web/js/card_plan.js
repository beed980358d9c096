// What does the plan build here, when, for whom, for how much, and why here?

import { planOf, rowOf, rowsOf } from "./card_data.js";
import {
  basisOfRow,
  facts,
  foot,
  head,
  list,
  operatorName,
  paragraph,
  section,
  toPlace,
} from "./card_parts.js";
import { isNumber, length, money, named, number, pick, share, t } from "./words.js";

/** A proposed site: kind, year, reason, cost, people, and what would stand in its stead. */
export async function proposalCard({ id }, { signal }) {
  const row = await rowOf("proposals", id, signal);
  const [plan, links] = await Promise.all([
    row.commune_code ? planOf(row.commune_code, signal) : null,
    rowsOf("links", { to_id: id }, signal),
  ]);
  const planned = plan?.sites.find((site) => site.site_id === id);
  const year = isNumber(row.year) ? `${row.year}` : t("year_none");
  return [
    head({
      kind: t("card_proposal"),
      title: t("card_proposal_title", { kind: named("kind_", row.kind), id }),
      back: plan ? { kind: "commune", id: row.commune_code, text: plan.full_name } : null,
    }),
    facts([
      [t("card_year"), year],
      [t("card_people_gained"), number(row.people_gained)],
      [t("card_people_hard"), row.floor_people_gained > 0 ? number(row.floor_people_gained) : ""],
      [t("card_people_second"), row.second_operator_people >= 1
        ? number(row.second_operator_people) : ""],
      [t("card_capex"), money(row.capex_vnd)],
      [t("card_link_part"), isNumber(planned?.link_vnd) ? money(planned.link_vnd) : ""],
      [t("card_opex"), isNumber(row.opex_vnd_year) ? money(row.opex_vnd_year) : ""],
      [t("card_first_operator"), row.operator ? operatorName(row.operator) : ""],
      [t("card_antenna"), length(row.antenna_height_m)],
      [t("card_mast_height"), length(row.mast_height_m)],
      [t("card_ground"), length(row.ground_height_m)],
    ]),
    section(t("card_reason"), paragraph(reasonOf(row, planned))),
    hostPart(row),
    insteadPart(row),
    linksPart(links),
    foot({
      basisPart: basisOfRow("proposals", row),
      downloads: [
        [t("card_download_json"), `collections/proposals/items/${row.id}`, {}],
        [t("card_download_proposals"), "collections/proposals/items", { f: "csv", limit: 1000 }],
      ],
    }),
  ];
}

/** The plan's own sentence where it has one, else why the place was a candidate. */
function reasonOf(row, planned) {
  if (planned?.why) {
    return pick(planned.why);
  }
  return pick({ vi: row.reason_vi ?? row.reason, en: row.reason_en ?? row.reason });
}

function hostPart(row) {
  if (!row.host_site_id) {
    return "";
  }
  const saved = row.saved_vnd > 0 ? paragraph(t("card_saved", { money: money(row.saved_vnd) })) : "";
  return section(
    t("card_host"),
    paragraph(toPlace("site", row.host_site_id, t("card_host_mast", { id: row.host_site_id }))),
    saved,
  );
}

function insteadPart(row) {
  if (!row.instead) {
    return "";
  }
  const text = t("card_instead_text", { id: row.instead, people: number(row.instead_people) });
  return section(t("card_instead"), paragraph(text));
}

function linksPart(links) {
  if (links === null || links.length === 0) {
    return "";
  }
  return section(
    t("card_links"),
    list(links.map((link) => toPlace("link", link.link_id ?? link.id, linkWords(link)))),
  );
}

function linkWords(link) {
  return [named("medium_", link.medium), length(link.length_m), money(link.capex_vnd)].join(" · ");
}

/** A proposed link: medium, length, cost, year, and a hop's clearance and availability. */
export async function linkCard({ id }, { signal }) {
  const row = await rowOf("links", id, signal);
  const year = isNumber(row.year) ? `${row.year}` : t("year_none");
  return [
    head({ kind: t("card_link"), title: t("card_link_title", { medium: named("medium_", row.medium), id }) }),
    facts([
      [t("card_year"), year],
      [t("card_length"), length(row.length_m)],
      [t("card_capex"), money(row.capex_vnd)],
      [t("card_sites_fed"), number(row.sites_fed)],
      [t("card_clearance"), isNumber(row.clearance_share) ? share(row.clearance_share, 0) : ""],
      [t("card_availability"), isNumber(row.availability_share) ? share(row.availability_share, 3) : ""],
      [t("card_capacity"), isNumber(row.capacity_mbps) ? `${number(row.capacity_mbps)} Mbit/s` : ""],
    ]),
    endsPart(row),
    foot({
      basisPart: basisOfRow("links", row),
      downloads: [[t("card_download_json"), `collections/links/items/${row.id}`, {}]],
    }),
  ];
}

function endsPart(row) {
  const isSite = /^C/.test(row.to_id ?? "");
  const to = isSite ? toPlace("proposal", row.to_id, row.to_id) : (row.to_id ?? "");
  return section(t("card_ends"), facts([[t("card_from"), row.from_id], [t("card_to"), to]]));
}
