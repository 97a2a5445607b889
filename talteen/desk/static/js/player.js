// The player: one <audio>, one slider, one transcript that follows. A page of passages has several; keys are of the
// one that sounds, or where one was last. The server draws and decides; this file only moves: the head, the ink, the
// sound. It keeps nothing.

const grant = document.getElementById("lupa");
const single = document.getElementById("yhden-nappaimen");
const list = document.getElementById("nappaimet");
const RATES = [0.75, 1, 1.25, 1.5, 2, 2.5, 3];
const STEP_MS = 5000;

// --- words ----------------------------------------------------------------------------------------

// A turn of the transcript. The times of its words are read when they are first asked for: an hour has nine thousand.
class Turn {
  #words = null;

  constructor(element) {
    this.element = element;
    this.start = Number(element.dataset.start);
    this.end = Number(element.dataset.end);
    this.text = element.querySelector("p[data-words]");
  }

  get words() {
    const told = this.text?.dataset.words ?? "";
    return (this.#words ??= told.split(" ").filter(Boolean).map((ms) => this.start + Number(ms)));
  }

  // Where each sentence begins: behind a word that ends one.
  get sentences() {
    const said = this.text ? [...tokens(this.text)] : [];
    return this.words.filter((_, place) => place === 0 || /[.?!…]["”»)]*$/.test(said[place - 1]?.word ?? ""));
  }
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

function rangeOfWord(text, wanted) {
  const token = [...tokens(text)][wanted];
  if (!token) return null;
  const range = document.createRange();
  range.setStart(token.node, token.from);
  range.setEnd(token.node, token.to);
  return range;
}

function wordUnder(text, event) {
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (!caret || !text?.contains(caret.offsetNode)) return -1;
  return [...tokens(text)].findIndex(({ node, to }) => node === caret.offsetNode && caret.offset <= to);
}

// --- time -------------------------------------------------------------------------------------

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

let scrolledAt = 0;
addEventListener("wheel", () => (scrolledAt = Date.now()), { passive: true });
addEventListener("touchmove", () => (scrolledAt = Date.now()), { passive: true });

// --- one player ---------------------------------------------------------------------------------

class Player {
  skipping = false;
  savedMs = 0;
  slowUntil = null; // while a sentence is repeated slowly: where it ends, and the rate to return to
  inked = null;
  current = null; // the turn that sounds
  told = -1; // the half second that was said last
  allWords = null;

  constructor(element) {
    const part = (css) => element.querySelector(css);
    this.element = element;
    this.audio = part("audio");
    this.slider = part('[role="slider"]');
    this.heard = part("[data-heard]");
    this.head = part(".head-now");
    this.onTime = part(".on-time");
    this.clock = part("[data-now]");
    this.rateText = part("[data-rate]");
    this.failed = part("[data-failed]");
    this.length = Number(element.dataset.length);
    this.drawn = this.slider.querySelector("svg").viewBox.baseVal.width;
    this.silences = element.dataset.silences.split(" ").filter(Boolean).map((span) => span.split("-").map(Number));
    this.transcript = document.getElementById(element.dataset.transcript);
    this.turns = [...(this.transcript?.querySelectorAll(".turn") ?? [])].map((turn) => new Turn(turn));
    this.listen();
    this.audio.controls = false;
    this.audio.preservesPitch = true;
    part(".controls").hidden = false;
    this.head.hidden = false;
    this.show();
  }

  get now() {
    return Math.min(this.audio.currentTime * 1000, this.length);
  }

  seek(ms) {
    this.audio.currentTime = Math.max(0, Math.min(ms, this.length - 1)) / 1000;
    this.show();
  }

  show() {
    const ms = this.now;
    const share = ms / this.length;
    this.heard.setAttribute("width", share * this.drawn);
    this.head.style.setProperty("--at", share);
    this.head.dataset.edge = share === 0 ? "rest" : share < 0.03 ? "start" : share > 0.97 ? "end" : "";
    this.say(ms);
    this.follow(ms);
  }

  // What is said of the place changes with the second, not with every frame.
  say(ms) {
    const half = Math.floor(ms / 500);
    if (this.told === half) return;
    this.told = half;
    this.head.dataset.time = this.clock.textContent = place(ms);
    this.slider.setAttribute("aria-valuenow", Math.round(ms / 1000));
    this.slider.setAttribute("aria-valuetext", spoken(ms));
  }

  // --- the transcript follows

  follow(ms) {
    const turn = this.turns.findLast((one) => one.start <= ms && ms < one.end + 400);
    if (this.current !== turn) {
      this.current?.element.removeAttribute("aria-current");
      turn?.element.setAttribute("aria-current", "true");
      this.current = turn;
      // Who jumps while it rests looks for the words there, too; who has just opened the call does not.
      if (turn && (!this.audio.paused || ms > 0) && Date.now() - scrolledAt > 4000) {
        turn.element.scrollIntoView({ block: "nearest" });
      }
    }
    this.ink(turn, turn?.words.findLastIndex((at) => at <= ms) ?? -1);
  }

  ink(turn, index) {
    const before = this.inked;
    if (before?.turn === turn && before?.index === index) return;
    before?.span?.replaceWith(...before.span.childNodes);
    before?.turn?.text?.normalize();
    this.inked = { turn, index, span: null };
    if (!turn?.text || index < 0) return;
    const range = rangeOfWord(turn.text, index);
    if (!range) return;
    this.inked.span = document.createElement("span");
    this.inked.span.className = "word-now";
    range.surroundContents(this.inked.span);
  }

  stepWord(by) {
    this.allWords ??= this.turns.flatMap((turn) => turn.words).sort((one, other) => one - other);
    const [words, ms] = [this.allWords, this.now];
    this.seek(by > 0 ? (words.find((at) => at > ms + 20) ?? ms) : (words.findLast((at) => at < ms - 200) ?? 0));
  }

  // Words of one turn that a pointer was drawn over, as a stretch of time: covers take their place from it (cover.js).
  brush() {
    const selection = getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const turn = this.turns.find(({ text }) => text?.contains(range.startContainer) && text.contains(range.endContainer));
    if (!turn) return;
    const met = ({ node, from, to }) => range.comparePoint(node, from + 1) <= 0 && range.comparePoint(node, to - 1) >= 0;
    const drawnOver = [...tokens(turn.text)].map(met);
    const [first, last] = [drawnOver.indexOf(true), drawnOver.lastIndexOf(true)];
    if (first < 0) return;
    const side = turn.element.classList.contains("agent") ? "agent" : "caller";
    const detail = { from: turn.words[first], to: turn.words[last + 1] ?? turn.end, side };
    document.dispatchEvent(new CustomEvent("brush", { detail }));
  }

  // --- what the buttons and keys do

  play() {
    this.audio.play().catch(() => {});
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  setRate(rate) {
    this.audio.playbackRate = rate;
    const written = String(rate).replace(".", document.documentElement.lang === "en" ? "." : ",");
    this.rateText.textContent = `${written}×`;
  }

  faster() {
    this.setRate(RATES[(RATES.indexOf(this.audio.playbackRate) + 1) % RATES.length]);
  }

  forward() {
    if (this.audio.paused) this.play();
    else this.setRate(RATES.find((rate) => rate > this.audio.playbackRate) ?? RATES.at(-1));
  }

  stop() {
    this.audio.pause();
    this.setRate(1); // K stops and is lossless: the next play is at its own speed
  }

  again() {
    const ms = this.now;
    const lately = this.turns.filter(({ start }) => start < ms).slice(-8);
    const starts = lately.flatMap((turn) => {
      const sentences = turn.sentences;
      return sentences.map((at, place) => ({ at, end: sentences[place + 1] ?? turn.end }));
    });
    const sentence = starts.sort((one, other) => one.at - other.at).findLast(({ at }) => at < ms - 800);
    if (!sentence) return;
    this.slowUntil = { end: sentence.end, rate: this.slowUntil?.rate ?? this.audio.playbackRate };
    this.setRate(0.75);
    this.seek(sentence.at);
    this.play();
  }

  skip() {
    this.skipping = !this.skipping;
    this.element.querySelector('[data-do="skip"]')?.setAttribute("aria-pressed", String(this.skipping));
  }

  // --- wires

  listen() {
    const { element, audio, slider } = this;
    element.addEventListener("click", (event) => this[event.target.closest("[data-do]")?.dataset.do]?.());
    for (const own of [element, this.transcript]) {
      for (const come of ["focusin", "pointerdown"]) own?.addEventListener(come, () => (active = this));
    }
    slider.addEventListener("keydown", (event) => this.arrow(event));
    slider.addEventListener("pointerdown", (event) => {
      slider.setPointerCapture(event.pointerId);
      this.drag(event);
    });
    slider.addEventListener("pointermove", (event) => slider.hasPointerCapture(event.pointerId) && this.drag(event));
    this.transcript?.addEventListener("click", (event) => this.jump(event));
    this.transcript?.addEventListener("pointerup", () => setTimeout(() => this.brush()));
    audio.addEventListener("play", () => this.began());
    audio.addEventListener("pause", () => this.pictured(false));
    audio.addEventListener("ended", () => this.pictured(false));
    audio.addEventListener("seeked", () => this.show());
    element.addEventListener("moved", () => this.show()); // the notes have moved the head (notes.js)
    audio.addEventListener("error", () => {
      this.pictured(false);
      this.failed.hidden = grant.hidden; // when the grant is over, its own banner says so
    });
  }

  arrow(event) {
    const steps = { ArrowLeft: -1000, ArrowRight: 1000, ArrowDown: -1000, ArrowUp: 1000, PageDown: -30000, PageUp: 30000 };
    const ends = { Home: 0, End: this.length };
    const to = ends[event.key] ?? (event.key in steps ? this.now + steps[event.key] : null);
    if (to === null) return;
    event.preventDefault();
    this.seek(to);
  }

  drag(event) {
    const field = this.slider.getBoundingClientRect();
    this.seek(((event.clientX - field.left) / field.width) * this.length);
  }

  // A time or a word was pressed: there it goes on.
  jump(event) {
    const turn = this.turns.find(({ element }) => element.contains(event.target));
    if (!turn) return;
    if (event.target.closest("a")) {
      event.preventDefault();
      this.seek(turn.start);
    } else {
      const word = wordUnder(turn.text, event);
      if (word >= 0 && getSelection().isCollapsed) this.seek(turn.words[word] ?? turn.start);
    }
  }

  began() {
    active = this;
    for (const other of players) if (other !== this) other.audio.pause();
    this.failed.hidden = true;
    this.pictured(true);
    requestAnimationFrame(() => this.tick());
  }

  pictured(playing) {
    const button = this.element.querySelector('[data-do="toggle"]');
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#pause" : "#play"));
    button.setAttribute("aria-label", playing ? button.dataset.pause : button.dataset.play);
  }

  tick() {
    const ms = this.now;
    const silence = this.skipping && this.silences.find(([start, end]) => start + 300 <= ms && ms < end - 300);
    if (silence) {
      this.savedMs += silence[1] - 200 - ms;
      this.element.querySelector("[data-saved]").textContent = place(this.savedMs);
      this.seek(silence[1] - 200);
    }
    if (this.slowUntil && ms >= this.slowUntil.end) {
      this.setRate(this.slowUntil.rate);
      this.slowUntil = null;
    }
    this.show();
    if (!this.audio.paused) requestAnimationFrame(() => this.tick());
  }

  // Hits of a search come in the fragment, as places: #o=137240,141800. It was never sent anywhere.
  showHits() {
    const hits = (location.hash.match(/^#o=([\d,]+)$/)?.[1] ?? "").split(",").filter(Boolean).map(Number);
    for (const ms of hits) {
      const mark = document.createElement("span");
      mark.className = "hit";
      mark.style.setProperty("--at", ms / this.length);
      mark.dataset.place = ms;
      this.onTime.append(mark);
    }
    if (!hits.length) return;
    this.seek(hits[0]);
    this.turns.findLast((turn) => turn.start <= hits[0])?.element.scrollIntoView({ block: "center" });
  }
}

// --- keys -------------------------------------------------------------------------------------------

const keys = {
  " ": (one) => one.toggle(), j: (one) => one.seek(one.now - STEP_MS), k: (one) => one.stop(), l: (one) => one.forward(),
  ",": (one) => one.stepWord(-1), ".": (one) => one.stepWord(1), r: (one) => one.again(), s: (one) => one.skip(),
  "?": () => list.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover], dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return; // the key of the control itself
  const deed = keys[event.key.toLowerCase()];
  if (!deed || !active) return;
  event.preventDefault();
  deed(active);
});

// --- the grant ends by itself -------------------------------------------------------------------

const ends = Date.now() + Number(grant.dataset.seconds) * 1000;

function countDown() {
  const left = ends - Date.now();
  grant.querySelector(".time-left").textContent =
    grant.dataset.left.replace("{n}", Math.max(0, Math.ceil(left / 60000)));
  if (left > 0) return setTimeout(countDown, Math.min(left, 15000));
  for (const { audio } of players) {
    audio.pause();
    audio.removeAttribute("src");
  }
  grant.hidden = true;
  document.getElementById("lupa-ohi").hidden = false;
}

// --- begin ------------------------------------------------------------------------------------------

let active = null; // whose keys they are
const players = [...document.querySelectorAll(".player[data-length]")].map((one) => new Player(one));
active = players[0] ?? null;
if (players.length === 1) players[0].showHits();
for (const opener of document.querySelectorAll(".open-keys")) {
  opener.hidden = false;
  opener.addEventListener("click", () => list.showModal());
}
countDown();
