// Saves each answer as it changes. A tick is shown only for what the server says it stored, with
// the attempt's own key: a portal's page that answers 200 is not that. The form works without this.
const RETRY_AFTER = 5000;

customElements.define("answer-keeper", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.changed = new Set();
    this.form.addEventListener("change", ({ target }) => this.note(target.name.split("-")[0]));
    this.form.addEventListener("submit", () => this.changed.clear());
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => this.changed.size && event.preventDefault());
  }

  note(question) {
    this.changed.add(question);
    this.send();
  }

  async send() {
    if (this.sending || !this.changed.size) return;
    this.sending = true;
    const sent = [...this.changed];
    const body = new URLSearchParams(new FormData(this.form));
    body.set("action", "save");
    this.changed.clear();
    try {
      const response = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.status >= 400 && response.status < 500) return this.show(sent, this.dataset.refused);
      const answer = await response.json();
      if (answer.ack !== this.dataset.key) throw new Error("not our server");
      if (answer.done) return location.reload();
      for (const [question, time] of Object.entries(answer.saved)) {
        if (!this.changed.has(question)) this.show([question], this.dataset.saved.replace("{time}", time));
      }
    } catch {
      sent.forEach((question) => this.changed.add(question));
      this.show(sent, this.dataset.waiting);
    } finally {
      this.sending = false;
      if (this.changed.size) setTimeout(() => this.send(), RETRY_AFTER);
    }
  }

  show(questions, words) {
    for (const question of questions) this.querySelector(`[data-status="${question}"]`).textContent = words;
  }
});
