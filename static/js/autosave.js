// Drafts save themselves; without a network the text waits in this browser.
const PAUSE = 2000;
const RETRY = 15000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const state = document.querySelector("[data-autosave-state]");
  const store = `draft:${form.dataset.autosaveKey}`;
  const words = state.dataset;
  let timer = 0;
  let isBusy = false;
  let isStopped = false;

  const fields = () => {
    const data = new FormData(form);
    data.delete("_key");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };
  const say = (text, kind) => {
    state.textContent = text;
    state.dataset.kind = kind;
  };
  const later = (wait) => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(save, wait);
  };
  const keep = (data) => {
    const kept = [...data].filter(([name]) => name !== "csrfmiddlewaretoken");
    try {
      localStorage.setItem(store, JSON.stringify(kept));
    } catch {
      // A full or forbidden store must not stop anybody from writing.
    }
  };

  // Where several write one form: each text comes back with what names the version it stands on.
  // Another's text is taken over only where nobody has typed here since; the version never alone.
  const takeOver = (texts, sent) => {
    let isNew = false;
    for (const { name, text, stamp } of texts) {
      const field = form.elements[name];
      if (!field) continue;
      if (text !== undefined) {
        if (field.value !== sent.get(name) || field === document.activeElement) continue;
        field.value = text;
        isNew = true;
      }
      for (const [hidden, value] of Object.entries(stamp)) form.elements[hidden].value = value;
    }
    return isNew ? ` ${words.taken}` : "";
  };

  async function save() {
    if (isBusy) return later(PAUSE);
    isBusy = true;
    const data = fields();
    const sent = JSON.stringify([...data]);
    keep(data);
    data.set("_key", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: data,
        headers: { "X-Autosave": "1", Accept: "application/json" },
      });
      const answer = await response.json().catch(() => ({}));
      if (response.status === 409) {
        isStopped = true;
        say(answer.message ?? words.failed, "failed");
      } else if (!response.ok) {
        throw new Error(response.statusText);
      } else {
        const time = response.headers.get("X-Saved-At") ?? "";
        if (JSON.stringify([...fields()]) === sent) localStorage.removeItem(store);
        const taken = takeOver(answer.texts ?? [], data);
        say(words.saved.replace("{time}", time) + taken, "saved");
      }
    } catch {
      say(words.failed, "failed");
      later(RETRY);
    } finally {
      isBusy = false;
    }
  }

  const kept = JSON.parse(localStorage.getItem(store) ?? "null");
  const isDifferent = ([name, value]) => {
    const field = form.elements[name];
    return typeof field?.value === "string" && field.value !== value;
  };
  if (kept?.some(isDifferent)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = words.restore;
    button.addEventListener("click", () => {
      for (const [name, value] of kept.filter(isDifferent)) form.elements[name].value = value;
      later(0);
    });
    state.replaceChildren(words.found, " ", button);
  }

  form.addEventListener("input", () => {
    say(words.waiting, "waiting");
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    isStopped = true;
    clearTimeout(timer);
    localStorage.removeItem(store);
  });
  addEventListener("online", () => state.dataset.kind === "failed" && later(0));
}
