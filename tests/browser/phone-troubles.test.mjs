// What goes wrong with phones: an upload cut in the middle, two people on one record, a clock that is a year off, a phone
// that is full. Each leaves what was written safe, and says what to do.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DESK, judge, openBrowser, openPhone, photo, signIn, startProgram } from "./harness.mjs";

const PIN = "270586";
const LIST = "/units/05089/activities";
const FORM = `${LIST}/new?kind=outreach-session`;
const YEAR = 365 * 24 * 3_600_000;

let program;
let browser;
let folder;
let phone;
let picture;
before(async () => {
  program = await startProgram();
  browser = await openBrowser(program);
  picture = await photo(browser);
  folder = await mkdtemp(join(tmpdir(), "chungsuc-phone-"));
  phone = await openPhone(program, folder);
});
after(async () => {
  await phone?.close();
  await browser?.close().catch(() => {}); // its console speaks of what was cut on purpose
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("phones in trouble", async (t) => {
  const page = await phone.page();
  await signIn(page, program.account("area_head"));
  await setUp(page);

  await t.test("an upload that was cut goes on where it was cut", async () => {
    const sizes = [];
    let cut = true;
    await page.context().route("**/sync/photos/**", async (route) => {
      sizes.push(Number(new URL(route.request().url()).searchParams.get("from")));
      if (cut && sizes.length > 1) return route.abort();
      return route.continue();
    });
    await write(page, 41, { taken: await noisy(browser) });
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    assert.deepEqual(sizes.slice(0, 2), [0, 32768]);
    cut = false;
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    assert.equal(sizes.filter((from) => from === 0).length, 1, "the first piece was carried again");
    await page.context().unroute("**/sync/photos/**");
    await open(page, 41);
    assert.equal(await page.getByRole("main").locator("img").count(), 1);
  });

  await t.test("two people changed one record: the phone shows where, field by field", async () => {
    await write(page, 42);
    const record = await open(page, 42);
    await page.goto(`${record}/edit`);
    await page.getByLabel("Ghi chú").waitFor();
    await program.lose();
    await page.getByLabel("Số lượt người dự").fill("142");
    await page.getByLabel("Ghi chú").fill("Máy ghi số 42, trưởng khu sửa");
    await page.getByRole("button", { name: "Gửi" }).click();
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    await program.find();
    const officer = await browser.person(DESK);
    await signIn(officer, program.account("officer"));
    await officer.goto(`${record}/edit`);
    await officer.getByLabel("Ghi chú").fill("Máy ghi số 42, cán bộ sửa");
    await officer.getByRole("button", { name: "Gửi" }).click();
    await officer.getByRole("main").getByText("Đã gửi").first().waitFor();
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    const note = page.getByRole("group", { name: "Ghi chú" });
    await note.waitFor();
    await judge(page, "phone-troubles-01-both-sides");
    await note.getByText("cán bộ sửa").click();
    await page.getByRole("button", { name: "Gửi lựa chọn" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    await officer.goto(record);
    const words = await officer.getByRole("main").innerText();
    assert.match(words, /142/);
    assert.match(words, /cán bộ sửa/);
    await officer.goto(`${record}/versions`);
    assert.match(await officer.getByRole("main").innerText(), /trưởng khu sửa|142/);
    await officer.context().close();
  });

  for (const [way, off] of [["ahead", YEAR], ["behind", -YEAR]]) {
    await t.test(`a clock a year ${way}: the record waits and says what to do`, async () => {
      const number = off > 0 ? 43 : 44;
      await page.clock.install({ time: Date.now() + off });
      await page.clock.resume();
      await program.lose();
      await write(page, number, { stays: true });
      await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
      await program.find();
      await page.getByRole("button", { name: "Gửi ngay" }).click();
      await page.getByText("Đồng hồ của máy đang sai").waitFor();
      if (off > 0) await judge(page, "phone-troubles-02-clock");
      await page.getByRole("link", { name: "Xem, sửa" }).click();
      const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
      await page.getByLabel("Ngày thực hiện").fill(today);
      await page.getByRole("button", { name: "Gửi" }).click();
      await page.getByRole("main").getByText("Đã gửi").first().waitFor();
      await page.clock.setSystemTime(Date.now());
      await open(page, number);
    });
  }

  await t.test("a phone that is full says so, and what was typed is still there", async () => {
    await page.goto(FORM);
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function full(...of) {
        if (this.name === "waiting") throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, of);
      };
    });
    await fill(page, 45, { taken: picture });
    await page.getByRole("button", { name: "Gửi" }).click();
    await page.locator("[data-outbox-full]").waitFor();
    await judge(page, "phone-troubles-03-full");
    assert.equal(await page.getByLabel("Ghi chú").inputValue(), "Máy ghi số 45");
    // With a signal it goes the ordinary way.
    await page.getByRole("button", { name: "Gửi" }).click();
    await page.getByRole("main").getByText("Đã gửi").first().waitFor();
    await open(page, 45);
  });
});

async function setUp(page) {
  await page.goto("/phone");
  await page.getByLabel("Mã PIN mới").fill(PIN);
  await page.getByLabel("Nhập lại mã PIN").fill(PIN);
  await page.getByRole("button", { name: "Bắt đầu" }).click();
  await page.getByText("Có thể đi vào nơi không có sóng").waitFor();
}

async function write(page, number, more = {}) {
  await page.goto(FORM);
  await fill(page, number, more);
  await page.getByRole("button", { name: "Gửi" }).click();
  if (!more.taken && !more.stays) await page.waitForURL(/\/phone|done=/, { waitUntil: "commit" });
}

async function fill(page, number, { taken } = {}) {
  await page.getByLabel("Tập trung", { exact: true }).check();
  await page.getByLabel("Lừa đảo trên không gian mạng").check();
  await page.getByLabel("Số lượt người dự").fill(String(number));
  await page.getByLabel("Ghi chú").fill(`Máy ghi số ${number}`);
  if (taken) await page.getByLabel("Ảnh").setInputFiles(taken);
  if (taken) await page.getByText("Ảnh đã sẵn sàng để gửi.").waitFor();
}

/** A photo that no JPEG makes small: several pieces. */
async function noisy(browser) {
  const page = await browser.person();
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 500, height: 400 });
    const pen = canvas.getContext("2d");
    const picture = pen.createImageData(500, 400);
    picture.data.forEach((_, i) => (picture.data[i] = i % 4 === 3 ? 255 : Math.random() * 256));
    pen.putImageData(picture, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  });
  await page.context().close();
  return { name: "nhieu.jpg", mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") };
}

/** Opens the one record with this number; its address. */
async function open(page, number) {
  await page.goto(`${LIST}?q=${encodeURIComponent(`máy ghi số ${number}`)}`);
  const links = page.getByRole("main").locator(".name a");
  assert.equal(await links.count(), 1, `records of ${number}`);
  const record = new URL(await links.first().getAttribute("href"), page.url()).pathname;
  await page.goto(record);
  return record;
}
