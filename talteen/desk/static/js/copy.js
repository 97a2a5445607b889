// What stands on the page, into the clipboard: for forms of others. Without a script the words are selected by hand.
const told = document.getElementById("kopioitu");

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // not over plain http: there is nothing to press then
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
    button.querySelector("[data-word]").textContent = told.dataset.word;
    told.textContent = ""; // said anew, though it is the same word
    requestAnimationFrame(() => { told.textContent = told.dataset.word; });
  });
}
