// Forms without signal: <form data-outbox> of a person who has a vault on this device is first put among those that
// wait, on the disk, then sent; it leaves the device only when the server has said that it arrived. Ids are made
// here, so a form sent twice counts once. Without a vault, or while it is closed, forms go the ordinary way.
// The protocol is written down in docs/sync.md.
import { arrived, callDevice, devices, forget, known, learn, note, people, wait, waiting } from "./vault.js";

const LIMIT = 60_000; // milliseconds for one request
const BATCH = 50; // forms of one exchange
const PIECE = 32 * 1024; // bytes of a photo in one request: some seconds of a slow link
const PAUSE = 30_000; // milliseconds between two exchanges with nothing to send
const ALIVE = 20_000; // milliseconds between two signs of life to the worker

/** Whether this browser can keep anything: over HTTPS, or on the machine itself. */
export const able = () => "serviceWorker" in navigator && "indexedDB" in window && !!crypto.subtle;

export async function keepForms(page, now) {
  if (!able()) return;
  sayKept(page);
  const person = page.documentElement.dataset.person;
  const mine = (await people()).some((one) => one.person === person);
  if (!mine) {
    // It had a vault: the browser threw it away.
    const lost = page.querySelector("[data-lost-note]");
    if (lost) lost.hidden = !hadVault(person);
    return;
  }
  navigator.serviceWorker.register("/worker.js", { type: "module" });
  const vault = await ask({ what: "alive" });
  if (vault?.person !== person) return;
  setInterval(() => page.visibilityState === "visible" && ask({ what: "alive" }), ALIVE);
  for (const form of page.querySelectorAll("form[data-outbox]")) await take(form, vault, now);
  const round = async () => {
    sayWaiting(page, (await sendAll(vault, now)).left.length);
    const note = page.querySelector("[data-said-note]");
    if (note) note.hidden = !(await known(vault)).said?.length;
  };
  page.defaultView.addEventListener("online", round);
  page.addEventListener("visibilitychange", () => page.visibilityState === "visible" && round());
  await round();
}

/** Asks the worker; answers with the open vault, or null. Without `hear` nobody waits for the answer. */
export async function ask(message, hear = true) {
  const worker = (await navigator.serviceWorker.ready).active;
  const channel = new MessageChannel();
  return new Promise((done) => {
    channel.port1.onmessage = ({ data }) => done(data);
    worker.postMessage(message, [channel.port2]);
    if (!hear) done(null);
  });
}

/** Whether this browser ever had a vault of a person. A cookie outlives storage that the browser clears by itself. */
export const hadVault = (person) => document.cookie.split("; ").includes(`vault-${person}=1`);

/** Remembers, or forgets, that this browser has a vault of a person. */
export function rememberVault(person, has) {
  document.cookie = `vault-${person}=1; Max-Age=${has ? 34_560_000 : 0}; Path=/; SameSite=Lax`;
}

/** Wipes what this phone keeps for a person, if it was revoked: whether it was; null when nobody could be asked. */
export async function wipeIfRevoked({ person, device }, sure = false) {
  if (!device) return false;
  const tell = (body) => fetch(`/phone/devices/${encodeURIComponent(device)}`, { method: "POST", body: new URLSearchParams(body) });
  try {
    if (!sure && !(await (await tell({})).json()).revoked) return false;
  } catch {
    return null; // without signal
  }
  await ask({ what: "lock" });
  await forget(person);
  rememberVault(person, false);
  await tell({ wiped: "yes" }).catch(() => {});
  return true;
}

async function take(form, vault, now) {
  const again = Number(new URLSearchParams(location.hash.slice(1)).get("waiting"));
  const earlier = again && (await waiting(vault)).find((one) => one.number === again);
  const fresh = form.elements.based_on?.value === "0" && !("draftShown" in form.dataset); // neither sent back nor handed over
  if (earlier) await fill(form, earlier);
  else if (fresh) {
    // A page that lay on the phone carries the id of the day it was read; each record has its own.
    form.elements.id.value = newId(now());
    if ("kept" in form.ownerDocument.documentElement.dataset) form.elements.day.value = today(now());
  }
  form.addEventListener("submit", async (event) => {
    if (!("outbox" in form.dataset)) return;
    event.preventDefault();
    const data = [...new FormData(form, event.submitter)];
    const files = data.filter(([, value]) => value instanceof File && value.name)
      .map(([field, file]) => ({ field, id: newId(now()), file }));
    const entry = {
      number: earlier?.number,
      url: new URL(form.action).pathname,
      form: location.pathname + location.search,
      title: form.ownerDocument.querySelector("h1").textContent,
      at: now(),
      fields: data.filter(([, value]) => typeof value === "string"),
      files,
    };
    let number;
    try {
      number = await wait(vault, entry);
    } catch {
      // The device keeps nothing more. What was typed is still in the form, and goes the ordinary way the next time.
      delete form.dataset.outbox;
      form.querySelector("[data-outbox-full]").hidden = false;
      form.querySelector("[data-outbox-full]").scrollIntoView();
      return;
    }
    localStorage.removeItem(`draft:${form.dataset.draft}`);
    const { sent } = await sendAll(vault, now);
    location.assign(sent.get(number) ?? "/phone#waiting");
  });
}

/**
 * Exchanges until nothing more can be sent, one page of this device at a time: `left` still waits, `sent` tells where the
 * others arrived, `trouble` why it ended early.
 */
export async function sendAll(vault, now) {
  return navigator.locks.request("outbox", async () => {
    const sent = new Map();
    let trouble = null;
    for (let asked = false; !trouble; asked = true) {
      const stuck = new Set(); // what an earlier form was about that the person has to look at
      const forms = (await waiting(vault)).filter((entry) => {
        if (entry.refused || entry.conflict) stuck.add(about(entry));
        return !stuck.has(about(entry));
      });
      if (!forms.length && (asked || now() - lastTime() < PAUSE)) break;
      const answer = await exchange(vault, forms);
      if (answer.trouble) {
        ({ trouble } = answer);
        break;
      }
      let moved = false;
      for (const { number, ...outcome } of answer.answers) {
        const entry = forms.find((of) => of.number === number);
        if (outcome.is === "taken") {
          await arrived(entry);
          sent.set(number, outcome.at);
        } else if (outcome.is === "refused") await note(vault, { ...entry, refused: outcome.why });
        else if (outcome.is === "conflict") await note(vault, { ...entry, conflict: outcome });
        else if (outcome.is === "photos") {
          if (!(await carry(vault, entry.files, outcome.have))) trouble = "no-signal";
        } else if (outcome.is === "failed" || outcome.is === "later") trouble = outcome.why;
        if (["taken", "refused", "conflict", "photos"].includes(outcome.is)) moved = true;
      }
      if (!moved) break;
    }
    if (trouble === "wiped") {
      location.replace("/phone#wiped");
      return { left: [], sent, trouble };
    }
    sessionStorage.setItem("exchanged", now());
    await ask({ what: "keep" }, false);
    return { left: await waiting(vault), sent, trouble };
  });
}

/** What a form that waits is about. */
export const about = ({ url, fields }) => fields.find(([name]) => name === "id")?.[1] ?? url;

const lastTime = () => Number(sessionStorage.getItem("exchanged")) || 0;

/** One exchange; what the server said is kept before anything is done with it. */
async function exchange(vault, forms) {
  const { since } = await known(vault);
  const phone = (await devices()).find(({ person }) => person === vault.person);
  if (!phone) return { trouble: "wiped" };
  if (!phone.id) {
    phone.id = crypto.randomUUID();
    await callDevice(vault.person, { id: phone.id });
  }
  const batch = forms.slice(0, BATCH).map(({ number, at, url, fields, files }) => ({
    number,
    at,
    to: url,
    record: about({ url, fields }),
    fields,
    photos: files.map(({ id, name, size }) => ({ id, name, size })),
  }));
  const body = JSON.stringify({ device: phone.id, now: Date.now(), since, forms: batch });
  const headers = { "content-type": "application/json" };
  const response = await post(vault, "/sync", body, headers);
  if (!response) return { trouble: "no-signal" };
  if (response.status === 401) return { trouble: (await wipeIfRevoked(phone)) ? "wiped" : "sign-in" };
  if (!response.ok) return { trouble: "server" };
  let answer;
  try {
    answer = await response.json();
  } catch {
    return { trouble: "no-signal" }; // cut off
  }
  if (answer.wipe) {
    await wipeIfRevoked(phone, true);
    return { trouble: "wiped" };
  }
  if (answer.device !== phone.device) await callDevice(vault.person, { device: answer.device });
  await learn(vault, ({ pages, begun, said = [] }) => ({
    since: answer.since,
    home: answer.home,
    said: [...new Set([...said, ...answer.said])],
    records: answer.records,
    pages: [...new Set([...answer.pages, ...pages])],
    ...((answer.all || begun) && { begun: answer.all ? Date.now() : begun }),
  }));
  return answer;
}

/** Carries photos piece by piece, each from where the server has it: whether all are there. */
async function carry(vault, files, have) {
  for (const [at, { id, open }] of files.entries()) {
    const file = await open();
    let from = have[at];
    while (from < file.size) {
      const piece = file.slice(from, from + PIECE);
      const response = await post(vault, `/sync/photos/${id}?from=${from}`, piece, {});
      if (!response?.ok) return false;
      try {
        ({ have: from } = await response.json());
      } catch {
        return false;
      }
    }
  }
  return true;
}

/** A request for the person of this vault: somebody else may be signed in on this phone by now. Nothing without signal. */
async function post({ person }, url, body, headers) {
  try {
    const signal = AbortSignal.timeout(LIMIT);
    return await fetch(url, { method: "POST", body, headers: { ...headers, "x-person": person }, signal });
  } catch {
    return null;
  }
}

/** Fills a form with what was typed on another page of it. */
export async function fill(form, { fields, files }) {
  const left = fields.map((pair) => [...pair]);
  for (const field of form.elements) {
    if (!field.name || ["file", "submit", "button"].includes(field.type)) continue;
    const ticked = ["radio", "checkbox"].includes(field.type);
    const at = left.findIndex(([name, value]) => name === field.name && (!ticked || value === field.value));
    if (ticked) field.checked = at >= 0;
    else if (at >= 0) field.value = left[at][1];
    if (at >= 0) left.splice(at, 1);
  }
  for (const input of form.querySelectorAll("input[type=file]")) {
    const carrier = new DataTransfer();
    for (const { field, open } of files) if (field === input.name) carrier.items.add(await open());
    input.files = carrier.files;
  }
}

/** A UUID of version 7: milliseconds, then chance. */
export function newId(at) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(at / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, at % 2 ** 32);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The civil day in Vietnam. */
const today = (at) => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

/** On a page that lay on the phone: since when, and whether a newer one has come. */
function sayKept(page) {
  const { kept } = page.documentElement.dataset;
  const note = page.querySelector("[data-kept-note]");
  if (!kept || !note) return;
  const at = new Date(Number(kept)).toLocaleString(page.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  note.querySelector("[data-kept-at]").textContent = at;
  note.hidden = false;
  navigator.serviceWorker.addEventListener("message", () => (note.querySelector("[data-newer]").hidden = false));
}

function sayWaiting(page, count) {
  const note = page.querySelector("[data-waiting-note]");
  if (!note) return;
  note.querySelector("[data-waiting-count]").textContent = count;
  note.hidden = count === 0;
}
