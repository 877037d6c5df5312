// The browser's own way back keeps what was typed; a link would open the form anew.
for (const button of document.querySelectorAll("[data-back]")) {
  if (history.length < 2) break;
  button.hidden = false;
  button.addEventListener("click", () => history.back());
}
