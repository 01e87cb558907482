// <live-preview> asks every second whether the files changed, then shows the new findings and pages.
// Both frames stay on the same page.
const PAUSE = 1000;

customElements.define("live-preview", class extends HTMLElement {
  connectedCallback() {
    this.mark = this.dataset.mark;
    this.frames = [...this.querySelectorAll("iframe")];
    for (const frame of this.frames) frame.addEventListener("load", () => this.follow(frame));
    this.querySelector("[data-lessons]").addEventListener("change", ({ target }) => this.go(target.value));
    this.ask();
  }

  async ask() {
    try {
      const state = await (await fetch(this.dataset.state)).json();
      if (state.mark !== this.mark) this.show(state);
      this.classList.remove("away");
    } catch {
      this.classList.add("away");
    }
    setTimeout(() => this.ask(), PAUSE);
  }

  show(state) {
    this.mark = state.mark;
    if (!this.frames.length && state.shown) return location.reload();
    this.querySelector("[data-summary]").textContent = state.summary;
    this.querySelector("[data-old]").hidden = state.shown;
    this.querySelector("[data-findings]").replaceChildren(...state.findings.map(({ level, text }) => {
      const line = document.createElement("li");
      line.className = level;
      line.textContent = text;
      return line;
    }));
    this.list(state.lessons);
    for (const frame of this.frames) frame.contentWindow.location.reload();
  }

  // A lesson that was added, renamed or taken away since the page was opened.
  list(lessons) {
    const list = this.querySelector("[data-lessons]");
    const chosen = list.value;
    const course = list.options[0];
    list.replaceChildren(course, ...lessons.map(({ title, address }) => new Option(title, address)));
    list.value = chosen;
    if (list.selectedIndex < 0) list.value = course.value;
  }

  follow(frame) {
    const { pathname } = frame.contentWindow.location;
    const list = this.querySelector("[data-lessons]");
    if ([...list.options].some(({ value }) => value === pathname)) list.value = pathname;
    for (const other of this.frames) {
      if (other !== frame && other.contentWindow.location.pathname !== pathname) other.contentWindow.location.replace(pathname);
    }
  }

  go(address) {
    for (const frame of this.frames) frame.contentWindow.location.replace(address);
  }
});
