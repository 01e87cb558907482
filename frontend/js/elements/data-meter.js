// <data-meter> says how much of the month's data our pages took on this device. Importing it counts.
import { recall, remember } from "../lib/choices.js";

const LANGUAGE = document.documentElement.lang;

function month() {
  const today = new Date();
  return `${today.getFullYear()}-${today.getMonth() + 1}`;
}

function used() {
  try {
    const kept = JSON.parse(recall("data"));
    return kept.month === month() ? kept.bytes : 0;
  } catch {
    return 0;
  }
}

// Pages that the kept modules' script let through are told unpacked: on the line they are about a third.
const PACKED = 3;

function count(entries) {
  let bytes = 0;
  for (const entry of entries) {
    const isPage = entry.entryType === "navigation";
    if (isPage && document.documentElement.dataset.copied) continue;
    bytes += isPage && entry.workerStart ? Math.round(entry.transferSize / PACKED) : entry.transferSize;
  }
  if (!bytes) return;
  remember("data", JSON.stringify({ month: month(), bytes: used() + bytes }));
  dispatchEvent(new Event("pegup-data"));
}

const measures = window.PerformanceObserver && window.PerformanceResourceTiming && "transferSize" in PerformanceResourceTiming.prototype;
if (measures) {
  new PerformanceObserver((list) => count(list.getEntries())).observe({ type: "resource", buffered: true });
  // The page itself once it has come whole; an observer would tell it twice.
  const whole = () => setTimeout(() => count(performance.getEntriesByType("navigation")));
  if (document.readyState === "complete") whole();
  else addEventListener("load", whole);
}

customElements.define("data-meter", class extends HTMLElement {
  connectedCallback() {
    this.hidden = !measures;
    addEventListener("pegup-data", () => this.show());
    this.show();
  }

  show() {
    const kilobytes = Math.ceil(used() / 1000);
    const size = kilobytes < 1000 ? `${kilobytes} kB` : `${(kilobytes / 1000).toLocaleString(LANGUAGE, { maximumFractionDigits: 1 })} MB`;
    const name = new Date().toLocaleDateString(LANGUAGE, { month: "long" });
    this.querySelector("[data-text]").textContent = this.dataset.words.replace("{month}", name).replace("{size}", size);
  }
});
