// Opening a message marks it as read; without this script its button does.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-reads]");
  const form = link && document.getElementById(link.dataset.reads);
  if (!form) return;
  // keepalive: the page is being left while this is on its way.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
  delete link.dataset.reads;
});
