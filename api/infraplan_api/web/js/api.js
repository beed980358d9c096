// How does the page ask its service, and what does it hear when something is wrong?

const BASE = new URL("v1/", document.baseURI);
const TIMEOUT_MS = 30000;

let busy = 0;

/** A fault told by the service (RFC 9457) or met on the way to it. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", body = null, retryAfter = null }) {
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.body = body;
    this.remedy = body?.remedy ?? "";
    this.retryAfter = retryAfter;
  }
}

/** Return the absolute address of a path under /v1; empty parts of the query are left out. */
export function url(path, query = {}) {
  const address = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      address.searchParams.set(name, value);
    }
  }
  return address.href;
}

/** Return the address of tiles, with its {z}, {x} and {y} left open. */
export function tileUrl(path, query = {}) {
  return url(path.replaceAll("{", "%7B").replaceAll("}", "%7D"), query)
    .replaceAll("%257B", "{")
    .replaceAll("%257D", "}")
    .replaceAll("%7B", "{")
    .replaceAll("%7D", "}");
}

/** Ask for JSON. */
export function getJson(path, query = {}, { signal, headers = {} } = {}) {
  return ask(url(path, query), { method: "GET", signal, headers });
}

/** Send JSON and return what comes back. */
export function sendJson(path, body, { signal, headers = {}, method = "POST", query = {} } = {}) {
  return ask(url(path, query), {
    method,
    signal,
    headers: { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** Count what is on its way; the thin line on top is seen while there is something. */
export function loading(step) {
  busy = Math.max(0, busy + step);
  document.documentElement.classList.toggle("is-loading", busy > 0);
}

async function ask(address, options) {
  loading(1);
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await fetch(address, {
      ...options,
      signal,
      credentials: "same-origin",
      headers: { Accept: "application/json, application/geo+json;q=0.9", ...options.headers },
    });
    return await read(response);
  } catch (error) {
    if (error instanceof Problem || options.signal?.aborted) throw error;
    throw new Problem({ title: "offline", detail: String(error.message ?? error) });
  } finally {
    loading(-1);
  }
}

async function read(response) {
  const text = await response.text();
  let body = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    body = null;
  }
  if (response.ok) return body;
  throw new Problem({
    status: response.status,
    title: body?.title ?? response.statusText,
    detail: body?.detail ?? "",
    body,
    retryAfter: Number(response.headers.get("Retry-After")) || null,
  });
}
