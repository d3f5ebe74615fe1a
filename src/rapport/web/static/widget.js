// The chat for pages of ours. One script, no framework; everything it draws stands in a shadow tree of its own.
// It keeps in the browser: the visitor's random token, words not yet sent, and whether it was open.
(() => {
"use strict"
const script = document.currentScript || document.querySelector('script[data-key][src*="/widget.js"]')
const settings = script.dataset, given = window.rapport || {}
if (given.open) return
const base = new URL(script.src).origin + "/chat/" + encodeURIComponent(settings.key)
const WORDS = {
  en: {open: "Chat with us", close: "Close chat", write: "Your message", send: "Send", file: "Send a file", sending: "sending …", sent: "sent", seen: "seen", failed: "not sent", again: "Send again", earlier: "Earlier messages", you: "You", us: "We", robot: "automatic", typing: "is writing …", somebody: "Somebody", away: "Nobody is here just now.", back: "We are back {0}.", next: "You are next.", ahead: ["One person is before you.", "{0} people are before you."], usual: "Half of all answers came within {0}, nine of ten within {1}.", half: "Half of all answers came within {0}.", unknown: "We cannot say yet how long an answer takes.", minutes: ["a minute", "{0} minutes"], hours: ["an hour", "{0} hours"], ask: "May we answer by mail if you leave?", address: "Your mail address", yes: "Yes, by mail", no: "No", kept: "We will also answer by mail.", large: "This file is larger than {0} MB.", refused: "This file could not be sent.", bad: "Please check the address.", offline: "No connection. Your words are kept and sent later.", unread: ["one new message", "{0} new messages"]},
  de: {open: "Chat mit uns", close: "Chat schließen", write: "Ihre Nachricht", send: "Senden", file: "Datei senden", sending: "wird gesendet …", sent: "gesendet", seen: "gesehen", failed: "nicht gesendet", again: "Noch einmal senden", earlier: "Frühere Nachrichten", you: "Sie", us: "Wir", robot: "automatisch", typing: "schreibt …", somebody: "Jemand", away: "Gerade ist niemand da.", back: "Wir sind {0} wieder da.", next: "Sie sind als Nächstes dran.", ahead: ["Eine Person ist vor Ihnen dran.", "{0} Personen sind vor Ihnen dran."], usual: "Die Hälfte aller Antworten kam innerhalb von {0}, neun von zehn innerhalb von {1}.", half: "Die Hälfte aller Antworten kam innerhalb von {0}.", unknown: "Wir können noch nicht sagen, wie lange eine Antwort dauert.", minutes: ["einer Minute", "{0} Minuten"], hours: ["einer Stunde", "{0} Stunden"], ask: "Dürfen wir per Mail antworten, wenn Sie gehen?", address: "Ihre Mailadresse", yes: "Ja, per Mail", no: "Nein", kept: "Wir antworten auch per Mail.", large: "Diese Datei ist größer als {0} MB.", refused: "Diese Datei konnte nicht gesendet werden.", bad: "Bitte prüfen Sie die Adresse.", offline: "Keine Verbindung. Ihre Worte bleiben erhalten und werden später gesendet.", unread: ["eine neue Nachricht", "{0} neue Nachrichten"]},
}
const asked = settings.lang || document.documentElement.lang || navigator.language || "en"
const language = WORDS[asked.slice(0, 2)] ? asked.slice(0, 2) : "en"
const words = {...WORDS[language], ...given.words}
const say = (text, ...values) => text.replace(/\{(\d)\}/g, (_, n) => values[n])
const count = (texts, n) => say(texts[n === 1 ? 0 : 1], n)

// What is kept over a reload. Where nothing may be kept, it lasts as long as the page.
const name = "rapport:" + settings.key
let kept = {}
const load = () => { try { kept = JSON.parse(localStorage[name] || "{}") } catch { kept = kept || {} } }
const keep = change => { load(); Object.assign(kept, change); try { localStorage[name] = JSON.stringify(kept) } catch {} }
load()
const unsent = () => kept.unsent || []

// Asking the server.
let identity = "", supplier = given.identity, card = null, state = {}, messages = new Map(), isOpen = false
const pause = ms => new Promise(done => setTimeout(done, ms))
const prove = async () => { identity = supplier ? await (typeof supplier === "function" ? supplier() : supplier) || "" : "" }
async function call(path, {body, ...more} = {}, times = 0) {
  const headers = {...more.headers}
  if (kept.visitor) headers.authorization = "Bearer " + kept.visitor
  if (identity) headers["x-rapport-identity"] = identity
  if (body !== undefined && !(body instanceof Blob)) { body = JSON.stringify(body); headers["content-type"] = "application/json" }
  const answer = await fetch(base + path, {method: body === undefined ? "GET" : "POST", credentials: "omit", cache: "no-store", ...more, headers, body})
  if (answer.ok) return answer
  const problem = Object.assign(new Error("refused"), await answer.json().catch(() => ({})), {status: answer.status, wait: +answer.headers.get("retry-after") || 0})
  if (times < 2 && await mended(problem.code, times)) return call(path, {...more, body}, times + 1)
  throw problem
}
async function mended(code, times) {
  if (code === "identity_refused") { await (times ? supplier = identity = "" : prove()); return true }
  if (code !== "somebody_else" && code !== "unknown_visitor") return false
  const had = kept.visitor
  if (code === "somebody_else") keep({unsent: []})
  forget()
  if (had) await begin()
  return Boolean(had) && code === "unknown_visitor"
}
function forget() { keep({visitor: "", address: 0, read: 0}); messages.clear(); state = {}; draw() }
async function begin() {
  load()
  if (kept.visitor) return
  const answer = await call("/visits", {body: {language, page: (location.origin + location.pathname).slice(0, 300)}}, 2)
  keep({visitor: (await answer.json()).visitor})
  follow()
}

// Words go out one after the other, each with a name of its own: sent twice, it is said once.
let isPumping = false
async function pump() {
  if (isPumping) return
  isPumping = true
  for (let wait = 1000; unsent().length;) {
    const one = unsent().find(each => !each.failed)
    if (!one) break
    try {
      await begin()
      const told = await (await call("/messages", {body: {id: one.id, text: one.text, files: one.files}})).json()
      keep({unsent: unsent().filter(each => each.id !== one.id)})
      if (![...messages.values()].some(each => each.own === one.id)) take([{...one, own: one.id, n: told.message || Infinity, files: one.shown}])
      wait = 1000
      note("")
    } catch (problem) {
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429 && problem.status !== 401 && problem.status !== 408)
        keep({unsent: unsent().map(each => each.id === one.id ? {...each, failed: 1} : each)})
      else { note(problem.status ? "" : words.offline); draw(); await pause(problem.wait * 1000 || wait); wait = Math.min(wait * 2, 30000) }
    }
    draw()
  }
  isPumping = false
}
function speak(text, files = [], shown) {
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, "0")).join("")
  load()
  keep({unsent: [...unsent(), {id, text, files, shown, at: new Date().toISOString()}], last: Date.now()})
  draw(true)
  pump()
}

// What is said to us comes by a stream that is taken up where it was cut: after sleep, reload, a lost network.
let following = null, heardAt = 0, typingUntil = 0
async function follow() {
  if (following || !kept.visitor) return
  following = {}
  for (let wait = 500; kept.visitor && following;) {
    const stop = new AbortController()
    const watch = setInterval(() => { if (Date.now() - heardAt > 40000) stop.abort() }, 5000)
    following.stop = () => stop.abort()
    heardAt = Date.now()
    try {
      const answer = await call("/stream?after=" + newest(), {signal: stop.signal})
      wait = 500
      await read(answer.body.getReader())
    } catch (problem) { wait = problem.wait * 1000 || Math.min(wait * 2, 30000) }
    clearInterval(watch)
    await Promise.race([pause(wait * (.5 + Math.random())), new Promise(done => { following && (following.wake = done) })])
  }
  following = null
}
async function read(stream) {
  const decoder = new TextDecoder()
  for (let rest = "";;) {
    const {done, value} = await stream.read()
    if (done) return
    heardAt = Date.now()
    const parts = (rest + decoder.decode(value, {stream: true})).split("\n\n")
    rest = parts.pop()
    for (const part of parts) {
      const fields = Object.fromEntries(part.split("\n").map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]))
      await hear(fields.event, JSON.parse(fields.data || "{}"))
    }
  }
}
async function hear(event, told) {
  if (event === "said") { typingUntil = 0; take(told.messages) }
  else if (event === "state") { state = told; draw() }
  else if (event === "typing") { typingUntil = Date.now() + 6000; draw(); setTimeout(draw, 6100) }
  else if (event === "over") await mended(told.code, 0)
}
function take(list) {
  for (const one of list) {
    if (typeof one.own === "string") {
      for (const [n, each] of messages) if (each.own === one.own) messages.delete(n)
      if (unsent().some(each => each.id === one.own)) keep({unsent: unsent().filter(each => each.id !== one.own)})
    }
    messages.set(one.n, one)
  }
  keep({last: Date.now()})
  draw(true)
}
const sorted = () => [...messages.values()].sort((a, b) => a.n - b.n)
const newest = () => Math.max(0, ...[...messages.keys()].filter(isFinite))
const fresh = () => sorted().filter(one => !one.own && one.n > (kept.read || 0) && one.n > (state.read || 0))
function mark() {
  const last = fresh().pop()
  if (!last || !isOpen || document.hidden) return
  keep({read: last.n})
  call("/signs", {body: {read: last.n}}).catch(() => keep({read: 0}))
}
function wake() {
  if (document.hidden) return
  mark()
  if (following && Date.now() - heardAt > 20000) following.stop()
  if (following && following.wake) following.wake()
  pump()
}
for (const event of ["online", "pageshow", "focus"]) addEventListener(event, wake)
document.addEventListener("visibilitychange", wake)

// Drawing. Texts are only ever texts: nothing that was said becomes markup.
const el = (tag, more = {}, ...inside) => {
  const made = document.createElement(tag)
  for (const [key, value] of Object.entries(more)) key.startsWith("on") ? made.addEventListener(key.slice(2), value) : key in made && key !== "role" ? made[key] = value : made.setAttribute(key, value)
  made.append(...inside)
  return made
}
const icon = path => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS(made.namespaceURI, "path")
  made.setAttribute("viewBox", "0 0 24 24"); made.setAttribute("aria-hidden", "true"); line.setAttribute("d", path); made.append(line)
  return made
}
const root = el("rapport-chat"), shadow = root.attachShadow({mode: "open"})
const sheet = new CSSStyleSheet()
sheet.replaceSync("STYLES")
shadow.adoptedStyleSheets = [sheet]
const badge = el("span", {className: "badge", hidden: true})
const launch = el("button", {className: "launch", type: "button", onclick: () => toggle(!isOpen), "aria-expanded": "false"}, icon("M4 5h16v11H9l-5 4z"), badge)
const title = el("h2", {id: "t"}), notice = el("p", {className: "note", role: "status", hidden: true}), trouble = el("p", {className: "note", role: "alert", hidden: true})
const log = el("div", {className: "log", role: "log", tabIndex: 0, "aria-label": words.open}), typing = el("p", {className: "typing", role: "status"})
const field = el("textarea", {rows: 1, maxLength: 8000, placeholder: words.write, "aria-label": words.write, oninput: grow, onkeydown: event => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit() } }})
const chooser = el("input", {type: "file", "aria-label": words.file, onchange: () => upload(chooser.files[0])})
const address = el("input", {type: "email", required: true, maxLength: 254, autocomplete: "email", id: "a", placeholder: words.address})
const mail = el("form", {className: "mail", hidden: true, onsubmit: promise}, el("label", {htmlFor: "a"}, words.ask), address, el("button", {}, words.yes), el("button", {className: "no", type: "button", onclick: () => { keep({declined: 1}); draw(); field.focus() }}, words.no))
const box = el("section", {className: "box", role: "dialog", "aria-labelledby": "t", hidden: true, onkeydown: keys}, el("header", {}, title, el("button", {type: "button", "aria-label": words.close, onclick: () => toggle(false)}, icon("M6 6l12 12M18 6L6 18"))), notice, log, typing, trouble, mail, el("form", {onsubmit: event => { event.preventDefault(); submit() }}, el("label", {className: "file"}, icon("M21 11l-9 9a5 5 0 0 1-7-7l9-9a3.500 3.500 0 0 1 5 5l-9 9a2 2 0 0 1-3-3l8-8"), chooser), field, el("button", {className: "send"}, words.send)))
shadow.append(launch, box)
const isPhone = () => matchMedia("(max-width:480px)").matches
const dark = matchMedia("(prefers-color-scheme:dark)")
const look = () => root.setAttribute("look", settings.look || (dark.matches ? "dark" : "light"))
dark.addEventListener("change", look)
function paint(colour) {
  const [r, g, b] = [1, 3, 5].map(at => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)
  root.style.setProperty("--c", colour)
  root.style.setProperty("--on", .2126 * r + .7152 * g + .0722 * b > .179 ? "#000" : "#fff")
}
function note(text) { trouble.textContent = text; trouble.hidden = !text }
function grow() {
  field.style.height = "auto"
  field.style.height = field.scrollHeight + 2 + "px"
  if (kept.visitor && Date.now() - (grow.at || 0) > 4000) { grow.at = Date.now(); call("/signs", {body: {typing: true}}).catch(() => {}) }
}
function submit() {
  const text = field.value.trim()
  if (!text) return
  field.value = ""
  field.style.height = "auto"
  speak(text)
}
async function upload(file) {
  chooser.value = ""
  if (!file) return
  if (card && file.size > card.largest_file) return note(say(words.large, Math.floor(card.largest_file / 1048576)))
  note(words.sending)
  try {
    await begin()
    const told = await (await call("/files?name=" + encodeURIComponent(file.name), {body: new Blob([file])})).json()
    note("")
    speak("", [told.file], [{name: told.name, bytes: told.bytes}])
  } catch { note(words.refused) }
}
async function fetchFile(one) {
  try {
    const url = URL.createObjectURL(await (await call("/files/" + one.n)).blob())
    el("a", {href: url, download: one.name}).click()
    setTimeout(() => URL.revokeObjectURL(url), 60000)
  } catch { note(words.offline) }
}
async function promise(event) {
  event.preventDefault()
  try { await begin(); await call("/address", {body: {address: address.value.trim()}}); keep({address: 1}); note(""); draw(); field.focus() }
  catch (problem) { note(problem.status ? words.bad : words.offline) }
}
function keys(event) {
  if (event.key === "Escape") return toggle(false)
  if (event.key !== "Tab" || !isPhone()) return
  const all = [...box.querySelectorAll("button,textarea,input,a,.log")].filter(each => each.offsetParent), end = all[event.shiftKey ? 0 : all.length - 1]
  if (shadow.activeElement === end) { event.preventDefault(); all[event.shiftKey ? all.length - 1 : 0].focus() }
}
const span = seconds => seconds < 5400 ? count(words.minutes, Math.max(1, Math.ceil(seconds / 60))) : count(words.hours, Math.ceil(seconds / 3600))
const region = [asked, navigator.language].find(each => each.length > 2 && each.startsWith(language)) || language
const moment = (text, more) => new Date(text).toLocaleString(region, more)
function honest() {
  if (!card) return ""
  const open = "is_open" in state ? state.is_open : card.is_open
  const after = card.opens_at ? say(words.back, moment(card.opens_at, {weekday: "long", hour: "2-digit", minute: "2-digit"})) : ""
  if (!open) return [words.away, after, kept.address || state.has_address ? words.kept : ""].join(" ").trim()
  const waits = state.waits, known = waits && waits.median ? waits : card.waits
  const answered = sorted().some(one => !one.own && !one.auto)
  if (!waits && (answered || messages.size)) return kept.address && !answered ? words.kept : ""
  const place = waits && waits.ahead !== null ? waits.ahead ? count(words.ahead, waits.ahead) : words.next : ""
  const time = known.median === null ? words.unknown : known.ninetieth === null ? say(words.half, span(known.median)) : say(words.usual, span(known.median), span(known.ninetieth))
  return `${place} ${time}`.trim()
}
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/).map((part, n) => n % 2 ? el("a", {href: part, target: "_blank", rel: "noopener noreferrer nofollow"}, part) : part)
}
function bubble(one) {
  const own = Boolean(one.own), last = sorted().filter(each => each.own).pop()
  const made = el("div", {className: own ? "m own" : "m"}, el("span", {className: "off"}, own ? words.you : one.name || words.us))
  if (!own) made.append(el("small", {"aria-hidden": "true"}, (one.name || words.us) + (one.auto ? ` · ${words.robot}` : "")))
  if (one.text) made.append(el("p", {}, ...linked(one.text)))
  for (const file of one.files || []) made.append(el("p", {}, file.n ? el("button", {type: "button", onclick: () => fetchFile(file)}, file.name) : file.name))
  const time = moment(one.at, Date.now() - new Date(one.at) < 72e6 ? {hour: "2-digit", minute: "2-digit"} : {day: "numeric", month: "short", hour: "2-digit", minute: "2-digit"})
  const stand = !own ? "" : one.failed ? words.failed : !one.n ? words.sending : one === last && !unsent().length ? state.seen >= one.n ? words.seen : words.sent : ""
  made.append(el("small", {}, time + (stand ? ` · ${stand}` : "")))
  if (one.failed) made.append(el("button", {type: "button", onclick: () => { keep({unsent: unsent().map(each => ({...each, failed: 0}))}); draw(); pump() }}, words.again))
  return made
}
const drawn = new Map()
function draw(isNew) {
  if (!root.isConnected) return
  const isLow = log.scrollHeight - log.scrollTop - log.clientHeight < 80, wanted = []
  if (card && card.greeting) wanted.push(["greeting", "", () => el("div", {className: "m"}, el("p", {}, card.greeting))])
  if (messages.size >= 60 && !kept.whole) wanted.push(["more", "", () => el("button", {className: "more", type: "button", onclick: earlier}, words.earlier)])
  for (const one of [...sorted(), ...unsent().map(each => ({...each, own: each.id, files: each.shown}))]) {
    const key = typeof one.own === "string" ? one.own : one.n
    const made = bubble(one)
    wanted.push([key, made.textContent, () => made])
  }
  const keysNow = new Set(wanted.map(([key]) => key))
  for (const [key, [node]] of drawn) if (!keysNow.has(key)) { node.remove(); drawn.delete(key) }
  let before = null
  for (const [key, text, make] of wanted) {
    const old = drawn.get(key)
    if (!old || old[1] !== text) { const node = make(); old ? old[0].replaceWith(node) : before ? before.after(node) : log.prepend(node); drawn.set(key, [node, text]) }
    const node = drawn.get(key)[0]
    if (before && before.nextSibling !== node) before.after(node)
    before = node
  }
  const told = honest(), who = sorted().filter(one => one.name).pop()
  if (notice.textContent !== told) notice.textContent = told
  notice.hidden = !told
  typing.textContent = Date.now() < typingUntil ? `${who ? who.name : words.somebody} ${words.typing}` : ""
  const isLate = card && (!("is_open" in state ? state.is_open : card.is_open) || state.waits && state.waits.seconds > (card.waits.median || 60))
  mail.hidden = !(isLate && card.can_mail && kept.visitor && messages.size && !identity && !kept.address && !kept.declined && !state.has_address)
  const unread = isOpen && !document.hidden ? 0 : fresh().length
  badge.hidden = !unread
  badge.textContent = unread
  launch.setAttribute("aria-label", (isOpen ? words.close : words.open) + (unread ? `, ${count(words.unread, unread)}` : ""))
  if (isNew && (isLow || unsent().length)) log.scrollTop = log.scrollHeight
  if (isNew) mark()
}
async function earlier() {
  try {
    const told = await (await call("/messages?before=" + sorted()[0].n)).json()
    kept.whole = !told.is_more
    take(told.messages)
  } catch { note(words.offline) }
}
function toggle(open) {
  isOpen = open
  box.hidden = !open
  box.setAttribute("aria-modal", String(isPhone()))
  launch.setAttribute("aria-expanded", String(open))
  launch.hidden = open && isPhone()
  try { sessionStorage[name] = open ? 1 : "" } catch {}
  if (open) { greet(); field.focus(); draw(true); log.scrollTop = log.scrollHeight } else { draw(); launch.hidden = false; launch.focus() }
}
async function greet() {
  try { card = await (await call("")).json() } catch { return }
  title.textContent = card.name
  log.setAttribute("aria-label", card.name)
  paint(settings.colour || card.colour)
  chooser.accept = card.endings.map(each => "." + each).join()
  draw()
}
async function identify(next) {
  supplier = next
  const had = identity
  try { await prove() } catch { identity = "" }
  if (had !== identity) { messages.clear(); state = {}; draw(); if (following && following.stop) following.stop() }
}
async function leave() {
  const had = kept.visitor
  if (had) await call("/leave", {body: {}}, 2).catch(() => {})
  supplier = identity = ""
  if (following && following.stop) following.stop()
  keep({unsent: [], declined: 0})
  forget()
}
async function start() {
  look()
  document.body.append(root)
  paint(settings.colour || "#1f5f8b")
  await prove().catch(() => {})
  await greet()
  let wasOpen = settings.open === "true"
  try { wasOpen = wasOpen || sessionStorage[name] } catch {}
  if (wasOpen) toggle(true)
  draw()
  if (unsent().length) pump()
  if (kept.visitor && (wasOpen || Date.now() - (kept.last || 0) < 864e5)) follow()
}
window.rapport = {open: () => toggle(true), close: () => toggle(false), identify, leave, get unread() { return fresh().length }}
document.body ? start() : addEventListener("DOMContentLoaded", start)
})()
