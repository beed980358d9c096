// How are triangles, rings and hatches drawn? On small canvases, for the map and its legend.

import { ACCENT, GAP_COLOURS, INK, TENANT_FILLS, WATER } from "./colours.js";

const RATIO = 2;

/** Draw one picture of this name on a canvas, for the legend. */
export function canvasOf(name, { width = 26, height = 18 } = {}) {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  const pen = canvas.getContext("2d");
  pen.scale(RATIO, RATIO);
  DRAWN[name]?.(pen, width, height);
  return canvas;
}

/** Return all pictures of the map: {name, image, options}. */
export function pictures(years) {
  const found = [];
  const add = (name, width, height, draw) => {
    const canvas = document.createElement("canvas");
    canvas.width = width * RATIO;
    canvas.height = height * RATIO;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.scale(RATIO, RATIO);
    draw(pen, width, height);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    found.push({ name, image, options: { pixelRatio: RATIO } });
  };
  TENANT_FILLS.forEach((fill, at) => {
    add(`mast-${at + 1}`, 13, 13, (pen, w, h) => triangle(pen, w, h, { fill, stroke: INK }));
  });
  const kinds = { new_mast: false, shared_mast: true };
  for (const built of [true, false]) {
    for (const [kind, ring] of Object.entries(kinds)) {
      for (const year of ["", ...years]) {
        const name = [kind, ...(year ? [year] : []), built ? "built" : "later"].join("-");
        add(name, 34, 34, (pen, w, h) => proposal(pen, w, h, { year, ring, built, bold: !year }));
      }
    }
  }
  for (const name of ["hatch-dense", "hatch-sparse", "dots", "gap-white", "gap-weak", "gap-single", "gap-congested"]) {
    add(name, 16, 16, (pen, w, h) => TILES[name](pen, w, h));
  }
  return found;
}

function triangle(pen, width, height, { fill, stroke, inset = 1.5 }) {
  pen.beginPath();
  pen.moveTo(width / 2, inset);
  pen.lineTo(width - inset, height - inset);
  pen.lineTo(inset, height - inset);
  pen.closePath();
  pen.fillStyle = fill;
  pen.fill();
  pen.lineJoin = "round";
  pen.lineWidth = 1.2;
  pen.strokeStyle = stroke;
  pen.stroke();
}

/** Draw a proposal; `bold` where it is shown small, without its year. */
function proposal(pen, width, height, { year, ring, built, bold = false }) {
  const x = width / 2;
  const colour = built ? ACCENT : INK;
  if (ring) {
    pen.beginPath();
    pen.arc(x, height / 2, width / 2 - 1.2, 0, 2 * Math.PI);
    pen.fillStyle = "rgba(255,255,255,.75)";
    pen.fill();
    pen.lineWidth = (built ? 1.8 : 1.2) * (bold ? 1.5 : 1);
    pen.strokeStyle = colour;
    pen.stroke();
  }
  pen.beginPath();
  pen.moveTo(x, 4);
  pen.lineTo(x + 12.4, 25.6);
  pen.lineTo(x - 12.4, 25.6);
  pen.closePath();
  pen.lineJoin = "round";
  pen.fillStyle = "#fff";
  pen.fill();
  pen.lineWidth = (built ? 2.4 : 1.3) * (bold ? 1.7 : 1);
  pen.strokeStyle = colour;
  pen.stroke();
  pen.fillStyle = colour;
  pen.font = `600 10px "Be Vietnam Pro", sans-serif`;
  pen.textAlign = "center";
  pen.fillText(String(year).slice(-2), x, 23);
}

function lines(pen, size, { colour, step, width }) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  for (let at = -size; at < 2 * size; at += step) {
    pen.beginPath();
    pen.moveTo(at - 2, size + 2);
    pen.lineTo(at + size + 2, -2);
    pen.stroke();
  }
}

function dotted(pen, size, { colour, step, radius }) {
  pen.fillStyle = colour;
  for (let x = step / 2; x < size; x += step) {
    for (let y = step / 2; y < size; y += step) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

function crosses(pen, size, { colour, step, arm }) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let x = step / 2; x < size; x += step) {
    for (let y = step / 2; y < size; y += step) {
      pen.moveTo(x - arm, y);
      pen.lineTo(x + arm, y);
      pen.moveTo(x, y - arm);
      pen.lineTo(x, y + arm);
    }
  }
  pen.stroke();
}

const TILES = {
  "hatch-dense": (pen, size) => lines(pen, size, { colour: "rgba(255,255,255,.5)", step: 4, width: 0.8 }),
  "hatch-sparse": (pen, size) => lines(pen, size, { colour: "rgba(255,255,255,.45)", step: 8, width: 0.8 }),
  dots: (pen, size) => dotted(pen, size, { colour: "rgba(255,255,255,.5)", step: 8, radius: 0.9 }),
  "gap-white": (pen, size) => lines(pen, size, { colour: GAP_COLOURS.white, step: 8, width: 1 }),
  "gap-weak": () => undefined,
  "gap-single": (pen, size) => dotted(pen, size, { colour: GAP_COLOURS.single_operator, step: 8, radius: 1 }),
  "gap-congested": (pen, size) => crosses(pen, size, { colour: GAP_COLOURS.congested, step: 8, arm: 1.8 }),
};

function framed(colour, { tile, dash = [], width: line = 1.8 }) {
  return (pen, width, height) => {
    pen.save();
    pen.beginPath();
    pen.rect(1, 1, width - 2, height - 2);
    pen.fillStyle = "#fff";
    pen.fill();
    pen.clip();
    for (let x = 0; x < width; x += 16) {
      pen.save();
      pen.translate(x, 0);
      TILES[tile]?.(pen, 16);
      pen.translate(0, 16);
      TILES[tile]?.(pen, 16);
      pen.restore();
    }
    pen.restore();
    pen.setLineDash(dash);
    pen.lineWidth = line;
    pen.strokeStyle = colour;
    pen.strokeRect(1, 1, width - 2, height - 2);
  };
}

function stroke(colour, { dash = [], double = false, width: line = 2 }) {
  return (pen, width, height) => {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.setLineDash(dash);
    for (const y of double ? [height / 2 - 2, height / 2 + 2] : [height / 2]) {
      pen.beginPath();
      pen.moveTo(1, y);
      pen.lineTo(width - 1, y);
      pen.stroke();
    }
  };
}

function circle(fill) {
  return (pen, width, height) => {
    pen.beginPath();
    pen.arc(width / 2, height / 2, 4.5, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 1.6;
    pen.strokeStyle = INK;
    pen.stroke();
  };
}

const DRAWN = {
  "gap-white": framed(GAP_COLOURS.white, { tile: "gap-white" }),
  "gap-weak": framed(GAP_COLOURS.weak, { tile: "gap-weak" }),
  "gap-single": framed(GAP_COLOURS.single_operator, { tile: "gap-single", dash: [1.5, 2] }),
  "gap-congested": framed(GAP_COLOURS.congested, { tile: "gap-congested", dash: [5, 2] }),
  mast: (pen, width, height) => {
    pen.translate((width - 14) / 2, (height - 14) / 2);
    triangle(pen, 14, 14, { fill: TENANT_FILLS[2], stroke: INK });
  },
  "mast-one": (pen, width, height) => {
    pen.translate((width - 14) / 2, (height - 14) / 2);
    triangle(pen, 14, 14, { fill: TENANT_FILLS[0], stroke: INK });
  },
  proposal: (pen, width, height) => {
    pen.translate((width - 17) / 2, (height - 17) / 2);
    pen.scale(0.5, 0.5);
    proposal(pen, 34, 34, { year: "", ring: false, built: true });
  },
  shared: (pen, width, height) => {
    pen.translate((width - 18) / 2, (height - 18) / 2);
    pen.scale(18 / 34, 18 / 34);
    proposal(pen, 34, 34, { year: "", ring: true, built: true });
  },
  fibre: stroke("#3f6f4f", { width: 2 }),
  "link-fibre": stroke(ACCENT, { dash: [5, 3] }),
  "link-microwave": stroke(ACCENT, { double: true, width: 1.2 }),
  roads: stroke("#8a7f6a", { width: 1.4 }),
  water: (pen, width, height) => {
    pen.fillStyle = WATER;
    pen.fillRect(2, 3, width - 4, height - 6);
  },
  village: circle("#fff"),
  "village-unserved": circle(GAP_COLOURS.white),
  labels: (pen, width, height) => {
    pen.fillStyle = INK;
    pen.font = `600 13px "Be Vietnam Pro", sans-serif`;
    pen.textAlign = "center";
    pen.fillText("Aa", width / 2, height / 2 + 5);
  },
  "hatch-dense": (pen) => repeated(pen, "hatch-dense"),
  "hatch-sparse": (pen) => repeated(pen, "hatch-sparse"),
  dots: (pen) => repeated(pen, "dots"),
};

function repeated(pen, name) {
  for (let x = 0; x < 160; x += 16) {
    for (let y = 0; y < 64; y += 16) {
      pen.save();
      pen.translate(x, y);
      pen.beginPath();
      pen.rect(0, 0, 16, 16);
      pen.clip();
      TILES[name](pen, 16);
      pen.restore();
    }
  }
}
