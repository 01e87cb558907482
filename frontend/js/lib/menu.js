// The menu of a narrow screen closes with Escape, as a menu does; its name has the focus again.
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.firstElementChild.focus();
});
