// What this device keeps for people who work without signal: pages they read, forms that wait to be sent, and what the
// server last said about their records.
// Everything is encrypted (AES-GCM) with a random key of the person; the key lies beside it, wrapped by another that
// is made of the person's PIN (PBKDF2), and is in memory only while the vault is open. Page and worker share this file.

const NAME = "chungsuc";
const ROUNDS = 600_000; // of PBKDF2-SHA-256: about a second on a cheap phone
const FREE_TRIES = 5; // wrong PINs before waiting begins, at a minute, doubled each time up to LONGEST
const LONGEST = 4 * 60 * 60_000; // milliseconds
const text = { in: new TextEncoder(), out: new TextDecoder() };

/** Shortest PIN, digits. */
export const SHORTEST = 6;

let opened; // the one connection of this page or worker

function database() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = ({ oldVersion }) => {
      // Step by step from whatever lies on the device: forms that wait outlive every update.
      if (oldVersion < 1) {
        asked.result.createObjectStore("person", { keyPath: "person" });
        asked.result.createObjectStore("page", { keyPath: ["person", "address"] });
        asked.result.createObjectStore("waiting", { keyPath: "number", autoIncrement: true });
      }
      if (oldVersion < 2) asked.result.createObjectStore("known", { keyPath: ["person", "id"] });
      if (oldVersion === 1) nameOldPhotos(asked.transaction.objectStore("waiting"));
    };
    asked.onsuccess = () => {
      // A newer program on another page of this device must not wait for this one.
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = undefined;
      };
      done(asked.result);
    };
    asked.onerror = () => failed(asked.error);
  });
  opened.catch(() => (opened = undefined)); // the next call tries again
  return opened;
}

/** Photos of the first version had no id and no size. What is sealed is 16 bytes longer than what it holds. */
function nameOldPhotos(store) {
  store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const photos = cursor.value.photos.map((photo) => (
      { ...photo, id: crypto.randomUUID(), size: photo.sealed.bytes.byteLength - 16 }
    ));
    cursor.update({ ...cursor.value, photos });
    cursor.continue();
  };
}

/** Runs requests in one transaction; answers with the result of what `work` gives back, once it is on the disk. */
async function run(store, mode, work) {
  const db = await database();
  return new Promise((done, failed) => {
    const transaction = db.transaction(store, mode, { durability: "strict" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error ?? asked?.error);
  });
}

async function wrapping(pin, salt) {
  const from = await crypto.subtle.importKey("raw", text.in.encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function seal(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

async function unseal(key, { iv, bytes }) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes));
}

/** Every key of a person in a store whose keys begin with the person. */
const all = (person) => IDBKeyRange.bound([person], [person, []]);

const usable = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Who has a vault on this device: `[{ person, name }]`. */
export async function people() {
  return (await run("person", "readonly", (store) => store.getAll())).map(({ person, name }) => ({ person, name }));
}

/** Makes a person's vault and opens it. */
export async function create(person, name, pin) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapped = await seal(await wrapping(pin, salt), raw);
  // `add`, not `put`: another vault of this person would lose its key, and with it what waits.
  await run("person", "readwrite", (store) => store.add({ person, name, salt, wrapped, wrong: 0, until: 0 }));
  return { person, name, key: await usable(raw) };
}

/** What this phone is called in the vaults of its people, open without a PIN: `[{ person, id, device }]`. */
export async function devices() {
  return (await run("person", "readonly", (store) => store.getAll())).map(({ person, id, device }) => ({ person, id, device }));
}

/** Changes what the phone is called in a person's vault: `id` is made here, `device` is how the server hears it. */
export async function callDevice(person, name) {
  await run("person", "readwrite", (store) => {
    const asked = store.get(person);
    asked.onsuccess = () => asked.result && store.put({ ...asked.result, ...name });
  });
}

/** Opens a person's vault: `{ vault }`, or `{ wrong: true }`, or `{ until }` (milliseconds) when to try again. */
export async function unlock(person, pin, now) {
  const kept = await run("person", "readonly", (store) => store.get(person));
  if (!kept) return { wrong: true };
  // A wait that ends later than any wait does was begun by a clock that was wrong.
  if (now < kept.until && kept.until - now <= LONGEST) return { until: kept.until };
  // Counted before it is tried, so that closing the page does not give a try back.
  const wrong = kept.wrong + 1;
  const wait = wrong > FREE_TRIES ? Math.min(60_000 * 2 ** (wrong - FREE_TRIES - 1), LONGEST) : 0;
  await run("person", "readwrite", (store) => store.put({ ...kept, wrong, until: wait && now + wait }));
  try {
    const raw = await unseal(await wrapping(pin, kept.salt), kept.wrapped);
    await run("person", "readwrite", (store) => store.put({ ...kept, wrong: 0, until: 0 }));
    return { vault: { person, name: kept.name, key: await usable(raw) } };
  } catch {
    return { wrong: true };
  }
}

/** Takes a person's vault with all that is in it off this device. */
export async function forget(person) {
  const db = await database();
  await new Promise((done, failed) => {
    const transaction = db.transaction(["person", "page", "waiting", "known"], "readwrite", { durability: "strict" });
    transaction.objectStore("person").delete(person);
    for (const of of ["page", "known"]) transaction.objectStore(of).delete(all(person));
    transaction.objectStore("waiting").openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (cursor.value.person === person) cursor.delete();
      cursor.continue();
    };
    transaction.oncomplete = done;
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
}

/** Keeps a page as it was read. */
export async function keepPage({ person, key }, address, html, at) {
  const title = /<title>([^<]*?)( – [^<]*)?<\/title>/.exec(html)?.[1] ?? address;
  const [sealed, called] = await Promise.all([html, title].map((of) => seal(key, text.in.encode(of))));
  await run("page", "readwrite", (store) => store.put({ person, address, at, sealed, called }));
}

/** A kept page: `{ html, at }`, or nothing. */
export async function keptPage({ person, key }, address) {
  const kept = await run("page", "readonly", (store) => store.get([person, address]));
  return kept && { html: text.out.decode(await unseal(key, kept.sealed)), at: kept.at };
}

/** The pages kept for a person: `[{ address, title, at }]`. */
export async function keptPages({ person, key }) {
  const kept = await run("page", "readonly", (store) => store.getAll(all(person)));
  return Promise.all(kept.map(async ({ address, at, called }) => (
    { address, title: text.out.decode(await unseal(key, called)), at }
  )));
}

/** Whether anybody has this page kept, locked or not. */
export async function isKept(address) {
  const all = await run("page", "readonly", (store) => store.getAllKeys());
  return all.some(([, kept]) => kept === address);
}

/** Takes off pages kept before an instant, or one page. */
export async function dropPages({ person }, { before = Infinity, address }) {
  await run("page", "readwrite", (store) => {
    const asked = store.openCursor(address ? [person, address] : all(person));
    asked.onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (cursor.value.at < before) cursor.delete();
      cursor.continue();
    };
  });
}

/** What the server last said: `{ since, home, pages, records }`; `pages` are still to be read. */
export async function known({ person, key }) {
  const rows = await run("known", "readonly", (store) => store.getAll(all(person)));
  const open = async ({ sealed }) => JSON.parse(text.out.decode(await unseal(key, sealed)));
  const head = rows.find(({ id }) => id === "");
  const records = await Promise.all(rows.filter(({ id }) => id !== "").map(open));
  return { since: "", pages: [], ...(head && (await open(head))), records };
}

/** Keeps what the server said, in one step with up to where it has been said. `change` makes it of what was known. */
export async function learn(vault, change) {
  const { person, key } = vault;
  const close = async (id, of) => ({ person, id, sealed: await seal(key, text.in.encode(JSON.stringify(of))) });
  await navigator.locks.request(`known ${person}`, async () => {
    const { records: before, ...now } = await known(vault);
    const { records = [], ...head } = change(now);
    const rows = await Promise.all([close("", head), ...records.map((record) => close(record.id, record))]);
    await run("known", "readwrite", (store) => {
      for (const row of rows) store.put(row);
    });
  });
}

/** Puts a form among those that wait; the same number again replaces it. Answers its number. */
export async function wait({ person, key }, { number, files, ...form }) {
  const sealed = await seal(key, text.in.encode(JSON.stringify(form)));
  const photos = await Promise.all(files.map(async ({ field, id, file }) => (
    { field, id, name: file.name, type: file.type, size: file.size, sealed: await seal(key, await file.arrayBuffer()) }
  )));
  const row = { person, sealed, photos, stamp: crypto.randomUUID(), ...(number && { number }) };
  return run("waiting", "readwrite", (store) => store.put(row));
}

/**
 * Writes what became of a form that waits beside it; its photos stay as they lie. The person may have written it anew since
 * it was read (another stamp): then this is about another form, and nothing is done.
 */
export async function note({ key }, { number, files, stamp, ...form }) {
  const sealed = await seal(key, text.in.encode(JSON.stringify(form)));
  await run("waiting", "readwrite", (store) => {
    const asked = store.get(number);
    asked.onsuccess = () => asked.result?.stamp === stamp && store.put({ ...asked.result, sealed });
  });
}

/** The forms that wait, oldest first. Photos are opened one by one: a cheap phone does not hold all of them at once. */
export async function waiting({ person, key }) {
  const rows = await run("waiting", "readonly", (store) => store.getAll());
  return Promise.all(rows.filter((row) => row.person === person).map(async ({ number, sealed, photos, stamp }) => ({
    ...JSON.parse(text.out.decode(await unseal(key, sealed))),
    number,
    stamp,
    files: photos.map(({ field, id, name, type, size, sealed: photo }) => (
      { field, id, name, size, open: async () => new File([await unseal(key, photo)], name, { type }) }
    )),
  })));
}

/** Takes a form off: it has arrived, or the person threw it away. One that was written anew since it was read stays. */
export async function arrived({ number, stamp }) {
  await run("waiting", "readwrite", (store) => {
    const asked = store.get(number);
    asked.onsuccess = () => asked.result?.stamp === stamp && store.delete(number);
  });
}
