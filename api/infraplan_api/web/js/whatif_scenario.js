// What is a scenario, how is it kept in this browser, and how does it travel as a file?
//
// A scenario is {id, name, masts}; a mast is what the service is asked about, with a name:
// {key, name, lon, lat, height_m, operator, band, host_site_id}.

const STORE = "infraplan.scenarios";
const KIND = "infraplan-scenario";
const SEPARATOR = ",";
const BOM = "\ufeff";
export const MOST_MASTS = 20;
export const HEIGHT_M = { least: 5, most: 150, usual: 42 };

/** Read all scenarios of this browser; what cannot be read is left aside. */
export function readAll() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(kept) ? kept.map(checked).filter(Boolean) : [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) {
      return [];
    }
    throw error;
  }
}

/** Keep all scenarios; false where the browser does not let the page keep anything. */
export function keepAll(scenarios) {
  try {
    window.localStorage.setItem(STORE, JSON.stringify(scenarios));
    return true;
  } catch (error) {
    if (error instanceof DOMException) {
      return false;
    }
    throw error;
  }
}

/** Make an empty scenario whose id none of the others has. */
export function fresh(name, others) {
  return { id: freeName("s", others.map((scenario) => scenario.id)), name, masts: [] };
}

/** Return the first of m1, m2, … that is not taken. */
export function freeName(letter, taken) {
  let number = 1;
  while (taken.includes(`${letter}${number}`)) {
    number += 1;
  }
  return `${letter}${number}`;
}

/** Return a height within the limits. */
export function legalHeight(height_m) {
  return Math.min(Math.max(height_m, HEIGHT_M.least), HEIGHT_M.most);
}

/** What the service is asked about a mast. */
export function inputOf(mast) {
  const { lon, lat, height_m, operator, band, host_site_id } = mast;
  const input = { lon, lat, height_m, operator, band };
  return host_site_id ? { ...input, host_site_id } : input;
}

/** Return a scenario read from a file, null where it is none: our JSON or GeoJSON. */
export function fromFile(text) {
  let content = null;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
  if (content?.type === "FeatureCollection" && Array.isArray(content.features)) {
    const points = content.features.filter((feature) => feature?.geometry?.type === "Point");
    const masts = points.map((feature) => {
      const [lon, lat] = feature.geometry.coordinates;
      return { ...feature.properties, lon, lat };
    });
    return checked({ id: "file", name: content.name, masts });
  }
  return content?.kind === KIND ? checked({ ...content, id: "file" }) : null;
}

/** Return the scenario with known fields only, null where it has no legal mast or shape. */
function checked(scenario) {
  if (!Array.isArray(scenario?.masts) || typeof scenario.id !== "string") {
    return null;
  }
  const masts = scenario.masts.slice(0, MOST_MASTS).map(checkedMast).filter(Boolean);
  if (masts.length < scenario.masts.length) {
    return null;
  }
  const keys = [];
  for (const mast of masts) {
    const taken = typeof mast.key !== "string" || keys.includes(mast.key);
    mast.key = taken ? freeName("m", keys) : mast.key;
    keys.push(mast.key);
  }
  return { id: scenario.id, name: String(scenario.name ?? "").slice(0, 80), masts };
}

function checkedMast(mast) {
  const { key, name, lon, lat, height_m: height, operator, band, host_site_id: host } = mast ?? {};
  const numbers = [lon, lat, height].every((value) => Number.isFinite(value));
  const isThere = numbers && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  const isHigh = height >= HEIGHT_M.least && height <= HEIGHT_M.most;
  const texts = [operator, band].every((text) => typeof text === "string" && text.length <= 64);
  if (!isThere || !isHigh || !texts) {
    return null;
  }
  const host_site_id = typeof host === "string" && host !== "" ? host : null;
  return { key, name: String(name ?? "").slice(0, 80), lon, lat, height_m: height, operator, band,
    host_site_id };
}

/** The scenario as JSON that can be loaded back, with the answers beside it. */
export function asJson(scenario, answers, asked) {
  const masts = scenario.masts.map((mast) => ({ ...mast, result: figures(answers[mast.key]) }));
  return JSON.stringify({ kind: KIND, name: scenario.name, asked, masts }, null, 2);
}

/** Masts as points and their links as lines, with the figures as properties. */
export function asGeoJson(scenario, answers) {
  const points = scenario.masts.map((mast) => {
    const { lon, lat, ...properties } = mast;
    return {
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties: { ...properties, ...figures(answers[mast.key]) },
    };
  });
  const lines = scenario.masts
    .map((mast) => ({ mast, link: answers[mast.key]?.link }))
    .filter(({ link }) => link?.geometry)
    .map(({ mast, link }) => ({
      type: "Feature",
      geometry: link.geometry,
      properties: { mast: mast.key, medium: link.medium, length_m: link.length_m,
        capex_vnd: link.capex_vnd },
    }));
  const collection = { type: "FeatureCollection", name: scenario.name };
  return JSON.stringify({ ...collection, features: [...points, ...lines] }, null, 2);
}

/** One line per mast, for a spreadsheet. */
export function asCsv(scenario, answers) {
  const rows = scenario.masts.map((mast) => ({ ...mast, ...figures(answers[mast.key]) }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return BOM + lines.map((line) => line.map(cell).join(SEPARATOR)).join("\r\n") + "\r\n";
}

/** Quote where needed; a text that a spreadsheet would take for a formula is kept a text. */
function cell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The figures of an answer that go into files; nothing where the mast was not yet counted. */
function figures(answer) {
  if (!answer) {
    return {};
  }
  const { environment, gains, link, cost } = answer;
  const any = gains.find((gain) => gain.operator === "any" && gain.environment === environment);
  return {
    environment,
    level: answer.level,
    people_gained: any?.people_gained ?? null,
    villages_gained: any?.villages_gained ?? null,
    area_gained_m2: any?.area_gained_m2 ?? null,
    people_served: any?.people_served ?? null,
    commune_code: answer.commune,
    commune_name: answer.commune_name,
    link_medium: link?.medium ?? null,
    link_length_m: link?.length_m ?? null,
    capex_vnd: cost.capex_vnd,
    opex_vnd_year: cost.opex_vnd_year,
  };
}
