// What does the card say about the place that is chosen, and how does it open and close?

import { Problem } from "./api.js";
import { communeCard } from "./card_commune.js";
import { section } from "./card_parts.js";
import { gapCard, siteCard, villageCard } from "./card_place.js";
import { linkCard, proposalCard } from "./card_plan.js";
import { pointCard } from "./card_point.js";
import { announce, byId, h } from "./dom.js";
import { emit, listen } from "./events.js";
import { get, on, parseSelection, set } from "./state.js";
import { t } from "./words.js";

const CARDS = {
  commune: communeCard,
  village: villageCard,
  site: siteCard,
  gap: gapCard,
  proposal: proposalCard,
  link: linkCard,
  point: pointCard,
};
const CHOICES = ["technology", "operator", "environment", "level", "year"];
const WAIT_MS = 120;

let pane = null;
let asked = null;
let opener = null;
let waiting = 0;

/** Show the card of what the address selects; follow the selection and the choices. */
export function start() {
  pane = byId("card");
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });
  on("selection", () => select());
  on("panel", () => draw({ focus: false }));
  on(CHOICES, () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => draw({ focus: false }), WAIT_MS);
  });
  listen("language", () => draw({ focus: false }));
  draw({ focus: false });
}

/** Close the card and give the focus back to where it came from. */
export function close() {
  set({ selection: "" }, { push: true });
}

function select() {
  if (get().selection === "") {
    hide();
    return;
  }
  if (pane.hidden) {
    const now = document.activeElement;
    opener = now && now !== document.body ? now : null;
  }
  draw({ focus: true });
}

function hide() {
  asked?.abort();
  const held = pane.contains(document.activeElement);
  pane.hidden = true;
  pane.replaceChildren();
  if (held) {
    const back = opener?.isConnected ? opener : document.querySelector("#map canvas");
    back?.focus();
  }
  opener = null;
}

/** Ask for what the card says and lay it out; an older question is dropped. */
async function draw({ focus }) {
  window.clearTimeout(waiting);
  const chosen = parseSelection(get().selection);
  // The panel for trying out masts takes the place of the card while it is open.
  if (chosen === null || !(chosen.kind in CARDS) || get().panel === "whatif") {
    if (!pane.hidden) {
      hide();
    }
    return;
  }
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const scroll = focus ? 0 : pane.scrollTop;
  open(focus);
  try {
    const parts = await CARDS[chosen.kind](chosen, { state: get(), signal });
    if (!signal.aborted) {
      lay(parts, { focus, scroll });
    }
  } catch (error) {
    if (!signal.aborted) {
      lay(refusal(error, () => draw({ focus: true })), { focus, scroll });
    }
  }
}

function open(focus) {
  pane.hidden = false;
  pane.setAttribute("aria-busy", "true");
  if (focus || pane.childElementCount === 0) {
    const title = h("h2", { id: "card-title", tabindex: "-1" }, t("card_loading"));
    pane.replaceChildren(closeButton(), h("header", { class: "card-head" }, title), waitingLines());
    if (focus) {
      title.focus({ preventScroll: true });
    }
  }
}

function lay(parts, { focus, scroll }) {
  const held = pane.contains(document.activeElement);
  pane.removeAttribute("aria-busy");
  pane.replaceChildren(closeButton(), ...parts.filter(Boolean));
  pane.scrollTop = scroll;
  const title = byId("card-title");
  if (focus || held) {
    title.focus({ preventScroll: true });
  }
  if (focus) {
    announce(title.textContent);
  }
  emit("card:drawn", { selection: get().selection });
}

function closeButton() {
  const label = t("card_close");
  return h(
    "button",
    { type: "button", class: "pane-close", "aria-label": label, title: label, on: { click: close } },
    h("span", { "aria-hidden": "true" }, "×"),
  );
}

function waitingLines() {
  return h("div", { class: "card-wait", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

/** Say what is wrong and what to do about it. */
function refusal(error, again) {
  if (!(error instanceof Problem)) {
    throw error;
  }
  const missing = error.status === 404;
  const advice = missing ? t("card_missing") : t("card_trouble");
  return [
    h(
      "header",
      { class: "card-head" },
      h("h2", { id: "card-title", tabindex: "-1" }, t(missing ? "card_not_found" : "card_failed")),
    ),
    h("p", { role: "alert" }, advice),
    missing
      ? ""
      : h("button", { type: "button", class: "button", on: { click: again } }, t("card_again")),
    error.detail && error.title !== "offline"
      ? section(t("card_service_says"), h("p", { class: "card-detail", lang: "en" }, error.detail))
      : "",
  ];
}
