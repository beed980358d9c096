// What happens on the page that is no state? A small bus: emit and listen.

const bus = new EventTarget();

/** Tell all who listen to this name. */
export function emit(name, detail = {}) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Call `listener(detail)` each time the name is told; return what ends it. */
export function listen(name, listener) {
  const heard = (event) => listener(event.detail);
  bus.addEventListener(name, heard);
  return () => bus.removeEventListener(name, heard);
}
