// The page /phone: sets up, opens, locks and forgets a person's vault on this device, and shows what it holds.
import { handOver, takeFile } from "./handover.js";
import { able, about, ask, hadVault, rememberVault, sendAll, wipeIfRevoked } from "./outbox.js";
import { SHORTEST, arrived, create, devices, forget, keptPages, known, learn, note, people, unlock, waiting } from "./vault.js";

const SHOWN = 20; // records
const AGAIN = 5_000; // milliseconds until it is asked again whether a locked phone was revoked

const page = document;
let entered = false; // somebody opened a vault here
const say = (what, on = true) => page.querySelectorAll(`[data-say="${what}"]`).forEach((note) => (note.hidden = !on));
const part = (name) => page.querySelectorAll("[data-part]").forEach((of) => (of.hidden = of.dataset.part !== name));
const time = (at) => new Date(at).toLocaleString(page.documentElement.lang, { dateStyle: "short", timeStyle: "short" });

const next = () => {
  const to = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(to) && !to.startsWith("/phone") ? to : "";
};

/** A file that somebody handed over leads to its form. */
page.getElementById("handed").onchange = async ({ target: { files: [file] } }) => {
  const to = file && (await takeFile(file));
  say("no-file", !to);
  if (to) location.assign(to);
};

await begin();

async function begin() {
  if (!able()) return say("unable");
  await navigator.serviceWorker.register("/worker.js", { type: "module" });
  const vault = await ask({ what: "alive" });
  const why = location.hash.slice(1);
  if (["locked", "not-kept", "wiped"].includes(why)) say(why);
  return vault ? show(vault) : offerToOpen();
}

/** Shows both sides of a record, field by field, and sends what the person chose. */
function choose(vault, entry, form) {
  const { version, sides } = entry.conflict;
  const template = form.querySelector("template");
  form.querySelector("[data-sides]").replaceChildren(...sides.map(({ field, label, mine, theirs }) => {
    const line = template.content.cloneNode(true);
    line.querySelector("legend").textContent = label;
    for (const [value, words] of Object.entries({ mine, theirs })) {
      const input = line.querySelector(`input[value="${value}"]`);
      input.name = `take.${field}`;
      input.parentElement.querySelector("[data-words]").textContent = words;
    }
    return line;
  }));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const id = entry.fields.find(([name]) => name === "id")[1];
    const kept = entry.fields.filter(([name]) => name !== "based_on" && !name.startsWith("take."));
    const fields = [...kept, ["based_on", String(version)], ...new FormData(form)];
    const url = entry.url.endsWith(id) ? entry.url : `${entry.url}/${id}`;
    const { conflict, ...chosen } = entry;
    await note(vault, { ...chosen, url, fields });
    await send(vault);
  };
}

/** Nobody's vault is open: open one, or make one for who is signed in. The PIN waits for no network. */
async function offerToOpen() {
  const here = await people();
  if (here.length) offerPin(here);
  const [caller, wiped] = await Promise.all([signedIn(), wipe()]);
  if (wiped) return offerToOpen();
  if (entered || page.getElementById("pin").value) return null;
  if (caller && !here.some(({ person }) => person === caller.person)) return offer(caller);
  if (!here.length) return part("stranger");
  const own = caller && page.querySelector(`[data-people] [value="${caller.person}"]`);
  if (own) own.checked = true;
  return null;
}

/** Wipes what is kept for people whose phone was revoked: whether there were any. What could not be asked is asked again. */
async function wipe() {
  const wiped = await Promise.all((await devices()).map((phone) => wipeIfRevoked(phone)));
  if (wiped.includes(null)) setTimeout(async () => !entered && (await wipe()) && offerToOpen(), AGAIN);
  if (wiped.includes(true)) say("wiped");
  return wiped.includes(true);
}

function offerPin(here) {
  const list = page.querySelector("[data-people]");
  list.replaceChildren(...here.map(({ person, name }, at) => {
    const label = Object.assign(page.createElement("label"), { className: "option" });
    label.append(Object.assign(page.createElement("input"), { type: "radio", name: "person", value: person, checked: at === 0 }));
    label.append(Object.assign(page.createElement("span"), { textContent: name }));
    return label;
  }));
  const form = page.querySelector('form[data-part="unlock"]');
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { vault, until } = await unlock(form.elements.person.value, page.getElementById("pin").value, Date.now());
    say("wrong", !vault && !until);
    say("later", !!until);
    if (until) page.querySelector("[data-until]").textContent = time(until);
    page.getElementById("pin").value = "";
    if (!vault) return page.getElementById("pin").focus();
    return enter(vault);
  };
  part("unlock");
}

function offer({ person, name }) {
  const form = page.querySelector('form[data-part="create"]');
  form.querySelector("[data-name]").textContent = name;
  say("lost", hadVault(person));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const [pin, same] = ["new-pin", "same-pin"].map((id) => page.getElementById(id).value);
    const weak = !/^\d+$/.test(pin) || pin.length < SHORTEST || /^(\d)\1*$/.test(pin) || "01234567890123456789".includes(pin) || "98765432109876543210".includes(pin);
    say("weak", weak);
    say("differs", !weak && pin !== same);
    if (weak || pin !== same) return page.getElementById(weak ? "new-pin" : "same-pin").focus();
    const vault = await create(person, name, pin);
    rememberVault(person, true);
    say("lost", false);
    return enter(vault);
  };
  return part("create");
}

/** Opens the worker's eyes, and goes where the person was going. */
async function enter(vault) {
  entered = true;
  await ask({ what: "open", vault });
  if (next()) return location.replace(next());
  history.replaceState(null, "", "/phone");
  ["locked", "not-kept"].forEach((what) => say(what, false));
  return show(vault);
}

async function show(vault) {
  part("open");
  page.querySelectorAll('section [data-name]').forEach((name) => (name.textContent = vault.name));
  // Without this permission the browser may throw away what is kept when the device is full.
  const stays = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.());
  say("may-go", !stays);
  page.querySelector("[data-send]").onclick = () => send(vault);
  page.querySelector("[data-lock]").onclick = async () => {
    await ask({ what: "lock" });
    location.replace("/phone");
  };
  const forgetting = page.querySelector("[data-forget]");
  forgetting.onclick = async () => {
    const { waits, sure } = forgetting.dataset;
    const left = (await waiting(vault)).length;
    if (!confirm(left ? `${waits} ${left}` : sure)) return;
    await ask({ what: "lock" });
    await forget(vault.person);
    rememberVault(vault.person, false);
    location.replace("/phone");
  };
  await list(vault, await waiting(vault));
  await records(vault);
  await send(vault);
  await pages(vault);
  await ask({ what: "keep" });
  await pages(vault);
  say("all-kept", !(await known(vault)).pages.length);
}

async function send(vault) {
  sessionStorage.removeItem("exchanged"); // the person asks
  const { left, sent, trouble } = await sendAll(vault, Date.now);
  say("arrived", sent.size > 0);
  const still = left.some((entry) => !entry.refused && !entry.conflict);
  say("sign-in", still && trouble === "sign-in");
  const words = still && trouble && !["sign-in", "no-signal", "server"].includes(trouble) ? trouble : "";
  say("trouble", !!words);
  page.querySelector('[data-say="trouble"] span').textContent = words;
  say("later-again", still && trouble !== "sign-in" && !words);
  await list(vault, left);
  await records(vault);
}

/** What the server last said: changes of unit, rights and rules, and where the person's records stand. */
async function records(vault) {
  const { records: all, said = [] } = await known(vault);
  say("changed", said.length > 0);
  const note = page.querySelector('[data-say="changed"]');
  note.querySelector("ul").replaceChildren(...said.map((textContent) => Object.assign(page.createElement("li"), { textContent })));
  note.querySelector("button").onclick = async () => {
    await learn(vault, (now) => ({ ...now, said: [] }));
    await records(vault);
  };
  const rank = ({ state }) => (state === "returned" ? 0 : 1);
  all.sort((a, b) => rank(a) - rank(b) || b.day.localeCompare(a.day) || b.id.localeCompare(a.id));
  const section = page.querySelector('[aria-labelledby="records"]');
  section.querySelector("[data-no-records]").hidden = all.length > 0;
  const template = section.querySelector("template");
  section.querySelector("[data-records]").replaceChildren(...all.slice(0, SHOWN).map((record) => {
    const line = template.content.cloneNode(true);
    const link = line.querySelector("a");
    link.href = record.at;
    link.textContent = record.title;
    line.querySelector("[data-day]").textContent = new Date(record.day).toLocaleDateString(page.documentElement.lang, { timeZone: "UTC" });
    for (const state of line.querySelectorAll("[data-state]")) state.hidden = state.dataset.state !== record.state;
    line.querySelector("[data-reason]").textContent = record.reason;
    return line;
  }));
}

async function list(vault, entries) {
  const section = page.querySelector('[aria-labelledby="waiting"]');
  section.querySelector("[data-count]").textContent = entries.length || "";
  section.querySelector("[data-nothing]").hidden = entries.length > 0;
  const template = section.querySelector("template[data-line]"); // lines have templates of their own
  section.querySelector("[data-list]").replaceChildren(...entries.map((entry) => {
    const line = template.content.cloneNode(true);
    line.querySelector("[data-title]").textContent = entry.title;
    line.querySelector("[data-at]").textContent = time(entry.at);
    line.querySelector("[data-photos]").textContent = entry.files.length;
    // An earlier form may have arrived, and the later ones after it: only the last about something is written anew.
    const later = entries.some((other) => other.number > entry.number && about(other) === about(entry));
    line.querySelector("[data-correct]").hidden = later && !entry.refused;
    line.querySelector("[data-correct]").href = `${entry.form}#waiting=${entry.number}`;
    line.querySelector("[data-refused]").hidden = !entry.refused;
    line.querySelector("[data-why]").replaceChildren(...(entry.refused ?? []).map((why) => (
      Object.assign(page.createElement("li"), { textContent: why })
    )));
    const both = line.querySelector("[data-both]");
    both.hidden = !entry.conflict;
    if (entry.conflict) choose(vault, entry, both);
    const hand = line.querySelector("[data-hand]");
    line.querySelector("[data-hand-over]").onclick = async () => {
      const { image, file } = await handOver(entry, vault.name);
      hand.querySelector("[data-code]").hidden = !image;
      hand.querySelector("[data-no-code]").hidden = !!image;
      if (image) hand.querySelector("img").src = image;
      const link = hand.querySelector("[data-file]");
      link.href = URL.createObjectURL(file);
      link.download = file.name;
      hand.hidden = false;
    };
    const discard = line.querySelector("[data-discard]");
    discard.onclick = async () => {
      if (!confirm(discard.dataset.sure)) return;
      await arrived(entry);
      await list(vault, await waiting(vault));
    };
    return line;
  }));
}

/** The pages that open without signal; questions of one kind stand behind the page of all kinds. */
async function pages(vault) {
  const kept = (await keptPages(vault)).filter(({ address }) => !address.includes("?"));
  page.querySelector("[data-pages]").replaceChildren(...kept.map(({ address, title, at }) => {
    const line = page.createElement("li");
    const textContent = new DOMParser().parseFromString(title, "text/html").body.textContent; // as kept: &amp; and the like
    line.append(Object.assign(page.createElement("a"), { href: address, textContent }), ` · ${time(at)}`);
    return line;
  }));
}

/** Who is signed in: `{ person, name }`, undefined when nobody is, null without signal. */
async function signedIn() {
  try {
    const answer = await fetch("/phone/pages");
    return answer.ok && !answer.redirected ? await answer.json() : undefined;
  } catch {
    return null;
  }
}
