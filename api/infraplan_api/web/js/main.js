// In which order does the page start, and what is told when it cannot?

import * as about from "./about.js";
import * as api from "./api.js";
import * as card from "./card.js";
import * as choices from "./choices.js";
import * as compare from "./compare.js";
import { early } from "./early.js";
import * as events from "./events.js";
import * as legend from "./legend.js";
import * as map from "./map.js";
import { meta } from "./meta.js";
import * as numbers from "./numbers.js";
import * as print from "./print.js";
import { showProblem } from "./problems.js";
import * as search from "./search.js";
import * as shell from "./shell.js";
import * as state from "./state.js";
import * as whatif from "./whatif.js";
import * as words from "./words.js";

async function start() {
  await early;
  fitState();
  shell.start();
  const context = { state, api, meta, map, words, events };
  choices.start();
  numbers.start();
  legend.start();
  search.start(context);
  const drawn = map.start();
  for (const part of [print, card, about]) part.start(context);
  await drawn;
  compare.start();
  whatif.start(context);
  if (meta.first === null) showProblem(meta.problems[0]);
  document.documentElement.classList.add("is-ready");
}

/** Hold the state to what the service has. */
function fitState() {
  if (!meta.first) return;
  state.fit({
    defaults: { technology: meta.technology, year: meta.baseYear },
    allowed: {
      technology: meta.technologies,
      operator: ["any", ...meta.operators],
      environment: meta.environments,
      year: meta.years,
    },
  });
}

start().catch(showProblem);
