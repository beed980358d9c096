// How are elements made without writing markup as text?

/** Make an element: `class`, `id`, `data-…`, `aria-…`, properties, and `on: {click: fn}`. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children);
}

/** Make an SVG element, with the same attributes as `h`. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return fill(element, attributes, children);
}

/** Return the element of this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Take all children out. */
export function clear(element) {
  element.replaceChildren();
  return element;
}

/** Say a text to those who hear the page. */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  window.setTimeout(() => {
    live.textContent = text;
  }, 60);
}

function fill(element, attributes, children) {
  const { value: last, ...first } = attributes;
  for (const [name, value] of Object.entries({ ...first, value: last })) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [kind, listener] of Object.entries(value)) {
        element.addEventListener(kind, listener);
      }
    } else if (name === "value" || name === "checked" || name === "selected") {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}
