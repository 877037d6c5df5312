// Copy buttons are of use only with a clipboard, so they appear with one.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const label = button.querySelector("span");
  const words = label.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = words), 2500);
  });
}
