// What is told when something fails, and what can be done next?

import { byId, clear, h } from "./dom.js";
import { pick, t } from "./words.js";

/** Tell a problem in one line on top, with what to do about it. */
export function showProblem(error) {
  if (error?.name === "AbortError") return;
  const place = byId("problem");
  clear(place).append(
    h("span", {}, sentence(error)),
    h("button", { type: "button", class: "button button-quiet", on: { click: () => window.location.reload() } }, t("shell_again")),
    h("button", { type: "button", class: "button button-quiet", on: { click: hideProblem } }, t("shell_close")),
  );
  place.hidden = false;
}

/** Take the line away. */
export function hideProblem() {
  byId("problem").hidden = true;
}

/** Return a problem as one sentence in the language of the page. */
export function sentence(error) {
  const status = error?.status ?? 0;
  if (status === 503) return `${t("error_busy")} ${pick(error.detail)}`;
  if (status === 404) return `${t("error_missing")} ${pick(error.detail)}`;
  if (status >= 400) return `${t("error_status", { status: String(status) })} ${pick(error.detail)}`;
  if (error?.title === "offline") return t("error_offline");
  return `${t("error_page")} ${error?.message ?? ""}`;
}
