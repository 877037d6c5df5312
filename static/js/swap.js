// After an htmx swap: one announcement, and focus where the new part wants it.
const announcer = document.querySelector("[data-announcer]");

document.body.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const said = part.matches?.("[data-announce]") ? part : part.querySelector?.("[data-announce]");
  if (said && announcer) {
    const line = document.createElement("p");
    line.className = "visually-hidden";
    line.textContent = said.dataset.announce;
    announcer.replaceChildren(line);
  }
  const wish = part.matches?.("[data-focus]") ? part : part.querySelector?.("[data-focus]");
  if (wish) {
    if (wish.tabIndex < 0) wish.tabIndex = -1;
    wish.focus();
  } else if (document.activeElement === document.body && part.isConnected) {
    // The pressed button was swapped away: stay in the same place of the page.
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }
});

// A refused request shows its own page: the plain link or form brings it.
document.body.addEventListener("htmx:responseError", (event) => {
  const { elt: source, requestConfig } = event.detail;
  const type = requestConfig?.triggeringEvent?.type;
  if (type === "submit" && source.matches("form")) source.submit();
  else if (type === "click" && source.href) location.assign(source.href);
});

// Without a network nothing is sent and nothing typed is lost: say so, and stay.
document.body.addEventListener("htmx:sendError", () => {
  const line = document.createElement("p");
  line.className = "notice notice-warning";
  line.textContent = announcer.dataset.offline;
  announcer.replaceChildren(line);
});
