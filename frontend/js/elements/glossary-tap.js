// <glossary-tap> holds what the words of this lesson mean, in a template or in plain view: a tap on one
// opens it below its paragraph.
// Without it, or for a word that it does not hold, the link leads to the glossary.
const PLACES = ".table-scroll, li, p, dd, h2, h3, h4, h5, h6, summary, blockquote";

customElements.define("glossary-tap", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", (event) => this.tap(event));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    for (const link of document.querySelectorAll("article a.term")) if (this.meaning(link)) link.setAttribute("aria-expanded", "false");
  }

  meaning({ hash }) {
    const held = this.querySelector("template");
    return hash && (held ? held.content : this).querySelector(`#${CSS.escape(decodeURIComponent(hash.slice(1)))}`);
  }

  tap(event) {
    const link = event.target.closest && event.target.closest("article a.term");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !this.meaning(link)) return;
    event.preventDefault();
    const again = this.link === link;
    this.close();
    if (!again) this.open(link);
  }

  open(link) {
    const panel = this.panel = document.createElement("div");
    panel.className = "meaning";
    panel.tabIndex = -1;
    panel.setAttribute("role", "group");
    panel.append(...this.meaning(link).cloneNode(true).childNodes);
    panel.setAttribute("aria-label", panel.querySelector("strong").textContent);
    const more = panel.querySelector("a");
    if (more) more.href = link.href;
    const close = panel.querySelector("button") || panel.appendChild(this.closing());
    close.addEventListener("click", () => this.close());
    const place = link.closest(PLACES) || link;
    if (place.matches("li")) place.append(panel);
    else (place.matches("summary") ? place.parentElement : place).after(panel);
    this.link = link;
    link.setAttribute("aria-expanded", "true");
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  closing() {
    const button = document.createElement("button");
    button.className = "button secondary small";
    button.type = "button";
    button.textContent = this.dataset.close;
    return button;
  }

  // Back to the word, so that whoever reads by ear or keyboard goes on where they were.
  close() {
    if (!this.link) return;
    const { link, panel } = this;
    const inside = panel.contains(document.activeElement);
    this.link = this.panel = null;
    panel.remove();
    link.setAttribute("aria-expanded", "false");
    if (inside) link.focus({ preventScroll: true });
  }
});
