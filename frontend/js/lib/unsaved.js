// Texts that never reached the site, the newest last: on this device alone, each under its file and person.
const KEPT = "pegup-unsaved:";
const MOST = 3;

export function keptTexts(key) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT + key)) || [];
    return Array.isArray(found) ? found : [found.text]; // as it was kept once
  } catch {
    return [];
  }
}

// A full or forbidden store keeps nothing; the page still asks before it is left.
export function keepTexts(key, texts) {
  try {
    if (texts.length) localStorage.setItem(KEPT + key, JSON.stringify(texts.slice(-MOST)));
    else localStorage.removeItem(KEPT + key);
  } catch {
    // See above.
  }
}
