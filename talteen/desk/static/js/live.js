// A page that keeps itself fresh: asks for its part every two seconds and puts in only what has changed, so that
// focus, an open table and a finger on a button stay where they are. Screen readers hear losses, missing voices and
// answers, no more.
const EVERY_MS = 2000;
const PATIENCE_MS = 8000;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const stale = document.getElementById("vanhentunut");
const growing = document.querySelectorAll("[data-grows]"); // said when a count of the region has grown
const heard = document.getElementById("kuultu");
const single = document.getElementById("yhden-nappaimen");
const SINGLE = "single-keys";

let region = document.getElementById("nyt");
let ahead = Date.parse(region.dataset.at) - Date.now(); // how far the node's clock is before this one
let waiting = 0; // for answers
let presses = 0;
let last = Promise.resolve(); // what the last press does

// --- putting in ---------------------------------------------------------------------------------

// What ticks by itself and what is drawn anew each time is no change.
function core(part) {
  const copy = part.cloneNode(true);
  for (const one of copy.querySelectorAll("[data-since], [data-until]")) one.textContent = "";
  for (const one of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) one.remove();
  for (const one of copy.querySelectorAll("details")) one.open = false;
  return copy.outerHTML;
}

function keep(old, fresh) {
  for (const one of old.querySelectorAll("details[open][id]")) {
    const twin = fresh.querySelector(`#${CSS.escape(one.id)}`);
    if (twin) twin.open = true;
  }
}

function put(fresh) {
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const before = new Map([...region.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const parts = [...fresh.querySelectorAll("[data-part]")].map((part) => {
    const old = before.get(part.dataset.part);
    if (old && core(old) === core(part)) return old;
    if (old) keep(old, part);
    return part;
  });
  const same = parts.length === before.size && parts.every((part, at) => region.children[at] === part);
  if (!same) region.replaceChildren(...parts);
  for (const one of growing) {
    const [now, then] = [fresh, region].map((part) => Number(part.dataset[one.dataset.grows] ?? 0));
    if (now > then) one.textContent = one.dataset.word;
    if (!now) one.textContent = "";
  }
  Object.assign(region.dataset, fresh.dataset);
  ahead = Date.parse(region.dataset.at) - Date.now();
  if (!same && focused && document.activeElement === document.body) refocus(focused);
  tick();
}

// A button that is gone hands its focus to what took its place.
function refocus(id) {
  const next = document.getElementById(id) ?? region.querySelector("[data-focus]") ?? region.querySelector(".deeds .button");
  next?.focus({ preventScroll: true });
}

function say() {
  const said = region.querySelector(".said")?.textContent.trim() ?? "";
  if (heard && said && heard.textContent !== said) heard.textContent = said;
}

// --- asking -------------------------------------------------------------------------------------

async function ask(url, options = {}, old = () => false) {
  waiting += 1;
  try {
    const answer = await fetch(url, {
      ...options, headers: { "Talteen-Part": "1" }, signal: AbortSignal.timeout(PATIENCE_MS), credentials: "same-origin",
    });
    if (answer.status >= 500) throw new Error("away");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("nyt");
    if (old()) return;
    if (!fresh) return location.reload(); // signed out, or not one's own any more: the page says it
    put(fresh);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  } finally {
    waiting -= 1;
  }
}

// What was asked before a press says what stood before it: put in after, it would bring back a question that was
// answered, and the next letter would answer it again.
function look() {
  const before = presses;
  if (!waiting && !document.hidden) ask(region.dataset.next, {}, () => presses !== before);
}

// One after another, as they came.
function press(url, options) {
  presses += 1;
  last = last.then(() => ask(url, options));
  return last;
}

function tick() {
  const now = Date.now() + ahead;
  for (const one of region.querySelectorAll("[data-since]")) one.textContent = place(now - Date.parse(one.dataset.since));
  for (const one of region.querySelectorAll("[data-until]")) one.textContent = place(Date.parse(one.dataset.until) - now);
}

function place(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

setInterval(look, EVERY_MS);
if (!still) setInterval(tick, 1000);
document.addEventListener("visibilitychange", look);

// --- presses ------------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  if (!region.contains(event.target)) return;
  event.preventDefault();
  await press(event.target.action, { method: "POST", body: new FormData(event.target) });
  say();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("#nyt a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await press(link.dataset.swap);
  (region.querySelector("[data-focus]") ?? region.querySelector(".deeds .button"))?.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [popover]");
  // A held key is one press: it may not ask and confirm at once.
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  const found = region.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]:not([disabled])`);
  if (found.length !== 1) return; // with two calls a letter would guess
  event.preventDefault();
  found[0].click();
});

if (single) {
  single.closest("[hidden]")?.removeAttribute("hidden");
  single.checked = localStorage.getItem(SINGLE) !== "off";
  single.addEventListener("change", () => localStorage.setItem(SINGLE, single.checked ? "on" : "off"));
}
tick();
