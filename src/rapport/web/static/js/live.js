// Parts of a page that follow what changes (data-live="topic,topic"): when something did, the page is fetched again
// and these parts are put in place. A part with an address of its own (data-live-from) is fetched from there, at once.
// What may be out of date says so. Without this script a page is as it was loaded.
(() => {
  "use strict";

  const LOST_MS = 10_000; // a shorter gap is nobody's business
  const SILENT_MS = 30_000; // two heartbeats
  const PAUSE_MS = 4_000; // between two looks at the server
  const mark = document.getElementById("live-mark");
  let source = null;
  let followed = "";
  let place = document.body.dataset.liveAfter;
  let heardAt = Date.now();
  let lostAt = 0;
  let lookedAt = 0;
  let waiting = null;
  let again = null;
  const changed = new Set();
  const served = new WeakMap();

  const parts = () => [...document.querySelectorAll("[data-live][id]")];
  const topicsOf = (part) => part.dataset.live.split(",");
  const wanted = () => [...new Set(parts().flatMap(topicsOf))].sort().join(",");

  function say(what) {
    if (!mark) return;
    mark.hidden = !what;
    mark.querySelectorAll("[data-says]").forEach((words) => { words.hidden = words.dataset.says !== what; });
    mark.dataset.now = what;
  }

  function heard(event) {
    heardAt = Date.now();
    lostAt = 0;
    if (event.lastEventId) place = event.lastEventId;
    if (mark && mark.dataset.now === "lost") say("");
  }

  function lost() {
    lostAt = lostAt || Date.now();
  }

  function open() {
    close();
    followed = wanted();
    if (!followed || document.hidden) return;
    const after = Number(place) > 0 ? `&after=${encodeURIComponent(place)}` : "";
    source = new EventSource(`/live/?topics=${encodeURIComponent(followed)}${after}`);
    source.addEventListener("ready", heard);
    source.addEventListener("beat", heard);
    source.addEventListener("behind", (event) => { heard(event); say("behind"); });
    source.addEventListener("changed", (event) => {
      heard(event);
      const topics = event.data.split(",");
      topics.forEach((topic) => changed.add(topic));
      showSigns(topics);
      refresh(topics);
      look();
    });
    source.addEventListener("error", () => {
      lost();
      if (source && source.readyState === EventSource.CLOSED) {
        clearTimeout(again);
        again = setTimeout(open, 5_000 + Math.random() * 10_000);
      }
    });
  }

  // A sign that nothing is kept of (somebody writes): it is shown for a moment, and nothing is fetched.
  const SIGN_MS = 5_000;
  const isSign = (part) => "liveSign" in part.dataset;
  const signs = new Map();
  function showSigns(topics) {
    parts().filter((part) => isSign(part) && topicsOf(part).some((topic) => topics.includes(topic))).forEach((part) => {
      part.hidden = false;
      clearTimeout(signs.get(part));
      signs.set(part, setTimeout(() => { part.hidden = true; }, SIGN_MS));
    });
  }

  function close() {
    clearTimeout(again);
    if (source) source.close();
    source = null;
  }

  function look() {
    if (waiting) return;
    const pause = Math.max(0, lookedAt + PAUSE_MS - Date.now()) + Math.random() * 500;
    waiting = setTimeout(() => { waiting = null; lookedAt = Date.now(); fetchAnew(); }, pause);
  }

  // One fetch at a time for a part; what changes meanwhile is fetched right after.
  const busy = new Map();
  function refresh(topics) {
    parts().filter((part) => part.dataset.liveFrom && topicsOf(part).some((topic) => topics.includes(topic)))
      .forEach((part) => {
        if (busy.has(part.id)) busy.set(part.id, true);
        else fetchPart(part.id);
      });
  }

  async function fetchPart(id) {
    busy.set(id, false);
    try {
      const part = document.getElementById(id);
      const answer = await fetch(part.dataset.liveFrom, { headers: { Accept: "text/html", "HX-Request": "true" }, cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      replace(part, page.getElementById(id));
    } catch {
      say("behind");
    }
    const again = busy.get(id);
    busy.delete(id);
    if (again && document.getElementById(id)) fetchPart(id);
  }

  async function fetchAnew() {
    const concerned = parts().filter((part) => !part.dataset.liveFrom && !isSign(part) && topicsOf(part).some((topic) => changed.has(topic)));
    changed.clear();
    if (concerned.length === 0) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      concerned.forEach((part) => replace(part, page.getElementById(part.id)));
    } catch {
      say("behind");
    }
  }

  // Nothing is taken from under somebody's hands: where they write, or have gone further down, they are told instead.
  function replace(part, fresh) {
    if (!part.isConnected || !fresh || served.get(part) === fresh.innerHTML) return;
    const isInUse = part.dataset.grown || part.querySelector("dialog[open], details.menu[open], input[type=checkbox]:checked") || part.contains(typingIn());
    if (isInUse) {
      say("new");
      return;
    }
    const copy = document.importNode(fresh, true);
    served.set(copy, fresh.innerHTML);
    document.dispatchEvent(new Event("live:before"));
    part.replaceWith(copy);
    if (window.htmx) window.htmx.process(copy);
    document.dispatchEvent(new Event("live:after"));
  }

  const typingIn = () => (document.activeElement && document.activeElement.matches("input, textarea, select") ? document.activeElement : null);

  document.body.addEventListener("htmx:afterSettle", (event) => {
    const part = event.target.closest("[data-live][id]");
    if (part && event.detail.elt !== part) part.dataset.grown = "yes";
    if (wanted() !== followed) open();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reloads]")) return;
    event.preventDefault();
    location.reload();
  });

  setInterval(() => {
    if (!followed || document.hidden) return;
    if (source && !lostAt && Date.now() - heardAt > SILENT_MS) {
      lost();
      open();
    }
    if (lostAt && Date.now() - lostAt > LOST_MS && mark && mark.hidden) say("lost");
  }, 2_000);

  open();
})();
