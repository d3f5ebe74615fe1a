// Keys, menus, dialogs. Everything here is a shortcut: each act also has a link or a button.
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);
  let isGoing = -Infinity;

  function focusSearch() {
    const field = [...document.querySelectorAll("input[type=search]")].find((input) => input.offsetParent !== null);
    if (field) {
      field.focus();
      field.select();
    }
    return Boolean(field);
  }

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
    return Boolean(dialog);
  }

  function go(letter) {
    const link = document.querySelector(`a[data-go="${CSS.escape(letter)}"]`);
    if (link) link.click();
    return Boolean(link);
  }

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      closeMenus(null);
      if (open) open.querySelector("summary").focus();
      else if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (!isPlain(event) || isTyping(event.target)) return;
    let isDone = false;
    if (performance.now() - isGoing < 1500) {
      isGoing = -Infinity;
      isDone = go(event.key);
    } else if (event.key === "g") {
      isGoing = performance.now();
    } else if (event.key === "/") {
      isDone = focusSearch();
    } else if (event.key === "?") {
      isDone = showKeys();
    }
    if (isDone) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) {
      event.preventDefault();
      const closed = closer.closest("dialog, .toast");
      if (closed.close) closed.close();
      else closed.remove();
    }
  });

  // What is true for some seconds only is taken away then.
  document.querySelectorAll(".toast[data-lasts]").forEach((toast) => {
    setTimeout(() => toast.remove(), Number(toast.dataset.lasts) * 1000);
  });

  // "Find" of the bar at the thumb leads to the search with its field ready.
  const findIfAsked = () => location.hash === "#find" && focusSearch();
  window.addEventListener("hashchange", findIfAsked);
  findIfAsked();

  // The first run: the zone of this device is the likeliest answer.
  document.querySelectorAll("select[data-guess=time-zone]").forEach((select) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (select.value === "UTC" && [...select.options].some((option) => option.value === zone)) select.value = zone;
  });

  // A list that filters itself as soon as something is chosen; the button stays for those without JavaScript.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submits-itself]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
})();
