// Menus close as people expect; the choice of light or dark acts without a reload.
for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

const themeForm = document.querySelector("[data-theme-form]");
themeForm?.addEventListener("submit", async (event) => {
  const pressed = event.submitter;
  if (!pressed) return;
  event.preventDefault();
  const body = new FormData(themeForm, pressed);
  const response = await fetch(themeForm.action, { method: "POST", body, redirect: "manual" });
  if (response.type !== "opaqueredirect" && !response.ok) return themeForm.submit();
  if (pressed.value === "light" || pressed.value === "dark") {
    document.documentElement.dataset.theme = pressed.value;
  } else {
    delete document.documentElement.dataset.theme;
  }
  for (const button of themeForm.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === pressed));
  }
});
