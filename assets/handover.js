// Handing a form over where there is no signal for weeks: as a QR code, which is a link that an officer's phone opens, or as
// a file, with the photos. Either leads to the form's own page, filled in; the officer looks, sends, and is its author.
// The record keeps the id that was made on the phone, so when the phone's own copy arrives later it counts once.
import { fill } from "./outbox.js";

const MARK = "#handed";
const LONGEST = 4_000_000; // characters that the session's storage takes for a file

/** What leaves the phone for one form: `{ image, file }`; no image when it is too long for a code. */
export async function handOver({ form, fields, at, files }, name) {
  const { picture, qr } = await import("./qr.js");
  const said = { form, fields, at, name };
  const code = qr(`${location.origin}${form}${MARK}=${await packed(said)}`);
  const photos = await Promise.all(files.map(async ({ field, open }) => {
    const file = await open();
    return { field, name: file.name, data: encoded(new Uint8Array(await file.arrayBuffer())) };
  }));
  const file = new File([JSON.stringify({ chungsuc: 1, ...said, photos })], `chung-suc-${today(at)}.json`, { type: "application/json" });
  return { image: code && picture(code), file };
}

/** Takes a file in and goes to its form; nothing when it is none of ours. `small` tells that photos stayed behind. */
export async function takeFile(file) {
  let said;
  try {
    said = JSON.parse(await file.text());
  } catch {
    return null;
  }
  const ours = said?.chungsuc === 1 && /^\/units\/\w+\/activities\/[^/\\]/.test(said.form) && Array.isArray(said.fields);
  if (!ours) return null;
  let text = JSON.stringify(said);
  const left = text.length > LONGEST;
  if (left) text = JSON.stringify({ ...said, photos: [], left });
  sessionStorage.setItem("handed", text);
  return said.form + MARK;
}

/** On the page of a form: fills in what was handed over. */
export async function takeOver(page) {
  const form = page.querySelector("form[data-outbox]");
  if (!form || !location.hash.startsWith(MARK)) return;
  // Neither a draft nor a new id over what was handed over.
  form.dataset.handed = form.dataset.draftShown = "";
  const inside = location.hash.slice(MARK.length + 1);
  try {
    const { fields, photos = [], name, at, left } = inside ? await unpacked(inside) : JSON.parse(sessionStorage.getItem("handed"));
    const files = photos.map(({ field, name: called, data }) => (
      { field, open: async () => new File([decoded(data)], called, { type: "image/jpeg" }) }
    ));
    await fill(form, { fields, files });
    const note = form.querySelector("[data-handed-note]");
    note.querySelector("[data-handed-name]").textContent = name;
    note.querySelector("[data-handed-at]").textContent = new Date(at).toLocaleString(page.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    note.querySelector("[data-handed-left]").hidden = !left;
    note.hidden = false;
  } catch {
    form.querySelector("[data-handed-broken]").hidden = false;
  }
}

const today = (at) => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

async function packed(said) {
  const stream = new Blob([JSON.stringify(said)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return encoded(new Uint8Array(await new Response(stream).arrayBuffer()));
}

async function unpacked(text) {
  const stream = new Blob([decoded(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

function encoded(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const decoded = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
