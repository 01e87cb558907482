// What a person chose on this device. A full or forbidden store: the choice holds for this page alone.
export function remember(name, value) {
  try {
    localStorage.setItem(`pegup-${name}`, value);
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
