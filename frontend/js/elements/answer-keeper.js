// Keeps each answer on the phone as it changes, and sends it. A time is shown only for what the
// server says it stored. The form works without this.
import { all, remove } from "../lib/phone.js";

const question = (name) => name.split("-")[0];

customElements.define("answer-keeper", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.attempt = this.dataset.key;
    this.touched = new Set();
    this.status = document.querySelector("phone-status");
    if (!this.status) return;
    this.form.addEventListener("change", ({ target }) => this.keep(question(target.name)));
    this.form.addEventListener("click", ({ target }) => { this.pressed = target.closest("button") || this.pressed; });
    this.form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("pegup-outbox", ({ detail }) => this.show(detail));
    this.recall().catch(() => {});
  }

  // What this phone knows better than the page: answers that were not sent, or not yet when it was copied.
  async recall() {
    const isCopy = document.documentElement.dataset.copied;
    const stored = (await all("stored")).filter(({ data }) => data.attempt === this.attempt);
    const unsent = (await all("unsent")).filter(({ data }) => data.attempt === this.attempt);
    if (!isCopy) await Promise.all(stored.map(({ key }) => remove("stored", key)));
    for (const item of [...(isCopy ? stored : []), ...unsent]) if (item.kind === "answers") this.fill(item.data.fields);
    if (unsent.some(({ kind }) => kind === "finish")) this.close();
    this.status.tell();
  }

  fill(fields) {
    const name = fields[0][0] === "held" ? fields[0][1] : question(fields[0][0]);
    if (!name || this.touched.has(name)) return;
    const given = (control) => fields.some(([field, value]) => field === control.name && value === control.value);
    for (const control of this.controls(name)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = given(control);
      else control.value = (fields.find(([field]) => field === control.name) || [0, ""])[1];
    }
  }

  controls(name) {
    return [...this.form.elements].filter((control) => control.type !== "hidden" && control.name && question(control.name) === name);
  }

  fields(name) {
    return [...new FormData(this.form)].filter(([field, value]) => question(field) === name && value);
  }

  // A question that was cleared is sent as one whose answer this page had shown.
  async keep(name) {
    this.touched.add(name);
    const fields = this.fields(name);
    if (!fields.length) fields.push(["held", name]);
    this.say(name, this.dataset.waiting);
    const label = `${document.querySelector("h1").textContent} · ${name.slice(1)}`;
    const kept = await this.note({ key: `${this.attempt}/${name}`, kind: "answers", data: { attempt: this.attempt, fields }, label });
    if (!kept) this.say(name, this.dataset.unkept);
    return kept;
  }

  // False where this phone keeps nothing, as in a private window: then the form goes as without a script.
  async note(item) {
    try {
      await this.status.note(item);
      return true;
    } catch {
      return false;
    }
  }

  plainly(action) {
    this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: action }));
    this.form.submit();
  }

  async submit(event) {
    const action = this.pressed ? this.pressed.value : "save";
    if (!window.indexedDB) return;
    event.preventDefault();
    const names = [...this.querySelectorAll("[data-status]")].map((place) => place.dataset.status);
    const open = names.filter((name) => !this.fields(name).length);
    const asks = this.querySelector("[data-asks]");
    if (action === "submit" && open.length && asks) {
      asks.hidden = false;
      asks.querySelector("[data-open]").textContent = open.map((name) => name.slice(1)).join(", ");
      asks.scrollIntoView();
      asks.querySelector("button").focus();
      return;
    }
    if (action === "save") return this.saveAll(names);
    this.close();
    const finish = { key: `${this.attempt}/finish`, kind: "finish", data: { attempt: this.attempt }, label: document.querySelector("h1").textContent };
    if (!(await this.note(finish))) this.plainly("finish");
  }

  async saveAll(names) {
    for (const name of names) {
      if (this.fields(name).length && !(await this.keep(name))) return this.plainly("save");
    }
  }

  // Finished here: nothing is changed any more, and the result comes once the server has it.
  close() {
    this.closed = true;
    for (const button of this.form.querySelectorAll("button")) button.disabled = true;
    const note = this.querySelector("[data-closed]");
    if (note) note.hidden = false;
  }

  show({ unsent, stored }) {
    const mine = ({ data }) => data.attempt === this.attempt;
    for (const { kind, outcome, key, time } of stored.filter(mine)) {
      if (kind === "finish" && !unsent.some(mine)) return this.reopen();
      if (outcome === "finished") return this.reopen();
      if (kind === "answers") this.say(key.split("/")[1], (this.dataset[outcome] || this.dataset.refused).replace("{time}", time));
    }
    for (const { kind, key, refused } of unsent.filter(mine)) {
      if (kind === "answers") this.say(key.split("/")[1], refused ? this.dataset.refused : this.dataset.waiting);
    }
  }

  reopen() {
    if (this.reopening) return;
    this.reopening = true;
    location.reload();
  }

  say(name, words) {
    const place = this.querySelector(`[data-status="${name}"]`);
    if (place && place.textContent !== words) place.textContent = words;
  }
});
