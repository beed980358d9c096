// Which words does the page show, and how are numbers written in each language?
//
// The texts lie in words.json and words_map.json: {key: {vi, en}}. A text may hold {name} (a value;
// numbers are formatted) and {name:one|many} (chosen by the number behind the name).

import { get } from "./state.js";

const LOCALES = { vi: "vi-VN", en: "en-GB" };
const FILES = ["../words.json", "../words_map.json"];
const NBSP = "\u00a0";
const BILLION = 1e9;
const MILLION = 1e6;
const KILOMETRE_M = 1000;
const HECTARES_PER_KM2 = 100;
const M2_PER_KM2 = 1e6;

const words = {};

/** Fetch the words; a key that stands in two files is a mistake. */
export async function load() {
  for (const texts of await Promise.all(FILES.map(fetchTexts))) {
    for (const [key, text] of Object.entries(texts)) {
      if (words[key] !== undefined) {
        throw new Error(`words: ${key} stands in two files`);
      }
      words[key] = text;
    }
  }
}

async function fetchTexts(file) {
  const answer = await fetch(new URL(file, import.meta.url));
  if (!answer.ok) {
    throw new Error(`${file}: ${answer.status}`);
  }
  return answer.json();
}

export function language() {
  const chosen = get().language;
  return chosen in LOCALES ? chosen : "vi";
}

/** Return the text of a key in the language of the page, its values filled in. */
export function t(key, values = {}) {
  const text = words[key]?.[language()];
  if (text === undefined) {
    throw new Error(`words: no ${language()} text for ${JSON.stringify(key)}`);
  }
  return text.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (_, name, one, many) => {
    const value = values[name];
    if (one !== undefined) {
      return Math.round(value) === 1 ? one : many;
    }
    return typeof value === "number" ? number(value) : (value ?? "");
  });
}

/** Tell whether there is a text; for keys that come from data, such as kinds and origins. */
export function hasWord(key) {
  return words[key] !== undefined;
}

/** Return the text of a key made from data, or the datum itself where no text is known. */
export function named(prefix, datum) {
  const key = `${prefix}${datum}`;
  return hasWord(key) ? t(key) : String(datum ?? "");
}

/** Of a pair {vi, en} (or a plain string) return the one to be read. */
export function pick(pair) {
  if (pair === null || pair === undefined) {
    return "";
  }
  return typeof pair === "string" ? pair : (pair[language()] ?? pair.vi ?? pair.en ?? "");
}

/** Return the half of "vi / en" that is to be read. */
export function half(text) {
  const [vi, en] = String(text ?? "").split(" / ");
  return (language() === "en" ? en : vi) ?? vi;
}

export function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/** 1463726 -> "1.463.726" in Vietnamese; an unknown number is said to be unknown. */
export function number(value, digits = 0, { isFixed = false } = {}) {
  if (!isNumber(value)) {
    return t("number_unknown");
  }
  return new Intl.NumberFormat(LOCALES[language()], {
    minimumFractionDigits: isFixed ? digits : 0,
    maximumFractionDigits: digits,
  })
    .format(Number(value.toFixed(digits)) + 0)
    .replace("-", "−");
}

/** A number with its sign: "+1.240". */
export function signed(value, digits = 0) {
  const text = number(value, digits);
  return isNumber(value) && Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** 0.768 -> "76,8 %"; never rounds a part up to all or down to nothing. */
export function share(value, digits = 1) {
  if (!isNumber(value)) {
    return t("number_unknown");
  }
  const step = 10 ** -digits;
  const percent = value * 100;
  if (value < 1 && percent > 100 - step) {
    return `>${NBSP}${number(100 - step, digits)}${NBSP}%`;
  }
  if (value > 0 && percent < step) {
    return `<${NBSP}${number(step, digits)}${NBSP}%`;
  }
  const isWhole = percent === 0 || percent === 100;
  return `${number(percent, isWhole ? 0 : digits, { isFixed: true })}${NBSP}%`;
}

/** Đồng in tỷ and triệu: 1.4e9 -> "1,4 tỷ đồng". */
export function money(vnd) {
  if (!isNumber(vnd)) {
    return t("number_unknown");
  }
  const size = Math.abs(vnd);
  if (size >= 999.5 * MILLION) {
    return t("money_billion", { value: number(vnd / BILLION, size < 100 * BILLION ? 1 : 0) });
  }
  if (size >= MILLION) {
    return t("money_million", { value: number(vnd / MILLION, size < 100 * MILLION ? 1 : 0) });
  }
  return t("money_dong", { value: number(vnd) });
}

/** 2100 -> "2,1 km"; 490 -> "490 m". */
export function length(metres) {
  if (!isNumber(metres)) {
    return t("number_unknown");
  }
  return Math.abs(metres) >= KILOMETRE_M - 0.5
    ? `${number(metres / KILOMETRE_M, 1)}${NBSP}km`
    : `${number(metres)}${NBSP}m`;
}

/** 42822000 -> "42,8 km²"; below a square kilometre in hectares. */
export function area(m2) {
  if (!isNumber(m2)) {
    return t("number_unknown");
  }
  const km2 = m2 / M2_PER_KM2;
  return km2 >= 1
    ? `${number(km2, km2 < 100 ? 1 : 0)}${NBSP}km²`
    : `${number(km2 * HECTARES_PER_KM2, 1)}${NBSP}ha`;
}

export function dbm(value) {
  return isNumber(value) ? `${number(value)}${NBSP}dBm` : t("number_unknown");
}

/** "2026-01-31" -> "31/01/2026"; text that is no date is shown as it is. */
export function date(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : String(iso ?? "");
}

const PLACES = [
  ["word", (element, text) => (element.textContent = text)],
  ["wordLabel", (element, text) => element.setAttribute("aria-label", text)],
  ["wordTitle", (element, text) => element.setAttribute("title", text)],
  ["wordPlaceholder", (element, text) => element.setAttribute("placeholder", text)],
];

/** Fill every element below `root` that names a word: data-word, data-word-label,
data-word-title, data-word-placeholder. */
export function localise(root = document) {
  for (const [place, put] of PLACES) {
    const attribute = `data-${place.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      put(element, t(element.dataset[place]));
    }
  }
}
