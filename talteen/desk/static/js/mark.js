// Marking a passage: the span of the player ([ and ]) fills the form, T goes to it. Without script the times are typed.

const form = document.getElementById("merkitse");
const box = form.closest("details");
const single = document.getElementById("yhden-nappaimen");
const [start, end, why] = [form.elements.start, form.elements.end, form.elements.teaches];

const place = (ms) => {
  const tenths = Math.round(ms / 100);
  const whole = `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}`;
  return tenths % 10 ? `${whole},${tenths % 10}` : whole;
};

document.addEventListener("span", ({ detail }) => {
  if (detail.from !== null) start.value = place(detail.from);
  if (detail.to !== null) end.value = place(detail.to);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable], [popover], dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || !single?.checked) return;
  if (event.key.toLowerCase() !== "t") return;
  event.preventDefault();
  box.open = true;
  (start.value && end.value ? why : start).focus();
});
