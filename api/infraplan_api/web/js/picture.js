// How does the view become one picture: title, map, legend, scale, date, what is simulated?

import { choiceOf, otherChoice } from "./choice.js";
import { canvasOf } from "./icons.js";
import { choiceWords, legendOf, overlayRows } from "./legend.js";
import { meta } from "./meta.js";
import { get } from "./state.js";
import { getMap } from "./view.js";
import { otherMap } from "./compare.js";
import { date, half, pick, t } from "./words.js";

const WIDTH = 1600;
const MARGIN = 40;
const SIDE = 380;
const HEAD = 104;
const FOOT = 84;
const FONT = '"Be Vietnam Pro", sans-serif';

/** Draw the view as it stands on a canvas of its own. */
export async function pictureOfView() {
  await document.fonts.load(`600 20px ${FONT}`, "ế");
  const shots = [snapshot(getMap()), otherMap() ? snapshot(otherMap()) : null];
  const source = shots[0];
  const wide = WIDTH - SIDE - 3 * MARGIN;
  const tall = Math.round(Math.min(1300, Math.max(620, (wide * source.height) / source.width)));
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEAD + tall + FOOT;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const box = { x: MARGIN, y: HEAD, width: wide, height: tall };
  drawHead(pen);
  drawMap(pen, shots, box);
  drawScale(pen, box, source);
  drawLegend(pen, { x: MARGIN * 2 + wide, y: HEAD });
  drawFoot(pen, { y: HEAD + tall + 26 });
  return canvas;
}

function snapshot(map) {
  map.redraw();
  const from = map.getCanvas();
  const copy = document.createElement("canvas");
  copy.width = from.width;
  copy.height = from.height;
  copy.getContext("2d").drawImage(from, 0, 0);
  return copy;
}

function drawHead(pen) {
  const state = get();
  write(pen, pick(meta.study.title) || t("map_title"), { x: MARGIN, y: 50, size: 30, bold: true });
  const words = choiceWords(choiceOf(state));
  const other = otherChoice(state);
  const text = `${t(`layer_${state.layer}`)} · ${words}${other ? `  |  ${choiceWords(other)}` : ""}`;
  write(pen, text, { x: MARGIN, y: 82, size: 19, colour: "#4d5763" });
}

/** Fill the box with the middle of the map, the second map right of the line. */
function drawMap(pen, [one, other], box) {
  const scale = Math.max(box.width / one.width, box.height / one.height);
  const width = box.width / scale;
  const height = box.height / scale;
  const x = (one.width - width) / 2;
  const y = (one.height - height) / 2;
  pen.drawImage(one, x, y, width, height, box.x, box.y, box.width, box.height);
  if (other) {
    const line = Math.min(box.width, Math.max(0, (get().compareAt * one.width - x) * scale));
    const from = x + line / scale;
    pen.drawImage(other, from, y, width - line / scale, height, box.x + line, box.y, box.width - line, box.height);
    pen.fillStyle = "#fff";
    pen.fillRect(box.x + line - 2, box.y, 4, box.height);
  }
  pen.lineWidth = 1.5;
  pen.strokeStyle = "#8a94a1";
  pen.strokeRect(box.x, box.y, box.width, box.height);
}

function drawScale(pen, box, source) {
  const map = getMap();
  const { clientWidth } = map.getContainer();
  const metres = map.unproject([0, 50]).distanceTo(map.unproject([100, 50])) / 100;
  const perPixel = (metres * clientWidth) / source.width / Math.max(box.width / source.width, box.height / source.height);
  const most = perPixel * 220;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((step) => step * power).find((step) => step <= most);
  const width = length / perPixel;
  const x = box.x + 18;
  const y = box.y + box.height - 20;
  pen.fillStyle = "rgba(255,255,255,.85)";
  pen.fillRect(x - 8, y - 28, width + 16, 38);
  pen.strokeStyle = "#1b2430";
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(x, y - 8);
  pen.lineTo(x, y);
  pen.lineTo(x + width, y);
  pen.lineTo(x + width, y - 8);
  pen.stroke();
  write(pen, length >= 1000 ? `${length / 1000} km` : `${length} m`, { x: x + 6, y: y - 8, size: 15 });
}

function drawLegend(pen, { x, y }) {
  const { title, rows, note } = legendOf(get());
  let line = paragraph(pen, title, { x, y: y + 20, size: 19, bold: true }) + 12;
  for (const { colour, pattern, label, small } of rows) {
    pen.fillStyle = colour;
    pen.fillRect(x, line, 44, 24);
    if (pattern) pen.drawImage(canvasOf(pattern, { width: 44, height: 24 }), x, line, 44, 24);
    pen.lineWidth = 1;
    pen.strokeStyle = "#57616e";
    pen.strokeRect(x, line, 44, 24);
    write(pen, label, { x: x + 58, y: line + 18, size: 17 });
    if (small) write(pen, small, { x: x + SIDE - 8, y: line + 18, size: 14, colour: "#4d5763", align: "right" });
    line += 33;
  }
  if (note) line = paragraph(pen, note, { x, y: line + 20, size: 15, colour: "#4d5763" });
  line += 22;
  for (const { picture, label } of overlayRows(get())) {
    pen.drawImage(canvasOf(picture, { width: 34, height: 22 }), x + 4, line, 34, 22);
    write(pen, label, { x: x + 58, y: line + 17, size: 17 });
    line += 32;
  }
}

function drawFoot(pen, { y }) {
  pen.fillStyle = "#fff4d6";
  const badge = t("shell_basis");
  pen.font = `600 16px ${FONT}`;
  const width = pen.measureText(badge).width + 24;
  pen.fillRect(MARGIN, y - 20, width, 28);
  pen.strokeStyle = "#d9a514";
  pen.strokeRect(MARGIN, y - 20, width, 28);
  write(pen, badge, { x: MARGIN + 12, y, size: 16, bold: true });
  const basis = half(meta.basis);
  write(pen, fitted(pen, basis, WIDTH - 2 * MARGIN - width - 16, 14), { x: MARGIN + width + 16, y, size: 14, colour: "#4d5763" });
  const bundle = { year: String(meta.baseYear), digest: meta.digest.slice(0, 12), version: meta.version };
  const made = t("print_made", { date: date(new Date().toISOString().slice(0, 10)), ...bundle });
  write(pen, made, { x: MARGIN, y: y + 32, size: 14, colour: "#4d5763" });
}

function write(pen, text, { x, y, size, bold = false, colour = "#1b2430", align = "left" }) {
  pen.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
  pen.textAlign = "left";
}

function paragraph(pen, text, { x, y, size, bold = false, colour }) {
  pen.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  let line = "";
  let at = y;
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > SIDE - 10) {
      write(pen, line, { x, y: at, size, bold, colour });
      at += size * 1.35;
      line = word;
    } else line = longer;
  }
  write(pen, line, { x, y: at, size, bold, colour });
  return at;
}

function fitted(pen, text, width, size) {
  pen.font = `400 ${size}px ${FONT}`;
  if (pen.measureText(text).width <= width) return text;
  let short = text;
  while (short && pen.measureText(`${short}…`).width > width) short = short.slice(0, -1);
  return `${short}…`;
}
