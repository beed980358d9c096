// What can be asked before the map's own code has arrived? Words, and what the service knows.

import { load } from "./meta.js";
import { get } from "./state.js";
import { load as loadWords } from "./words.js";

const { technology, operator, environment, level, year } = get();

/** Resolves when words and facts are there. */
export const early = Promise.all([
  loadWords(),
  load({ technology, operator, environment, level, year: year || "" }),
]);
early.catch(() => undefined); // main.js tells it
