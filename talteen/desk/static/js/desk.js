// The palette: Ctrl K opens it, letters narrow it, arrows move, Enter goes. It leads only where the masthead does.
const palette = document.getElementById("paletti");
const field = document.getElementById("paletti-haku");
const none = palette?.querySelector(".palette-none");
const links = [...(palette?.querySelectorAll("li a") ?? [])];

const seen = () => links.filter((link) => !link.parentElement.hidden);

function narrow() {
  const wanted = field.value.trim().toLocaleLowerCase();
  for (const link of links) {
    link.parentElement.hidden = !link.textContent.toLocaleLowerCase().includes(wanted);
  }
  none.hidden = seen().length > 0;
}

function step(by) {
  const stops = [field, ...seen()];
  const at = stops.indexOf(document.activeElement);
  stops[(at + by + stops.length) % stops.length].focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && palette) {
    event.preventDefault();
    palette.togglePopover();
  }
});

// Before it shows, and not after: letters typed right behind Ctrl K must find the field, and stay.
palette?.addEventListener("beforetoggle", (event) => {
  if (event.newState !== "open") return;
  field.value = "";
  narrow();
});

palette?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    seen()[0]?.click();
  } else if (event.key === "Escape") {
    // Without this the first one only empties the field, and the palette stays over the page.
    event.preventDefault();
    palette.hidePopover();
  }
});

field?.addEventListener("input", narrow);
