// <phone-contents> lists what this phone keeps and what it has not sent, on the page for that.
import { drop } from "../lib/copies.js";
import { all, put, remove } from "../lib/phone.js";
import { filesOf, forgetTextsOf } from "../lib/unsaved.js";

const FORMAT = "pegup-unsent-1";

customElements.define("phone-contents", class extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.status = document.querySelector("phone-status");
    this.person = this.status && this.status.person;
    this.on("[data-send]", "click", () => this.status ? this.status.send() : location.reload());
    this.on("[data-save]", "click", () => this.save());
    this.on("[data-load]", "change", ({ target }) => this.load(target));
    this.on("[data-sure]", "submit", (event) => this.leave(event));
    addEventListener("pegup-outbox", () => this.show());
    this.show().catch(() => this.say(this.words.nothing));
  }

  on(selector, event, act) {
    for (const found of this.querySelectorAll(selector)) found.addEventListener(event, act);
  }

  async show() {
    const waits = { kept: await all("kept"), unsent: await all("unsent"), texts: filesOf(this.person) };
    const { kept, unsent, texts } = waits;
    waits.work = [...unsent, ...texts];
    this.list("[data-kept]", kept, (module) => this.words.size.replace("{title}", module.title).replace("{size}", Math.ceil(module.bytes / 1000)), this.words.drop, ({ key }) => drop(key));
    this.list("[data-unsent]", unsent, (item) => item.label + (item.refused ? ` · ${this.words.refused}` : ""), null);
    this.list("[data-texts]", texts, ({ title }) => title, null);
    for (const part of this.querySelectorAll("[data-if]")) part.hidden = !waits[part.dataset.if].length;
    for (const part of this.querySelectorAll("[data-unless]")) part.hidden = !!waits[part.dataset.unless].length;
    const leaving = this.querySelector("[data-leaving]");
    const waitsHere = texts.length || unsent.some(({ person }) => person === this.person);
    if (leaving) leaving.hidden = location.hash !== "#sign-out" || !waitsHere;
    this.hidden = false;
  }

  list(selector, items, words, label, act) {
    const place = this.querySelector(selector);
    place.textContent = "";
    for (const item of items) {
      const line = document.createElement("li");
      const text = item.address ? document.createElement("a") : line;
      text.textContent = words(item);
      if (item.address) line.append(Object.assign(text, { href: item.address }));
      if (label) {
        const button = document.createElement("button");
        button.className = "button secondary small";
        button.textContent = label;
        button.setAttribute("aria-label", `${label}: ${item.title}`);
        button.addEventListener("click", async () => { await act(item); this.show(); });
        line.append(" ", button);
      }
      place.append(line);
    }
  }

  async save() {
    const items = await all("unsent");
    const file = new Blob([JSON.stringify({ format: FORMAT, items })], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `pegup-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    this.say(this.words.saved);
  }

  // A file from another phone: each thing keeps its key, so that it counts once wherever it is sent from.
  async load(input) {
    try {
      const { format, items } = JSON.parse(await input.files[0].text());
      const known = new Map((await all("unsent")).map((item) => [item.key, item]));
      const good = items.filter((item) => [item.key, item.id, item.kind, item.person].every((part) => typeof part === "string") && Number.isFinite(item.made) && item.data);
      if (format !== FORMAT || good.length !== items.length) throw new Error("another file");
      for (const item of good) {
        const mine = known.get(item.key);
        if (!mine || mine.made < item.made) await put("unsent", { ...item, label: String(item.label || "").slice(0, 200) });
      }
      await this.show(); // first: beside "loaded" the list must not still say that nothing waits
      this.say(this.words.loaded.replace("{n}", good.length));
      if (this.status) this.status.send();
    } catch {
      this.say(this.words.unreadable);
      this.show();
    }
    input.value = "";
  }

  async leave(event) {
    event.preventDefault();
    for (const { key, person } of await all("unsent")) if (person === this.person) await remove("unsent", key);
    forgetTextsOf(this.person);
    await this.status.clean().catch(() => {});
    event.target.submit();
  }

  say(words) {
    const place = this.querySelector("[data-text]");
    place.textContent = words;
    place.hidden = false;
  }
});
