// Which colours mean what, on the map as in every chart?
// The ramp follows cividis (Nuñez, Anderton and Renslow 2018), readable with any colour vision.

export const ACCENT = "#0b4f8f";
export const INK = "#1b2430";
export const NO_DATA = "#d9dde2";
export const WATER = "#9db6c6";
export const PAPER = "#eef0ec";

/** Classes of a share of people served: from (inclusive) to (exclusive), with a hatch as 2nd cue. */
export const SHARE_CLASSES = Object.freeze([
  { key: "below_50", from: 0, to: 0.5, colour: "#00224e", pattern: "hatch-dense" },
  { key: "below_80", from: 0.5, to: 0.8, colour: "#3d4b6b", pattern: "hatch-sparse" },
  { key: "below_90", from: 0.8, to: 0.9, colour: "#70727a", pattern: "dots" },
  { key: "below_95", from: 0.9, to: 0.95, colour: "#a79e79", pattern: null },
  { key: "below_99", from: 0.95, to: 0.99, colour: "#dcc966", pattern: null },
  { key: "from_99", from: 0.99, to: 1.000001, colour: "#f6efcf", pattern: null },
]);

/** Levels of signal, from none to strong, in the colours of the catalogue. */
export const LEVELS = Object.freeze({
  white: { value: 0, colour: "#00224e" },
  weak: { value: 1, colour: "#434e6c" },
  served: { value: 2, colour: "#7d7c78" },
  good: { value: 3, colour: "#b9ac70" },
  strong_indoors: { value: 4, colour: "#fde737" },
});

export const GAP_COLOURS = Object.freeze({
  white: "#c2187e",
  weak: "#c85a00",
  single_operator: "#0b5d66",
  congested: "#5b3a8e",
});

export const OPERATOR_COLOURS = Object.freeze({
  viettel: "#8c2d04",
  vinaphone: "#0b4f8f",
  mobifone: "#2a7f62",
  vietnamobile: "#b07d10",
  gmobile: "#6a4c93",
  any: "#1b2430",
});

export const TENANT_FILLS = Object.freeze(["#ffffff", "#c3cad3", "#7c8794", "#1b2430"]);

/** Return the class of a share, null where there is none. */
export function shareClass(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return null;
  return SHARE_CLASSES.find(({ to }) => share < to) ?? SHARE_CLASSES.at(-1);
}

/** Return the colour of a share. */
export function shareColour(share) {
  return shareClass(share)?.colour ?? NO_DATA;
}

/** Return what a colour looks like on the paper of the map, laid on with this opacity. */
export function onPaper(colour, opacity) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const paper = parts(PAPER);
  const mixed = parts(colour).map((value, at) => Math.round(value * opacity + paper[at] * (1 - opacity)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
