// Leaving a changed form asks first. Sending it does not.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let isChanged = false;
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", () => (isChanged = false));
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
