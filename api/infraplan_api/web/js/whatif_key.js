// Where is the planner's key kept? In this tab only, until it is closed.

const STORE = "infraplan.key";
let held = "";

export function key() {
  return held || read();
}

export function keep(text) {
  held = text.trim();
  try {
    window.sessionStorage.setItem(STORE, held);
  } catch (error) {
    if (!(error instanceof DOMException)) {
      throw error;
    }
  }
}

export function forget() {
  held = "";
  try {
    window.sessionStorage.removeItem(STORE);
  } catch (error) {
    if (!(error instanceof DOMException)) {
      throw error;
    }
  }
}

function read() {
  try {
    return window.sessionStorage.getItem(STORE) ?? "";
  } catch (error) {
    if (error instanceof DOMException) {
      return "";
    }
    throw error;
  }
}
