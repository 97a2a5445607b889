// The player of one call: one <audio>, one slider, one transcript that follows.
// The server draws and decides; this file only moves: the head, the ink, the sound. It keeps nothing.

const player = document.getElementById("soitin");
const audio = document.getElementById("aani");
const slider = player.querySelector('[role="slider"]');
const heard = document.getElementById("kuultu-osa");
const head = player.querySelector(".head-now");
const onTime = player.querySelector(".on-time");
const clock = player.querySelector("[data-now]");
const rateText = player.querySelector("[data-rate]");
const failed = document.getElementById("ei-aanta");
const grant = document.getElementById("lupa");
const length = Number(player.dataset.length);
const drawn = slider.querySelector("svg").viewBox.baseVal.width;
const silences = player.dataset.silences.split(" ").filter(Boolean).map((span) => span.split("-").map(Number));
const turns = [...document.querySelectorAll(".turn")].map(readTurn);
const RATES = [0.75, 1, 1.25, 1.5, 2, 2.5, 3];
const STEP_MS = 5000;

let skipping = false;
let savedMs = 0;
let slowUntil = null; // while a sentence is repeated slowly: where it ends, and the rate to return to
let inked = null;
let current = null; // the turn that sounds
let told = -1; // the half second that was said last
let scrolledAt = 0;

function readTurn(element) {
  const start = Number(element.dataset.start);
  const text = element.querySelector("p[data-words]");
  const words = (text?.dataset.words ?? "").split(" ").filter(Boolean).map((ms) => start + Number(ms));
  return { element, start, end: Number(element.dataset.end), text, words };
}

// Where each sentence of a turn begins: behind a word that ends one.
function sentencesOf({ text, words }) {
  const said = text ? [...tokens(text)] : [];
  return words.filter((_, place) => place === 0 || /[.?!…]["”»)]*$/.test(said[place - 1]?.word ?? ""));
}

// The words of a turn, in the order in which their times were sent: what stands between white space. What is covered
// is one word, however many its label has.
function* tokens(text) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(".masked")) yield { node, from: 0, to: node.data.length, word: node.data };
    else for (const found of node.data.matchAll(/\S+/g)) {
      yield { node, from: found.index, to: found.index + found[0].length, word: found[0] };
    }
  }
}

// --- time -------------------------------------------------------------------------------------

const now = () => Math.min(audio.currentTime * 1000, length);
const two = (number) => String(number).padStart(2, "0");

function place(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function spoken(ms) {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function seek(ms) {
  audio.currentTime = Math.max(0, Math.min(ms, length - 1)) / 1000;
  show();
}

function show() {
  const ms = now();
  const share = ms / length;
  heard.setAttribute("width", share * drawn);
  head.style.setProperty("--at", share);
  head.dataset.edge = share === 0 ? "rest" : share < 0.03 ? "start" : share > 0.97 ? "end" : "";
  say(ms);
  follow(ms);
}

// What is said of the place changes with the second, not with every frame.
function say(ms) {
  const half = Math.floor(ms / 500);
  if (told === half) return;
  told = half;
  head.dataset.time = clock.textContent = place(ms);
  slider.setAttribute("aria-valuenow", Math.round(ms / 1000));
  slider.setAttribute("aria-valuetext", spoken(ms));
}

// --- the transcript follows -------------------------------------------------------------------

function follow(ms) {
  const turn = turns.findLast((one) => one.start <= ms && ms < one.end + 400);
  if (current !== turn) {
    current?.element.removeAttribute("aria-current");
    turn?.element.setAttribute("aria-current", "true");
    current = turn;
    // Who jumps while it rests looks for the words there, too; who has just opened the call does not.
    if (turn && (!audio.paused || ms > 0) && Date.now() - scrolledAt > 4000) {
      turn.element.scrollIntoView({ block: "nearest" });
    }
  }
  ink(turn, turn?.words.findLastIndex((at) => at <= ms) ?? -1);
}

function ink(turn, index) {
  if (inked?.turn === turn && inked?.index === index) return;
  inked?.span?.replaceWith(...inked.span.childNodes);
  inked?.turn?.text?.normalize();
  inked = { turn, index, span: null };
  if (!turn?.text || index < 0) return;
  const range = rangeOfWord(turn.text, index);
  if (!range) return;
  inked.span = document.createElement("span");
  inked.span.className = "word-now";
  range.surroundContents(inked.span);
}

function rangeOfWord(text, wanted) {
  const token = [...tokens(text)][wanted];
  if (!token) return null;
  const range = document.createRange();
  range.setStart(token.node, token.from);
  range.setEnd(token.node, token.to);
  return range;
}

function wordUnder(turn, event) {
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (!caret || !turn.text?.contains(caret.offsetNode)) return -1;
  return [...tokens(turn.text)].findIndex(({ node, to }) => node === caret.offsetNode && caret.offset <= to);
}

// Words of one turn that a pointer was drawn over, as a stretch of time: covers take their place from it (cover.js).
function brush() {
  const selection = getSelection();
  if (selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const turn = turns.find(({ text }) => text?.contains(range.startContainer) && text.contains(range.endContainer));
  if (!turn) return;
  const met = ({ node, from, to }) => range.comparePoint(node, from + 1) <= 0 && range.comparePoint(node, to - 1) >= 0;
  const drawnOver = [...tokens(turn.text)].map(met);
  const [first, last] = [drawnOver.indexOf(true), drawnOver.lastIndexOf(true)];
  if (first < 0) return;
  const side = turn.element.classList.contains("agent") ? "agent" : "caller";
  const detail = { from: turn.words[first], to: turn.words[last + 1] ?? turn.end, side };
  document.dispatchEvent(new CustomEvent("brush", { detail }));
}

let allWords = null;

function stepWord(by) {
  const words = (allWords ??= turns.flatMap((turn) => turn.words).sort((one, other) => one - other));
  const ms = now();
  seek(by > 0 ? (words.find((at) => at > ms + 20) ?? ms) : (words.findLast((at) => at < ms - 200) ?? 0));
}

// --- what the buttons and keys do -------------------------------------------------------------

const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());

function setRate(rate) {
  audio.playbackRate = rate;
  rateText.textContent = `${String(rate).replace(".", document.documentElement.lang === "en" ? "." : ",")}×`;
}

const faster = () => setRate(RATES[(RATES.indexOf(audio.playbackRate) + 1) % RATES.length]);

function forward() {
  if (audio.paused) return toggle();
  setRate(RATES.find((rate) => rate > audio.playbackRate) ?? RATES.at(-1));
}

function stop() {
  audio.pause();
  setRate(1); // K stops and is lossless: the next play is at its own speed
}

function again() {
  const ms = now();
  const lately = turns.filter(({ start }) => start < ms).slice(-8);
  const starts = lately.flatMap((turn) => {
    const sentences = sentencesOf(turn);
    return sentences.map((at, place) => ({ at, end: sentences[place + 1] ?? turn.end }));
  });
  const sentence = starts.sort((one, other) => one.at - other.at).findLast(({ at }) => at < ms - 800);
  if (!sentence) return;
  slowUntil = { end: sentence.end, rate: slowUntil?.rate ?? audio.playbackRate };
  setRate(0.75);
  seek(sentence.at);
  audio.play().catch(() => {});
}

function skip() {
  skipping = !skipping;
  player.querySelector('[data-do="skip"]')?.setAttribute("aria-pressed", String(skipping));
}

const deeds = { toggle, faster, again, skip };
const keys = {
  " ": toggle, j: () => seek(now() - STEP_MS), k: stop, l: forward,
  ",": () => stepWord(-1), ".": () => stepWord(1), r: again, s: skip,
};

// --- wires --------------------------------------------------------------------------------------

player.addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());

document.addEventListener("keydown", (event) => {
  const single = document.getElementById("yhden-nappaimen");
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover], dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return; // the key of the control itself
  const deed = keys[event.key.toLowerCase()];
  if (!deed) return;
  event.preventDefault();
  deed();
});

slider.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -1000, ArrowRight: 1000, ArrowDown: -1000, ArrowUp: 1000, PageDown: -30000, PageUp: 30000 };
  const to = { Home: 0, End: length }[event.key] ?? (event.key in steps ? now() + steps[event.key] : null);
  if (to === null) return;
  event.preventDefault();
  seek(to);
});

function drag(event) {
  const field = slider.getBoundingClientRect();
  seek(((event.clientX - field.left) / field.width) * length);
}

slider.addEventListener("pointerdown", (event) => {
  slider.setPointerCapture(event.pointerId);
  drag(event);
});
slider.addEventListener("pointermove", (event) => slider.hasPointerCapture(event.pointerId) && drag(event));

for (const turn of turns) {
  turn.element.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    seek(turn.start);
  });
  turn.text?.addEventListener("click", (event) => {
    const word = wordUnder(turn, event);
    if (word >= 0 && getSelection().isCollapsed) seek(turn.words[word] ?? turn.start);
  });
}

document.getElementById("litteraatti")?.addEventListener("pointerup", () => setTimeout(brush));
addEventListener("wheel", () => (scrolledAt = Date.now()), { passive: true });
addEventListener("touchmove", () => (scrolledAt = Date.now()), { passive: true });

function pictured(playing) {
  const button = player.querySelector('[data-do="toggle"]');
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#play"));
  button.setAttribute("aria-label", playing ? button.dataset.pause : button.dataset.play);
}

function tick() {
  const ms = now();
  const silence = skipping && silences.find(([start, end]) => start + 300 <= ms && ms < end - 300);
  if (silence) {
    savedMs += silence[1] - 200 - ms;
    player.querySelector("[data-saved]").textContent = place(savedMs);
    seek(silence[1] - 200);
  }
  if (slowUntil && ms >= slowUntil.end) {
    setRate(slowUntil.rate);
    slowUntil = null;
  }
  show();
  if (!audio.paused) requestAnimationFrame(tick);
}

audio.addEventListener("play", () => {
  failed.hidden = true;
  pictured(true);
  requestAnimationFrame(tick);
});
audio.addEventListener("pause", () => pictured(false));
audio.addEventListener("ended", () => pictured(false));
audio.addEventListener("seeked", show);
player.addEventListener("moved", show); // the notes have moved the head (notes.js)
audio.addEventListener("error", () => {
  pictured(false);
  failed.hidden = grant.hidden; // when the grant is over, its own banner says so
});

// --- the grant ends by itself -------------------------------------------------------------------

const ends = Date.now() + Number(grant.dataset.seconds) * 1000;

function countDown() {
  const left = ends - Date.now();
  grant.querySelector(".time-left").textContent =
    grant.dataset.left.replace("{n}", Math.max(0, Math.ceil(left / 60000)));
  if (left > 0) return setTimeout(countDown, Math.min(left, 15000));
  audio.pause();
  audio.removeAttribute("src");
  grant.hidden = true;
  document.getElementById("lupa-ohi").hidden = false;
}

// --- begin ------------------------------------------------------------------------------------------

// Hits of a search come in the fragment, as places: #o=137240,141800. It was never sent anywhere.
function showHits() {
  const hits = (location.hash.match(/^#o=([\d,]+)$/)?.[1] ?? "").split(",").filter(Boolean).map(Number);
  for (const ms of hits) {
    const mark = document.createElement("span");
    mark.className = "hit";
    mark.style.setProperty("--at", ms / length);
    mark.dataset.place = ms;
    onTime.append(mark);
  }
  if (!hits.length) return;
  seek(hits[0]);
  turns.findLast((turn) => turn.start <= hits[0])?.element.scrollIntoView({ block: "center" });
}

audio.controls = false;
audio.preservesPitch = true;
player.querySelector(".controls").hidden = false;
head.hidden = false;
show();
showHits();
countDown();
