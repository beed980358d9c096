// What belongs to the frame of the page: title, language, badge, buttons of the panes?

import { byId, clear, h } from "./dom.js";
import { emit } from "./events.js";
import { meta } from "./meta.js";
import { get, on, set } from "./state.js";
import { getMap } from "./view.js";
import { half, localise, pick, t } from "./words.js";

/** Label the frame in the language of the state and let its buttons work. */
export function start() {
  on("language", label);
  on("panel", press);
  byId("language").addEventListener("click", () => {
    set({ language: get().language === "vi" ? "en" : "vi" }, { push: true });
  });
  for (const panel of ["about", "whatif"]) {
    byId(`open-${panel}`).addEventListener("click", () => {
      set({ panel: get().panel === panel ? "" : panel }, { push: true });
    });
  }
  byId("basis").addEventListener("click", () => set({ panel: "about" }, { push: true }));
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    getMap()?.getCanvas().focus();
  });
  label();
  press(get());
}

function label() {
  const { language } = get();
  document.documentElement.lang = language;
  localise();
  const study = pick(meta.study.title);
  byId("title").textContent = study || t("shell_title");
  document.title = study ? `${study} – ${t("shell_title")}` : t("shell_title");
  labelSwitch(language === "vi" ? ["en", "English"] : ["vi", "Tiếng Việt"]);
  const basis = byId("basis");
  basis.hidden = !meta.basis;
  basis.textContent = t("shell_basis");
  basis.title = half(meta.basis);
  getMap()?.getCanvas().setAttribute("aria-label", t("map_title"));
  emit("language", { language });
}

/** Write the other language's name on its button, its two letters where there is little room. */
function labelSwitch([code, name]) {
  const button = byId("language");
  button.lang = code;
  button.setAttribute("aria-label", name);
  clear(button).append(h("span", { class: "long" }, name), h("span", { class: "short" }, code.toUpperCase()));
}

function press({ panel }) {
  byId("open-whatif").setAttribute("aria-expanded", String(panel === "whatif"));
  byId("open-whatif").classList.toggle("is-on", panel === "whatif");
}
