// Text of an editor that is not on the server yet: on this device alone, under whose it is and which file.
const UNSAVED = "pegup-unsaved:";

const keys = (start) => {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(start)); } catch { return []; } // forbidden
};

export function recallText(name) {
  try { return JSON.parse(localStorage.getItem(UNSAVED + name)); } catch { return null; }
}

export function keepText(name, text) {
  const kept = { text, title: document.querySelector("h1").textContent, address: location.pathname };
  try { localStorage.setItem(UNSAVED + name, JSON.stringify(kept)); } catch { /* full or forbidden */ }
}

export function forgetText(name) {
  try { localStorage.removeItem(UNSAVED + name); } catch { /* forbidden */ }
}

// What waits of one person, as { text, title, address }.
export const textsOf = (person) => keys(`${UNSAVED}${person}/`).map((key) => recallText(key.slice(UNSAVED.length))).filter(Boolean);

export const forgetTextsOf = (person) => keys(`${UNSAVED}${person}/`).forEach((key) => localStorage.removeItem(key));

// Which lessons were read here, and how far.
export const forgetPlaces = () => keys("pegup-reading:").forEach((key) => localStorage.removeItem(key));
