// What goes wrong with phones: an upload cut in the middle, two people on one record, a clock that is a year off, a phone
// that is full, weeks without signal, storage that the browser throws away, a phone that is lost. Each leaves what was
// written safe, and says what to do.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import jsQR from "jsqr";
import { DESK, download, judge, openBrowser, openPhone, photo, signIn, startProgram } from "./harness.mjs";
import { FORM, LIST, fill, noisy, open, setUp, write } from "./phones.mjs";

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
      await page.waitForFunction((of) => document.querySelector('[name="field.attendees"]')?.value === of, String(number));
      const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
      await page.getByLabel("Ngày thực hiện").fill(today);
      await page.getByRole("button", { name: "Gửi" }).click();
      await page.getByRole("main").getByText("Đã gửi").first().waitFor();
      await page.clock.setSystemTime(Date.now());
      await open(page, number);
    });
  }

  await t.test("a clock that jumps a year ahead drops no draft; one that is forgotten goes", async () => {
    const other = await browser.person();
    await signIn(other, program.account("area_head"));
    await other.goto(FORM);
    await other.getByLabel("Ghi chú").fill("Đang ghi dở");
    await other.clock.install({ time: Date.now() + YEAR });
    const typed = async () => {
      await other.goto(FORM);
      await other.waitForFunction(() => !!document.querySelector("form[data-draft]"));
      return other.getByLabel("Ghi chú").inputValue();
    };
    for (let looks = 0; looks < 2; looks++) assert.equal(await typed(), "Đang ghi dở");
    await other.clock.setFixedTime(Date.now() + YEAR + YEAR / 40);
    assert.equal(await typed(), "");
    await other.context().close();
  });

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

  await t.test("weeks without signal: records are handed over as a code and as a file, confirmed, and count once", async () => {
    await page.goto(FORM);
    await page.getByLabel("Ghi chú").waitFor();
    await program.lose();
    await write(page, 46);
    await write(page, 47, { taken: picture });
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    const [first, second] = await page.getByRole("region", { name: /Chờ gửi/ }).getByRole("listitem").all();
    await first.getByRole("button", { name: "Chuyển cho cán bộ" }).click();
    const code = first.getByRole("img", { name: /Mã QR/ });
    await code.waitFor();
    await judge(page, "phone-troubles-04-hand-over");
    const link = await read(code);
    assert.ok(link.startsWith(`${program.url}/units/`), link);
    await second.getByRole("button", { name: "Chuyển cho cán bộ" }).click();
    const file = await download(page, second.getByRole("link", { name: /Lưu thành tệp/ }));
    await program.find();

    const officer = await browser.person(DESK);
    await signIn(officer, program.account("officer"));
    await officer.goto(link);
    await officer.getByText("Nội dung dưới đây do máy khác chuyển đến").waitFor();
    assert.equal(await officer.getByLabel("Ghi chú").inputValue(), "Máy ghi số 46");
    await officer.getByRole("button", { name: "Gửi" }).click();
    await officer.getByText("Bản ghi này do chính bạn nhập").waitFor();
    await officer.goto("/phone");
    const handed = officer.getByLabel("Tệp được chuyển");
    await handed.setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await officer.getByText("Tệp này không phải do Chung Sức lưu").waitFor();
    await handed.setInputFiles({ name: file.name, mimeType: "application/json", buffer: file.bytes });
    await officer.getByText("Nội dung dưới đây do máy khác chuyển đến").waitFor();
    await judge(officer, "phone-troubles-05-taken-in");
    assert.equal(await officer.getByLabel("Ghi chú").inputValue(), "Máy ghi số 47");
    await officer.getByRole("button", { name: "Gửi" }).click();
    await officer.getByText("Bản ghi này do chính bạn nhập").waitFor();
    await officer.context().close();

    const other = await browser.person(DESK);
    await signIn(other, program.account("officer", 1));
    for (const number of [46, 47]) {
      await open(other, number);
      await other.getByRole("button", { name: "Xác nhận" }).click();
      await other.locator(".badge", { hasText: "Đã xác nhận" }).first().waitFor();
    }
    assert.equal(await other.getByRole("main").locator("img").count(), 1, "the file brought the photo");
    await other.context().close();

    // The phone's own copies come later.
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    for (const number of [46, 47]) await open(page, number);
    assert.equal(await page.getByRole("main").locator("img").count(), 1);
  });

  await t.test("storage that the browser threw away is noticed and explained", async () => {
    await page.goto("/manifest.webmanifest");
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration()).unregister();
      await new Promise((done, failed) => Object.assign(indexedDB.deleteDatabase("chungsuc"), { onsuccess: done, onerror: failed }));
    });
    await page.goto(LIST);
    await page.getByRole("link", { name: "Trình duyệt đã tự xóa những gì máy này giữ" }).click();
    await page.getByText("Việc đã gửi vẫn còn trên máy chủ").waitFor();
    await judge(page, "phone-troubles-06-thrown-away");
    await setUp(page);
  });

  await t.test("a lost phone is revoked by an officer, opens nothing without the PIN, and wipes itself at the next contact", async () => {
    await program.lose();
    await write(page, 48);
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    await program.find();
    await page.context().setOffline(true);
    const officer = await browser.person(DESK);
    await signIn(officer, program.account("officer"));
    await officer.goto("/phone/devices");
    await officer.getByRole("link", { name: "Máy của những người trong đơn vị" }).click();
    await judge(officer, "phone-troubles-07-devices");
    await officer.getByRole("button", { name: /Thu hồi máy này/ }).first().click();
    await officer.getByText("Đã thu hồi.").waitFor();

    // Whoever found it locked sees nothing.
    await page.getByRole("button", { name: "Khóa lại" }).click();
    await page.getByLabel("Mã PIN", { exact: true }).waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /Máy ghi số|Buổi tuyên truyền/);
    await page.goto(LIST);
    await page.getByText("nhập mã PIN để xem").waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /Máy ghi số|Buổi tuyên truyền/);

    // The page that is open asks by itself as soon as there is signal.
    await page.context().setOffline(false);
    await page.getByText("Máy này đã bị thu hồi").waitFor();
    await judge(page, "phone-troubles-08-wiped");
    assert.deepEqual(await page.evaluate(rows), { known: 0, page: 0, person: 0, waiting: 0 });
    await page.goto(LIST);
    await page.getByRole("button", { name: "Đăng nhập" }).waitFor();
    await officer.reload();
    await officer.getByText("Đã tự xóa lúc").first().waitFor();
    await officer.context().close();
  });
});

/** The text of a QR code on the page, read by somebody else's reader. */
async function read(image) {
  const side = 1200;
  const dark = await image.evaluate(async (of, side) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = canvas.getContext("2d");
    await of.decode();
    pen.imageSmoothingEnabled = false;
    pen.drawImage(of, 0, 0, side, side);
    return Array.from(new Uint32Array(pen.getImageData(0, 0, side, side).data.buffer), (dot) => ((dot & 255) < 128 ? 1 : 0)).join("");
  }, side);
  const pixels = Uint8ClampedArray.from({ length: 4 * side * side }, (_, at) => (at % 4 === 3 || dark[at >> 2] === "0" ? 255 : 0));
  return jsQR(pixels, side, side).data;
}

/** In the browser: how many rows each store of the vault has. */
async function rows() {
  const asked = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const db = await asked(indexedDB.open("chungsuc"));
  const stores = [...db.objectStoreNames];
  const counts = await Promise.all(stores.map((name) => asked(db.transaction(name).objectStore(name).count())));
  db.close();
  return Object.fromEntries(stores.map((name, at) => [name, counts[at]]));
}
