// The reporting chain: the monthly report of the commune's police goes up, comes back with a reason, is amended, goes up
// again and is accepted; the province sees who is missing and reminds them. The figures are made public and withdrawn.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, judge, openBrowser, signIn, startProgram } from "./harness.mjs";

const REASON = "Phần tình hình chưa nêu kết quả tuần tra.";

let program;
let browser;
before(async () => {
  program = await startProgram();
  browser = await openBrowser(program);
});
after(async () => {
  try {
    await browser?.close();
  } finally {
    await program?.stop();
  }
});

test("a monthly report is sent, returned, amended and accepted", async (t) => {
  const officer = await browser.person(PHONE);
  const province = await browser.person(DESK);
  await signIn(officer, program.account("officer"));
  await signIn(province, program.account("province_staff"));

  await t.test("a text that is missing keeps it from being frozen", async () => {
    await officer.goto("/units/05089/reports/new");
    // The first is of the month that runs, the next of the one that is over.
    await officer.getByRole("radio", { name: /^Báo cáo tháng về phong trào/ }).nth(1).check();
    await officer.getByRole("button", { name: "Lập báo cáo" }).click();
    await officer.getByRole("heading", { name: "Cần sửa trước khi chốt" }).waitFor();
    assert.equal(await officer.getByRole("button", { name: "Chốt số liệu" }).count(), 0);
    await judge(officer, "chain-01-faults");
  });

  await t.test("written and frozen it is sent to the province", async () => {
    await write(officer, "Ổn định.");
    await officer.getByRole("button", { name: "Chốt số liệu" }).click();
    await officer.getByRole("link", { name: "Gửi cấp trên" }).click();
    await judge(officer, "chain-02-to-send");
    await send(officer);
    await judge(officer, "chain-03-sent");
  });

  await t.test("the province reads it and returns it with a reason", async () => {
    await province.goto("/units/25/submissions");
    await judge(province, "chain-04-received");
    await province.getByRole("link", { name: /^xã Cao Phong/ }).click();
    await province.getByRole("main").getByText("Độc lập - Tự do - Hạnh phúc").waitFor();
    await judge(province, "chain-05-to-decide");
    await province.getByText("Trả lại để điều chỉnh").click();
    await province.getByRole("button", { name: "Trả lại", exact: true }).click();
    await province.getByRole("alert").getByText("Hãy nêu lý do trả lại").waitFor();
    await judge(province, "chain-06-no-reason");
    await province.getByLabel("Lý do trả lại").fill(REASON);
    await province.getByRole("button", { name: "Trả lại", exact: true }).click();
    await badge(province, "Bị trả lại");
  });

  await t.test("the commune reads why, amends the report and sends it again", async () => {
    await officer.goto("/units/05089/submissions");
    await judge(officer, "chain-07-owed");
    await officer.getByRole("row").filter({ hasText: "Bị trả lại" }).getByRole("link").click();
    await officer.getByRole("main").getByText(REASON).waitFor();
    await judge(officer, "chain-08-returned");
    await officer.getByRole("link", { name: "Mở báo cáo" }).first().click();
    await officer.getByRole("button", { name: "Lập báo cáo điều chỉnh" }).click();
    await write(officer, "Ổn định; các khu duy trì tuần tra hằng đêm.");
    await officer.getByRole("button", { name: "Chốt số liệu" }).click();
    await officer.getByRole("link", { name: "Gửi cấp trên" }).click();
    await send(officer);
    await judge(officer, "chain-09-sent-again");
  });

  await t.test("the province accepts it, and its board says so", async () => {
    await province.goto("/units/25/submissions");
    await province.getByRole("link", { name: /^xã Cao Phong/ }).click();
    await province.getByRole("main").getByText("duy trì tuần tra hằng đêm").first().waitFor();
    await province.getByRole("button", { name: "Tiếp nhận", exact: true }).click();
    await badge(province, "Đã tiếp nhận");
    await judge(province, "chain-10-accepted");
    await province.goto("/units/25/submissions/board?form=movement-monthly");
    const row = province.getByRole("row").filter({ has: province.getByRole("rowheader", { name: "xã Cao Phong" }) });
    await row.getByText("Đã tiếp nhận").waitFor();
    assert.ok((await province.getByRole("rowheader").count()) > 100, "every commune of the province stands on the board");
    await judge(province, "chain-11-board");
  });

  await t.test("the commune makes its figures public, and residents read them without an account", async () => {
    await officer.goto("/units/05089/submissions");
    await officer.getByRole("row").filter({ hasText: "Đã tiếp nhận" }).getByRole("link").first().click();
    await officer.getByRole("link", { name: "Mở báo cáo" }).first().click();
    await officer.getByRole("link", { name: "Công khai" }).click();
    await judge(officer, "chain-public-01-to-decide");
    await officer.getByRole("button", { name: "Công khai" }).click();
    await badge(officer, "Đang công khai");
    const address = await officer.getByRole("link", { name: /^\/public\/c05089/ }).getAttribute("href");

    const resident = await browser.person(PHONE);
    await resident.goto("/public/05089");
    await judge(resident, "chain-public-02-list");
    await resident.locator(`a[href="${address}"]`).click();
    await resident.getByText("Cách tính").first().click();
    await judge(resident, "chain-public-03-figures");
    const scripts = await resident.evaluate(() => document.scripts.length);
    assert.ok(scripts === 0 && !(await resident.context().cookies()).length, "no script and no cookie");
    await resident.getByRole("link", { name: "English" }).click();
    await resident.getByText("Public since").waitFor();
    await judge(resident, "chain-public-04-english");

    await officer.getByRole("button", { name: "Thu hồi" }).click();
    await badge(officer, "Đã thu hồi");
    await judge(officer, "chain-public-05-withdrawn");
    const gone = await (await browser.person(DESK)).request.get(address);
    assert.ok(gone.status() === 410 && (await gone.text()).includes("Số liệu đã thu hồi"));
  });

  await t.test("those who have not sent are reminded, and read it", async () => {
    await province.getByRole("link", { name: /Kỳ trước/ }).click();
    await province.getByRole("button", { name: /^Nhắc \d+ đơn vị chưa gửi/ }).click();
    await province.getByText("Đã nhắc các đơn vị chưa gửi.").waitFor();
    await officer.goto("/units/05089/submissions");
    await officer.getByText(/^Cấp trên đã nhắc ngày/).first().waitFor();
    await judge(officer, "chain-12-reminded");
  });

  await t.test("the pages of the province can be read on a phone, those of the commune on a desk", async () => {
    const [phone, desk] = [await browser.person(PHONE), await browser.person(DESK)];
    await signIn(phone, program.account("province_staff"));
    await signIn(desk, program.account("officer"));
    for (const page of ["submissions?state=accepted", "submissions/board?form=movement-monthly"]) {
      await phone.goto(`/units/25/${page}`);
      await judge(phone, `chain-phone-${page.replaceAll(/[^a-z]+/g, "-")}`);
    }
    await desk.goto("/units/05089/submissions");
    await judge(desk, "chain-desk-owed");
    await desk.goto("/units/05089/reports");
    await judge(desk, "chain-desk-reports");
  });
});

/** Fills every text of the open report and saves it. */
async function write(page, text) {
  for (const field of await page.getByRole("textbox").all()) await field.fill(text);
  await page.getByRole("button", { name: "Lưu phần viết" }).click();
  await page.getByText("Đã lưu phần viết.").waitFor();
}

/** Sends the report, with an explanation when some figures need one. */
async function send(page) {
  const words = page.getByLabel("Giải trình");
  if (await words.count()) await words.fill("Số liệu đúng: trong kỳ có đợt cao điểm.");
  await page.getByRole("button", { name: "Gửi báo cáo" }).click();
  await badge(page, "Chờ tiếp nhận");
}

async function badge(page, words) {
  await page.locator(".page-head .badge", { hasText: words }).waitFor();
}
