// <lesson-read> holds the button "Ya la leí": kept on the phone first, so that it counts without a network.
import { all, remove } from "../lib/phone.js";

customElements.define("lesson-read", class extends HTMLElement {
  connectedCallback() {
    const status = document.querySelector("phone-status");
    const form = this.querySelector("form");
    if (!status || !form || !window.indexedDB) return;
    const { course, lesson } = this.dataset;
    this.key = `read/${status.person}/${course}/${lesson}`;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.querySelector("button").disabled = true;
      this.say(this.dataset.waiting);
      try {
        await status.note({ key: this.key, kind: "read", data: { course, lesson }, label: document.querySelector("h1").textContent });
      } catch {
        form.submit();
      }
    });
    addEventListener("pegup-outbox", ({ detail }) => this.show(detail));
    this.recall().catch(() => {});
  }

  async recall() {
    if (!document.documentElement.dataset.copied) await remove("stored", this.key);
    this.show({ unsent: await all("unsent"), stored: await all("stored") });
  }

  show({ unsent, stored }) {
    const waits = unsent.some(({ key }) => key === this.key);
    const done = stored.find(({ key }) => key === this.key);
    if (!waits && !done) return;
    this.querySelector("button").disabled = true;
    this.say(waits ? this.dataset.waiting : (this.dataset[done.outcome] || this.dataset.refused).replace("{time}", done.time));
  }

  say(words) {
    const place = this.querySelector("[data-text]");
    if (place.textContent !== words) place.textContent = words;
  }
});
