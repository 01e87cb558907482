// <show-details> holds the switch that opens every "deeper" block of every lesson, kept on this device.
import { recall, remember } from "../lib/choices.js";

customElements.define("show-details", class extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = recall("details") === "open";
    box.addEventListener("change", () => {
      remember("details", box.checked ? "open" : "");
      this.turn(box.checked);
    });
    if (box.checked) this.turn(true);
    this.hidden = false;
  }

  turn(open) {
    for (const block of document.querySelectorAll("article .block-deeper")) block.open = open;
  }
});
