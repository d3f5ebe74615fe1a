// The desk with the keyboard: every key presses a button or follows a link that is on the page.
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);

  function step(by) {
    const boxes = [...document.querySelectorAll(".cases input[type=checkbox]")];
    if (boxes.length) {
      const next = boxes[boxes.indexOf(document.activeElement) + by];
      if (next) next.focus();
      return Boolean(next);
    }
    const links = [...document.querySelectorAll(".cases a")];
    const here = links.findIndex((link) => link.getAttribute("aria-current"));
    const next = links[here < 0 ? 0 : here + by];
    if (next) next.click();
    return Boolean(next);
  }

  // A menu that is opened by its key begins at its first field or button.
  function openMenu(menu) {
    menu.open = true;
    const first = menu.querySelector(".menu-list :is(input, button, a)");
    if (first) first.focus();
  }

  function press(letter) {
    const target = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
    if (!target) return false;
    if (target.matches("textarea, select, input:not([type=file], [type=checkbox])")) target.focus();
    else if (target.matches("details.menu > summary")) openMenu(target.parentElement);
    else target.click();
    return true;
  }

  // Enter in a menu's own field presses what the menu offers, never what the form sends.
  function pressNearby(field) {
    const list = field.closest(".menu-list");
    const buttons = list ? [...list.querySelectorAll("button")].filter((button) => !button.hidden) : [];
    const wanted = field.matches("[data-narrows]") ? buttons[0] : buttons[buttons.length - 1];
    if (wanted) wanted.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".menu-list input")) {
      event.preventDefault();
      pressNearby(event.target);
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".composer textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (!isPlain(event) || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const isDone = event.key === "j" ? step(1) : event.key === "k" ? step(-1) : press(event.key);
    if (isDone) event.preventDefault();
  });

  // One tick for all of them.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.chooses;
    if (!name) return;
    event.target.form.querySelectorAll(`input[name="${CSS.escape(name)}"]`).forEach((box) => { box.checked = event.target.checked; });
  });

  // A long list of things to press is narrowed by what is typed above it.
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-narrows]")) return;
    const typed = event.target.value.toLowerCase();
    event.target.closest(".menu-list").querySelectorAll("[data-narrowed]").forEach((one) => {
      one.hidden = !one.textContent.toLowerCase().includes(typed);
    });
  });

  // The newest word is what one came for.
  function showNewest() {
    const talk = document.querySelector(".talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
  }
  showNewest();

  // What comes in while somebody reads above is announced and waits; at the bottom it is followed.
  let wasAtEnd = true;
  document.addEventListener("live:before", () => {
    const talk = document.querySelector(".talk");
    wasAtEnd = Boolean(talk) && talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
  });
  document.addEventListener("live:after", () => wasAtEnd && showNewest());

  // Colleagues see that one is here, and who chats sees that one has read and writes.
  const HERE_MS = 20_000;
  const TYPED_MS = 3_000;
  const talk = document.querySelector("[data-presence]");
  let typedAt = -Infinity;
  let toldTypingAt = -Infinity;

  function tell(words) {
    const seen = document.querySelector('[name="seen"]');
    const body = new URLSearchParams({ seen: seen ? seen.value : "0", ...words });
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(talk.dataset.presence, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }

  function tellPresence() {
    const isWriting = performance.now() - typedAt < 2 * TYPED_MS;
    if (!document.hidden) tell(isWriting ? { writing: "1" } : {});
  }

  if (talk) {
    tellPresence();
    setInterval(tellPresence, HERE_MS);
    document.addEventListener("live:after", tellPresence);
    document.addEventListener("visibilitychange", tellPresence);
    window.addEventListener("pagehide", () => tell({ gone: "1" }));
    document.addEventListener("input", (event) => {
      if (!event.target.matches(".composer:not(.note) textarea")) return;
      typedAt = performance.now();
      if (typedAt - toldTypingAt < TYPED_MS) return;
      toldTypingAt = typedAt;
      tellPresence();
    });
  }
})();
