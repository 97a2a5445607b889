// Evaluating by keyboard beside the player: 1-5 and 0 answer and go on, E goes to the form, C remarks on this place.
// Only presses what is on the page already, and keeps a draft; without script the form is filled in like any other.

const form = document.querySelector(".evaluation");
const audio = document.getElementById("aani");
const single = document.getElementById("yhden-nappaimen");
const questions = [...form.querySelectorAll(".question")];
let current = 0;

const place = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

function stand(at) {
  questions[current]?.removeAttribute("aria-current");
  current = Math.max(0, Math.min(at, questions.length - 1));
  questions[current].setAttribute("aria-current", "true");
  questions[current].scrollIntoView({ block: "nearest" });
}

function answer(value) {
  const choice = questions[current].querySelector(`input[type=radio][value="${value}"]`);
  if (!choice) return;
  choice.checked = true;
  later();
  choice.focus({ preventScroll: true });
  stand(current + 1);
}

function remark() {
  const box = questions[current].querySelector("details");
  const ms = Math.round(audio.currentTime * 1000);
  box.open = true;
  box.querySelector("input[type=hidden]").value = ms;
  box.querySelector("[data-at-shown]").textContent = place(ms);
  flag(questions[current], ms);
  audio.pause();
  box.querySelector("textarea").focus();
}

// A remark stands on the time line, and N finds it there (notes.js).
function flag(question, ms) {
  const length = Number(document.getElementById("soitin").dataset.length);
  const known = document.querySelector(`.remark-now[data-question="${CSS.escape(question.dataset.question)}"]`);
  const mark = known ?? document.createElement("span");
  mark.className = "remark-now";
  mark.dataset.question = question.dataset.question;
  mark.dataset.place = ms;
  mark.style.setProperty("--at", ms / length);
  document.querySelector(".on-time").append(mark);
}

function enter() {
  if (form.contains(document.activeElement)) return document.querySelector('#soitin [role="slider"]').focus();
  (questions[current].querySelector(":checked") ?? questions[current].querySelector("input[type=radio]")).focus();
}

const keys = { e: enter, c: remark, 0: () => answer("na") };
for (const point of [1, 2, 3, 4, 5]) keys[point] = () => answer(point);

form.addEventListener("focusin", (event) => {
  const question = event.target.closest(".question");
  if (question) stand(questions.indexOf(question));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, [contenteditable], [popover], dialog, input:not([type=radio])");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  const deed = keys[event.key.toLowerCase()];
  if (!deed) return;
  event.preventDefault();
  deed();
});

// What is filled in is kept a moment after the last change; the button keeps it too.
const saved = document.getElementById("luonnos");
let waiting = 0;

async function keep() {
  const answer = await fetch(form.querySelector("[data-draft]").formAction, {
    method: "POST", body: new FormData(form), headers: { "X-Quietly": "1" }, redirect: "manual", keepalive: true,
  }).catch(() => null);
  saved.textContent = answer?.status === 204 ? saved.dataset.saved : saved.dataset.lost;
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 1500);
}

form.addEventListener("input", later);
form.addEventListener("submit", () => clearTimeout(waiting));

document.getElementById("arviointi-nappaimet").hidden = false;
for (const question of questions) {
  const at = question.querySelector("input[type=hidden]").value;
  if (at) flag(question, Number(at));
}
stand(0);
