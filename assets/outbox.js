// Forms without signal: <form data-outbox> of a person who has a vault on this device is first put among those that
// wait, on the disk, then sent; it leaves the device only when the server has said that it arrived. Ids are made
// here, so a form sent twice counts once. Without a vault, or while it is closed, forms go the ordinary way.
import { arrived, people, wait, waiting } from "./vault.js";

const LIMIT = 60_000; // milliseconds for one form
const ALIVE = 20_000; // milliseconds between two signs of life to the worker

/** Whether this browser can keep anything: over HTTPS, or on the machine itself. */
export const able = () => "serviceWorker" in navigator && "indexedDB" in window && !!crypto.subtle;

export async function keepForms(page, now) {
  if (!able()) return;
  sayKept(page);
  const person = page.documentElement.dataset.person;
  const mine = (await people()).some((one) => one.person === person);
  if (!mine) return;
  navigator.serviceWorker.register("/worker.js", { type: "module" });
  const vault = await ask({ what: "alive" });
  if (vault?.person !== person) return;
  setInterval(() => page.visibilityState === "visible" && ask({ what: "alive" }), ALIVE);
  for (const form of page.querySelectorAll("form[data-outbox]")) await take(form, vault, now);
  const round = async () => sayWaiting(page, (await sendAll(vault)).left.length);
  page.defaultView.addEventListener("online", round);
  page.addEventListener("visibilitychange", () => page.visibilityState === "visible" && round());
  await round();
}

/** Asks the worker; answers with the open vault, or null. */
export async function ask(message) {
  const worker = (await navigator.serviceWorker.ready).active;
  const channel = new MessageChannel();
  return new Promise((done) => {
    channel.port1.onmessage = ({ data }) => done(data);
    worker.postMessage(message, [channel.port2]);
  });
}

async function take(form, vault, now) {
  const again = Number(new URLSearchParams(location.hash.slice(1)).get("waiting"));
  const earlier = again && (await waiting(vault)).find((one) => one.number === again);
  const fresh = form.elements.based_on?.value === "0" && !("draftShown" in form.dataset);
  if (earlier) fill(form, earlier);
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
      .map(([field, file]) => ({ field, file }));
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
    const { sent } = await sendAll(vault);
    location.assign(sent.get(number) ?? "/phone#waiting");
  });
}

/** Sends what waits, oldest first, one page of this device at a time: what is left, and where the others arrived. */
export async function sendAll(vault) {
  return navigator.locks.request("outbox", async () => {
    const sent = new Map();
    const stuck = new Set(); // records of which an earlier form was refused
    for (const entry of await waiting(vault)) {
      const record = entry.fields.find(([name]) => name === "id")?.[1] ?? entry.url;
      if (entry.refused || stuck.has(record)) {
        stuck.add(record);
        continue;
      }
      const { done, refused, stop } = await send(entry, vault.person);
      if (done) {
        await arrived(entry.number);
        sent.set(entry.number, done);
      } else if (refused) {
        stuck.add(record);
        await wait(vault, { ...entry, refused });
      }
      if (stop) break;
    }
    if (sent.size) await ask({ what: "arrived" });
    return { left: await waiting(vault), sent };
  });
}

async function send(entry, person) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const { field, file } of entry.files) body.append(field, file);
  let response;
  try {
    const headers = { "x-person": person }; // somebody else may be signed in on this phone by now
    response = await fetch(entry.url, { method: "POST", body, headers, signal: AbortSignal.timeout(LIMIT) });
  } catch {
    return { stop: true };
  }
  // Accepted forms go on to the page of what they made; what is read there says so.
  if (response.ok && response.redirected) return { done: new URL(response.url).pathname };
  if (response.status === 401 || response.status === 429 || response.status >= 500) return { stop: true };
  return { refused: reasons(await response.text()) };
}

/** Why a form was refused, in the words of the page that came back. */
function reasons(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const lines = [...page.querySelectorAll("#errors li")].map((line) => line.textContent.trim());
  return lines.length ? lines : [page.querySelector("main")?.innerText?.trim() || page.title];
}

function fill(form, { fields, files }) {
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
    for (const { field, file } of files) if (field === input.name) carrier.items.add(file);
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

/** On a page that lay on the phone: since when. */
function sayKept(page) {
  const { kept } = page.documentElement.dataset;
  const note = page.querySelector("[data-kept-note]");
  if (!kept || !note) return;
  const at = new Date(Number(kept)).toLocaleString(page.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  note.querySelector("[data-kept-at]").textContent = at;
  note.hidden = false;
}

function sayWaiting(page, count) {
  const note = page.querySelector("[data-waiting-note]");
  if (!note) return;
  note.querySelector("[data-waiting-count]").textContent = count;
  note.hidden = count === 0;
}
