// Covering by keyboard: P lifts or puts back, H approves, M marks where a new cover begins and ends.
// Only presses the buttons and fills the fields that are on the page already.

const audio = document.getElementById("aani");
const form = document.getElementById("peita");
const single = document.getElementById("yhden-nappaimen");
let begun = false;

function mark() {
  if (!form) return;
  form.closest("details").open = true;
  form.elements[begun ? "to" : "from"].value = audio.currentTime.toFixed(2);
  if (begun) form.elements.kind.focus();
  begun = !begun;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover]");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  const key = event.key.toLowerCase();
  if (key === "m" && form) {
    event.preventDefault();
    return mark();
  }
  const button = document.querySelector(`[aria-labelledby="peitot"] button[data-key="${CSS.escape(key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
