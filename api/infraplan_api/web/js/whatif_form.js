// Of which fields is the panel for trying out masts made? Elements only; what they do is handed in.

import { operatorName } from "./card_parts.js";
import { h } from "./dom.js";
import { HEIGHT_M, MOST_MASTS } from "./whatif_scenario.js";
import { length, t } from "./words.js";

/** The question for the planner's key. */
export function keyForm({ problem, done }) {
  const field = h("input", {
    id: "whatif-key",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    maxlength: "200",
    "aria-describedby": "whatif-key-note",
  });
  const submit = (event) => {
    event.preventDefault();
    if (field.value.trim() !== "") {
      done(field.value);
    }
  };
  return h(
    "form",
    { class: "whatif-key", on: { submit } },
    problem ? h("p", { class: "whatif-problem", role: "alert" }, problem) : "",
    h("p", {}, t("whatif_key_why")),
    labelled("whatif-key", t("whatif_key"), field),
    h("p", { id: "whatif-key-note", class: "card-note" }, t("whatif_key_note")),
    h("button", { type: "submit", class: "button" }, t("whatif_key_use")),
  );
}

/** Which scenario is open: choose, make, rename, remove. */
export function scenarioBar({ scenarios, scenario }, { choose, make, rename, remove }) {
  const select = h(
    "select",
    { id: "whatif-scenario", on: { change: (event) => choose(event.target.value) } },
    ...scenarios.map((entry) => h("option", { value: entry.id }, entry.name)),
  );
  select.value = scenario.id;
  const name = h("input", {
    id: "whatif-name",
    type: "text",
    maxlength: "80",
    value: scenario.name,
    on: { change: (event) => rename(event.target.value.trim()) },
  });
  return h(
    "details",
    { class: "whatif-scenarios" },
    h("summary", {}, h("span", { class: "whatif-scenario-name" }, scenario.name)),
    scenarios.length > 1 ? labelled("whatif-scenario", t("whatif_scenario"), select) : "",
    labelled("whatif-name", t("whatif_scenario_name"), name),
    h(
      "div",
      { class: "whatif-row" },
      quiet(t("whatif_scenario_new"), make),
      quiet(t("whatif_scenario_remove"), remove),
    ),
  );
}

/** The masts of the scenario, each to be chosen or taken away, and how to put the next one. */
export function mastList({ masts, chosen }, { choose, remove, placeAtCentre }) {
  const lines = masts.map((mast) => {
    const isChosen = mast.key === chosen;
    return h(
      "li",
      { class: `whatif-mast-line${isChosen ? " is-chosen" : ""}` },
      h(
        "button",
        {
          type: "button",
          class: "whatif-choose",
          "data-key": mast.key,
          "aria-pressed": `${isChosen}`,
          on: { click: () => choose(mast.key) },
        },
        h("b", {}, mast.name),
        h("span", { class: "card-aside" }, `${operatorName(mast.operator)} · ${length(mast.height_m)}`),
      ),
      h(
        "button",
        {
          type: "button",
          class: "pane-close",
          "aria-label": t("whatif_remove", { name: mast.name }),
          title: t("whatif_remove", { name: mast.name }),
          on: { click: () => remove(mast.key) },
        },
        h("span", { "aria-hidden": "true" }, "×"),
      ),
    );
  });
  const isFull = masts.length >= MOST_MASTS;
  const add = quiet(t("whatif_place"), placeAtCentre);
  add.id = "whatif-place";
  add.disabled = isFull;
  return h(
    "div",
    { class: "whatif-masts" },
    h("p", { class: "whatif-how" }, isFull ? t("whatif_full", { count: MOST_MASTS })
      : t(masts.length === 0 ? "whatif_how_first" : "whatif_how_next")),
    lines.length > 0 ? h("ul", {}, ...lines) : "",
    add,
  );
}

/** The fields of one mast; `changed(patch, isEnd)` hears each change. */
export function mastForm(mast, { operators, bands }, changed) {
  const { host_site_id: id } = mast;
  const place = id === null
    ? [...heightFields(mast, changed), placeFields(mast, changed)]
    : [h("p", { class: "card-note" }, t("whatif_host_on", { id, height: length(mast.height_m) }))];
  return h(
    "fieldset",
    { class: "whatif-form" },
    h("legend", {}, mast.name),
    h(
      "div",
      { class: "pair" },
      labelled("whatif-operator", t("whatif_operator"),
        choice("whatif-operator", operators.map((o) => [o, operatorName(o)]), mast.operator,
          (operator) => changed({ operator }, true))),
      bands.length > 0
        ? labelled("whatif-band", t("whatif_band"),
          choice("whatif-band", bands.map((band) => [band, band]), mast.band,
            (band) => changed({ band }, true)))
        : "",
    ),
    ...place,
  );
}

function heightFields(mast, changed) {
  const limits = { min: HEIGHT_M.least, max: HEIGHT_M.most, step: 1 };
  const number = h("input", { id: "whatif-height", type: "number", ...limits, value: mast.height_m });
  const slider = h("input", {
    id: "whatif-slider",
    type: "range",
    ...limits,
    value: mast.height_m,
    "aria-label": t("whatif_height_slider"),
    "aria-valuetext": length(mast.height_m),
  });
  const take = (from, to, isEnd) => () => {
    const height_m = Math.round(Number(from.value));
    if (from.value !== "" && height_m >= HEIGHT_M.least && height_m <= HEIGHT_M.most) {
      to.value = height_m;
      slider.setAttribute("aria-valuetext", length(height_m));
      changed({ height_m }, isEnd);
    }
  };
  number.addEventListener("input", take(number, slider, false));
  number.addEventListener("change", take(number, slider, true));
  slider.addEventListener("input", take(slider, number, false));
  slider.addEventListener("change", take(slider, number, true));
  return [
    h(
      "div",
      { class: "whatif-height" },
      labelled("whatif-height", t("whatif_height"), number),
      slider,
    ),
  ];
}

/** Where it stands, in numbers: a way to place it exactly, and without a mouse. */
function placeFields(mast, changed) {
  const field = (id, key, limit) => {
    const input = h("input", {
      id,
      type: "number",
      step: "0.0001",
      min: -limit,
      max: limit,
      value: mast[key].toFixed(5),
    });
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (input.value !== "" && Math.abs(value) <= limit) {
        changed({ [key]: value }, true);
      }
    });
    return input;
  };
  return h(
    "details",
    { class: "whatif-place" },
    h("summary", {}, t("whatif_where")),
    h(
      "div",
      { class: "pair" },
      labelled("whatif-lat", t("whatif_lat"), field("whatif-lat", "lat", 90)),
      labelled("whatif-lon", t("whatif_lon"), field("whatif-lon", "lon", 180)),
    ),
  );
}

function choice(id, pairs, value, changed) {
  const select = h(
    "select",
    { id, on: { change: (event) => changed(event.target.value) } },
    ...pairs.map(([key, text]) => h("option", { value: key }, text)),
  );
  select.value = value;
  return select;
}

/** Downloads of the scenario, loading one back, and letting the key go. */
export function filesPart({ isEmpty }, { download, load, forget }) {
  const file = h("input", {
    id: "whatif-file",
    class: "visually-hidden",
    type: "file",
    accept: ".json,.geojson,application/json,application/geo+json",
    on: {
      change: (event) => {
        const [chosen] = event.target.files;
        event.target.value = "";
        if (chosen) {
          load(chosen);
        }
      },
    },
  });
  const buttons = ["json", "geojson", "csv"].map((kind) => {
    const button = quiet(t(`whatif_download_${kind}`), () => download(kind));
    button.disabled = isEmpty;
    return button;
  });
  return h(
    "section",
    { class: "whatif-files" },
    h("h3", {}, t("whatif_files")),
    h("div", { class: "whatif-row" }, ...buttons),
    h("div", { class: "whatif-row" },
      file, h("label", { class: "button button-quiet", for: "whatif-file" }, t("whatif_load"))),
    h("p", { class: "card-note" }, t("whatif_kept_here")),
    h("button", { type: "button", class: "link-button", on: { click: forget } }, t("whatif_forget")),
  );
}

function labelled(id, text, field) {
  return h("div", { class: "field" }, h("label", { for: id }, text), field);
}

function quiet(text, click) {
  return h("button", { type: "button", class: "button button-quiet", on: { click } }, text);
}
