// <phone-status> stands at the end of every page of somebody signed in: says what waits on this phone,
// sends it when it can, and lets nobody sign out over unsent work without a word.
import { forgetPlaces } from "../lib/choices.js";
import { KEPT } from "../lib/copies.js";
import { note, send } from "../lib/outbox.js";
import { all, forget, get, put } from "../lib/phone.js";
import { filesOf } from "../lib/unsaved.js";

const FIRST_WAIT = 5000;
const LONGEST_WAIT = 120000;

class PhoneStatus extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.person = this.dataset.person || document.querySelector(".who [data-person]").dataset.person;
    this.wait = FIRST_WAIT;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    document.addEventListener("submit", (event) => this.leave(event));
    this.ready = this.settle().catch(() => {});
    this.ready.then(() => this.send());
    this.renew().catch(() => {});
  }

  // A phone that went from hand to hand shows nobody another's pages; unsent work waits for its owner.
  async settle() {
    const owner = await get("about", "owner");
    if (owner && owner.person !== this.person) await this.clean();
    await put("about", { key: "owner", person: this.person });
  }

  async note(item) {
    await this.ready;
    await note(this.person, item);
    this.tell();
    this.send();
    this.later().catch(() => {});
  }

  async send() {
    clearTimeout(this.timer);
    const waited = this.mine(await all("unsent").catch(() => [])).length;
    this.state = await send(this.person, this.dataset.outbox).catch(() => "waiting");
    this.delivered = this.delivered || (waited && this.state === "empty");
    this.tell();
    if (this.state !== "waiting") {
      this.wait = FIRST_WAIT;
      return this.state;
    }
    this.timer = setTimeout(() => this.send(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return this.state;
  }

  mine(items) {
    return items.filter(({ person }) => person === this.person);
  }

  // Of another's work on this phone it is told that it waits, where nothing of one's own does.
  async tell() {
    const unsent = await all("unsent").catch(() => []);
    const mine = this.mine(unsent);
    this.waiting = mine.length;
    const stored = (await all("stored").catch(() => [])).filter(({ outcome }) => outcome === "stored");
    const copied = document.documentElement.dataset.copied;
    const lines = [];
    if (copied) lines.push(this.words.copy.replace("{when}", new Date(Number(copied)).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })));
    if (unsent.length) lines.push(this.counted("unsent", mine.length || unsent.length));
    if (stored.length) lines.push(this.counted("stored", stored.length).replace("{time}", stored[stored.length - 1].time));
    if (mine.length && this.state === "signed-out") lines.push(this.words.signIn);
    if (unsent.length && (!mine.length || this.state === "other-person")) lines.push(this.words.other);
    const box = this.querySelector("p");
    box.querySelector("span").textContent = lines.join(" ");
    box.hidden = !unsent.length && !copied && !this.delivered;
    dispatchEvent(new CustomEvent("pegup-outbox", { detail: { unsent, stored: await all("stored").catch(() => []), state: this.state } }));
  }

  counted(name, number) {
    return (number === 1 ? this.words[name][0] : this.words[name][1]).replace("{n}", number);
  }

  // Signing out waits for nothing where nothing is unsent: who taps and puts the phone away is out.
  leave(event) {
    const form = event.target.closest("[data-sign-out]");
    if (!form || form.dataset.sure) return;
    const writes = filesOf(this.person).length;
    if (this.waiting === 0 && !writes) {
      this.clean().catch(() => {});
      return;
    }
    event.preventDefault();
    this.tell().then(() => {
      if (this.waiting || writes) location.href = `${this.dataset.phone}#sign-out`;
      else this.clean().catch(() => {}).then(() => form.submit());
    });
  }

  async clean() {
    forgetPlaces();
    if (window.caches) await caches.delete(KEPT);
    await forget();
  }

  // Where modules are kept, the offline page is in the language and with the name of who reads here.
  async renew() {
    const known = "serviceWorker" in navigator && (await navigator.serviceWorker.getRegistration(this.dataset.home));
    if (!known || !known.active) return;
    const shown = `${this.person} ${document.documentElement.lang}`;
    const before = await get("about", "shell");
    if (!before || before.shown !== shown) known.active.postMessage("renew");
    await put("about", { key: "shell", shown });
  }

  // Sent also when this page is closed by then, where the browser can do that.
  async later() {
    const known = "serviceWorker" in navigator && (await navigator.serviceWorker.getRegistration(this.dataset.home));
    if (known && known.sync) await known.sync.register("outbox");
  }
}

customElements.define("phone-status", PhoneStatus);
