// How are shares drawn so that eyes and screen readers get the same figures?
//
// Bars stand in a real table: the figures are text, the bar beside them is decoration. The trend is
// one picture with a title and a description, and a hidden table behind it. Colours are the map's.

import { shareColour } from "./colours.js";
import { h, svg } from "./dom.js";
import { isNumber, share, t } from "./words.js";

const BAR = { width: 100, height: 10 };
const TREND = { width: 320, height: 146, left: 52, right: 20, top: 22, bottom: 40 };
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
let made = 0;

/** Rows {label, share, of, strong, chosen} as a table of bars.

`of` is the sentence with the denominator; a row without a known share says so. */
export function bars(rows, { caption }) {
  return h(
    "table",
    { class: "bars" },
    h("caption", {}, caption),
    h(
      "thead",
      { class: "visually-hidden" },
      h(
        "tr",
        {},
        ...["chart_operator", "chart_share", "chart_bar", "chart_of"].map((key) =>
          h("th", { scope: "col" }, t(key)),
        ),
      ),
    ),
    h("tbody", {}, ...rows.map(barRow)),
  );
}

function barRow(row) {
  const classes = ["bar-row", row.strong && "bar-strong", row.chosen && "bar-chosen"];
  return h(
    "tr",
    { class: classes.filter(Boolean).join(" ") },
    h("th", { scope: "row" }, row.label),
    h("td", { class: "bar-share" }, share(row.share)),
    h("td", { class: "bar-cell" }, bar(row.share)),
    h("td", { class: "bar-of" }, row.of),
  );
}

function bar(value) {
  const picture = svg("svg", {
    viewBox: `0 0 ${BAR.width} ${BAR.height}`,
    preserveAspectRatio: "none",
    class: "bar",
    "aria-hidden": "true",
  });
  picture.append(svg("rect", { class: "bar-back", width: BAR.width, height: BAR.height }));
  if (isNumber(value)) {
    const length = Math.max(0, Math.min(1, value)) * BAR.width;
    const front = svg("rect", { class: "bar-front", width: length, height: BAR.height });
    front.setAttribute("fill", shareColour(value));
    picture.append(front);
  }
  return picture;
}

/** Points {year, share} as a line; years without a figure are left out. */
export function trend(points, { title, firstLabel }) {
  const known = points.filter((point) => isNumber(point.share));
  if (known.length < 2) {
    return null;
  }
  const scale = axis(known);
  const id = `trend-${(made += 1)}`;
  const names = known.map((point, i) => (i === 0 && firstLabel ? firstLabel : `${point.year}`));
  const said = known.map((point, i) => `${names[i]}: ${share(point.share)}`).join("; ");
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${TREND.width} ${TREND.height}`,
      class: "trend",
      role: "img",
      "aria-labelledby": `${id}-t ${id}-d`,
    },
    svg("title", { id: `${id}-t` }, title),
    svg("desc", { id: `${id}-d` }, said),
    ...gridLines(scale),
    svg("path", { class: "trend-line", d: path(known, scale) }),
    ...known.flatMap((point, i) => mark(point, names[i], scale, i, known.length)),
  );
  return h("figure", { class: "trend-figure" }, h("figcaption", {}, title), picture);
}

/** Choose round ends of the upright axis: it need not begin at nothing, as it is a line. */
function axis(points) {
  const values = points.map((point) => point.share);
  const spread = Math.max(...values) - Math.min(...values);
  const step = STEPS.find((s) => spread <= 2 * s) ?? 0.5;
  const low = Math.max(0, Math.floor(Math.min(...values) / step + 1e-9) * step);
  const high = Math.min(1, Math.max(low + step, Math.ceil(Math.max(...values) / step - 1e-9) * step));
  const from = high - low < step ? Math.max(0, high - step) : low;
  const { width, height, left, right, top, bottom } = TREND;
  const years = points.map((point) => point.year);
  const span = Math.max(1, years.at(-1) - years[0]);
  return {
    from,
    high,
    step,
    x: (year) => left + ((year - years[0]) / span) * (width - left - right),
    y: (value) => top + (1 - (value - from) / (high - from)) * (height - top - bottom),
  };
}

function gridLines({ from, high, step, y }) {
  const lines = [];
  for (let value = from; value <= high + 1e-9; value += step) {
    const at = y(value).toFixed(1);
    lines.push(
      svg("line", { class: "trend-grid", x1: TREND.left, x2: TREND.width - 6, y1: at, y2: at }),
      svg("text", { class: "trend-text", x: TREND.left - 6, y: at, dy: 3.5, "text-anchor": "end" },
        share(Math.min(1, value), 0)),
    );
  }
  return lines;
}

function path(points, { x, y }) {
  return points
    .map((p, i) => `${i ? "L" : "M"}${x(p.year).toFixed(1)} ${y(p.share).toFixed(1)}`)
    .join("");
}

/** A dot with its year below; the first and the last also say their share, beside the line. */
function mark(point, name, { x, y }, i, count) {
  const [cx, cy] = [x(point.year), y(point.share)];
  const year = { class: "trend-text", x: cx, y: TREND.height - 6, "text-anchor": "middle" };
  const parts = [svg("circle", { class: "trend-dot", cx, cy, r: 3.5 }), svg("text", year, name)];
  if (i === 0) {
    parts.push(svg("text", { class: "trend-value", x: cx + 6, y: cy + 16 }, share(point.share)));
  } else if (i === count - 1) {
    const last = { class: "trend-value", x: cx + 14, y: cy - 9, "text-anchor": "end" };
    parts.push(svg("text", last, share(point.share)));
  }
  return parts;
}
