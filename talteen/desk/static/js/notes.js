// What a listener notes while the sound runs: a span ([ and ]), marks (M), and the next of them (N).
// It lives on this page alone and is gone with it: nothing is sent, nothing is kept.

const player = document.getElementById("soitin");
const audio = document.getElementById("aani");
const onTime = player.querySelector(".on-time");
const box = document.getElementById("muistiinpanot");
const list = box.querySelector("ol");
const said = box.querySelector('[role="status"]');
const drawn = player.querySelector(".span-now");
const again = box.querySelector('[data-note="clear"]');
const single = document.getElementById("yhden-nappaimen");
const length = Number(player.dataset.length);
const span = { from: null, to: null };

const now = () => Math.min(audio.currentTime * 1000, length);
const place = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const text = (name, ...values) => values.reduce((said, value) => said.replace("{}", value), box.dataset[name]);

function seek(ms) {
  audio.currentTime = ms / 1000;
  player.dispatchEvent(new Event("moved"));
}

// --- the span -----------------------------------------------------------------------------------

// A span is whole when both ends stand; then it is played again and again, until it is let go.
function begin() {
  span.from = now();
  if (span.to !== null && span.to <= span.from) span.to = null;
  draw();
}

function end() {
  span.from ??= 0;
  if (now() <= span.from) return;
  span.to = now();
  draw();
  repeat();
}

function clear() {
  span.from = span.to = null;
  draw();
}

function draw() {
  const whole = span.to !== null;
  drawn.hidden = span.from === null;
  again.hidden = span.from === null;
  drawn.style.setProperty("--at", (span.from ?? 0) / length);
  drawn.style.setProperty("--wide", ((span.to ?? span.from ?? 0) - (span.from ?? 0)) / length);
  said.textContent = whole
    ? text("span", place(span.from), place(span.to))
    : span.from === null ? text("none") : text("from", place(span.from));
  document.dispatchEvent(new CustomEvent("span", { detail: { ...span } }));
}

document.addEventListener("stretch", ({ detail }) => {
  Object.assign(span, detail);
  draw();
});

function repeat() {
  if (span.to === null || audio.paused) return;
  if (now() >= span.to) seek(span.from);
  requestAnimationFrame(repeat);
}

audio.addEventListener("play", () => {
  if (span.to !== null && (now() < span.from || now() >= span.to)) seek(span.from);
  requestAnimationFrame(repeat);
});

// --- marks ----------------------------------------------------------------------------------------

function mark() {
  const ms = Math.round(now());
  if (list.querySelector(`[data-place="${ms}"]`)) return;
  const item = document.createElement("li");
  const go = button("plain num", place(ms), "");
  go.dataset.place = ms;
  go.addEventListener("click", () => seek(ms));
  const flag = document.createElement("span");
  flag.className = "mark-now";
  flag.style.setProperty("--at", ms / length);
  const away = button("button quiet square", "×", text("remove", place(ms)));
  away.addEventListener("click", () => {
    (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button").focus();
    item.remove();
    flag.remove();
  });
  item.append(go, away);
  list.insertBefore(item, [...list.children].find((one) => one.firstChild.dataset.place > ms) ?? null);
  onTime.append(flag);
  said.textContent = text("marked", place(ms));
}

function button(look, words, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = words;
  if (label) made.setAttribute("aria-label", label);
  return made;
}

// Hits of a search, comments and marks: whatever says where it is.
function go(forward) {
  const places = [...document.querySelectorAll("[data-place]")].map((one) => Number(one.dataset.place));
  places.sort((one, other) => one - other);
  const to = forward ? places.find((ms) => ms > now() + 50) : places.findLast((ms) => ms < now() - 1000);
  if (to === undefined) said.textContent = text(forward ? "last" : "first");
  else seek(to);
}

// --- wires ----------------------------------------------------------------------------------------

const deeds = { from: begin, to: end, clear, mark, next: () => go(true) };
// [ and ] take a second key on a Finnish keyboard: I and O do the same, as where film is cut.
const byKey = { "[": begin, i: begin, "]": end, o: end, m: mark };

box.addEventListener("click", (event) => deeds[event.target.closest("[data-note]")?.dataset.note]?.());

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover], dialog");
  const bracket = event.key === "[" || event.key === "]"; // AltGr or Option is part of writing it
  if (((event.ctrlKey || event.metaKey || event.altKey) && !bracket) || typing || !single?.checked) return;
  const key = event.key.toLowerCase();
  const deed = key === "n" ? () => go(!event.shiftKey) : key === "escape" && span.from !== null ? clear : byKey[key];
  if (!deed) return;
  event.preventDefault();
  deed();
});

box.hidden = false;
