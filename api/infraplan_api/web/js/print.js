// How is the view printed, or kept as a picture?

import { byId, clear, h } from "./dom.js";
import { meta } from "./meta.js";
import { pictureOfView } from "./picture.js";
import { t } from "./words.js";

/** Let the button open what can be done, and make the sheet that a printer gets. */
export function start() {
  byId("open-print").addEventListener("click", open);
  window.addEventListener("beforeprint", () => {
    if (!byId("sheet").hasChildNodes()) fill();
  });
  window.addEventListener("afterprint", () => clear(byId("sheet")));
}

function open() {
  const dialog = byId("print");
  const close = () => dialog.close();
  clear(dialog).append(
    h(
      "div",
      { class: "pane-head" },
      h("h2", { id: "print-title" }, t("print_title")),
      h("button", { type: "button", class: "pane-close", "aria-label": t("shell_close"), on: { click: close } }, "×"),
    ),
    h("p", { class: "note" }, t("print_note")),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "button", id: "print-now", on: { click: () => printed(close) } }, t("print_now")),
      h("button", { type: "button", class: "button button-quiet", id: "print-png", on: { click: () => saved(close) } }, t("print_png")),
      h("button", { type: "button", class: "button button-quiet", id: "print-link", on: { click: copied } }, t("print_link")),
    ),
    h("p", { class: "note", id: "print-said", role: "status" }),
  );
  dialog.showModal();
}

async function printed(close) {
  close();
  await fill();
  window.print();
}

async function fill() {
  const canvas = await pictureOfView();
  const picture = h("img", { alt: t("print_title"), src: canvas.toDataURL("image/png") });
  clear(byId("sheet")).append(picture);
  await picture.decode();
}

async function saved(close) {
  const canvas = await pictureOfView();
  const blob = await new Promise((done) => {
    canvas.toBlob(done, "image/png");
  });
  const href = URL.createObjectURL(blob);
  h("a", { href, download: `${meta.study.id || "map"}.png` }).click();
  window.setTimeout(() => URL.revokeObjectURL(href), 10000);
  close();
}

async function copied() {
  try {
    await navigator.clipboard.writeText(window.location.href);
    byId("print-said").textContent = t("print_copied");
  } catch {
    byId("print-said").textContent = window.location.href;
  }
}
