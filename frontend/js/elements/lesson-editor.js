// <lesson-editor>: the toolbar, what is pasted and dropped, the look beside the text, a copy of what is unsaved.
// The form works without it.
import { apart, block, gapAbove, levelAt, marked } from "../lib/insertions.js";
import { markdownOf } from "../lib/paste.js";
import { keepTexts, keptTexts } from "../lib/unsaved.js";

const PAUSE = 400;
const TOOLS = {
  bold: (editor) => editor.wrap("**", editor.words.bold),
  italic: (editor) => editor.wrap("*", editor.words.italic),
  list: (editor) => editor.lines((lines) => marked(lines, () => "- ")),
  numbers: (editor) => editor.lines((lines) => marked(lines, (n) => `${n}. `)),
  heading: (editor) => editor.heading(),
  link: (editor) => editor.link(),
  term: (editor) => editor.term(),
  table: (editor) => editor.table(),
  picture: (editor) => editor.querySelector("[data-file]").click(),
};
const KEYS = { b: "bold", i: "italic", k: "link" };

customElements.define("lesson-editor", class extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.text = this.querySelector("textarea");
    this.form = this.text.form;
    this.status = this.querySelector("[data-status]");
    this.stored = "stored" in this.dataset ? this.text.value : null; // null: came back unsaved
    this.querySelector("[role=toolbar]").hidden = false;
    this.addEventListener("click", (event) => this.press(event));
    this.querySelector("[data-blocks]").addEventListener("change", ({ target }) => this.choose(target));
    this.querySelector("[data-file]").addEventListener("change", ({ target }) => this.take([...target.files]).then(() => { target.value = ""; }));
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.paste(event));
    this.text.addEventListener("scroll", () => this.follow());
    for (const name of ["dragover", "dragleave", "drop"]) this.text.addEventListener(name, (event) => this.drag(event));
    this.form.addEventListener("submit", () => { this.isSent = true; });
    addEventListener("beforeunload", (event) => this.ask(event));
    addEventListener("online", () => this.look());
    addEventListener("hashchange", () => this.goTo());
    this.recall();
    this.openFrame();
    this.goTo();
  }

  // The copy of what is unsaved. An older one waits beside it until the person says what becomes of it.

  recall() {
    this.waiting = keptTexts(this.dataset.key).filter((text) => text !== this.text.value);
    if (this.stored !== null) keepTexts(this.dataset.key, this.waiting);
    this.offer();
  }

  offer() {
    const notice = this.querySelector("[data-unsaved]");
    notice.querySelector("p").textContent = this.words.found;
    notice.hidden = !this.waiting.length;
  }

  keep() {
    const isNew = this.text.value !== this.stored;
    keepTexts(this.dataset.key, isNew ? [...this.waiting, this.text.value] : this.waiting);
  }

  recover() {
    const text = this.waiting.pop();
    this.offer();
    this.replace(0, this.text.value.length, text);
  }

  forget() {
    this.waiting.pop();
    this.offer();
    this.keep();
  }

  // Browsers of before 2023 need the second line.
  ask(event) {
    if (this.isSent || this.text.value === this.stored) return;
    event.preventDefault();
    event.returnValue = true;
  }

  // Writing: always so that the browser's own undo takes it back.

  replace(from, to, piece, select) {
    const { text } = this;
    const top = text.scrollTop;
    text.focus();
    text.setSelectionRange(from, to);
    const done = piece ? document.execCommand("insertText", false, piece) : document.execCommand("delete");
    if (!done) {
      text.setRangeText(piece, from, to, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (select) text.setSelectionRange(from + select[0], from + select[1]);
    text.scrollTop = top;
  }

  get selection() {
    const { selectionStart: from, selectionEnd: to, value } = this.text;
    return { from, to, chosen: value.slice(from, to), before: value.slice(0, from), after: value.slice(to) };
  }

  wrap(mark, word) {
    const { from, to, chosen, before, after } = this.selection;
    if (chosen && before.endsWith(mark) && after.startsWith(mark)) {
      this.replace(from - mark.length, to + mark.length, chosen, [0, chosen.length]);
      return;
    }
    const inside = chosen.trim() || word;
    const [lead] = /^\s*/.exec(chosen);
    const [tail] = chosen.trim() ? /\s*$/.exec(chosen) : [""];
    const start = lead.length + mark.length;
    this.replace(from, to, lead + mark + inside + mark + tail, [start, start + inside.length]);
  }

  lines(change) {
    const { value, selectionStart, selectionEnd } = this.text;
    const from = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
    const end = value.indexOf("\n", Math.max(selectionEnd - (selectionEnd > selectionStart ? 1 : 0), from));
    const to = end < 0 ? value.length : end;
    const made = change(value.slice(from, to).split("\n")).join("\n");
    const above = gapAbove(value.slice(0, from));
    this.replace(from, to, above + made, [above.length, (above + made).length]);
  }

  insertApart(piece, select) {
    const { from, to, before, after } = this.selection;
    const whole = apart(piece, before, after);
    const start = whole.indexOf(piece);
    this.replace(from, to, whole, select ? [start + select[0], start + select[1]] : [start, start + piece.length]);
  }

  heading() {
    const { chosen, before } = this.selection;
    const mark = `${"#".repeat(Math.max(2, Math.min(levelAt(before), 4)))} `;
    const title = chosen.trim() || this.words.heading;
    this.insertApart(mark + title, [mark.length, mark.length + title.length]);
  }

  async link() {
    const { from, to, chosen } = this.selection;
    const address = await this.line(this.words.linkAddress, "lessons");
    if (!address) return;
    const text = chosen || this.words.link;
    this.replace(from, to, `[${text}](${address.replace(/\s/g, "%20")})`, [1, 1 + text.length]);
  }

  term() {
    const { from, to, chosen } = this.selection;
    const name = chosen.trim() || this.words.term;
    this.replace(from, to, `{${name}}`, [1, 1 + name.length]);
  }

  table() {
    const { column, cell } = this.words;
    const row = `| ${cell} | ${cell} |`;
    this.insertApart(`| ${column} | ${column} |\n| --- | --- |\n${row}\n${row}`, [2, 2 + column.length]);
  }

  // One line from the writer; empty where it was cancelled.
  line(question, list = "") {
    const { selectionStart, selectionEnd } = this.text; // lost while something else is typed in
    const dialog = this.querySelector("[data-ask]");
    const field = dialog.querySelector("input");
    dialog.querySelector("label").textContent = question;
    field.value = "";
    field.setAttribute("list", list);
    dialog.returnValue = ""; // Escape leaves it as it was
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => {
      this.text.setSelectionRange(selectionStart, selectionEnd);
      resolve(dialog.returnValue && field.value.trim());
    }, { once: true }));
  }

  press(event) {
    const button = event.target.closest("button");
    const line = event.target.closest("[data-line]");
    if (line) {
      event.preventDefault();
      this.toLine(Number(line.dataset.line));
    } else if (!button) return;
    else if (button.dataset.do) TOOLS[button.dataset.do](this);
    else if (button.dataset.width) this.setWidth(button.dataset.width);
    else if ("recover" in button.dataset) this.recover();
    else if ("forget" in button.dataset) this.forget();
  }

  choose(list) {
    const name = list.value;
    list.value = "";
    if (name) this.insertApart(block(name, this.text.value, this.text.lang));
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const name = event.altKey && event.code === "Digit2" ? "heading"
      : event.shiftKey && event.code === "Digit8" ? "list"
      : event.shiftKey && event.code === "Digit7" ? "numbers"
      : !event.altKey && !event.shiftKey ? (event.key === "s" ? "save" : KEYS[event.key.toLowerCase()]) : "";
    if (!name) return;
    event.preventDefault();
    if (name === "save") this.form.querySelector("[value=save]").click();
    else TOOLS[name](this);
  }

  // What comes from elsewhere.

  paste(event) {
    const data = event.clipboardData;
    const html = data.getData("text/html");
    const pictures = [...data.files].filter(({ type }) => type.startsWith("image/"));
    if (pictures.length && !html.replace(/<[^>]+>/g, "").trim()) {
      event.preventDefault();
      this.take(pictures);
      return;
    }
    if (!html) return;
    const made = markdownOf(html, { level: levelAt(this.selection.before) });
    if (!made) return;
    event.preventDefault();
    const { from, to } = this.selection;
    if (made.includes("\n") || /^(?:#|- |1\. |\|)/.test(made)) this.insertApart(made);
    else this.replace(from, to, made);
    this.text.setSelectionRange(this.text.selectionEnd, this.text.selectionEnd);
  }

  drag(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    this.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  async take(files) {
    for (const file of files) {
      this.say(this.words.uploading);
      const { path, error } = await this.send(file);
      this.say(error || "");
      if (!path) return;
      const words = (await this.line(this.words.alt)).replace(/[[\]]/g, " ");
      this.insertApart(`![${words}](${this.dataset.up}${path})`, [2, 2 + words.length]);
    }
  }

  // { path } under which the site has the picture, or { error } in words.
  async send(file) {
    const data = new FormData();
    data.append("file", file);
    try {
      const response = await fetch(this.dataset.pictures, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (response.status === 401) return { error: this.words.signedOut };
      if (response.status === 413) return { error: this.words.tooLarge };
      return await response.json();
    } catch {
      return { error: this.words.failed };
    }
  }

  // The look beside the text.

  changed() {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  openFrame() {
    this.querySelector("[data-frames]").hidden = false;
    this.frame = this.querySelector("iframe");
    this.frame.addEventListener("load", () => this.look());
    this.frame.src = this.frame.dataset.address;
  }

  async look() {
    if (this.isLooking) {
      this.isStale = true;
      return;
    }
    this.isLooking = true;
    const { away, signedOut } = this.words;
    const data = new FormData();
    data.append("text", this.text.value);
    try {
      const response = await fetch(this.dataset.look, { method: "POST", body: data });
      if (response.ok) this.show(await response.json());
      const wrong = response.ok ? "" : response.status === 401 ? signedOut : away;
      if (wrong || [away, signedOut].includes(this.status.textContent)) this.say(wrong);
    } catch {
      this.say(away);
    }
    this.isLooking = false;
    if (this.isStale) {
      this.isStale = false;
      this.changed();
    }
  }

  show({ html, summary, findings, others }) {
    const page = this.frame.contentDocument;
    const main = page && page.querySelector("main");
    if (main) {
      const open = [...main.querySelectorAll("details")].map((each) => each.open);
      main.innerHTML = html;
      [...main.querySelectorAll("details")].forEach((each, at) => { each.open = Boolean(open[at]); });
    }
    this.querySelector("[data-summary]").textContent = summary;
    this.querySelector("[data-others]").textContent = others;
    this.querySelector("[data-findings]").replaceChildren(...findings.map((each) => {
      const item = document.createElement("li");
      item.className = each.level;
      const link = document.createElement("a");
      link.href = `#line-${each.line}`;
      link.dataset.line = each.line;
      link.textContent = each.place;
      item.append(link, ` ${each.text} — ${each.suggestion}`);
      return item;
    }));
  }

  // The look stays about where the text is.
  follow() {
    const page = this.frame && this.frame.contentDocument && this.frame.contentDocument.scrollingElement;
    const { scrollTop, scrollHeight, clientHeight } = this.text;
    if (page && scrollHeight > clientHeight) page.scrollTop = (scrollTop / (scrollHeight - clientHeight)) * (page.scrollHeight - page.clientHeight);
  }

  setWidth(width) {
    for (const button of this.querySelectorAll("[data-width]")) button.setAttribute("aria-pressed", button.dataset.width === width);
    this.frame.classList.toggle("phone", width === "phone");
    this.classList.toggle("is-wide", width === "wide");
  }

  goTo() {
    const found = /^#line-(\d+)$/.exec(location.hash);
    if (found) this.toLine(Number(found[1]));
  }

  toLine(number) {
    const lines = this.text.value.split("\n");
    const from = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(from, from + (lines[number - 1] || "").length);
    this.text.scrollTop = (this.text.scrollHeight * Math.max(0, number - 4)) / lines.length;
  }

  say(words) {
    this.status.textContent = words;
  }
});
