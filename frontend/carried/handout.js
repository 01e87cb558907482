// Runs in a theme's file, without a server: keeps reading and answers, marks them, writes the code.
import "../js/elements/glossary-tap.js";
import { isOpen, newCopy, writeCode } from "../js/lib/handout-code.js";
import { points, readNumber } from "../js/lib/handout-marks.js";

const file = JSON.parse(document.getElementById("data").textContent);
const { lessons, words } = file;
const PLACE = `pegup ${file.number}`;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// read: {lesson: true}; draft and last: {lesson: {place: answer}}; best: {lesson: {given, mark}}
let state = recall() || { read: {}, draft: {}, last: {}, best: {}, copy: file.open ? newCopy() : "" };
keep();

function recall() {
  try {
    return JSON.parse(localStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

function keep() {
  try {
    localStorage.setItem(PLACE, JSON.stringify(state));
  } catch {
    one("#forgets").hidden = false;
  }
}

function changed() {
  keep();
  showProgress();
}

// One section at a time; a word of the glossary or a source brings its section with it.
const sections = all("main > section");
function show(target) {
  const section = (target && target.closest("main > section")) || sections[0];
  for (const each of sections) each.hidden = each !== section;
  if (!target || target === section) scrollTo(0, 0);
  else target.scrollIntoView();
  if (target) focusOn(target === section ? one("h1", section) : target);
}

function focusOn(element) {
  if (!element.matches("a, button, input, select, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

const targetOf = (hash) => hash && document.getElementById(decodeURIComponent(hash.slice(1)));
addEventListener("hashchange", () => show(targetOf(location.hash)));
// Some viewers of files tell nothing of a change of the place: a touch is enough.
addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (link && !event.defaultPrevented) show(targetOf(link.hash));
});

for (const line of all("[data-reading]")) {
  line.hidden = false;
  one("button", line).addEventListener("click", () => {
    state.read[line.dataset.reading] = true;
    changed();
    focusOn(one(".badge", line));
  });
}

class Quiz {
  constructor(form) {
    this.form = form;
    this.lesson = form.dataset.lesson;
    this.asked = lessons[this.lesson - 1];
    this.sets = all("fieldset", form);
    this.asks = one("[data-asks]", form);
    form.addEventListener("change", ({ target }) => this.changed(target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish(false);
    });
    one("[data-finish]", form).addEventListener("click", () => this.finish(true));
    one("[data-again] button", form).addEventListener("click", () => this.again());
    const given = state.last[this.lesson] || state.draft[this.lesson] || {};
    this.asked.forEach((asked, place) => fill(this.sets[place], asked, given[place]));
    if (state.last[this.lesson]) this.showResult();
    else this.showOpen();
  }

  // What is chosen for a second place leaves the first: each goes once.
  changed(target) {
    const set = target.closest("fieldset");
    if (!set) return;
    const place = this.sets.indexOf(set);
    const said = one("[role=status]", set);
    said.textContent = "";
    if (target.matches("select") && target.value) {
      for (const other of all("select", set)) {
        if (other !== target && other.value === target.value) {
          other.value = "";
          said.textContent = words.moved.replace("{}", other.labels[0].textContent.trim());
        }
      }
    }
    if (target.matches("[inputmode]") && target.value.trim() && !readNumber(target.value, this.asked[place])) said.textContent = words.number;
    const draft = this.given();
    if (Object.keys(draft).length) state.draft[this.lesson] = draft;
    else delete state.draft[this.lesson];
    keep();
  }

  given() {
    const given = {};
    this.asked.forEach((asked, place) => {
      const answer = read(this.sets[place], asked);
      if (answer !== undefined) given[place] = answer;
    });
    return given;
  }

  finish(anyway) {
    const given = this.given();
    const open = this.asked.map((asked, place) => place).filter((place) => isOpen(this.asked[place], given[place]));
    this.asks.hidden = anyway || !open.length;
    if (!this.asks.hidden) {
      const links = open.map((place) => {
        const link = document.createElement("a");
        const legend = one("legend", this.sets[place]);
        link.href = `#${legend.id}`;
        link.textContent = one(".meta", legend).textContent;
        return link;
      });
      one("span", this.asks).replaceChildren(...links.flatMap((link, place) => (place ? [", ", link] : [link])));
      one("[data-finish]", this.form).hidden = open.length === this.asked.length;
      this.asks.focus();
      return;
    }
    const mark = this.asked.reduce((sum, asked, place) => sum + points[asked.kind](asked, given[place]), 0) / this.asked.length;
    const best = state.best[this.lesson];
    if (!best || mark > best.mark) state.best[this.lesson] = { given, mark };
    state.last[this.lesson] = given;
    delete state.draft[this.lesson];
    changed();
    this.showResult();
    focusOn(one("[data-result]", this.form));
    one("h2", this.form).scrollIntoView();
  }

  again() {
    delete state.last[this.lesson];
    changed();
    for (const set of this.sets) clear(set);
    this.showOpen();
    focusOn(one("legend", this.form));
  }

  showOpen() {
    one("[data-buttons]", this.form).hidden = false;
    one("[data-again]", this.form).hidden = true;
    one("[data-result]", this.form).textContent = words.tries;
  }

  showResult() {
    const given = state.last[this.lesson];
    let sum = 0;
    this.asked.forEach((asked, place) => {
      const worth = points[asked.kind](asked, given[place]);
      sum += worth;
      showMarked(this.sets[place], asked, given[place], worth);
    });
    const best = state.best[this.lesson].mark;
    const mark = sum / this.asked.length;
    one("[data-result]", this.form).textContent = `${words.result.replace("{}", percent(mark))} ${best > mark ? words.best.replace("{}", percent(best)) : words.counts}`;
    one("[data-buttons]", this.form).hidden = this.asks.hidden = true;
    one("[data-again]", this.form).hidden = false;
  }
}

function read(set, asked) {
  if (asked.kind === "single" || asked.kind === "multiple") {
    const chosen = all("input:checked", set).map(({ value }) => value);
    return asked.kind === "single" ? chosen[0] : chosen.length ? chosen : undefined;
  }
  if (asked.kind === "numeric") return readNumber(one("input", set).value, asked);
  const chosen = all("select", set).filter(({ value }) => value);
  if (!chosen.length || (asked.kind === "order" && chosen.length < asked.own.length)) return undefined;
  return Object.fromEntries(chosen.map(({ dataset, value }) => [dataset.key, asked.kind === "order" ? Number(value) : value]));
}

function fill(set, asked, given) {
  if (given === undefined) return;
  for (const input of all("input", set)) {
    if (asked.kind === "numeric") input.value = given;
    else input.checked = [].concat(given).includes(input.value);
  }
  for (const select of all("select", set)) select.value = given[select.dataset.key] || "";
}

function clear(set) {
  set.disabled = false;
  for (const input of all("input", set)) {
    if (input.matches("[inputmode]")) input.value = "";
    input.checked = false;
  }
  for (const select of all("select", set)) select.value = "";
  for (const badge of all("[data-badge]", set)) badge.remove();
  for (const shown of all("[data-about], [data-solution]", set)) shown.hidden = true;
  one("[role=status]", set).textContent = "";
}

function showMarked(set, asked, given, worth) {
  set.disabled = true;
  one("[role=status]", set).textContent = "";
  const [tone, text] = worth >= 1 ? ["good", words.good] : worth > 0 ? ["warn", words.partly.replace("{}", percent(worth))] : ["bad", given === undefined ? words.open : words.bad];
  one("legend", set).after(badge(tone, text));
  if (asked.right) {
    for (const input of all("input", set)) {
      const isRight = asked.right.includes(input.value);
      const text = input.nextElementSibling;
      if (input.checked) text.append(badge(isRight ? "good" : "bad", words.chosen));
      if (isRight) text.append(badge("good", words.right));
      const about = one(`[data-about="${input.value}"]`, set);
      if (about) about.hidden = !input.checked;
    }
  }
  one("[data-solution]", set).hidden = false;
}

function badge(tone, text) {
  const made = document.createElement("span");
  made.className = `badge ${tone}`;
  made.dataset.badge = "";
  made.textContent = text;
  return made;
}

const percent = (share) => `${Math.floor(share * 100 + 0.5)}\u202f%`;

function showProgress() {
  const done = lessons.map((_asked, at) => {
    const best = state.best[at + 1];
    return { read: Boolean(state.read[at + 1]), given: best ? best.given : {} };
  });
  lessons.forEach((asked, at) => {
    const lesson = at + 1;
    const best = state.best[lesson];
    const isRead = done[at].read;
    const line = one(`[data-reading="${lesson}"]`);
    one("button", line).hidden = isRead;
    one(".badge", line).hidden = !isRead;
    const tells = [];
    if (isRead) tells.push(words.read);
    if (best) tells.push(words.answered.replace("{}", percent(best.mark)));
    one(`[data-state="${lesson}"]`).replaceChildren(...(tells.length ? [badge("good", tells.join(", "))] : []));
    if (!isRead) tells.unshift(words.unread);
    if (asked.length && !best) tells.push(words.untried);
    one(`[data-counts="${lesson}"]`).textContent = tells.join(", ");
  });
  const next = lessons.findIndex((_asked, at) => !state.read[at + 1]);
  const onward = one("[data-next]");
  onward.hidden = next < 0;
  onward.href = `#l${next + 1}`;
  if (next) onward.textContent = onward.dataset.next;
  const hasDone = done.some(({ read, given }) => read || Object.keys(given).length);
  one("[data-nothing]").hidden = hasDone;
  one("[data-code]").hidden = !hasDone;
  if (!hasDone) return;
  const lines = writeCode({ ...file, copy: state.copy }, done, lessons).map((line) => line.replace(/(.{4})(?=.)/, "$1-"));
  one(".code").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  one("[data-sms]").href = `sms:?body=${encodeURIComponent(lines.join(" "))}`;
  one("[data-copied]").textContent = "";
}

one("[data-copy]").addEventListener("click", () => {
  const range = document.createRange();
  range.selectNodeContents(one(".code"));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  // The clipboard's newer door is closed in a file that came without a server.
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {}
  one("[data-copied]").textContent = copied ? words.copied : words.uncopied;
});

const another = one("[data-another]");
if (another) {
  const [ask, sure] = all("button", another);
  another.hidden = false;
  ask.addEventListener("click", () => {
    ask.hidden = true;
    sure.hidden = false;
    sure.focus();
  });
  sure.addEventListener("click", () => {
    state = { read: {}, draft: {}, last: {}, best: {}, copy: newCopy() };
    keep();
    location.hash = "";
    location.reload();
  });
}

for (const form of all("form[data-lesson]")) new Quiz(form);
one("#needs").hidden = true;
showProgress();
show(targetOf(location.hash));
// The browser goes to the address's place once all is there, past the header.
addEventListener("load", () => show(targetOf(location.hash)));
