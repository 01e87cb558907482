// Texts that never reached the site, the newest last: on this device alone, under whose they are and which file.
const KEPT = "pegup-unsaved:";
const MOST = 3;

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key)) || {};
    return found.text ? { texts: [found.text] } : found; // as it was kept once
  } catch {
    return {};
  }
}

const keysOf = (person) => {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(`${KEPT}${person}/`)); } catch { return []; } // forbidden
};

export const keptTexts = (name) => read(KEPT + name).texts || [];

// A full or forbidden store keeps nothing; the page still asks before it is left.
export function keepTexts(name, texts) {
  const kept = { texts: texts.slice(-MOST), title: document.querySelector("h1").textContent, address: location.pathname };
  try {
    if (texts.length) localStorage.setItem(KEPT + name, JSON.stringify(kept));
    else localStorage.removeItem(KEPT + name);
  } catch {
    // See above.
  }
}

// Files with such texts of one person, as { title, address }.
export const filesOf = (person) => keysOf(person).map(read).filter(({ address }) => address);

export const forgetTextsOf = (person) => keysOf(person).forEach((key) => localStorage.removeItem(key));
