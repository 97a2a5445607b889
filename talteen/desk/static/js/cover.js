// Covering by keyboard: P lifts or puts back, H approves, and a span ([ and ]) is where a new cover lies.
// Only presses the buttons and fills the fields that are on the page already.

const form = document.getElementById("peita");
const single = document.getElementById("yhden-nappaimen");

document.addEventListener("span", ({ detail: { from, to } }) => {
  if (!form || from === null) return;
  form.closest("details").open = true;
  form.elements.from.value = (from / 1000).toFixed(2);
  form.elements.to.value = to === null ? "" : (to / 1000).toFixed(2);
});

// Words that a pointer was drawn over (player.js) are a span at once, of the side that said them.
document.addEventListener("brush", ({ detail: { from, to, side } }) => {
  if (!form) return;
  document.dispatchEvent(new CustomEvent("stretch", { detail: { from, to } }));
  form.elements.side.value = side;
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover], dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  const key = event.key.toLowerCase();
  const button = document.querySelector(`[aria-labelledby="peitot"] button[data-key="${CSS.escape(key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
