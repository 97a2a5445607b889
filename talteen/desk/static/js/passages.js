// Passages one after the other: the next begins when one ends. Each is a player of its own (player.js).

const sounds = [...document.querySelectorAll(".playlist audio")];
const all = document.getElementById("soita-kaikki");
const said = document.getElementById("soi");

function play(at) {
  const sound = sounds[at];
  if (!sound) return;
  sound.currentTime = 0;
  sound.play();
}

for (const [at, sound] of sounds.entries()) {
  const item = sound.closest("li");
  sound.addEventListener("play", () => {
    said.textContent = said.dataset.says.replace("{}", item.querySelector("h2").textContent);
    item.setAttribute("aria-current", "true");
  });
  sound.addEventListener("pause", () => item.removeAttribute("aria-current"));
  sound.addEventListener("ended", () => play(at + 1));
}

if (all && sounds.length) {
  all.hidden = false;
  all.addEventListener("click", () => play(0));
}
