// A valley without signal: an area head writes records while the server cannot be reached, the browser is closed and
// started again, and each record arrives once. Without signal means here that the program is not running: nothing
// between the browser and the socket is pretended.

import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, judge, openPhone, photo, openBrowser, signIn, startProgram } from "./harness.mjs";
import { PIN, unlock } from "./phones.mjs";

const NOTE = "Ghi lúc mất sóng ở khu";

let program;
let folder;
let phone;
let picture;
before(async () => {
  program = await startProgram();
  const camera = await openBrowser(program);
  picture = await photo(camera);
  await camera.close();
  folder = await mkdtemp(join(tmpdir(), "chungsuc-phone-"));
  phone = await openPhone(program, folder);
});
after(async () => {
  await phone?.close();
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("records written without signal arrive once", async (t) => {
  let page = await phone.page();
  await signIn(page, program.account("area_head"));

  await t.test("the phone is set up with a PIN, and keeps the forms", async () => {
    await page.getByRole("link", { name: "Dùng khi không có sóng" }).click();
    await page.getByLabel("Mã PIN mới").fill("123456");
    await page.getByLabel("Nhập lại mã PIN").fill("123456");
    await page.getByRole("button", { name: "Bắt đầu" }).click();
    await page.getByText("không dùng một chữ số lặp lại").waitFor();
    await judge(page, "no-signal-01-set-up");
    await page.getByLabel("Mã PIN mới").fill(PIN);
    await page.getByLabel("Nhập lại mã PIN").fill(PIN);
    await page.getByRole("button", { name: "Bắt đầu" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    await page.getByText("Có thể đi vào nơi không có sóng").waitFor();
    await judge(page, "no-signal-02-open");
  });

  await program.lose();

  await t.test("pages open, and say that they were kept", async () => {
    await page.goto("/units/05089/activities");
    await page.getByText("Trang lưu trên máy, chưa có sóng").waitFor();
    await judge(page, "no-signal-03-kept-list");
    await page.goto("/units/05089/reports/no-such-page");
    await page.getByText("chưa được giữ trên máy này").waitFor();
  });

  await t.test("two records wait, one with a photo", async () => {
    await writeDown(page, 31, picture);
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    await writeDown(page, 32);
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    assert.equal(await waiting(page), 2);
    await judge(page, "no-signal-04-waiting");
  });

  await t.test("nothing readable lies on the phone", async () => {
    await phone.close();
    const stored = await contents(folder);
    assert.ok(stored.length > 0);
    assert.ok(!stored.some((bytes) => bytes.includes(NOTE) || bytes.includes(Buffer.from(NOTE, "utf16le"))), "a note lies open");
    phone = await openPhone(program, folder);
    page = await phone.page();
  });

  await t.test("the browser was killed: a wrong PIN opens nothing, the right one everything", async () => {
    await page.goto("/units/05089/activities");
    await page.getByText("nhập mã PIN để xem").waitFor();
    await judge(page, "no-signal-05-locked");
    await page.getByLabel("Mã PIN", { exact: true }).fill("999999");
    await page.getByRole("button", { name: "Mở", exact: true }).click();
    await page.getByText("Mã PIN không đúng").waitFor();
    await page.getByLabel("Mã PIN", { exact: true }).fill(PIN);
    await page.getByRole("button", { name: "Mở", exact: true }).click();
    await page.getByText("Trang lưu trên máy, chưa có sóng").waitFor();
    await page.goto("/phone");
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    assert.equal(await waiting(page), 2);
  });

  await program.find();

  await t.test("with signal again they arrive, in order, once", async () => {
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    assert.deepEqual(await listed(page), ["32", "31"]);
  });

  await t.test("an answer that is lost does not make a second record", async () => {
    // The server takes the record; the phone never hears of it.
    await page.context().route("**/sync", async (route) => {
      await route.fetch();
      return route.abort();
    });
    await writeDown(page, 33);
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    assert.equal(await waiting(page), 1);
    await page.context().unroute("**/sync");
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    assert.deepEqual(await listed(page), ["33", "32", "31"]);
  });

  await t.test("what the server refuses waits with its reason, is corrected, and arrives", async () => {
    await program.lose();
    await writeDown(page, 34, null, "Gọi 0912 345 678 để biết thêm");
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    await program.find();
    await page.getByRole("button", { name: "Gửi ngay" }).click();
    await page.getByText("Máy chủ chưa nhận").waitFor();
    await judge(page, "no-signal-06-refused");
    await page.getByRole("link", { name: "Xem, sửa" }).click();
    await page.waitForFunction(() => document.querySelector('[name="field.attendees"]').value === "34");
    await page.getByLabel("Ghi chú").fill(`${NOTE} 34`);
    await page.getByRole("button", { name: "Gửi" }).click();
    await page.getByRole("main").getByText("Đã gửi").first().waitFor();
    assert.deepEqual(await listed(page), ["34", "33", "32", "31"]);
  });

  await t.test("somebody else signed in on the phone neither sees nor sends them", async () => {
    await program.lose();
    await writeDown(page, 35);
    await page.getByText("Máy sẽ tự gửi khi có sóng").waitFor();
    await program.find();
    // Another window, another person, while the vault is open here.
    const { sign_in: name, password } = program.account("officer");
    await page.context().clearCookies();
    await page.context().request.post("/sign-in", { form: { sign_in: name, password }, headers: { origin: program.url } });
    await page.goto("/phone");
    await page.getByText("Cần đăng nhập lại để gửi.").waitFor();
    assert.equal(await waiting(page), 1);
    // Signing in on the page closes it.
    await page.context().clearCookies();
    await signIn(page, program.account("officer"));
    await page.goto("/phone");
    await page.getByText("Bắt đầu dùng trên máy này: Cán bộ").waitFor();
    assert.equal(await page.getByText(NOTE).or(page.getByText("Buổi tuyên truyền")).count(), 0);
    await page.context().clearCookies();
    await signIn(page, program.account("area_head"));
    await unlock(page);
    await page.getByText("Không có gì đang chờ gửi.").waitFor();
    assert.deepEqual(await listed(page), ["35", "34", "33", "32", "31"]);
  });

  await t.test("an exchange in which nothing happened weighs under 2 kB both ways", async () => {
    await page.goto("/phone");
    await page.getByText("Có thể đi vào nơi không có sóng").waitFor(); // what the page asks for by itself is over
    const ask = page.getByRole("button", { name: "Gửi ngay" });
    const [answer] = await Promise.all([page.waitForResponse("**/sync"), ask.click()]);
    const { answers, records, pages } = await answer.json();
    assert.deepEqual([answers, records, pages], [[], [], []]);
    const sizes = await answer.request().sizes();
    const bytes = Object.values(sizes).reduce((sum, of) => sum + of, 0);
    assert.ok(sizes.requestBodySize > 100 && sizes.responseBodySize > 100 && bytes < 2_000, JSON.stringify(sizes));
  });

  await t.test("the app opens where the person begins, without signal too", async () => {
    await program.lose();
    await page.goto("/");
    await page.waitForURL("**/units/05089/activities");
    await page.getByText("Trang lưu trên máy, chưa có sóng").waitFor();
    await program.find();
  });
});

/** An outreach session; attendances tell the records apart. */
async function writeDown(page, attended, taken, note = `${NOTE} ${attended}`) {
  await page.goto("/units/05089/activities/new?kind=outreach-session");
  await page.getByLabel("Tập trung", { exact: true }).check();
  await page.getByLabel("Lừa đảo trên không gian mạng").check();
  await page.getByLabel("Số lượt người dự").fill(String(attended));
  await page.getByLabel("Ghi chú").fill(note);
  if (taken) await page.getByLabel("Ảnh").setInputFiles(taken);
  if (taken) await page.getByText("Ảnh đã sẵn sàng để gửi.").waitFor();
  await page.getByRole("button", { name: "Gửi" }).click();
}

const waiting = (page) => page.getByRole("region", { name: /Chờ gửi/ }).getByRole("listitem").count();

/** What is in the list on the server of the records this test wrote: their attendances, the newest first. */
async function listed(page) {
  await page.goto("/units/05089/activities?q=luc+mat+song&state=sent");
  const links = await page.getByRole("main").locator(".name a").evaluateAll((all) => all.map((one) => one.href));
  const found = [];
  for (const link of links) {
    await page.goto(link);
    found.push(/Ghi lúc mất sóng ở khu (\d+)/.exec(await page.getByRole("main").innerText())[1]);
  }
  return found;
}

async function contents(folder) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const wanted = files.filter((file) => file.isFile() && /IndexedDB|Service Worker|Local Storage|Session Storage/.test(file.parentPath ?? file.path));
  return Promise.all(wanted.map((file) => readFile(join(file.parentPath ?? file.path, file.name))));
}
