// <keep-module> offers to keep a theme on this phone, and says when it is kept.
import { drop, keep } from "../lib/copies.js";
import { get } from "../lib/phone.js";

customElements.define("keep-module", class extends HTMLElement {
  async connectedCallback() {
    if (!("serviceWorker" in navigator) || !window.caches || !window.indexedDB) return;
    this.words = JSON.parse(this.dataset.words);
    [this.button, this.text] = [this.querySelector("button"), this.querySelector("[data-text]")];
    this.button.addEventListener("click", () => this.turn());
    this.hidden = false;
    this.show(await get("kept", this.dataset.theme).catch(() => null));
  }

  async turn() {
    this.button.disabled = true;
    try {
      if (this.kept) await drop(this.dataset.theme);
      else {
        await this.answering();
        await keep(this.dataset.theme, this.dataset.pack, (share) => { this.text.textContent = this.words.working.replace("{share}", share); });
        if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      }
      this.show(await get("kept", this.dataset.theme));
    } catch {
      await drop(this.dataset.theme).catch(() => {});
      this.show(null);
      this.text.textContent = this.words.failed;
    }
    this.button.disabled = false;
  }

  // From now on a script answers for the kept pages where there is no network.
  async answering() {
    const { worker, home } = document.querySelector("phone-status").dataset;
    await navigator.serviceWorker.register(worker, { scope: home });
    await navigator.serviceWorker.ready;
  }

  show(kept) {
    this.kept = kept;
    this.button.textContent = kept ? this.words.drop : this.words.keep;
    this.text.textContent = kept ? this.words.kept.replace("{size}", Math.ceil(kept.bytes / 1000)) : "";
  }
});
