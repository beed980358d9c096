// How is the service asked about masts, and what does a refusal mean for the planner?

import { Problem, sendJson } from "./api.js";
import { inputOf } from "./whatif_scenario.js";
import { key } from "./whatif_key.js";
import { t } from "./words.js";

const PATH = "processes/preview/execution";
const RETRY_S = 2;
const STATUSES = {
  400: "whatif_bad",
  401: "whatif_key_unknown",
  403: "whatif_key_lacks",
  404: "whatif_not_here",
  413: "whatif_bad",
  429: "whatif_busy",
  503: "whatif_not_ready",
  504: "whatif_not_ready",
};

/** Ask about these masts; each answer also says what was asked. */
export async function preview(masts, { environment, level }, signal) {
  const inputs = { masts: masts.map(inputOf), environment, level };
  const headers = { "X-API-Key": key() };
  const answer = await sendJson(PATH, { inputs }, { signal, headers });
  const asked = { environment: answer.environment, level: answer.level };
  return {
    masts: answer.masts.map((mast) => ({ ...mast, ...asked })),
    together: { ...answer.together, ...asked },
    notes: answer.notes,
    threshold_dbm: answer.threshold_dbm,
  };
}

/** What a refusal means: {text, faults, needsKey, again_s}. */
export function meaning(error) {
  if (!(error instanceof Problem)) {
    throw error;
  }
  const isLater = [429, 503, 504].includes(error.status);
  const again_s = isLater ? (error.retryAfter ?? RETRY_S) : 0;
  return {
    text: t(STATUSES[error.status] ?? "whatif_failed", { seconds: again_s }),
    faults: error.body?.faults ?? (error.status === 400 && error.detail ? [error.detail] : []),
    needsKey: error.status === 401 || error.status === 403,
    again_s,
  };
}
