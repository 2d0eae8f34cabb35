// The worker: pages without signal. It keeps the pages of the one person whose vault is open, encrypted, and answers
// with them when the network does not. The key is in its memory only; when the device ends the worker, or the person
// locks, pages stay closed until the PIN is typed again. Forms are none of its business: see outbox.js.
import { dropPages, isKept, keepPage, keptPage, known, learn } from "./vault.js";

const PATIENCE = 500; // milliseconds for the network, when a kept page is at hand

let vault = null; // { person, name, key } while open
let round = null; // the round of keeping that is under way

/**
 * `shell`: addresses that anybody's visit needs; they hold no data. The worker of a new program waits until no page of this
 * one is open, as browsers do by themselves: taking over at once would lose the key, and visits that are under way.
 */
export function start(shell) {
  const name = `shell ${shell[0]}`;
  addEventListener("install", (event) => event.waitUntil(install(name, shell)));
  addEventListener("activate", (event) => event.waitUntil(clean(name).then(() => self.clients.claim())));
  addEventListener("message", (event) => event.waitUntil(listen(event)));
  addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    // Who signs in next may be another person, and is not shown what this one kept.
    if (event.request.method === "POST" && ["/sign-in", "/sign-out"].includes(url.pathname)) vault = null;
    if (event.request.method !== "GET" || url.origin !== location.origin) return;
    const part = partOf(shell, url.pathname);
    if (part) {
      event.respondWith(caches.match(event.request).then((own) => own ?? fetch(event.request)).catch(() => caches.match(part)));
    } else if (event.request.mode === "navigate") {
      event.respondWith(visit(event, url, name));
    }
  });
}

/** Keeps the shell whole, or not yet: while servers are replaced one by one, one of another program may answer for a part. */
async function install(name, shell) {
  const parts = await Promise.all(shell.map((address) => fetch(address)));
  const page = await parts.at(-1).clone().text();
  const ours = parts.every((part) => part.ok && part.headers.get("cache-control") !== "no-store") && page.includes(shell[0]);
  if (!ours) throw new Error("another program answers too");
  const cache = await caches.open(name);
  await Promise.all(parts.map((part, n) => cache.put(shell[n], part)));
}

/**
 * The part of the shell that an address of any program names. A page gets the part it names, from the shell of its program or
 * over the network; without signal a page from before an update gets the part of now.
 */
function partOf(shell, path) {
  const name = /^\/assets\/[^/]+\/([^/]+)$/.exec(path)?.[1];
  return name && shell.find((of) => of.endsWith(`/${name}`));
}

async function clean(name) {
  const old = (await caches.keys()).filter((of) => of !== name);
  await Promise.all(old.map((of) => caches.delete(of)));
}

/** Every message also keeps the worker, and with it the key, alive. "keep" is answered when the round is over. */
async function listen({ data, ports: [port] }) {
  if (data.what === "open") vault = data.vault;
  if (data.what === "lock") vault = null;
  if (data.what !== "keep") port.postMessage(vault);
  if (data.what !== "lock" && vault) await (round ??= keepRound().finally(() => (round = null)));
  if (data.what === "keep") port.postMessage(vault);
}

async function visit(event, url, shell) {
  const address = url.pathname + url.search;
  const { home, kept } = await atHand(address);
  if (home) return Response.redirect(home, 303);
  const blank = url.pathname === "/phone" && (await caches.match("/phone", { cacheName: shell }));
  const answer = fetch(event.request).then((response) => seen(event, address, response, shell));
  // A new form is the same whenever it is opened: no waiting for a slow network.
  if (kept && url.pathname.endsWith("/activities/new")) {
    event.waitUntil(answer.catch(() => {}));
    return page(kept);
  }
  const late = (kept || blank) && new Promise((_, failed) => setTimeout(failed, PATIENCE, new Error("late")));
  try {
    return await (late ? Promise.race([answer, late]) : answer);
  } catch {
    event.waitUntil(answer.then((response) => kept && tell(event.resultingClientId, kept, response)).catch(() => {}));
    if (kept) return page(kept);
    if (blank) return blank;
    const why = !vault && (await isKept(address).catch(() => false)) ? "locked" : "not-kept";
    return Response.redirect(`/phone?next=${encodeURIComponent(address)}#${why}`, 303);
  }
}

/** What the open vault has for an address. */
async function atHand(address) {
  try {
    if (vault) return address === "/" ? await known(vault) : { kept: await keptPage(vault, address) };
  } catch {
    // A page of a newer program may have changed the stores: over the network, then.
  }
  return {};
}

/** The network was slow: tells the kept page that is on the screen when what came is another. */
async function tell(client, kept, response) {
  if (response.ok && (await response.text()) !== kept.html) (await self.clients.get(client))?.postMessage("newer");
}

/** Keeps a page on its way to the screen, if it is a page of the person whose vault is open. */
async function seen(event, address, response, shell) {
  if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return response;
  if (address === "/phone") {
    const copy = response.clone();
    event.waitUntil(copy.clone().text().then(async (html) => {
      // That of a newer program comes with its own worker.
      if (shell.endsWith(/href="([^"]*app.css)"/.exec(html)?.[1])) await (await caches.open(shell)).put("/phone", copy);
    }));
  } else if (vault && !response.redirected) {
    const copy = response.clone();
    event.waitUntil(copy.text().then((html) => keep(address, html)));
  }
  return response;
}

async function keep(address, html) {
  const person = /<html[^>]* data-person="([^"]*)"/.exec(html)?.[1];
  if (vault && person === vault.person && !address.includes("done=")) await keepPage(vault, address, html, Date.now());
}

/** Reads the pages that the server said are to be read. No network: the next message goes on. */
async function keepRound() {
  const of = vault;
  const { pages } = await known(of);
  if (!pages.length) return;
  const read = [];
  try {
    for (const address of pages) {
      const response = await fetch(address);
      if (response.redirected || response.status === 401) break;
      if (response.ok) await keep(address, await response.text());
      if ([403, 404].includes(response.status)) await dropPages(of, { address });
      read.push(address);
    }
  } catch {
    // Without signal.
  }
  let over = null;
  await learn(of, ({ begun, ...now }) => {
    const left = now.pages.filter((address) => !read.includes(address));
    over = left.length === 0 && begun;
    return { ...now, pages: left, ...(left.length && { begun }) };
  });
  // Pages of other rules, rights or programs go when those that take their place are here.
  if (over) await dropPages(of, { before: over });
}

/** A kept page says so to the scripts, and lives under the same rules as one that came over the network. */
function page({ html, at }) {
  const rules = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    + "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": rules };
  return new Response(html.replace("<html ", `<html data-kept="${at}" `), { headers });
}
