// Remembers on this device how far a lesson was read, and offers to go back there.
// <reading-position data-key="…"> stands first in the text and holds a hidden button; without scripts
// nothing is missing.
const PAUSE = 400;

class ReadingPosition extends HTMLElement {
  connectedCallback() {
    this.key = `pegup-reading:${this.dataset.key}`;
    this.pieces = [...this.parentElement.children].filter((piece) => piece !== this);
    this.offer = this.querySelector("[hidden]");
    const place = Number(this.recall());
    if (place > 1 && place < this.pieces.length - 1 && !location.hash) this.show(place);
    this.onscroll = () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.remember(), PAUSE);
    };
    addEventListener("scroll", this.onscroll, { passive: true });
  }

  disconnectedCallback() {
    removeEventListener("scroll", this.onscroll);
    clearTimeout(this.waiting);
  }

  show(place) {
    this.offer.hidden = false;
    this.offer.querySelector("button").addEventListener("click", () => {
      const piece = this.pieces[place];
      this.offer.hidden = true;
      piece.scrollIntoView();
      piece.tabIndex = -1;
      piece.focus({ preventScroll: true });
    }, { once: true });
  }

  // The piece at the top of the screen; none while the title is still in sight.
  remember() {
    const place = this.pieces.findIndex((piece) => piece.getBoundingClientRect().bottom > 0);
    if (place < 1) return;
    try {
      localStorage.setItem(this.key, place);
    } catch {
      // A full or forbidden store: the lesson reads as well without.
    }
  }

  recall() {
    try {
      return localStorage.getItem(this.key);
    } catch {
      return null;
    }
  }
}

customElements.define("reading-position", ReadingPosition);
