// Starts the built program on made-up data, opens browsers on it, and judges every page the same way.
//
//   CHUNGSUC_BIN   the program; target/debug/chungsuc when not set
//   CHROMIUM       the browser; /usr/bin/chromium when not set
//   CHUNGSUC_TEST_ENGINE   postgres: each story in a database of its own on the server that tests/postgres starts;
//                          a folder each when not set
//
// Screenshots land in target/screenshots, named by story and step.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axeCore from "axe-core";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = process.env.CHUNGSUC_BIN ?? join(ROOT, "target/debug/chungsuc");
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = join(ROOT, "target/screenshots");
const START_LIMIT = 60_000; // milliseconds until the program must answer
const STOP_LIMIT = 10_000; // milliseconds it has to end by itself
const PAGE_LIMIT = 50_000; // bytes on the wire for a page, its style and behaviours; photos apart

/** The screen of a cheap phone, and of a commune office's PC. */
export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1440, height: 900 };

/**
 * Fills a new store with the demo and serves it. Returns `url`, `account(role)` → `{ role, sign_in, password }` (the
 * first of that role, or the second when asked for 1), `lose()` and `find()`, which kill the program and start it again
 * on the same store and address, and `stop()`, which ends the program, removes the store and fails if the program ended badly.
 */
export async function startProgram() {
  await access(PROGRAM).catch(() => assert.fail(`no program at ${PROGRAM}: build it, or set CHUNGSUC_BIN`));
  const store = await newStore();
  try {
    const { accounts } = JSON.parse(await output(["demo", ...store.named, "--no-serve", "--json"]));
    const address = `127.0.0.1:${await freePort()}`;
    const serve = () => run(["serve", ...store.named, "--listen", address]);
    let server = serve();
    const url = `http://${address}`;
    await untilReady(url, server);
    return {
      url,
      async lose() {
        server.child.kill("SIGKILL");
        await server.closed;
      },
      async find() {
        server = serve();
        await untilReady(url, server);
      },
      account(role, which = 0) {
        const account = accounts.filter((one) => one.role === role)[which];
        assert.ok(account, `the demo has no such account with the role ${role}`);
        return account;
      },
      async stop() {
        const ended = await end(server);
        await store.remove();
        assert.ok(ended.code === 0 || ended.signal === "SIGTERM", `the program ended with ${JSON.stringify(ended)}\n${server.said()}`);
      },
    };
  } catch (error) {
    await store.remove();
    throw error;
  }
}

/** An empty store: the arguments that name it to the program, and how it is removed. */
async function newStore() {
  if (process.env.CHUNGSUC_TEST_ENGINE !== "postgres") {
    const data = await mkdtemp(join(tmpdir(), "chungsuc-browser-"));
    return { named: ["--data", data], remove: () => rm(data, { recursive: true, force: true }) };
  }
  const socket = join(ROOT, "target/pg");
  const name = `browser_${process.pid}_${Date.now()}`;
  const order = (sql) => output(["-h", socket, "-U", "postgres", "-qc", sql], "psql");
  await order(`create database ${name}`);
  const url = `postgres://postgres@${encodeURIComponent(socket)}/${name}`;
  return { named: ["--url", url], remove: () => order(`drop database ${name} with (force)`) };
}

/** One browser for a story; `person(…)` opens a separate one inside it for each person. */
export async function openBrowser(program) {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
  const troubles = [];
  return {
    async person(screen = PHONE, options = {}) {
      const context = await browser.newContext({
        baseURL: program.url, viewport: screen, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh",
        hasTouch: screen === PHONE, isMobile: screen === PHONE, reducedMotion: "reduce", ...options,
      });
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error.message}`));
      // A refused style, script or image shows here too: the pages must live within their Content-Security-Policy.
      page.on("console", (line) => line.type() === "error" && !expected(line) && troubles.push(`${page.url()}: ${line.text()}`));
      return page;
    },
    async close() {
      await browser.close();
      assert.deepEqual(troubles, [], "the browser complained");
    },
  };
}

/** A phone whose storage lies in `folder` and outlives the browser. It may be without signal, so the console says much. */
export async function openPhone(program, folder, patience = 15_000) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: BROWSER, args: ["--no-sandbox"], baseURL: program.url, viewport: PHONE, locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh", hasTouch: true, isMobile: true, reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patience);
  return {
    page: () => context.newPage(),
    close: () => context.close(),
    /** As when the battery ends: nothing is said good-bye to. */
    async kill() {
      const ended = new Promise((done) => context.once("close", done));
      const [page] = context.pages();
      (await context.newCDPSession(page)).send("Browser.crash").catch(() => {});
      await ended;
    },
  };
}

/** A form sent back with status 422 is part of the work, yet the browser logs it. */
function expected(line) {
  return line.text().includes("status of 422");
}

/** Signs a person in through the page. */
export async function signIn(page, account) {
  await page.goto("/sign-in");
  await page.getByLabel("Tên đăng nhập").fill(account.sign_in);
  await page.getByLabel("Mật khẩu").fill(account.password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await page.getByRole("navigation", { name: "Mục chính" }).waitFor();
}

/**
 * Judges the page that is open and keeps a picture of it: no accessibility fault, one main heading, nothing wider than
 * the screen (at the narrowest phone too), no key of a missing text, and light enough for a valley.
 */
export async function judge(page, name) {
  await page.waitForLoadState(); // a click goes on as soon as the next page begins
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  await axe(page);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${name}: one main heading`);
  assert.doesNotMatch(await page.locator("body").innerText(), /\[[a-z]+(-[a-z0-9]+)+\]/, `${name}: a text is missing`);
  const screen = page.viewportSize();
  for (const width of [320, screen.width]) {
    await page.setViewportSize({ ...screen, width });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: too wide at ${width} px`);
  }
  const kept = await page.evaluate(() => !!navigator.serviceWorker?.controller);
  const bytes = await page.evaluate((of) => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => entry.initiatorType !== "img" && !(of && entry.transferSize === 0)) // what the phone kept weighs nothing
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0), kept);
  assert.ok((kept || bytes > 0) && bytes < PAGE_LIMIT, `${name}: ${bytes} bytes`);
}

/** Runs axe-core with the rules of WCAG 2.2 AA and its best practices; not one violation is let through. */
export async function axe(page) {
  await page.evaluate(axeCore.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} – ${node.failureSummary}`));
  assert.deepEqual(found, [], `accessibility of ${page.url()}`);
}

/** A photo as a phone takes it: JPEG, larger than what may travel (2,400 × 1,800 pixels). */
export async function photo(browser) {
  const page = await browser.person({ width: 2400, height: 1800 });
  await page.setContent("<h1>Ảnh thử</h1>");
  const buffer = await page.screenshot({ type: "jpeg", quality: 95 });
  await page.context().close();
  return { name: "buoi-tuyen-truyen.jpg", mimeType: "image/jpeg", buffer };
}

/** What a link downloads, as bytes, with the name the program gave it. */
export async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), link.click()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

function run(args, program = PROGRAM) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const out = [];
  const log = [];
  child.stdout.on("data", (bytes) => out.push(bytes));
  child.stderr.on("data", (bytes) => log.push(bytes));
  const closed = new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal }));
  });
  closed.catch(() => {}); // whoever waits for it hears of it
  return { child, closed, out: () => Buffer.concat(out).toString(), said: () => Buffer.concat([...out, ...log]).toString() };
}

async function output(args, program = PROGRAM) {
  const running = run(args, program);
  const { code } = await running.closed;
  assert.equal(code, 0, `${args.join(" ")} failed:\n${running.said()}`);
  return running.out();
}

async function untilReady(url, server) {
  const limit = Date.now() + START_LIMIT;
  while (Date.now() < limit && server.child.exitCode === null) {
    const answer = await fetch(`${url}/sign-in`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  await end(server);
  assert.fail(`the program does not answer at ${url}\n${server.said()}`);
}

async function end(server) {
  server.child.kill("SIGTERM");
  const late = setTimeout(() => server.child.kill("SIGKILL"), STOP_LIMIT);
  const ended = await server.closed;
  clearTimeout(late);
  return ended;
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}
