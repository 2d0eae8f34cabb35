// A page that says how far some work is, in [data-again], is asked for again every other second until the work is done.
const EVERY = 2000;

export function lookAgain(page) {
  const part = page.querySelector("[data-again]");
  if (part) setTimeout(look, EVERY, page, part);
}

async function look(page, part) {
  const answer = await fetch(location.href).catch(() => null);
  const text = answer?.ok ? await answer.text() : null;
  const next = text && new DOMParser().parseFromString(text, "text/html").querySelector("[data-again]");
  // Done, or signed out: the whole page is another.
  if (text && !next) return location.reload();
  if (next) part.replaceChildren(...next.childNodes);
  setTimeout(look, EVERY, page, part);
}
