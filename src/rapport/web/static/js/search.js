// The box on every page: up and down walk through what was found, Escape closes it. Enter alone asks for the page.
(() => {
  "use strict";

  const field = document.getElementById("search");
  const found = document.getElementById("search-found");
  if (!field || !found) return;
  const links = () => [...found.querySelectorAll("a")];
  const isOurs = (target) => target === field || found.contains(target);

  function close() {
    found.replaceChildren();
  }

  function step(by) {
    const places = [field, ...links()];
    const here = places.indexOf(document.activeElement);
    places[(here + by + places.length) % places.length].focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!isOurs(event.target)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (links().length === 0) return;
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      if (event.target !== field) field.focus();
      if (found.childElementCount > 0) event.stopPropagation();
      close();
    }
  }, true);

  document.addEventListener("click", (event) => {
    if (!isOurs(event.target)) close();
  });

  // An answer that comes when the field is empty again, or left, is late.
  found.addEventListener("htmx:beforeSwap", (event) => {
    if (field.value.trim().length < 2 || !isOurs(document.activeElement)) event.detail.shouldSwap = false;
  });
  field.addEventListener("input", () => {
    if (field.value.trim().length < 2) close();
  });
})();
