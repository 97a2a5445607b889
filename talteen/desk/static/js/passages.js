// Passages one after the other: one sounds at a time, the next begins when it ends. Nothing is kept, nothing is sent.

const sounds = [...document.querySelectorAll("audio.passage-sound")];
const all = document.getElementById("soita-kaikki");
const said = document.getElementById("soi");

function play(at) {
  const sound = sounds[at];
  if (!sound) return;
  sound.currentTime = 0;
  sound.play();
}

for (const [at, sound] of sounds.entries()) {
  sound.addEventListener("play", () => {
    for (const other of sounds) if (other !== sound) other.pause();
    const title = sound.closest("li")?.querySelector("h2");
    if (said && title) said.textContent = said.dataset.says.replace("{}", title.textContent);
    sound.closest("li")?.setAttribute("aria-current", "true");
  });
  sound.addEventListener("pause", () => sound.closest("li")?.removeAttribute("aria-current"));
  sound.addEventListener("ended", () => play(at + 1));
  sound.addEventListener("error", () => { sound.nextElementSibling.hidden = false; });
}

if (all && sounds.length) {
  all.hidden = false;
  all.addEventListener("click", () => play(0));
}
