// Measures the product on a link of 50 kbit/s with 800 ms latency, as Chromium emulates it (it emulates no loss for pages),
// and prints what it measured: node tests/browser/slow-network.mjs
// CHUNGSUC_BIN says which program; figures for docs/measurements.md are those of a release build on a quiet machine.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPhone, startProgram } from "./harness.mjs";

const LINK = { offline: false, latency: 800, downloadThroughput: 50_000 / 8, uploadThroughput: 50_000 / 8 };
const LIST = "/units/05089/activities";
const FORM = `${LIST}/new?kind=outreach-session`;

const program = await startProgram();
const folder = await mkdtemp(join(tmpdir(), "chungsuc-slow-"));
const phone = await openPhone(program, folder);
try {
  const page = await phone.page();
  await slow(page);
  line("first visit: the sign-in page can be used", 15, await seconds(() => page.goto("/sign-in")));
  const account = program.account("area_head");
  await page.getByLabel("Tên đăng nhập").fill(account.sign_in);
  await page.getByLabel("Mật khẩu").fill(account.password);
  line("signing in, until the list of records is there", 15, await seconds(async () => {
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    await page.getByRole("navigation", { name: "Mục chính" }).waitFor();
  }));
  await page.goto("/phone");
  await page.getByLabel("Mã PIN mới").fill("270586");
  await page.getByLabel("Nhập lại mã PIN").fill("270586");
  line("setting up: every page of use is kept (no limit)", null, await seconds(async () => {
    await page.getByRole("button", { name: "Bắt đầu" }).click();
    await page.getByText("Có thể đi vào nơi không có sóng").waitFor({ timeout: 300_000 });
  }));
  line("a later visit: the form of a record can be used", 1, await seconds(() => page.goto(FORM, { waitUntil: "domcontentloaded" })));
  await page.getByLabel("Tập trung", { exact: true }).check();
  await page.getByLabel("Lừa đảo trên không gian mạng").check();
  await page.getByLabel("Số lượt người dự").fill("31");
  await page.getByLabel("Ghi chú").fill("Đo trên mạng chậm.");
  await page.waitForTimeout(5_000); // the exchange of the visit ends
  await exchanged(page, "sending a record: network time of its exchange", () => page.getByRole("button", { name: "Gửi" }).click());
  await page.waitForTimeout(60_000); // what changed is read again
  await page.evaluate(() => sessionStorage.clear());
  await exchanged(page, "an exchange in which nothing happened", () => page.goto(FORM));
} finally {
  await phone.close();
  await program.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The page and the worker share the link. */
async function slow(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", LINK);
  page.context().on("serviceworker", async (worker) => {
    const of = await page.context().newCDPSession(worker).catch(() => null);
    await of?.send("Network.enable").catch(() => {});
    await of?.send("Network.emulateNetworkConditions", LINK).catch(() => {});
  });
}

/** The time and weight of the next exchange. */
async function exchanged(page, what, work) {
  const asked = page.waitForRequest("**/sync");
  await work();
  const request = await asked;
  await (await request.response()).finished();
  line(what, 2, request.timing().responseEnd / 1000);
  const { requestBodySize, requestHeadersSize, responseBodySize, responseHeadersSize } = await request.sizes();
  console.log(`  up ${requestBodySize + requestHeadersSize} B, down ${responseBodySize + responseHeadersSize} B`);
}

async function seconds(work) {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function line(what, limit, measured) {
  const against = limit === null ? "" : `, limit ${limit} s, ratio ${(measured / limit).toFixed(2)}`;
  console.log(`${what}: ${measured.toFixed(2)} s${against}`);
}
