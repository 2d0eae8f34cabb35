// Keeps what is typed into <form data-draft="KEY"> on this device until the server has accepted it.
// KEY names the account, the thing and its version, so that nobody meets another person's draft. Only a page with
// <meta name="draft-accepted" content="KEY"> drops it. A form that comes back with what was typed carries
// data-draft-shown: nothing is restored over it. Passwords and files are never kept; hidden inputs only with
// data-draft-keep (the id the page made, so that a form sent twice counts once).

const PREFIX = "draft:";
const DAY = 24 * 60 * 60 * 1000; // milliseconds
const OLDEST = 60 * DAY; // a draft forgotten for so long goes,
const AGAIN = 7 * DAY; // if so long after it was first found old it still is: a clock that jumps ahead drops nothing

export function keepDrafts(page, now) {
  let storage;
  try {
    storage = window.localStorage;
  } catch {
    return; // some phones forbid it in private windows
  }
  for (const meta of page.querySelectorAll('meta[name="draft-accepted"]')) storage.removeItem(PREFIX + meta.content);
  for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
    const { old, ...draft } = read(storage, key) ?? { at: 0, old: 0 };
    if (now() - draft.at < OLDEST) continue;
    if (now() - (old ?? now()) >= AGAIN) storage.removeItem(key);
    else if (!old) storage.setItem(key, JSON.stringify({ ...draft, old: now() }));
  }
  for (const form of page.querySelectorAll("form[data-draft]")) keep(form, storage, now);
}

function keep(form, storage, now) {
  const key = PREFIX + form.dataset.draft;
  const draft = read(storage, key);
  if (draft && !("draftShown" in form.dataset)) {
    restore(form, draft.typed);
    for (const notice of form.querySelectorAll("[data-draft-restored]")) notice.hidden = false;
  }
  form.addEventListener("input", () => {
    try {
      storage.setItem(key, JSON.stringify({ at: now(), typed: typed(form) }));
    } catch {
      // The device is full: typing goes on.
    }
  });
  form.querySelector("[data-draft-discard]")?.addEventListener("click", () => {
    storage.removeItem(key);
    location.reload();
  });
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["password", "file", "submit", "button"].includes(field.type)
    && (field.type !== "hidden" || "draftKeep" in field.dataset));
}

const ticked = (field) => ["radio", "checkbox"].includes(field.type);

function typed(form) {
  return fields(form).filter((field) => !ticked(field) || field.checked).map((field) => [field.name, field.value]);
}

function restore(form, pairs) {
  for (const field of fields(form)) {
    const at = pairs.findIndex(([name, value]) => name === field.name && (!ticked(field) || value === field.value));
    if (ticked(field)) field.checked = at >= 0;
    else if (at >= 0) field.value = pairs[at][1];
    if (at >= 0) pairs.splice(at, 1);
  }
}

function read(storage, key) {
  try {
    const draft = JSON.parse(storage.getItem(key));
    return Array.isArray(draft?.typed) ? draft : null;
  } catch {
    return null;
  }
}
