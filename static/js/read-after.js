// A page that has been looked at for a while counts as read; without this script its button does.
for (const form of document.querySelectorAll("form[data-read-after]")) {
  let timer;
  form.parentElement.hidden = true;
  const send = () => {
    fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
    document.removeEventListener("visibilitychange", wait);
  };
  const wait = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(send, form.dataset.readAfter * 1000);
  };
  document.addEventListener("visibilitychange", wait);
  wait();
}
