// What do the figures rest on, of which day are they, and under which licence?

import { url } from "./api.js";
import { basis, basisOf } from "./card_parts.js";
import { byId, h } from "./dom.js";
import { listen } from "./events.js";
import { meta } from "./meta.js";
import { get, on, set } from "./state.js";
import { date, named, number, pick, t } from "./words.js";

const NAMELESS = ["values", "likely_vnd"]; // what the table itself is about
let sheet = null;
let opener = null;

/** Open and close the sheet as the address says. */
export function start() {
  sheet = byId("about");
  sheet.addEventListener("close", () => {
    if (get().panel === "about") {
      set({ panel: "" }, { push: true });
    }
    opener?.focus();
    opener = null;
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) {
      sheet.close();
    }
  });
  on("panel", follow);
  listen("language", () => sheet.open && lay());
  follow();
}

function follow() {
  const wanted = get().panel === "about";
  if (wanted && !sheet.open) {
    opener = document.activeElement === document.body ? byId("open-about") : document.activeElement;
    lay();
    sheet.showModal();
    byId("about-title").focus();
  } else if (!wanted && sheet.open) {
    sheet.close();
  }
}

function lay() {
  const label = t("about_close");
  const shut = { click: () => sheet.close() };
  sheet.setAttribute("aria-labelledby", "about-title");
  sheet.replaceChildren(
    h(
      "button",
      { type: "button", class: "pane-close", "aria-label": label, title: label, on: shut },
      h("span", { "aria-hidden": "true" }, "×"),
    ),
    h("h2", { id: "about-title", tabindex: "-1" }, t("about_title")),
    h("p", { class: "about-lead" }, t("about_lead")),
    basisPart(),
    notesPart(),
    inputsPart(),
    versionPart(),
  );
}

function part(key, ...children) {
  return h("section", { class: "about-part" }, h("h3", {}, t(key)), ...children);
}

function basisPart() {
  const text = typeof meta.basis === "string" ? meta.basis : `${meta.basis.vi} / ${meta.basis.en}`;
  const said = text.includes(" / ") ? basis(text) : basisOf(byOrigin(text));
  if (!said) {
    return "";
  }
  said.open = true;
  return part("about_basis", said);
}

/** Put "simulated: communes.people, communes.households; …" into words, table by table. */
function byOrigin(text) {
  return text
    .split(";")
    .map((claim) => claim.trim().split(": "))
    .filter(([, things]) => things)
    .map(([origin, things]) => ({ word: named("origin_", origin), things: tableWords(things) }));
}

function tableWords(things) {
  const tables = new Map();
  for (const [table, column] of things.split(", ").map((thing) => thing.split("."))) {
    const words = column === undefined || NAMELESS.includes(column) ? [] : [named("column_", column)];
    tables.set(table, [...(tables.get(table) ?? []), ...words]);
  }
  const said = [...tables].map(([table, columns]) => {
    const name = named("table_", table);
    return columns.length > 0 ? `${name} (${columns.join(", ")})` : name;
  });
  return said.join("; ");
}

function notesPart() {
  const notes = (meta.notes ?? []).map((note) => h("li", {}, pick(note)));
  return notes.length > 0 ? part("about_notes", h("ul", { class: "about-notes" }, ...notes)) : "";
}

/** Files that the study was built from, with origin, licence and date. */
function inputsPart() {
  const inputs = meta.inputs ?? [];
  if (inputs.length === 0) {
    return "";
  }
  const columns = ["about_file", "about_origin", "about_licence", "about_date"];
  const rows = inputs.map((input) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, input.file),
      h("td", {}, input.origin ?? ""),
      h("td", {}, input.licence ?? ""),
      h("td", {}, date(input.date)),
    ),
  );
  const table = h(
    "table",
    { class: "table" },
    h("thead", {}, h("tr", {}, ...columns.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, ...rows),
  );
  const sheetOf = { class: "about-table", tabindex: "0", role: "region", "aria-label": t("about_inputs") };
  return part("about_inputs", h("div", sheetOf, table));
}

function versionPart() {
  const rows = [
    ["about_study", pick(meta.study?.title) || meta.study?.id],
    ["about_date", date(meta.date)],
    ["about_digest", meta.digest],
    ["about_version", meta.version],
    ["about_cell", meta.cellSizeM ? `${number(meta.cellSizeM)} m` : ""],
  ].filter(([, value]) => value);
  const terms = rows.flatMap(([key, value]) => [
    h("dt", {}, t(key)),
    h("dd", key === "about_digest" ? { class: "about-digest" } : {}, value),
  ]);
  const links = [["about_api", ""], ["about_docs", "docs"], ["about_collections", "collections"]];
  return part(
    "about_this",
    h("dl", { class: "facts" }, ...terms),
    h("ul", { class: "card-downloads" }, ...links.map(([key, path]) =>
      h("li", {}, h("a", { href: url(path) }, t(key))))),
  );
}
