// Drafts save themselves; without a network the text waits in this browser.
const PAUSE = 2000;
const RETRY = 15000;
const PREFIX = "draft:";

// Where the form says whose it is (data-autosave-owner) and which version it stands on (a hidden
// "base"), the text is also kept when the form is sent: its answer may never arrive. It is let go
// of once the hub is seen to have it.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const state = document.querySelector("[data-autosave-state]");
  const { autosaveKey: key, autosaveOwner: owner = "" } = form.dataset;
  const store = PREFIX + key;
  const isTraced = "base" in form.elements && owner !== "";
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
      localStorage.setItem(store, JSON.stringify({ owner, fields: kept }));
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

  // What people fill in, by name: hidden fields say where a text stands, not what it says.
  const typedIn = () => [...form.elements].filter((f) => f.name && !/^(hidden|file|submit|button|fieldset)$/.test(f.type));
  const named = (pairs, name) => pairs.filter(([n]) => n === name).map(([, value]) => value);
  const isDifferent = (pairs) => {
    const now = [...fields()];
    const names = new Set(typedIn().map((field) => field.name));
    return [...names].some((name) => `${named(pairs, name)}` !== `${named(now, name)}`);
  };
  const restore = (pairs) => {
    const left = new Map();
    for (const field of typedIn()) {
      const values = left.get(field.name) ?? named(pairs, field.name);
      left.set(field.name, values);
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
      else if (field.type === "select-multiple")
        for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length) field.value = values.shift();
    }
  };
  const read = (name) => {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null");
    return Array.isArray(kept) ? { owner, fields: kept } : kept;
  };
  const offer = (text, pairs, name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = words.restore;
    button.addEventListener("click", () => {
      restore(pairs);
      if (name !== store) localStorage.removeItem(name);
      later(0);
    });
    state.replaceChildren(text, " ", button);
  };

  const address = new URL(location.href);
  const own = read(store);
  // The hub has it: it says so, or shows a version that came of it.
  const hasCome = own && isTraced && named(own.fields, "base")[0] !== form.elements.base.value;
  if (address.searchParams.has("kept") || hasCome) localStorage.removeItem(store);
  else if (own?.owner === owner && isDifferent(own.fields)) offer(words.found, own.fields, store);
  if (address.searchParams.has("kept")) {
    address.searchParams.delete("kept");
    history.replaceState(history.state, "", address);
  }

  // A new text that was typed without a network and left has another key than this page.
  const strays = async () => {
    const kind = form.elements.kind?.value;
    const names = Object.keys(localStorage).filter((n) => n.startsWith(PREFIX) && n !== store);
    for (const name of names) {
      const kept = read(name);
      const isNew = named(kept?.fields ?? [], "base")[0] === "0" && !named(kept.fields, "article").length;
      if (!isNew || kept.owner !== owner || named(kept.fields, "kind")[0] !== kind) continue;
      const where = form.dataset.autosave.replace(key, name.slice(PREFIX.length));
      const answer = await fetch(where).catch(() => null);
      if (answer?.status === 204) localStorage.removeItem(name);
      else if (state.childElementCount === 0) {
        offer(`${words.unsent} ${named(kept.fields, "title")[0] || words.untitled}`, kept.fields, name);
      }
    }
  };
  if (isTraced && form.elements.base.value === "0" && !("article" in form.elements)) strays();

  form.addEventListener("input", () => {
    say(words.waiting, "waiting");
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    isStopped = true;
    clearTimeout(timer);
    if (isTraced) keep(fields());
    else localStorage.removeItem(store);
  });
  addEventListener("online", () => state.dataset.kind === "failed" && later(0));
}
