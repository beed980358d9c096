// Of which pieces is every card made? Head, facts, sections, lists, badges, sources.

import { url } from "./api.js";
import { h } from "./dom.js";
import { levelsOf, meta } from "./meta.js";
import { get, selectionText, set } from "./state.js";
import { date, dbm, half, hasWord, named, number, pick, t } from "./words.js";

export const LIST_LENGTH = 8;

/** The place in words above everything else: what kind of thing, its name, what it was called. */
export function head({ kind, title, old, back }) {
  return h(
    "header",
    { class: "card-head" },
    back ? h("p", { class: "card-back" }, toPlace(back.kind, back.id, `‹ ${back.text}`)) : "",
    h("p", { class: "card-kind" }, kind),
    h("h2", { id: "card-title", tabindex: "-1" }, title),
    old ? h("p", { class: "card-old" }, old) : "",
  );
}

/** Rows [label, value] as a list of terms; rows without a value are left out. */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "facts" },
    ...shown.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]),
  );
}

/** A part of the card under its own heading; empty parts are dropped. */
export function section(title, ...children) {
  return h("section", { class: "card-part" }, h("h3", {}, title), ...children);
}

export function paragraph(text, className = "") {
  return h("p", { class: className }, text);
}

/** A button that looks like a link and selects something on the map. */
export function toPlace(kind, id, text) {
  const choose = () => set({ selection: selectionText(kind, id) }, { push: true });
  return h("button", { type: "button", class: "link-button", on: { click: choose } }, text);
}

/** A list that shows its first entries and keeps the others folded. */
export function list(items, className = "") {
  const first = items.slice(0, LIST_LENGTH).map((item) => h("li", {}, item));
  const others = items.slice(LIST_LENGTH).map((item) => h("li", {}, item));
  const parts = [h("ul", { class: `card-list ${className}` }, ...first)];
  if (others.length > 0) {
    parts.push(
      h(
        "details",
        { class: "card-more" },
        h("summary", {}, t("card_more", { count: others.length })),
        h("ul", { class: `card-list ${className}` }, ...others),
      ),
    );
  }
  return h("div", {}, ...parts);
}

/** What the figures rest on, from "mô phỏng: …; giả định: … / simulated: …; assumed: …". */
export function basis(text) {
  const claims = half(text)
    .split(";")
    .map((claim) => claim.trim())
    .filter(Boolean)
    .map((claim) => {
      const [word, ...things] = claim.split(":");
      return { word: word.trim(), things: things.join(":").trim() };
    });
  return basisOf(claims);
}

/** What one row of a collection rests on: its own words, its origins, or those of all its rows. */
export function basisOfRow(collection, row) {
  if (row.data_basis) {
    return basis(row.data_basis);
  }
  const own = basisOfOrigins(row);
  const all = meta.collections.get(collection)?.basis;
  return own || (all ? basis(`${all.vi} / ${all.en}`) : "");
}

/** The same from the columns `*_origin` of one row of a table. */
function basisOfOrigins(row) {
  const by = new Map();
  for (const [column, origin] of Object.entries(row)) {
    const thing = column.endsWith("_origin") ? column.slice(0, -"_origin".length) : "";
    if (thing && origin && hasWord(`column_${thing}`)) {
      by.set(origin, [...(by.get(origin) ?? []), t(`column_${thing}`)]);
    }
  }
  const claims = [...by].map(([origin, things]) => ({
    word: named("origin_", origin),
    things: things.join(", "),
  }));
  return basisOf(claims);
}

/** Badges that unfold into what each of them is about, from claims {word, things}. */
export function basisOf(claims) {
  if (claims.length === 0) {
    return "";
  }
  return h(
    "details",
    { class: "card-basis" },
    h(
      "summary",
      {},
      h("span", { class: "visually-hidden" }, `${t("card_basis")}: `),
      ...claims.map((claim) => h("span", { class: "badge badge-simulated" }, claim.word)),
    ),
    h(
      "ul",
      {},
      ...claims.map((claim) => h("li", {}, h("b", {}, `${claim.word}: `), claim.things)),
    ),
  );
}

/** The foot of a card: what it rests on, from which data, where to take the figures. */
export function foot({ basisPart, downloads = [] }) {
  const links = downloads.map(([label, path, query]) =>
    h("li", {}, h("a", { href: url(path, query), target: "_blank", rel: "noopener" }, label)),
  );
  return h(
    "footer",
    { class: "card-foot" },
    basisPart ?? "",
    h("p", { class: "card-source" }, source()),
    links.length > 0 ? h("ul", { class: "card-downloads" }, ...links) : "",
  );
}

function source() {
  const made = meta.date ? t("card_date", { date: date(meta.date) }) : "";
  const study = pick(meta.study?.title) || meta.study?.id || "";
  const digest = meta.digest ? t("card_digest", { digest: meta.digest.slice(0, 8) }) : "";
  return [study, made, digest].filter(Boolean).join(" · ");
}

/** "6.352 trên 46.322 người": a share never comes without its denominator. */
export function ofPeople(served, people) {
  return t("card_of_people", { served: number(served), people: number(people) });
}

export function operatorName(operator) {
  return operator === "any" ? t("operator_any") : named("operator_", operator);
}

/** What the figures count: "4G, ngoài trời, mức dùng được (từ −105 dBm), năm 2026". */
export function choiceWords(state = get()) {
  const level = levelsOf(state.technology).find((entry) => entry.key === state.level);
  return [
    state.technology,
    named("environment_", state.environment),
    level
      ? t("level_from", { level: named("level_", state.level), dbm: dbm(level.threshold_dbm) })
      : named("level_", state.level),
    yearWords(state.year),
  ].join(", ");
}

export function yearWords(year) {
  return year === 0 || year === meta.baseYear ? t("year_now", { year: `${meta.baseYear}` }) : t("year_of", { year: `${year}` });
}
