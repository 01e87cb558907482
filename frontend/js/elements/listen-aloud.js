// <listen-aloud> lets the browser's own voice read the lesson; where it has none, this stays hidden.
// Only a voice that lives on the device is used: nothing is fetched and nothing leaves it.
import { recall, remember } from "../lib/choices.js";

const SKIPPED = ".footnotes, .sources, .meaning, [hidden], reading-position";
const SENTENCES = /.+?(?:[.!?…]["»”)]*(?=\s|$)|$)/g;

customElements.define("listen-aloud", class extends HTMLElement {
  connectedCallback() {
    this.voices = window.speechSynthesis;
    if (!this.voices || !window.SpeechSynthesisUtterance) return;
    this.words = JSON.parse(this.dataset.words);
    [this.play, this.stop] = this.querySelectorAll("button");
    this.speed = this.querySelector("select");
    this.speed.value = recall("speed") || "1";
    if (!this.speed.value) this.speed.value = "1";
    this.play.addEventListener("click", () => this.turn());
    this.stop.addEventListener("click", () => this.end());
    this.speed.addEventListener("change", () => {
      remember("speed", this.speed.value);
      if (!this.speaking) return;
      this.rest();
      this.say();
    });
    addEventListener("pagehide", () => this.voices.cancel());
    this.look();
    // Browsers load their voices late; old ones do not say when, so it is asked again.
    if (this.voices.addEventListener) this.voices.addEventListener("voiceschanged", () => this.look());
    else setTimeout(() => this.look(), 1000);
  }

  look() {
    const wanted = this.dataset.language;
    const local = this.voices.getVoices().filter(({ lang, localService }) => localService && lang.toLowerCase().startsWith(wanted));
    const near = wanted === "es" ? /^es.(pe|419|mx|us|co|cl|ar)/i : /^en/i;
    this.voice = local.find(({ lang }) => near.test(lang)) || local[0];
    this.hidden = !this.voice;
  }

  turn() {
    if (this.speaking) this.rest();
    else {
      if (!this.pieces) this.begin();
      this.say();
    }
  }

  begin() {
    this.pieces = pieces(document.querySelector("article"), this.words);
    this.at = this.sentence = 0;
  }

  // Sentence by sentence: phones cut long speech off, and their own pause forgets where it was.
  say() {
    const piece = this.pieces[this.at];
    if (!piece) return this.end();
    const turn = this.turnOf = {};
    this.show(true);
    this.mark(piece.element);
    const spoken = new SpeechSynthesisUtterance(piece.sentences[this.sentence]);
    spoken.voice = this.voice;
    spoken.lang = this.voice.lang;
    spoken.rate = Number(this.speed.value);
    spoken.onend = () => turn === this.turnOf && this.next();
    spoken.onerror = () => turn === this.turnOf && this.rest();
    this.voices.speak(spoken);
  }

  next() {
    this.sentence += 1;
    if (this.sentence >= this.pieces[this.at].sentences.length) {
      this.at += 1;
      this.sentence = 0;
    }
    this.say();
  }

  rest() {
    this.turnOf = null;
    this.voices.cancel();
    this.show(false);
  }

  end() {
    this.rest();
    this.mark(null);
    this.pieces = null;
    this.show(false);
    this.play.focus();
  }

  show(speaking) {
    this.speaking = speaking;
    this.play.textContent = speaking ? this.words.pause : this.pieces ? this.words.go : this.words.listen;
    this.stop.hidden = !this.pieces;
    this.classList.toggle("reading", !!this.pieces);
  }

  mark(element) {
    if (this.marked === element) return;
    if (this.marked) this.marked.classList.remove("spoken");
    this.marked = element;
    if (!element) return;
    element.classList.add("spoken");
    const { top, bottom } = element.getBoundingClientRect();
    if (top < 120 || bottom > innerHeight - 60) element.scrollIntoView({ block: "center" });
  }
});

// What is read, in order: the text that is open on the page. Tables are named and left to the eyes.
function pieces(article, words) {
  const found = [];
  for (const element of article.querySelectorAll("h2, h3, h4, h5, h6, p, li, summary, pre, img, picture-later, .table-scroll")) {
    const closed = element.closest("details:not([open])");
    if (element.closest(SKIPPED) || (closed && element.tagName !== "SUMMARY")) continue;
    if (element.matches(".table-scroll")) found.push({ element, sentences: [words.table] });
    else if (element.closest(".table-scroll")) continue;
    else if (element.matches("img, picture-later")) {
      const alt = element.alt || element.dataset.alt;
      if (alt) found.push({ element, sentences: [`${words.picture} ${alt}`] });
    } else {
      const sentences = sentencesOf(element);
      if (sentences.length) found.push({ element, sentences });
    }
  }
  return found;
}

// Numbers of sources are not read; what stands inside as a piece of its own is read there.
function sentencesOf(element) {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("sup, ul, ol, p, .meaning, .table-scroll, picture-later")) part.remove();
  return (copy.textContent.replace(/\s+/g, " ").match(SENTENCES) || []).map((text) => text.trim()).filter((text) => /[\p{L}\p{N}]/u.test(text));
}
