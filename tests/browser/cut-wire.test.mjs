// What a phone wrote without signal arrives once, wherever it is cut off: the wire at every request, before it, within it
// and before its answer; the server and the browser killed in the middle of an upload and of an exchange; a new program
// while forms wait.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DESK, openBrowser, openPhone, signIn, startProgram } from "./harness.mjs";
import { LIST, noisy, open, setUp, unlock, write } from "./phones.mjs";
import { lay } from "./wire.mjs";

const LIMIT = { timeout: 60_000 }; // a moment that never comes is waited for no longer

let program;
let browser;
let wire;
let folder;
let phone;
let picture;
before(async () => {
  program = await startProgram();
  browser = await openBrowser(program);
  picture = await noisy(browser);
  wire = await lay(program);
  folder = await mkdtemp(join(tmpdir(), "chungsuc-phone-"));
  phone = await openPhone(wire, folder);
});
after(async () => {
  await phone?.close();
  await browser?.close();
  await wire?.close();
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("wherever it is cut off, a record arrives once", async (t) => {
  let page = await phone.page();
  const officer = await browser.person(DESK);
  await signIn(officer, program.account("officer"));
  await signIn(page, program.account("area_head"));
  await setUp(page);
  // A browser that is killed forgets a session it has not yet written down; here it has.
  await phone.close();
  phone = await openPhone(wire, folder);
  page = await phone.page();
  await unlock(page);

  await t.test("the wire is cut at every request, before, within and after it", LIMIT, async () => {
    await waits(page, 51);
    const passed = new Set();
    let carried = 0; // pieces of a photo whose form was taken
    wire.rule = async ({ url }, step, text = "") => {
      if (!url.startsWith("/sync")) return false;
      if (url.startsWith("/sync/photos/") && passed.has("/sync after taken")) carried++;
      const where = `${url} ${step} ${/"is":"(\w+)"/.exec(text)?.[1] ?? ""}`;
      return passed.size !== passed.add(where).size;
    };
    for (let cuts = -1; cuts < passed.size; ) {
      cuts = passed.size;
      await sendAgain(page);
    }
    wire.rule = async () => false;
    for (const where of ["/sync before ", "/sync within ", "/sync after photos", "/sync after taken", "/sync/photos/"]) {
      assert.ok([...passed].some((one) => one.startsWith(where)), `never cut at ${where}: ${[...passed].join(", ")}`);
    }
    assert.ok(passed.size >= 3 * 3 + 4, "a photo of several pieces");
    assert.equal(carried, 0, "a photo was carried again");
    await here(officer, 51);
  });

  await t.test("what was returned is corrected without signal, and the answer is lost", LIMIT, async () => {
    const record = await here(officer, 51);
    await officer.getByText("Trả lại để bổ sung").click();
    await officer.getByLabel("Lý do trả lại").fill("Xem lại số lượt người dự.");
    await officer.getByRole("button", { name: "Trả lại", exact: true }).click();
    await officer.locator(".badge", { hasText: "Trả lại" }).first().waitFor();
    await page.goto(`${record}/edit`);
    await page.getByLabel("Số lượt người dự").fill("151");
    wire.rule = async ({ url }, step) => url === "/sync" && step === "after";
    await page.getByRole("button", { name: "Gửi" }).click();
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    wire.rule = async () => false;
    await sendAgain(page);
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    await here(officer, 51);
    assert.match(await officer.getByRole("main").innerText(), /151/);
    await officer.goto(`${record}/versions`);
    assert.equal(await officer.getByRole("main").getByText("Đã gửi").count(), 2, "sent twice: first, and corrected");
  });

  const moments = {
    "a piece of a photo": ({ url }, step) => url.endsWith("from=32768") && step === "within",
    "an answer": ({ url }, step, text) => url === "/sync" && step === "after" && text.includes('"is":"taken"'),
  };
  for (const [number, [what, moment]] of Object.entries(moments).entries()) {
    await t.test(`the server is killed in the middle of ${what}`, LIMIT, async () => {
      await waits(page, 53 + number);
      const killed = once(moment, () => program.lose());
      await page.getByRole("button", { name: "Gửi ngay" }).click();
      await killed;
      await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
      await program.find();
      await sendAgain(page);
      await page.getByText("Không có gì đang chờ gửi.").waitFor();
      await here(officer, 53 + number);
    });

    await t.test(`the browser is killed in the middle of ${what}`, LIMIT, async () => {
      await waits(page, 55 + number);
      const killed = once(moment, () => phone.kill());
      await page.getByRole("button", { name: "Gửi ngay" }).click();
      await killed;
      phone = await openPhone(wire, folder);
      page = await phone.page();
      await unlock(page);
      await page.getByText("Không có gì đang chờ gửi.").waitFor();
      await here(officer, 55 + number);
    });
  }

  await t.test("a new program while forms wait: they arrive, before it has taken over and after", LIMIT, async () => {
    await waits(page, 61, true);
    await waits(page, 62);
    await wire.another();
    await page.goto("/phone");
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    for (const number of [61, 62]) await here(officer, number);
    await waits(page, 63, true);
    await waits(page, 64);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).waiting);
    // The new worker takes over when no page of the old one is open; the PIN is asked for, as after every start.
    await phone.close();
    phone = await openPhone(wire, folder);
    page = await phone.page();
    await unlock(page);
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    await page.waitForFunction(async () => (await caches.keys()).length === 1 && !(await navigator.serviceWorker.getRegistration()).waiting);
    for (const number of [63, 64]) await here(officer, number);
    // Without signal pages from before have their style, and their scripts.
    wire.cut = true;
    await page.goto(LIST);
    await page.getByText("Trang lưu trên máy").waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).fontSize), "17px");
    wire.cut = false;
  });

  /** Runs `work` the first time that a moment comes; the wire is cut then. */
  function once(moment, work) {
    return new Promise((done, failed) => {
      wire.rule = async (asked, step, text) => {
        if (!moment(asked, step, text)) return false;
        wire.rule = async () => false;
        Promise.resolve(work()).then(done, failed);
        return true;
      };
    });
  }
});

/** Writes a record without signal; the photo has several pieces. */
async function waits(page, number, taken = true) {
  wire.cut = true;
  await write(page, number, taken ? { taken: picture } : {});
  await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
  wire.cut = false;
}

/** Presses the button, and waits until the phone has said what became of it. */
async function sendAgain(page) {
  await page.getByRole("button", { name: "Gửi ngay" }).click();
  await page.evaluate(() => navigator.locks.request("outbox", () => {}));
}

/** The one record with this number on the server, with its one photo if it has any. */
async function here(officer, number) {
  const record = await open(officer, number);
  assert.ok((await officer.getByRole("main").locator("img").count()) <= 1, "a photo arrived twice");
  return record;
}
