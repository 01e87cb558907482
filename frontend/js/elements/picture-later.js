// <picture-later> stands for a picture that is fetched when somebody asks for it.
customElements.define("picture-later", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("a").addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const picture = this.querySelector("template").content.cloneNode(true);
      const image = picture.querySelector("img");
      image.loading = "eager";
      image.tabIndex = -1;
      this.replaceWith(picture);
      image.focus({ preventScroll: true });
    });
  }
});
