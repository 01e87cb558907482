// What a person chose on this device. A full or forbidden store: the choice holds for this page alone.
export function remember(name, value) {
  try {
    localStorage.setItem(`pegup-${name}`, value);
  } catch {
    // See above.
  }
}

// Which lessons were read on this device, and how far: see <reading-position>.
export function forgetPlaces() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("pegup-reading:")) localStorage.removeItem(key);
  } catch {
    // See above.
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(`pegup-${name}`) || "";
  } catch {
    return "";
  }
}
