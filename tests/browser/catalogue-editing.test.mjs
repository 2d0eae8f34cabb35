// A commune edits the catalogue: an officer adds a question and an indicator with forms, sees a wrong one refused beside
// its field, previews them on the last period, and publishes them from a later day on. That a record then answers the
// question and a figure adds it up needs another day, and is told in app/tests/it/supplements.rs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, judge, openBrowser, signIn, startProgram } from "./harness.mjs";

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

test("an officer adds to the commune's catalogue", async (t) => {
  const officer = await browser.person(DESK);
  await signIn(officer, program.account("officer"));

  await t.test("the rules in force are listed with whose they are", async () => {
    await officer.getByRole("link", { name: "Danh mục" }).first().click();
    await officer.getByRole("heading", { level: 1, name: "Danh mục" }).waitFor();
    assert.ok(await officer.getByRole("row", { name: /Tuần tra.*Phần mềm/ }).count());
    await judge(officer, "catalogue-01-rules");
  });

  await t.test("a supplement is begun", async () => {
    await officer.getByLabel("Tên bản bổ sung").fill("Bổ sung theo kế hoạch năm");
    await officer.getByRole("button", { name: "Lập dự thảo" }).click();
    await officer.getByRole("heading", { level: 1, name: "Bổ sung theo kế hoạch năm" }).waitFor();
    await judge(officer, "catalogue-02-draft");
  });
  const draft = officer.url().split("?")[0];

  await t.test("a question about people is refused beside its field, what was typed stays", async () => {
    await officer.getByRole("link", { name: "Thêm câu hỏi vào loại hoạt động" }).click();
    await officer.getByLabel("Loại hoạt động").selectOption({ label: "Tuần tra" });
    await officer.getByLabel("Câu hỏi", { exact: true }).fill("Họ tên chủ hộ");
    await officer.getByLabel("Một số đếm").check();
    await officer.getByRole("button", { name: "Thêm vào bản bổ sung" }).click();
    assert.match(await officer.locator("#f-label_vi-error").innerText(), /Không được hỏi về/);
    assert.equal(await officer.getByLabel("Câu hỏi", { exact: true }).inputValue(), "Họ tên chủ hộ");
    await judge(officer, "catalogue-03-refused");
  });

  await t.test("a question about the work is added, and an indicator of it", async () => {
    await officer.getByLabel("Câu hỏi", { exact: true }).fill("Số đèn chiếu sáng hỏng");
    await officer.getByLabel("Đơn vị tính").fill("đèn");
    await officer.getByRole("button", { name: "Thêm vào bản bổ sung" }).click();
    await officer.getByText("Tuần tra: Số đèn chiếu sáng hỏng").waitFor();
    await officer.getByRole("link", { name: "Thêm chỉ tiêu" }).click();
    await officer.getByLabel("Tên", { exact: true }).fill("Ca tuần tra đã ghi");
    await officer.getByLabel("Đơn vị tính").fill("bản ghi");
    await officer.getByLabel("Cách tính").fill("Đếm bản ghi tuần tra được xác nhận.");
    await officer.getByLabel("Số bản ghi").check();
    await officer.getByLabel("Tuần tra", { exact: true }).check();
    await judge(officer, "catalogue-04-indicator");
    await officer.getByRole("button", { name: "Thêm vào bản bổ sung" }).click();
    await officer.getByText("Ca tuần tra đã ghi", { exact: true }).waitFor();
  });

  await t.test("the preview counts the records of the last period", async () => {
    await officer.getByRole("link", { name: "Xem thử trên số liệu kỳ trước" }).click();
    const row = officer.getByRole("row", { name: /Ca tuần tra đã ghi/ });
    const [next, now] = await row.getByRole("cell").allInnerTexts();
    assert.match(next, /^[1-9]/);
    assert.equal(now, "–");
    await judge(officer, "catalogue-05-preview");
  });

  await t.test("it is published from a later day on, not from today", async () => {
    await officer.goto(draft);
    const coming = await officer.getByLabel("Ngày áp dụng").inputValue();
    await officer.getByLabel("Ngày áp dụng").fill(new Date().toISOString().slice(0, 10));
    await officer.getByRole("button", { name: "Công bố" }).click();
    assert.match(await officer.locator("#f-starts-error").innerText(), /sau ngày hôm nay/);
    await officer.getByLabel("Ngày áp dụng").fill(coming);
    await officer.getByRole("button", { name: "Công bố" }).click();
    await officer.getByText("Đã công bố bản bổ sung.").waitFor();
    await judge(officer, "catalogue-06-published");
    await officer.getByRole("link", { name: "Danh mục" }).first().click();
    assert.ok(await officer.getByRole("row", { name: /Ca tuần tra đã ghi từ .*Xã/ }).count());
  });

  await t.test("the same pages on a phone", async () => {
    const phone = await browser.person(PHONE);
    await signIn(phone, program.account("officer"));
    const rules = new URL(draft).pathname.replace(/\/[^/]+$/, "");
    await phone.goto(rules);
    await judge(phone, "catalogue-07-rules-phone");
    await phone.getByText("Lập bản bổ sung mới").click();
    await phone.getByLabel("Tên bản bổ sung").fill("Thử trên điện thoại");
    await phone.getByRole("button", { name: "Lập dự thảo" }).click();
    await judge(phone, "catalogue-08-draft-phone");
    await phone.getByRole("link", { name: "Thêm biểu mẫu báo cáo" }).click();
    await judge(phone, "catalogue-09-form-phone");
    await phone.goto(`${new URL(draft).pathname}/preview`);
    await judge(phone, "catalogue-10-preview-phone");
  });
});
